"""The micro study from text to figures, through real Snakemake and real DVC."""

import json
import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from browser import find_browser, visit
from clones import Clone

from scalinglaws.claims.all_claims import CLAIMS
from scalinglaws.products import products
from scalinglaws.study import load_study

pytestmark = pytest.mark.workflow


def test_everything_declared_was_made(finished):
    for name in (None, "kaplan2020"):
        for path in products(load_study(name, finished.path)):
            assert (finished.path / path).stat().st_size > 0, path
    laws = pq.read_table(finished.path / "results/micro/laws/parameters.parquet").to_pylist()
    assert {"L(N)", "L(N) logarithm"} <= {row["law"] for row in laws}
    runs = pq.read_table(finished.path / "results/micro/metrics/runs.parquet").to_pylist()
    assert [row["status"] for row in runs] == ["finished"] * 4


def test_a_finished_study_has_nothing_to_be_done(finished):
    assert finished.planned() == {}
    assert finished.planned("results/micro/figures/figure_06.png") == {}


def test_a_new_clone_makes_everything_that_it_has_no_record_of(finished, tmp_path):
    """Results that came with git are not taken for current: nothing there says what made them."""
    new = Clone(tmp_path / "new")
    finished.run("git", "clone", "--quiet", ".", str(new.path))
    planned = new.planned()
    shutil.rmtree(new.path / "results")
    assert planned == new.planned()


def test_touched_files_rerun_nothing(clone):
    for path in clone.path.rglob("*"):
        if path.is_file() and ".git/" not in str(path) and ".snakemake" not in str(path):
            os.utime(path)
    assert clone.planned() == {}


def test_reworded_docstring_in_the_training_loop_reruns_nothing(clone):
    clone.edit("workflow/scalinglaws/training/loop.py", '"""The training loop:', '"""A loop:')
    assert clone.planned() == {}


def test_changed_training_loop_retrains(clone):
    clone.edit("workflow/scalinglaws/training/trainer.py", "self.step += 1", "self.step += 2")
    assert clone.planned()["train"] == 4


def test_edited_figure_script_reruns_that_job_alone(clone):
    script = clone.path / "workflow/scripts/figures/figure_06.py"
    script.write_text(script.read_text() + "\nassert True\n")
    assert clone.planned() == {"figure": 2}  # of micro and of kaplan2020
    before = clone.bytes_of("results/*/figures/*")
    clone.snakemake()
    assert clone.planned() == {}
    assert clone.bytes_of("results/*/figures/*") == before


def test_changed_peak_rate_reruns_what_depends_on_it(clone):
    clone.edit("config/config.yaml", "value: ", "value: 0.001 # ")
    assert clone.planned() == {
        "train": 4,
        "evaluate": 4,
        "gather": 1,
        "fit_laws": 1,
        "check_laws": 1,
        "law_views": 1,
        "conventions": 1,
        "plan_next": 1,
        "figure": len(load_study(None, clone.path).figures),
        "judge_claims": 1,
        "constants_table": 5,
        "paper_table": 2,
        "claims_page": 1,
        "laws_page": 1,
        "conventions_page": 1,
        "plan_page": 1,
        "table_page": 7,
    }


def test_another_test_corpus_trains_nothing(clone):
    catalogue = clone.path / "config/corpora.yaml"
    entries = yaml.safe_load(catalogue.read_text())
    entries["docs_other"] = entries["docs_statsmodels"] | {
        "shares": {"train": 0, "validation": 0, "test": 1}
    }
    catalogue.write_text(yaml.safe_dump(entries, sort_keys=False))
    clone.edit("config/config.yaml", "evaluate: []", "evaluate: [docs_other]")
    planned = clone.planned()
    assert "train" not in planned
    assert planned["evaluate"] == 4
    assert planned["data_card"] == 1


def test_path_of_another_study_loads_its_configuration(clone):
    (clone.path / "config/longer.yaml").write_text("study: longer\ntraining: {steps: 70}\n")
    planned = clone.planned("results/longer/figures/figure_06.png")
    assert planned["train"] == len(load_study("longer", clone.path).runs()) == 4


