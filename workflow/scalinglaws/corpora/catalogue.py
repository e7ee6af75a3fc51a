"""The catalogue of corpora: config/corpora.yaml, read and checked."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PositiveInt, ValidationError, model_validator

from scalinglaws.corpora.declarations import Source, Strict
from scalinglaws.errors import UserError
from scalinglaws.wording import one_line, shown
from scalinglaws.yaml_file import load_yaml

Share = Annotated[float, Field(ge=0, le=1)]
Reader = Literal[
    "chapters",
    "folder",
    "html_manuals",
    "json_extracts",
    "jsonl",
    "mail",
    "mediawiki_xml",
    "plays",
    "python_code",
    "recipes",
    "squad_contexts",
    "verses",
]


class Shares(Strict):
    """Shares of the documents a split, between 0 and 1, with the sum 1."""

    train: Share
    validation: Share
    test: Share

    @model_validator(mode="after")
    def _sum_to_one(self) -> "Shares":
        if abs(self.train + self.validation + self.test - 1) > 1e-9:
            raise ValueError("shares must have the sum 1")
        return self


class Corpus(Strict):
    """One corpus: what its text is, which bytes it is made of and where they can be had.

    A corpus without `sha256` says in `unpinned` why; the hash of what was read is then written to
    the data card, which is all that can be known about its identity.
    """

    title: str
    description: str
    version: str
    licence: str
    bytes: PositiveInt | None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None
    unpinned: str | None = None
    evaluation_only: bool = False
    reader: Reader
    shares: Shares
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _pinned_or_explained(self) -> "Corpus":
        given = [self.bytes is not None, self.sha256 is not None, self.unpinned is None]
        if any(given) != all(given):
            raise ValueError("want bytes and sha256, or both null and in `unpinned` the reason why")
        return self

    @model_validator(mode="after")
    def _evaluation_only(self) -> "Corpus":
        if self.evaluation_only and self.shares.test != 1:
            raise ValueError(
                "evaluation_only: this text must not be trained on; "
                "shares must be {train: 0, validation: 0, test: 1}"
            )
        return self

    @property
    def identity(self) -> str:
        """What the raw file depends on: its hash, or the sources where there is none."""
        return self.sha256 or json.dumps([source.model_dump() for source in self.sources])


def load_catalogue(path: Path | str) -> dict[str, Corpus]:
    """Corpora by name. Raises UserError with file, key, what was given and what is allowed."""
    if not Path(path).exists():
        raise UserError(f"{path}: missing; it lists the corpora")
    given = load_yaml(Path(path))
    return {str(name): parse_corpus(entry, f"{path}: {name}") for name, entry in given.items()}


def check_use(catalogue: Mapping[str, Corpus], train: str, names: Iterable[str]) -> None:
    """Raises UserError if a study names a corpus that is unknown, or trains on one without text.

    `train` is the training corpus of the study, `names` all of its corpora.
    """
    for name in names:
        if name not in catalogue:
            known = ", ".join(catalogue)
            raise UserError(f"corpora: given {name!r}, config/corpora.yaml has: {known}")
    if not catalogue[train].shares.train:
        reason = (
            "is for evaluation only" if catalogue[train].evaluation_only else "has no train share"
        )
        raise UserError(f"corpora.train: given {train!r}, which {reason} in config/corpora.yaml")


def parse_corpus(entry: object, place: str) -> Corpus:
    """Check one entry; `place` stands at the head of the message of a UserError."""
    try:
        return Corpus.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = one_line(".".join(str(part) for part in first["loc"]) or "entry")
        message = one_line(first["msg"].removeprefix("Value error, "))
        raise UserError(f"{place}: {key}: {message}, given {shown(first['input'])}") from None
