"""Figure 8: loss on other texts, by model size and by the loss on the model's own text."""

import numpy as np

from scalinglaws.figures.categories import COLOURS, MARKERS
from scalinglaws.figures.labels import corpus
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, Sheet, log_loss_x, log_loss_y, log_x, no_panels

# Where a run along training is shown: from a loss a little above that of the worst model.
ABOVE = 1.1

Path = tuple[np.ndarray, np.ndarray]


def draw(source: Source) -> Sheet:
    """Left by N, right against the own loss: finished models, and one model along training."""
    scores = _scores(source)
    ladder = source.members("transfer" if source.is_paper else "model_size", "n_params")
    ladder = sorted(
        (run for run in ladder if len(scores.get(run["run_id"], {})) > 1),
        key=lambda run: run["n_params"],
    )
    # The paper shows fewer texts on the right, of the same models.
    dots = source.members("transfer_points") if source.is_paper else ladder
    if not ladder:
        return no_panels(source.why_missing())
    sheet = Sheet([("size", "parameters", "nats/token"), ("own", "nats/token", "nats/token")], 4.2)
    names = dict.fromkeys(name for run in ladder for name in scores[run["run_id"]])
    others = [name for name in names if name != ladder[0]["corpus"]]
    looks = {
        name: {"color": colour, "marker": marker, "markersize": 3.5, "linewidth": 0.8}
        for name, colour, marker in zip(others, COLOURS, MARKERS, strict=False)
    }
    looks[ladder[0]["corpus"]] = {"color": BLACK, "marker": "o", "markersize": 3.5}
    _draw_sizes(sheet, ladder, scores, looks)
    _draw_own(sheet, dots, scores, looks, _paths(source, scores))
    return sheet


def _scores(source: Source) -> dict[str, dict[str, float]]:
    """Loss of each run on the test split of each corpus."""
    found: dict[str, dict[str, float]] = {}
    for row in source.evaluations.to_pylist():
        if row["split"] == "test" and row["loss"]:
            found.setdefault(row["run_id"], {})[row["corpus"]] = row["loss"]
    return found


def _paths(source: Source, scores: dict) -> dict[str, tuple[str, Path]]:
    """Corpus: the run tracked there, and its losses (own, there) in the order of training.

    Along training a run is scored on a part of the test text. Its path is scaled to end where the
    finished run was scored on all of it: what is shown is its course.
    """
    experiment = "transfer_training" if source.is_paper else "transfer"
    own = {run["run_id"]: run["corpus"] for run in source.finished(experiment)}
    steps: dict[tuple, dict] = {}
    for i, row in enumerate(source.tables["tracked"].to_pylist()):
        if row["run_id"] in own and row["corpus"] != own[row["run_id"]] and row["test_loss"]:
            # One loss a step, or one for each position; the paper has rows without steps.
            step = i if row["step"] is None else row["step"]
            steps.setdefault((row["run_id"], row["corpus"]), {}).setdefault(step, []).append(
                (row["test_loss"], row["loss"])
            )
    found = {}
    for (run_id, name), by_step in steps.items():
        path = np.array([np.mean(by_step[step], axis=0) for step in sorted(by_step)])
        final = scores.get(run_id, {})
        if own[run_id] in final and name in final:
            path = path * np.array([final[own[run_id]], final[name]]) / path[-1]
        found[name] = run_id, tuple(path.T)
    return found


def _draw_sizes(sheet: Sheet, ladder: list[dict], scores: dict, looks: dict) -> None:
    for name, look in looks.items():
        runs = [run for run in ladder if name in scores[run["run_id"]]]
        own = " (training text)" if name == ladder[0]["corpus"] else ""
        sheet.points(
            "size",
            name,
            [run["n_params"] for run in runs],
            [scores[run["run_id"]][name] for run in runs],
            [run["run_id"] for run in runs],
            linestyle="-",
            label=corpus(name) + own,
            **look,
        )
    axes = sheet.axes["size"]
    axes.set_title("By parameters")
    log_x(axes, "Parameters $N$ (non-embedding)")
    log_loss_y(axes)
    sheet.legend_below("size")


def _draw_own(sheet: Sheet, dots: list[dict], scores: dict, looks: dict, paths: dict) -> None:
    worst = max(scores[run["run_id"]][run["corpus"]] for run in dots)
    for name, look in looks.items():
        runs = [run for run in dots if name in scores[run["run_id"]] and name != run["corpus"]]
        if not runs:
            continue
        label = f"{corpus(name)}, {len(runs)} finished models"
        sheet.points(
            "own",
            name,
            [scores[run["run_id"]][run["corpus"]] for run in runs],
            [scores[run["run_id"]][name] for run in runs],
            [run["run_id"] for run in runs],
            label=label,
            **look,
        )
        if name in paths:
            run_id, (own, there) = paths[name]
            kept = own <= ABOVE * worst
            line = {"color": look["color"], "linestyle": (0, (3, 1.5)), "linewidth": 0.9}
            ids = [run_id] * int(kept.sum())
            sheet.line("own", f"{name}, along training", own[kept], there[kept], ids, **line)
    if paths:
        sheet.remark("own", "dashed: one model along its training")
    axes = sheet.axes["own"]
    axes.set_title("By the loss on the training text")
    log_loss_y(axes, "Test loss on other text (nats/token)")
    log_loss_x(axes, "Test loss on the training text (nats/token)")
    axes.invert_xaxis()  # as the paper: better models to the right
    sheet.legend_below("own")
