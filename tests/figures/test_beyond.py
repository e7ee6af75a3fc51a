"""Figures beyond the paper: what stands in them is what the tables of the laws say."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from studies import drawn, legend, sheet_of

from scalinglaws.figures.identifiability import region
from scalinglaws.figures.seed_noise import DESIGN, repeats, spread_interval
from scalinglaws.laws.checks.tables import HELD_OUT
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import read_table


def law_of(snakemake, slug):
    return json.loads(next(p for p in snakemake.input.laws if p.stem == slug).read_text())


def words(sheet):
    texts = [t.get_text() for axes in sheet.axes.values() for t in axes.texts]
    texts += [t.get_text() for own in sheet.figure.legends for t in own.get_texts()]
    return "\n".join(texts)


def test_the_forest_shows_every_printed_constant_and_its_refit(paper):
    sheet = sheet_of(paper, "constants")
    estimates = read_table(paper.input.estimates, PARAMETERS).to_pylist()
    found = {(r["law"], r["parameter"]): r for r in estimates if r["status"] == "ok"}
    printed = drawn(sheet, kind="interval")
    assert len([r for r in printed if "printed" in r["series"].split(", ")]) == len(
        paper.params.constants
    )
    for constant in paper.params.constants.values():
        own = found.get((constant["law"], constant["parameter"]))
        name = f"{constant['law']}: {constant['parameter']}, refit"
        rows = [r for r in sheet.rows if r["series"].startswith(name)]
        assert len(rows) == (own is not None)
        if own:
            values = np.array([own[k] for k in ("estimate", "ci_low", "ci_high")])
            is_scale = constant["parameter"].startswith("log10_")
            ratio = (10.0**values if is_scale else values) / float(constant["value"])
            assert float(rows[0]["x"]) == pytest.approx(ratio[0])
            inside = ratio[1] <= 1.0 <= ratio[2]
            assert rows[0]["series"].endswith("inside" if inside else "outside")


def test_scales_of_another_vocabulary_are_crosses(trained):
    sheet = sheet_of(trained, "constants")
    study = [r for r in drawn(sheet, panel="scales") if ", study" in r["series"]]
    assert study and all(r["series"].endswith("not compared") for r in study)
    exponents = [r for r in drawn(sheet, panel="exponents") if ", study" in r["series"]]
    assert {r["series"].rsplit(" ", 1)[1] for r in exponents} <= {"inside", "outside"}
    assert "this study" in words(sheet)


def test_the_papers_own_forest_has_no_study(paper):
    sheet = sheet_of(paper, "constants")
    assert not [r for r in sheet.rows if ", study" in r["series"]]
    assert "this study" not in words(sheet)


@pytest.mark.parametrize("source", ["paper", "trained"])
def test_held_out_losses_stand_over_their_predictions(request, source):
    snakemake = request.getfixturevalue(source)
    sheet = sheet_of(snakemake, "held_out_prediction")
    rows = read_table(snakemake.input.held_out, HELD_OUT).to_pylist()
    assert set(sheet.axes) == {r["law"] for r in rows if r["status"] == "ok"} >= {"L(N)", "L(D)"}
    for law in sheet.axes:
        own = sorted(
            (r for r in rows if r["law"] == law and r["held_out"]), key=lambda r: r["loss"]
        )
        error = [100.0 * (r["loss"] / r["predicted"] - 1.0) for r in own]
        shown = drawn(sheet, panel=law, series="held out")
        assert sorted(float(r["y"]) for r in shown) == pytest.approx(sorted(error))
        for row in shown:
            assert float(row["y_low"]) < float(row["y"]) < float(row["y_high"])


def test_a_law_of_truth_predicts_its_largest_models(trained):
    """The simulated ladder follows one power law to a third of a per cent."""
    rows = drawn(sheet_of(trained, "held_out_prediction"), panel="L(N)", series="held out")
    assert rows and all(float(r["y_low"]) < 0.0 < float(r["y_high"]) for r in rows)


def test_joint_regions_have_their_level():
    """Hotelling's T^2 where the covariance is a jackknife's, else Fisher's F."""
    law = {
        "names": ["a", "b"],
        "estimates": [1.0, -2.0],
        "covariance": [[0.04, 0.01], [0.01, 0.09]],
        "df": [9.0, 9.0],
    }
    centre, inverse = np.array([1.0, -2.0]), np.linalg.inv(law["covariance"])
    for interval, factor, rest in (
        ("delete-one-run jackknife, t(G-1)", 18.0 / 8.0, 8.0),
        ("least squares, t(n-p)", 2.0, 9.0),
    ):
        away = region(law | {"interval": interval}, ("a", "b")).T - centre
        statistic = np.einsum("ij,jk,ik->i", away, inverse, away)
        assert statistic == pytest.approx(factor * stats.f.ppf(0.95, 2, rest))
    assert region(law | {"df": [1.0, 1.0], "interval": "jackknife"}, ("a", "b")) is None


