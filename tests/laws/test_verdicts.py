"""What laws say of noise, of too little data, of exact data and of other laws' data."""

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "verdicts.py"


@pytest.fixture(scope="module")
def verdict():
    rows = runpy.run_path(str(SCRIPT))["verdicts"]()
    return {(law, data): sentence for law, data, sentence in rows}


@pytest.mark.parametrize(
    ("law", "data"),
    [
        ("L(N)", "a power law"),
        ("L(N)", "a power law without noise"),
        ("L(N) logarithm", "a logarithm"),
        ("L(N,D)", "Kaplan's L(N,D)"),
        ("L(N,D)", "Kaplan's L(N,D) without noise"),
        ("Chinchilla", "Chinchilla's law"),
        ("Chinchilla Huber", "Chinchilla's law"),
        ("Chinchilla LAD", "Chinchilla's law"),
    ],
)
def test_its_own_data_is_ok(verdict, law, data):
    assert verdict[law, data] == "ok"


@pytest.mark.parametrize(
    ("law", "data", "words"),
    [
        ("L(N)", "pure noise", "exponent not"),
        ("L(N)", "constant loss", "the loss is constant"),
        ("L(N)", "two points", "too few points: 2"),
        ("L(N)", "a logarithm", "ok, but bends"),
        ("L(N)", "a curve with a floor", "ok, but bends"),
        ("L(N)", "a broken power law", "ok, but bends"),
        ("L(N) logarithm", "a power law", "ok, but bends"),
        ("L(N,D)", "pure noise", "at a bound"),
        ("L(N,D)", "no dependence on D", "at a bound: the term of D vanishes"),
        ("L(N,D)", "constant loss", "the loss is constant"),
        ("L(N,D)", "two points", "too few points: 2"),
        ("L(N,D)", "Chinchilla's law", "ok, but bends"),
        ("L(N,D)", "a broken law", "ok, but bends"),
        ("Chinchilla", "pure noise", "at a bound"),
        ("Chinchilla", "two points", "too few points: 2"),
        ("Chinchilla LAD", "constant loss", "the loss is constant"),
    ],
)
def test_other_data_is_called_what_it_is(verdict, law, data, words):
    assert verdict[law, data].startswith(words)


def test_no_law_takes_another_laws_data_in_silence(verdict):
    """ "ok" alone is said of a law's own data only."""
    own = {"L(N)": "a power law", "L(N) logarithm": "a logarithm", "L(N,D)": "Kaplan's"}
    for (law, data), sentence in verdict.items():
        if sentence == "ok":
            assert data.startswith(own.get(law, "Chinchilla's law")), (law, data)


def test_the_committed_table_is_the_one_that_is_computed(verdict):
    table = (SCRIPT.parent / "results" / "verdicts.md").read_text(encoding="utf-8")
    for (law, data), sentence in verdict.items():
        assert f"| {law} | {data} | {sentence} |" in table
