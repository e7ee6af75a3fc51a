"""Lineage of a small recorded project, in all its forms, as a reader sees it."""

import json
import re

import pytest
from recorded import FIGURE, LAW, RAW, RUNS, TEXT

from scalinglaws.errors import UserError
from scalinglaws.provenance.fingerprint import fingerprint

MATHS, TRAIN = "workflow/scalinglaws/maths.py", "workflow/scripts/train.py"


def head_of(lines):
    """{what: words} of the lines before the tree."""
    pairs = (line.split(maxsplit=1) for line in lines[1 : lines.index("")])
    return dict(pairs)


def codes(recorded):
    folder = recorded.root / "workflow/scripts"
    return {name: fingerprint(folder / f"{name}.py") for name in ("clean", "train")}


def test_a_tree_goes_back_to_the_raw_text(recorded):
    code, sha = codes(recorded), {path: recorded.sha256(path)[:12] for path in (RAW, TEXT, LAW)}
    about = "with config/config.yaml: training"
    when = "1970-01-01 00:16:40 to 00:16:42 UTC"
    lines = recorded.lineage(FIGURE)
    assert lines[lines.index("") + 1 :] == [
        FIGURE,
        "└─ figure: no script, code unknown",
        f"   │    {about}",
        f"   │    {when}, 2.5 s",
        f"   └─ {LAW}  sha256 {sha[LAW]}",
        "      └─ fit: no script, code unknown",
        f"         │    {about}",
        f"         │    {when}, 2.5 s",
        "         └─ 2 files results/small/runs/*.json",
        f"            └─ train, 2 jobs: {TRAIN}, code {code['train']}",
        f"               │    {about}",
        f"               │    {when}, 5.0 s in all",
        f"               └─ {TEXT}  sha256 {sha[TEXT]}",
        f"                  └─ clean: workflow/scripts/clean.py, code {code['clean']}",
        f"                     │    {about}",
        f"                     │    {when}, 2.5 s",
        f"                     └─ {RAW}  sha256 {sha[RAW]}",
        "                        └─ fetch: no script, code unknown",
        f"                                {about}",
        f"                                {when}, 2.5 s",
        "",
        "Jobs of one rule and code are one line: --all shows each, --json every hash in full.",
    ]


def test_all_shows_each_job_once(recorded):
    lines = recorded.lineage(FIGURE, everything=True)
    assert not any("jobs: " in line or "--all" in line for line in lines)
    assert sum("└─ train: " in line for line in lines) == 2
    assert sum("└─ clean: " in line for line in lines) == 1
    assert lines[-1].endswith(f"└─ {TEXT}  sha256 {recorded.sha256(TEXT)[:12]}  (above)")


def test_sources_of_a_step_are_gathered_by_folder(recorded):
    for name in ("own/a.txt", "own/b.txt", "other/c.txt"):
        recorded.write(name, name)
    recorded.write_record(LAW, "fit", (*RUNS, "own/a.txt", "own/b.txt", "other/c.txt"), None)
    lines = recorded.lineage(LAW)
    start = next(n for n, line in enumerate(lines) if "other/c.txt" in line)
    assert lines[start] == f"   ├─ other/c.txt  sha256 {recorded.sha256('other/c.txt')[:12]}"
    assert lines[start + 1 : start + 3] == [
        "   ├─ 2 files own/*.txt",
        "   └─ 2 files results/small/runs/*.json",
    ]
    assert head_of(lines)["made"].endswith(f"1 raw text ({RAW}) and 3 files of data, by 5 jobs")
    assert recorded.lineage("own/a.txt")[-1] == "own/a.txt: a source, no job made it"


def test_parameters_of_grouped_jobs(recorded):
    for number, path in enumerate(RUNS):
        params = [f"'{codes(recorded)['train']}'", "{'steps': 60}", "None", f"['--seed', {number}]"]
        recorded.edit_record(path, params=params)
    text = "\n".join(recorded.lineage(LAW))
    assert "with config/config.yaml: training\n" in text
    assert "each with its own parameters, the first with --seed 0\n" in text


def test_a_long_parameter_is_cut_unless_all_is_asked_for(recorded):
    text = "word " * 30
    recorded.edit_record(LAW, params=[repr(text)])
    assert not any(text.strip() in line for line in recorded.lineage(LAW))
    assert any(text.strip() in line for line in recorded.lineage(LAW, everything=True))


def test_a_single_value_is_no_place_of_the_configuration(recorded):
    """60 stands there as the steps, but a 60 of a job may come from anywhere."""
    recorded.append("config/config.yaml", "seeds: []\n")
    recorded.edit_record(LAW, params=["60", "[]", "{'steps': 60}"])
    about = [line.strip("│ ") for line in recorded.lineage(LAW) if " with " in line]
    assert about[0] == "with 60; []; config/config.yaml: training"


def test_a_machine_is_told_beside_the_times(recorded):
    log = ["logs/fit.log", "logs/fit.json"]
    recorded.edit_record(LAW, log=log, endtime=1000.0 + 3 * 86400)
    recorded.write("logs/fit.json", '{"cores": 2, "platform": "Linux", "python": "3.11"}')
    [line] = [line for line in recorded.lineage(LAW) if "UTC" in line and "Linux" in line]
    assert line.strip("│ ") == (
        "1970-01-01 00:16:40 to 1970-01-04 00:16:40 UTC, 72.0 h, on Linux, Python 3.11, 2 cores"
    )


@pytest.mark.parametrize(
    ("seconds", "words"), [(89, "89.0 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h")]
)
def test_durations_are_in_the_unit_that_fits(recorded, seconds, words):
    recorded.edit_record(FIGURE, endtime=1000.0 + seconds)
    assert f" UTC, {words}\n" in "\n".join(recorded.lineage(FIGURE)[:15])


