"""The fused operators are those of plain PyTorch: values, gradients, whole training runs."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from scalinglaws.kernels import fused, plain
from scalinglaws.models.build import build_model
from scalinglaws.study import n_heads
from scalinglaws.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("compiler")

# batch, time, d_model, heads: every width of the studies with its heads, a last chunk that is not
# full, times that are no multiple of a vector, one token, odd widths.
SHAPES = [(2, 64, d, n_heads(d, 16)) for d in (8, 16, 24, 32, 48, 64, 96, 128)] + [
    (1, 128, 256, 16),
    (3, 50, 48, 2),
    (5, 7, 12, 3),
    (1, 1, 8, 1),
    (2, 33, 20, 4),
    (1, 32, 10, 5),
]
VOCABULARIES = [64, 300, 512, 1024, 4096]


class Layer(nn.Module):
    """The weights of one layer and of embedding and output, none of them zero or one."""

    def __init__(self, d, n_vocab=64, time=64, seed=0):
        super().__init__()
        self.attention_norm, self.feed_forward_norm = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.project = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.expand, self.contract = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.embedding, self.positions = nn.Embedding(n_vocab, d), nn.Embedding(time, d)
        generator = torch.Generator().manual_seed(seed)
        for parameter in self.parameters():
            std = parameter.shape[-1] ** -0.5 if parameter.dim() > 1 else 0.3
            nn.init.normal_(parameter, 0.5 * (parameter.dim() < 2), std, generator=generator)

    def attend(self, kernels, x, heads, dropout=0.0):
        modules = self.attention_norm, self.qkv, self.project
        return kernels.attention(x, *modules, heads, dropout)

    def feed(self, kernels, x, dropout=0.0):
        modules = self.feed_forward_norm, self.expand, self.contract
        return kernels.feed_forward(x, *modules, dropout)


def random(*shape, seed=1, dtype=torch.float32):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def values_and_gradients(function, x, layer, along):
    """What a function of x gives, and the gradients of x and of all weights it used."""
    x = x.clone().requires_grad_()
    layer.zero_grad()
    out = function(x)
    (out * along).sum().backward()
    return [out.detach(), x.grad, *(p.grad for p in layer.parameters() if p.grad is not None)]


def assert_close(ours, theirs, tolerance):
    assert len(ours) == len(theirs) > 2
    for a, b in zip(ours, theirs, strict=True):
        assert (a - b).abs().max() <= tolerance * max(b.abs().max(), 1e-3)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sub_layers_equal_plain_ones(shape, dtype):
    batch, time, d, heads = shape
    layer = Layer(d).to(dtype)
    x, along = random(batch, time, d, dtype=dtype), random(batch, time, d, seed=2, dtype=dtype)
    tolerance = 2e-5 if dtype == torch.float32 else 1e-12
    attended = [
        values_and_gradients(lambda x, k=k: layer.attend(k, x, heads), x, layer, along)
        for k in (fused, plain)
    ]
    assert_close(*attended, tolerance)
    fed = [
        values_and_gradients(lambda x, k=k: layer.feed(k, x), x, layer, along)
        for k in (fused, plain)
    ]
    assert_close(*fed, tolerance)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("n_vocab", VOCABULARIES)
@pytest.mark.parametrize("rows", [1, 47, 100])
def test_cross_entropy_equals_the_plain_one(n_vocab, rows, dtype):
    layer = Layer(24, n_vocab).to(dtype)
    x, weight = random(rows, 24, dtype=dtype), layer.embedding.weight
    targets = torch.arange(rows) * 7 % n_vocab
    ours, theirs = (
        values_and_gradients(
            lambda x, k=k: 3 * k.mean_cross_entropy(x, weight, targets), x, layer, torch.tensor(0.5)
        )
        for k in (fused, plain)
    )
    assert_close(ours, theirs, 2e-5 if dtype == torch.float32 else 1e-12)
    with torch.no_grad():
        each = [k.cross_entropies(x, weight, targets) for k in (fused, plain)]
        assert torch.allclose(*each, rtol=1e-5)
        assert torch.allclose(fused.mean_cross_entropy(x, weight, targets), each[0].mean())


def test_gradients_are_derivatives():
    """Against finite differences, in double precision; dropout with its mask held fixed."""
    layer = Layer(8, n_vocab=20, time=5).double()
    tokens = torch.arange(10).view(2, 5)

    def model(*parameters, dropout=0.0):
        torch.manual_seed(0)  # the same masks in every call
        x = fused.embed(tokens, layer.embedding.weight, layer.positions.weight, dropout)
        x = layer.feed(fused, layer.attend(fused, x, 2, dropout), dropout)
        return fused.mean_cross_entropy(x, layer.embedding.weight, tokens + 1)

    parameters = tuple(layer.parameters())
    assert torch.autograd.gradcheck(model, parameters)
    assert torch.autograd.gradcheck(lambda *p: model(*p, dropout=0.3), parameters)


def test_dropout_keeps_the_right_share_and_the_mean():
    ones, zeros = torch.ones(512, 32), torch.zeros(64, 32)
    tokens = torch.arange(4096).view(64, 64) % 512
    torch.manual_seed(0)
    first, second = (fused.embed(tokens, ones, zeros, 0.1) for _ in range(2))
    assert set(first.unique().tolist()) == {0.0, torch.tensor(1 / 0.9).item()}
    share = 4096 * 32
    expected, spread = 0.1, math.sqrt(0.1 * 0.9 / share)
    for mask in (first, second, torch.where(first == 0, second, 1)):
        dropped = float((mask == 0).float().mean())
        if mask is first or mask is second:
            assert abs(dropped - expected) < 4 * spread
        else:  # both: independent masks
            assert abs(dropped - expected**2) < 4 * spread
    for dimension in (0, 1, 2):  # no row, time or feature is favoured
        means = (first == 0).float().transpose(0, dimension).flatten(1).mean(1)
        error = math.sqrt(0.09 / (share / len(means)))
        assert (means - expected).abs().max() < 5 * error


def test_dropout_of_attention_weights_keeps_the_mean():
    """With equal values at all times a weight's mask is all that changes the output."""
    d, heads, time = 16, 2, 64
    layer = Layer(d)
    with torch.no_grad():
        layer.qkv.weight.zero_()
        layer.qkv.bias.copy_(torch.ones(3 * d))
        layer.project.weight.copy_(torch.eye(d))
        layer.project.bias.zero_()
        outputs = torch.stack(
            [layer.attend(fused, torch.zeros(8, time, d), heads, 0.1) for _ in range(20)]
        )
    assert abs(float(outputs.mean()) - 1) < 0.01
    # The mean of t equal weights, then the mask of what is added to the stream.
    t = torch.arange(1, time + 1)
    expected = ((1 + 1 / 9 / t) * (1 + 1 / 9) - 1).sqrt()
    assert torch.allclose(outputs.std(dim=(0, 1, 3)), expected, rtol=0.1)


