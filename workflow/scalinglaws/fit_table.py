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
from scalinglaws.laws.measurements import Measurements
from scalinglaws.run_tables.build import measurements
from scalinglaws.run_tables.how import HowToRead
from scalinglaws.run_tables.names import EXPERIMENT, MOST_RUNS
from scalinglaws.run_tables.quantities import QUANTITIES
from scalinglaws.run_tables.rows import read_rows

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


def fit_table(path: str | Path, law: str, settings: dict | None = None, **how) -> Fitted:
    """Fit ``law`` to the Parquet, CSV or JSON table at ``path``; a row a run, or a logged step.

    ``how`` says what the table means (columns, units, constants, where, ranges, compute, loss_at,
    skip_bad_rows), as in `user_table.read_user_table`. ``settings`` are further entries of the law
    in a configuration (IsoFLOP: within, minimum, tolerance, budgets); None is left out. What was
    taken and what is doubtful goes to stderr. A fit that is not to be used is returned with its
    ``status``.

    Raises:
        UserError: an unknown law, or a table it cannot be fitted to; names the file and row.
    """
    if law not in NEEDS:
        raise UserError(
            f"law {law!r}: unknown, or not to be fitted to a table; there are: {', '.join(NEEDS)}"
        )
    how = {name: value for name, value in how.items() if value is not None}
    read = read_rows(path, HowToRead(**how), NEEDS[law])
    for kind, lines in (("note", read.notes), ("warning", read.warnings)):
        for line in lines:
            print(f"{kind}: {line}", file=sys.stderr)
    found = measurements(read, how.get("loss_at", "last"))
    declared = declared_for(found, how.get("ranges", {}))
    declared |= {name: value for name, value in (settings or {}).items() if value is not None}
    return FITS[law](found, declared)


def declared_for(found: Measurements, ranges: dict) -> dict:
    """The entry of a configuration that takes all runs of a table; ``ranges`` as in HowToRead.

    Raises:
        UserError: more runs than a fit can redo one by one.
    """
    if (n_runs := len(found.runs)) > MOST_RUNS:
        raise UserError(
            f"{n_runs} runs are too many for one fit, at most {MOST_RUNS}; choose some by "
            "--where or --range, or name the runs whose curves these rows are: --column run_id=NAME"
        )
    present = {key for key in QUANTITIES if _present(found.runs, QUANTITIES[key].column)}
    counted = _present(found.runs, "compute_counted")
    return {
        "experiment": EXPERIMENT,
        # The rows are chosen already; the fit remembers by what.
        "select": {
            QUANTITIES[key].column: _limits(*limits)
            for key, limits in ranges.items()
            if key in present
        },
        "variables": {
            "N": "n_params" if "N" in present else "n_params_total",
            "D": "dataset_tokens" if "D" in present else "tokens",
            "C": "compute_counted" if counted else "compute_6nbs",
        },
    }


def _present(runs, column: str) -> bool:
    return column in runs.schema.names and runs[column].null_count < len(runs)


def _limits(low: float | None, high: float | None) -> dict[str, float]:
    return {name: v for name, v in (("min", low), ("max", high)) if v is not None}
