"""The generated ledger: it covers every product, and shows constants and points by DVC."""

import json
from pathlib import Path

import pytest
import yaml

from scalinglaws.products import products
from scalinglaws.provenance.clone import clone_notice
from scalinglaws.provenance.ledger import dvc_yaml
from scalinglaws.provenance.records import FOLDER
from scalinglaws.study import TRACKED, load_study


@pytest.fixture
def studies(root):
    return [load_study(name, root) for name in TRACKED]


@pytest.fixture
def ledger(studies):
    return yaml.safe_load(dvc_yaml(studies))


def test_every_product_is_in_an_output(ledger, studies):
    outs = [Path(next(iter(out))) for out in ledger["stages"]["reproduce"]["outs"]]
    for study in studies:
        for path in map(Path, products(study)):
            assert any(path == out or out in path.parents for out in outs), path


def test_large_files_go_to_the_cache_and_small_ones_to_git(ledger, studies):
    outs = {}
    for out in ledger["stages"]["reproduce"]["outs"]:
        outs |= out
    folder = f"results/{studies[0].study}"
    large = (f"{folder}/runs", f"{folder}/tokens", "data/raw/wiki_enwik8", FOLDER)
    for path in (*large, "results/kaplan2020/sources.json"):
        assert outs[path] == {"persist": True}, "in DVC's cache, and kept while it is made anew"
    for path in (f"{folder}/metrics", f"{folder}/figures", "results/kaplan2020/laws"):
        assert outs[path] == {"persist": True, "cache": False}


def test_every_dependency_is_there(ledger, root):
    for path in ledger["stages"]["reproduce"]["deps"]:
        assert (root / path).exists(), path


def test_metrics_and_plots_are_products(ledger, studies, root):
    made = {path for study in studies for path in products(study)}
    assert len(ledger["metrics"]) == len(ledger["plots"]) == len(studies)
    assert set(ledger["metrics"]) <= made
    for plot in ledger["plots"]:
        ((path, settings),) = plot.items()
        assert path in made
        template = json.loads((root / f".dvc/plots/{settings['template']}.json").read_text())
        assert template["data"]["values"] == "<DVC_METRIC_DATA>"


def test_the_notice_is_for_clones_without_runs(tmp_path, studies):
    study = studies[0]
    results = tmp_path / "results" / study.study
    assert clone_notice(tmp_path, study) is None, "nothing was ever made here"
    (results / "metrics").mkdir(parents=True)
    assert clone_notice(tmp_path, study) is None, "nothing was recorded"
    (tmp_path / "dvc.lock").touch()
    assert f"trains all {len(study.runs())} runs" in clone_notice(tmp_path, study)
    assert clone_notice(tmp_path, studies[1]) is None, "the paper's data are in git"
    (results / "runs").mkdir()
    assert clone_notice(tmp_path, study) is None, "pulled, or being trained"
