"""The ledger's commands as a user calls them: what they print, remove, and end with."""

import os
import re
import time

import pytest
from recorded import LAW

from scalinglaws.cli import main
from scalinglaws.products import products
from scalinglaws.provenance import locks
from scalinglaws.study import load_study


@pytest.fixture
def here(recorded, monkeypatch, capsys):
    """The recorded project as the working folder."""
    monkeypatch.chdir(recorded.root)
    return recorded


def test_an_audit_without_faults_says_what_it_looked_at(here, capsys):
    main(["audit"])
    looked = r"\d+ files \(0 MB\) hashed, 6 records read: "
    commit = r"everything is as the ledger of commit \w{10} says\n"
    assert re.fullmatch(looked + commit, capsys.readouterr().out)


def test_an_audit_with_a_fault_ends_with_one(here, capsys):
    here.append(LAW, "more")
    here.write("config/figures.yaml", "figure:\n  title: A figure\n")
    with pytest.raises(SystemExit) as end:
        main(["audit"])
    fault, note, looked = capsys.readouterr().out.splitlines()
    assert end.value.code == 1
    assert fault.startswith(f"fault: {LAW}: ")
    assert note.startswith("note: config/figures.yaml: laid out or commented anew")
    assert ": 1 fault against the ledger of commit" in looked
    with pytest.raises(SystemExit) as end:
        main(["audit", "--quiet"])
    assert end.value.code == 1 and capsys.readouterr().out == f"{fault}\n"


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], {}),
        (["--json"], {"form": "json"}),
        (["--mermaid"], {"form": "mermaid"}),
        (["--all"], {"everything": True}),
        (["--reverse"], {"reverse": True}),
        (["--why", "HEAD"], {"why": "HEAD"}),
    ],
)
def test_a_lineage_is_printed_in_the_form_asked_for(here, capsys, options, asked):
    main(["lineage", LAW, *options])
    assert (
        capsys.readouterr().out.splitlines() == "\n".join(here.lineage(LAW, **asked)).splitlines()
    )


def test_a_lineage_of_no_file_is_one_line(here, capsys):
    with pytest.raises(SystemExit) as end:
        main(["lineage", "figur"])
    said = capsys.readouterr()
    assert end.value.code == 1 and not said.out
    assert said.err.startswith("error: figur: no such file") and said.err.count("\n") == 1


def test_prune_says_first_and_removes_then(root, tmp_path, monkeypatch, capsys):
    (tmp_path / "config").symlink_to(root / "config")
    monkeypatch.chdir(tmp_path)
    kept = next(p for p in products(load_study("micro")) if p.startswith("results/"))
    gone = ["results/micro/old/note.txt", "scratch/transformer-L1-a.pt"]
    for name in (kept, *gone):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    main(["prune", "--study", "micro", "--dry-run"])
    assert capsys.readouterr().out.splitlines() == [f"would remove {name}" for name in gone]
    assert all((tmp_path / name).exists() for name in gone)
    main(["prune", "--study", "micro"])
    assert capsys.readouterr().out.splitlines() == [f"removed {name}" for name in gone]
    assert not any((tmp_path / name).exists() for name in gone) and (tmp_path / kept).exists()


@pytest.fixture
def ahead(tmp_path, monkeypatch):
    """A lock that was left behind, and a file from tomorrow."""
    lock, result = tmp_path / ".snakemake/locks/0.input.lock", tmp_path / "results/a"
    for path in (lock, result):
        path.parent.mkdir(parents=True)
        path.touch()
    tomorrow = time.time() + 86_400
    os.utime(result, (tomorrow, tomorrow))
    monkeypatch.chdir(tmp_path)
    return lock, result


def test_unlock_clears_the_lock_and_brings_back_dates(ahead, capsys):
    main(["unlock"])
    cleared, dated = capsys.readouterr().out.splitlines()
    assert cleared == "the lock of a killed snakemake was cleared"
    assert dated.endswith("dated ahead of the clock, which was set back: dated now")
    assert not ahead[0].exists() and ahead[1].stat().st_mtime < time.time() + 1


def test_unlock_leaves_a_snakemake_that_runs_alone(ahead, monkeypatch, capsys):
    monkeypatch.setattr(locks, "living_snakemake", lambda root: 77)
    main(["unlock"])
    said = "locked by a running snakemake (process 77): left as it is\n"
    assert capsys.readouterr().out == said
    assert ahead[0].exists() and ahead[1].stat().st_mtime > time.time() + 1
