"""Archives: the named member only, of bounded size, whatever the archive says."""

import gzip
import io
import tarfile
import zipfile

import pytest

from scalinglaws.corpora.archives import SourceError, copy_bounded, extract_member, read_members

DATA = b"text " * 100


def make_tar(path, *members):
    with tarfile.open(path, "w:gz") as archive:
        for member, content in members:
            if isinstance(member, str):
                member = tarfile.TarInfo(member)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def make_zip(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return path


@pytest.mark.parametrize("make", [make_tar, make_zip])
@pytest.mark.parametrize("gunzip", [False, True])
def test_the_named_member(tmp_path, make, gunzip):
    content = gzip.compress(DATA) if gunzip else DATA
    archive = make(tmp_path / "a", ("x/other", b"no"), ("x/data", content), ("x/last", b"no"))
    extract_member(archive, "x/data", tmp_path / "raw", len(DATA), gunzip)
    assert (tmp_path / "raw").read_bytes() == DATA


@pytest.mark.parametrize("make", [make_tar, make_zip])
def test_hostile_names_lead_nowhere(tmp_path, make):
    inside = tmp_path / "inside"
    inside.mkdir()
    archive = make(tmp_path / "a", ("../evil", b"1"), ("/tmp/evil", b"2"), ("data", DATA))
    extract_member(archive, "data", inside / "raw", len(DATA), False)
    extract_member(archive, "../evil", inside / "evil", 1, False)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "evil", "inside", "raw"]


@pytest.mark.parametrize("make", [make_tar, make_zip])
@pytest.mark.parametrize("gunzip", [False, True])
def test_a_bomb_is_cut_off(tmp_path, make, gunzip):
    bomb = bytes(50_000_000)
    archive = make(tmp_path / "a", ("data", gzip.compress(bomb) if gunzip else bomb))
    with pytest.raises(SourceError, match="longer than the 1000 bytes"):
        extract_member(archive, "data", tmp_path / "raw", 1000, gunzip)
    assert (tmp_path / "raw").stat().st_size <= 1000


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_a_link_is_no_file(tmp_path, kind):
    link = tarfile.TarInfo("data")
    link.type, link.linkname = kind, "/etc/passwd"
    archive = make_tar(tmp_path / "a", (link, b""))
    with pytest.raises(SourceError, match="no regular file"):
        extract_member(archive, "data", tmp_path / "raw", 1000, False)


@pytest.mark.parametrize("make", [make_tar, make_zip])
def test_a_missing_member_is_named(tmp_path, make):
    archive = make(tmp_path / "a", ("data", DATA))
    with pytest.raises(SourceError, match="no member x/data"):
        extract_member(archive, "x/data", tmp_path / "raw", 1000, False)


def test_what_is_no_archive(tmp_path):
    (tmp_path / "a").write_bytes(b"<html>404</html>")
    with pytest.raises(SourceError, match="no readable zip or tar"):
        extract_member(tmp_path / "a", "data", tmp_path / "raw", 1000, False)


def test_exactly_as_long_as_allowed(tmp_path):
    copy_bounded(io.BytesIO(DATA), tmp_path / "raw", len(DATA))
    with pytest.raises(SourceError):
        copy_bounded(io.BytesIO(DATA), tmp_path / "raw", len(DATA) - 1)


@pytest.mark.parametrize("make", [make_tar, make_zip])
def test_many_members_by_pattern(tmp_path, make):
    members = [("p/b.txt", b"b"), ("p/sub/a.txt", b"a"), ("p/c.md", b"no"), ("../d.txt", b"d")]
    archive = make(tmp_path / "a", *members)
    found = dict(read_members(archive, ["*.txt"], ["p/b*"], 2))
    assert found == {"p/sub/a.txt": b"a", "../d.txt": b"d"}  # names only: nothing is unpacked
    with pytest.raises(SourceError, match="longer"):
        list(read_members(archive, ["*"], [], 3))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_links_are_no_members(tmp_path):
    link = tarfile.TarInfo("x.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    archive = make_tar(tmp_path / "a", (link, b""), ("y.txt", DATA))
    assert dict(read_members(archive, ["*.txt"], [], 1000)) == {"y.txt": DATA}
