"""How much compute an hour of known hardware is, from config/hardware.yaml."""

from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.study import load_study
from scalinglaws.yaml_file import load_yaml

TABLE = Path("config/hardware.yaml")
CORE = "core"  # of the machine that the default study's cost model was measured on


def peak_of(name: str, root: Path = Path(".")) -> tuple[float, float]:
    """Peak FLOP/s of the hardware, and the share of it that training usually reaches.

    Raises:
        UserError: an unknown name; the line lists those known.
    """
    table = load_yaml(root / TABLE)
    peaks = table["peak_flops_per_second"]
    if name == CORE:
        # Measured in training, so the whole of it is reached.
        return load_study(None, root).budget.flops_per_second, 1.0
    if name not in peaks:
        known = ", ".join([CORE, *peaks])
        raise UserError(f"--hardware {name}: unknown; there are: {known}; or --flops-per-second")
    return float(peaks[name]), float(table["utilisation"])
