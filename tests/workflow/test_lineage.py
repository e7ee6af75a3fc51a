"""Lineage of the micro study: from every kind of result back to raw text and code."""

import json

import pytest
from acts import CORPUS, STUDY, runs

pytestmark = pytest.mark.workflow
FIGURE = f"{STUDY}/figures/figure_06.png"


def lineage(clone, *arguments):
    return clone.scalinglaws("lineage", *arguments).stdout


def refused(clone, *arguments):
    done = clone.scalinglaws("lineage", *arguments, check=False)
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1, "one line"
    return done.stdout


@pytest.mark.parametrize(
    "name",
    ["figures/figure_06.pdf", "tables/table_5.csv", "laws/L_N.json", "metrics/runs.parquet"],
)
def test_every_kind_of_result_goes_back_to_raw_text_and_code(finished, name):
    text = lineage(finished, f"{STUDY}/{name}")
    assert f"made from     1 raw text (data/raw/{CORPUS})" in text
    for rule in ("gather", "train", "evaluate", "tokenize_split", "clean", "fetch"):
        assert f"─ {rule}" in text
    assert "workflow/scripts/train.py, code " in text
    assert "requirements.lock, md5 " in text
    assert "ledger        as" in text
    assert "cores" in text, "the machine, from the sidecar"


def test_many_runs_are_one_line_unless_all_are_wanted(finished):
    assert "4 files results/micro/runs/*.parquet" in lineage(finished, FIGURE)
    every = lineage(finished, FIGURE, "--all")
    assert all(path.name in every for path in runs(finished))


def test_a_bare_name_is_enough(finished):
    assert lineage(finished, "L_N.json") == lineage(finished, f"{STUDY}/laws/L_N.json")


def test_json_has_every_hash(finished):
    content = json.loads(lineage(finished, FIGURE, "--json"))
    job = content["jobs"][content["files"][FIGURE]["made_by"]]
    assert job["rule"] == "figure"
    assert all(len(sha256) == 64 for sha256 in job["inputs"].values())
    assert {job["rule"] for job in content["jobs"].values()} >= {"fetch", "train", "fit_laws"}


def test_mermaid_is_a_flowchart_of_its_jobs(finished):
    lines = lineage(finished, FIGURE, "--mermaid").splitlines()
    assert lines[0] == "flowchart LR"
    assert any("train x 4" in line for line in lines)


def test_reverse_tells_what_depends_on_text_and_on_code(finished):
    text = lineage(finished, f"data/raw/{CORPUS}", "--reverse")
    assert "train" in text
    assert "kaplan2020" not in text
    code = lineage(finished, "workflow/scalinglaws/training/loop.py", "--reverse")
    assert "  train " in code
    assert "  clean " not in code
    assert "no recorded file depends on it" in lineage(finished, FIGURE, "--reverse")


def test_why_names_configuration_code_data_and_packages(clone):
    clone.edit("config/config.yaml", "main_tokens: ", "main_tokens: 512 # ")
    clone.edit("workflow/scalinglaws/training/trainer.py", "self.step += 1", "self.step += 2")
    clone.edit("workflow/scalinglaws/training/loop.py", '"""The training loop:', '"""A loop:')
    clone.edit("requirements.lock", "torch==", "torch==0.")
    text = lineage(clone, FIGURE, "--why", "HEAD")
    assert "the file       has the same bytes" in text
    assert "config/config.yaml: evaluation.main_tokens: 8192 -> 512" in text
    assert "workflow/scalinglaws/training/trainer.py" in text
    assert "loop.py" not in text, "a docstring is no code"
    assert "packages       torch " in text
    assert "data           the same" in text
    assert "no commit" in refused(clone, FIGURE, "--why", "nowhere")


def test_a_changed_file_is_called_changed(clone):
    path = clone.path / FIGURE
    path.write_bytes(path.read_bytes() + b"x")
    assert "ledger        CHANGED" in lineage(clone, FIGURE)


def test_mistakes_are_one_line_with_the_mend(clone):
    assert "did you mean figure_06" in refused(clone, "figur_06")
    assert "outside the project" in refused(clone, "/etc/passwd")
    assert "is a folder" in refused(clone, f"{STUDY}/laws")
    assert "no job made or read it" in refused(clone, "README.md")
    for record in (clone.path / ".snakemake/metadata").iterdir():
        record.unlink()
    assert "`dvc pull`" in refused(clone, FIGURE)