def test_the_printed_values_are_marked_where_they_may_be_compared(paper, trained):
    for snakemake, scales in ((paper, True), (trained, False)):
        sheet = sheet_of(snakemake, "identifiability")
        marked = {row["panel"] for row in drawn(sheet, series="printed")}
        ok = law_of(snakemake, "L_N_S_min")["status"] == "ok"
        assert ok and "L(N,S_min) exponents" in marked
        assert ("L(N,S_min) scale" in marked) == scales
        stars = drawn(sheet, panel="L(N,S_min) exponents", series="printed")
        assert (float(stars[0]["x"]), float(stars[0]["y"])) == (0.077, 0.76)


def test_a_profile_is_smallest_at_the_estimate(paper):
    sheet = sheet_of(paper, "identifiability")
    for parameter in ("alpha_N", "alpha_D"):
        line = drawn(sheet, panel="L(N,D) profile", series=parameter)
        x, y = (np.array([float(row[c]) for row in line]) for c in "xy")
        assert x[y.argmin()] == pytest.approx(1.0) and y.min() == pytest.approx(0.0, abs=1e-9)
        limit = float(drawn(sheet, series=f"limit, {parameter}", panel="L(N,D) profile")[0]["y"])
        law = law_of(paper, "L_N_D")
        half = (
            law["conf_int"][law["names"].index(parameter)][1]
            / law["estimates"][law["names"].index(parameter)]
        )
        # Nearly a parabola: the profile and the law's own interval end together.
        above = x > 1.0
        assert np.interp(limit, y[above], x[above]) == pytest.approx(half, abs=0.15 * (half - 1))


def test_the_spread_of_seeds_has_the_interval_of_chi_squared():
    for df in (1, 2, 5, 14, 200):
        low, high = spread_interval(2.0, df)
        quantiles = stats.chi2.ppf([0.975, 0.025], df)
        assert (low, high) == pytest.approx(2.0 * np.sqrt(df / quantiles), rel=2e-3)


def test_only_runs_that_differ_in_chance_alone_are_repeats():
    def run(run_id, seed, d_model=16, source="trained", **other):
        found = dict.fromkeys(DESIGN) | {"n_layer": 2, "n_params_total": 1, "status": "finished"}
        found |= {"test_loss": 4.0, "d_model": d_model, "run_id": run_id, "seed": seed}
        return found | {"source": source} | other

    runs = [run("a", 0), run("b", 1), run("c", 0), run("d", 1, d_model=32), run("e", 2, status="x")]
    groups = repeats(SimpleNamespace(runs=runs, is_paper=False))
    assert [{own["run_id"] for own in group} for group in groups] == [{"b", "c"}]
    layerless = [run(name, None, n_layer=0) for name in "fg"] + [run("h", None), run("i", None)]
    groups = repeats(SimpleNamespace(runs=layerless, is_paper=True))
    assert [{own["run_id"] for own in group} for group in groups] == [{"f", "g"}]


def test_the_papers_repeats_are_its_models_without_layers(paper):
    sheet = sheet_of(paper, "seed_noise")
    points = drawn(sheet, panel="repeats", kind="point")
    assert len(points) == 26 and all(r["run_id"].startswith("fig06") for r in points)
    laws = drawn(sheet, panel="laws", series="residual")
    rms = law_of(paper, "L_N_D")["checks"]["rms_residual_percent"]
    assert rms in [float(row["x"]) for row in laws]
    assert "17 d.f." in legend(sheet)
