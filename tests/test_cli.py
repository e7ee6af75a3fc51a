"""The command line: every command explains itself."""

import pytest

from scalinglaws.cli import COMMANDS, main


@pytest.mark.parametrize("command", [None, *(module.NAME for module in COMMANDS)])
def test_help_is_printed(command: str | None, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"] if command else ["--help"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert all(module.NAME in printed for module in COMMANDS) if command is None else printed
