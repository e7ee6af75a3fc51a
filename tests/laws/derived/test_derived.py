"""Derived quantities: intervals follow from the laws; a missing law takes only its own."""

import json
from dataclasses import replace

import numpy as np
import pytest
from simulated_training import TRUTH, simulated

from scalinglaws.laws.batch.critical_batch import critical_batch_law
from scalinglaws.laws.batch.step_law import step_law
from scalinglaws.laws.derived.derived import derived_quantities
from scalinglaws.laws.derived.efficient import compute_exponent
from scalinglaws.laws.derived.groups import GROUPS
from scalinglaws.laws.derived.sources import estimates_of
from scalinglaws.laws.frontier.trends import FRONTIER_LAWS
from scalinglaws.laws.grid_laws import GRID_LAWS
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.laws.selection import select_runs

FIG2 = {"experiment": "learning_curves", "points": {"step": {"min": 1000}}}
PREDICTED = "alpha_C_min (Eq. 6.4)"


@pytest.fixture(scope="module")
def laws(paper):
    data = {"experiment": "data_size", "select": {"dataset_tokens": {"min": 4e7}}}
    found = {
        "B_crit(L)": critical_batch_law(paper, {"experiment": "batch_size"}),
        "L(N,S_min)": step_law(paper, {"experiment": "steps", "points": {"step": {"min": 3000}}}),
        "L(N,D)": GRID_LAWS["L(N,D)"](paper, data),
        "N_opt(C_min)": FRONTIER_LAWS["N_opt(C_min)"](paper, FIG2),
        "D_opt(C_min)": FRONTIER_LAWS["D_opt(C_min)"](paper, FIG2),
    }
    # Lines stand in for L(C_min) and L(D): 8 exact points of the printed laws, with scatter.
    rng = np.random.default_rng(0)
    for variable, scale, exponent, x in (
        ("C_min", 3.1e8, 0.050, np.geomspace(1e-4, 0.2, 8)),
        ("D", 5.4e13, 0.095, np.geomspace(4e7, 2e9, 8)),
    ):
        loss = (scale / x) ** exponent * np.exp(0.003 * rng.normal(size=8))
        found[f"L({variable})"] = fit_power_law(x, loss, variable=variable)
    return found


@pytest.fixture(scope="module")
def derived(laws):
    return derived_quantities(laws)


def test_all_groups_of_the_paper(derived):
    assert derived.ok and not derived.remarks
    assert list(derived.names) == [name for group in GROUPS for name in group.quantities]
    low, high = derived.conf_int().T
    assert np.all((low < derived.params) & (derived.params < high))
    text = derived.to_text({})
    assert PREDICTED in text
    json.dumps(derived.to_json({}), allow_nan=False)


def test_printed_numbers(derived):
    """What the paper prints lies inside, but the 0.054 of Eq. 6.4: no printed exponents give it."""
    printed = {
        PREDICTED: 0.052,
        "p_N (Eq. 1.7)": 0.71,
        "f = alpha_N / alpha_S (Eq. B.5)": 0.10,
        "N_ratio (Eq. B.12)": 2.7,
        "S_ratio (Eq. B.13)": 0.13,
        "C_ratio (Eq. B.14)": 0.35,
        "times fewer steps (Eq. B.13)": 7.7,
        "compute saved (Eq. B.14)": 0.65,
        "log10_k (Eq. 4.4)": np.log10(5e3),
        "p (Eq. 4.4)": 0.74,
        "log10_C_star (Eq. 6.8)": 4.0,
        "log10_N_star (Eq. 6.8)": 12.0,
        "log10_D_star (Eq. 6.8)": 12.0,
        "L_star (Eq. 6.8)": 1.7,
        "log10_N_e (Eq. B.9)": np.log10(1.3e9),
        "log10_B_e (Eq. B.2)": np.log10(2.0e6),
        "log10_S_e (Eq. B.10)": np.log10(5.4e3),
    }
    outside = {
        name: value
        for name, value in printed.items()
        if not derived[name][1] < value < derived[name][2]
    }
    assert outside == {}
    assert derived[PREDICTED][2] < 0.054


