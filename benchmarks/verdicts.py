"""What the laws say of data that no law, or another law, made: a table of verdicts.

python benchmarks/verdicts.py        writes benchmarks/results/verdicts.md
"""

from pathlib import Path

import numpy as np

from scalinglaws.laws.grid_laws import GRID_LAWS
from scalinglaws.laws.logarithm import fit_logarithm
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.metrics import RUNS, table_from_rows

TABLE = Path(__file__).parent / "results" / "verdicts.md"
NOISE = 0.005  # of ln L
SIZES = np.geomspace(1e5, 1e9, 9)
DATASETS = np.geomspace(1e8, 1e11, 5)


def power(n):
    return (8.8e13 / n) ** 0.076


# Loss against N: what made the data, and the loss before noise.
ONE_VARIABLE = {
    "pure noise": lambda n: np.full_like(n, 3.0),
    "a power law": power,
    "a power law without noise": power,
    "a logarithm": lambda n: -0.25 * np.log(n / 7.1e12),
    "a curve with a floor": lambda n: 2.5 + (1e5 / n) ** 0.4,
    "a broken power law": lambda n: 4.0 * (n / 1e7) ** np.where(n < 1e7, -0.12, -0.02),
    "constant loss": lambda n: np.full_like(n, 3.0),
    "two points": power,
}
WITHOUT_NOISE = {"a power law without noise", "constant loss"}


def joint(n, d):
    return ((6.4e13 / n) ** (0.076 / 0.103) + 1.8e13 / d) ** 0.103


def chinchilla(n, d):
    return 1.7 + 400.0 / n**0.34 + 410.0 / d**0.28


TWO_VARIABLES = {
    "pure noise": lambda n, d: np.full_like(n, 3.0),
    "Kaplan's L(N,D)": joint,
    "Kaplan's L(N,D) without noise": joint,
    "Chinchilla's law": chinchilla,
    "no dependence on D": lambda n, d: power(n),
    "a broken law": lambda n, d: joint(n, d) * (n / 1e7) ** np.where(n < 1e7, 0.0, 0.06),
    "constant loss": lambda n, d: np.full_like(n, 3.0),
    "two points": joint,
}


def verdict_of_one(data: str, fit, seed: int = 0) -> str:
    """Verdict of a law of one variable on data of a kind in ONE_VARIABLE."""
    n = SIZES[:2] if data == "two points" else SIZES
    return _sentence(fit(n, ONE_VARIABLE[data](n) * _noise(data, n, seed)))


def verdict_of_two(data: str, law: str, seed: int = 0) -> str:
    """Verdict of a law of N and D on data of a kind in TWO_VARIABLES."""
    n, d = (a.ravel() for a in np.meshgrid(SIZES[::2], DATASETS))
    if data == "two points":
        n, d = n[:2], d[:2]
    loss = TWO_VARIABLES[data](n, d) * _noise(data, n, seed)
    rows = [
        {
            "run_id": f"run_{i:02d}",
            "source": "table",
            "experiments": ["grid"],
            "status": "finished",
            "n_params": round(a),
            "dataset_tokens": round(b),
            "test_loss": c,
        }
        for i, (a, b, c) in enumerate(zip(n, d, loss, strict=True))
    ]
    runs = Measurements(runs=table_from_rows(rows, RUNS))
    return _sentence(GRID_LAWS[law](runs, {"experiment": "grid"}))


def _noise(data: str, n: np.ndarray, seed: int) -> np.ndarray:
    quiet = data.endswith("without noise") or data in WITHOUT_NOISE
    draws = np.random.default_rng(seed).normal(0.0, NOISE, len(n))
    return np.exp(np.zeros(len(n)) if quiet else draws)


def _sentence(law) -> str:
    return f"ok, but {law.caveat}" if law.ok and law.caveat else law.status


def verdicts() -> list[tuple[str, str, str]]:
    """Rows (law, data, verdict)."""
    one = {"L(N)": fit_power_law, "L(N) logarithm": fit_logarithm}
    return [
        *((name, data, verdict_of_one(data, fit)) for name, fit in one.items()
          for data in ONE_VARIABLE),
        *((name, data, verdict_of_two(data, name)) for name in GRID_LAWS
          for data in TWO_VARIABLES),
    ]  # fmt: skip


def main() -> None:
    """Write the table."""
    lines = [
        f"Verdicts of the laws on data of a known kind, noise {100 * NOISE:g} % of the loss.",
        "",
        "| law | data | verdict |",
        "| --- | --- | --- |",
        *(f"| {law} | {data} | {verdict} |" for law, data, verdict in verdicts()),
    ]
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
