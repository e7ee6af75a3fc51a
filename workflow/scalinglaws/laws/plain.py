"""Numbers as tables and JSON hold them."""

from typing import Any

import numpy as np


def or_none(value: float) -> float | None:
    """NaN means nothing was fitted: null. An unbounded interval stays infinite."""
    return None if np.isnan(value) else float(value)


def plain(value: Any) -> Any:
    """Python numbers and lists; JSON has no NaN and no infinity, so those become null."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
