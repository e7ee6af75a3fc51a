"""Equal specs give equal bytes: one thread, deterministic kernels."""

from __future__ import annotations

import torch


def set_determinism() -> None:
    """Fix the number of threads (sums depend on it) and refuse kernels that are not repeatable."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
