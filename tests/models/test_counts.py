"""N of Table 1: against the modules' own parameters and against the paper's numbers."""

import pytest

from scalinglaws.compute import embedding_params, total_params
from scalinglaws.models.build import build_model

# (n_layer, d_model) and the N that the paper states for it, to as many digits as it does
# (Sec. 3.1 and 3.2; Figs. 1, 5, 6, 8, 17, 21, 24; two sets of Fig. 5 share a nominal N).
PAPER = [
    *[(1, 8, "768"), (1, 16, "3072"), (1, 2048, "50.3e6"), (2, 16, "6144")],
    *[(36, 1280, "707788800"), (48, 1600, "1.5e9"), (6, 4288, "1.324e9"), (24, 1024, "302e6")],
    *[(4, 256, "3.15e6"), (6, 384, "10.6e6"), (8, 512, "25.2e6"), (12, 768, "84.9e6")],
    *[(8, 1280, "157.3e6"), (2, 1024, "25e6"), (32, 256, "25e6"), (2, 128, "393e3")],
    *[(n_layer, d_model, "5e7") for n_layer, d_model in [(64, 256), (32, 360), (16, 512)]],
    *[(n_layer, d_model, "5e7") for n_layer, d_model in [(12, 600), (8, 720), (4, 1024)]],
    *[(n_layer, d_model, "5e7") for n_layer, d_model in [(3, 1152), (2, 1440)]],
    *[(155, 384, "274e6"), (33, 832, "274e6"), (8, 1664, "3e8"), (2, 3392, "3e8")],
    *[(207, 768, "1.5e9"), (92, 1152, "1.5e9"), (12, 3200, "1.5e9")],
]


@pytest.mark.parametrize(("n_layer", "d_model", "stated"), PAPER)
def test_n_params_of_the_papers_shapes(make_spec, n_layer, d_model, stated):
    spec = make_spec(n_layer=n_layer, d_model=d_model, d_ff=4 * d_model, n_heads=1)
    assert spec.n_params == 12 * n_layer * d_model**2
    digits = len(stated.split("e")[0].replace(".", ""))
    assert f"{spec.n_params:.{digits - 1}e}" == f"{float(stated):.{digits - 1}e}"


@pytest.mark.parametrize(
    "changes",
    [
        {"n_layer": 0},
        {"n_layer": 1, "d_ff": 40},
        {"n_layer": 3},
        {"architecture": "recurrent", "n_layer": 2, "reuse": 4},
        {"architecture": "lstm", "n_layer": 0},
        {"architecture": "lstm", "n_layer": 1},
        {"architecture": "lstm", "n_layer": 4},
    ],
    ids=str,
)
def test_modules_have_the_counted_parameters(make_spec, changes):
    """Every matrix is counted once; biases and layer norms are vectors and are not."""
    spec = make_spec(**changes)
    sizes = {
        name: parameter.numel()
        for name, parameter in build_model(spec).named_parameters()
        if parameter.dim() >= 2
    }
    embeddings = {name for name in sizes if name.startswith(("embedding", "positions"))}
    assert sum(sizes[name] for name in embeddings) == embedding_params(spec)
    assert sum(sizes[name] for name in sizes.keys() - embeddings) == spec.n_params
    assert sum(sizes.values()) == total_params(spec)
