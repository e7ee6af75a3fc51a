"""The how-to pages as a reader follows them: each example goes into the file named before it."""

import re
from pathlib import Path
from typing import NamedTuple

import yaml

from scalinglaws.study import load_yaml, merge

# "..., `path/of/a.file`, some words:" and then the block.
EXAMPLE = re.compile(r"`([\w.-]+/[\w./-]+)`[^`]*:\n\n```\w+\n(.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A block of a page and the file that it goes into."""

    path: str
    text: str

    @property
    def is_entry(self) -> bool:
        """Whether it is an entry of a configuration, not a whole file."""
        return self.path.endswith(".yaml")


def examples(page: Path) -> list[Example]:
    """The examples of a page, in its order."""
    return [Example(*found) for found in EXAMPLE.findall(page.read_text(encoding="utf-8"))]


def follow(page: Path, root: Path) -> None:
    """Do in the checkout at ``root`` what a page says: write its files, add its entries."""
    for example in examples(page):
        path = root / example.path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = example.text
        if example.is_entry:
            entries = merge(load_yaml(path), yaml.safe_load(text))
            text = yaml.safe_dump(entries, sort_keys=False)
        path.write_text(text, encoding="utf-8")