def test_estimates_are_the_formulas_of_the_estimates(laws, derived):
    steps = laws["L(N,S_min)"]
    alpha_B = laws["B_crit(L)"]["alpha_B"][0]
    expected = compute_exponent(steps["alpha_N"][0], steps["alpha_S"][0], alpha_B)
    assert derived[PREDICTED][0] == pytest.approx(expected)
    difference = (
        derived["log10_C_c (Eq. B.8, critical batch)"][0] - derived["log10_C_c_min (Eq. B.8)"][0]
    )
    assert difference == pytest.approx(np.log10(2.0))
    total = sum(derived[f"p_{x} (Eq. 1.7)"][0] for x in "NBS")
    assert total == pytest.approx(1.0)
    at_1 = sum(
        derived[f"log10_{x}"][0] for x in ("N_e (Eq. B.9)", "B_e (Eq. B.2)", "S_e (Eq. B.10)")
    )
    assert at_1 == pytest.approx(np.log10(8.64e19 / 6))


def test_shared_runs_are_left_out_together(laws, derived):
    """B_crit enters L(N,S_min) as well: its 10 runs stand once, and in both laws at a time."""
    strata = list(derived.replicates.strata)
    assert sum(s.startswith("batch scan") for s in strata) == 10
    row = derived.replicates.redone[strata.index("batch scan N=3145728")]
    steps, scan = laws["L(N,S_min)"].replicates, laws["B_crit(L)"].replicates
    label = derived.replicates.labels[strata.index("batch scan N=3145728")]
    own = dict(zip(steps.names, steps.redone[steps.labels.index(label)], strict=True))
    alpha_B = scan.redone[scan.labels.index(label)][0]
    expected = compute_exponent(own["alpha_N"], own["alpha_S"], alpha_B)
    assert row[derived.names.index(PREDICTED)] == pytest.approx(expected)


def test_runs_of_a_sample_count_where_they_are_used(laws, derived):
    """L(D) of other runs of L(N,D)'s experiment: neither group has more runs to leave out."""
    other = replace(
        laws["L(D)"], run_ids=[f"other {i}" for i in range(8)], choice=laws["L(N,D)"].choice
    )
    found = derived_quantities(laws | {"L(D)": other})
    for quantity in ("p (Eq. 4.4)", "L_star (Eq. 6.8)"):
        assert found[quantity] == pytest.approx(derived[quantity], rel=1e-12)


def test_a_missing_law_takes_only_what_needs_it(laws):
    found = derived_quantities({k: v for k, v in laws.items() if k != "L(N,D)"})
    assert found.ok and "p (Eq. 4.4)" not in found.names and PREDICTED in found.names
    ((title, remark),) = found.remarks.items()
    assert "Eq. 4.4" in title and "L(N,D) was not fitted" in remark
    unusable = laws | {"B_crit(L)": replace(laws["B_crit(L)"], status="too few runs: 2")}
    found = derived_quantities(unusable)
    assert PREDICTED not in found.names and "p (Eq. 4.4)" in found.names
    assert all("B_crit(L): too few runs: 2" in remark for remark in found.remarks.values())


def test_nothing_usable_is_a_sentence():
    found = derived_quantities({"L(N,D)": LawFit("L(N,D)", "", (), (), "too few points")})
    assert not found.ok and "L(N,D): too few points" in found.status
    assert "B_crit(L) was not fitted" in found.status
    assert found.to_text({}) and np.isnan(found.params).all()


def test_a_line_of_independent_points_keeps_its_own_interval(laws, paper):
    """Redoing L(D) without each point is the jackknife of least squares: close to OLS."""
    law = laws["L(D)"]
    found, _ = estimates_of(laws, "L(D)", "alpha_D", "log10_D_c")
    assert found.estimate == pytest.approx([law.params[1], law.scale()[0]])
    assert found.std_err()[0] == pytest.approx(np.sqrt(law.cov_params()[1, 1]), rel=0.6)
    chosen = select_runs(paper.runs, "model_size", {})
    of_runs = fit_power_law(chosen.x, chosen.loss, run_ids=chosen.run_ids, choice=chosen.choice)
    found, _ = estimates_of({"L(N)": of_runs}, "L(N)", "alpha_N")
    assert set(found.strata) == {"model_size"} and len(found.labels) == 23


def test_intervals_cover():
    """40 studies from a known law: the binomial's lower limit at 95 % is 35."""
    truth = compute_exponent(TRUTH["alpha_N"], TRUTH["alpha_S"], TRUTH["alpha_B"])
    inside = 0
    for seed in range(1, 41):
        study = simulated(seed)
        found = derived_quantities(
            {
                "B_crit(L)": critical_batch_law(study, {"experiment": "batch_size"}),
                "L(N,S_min)": step_law(
                    study, {"experiment": "ladder", "points": {"step": {"min": 1000}}}
                ),
            }
        )
        _, low, high = found[PREDICTED]
        inside += low <= truth <= high
    assert inside >= 35
