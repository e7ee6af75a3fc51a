"""Slices on a borrowed machine: exact resume, what travels and what stays, one-line refusals."""

import json
import subprocess
import sys

import pytest

from scalinglaws.cli import main
from scalinglaws.errors import UserError
from scalinglaws.published import read_about, read_published
from scalinglaws.slices.archive import read_archive, write_archive
from scalinglaws.slices.made import what_was_made

ENOUGH = 240.0  # seconds


def results(project):
    found = [*project.glob("results/toy/runs/*.parquet"), *project.glob("results/toy/scores/*")]
    return {path.name + path.parent.name: path.read_bytes() for path in found}


@pytest.fixture
def call(monkeypatch):
    """Runs a command in a project."""

    def run(project, *words):
        monkeypatch.chdir(project)
        main(list(map(str, words)))

    return run


def test_slices_end_with_the_bytes_of_an_undisturbed_study(project, call, tmp_path, capfd):
    there, home, pack, made = project("there"), project("home"), tmp_path / "p", tmp_path / "m"
    call(there, "slice", "pack", "--study", "toy", pack)
    call(there, "slice", "work", pack, made, "--seconds", ENOUGH, "--at-once", 2)
    undisturbed = results(there)
    assert len(undisturbed) == 4

    seconds, printed, slices = 3.0, "", 0
    while len(results(home)) < len(undisturbed):
        assert seconds < ENOUGH
        machine = project(f"machine_{slices}", bare=True)
        call(home, "slice", "pack", "--study", "toy", pack)
        capfd.readouterr()
        call(machine, "slice", "work", pack, made, "--seconds", seconds)
        printed += "".join(capfd.readouterr())
        call(home, "slice", "unpack", made)
        seconds, slices = 1.3 * seconds, slices + 1
    assert slices > 1 and "goes on from step" in printed
    assert results(home) == undisturbed

    folder = tmp_path / "published"
    call(home, "export", "--study", "toy", "--hardware", "two cores", folder)
    about, tables = read_about(folder), read_published(folder)
    assert about["hardware"] == "two cores" and about["configuration"]["study"] == "toy"
    assert tables["runs"].column("steps").to_pylist() == [400, 200]
    damaged = folder / "curves.parquet"
    damaged.write_bytes((folder / "positions.parquet").read_bytes())
    with pytest.raises(UserError, match="field 'step' is missing"):
        read_published(folder)


def test_a_bare_machine_needs_neither_snakemake_nor_the_configuration_s_libraries(root):
    """Pydantic, PyYAML, Snakemake, SciPy are not there; the work and its scripts still import."""
    code = """
import runpy, sys
for absent in ("pydantic", "yaml", "snakemake", "scipy"):
    sys.modules[absent] = None
import scalinglaws.cli, scalinglaws.slices.archive, scalinglaws.slices.made
import scalinglaws.slices.score, scalinglaws.slices.work
runpy.run_path("workflow/scripts/train.py", run_name="imported")
import scalinglaws.models.build, scalinglaws.tokens.bpe, scalinglaws.training.score
"""
    environment = {"PYTHONPATH": "workflow", "PATH": ""}
    subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, check=True)


def test_a_pack_that_may_not_travel_is_refused(project, call, tmp_path, capsys):
    with pytest.raises(SystemExit):
        words = ("--study", "toy", tmp_path / "pack", "--limit-mib", 0.001)
        call(project("home"), "slice", "pack", *words)
    assert "0.001 that may travel; the largest file is" in capsys.readouterr().err
    assert not (tmp_path / "pack").exists()


def test_text_that_is_not_encoded_is_named(project, call, tmp_path, capsys):
    with pytest.raises(SystemExit):
        call(project("home", bare=True), "slice", "pack", "--study", "toy", tmp_path / "pack")
    error = capsys.readouterr().err
    assert error.startswith("error: results/toy/tokenizer.json: not made yet; `snakemake")


def test_archives_are_equal_bytes_in_parts_and_refuse_damage(tmp_path):
    files = [tmp_path / name for name in ("b/one", "a")]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bytes(range(256)) * 40)
    first = write_archive(tmp_path / "x", files, tmp_path, 1, 1e-4)
    second = write_archive(tmp_path / "y", files[::-1], tmp_path, 1, 1e-4)
    assert len(first) > 1
    assert [part.read_bytes() for part in first] == [part.read_bytes() for part in second]
    assert read_archive(tmp_path / "x", tmp_path / "out") == ["a", "b/one"]
    assert (tmp_path / "out/b/one").read_bytes() == files[0].read_bytes()
    first[-1].unlink()
    with pytest.raises(UserError, match="not a whole archive"):
        read_archive(tmp_path / "x", tmp_path / "out")


def test_states_that_do_not_fit_stay_behind_and_scored_weights_always(tmp_path):
    jobs = []
    for name in ("done", "trained", "begun"):
        files = {part: f"results/{name}.{part}" for part in ("run", "weights", "scores")}
        jobs.append(files | {"score": {"log": {}}})
        present = {"done": files, "trained": ("run", "weights"), "begun": ()}[name]
        for part in present:
            path = tmp_path / files[part]
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(bytes(2000 if part == "weights" else 10))
    for name, size in (("small", 1000), ("large", 5000)):
        (tmp_path / "scratch").mkdir(exist_ok=True)
        (tmp_path / f"scratch/{name}.pt").write_bytes(bytes(size))
    plan = json.loads(json.dumps({"study": "toy", "jobs": jobs}))
    taken, left_out = what_was_made(plan, tmp_path, 4000 / 2**20)
    assert [path.name for path in left_out] == ["large.pt"]
    assert sorted(path.name for path in taken) == [
        "done.run", "done.scores", "small.pt", "trained.run", "trained.weights"
    ]  # fmt: skip


def test_without_published_tables_the_way_to_them_is_named(tmp_path):
    with pytest.raises(UserError, match="no run tables yet; train the study where its hardware is"):
        read_published(tmp_path)
