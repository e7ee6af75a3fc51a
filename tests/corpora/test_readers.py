"""Readers by name."""

import json
from typing import get_args

import pytest

from scalinglaws.corpora.catalogue import Corpus
from scalinglaws.corpora.readers import READERS, read_documents
from scalinglaws.errors import UserError


def test_json_extracts(tmp_path):
    path = tmp_path / "raw"
    pages = {"A": {"title": "A", "extract": "One\xa0two."}, "B": {"title": "B", "extract": " "}}
    path.write_text(json.dumps(pages))
    assert list(read_documents(path, "json_extracts")) == [("A", "A\n\nOne two.")]


def test_jsonl(tmp_path):
    path = tmp_path / "raw"
    path.write_text('{"id": "a", "text": "x\\ny"}\n\n{"id": "b", "text": ""}\n')
    assert list(read_documents(path, "jsonl")) == [("a", "x\ny"), ("b", "")]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}'])
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "raw"
    path.write_text('{"id": "a", "text": "x"}\n' + line)
    with pytest.raises(UserError, match="line 2"):
        list(read_documents(path, "jsonl"))


def test_names_agree_with_the_catalogue(tmp_path):
    assert set(READERS) == set(get_args(Corpus.model_fields["reader"].annotation))
    with pytest.raises(UserError, match="mediawiki_xml"):
        read_documents(tmp_path, "nonsense")
