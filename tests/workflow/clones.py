"""A clone of this checkout in a folder of its own, in which real Snakemake and DVC run."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scalinglaws.study import load_yaml, merge

CALL = "from scalinglaws.cli import main; main()"
NO_NETWORK = Path(__file__).with_name("no_network")


@cache
def cut_off() -> tuple[str, ...]:
    """The command that starts another without a network; empty where the kernel forbids it."""
    tool = shutil.which("unshare")
    cut = (tool, "--map-root-user", "--net") if tool else ()
    works = tool and subprocess.run([*cut, "true"], capture_output=True, check=False)
    return cut if works and works.returncode == 0 else ()


class Clone:
    """A checkout whose default study is `micro`, with the tools of this environment."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def network_log(self) -> Path:
        """What `offline` saw of tries to reach the network; absent if there was none."""
        return self.path / ".git/network"  # goes along with a copy, and changes nothing

    def offline(
        self, *command: str, log: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess:
        """Run a tool with the network cut for all its processes, and each try of Python's logged.

        Where the kernel lets us, it runs in a network namespace with no interface but a loopback
        that is down; anywhere, Python's own sockets refuse.
        """
        path = os.pathsep.join([str(NO_NETWORK), str(self.path / "workflow")])
        environment = {"PYTHONPATH": path, "NO_NETWORK_LOG": str(log or self.network_log)}
        return self.run(*cut_off(), *command, check=check, environment=environment)

    def run(
        self,
        *command: str,
        check: bool = True,
        measured: bool = False,
        environment: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess:
        """Run a tool in the clone; stdout and stderr together in `stdout`.

        Its coverage is measured only if asked for: Snakemake takes two thirds longer with it.
        """
        tools = Path(sys.executable).parent
        kept = {k: v for k, v in os.environ.items() if measured or not k.startswith("COVERAGE_")}
        variables = kept | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.path / "workflow"),
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.org",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.org",
        }
        done = subprocess.run(
            command,
            cwd=self.path,
            env=variables | (environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"{command}:\n{done.stdout}"
        return done

    def copy(self, target: Path) -> "Clone":
        """A copy that may be changed; file times are kept."""
        self.run("cp", "--archive", "--reflink=auto", str(self.path), str(target))
        return Clone(target)

    def snakemake(self, *arguments: str, check: bool = True) -> str:
        """Run snakemake; gives its output."""
        return self.run("snakemake", "--cores", "2", *arguments, check=check).stdout

    def scalinglaws(
        self, *arguments: str, check: bool = True, measured: bool = True
    ) -> subprocess.CompletedProcess:
        """Run this clone's command line."""
        call = (sys.executable, "-c", CALL, *arguments)
        return self.run(*call, check=check, measured=measured)

    def planned(self, *arguments: str) -> dict[str, int]:
        """Jobs that a dry run would do: {rule: count}, without the targets themselves."""
        output = self.snakemake("-n", *arguments)
        if "Nothing to be done" in output:
            return {}
        table = output.split("Job stats:")[1].split("total")[0]
        counts = re.findall(r"^(\w+) +(\d+)$", table, flags=re.MULTILINE)
        return {name: int(count) for name, count in counts if name not in ("all", "kaplan2020")}

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace one place in a file."""
        path = self.path / name
        text = path.read_text()
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1))

    def bytes_of(self, pattern: str) -> dict[str, bytes]:
        """Contents of the files that match."""
        return {
            str(p.relative_to(self.path)): p.read_bytes()
            for p in sorted(self.path.glob(pattern))
            if p.is_file()
        }

    def commit(self, message: str) -> None:
        """Commit everything that git does not ignore."""
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", message)


def working_files(root: Path) -> list[str]:
    """Files of the checkout that git tracks or would track, without results."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [
        name
        for name in listed
        if (root / name).is_file() and not name.startswith("results/") and name != "dvc.lock"
    ]


def copy_checkout(root: Path, target: Path) -> None:
    """The working files of the checkout at ``root``, into a folder of their own."""
    for name in working_files(root):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes((root / name).read_bytes())


def finished_clone(path: Path, changes: dict[str, Any] | None = None) -> Clone:
    """A clone in which the micro study, with ``changes``, was run, recorded and committed."""
    root = Path(__file__).resolve().parents[2]
    clone = Clone(path)
    copy_checkout(root, path)
    micro = merge(load_yaml(root / "config/config.yaml"), load_yaml(root / "config/micro.yaml"))
    study = merge(micro, changes or {})
    (clone.path / "config/config.yaml").write_text(yaml.safe_dump(study, sort_keys=False))
    clone.edit(".gitignore", "!/results/laptop/", "!/results/micro/")
    for part in ("tokenizer.json", "tokens/", "runs/", "scores/"):
        clone.edit(".gitignore", f"/results/laptop/{part}", f"/results/micro/{part}")
    clone.run("git", "init", "--quiet")
    clone.scalinglaws("generate")
    clone.commit("the checkout, with micro as its default study")
    clone.offline("snakemake", "--cores", "2")
    clone.offline(sys.executable, "-c", CALL, "record")
    clone.commit("results of micro")
    return clone
