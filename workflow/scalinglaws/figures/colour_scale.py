"""One colour a size: model or dataset sizes along viridis, evenly in the logarithm."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.ticker import NullLocator

from scalinglaws.plotting import Sheet

# The last yellow of viridis is too pale for a line on white.
COLOURS = ListedColormap(colormaps["viridis"](np.linspace(0.0, 0.92, 256)))


class ColourScale:
    """The colour of each of the sizes ``values``, all positive."""

    def __init__(self, values):
        low, high = float(min(values)), float(max(values))
        # A lone size has no range to spread over.
        self.norm = LogNorm(low, high if high > low else 10.0 * low)

    def __call__(self, value: float):
        return COLOURS(float(self.norm(value)))

    def bar(self, sheet: Sheet, axes: list[Axes], label: str, plain: bool = False) -> None:
        """A colour bar at the right of ``axes``; ``plain`` numbers suit less than two decades."""
        mappable = ScalarMappable(self.norm, COLOURS)
        bar = sheet.figure.colorbar(mappable, ax=axes, aspect=30)
        bar.set_label(label)
        if plain:
            low, high = self.norm.vmin, self.norm.vmax
            ticks = [float(f"{v:.2g}") for v in np.geomspace(low, high, 7)]
            ticks = [tick for tick in ticks if low <= tick <= high]
            bar.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
            bar.ax.yaxis.set_minor_locator(NullLocator())
