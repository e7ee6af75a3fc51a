"""Reading a dump: which pages become documents, and what their text is."""

from scalinglaws.corpora.mediawiki import read_articles, read_pages

PROSE = "The quick brown fox jumps over the lazy dog, and the dog does not mind it at all. " * 4


def page(title: str, text: str, close: str = "</text>\n") -> str:
    return (
        f"  <page>\n    <title>{title}</title>\n    <revision>\n      <comment>&lt;text</comment>\n"
        f'      <text xml:space="preserve">{text}{close}    </revision>\n  </page>\n'
    )


def dump(tmp_path, *pages):
    path = tmp_path / "dump"
    path.write_text("<mediawiki>\n" + "".join(pages), encoding="utf-8")
    return path


def test_entities_are_undone_twice(tmp_path):
    path = dump(
        tmp_path, page("A &amp; B", f"{PROSE}\n\n10&amp;nbsp;km, &lt;i&gt;so&lt;/i&gt;. {PROSE}")
    )
    (title, text), *_ = read_articles(path)
    assert title == "A & B"
    assert text == f"A & B\n\n{PROSE.strip()}\n\n10 km, so. {PROSE.strip()}"


def test_only_articles_of_prose_are_kept(tmp_path):
    path = dump(
        tmp_path,
        page("Kept", PROSE),
        page("Redirect", "#REDIRECT [[Kept]]\n" + PROSE),
        page("Wikipedia:About", PROSE),
        page("User talk:X", PROSE),
        page("Batman: Year One", PROSE),
        page("List of dogs", PROSE),
        page("Stub", "Too short."),
        page("Names", "\n".join(f"* {PROSE}" for _ in range(3))),
        page("Empty", "").replace('preserve"></text>', 'preserve" />'),
    )
    assert [title for title, _ in read_articles(path)] == ["Kept", "Batman: Year One"]


def test_a_cut_dump_loses_its_unfinished_paragraph_only(tmp_path):
    path = tmp_path / "dump"
    whole = page("Whole", "x")
    head = page("Cut", "One.\n\nTwo.\n\nThr", close="").split("    </revision>")[0]
    path.write_bytes((whole + head + "é").encode()[:-1])  # in the middle of a character
    assert list(read_pages(path)) == [("Whole", "x"), ("Cut", "One.\n\nTwo.")]
