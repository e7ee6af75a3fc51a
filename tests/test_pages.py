"""The documentation: a page a law, and results filled in rather than typed."""

from pathlib import Path

from scalinglaws.laws.names import SLUGS
from scalinglaws.pages import BLOCK, filled_pages

ROOT = Path(__file__).parents[1]


def test_every_law_has_a_page_that_shows_its_own_summary():
    for law, slug in SLUGS.items():
        text = (ROOT / "docs" / "laws" / f"{slug}.md").read_text(encoding="utf-8")
        assert BLOCK.findall(text) == [f"results/kaplan2020/laws/{slug}.txt"], law
    index = (ROOT / "docs" / "laws" / "README.md").read_text(encoding="utf-8")
    assert all(f"({slug}.md)" in index for slug in SLUGS.values())


def test_results_are_filled_in_and_kept_where_they_are_missing(tmp_path):
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text("a\n<!-- results/x.txt -->\nold\n<!-- end -->\nb\n")
    assert filled_pages(tmp_path)[page] == page.read_text()
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "x.txt").write_text("new\n")
    assert "```text\nnew\n```" in filled_pages(tmp_path)[page]
    assert "old" not in filled_pages(tmp_path)[page]
