"""No member of an archive is written to a path of its own, and none unfolds beyond the limit."""

import io
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalinglaws.corpora.archives import SourceError, extract_member, read_members

HOSTILE = ["../up.txt", "/abs.txt", "a/../../b.txt", "C:\\d.txt", "..\\w.txt", "~/h.txt", "x" * 300]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text("ab./\\", min_size=1, max_size=12))
FEW = settings(max_examples=40, derandomize=True, database=None, deadline=None)


def _zip(path, names, content=b"text"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name), content)


def _tar(path, names, content=b"text", **fields):
    with tarfile.open(path, "w:gz") as file:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            for key, value in fields.items():
                setattr(entry, key, value)
            file.addfile(entry, io.BytesIO(content))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    outer = tmp_path_factory.mktemp("outer")
    (outer / "inner").mkdir()
    return outer, outer / "inner"


@FEW
@given(
    names=st.lists(NAMES, min_size=1, max_size=4, unique=True), make=st.sampled_from([_zip, _tar])
)
def test_only_the_target_appears(folders, names, make):
    outer, inner = folders
    make(inner / "archive", names)
    try:
        extract_member(inner / "archive", names[0], inner / "target", 100, gunzip=False)
        list(read_members(inner / "archive", ["*"], [], 1000))
    except SourceError:
        pass
    assert {path.name for path in outer.rglob("*")} <= {"inner", "archive", "target"}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_are_no_text(tmp_path, kind):
    _tar(tmp_path / "a", ["a.txt"], b"", type=kind, linkname="/etc/hostname")
    assert list(read_members(tmp_path / "a", ["*"], [], 100)) == []
    with pytest.raises(SourceError, match="no regular file"):
        extract_member(tmp_path / "a", "a.txt", tmp_path / "target", 100, gunzip=False)


@pytest.mark.parametrize("make", [_zip, _tar])
def test_a_bomb_is_stopped_at_the_limit(tmp_path, make):
    make(tmp_path / "a", ["a.txt"], b"\0" * 10_000_000)
    with pytest.raises(SourceError, match="longer than"):
        extract_member(tmp_path / "a", "a.txt", tmp_path / "target", 1000, gunzip=False)
    with pytest.raises(SourceError, match="longer than"):
        list(read_members(tmp_path / "a", ["*"], [], 1000))


def test_a_header_that_unfolds_is_refused_unread(tmp_path):
    _tar(tmp_path / "a", ["a.txt"], pax_headers={"comment": "x" * 2**21})
    with pytest.raises(SourceError, match=r"no readable zip or tar archive \(a header of"):
        list(read_members(tmp_path / "a", ["*"], [], 1000))


def test_a_damaged_member_is_one_line(tmp_path):
    _zip(tmp_path / "a", ["a.txt"], b"text" * 100)
    content = bytearray((tmp_path / "a").read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(SourceError, match="no readable zip or tar archive"):
        list(read_members(tmp_path / "a", ["*"], [], 1000))


@pytest.mark.parametrize("length", range(1, 18))
def test_an_archive_that_ends_within_its_first_bytes_is_one_line(tmp_path, length):
    _tar(tmp_path / "whole", ["a.txt"])
    (tmp_path / "a").write_bytes((tmp_path / "whole").read_bytes()[:length])
    with pytest.raises(SourceError, match="no readable zip or tar archive"):
        list(read_members(tmp_path / "a", ["*"], [], 1000))
