"""The chain of computations: which runs are left out of it, and when its numbers are no use."""

import numpy as np
import pytest

from scalinglaws.laws.batch.chain import CRITICAL, as_replicates, fault_of, variants
from scalinglaws.laws.replicates import SHARED, Replicates

NAMES = ("p", "scale")


def replicates(estimate=(0.7, 9.0), **changed):
    """Estimates without each of three runs, some of them changed."""
    without = {"a": (0.71, 9.1), "b": (0.69, 8.9), "c": (0.7, 9.0)} | changed
    return Replicates.of(NAMES, estimate, without)


def test_numbers_that_were_computed_and_redone_have_no_fault():
    assert fault_of(replicates()) is None


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (replicates(estimate=(0.7, np.inf)), "estimates are not finite"),
        (
            replicates(b=(np.nan, 8.9)),
            "not identified: cannot be computed without b; add runs beside it",
        ),
        (
            replicates(b=(np.nan, 8.9), c=(0.7, -np.inf)),
            "not identified: cannot be computed without b (nor without 1 other); "
            "add runs beside it",
        ),
    ],
)
def test_numbers_that_hang_on_a_run_name_it(found, fault):
    assert fault_of(found) == fault


def test_each_run_of_both_samples_is_left_out_and_all_losses_shifted():
    critical = Replicates.of(CRITICAL, (0.2, 8.0), {"s1": (0.21, 8.1), "s2": (0.19, 7.9)}, "scan")
    whole, *others, shifted = variants(["a", "b"], "ladder", critical, test_error=0.01)
    assert (whole.alpha_B, whole.log10_B_star, whole.shift) == (0.2, 8.0, 0.0)
    assert [(v.stratum, v.label) for v in others] == [
        ("scan", "s1"), ("scan", "s2"), ("ladder", "a"), ("ladder", "b"),
    ]  # fmt: skip
    assert [v.alpha_B for v in others] == [0.21, 0.19, 0.2, 0.2]
    assert (shifted.stratum, shifted.alpha_B, shifted.shift) == (SHARED, 0.2, 0.01)
    assert whole.keeps("ladder", "a") and not others[2].keeps("ladder", "a")
    assert others[2].keeps("scan", "a"), "a run of the same name in another sample"


def test_the_shift_of_the_scan_is_that_of_its_own_fit():
    critical = Replicates.of(CRITICAL, (0.2, 8.0), {"s1": (0.21, 8.1)}, "scan")
    shifted = variants([], "", critical.with_shared((0.22, 8.2)), test_error=0.01)[-1]
    assert (shifted.stratum, shifted.alpha_B, shifted.shift) == (SHARED, 0.22, 0.01)


def test_a_run_whose_absence_changes_nothing_is_no_member_of_its_sample():
    chain = variants(["a", "b", "c"], "ladder", test_error=0.01)
    moved = np.array([[1.0, 2.0], [1.1, 2.0], [1.0, 2.0], [0.9, 2.0], [1.0, 2.0]])
    found = as_replicates(NAMES, chain, moved)
    assert found.labels == ("a", "c", SHARED)
    still = np.array([[1.0, 2.0], [1.1, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]])
    assert as_replicates(NAMES, chain, still).labels == ("a", "b", "c", SHARED)
