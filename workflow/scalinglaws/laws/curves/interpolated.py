"""The minimum of a loss curve by interpolation, as Porian et al. (2024) read it off.

Akima's spline of ln L over ln x, evaluated at 25 places a gap; the lowest of them is the minimum.
No shape is imposed, so a lopsided curve costs no bias, but noise is not averaged either: the
minimum stays near the luckiest run.
"""

import numpy as np
from scipy.interpolate import Akima1DInterpolator

PLACES_A_GAP = 25


def interpolated_minimum(x: np.ndarray, loss: np.ndarray) -> float:
    """ln x of the lowest place of the spline; NaN where it is an end of the data.

    ``x`` and ``loss`` have shape (n,); runs at the same x count with their mean of ln L. NaN also
    through fewer than three places.
    """
    ln_x, first = np.unique(np.log(x), return_inverse=True)
    if len(ln_x) < 3:
        return float("nan")
    ln_loss = np.bincount(first, np.log(loss)) / np.bincount(first)
    shares = np.linspace(0.0, 1.0, PLACES_A_GAP, endpoint=False)
    places = np.append((ln_x[:-1, None] + np.diff(ln_x)[:, None] * shares).ravel(), ln_x[-1])
    lowest = int(np.argmin(Akima1DInterpolator(ln_x, ln_loss)(places)))
    return float(places[lowest]) if 0 < lowest < len(places) - 1 else float("nan")
