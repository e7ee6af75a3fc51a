"""Numbers of a plan as they are printed: few digits, and words where there is no number."""

import numpy as np
import pytest

from scalinglaws.planning import words
from scalinglaws.planning.answers import Estimate

NOTHING = Estimate(np.nan, np.nan, np.nan)
EXACT = Estimate(5.351e9, np.nan, np.nan)
KNOWN = Estimate(5.351e9, 4.81e9, 5.96e10)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (67.21e9, "67.2B"),
        (8400.0, "8.4K"),
        (512.0, "512"),
        (999.4, "999"),
        (999.6, "1K"),
        (999_600.0, "1M"),
        (1.5e12, "1.5T"),
        (999.7e12, "1000T"),
        (1e15, "1e+15"),
        (0.25, "0.25"),
        (0.0, "0"),
    ],
)
def test_amounts_in_three_digits(value, said):
    assert words.amount(value) == said


def test_a_value_is_written_as_its_quantity_is_read():
    assert words.formatted("C", 1.734e20) == "1.73e20"
    assert words.formatted("C", 5e8) == "5e8"
    assert words.formatted("C", np.inf) == "inf"
    assert words.formatted("loss", 2.34567) == "2.346"
    assert words.formatted("N", 1.5e9) == "1.5B"
    assert words.number(123456.0) == "1.23e+05"


def test_an_interval_or_why_there_is_none():
    assert words.interval("N", KNOWN) == "4.81B-59.6B"
    assert words.interval("N", EXACT) == "no interval"
    assert words.interval("N", NOTHING) == ""


def test_factors_and_shares_with_their_intervals():
    growth = Estimate(5.351, 4.81, 5.96)
    assert words.factor(growth) == "x 5.35 [4.81, 5.96]"
    assert words.factor(Estimate(5.351, np.nan, np.nan)) == "x 5.35"
    assert words.factor(NOTHING) == "-"
    assert words.percent(Estimate(0.026, 0.013, 0.055)) == "2.6 % [1.3, 5.5]"
    assert words.percent(Estimate(0.026, np.nan, np.nan)) == "2.6 %"
