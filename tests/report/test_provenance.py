"""Facts for the report's front: commit, packages, configuration, machines, rules and runs."""

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from scalinglaws.provenance.graph import Graph, Job
from scalinglaws.report.provenance import provenance

START = datetime(2026, 1, 1, tzinfo=UTC)
LAPTOP = {"platform": "Linux", "cores": 2, "python": "3.11.5"}


def job(path, rule, after, seconds, **about):
    """A job that began ``after`` seconds and took ``seconds``."""
    started = START + timedelta(seconds=after)
    known = {"inputs": {}, "params": (), "code": None, "script": None, "command": None, "log": ()}
    return Job(
        id=path,
        rule=rule,
        outputs=(path,),
        started=started,
        ended=started + timedelta(seconds=seconds),
        **known | about,
    )


JOBS = [
    job("results/toy/figures/a.png", "figure", 100, 2, script="a.py", code="2" * 16),
    job("results/toy/figures/b.png", "figure", 110, 4, script="b.py", code="1" * 16),
    job("results/toy/runs/r2.parquet", "train", 20, 30, machine=LAPTOP),
    job(
        "results/toy/runs/r1.parquet", "train", 10, 40,
        machine=LAPTOP | {"seconds": 35.5, "work_seconds": 33.0},
    ),
]  # fmt: skip


@pytest.fixture
def root(tmp_path):
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\ntorch==2.13.0\n")
    return tmp_path


@pytest.fixture
def facts(root):
    config = root / "config.yaml"
    config.write_text("study: toy\n")
    (root / "empty.yaml").touch()
    graph = Graph({}, {own.id: own for own in JOBS})
    return provenance(root, graph, [config, root / "empty.yaml"])


def test_packages_and_configuration_with_their_hashes(facts, root):
    lock = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    assert facts["lock"] == {"name": "requirements.lock", "packages": 2, "sha256": lock}
    (config,) = facts["configuration"]
    assert config["text"] == "study: toy\n" and config["name"].endswith("/config.yaml")
    assert config["sha256"] == hashlib.sha256(b"study: toy\n").hexdigest()


def test_rules_in_the_order_of_the_flow_with_their_time_and_code(facts):
    train, figure = facts["rules"]
    assert (train["rule"], train["jobs"], train["seconds"]) == ("train", 2, 70.0)
    assert (train["scripts"], train["codes"]) == ([], [])
    assert (figure["rule"], figure["jobs"], figure["seconds"]) == ("figure", 2, 6.0)
    assert figure["scripts"] == ["a.py", "b.py"] and figure["codes"] == ["1" * 16, "2" * 16]
    assert figure["last"] == START + timedelta(seconds=114)


def test_a_machine_is_named_once_and_runs_have_their_own_seconds(facts):
    assert facts["machines"] == ["Linux, 2 cores, Python 3.11.5"]
    first, second = facts["runs"]
    assert (first["id"], first["study"]) == ("r1", "toy")
    assert (first["seconds"], first["work"]) == (35.5, 33.0)
    assert (second["seconds"], second["work"]) == (30.0, None), "from the records: no sidecar"


def test_a_folder_without_git_has_no_commit(facts, root, monkeypatch):
    assert (facts["commit"], facts["changed"]) == ("", 0)
    monkeypatch.setenv("PATH", str(root))
    without_git = provenance(root, Graph({}, {}), [])
    assert (without_git["commit"], without_git["changed"]) == ("", 0)
    assert without_git["rules"] == without_git["runs"] == without_git["machines"] == []


def test_the_commit_and_how_many_files_differ_from_it(root):
    def git(*words):
        name = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        done = subprocess.run(["git", *name, *words], cwd=root, check=True, capture_output=True)
        return done.stdout.decode().strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "toy")
    for name in ("new.txt", "requirements.lock"):
        (root / name).write_text("numpy==1.0\n")
    found = provenance(root, Graph({}, {}), [])
    assert (found["commit"], found["changed"]) == (git("rev-parse", "HEAD"), 2)
