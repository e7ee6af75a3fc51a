"""Fit one law to a run table of one's own, in a few lines.

from scalinglaws.fit_table import fit_table

law = fit_table("runs.csv", "L(N,D)", columns={"loss": "final_loss"})
print(law.summary())
law.conf_int()
"""

import sys
from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.laws.fit import FITS, Fitted
from scalinglaws.user_table import EXPERIMENT, QUANTITIES, read_user_table

# What a law must find in the table; "N|N_total": the first of them that is there.
NEEDS = {
    "L(N)": ("N|N_total", "loss"),
    "L(N) logarithm": ("N|N_total", "loss"),
    "L(D)": ("D", "loss"),
    "L(C)": ("C", "loss", "step|tokens"),
    "L(N,D)": ("N|N_total", "D|tokens", "loss"),
    "Chinchilla": ("N|N_total", "D|tokens", "loss"),
    "Chinchilla Huber": ("N|N_total", "D|tokens", "loss"),
    "Chinchilla LAD": ("N|N_total", "D|tokens", "loss"),
    "IsoFLOP N_opt(C)": ("C", "N|N_total", "loss"),
    "IsoFLOP D_opt(C)": ("C", "D|tokens", "loss"),
    "N_opt(C)": ("C", "N", "loss", "step|tokens"),
    "LR(N)": ("N|N_total", "lr", "loss"),
}


def fit_table(
    path: str | Path,
    law: str,
    columns: dict[str, str] | None = None,
    units: dict[str, float] | None = None,
    ranges: dict[str, tuple[float | None, float | None]] | None = None,
    skip_bad_rows: bool = False,
) -> Fitted:
    """Fit ``law`` to the Parquet or CSV table at ``path``; one row a run, or a row a logged step.

    ``columns``, ``units`` and ``skip_bad_rows`` as in `user_table.read_user_table`; ``ranges`` maps
    a key (N, D, loss ...) to the closed range that is fitted, None for no limit. Warnings go to
    stderr. A fit that is not to be used is returned with its ``status``.

    Raises:
        UserError: an unknown law, or a table it cannot be fitted to; names the file and row.
    """
    if law not in NEEDS:
        raise UserError(
            f"law {law!r}: unknown, or not to be fitted to a table; there are: {', '.join(NEEDS)}"
        )
    measurements, warnings = read_user_table(path, columns, units, NEEDS[law], skip_bad_rows)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    present = {key: _present(measurements.runs, key) for key in QUANTITIES}
    declared = {
        "experiment": EXPERIMENT,
        "select": {
            QUANTITIES[key].column: _limits(low, high) for key, (low, high) in _known(ranges)
        },
        "variables": {
            "N": "n_params" if present["N"] else "n_params_total",
            "D": "dataset_tokens" if present["D"] else "tokens",
        },
    }
    return FITS[law](measurements, declared)


def _present(runs, key: str) -> bool:
    column = QUANTITIES[key].column
    return column in runs.schema.names and runs[column].null_count < len(runs)


def _known(ranges: dict | None):
    for key, limits in (ranges or {}).items():
        if key not in QUANTITIES:
            raise UserError(f"range of {key!r}: unknown; there are: {', '.join(QUANTITIES)}")
        yield key, limits


def _limits(low: float | None, high: float | None) -> dict[str, float]:
    return {name: v for name, v in (("min", low), ("max", high)) if v is not None}
