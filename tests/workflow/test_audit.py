"""Everything that can happen to a recorded study: what matters is named, what does not is not."""

import re

import pytest
from acts import together
from acts_of_malice import MALICE
from acts_of_peace import PEACE
from play import play_all

pytestmark = pytest.mark.workflow


def by_id(acts):
    return pytest.mark.parametrize("act", acts, ids=[act.id for act in acts])


# What is harmless alone is so together: five acts an audit, for one takes seconds.
CALM = [together(acts) for acts in (PEACE[n : n + 5] for n in range(0, len(PEACE), 5))]


@pytest.fixture(scope="session")
def played(finished, tmp_path_factory):
    """What the audit said of every act of malice, and of the harmless ones in fives."""
    return play_all(finished, (*MALICE, *CALM), tmp_path_factory.mktemp("acts"))


def test_the_finished_clone_is_clean(finished):
    output = finished.scalinglaws("audit").stdout
    assert "everything is as the ledger of commit" in output
    assert "fault" not in output


@by_id(MALICE)
def test_tampering_is_found_and_named(played, act):
    one = played[act.id]
    faults = one.lines("fault")
    assert one.status == 1, one.output
    for start in act.says:
        assert any(line.startswith(start) for line in faults), one.output
    # A line a fault, and no line against a file that nothing was done to.
    assert len(faults) == len(act.says), one.output
    assert all("; " in line for line in faults), "every line says the mend"


@by_id(CALM)
def test_no_false_alarm(played, act):
    one = played[act.id]
    assert one.lines("fault") == [], one.output
    assert one.status == 0, one.output


def test_enough_kinds_are_tried():
    assert len(MALICE) >= 20
    assert len(PEACE) >= 10
    ids = [act.id for act in (*MALICE, *PEACE)]
    assert len(set(ids)) == len(ids)


def test_the_page_has_every_act(root):
    page = (root / "docs/audit.md").read_text()
    for act in (*MALICE, *PEACE):
        assert f"| {act.name} | {act.done} |" in page, f"{act.name}: run benchmarks/audit.py"


@by_id([act for act in MALICE if act.mended])
def test_the_mend_mends(clone, act):
    act.do(clone)
    output = clone.scalinglaws("audit", check=False).stdout
    for line in output.splitlines():
        if line.startswith("fault: "):
            command = re.findall(r"`([^`]+)`", line)[0]
            clone.run("sh", "-c", command)
    assert "fault" not in clone.scalinglaws("audit").stdout
