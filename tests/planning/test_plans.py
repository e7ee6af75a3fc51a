"""What plans say: the paper's statements, Chinchilla's, and the best run of a study."""

import numpy as np
import pandas as pd
import pytest
from planned_laws import ROOT, tables_of

from scalinglaws.laws.compute_points import learning_curves
from scalinglaws.laws.derived.stopping import compute_ratio, steps_ratio
from scalinglaws.laws.envelope import curve_at
from scalinglaws.planning.goals import Goal, compute_goal
from scalinglaws.planning.laws_of import with_chinchilla
from scalinglaws.planning.plan import make_plan
from scalinglaws.planning.table_laws import laws_of_table
from scalinglaws.units import PF_DAY

GOPHER = 5.76e23  # FLOPs


def planned(laws, method, quantity="C", value=2 * PF_DAY, given=None):
    plan = make_plan(Goal(quantity, value), laws, given)
    return next(found for found in plan.answers if found.method.name == method)


def holds(estimate, value) -> bool:
    return estimate.low <= value <= estimate.high


def test_ten_times_the_compute_is_five_times_the_size(kaplan2020):
    growth = planned(kaplan2020, "Kaplan, frontier").growth
    assert round(growth["N"].value) == 5
    assert holds(growth["N"], 10**0.73) and holds(growth["D"], 10**0.27)
    assert round(growth["D"].value) == 2


def test_tokens_are_2e10_c_min_to_the_0_27(kaplan2020):
    """C_min of 0.01 to 1 PF-days: at the critical batch size twice that is spent."""
    for c_min in (0.01, 0.1, 1.0):
        tokens = planned(kaplan2020, "Kaplan, frontier", value=2 * c_min * PF_DAY).values["D"]
        assert holds(tokens, 2e10 * c_min**0.27)


def test_eight_times_the_model_needs_five_times_the_text(kaplan2020):
    small, large = (make_plan(Goal("N", n), kaplan2020).text.needed.value for n in (1e8, 8e8))
    assert round(large / small) == 5
    assert holds(make_plan(Goal("N", 1e9), kaplan2020).text.needed, 5e3 * 1e9**0.74)


def test_the_closed_form_is_the_papers_appendix(kaplan2020):
    found = planned(kaplan2020, "Kaplan, App. B").values
    # C = 6 N B S, and B_crit at the loss.
    spent = 6.0 * found["N"].value * found["B"].value * found["S"].value
    assert spent == pytest.approx(found["C"].value)
    assert found["D"].value == pytest.approx(found["B"].value * found["S"].value)
    assert holds(found["N"], 1.3e9) and holds(found["B"], 2.0e6) and holds(found["S"], 2 * 5.4e3)


def test_another_size_costs_what_b_16_and_b_17_say(kaplan2020):
    sizes = {own.name: own for own in make_plan(compute_goal("1PF-days"), kaplan2020).sizes}
    own = sizes["Kaplan, App. B"]
    for x in (0.5, 2.0):
        assert holds(own.compute[x], compute_ratio(x, 0.077, 0.76))
        assert holds(own.serial[x], steps_ratio(x, 0.077, 0.76))


@pytest.mark.parametrize("quantity", ["N", "D", "loss"])
def test_every_goal_leads_back_to_the_same_plan(kaplan2020, quantity):
    for method in ("Kaplan, frontier", "Kaplan, App. B", "Kaplan, fixed B", "Chinchilla"):
        first = planned(kaplan2020, method, value=1e20)
        again = planned(kaplan2020, method, quantity, first.values[quantity].value)
        assert again.values["C"].value == pytest.approx(1e20, rel=1e-8)
        assert again.values[quantity].low == pytest.approx(first.values[quantity].value)


def test_how_far_beyond_the_data_in_decades(kaplan2020):
    found = planned(kaplan2020, "Kaplan, frontier", value=1e24)
    for name in ("C", "N", "D"):
        beyond = np.log10(found.values[name].value / found.data[name][1])
        assert found.decades[name] == pytest.approx(beyond)
    assert not any(planned(kaplan2020, "Kaplan, frontier", value=1e18).decades.values())
    assert planned(kaplan2020, "Kaplan, frontier", value=1e10).decades["C"] < -2


def test_beyond_the_point_where_the_laws_contradict_each_other(kaplan2020):
    """Eq. 6.8: C* ~ 1e4 PF-days, give or take an order of magnitude."""
    assert make_plan(compute_goal("1e3PF-days"), kaplan2020).contradiction is None
    found = make_plan(compute_goal("1e6PF-days"), kaplan2020).contradiction
    assert holds(found, 1e4 * PF_DAY)


def test_published_constants_have_no_interval(kaplan2020):
    for name, size in (("hoffmann2022", 40e9), ("besiroglu2024", 72e9)):
        laws, given = with_chinchilla(kaplan2020, name, ROOT)
        found = planned(laws, "Chinchilla", value=GOPHER, given=given)
        assert found.values["N"].value == pytest.approx(size, rel=0.02)
        assert found.exact and np.isnan(found.values["N"].low)


def test_gopher_from_the_refit_of_chinchillas_points(besiroglu):
    """67 B and 1.5 T, Hoffmann et al.'s first approach, from 240 of the points of their third."""
    loss = pd.read_csv(besiroglu)["loss"].nlargest(6).iloc[-1]
    how = {
        "columns": {"N_total": "Model Size", "C": "Training FLOP"},
        "ranges": {"loss": (None, float(loss))},
    }
    found = planned(laws_of_table(besiroglu, how), "Chinchilla", value=GOPHER)
    assert holds(found.values["N"], 67e9) and holds(found.values["D"], 1.5e12)
    assert found.values["N"].high / found.values["N"].low < 4


def test_the_laptop_finds_its_best_run(laptop):
    """The best of a grid of sizes: inside the interval, or the next size beside it."""
    runs = [r for r in tables_of("laptop")["runs"].to_pylist() if "model_size" in r["experiments"]]
    names = [run["run_id"] for run in runs]
    curves = learning_curves(tables_of("laptop")["curves"], names, "compute_6nbs", {})
    sizes = {run["run_id"]: run["n_params"] for run in runs}
    grid = np.array(sorted(set(sizes.values())), dtype=float)
    held = laptop["N_opt(C)"]["points"]["C"]
    strictly = 0
    for compute in np.geomspace(min(held), max(held), 15):
        at = {run: float(curve_at(c, np.array([compute]))[0]) for run, c in curves.items()}
        best = sizes[min((run for run in at if np.isfinite(at[run])), key=at.get)]
        size = planned(laptop, "Kaplan, fixed B", value=compute * PF_DAY).values["N"]
        below, above = grid[grid <= size.low].max(), grid[grid >= size.high].min()
        assert below <= best <= above
        strictly += holds(size, best)
    assert strictly > 0


def test_what_is_not_identified_says_so(laptop):
    plan = make_plan(compute_goal("5e-8PF-days"), laptop)
    faults = {found.method.name: found.fault for found in plan.answers if not found.ok}
    assert "L(N,S_min)" in faults["Kaplan, App. B"]
    assert not any(found.values for found in plan.answers if not found.ok)
