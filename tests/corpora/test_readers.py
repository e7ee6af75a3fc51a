"""Readers by name."""

import json
from typing import get_args

import pytest

from scalinglaws.corpora.catalogue import Corpus
from scalinglaws.corpora.readers.registry import READERS, read_documents
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


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": "a", "text": null}', "\xff"])
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "raw"
    path.write_text('{"id": "a", "text": "x"}\n' + line, encoding="latin-1")
    with pytest.raises(UserError, match=r"raw, line 2: [^\n]*$"):
        list(read_documents(path, "jsonl"))


def test_names_agree_with_the_catalogue(tmp_path):
    assert set(READERS) == set(get_args(Corpus.model_fields["reader"].annotation))
    with pytest.raises(UserError, match="mediawiki_xml"):
        read_documents(tmp_path, "nonsense")


def as_jsonl(path, **texts):
    path.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in texts.items()))
    return path


def test_recipes(tmp_path):
    path = tmp_path / "raw"
    soup = {"title": "Soup", "ingredients": ["water", "salt"], "steps": ["Boil.", "Serve."]}
    path.write_text(json.dumps({"a": soup, "b": soup | {"steps": []}}))
    expected = [("a", "Soup\n\nwater\nsalt\n\nBoil.\nServe.")]
    assert list(read_documents(path, "recipes")) == expected


def test_verses_are_gathered_by_chapter(tmp_path):
    path = tmp_path / "raw"
    verses = [("Genesis", 1, "In the beginning"), ("Genesis", 1, " And "), ("Exodus", 1, "Now")]
    lines = [json.dumps({"book": b, "chapter": c, "text": t}) for b, c, t in verses]
    path.write_text("\n".join(lines))
    expected = [("Genesis 1", "In the beginning\nAnd"), ("Exodus 1", "Now")]
    assert list(read_documents(path, "verses")) == expected


def test_squad_contexts_once_each(tmp_path):
    path = tmp_path / "raw"
    first, second = [{"context": "A "}, {"context": "B"}], [{"context": "A"}]
    data = [{"paragraphs": first}, {"paragraphs": second}]
    path.write_text(json.dumps({"data": data}))
    assert list(read_documents(path, "squad_contexts")) == [("0", "A"), ("1", "B")]


def test_chapters_and_plays(tmp_path):
    path = as_jsonl(tmp_path / "raw", a="One\r\n two.\r\n \r\nThree.\n", b=" \n")
    assert list(read_documents(path, "chapters")) == [("a", "One two.\n\nThree.")]
    path = as_jsonl(tmp_path / "raw", a="\n  To be  \nor not\n\n\n\nto be.\n")
    assert list(read_documents(path, "plays")) == [("a", "To be\nor not\n\nto be.")]


def test_code_is_taken_as_it_is(tmp_path):
    code = "def f(x):\n    return x\n\n\n" * 30
    texts = {"good": code, "short": "x = 1", "table": "1, " * 400 + code, "long": code * 300}
    path = as_jsonl(tmp_path / "raw", **texts)
    assert list(read_documents(path, "python_code")) == [("good", code)]


MAIL = """From: a@example.org
Subject: Re: dogs
Content-Type: text/plain; charset=no-such-charset

On Mon, Jan 01, 2002 at 10:00, somebody wrote:
> Quoted words that somebody else has written and nobody wants.

The first paragraph is wrapped
at some width and names a@example.org and http://example.org/x only.

{table}

A second paragraph, long enough to be kept among the others here.
--
The signature is dropped, however long and full of words it may be.
"""


def test_mail_is_what_its_sender_wrote(tmp_path):
    mail = MAIL.format(table="| 1 | 2 | 3 |\n+---+---+---+ 123456789 123456789")
    page = "<html><head>no</head><p>%s</p><script>no</script>" % ("Words &amp; more words. " * 8)
    page = f"Content-Type: text/html\n\n{page}"
    path = as_jsonl(tmp_path / "raw", a=mail, again=mail, short="Subject: x\n\nToo short.", h=page)
    documents = dict(read_documents(path, "mail"))
    assert documents == {
        "a": "The first paragraph is wrapped at some width and names and only.\n\n"
        "A second paragraph, long enough to be kept among the others here.",
        "h": ("Words & more words. " * 8).strip(),
    }


SENTENCE = "This is the {} of the paragraphs that are in the manual, and it is to be kept. "
PAGE = """<html><head><title>No</title></head><body class="nav">
<div class="sphinxsidebar"><div><p>{nav}</div></div>
<h1>Heading</h1><p>{first}<pre>code {code}</pre>
<ul><li>{second}<li>short item</ul>
<table><tr><td>{table}</table>
<p>a_b_c(1, 2) == d_e_f(3, 4); g[5] = {{6: 7}}; h.i.j.k(8, 9); 123456789, 987654321;
<p>See <a href="x">the first</a> &amp; <em>the last</em> of
<br>them, which is in a list of the parts.</p>
"""


def test_manuals_keep_running_english(tmp_path):
    names = ("nav", "first", "code", "second", "table")
    page = PAGE.format(**{name: SENTENCE.format(name) * 2 for name in names})
    path = as_jsonl(tmp_path / "raw", a=page, b=page, c="<p>Short.")
    ((name, text),) = read_documents(path, "html_manuals")
    assert name == "a"
    assert text == "\n\n".join(
        [
            (SENTENCE.format("first") * 2).strip(),
            (SENTENCE.format("second") * 2).strip(),
            "See the first & the last of them, which is in a list of the parts.",
        ]
    )
