"""Somebody's own runs from end to end: the page that explains it, its study, and public tables."""

import re
import shlex

import numpy as np
import pytest
import yaml

from scalinglaws.claims.all_claims import judge
from scalinglaws.claims.evidence import Evidence
from scalinglaws.cli import main
from scalinglaws.errors import UserError
from scalinglaws.fit_table import fit_table
from scalinglaws.inspection.inspect import inspect
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.fit import FITS, fit_laws
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import SCHEMAS
from scalinglaws.products import products
from scalinglaws.run_tables.declared import declared_laws
from scalinglaws.study import load_study, load_yaml, merge, validate
from scalinglaws.user_table import read_user_table


@pytest.fixture
def page(root):
    return (root / "docs/own_runs.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_runs(page, root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    commands = re.findall(r"^\$ scalinglaws (.*)$", page, re.MULTILINE)
    assert len(commands) >= 4
    for command in commands:
        main(shlex.split(command))
    assert "alpha_D" in capsys.readouterr().out


def test_every_configuration_of_the_page_is_valid(page, root):
    default = load_yaml(root / "config/config.yaml")
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        study = validate(merge(default, yaml.safe_load(example)), "page")
        assert study.table.how()["skip_bad_rows"] is False
        assert set(study.declared_laws) == set(study.table.laws)


def test_the_options_of_the_page_are_those_there_are(page, capsys):
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    named = {option for option in re.findall(r"`(--[a-z-]+)", page)}
    assert named <= offered


@pytest.fixture(scope="module")
def example(request):
    """Measurements and laws of config/table.yaml."""
    root = request.config.rootpath
    study = load_study("table", root)
    how = study.table.how()
    found, _ = read_user_table(root / study.table.path, **how)
    return study, found, fit_laws(found, *declared_laws(found, study.declared_laws))


def test_the_example_study_is_the_papers_own_curves(example, root):
    """Fig. 2 as anybody's CSV gives what it gives as the source kaplan2020 (sizes as read off)."""
    laws = {law.law: law for law in example[2]}
    own = Measurements.of(gather(root / "data/kaplan2020"))
    declared = {"experiment": "learning_curves", "points": {"tokens": {"min": 1.57e9}}}
    for name, parameter in (("N_opt(C)", "p_N"), ("L(C)", "alpha_C")):
        there = FITS[name](own, declared)
        assert there.ok and laws[name].ok
        at = there.names.index(parameter)
        assert laws[name].params[at] == pytest.approx(there.params[at], rel=1e-3)
    low, high = laws["L(N)"].conf_int()[1]
    assert low < 0.076 < high, "printed alpha_N"
    reasons = {name: law.status for name, law in laws.items() if not law.ok}
    assert reasons["L(D)"] == "no column for D"
    assert "three batch sizes" in reasons["B_crit(L)"]


def test_the_example_study_is_judged_and_has_its_files(example):
    study, found, laws = example
    tables = {name: getattr(found, name, schema.empty_table()) for name, schema in SCHEMAS.items()}
    claims = judge(Evidence(tables, {law.law: law.to_json({}) for law in laws}))
    assert any(claim.verdict == "holds" for claim in claims)
    files = products(study)
    assert "results/table/metrics/runs.parquet" in files
    assert not any("tokens" in path or "/runs/" in path for path in files), "nothing is trained"


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ({"source": "table"}, "give source: table and the section table together"),
        ({"table": {"path": "x.csv"}}, "give source: table and the section table together"),
        ({"source": "table", "table": {}}, "table.path: missing"),
        (
            {"source": "table", "table": {"path": "x", "columns": {"M": "m"}}},
            "columns: 'M' is unknown, there are run_id, N, N_total",
        ),
        ({"source": "table", "table": {"path": "x", "colums": {}}}, "unknown key, allowed: path"),
        (
            {"source": "table", "table": {"path": "x", "compute": "3ND"}},
            "'2ND' or 'counted'",
        ),
    ],
)
def test_a_wrong_study_of_a_table_is_one_line(root, overlay, words):
    config = merge(load_yaml(root / "config/config.yaml"), overlay)
    with pytest.raises(UserError, match=r"^[^\n]*$") as error:
        validate(config, "config/my_runs.yaml")
    assert words in str(error.value) and len(str(error.value)) < 300


@pytest.fixture
def public(root):
    """Public run tables of other people, where this machine has them; never committed."""
    folder = root.parent / "shared/peers/data"
    if not folder.is_dir():
        pytest.skip("the public run tables are not on this machine")
    return folder


def test_besiroglu_by_a_range_alone(public):
    """Columns `Model Size` and `Training FLOP`, D from C = 6ND: the refit's own optimum."""
    path = next(public.glob("*/svg_extracted_data.csv"))
    losses = np.sort(read_user_table(path)[0].runs["test_loss"].to_numpy())
    fitted = fit_table(path, "Chinchilla Huber", ranges={"loss": (None, losses[-6])})
    assert fitted.ok and fitted.n_runs == 240
    for name, value in (("E", 1.817218), ("alpha", 0.347310), ("beta", 0.367172)):
        assert fitted[name][0] == pytest.approx(value, rel=1e-4)
    found = inspect(path)
    assert found.laws["Chinchilla"].reason == ""
    assert any("cannot be checked" in finding.text for finding in found.findings)


def test_porian_by_rows_alone(public):
    """A table of fifteen setups, in which `loss` and `param_count` are words."""
    path = next(public.glob("*/isoflop_points.csv"))
    found = inspect(path)
    assert any(finding.kind == "mixture" for finding in found.findings)
    assert set(found.choices) >= {"dataset", "hparams", "warmup", "param_count"}
    where = {"dataset": ["rw"], "hparams": ["tuned"], "param_count": ["standard"]}
    where |= {"file": ["summary_df"]}
    settings = {"minimum": "interpolated"}
    fitted = fit_table(path, "IsoFLOP N_opt(C)", settings=settings, where=where)
    assert fitted.ok and fitted["a"][0] == pytest.approx(0.497, abs=0.02)
