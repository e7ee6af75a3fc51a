"""Figure 2: learning curves against tokens processed and against compute, coloured by size."""

from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.curves import segments, style
from scalinglaws.figures.source import Source
from scalinglaws.plotting import Sheet, log_x, no_panels
from scalinglaws.units import PF_DAY

PANELS = (
    ("tokens", "tokens", "Tokens processed", 1.0),
    ("compute_6nbs", "PF-days", "Compute $C = 6NBS$ (PF-days)", PF_DAY),
)


def draw(source: Source) -> Sheet:
    """Both panels on one linear loss axis, small models first."""
    experiment = "learning_curves" if source.is_paper else "model_size"
    runs = sorted(source.members(experiment, "n_params"), key=lambda run: run["n_params"])
    found = {column: segments(source, [r["run_id"] for r in runs], column) for column, *_ in PANELS}
    shown = [panel for panel in PANELS if found[panel[0]]]
    if not shown:
        return no_panels(source.why_missing())
    sheet = Sheet([(column, unit, "nats/token") for column, unit, *_ in shown], height=3.1)
    colours = ColourScale([run["n_params"] for run in runs])
    for column, _, label, unit in shown:
        for run in runs:
            for phase, (x, loss) in found[column].get(run["run_id"], {}).items():
                ids = [run["run_id"]] * len(x)
                look = {"color": colours(run["n_params"]), "linewidth": 0.9, **style(phase)}
                sheet.line(column, phase, x / unit, loss, ids, **look)
        log_x(sheet.axes[column], label)
    axes = list(sheet.axes.values())
    axes[0].set_ylabel("Test loss (nats/token)")
    axes[0].set_title("By data")
    if len(axes) > 1:
        axes[1].sharey(axes[0])
        axes[1].set_title("By compute")
    colours.bar(sheet, axes, "Parameters $N$ (non-embedding)")
    return sheet
