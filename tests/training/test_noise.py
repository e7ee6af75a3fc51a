"""The gradient noise scale: the estimator on known gradients, and what a run measures."""

import numpy as np
import pytest
import torch

from scalinglaws.models.build import build_model
from scalinglaws.noise_scale import noise_scales
from scalinglaws.runspec import NOISE_BATCHES
from scalinglaws.training.flat import FlatParameters
from scalinglaws.training.loop import train
from scalinglaws.training.noise import gradient_squares


def test_known_gradients_give_their_noise_scale():
    """Gradients of tokens ~ Normal(G, Sigma): B_simple = tr(Sigma) / |G|^2 = 50 / 0.04."""
    random = np.random.default_rng(0)
    n_parameters, measurements, small = 50, 400, 64
    true = np.full(n_parameters, np.sqrt(0.04 / n_parameters))
    noise = random.normal(size=(measurements, 16, n_parameters)) / np.sqrt(small)
    gradients = true + noise
    small_square = np.square(gradients).sum(axis=2).mean(axis=1)
    large_square = np.square(gradients.mean(axis=1)).sum(axis=1)
    scales = noise_scales(small_square, large_square, small, 16 * small)
    assert np.median(scales) == pytest.approx(50 / 0.04, rel=0.1)


def test_numerator_and_denominator_are_averaged_before_they_are_divided():
    small, large = np.array([3.0, 3.5]), np.array([2.0, 2.0])
    trace = np.mean((small - large) / (1 / 10 - 1 / 20))
    square = np.mean((20 * large - 10 * small) / 10)
    assert noise_scales(small, large, 10, 20) == pytest.approx(trace / square)


def test_a_gradient_lost_in_noise_has_no_scale():
    assert np.isnan(noise_scales(np.array([4.0]), np.array([1.0]), 10, 20)).all()


@pytest.fixture
def shard():
    return (np.cumsum(np.random.default_rng(0).integers(0, 3, 8_000)) % 64).astype(np.uint16)


def test_the_large_batch_is_made_of_the_small_ones(make_spec, shard, kernels):
    spec = make_spec(noise_tokens=NOISE_BATCHES * 32, kernels=kernels)
    model = build_model(spec)
    small, large = gradient_squares(model, FlatParameters(model), shard, spec, step=3)
    assert 0 < large < small
    again = gradient_squares(model, FlatParameters(model), shard, spec, step=3)
    assert again == (small, large)
    assert gradient_squares(model, FlatParameters(model), shard, spec, step=4) != (small, large)


def test_measuring_noise_and_tracking_leave_a_run_as_it_is(make_spec, shard):
    plain = train(make_spec(dropout=0.1), shard[:6000], shard[6000:])
    watched_spec = make_spec(dropout=0.1, noise_tokens=NOISE_BATCHES * 32, track_corpora="toy,far")
    watched = train(
        watched_spec,
        shard[:6000],
        shard[6000:],
        tracked_shards={"toy": shard[6000:], "far": shard[:3000]},
    )
    assert all(torch.equal(watched.weights[k], plain.weights[k]) for k in plain.weights)
    for row, watched_row in zip(plain.curve, watched.curve, strict=True):
        assert row.test_loss == watched_row.test_loss
        assert row.large_gradient_square is None
        assert watched_row.large_gradient_square > 0
        assert len(watched_row.tracked["far"]) == watched_spec.n_ctx
        # the tracked windows of the main corpus are those of the test loss
        assert np.mean(watched_row.tracked["toy"]) == pytest.approx(row.test_loss, rel=1e-6)
