"""Whether N counts embeddings, as far as the table can tell."""

import shlex

import numpy as np

from scalinglaws.inspection.finding import Finding
from scalinglaws.run_tables.rows import RunRows
from scalinglaws.run_tables.units import spelled

SURE = ("non_emb", "nonemb", "without_emb", "n_params")  # names that say it
SAME = 0.02


def size_findings(read: RunRows) -> list[Finding]:
    """N against 12 n_layer d_model^2 where the shape is there, else against its name."""
    rows, given = read.rows, set(read.given)
    if "N" not in given:
        return []
    if {"n_layer", "d_model"} <= given:
        body = 12.0 * rows["n_layer"] * rows["d_model"] ** 2
        ratio = (rows["N"] / body).to_numpy(dtype=float)
        ratio = ratio[np.isfinite(ratio)]
        if not len(ratio) or np.median(np.abs(ratio - 1.0)) < SAME:
            return []
        text = (
            f"N is {ratio.min():.3g} to {ratio.max():.3g} times 12 n_layer d_model^2: "
            "does it count embeddings? Then say --column N_total=NAME"
        )
        return [Finding("embeddings", text)]
    if {"N", "N_total"} <= given and np.allclose(rows["N"], rows["N_total"], rtol=1e-6):
        return [Finding("embeddings", "N and N_total are equal in all rows: which of them is it?")]
    taken = read.taken.get("N")
    if taken is None or taken.given or any(word in spelled(taken.name) for word in SURE):
        return []
    text = (
        f"column {taken.name!r} does not say whether N counts embeddings; it is taken not to. "
        "If it does: --column " + shlex.quote(f"N_total={taken.name}")
    )
    return [Finding("embeddings", text)]
