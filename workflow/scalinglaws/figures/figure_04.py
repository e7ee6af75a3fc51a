"""Figure 4: early-stopped loss against dataset size, a colour a model size."""

import numpy as np

from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.source import Source
from scalinglaws.plotting import Sheet, log_loss_y, log_x, no_panels, number, span

PRINTED = "\ndashed: printed, Eq. 1.5 with Table 2"


def draw(source: Source) -> Sheet:
    """The left panel; the paper's points with its printed L(N,D), a trained study's joined."""
    runs = source.members("data_size", "dataset_tokens", "n_params")
    if not runs:
        return no_panels(source.why_missing())
    sheet = Sheet([("dataset", "tokens", "nats/token")], height=4.2)
    colours = ColourScale([run["n_params"] for run in runs])
    tokens = span([run["dataset_tokens"] for run in runs], 1.3)
    for size in sorted({run["n_params"] for run in runs}):
        own = [run for run in runs if run["n_params"] == size]
        own.sort(key=lambda run: run["dataset_tokens"])
        sheet.points(
            "dataset",
            f"N = {size}",
            [run["dataset_tokens"] for run in own],
            [run["test_loss"] for run in own],
            [run["run_id"] for run in own],
            color=colours(size),
            linestyle="none" if source.is_paper else "-",
            label=number(size),
        )
        if source.is_paper:
            look = {"color": colours(size), "linestyle": (0, (3, 2)), "linewidth": 0.9}
            loss = printed_loss(source, size, tokens)
            sheet.line("dataset", f"printed, N = {size}", tokens, loss, **look)
    axes = sheet.axes["dataset"]
    axes.set_title("Loss against model and dataset size")
    log_x(axes, "Dataset size $D$ (tokens)")
    log_loss_y(axes)
    title = "Parameters $N$ (non-embedding)" + (PRINTED if source.is_paper else "")
    sheet.legend_below("dataset", title, columns=3)
    return sheet


def printed_loss(source: Source, n_params, tokens) -> np.ndarray:
    """Eq. 1.5 with the printed constants of this figure; nats/token. ``tokens`` may be inf."""
    exponent = source.printed("alpha_N") / source.printed("alpha_D")
    by_size = (source.printed("N_c") / np.asarray(n_params, dtype=float)) ** exponent
    by_data = source.printed("D_c") / np.asarray(tokens, dtype=float)
    return (by_size + by_data) ** source.printed("alpha_D")
