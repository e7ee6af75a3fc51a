"""Figure 15 of a study: how far its lines go, and what is said of where they meet."""

from dataclasses import replace

import numpy as np
import pytest
from studies import drawn, legend, set_up

from scalinglaws.figures.figure_15 import MEET, draw
from scalinglaws.figures.source import read_source


@pytest.fixture
def source(trained):
    set_up(trained, "figure_15")
    return read_source(trained)


@pytest.fixture
def computes(source):
    """The smallest and the largest compute that L(C_min) was fitted to, PF-days."""
    x = source.laws["L(C_min)"]["points"]["x"]
    return min(x), max(x)


def meeting(source, compute):
    """The figure where the lines of the study meet at this compute, within a factor of ten."""
    at = np.log10(compute)
    ends = [[at - 1, at + 1], [2.0, 3.0]]
    derived = {"status": "ok", "names": list(MEET), "estimates": [at, 2.5], "conf_int": ends}
    return draw(replace(source, laws=source.laws | {"derived": derived}))


def reach(sheet):
    """The ends of the drawn lines."""
    x = [float(row["x"]) for row in drawn(sheet, series="refit, L(C_min)", kind="band")]
    return min(x), max(x)


def words(sheet):
    return legend(sheet).replace("\n", " ")


def test_lines_that_meet_near_by_are_drawn_to_their_meeting(source, computes):
    low, high = computes
    for crossing, ends in ((100 * high, (low, 300 * high)), (low / 100, (low / 300, high))):
        sheet = meeting(source, crossing)
        assert reach(sheet) == pytest.approx(ends)
        (mark,) = drawn(sheet, series="the lines meet")
        assert (float(mark["x"]), float(mark["y"])) == pytest.approx((crossing, 2.5))
        bar = [float(row["x"]) for row in drawn(sheet, series="the lines meet, 95 %")]
        # As far as the panel goes.
        cut = max(crossing / 10, ends[0]), min(crossing * 10, ends[1])
        assert bar == pytest.approx(cut)
        assert "they meet at" in words(sheet)


def test_lines_that_meet_far_off_end_with_their_data(source, computes):
    sheet = meeting(source, 1e9 * computes[1])
    assert reach(sheet) == pytest.approx(computes)
    assert "they meet far outside of this panel, at $10^{" in words(sheet)
    assert not drawn(sheet, series="the lines meet")


@pytest.mark.parametrize("derived", [{"status": "not usable"}, {"status": "ok", "names": ["a"]}])
def test_an_unknown_meeting_is_said(source, computes, derived):
    sheet = draw(replace(source, laws=source.laws | {"derived": derived}))
    assert reach(sheet) == pytest.approx(computes)
    assert "where they meet is not known" in words(sheet)
    assert not drawn(sheet, series="the lines meet")
