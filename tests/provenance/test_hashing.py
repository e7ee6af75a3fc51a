"""Hashes are those of hashlib, and a folder's is that of DVC."""

import hashlib
import os

from dvc_data.hashfile.hash_info import HashInfo
from dvc_data.hashfile.meta import Meta
from dvc_data.hashfile.tree import Tree

from scalinglaws.provenance.hashing import BLOCK, folder_md5, hash_file, hash_files


def test_both_hashes_of_one_reading(tmp_path):
    content = os.urandom(2 * BLOCK + 17)
    (tmp_path / "a").write_bytes(content)
    found = hash_file(tmp_path / "a")
    assert found.md5 == hashlib.md5(content).hexdigest()
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.size == len(content)


def test_only_files_that_are_there(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a").write_bytes(b"")
    found = hash_files(tmp_path, ["folder/a", "folder", "missing", "folder/a"])
    assert list(found) == ["folder/a"]
    assert found["folder/a"].size == 0


def test_a_folder_has_the_hash_that_dvc_gives_it():
    manifest = {"b/two": "d" * 32, "a": "0" * 32, "b-one": "f" * 32}
    tree = Tree()
    for name, md5 in manifest.items():
        tree.add(tuple(name.split("/")), Meta(), HashInfo("md5", md5))
    tree.digest()
    assert folder_md5(manifest) == tree.hash_info.value
