"""What ends a script in one line: errors of the user and of the machine, and no others."""

import errno
import sys

import numpy as np
import pyarrow as pa
import pytest
import torch

from scalinglaws.door import log_to
from scalinglaws.errors import UserError
from scalinglaws.failures import refusal


def no_memory():
    np.ones((2**60,), dtype=np.uint8)


def no_memory_in_torch():
    torch.empty(2**60, dtype=torch.uint8)


def no_memory_in_arrow():
    raise pa.ArrowMemoryError("malloc of size 256 failed")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "x", "a/b"), "a/b: no space left on device; make room, then run"),
        (OSError(errno.EFBIG, "x", "a/b"), "a/b: file too large; raise the limit on file size"),
        (OSError(errno.EROFS, "x", "a/b"), "a/b: read-only file system; make the folder writable"),
        (PermissionError(errno.EACCES, "x", "a"), "a: permission denied; make the folder writable"),
        (OSError(errno.ENOSPC, "x"), "no space left on device; make room"),
    ],
)
def test_a_refused_write(error, said, tmp_path, capsys):
    with pytest.raises(SystemExit) as end, log_to(tmp_path / "log"):
        raise error
    assert end.value.code == 1
    line = capsys.readouterr().err
    assert line.startswith(f"error: {said}") and line.count("\n") == 1
    assert (tmp_path / "log").read_text() == line


@pytest.mark.parametrize("do", [no_memory, no_memory_in_torch, no_memory_in_arrow])
def test_no_memory(do, capsys):
    with pytest.raises(SystemExit), log_to(None):
        do()
    assert capsys.readouterr().err.startswith("error: out of memory: run fewer jobs at once")


def test_a_full_disk_under_the_log(capsys):
    with pytest.raises(SystemExit), log_to("/dev/full"):
        print("progress", file=sys.stderr)
    assert "error: no space left on device; make room" in capsys.readouterr().err


def test_an_error_of_the_user(capsys):
    with pytest.raises(SystemExit), log_to(None):
        raise UserError("config.yaml: bad; mend it")
    assert capsys.readouterr().err == "error: config.yaml: bad; mend it\n"


@pytest.mark.parametrize(
    "error", [ValueError("x"), RuntimeError("shape mismatch"), FileNotFoundError(2, "x", "a")]
)
def test_a_fault_of_the_program_keeps_its_traceback(error):
    assert refusal(error) is None
    with pytest.raises(type(error)), log_to(None):
        raise error
