"""Batches of training windows, as a pure function of the spec and the step."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec


class Batches:
    """Windows of a token shard in a random order that is new each epoch.

    Documents are packed: the shard is one stream with end-of-text tokens between documents. An
    epoch cuts the stream into windows of n_ctx tokens (plus the next one as the last target) from
    a random offset, and visits each window once.

    Args:
        shard: token ids, 1-D unsigned integers, memory-mapped.
        spec: gives n_ctx, the batch size and the seed.

    Raises:
        UserError: the shard is shorter than two contexts.
    """

    def __init__(self, shard: np.ndarray, spec: RunSpec) -> None:
        self.shard, self.n_ctx = shard, spec.n_ctx
        self.sequences = spec.batch_tokens // spec.n_ctx
        self.seed = spec.random_seed("batches")
        # One window less than fits, so that every offset gives the same number of windows.
        self.windows = (len(shard) - 1) // spec.n_ctx - 1
        if self.windows < 1:
            raise UserError(
                f"corpus {spec.corpus}: {len(shard)} training tokens, needs more than "
                f"{2 * spec.n_ctx} for n_ctx = {spec.n_ctx}"
            )
        self._every_window = sliding_window_view(shard, spec.n_ctx + 1)  # by start; no copy
        self._epoch = -1
        self._starts = np.empty(0, dtype=np.int64)

    def _starts_of_epoch(self, epoch: int) -> np.ndarray:
        if epoch != self._epoch:
            random = np.random.default_rng([self.seed, epoch])
            offset = random.integers(self.n_ctx)
            self._starts = offset + self.n_ctx * random.permutation(self.windows)
            self._epoch = epoch
        return self._starts

    def starts(self, step: int) -> np.ndarray:
        """Where in the shard the windows of step `step` begin: int64 array (sequences,)."""
        first, last = step * self.sequences, (step + 1) * self.sequences
        starts = []
        while first < last:  # a batch may reach into further epochs
            epoch, skipped = divmod(first, self.windows)
            here = self._starts_of_epoch(epoch)[skipped : skipped + last - first]
            starts.append(here)
            first += len(here)
        return np.concatenate(starts)

    def part(self, step: int, part: slice) -> np.ndarray:
        """Some of the windows of step `step`: int64 array (how many, n_ctx + 1)."""
        return self._every_window[self.starts(step)[part]].astype(np.int64)

    def __getitem__(self, step: int) -> np.ndarray:
        """All of them: int64 array (sequences, n_ctx + 1)."""
        return self.part(step, slice(None))
