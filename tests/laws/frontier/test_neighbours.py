"""A run as its neighbours predict it: what it is for, and where it cannot be done."""

import numpy as np
import pytest
from simulated_training import simulated

from scalinglaws.laws.batch.chain import Variant
from scalinglaws.laws.batch.ladder import Ladder, LadderRun, ladder
from scalinglaws.laws.envelope import lower_envelope
from scalinglaws.laws.frontier.neighbours import (
    freedom,
    mirrored,
    predicted_run,
    runs_of,
    two_sided,
)
from scalinglaws.laws.frontier.trends import FRONTIER_LAWS
from scalinglaws.units import PF_DAY

TOKENS = np.geomspace(1e3, 1e6, 40)
DECLARED = {"experiment": "ladder", "points": {"step": {"min": 300}}}


def run(size, noise=0.0, tokens=TOKENS):
    """A ladder where ln L is straight in ln N at equal tokens."""
    loss = 20.0 * size**-0.07 * tokens**-0.1 * np.exp(noise)
    return LadderRun(size, 100, 6.0 * size * tokens / PF_DAY, loss * np.ones_like(tokens))


def left(effect, *weights):
    """What stays of a run's effect where neighbours of these weights scatter as it does."""
    return effect * (1.0 - 1.0 / np.sqrt(1.0 + np.sum(np.square(weights))))


@pytest.mark.parametrize(
    ("size", "first", "second"), [(11, 100, 1000), (300, 100, 1000), (90_000, 10_000, 1000)]
)
def test_the_own_share_of_a_runs_effect_is_taken_out(size, first, second):
    share = np.log(size / first) / np.log(second / first)
    weights = 1.0 - share, share
    others = [run(n) for n in (100, 1000, 10_000)]
    found = predicted_run(run(size, noise=0.03), others)
    assert found.loss == pytest.approx(run(size, left(0.03, *weights)).loss, rel=1e-9)
    assert np.array_equal(found.compute, run(size).compute)


def test_moves_scatter_like_one_run():
    """Runs of equal scatter: the move of each, over many ladders, has that scatter."""
    rng = np.random.default_rng(0)
    moves = []
    for _ in range(400):
        runs = [run(n, 0.01 * rng.normal()) for n in (100, 400, 1000, 10_000)]
        for i in range(4):
            found = predicted_run(runs[i], runs[:i] + runs[i + 1 :])
            moves.append(np.log(runs[i].loss[0] / found.loss[0]))
    assert np.std(moves) == pytest.approx(0.01, rel=0.05)


def test_for_a_line_it_is_leaving_out():
    """The estimates of a line are the same without a point and with it where the others put it."""
    rng = np.random.default_rng(0)
    x = np.arange(5.0)
    y = rng.normal(size=5)
    for i in range(5):
        rest = np.arange(5) != i
        without = np.polyfit(x[rest], y[rest], 1)
        replaced = y.copy()
        replaced[i] = np.polyval(without, x[i])
        assert np.polyfit(x, replaced, 1) == pytest.approx(without)


def test_a_twin_of_the_same_size_predicts_alone():
    twins = [run(1000, 0.02), run(1000, 0.04), run(100, 0.5)]
    found = predicted_run(run(1000, -0.1), twins)
    assert found.loss == pytest.approx(
        run(1000, 0.03 + left(-0.13, np.sqrt(0.5))).loss, rel=1e-9
    ), "the mean of two twins has half of their variance"


def test_beyond_the_neighbours_the_difference_stays():
    short = TOKENS[:20]
    found = predicted_run(run(1000, 0.03), [run(100, tokens=short), run(10_000)])
    assert found.loss == pytest.approx(run(1000, left(0.03, 0.5, 0.5)).loss, rel=1e-9)


def test_a_mirrored_run_is_moved_as_far_the_other_way():
    runs = {"a": run(100), "b": run(1000, 0.03), "c": run(10_000)}
    found, variant = Ladder(runs, "x", [], {}), Variant("b", "x")
    moved, other = runs_of(found, variant)["b"], mirrored(found, variant)["b"]
    assert np.sqrt(moved.loss * other.loss) == pytest.approx(runs["b"].loss, rel=1e-12)
    assert other.loss[0] > runs["b"].loss[0] > moved.loss[0]
    assert mirrored(found, Variant("b", "another sample")) is None


def test_two_sides_give_half_of_what_separates_them():
    nan, own, moved = np.nan, [3.0, 1.0], [3.2, 0.8]
    estimates = np.array([own, moved, moved, moved])
    opposite = np.array([[nan, nan], [2.9, 1.3], [nan, nan], [2.9, nan]])
    expected = np.array([own, [3.15, 0.75], moved, moved])  # one side is kept where it is alone
    assert two_sided(estimates, opposite) == pytest.approx(expected)


