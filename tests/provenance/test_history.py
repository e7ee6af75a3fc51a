"""What git and DVC's cache are asked for: bytes at a commit, and manifests that are sound."""

import json
import subprocess

import pytest

from scalinglaws.errors import UserError
from scalinglaws.provenance.dvclock import Entry, cached_manifest, parse_lock
from scalinglaws.provenance.hashing import folder_md5
from scalinglaws.provenance.history import committed, committed_files, git, ledger_commit, resolve


@pytest.fixture
def repository(tmp_path):
    """Two commits; the first wrote dvc.lock."""

    def commit(message):
        name = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        for command in (["add", "--all"], [*name, "commit", "--quiet", "--message", message]):
            subprocess.run(["git", "-C", str(tmp_path), *command], check=True)

    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "dvc.lock").write_text("one")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a b").write_bytes(b"\x00\r\n")
    commit("the ledger")
    (tmp_path / "folder/c").write_text("later")
    commit("more")
    return tmp_path


def test_bytes_are_those_of_the_commit(repository):
    (repository / "folder/a b").write_text("changed since")
    first = resolve(repository, "HEAD~1")
    assert committed(repository, "HEAD", "folder/a b") == b"\x00\r\n"
    assert committed(repository, first, "folder/c") is None
    assert committed_files(repository, first, "folder") == {"folder/a b": b"\x00\r\n"}
    assert sorted(committed_files(repository, "HEAD", "folder")) == ["folder/a b", "folder/c"]


def test_the_ledger_is_of_the_commit_that_wrote_it_last(repository):
    assert ledger_commit(repository) == resolve(repository, "HEAD~1")
    assert resolve(repository, "nowhere") is None


def test_without_git_nothing_is_known(tmp_path):
    assert git(tmp_path, "status") is None
    assert ledger_commit(tmp_path) is None
    assert committed_files(tmp_path, "HEAD", "folder") == {}


def test_a_manifest_counts_only_with_the_hash_of_the_lock(tmp_path):
    manifest = {"a": "0" * 32, "b": "1" * 32}
    digest = folder_md5(manifest).removesuffix(".dir")
    entry = Entry("folder", f"{digest}.dir", 2, 2)
    path = tmp_path / ".dvc/cache/files/md5" / digest[:2] / f"{digest[2:]}.dir"
    path.parent.mkdir(parents=True)
    items = [{"md5": md5, "relpath": name} for name, md5 in manifest.items()]
    path.write_text(json.dumps(items))
    assert cached_manifest(tmp_path, entry) == manifest
    path.write_text(json.dumps(items[:1]))
    assert cached_manifest(tmp_path, entry) is None
    path.write_text("{")
    assert cached_manifest(tmp_path, entry) is None


@pytest.mark.parametrize("text", ["", "stages: [", "stages: {s: {outs: [{path: a}]}}", "a: 1"])
def test_half_a_lock_is_one_line(text):
    with pytest.raises(
        UserError, match=r"^dvc.lock: cannot be read; `git checkout HEAD -- dvc.lock`"
    ):
        parse_lock(text)
