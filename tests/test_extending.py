"""What the how-to pages add is right: their law finds a known truth, their figure shows it."""

import csv
import json
import runpy
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from howto import examples

from scalinglaws.errors import UserError
from scalinglaws.laws.names import SCRIPTS, law_scripts
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import SCHEMAS, read_table, table_from_rows, write_table
from scalinglaws.provenance.fingerprint import closure
from scalinglaws.report.places import entry_of_script
from scalinglaws.study import load_yaml, merge, validate

WIDTHS = (16, 24, 32, 48, 64, 96, 128, 192)
EXPONENT = 0.19
SCALE = 2.0e4
PAGES = ("corpus", "experiment", "architecture", "law", "figure")


def example(root, page, ending):
    """The one example of a page that goes into a file with this ending."""
    (found,) = (e for e in examples(root / f"docs/howto/{page}.md") if e.path.endswith(ending))
    return found


@pytest.fixture
def written(root, tmp_path):
    """Writes the script of a page; gives its path."""

    def write(page):
        script = tmp_path / example(root, page, ".py").path
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(example(root, page, ".py").text)
        return script

    return write


def metrics(folder, exponent=EXPONENT, seed=0):
    """Tables of runs of eight widths whose loss is a power law of the width, within 0.5 %."""
    noise = np.random.default_rng(seed).normal(0.0, 0.005, len(WIDTHS))
    runs = [
        {
            "run_id": f"transformer-L2-d{width}",
            "source": "trained",
            "experiments": ["model_size"],
            "status": "finished",
            "n_layer": 2,
            "d_model": width,
            "n_params": 24 * width**2,
            "test_loss": (SCALE / width) ** exponent * np.exp(wiggle),
        }
        for width, wiggle in zip(WIDTHS, noise, strict=True)
    ]
    tables = {"runs": table_from_rows(runs, SCHEMAS["runs"])}
    paths = {name: folder / f"{name}.parquet" for name in SCHEMAS}
    for name, schema in SCHEMAS.items():
        write_table(tables.get(name, schema.empty_table()), paths[name], schema)
    return paths


def fitted(root, written, folder, **simulated):
    """Run the page's script of a law on simulated runs; its rows of parameters, by name."""
    name, declared = next(iter(yaml.safe_load(example(root, "law", ".yaml").text)["laws"].items()))
    endings = {"parameters": "parquet", "text": "txt", "fit": "json"}
    job = SimpleNamespace(
        input=metrics(folder, **simulated),
        params=SimpleNamespace(declared=declared, constants={}),
        wildcards=SimpleNamespace(law=name),
        output=SimpleNamespace(**{kind: folder / f"{name}.{e}" for kind, e in endings.items()}),
        log=[],
    )
    runpy.run_path(str(written("law")), {"snakemake": job})
    assert job.output.text.read_text().startswith(name)
    rows = read_table(job.output.parameters, PARAMETERS).to_pylist()
    assert {row["law"] for row in rows} == {name}
    return {row["parameter"]: row for row in rows}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_one_file_and_an_entry_a_configuration(root, page):
    found = examples(root / f"docs/howto/{page}.md")
    files = [e.path for e in found if not e.is_entry]
    entries = [e for e in found if e.is_entry]
    assert len(files) == (page != "experiment")
    assert len({e.path for e in entries}) == len(entries) >= 1
    for entry in entries:
        (value,) = yaml.safe_load(entry.text).values()
        assert value, "one key, with what belongs to it"


def test_the_law_finds_the_exponent_it_was_made_with(root, written, tmp_path):
    found = fitted(root, written, tmp_path)
    exponent, scale = found["alpha_d_model"], found["log10_d_model_c"]
    assert exponent["status"] == "ok"
    assert exponent["ci_low"] < EXPONENT < exponent["ci_high"] < exponent["ci_low"] + 0.02
    assert scale["ci_low"] < np.log10(SCALE) < scale["ci_high"]
    assert json.loads((tmp_path / "L_width.json").read_text())["fitted_runs"]


def test_the_law_says_when_it_does_not_hold(root, written, tmp_path):
    found = fitted(root, written, tmp_path, exponent=-0.1)
    assert "the loss does not fall with d_model" in found["alpha_d_model"]["status"]


def test_the_figure_shows_the_law(root, written, tmp_path):
    fitted(root, written, tmp_path)
    script = written("figure")
    outputs = {ending: tmp_path / f"width.{ending}" for ending in ("pdf", "png", "csv")}
    job = SimpleNamespace(
        input=SimpleNamespace(
            **{name: tmp_path / f"{name}.parquet" for name in SCHEMAS},
            laws=[tmp_path / "L_width.json"],
            drawn=[],
        ),
        params=SimpleNamespace(constants={}, figure=entry_of_script(script)),
        output=SimpleNamespace(**outputs),
        log=[],
    )
    runpy.run_path(str(script), {"snakemake": job})
    rows = list(csv.DictReader(outputs["csv"].read_text().splitlines()))
    assert {row["run_id"] for row in rows if row["kind"] == "point"} == {
        f"transformer-L2-d{width}" for width in WIDTHS
    }
    assert any(row["kind"] == "band" for row in rows)
    assert outputs["png"].read_bytes().startswith(b"\x89PNG")


def test_a_figure_has_its_title_and_caption_from_its_script(written, tmp_path):
    entry = entry_of_script(written("figure"))
    assert entry["title"] == "Loss against width"
    assert entry["caption"].startswith("Test loss of finished runs against the width")
    assert entry["section"] == "Beyond the paper"
    (tmp_path / "bare.py").write_text("x = 1\n")
    with pytest.raises(UserError, match="has no docstring"):
        entry_of_script(tmp_path / "bare.py")


def test_a_law_without_a_script_is_refused_before_anything_is_trained(root):
    entries = yaml.safe_load(example(root, "law", ".yaml").text)
    config = merge(load_yaml(root / "config/config.yaml"), entries)
    with pytest.raises(UserError, match=r"laws.L_width: unknown law, allowed: L\(N\).*scripts"):
        validate(config, "config/config.yaml")


def test_the_architecture_is_what_it_counts(written, make_spec):
    architecture = SimpleNamespace(**runpy.run_path(str(written("architecture"))))
    spec = make_spec(architecture="lstm", n_layer=3)  # read alone, the new one has no name yet
    architecture.check(spec)
    matrices = {n: p.numel() for n, p in architecture.build(spec).named_parameters() if p.dim() > 1}
    assert matrices.pop("embedding.weight") == architecture.embedding_params(spec)
    assert sum(matrices.values()) == architecture.n_params(spec)
    assert architecture.forward_flops_per_token(spec) > 2 * architecture.n_params(spec)


def test_a_script_cannot_take_the_files_of_another_law(tmp_path):
    folder = tmp_path / SCRIPTS
    folder.mkdir(parents=True)
    for name in ("mine", "L_N", "parameters", "not-a-name"):
        (folder / f"{name}.py").touch()
    assert law_scripts(tmp_path) == ["mine"]


def test_a_law_of_ones_own_depends_on_no_other_law(written):
    modules = closure(written("law"))
    assert "scalinglaws.laws.own" in modules and "scalinglaws.laws.fit" not in modules
    assert not [name for name in modules if name.startswith("scalinglaws.laws.surfaces")]
