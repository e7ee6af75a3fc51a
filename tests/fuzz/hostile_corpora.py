"""A user's folder of text, raw files of every reader, their manifests: sound ones, then harmed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from choices import Choices
from hostile import Case, Reader

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.declarations import FolderSource
from scalinglaws.corpora.hashes import raw_facts
from scalinglaws.corpora.readers.registry import READERS, read_documents
from scalinglaws.corpora.sources.folder import obtain_folder
from scalinglaws.errors import UserError

PROSE = (
    "It is a truth that the reader of a page will find in the text, and it is not for us to say. "
)
PAGES = (
    *(
        "plain words",
        PROSE * 4,
        f"<p>{PROSE * 4}</p>",
        "<div class=nav><p>x",
        "<p" * 500,
        "&#x110000;",
    ),
    *(
        "<![CDATA[",
        "<!--",
        "<script>" * 200,
        f"From: a\nSubject: b\n\n{PROSE * 3}\n-- \nme",
        "&#0;",
    ),
    "Content-Type: text/plain; charset=nonsense\n\nabc",
    "=?utf-8?b?!!?=",
    "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n--a--",
    "Content-Type: text/html; charset=idna\nContent-Transfer-Encoding: base64\n\n!!!!",
    "Content-Type: text/plain; charset*=x'y'%zz\n\nabc",
    'Content-Type: text/plain; charset="\0"\n\nabc',
    "Content-Type: message/rfc822\n\n" * 60,
    "Content-Transfer-Encoding: uuencode\nContent-Type: text/plain\n\nbegin 1 a\n%%%\n",
)
WIKI = (
    *("{{" * 300, "[[" * 300, "{|" * 300, "== A ==\n", "'''a'''", "<ref>", "<math>x</math>", "|}"),
    *(
        "[http://a b]",
        "<!--",
        "#redirect [[a]]",
        "* an item\n",
        PROSE * 5,
        "&nbsp;",
        "&amp;lt;",
        "\ue000",
    ),
    *(
        "{{lang|en|a}}",
        "[[File:a|b]]",
        "<table>" * 60,
        "ISBN 123456789",
        "(" * 300,
        "&#xD800;",
        "(",
    ),
)


def _line(choices: Choices) -> bytes:
    record = {"id": choices.text(), "text": choices.pick(PAGES) + choices.pick(PAGES)}
    if choices.once_in(5):
        record[choices.pick(["text", "id", "other"])] = choices.value()
    if choices.once_in(12):
        del record[choices.pick(["text", "id"])]
    if choices.once_in(12):
        return json.dumps(choices.value()).encode()
    if choices.once_in(20):
        return choices.pick(
            [b'{"origin": [', b'{"origin": [3]}', b'{"origin": ["a"], "x": 1}', b"", b"[" * 3000]
        )
    return json.dumps(record).encode()


def _jsonl(choices: Choices) -> bytes:
    return b"\n".join(_line(choices) for _ in range(choices.below(5)))


def _parquet(choices: Choices) -> bytes:
    n, out = choices.below(5), io.BytesIO()
    columns: dict = {
        "text": [choices.pick(PAGES) for _ in range(n)],
        "id": [f"{i}" for i in range(n)],
    }
    kind = choices.pick([pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())])
    columns["text"] = pa.array(columns["text"], pa.string()).cast(kind)
    if choices.once_in(6):
        other = [[1] * n, [None] * n, [b"\xff"] * n, [["a"]] * n, [{"a": 1}] * n]
        columns[choices.pick(["text", "id"])] = choices.pick(other)
    if choices.once_in(8):
        bad = pa.array([b"\xff\xfe"] * n, pa.binary())
        columns["text"] = pa.Array.from_buffers(pa.string(), n, bad.buffers())
    if choices.once_in(10):
        del columns[choices.pick(["text", "id"])]
    pq.write_table(pa.table(columns), out, compression="none")
    return out.getvalue()


def _wiki(choices: Choices) -> bytes:
    pages = ""
    for _ in range(choices.below(4)):
        body = "".join(choices.pick(WIKI) for _ in range(choices.below(8)))
        title = choices.pick(["A", "Talk: b", "List of c", choices.text()])
        pages += f"<title>{title}</title>\n  <text xml:space='preserve'>{body}\n</text>\n"
    return pages.encode("utf-8", "replace")


def _whole(choices: Choices, reader: str) -> bytes:
    page = {"title": "t", "extract": PROSE, "steps": ["a"], "ingredients": ["b"]}
    if reader == "squad_contexts":
        content: object = {"data": [{"paragraphs": [{"context": PROSE}, {"context": "a"}]}]}
    else:
        content = {"k": page, "l": dict(page)}
    if choices.once_in(3):
        page[choices.pick(["title", "extract", "steps", "ingredients"])] = choices.value()
    if choices.once_in(4):
        content = choices.value()
    if choices.once_in(8) and reader == "squad_contexts":
        content = {"data": [{"paragraphs": [choices.value()]}, choices.value()]}
    if choices.once_in(10):
        del page[choices.pick(["title", "extract", "steps"])]
    return json.dumps(content).encode()


def _squeezed(choices: Choices, content: bytes) -> bytes:
    kind = choices.below(12)
    if kind == 10:
        return choices.damaged(gzip.compress(content, 1))
    return choices.damaged(pa.compress(content, "zstd", asbytes=True)) if kind == 11 else content


def _folder(choices: Choices, folder: Path) -> Case:
    """A folder through its manifest, as `obtain_folder` writes it or as somebody harmed it."""
    texts, raw = folder / "texts", folder / "raw"
    texts.mkdir(exist_ok=True)
    for old in texts.iterdir():
        old.unlink()
    ending = choices.pick([".txt", ".jsonl", ".parquet", ".jsonl.gz", ".jsonl.zst"])
    if ending == ".txt":
        text = choices.text() + choices.pick(PAGES)
        content = text.encode(choices.pick(["utf-8", "utf-8", "utf-16", "cp1252"]), "replace")
    else:
        content = _parquet(choices) if ending == ".parquet" else _jsonl(choices)
        content = gzip.compress(content, 1) if ending.endswith("gz") else content
        content = pa.compress(content, "zstd", asbytes=True) if ending.endswith("zst") else content
    (texts / f"a{ending}").write_bytes(choices.damaged(content))
    id_field = choices.pick([None, "id", "other"])
    field = choices.pick(["text", "text", "text", "other"])
    source = FolderSource(kind="folder", path=str(texts), text_field=field, id_field=id_field)
    if choices.once_in(6):
        files = (choices.pick(["**/*", "*.txt", "../*", "/etc/*", "", "[", "**", "**a", "\0"]),)
        source = source.model_copy(update={"files": files})
    obtain_folder(source, raw, 2**20, folder) if not choices.once_in(4) else _manifest(
        choices, texts, raw
    )

    def read() -> None:
        for _ in read_documents(raw, "folder"):
            pass
        raw_facts(raw)

    return Case(read)


def _manifest(choices: Choices, texts: Path, raw: Path) -> None:
    lines = [{"path": str(texts), "text_field": "text", "id_field": None}]
    for file in texts.iterdir():
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        lines.append({"name": file.name, "bytes": file.stat().st_size, "sha256": digest})
    line = choices.pick(lines)
    key = choices.pick([*line])
    line[key] = choices.pick(["../../x", "/etc/hostname", "\0", "x" * 3000, choices.value()])
    if choices.once_in(3):
        del line[choices.pick([*line])]
    if choices.once_in(6):
        lines = choices.pick([[], [choices.value()], lines[1:]])
    raw.write_bytes(choices.damaged(b"\n".join(json.dumps(one).encode() for one in lines)))


def build(choices: Choices, folder: Path) -> Case:
    """A raw file of one of the readers of the catalogue."""
    reader = choices.pick(["folder", "folder", *READERS])
    if reader == "folder":
        try:
            return _folder(choices, folder)
        except (SourceError, UserError) as error:
            return Case(lambda error=error: _raise(error), True)
    raw = folder / "raw"
    if reader in ("json_extracts", "recipes", "squad_contexts"):
        content = _whole(choices, reader)
    elif reader == "mediawiki_xml":
        content = _wiki(choices)
    elif reader == "verses":
        verses = [{"book": "a", "chapter": i // 2, "text": "b"} for i in range(choices.below(4))]
        if verses and choices.once_in(3):
            verses[-1][choices.pick(["book", "chapter", "text"])] = choices.value()
        if verses and choices.once_in(6):
            del verses[0][choices.pick(["book", "chapter", "text"])]
        content = b"\n".join(json.dumps(verse).encode() for verse in verses)
    else:
        content = _jsonl(choices)
    raw.write_bytes(_squeezed(choices, choices.damaged(content)))

    def read() -> None:
        for _ in read_documents(raw, reader):
            pass
        raw_facts(raw)

    return Case(read)


def _raise(error: Exception) -> None:
    raise error


READER = Reader(build, (UserError, SourceError), ("not JSON", "cannot be read", "not UTF-8"))
