"""What a clone without its large files can do, said at the start of every Snakemake call."""

from __future__ import annotations

from pathlib import Path

from scalinglaws.provenance.dvclock import LOCK
from scalinglaws.study import Study

NOTICE = """\
note: this clone holds what git keeps of study {study}; its text, tokens, runs and scores, and
      Snakemake's records, are in a DVC remote.
      with one:    `dvc pull` gets them, and nothing is left to be done (`dvc remote list` names it)
      without one: `snakemake from_metrics` fits and draws everything anew from the metrics in git;
                   `snakemake` alone trains all {runs} runs again, from the text on
"""


def clone_notice(root: Path, study: Study) -> str | None:
    """The notice, where metrics are there and in the ledger but no run that they come from."""
    results = root / "results" / study.study
    bare = (results / "metrics").is_dir() and not (results / "runs").is_dir()
    if study.source != "trained" or not bare or not (root / LOCK).exists():
        return None
    return NOTICE.format(study=study.study, runs=len(study.runs()))
