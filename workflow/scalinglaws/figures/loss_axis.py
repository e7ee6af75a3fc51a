"""A horizontal logarithmic axis of losses, numbered as the vertical ones are."""

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0)  # nats/token
MOST_TICKS = 8


def log_loss_x(axes: Axes, label: str) -> None:
    """Plain numbers at the finest of STEPS with at most eight: losses rarely span a decade."""
    axes.set_xscale("log")
    axes.set_xlabel(label)
    low, high = sorted(axes.get_xlim())
    for step in STEPS:
        ticks = [k * step for k in range(int(low / step) + 1, int(high / step) + 1)]
        if len(ticks) <= MOST_TICKS:
            break
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
