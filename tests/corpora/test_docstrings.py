"""Docstrings of a distribution as text."""

import hashlib
import json
from pathlib import Path

import pytest

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.catalogue import load_catalogue
from scalinglaws.corpora.docstrings import dedent, docstrings, write_docstrings

SOURCE = b'''"""Module."""
class A:
    """Class.

        Indented.
    Back.
    """
    def f(self):
        r"""Method \\d."""
        def inner():
            "Inner."
        return """no docstring"""
async def g():
    """Last."""
def h():
    f"""no docstring {1}"""
'''


def test_docstrings_stand_in_the_order_of_the_source():
    found = docstrings(SOURCE)
    assert found == ["Module.", "Class.\n\n    Indented.\nBack.", "Method \\d.", "Inner.", "Last."]
    assert docstrings(b"x = 1") == []


def test_dedent():
    assert dedent(" a\n\tb  \n\n\t\tc\n    ") == "a\nb\n\n        c"
    assert dedent("   ") == ""


def test_a_distribution(tmp_path, monkeypatch):
    files = {
        "tiny/__init__.py": SOURCE,
        "tiny/a.py": b'"""Zo\xc3\xab."""',
        "tiny/empty.py": b"x = 1",
        "tiny/conftest.py": b'"""Test."""',
        "tiny/tests/test_x.py": b'"""Test."""',
        "tiny-1.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny\nVersion: 1\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    record = "".join(f"{name},,\n" for name in reversed(files))
    (tmp_path / "tiny-1.dist-info/RECORD").write_text(record)
    monkeypatch.syspath_prepend(tmp_path)
    write_docstrings("tiny==1", tmp_path / "raw")
    first, second = map(json.loads, (tmp_path / "raw").read_text(encoding="utf-8").splitlines())
    assert first == {"id": "tiny", "text": "\n\n".join(docstrings(SOURCE))}
    assert second == {"id": "tiny.a", "text": "Zoë."}


def test_statsmodels_gives_the_declared_bytes(tmp_path):
    corpus = load_catalogue(Path(__file__).parents[2] / "config/corpora.yaml")["docs_statsmodels"]
    target = tmp_path / "raw"
    write_docstrings(corpus.sources[0].package, target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == corpus.sha256
    ids = [json.loads(line)["id"] for line in target.open()]
    assert "statsmodels.regression.linear_model" in ids
    assert not any(
        part == "tests" or part.startswith("test_") for i in ids for part in i.split(".")
    )


def test_versions_and_names_are_checked(tmp_path):
    with pytest.raises(SourceError, match=r"is installed, not 0\.0\.1"):
        write_docstrings("statsmodels==0.0.1", tmp_path / "raw")
    with pytest.raises(SourceError, match="not installed"):
        write_docstrings("no-such-distribution==1", tmp_path / "raw")
