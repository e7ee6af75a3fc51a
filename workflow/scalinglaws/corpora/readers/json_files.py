"""Readers of raw files that are JSON made by somebody else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from scalinglaws.corpora.jsonl import read_records
from scalinglaws.errors import UserError
from scalinglaws.wording import one_line

Documents = Iterator[tuple[str, str]]


def read_json_extracts(path: Path) -> Documents:
    """First sections of articles: one JSON object {key: {"title", "extract", ...}}.

    The title becomes the first line, as in the articles of `mediawiki_xml`. A no-break space is
    written as a space, as there.
    """
    with _in_form(path):
        for key, page in _load(path).items():
            if extract := page["extract"].replace("\xa0", " ").strip():
                yield key, f"{page['title']}\n\n{extract}"


def read_recipes(path: Path) -> Documents:
    """Recipes: one JSON object {key: {"title", "ingredients": [..], "steps": [..], ...}}.

    Title, ingredients a line each, steps a line each. Recipes without steps are left out.
    """
    with _in_form(path):
        for key, recipe in _load(path).items():
            if recipe["steps"]:
                parts = [[recipe["title"]], recipe["ingredients"] or [], recipe["steps"]]
                yield key, "\n\n".join("\n".join(lines).strip() for lines in parts if lines)


def read_verses(path: Path) -> Documents:
    """Scripture as JSONL {"book", "chapter", "text"} a verse: a document a chapter."""
    verses = (record for _, record in read_records(path))
    with _in_form(path):
        for (book, chapter), group in groupby(verses, lambda v: (v["book"], v["chapter"])):
            yield f"{book} {chapter}", "\n".join(verse["text"].strip() for verse in group)


def read_squad_contexts(path: Path) -> Documents:
    """The distinct paragraphs that a data set in the format of SQuAD asks its questions about."""
    with _in_form(path):
        articles = _load(path)["data"]
        paragraphs = (p["context"] for article in articles for p in article["paragraphs"])
        distinct = dict.fromkeys(text.strip() for text in paragraphs)
    yield from ((str(number), text) for number, text in enumerate(distinct))


@contextmanager
def _in_form(path: Path) -> Iterator[None]:
    """Raises UserError where the JSON is sound and yet not built as the reader needs it."""
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        problem = f"no {error}" if isinstance(error, KeyError) else one_line(error)
        raise UserError(f"{path}: not in the form of this reader ({problem})") from None


def _load(path: Path) -> dict:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON ({error}); fetch the file again") from None
