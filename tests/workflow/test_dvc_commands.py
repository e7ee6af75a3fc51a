"""DVC's own commands on the ledger: what they say is about laws, not about files."""

import json

import pytest

pytestmark = pytest.mark.workflow

# One figure and no table: what an experiment costs here is its four runs.
EXPERIMENT = ("training.steps=70", "figures=[figure_06]", "tables=[]")


def test_repro_leaves_a_finished_study_alone(finished):
    assert "Stage 'reproduce' didn't change, skipping" in finished.run("dvc", "repro").stdout


def test_an_experiment_tells_which_constants_moved(clone):
    settings = [part for one in EXPERIMENT for part in ("-S", f"config/config.yaml:{one}")]
    before = json.loads((clone.path / "results/micro/constants.json").read_text())
    said = clone.run("dvc", "exp", "run", "--name", "longer", *settings).stdout
    assert "Ran experiment(s): longer" in said

    params = json.loads(clone.run("dvc", "params", "diff", "--json").stdout)
    assert params["config/config.yaml"]["training.steps"] == {"old": 60, "new": 70, "diff": 10}

    after = json.loads((clone.path / "results/micro/constants.json").read_text())
    metrics = json.loads(clone.run("dvc", "metrics", "diff", "--json").stdout)
    assert set(metrics) == {"results/micro/constants.json"}, "the paper's points are the same"
    old, new = before["L(N)"]["alpha_N"], after["L(N)"]["alpha_N"]
    moved = metrics["results/micro/constants.json"]["L(N).alpha_N"]
    assert moved == {"old": old, "new": new, "diff": new - old}
    assert old != new

    clone.run("dvc", "plots", "diff", "HEAD")
    page = (clone.path / "dvc_plots/index.html").read_text()
    for part in ('"law": "L(N)"', '"rev": "workspace"', '"rev": "HEAD"', '"facet"'):
        assert part in page, part
    assert clone.run("git", "status", "--porcelain", "dvc_plots").stdout == ""

    assert "longer" in clone.run("dvc", "exp", "show", "--csv").stdout
    assert "didn't change, skipping" in clone.run("dvc", "repro").stdout

    clone.run("git", "checkout", "--quiet", ".")
    clone.run("dvc", "checkout", "--force")
    assert clone.planned() == {}, "back at what was committed"
