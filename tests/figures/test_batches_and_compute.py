"""Figures 3, 10 to 15 and 18: the paper's points and lines, and a trained study's own."""

import csv
import json

import numpy as np
import pytest
from studies import ROOT, drawn, legend, sheet_of
from studies_batch import (
    ALPHA_B,
    ALPHA_S,
    LEVELS,
    LOG10_S_C,
    SCANNED,
    converged,
    critical,
    size_of,
)

from scalinglaws.figures.figure_19 import steps_to

DATA = ROOT / "data" / "kaplan2020"
MINE = ["figure_10", "figure_11", "figure_13", "figure_14", "figure_15", "figure_18", "figure_19"]


def rows_of(name, **wanted):
    with (DATA / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


def pairs(rows, x="x", y="y"):
    return sorted(zip(column(rows, x).tolist(), column(rows, y).tolist(), strict=True))


def law_of(snakemake, slug):
    return json.loads(next(p for p in snakemake.input.laws if p.stem == slug).read_text())


def at(rows, x):
    """y of a drawn line at x, straight in the logarithms."""
    order = np.argsort(column(rows, "x"))
    line = np.log(column(rows, "x")[order]), np.log(column(rows, "y")[order])
    return np.exp(np.interp(np.log(x), *line, left=np.nan, right=np.nan))


def test_figure_3_ends_where_the_papers_does(paper):
    sheet = sheet_of(paper, "figure_03")
    edges = {
        series: max(column(drawn(sheet, panel="printed", series=series), "y"))
        for series in ("up to model size", "up to batch size", "up to serial steps")
    }
    assert np.log10(list(edges.values())) == pytest.approx([6.57, 8.73, 9.0], abs=0.005)
    assert drawn(sheet, panel="own", kind="band")


def test_figure_3_of_a_study_covers_the_compute_of_its_frontier(trained):
    sheet = sheet_of(trained, "figure_03")
    computes = law_of(trained, "N_opt_C_min")["points"]["C_min"]
    own = drawn(sheet, panel="own", series="up to serial steps")
    assert column(own, "x")[[0, -1]] == pytest.approx([min(computes), max(computes)])
    # Size, batch and steps multiply to the compute itself.
    assert column(own, "y")[-1] == pytest.approx(max(computes) / min(computes))


def test_figure_3_without_fits_is_the_papers_alone(bare):
    sheet = sheet_of(bare, "figure_03")
    assert list(sheet.axes) == ["printed"]
    assert "no fit here: N_opt(C_min)" in legend(sheet)


def test_figure_10_draws_every_level_and_every_noise_scale(paper):
    sheet = sheet_of(paper, "figure_10")
    for series, name in (("N = 3145728", "Bcrit_3M"), ("N = 84934656", "Bcrit_85M")):
        read = rows_of("fig10_bcrit", series=name)
        found = dict(pairs(drawn(sheet, series=series)))
        assert len(found) == len(read)
        theirs = np.array(pairs(read, "train_loss", "tokens"))
        ours = np.array(sorted(found.items()))
        np.testing.assert_allclose(ours, theirs, rtol=2e-3)
    noise = rows_of("fig10_bcrit", series="noise_scale")
    assert pairs(drawn(sheet, series="noise scale")) == pairs(noise, "train_loss", "tokens")
    for row in drawn(sheet, series="printed"):
        assert float(row["y"]) == pytest.approx(2.1e8 * float(row["x"]) ** (-1 / 0.21))
    assert sheet.axes["batch"].get_xlim()[0] > sheet.axes["batch"].get_xlim()[1]


def test_figure_10_of_a_study_has_its_truth_in_the_band(trained):
    sheet = sheet_of(trained, "figure_10")
    band = drawn(sheet, series="refit")
    truth = critical(column(band, "x"))
    assert (column(band, "y_low") < truth).all() and (truth < column(band, "y_high")).all()
    assert f"{law_of(trained, 'B_crit_L')['estimates'][0]:.3f}" in legend(sheet)
    assert abs(law_of(trained, "B_crit_L")["estimates"][0] - ALPHA_B) < 0.01


def test_figure_18_draws_the_scan_and_the_papers_hyperbolae(paper):
    sheet = sheet_of(paper, "figure_18")
    for label, panel in (("3M", "N3145728"), ("85M", "N84934656")):
        own = drawn(sheet, panel=panel, kind="point")
        assert pairs(own) == pairs(rows_of(f"fig18_{label}"), "step", "tokens")
        for row in rows_of(f"fig18_fits_{label}"):
            line = drawn(sheet, panel=panel, series=f"Eq. 5.1, loss {float(row['loss']):.4g}")
            batch = column(line, "y") / column(line, "x")
            theirs = float(row["Smin_drawn"]) + float(row["Emin_drawn"]) / batch
            np.testing.assert_allclose(column(line, "x"), theirs, rtol=0.01)


def test_figure_18_of_a_study_has_a_panel_a_size(trained):
    sheet = sheet_of(trained, "figure_18")
    assert list(sheet.axes) == [f"N{size_of(d)}" for d in SCANNED]
    series = {row["series"] for row in drawn(sheet, panel=f"N{size_of(64)}", kind="point")}
    assert len(series) == len(LEVELS)


@pytest.mark.parametrize(
    ("panel", "file", "y"), [("compute", "left", "C"), ("steps", "right", "S")]
)
def test_figure_12_is_drawn_with_table_5(paper, panel, file, y):
    read = rows_of(f"fig12_{file}")
    line = drawn(sheet_of(paper, "figure_12"), panel=panel, series="printed")
    x = column(read, "N/Neff")
    ours, theirs = at(line, x), column(read, f"{y}/{y}eff")
    inside = np.isfinite(ours)
    assert inside.sum() > 0.9 * len(x)
    np.testing.assert_allclose(ours[inside], theirs[inside], rtol=0.01)


def test_figure_12_of_a_study_shows_its_own_exponents_beside(trained):
    sheet = sheet_of(trained, "figure_12")
    assert r"this study, 95 % band: $\alpha_N$ = 0.090, $\alpha_S$ = 0.800" in legend(sheet)
    assert drawn(sheet, series="this study", kind="band")


def test_figure_13_draws_both_envelopes_and_their_printed_laws(paper):
    sheet = sheet_of(paper, "figure_13")
    for law, file, scale, exponent in (
        ("L(C_min)", "fig13_Cmin", 2.3e8, 0.050),
        ("L(C)", "fig13_C", 2.0e7, 0.057),
    ):
        envelope = drawn(sheet, series=f"{law}, envelope of the paper")
        assert pairs(envelope) == pairs(rows_of(file), "compute_PFdays", "test_loss")
        printed = drawn(sheet, series=f"printed, {law}")
        expected = (scale / column(printed, "x")) ** exponent
        np.testing.assert_allclose(column(printed, "y"), expected)
    assert len(drawn(sheet, kind="band")) == 400


def test_figure_13_of_a_study_puts_c_min_below_c(trained):
    sheet = sheet_of(trained, "figure_13")
    points = drawn(sheet, series="L(C_min), envelope")
    assert pairs(points) == sorted(
        zip(*(law_of(trained, "L_C_min")["points"][name] for name in ("x", "loss")), strict=True)
    )


def test_figure_14_draws_the_papers_markers_but_for_its_legend(paper):
    sheet = sheet_of(paper, "figure_14")
    for kind, symbol, count in (("C_min", r"$C_\mathrm{min}$", 31), ("C_fixed_batch", "$C$", 30)):
        read = rows_of("fig14_left", kind=kind)
        own = np.array(pairs(drawn(sheet, panel="size", series=f"{symbol}, paper")))
        assert len(own) == count
        np.testing.assert_allclose(own, pairs(read, "compute_PFdays", "N_opt"), rtol=1e-12)
    for kind, count in (("S_min", 31), ("S_fixed_batch", 30)):
        own = drawn(sheet, panel="steps", series=f"{kind}, paper")
        assert len(own) == count
        assert set(pairs(own)) < set(
            pairs(rows_of("fig14_right", kind=kind), "compute_PFdays", "steps")
        )
    # C = 6 N B S of a model that exists; the marker in the legend would have 64 parameters.
    fixed = drawn(sheet, panel="steps", series="S_fixed_batch, paper")
    sizes = column(fixed, "x") * 8.64e19 / (6 * 2**19 * column(fixed, "y"))
    assert sizes.min() == pytest.approx(3072, rel=0.01)


def test_figure_14_draws_the_printed_trends(paper):
    sheet = sheet_of(paper, "figure_14")
    for panel, series, scale, exponent in (
        ("size", r"printed, $C_\mathrm{min}$", 1.3e9, 0.73),
        ("size", "printed, $C$", 1.6e9, 0.88),
        ("steps", "printed, S_min", 5.4e3, 0.03),
    ):
        line = drawn(sheet, panel=panel, series=series)
        np.testing.assert_allclose(column(line, "y"), scale * column(line, "x") ** exponent)


def test_figure_14_of_a_study_has_steps_of_its_own_batch(trained):
    sheet = sheet_of(trained, "figure_14")
    frontier = law_of(trained, "N_opt_C")["points"]
    steps = drawn(sheet, panel="steps", series="S_fixed_batch, frontier")
    expected = np.array(frontier["C"]) * 8.64e19 / (6 * np.array(frontier["N"]) * 4096)
    np.testing.assert_allclose(column(steps, "y"), expected)
    assert "paper: " in legend(sheet)


def test_figure_15_is_drawn_as_printed(paper):
    sheet = sheet_of(paper, "figure_15")
    red = drawn(sheet, panel="printed", series="printed, L(D(C_min))")
    expected = 1.983 * column(red, "x") ** -0.0247
    np.testing.assert_allclose(column(red, "y"), expected, rtol=0.01)
    np.testing.assert_allclose(column(red, "y_high") / column(red, "y_low"), 1.07 / 0.935)
    meet = drawn(sheet, panel="printed", series="the lines meet")[0]
    assert 4e4 < float(meet["x"]) < 8e4 and float(meet["y"]) == pytest.approx(1.52, abs=0.02)
    envelope = drawn(sheet, panel="printed", series="envelope")
    assert pairs(envelope) == pairs(rows_of("fig13_Cmin"), "compute_PFdays", "test_loss")


@pytest.mark.parametrize("source", ["paper", "trained"])
def test_figure_15_meets_where_the_lines_do(request, source):
    snakemake = request.getfixturevalue(source)
    sheet = sheet_of(snakemake, "figure_15")
    by_compute, by_data = (
        drawn(sheet, panel="own", series=f"refit, {law}") for law in ("L(C_min)", "L(D(C_min))")
    )
    assert len(by_compute) == len(by_data) == 200
    for meet in drawn(sheet, panel="own", series="the lines meet"):
        x, loss = float(meet["x"]), float(meet["y"])
        assert at(by_compute, [x])[0] == pytest.approx(loss, rel=1e-3)
        assert at(by_data, [x])[0] == pytest.approx(loss, rel=1e-3)


@pytest.mark.parametrize(
    ("panel", "file", "value"), [("compute", "left", "compute_PFdays"), ("steps", "right", "steps")]
)
def test_figure_11_draws_the_papers_slices_and_its_fit(paper, panel, file, value):
    sheet = sheet_of(paper, "figure_11")
    read = rows_of(f"fig11_{file}")
    own = drawn(sheet, panel=panel, kind="point")
    np.testing.assert_allclose(pairs(own), pairs(read, "N", "test_loss"), rtol=1e-4)
    compared = 0
    for at_value in {row[value] for row in read}:
        name = f"{float(at_value):.4g} PF-days" if panel == "compute" else f"{at_value} steps"
        line = drawn(sheet, panel=panel, series=f"printed, {name}")
        fit = rows_of(f"fig11_{file}_fit", **{value: at_value})
        ours = at(line, column(fit, "N")) if len(line) > 1 else np.full(len(fit), np.nan)
        inside = np.isfinite(ours)
        compared += inside.sum()
        np.testing.assert_allclose(ours[inside], column(fit, "loss")[inside], rtol=0.01)
    assert compared > 150


def test_figure_11_of_a_study_cuts_its_ladder_and_fits_it(trained):
    sheet = sheet_of(trained, "figure_11")
    for panel in ("compute", "steps"):
        assert len({row["series"] for row in drawn(sheet, panel=panel, kind="point")}) == 8
        points = drawn(sheet, panel=panel, kind="point")
        band = {(r["series"], r["x"]): r for r in drawn(sheet, panel=panel, kind="band")}
        near = [band.get((f"refit, {row['series']}", row["x"])) for row in points]
        error = [
            abs(float(fit["y"]) / float(row["y"]) - 1)
            for row, fit in zip(points, near, strict=True)
            if fit
        ]
        assert len(error) > 20 and max(error) < 0.01


@pytest.mark.parametrize("name", [n for n in MINE if n != "figure_13"])
def test_a_study_without_the_runs_says_what_is_missing(bare, name):
    sheet = sheet_of(bare, name)
    assert not sheet.axes and "It needs" in sheet.figure.texts[0].get_text().replace("\n", " ")


def test_figure_19_draws_the_papers_points_beside_its_curves(paper):
    sheet = sheet_of(paper, "figure_19")
    for panel, name, column_ in (
        ("steps", "fig19_Smin", "S_min"),
        ("tokens", "fig19_Emin", "E_min_tokens"),
    ):
        read = [row for row in sheet.rows if row["panel"] == panel and "paper" in row["series"]]
        assert pairs(read) == pairs(rows_of(name), "N", column_)
    # The paper's points lie where the curves of its Fig. 4 have a loss a little smaller than said.
    own = drawn(sheet, panel="steps", kind="point", series="loss 2.986")
    theirs = drawn(sheet, panel="steps", series="loss 2.986, paper")
    ours = dict(pairs(own))
    ratios = [float(r["y"]) / at(own, [float(r["x"])])[0] for r in theirs[-3:]]
    assert len(ours) > 3 and all(0.5 < ratio < 2.5 for ratio in ratios)


def test_figure_19_of_a_study_has_the_truth_in_its_band(trained):
    sheet = sheet_of(trained, "figure_19")
    levels = {row["series"] for row in drawn(sheet, panel="steps", kind="point")}
    assert len(levels) == 8
    for series in levels:
        loss = float(series.removeprefix("loss "))
        for row in drawn(sheet, panel="steps", kind="band", series=f"{series}, B_crit"):
            excess = loss - converged(float(row["x"]))
            truth = 10**LOG10_S_C * excess ** (-1 / ALPHA_S)
            # Runs scatter by 0.2 % of the loss, which a flat curve turns into many steps.
            if excess > 0.1 * loss:
                assert float(row["y"]) == pytest.approx(truth, rel=0.15)
    steps, tokens = (
        dict(pairs(drawn(sheet, panel=panel, kind="point", series=min(levels))))
        for panel in ("steps", "tokens")
    )
    ratios = [tokens[size] / steps[size] for size in steps]
    loss = float(min(levels).removeprefix("loss "))
    assert ratios == pytest.approx([critical(loss)] * len(ratios), rel=0.1)


def test_steps_to_a_loss_are_the_first():
    curve = np.array([10.0, 20.0, 40.0, 80.0]), np.array([5.0, 4.0, 4.2, 3.0])
    assert steps_to(4.0, curve) == pytest.approx(20.0)
    assert 10.0 < steps_to(4.5, curve) < 20.0
    assert 40.0 < steps_to(3.9, curve) < 80.0
    assert np.isnan(steps_to(5.5, curve)) and np.isnan(steps_to(2.9, curve))
