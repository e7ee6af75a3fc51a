"""Loss by position: the paper's curves, known truth, coverage across models, sensitivity."""

import csv
from pathlib import Path

import numpy as np
import pytest

from scalinglaws.errors import UserError
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.curves.position_curve import every_position, fit_position_curve
from scalinglaws.laws.curves.position_points import position_curves
from scalinglaws.laws.curves.token_position import TRENDS, token_position
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import POSITIONS, table_from_rows

DATA = Path(__file__).parents[3] / "data" / "kaplan2020"
# Read in the legend of Figure 20, smallest to largest model.
PRINTED = [
    (4.0, 3.2, 0.47),
    (3.4, 4.0, 0.56),
    (2.9, 4.5, 0.56),
    (2.7, 4.9, 0.60),
    (2.4, 5.1, 0.61),
    (2.3, 5.4, 0.62),
]
DECLARED = {"experiment": "all"}
SIZES = np.geomspace(1e5, 1e9, 6)


@pytest.fixture(scope="module")
def kaplan():
    tables = gather(DATA)
    return Measurements(runs=tables["runs"], positions=tables["positions"])


def figure_20(kind):
    with (DATA / "fig20_left.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    for size in sorted({float(row["N"]) for row in rows}):
        own = [row for row in rows if float(row["N"]) == size]
        yield (
            np.array([float(row["token_index"]) for row in own]),
            np.array([float(row["per_token_test_loss"]) for row in own]),
        )


def test_the_drawn_curves_give_the_printed_constants():
    for (position, loss), (floor, amplitude, exponent) in zip(
        figure_20("fit"), PRINTED, strict=True
    ):
        fit = fit_position_curve(position, loss)
        assert fit.verdict == "ok" and np.abs(fit.residual).max() < 2e-3
        assert fit.params[0] == pytest.approx(floor, abs=0.05)
        assert fit.params[1] == pytest.approx(amplitude, abs=0.05)
        assert fit.params[2] == pytest.approx(exponent, abs=0.006)


def test_the_measured_curves_give_the_drawn_constants_where_all_positions_count_alike(kaplan):
    """Which weights the paper took is not said: these are the ones that give its curves back."""
    law = token_position(kaplan, {"experiment": "context"})
    assert law.ok and law.n_runs == 6
    ours = law.params[4:].reshape(6, 3)
    drawn = np.array([fit_position_curve(*curve).params for curve in figure_20("fit")])
    assert np.abs(ours - drawn).max(axis=0) == pytest.approx(0.0, abs=0.03)
    assert np.abs(ours[:, 2] - drawn[:, 2]).max() < 0.01


def test_the_floor_falls_with_the_exponent_of_the_whole_loss(kaplan):
    law = token_position(kaplan, {"experiment": "context"})
    estimate, low, high = law["floor_exponent"]
    assert low < 0.076 < high and high - low < 0.005
    assert estimate == pytest.approx(0.0756, abs=2e-4)
    # The shape is not quite a + b T^-c, which must not pass in silence.
    assert "equal stretches of ln T" in law.remarks["exponent_per_decade"]


def test_a_single_model_has_no_interval(kaplan):
    law = token_position(kaplan, {"experiment": "context"})
    rows = {row["parameter"]: row for row in law.to_parameters({})}
    one = rows["exponent (N=393216)"]
    assert one["estimate"] == pytest.approx(0.468, abs=1e-3)
    assert one["ci_low"] is one["ci_high"] is one["jackknife_low"] is None
    assert rows["floor_exponent"]["ci_low"] is not None
    assert "a model is one run" in law.to_text({})


def study(make_runs, spread=0.0, scatter=0.0, seed=0, sizes=SIZES, positions=256):
    """Models whose constants scatter about their trends by ``spread``, positions by ``scatter``."""
    rng = np.random.default_rng(seed)
    position = np.arange(1, positions + 1)
    runs, rows = [], []
    for i, size in enumerate(sizes):
        floor = 3.0 * (size / 1e7) ** -0.076 * np.exp(rng.normal(0, spread))
        amplitude = 4.0 * (size / 1e7) ** 0.07 * np.exp(rng.normal(0, spread))
        exponent = 0.55 + 0.04 * np.log10(size / 1e7) + rng.normal(0, spread)
        loss = floor + amplitude * position**-exponent + rng.normal(0, scatter, positions)
        runs.append({"run_id": f"m{i}", "n_params": round(size), "corpus": "text"})
        rows += [
            {"run_id": f"m{i}", "corpus": "text", "position": int(t), "loss": value}
            for t, value in zip(position, loss, strict=True)
        ]
    return Measurements(make_runs(runs).runs, positions=table_from_rows(rows, POSITIONS))


def test_a_perfect_law_comes_back(make_runs):
    law = token_position(study(make_runs), DECLARED)
    assert law.ok and law.remarks == {}
    assert law.params[:4] == pytest.approx([0.076, 0.07, 0.04, 0.55], abs=1e-6)


def test_trends_across_models_cover(make_runs):
    laws = [
        token_position(study(make_runs, 0.01, 0.01, seed, positions=64), DECLARED)
        for seed in range(200)
    ]
    for name, truth in zip(TRENDS, (0.076, 0.07, 0.04, 0.55), strict=True):
        hits = [law[name][1] <= truth <= law[name][2] for law in laws]
        assert 0.91 <= np.mean(hits) <= 0.985, name


def test_vertices_that_were_dropped_are_read_between(make_runs):
    position = np.array([1.0, 2.0, 4.0])
    whole, loss = every_position(position, 5.0 - np.log(position))
    assert whole.tolist() == [1, 2, 3, 4]
    assert loss == pytest.approx(5.0 - np.log(whole))


def test_other_texts_and_early_positions_can_be_left_out(make_runs):
    runs = study(make_runs)
    law = token_position(runs, {**DECLARED, "points": {"position": {"min": 2}}})
    assert law.ok and min(law.points["T"]) == 2
    elsewhere = runs.positions.to_pylist()
    for row in elsewhere:
        row["corpus"] = "another"
    moved = Measurements(runs.runs, positions=table_from_rows(elsewhere, POSITIONS))
    assert token_position(moved, DECLARED).status.endswith("no loss by position")
    with pytest.raises(UserError, match="points: 'loss_at' is no column of positions"):
        token_position(runs, {**DECLARED, "points": {"loss_at": {"min": 1}}})


def test_two_models_of_one_size_are_told_apart(make_runs):
    law = token_position(study(make_runs, sizes=[1e6, 1e6, 1e7, 1e8, 1e9]), DECLARED)
    assert law.ok and len(set(law.names)) == len(law.names)
    assert "floor (N=1000000, m1)" in law.names


def test_an_experiment_that_no_run_carries_is_named(make_runs):
    with pytest.raises(UserError, match=r"experiment 'none': no run of runs\.parquet carries it"):
        position_curves(study(make_runs), {"experiment": "none"})


def test_runs_and_positions_outside_their_ranges_are_left_out(make_runs):
    measured = study(make_runs, sizes=[1e5, 1e6, 1e7, 1e8, 1e9])
    declared = {
        **DECLARED,
        "select": {"n_params": {"min": 1e6, "max": 1e8}},
        "points": {"position": {"min": 2, "max": 16}},
    }
    found = position_curves(measured, declared)
    assert [curve.n_params for curve in found.curves] == [1e6, 1e7, 1e8]
    assert all(curve.position.tolist() == list(range(2, 17)) for curve in found.curves)
    assert found.excluded == [(run, "n_params outside its range") for run in ("m0", "m4")]


def test_runs_that_give_no_curve_are_named_with_the_reason(make_runs):
    measured = study(make_runs)
    rows = measured.runs.to_pylist()
    rows[1]["status"], rows[2]["n_params"], rows[3]["corpus"] = "diverged", None, "another"
    found = position_curves(
        Measurements(make_runs(rows).runs, positions=measured.positions), DECLARED
    )
    assert dict(found.excluded) == {
        "m1": "diverged",
        "m2": "n_params is missing",
        "m3": "no loss by position",
    }
    assert [curve.run_id for curve in found.curves] == ["m0", "m4", "m5"]
