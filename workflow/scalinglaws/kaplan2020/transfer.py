"""Loss on other texts: Figures 8 and 24."""

from scalinglaws.kaplan2020.digitised import BATCH_TOKENS, PAPER, DigitisedPoints

OWN = PAPER["corpus"]


def converged(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 8 left: converged models scored on five test sets."""
    name = "fig08_left_transfer.csv"
    runs, evaluations = {}, []
    for series in points.values(name):
        for i, row in enumerate(points.measured(name, f"dataset={series}"), start=1):
            run_id, score = f"fig08_left_{i:02d}", _score(series, row["test_loss"])
            evaluations.append({"run_id": run_id, **score})
            if score["corpus"] == OWN:
                size = {"n_params": round(float(row["N"]))}
                runs[run_id] = _run(run_id, "transfer", score["loss"]) | size
    return list(runs.values()), evaluations


def converged_points(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 8 right, dots: loss on Books and Wikipedia against loss on the own text.

    The models of the left panel again, without their sizes. A model is known by its own loss.
    """
    name = "fig08_right_points.csv"
    by_own_loss: dict[float, list[dict]] = {}
    for series in points.values(name):
        for row in points.measured(name, f"dataset={series}"):
            own = by_own_loss.setdefault(float(row["train_dist_test_loss"]), [])
            own.append(_score(series, row["other_loss"]))
    runs, evaluations = [], []
    for i, (loss, scores) in enumerate(by_own_loss.items(), start=1):
        run_id = f"fig08_right_points_{i:02d}"
        runs.append(_run(run_id, "transfer_points", loss))
        for score in (_score(OWN, loss), *scores):
            evaluations.append({"run_id": run_id, **score})
    return runs, evaluations


def along_training(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 8 right, dashed: one large model; rows of TRACKED in the order of training.

    Neither its size nor the steps are given: ``step`` is null, and ``test_loss``, its loss on the
    own text at the same step, says how far it had come.
    """
    name, run_id = "fig08_right_during_training.csv", "fig08_right_during_training"
    tracked = [
        {
            "run_id": run_id,
            "corpus": series,
            "loss": float(row["other_loss"]),
            "test_loss": float(row["train_dist_test_loss"]),
        }
        for series in points.values(name)
        for row in points.measured(name, f"dataset={series}")
    ]
    return [_run(run_id, "transfer_training", tracked[-1]["test_loss"])], tracked


def by_depth(points: DigitisedPoints) -> tuple[list[dict], list[dict]]:
    """Figure 24: five models of about 1.5B parameters, 6 to 207 layers deep, on five texts."""
    name = "fig24.csv"
    runs, evaluations = [], []
    for series in points.values(name):
        for row in points.measured(name, f"dataset={series}"):
            shape = points.shape_by_depth(name, round(float(row["depth"])))
            run_id, score = f"fig24_{shape['n_layer']}L", _score(series, row["test_loss"])
            evaluations.append({"run_id": run_id, **score})
            if score["corpus"] == OWN and score["split"] == "test":
                runs.append(_run(run_id, "depth", score["loss"]) | shape)
    return runs, evaluations


def _run(run_id: str, experiment: str, loss: float) -> dict:
    return {
        **PAPER,
        "run_id": run_id,
        "experiments": [experiment],
        "batch_tokens": BATCH_TOKENS,
        "test_loss": loss,
    }


def _score(series: str, loss: str | float) -> dict:
    """Corpus, split and loss of a series: "Books", "WebText2 (Test)", "WebText2 (Train)"."""
    corpus, _, split = series.removesuffix(")").partition(" (")
    return {"corpus": corpus, "split": split.lower() or "test", "loss": float(loss)}
