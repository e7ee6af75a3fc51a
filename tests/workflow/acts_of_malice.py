"""Tampering and accidents: each must be found and named."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from typing import Any

from acts import CORPUS, STUDY, Act, age, append, delete, edit, flip, in_file, runs, swap


def record_of(clone: Any, name: str) -> Any:
    """Snakemake's record of an output."""
    return clone.path / ".snakemake/metadata" / urlsafe_b64encode(name.encode()).decode()


def flip_weights_behind_their_time(clone: Any) -> None:
    flip(runs(clone, "safetensors")[0], keep_time=True)


def truncate_scores(clone: Any) -> None:
    path = sorted((clone.path / STUDY / "scores").glob("*"))[1]
    os.truncate(path, path.stat().st_size // 2)


def replace_shard(clone: Any) -> None:
    path = clone.path / STUDY / f"tokens/{CORPUS}/train.bin"
    path.write_bytes(bytes(path.stat().st_size))
    age(path)


def replace_raw_text(clone: Any) -> None:
    path = clone.path / f"data/raw/{CORPUS}"
    path.write_bytes(path.read_bytes().replace(b"e", b"i", 1))
    age(path)


def delete_record(clone: Any) -> None:
    record_of(clone, f"{STUDY}/figures/figure_06.csv").unlink()


def foreign_record(clone: Any) -> None:
    one, other = (path.relative_to(clone.path).as_posix() for path in runs(clone)[:2])
    record_of(clone, one).write_bytes(record_of(clone, other).read_bytes())


def forged_record(clone: Any) -> None:
    path = record_of(clone, f"{STUDY}/laws/L_N.json")
    content = json.loads(path.read_text())
    content["input_checksums"] = dict.fromkeys(content["input_checksums"], "sha256:" + 64 * "0")
    path.write_text(json.dumps(content))


def broken_record(clone: Any) -> None:
    record_of(clone, f"{STUDY}/claims.md").write_text('{"rule": "judge_claims"}')


def orphan_run(clone: Any) -> None:
    path = runs(clone)[0]
    (path.parent / "transformer-L9-d9-N9-S9-seed9-deadbeef.parquet").write_bytes(path.read_bytes())


def edited_lock(clone: Any) -> None:
    lock = clone.path / "dvc.lock"
    text = lock.read_text()
    at = text.index("md5: ", text.index(f"path: {STUDY}/laws")) + len("md5: ")
    other = "0" if text[at] != "0" else "1"
    lock.write_text(text[:at] + other + text[at + 1 :])


def edited_and_committed_lock(clone: Any) -> None:
    edited_lock(clone)
    clone.commit("as if it had been recorded")


def uncommitted_lock(clone: Any) -> None:
    append("workflow/report/table.rst", "\nOne more sentence.\n")(clone)
    clone.scalinglaws("record")


def other_scores(clone: Any) -> str:
    """A smaller test of the runs; one run is scored anew."""
    clone.edit("config/config.yaml", "main_tokens: ", "main_tokens: 512 # ")
    path = sorted((clone.path / STUDY / "scores").glob("*"))[0]
    name = path.relative_to(clone.path).as_posix()
    clone.snakemake("--quiet", "all", "--", name)
    return name


def partial_run(clone: Any) -> None:
    other_scores(clone)


def recorded_partial_run(clone: Any) -> None:
    other_scores(clone)
    clone.run("dvc", "commit", "--quiet", "--force", "reproduce")
    clone.commit("a mixed state, past the gate")


def interrupted_run(clone: Any) -> None:
    """What a kill -9 of Snakemake leaves: a lock, a mark of the job, half of its file."""
    run = runs(clone)[0]
    name = run.relative_to(clone.path).as_posix()
    run.rename(run.with_name(f".{run.name}.4711.partial"))
    for folder, file in (("incomplete", record_of(clone, name).name), ("locks", "0.output.lock")):
        (clone.path / ".snakemake" / folder).mkdir(exist_ok=True)
        (clone.path / ".snakemake" / folder / file).write_text("")


def results_of_another_study(clone: Any) -> None:
    """The paper's figure in the place of this study's."""
    name = "figures/figure_06.png"
    content = (clone.path / "results/kaplan2020" / name).read_bytes()
    (clone.path / STUDY / name).write_bytes(content)


def swapped_and_committed_runs(clone: Any) -> None:
    swap(*runs(clone)[:2])
    clone.run("dvc", "commit", "--quiet", "--force", "reproduce")
    clone.commit("as if it had been recorded")


COMMAND = "{PYTHON} workflow/scripts/train.py"
RUN = f"{STUDY}/runs/"
METADATA = ".snakemake/metadata"

MALICE = (
    Act("a byte of a run", "flip a bit", lambda c: flip(runs(c)[0]), (RUN,)),
    Act(
        "a byte of the weights, time restored",
        "flip a bit, set the file's time back",
        flip_weights_behind_their_time,
        (RUN,),
        mended=True,
    ),
    Act("a truncated score", "cut a file in half", truncate_scores, (f"{STUDY}/scores/",)),
    Act(
        "two runs swapped",
        "exchange two runs with their times",
        lambda c: swap(*runs(c)[:2]),
        (RUN, RUN),
        mended=True,
    ),
    Act(
        "two runs swapped and committed",
        "exchange two runs, `dvc commit --force`, `git commit`",
        swapped_and_committed_runs,
        (RUN, RUN),
    ),
    Act(
        "a replaced shard",
        "zeros instead of tokens, with an older time",
        replace_shard,
        (f"{STUDY}/tokens/{CORPUS}/train.bin: ",),
    ),
    Act(
        "a replaced raw text",
        "other text of the same length, with an older time",
        replace_raw_text,
        (f"data/raw/{CORPUS}: ",),
    ),
    Act(
        "the tokenizer",
        "flip a bit, set the time back",
        in_file(f"{STUDY}/tokenizer.json", keep_time=True),
        (f"{STUDY}/tokenizer.json: ",),
    ),
    Act(
        "a missing intermediate",
        "delete cleaned text",
        delete(f"data/text/{CORPUS}/test.parquet"),
        (f"data/text/{CORPUS}/test.parquet: ",),
    ),
    Act(
        "a missing folder",
        "delete the scores",
        delete(f"{STUDY}/scores"),
        (f"{STUDY}/scores: ",),
        mended=True,
    ),
    Act(
        "gathered metrics",
        "flip a bit, set the time back",
        in_file(f"{STUDY}/metrics/runs.parquet", keep_time=True),
        (f"{STUDY}/metrics/runs.parquet: ",),
    ),
    Act(
        "a fitted law",
        "edit a number of a law",
        lambda c: flip(c.path / STUDY / "laws/L_N.json"),
        (f"{STUDY}/laws/L_N.json: ",),
    ),
    Act(
        "the numbers of a figure",
        "add a row to its CSV",
        append(f"{STUDY}/figures/figure_06.csv", "1,2,3\n"),
        (f"{STUDY}/figures/figure_06.csv: ",),
    ),
    Act(
        "a drawn figure",
        "flip a bit of the PDF, set the time back",
        in_file(f"{STUDY}/figures/figure_06.pdf", keep_time=True),
        (f"{STUDY}/figures/figure_06.pdf: ",),
        mended=True,
    ),
    Act(
        "a figure of another study",
        "the paper's picture in its place",
        results_of_another_study,
        (f"{STUDY}/figures/figure_06.png: ",),
    ),
    Act(
        "a claim",
        "add a sentence to the page",
        append(f"{STUDY}/claims.md", "All hold.\n"),
        (f"{STUDY}/claims.md: ",),
    ),
    Act(
        "the paper's points",
        "edit a digitised series",
        in_file("data/kaplan2020/shapes.csv"),
        ("data/kaplan2020/shapes.csv: ",),
    ),
    Act(
        "a deleted record",
        "delete Snakemake's record of a figure",
        delete_record,
        (f"{STUDY}/figures/figure_06.csv: ",),
        mended=True,
    ),
    Act(
        "a foreign record",
        "the record of another run under this run's name",
        foreign_record,
        (RUN,),
    ),
    Act(
        "a forged record",
        "other input hashes in a record",
        forged_record,
        (f"{STUDY}/laws/L_N.json: ",),
    ),
    Act("a broken record", "half of a record", broken_record, (f"{METADATA}/",)),
    Act("an orphan", "a run that nobody declares", orphan_run, (f"{RUN}transformer-L9",)),
    Act(
        "a partial run",
        "edit the configuration, make one file anew",
        partial_run,
        ("config/config.yaml: ", f"{STUDY}/scores/"),
    ),
    Act(
        "a recorded partial run",
        "the same, then `dvc commit --force` and `git commit`",
        recorded_partial_run,
        (f"{STUDY}/scores/", f"{STUDY}/scores/"),
    ),
    Act(
        "an interrupted run",
        "what kill -9 leaves: a lock, a mark, half a file",
        interrupted_run,
        (RUN, f"{RUN}."),
    ),
    Act(
        "the configuration",
        "another peak learning rate after the runs",
        edit("config/config.yaml", "value: ", "value: 0.001 # "),
        ("config/config.yaml: ",),
    ),
    Act(
        "a longer training",
        "twice the steps after the runs",
        edit("config/config.yaml", "steps: 60", "steps: 120"),
        ("config/config.yaml: ",),
    ),
    Act(
        "a constant of the paper",
        "edit config/constants.yaml",
        edit("config/constants.yaml", "value: 0.076", "value: 0.077"),
        ("config/constants.yaml: ",),
    ),
    Act(
        "a figure's entry",
        "edit config/figures.yaml",
        edit("config/figures.yaml", "title: Test loss", "title: A loss"),
        ("config/figures.yaml: ",),
    ),
    Act(
        "a figure's script",
        "edit workflow/scripts/figures/figure_06.py",
        append("workflow/scripts/figures/figure_06.py", "\nassert True\n"),
        ("workflow/scripts/figures/figure_06.py: ",),
    ),
    Act(
        "the training loop",
        "edit a module of the package",
        edit("workflow/scalinglaws/training/trainer.py", "self.step += 1", "self.step += 2"),
        ("workflow/scalinglaws/training/trainer.py: ",),
    ),
    Act(
        "a deleted script",
        "delete a figure's script",
        delete("workflow/scripts/figures/figure_06.py"),
        ("workflow/scripts/figures/figure_06.py: ",),
    ),
    Act(
        "a rule's command",
        "add a flag to the command of a rule",
        edit("workflow/rules/train.smk", COMMAND, f"{COMMAND} --quiet"),
        ("workflow/rules/train.smk: ",),
    ),
    Act(
        "the style of the figures",
        "edit the style sheet",
        append("workflow/scalinglaws/house.mplstyle", "\nfont.size: 6\n"),
        ("workflow/scalinglaws/house.mplstyle: ",),
    ),
    Act(
        "the package lock",
        "another version of a package",
        edit("requirements.lock", "numpy==", "numpy==1."),
        ("requirements.lock: ",),
    ),
    Act(
        "dvc.yaml",
        "drop an output",
        edit("dvc.yaml", f"      - {STUDY}/runs: {{persist: true}}\n", ""),
        ("dvc.yaml: ",),
    ),
    Act(
        ".dvcignore",
        "hide the scores",
        append(".dvcignore", f"/{STUDY}/scores\n"),
        (".dvcignore: ",),
    ),
    Act("an edited lock", "another hash in dvc.lock", edited_lock, ("dvc.lock: ",)),
    Act(
        "an edited and committed lock",
        "the same, with `git commit`",
        edited_and_committed_lock,
        ("dvc.lock: ",),
    ),
    Act("a deleted lock", "delete dvc.lock", delete("dvc.lock"), ("dvc.lock: ",)),
    Act(
        "a broken lock",
        "half of dvc.lock",
        lambda c: os.truncate(c.path / "dvc.lock", 999),
        ("dvc.lock: ",),
    ),
    Act(
        "an uncommitted lock",
        "`scalinglaws record` without `git commit`",
        uncommitted_lock,
        ("dvc.lock: ",),
    ),
)
