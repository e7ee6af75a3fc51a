"""The lineage graph of hand-written records: grouped into jobs, walked both ways, closed."""

import json

import pytest

from scalinglaws.provenance.graph import build_graph, load_graph
from scalinglaws.provenance.records import read_records, record_file

TIMES = {"starttime": 10.0, "endtime": 12.5}
CODE = "'0123456789abcdef'"


def write_record(root, path, rule, inputs, log, **changes):
    """One record as Snakemake 9.27 writes it."""
    content = {
        "rule": rule,
        "input": sorted(inputs),
        "log": log,
        "shellcmd": None,
        "params": [CODE, "{'a': 1}"],
        "code": '        "../scripts/step.py"\n',
        "input_checksums": {name: f"sha256:{sum_}" for name, sum_ in inputs.items()},
        "incomplete": False,
        **TIMES,
        **changes,
    }
    file = record_file(root, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))


@pytest.fixture
def project(tmp_path):
    """raw -> clean -> two runs with weights -> figure."""
    write_record(tmp_path, "data/clean", "clean", {"data/raw": "aa"}, ["logs/clean.log"])
    for name in ("r1", "r2"):
        for ending in ("parquet", "weights"):
            log = [f"logs/{name}.log", f"logs/{name}.json"]
            write_record(
                tmp_path, f"results/s/runs/{name}.{ending}", "train", {"data/clean": "bb"}, log
            )
    runs = {"results/s/runs/r1.parquet": "cc", "results/s/runs/r2.parquet": "dd"}
    code = '        "../scripts/figures/{wildcards.figure}.py"\n'
    log = ["logs/f.log"]
    write_record(tmp_path, "results/s/figures/figure_06.png", "figure", runs, log, code=code)
    return tmp_path


def test_outputs_of_one_log_are_one_job(project):
    jobs = load_graph(project).jobs
    assert [job.rule for job in jobs.values()] == ["clean", "figure", "train", "train"]
    assert jobs["results/s/runs/r1.parquet"].outputs == (
        "results/s/runs/r1.parquet",
        "results/s/runs/r1.weights",
    )


def test_a_job_has_code_script_parameters_and_times(project):
    job = load_graph(project).jobs["results/s/figures/figure_06.png"]
    assert (job.code, job.params) == ("0123456789abcdef", ("{'a': 1}",))
    assert job.script == "workflow/scripts/figures/figure_06.py"
    assert (job.ended - job.started).total_seconds() == 2.5
    assert job.started.isoformat() == "1970-01-01T00:00:10+00:00"


def test_the_sidecar_gives_the_machine(project):
    (project / "logs").mkdir()
    (project / "logs/r1.json").write_text('{"cores": 2}')
    jobs = load_graph(project).jobs
    assert jobs["results/s/runs/r1.parquet"].machine == {"cores": 2}
    assert jobs["results/s/runs/r2.parquet"].machine == {}


def test_hashes_are_those_that_readers_recorded(project):
    files = load_graph(project).files
    assert files["data/clean"].sha256 == "bb"
    assert files["results/s/figures/figure_06.png"].sha256 is None, "nobody reads it"
    write_record(project, "results/s/other", "other", {"data/clean": "ee"}, ["logs/o.log"])
    assert load_graph(project).files["data/clean"].sha256 is None, "its readers disagree"


def test_upstream_and_downstream_are_closed(project):
    graph = load_graph(project)
    up = graph.upstream(["results/s/figures/figure_06.png"])
    assert {job.rule for job in up.jobs.values()} == {"figure", "train", "clean"}
    down = graph.downstream(["results/s/runs/r1.parquet"])
    assert {job.rule for job in down.jobs.values()} == {"figure"}
    for part in (up, down):
        for job in part.jobs.values():
            assert {*job.inputs, *job.outputs} <= part.files.keys()
    assert graph.downstream(["results/s/figures/figure_06.png"]).jobs == {}


def test_equal_records_give_equal_graphs(project):
    records, broken = read_records(project)
    assert broken == {}
    backwards = dict(reversed(records.items()))
    assert build_graph(project, records, None) == build_graph(project, backwards, None)


def test_what_is_no_record_is_told_apart(project):
    folder = project / ".snakemake/metadata"
    (folder / "hello").write_text("{}")
    record_file(project, "data/clean").write_text('{"rule": "clean"}')
    records, broken = read_records(project)
    assert "data/clean" not in records
    assert sorted(broken.values()) == [
        "its name is no record's",
        "the record of data/clean cannot be read",
    ]


def test_long_names_are_split_into_folders(project):
    name = record_file(project, "x" * 300).name
    folder = project / ".snakemake/metadata" / f"@{name[:200]}"
    folder.mkdir()
    (folder / name[200:]).write_bytes(record_file(project, "data/clean").read_bytes())
    assert "x" * 300 in read_records(project)[0]