def test_wrong_key_is_one_line(clone):
    clone.edit("config/config.yaml", "training:", "trainng:")
    done = clone.run("snakemake", "-n", check=False)
    errors = [line for line in done.stdout.splitlines() if "trainng" in line]
    assert done.returncode == 1
    assert len(errors) == 1
    assert "trainng: unknown key, allowed: study" in errors[0]
    assert "Traceback" not in done.stdout


def test_a_run_repeated_by_its_own_command_has_the_same_bytes(clone):
    run = next(iter((clone.path / "results/micro/runs").glob("*.parquet")))
    weights = run.with_suffix(".safetensors")
    before = run.read_bytes(), weights.read_bytes()
    command = json.loads(pq.read_schema(run).metadata[b"command"])
    run.unlink()
    weights.unlink()
    clone.run(*command)
    assert (run.read_bytes(), weights.read_bytes()) == before


def test_the_same_study_made_twice_has_the_same_bytes(clone):
    before = clone.bytes_of("results/**/*")
    clone.snakemake("--forceall")
    after = clone.bytes_of("results/**/*")
    assert [name for name in before if before[name] != after[name]] == []
    assert set(after) == set(before)


def test_clone_and_pull_has_nothing_to_be_done(finished, tmp_path):
    remote, copy = tmp_path / "remote", tmp_path / "clone"
    finished.run("dvc", "remote", "add", "--local", "--force", "--default", "here", str(remote))
    finished.run("dvc", "push")
    finished.run("git", "clone", "--quiet", str(finished.path), str(copy))
    other = type(finished)(copy)
    other.run("dvc", "remote", "add", "--local", "--default", "here", str(remote))
    other.run("dvc", "pull")
    assert other.planned() == {}
    assert "up to date" in other.run("dvc", "status").stdout


def test_records_of_other_studies_stay_at_home(clone):
    before = (clone.path / "dvc.lock").read_bytes()
    record = clone.path / ".snakemake/metadata/cmVzdWx0cy9zbW9rZS9ydW5z"
    record.write_text("{}")  # base64 of results/smoke/runs
    clone.scalinglaws("record")
    assert (clone.path / "dvc.lock").read_bytes() == before


def test_record_refuses_an_unfinished_study(clone):
    (clone.path / "results/micro/figures/figure_06.pdf").unlink()
    done = clone.scalinglaws("record", check=False)
    assert done.returncode == 1
    assert "not recorded: jobs are left to be done (figure: 1)" in done.stdout


def test_record_refuses_orphans(clone):
    (clone.path / "results/micro/runs/transformer-L9-old.parquet").write_bytes(b"x")
    done = clone.scalinglaws("record", check=False)
    assert done.returncode == 1
    assert "transformer-L9-old.parquet" in done.stdout


def test_report_works_offline_in_a_browser(finished, tmp_path):
    """Every result is found in its list and from the front, and loads; nothing is fetched."""
    report = tmp_path / "report.html"
    finished.snakemake("--report", str(report))
    assert 'src="http' not in report.read_text()
    if not find_browser():
        pytest.skip("no Chromium or Chrome is installed (Debian: apt install chromium)")
    seen = visit(report, (Path(__file__).parent / "walk_report.js").read_text())
    assert seen.errors == []
    assert seen.value["fetched"] == []
    assert seen.value["claims"] == len(CLAIMS)
    studies = [load_study(name, finished.path) for name in (None, "kaplan2020")]
    wanted = {p for s in studies for p in products(s) if p.endswith((".png", ".html"))}
    listed = [entry for entries in seen.value["listed"].values() for entry in entries]
    assert sorted(entry["path"] for entry in listed) == sorted(wanted)
    assert sorted(entry["path"] for entry in seen.value["linked"]) == sorted(wanted)
    assert all(entry["caption"] for entry in seen.value["linked"])
    assert all(e["width"] > 100 for e in listed if e["path"].endswith(".png"))
