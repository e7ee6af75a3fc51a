"""A sheet of several rows of panels, with intervals and a band of seed noise."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from scalinglaws.plotting import GREY, WIDTH, Sheet


class GridSheet(Sheet):
    """A `Sheet` whose panels stand where a mosaic of their names says.

    ``panels`` is (name, x_unit, y_unit); ``mosaic`` lists rows of names, a name repeated is a
    panel that spans cells; ``ratios`` are the rows' relative heights.
    """

    def __init__(self, panels, mosaic: list[list[str]], ratios: list[float], height: float):
        super().__init__([])
        self.figure = Figure(figsize=(WIDTH, height))
        self.axes = self.figure.subplot_mosaic(mosaic, height_ratios=ratios)
        self.units = {name: (x_unit, y_unit) for name, x_unit, y_unit in panels}

    def intervals(self, panel: str, series: str, x, y, low, high, **look):
        """Points with vertical intervals; one without an end is not drawn."""
        drawn = [i for i in range(len(x)) if low[i] > 0 and np.isfinite(high[i])]
        x, y, low, high = (np.asarray(v, dtype=float)[drawn] for v in (x, y, low, high))
        self._record(panel, series, "interval", x, y, y_low=low, y_high=high)
        self.axes[panel].vlines(x, low, high, linewidth=0.9, zorder=2.5, **look)

    def noise_band(self, panel: str, high: float) -> None:
        """A grey band from 0 to ``high`` over the panel's width, nothing where it is unknown."""
        if np.isfinite(high):
            x = self.axes[panel].get_xlim()
            self._record(
                panel, "seed noise", "band", x, [0.0, 0.0], y_low=[0.0, 0.0], y_high=[high, high]
            )
            self.axes[panel].axhspan(0.0, high, color=GREY, alpha=0.22, linewidth=0, zorder=0)
            self.axes[panel].set_xlim(x)

    def crosses(self, panel: str, x: list[float], color) -> None:
        """Crosses at the panel's upper edge, for runs that have no value to stand at."""
        nowhere = np.full(len(x), np.nan)
        self._record(panel, "diverged", "diverged", x, nowhere)
        axes = self.axes[panel]
        upper = {"transform": axes.get_xaxis_transform(), "zorder": 4, "linestyle": "none"}
        axes.plot(x, np.full(len(x), 0.97), marker="x", color=color, **upper)
