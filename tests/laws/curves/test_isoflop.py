"""IsoFLOP: known truth, coverage, biased grids, and what is said of poor ones."""

import numpy as np
import pyarrow as pa
import pytest

from scalinglaws.errors import UserError
from scalinglaws.laws.curves.chinchilla import optimal_exponents, optimal_size
from scalinglaws.laws.curves.isoflop import isoflop_d_opt, isoflop_n_opt
from scalinglaws.laws.curves.isoflop_points import grouped
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import CURVES, table_from_rows
from scalinglaws.units import PF_DAY

CHINCHILLA = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)  # as the fixture isoflop_rows has it
DECLARED = {"experiment": "all"}
BUDGETS = np.geomspace(1e-3, 1.0, 5)
TRUTH, OTHER = optimal_exponents(*CHINCHILLA[3:])
N_E = float(optimal_size(PF_DAY, *CHINCHILLA[1:]))


def test_noise_free_runs_give_the_closed_form(make_runs, isoflop_rows):
    runs = make_runs(isoflop_rows(BUDGETS))
    n_opt, d_opt = isoflop_n_opt(runs, DECLARED), isoflop_d_opt(runs, DECLARED)
    assert n_opt.ok and n_opt.remarks == {}
    assert n_opt["a"][0] == pytest.approx(TRUTH, abs=2e-4)
    assert n_opt["log10_N_e"][0] == pytest.approx(np.log10(N_E), abs=0.01)
    assert d_opt["b"][0] == pytest.approx(OTHER, abs=2e-4)
    # C = 6 N D: the two minima are one.
    assert 6 * 10 ** (n_opt["log10_N_e"][0] + d_opt["log10_D_e"][0]) == pytest.approx(
        PF_DAY, rel=1e-6
    )
    assert n_opt.n_runs == n_opt.n_obs == 35


def simulate(make_runs, isoflop_rows, declared=DECLARED, studies=150, **grid):
    runs = make_runs(isoflop_rows(**{"budgets": BUDGETS} | grid))
    truth = isoflop_n_opt(runs, declared).params
    loss = np.array(runs.runs["test_loss"].to_pylist())
    at = runs.runs.schema.get_field_index("test_loss")
    rng = np.random.default_rng(5)
    found = []
    for _ in range(studies):
        noisy = pa.array(loss * np.exp(rng.normal(0, 0.005, len(loss))))
        found.append(
            isoflop_n_opt(Measurements(runs.runs.set_column(at, "test_loss", noisy)), declared)
        )
    return truth, [law for law in found if law.ok]


def covered(truth, intervals):
    intervals = np.array(intervals)
    return ((intervals[:, :, 0] <= truth) & (truth <= intervals[:, :, 1])).mean(axis=0)


def test_the_interval_covers_and_the_jackknife_beside_it_is_wider(make_runs, isoflop_rows):
    truth, laws = simulate(make_runs, isoflop_rows)
    assert len(laws) == 150
    own = covered(truth, [law.conf_int() for law in laws])
    beside = covered(truth, [law.jackknife_conf_int() for law in laws])
    assert np.all((own >= 0.91) & (own <= 0.985)), own
    assert np.all(beside >= own - 0.01), beside
    assert sum(bool(law.remarks) for law in laws) < 0.06 * 150  # two tests at 1 %


def test_each_budgets_interval_covers_its_minimum(make_runs, isoflop_rows):
    _, laws = simulate(make_runs, isoflop_rows, studies=100)
    truth = isoflop_n_opt(make_runs(isoflop_rows(BUDGETS)), DECLARED).details["minima"]
    hits = [
        row["N_low"] <= exact["N"] <= row["N_high"]
        for law in laws
        for row, exact in zip(law.details["minima"], truth, strict=True)
    ]
    assert 0.935 <= np.mean(hits) <= 0.965


def test_flat_minima_are_wide(make_runs, isoflop_rows):
    def width(spread):
        _, laws = simulate(make_runs, isoflop_rows, studies=40, spread=spread)
        return np.median([np.diff(law.conf_int()[0]) for law in laws])

    assert width(2.5) > 1.8 * width(5.0)


def test_a_lopsided_curve_biases_the_scale_and_a_drifting_grid_the_exponent(
    make_runs, isoflop_rows
):
    """Approach 2's bias, all of it without noise: alpha and beta far apart, sizes within 12 x."""
    constants = (1.69, 406.4, 410.7, 0.5, 0.2)
    how = {"budgets": BUDGETS, "constants": constants, "spread": 5.0, "n_sizes": 15}
    a = optimal_exponents(0.5, 0.2)[0]
    scale = np.log10(float(optimal_size(PF_DAY, *constants[1:])))
    interpolated = {**DECLARED, "minimum": "interpolated"}
    centred = make_runs(isoflop_rows(**how))
    drifting = make_runs(isoflop_rows(offset=np.linspace(0.0, 1.5, 5), **how))
    parabola = isoflop_n_opt(centred, DECLARED)
    assert parabola["a"][0] == pytest.approx(a, abs=0.002)
    assert parabola["log10_N_e"][0] - scale > 0.08  # a fifth too large
    assert isoflop_n_opt(centred, interpolated)["log10_N_e"][0] == pytest.approx(scale, abs=0.01)
    assert isoflop_n_opt(drifting, DECLARED)["a"][0] < a - 0.02
    assert isoflop_n_opt(drifting, interpolated)["a"][0] == pytest.approx(a, abs=0.005)
    for runs in (centred, drifting):
        assert "lopsided" in isoflop_n_opt(runs, DECLARED).remarks["a"]


