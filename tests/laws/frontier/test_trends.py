"""N_opt, S_min, B_crit and D_opt along the frontier: the paper's points and known truth."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from simulated_training import TRUTH, simulated

from scalinglaws.laws.batch.lines import fit_lines
from scalinglaws.laws.derived.efficient import EfficientTraining
from scalinglaws.laws.frontier.trends import FRONTIER_LAWS
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.undeclared import UNDECLARED

DATA = Path(__file__).resolve().parents[3] / "data" / "kaplan2020"
FIG14 = {"experiment": "optimal_size"}
# Steps at the optimum start near 2,400: what was logged before 1,000 is never on the frontier.
FIG2 = {"experiment": "learning_curves", "points": {"step": {"min": 1000}}}
SIMULATED = {"experiment": "ladder", "points": {"step": {"min": 300}}}


@pytest.fixture(scope="module")
def chain(paper):
    return {name: law(paper, FIG2) for name, law in FRONTIER_LAWS.items()}


@pytest.mark.parametrize(
    ("name", "exponent", "scale", "points"),
    [("N_opt(C_min)", 0.729, 1.35e9, 31), ("N_opt(C)", 0.877, 1.63e9, 30)],
)
def test_least_squares_of_the_markers_of_figure_14(paper, name, exponent, scale, points):
    law = FRONTIER_LAWS[name](paper, FIG14)
    assert law.ok and law.n_runs == points
    assert law.params[0] == pytest.approx(exponent, abs=5e-4)
    assert 10 ** law.params[1] == pytest.approx(scale, rel=5e-3)
    assert "as published" in law.note
    # Each kind of compute has markers of its own; the other's are left out by name.
    assert len(law.excluded) == 61 - points


def test_least_squares_of_the_steps_of_figure_14():
    with (DATA / "fig14_right.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "S_min"]
    x, y = (np.log([float(row[key]) for row in rows]) for key in ("compute_PFdays", "steps"))
    level, slope = fit_lines(x, y, 0.0)
    assert slope == pytest.approx(0.014, abs=1e-3)
    assert np.exp(level) == pytest.approx(4.7e3, rel=0.01)


def test_the_chain_from_the_curves_agrees_with_the_published_markers(paper, chain):
    """Fig. 2 has 21 of the models, converted by the refitted B_crit: both ways agree."""
    for name in ("N_opt(C)", "N_opt(C_min)"):
        published = FRONTIER_LAWS[name](paper, FIG14)
        for parameter in published.names:
            _, low, high = chain[name][parameter]
            assert low < published[parameter][0] < high


def test_table_6_lies_inside(chain):
    printed = {
        "N_opt(C_min)": (0.73, 1.3e9),
        "S_min(C_min)": (0.03, 5.4e3),
        "B_crit(C_min)": (0.24, 2.0e6),
        "D_opt(C_min)": (0.27, 2.0e10),
        "N_opt(C)": (0.88, 1.6e9),
    }
    for name, (exponent, scale) in printed.items():
        law = chain[name]
        assert law.ok, (name, law.status)
        for parameter, value in zip(law.names, (exponent, np.log10(scale)), strict=True):
            assert law[parameter][1] < value < law[parameter][2], (name, parameter)


def test_exponents_add_up_in_every_pass(chain):
    """C_min = 6 N B S_min point by point, and D = 2 C_min / 6 N (Table 6, not Eq. 6.7)."""
    size, steps, batch, data = (
        chain[f"{name}(C_min)"] for name in ("N_opt", "S_min", "B_crit", "D_opt")
    )
    total = size.params[0] + steps.params[0] + batch.params[0]
    assert total == pytest.approx(1.0, abs=1e-9)
    assert size.params[0] + data.params[0] == pytest.approx(1.0, abs=1e-9)
    assert np.allclose(size.replicates.redone[:, 0] + data.replicates.redone[:, 0], 1.0)
    assert size.params[1] + data.params[1] == pytest.approx(np.log10(2 * 8.64e19 / 6))


def test_both_samples_are_in_the_interval(chain):
    strata = set(chain["N_opt(C_min)"].replicates.strata)
    assert strata == {"batch scan N=3145728", "batch scan N=84934656", "learning_curves"}
    assert set(chain["N_opt(C)"].replicates.strata) == {"learning_curves"}
    assert "neighbours" in chain["N_opt(C)"].method
    assert "do not change" in chain["S_min(C_min)"].remarks["p_S"]
    for law in chain.values():
        json.dumps(law.to_json({}), allow_nan=False)
        assert law.to_text({})


def test_the_order_of_rows_does_not_matter(paper, chain):
    order = np.random.default_rng(0).permutation(paper.runs.num_rows)
    shuffled = replace(paper, runs=paper.runs.take(order))
    again = FRONTIER_LAWS["N_opt(C_min)"](shuffled, FIG2)
    assert np.array_equal(again.params, chain["N_opt(C_min)"].params)


def test_what_is_missing_is_said(paper):
    for law in FRONTIER_LAWS.values():
        assert law(paper, None).status == UNDECLARED
    steps = FRONTIER_LAWS["S_min(C_min)"](paper, FIG14)
    assert "losses on this frontier are not known" in steps.status
    no_scan = Measurements(runs=paper.runs, curves=paper.curves)
    assert "compute cannot be converted" in FRONTIER_LAWS["N_opt(C_min)"](no_scan, FIG2).status
    assert FRONTIER_LAWS["N_opt(C)"](no_scan, FIG2).ok
    few = FIG2 | {"compute_range": {"min": 1e-3, "max": 2e-3}}
    assert "too few models on the frontier" in FRONTIER_LAWS["N_opt(C)"](paper, few).status


def test_noise_has_no_frontier():
    """Larger models reach larger computes: even random winners give a rising, resolved line."""
    study = simulated(1)
    place = study.curves.schema.names.index("test_loss")
    field, rng = study.curves.schema.field(place), np.random.default_rng(0)
    losses = rng.permutation(study.curves["test_loss"].to_numpy())
    noise = replace(study, curves=study.curves.set_column(place, field, [losses]))
    for name, law in FRONTIER_LAWS.items():
        assert "take turns" in law(noise, SIMULATED).status, name
        assert law(study, SIMULATED).ok


def test_the_frontier_of_a_known_law_is_found():
    """Without noise, against Appendix B in closed form; 12 sizes a factor of 2 apart."""
    optimum = EfficientTraining(
        TRUTH["alpha_N"],
        TRUTH["alpha_S"],
        TRUTH["alpha_B"],
        *(10 ** TRUTH[name] for name in ("log10_N_c", "log10_S_c", "log10_B_star")),
    )
    exact = simulated(0, run_sd=0.0, curve_sd=0.0)
    expected = {
        "N_opt(C_min)": (optimum.alpha_C / optimum.alpha_N, optimum.size(1.0)),
        "S_min(C_min)": (optimum.alpha_C / optimum.alpha_S, optimum.steps(1.0)),
        "B_crit(C_min)": (optimum.alpha_C / optimum.alpha_B, optimum.batch(1.0)),
    }
    for name, (exponent, scale) in expected.items():
        law = FRONTIER_LAWS[name](exact, SIMULATED)
        assert law.params[0] == pytest.approx(exponent, abs=2e-3)
        assert law.params[1] == pytest.approx(np.log10(scale), abs=5e-3)


def test_intervals_cover():
    """40 studies: the binomial's lower limit at 95 % is 35."""
    exact = simulated(0, run_sd=0.0, curve_sd=0.0)
    names = ("N_opt(C)", "N_opt(C_min)", "B_crit(C_min)")
    truth = {name: FRONTIER_LAWS[name](exact, SIMULATED).params for name in names}
    inside = dict.fromkeys(names, 0)
    for seed in range(1, 41):
        study = simulated(seed)
        for name in names:
            law = FRONTIER_LAWS[name](study, SIMULATED)
            low, high = law.conf_int().T
            inside[name] += (low <= truth[name]) & (truth[name] <= high)
    assert all(np.all(hits >= 35) for hits in inside.values()), inside
