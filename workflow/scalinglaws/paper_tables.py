"""Tables 1 and 4 of the paper: what a model costs, and which law holds in which limit."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scalinglaws.markup import latex_tabular, markdown_table
from scalinglaws.operations import operations
from scalinglaws.tables import constants_table

if TYPE_CHECKING:
    import pyarrow as pa

TITLES = {
    "table_1": "Table 1: parameters and compute",
    "table_4": "Table 4: parameterisations of the trends",
}
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

    The formulas of a trained model are compared with what its run recorded: N, the parameters with
    embeddings, and the FLOPs of all operations.

    Args:
        runs: rows of RUNS; those without a shape are passed over.
    """
    shapes = [PAPER_MODEL]
    shaped = [
        run
        for run in runs
        if run["architecture"] == "transformer" and all(run[key] for key in PAPER_MODEL)
    ]
    largest = max(shaped, key=lambda run: run["n_params"] or 0, default=None)
    if largest:
        shapes.append({key: largest[key] for key in PAPER_MODEL})
    header = ["Operation", "Parameters", "FLOPs per token (forward)"]
    for shape in shapes:
        name = f"({shape['n_layer']}, {shape['d_model']}), n_vocab {shape['n_vocab']:,}"
        header += [f"parameters of {name}", f"FLOPs per token of {name}"]
    columns = [_counted(shape) for shape in shapes]
    rows = [
        (operation, *formulas, *(f"{n:,}" if n else "–" for column in columns for n in column[i]))
        for i, (operation, formulas) in enumerate(FORMULAS.items())
    ]
    if largest and largest["compute_counted"]:
        header.append("as its run recorded?")
        agrees = _agreement(largest, columns[-1])
        rows = [(*row, agrees.get(row[0], "")) for row in rows]
    return PlainTable(TITLES["table_1"], tuple(header), rows)


def _agreement(run: dict, counted: list[tuple[int, int]]) -> dict[str, str]:
    """Row: whether it is what the run recorded, "yes" or "no"; rows that no run records are absent.

    The FLOPs that a run records are those of all operations, three forward passes a token.
    """
    found = dict(zip(FORMULAS, counted, strict=True))
    (embedding, _), (inner, _) = found["Embed"], found["Total (non-embedding)"]
    flops = 3.0 * sum(own for _, own in counted[:-1]) * run["tokens"]
    total = run["n_params"] == inner and math.isclose(run["compute_counted"], flops)
    agrees = {
        "Embed": run["n_params_total"] - run["n_params"] == embedding,
        "Total (non-embedding)": total,
    }
    return {row: "yes" if own else "no" for row, own in agrees.items()}


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


def table_4(
    constants: dict[str, dict], kaplan2020: pa.Table, study: pa.Table | None = None
) -> PlainTable:
    """Table 4 with the exponents of each law: printed, refit and this study, with verdicts.

    Args:
        constants: what the paper prints (config/constants.yaml).
        kaplan2020: the table PARAMETERS of the paper's own points.
        study: that of this study; None for the paper's own.
    """
    header = ["Parameters", "Data", "Compute", "Batch size", "Equation", "Printed"]
    header += ["Refit of the paper's points", "Inside?"]
    header += [] if study is None else ["This study", "Inside?"]
    found: dict[str, list[tuple[str, dict]]] = {}
    compared = constants_table("constants", constants, kaplan2020, study)
    for constant, row in zip(constants.values(), compared, strict=True):
        if constant["parameter"].startswith("alpha"):
            found.setdefault(constant["law"], []).append((constant["parameter"], row))
    sources = [("refit", kaplan2020)] + ([] if study is None else [("study", study)])
    rows = []
    for *limits, equation, law in TRENDS:
        own = found[law]
        printed = _joined(f"{name} {row['printed']:.3g}" for name, row in own)
        cells = [*limits, equation, printed]
        for column, parameters in sources:
            cells += [
                _estimates(own, column) or _status(law, parameters),
                _joined(row[f"printed_inside_{column}"] for _, row in own if row[column]),
            ]
        rows.append(tuple(cells))
    return PlainTable(TITLES["table_4"], tuple(header), rows)


def _estimates(own: list[tuple[str, dict]], column: str) -> str:
    """Exponents with their 95 % intervals; "" where there are none."""
    return _joined(
        "{} {:.3g} [{:.3g}, {:.3g}]".format(name, *row[column]) for name, row in own if row[column]
    )


def _status(law: str, parameters: pa.Table) -> str:
    """Why a law has no numbers."""
    statuses = {row["law"]: row["status"] for row in parameters.to_pylist()}
    return statuses.get(law, "not fitted")


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)


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
