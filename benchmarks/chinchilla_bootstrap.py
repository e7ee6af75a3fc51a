"""How much faster are bootstraps fitted together than one at a time by scipy's optimisers?

    python benchmarks/chinchilla_bootstrap.py [TABLE.csv] [--columns N D loss] [--compute C]

Resamples a table of runs 4000 times with replacement and fits L = E + A/N^alpha + B/D^beta to each
resample, Huber's loss (delta 1e-3) on ln L, summed. `scalinglaws.laws.surfaces` fits all of them;
scipy.optimize.minimize fits the first 100, one at a time, in the same centred parameters, with
the objective scaled to 1 and from the fit to the whole table, and its time is scaled up. Printed
are the ratios of the times, on one core, and how far apart the objectives end.

TABLE.csv has a row a run; --columns names its columns of parameters, tokens and loss, and
--compute, in place of the tokens, that of training FLOPs (D = C / 6N). Without a table one of 240
runs is simulated.
"""

import os

if __name__ == "__main__":  # before numpy counts the cores
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from scalinglaws.laws.surfaces.additive import CHINCHILLA
from scalinglaws.laws.surfaces.losses import huber
from scalinglaws.laws.surfaces.multistart import fit_from_starts
from scalinglaws.laws.surfaces.solver import solve

RESAMPLES, BY_SCIPY, REPEATS = 4000, 100, 3
DELTA = 1e-3
TIGHT = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 10_000, "maxfun": 100_000}
METHODS = {"BFGS": {"gtol": 1e-6}, "L-BFGS-B": TIGHT}


def main() -> None:
    """Fit all resamples both ways and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", nargs="?", type=Path)
    parser.add_argument("--columns", nargs=3, default=("N", "D", "loss"))
    parser.add_argument("--compute")
    args = parser.parse_args()
    x, loss = read(args) if args.table else simulate()
    u, y = np.log(x) - np.log(x).mean(axis=0), np.log(loss)
    n = len(y)
    drawn = np.random.default_rng(42).integers(0, n, size=(RESAMPLES, n))
    counts = np.array([np.bincount(row, minlength=n) for row in drawn], dtype=float)
    whole = fit_from_starts(CHINCHILLA, u, y, loss=huber(DELTA))
    print(f"{n} runs, {RESAMPLES} resamples; fit to all: objective {whole.objective:.13g}")

    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        ours = solve(CHINCHILLA, u, y, whole.theta, weights=counts, loss=huber(DELTA))
        times.append(time.perf_counter() - begin)
    seconds = min(times)
    print(
        f"together: {seconds:.3f} s (best of {REPEATS}), {1e3 * seconds / RESAMPLES:.4f} ms each, "
        f"{ours.converged.mean():.2%} converged"
    )
    for gradient in ("numeric", "analytic"):
        for method, options in METHODS.items():
            begin = time.perf_counter()
            found = one_by_one(u, y, counts[:BY_SCIPY], whole.theta, method, gradient, options)
            one = (time.perf_counter() - begin) / BY_SCIPY
            gap = ours.objective[:BY_SCIPY] / found - 1.0
            print(
                f"scipy {method}, {gradient} gradient: {1e3 * one:.2f} ms each, so "
                f"{one * RESAMPLES:.1f} s for all ({BY_SCIPY} timed): "
                f"{one * RESAMPLES / seconds:.0f} times as long; relative to its objectives "
                f"ours are {gap.min():+.1e} to {gap.max():+.1e}"
            )


def one_by_one(u, y, counts, start, method, gradient, options) -> np.ndarray:
    """Objectives that scipy reaches, shape (len(counts),)."""
    found = []
    for weights in counts:
        scale = 1.0 / huber_sum(start, u, y, weights)

        def value(theta, weights=weights, scale=scale):
            return scale * huber_sum(theta, u, y, weights)

        def both(theta, weights=weights, scale=scale):
            objective, slope = huber_sum(theta, u, y, weights, slope=True)
            return scale * objective, scale * slope

        if gradient == "analytic":
            result = minimize(both, start, method=method, jac=True, options=options)
        else:
            result = minimize(value, start, method=method, options=options)
        found.append(result.fun / scale)
    return np.array(found)


def huber_sum(theta, u, y, weights, slope=False):
    """Sum of Huber's loss over ln L residuals of one resample; with ``slope`` its gradient too."""
    powers = theta[1:3, None] - theta[3:5, None] * u.T
    largest = np.maximum(powers.max(axis=0), theta[0])
    floor, terms = np.exp(theta[0] - largest), np.exp(powers - largest)
    total = floor + terms[0] + terms[1]
    residual = largest + np.log(total) - y
    psi = np.clip(residual, -DELTA, DELTA)
    objective = weights @ (psi * (residual - 0.5 * psi))
    if not slope:
        return objective
    force = weights * psi / total
    levels = terms @ force
    return objective, np.array([floor @ force, *levels, *-(terms * u.T @ force)])


def read(args) -> tuple[np.ndarray, np.ndarray]:
    """Parameters and tokens (n, 2), and loss (n,), of the rows that have all three."""
    table = pd.read_csv(args.table)
    size, tokens, loss = args.columns
    try:
        n_params = table[size]
        n_tokens = table[args.compute] / (6.0 * n_params) if args.compute else table[tokens]
        whole = pd.DataFrame({"N": n_params, "D": n_tokens, "loss": table[loss]}).dropna()
    except KeyError as missing:
        sys.exit(f"{args.table}: no column {missing}; name the columns with --columns, --compute")
    return whole[["N", "D"]].to_numpy(float), whole["loss"].to_numpy(float)


def simulate(n: int = 240) -> tuple[np.ndarray, np.ndarray]:
    """A table like those people fit: sizes and tokens over two decades, heavy-tailed noise."""
    random = np.random.default_rng(0)
    n_params, n_tokens = 10 ** random.uniform([[7.6], [9.2]], [[10.2], [11.6]], size=(2, n))
    loss = 1.9 + 500.0 / n_params**0.35 + 1500.0 / n_tokens**0.36
    noise = 0.005 * random.standard_t(3, size=n)
    return np.column_stack([n_params, n_tokens]), loss * np.exp(noise)


if __name__ == "__main__":
    main()
