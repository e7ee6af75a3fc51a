"""What holds for a whole process that trains or scores: repeatable, and quick with memory."""

from __future__ import annotations

import ctypes

import torch

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4  # malloc.h of glibc
KEPT = 1 << 30  # free bytes at the top of the heap from which on memory is given back
GROWTH = 64 << 20  # bytes that the heap grows by


def prepare_process() -> None:
    """Equal specs then give equal bytes, and a step takes no memory from the system."""
    _be_deterministic()
    _keep_freed_memory()


def _be_deterministic() -> None:
    """Fix the number of threads (sums depend on it) and refuse kernels that are not repeatable."""
    torch.set_num_threads(1)
    # As use_deterministic_algorithms(True), which imports torch's compiler for a second.
    torch.set_deterministic_debug_mode("error")
    # Every operator here writes all of its result; filling it with NaN first takes time only.
    torch.utils.deterministic.fill_uninitialized_memory = False


def _keep_freed_memory() -> None:
    """Keep what a step frees for the next one; nothing where the C library is not glibc.

    By default malloc may return large blocks at once and ask for them again, page by page, in
    every step: up to a third of the time of a small model in plain PyTorch.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, KEPT)
        mallopt(M_TOP_PAD, GROWTH)
