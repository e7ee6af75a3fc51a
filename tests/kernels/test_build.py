"""The kernels are built once, and a machine that cannot build them is told the mend."""

import os
import subprocess
import sys

import pytest

from scalinglaws.errors import UserError
from scalinglaws.kernels import build
from scalinglaws.kernels.choose import kernels_named


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty place for builds."""
    monkeypatch.setattr(build, "CACHE", tmp_path / "kernels")
    build.library.cache_clear()
    yield tmp_path / "kernels"
    build.library.cache_clear()


def test_without_a_compiler_the_mend_is_named(cache, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    needs = r"needs a C\+\+ compiler.*training.kernels: torch"
    with pytest.raises(UserError, match=needs) as error:
        build.library()
    assert "\n" not in str(error.value)


def test_a_compiler_that_fails_is_named(cache, monkeypatch, tmp_path):
    broken = tmp_path / "broken-c++"
    broken.write_text("#!/bin/sh\necho no such header >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CXX", str(broken))
    with pytest.raises(UserError, match=r"cannot be compiled by .*broken-c\+\+.*kernels: torch"):
        build.library()
    assert "no such header" in next(cache.glob("*.log")).read_text()
    assert not list(cache.glob("*.so"))


@pytest.mark.usefixtures("compiler")
def test_processes_that_start_together_build_once(tmp_path):
    code = (
        "import sys; from pathlib import Path; from scalinglaws.kernels import build;"
        "build.CACHE = Path(sys.argv[1]); build.library()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    words = [process.communicate(timeout=300)[1] for process in processes]
    assert all(process.returncode == 0 for process in processes), words
    assert sum("building the fused kernels" in word for word in words) == 1
    assert [path.suffix for path in tmp_path.iterdir() if path.is_file()].count(".so") == 1
    assert not [path for path in tmp_path.iterdir() if path.is_dir()], "no half-built file is left"


@pytest.mark.usefixtures("compiler")
def test_another_processor_is_another_build(monkeypatch):
    compiler = build.find_compiler()
    here = build._key(compiler)
    monkeypatch.setattr(build, "_processor", lambda: "another")
    assert build._key(compiler) != here


def test_unknown_kernels_are_refused():
    with pytest.raises(UserError, match="kernels is 'cuda', allowed: fused, torch"):
        kernels_named("cuda")


def test_plain_kernels_need_no_compiler(make_spec):
    """Neither importing nor running the plain kernels builds anything."""
    code = (
        "import torch; from scalinglaws.kernels import build, choose;"
        "plain = choose.kernels_named('torch');"
        "plain.cross_entropies(torch.ones(2, 4), torch.ones(3, 4), torch.tensor([0, 1]));"
        "assert not build.library.cache_info().currsize"
    )
    environment = {**os.environ, "PATH": ""}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=120)
