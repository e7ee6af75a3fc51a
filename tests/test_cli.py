"""The command line: every command explains itself."""

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
