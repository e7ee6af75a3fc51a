"""What every architecture keeps to: causal, trainable, the same numbers with both kernels."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from scalinglaws import architecture
from scalinglaws.errors import UserError
from scalinglaws.models.build import build_model
from scalinglaws.training.trainer import Trainer
from scalinglaws.training.weights import load_weights, write_weights

ARCHITECTURES = {
    "transformer": {},
    "no layers": {"n_layer": 0},
    "recurrent": {"architecture": "recurrent", "reuse": 3},
    "lstm": {"architecture": "lstm"},
}


@pytest.fixture(params=ARCHITECTURES.values(), ids=ARCHITECTURES)
def changes(request):
    """What makes a spec one of the architecture."""
    return request.param


@pytest.fixture
def shard():
    """Each token is the one before plus 0, 1 or 2, modulo 64."""
    steps = np.random.default_rng(0).integers(0, 3, 8_000)
    return (np.cumsum(steps) % 64).astype(np.uint16)


def losses_and_gradients(model, windows):
    """Mean loss, loss of every token, and gradients by parameter, in double precision."""
    loss = model.mean_loss(windows)
    loss.backward()
    with torch.no_grad():
        each = model.token_losses(windows)
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    return {"mean": loss.detach(), "each": each} | gradients


@pytest.mark.usefixtures("compiler")
def test_both_kernels_give_the_same_in_double_precision(make_spec, changes):
    """Also where a weight is used several times: its gradients add up."""
    windows = torch.randint(64, (5, 17), generator=torch.Generator().manual_seed(1))
    models = [
        build_model(make_spec(kernels=kernels, **changes)).double()
        for kernels in ("fused", "torch")
    ]
    models[0].load_state_dict(models[1].state_dict())
    ours, theirs = (losses_and_gradients(model, windows) for model in models)
    for name, value in theirs.items():
        assert torch.allclose(ours[name], value, rtol=1e-9, atol=1e-12), name
        assert value.abs().max() > 0, name


def test_a_later_token_changes_nothing_before(make_spec, changes, kernels):
    model = build_model(make_spec(kernels=kernels, **changes)).eval()
    tokens = torch.arange(32).view(2, 16)
    changed = tokens.clone()
    changed[0, 10] = 63
    with torch.no_grad():
        before, after = model.features(tokens), model.features(changed)
    assert before.shape == (2, 16, 16)
    same = torch.isclose(before, after, rtol=0, atol=1e-7).all(dim=2)
    assert same[0, :10].all() and same[1].all()
    assert not same[0, 10]
    reaches_on = changes.get("n_layer") != 0  # without layers a token sees itself alone
    assert (not same[0, 11:].any()) if reaches_on else same[0, 11:].all()


def test_training_changes_what_is_used_and_survives_the_disk(
    make_spec, shard, changes, kernels, tmp_path
):
    """The flat buffer of the optimiser is the memory that the model computes with."""
    trainer = Trainer(make_spec(kernels=kernels, **changes), shard, shard, {})
    windows = torch.from_numpy(trainer.windows)
    start = trainer.model.token_losses(windows).mean().item()
    for _ in range(40):
        trainer.advance(0.02)
    with torch.no_grad():
        trained = trainer.model.token_losses(windows)
    assert trained.mean() < start - 0.3
    bases = {parameter.data_ptr() for parameter in trainer.model.parameters()}
    first = trainer.parameters.values.data_ptr()
    last = first + 4 * trainer.parameters.values.numel()
    assert all(first <= base < last for base in bases)

    write_weights(tmp_path / "w.safetensors", trainer.weights())
    loaded = build_model(trainer.spec)
    load_weights(tmp_path / "w.safetensors", loaded)
    with torch.no_grad():
        assert torch.equal(loaded.token_losses(windows), trained)


def test_dropout_is_of_training_alone(make_spec, changes, kernels):
    model = build_model(make_spec(dropout=0.3, kernels=kernels, **changes))
    tokens = torch.arange(16)[None]
    torch.manual_seed(0)
    with torch.no_grad():
        assert not torch.equal(model.features(tokens), model.features(tokens))
        model.eval()
        assert torch.equal(model.features(tokens), model.features(tokens))


def test_equal_specs_give_equal_weights_and_other_seeds_others(make_spec, changes):
    one, same, other = (build_model(make_spec(seed=seed, **changes)) for seed in (0, 0, 1))
    weights = dict(one.named_parameters())
    for name, parameter in same.named_parameters():
        assert torch.equal(parameter, weights[name])
    for name, parameter in other.named_parameters():
        if parameter.dim() >= 2:
            assert not torch.equal(parameter, weights[name])


def test_a_file_without_one_of_the_functions_is_no_architecture(tmp_path, monkeypatch):
    (tmp_path / "half.py").touch()
    monkeypatch.setattr(architecture, "FOLDER", tmp_path)
    half = SimpleNamespace(check=print, n_params=print, build=print)
    monkeypatch.setitem(sys.modules, "scalinglaws.architectures.half", half)
    with pytest.raises(UserError, match=r"half.py: has no function embedding_params\(spec\)"):
        architecture.architecture_named("half")
