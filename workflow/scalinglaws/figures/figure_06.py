"""Figure 6: loss against parameters with and without embeddings, coloured by depth."""

from matplotlib import colormaps

from scalinglaws.figures.source import Source
from scalinglaws.plotting import Sheet, log_loss_y, log_x, no_panels

MARKERS = "ovs^Dp"
DEEP = 6  # deeper models share one colour, as in the paper


def draw(source: Source) -> Sheet:
    """Two panels on one loss axis; models without layers have no N and stand on the left only."""
    experiment = "depth_ladder" if source.members("depth_ladder") else "model_size"
    groups = _by_depth(source.members(experiment, "n_params_total"))
    if not groups:
        return no_panels(source.why_missing())
    sheet = Sheet(
        [
            ("with_embedding", "parameters with embeddings", "nats/token"),
            ("non_embedding", "parameters", "nats/token"),
        ]
    )
    colours = colormaps["viridis"]
    for i, (label, runs) in enumerate(groups.items()):
        colour = colours(0.92 * i / max(1, len(groups) - 1))
        for panel, column in (("with_embedding", "n_params_total"), ("non_embedding", "n_params")):
            shown = sorted((run for run in runs if run[column]), key=lambda run: run[column])
            if not shown:
                continue
            sheet.points(
                panel,
                label,
                [run[column] for run in shown],
                [run["test_loss"] for run in shown],
                [run["run_id"] for run in shown],
                color=colour,
                marker=MARKERS[i % len(MARKERS)],
                linestyle="-",
                linewidth=0.8,
                markersize=3.5,
                label=label,
            )
    left, right = sheet.axes["with_embedding"], sheet.axes["non_embedding"]
    left.set_title("With embeddings")
    right.set_title("Without embeddings")
    log_x(left, "Parameters (with embeddings)")
    log_x(right, "Parameters $N$ (without embeddings)")
    right.sharey(left)
    log_loss_y(left)
    log_loss_y(right, label="")
    left.legend(loc="upper right" if source.is_paper else "best")
    return sheet


def _by_depth(runs: list[dict]) -> dict[str, list[dict]]:
    """Runs by number of layers, shallow first, everything above six together."""
    groups: dict[tuple[int, str], list[dict]] = {}
    for run in runs:
        depth = run["n_layer"]
        if depth is None:
            continue
        label = f"> {DEEP} layers" if depth > DEEP else f"{depth} layer{'s' * (depth != 1)}"
        groups.setdefault((min(depth, DEEP + 1), label), []).append(run)
    return {label: groups[depth, label] for depth, label in sorted(groups)}
