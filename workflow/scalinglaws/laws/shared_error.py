"""The error that all losses of a study share: they are measured on one and the same test set."""

import numpy as np
import pyarrow as pa


def shared_error(runs: pa.Table, evaluations: pa.Table) -> float:
    """Standard error of the main test set's loss, relative to the loss; 0 where it is unknown.

    The median over runs of their scores on the test split of their own corpus (RUNS, EVALUATIONS).
    It moves losses up or down together: scales feel it, exponents hardly.
    """
    own = dict(zip(runs["run_id"].to_pylist(), runs["corpus"].to_pylist(), strict=True))
    relative = [
        row["loss_std_err"] / row["loss"]
        for row in evaluations.to_pylist()
        if row["split"] == "test"
        and row["corpus"] == own.get(row["run_id"])
        and row["loss"]
        and row["loss_std_err"] is not None
    ]
    return float(np.median(relative)) if relative else 0.0
