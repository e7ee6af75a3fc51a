"""Figure 24: loss on several texts by depth, of models of much the same size."""

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from scalinglaws.figures.categories import COLOURS, MARKERS
from scalinglaws.figures.labels import corpus, size
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, Sheet, no_panels

Key = tuple[str, str]


def draw(source: Source) -> Sheet:
    """One line a text; the training text in black, its train split hollow."""
    depths = source.members("depth" if source.is_paper else "aspect_ratio", "n_layer")
    runs = {run["run_id"]: run for run in depths}
    scores: dict[Key, list[tuple[dict, float]]] = {}
    for row in source.evaluations.to_pylist():
        if row["run_id"] in runs and row["loss"]:
            key = row["corpus"], row["split"]
            scores.setdefault(key, []).append((runs[row["run_id"]], row["loss"]))
    if not scores:
        return no_panels(source.why_missing())
    sheet = Sheet([("depth", "layers", "nats/token")], height=4.4)
    for key, look in _looks(scores, depths[0]["corpus"]).items():
        own = sorted(scores[key], key=lambda entry: entry[0]["n_layer"])
        sheet.points(
            "depth",
            f"{key[0]} ({key[1]})",
            [run["n_layer"] for run, _ in own],
            [loss for _, loss in own],
            [run["run_id"] for run, _ in own],
            markersize=4,
            linestyle="-",
            linewidth=0.8,
            **look,
        )
    _finish(sheet, depths)
    return sheet


def _looks(scores: dict[Key, list], own: str) -> dict[Key, dict]:
    """Colour, marker and label of each text, the one with the largest losses first."""
    ordered = sorted(scores, key=lambda key: -max(loss for _, loss in scores[key]))
    others = [key for key in ordered if key[0] != own]
    looks = {}
    for key in ordered:
        name, split = key
        if name == own:
            face = {} if split == "test" else {"markerfacecolor": "white"}
            label = f"{corpus(name)}, {split} (training text)"
            looks[key] = {"color": BLACK, "marker": "o", "label": label, **face}
        else:
            i = others.index(key)
            marker = MARKERS[i % len(MARKERS)]
            looks[key] = {"color": COLOURS[i % len(COLOURS)], "marker": marker}
            looks[key]["label"] = corpus(name)
    return looks


def _finish(sheet: Sheet, runs: list[dict]) -> None:
    axes = sheet.axes["depth"]
    sizes = [size(pick(run["n_params"] for run in runs)) for pick in (min, max)]
    axes.set_title("$N$ = " + " to ".join(dict.fromkeys(sizes)))
    axes.set_xscale("log")
    axes.set_xlabel("Depth (layers)")
    axes.xaxis.set_major_locator(FixedLocator(sorted({run["n_layer"] for run in runs})))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("Test loss (nats/token)")
    sheet.legend_below("depth")
