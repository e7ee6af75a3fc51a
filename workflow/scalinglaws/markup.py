"""Tables of text as Markdown and as LaTeX, line by line, and links to headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    return [_bar(header), _bar(["---"] * len(header)), *map(_bar, rows)]


def latex_tabular(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a tabular with booktabs' rules, to be put into a float; cells are LaTeX."""
    return [
        rf"\begin{{tabular}}{{{'l' * len(header)}}}",
        r"\toprule",
        _latex_row(header),
        r"\midrule",
        *map(_latex_row, rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]


def anchor(title: str) -> str:
    """The name that readers of Markdown give to a heading."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _bar(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _latex_row(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"
