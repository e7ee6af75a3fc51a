"""Verdicts follow from intervals; what would resolve one follows from their width."""

import math

import pytest
from scipy import stats

from scalinglaws.claims.claim import (
    CONTRADICTED,
    HOLDS,
    NEGATIVE,
    NOT_RESOLVED,
    NOT_TRIED,
    POSITIVE,
    Claim,
    Quantity,
)


def claim(*quantities, **fields):
    return Claim("key", "Title", "statement", "Sec. 1", list(quantities), **fields)


@pytest.mark.parametrize(
    ("low", "high", "allowed", "verdict"),
    [
        (0.9, 1.1, (0.75, 1.25), HOLDS),
        (0.2, 0.6, (0.75, 1.25), CONTRADICTED),
        (1.3, 1.6, (0.75, 1.25), CONTRADICTED),
        (0.7, 1.1, (0.75, 1.25), NOT_RESOLVED),
        (0.2, 1.6, (0.75, 1.25), NOT_RESOLVED),
        (math.nan, math.nan, (0.75, 1.25), NOT_RESOLVED),
        (0.1, 0.4, POSITIVE, HOLDS),
        (0.1, 0.4, NEGATIVE, CONTRADICTED),
        (-0.1, 0.4, NEGATIVE, NOT_RESOLVED),
        (0.1, 0.4, None, ""),
    ],
)
def test_verdict_of_a_quantity(low, high, allowed, verdict):
    assert Quantity("q", 0.5 * (low + high), low, high, allowed=allowed).verdict == verdict


def test_an_interval_with_zero_shows_no_absence_of_an_effect():
    assert Quantity("q", 0.0, -5.0, 5.0, allowed=(-2.0, 2.0)).verdict == NOT_RESOLVED


def test_a_claim_holds_by_all_and_falls_by_one():
    holds = Quantity("holds", 1.0, 0.9, 1.1, allowed=POSITIVE)
    open_ = Quantity("open", 0.1, -0.9, 1.1, allowed=POSITIVE)
    false = Quantity("false", -1.0, -1.1, -0.9, allowed=POSITIVE)
    shown = Quantity("shown", -1.0, -1.1, -0.9)
    assert claim(holds, shown).verdict == HOLDS
    assert claim(holds, open_).verdict == NOT_RESOLVED
    assert claim(holds, open_, false).verdict == CONTRADICTED
    assert claim(holds, open_, false).key_quantity is false
    assert claim(holds, missing="experiment").verdict == NOT_TRIED
    assert claim(reason="the fit failed").verdict == NOT_RESOLVED
    assert claim(reason="the fit failed").resolved_by == "the fit failed"


def test_so_many_observations_would_resolve_it():
    """From the named number on, the interval of the same scatter is narrow enough; not before."""
    df, n, half = 6.0, 8, 0.4
    quantity = Quantity("q", 0.2, -0.2, 0.6, n=n, of="models", df=df, allowed=POSITIVE)
    wanted = int(quantity.resolved_by.split("about ")[1].split()[0])

    def half_with(count):
        t = stats.t.ppf(0.975, [df + count - n, df])
        return half * math.sqrt(n / count) * t[0] / t[1]

    assert half_with(wanted) < 0.2 <= half_with(wanted - 1)
    assert quantity.resolved_by.endswith("models instead of 8, at the same scatter")


def test_a_wider_range_would_resolve_it_too():
    quantity = Quantity("q", 0.0, -1.0, 1.0, n=5, fold=16.0, allowed=(-0.6, 0.6))
    assert f"{16 ** (1 / 0.6):.2g}-fold range instead of 16-fold" in quantity.resolved_by
    far = Quantity("q", 0.0, -1.0, 1.0, n=5, fold=16.0, allowed=(-0.1, 0.1))
    assert "fold" not in far.resolved_by


def test_a_ratio_is_resolved_in_its_logarithm():
    """A factor of 8 either way about 1.25, where 0.5 to 2 is allowed: by (ln 8 / ln 1.6)^2."""
    ratio = Quantity("q", 1.25, 1.25 / 8, 10.0, n=14, allowed=(0.5, 2.0), ratio=True)
    wanted = int(ratio.resolved_by.split("about ")[1].split()[0])
    assert wanted == math.floor(14 * (math.log(8) / math.log(1.6)) ** 2) + 1


def test_an_estimate_on_the_edge_is_not_a_matter_of_more_runs():
    quantity = Quantity("q", 0.5, 0.3, 0.7, n=5, allowed=(0.0, 0.5))
    assert "edge" in quantity.resolved_by


def test_what_is_missing_resolves_a_number_without_an_interval():
    quantity = Quantity("q", 0.5, allowed=(0.0, 1.0), note="two seeds of one shape")
    assert quantity.resolved_by == "two seeds of one shape"
