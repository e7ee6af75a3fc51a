"""A crate of a small hand-written project: what is in it, and what it refuses."""

import json
import os
from types import SimpleNamespace

import pytest

from scalinglaws.errors import UserError
from scalinglaws.provenance import crate, crate_files
from scalinglaws.provenance.crate import write_crate
from scalinglaws.provenance.crate_reader import read_crate
from scalinglaws.provenance.fingerprint import fingerprint
from scalinglaws.provenance.graph import Graph, load_graph
from scalinglaws.provenance.hashing import hash_file
from scalinglaws.provenance.records import record_file

STUDY = SimpleNamespace(
    study="small", source="trained", corpora=SimpleNamespace(all=("tales",), train="tales")
)
PRODUCTS = ("data/raw/tales", "results/small/laws.json", "results/small/figure.png")
CATALOGUE = """\
tales:
  title: Tales
  description: a few tales
  version: "1"
  licence: CC0 (the tellers)
  bytes: null
  sha256: null
  unpinned: a test
  reader: folder
  shares: {train: 1, validation: 0, test: 0}
  sources: [{kind: folder, path: tales}]
"""


def write(root, path, text):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def write_record(root, path, rule, inputs, **changes):
    code = repr(fingerprint(root / "workflow/scripts/step.py"))
    sums = {name: hash_file(root / name).sha256 for name in inputs if (root / name).exists()}
    content = {
        "rule": rule,
        "input": list(inputs),
        "log": [f"logs/{rule}.log", f"logs/{rule}.json"],
        "shellcmd": None,
        "params": [code, "{'a': 1}", "2"],
        "code": '        "../scripts/step.py"\n',
        "input_checksums": {name: f"sha256:{sum_}" for name, sum_ in sums.items()},
        "incomplete": False,
        "starttime": 10.25,
        "endtime": 12.5,
        **changes,
    }
    write(root, record_file(root, path).relative_to(root), json.dumps(content))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """tales -> data/raw/tales -> laws -> figure; the tales lie outside the project."""
    monkeypatch.setattr(crate_files, "products", lambda study: list(PRODUCTS))
    root = tmp_path / "project"
    tales = tmp_path / "own/tales.txt"
    write(tmp_path, "own/tales.txt", "once upon a time")
    for path in ("Snakefile", "LICENSE", "workflow/rules/a.smk", "workflow/scripts/step.py"):
        write(root, path, f"# {path}\n")
    write(root, "workflow/__pycache__/step.pyc", "")
    write(root, "requirements.lock", "snakemake==9.27.1\n")
    write(root, "config/corpora.yaml", CATALOGUE)
    write(root, "logs/fit.json", '{"cores": 2, "platform": "Linux", "seconds": 1.5}')
    for path in PRODUCTS:
        write(root, path, f"content of {path}")
    write_record(root, PRODUCTS[0], "fetch", [str(tales)])
    write_record(root, PRODUCTS[1], "fit", PRODUCTS[:1], shellcmd="python fit.py --out a")
    write_record(root, PRODUCTS[2], "figure", PRODUCTS[1:2])
    return root


def metadata(folder):
    graph = json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]
    return {entity["@id"]: entity for entity in graph}


def test_it_reads_back_as_the_lineage(project, tmp_path):
    lines = write_crate(project, STUDY, tmp_path / "crate")
    assert "3 jobs, 3 files" in lines[0]
    read, recorded = read_crate(tmp_path / "crate"), load_graph(project)
    assert list(read.jobs) == list(recorded.jobs)
    for id_, job in recorded.jobs.items():
        again = read.jobs[id_]
        for fact in ("rule", "outputs", "params", "code", "script", "command", "started", "ended"):
            assert getattr(again, fact) == getattr(job, fact), fact
        assert again.machine == job.machine
        assert again.inputs == {p: s for p, s in job.inputs.items() if not p.startswith("/")}
    assert read.files[PRODUCTS[1]].sha256 == recorded.files[PRODUCTS[1]].sha256
    assert read.files[PRODUCTS[2]].sha256 == hash_file(project / PRODUCTS[2]).sha256


def test_the_same_state_gives_the_same_bytes(project, tmp_path):
    for name in ("one", "two"):
        write_crate(project, STUDY, tmp_path / name)
    one, two = ((tmp_path / name / "ro-crate-metadata.json") for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_it_has_the_code_and_names_no_place_of_this_machine(project, tmp_path):
    crate = tmp_path / "crate"
    write_crate(project, STUDY, crate)
    assert (crate / "workflow/rules/a.smk").read_text() == "# workflow/rules/a.smk\n"
    assert not list(crate.rglob("__pycache__"))
    text = (crate / "ro-crate-metadata.json").read_text()
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text.split('"')


def test_a_text_has_its_own_licence(project, tmp_path):
    write_crate(project, STUDY, tmp_path / "crate")
    entities = metadata(tmp_path / "crate")
    licence = entities["data/raw/tales"]["license"]["@id"]
    assert entities[licence]["name"] == "CC0 (the tellers)"
    assert entities["./"]["license"] == {"@id": "LICENSE"}


def test_steps_are_in_the_order_of_the_flow(project, tmp_path):
    write_crate(project, STUDY, tmp_path / "crate")
    steps = [e for e in metadata(tmp_path / "crate").values() if e["@type"] == "HowToStep"]
    by_position = sorted(steps, key=lambda step: int(step["position"]))
    assert [step["name"] for step in by_position] == ["fetch", "fit", "figure"]


def refused(project, target):
    with pytest.raises(UserError) as error:
        write_crate(project, STUDY, target)
    assert not (target / "ro-crate-metadata.json").exists()
    return str(error.value)


def test_an_unfinished_study_is_refused(project, tmp_path):
    (project / PRODUCTS[2]).unlink()
    message = refused(project, tmp_path / "crate")
    assert f"no file or no record of {PRODUCTS[2]}; `dvc pull` gets them" in message


def test_a_file_without_its_record_is_refused(project, tmp_path):
    record_file(project, PRODUCTS[1]).unlink()
    assert PRODUCTS[1] in refused(project, tmp_path / "crate")


def test_a_changed_input_is_refused(project, tmp_path):
    write(project, PRODUCTS[1], "something else")
    message = refused(project, tmp_path / "crate")
    assert message.startswith(f"{PRODUCTS[1]} has changed since {PRODUCTS[2]} was made from it")


def test_changed_code_is_refused(project, tmp_path):
    write(project, "workflow/scripts/step.py", "print(1)\n")
    message = refused(project, tmp_path / "crate")
    assert message.startswith("workflow/scripts/step.py has changed since it made ")


def test_a_folder_in_use_is_refused(project, tmp_path):
    write(tmp_path, "crate/letter.txt", "mine")
    assert "exists and is no empty folder" in refused(project, tmp_path / "crate")


def test_a_crate_that_reads_back_otherwise_is_refused(project, tmp_path, monkeypatch):
    def without_last_job(folder):
        graph = read_crate(folder)
        return Graph(graph.files, dict(list(graph.jobs.items())[:-1]))

    monkeypatch.setattr(crate, "read_crate", without_last_job)
    with pytest.raises(UserError, match="does not read back as the lineage that was written"):
        write_crate(project, STUDY, tmp_path / "crate")
