"""Where a result stands in the report: its category in the menu, its labels in the list.

Snakemake sorts both by their text. It turns a label into a switch between two lists where half of
the results have one value and half the other, so a result has no label but its title and whose
runs it shows: another one, with two values by chance, would be a switch between things that differ.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from scalinglaws.errors import UserError

PAPERS_STUDY = "kaplan2020"
PARTS = {  # headings of the paper that have figures, shortened to fit the menu
    "1": "Introduction",
    "3": "Basic power laws",
    "4": "Infinite data, overfitting",
    "5": "Model size, training time",
    "6": "Allocation of compute",
    "A": "Summary of power laws",
    "B": "Compute-efficient frontier",
    "D": "Supplemental figures",
}
BEYOND = "Beyond the paper"
PART = re.compile(r"(?:Sec\.|App\.) (\w)")


def entry_of_script(script: Path) -> dict:
    """What figures.yaml would say of a figure that is not in it: its script's docstring.

    Raises:
        UserError: the script has no docstring.
    """
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))
    if not text:
        raise UserError(f"{script}: has no docstring; write the title, then the caption")
    title, _, caption = text.partition("\n")
    return {"title": title.rstrip("."), "section": BEYOND, "caption": " ".join(caption.split())}


def figure_category(figure: dict) -> str:
    """The part of the paper that an entry of figures.yaml belongs to, or its section as it is."""
    part = PART.match(figure["section"])
    if not part:
        return figure["section"]
    return f"§ {part[1]} {PARTS.get(part[1], '')}".rstrip()


def figure_title(name: str, figure: dict) -> str:
    """ "Figure 5: Shape at fixed size"; a figure that the paper does not have has no number."""
    number = re.fullmatch(r"figure_(\d+)", name)
    return f"Figure {int(number[1])}: {figure['title']}" if number else figure["title"]


def runs_of(study: str) -> str:
    """Whose runs a result shows. The capital sorts a trained study first, so it is seen first."""
    return "paper's points" if study == PAPERS_STUDY else f"Study {study}"


def labels(title: str, study: str) -> dict[str, str]:
    """Labels of one result."""
    return {"result": title, "runs": runs_of(study)}
