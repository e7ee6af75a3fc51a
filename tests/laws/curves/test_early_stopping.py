"""The early-stopping bound: the paper's drawn one, known truth, and the whole chain redone."""

import csv
from pathlib import Path

import numpy as np
import pytest

from scalinglaws.laws.batch.conversion import critical_batch
from scalinglaws.laws.curves.early_stopping import (
    CRITICAL,
    SIZE_DATA,
    STEPS,
    early_stopping,
    lower_bound,
)
from scalinglaws.laws.curves.overfitting import limited_loss
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.replicates import Replicates

DATA = Path(__file__).parents[3] / "data" / "kaplan2020"
TABLE_2 = (0.076, 0.103, np.log10(6.4e13), np.log10(1.8e13))
CONSTANTS = np.array([TABLE_2[0], TABLE_2[2], 0.76, np.log10(1.05e3), 0.21, np.log10(2e8)])
DECLARED = {"experiment": "all"}
BATCH = 2**19


def fits(spread=0.0, status="ok"):
    """The three fits behind the bound, each redone without three runs of its own."""
    rng = np.random.default_rng(0)
    found, start = [], 0
    for law, names in (("L(N,D)", SIZE_DATA), ("L(N,S_min)", STEPS), ("B_crit(L)", CRITICAL)):
        own = CONSTANTS[start : start + len(names)]
        start += len(names)
        without = {f"{law} {i}": own * (1 + rng.normal(0, spread, len(names))) for i in range(3)}
        found.append(
            LawFit(
                law,
                "",
                names,
                ("1",) * len(names),
                status,
                Replicates.of(names, own, without, stratum=law),
            )
        )
    return found


