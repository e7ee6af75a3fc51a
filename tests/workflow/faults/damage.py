"""A truncated or bit-flipped shard, checkpoint, table of metrics, configuration."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from faults.fault import Fault
from faults.kills import strike
from faults.stage import LARGEST, STUDY, Stage, first_of, run_again, train_again

ONE_RUN = f"{STUDY}/runs/*L1-*"
SHARD = f"{STUDY}/tokens/*/train.bin"
METRICS, LAWS = f"{STUDY}/metrics/runs.parquet", f"{STUDY}/laws/*"
RUN, WEIGHTS = f"{STUDY}/runs/*L1-*.parquet", f"{STUDY}/runs/*L1-*.safetensors"
SCORES = f"{STUDY}/scores/*L1-*"
CONFIG = "config/config.yaml"

Damage = Callable[[Stage, Path], None]


def truncate(stage: Stage, path: Path) -> None:
    """Cut a file at a random place; its time is kept, as a failing disk keeps it."""
    times = path.stat()
    os.truncate(path, stage.random.randrange(times.st_size))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def flip(stage: Stage, path: Path) -> None:
    """Flip one bit in the middle half, where contents are; the time is kept."""
    times, content = path.stat(), bytearray(path.read_bytes())
    at = stage.random.randrange(len(content) // 4, len(content) * 3 // 4)
    content[at] ^= 1 << stage.random.randrange(8)
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def damaged(pattern: str, damage: Damage, *targets: str) -> Callable[[Stage], None]:
    """Damage a file that Snakemake then uses; the audit sees what changes nothing that is read."""

    def do(stage: Stage) -> None:
        damage(stage, first_of(stage, pattern))
        if stage.do(*stage.make(*targets)) == 0:
            stage.do(*stage.tool("audit"))

    return do


def delete_and(*targets: str, pattern: str) -> Callable[[Stage], None]:
    """The mend that the message gives: delete that file, run Snakemake again."""

    def again(stage: Stage) -> None:
        first_of(stage, pattern).unlink(missing_ok=True)
        run_again(pattern, *targets)(stage)

    return again


def damaged_checkpoint(damage: Damage) -> Callable[[Stage], None]:
    """Kill a trainer, damage its checkpoint."""

    def do(stage: Stage) -> None:
        process = stage.start(*stage.trainer())
        stage.wait_until(lambda: any(stage.path.glob("scratch/*.pt")), process)
        strike(process, 9, group=True)
        damage(stage, first_of(stage, "scratch/*.pt"))

    return do


def truncated_configuration(stage: Stage) -> None:
    """Cut within the first section."""
    path = stage.path / CONFIG
    os.truncate(path, path.read_text().index("max_train_tokens") + stage.random.randrange(3, 9))
    stage.do(*stage.make(ONE_RUN))


def flipped_key(stage: Stage) -> None:
    """One bit of the name of a setting."""
    path = stage.path / CONFIG
    path.write_text(path.read_text().replace("max_train_tokens", "max_train_tojens"))  # k ^ 1
    stage.do(*stage.make(ONE_RUN))


def flipped_number(stage: Stage) -> None:
    """One bit of a digit: still a number, but not this study's."""
    path = stage.path / CONFIG
    text = re.sub(r"main_tokens: 8192", "main_tokens: 8193", path.read_text())
    assert text != path.read_text()
    path.write_text(text)
    stage.do(*stage.tool("audit"))


def configuration_again(stage: Stage) -> None:
    stage.do("git", "checkout", "HEAD", "--", CONFIG)
    run_again(ONE_RUN)(stage)


def pair(name: str, pattern: str, target: str, says: str) -> list[Fault]:
    """Truncated and bit-flipped: a file that a job reads."""
    return [
        Fault(
            *("damage", f"{name}, {word}"),
            damaged(pattern, damage, target),
            says,
            delete_and(target, pattern=pattern),
            redo=(target,),
            spoils=(pattern,),
        )
        for word, damage in (("truncated", truncate), ("a bit flipped", flip))
    ]


DAMAGE = [
    *pair("a shard", SHARD, ONE_RUN, r"error: .*train\.bin: (damaged|[0-9]+ bytes, its \.json)"),
    *pair("a run", RUN, SCORES, r"error: .*not a readable run file .* delete it"),
    *pair("weights", WEIGHTS, SCORES, r"error: .*not the weights of this run .* delete it"),
    # A third of its bits are of statistics and descriptions, which no reader of ours takes up.
    *pair(
        *("a table of metrics", METRICS, LAWS),
        rf"error: .*not a readable Parquet file .* delete|fault: {METRICS}: ",
    ),
    *(
        Fault(
            *("damage", f"a checkpoint, {word}"),
            damaged_checkpoint(damage),
            r"\.pt: damaged \(.*\); training starts anew",
            train_again,
            redo=(LARGEST,),
        )
        for word, damage in (("truncated", truncate), ("a bit flipped", flip))
    ),
    *(
        Fault(
            *("damage", f"the configuration, {word}"),
            play,
            says,
            configuration_again,
            spoils=(CONFIG,),
        )
        for word, play, says in (
            ("truncated", truncated_configuration, r"(error: |Error).*(config|YAML|yaml|key)"),
            ("a bit of a key flipped", flipped_key, "error: .*max_train_tojens: unknown key"),
            (
                "a bit of a number flipped",
                flipped_number,
                r"fault: config/config.yaml: evaluation.main_tokens: 8192 -> 8193",
            ),
        )
    ),
]
