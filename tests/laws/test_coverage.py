"""A small edition of benchmarks/intervals.py: default intervals hold the truth 95 times in 100."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import intervals as script
from coverage_study import surfaces
from coverage_study.cells import STRESS, STUDIES, cells, simulate
from coverage_study.outcome import Outcome
from coverage_study.report import markdown
from coverage_study.summary import pooled, summarise

# Law, runs, replications (by what they cost).
SMALL = [
    ("L(N)", 8, 500),
    ("L(N,D)", 8, 100),
    ("Chinchilla", 12, 80),
    ("L(N,S) on curves", 8, 100),
    ("IsoFLOP N_opt(C)", 20, 300),
    ("Chinchilla Huber", 20, 30),
]
STANDARD_ERRORS = 3.5  # of the count: some forty quantities, all but never off by chance


@pytest.mark.parametrize("law, n_runs, replications", SMALL)
def test_default_intervals_cover_as_often_as_they_say(law, n_runs, replications):
    rows = summarise(law, n_runs, simulate(law, n_runs, 0, replications))
    defaults = [row for row in rows if row["default"]]
    assert all(row["usable"] >= 0.97 * replications for row in defaults)
    margin = STANDARD_ERRORS * np.sqrt(0.95 * 0.05 / replications)
    for row in defaults:
        assert abs(row["coverage"] - 0.95) <= margin, (row["estimand"], row["coverage"])
        # No interval of a few runs is narrower than the oracle's, none absurdly wide.
        if np.isfinite(row["median_width"]):
            assert 0.8 < row["width_ratio"] < 2.0, (row["estimand"], row["width_ratio"])


def test_points_of_a_curve_taken_for_independent_runs_would_be_found_out(monkeypatch):
    """The simulation sees what it is there to see."""

    def each_point_a_run(form, x, loss, names, **how):
        names = [f"point{i}" for i in range(len(names))]
        return fit_surface(form, x, loss, names, **how)

    fit_surface = surfaces.fit_surface
    monkeypatch.setattr(surfaces, "fit_surface", each_point_a_run)
    found = simulate("L(N,S) on curves", 8, 0, 10)
    covered = [o.covered for _, own in found for o in own if o.estimand.startswith("alpha_N")]
    assert np.mean(covered) < 0.8


def test_every_law_and_quantity_is_there():
    for law, n_runs in cells(list(STUDIES), [20]):
        if "LAD" not in law:  # slow
            status, found = simulate(law, n_runs, 0, 1)[0]
            assert status == "ok" and found, law
            # The stress is nobody's default and must not be pooled with the rest.
            assert any(outcome.default for outcome in found) == (law != STRESS)
    assert ("IsoFLOP N_opt(C)", 8) not in cells(list(STUDIES), [8])


def test_any_number_of_jobs_writes_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(script, "CHUNK", 2)
    files = {}
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        options = ["--law", "L(N)", "L(C)", "--runs", "8", "--replications", "5"]
        script.main([*options, "--jobs", jobs, "--out", str(out)])
        files[jobs] = [(out / f"coverage.{kind}").read_bytes() for kind in ("parquet", "md")]
    assert files["1"] == files["2"]


def test_cells_not_asked_for_stay_as_they_are(tmp_path):
    def run(out, *options):
        script.main([*options, "--replications", "3", "--jobs", "1", "--out", str(tmp_path / out)])
        return [(tmp_path / out / f"coverage.{kind}").read_bytes() for kind in ("parquet", "md")]

    whole = run("a", "--law", "L(N)", "L(D)", "--runs", "8", "12")
    run("b", "--law", "L(D)", "--runs", "8", "12")
    assert run("b", "--law", "L(N)", "--runs", "8", "12") == whole
    assert run("b", "--law", "L(N)", "--runs", "12") == whole


def test_a_pool_of_two_cells_has_more_replications(tmp_path):
    options = ["--law", "IsoFLOP N_opt(C)", "L(N)", "L(D)", "--runs", "20"]
    script.main([*options, "--replications", "2", "--jobs", "1", "--out", str(tmp_path)])
    assert "2 of each law and number of runs, 8 of IsoFLOP" in (tmp_path / "coverage.md").read_text(
        encoding="utf-8"
    )


def test_coverage_counts_usable_studies_only_and_names_the_rest():
    ok = [Outcome("alpha", "t", covered, error, 4.0) for covered, error in [(1, 1.0), (0, -1.0)]]
    found = [("ok", ok[:1]), ("flat: alpha", []), ("ok", ok[1:])]
    (row,) = summarise("law", 8, found)
    assert (row["replications"], row["usable"], row["coverage"]) == (3, 2, 0.5)
    assert row["width_ratio"] == pytest.approx(4.0 / (2 * 1.96 * np.sqrt(2.0)), rel=1e-4)
    assert row["commonest_fault"] == "flat: alpha"
    assert "1 of 3, most often: flat: alpha" in markdown([row])


def test_what_is_outside_is_marked_and_methods_are_pooled_over_cells():
    rows = []
    for n_runs, hits in ((8, 90), (12, 99)):
        found = [("ok", [Outcome("alpha", "t", i < hits, i % 7, 1.0)]) for i in range(100)]
        rows += summarise("law", n_runs, found)
    (method,) = pooled(rows)
    assert method["coverage"] == pytest.approx(0.945)
    assert (method["lowest"]["n_runs"], method["highest"]["n_runs"]) == (8, 12)
    text = markdown(rows)
    assert "**90.0** ·" in text and "**99.0** ·" in text and "| 94.5 |" in text
