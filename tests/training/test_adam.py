"""The optimiser is torch's AdamW with a clipped gradient, on one long vector."""

import pytest
import torch

from scalinglaws.models.build import build_model
from scalinglaws.training import adam
from scalinglaws.training.adam import Adam
from scalinglaws.training.flat import FlatParameters


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("chunk", [100, adam.CHUNK])
def test_steps_are_those_of_torch(make_spec, monkeypatch, weight_decay, chunk):
    monkeypatch.setattr(adam, "CHUNK", chunk)
    spec = make_spec(weight_decay=weight_decay, epsilon=1e-6)
    ours, theirs = build_model(spec), build_model(spec)
    parameters = FlatParameters(ours)
    optimiser = Adam(parameters, spec)
    groups = [[p for p in theirs.parameters() if (p.dim() >= 2) is m] for m in (True, False)]
    reference = torch.optim.AdamW(
        [{"params": groups[0], "weight_decay": weight_decay}, {"params": groups[1]}],
        betas=(spec.beta1, spec.beta2),
        eps=spec.epsilon,
        weight_decay=0.0,
    )
    windows = torch.arange(34).view(2, 17)
    for step in range(5):
        rate = 0.01 / (step + 1)
        for model in (ours, theirs):
            model.zero_grad(set_to_none=False)
            model.mean_loss(windows).backward()
        largest = 0.5 * float(parameters.gradient.norm())  # both are clipped
        parameters.clip_gradient(largest)
        torch.nn.utils.clip_grad_norm_(theirs.parameters(), largest)
        for group in reference.param_groups:
            group["lr"] = rate
        optimiser.step(rate)
        reference.step()
        for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert torch.allclose(a, b, rtol=1e-5, atol=1e-6)
    assert not torch.equal(ours.final_norm.bias, torch.zeros(16)), "vectors are trained too"


def test_a_small_gradient_is_not_scaled_up(make_spec):
    parameters = FlatParameters(build_model(make_spec()))
    parameters.gradient.fill_(1e-4)
    parameters.clip_gradient(1.0)
    assert torch.all(parameters.gradient == 1e-4)


def test_the_model_keeps_its_parameters_by_name(make_spec):
    model = build_model(make_spec())
    before = {name: value.clone() for name, value in model.state_dict().items()}
    parameters = FlatParameters(model)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    parameters.values.fill_(3.0)
    assert all(torch.all(value == 3) for value in model.state_dict().values())
