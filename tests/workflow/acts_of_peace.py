"""What happens to every checkout and changes no number: none of it may be called a fault."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

from acts import CORPUS, STUDY, Act, append, delete, edit, every_file


def touch_everything(clone: Any) -> None:
    for path in every_file(clone):
        os.utime(path)


def shuffle_times(clone: Any) -> None:
    draw = random.Random(1)
    for path in every_file(clone):
        time = 1_700_000_000 + draw.randrange(10**7)
        os.utime(path, (time, time))


def move(clone: Any) -> None:
    target = clone.path.with_name("moved to another place")
    clone.path.rename(target)
    clone.path = target


def clone_and_pull(clone: Any) -> None:
    remote, copy = clone.path.with_name("remote"), clone.path.with_name("cloned")
    clone.run("dvc", "remote", "add", "--local", "--force", "--default", "here", str(remote))
    clone.run("dvc", "push", "--quiet")
    clone.run("git", "clone", "--quiet", str(clone.path), str(copy))
    clone.path = copy
    clone.run("dvc", "remote", "add", "--local", "--force", "--default", "here", str(remote))
    clone.run("dvc", "pull", "--quiet")


def other_modes(clone: Any) -> None:
    for path in every_file(clone):
        path.chmod(0o700)


def other_owner(clone: Any) -> None:
    if os.geteuid() == 0:  # only root can give a file away; for others the act is empty
        subprocess.run(["chown", "-R", "65534:65534", str(clone.path)], check=True)


def reformat(clone: Any) -> None:
    path = clone.path / "workflow/scalinglaws/training/loop.py"
    path.write_text(path.read_text().replace("\n\n\n", "\n\n\n\n\n"))


def reorder_configuration(clone: Any) -> None:
    path = clone.path / "config/config.yaml"
    path.write_text("# the same study\n\n" + path.read_text().replace("\n\n", "\n"))


def another_study(clone: Any) -> None:
    """Files and records of a study that is not in the ledger, as a smoke run leaves them."""
    (clone.path / "results/smoke").mkdir()
    for source in sorted((clone.path / STUDY / "runs").glob("*.parquet")):
        name = f"results/smoke/runs/{source.name}"
        (clone.path / name).parent.mkdir(exist_ok=True)
        shutil.copy(source, clone.path / name)
        of = urlsafe_b64encode(source.relative_to(clone.path).as_posix().encode()).decode()
        record = clone.path / ".snakemake/metadata" / of
        shutil.copy(record, record.with_name(urlsafe_b64encode(name.encode()).decode()))


def own_corpus(clone: Any) -> None:
    (clone.path / "data/raw/my_corpus").write_text("text of a user")
    (clone.path / "data/text/my_corpus").mkdir()
    (clone.path / "data/text/my_corpus/test.parquet").write_bytes(b"")


def compile_python(clone: Any) -> None:
    cache = clone.path / "workflow/scalinglaws/__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "atomic.cpython-311.pyc").write_bytes(b"compiled")


def forget_states(clone: Any) -> None:
    shutil.rmtree(clone.path / ".dvc/tmp", ignore_errors=True)
    shutil.rmtree(clone.path / ".snakemake/log", ignore_errors=True)


def rebuild(clone: Any) -> None:
    """A lost figure is drawn again: equal bytes, new times in its record."""
    for path in (clone.path / STUDY / "figures").glob("figure_06.*"):
        path.unlink()
    clone.snakemake("--quiet", "all")


def killed_snakemake(clone: Any) -> None:
    (clone.path / ".snakemake/locks").mkdir(exist_ok=True)
    (clone.path / ".snakemake/locks/0.output.lock").write_text("")


def scratch(clone: Any) -> None:
    folder: Path = clone.path / "scratch"
    folder.mkdir(exist_ok=True)
    (folder / "transformer-L1.pt").write_bytes(b"a checkpoint")


LOOP = "workflow/scalinglaws/training/loop.py"

PEACE = (
    Act("touch", "new times for every file", touch_everything),
    Act("another order of times", "random times for every file", shuffle_times),
    Act("clone and pull", "`git clone`, `dvc pull`", clone_and_pull),
    Act("a moved checkout", "another folder", move),
    Act("other modes", "another umask: mode 0700 for every file", other_modes),
    Act("another user", "files that belong to somebody else", other_owner),
    Act(
        "a reworded comment",
        "a comment in the training loop",
        append(LOOP, "\n# One more comment.\n"),
    ),
    Act(
        "a reworded docstring",
        "the docstring of the training loop",
        edit(LOOP, '"""The training loop:', '"""A loop:'),
    ),
    Act("reformatted code", "more empty lines in the training loop", reformat),
    Act(
        "a reformatted configuration",
        "comments and empty lines in config.yaml",
        reorder_configuration,
    ),
    Act(
        "a commented package lock",
        "a comment in requirements.lock",
        append("requirements.lock", "# a comment\n"),
    ),
    Act(
        "a new module",
        "a module that no rule imports",
        append("workflow/scalinglaws/draft.py", "A = 1\n"),
    ),
    Act(
        "a caption of the report",
        "edit workflow/report/table.rst",
        append("workflow/report/table.rst", "\nMore.\n"),
    ),
    Act("another study beside it", "runs and records of a smoke study", another_study),
    Act("another corpus beside it", "a user's own text in data/", own_corpus),
    Act("compiled Python", "`__pycache__` within the code", compile_python),
    Act("scratch", "an old checkpoint in scratch/", scratch),
    Act("no logs", "delete logs/", delete("logs")),
    Act("no caches", "delete DVC's states and Snakemake's logs", forget_states),
    Act("no cache of DVC", "delete .dvc/cache", delete(".dvc/cache")),
    Act(
        "a report",
        "a rendered report beside the results",
        append(f"{STUDY}/report.html", "<html>\n"),
    ),
    Act("a rebuilt figure", "delete a figure, run `snakemake`", rebuild),
    Act(
        "the lock of a killed snakemake", "a leftover of a kill between two jobs", killed_snakemake
    ),
    Act("an edited README", "prose that nothing depends on", append("README.md", "\nMore.\n")),
    Act(
        "raw text kept twice",
        "a copy of the raw text beside the data",
        lambda c: shutil.copy(c.path / f"data/raw/{CORPUS}", c.path / "copy.tar.gz"),
    ),
)
