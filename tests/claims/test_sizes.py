"""Claims on shape, power laws and overfitting, on runs of known truth."""

import numpy as np
import pytest
from simulated_claims import LADDER, evidence, ladder, loss_of, run, seeds, size

from scalinglaws.claims.claim import CONTRADICTED, HOLDS, NOT_RESOLVED, NOT_TRIED
from scalinglaws.claims.overfitting import overfitting
from scalinglaws.claims.power_laws import BEND, power_law
from scalinglaws.claims.shape import scale_over_shape

ASPECTS = [(1, 96), (2, 64), (4, 48), (8, 32), (16, 24)]


def named(claim, start):
    return next(q for q in claim.quantities if q.name.startswith(start))


def shapes(rng, effect, sd=0.002):
    """Runs at about equal N whose loss rises by ``effect`` times the effect of N on either side."""
    ratio = np.array([d / n for n, d in ASPECTS])
    away = abs(np.log(ratio / ratio[2]))
    return [
        run(
            f"aspect-{n}",
            "aspect_ratio",
            loss_of(size(d, n)) * np.exp(0.076 * effect * own + sd * rng.normal()),
            d,
            n,
        )
        for (n, d), own in zip(ASPECTS, away, strict=True)
    ]


@pytest.mark.parametrize(
    ("effect", "sd", "verdict"),
    [(0.1, 0.002, HOLDS), (2.0, 0.002, CONTRADICTED), (0.5, 0.05, NOT_RESOLVED)],
)
def test_scale_over_shape(effect, sd, verdict):
    rng = np.random.default_rng(1)
    rows = ladder(rng) + seeds(rng, sd) + shapes(rng, effect, sd)
    claim = scale_over_shape(evidence({"L(N)": LADDER}, runs=rows))
    spread = named(claim, "spread over d_model / n_layer")
    assert spread.verdict == verdict
    if sd < 0.01:  # the largest distance on one side, over the whole range
        span, side = np.log(96 / (24 / 16)), np.log(12 / (24 / 16))
        assert spread.estimate == pytest.approx(effect * side / span, rel=0.15, abs=0.02)
        assert spread.low < effect * side / span < spread.high


def test_without_seeds_the_spread_has_no_interval():
    rng = np.random.default_rng(1)
    claim = scale_over_shape(evidence({"L(N)": LADDER}, runs=ladder(rng) + shapes(rng, 0.1)[:3]))
    assert claim.verdict == NOT_RESOLVED
    assert "two seeds" in claim.resolved_by


def test_without_seeds_the_scatter_of_many_shapes_stands_for_them():
    rng = np.random.default_rng(1)
    claim = scale_over_shape(evidence({"L(N)": LADDER}, runs=ladder(rng) + shapes(rng, 0.1)))
    spread = named(claim, "spread over")
    assert "parabola" in spread.method and spread.low <= spread.estimate <= spread.high


def test_losses_are_compared_with_models_trained_as_long():
    """Shapes trained for a quarter of the steps, where the exponent of N is a half."""
    rng = np.random.default_rng(1)
    short = [
        row
        | {
            "run_id": f"short-{row['run_id']}",
            "experiments": ["run_length"],
            "steps": 500,
            "test_loss": 4.0 * row["test_loss"] ** 0.5,
        }
        for row in ladder(rng)
    ]
    scan = [
        row | {"steps": 500, "test_loss": 4.0 * row["test_loss"] ** 0.5} for row in shapes(rng, 0.1)
    ]
    rows = ladder(rng) + seeds(rng) + short + scan
    found = evidence({"L(N)": LADDER}, runs=rows)
    assert {row["run_id"] for row in found.beside(scan)} == {row["run_id"] for row in short}
    spread = named(scale_over_shape(found), "spread over d_model / n_layer")
    span, side = np.log(96 / (24 / 16)), np.log(12 / (24 / 16))
    assert spread.low < 0.1 * side / span < spread.high
    assert spread.estimate == pytest.approx(0.1 * side / span, abs=0.03)


