"""The command line: every command explains itself, and a refused write is one line."""

import errno
import os
import resource
import runpy
import subprocess
import sys

import pytest

from scalinglaws.cli import COMMANDS, main
from scalinglaws.commands import unlock


@pytest.mark.parametrize("command", [None, *(module.NAME for module in COMMANDS)])
def test_help_is_printed(command: str | None, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"] if command else ["--help"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert all(module.NAME in printed for module in COMMANDS) if command is None else printed


@pytest.mark.parametrize(("name", "said"), [("__main__", "no lock\n"), ("imported", "")])
def test_python_m_is_the_command_line(tmp_path, monkeypatch, capsys, name, said) -> None:
    """Run as a program it obeys; imported, as by a tool that walks the package, it does nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["scalinglaws", "unlock"])
    runpy.run_module("scalinglaws.__main__", run_name=name)
    assert capsys.readouterr().out == said


def test_nothing_more_is_said_to_a_reader_that_has_left(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as out, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        main(["unlock"])
        print("at exit", flush=True)  # as Python does; a pipe without a reader would refuse it


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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "results/x"),
            "error: results/x: no space left on device; make room, then run again",
        ),
        (MemoryError(), "error: out of memory: run fewer jobs at once"),
    ],
)
def test_what_the_machine_refuses_is_one_line(monkeypatch, capsys, error, said) -> None:
    monkeypatch.setattr(unlock, "run", _raises(error))
    with pytest.raises(SystemExit) as end:
        main(["unlock"])
    printed = capsys.readouterr()
    assert end.value.code == 1 and not printed.out
    assert printed.err.startswith(said) and printed.err.count("\n") == 1


def test_an_error_of_the_code_keeps_its_traceback(monkeypatch) -> None:
    error = OSError(errno.EBADF, "a bug")
    monkeypatch.setattr(unlock, "run", _raises(error))
    with pytest.raises(OSError) as found:
        main(["unlock"])
    assert found.value is error


def _raises(error: BaseException):
    def run(arguments) -> None:
        raise error

    return run
