"""Tables 1 and 4 of the paper: what a model costs, and which law holds in which limit."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scalinglaws.compute import operations
from scalinglaws.markup import latex_tabular, markdown_table

if TYPE_CHECKING:
    import pyarrow as pa

PAPER_MODEL = {"n_layer": 36, "d_model": 1280, "d_ff": 5120, "n_ctx": 1024, "n_vocab": 50257}


@dataclass(frozen=True)
class PlainTable:
    """A title, a header and rows of text; every row is as long as the header."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


FORMULAS = {
    "Embed": ("(n_vocab + n_ctx) d_model", "4 d_model"),
    "Attention: QKV": ("n_layer d_model 3 d_attn", "2 n_layer d_model 3 d_attn"),
    "Attention: Mask": ("–", "2 n_layer n_ctx d_attn"),
    "Attention: Project": ("n_layer d_attn d_model", "2 n_layer d_attn d_model"),
    "Feedforward": ("n_layer 2 d_model d_ff", "2 n_layer 2 d_model d_ff"),
    "De-embed": ("–", "2 d_model n_vocab"),
    "Total (non-embedding)": (
        "N = 2 d_model n_layer (2 d_attn + d_ff)",
        "C_forward = 2 N + 2 n_layer n_ctx d_attn",
    ),
}


def table_1(runs: list[dict]) -> PlainTable:
    """Table 1 with its numbers for a model of the paper and the largest Transformer of ``runs``.

    Args:
        runs: rows of RUNS; those without a shape are passed over.
    """
    shapes = [PAPER_MODEL]
    shaped = [
        {key: run[key] for key in PAPER_MODEL}
        for run in runs
        if run["architecture"] == "transformer" and all(run[key] for key in PAPER_MODEL)
    ]
    if shaped:
        shapes.append(max(shaped, key=lambda shape: sum(p for p, _ in _counted(shape)[:-1])))
    header = ["Operation", "Parameters", "FLOPs per token (forward)"]
    for shape in shapes:
        name = f"({shape['n_layer']}, {shape['d_model']}), n_vocab {shape['n_vocab']:,}"
        header += [f"parameters of {name}", f"FLOPs per token of {name}"]
    columns = [_counted(shape) for shape in shapes]
    rows = [
        (operation, *formulas, *(f"{n:,}" if n else "–" for column in columns for n in column[i]))
        for i, (operation, formulas) in enumerate(FORMULAS.items())
    ]
    return PlainTable("Table 1: parameters and compute", tuple(header), rows)


def _counted(shape: dict[str, int]) -> list[tuple[int, int]]:
    """Parameters and FLOPs of each row of Table 1; the total leaves embedding and softmax out."""
    found = operations(**shape)
    inner = [counts for name, counts in found.items() if name not in ("Embed", "De-embed")]
    total = (sum(p for p, _ in inner), sum(f for _, f in inner))
    return [*found.values(), total]


# Parameters, data, compute, batch size: the limits of Table 4, and the law that holds there.
TRENDS = (
    ("N", "∞", "∞", "fixed", "L(N) = (N_c / N)^alpha_N", "L(N)"),
    ("∞", "D", "early stop", "fixed", "L(D) = (D_c / D)^alpha_D", "L(D)"),
    ("optimal", "∞", "C", "fixed", "L(C) = (C_c / C)^alpha_C (naive)", "L(C)"),
    ("N_opt", "D_opt", "C_min", "B << B_crit", "L(C_min) = (C_c / C_min)^alpha_C", "L(C_min)"),
    (
        *("N", "D", "early stop", "fixed"),
        "L(N, D) = [(N_c / N)^(alpha_N / alpha_D) + D_c / D]^alpha_D",
        "L(N,D)",
    ),
    (
        *("N", "∞", "S steps", "B"),
        "L(N, S) = (N_c / N)^alpha_N + (S_c / S_min)^alpha_S",
        "L(N,S_min)",
    ),
)


def table_4(kaplan2020: pa.Table, study: pa.Table | None = None) -> PlainTable:
    """Table 4 with the exponents of each law, 95 % intervals, or why it is not fitted.

    Args:
        kaplan2020: the table PARAMETERS of the paper's own points.
        study: that of this study; None for the paper's own.
    """
    header = ["Parameters", "Data", "Compute", "Batch size", "Equation", "Paper's points"]
    sources = [_exponents(kaplan2020)]
    if study is not None:
        header.append("This study")
        sources.append(_exponents(study))
    rows = [
        (*limits, equation, *(source.get(law, "not fitted") for source in sources))
        for *limits, equation, law in TRENDS
    ]
    return PlainTable("Table 4: parameterisations of the trends", tuple(header), rows)


def _exponents(parameters: pa.Table) -> dict[str, str]:
    """Law: its exponents with their intervals, or its status where it is not to be used."""
    found: dict[str, list[str]] = {}
    for row in parameters.to_pylist():
        if row["status"] != "ok":
            found[row["law"]] = [row["status"]]
        elif row["parameter"].startswith("alpha"):
            numbers = (row["estimate"], row["ci_low"], row["ci_high"])
            estimate, low, high = (f"{number:.3g}" for number in numbers)
            found.setdefault(row["law"], []).append(
                f"{row['parameter']} {estimate} [{low}, {high}]"
            )
    return {law: ", ".join(words) for law, words in found.items()}


def write_plain(table: PlainTable, csv_path: str, md_path: str, tex_path: str) -> None:
    """The table for programs, for readers, and for a paper (booktabs' rules)."""
    with Path(csv_path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([table.header, *table.rows])
    lines = [f"{table.title}.", "", *markdown_table(table.header, table.rows)]
    Path(md_path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    header, *rows = ([_latex(cell) for cell in line] for line in (table.header, *table.rows))
    Path(tex_path).write_text("\n".join(latex_tabular(header, rows)) + "\n", encoding="utf-8")


def _latex(cell: str) -> str:
    replaced = (("_", r"\_"), ("^", r"\^{}"), ("∞", r"$\infty$"), ("<<", r"$\ll$"), ("–", "--"))
    for old, new in replaced:
        cell = cell.replace(old, new)
    return cell
