"""Porian et al. (2024): their 15 exponents from their points, none of which is committed here."""

import csv
from pathlib import Path

import numpy as np
import pytest

from scalinglaws.laws.curves.isoflop import isoflop_d_opt, isoflop_n_opt

TABLES = (
    Path(__file__).parents[4]
    / "shared"
    / "peers"
    / "data"
    / "formll+resolving-scaling-law-discrepancies"
)
SETUP = ("file", "dataset", "hparams", "warmup", "decay", "param_count", "loss")


def read(name):
    with (TABLES / name).open(newline="") as file:
        return list(csv.DictReader(file))


def setup_of(row):
    return tuple(row[key] for key in SETUP)


@pytest.fixture(scope="module")
def published():
    if not TABLES.is_dir():
        pytest.skip(f"{TABLES}: the points of Porian et al. are not part of this repository")
    return {setup_of(row): float(row["pub_a"]) for row in read("published_fits.csv")}


def measurements(make_runs, setup):
    return make_runs(
        [
            {
                "run_id": f"{row['flops']} {row['N']}",
                "n_params": round(float(row["N"])),
                "tokens": round(float(row["D"])),
                "compute_6nbs": float(row["flops"]),
                "test_loss": float(row["L"]),
            }
            for row in read("isoflop_points.csv")
            if setup_of(row) == setup
        ]
    )


def test_interpolated_minima_give_the_published_exponents(make_runs, published):
    assert len(published) == 15
    declared = {"experiment": "all", "minimum": "interpolated"}
    for setup, exponent in published.items():
        law = isoflop_n_opt(measurements(make_runs, setup), declared)
        low, high = law.conf_int()[0]
        assert law.ok and law["a"][0] == pytest.approx(exponent, abs=0.01), setup
        assert low < exponent < high, setup


def test_parabolas_over_the_whole_grid_are_called_lopsided(make_runs, published):
    """The grids reach far from the minima, where no parabola holds: not to pass in silence."""
    declared = {"experiment": "all"}
    laws = [isoflop_n_opt(measurements(make_runs, setup), declared) for setup in published]
    assert all("a" in law.remarks or not law.ok for law in laws)


def test_tokens_go_the_other_way(make_runs, published):
    setup = next(iter(published))
    runs = measurements(make_runs, setup)
    declared = {"experiment": "all", "minimum": "interpolated"}
    a, b = isoflop_n_opt(runs, declared)["a"][0], isoflop_d_opt(runs, declared)["b"][0]
    assert a + b == pytest.approx(1.0, abs=0.01)
    assert np.isfinite([a, b]).all()
