"""Table 1 and Eq. 2.1, against the paper's numbers and the modules' own parameters."""

import pytest

from scalinglaws.compute import (
    compute_6nbs,
    compute_counted,
    embedding_params,
    forward_flops_per_token,
    total_params,
)
from scalinglaws.models.build import build_model
from scalinglaws.units import PF_DAY


@pytest.mark.parametrize(
    ("n_layer", "d_model", "n_params"),
    [(2, 16, 6_144), (12, 768, 84_934_656), (36, 1280, 707_788_800), (48, 1600, 1_474_560_000)],
)
def test_n_params_of_the_papers_shapes(make_spec, n_layer, d_model, n_params):
    spec = make_spec(n_layer=n_layer, d_model=d_model, d_ff=4 * d_model, n_heads=1)
    assert spec.n_params == n_params == 12 * n_layer * d_model**2


def test_compute_of_the_papers_largest_budget(make_spec):
    # Fig. 11: 708M parameters for 250k steps of 2^19 tokens are 6.44 PF-days.
    spec = make_spec(
        n_layer=36, d_model=1280, d_ff=5120, n_ctx=1024, batch_tokens=2**19, steps=250_000
    )
    assert compute_6nbs(spec) / PF_DAY == pytest.approx(6.44, abs=0.005)


def test_counted_flops_add_attention_and_softmax(make_spec):
    spec = make_spec()
    attention, de_embed = 2 * 2 * 16 * 16, 2 * 16 * 64
    extra = attention + de_embed + 4 * 16
    assert forward_flops_per_token(spec) == 2 * spec.n_params + extra
    assert compute_counted(spec) == compute_6nbs(spec) + 3 * extra * spec.tokens


@pytest.mark.parametrize("n_layer", [0, 1, 3])
def test_modules_have_the_counted_parameters(make_spec, n_layer):
    spec = make_spec(n_layer=n_layer)
    model = build_model(spec)
    matrices = sum(p.numel() for p in model.parameters() if p.dim() >= 2)
    assert matrices == total_params(spec) == spec.n_params + embedding_params(spec)
