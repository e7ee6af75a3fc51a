"""The front of the report: what was run, what it says of every claim, and where everything is.

It is put together when the report is made, out of the results that are in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scalinglaws.claims.claim import Quantity, interval
from scalinglaws.claims.page import VERDICTS
from scalinglaws.claims.table import CLAIMS
from scalinglaws.markup import anchor
from scalinglaws.metrics import RUNS, read_table
from scalinglaws.provenance.graph import Graph, load_graph
from scalinglaws.report.pages import whole_intervals
from scalinglaws.report.places import PAPERS_STUDY, runs_of
from scalinglaws.report.provenance import provenance

TEMPLATES = "workflow/report"


class Result(NamedTuple):
    """A result in the report, as the menu has it; ``runs`` says whose it is."""

    path: str
    category: str
    title: str
    runs: str


def front_page(root: Path, lines: Sequence[str], configuration: Sequence[Path]) -> str:
    """HTML of the front.

    Args:
        lines: a result each, its path below ``root``, category, title and runs between " | ".
        configuration: the files that configure the studies.

    Raises:
        UserError: a table of claims or runs is missing or not what its schema says.
    """
    results = [Result(*line.split(" | ")) for line in lines if line]
    claims_page = {r.path.split("/")[1]: r.path for r in results if r.category == "Claims"}
    studies = sorted(claims_page, key=lambda study: (study == PAPERS_STUDY, study))
    claims = {study: _claims(root, study) for study in studies}
    graph = load_graph(root).upstream(result.path for result in results)
    environment = Environment(
        loader=FileSystemLoader(root / TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "large": large,
        "duration": duration,
        "whole_intervals": whole_intervals,
    }
    return environment.get_template("front.html").render(
        anchor=anchor,
        runs_of=runs_of,
        studies=studies,
        headlines=[_headline(root, study, graph, claims[study]) for study in studies],
        claims_page=claims_page,
        claims={
            title: {study: claims[study][title] for study in studies}
            for title in next(iter(claims.values()), ())
        },
        index=_index(results),
        sources=sorted({result.runs for result in results}),
        provenance=provenance(root, graph, configuration),
    )


def _headline(root: Path, study: str, graph: Graph, claims: dict[str, dict]) -> dict[str, Any]:
    """What a study is made of, in numbers; only trained runs surely have tokens and seconds."""
    runs = read_table(root / f"results/{study}/metrics/runs.parquet", RUNS).to_pylist()
    source = runs[0]["source"] if runs else None
    trained = source == "trained"
    sizes = [run["n_params"] for run in runs if run["n_params"]]
    verdicts = [claim["verdict"] for claim in claims.values()]
    jobs = [
        job
        for job in graph.jobs.values()
        if job.rule == "train" and job.id.startswith(f"results/{study}/")
    ]
    return {
        "study": study,
        "source": source,
        "runs": len(runs),
        "experiments": len({name for run in runs for name in run["experiments"]}),
        "corpus": runs[0]["corpus"] if trained else None,
        "sizes": (min(sizes), max(sizes)) if sizes else None,
        "tokens": sum(run["tokens"] for run in runs) if trained else None,
        "compute": sum(run["compute_6nbs"] for run in runs) if trained else None,
        "seconds": sum((job.ended - job.started).total_seconds() for job in jobs),
        "verdicts": {v: verdicts.count(v) for v in VERDICTS if v in verdicts},
    }


def _claims(root: Path, study: str) -> dict[str, dict[str, str]]:
    """Each claim, by its title, with its verdict and the number that decides it."""
    rows = read_table(root / f"results/{study}/claims.parquet", CLAIMS).to_pylist()
    return {title: _claim(list(group)) for title, group in groupby(rows, lambda row: row["title"])}


def _claim(rows: list[dict]) -> dict[str, str]:
    first = rows[0]
    deciding = next((row for row in rows if row["verdict"] == first["claim_verdict"]), None)
    return {
        "section": first["section"],
        "verdict": first["claim_verdict"],
        "number": _number(deciding) if deciding else first["finding"],
        "finding": first["finding"],
    }


def _number(row: dict) -> str:
    numbers = (nan if row[key] is None else row[key] for key in ("estimate", "ci_low", "ci_high"))
    quantity = Quantity(row["quantity"], *numbers, unit=row["unit"], allowed=(nan, nan))
    return f"{quantity.name}: {interval(quantity)}"


def _index(results: Sequence[Result]) -> dict[str, dict[str, dict[str, str]]]:
    """{category: {title: {runs: path}}} in the order of the menu, which has § before letters."""
    index: dict[str, dict[str, dict[str, str]]] = {}
    for result in sorted(results, key=lambda r: (not r.category.startswith("§"), r.category, r)):
        titles = index.setdefault(result.category, {})
        titles.setdefault(result.title, {})[result.runs] = result.path
    return index


def large(value: float) -> str:
    """Below a million in full, above with two digits and a power of ten."""
    if value < 1e6:
        return f"{value:,.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return Markup("{} × 10<sup>{}</sup>").format(mantissa, int(exponent))


def duration(seconds: float) -> str:
    """Hours, minutes or seconds."""
    if seconds >= 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.1f} min" if seconds >= 60 else f"{seconds:.0f} s"