def test_the_head_says_what_the_file_is(recorded):
    about = head_of(recorded.lineage(FIGURE))
    assert about["sha256"] == recorded.sha256(FIGURE)
    assert about["bytes"] == str(len(recorded.read(FIGURE)))
    assert about["ledger"] == "as recorded"
    commit = recorded.git("rev-parse", "--short", "HEAD")
    assert re.fullmatch(rf"{commit} of \d{{4}}-\d\d-\d\d, record", about["commit"])
    assert about["packages"].startswith("requirements.lock, md5 ")
    settings = "config/config.yaml, config/corpora.yaml, config/figures.yaml"
    assert about["configuration"] == settings
    assert head_of(recorded.lineage(LAW))["ledger"] == "as in the commit of the ledger"


def test_the_head_says_what_has_changed(recorded):
    recorded.append(FIGURE, "x")
    assert head_of(recorded.lineage(FIGURE))["ledger"].startswith("CHANGED: md5 ")
    before = recorded.sha256(LAW)
    recorded.append(LAW, "x")
    words = head_of(recorded.lineage(LAW))["ledger"]
    assert words == f"CHANGED: its readers read sha256 {before}"
    recorded.edit_record(FIGURE, input_checksums={})
    words = head_of(recorded.lineage(LAW))["ledger"]
    assert words == "CHANGED since the commit of the ledger"
    recorded.append("dvc.lock", "# words\n")
    assert head_of(recorded.lineage(LAW))["commit"].endswith(", record; dvc.lock has changed since")
    recorded.remove(FIGURE)
    assert head_of(recorded.lineage(FIGURE))["ledger"].startswith("the file is not here: `dvc pul")


def test_json_has_all_hashes(recorded):
    found = json.loads("\n".join(recorded.lineage(LAW, form="json")))
    assert found["file"] == LAW
    assert found["files"][RAW]["sha256"] == recorded.sha256(RAW)
    assert found["jobs"][LAW]["inputs"] == {path: recorded.sha256(path) for path in RUNS}
    assert found["jobs"][LAW]["started"] == "1970-01-01T00:16:40+00:00"
    assert found["ledger"] == "as in the commit of the ledger"
    reverse = json.loads("\n".join(recorded.lineage(LAW, form="json", reverse=True)))
    assert list(reverse) == ["file", "files", "jobs"]
    assert list(reverse["jobs"]) == [FIGURE]


def arrows(lines):
    """{(words at the start, words on the arrow, words at the end)} of a flowchart."""
    nodes = (re.match(r"    (n\d+)[\[({]\W*(.*?)[\"\])}/]*$", line) for line in lines)
    names = {m[1]: m[2] for m in nodes if m}
    found = (re.fullmatch(r"    (n\d+) --(?: \"(.*)\" --)?> (n\d+)", line) for line in lines)
    return {(names[m[1]], m[2], names[m[3]]) for m in found if m}


def test_a_flowchart(recorded):
    code = codes(recorded)
    train, clean = f"train x 2<br/>code {code['train']}", f"clean<br/>code {code['clean']}"
    fit, figure = "fit<br/>code unknown", "figure<br/>code unknown"
    forward = {
        (clean, None, train),
        (train, "2 files results/small/runs/*.json", fit),
        (fit, None, figure),
        (figure, None, FIGURE),
    }
    lines = recorded.lineage(FIGURE, form="mermaid")
    assert lines[0] == "flowchart LR"
    assert arrows(lines) == forward | {("fetch<br/>code unknown", None, clean)}
    lines = recorded.lineage(RAW, form="mermaid", reverse=True)
    assert arrows(lines) == forward | {(RAW, None, clean)}


@pytest.mark.parametrize("target", [TEXT, MATHS, TRAIN])
def test_what_depends_on_a_file(recorded, target):
    assert recorded.lineage(target, reverse=True) == [
        f"{target}: 4 files of 4 jobs depend on it",
        f"  figure     1 job  {FIGURE}",
        f"  fit        1 job  {LAW}",
        "  train     2 jobs  2 files results/small/runs/*.json",
    ]


def test_few_or_no_dependents(recorded):
    assert recorded.lineage(LAW, reverse=True)[0] == f"{LAW}: 1 file of 1 job depends on it"
    none = [f"{FIGURE}: no recorded file depends on it"]
    assert recorded.lineage(FIGURE, reverse=True) == none
    recorded.remove(TRAIN)
    assert recorded.lineage(MATHS, reverse=True)[0] == f"{MATHS}: no recorded file depends on it"


@pytest.mark.parametrize("name", ["r1", "r1.json", "./results/../results/small/runs/r1.json"])
def test_a_file_is_found_by_name(recorded, name):
    assert recorded.lineage(name)[0] == RUNS[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing-like-it", "no such file, and no record of one; the files of results/ are the"),
        ("figur", "no such file, and no record of one; did you mean figure?"),
        ("results/small/laws", "is a folder; name one of its files"),
        ("LICENSE", "no job made or read it; what code made is told by `scalinglaws lineage --rev"),
        ("results/small/odd.json", "nothing says what made it, its record is missing; `dvc check"),
        ("../x", "outside the project; run this in the project's folder"),
    ],
)
def test_a_file_that_is_not_found(recorded, name, words):
    recorded.write("results/small/odd.json", "")
    with pytest.raises(UserError) as error:
        recorded.lineage(name)
    assert str(error.value).startswith(f"{name}: {words}")


def test_impossible_questions(recorded):
    with pytest.raises(UserError, match="nope: no commit of this repository"):
        recorded.lineage(FIGURE, why="nope")
    with pytest.raises(UserError, match="leave --reverse out"):
        recorded.lineage(FIGURE, why="HEAD", reverse=True)
