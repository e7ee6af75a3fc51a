"""Pearce and Song's published simulation, and a known law found again under either count."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from scalinglaws.conventions.analysis import analyse
from scalinglaws.conventions.simulated import (
    EXPERIMENT,
    chinchillas_count,
    kaplans_count,
    simulated,
    simulations,
)
from scalinglaws.errors import UserError
from scalinglaws.laws.curves.chinchilla import optimal_exponents

PUBLISHED = yaml.safe_load((Path(__file__).parents[2] / "config/chinchilla.yaml").read_text())
BESIROGLU = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)
HOFFMANN = (1.6934, 406.4, 410.7, 0.3392, 0.2849)


@pytest.mark.parametrize(("constants", "printed"), [(BESIROGLU, 0.7805), (HOFFMANN, 0.7388)])
def test_kaplans_count_gives_their_numbers_to_four_digits(constants, printed):
    (row,) = analyse(simulated(constants), kaplans_count(), "simulated")
    assert row["exponent"] == pytest.approx(printed, abs=5e-5)
    assert row["ci_low"] < row["exponent"] < row["ci_high"]


@pytest.mark.parametrize("constants", [BESIROGLU, HOFFMANN])
def test_counting_all_parameters_gives_the_law_that_made_them(constants):
    (row,) = analyse(simulated(constants), chinchillas_count(constants), "simulated")
    true = optimal_exponents(*constants[3:])[0]
    assert row["exponent"] == pytest.approx(true, abs=0.005)
    assert row["ci_low"] < true < row["ci_high"]


@pytest.mark.parametrize("constants", [BESIROGLU, HOFFMANN])
def test_the_frontier_of_whole_curves_finds_it_too(constants):
    step = {"title": "all", "params": "total", "flops": "total", "experiment": EXPERIMENT}
    (row,) = analyse(simulated(constants), {"estimator": "frontier", "steps": [step]}, "simulated")
    assert row["status"] == "ok"
    assert row["exponent"] == pytest.approx(optimal_exponents(*constants[3:])[0], abs=0.02)


def test_simulations_are_named_by_their_constants():
    rows = simulations({"simulate": ["besiroglu2024", "hoffmann2022"]}, PUBLISHED)
    found = {row["source"]: row["exponent"] for row in rows if row["title"].startswith("without")}
    assert found["simulated, besiroglu2024"] == pytest.approx(0.7805, abs=5e-5)
    assert found["simulated, hoffmann2022"] == pytest.approx(0.7388, abs=5e-5)
    assert simulations({}, PUBLISHED) == []
    with pytest.raises(UserError, match="'nobody' is unknown; there are: hoffmann2022"):
        simulations({"simulate": ["nobody"]}, PUBLISHED)


def test_published_constants_are_those_of_the_simulation():
    names = ("E", "A", "B", "alpha", "beta")
    assert tuple(PUBLISHED["besiroglu2024"][n] for n in names) == BESIROGLU
    assert tuple(PUBLISHED["hoffmann2022"][n] for n in names) == HOFFMANN
    assert np.isfinite(list(PUBLISHED["hoffmann2022"].values())).all()
