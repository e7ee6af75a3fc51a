"""Snakemake's plan: read from its summary, or the line of its error."""

import sys

import pytest

from scalinglaws.provenance.plan import planning

HEAD = ("output_file", "date", "rule", "log-file(s)", "status", "plan")
ROWS = [
    ("results/a", "-", "train", "logs/a.log", "ok", "no update"),
    ("results/b", "-", "train", "logs/b.log", "missing", "update pending"),
    ("results/b.weights", "-", "train", "logs/b.log", "missing", "update pending"),
    ("results/law", "-", "fit", "logs/fit.log", "updated input files", "update pending"),
]
SUMMARY = "\n".join("\t".join(cells) for cells in (HEAD, *ROWS))
ERRORS = """\
Using workflow specific profile profiles/default for setting default command line arguments.
error: {root}/config/config.yaml: training.steps: given 0,
allowed: greater than 0
Traceback (most recent call last):
  File "Snakefile", line 3
"""


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """The plan of a Snakemake that prints so much and ends so."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    program = tmp_path / "bin/snakemake"
    program.parent.mkdir()

    def plan(printed="", said="", code=0):
        (tmp_path / "out").write_text(printed)
        (tmp_path / "err").write_text(said)
        program.write_text(f"#!/bin/sh\ncat out\ncat err >&2\nexit {code}\n")
        program.chmod(0o755)
        with planning(tmp_path) as finish:
            return finish()

    return plan


def test_a_summary_is_read_product_by_product(planned):
    plan = planned(SUMMARY + "\n")
    assert plan.error is None and list(plan.products) == [row[0] for row in ROWS]
    law = plan.products["results/law"]
    assert (law.rule, law.log, law.status) == ("fit", "logs/fit.log", "updated input files")
    assert [p.pending for p in plan.products.values()] == [False, True, True, True]
    assert plan.jobs() == {"train": 1, "fit": 1}, "two outputs of one job count once"


def test_a_refusal_is_one_line_without_places_and_tracebacks(planned, tmp_path):
    plan = planned(said=ERRORS.format(root=tmp_path.resolve()), code=1)
    assert plan.products == {} and plan.jobs() == {}
    assert plan.error == ("config/config.yaml: training.steps: given 0, allowed: greater than 0")


def test_a_refusal_without_words_is_told_so(planned):
    assert planned(said="Building DAG of jobs...\n", code=1).error == "it gave no reason"


def test_of_a_snakemake_that_breaks_the_error_is_told_not_that_it_broke(planned):
    said = 'Traceback (most recent call last):\n  File "x.py", line 1\nOSError: File too large\n'
    assert planned(said=said, code=1).error == "OSError: File too large"
