"""How losses scatter: a run's own effect, correlated points along its curve, a shared test set.

All relative to the loss, so they add to ln loss.
"""

import numpy as np

RUN = 0.005  # standard deviation of a run's effect: its seed
POINT = 0.003  # of what comes and goes along a learning curve
CORRELATION = 0.9  # of neighbouring points of one curve, AR(1)
TEST_SET = 0.001  # of the error that all runs of a study share; known to it


def one_point_a_run(rng: np.random.Generator, n_runs: int) -> np.ndarray:
    """Errors of ln loss at the end of each run, shape (n_runs,)."""
    return RUN * rng.normal(size=n_runs)


def curves(rng: np.random.Generator, n_runs: int, n_points: int) -> np.ndarray:
    """Errors of ln loss along the learning curves, shape (n_runs, n_points)."""
    wander = np.empty((n_runs, n_points))
    wander[:, 0] = rng.normal(size=n_runs)
    for i in range(1, n_points):
        fresh = np.sqrt(1.0 - CORRELATION**2) * rng.normal(size=n_runs)
        wander[:, i] = CORRELATION * wander[:, i - 1] + fresh
    return RUN * rng.normal(size=(n_runs, 1)) + POINT * wander


def test_set(rng: np.random.Generator) -> float:
    """Error of ln loss that every run of one study has."""
    return TEST_SET * rng.normal()
