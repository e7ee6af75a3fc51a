"""The quick ones of the faults in docs/faults.md, and that the page shows what was played."""

import json
from base64 import urlsafe_b64encode

import pytest
from clones import Clone
from faults.all_faults import FAULTS
from faults.fault import Fault, play
from faults.judge import contents, left_over, lost, message, taken_for_whole
from faults.page import table

pytestmark = pytest.mark.workflow

BY_NAME = {fault.name: fault for fault in FAULTS}
QUICK = (
    "damage: a shard, a bit flipped",
    "damage: a checkpoint, a bit flipped",
    "disk full: a checkpoint",
    "disk full: a table of metrics",
    "read-only results: runs are trained",
    "two at once: a second Snakemake beside the first",
)


@pytest.mark.parametrize("name", QUICK)
def test_the_four_conditions_hold(finished, name):
    outcome = play(BY_NAME[name], finished)
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert outcome.faults == ()
    assert outcome.said


def test_a_departure_is_told(finished):
    """A fault after which nothing is mended: the trial itself can fail."""

    def spoil(stage):
        (stage.path / "results/micro/claims.md").unlink()
        (stage.path / "results/micro/plan.txt").write_text("half")

    outcome = play(Fault("a", "b", spoil, "no such line", lambda stage: None), finished)
    assert outcome.faults == (
        "lost: results/micro/claims.md",
        "lost: results/micro/plan.txt",
        "half a file: results/micro/plan.txt",
        "no line says 'no such line'; the last was ''",
        "other bytes: results/micro/claims.md",
        "other bytes: results/micro/plan.txt",
    )


def test_what_is_marked_or_hidden_is_no_half_file(tmp_path):
    clone, name = Clone(tmp_path), "results/micro/plan.txt"
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("whole")
    whole = contents(clone)
    path.write_text("half")
    path.with_name(".plan.txt.12.partial").write_text("ha")
    after = contents(clone)
    assert after.keys() == {name}
    assert lost(whole, after, []) == [name] and lost(whole, after, [name]) == []
    assert taken_for_whole(clone, after, whole) == [name]
    marks = tmp_path / ".snakemake/incomplete"
    marks.mkdir(parents=True)
    (marks / urlsafe_b64encode(name.encode()).decode()).touch()
    assert taken_for_whole(clone, after, whole) == []
    assert left_over(clone, after, whole) == 2


def test_the_message_is_one_line():
    assert message("^error: ", "step 1\rstep 2\n error\nerror: full \n") == "error: full"
    assert message("^error: ", "fine") is None


def test_the_page_shows_every_fault(root):
    rows = json.loads((root / "benchmarks/results/faults.json").read_text())
    assert [f"{row['kind']}: {row['what']}" for row in rows] == list(BY_NAME)
    assert len(BY_NAME) == len(FAULTS)
    page = (root / "docs/faults.md").read_text()
    assert page.endswith(table(rows)), "run benchmarks/faults.py"


def test_every_kind_is_played_at_as_many_moments_as_asked():
    assert sum(fault.moments for fault in FAULTS if fault.kind == "kill") == 20
