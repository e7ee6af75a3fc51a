"""The command line: every command explains itself, and a refused write is one line."""

import os
import resource
import subprocess
import sys

import pytest

from scalinglaws.cli import COMMANDS, main


@pytest.mark.parametrize("command", [None, *(module.NAME for module in COMMANDS)])
def test_help_is_printed(command: str | None, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"] if command else ["--help"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert all(module.NAME in printed for module in COMMANDS) if command is None else printed


def test_a_reader_that_leaves_is_no_error(root) -> None:
    call = "from scalinglaws.cli import main; main(['runs'])"
    command = f'{sys.executable} -c "{call}" | head -1'
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("experiments") and done.stderr == ""


def test_a_full_disk_is_one_line(root, tmp_path) -> None:
    """The limit on file size stands for the full disk."""
    table = tmp_path / "runs.csv"
    table.write_text("N,loss\n" + "".join(f"{10**n},{5 - n / 3}\n" for n in range(3, 10)))
    call = (
        f"from scalinglaws.cli import main; main(['inspect', '{table}', '--json', '{table}.json'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", call],
        cwd=root,
        capture_output=True,
        text=True,
        # Coverage keeps a database of its own, which would not fit either.
        env={k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert "file too large; raise the limit on file size" in done.stderr
