"""A recurrent Transformer is a deep one whose layers have equal weights."""

import pytest
import torch

from scalinglaws.models.build import build_model


@pytest.mark.parametrize("reuse", [1, 3])
def test_reuse_is_a_deeper_transformer_with_tied_layers(make_spec, reuse, kernels):
    spec = make_spec(architecture="recurrent", n_layer=2, reuse=reuse, kernels=kernels)
    recurrent = build_model(spec).double()
    deep = build_model(make_spec(n_layer=2 * reuse, kernels=kernels)).double()
    weights = recurrent.state_dict()
    for layer in range(2, 2 * reuse):
        for name in list(weights):
            if name.startswith(f"blocks.{layer % 2}."):
                weights[name.replace(f"blocks.{layer % 2}.", f"blocks.{layer}.")] = weights[name]
    deep.load_state_dict(weights)

    windows = torch.arange(34).view(2, 17)
    losses = [model.mean_loss(windows) for model in (recurrent, deep)]
    assert torch.allclose(*losses, rtol=1e-12)
    for loss in losses:
        loss.backward()
    of_deep = dict(deep.named_parameters())
    for name, parameter in recurrent.blocks.named_parameters():
        block, rest = name.split(".", 1)
        uses = [of_deep[f"blocks.{int(block) + 2 * i}.{rest}"].grad for i in range(reuse)]
        assert torch.allclose(parameter.grad, sum(uses), rtol=1e-9, atol=1e-14)
