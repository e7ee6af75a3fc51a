"""Files of a run with a flipped bit: told, or read as what was written; never other numbers."""

import random
import resource

import pytest
import torch

from scalinglaws.errors import UserError
from scalinglaws.models.build import build_model
from scalinglaws.training.checkpoint import Checkpoint
from scalinglaws.training.runfile import LoggedStep, read_run, write_run
from scalinglaws.training.score import Score, read_scores, write_scores
from scalinglaws.training.weights import load_weights, write_weights

FLIPS = 150


def flipped(path):
    """The file again and again, each time with another bit flipped, by a seeded draw."""
    content, draw = path.read_bytes(), random.Random(0)
    for _ in range(FLIPS):
        damaged = bytearray(content)
        damaged[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        yield


def told(path, read, written):
    """How many flips are told; the others must read as what was written."""
    count = 0
    for _ in flipped(path):
        try:
            assert read() == written
        except UserError as error:
            assert "delete it and run snakemake again" in str(error)
            count += 1
    return count


def test_a_run_file(make_spec, tmp_path):
    spec, path = make_spec(), tmp_path / "run.parquet"
    curve = [LoggedStep(n, 10 * n, "trunk", 1e-3, 4.0 / n, 5.0 / n) for n in range(1, 40)]
    write_run(path, spec, "finished", curve, ["python"], "2")
    assert told(path, lambda: read_run(path), (spec, "finished", curve)) > 0.5 * FLIPS


def test_a_score_file(tmp_path):
    path = tmp_path / "score.parquet"
    result = Score(60, 80, 2.5, 0.1, 1.25, torch.linspace(3, 2, 30).double().numpy())
    write_scores(path, "run", {"corpus": result})

    def read():
        run_id, scores = read_scores(path)
        ((corpus, one),) = scores.items()
        return run_id, corpus, one.loss, one.nats_per_byte, one.by_position.tolist()

    assert told(path, read, read()) > 0.5 * FLIPS


def test_weights(make_spec, tmp_path):
    spec, path = make_spec(), tmp_path / "run.safetensors"
    model = build_model(spec)
    written = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    write_weights(path, written)

    def read():
        load_weights(path, model)
        return all(torch.equal(model.state_dict()[name], written[name]) for name in written)

    assert told(path, read, True) > 0.5 * FLIPS


def test_a_checkpoint(tmp_path, capsys):
    checkpoint = Checkpoint(tmp_path / "run.pt", 0.0)
    state = {"step": 7, "weights": torch.linspace(0, 1, 500)}
    checkpoint.save(state)
    found = []
    for _ in flipped(checkpoint.path):
        loaded = checkpoint.load()
        found.append(loaded is None)
        if loaded:
            assert loaded["step"] == 7
            assert torch.equal(loaded["weights"], state["weights"])
    assert sum(found) > 0.5 * FLIPS
    assert "damaged" in capsys.readouterr().err


def test_a_full_disk_is_told_as_one(tmp_path):
    """Torch alone says "unexpected pos" where the file system says what is wrong."""
    checkpoint = Checkpoint(tmp_path / "run.pt", 0.0)
    checkpoint.save({"step": 1})
    before = checkpoint.path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            checkpoint.save({"step": 2, "weights": torch.zeros(10_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert checkpoint.path.read_bytes() == before, "the last whole one stays"
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]


def test_a_run_of_another_kind_names_its_file(make_spec, tmp_path):
    path = tmp_path / "run.parquet"
    write_run(path, make_spec(), "begun", [], ["python"], "2")
    with pytest.raises(UserError, match=r"run.parquet: not a readable run file.*'begun'"):
        read_run(path)
    damaged = make_spec()
    object.__setattr__(damaged, "n_heads", 0)  # as no spec is made
    write_run(path, damaged, "finished", [], ["python"], "2")
    with pytest.raises(UserError, match=r"run.parquet: not a readable run file.*n_heads"):
        read_run(path)


def test_a_checkpoint_of_no_state_is_not_used(tmp_path, capsys):
    checkpoint = Checkpoint(tmp_path / "run.pt", 0.0)
    torch.save([1, 2], checkpoint.path)
    assert checkpoint.load() is None
    assert "damaged" in capsys.readouterr().err and not checkpoint.path.exists()


def test_a_checkpoint_that_cannot_be_read_now_is_kept(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "run.pt", 0.0)
    checkpoint.save({"step": 1})
    monkeypatch.setattr(torch, "load", lambda *a, **b: (_ for _ in ()).throw(MemoryError))
    with pytest.raises(MemoryError):
        checkpoint.load()
    assert checkpoint.path.exists()
