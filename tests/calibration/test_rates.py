"""Best rates: the simulated laws come back, with intervals that hold them."""

import numpy as np
import pytest
import simulated
from simulated import law_of, study

from scalinglaws.calibration.rate_law import exponent, rate_band
from scalinglaws.calibration.rates import best_rates, parabola_loss, slope_of
from scalinglaws.calibration.results import calibrate


def test_the_simulated_laws_lie_inside_their_intervals(found):
    assert found.law["status"] == "ok"
    estimate, low, high = exponent(found.law)
    assert low < simulated.BY_SIZE < high and low < estimate < high
    for value, truth in ((1e5, simulated.RATE), (1e4, simulated.RATE * 0.1**simulated.BY_SIZE)):
        best, low, high = (float(x[0]) for x in rate_band(found.law, [value]))
        assert low < truth < high and best == pytest.approx(truth, rel=0.05)
    assert found.by_batch.low < simulated.BY_BATCH < found.by_batch.high
    ratio, low, high = found.by_length.ratio(4.0)
    assert low < 4.0**simulated.BY_TOKENS < high and low < ratio < high


def test_without_noise_they_are_exact():
    tables, settings = study(noise=0.0)
    found = calibrate(tables, settings, law_of(tables["runs"]), [])
    assert exponent(found.law)[0] == pytest.approx(simulated.BY_SIZE, abs=1e-3)
    assert float(rate_band(found.law, [1e5])[0][0]) == pytest.approx(simulated.RATE, rel=1e-3)
    assert found.by_batch.slope == pytest.approx(simulated.BY_BATCH, abs=1e-3)
    assert found.by_length.slope == pytest.approx(simulated.BY_TOKENS, abs=1e-3)


def test_the_interval_of_the_ratio_covers_what_it_says():
    """Of the ratio of two vertices, over simulated studies: 95 % within binomial error."""
    truth, inside, studies = simulated.BY_TOKENS, 0, 60
    for seed in range(studies):
        tables, settings = study(seed=seed)
        line = calibrate(tables, settings, {"status": "not needed"}, []).by_length
        inside += line.low < truth < line.high
    assert 52 <= inside <= studies


def test_the_band_at_the_reference_is_the_interval_of_the_scale(found):
    low, high = found.law["conf_int"][1]
    band = [float(x[0]) for x in rate_band(found.law, [found.law["prediction"]["reference"]])]
    assert band[1:] == pytest.approx([10**low, 10**high])


def test_the_run_that_two_sweeps_share_counts_once(found):
    curves = [c for name in ("learning_rate", "batch_rate") for c in found.curves[name]]
    minima, pooled = best_rates([*curves, *curves])
    names = [run for minimum in minima.values() for run in minimum.group.run_ids]
    assert len(names) == len(set(names)) and pooled.df > 0
    assert sorted(key[1] for key in found.minima_of("batch_rate")) == [
        1024, 2048, 4096, 8192, 16384,
    ]  # fmt: skip


def test_a_parabola_is_lowest_at_its_vertex(found):
    for minimum in found.minima_of("learning_rate").values():
        at, beside = parabola_loss(minimum, minimum.place[0] * np.array([1.0, 1.3]))
        assert at == pytest.approx(minimum.loss[0]) and beside > at


def test_too_few_minima_give_no_slope(found):
    minima = found.minima_of("run_length")
    one = {key[2]: minimum for key, minimum in list(minima.items())[:1]}
    _, pooled = best_rates(found.curves["run_length"])
    line = slope_of(one, pooled, 2)
    assert not line.ok and line.why_not.startswith("1 of 1")


def test_a_best_rate_at_the_edge_is_no_minimum_and_says_so(config):
    from scalinglaws.calibration.page import page

    # The smallest of the tried rates is the best at one size: others keep the law alive.
    tables, settings = study(
        change=lambda spec: 0.1 * np.log(spec.peak_learning_rate) if spec.d_model == 16 else 0.0
    )
    found = calibrate(tables, settings, law_of(tables["runs"]), [])
    curve = found.curves["learning_rate"][0]
    assert curve.n_params == 6144 and curve.edge == "the smallest tried"
    minimum = found.minima_of("learning_rate")[6144, 4096, 1000]
    assert not minimum.ok and "the best rate is the smallest tried" in page(found, config)