def along_curves(make_runs, noise, seed=0, n_sizes=14):
    """Learning curves of a ladder, with the scatter of a run shared by all of its points."""
    e, a, b, alpha, beta = CHINCHILLA
    rng = np.random.default_rng(seed)
    rows, curves = [], []
    for i, size in enumerate(np.geomspace(2e7, 3e10, n_sizes).astype(int)):
        run = np.exp(rng.normal(0, noise))
        compute = np.geomspace(1e-4, 30.0, 40) * PF_DAY
        tokens = compute / (6 * size)
        loss = (e + a / size**alpha + b / tokens**beta) * run
        rows.append({"run_id": f"c{i}", "n_params": int(size), "test_loss": loss[-1]})
        curves += [
            {"run_id": f"c{i}", "compute_6nbs": c, "test_loss": value, "step": k}
            for k, (c, value) in enumerate(zip(compute, loss, strict=True))
        ]
    return Measurements(make_runs(rows).runs, table_from_rows(curves, CURVES))


READ = {**DECLARED, "budgets": BUDGETS.tolist(), "within": 20.0}


def test_learning_curves_are_read_at_the_budgets(make_runs):
    runs = along_curves(make_runs, 0.0)
    n_opt, d_opt = isoflop_n_opt(runs, READ), isoflop_d_opt(runs, READ)
    assert n_opt.method.startswith("delete-one-run jackknife")
    assert n_opt["a"][0] == pytest.approx(TRUTH, abs=0.01)
    assert d_opt["b"][0] == pytest.approx(1 - n_opt["a"][0], abs=1e-6)
    assert "several" in n_opt.note


def test_deleting_a_whole_curve_covers(make_runs):
    truth = isoflop_n_opt(along_curves(make_runs, 0.0), READ).params
    laws = [isoflop_n_opt(along_curves(make_runs, 0.005, seed), READ) for seed in range(120)]
    assert sum(law.ok for law in laws) > 100
    own = covered(truth, [law.conf_int() for law in laws if law.ok])
    assert np.all(own >= 0.91), own


def test_budgets_are_formed_by_a_tolerance_and_a_continuum_is_refused(make_runs, isoflop_rows):
    groups, fault = grouped([(1.0, 1, 3, "a"), (1.015, 2, 3, "b"), (1.5, 1, 3, "c")], 0.02)
    assert [group.run_ids for group in groups] == [["a", "b"], ["c"]] and not fault
    assert groups[0].value == pytest.approx(np.sqrt(1.015))
    rows = isoflop_rows(np.geomspace(1e-3, 1.2e-3, 20), n_sizes=1)
    law = isoflop_n_opt(make_runs(rows), DECLARED)
    assert law.status.startswith("computes form no budgets") and "`tolerance`" in law.status


def test_sizes_far_from_the_best_are_left_out_on_demand(make_runs, isoflop_rows):
    law = isoflop_n_opt(
        make_runs(isoflop_rows(BUDGETS, spread=8.0, n_sizes=13)), {**DECLARED, "within": 10.0}
    )
    assert law.ok and law.n_obs < 13 * 5
    assert all(row["n_runs"] == 7 for row in law.details["minima"])


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (dict(n_sizes=4), "too few N: 4"),
        (dict(offset=3.0), "no interior minimum: the best N is the smallest tried"),
        (dict(offset=-3.0), "no interior minimum: the best N is the largest tried"),
        (dict(noise=0.2, seed=3, spread=1.0), ""),
    ],
)
def test_a_budget_without_a_minimum_says_why(make_runs, isoflop_rows, change, verdict):
    law = isoflop_n_opt(make_runs(isoflop_rows(BUDGETS, **change)), DECLARED)
    assert law.status.startswith("too few C_PFdays with a minimum: ")
    assert verdict in law.status
    assert all(np.isnan(law.params)) and law.to_parameters({})[0]["estimate"] is None


def test_one_bad_budget_does_not_cost_the_law(make_runs, isoflop_rows):
    rows = isoflop_rows(BUDGETS)
    at_first = [row for row in rows if row["compute_6nbs"] == rows[0]["compute_6nbs"]]
    for row in at_first[3:]:
        row["status"] = "diverged"
    law = isoflop_n_opt(make_runs(rows), DECLARED)
    assert law.ok and law["a"][0] == pytest.approx(TRUTH, abs=1e-3)
    assert len(law.excluded) == 4
    assert law.details["minima"][0]["verdict"].startswith("too few N: 3")
    assert "too few N: 3, at least 5 are needed" in law.to_text({})


def test_words_and_columns_are_checked(make_runs, isoflop_rows):
    runs = make_runs(isoflop_rows(BUDGETS))
    with pytest.raises(UserError, match="minimum: 'lowest' is unknown"):
        isoflop_n_opt(runs, {**DECLARED, "minimum": "lowest"})
    with pytest.raises(UserError, match="variables: 'flops' is no column"):
        isoflop_n_opt(runs, {**DECLARED, "variables": {"C": "flops"}})
    with pytest.raises(UserError, match="take compute_6nbs"):
        isoflop_d_opt(runs, {**DECLARED, "budgets": [1.0], "variables": {"C": "compute_counted"}})
    assert "declares no runs" in isoflop_n_opt(runs, None).status


def test_the_text_says_what_was_found(make_runs, isoflop_rows):
    law = isoflop_n_opt(make_runs(isoflop_rows(BUDGETS, noise=0.002, seed=1)), DECLARED)
    text = law.to_text({})
    assert "N_e = " in text and "parameters" in text
    assert "N at C PFdays = 0.001: " in text and "loss " in text
    assert "weighted least squares of minima, t(pooled n - p)" in text
    assert "budgets are equal within 2 %" in text
