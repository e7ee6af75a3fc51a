"""The table of the analysis of conventions, and the page that shows it."""

from __future__ import annotations

import pyarrow as pa

from scalinglaws.markup import markdown_table
from scalinglaws.metrics import field

CONVENTIONS = pa.schema(
    [
        field("source", pa.string(), "", "whose runs: a study, or a simulation", required=True),
        field("step", pa.int32(), "1", "from 1, Kaplan's conventions", required=True),
        field("title", pa.string(), "", "what the step changes", required=True),
        field("params", pa.string(), "", "what N counts", required=True),
        field("flops", pa.string(), "", "what C counts", required=True),
        field("losses", pa.string(), "", "along curves, or ends of runs", required=True),
        field("estimator", pa.string(), "", "frontier, minima or nearest", required=True),
        field("exponent", pa.float64(), "1", "of N_opt(C); null where nothing was fitted"),
        field("ci_low", pa.float64(), "1", "95 % by `method`"),
        field("ci_high", pa.float64(), "1", "95 % by `method`"),
        field("log10_scale", pa.float64(), "log10(parameters)", "N_opt at 1 PF-day"),
        field("n_runs", pa.int64(), "runs", "behind the exponent"),
        field("method", pa.string(), "", "of the interval"),
        field("status", pa.string(), "", "ok, or why not to trust it", required=True),
        field("compute", pa.list_(pa.float64()), "PF-days", "of the points of the line"),
        field("size", pa.list_(pa.float64()), "parameters", "N of the points of the line"),
    ]
)
WORDS = {
    "non_embedding": "without embeddings",
    "total": "all",
    "last_layer": "with the last layer",
    "counted": "all of Table 1",
}
INTRODUCTION = """\
The exponent of N_opt(C) on the runs of study **{study}** after each step from Kaplan's conventions
to Chinchilla's, with its 95 % interval. Each step keeps what the steps before it changed. The steps
are declared in the section `conventions` of the configuration. A step that the runs do not allow
has no number, but the reason. This page is generated; the numbers in full, and the points behind
each line, stand in `conventions.parquet`.
"""


def page(study: str, rows: list[dict]) -> str:
    """The page as Markdown: the study's steps, then the simulations beside it."""
    lines = [f"# Kaplan's and Chinchilla's conventions in study {study}", ""]
    lines += [INTRODUCTION.format(study=study), *_table([r for r in rows if r["source"] == study])]
    for source in dict.fromkeys(row["source"] for row in rows if row["source"] != study):
        own = [row for row in rows if row["source"] == source]
        lines += ["", f"## {source[:1].upper()}{source[1:]}", "", *_table(own)]
    return "\n".join(lines) + "\n"


def _table(rows: list[dict]) -> list[str]:
    header = ("step", "N counts", "C counts", "losses", "exponent [95 %]", "runs", "")
    return markdown_table(
        header,
        [
            (
                f"{row['step']}. {row['title']}",
                WORDS[row["params"]],
                WORDS[row["flops"]],
                row["losses"],
                exponent(row),
                str(row["n_runs"]),
                "" if row["status"] == "ok" else row["status"],
            )
            for row in rows
        ],
    )


def exponent(row: dict) -> str:
    """ "0.623 [0.591, 0.655]", the estimate alone without an interval, or a dash."""
    if row.get("exponent") is None:
        return "–"
    if row.get("ci_low") is None or row.get("ci_high") is None:
        return f"{row['exponent']:.3f}"
    return f"{row['exponent']:.3f} [{row['ci_low']:.3f}, {row['ci_high']:.3f}]"
