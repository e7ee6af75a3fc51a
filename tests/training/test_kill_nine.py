"""kill -9 of a trainer of every architecture: started again it ends with undisturbed bytes."""

import hashlib
import json
import subprocess
import sys
import time

import numpy as np
import pytest

ARCHITECTURES = {
    "transformer": {},
    "no layers": {"n_layer": 0},
    "recurrent": {"architecture": "recurrent", "reuse": 2},
    "lstm": {"architecture": "lstm"},
}


@pytest.fixture
def command(make_spec, tmp_path, root):
    """The command of a run of some seconds, with a checkpoint at every step."""
    tokens = np.cumsum(np.random.default_rng(0).integers(0, 3, 8_000)) % 64
    for split, part in (("train", tokens[:6000]), ("test", tokens[6000:])):
        content = part.astype("<u2").tobytes()
        (tmp_path / f"{split}.bin").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        about = {"dtype": "uint16", "n_tokens": len(part), "sha256": digest}
        (tmp_path / f"{split}.json").write_text(json.dumps(about))

    def of(changes):
        return [
            sys.executable,
            str(root / "workflow/scripts/train.py"),
            *("--train-shard", str(tmp_path / "train.bin")),
            *("--test-shard", str(tmp_path / "test.bin")),
            *("--run", str(tmp_path / "run.parquet")),
            *("--weights", str(tmp_path / "run.safetensors")),
            *("--checkpoints", str(tmp_path / "scratch"), "--checkpoint-seconds", "0"),
            *make_spec(steps=600, **changes).to_flags(),
        ]

    return of


@pytest.mark.parametrize("changes", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_a_killed_run_ends_with_the_bytes_of_an_undisturbed_one(command, tmp_path, changes):
    files = [tmp_path / "run.parquet", tmp_path / "run.safetensors"]
    subprocess.run(command(changes), check=True, capture_output=True)
    undisturbed = [path.read_bytes() for path in files]
    for path in files:
        path.unlink()

    trainer = subprocess.Popen(command(changes), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not any((tmp_path / "scratch").glob("*.pt")):
        assert time.monotonic() < deadline, "waited too long for a checkpoint"
        time.sleep(0.002)
    trainer.kill()
    trainer.wait()
    assert not files[0].exists()

    again = subprocess.run(command(changes), check=True, capture_output=True, text=True)
    assert "goes on from step" in again.stderr
    assert [path.read_bytes() for path in files] == undisturbed
