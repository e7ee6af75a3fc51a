"""The LSTM computes the equations of Hochreiter and Schmidhuber with forget gates."""

import torch

from scalinglaws.models.build import build_model


def by_the_equations(layer, x):
    """One layer on x (batch, time, d_model), cell by cell."""
    h = c = torch.zeros_like(x[:, 0])
    outputs = []
    for x_t in x.unbind(1):
        gates = x_t @ layer.weight_ih_l0.T + layer.bias_ih_l0
        gates = gates + h @ layer.weight_hh_l0.T + layer.bias_hh_l0
        i, f, g, o = gates.chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    return torch.stack(outputs, 1)


def test_features_and_gradients_follow_the_equations(make_spec):
    """The one torch calls in float32 (oneDNN's, where there is one) against double precision."""
    spec = make_spec(architecture="lstm", n_layer=2)
    model, exact = build_model(spec), build_model(spec).double()
    tokens = torch.arange(48).view(3, 16)
    features = model.features(tokens)
    expected = exact.embedding(tokens) * 4  # sqrt(d_model): unit variance
    for layer in exact.layers:
        expected = by_the_equations(layer, expected)
    assert torch.allclose(features.double(), expected, atol=1e-6)

    features.square().sum().backward()
    expected.square().sum().backward()
    for ours, theirs in zip(model.parameters(), exact.parameters(), strict=True):
        assert (ours.grad - theirs.grad).abs().max() < 1e-5 * theirs.grad.abs().max()


def test_it_begins_by_keeping_its_state(make_spec):
    """Forget gates are opened by their bias: 1, all others 0."""
    model = build_model(make_spec(architecture="lstm"))
    for layer in model.layers:
        total = (layer.bias_ih_l0 + layer.bias_hh_l0).view(4, 16)
        assert total.tolist() == [[0.0] * 16, [1.0] * 16, [0.0] * 16, [0.0] * 16]


def test_windows_share_no_state(make_spec):
    model = build_model(make_spec(architecture="lstm"))
    tokens = torch.arange(32).view(2, 16)
    with torch.no_grad():
        together, apart = model.features(tokens), [model.features(row[None]) for row in tokens]
    assert torch.allclose(together, torch.cat(apart), atol=1e-6)