@pytest.mark.parametrize("n_layer", [0, 2])
def test_a_training_run_is_the_plain_one(make_spec, n_layer):
    """Losses of 30 steps and of an evaluation, at equal weights and batches."""
    steps = np.random.default_rng(0).integers(0, 3, 20_000)
    shard = (np.cumsum(steps) % 300).astype(np.uint16)
    settings = {"n_layer": n_layer, "d_model": 24, "n_heads": 3, "d_ff": 96, "n_vocab": 300}
    settings |= {"n_ctx": 48, "batch_tokens": 48 * 11, "weight_decay": 0.1}
    trainers = [
        Trainer(make_spec(kernels=kernels, **settings), shard, shard)
        for kernels in ("fused", "torch")
    ]
    trainers[0].model.load_state_dict(trainers[1].model.state_dict())
    trainers[0].batches = trainers[1].batches
    for _ in range(30):
        losses = [trainer.advance(0.01) for trainer in trainers]
        assert abs(losses[0] - losses[1]) < 1e-5
    for trainer in trainers:
        trainer.log(0.01, "trunk")
    assert abs(trainers[0].curve[0].test_loss - trainers[1].curve[0].test_loss) < 1e-5
    assert losses[0] < 5 < math.log(300), "it has learnt something"


@pytest.mark.parametrize("poison", [math.nan, math.inf])
@pytest.mark.parametrize(
    "name", ["embedding.weight", "blocks.0.attention.qkv.weight", "blocks.1.expand.bias"]
)
def test_what_is_not_finite_stays_so(make_spec, name, poison):
    model = build_model(make_spec(kernels="fused"))
    windows = torch.arange(34).view(2, 17)
    assert torch.isfinite(model.mean_loss(windows))
    with torch.no_grad():
        model.get_parameter(name).view(-1)[3] = poison
        assert not torch.isfinite(model.mean_loss(windows))
        assert not torch.isfinite(model.token_losses(windows)).all()


def test_extreme_logits_overflow_nowhere():
    weight = torch.tensor([[200.0], [-200.0], [0.0]])
    losses = fused.cross_entropies(torch.ones(3, 1), weight, torch.tensor([0, 1, 2]))
    assert losses.tolist() == [0.0, 400.0, 200.0]


def test_the_exponential_is_exact_to_two_units():
    """Seen through a softmax over two tokens: loss = log(1 + e^x)."""
    x = torch.linspace(-79, 0, 100_000)
    weight = torch.tensor([[0.0], [1.0]])
    losses = fused.cross_entropies(x[:, None], weight, torch.zeros(len(x), dtype=torch.int64))
    exact = torch.log1p(torch.exp(x.double()))
    near = exact > 1e-3  # below, 1 + e^x rounds
    assert ((losses - exact).abs() / exact)[near].max() < 1e-4
    assert (losses - exact).abs().max() < 3e-7


def test_the_gelu_is_exact_to_a_ten_millionth():
    """Through sub-layers that pass x on: norm of weight 0 and bias x, expand and contract 1."""
    x = torch.linspace(-12, 12, 10_001)
    norm, expand, contract = nn.LayerNorm(1), nn.Linear(1, len(x)), nn.Linear(len(x), 1)
    with torch.no_grad():
        norm.weight.zero_(), norm.bias.zero_()
        expand.bias.copy_(x)
        for i in range(0, len(x), 97):
            contract.weight.zero_(), contract.bias.zero_()
            contract.weight[0, i] = 1
            out = fused.feed_forward(torch.zeros(1, 1), norm, expand, contract, 0.0)
            exact = F.gelu(x[i].double())
            assert abs(out.double().item() - exact.item()) < 1e-7 * max(1, abs(x[i].item()))


def test_wrong_input_is_refused():
    layer = Layer(8)
    with pytest.raises(IndexError, match=r"a token is not in 0 \.\. 63"):
        fused.embed(torch.tensor([[64]]), layer.embedding.weight, layer.positions.weight, 0.0)
    with pytest.raises(IndexError, match="65 tokens, but 64 positions"):
        tokens = torch.zeros(1, 65, dtype=torch.int64)
        fused.embed(tokens, layer.embedding.weight, layer.positions.weight, 0.0)
    with pytest.raises(IndexError, match="a target is not in"):
        fused.mean_cross_entropy(torch.ones(1, 8), layer.embedding.weight, torch.tensor([-1]))
    with pytest.raises(TypeError, match="one type of number"):
        layer.feed(fused, torch.ones(1, 8, dtype=torch.float64))