def stopped(make_runs, factor=3.0, slope=1.0, noise=0.0, n_runs=8, seed=1):
    """Runs whose S_min at the stop is ``factor`` times the bound (to a power ``slope``)."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n_runs):
        size, tokens = 3e6 * 3.0 ** (i % 4), 22e9 / 2.0 ** (10 - i // 2)
        loss = float(limited_loss(size, tokens, *TABLE_2))
        bound = lower_bound(loss, size, CONSTANTS)
        steps = factor * 1e3 * (bound / 1e3) ** slope * np.exp(rng.normal(0, noise))
        steps *= 1 + critical_batch(loss, 0.21, np.log10(2e8)) / BATCH
        rows.append(
            {
                "run_id": f"s{i}",
                "n_params": round(size),
                "dataset_tokens": round(tokens),
                "batch_tokens": BATCH,
                "stop_step": round(steps),
                "early_stopped_loss": loss,
                "test_loss": loss,
            }
        )
    return make_runs(rows)


def rows_of(name):
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_bound_of_figure_16_as_drawn():
    """Its horizontal axis is Eq. 5.7 with measured L(N, D), in steps at the critical batch size.

    Figure 9, right, is measured loss over fitted L(N, inf) less one: dividing it out gives the
    L(N, inf) that the authors used; S_c = 2.1e3 and alpha_S = 0.76 are printed.
    """
    overfit = {float(r["N^(aN/aD)/D"]): float(r["overfit"]) for r in rows_of("fig09_right.csv")}
    bounds = []
    for row in rows_of("fig04_left_L_N_D.csv"):
        size, tokens = float(row["N"]), float(row["D_tokens"])
        loss = float(row["early_stopped_test_loss"])
        at = min(overfit, key=lambda x, n=size, d=tokens: abs(np.log(x * d / n**0.7437)))
        if abs(np.log(at * tokens / size**0.7437)) > 0.01 or overfit[at] < 0.03:
            continue  # not plotted there, or too small to be read to a per cent
        limit = loss / (1 + overfit[at])
        log10_n_c = np.log10(size) + np.log10(limit) / 0.0765
        constants = np.array([0.0765, log10_n_c, 0.76, np.log10(2.1e3)])
        bounds.append(float(lower_bound(loss, size, constants)))
    drawn = np.array([float(row["Sc*[dL]^(-1/aS)"]) for row in rows_of("fig16_left.csv")])
    nearest = np.array([np.abs(np.log(np.array(bounds) / one)).min() for one in drawn])
    assert len(drawn) == 24 and np.sum(nearest < 0.005) >= 21  # the others overfit too little


def test_a_perfect_law_comes_back(make_runs):
    law = early_stopping(stopped(make_runs), DECLARED, *fits())
    assert law.ok
    assert 10 ** law["log10_ratio"][0] == pytest.approx(3.0, rel=1e-3)
    assert law["slope"][0] == pytest.approx(1.0, abs=1e-3)
    assert law.checks["lower_bound"] == "holds"


def test_every_run_behind_it_is_left_out_in_turn(make_runs):
    runs = stopped(make_runs, noise=0.2)
    law = early_stopping(runs, DECLARED, *fits(0.01))
    assert law.replicates.n_runs == 3 * 3 + 8
    # Without a stop: the mean over the others, by hand.
    ratio = np.log10(law.points["ratio"])
    index = law.run_ids.index("s3")
    at = law.replicates.labels.index("s3")
    assert law.replicates.redone[at, 0] == pytest.approx(np.delete(ratio, index).mean())
    # Without a run of L(N,D): its constants, all stops.
    nd = fits(0.01)[0].replicates
    changed = np.array([*nd.redone[1], *CONSTANTS[2:]])
    n = np.array(law.points["N"])
    loss = limited_loss(n, np.array(law.points["D"]), *TABLE_2)
    moved = np.log10(lower_bound(loss, n, CONSTANTS) / lower_bound(loss, n, changed)).mean()
    at = law.replicates.labels.index("L(N,D) 1")
    assert law.replicates.redone[at, 0] == pytest.approx(law.params[0] + moved)


def test_a_stop_that_is_also_behind_the_loss_law_is_left_out_of_both(make_runs):
    size_data, steps, critical = fits(0.01)
    own = size_data.replicates
    shared = Replicates(own.names, own.estimate, own.redone, ("s0", "s1", "s2"), own.strata)
    both = LawFit("L(N,D)", "", SIZE_DATA, ("1",) * 2, "ok", shared)
    law = early_stopping(stopped(make_runs), DECLARED, both, steps, critical)
    assert law.replicates.labels.count("s0") == 1
    assert law.replicates.n_runs == 3 + 3 + 3 + 5


def test_stops_below_the_bound_contradict_it(make_runs):
    law = early_stopping(stopped(make_runs, factor=0.4), DECLARED, *fits(0.001))
    assert law.ok and law.checks["lower_bound"] == "contradicted"
    assert law["log10_ratio"][2] < 0.0
    unsure = early_stopping(stopped(make_runs, factor=1.05), DECLARED, *fits(0.02))
    assert unsure.checks["lower_bound"] == "not resolved"


def test_a_stop_that_drifts_from_the_bound_shows_in_the_slope(make_runs):
    law = early_stopping(stopped(make_runs, slope=1.8), DECLARED, *fits(0.001))
    assert law["slope"][0] == pytest.approx(1.8, abs=0.01) and law["slope"][1] > 1.0


def test_the_shared_error_of_the_test_set_moves_it(make_runs):
    runs = stopped(make_runs)
    size_data, steps, critical = fits()
    shifted = critical.replicates.with_shared(critical.params)
    moved = LawFit("B_crit(L)", "", CRITICAL, ("1", "1"), "ok", shifted)
    runs = type(runs)(runs.runs, test_error=0.01)
    law = early_stopping(runs, DECLARED, size_data, steps, moved)
    at = law.replicates.strata.index("test set")
    # A higher loss has a lower bound, and a smaller critical batch, hence a larger S_min.
    assert law.replicates.redone[at, 0] > law.params[0] + 0.01


def test_it_is_no_better_than_its_inputs(make_runs):
    runs = stopped(make_runs)
    law = early_stopping(runs, DECLARED, *fits(status="too few runs"))
    assert law.status == "the bound needs L(N,D): too few runs"
    assert "declares no runs" in early_stopping(runs, None, *fits()).status
    few = early_stopping(stopped(make_runs, n_runs=2), DECLARED, *fits())
    assert few.status == "too few runs stopped early: 2, at least 3 are needed"


def test_losses_below_the_fitted_limit_have_no_bound(make_runs):
    rows = stopped(make_runs).runs.to_pylist()
    rows[5]["early_stopped_loss"] = 1.0
    law = early_stopping(make_runs(rows), DECLARED, *fits())
    assert dict(law.excluded) == {"s5": "no larger a loss than L(N,inf)"} and law.n_runs == 7


def test_the_coverage_of_the_mean_ratio_where_stops_scatter(make_runs):
    """With exact constants the ratios are independent, and the interval is t(n - 1)'s."""
    hits = []
    for seed in range(200):
        runs = stopped(make_runs, noise=0.3, seed=seed)
        law = early_stopping(runs, DECLARED, *fits())
        hits.append(law["log10_ratio"][1] <= np.log10(3.0) <= law["log10_ratio"][2])
    assert 0.92 <= np.mean(hits) <= 0.98


def test_runs_that_did_not_stop_are_named(make_runs):
    rows = stopped(make_runs).runs.to_pylist()
    rows[0]["stop_step"] = None
    rows[1]["dataset_tokens"] = None
    law = early_stopping(make_runs(rows), DECLARED, *fits())
    assert dict(law.excluded) == {"s0": "did not stop early", "s1": "not on limited text"}