@pytest.mark.parametrize(("n_runs", "expected"), [(8, 3.4), (12, 5.7), (20, 10.1), (40, 19.8)])
def test_differences_from_neighbours_are_worth_half_as_many_runs(n_runs, expected):
    sizes = np.geomspace(1e5, 1e9, n_runs).round().astype(int)
    found = Ladder({f"{i:02d}": run(int(n)) for i, n in enumerate(sizes)}, "x", [], {})
    assert freedom(found, list(found.runs)) == pytest.approx(expected, abs=0.06)


def test_the_sum_of_squared_moves_varies_as_its_freedom_says():
    rng, sizes, sums = np.random.default_rng(0), (100, 300, 1000, 3000, 10_000), []
    for _ in range(500):
        runs = [run(n, 0.01 * rng.normal(), TOKENS[:3]) for n in sizes]
        moved = [predicted_run(own, runs[:i] + runs[i + 1 :]) for i, own in enumerate(runs)]
        moves = [np.log(a.loss[0] / b.loss[0]) for a, b in zip(runs, moved, strict=True)]
        sums.append(np.square(moves).sum())
    found = Ladder({str(n): run(n) for n in sizes}, "x", [], {})
    worth = 2.0 * np.mean(sums) ** 2 / np.var(sums)
    assert worth == pytest.approx(freedom(found, list(found.runs)), rel=0.25)
    assert worth < 4.0, "not G - 1"


def test_one_run_is_worth_one():
    found = Ladder({"a": run(100), "b": run(1000), "c": run(10_000)}, "x", [], {})
    assert freedom(found, ["b"]) == pytest.approx(1.0)
    assert freedom(found, ["a", "b", "c"]) == pytest.approx(1.0), "all three are one difference"


def test_where_nothing_predicts_the_run_is_left_out():
    far = [run(100, tokens=TOKENS * 1e9), run(10_000)]
    assert predicted_run(run(1000), far) is None
    assert predicted_run(run(1000), [run(100)]) is None
    found = Ladder({"a": run(1000), "b": run(100)}, "x", [], {})
    assert list(runs_of(found, Variant("a", "x"))) == ["b"]
    assert mirrored(found, Variant("a", "x")) is None
    assert runs_of(found, Variant("a", "another sample")) is found.runs


def test_at_an_end_no_neighbour_is_closer_to_the_other_than_the_run():
    """Two sizes 1 % apart must not extrapolate over a decade."""
    others = [run(100, 0.01), run(101, -0.01), run(1000)]
    found = predicted_run(run(10), others)
    assert np.abs(np.log(found.loss / run(10).loss)).max() < 0.021


def test_the_standard_errors_are_nearer_to_the_truth_than_by_leaving_out():
    """The numbers in the module's docstring: p_N of 60 simulated ladders."""
    law = FRONTIER_LAWS["N_opt(C)"]
    found = [law(simulated(seed), DECLARED) for seed in range(1, 61)]
    spread = np.std([fit.params[0] for fit in found])
    replaced = np.median([fit.replicates.std_err()[0] for fit in found])
    left_out = np.median([_left_out_std_err(simulated(seed)) for seed in range(1, 31)])
    assert 0.75 < replaced / spread < 1.3  # of 60 ladders: the spread itself is known to 9 %
    assert 2.0 < left_out / spread < 3.5


def _left_out_std_err(measurements):
    runs = ladder(measurements, DECLARED).runs
    estimates = [_exponent(runs)] + [
        _exponent({name: r for name, r in runs.items() if name != left}) for left in runs
    ]
    deleted = np.array(estimates[1:])
    return np.sqrt((len(deleted) - 1) / len(deleted) * np.sum((deleted - estimates[0]) ** 2))


def _exponent(runs):
    low = min(r.compute.min() for r in runs.values())
    high = max(r.compute.max() for r in runs.values())
    grid = np.geomspace(low, high, 800)
    envelope = lower_envelope({name: (r.compute, r.loss) for name, r in runs.items()}, grid)
    size = np.array([runs[name].n_params for name in envelope.best], dtype=float)
    inner = sorted(
        set(size)
        - {min(r.n_params for r in runs.values())}
        - {max(r.n_params for r in runs.values())}
    )
    middle = [np.log(envelope.compute[size == n]).mean() for n in inner]
    return np.polyfit(middle, np.log(inner), 1)[0]
