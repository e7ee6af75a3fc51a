"""Checkpoints: states of unfinished runs and of shared trunks, outside the results."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from scalinglaws.atomic import atomic_write
from scalinglaws.failures import refusal
from scalinglaws.tokens.shards import read_info


def checkpoint_key(identity: str, code: str, shards: list[Path]) -> str:
    """What a checkpoint belongs to: a spec, code fingerprint, tokens and torch version.

    With any of them changed the key is another one, and an old checkpoint is not found.

    Args:
        identity: a spec's `canonical()` text, or its `trunk_id`.
        code: fingerprint of the training script.
        shards: files of the tokens, which `open_shard` has held against their hashes.
    """
    lines = [identity, code, torch.__version__, *(read_info(path)["sha256"] for path in shards)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


class Checkpoint:
    """The checkpoint file of one run, written at most every `every` seconds.

    Times decide when a checkpoint is written, never what the run computes.
    """

    def __init__(self, path: Path, every: float) -> None:
        self.path, self.every = path, every
        self.last = time.monotonic()

    def due(self) -> bool:
        """Whether it is time for the next one."""
        return time.monotonic() - self.last >= self.every

    def save(self, state: dict[str, Any]) -> None:
        """Write the state, whole or not at all."""
        content = io.BytesIO()  # written by Python, so that a full disk is told as one
        torch.save(state, content)
        with atomic_write(self.path) as partial:
            partial.write_bytes(content.getbuffer())
        self.last = time.monotonic()

    def load(self) -> dict[str, Any] | None:
        """The state, or None if there is none. A damaged file is named, removed and not used."""
        try:
            with zipfile.ZipFile(self.path) as archive:  # torch does not look at its checksums
                if damaged := archive.testzip():
                    raise ValueError(f"{damaged} is not what was written")
            state = torch.load(self.path, map_location="cpu", weights_only=True)
            print(f"{self.path.stem}: goes on from step {state['step']}", file=sys.stderr)
            return state
        except FileNotFoundError:
            return None
        except Exception as error:  # what is damaged may raise anything
            if refusal(error):  # no memory, no permission: the file may be whole
                raise
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            print(f"{self.path}: damaged ({reason}); training starts anew", file=sys.stderr)
            self.path.unlink()
            return None

    def discard(self) -> None:
        """Remove the file, unless another process waits to take the run over."""
        if not _someone_waits(self.path):
            self.path.unlink(missing_ok=True)

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """Wait until no other process trains this run.

        A killed Snakemake leaves its trainer alive; a second one must not write the same files.
        The kernel drops the lock of a process that ends, however it ends.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        waiting = self.path.with_suffix(f".waiting.{os.getpid()}")
        with open(self.path.with_suffix(".lock"), "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting.touch()
                print(
                    f"{self.path.stem}: trained by another process; waiting for it", file=sys.stderr
                )
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                finally:
                    waiting.unlink()
            yield


class Trunk:
    """The states of a trunk that runs of several lengths share, one file a step.

    Args:
        folder: where they lie.
        key: `checkpoint_key` of the trunk.
        leave_at: steps at which this run leaves its state for shorter runs.
    """

    def __init__(self, folder: Path, key: str, leave_at: Iterable[int] = ()) -> None:
        self.folder, self.key, self.leave_at = folder, key, frozenset(leave_at)

    def _at(self, step: int) -> Checkpoint:
        return Checkpoint(self.folder / f"trunk-{self.key}-{step}.pt", every=0.0)

    def leave(self, step: int, state: dict[str, Any]) -> None:
        """Keep the state after so many steps."""
        self._at(step).save(state)

    def find(self, step: int) -> dict[str, Any] | None:
        """The state after so many steps, or None."""
        return self._at(step).load()

    def discard(self, step: int) -> None:
        """Remove the state after so many steps, if there is one."""
        self._at(step).path.unlink(missing_ok=True)


def _someone_waits(path: Path) -> bool:
    """Whether a process that is alive waits for this run."""
    for note in path.parent.glob(f"{path.stem}.waiting.*"):
        try:
            os.kill(int(note.suffix[1:]), 0)
            return True
        except (ProcessLookupError, ValueError):
            note.unlink(missing_ok=True)
        except PermissionError:
            return True
    return False
