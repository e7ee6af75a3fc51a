"""What differs since a commit among all that a file comes from."""

import re

import yaml
from recorded import FIGURE, LAW, RUNS, TEXT

MATHS, TRAIN = "workflow/scalinglaws/maths.py", "workflow/scripts/train.py"


def since(recorded, name, revision):
    """{kind: its lines} of what differs since a commit."""
    found, kind = {}, None
    for line in recorded.lineage(name, why=revision)[1:]:
        kind = line[2:16].strip() or kind
        found.setdefault(kind, []).append(line[17:])
    return found


def test_nothing_differs_from_the_last_commit(recorded):
    assert since(recorded, FIGURE, "HEAD") == {
        "the file": ["has the same bytes"],
        **{kind: ["the same"] for kind in ("configuration", "code", "data", "packages")},
    }


def test_what_differs_since_a_commit(recorded):
    before = recorded.git("rev-parse", "--short", "HEAD")
    recorded.append(MATHS, "print(1)\n")
    recorded.write(TRAIN, "# reworded\n" + recorded.read(TRAIN))
    recorded.remove("workflow/scripts/clean.py")
    recorded.append("workflow/scripts/unused.py", "print(1)\n")
    recorded.write("config/config.yaml", "study: small\ntraining:\n  steps: 70\n")
    recorded.write("config/new.yaml", "a: 1\n")
    recorded.write("requirements.lock", "numpy==2.0\nsnakemake==9.27.1\n")
    recorded.append(RUNS[0], "x")
    recorded.append(FIGURE, "x")
    recorded.record_again()
    found = since(recorded, FIGURE, before)
    assert re.fullmatch(r"has other bytes \(md5 \w{12} then\)", found["the file"][0])
    assert found["configuration"] == ["config/config.yaml: training.steps: 60 -> 70"]
    assert found["code"] == [MATHS, "workflow/scripts/clean.py: gone"]
    [data] = found["data"]
    assert re.fullmatch(r"results/small/runs: md5 \w{12} -> \w{12}", data)
    assert found["packages"] == ["numpy 1.0 -> 2.0"]
    own = since(recorded, RUNS[0], before)
    assert own["the file"][0].startswith("has other bytes"), "as the folder's manifest says"
    assert own["data"] == ["the same"], "the run is not made from its own folder"
    assert since(recorded, RUNS[1], before)["the file"] == ["has the same bytes"]
    recorded.remove(RUNS[1])
    assert since(recorded, RUNS[1], before)["the file"] == ["not here"]


def test_what_is_new_since_a_commit(recorded):
    before = recorded.git("rev-parse", "HEAD")
    recorded.write("results/small/laws/b.json", "new")
    recorded.write("workflow/scripts/late.py", "print(1)\n")
    recorded.write_record("results/small/laws/b.json", "late", [LAW], "late")
    recorded.record_again()
    found = since(recorded, "results/small/laws/b.json", before)
    assert found["the file"] == ["not in git or the ledger then"]
    assert found["code"] == ["workflow/scripts/late.py: new"]
    [data] = found["data"]
    assert data.startswith("results/small/laws: md5 ") and data.endswith(", 1 -> 2 files")


def test_an_entry_that_only_one_of_the_ledgers_has(recorded):
    before = recorded.git("rev-parse", "HEAD")
    lock = yaml.safe_load(recorded.read("dvc.lock"))
    outs = lock["stages"]["reproduce"]["outs"]
    [gone] = [out for out in outs if TEXT.startswith(out["path"])]
    outs.remove(gone)
    recorded.write("dvc.lock", yaml.safe_dump(lock))
    recorded.commit("an entry less")
    less = recorded.git("rev-parse", "HEAD")
    assert since(recorded, FIGURE, before)["data"] == [f"{gone['path']}: no longer in the ledger"]
    recorded.record_again()
    assert since(recorded, FIGURE, less)["data"] == [f"{gone['path']}: not in the ledger then"]


def test_a_long_list_is_cut(recorded):
    keys = "\n".join(f"  k{n:02}: 1" for n in range(14))
    recorded.write("config/config.yaml", f"study: small\ntraining:\n  steps: 60\n{keys}\n")
    lines = since(recorded, FIGURE, "HEAD")["configuration"]
    assert len(lines) == 13
    assert lines[-1] == "and 2 more: --all shows them"
    every = recorded.lineage(FIGURE, why="HEAD", everything=True)
    assert sum("absent -> 1" in line for line in every) == 14


def test_before_the_first_ledger(recorded):
    recorded.git("rm", "--quiet", "--cached", "dvc.lock")
    recorded.git("commit", "--quiet", "--amend", "--message", "no ledger")
    found = since(recorded, RUNS[0], "HEAD")
    assert found["the file"] == ["not in git or the ledger then"]
    assert found["data"] == ["no ledger then"]
