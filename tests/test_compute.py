"""FLOPs of Table 1, against the paper's numbers and between architectures."""

import pytest

from scalinglaws.compute import (
    compute_6nbs,
    compute_counted,
    embedding_params,
    forward_flops_per_token,
    n_params_with_reuse,
    total_params,
)
from scalinglaws.gather import gather
from scalinglaws.operations import operations
from scalinglaws.training.runfile import LoggedStep
from scalinglaws.units import PF_DAY


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


def test_rows_of_table_1():
    """By numbers without a common factor, so that no row can stand for another."""
    rows = operations(n_layer=3, d_model=10, d_ff=7, n_ctx=11, n_vocab=13)
    assert rows == {
        "Embed": (240, 40),  # (13 + 11) 10; 4 x 10
        "Attention: QKV": (900, 1800),  # 3 matrices of 10 x 10 a layer
        "Attention: Mask": (0, 660),  # 2 x 3 x 11 x 10
        "Attention: Project": (300, 600),
        "Feedforward": (420, 840),  # 2 matrices of 10 x 7 a layer
        "De-embed": (0, 260),  # 2 x 10 x 13
    }


def test_rows_of_table_1_hold_all_parameters(make_spec):
    spec = make_spec(n_layer=3, d_ff=40)
    rows = operations(spec.n_layer, spec.d_model, spec.d_ff, spec.n_ctx, spec.n_vocab)
    assert sum(params for params, _ in rows.values()) == total_params(spec)


def test_reuse_costs_as_much_as_other_layers(make_spec):
    recurrent = make_spec(architecture="recurrent", n_layer=2, reuse=4)
    deep = make_spec(n_layer=8)
    assert 4 * recurrent.n_params == n_params_with_reuse(recurrent) == deep.n_params
    assert compute_6nbs(recurrent) == compute_6nbs(deep)
    assert compute_counted(recurrent) == compute_counted(deep)
    assert total_params(recurrent) < total_params(deep)


def test_the_papers_largest_reuse(make_spec):
    # Fig. 17: two layers of 768 make the 84.9M point with 14.16M parameters.
    spec = make_spec(architecture="recurrent", n_layer=2, d_model=768, d_ff=3072, reuse=6)
    assert round(spec.n_params / 1e6, 2) == 14.16
    assert round(n_params_with_reuse(spec) / 1e6, 1) == 84.9


def test_an_lstm_attends_to_nothing(make_spec):
    short, long = (make_spec(architecture="lstm", n_ctx=n_ctx) for n_ctx in (16, 64))
    assert forward_flops_per_token(short) == forward_flops_per_token(long)
    n_params = 2 * 4 * 16 * (16 + 16)  # two layers of four gates that read input and state
    assert short.n_params == n_params
    assert forward_flops_per_token(short) == 2 * n_params + 2 * 16 * 64 + 2 * 16
    assert embedding_params(short) == embedding_params(long) == 64 * 16


def test_curves_count_as_runs_do(make_spec):
    """The last row of a curve has the compute of its run, with reuse."""
    spec = make_spec(architecture="recurrent", reuse=3)
    last = LoggedStep(
        step=spec.steps,
        tokens=spec.tokens,
        phase="cooldown",
        learning_rate=0.0,
        train_loss=1.0,
        test_loss=1.0,
    )
    run = {spec.run_id: (spec, "finished", [last])}
    tables = gather(run, {(spec.run_id, "toy"): None}, {spec.run_id: ["recurrent"]}, "toy")
    computes = [tables[name]["compute_6nbs"].to_pylist() for name in ("runs", "curves")]
    assert computes == [[compute_6nbs(spec)]] * 2
