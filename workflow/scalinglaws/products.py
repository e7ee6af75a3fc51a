"""Every file that a study is made of, stage by stage, in the order of the flow.

One list serves Snakemake's targets, the ledger and the search for orphans, so that nothing is
shipped that is not a target, and no target is forgotten.
"""

from __future__ import annotations

from scalinglaws.laws.names import SLUGS, own_laws
from scalinglaws.study import Study

SPLITS = ("train", "validation", "test")
OWN_LAW_FORMATS = ("parquet", "txt", "json")
METRICS = ["runs", "curves", "evaluations", "positions", "batch_scan", "noise_scale", "tracked"]
FIGURE_FORMATS = ("pdf", "png", "csv")
TABLE_FORMATS = ("csv", "md", "tex", "html")
CONSTANTS = "constants.json"  # what `dvc metrics` shows
LAW_POINTS = "law_points.csv"  # what `dvc plots` shows
# Hashes of the files that the paper's points were gathered from. Not in git, unlike the metrics
# that the same job makes: in a new clone Snakemake would take those for current by their dates,
# although no record there says what made them. As this file is missing, it gathers them again.
SOURCES = "sources.json"


def corpora_files(study: Study) -> list[str]:
    """Raw and cleaned text, shared by all studies."""
    if study.source != "trained":
        return []
    return [
        path
        for corpus in study.corpora.all
        for path in (
            f"data/raw/{corpus}",
            *(f"data/text/{corpus}/{split}.parquet" for split in SPLITS),
            f"data/text/{corpus}/summary.json",
        )
    ]


def splits_of(study: Study, corpus: str) -> tuple[str, ...]:
    """The splits that are encoded: all of the training corpus, the test split of others."""
    return SPLITS if corpus == study.corpora.train else ("test",)


def token_files(study: Study) -> list[str]:
    """Tokenizer, shards and data cards."""
    if study.source != "trained":
        return []
    results = f"results/{study.study}"
    shards = [
        f"{results}/tokens/{corpus}/{split}.{ending}"
        for corpus in study.corpora.all
        for split in splits_of(study, corpus)
        for ending in ("bin", "json")
    ]
    cards = [
        f"{results}/data_cards/{corpus}.{ending}"
        for corpus in study.corpora.all
        for ending in ("md", "json", "html")
    ]
    return [f"{results}/tokenizer.json", *shards, *cards]


def run_files(study: Study) -> list[str]:
    """Curves, weights and scores of every declared run."""
    results = f"results/{study.study}"
    return [
        path
        for run_id in study.runs()
        for path in (
            f"{results}/runs/{run_id}.parquet",
            f"{results}/runs/{run_id}.safetensors",
            f"{results}/scores/{run_id}.parquet",
        )
    ]


def metrics_files(study: Study) -> list[str]:
    """The gathered tables, the same for every source of runs; for the paper's also its files."""
    own = [f"results/{study.study}/{SOURCES}"] if study.source == "kaplan2020" else []
    return [*own, *(f"results/{study.study}/metrics/{table}.parquet" for table in METRICS)]


def from_metrics(study: Study) -> list[str]:
    """Laws, claims, figures and tables: what follows from the metrics alone."""
    results, own = f"results/{study.study}", own_laws(study.declared_laws)
    return [
        *(f"{results}/laws/{table}.parquet" for table in ("parameters", "held_out", "profiles")),
        *(f"{results}/laws/{slug}.{e}" for slug in SLUGS.values() for e in ("txt", "json")),
        *(f"{results}/laws/{law}.{e}" for law in own for e in OWN_LAW_FORMATS),
        f"{results}/{CONSTANTS}",
        f"{results}/{LAW_POINTS}",
        f"{results}/conventions.md",
        f"{results}/conventions.parquet",
        f"{results}/plan.txt",
        f"{results}/plan.json",
        f"{results}/claims.md",
        f"{results}/claims.parquet",
        *(f"{results}/{page}.html" for page in ("claims", "laws", "conventions", "plan")),
        *(f"{results}/figures/{figure}.{e}" for figure in study.figures for e in FIGURE_FORMATS),
        *(f"{results}/tables/{table}.{e}" for table in study.tables for e in TABLE_FORMATS),
    ]


def products(study: Study) -> list[str]:
    """All files of a study."""
    return [
        *corpora_files(study),
        *token_files(study),
        *run_files(study),
        *metrics_files(study),
        *from_metrics(study),
    ]
