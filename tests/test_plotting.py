"""The sheet that draws and remembers, its axes and its labels."""

import json

import numpy as np
import pytest

from scalinglaws.laws.line import design
from scalinglaws.laws.power_law import fit_power_law
from scalinglaws.plotting import Sheet, law_band, log_loss_y, log_x, no_panels, number


def test_the_band_from_json_is_statsmodels_own():
    x, loss = np.geomspace(1e4, 1e7, 6), np.array([5.0, 4.4, 4.0, 3.5, 3.1, 2.8])
    law = fit_power_law(x, loss)
    at = np.array([2e4, 3e9])
    mean, low, high = law_band(json.loads(json.dumps(law.to_json({}))), at)
    np.testing.assert_allclose(mean, law.predict(at))
    own = law.results.get_prediction(design(at, law.centre)).conf_int()
    np.testing.assert_allclose((low, high), np.exp(own.T))
    np.testing.assert_allclose((low, high), law.prediction_band(at))


@pytest.mark.parametrize("losses", [(2.3, 7.6), (4.30, 4.34), (4.3321, 4.3322), (0.9, 11.0)])
@pytest.mark.parametrize("sizes", [(3e3, 2.5e4), (9e3, 1.2e4), (768, 1.5e9)])
def test_axes_of_any_range_are_labelled(losses, sizes):
    sheet = Sheet([("a", "parameters", "nats/token")])
    sheet.points("a", "runs", sizes, losses)
    log_x(sheet.axes["a"], "N")
    log_loss_y(sheet.axes["a"])
    sheet.figure.draw_without_rendering()
    for axis, fewest in ((sheet.axes["a"].xaxis, 1), (sheet.axes["a"].yaxis, 3)):
        low, high = sorted(axis.get_view_interval())
        labels = [
            tick.label1.get_text()
            for tick in axis.get_major_ticks()
            if low <= tick.get_loc() <= high
        ]
        assert fewest <= len(labels) <= 9 and all(labels) and len(set(labels)) == len(labels)


def test_numbers_in_labels():
    assert [number(v) for v in (16, 7e5, 1e9, 8.8e13)] == [
        "16", r"$7\times10^{5}$", "$10^{9}$", r"$8.8\times10^{13}$",
    ]  # fmt: skip


def test_a_page_without_panels_says_why(tmp_path):
    sheet = no_panels("This study has no runs.")
    sheet.save(*(tmp_path / f"a.{ending}" for ending in ("pdf", "png", "csv")))
    assert sheet.figure.texts[0].get_text() == "This study has no runs."
    assert (tmp_path / "a.csv").read_text().count("\n") == 1
