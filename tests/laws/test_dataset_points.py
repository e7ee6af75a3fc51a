"""L(D): minima over models, the paper's constants, and which interval is the headline."""

from pathlib import Path

import numpy as np
import pytest

from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.dataset_points import best_by_dataset
from scalinglaws.laws.fit import FITS
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.metrics import RUNS, table_from_rows

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def runs():
    return gather(ROOT / "data" / "kaplan2020")["runs"]


def law_of(runs, low):
    select = {"dataset_tokens": {"min": low, "max": 2e9}}
    return FITS["L(D)"](Measurements(runs=runs), {"experiment": "data_size", "select": select})


def test_the_papers_minima_give_its_printed_law(runs):
    law = law_of(runs, 4e7)
    assert law.ok and len(law.x) == 6
    assert law.params[1] == pytest.approx(0.0953, abs=5e-5)
    assert np.sqrt(law.cov_params()[1, 1]) == pytest.approx(0.0016, abs=5e-5)
    assert 10 ** law.scale()[0] == pytest.approx(5.4e13, rel=5e-3)
    assert law.conf_int()[1, 0] < 0.095 < law.conf_int()[1, 1]


def test_with_the_smallest_dataset_the_exponent_is_larger(runs):
    law = law_of(runs, 0.0)
    assert len(law.x) == 7
    assert law.params[1] == pytest.approx(0.0978, abs=5e-5)
    assert 10 ** law.scale()[0] == pytest.approx(4.0e13, rel=0.02)


def test_the_winners_are_the_models_that_the_paper_plots(runs):
    law = law_of(runs, 0.0)
    sizes = dict(zip(runs["run_id"].to_pylist(), runs["n_params"].to_pylist(), strict=True))
    assert [round(sizes[run] / 1e6) for run in law.run_ids] == [85, 25, 85, 302, 302, 302, 708]


def row(name, tokens, loss, **more):
    return {
        "run_id": name,
        "source": "trained",
        "experiments": ["data_size"],
        "status": "finished",
        "dataset_tokens": tokens,
        "test_loss": loss,
        **more,
    }


GRID = table_from_rows(
    [
        row("a1", 100, 5.0),
        row("b1", 100, 5.2),
        row("a2", 200, 4.7),
        row("b2", 200, 4.6),
        row("b3", 400, 4.2),
        row("lost", 400, None, status="diverged"),
        row("all", None, 4.0),
    ],
    RUNS,
)


def test_each_winner_is_deleted_in_turn():
    chosen = best_by_dataset(Measurements(runs=GRID), {"experiment": "data_size"})
    assert chosen.run_ids == ["a1", "b2", "b3"] and chosen.choice["n_candidates"] == 5
    assert chosen.excluded == [("lost", "diverged")]  # nor is the run on all text a candidate
    without = {run: (x.tolist(), loss.tolist()) for run, (x, loss) in chosen.without.items()}
    assert without == {
        "a1": ([100, 200, 400], [5.2, 4.6, 4.2]),
        "b2": ([100, 200, 400], [5.0, 4.7, 4.2]),
        "b3": ([100, 200], [5.0, 4.6]),
    }


def test_a_range_leaves_out_winners_by_name():
    select = {"dataset_tokens": {"min": 150}}
    chosen = best_by_dataset(Measurements(runs=GRID), {"experiment": "data_size", "select": select})
    assert chosen.run_ids == ["b2", "b3"]
    assert ("a1", "dataset_tokens below 150") in chosen.excluded
    assert "b1" not in dict(chosen.excluded)


def test_no_limited_text_is_a_status():
    only = GRID.filter([run == "all" for run in GRID["run_id"].to_pylist()])
    law = FITS["L(D)"](Measurements(runs=only), {"experiment": "data_size"})
    assert law.status.startswith("too few")


def simulated(sigma, studies=400):
    """Grids of 6 models by 6 dataset sizes from Eq. 1.5 with Table 2, noise of a run on ln L."""
    sizes = np.array([393216, 3145728, 25165824, 84934656, 301989888, 707788800.0])
    tokens = 22e9 / 2.0 ** np.arange(9, 3, -1)
    surface = ((6.4e13 / sizes[:, None]) ** (0.076 / 0.103) + 1.8e13 / tokens) ** 0.103
    noise = np.random.default_rng(1).normal(0, sigma, (studies, *surface.shape))
    truth = fit_power_law(tokens, surface.min(0), "D").params[1]
    return truth, [fit_power_law(tokens, g.min(0), "D") for g in surface * np.exp(noise)]


@pytest.mark.parametrize("sigma", [0.005, 0.01])
def test_the_headline_interval_covers_what_it_says(sigma):
    truth, laws = simulated(sigma)
    inside = [low <= truth <= high for low, high in (law.conf_int()[1] for law in laws)]
    assert np.mean(inside) >= 0.93


def test_the_jackknife_stands_beside_it_and_is_wider(runs):
    row = law_of(runs, 4e7).to_parameters({})[1]
    assert row["method"] == "OLS, t(n-2)"
    assert row["jackknife_low"] < row["ci_low"] < row["ci_high"] < row["jackknife_high"]