def test_depth_at_equal_size():
    """A depth that counts like N is seen, one that does not is seen as well."""
    for effect, verdict in ((0.05, HOLDS), (1.0, CONTRADICTED)):
        rng = np.random.default_rng(2)
        deep = [
            run(
                f"deep-{n}-{d}",
                "depth_ladder",
                loss_of(size(d, n)) * (n / 2) ** (-0.076 * effect) * np.exp(0.002 * rng.normal()),
                d,
                n,
            )
            for n in (3, 6)
            for d in (16, 32, 64, 96)
        ]
        claim = scale_over_shape(evidence({"L(N)": LADDER}, runs=ladder(rng) + deep))
        share = named(claim, "depth at equal N")
        assert share.verdict == verdict
        assert share.low < effect < share.high


@pytest.mark.parametrize(
    ("bend", "sd", "verdict"),
    [(0.0, 0.002, HOLDS), (1.0, 0.002, CONTRADICTED), (0.0, 0.05, NOT_RESOLVED)],
)
def test_power_law_in_n(bend, sd, verdict):
    """``bend`` is the change of the exponent from end to end, as a share of it."""
    rng = np.random.default_rng(3)
    span = np.log(size(192) / size(16))
    middle = 0.5 * np.log(size(192) * size(16))

    def loss(n_params):
        u = np.log(n_params) - middle
        return 4.0 * np.exp(-0.076 * (u + 0.5 * bend * u**2 / span))

    claim = power_law(evidence({"L(N)": LADDER}, runs=ladder(rng, sd, loss=loss)), "N")
    found = named(claim, BEND)
    assert claim.verdict == verdict
    assert found.low < bend < found.high
    if bend:
        assert "That the points bend is certain" in claim.sentence


def test_power_law_that_the_study_has_no_runs_for():
    assert power_law(evidence(), "D").verdict == NOT_TRIED


def limited(rng, small=1.0, sd=0.002):
    """The data grid of Eq. 1.5, alpha_D = 0.1; at the two smallest D the cost times ``small``."""
    rows = []
    for d in (24, 48, 96, 192):
        for k, tokens in enumerate((2**14, 2**15, 2**16, 2**17, 2**18, 2**19, None)):
            whole = loss_of(size(d))
            term = 3.0e11 / tokens if tokens else 0.0
            cost = np.log((whole**10 + term) ** 0.1 / whole) * (small if k < 2 else 1.0)
            loss = whole * np.exp(cost + sd * rng.normal())
            rows.append(run(f"grid-{d}-{tokens}", "data_size", loss, d, dataset_tokens=tokens))
    return rows


@pytest.mark.parametrize(
    ("small", "sd", "verdict"),
    [(1.0, 0.002, HOLDS), (2.0, 0.002, CONTRADICTED), (1.0, 0.03, NOT_RESOLVED)],
)
def test_overfitting_at_small_d_is_predicted(small, sd, verdict):
    laws = {"L(N,D)": {"experiment": "data_size"}}
    rows = limited(np.random.default_rng(4), small, sd)
    claim = overfitting(evidence(laws, runs=rows))
    ratio = named(claim, "measured over predicted")
    assert claim.verdict == verdict
    assert ratio.low < small < ratio.high
    cells = [q for q in claim.quantities if q.name.startswith("error at")]
    assert len(cells) == 8 and all(cell.allowed is None for cell in cells)


def test_a_selection_of_the_law_does_not_hide_what_is_predicted():
    laws = {"L(N,D)": {"experiment": "data_size", "select": {"dataset_tokens": {"min": 40000}}}}
    claim = overfitting(evidence(laws, runs=limited(np.random.default_rng(4))))
    assert "D = 1.64e+04 and 3.28e+04 tokens" in claim.sentence
