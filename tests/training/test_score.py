"""Scores: a token, a byte, by position, and what the gathering makes of them."""

from pathlib import Path

import numpy as np
import pytest

from scalinglaws.errors import UserError
from scalinglaws.gather import diverged, gather, read_all_scores, read_runs
from scalinglaws.training.runfile import LoggedStep, write_run
from scalinglaws.training.score import read_scores, score, write_scores

LOSSES = np.array([[4.0, 2.0], [2.0, 1.0], [3.0, 0.0]], dtype=np.float32)
TARGETS = np.array([[1, 2], [1, 0], [2, 2]])
BYTES = np.array([0, 1, 3])  # end-of-text, one byte, three bytes


def test_score_by_hand():
    result = score(LOSSES, TARGETS, BYTES)
    assert result.n_tokens == 6
    assert result.n_bytes == 1 + 3 + 1 + 0 + 3 + 3
    assert result.loss == 2.0
    assert result.nats_per_byte == pytest.approx(12 / 11)
    assert result.loss_std_err == pytest.approx(np.std([3, 1.5, 1.5], ddof=1) / np.sqrt(3))
    assert result.by_position.tolist() == [3.0, 1.0]


def test_scores_survive_the_disk(tmp_path):
    one = score(LOSSES, TARGETS, BYTES)
    other = score(LOSSES[:, ::-1], TARGETS, BYTES)
    path = tmp_path / "run.parquet"
    write_scores(path, "run", {"one": one, "other": other, "none": None})
    run_id, read = read_scores(path)
    assert run_id == "run"
    assert list(read) == ["one", "other", "none"]
    assert read["one"].nats_per_byte == one.nats_per_byte
    assert np.array_equal(read["one"].by_position, one.by_position)
    assert np.array_equal(read["other"].by_position, one.by_position[::-1])
    assert read["none"] is None
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(UserError, match=r"run.parquet: not a readable score file.*delete it"):
        read_scores(path)


@pytest.fixture
def study(make_spec, tmp_path):
    """Two runs on disk, the second diverged, scored on two corpora."""
    specs = [make_spec(), make_spec(d_model=32, d_ff=128)]
    curve = [
        LoggedStep(1, 128, "trunk", 0.002, 4.2, 4.1),
        LoggedStep(30, 3840, "cooldown", 0.001, 3.0, 2.9),
    ]
    runs, scores = [], []
    for spec, status in zip(specs, ("finished", "diverged"), strict=True):
        runs.append(tmp_path / f"{spec.run_id}.parquet")
        write_run(runs[-1], spec, status, curve, ["train"], "2")
        scores.append(tmp_path / f"scores-{spec.run_id}.parquet")
        result = score(LOSSES, TARGETS, BYTES) if status == "finished" else None
        write_scores(scores[-1], spec.run_id, {"main": result, "other": result})
    return [spec.run_id for spec in specs], runs, scores


def test_gather_keeps_diverged_runs_as_rows_without_losses(study):
    ids, run_files, score_files = study
    runs = read_runs(run_files, ids)
    scores = read_all_scores(score_files, [(r, c) for r in ids for c in ("main", "other")])
    assert diverged(runs) == [ids[1]]
    tables = gather(runs, scores, {run_id: ["model_size"] for run_id in ids}, "main")
    rows = tables["runs"].to_pylist()
    assert [row["test_loss"] for row in rows] == [2.0, None]
    assert [row["status"] for row in rows] == ["finished", "diverged"]
    assert rows[0]["compute_6nbs"] == 6 * rows[0]["n_params"] * rows[0]["tokens"]
    assert tables["curves"].num_rows == 4
    assert tables["evaluations"].num_rows == 2
    assert tables["positions"].num_rows == 4


def test_gather_names_missing_duplicate_and_foreign_runs(study):
    ids, runs, scores = study
    with pytest.raises(UserError, match=f"{ids[1]} is declared but missing"):
        read_runs(runs[:1], ids)
    with pytest.raises(UserError, match=f"{ids[0]} was given twice"):
        read_runs([runs[0], runs[0]], ids)
    with pytest.raises(UserError, match=f"{ids[1]} is not declared"):
        read_runs(runs, ids[:1])
    with pytest.raises(UserError, match="declared but missing"):
        read_all_scores(scores[1:], [(r, c) for r in ids for c in ("main", "other")])
    with pytest.raises(UserError, match="given twice"):
        read_all_scores([scores[0], scores[0]], [(ids[0], c) for c in ("main", "other")])
    renamed = Path(runs[0]).rename(Path(runs[0]).with_name("other-L1-x.parquet"))
    with pytest.raises(UserError, match=f"holds run {ids[0]}"):
        read_runs([renamed], ids)
