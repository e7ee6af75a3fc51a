"""Tables of the paper with our numbers beside the printed ones, as CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING

from scalinglaws.markup import latex_tabular, markdown_table

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "constant",
    "law",
    "unit",
    "printed",
    "refit_estimate",
    "refit_low",
    "refit_high",
    "printed_inside_refit",
    "jointly_inside_refit",
    "study_estimate",
    "study_low",
    "study_high",
    "printed_inside_study",
    "note",
)
TITLES = {
    "table_2": "Table 2: L(N, D)",
    "table_3": "Table 3: L(N, S_min)",
    "table_5": "Table 5: fitted constants",
    "table_6": "Table 6: compute-efficient training, C_min in PF-days",
    "constants": "All constants that the paper prints",
}
NOT_FITTED = "not fitted in this study"
OTHER_VOCABULARY = "different vocabulary: scales not comparable"


def constants_table(
    table: str, constants: dict[str, dict], kaplan2020: pa.Table, study: pa.Table | None = None
) -> list[dict]:
    """Rows of a table: printed value, refit of the paper's points, this study, 95 % intervals.

    ``table`` is a key of TITLES; "constants" holds everything that the paper prints.
    ``kaplan2020`` and ``study`` are tables PARAMETERS; ``study`` is None for the paper's own
    study. Scales are turned back from log10. ``printed_inside_*`` holds "yes" or "no", empty where
    a comparison means nothing: no usable fit, or a scale at another vocabulary. ``jointly_inside``
    says it of all printed values of one law together: exponents and scales are nearly collinear.
    """
    refits, fits = _by_parameter(kaplan2020), _by_parameter(study)
    return [
        _row(constant, refits, fits, study is not None)
        for constant in constants.values()
        if table == "constants" or table in {f"table_{number}" for number in constant["tables"]}
    ]


def _row(constant: dict, refits: dict, fits: dict, has_study: bool) -> dict:
    key = (constant["law"], constant["parameter"])
    is_scale = constant["parameter"].startswith("log10_")
    notes = [constant["note"]] if constant["note"] else []
    refit, refit_note = _numbers(refits.get(key), is_scale)
    fit, fit_note = _numbers(fits.get(key), is_scale)
    if has_study and fit_note != refit_note:
        notes += [f"this study: {fit_note}"] if fit_note else []
        notes += [f"paper's points: {refit_note}"] if refit_note else []
    elif refit_note:
        notes.append(refit_note)
    if is_scale and fit:
        notes.append(OTHER_VOCABULARY)
    return {
        "constant": constant["symbol"],
        "latex": constant["latex"],
        "law": constant["law"],
        "unit": constant["unit"],
        "printed": float(constant["value"]),
        "refit": refit,
        "printed_inside_refit": _inside(constant, refit),
        "jointly_inside_refit": _jointly(refits.get(key)) if refit else "",
        "study": fit,
        "printed_inside_study": "" if is_scale else _inside(constant, fit),
        "note": "; ".join(note.rstrip(".") for note in notes),
    }


def _by_parameter(table: pa.Table | None) -> dict[tuple[str, str], dict]:
    rows = [] if table is None else table.to_pylist()
    return {(row["law"], row["parameter"]): row for row in rows}


def _numbers(row: dict | None, is_scale: bool) -> tuple[tuple[float, ...] | None, str]:
    """Estimate with its interval and a caveat, or None and why there is none."""
    if row is None:
        return None, NOT_FITTED
    if row["status"] != "ok":
        return None, row["status"]
    values = (row["estimate"], row["ci_low"], row["ci_high"])
    return tuple(_power(v) for v in values) if is_scale else values, row["caveat"] or ""


def _power(log10: float) -> float:
    return 10.0**log10 if log10 < 300 else math.inf


def _inside(constant: dict, numbers: tuple[float, ...] | None) -> str:
    if numbers is None:
        return ""
    return "yes" if numbers[1] <= float(constant["value"]) <= numbers[2] else "no"


def _jointly(row: dict) -> str:
    """Whether all printed values of the law lie inside its 95 % joint region."""
    printed, rounded = row["paper_joint_p"], row["paper_joint_p_rounded"]
    if printed is None or rounded is None:
        return ""
    return "yes" if printed > 0.05 else "before rounding" if rounded > 0.05 else "no"


def write_csv(rows: list[dict], path: str | Path) -> None:
    """The table for programs: a column a number, empty where there is none."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            flat = dict(row)
            for source in ("refit", "study"):
                estimate, low, high = row[source] or ("", "", "")
                flat[f"{source}_estimate"] = estimate
                flat[f"{source}_low"], flat[f"{source}_high"] = low, high
            writer.writerow(flat)


def write_markdown(table: str, rows: list[dict], path: str | Path, has_study: bool) -> None:
    """The table for readers."""
    header, lines = _cells(rows, has_study, latex=False)
    text = [
        f"{TITLES[table]}, 95 % intervals in brackets: least squares with Student's t where",
        "every point is a run of its own, else each run deleted in turn and everything redone.",
        "Inside?: whether the printed value lies in the interval before it. Jointly?: whether all",
        "printed values of the law lie in its 95 % joint region, as printed or before rounding.",
        "",
        *markdown_table(header, lines),
    ]
    Path(path).write_text("\n".join(text) + "\n", encoding="utf-8")


def write_latex(rows: list[dict], path: str | Path, has_study: bool) -> None:
    """The table for a paper: a tabular to be put into a float."""
    text = latex_tabular(*_cells(rows, has_study, latex=True))
    Path(path).write_text("\n".join(text) + "\n", encoding="utf-8")


def _cells(rows: list[dict], has_study: bool, latex: bool) -> tuple[list[str], list[list[str]]]:
    header = ["Constant", "Law", "Unit", "Printed", "Refit of the paper's points", "Inside?"]
    header += ["Jointly?"]
    header += ["This study", "Inside?"] if has_study else []
    header += [] if latex else ["Note"]
    lines = []
    for row in rows:
        line = [
            f"${row['latex']}$" if latex else row["constant"],
            _latex_text(row["law"]) if latex else row["law"],
            "" if row["unit"] == "1" else row["unit"],
            _number(row["printed"], latex),
            _interval(row["refit"], latex),
            row["printed_inside_refit"],
            row["jointly_inside_refit"],
        ]
        if has_study:
            line += [_interval(row["study"], latex), row["printed_inside_study"]]
        lines.append(line if latex else [*line, row["note"]])
    return header, lines


def _interval(numbers: tuple[float, ...] | None, latex: bool) -> str:
    if numbers is None:
        return "--" if latex else "–"
    estimate, low, high = (_number(value, latex) for value in numbers)
    return f"{estimate} [{low}, {high}]"


def _number(value: float, latex: bool) -> str:
    if math.isinf(value):
        return (r"$\infty$" if latex else "∞") if value > 0 else (r"$-\infty$" if latex else "-∞")
    if value == 0.0 or 1e-3 <= abs(value) < 1e3:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    mantissa = f"{float(mantissa):g}"
    if latex:
        return rf"${mantissa}\times10^{{{int(exponent)}}}$"
    return f"{mantissa}e{int(exponent)}"


def _latex_text(text: str) -> str:
    return text.replace("_", r"\_")
