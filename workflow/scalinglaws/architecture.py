"""An architecture by its name: what a run spec and the counts ask of it, and its model.

A file of architectures/ is an architecture, and its name is the file's. It is looked up by that
name and imported by nobody, so a new or changed one trains no run of another again: the file's
fingerprint is a parameter of its own runs alone (`architecture_code` in rules/common.smk).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from scalinglaws.errors import UserError

if TYPE_CHECKING:
    from scalinglaws.runspec import RunSpec

FOLDER = Path(__file__).parent / "architectures"
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Architecture(Protocol):
    """The functions that a file of architectures/ has; all but `build` do without torch."""

    def check(self, spec: RunSpec) -> None:
        """Raise UserError for a spec that is no model of this architecture."""

    def n_params(self, spec: RunSpec) -> int:
        """N, parameters without embeddings, biases and layer norms."""

    def embedding_params(self, spec: RunSpec) -> int:
        """Parameters of the embeddings."""

    def forward_flops_per_token(self, spec: RunSpec) -> float:
        """FLOPs of a forward pass a token, with embeddings, attention and softmax."""

    def build(self, spec: RunSpec) -> Any:
        """The freshly initialised `LanguageModel`; its weights depend on the spec alone."""


FUNCTIONS = ("check", "n_params", "embedding_params", "forward_flops_per_token", "build")


def architecture_names() -> list[str]:
    """All architectures, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if NAME.fullmatch(path.stem))


def architecture_file(name: str) -> Path:
    """The file of an architecture.

    Raises:
        UserError: there is no such architecture.
    """
    if name not in architecture_names():
        allowed = ", ".join(architecture_names())
        raise UserError(f"run spec: architecture is {name!r}, allowed: {allowed}")
    return FOLDER / f"{name}.py"


@cache
def architecture_named(name: str) -> Architecture:
    """The architecture of a name.

    Raises:
        UserError: there is none, or its file lacks a function.
    """
    path = architecture_file(name)
    module = import_module(f"scalinglaws.architectures.{name}")
    for function in FUNCTIONS:
        if not callable(getattr(module, function, None)):
            raise UserError(f"{path}: has no function {function}(spec); every architecture has")
    return cast("Architecture", module)


def check_layers_are_used_once(spec: RunSpec) -> None:
    """Raise UserError for a spec that reuses its layers; of use to most architectures."""
    if spec.reuse != 1:
        raise UserError(
            f"run spec: reuse is {spec.reuse}, must be 1 for the architecture "
            f"{spec.architecture!r}: only recurrent uses its layers again"
        )
