"""Tables of a study that was trained elsewhere are a source: fitted like the runs themselves."""

import json

import pytest
import yaml
from acts import STUDY
from clones import Clone, copy_checkout

from scalinglaws.study import load_study

pytestmark = pytest.mark.workflow
FITTED = "results/elsewhere/laws/parameters.parquet"


@pytest.fixture
def elsewhere(clone):
    """A study of tables in data/elsewhere, which are not there yet."""
    overlay = {"study": "elsewhere", "source": "published", "published": "data/elsewhere"}
    (clone.path / "config/elsewhere.yaml").write_text(yaml.safe_dump(overlay))
    return clone


def test_exported_tables_are_fitted_like_the_runs(elsewhere):
    refused = elsewhere.snakemake(
        FITTED, "-n", "--configfile", "config/elsewhere.yaml", check=False
    )
    assert "error: data/elsewhere: no run tables yet; train the study" in refused

    elsewhere.scalinglaws("export", "--hardware", "two cores", "data/elsewhere")
    figure = "results/elsewhere/figures/figure_06.csv"
    elsewhere.snakemake(FITTED, figure, "--configfile", "config/elsewhere.yaml")
    for name in ("metrics/runs.parquet", "metrics/curves.parquet", "laws/parameters.parquet"):
        theirs = elsewhere.path / STUDY / name
        assert (elsewhere.path / "results/elsewhere" / name).read_bytes() == theirs.read_bytes()
    about = json.loads((elsewhere.path / "data/elsewhere/about.json").read_text())
    assert about["commit"] and about["training_seconds"] > 0


@pytest.mark.parametrize("name", ["paper", "paper_cheaper", "paper_miniature", "h200"])
def test_a_dry_run_shows_every_job_of_a_study_that_is_trained_elsewhere(root, tmp_path, name):
    copy_checkout(root, tmp_path)
    planned = Clone(tmp_path).planned("--configfile", f"config/{name}.yaml")
    n_runs = len(load_study(name, tmp_path).runs())
    assert planned["train"] == planned["evaluate"] == n_runs
    assert planned["gather"] == 1 and planned["figure"] > 20
