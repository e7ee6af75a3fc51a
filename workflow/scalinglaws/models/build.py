"""From a run spec to its model."""

from __future__ import annotations

from scalinglaws.architecture import architecture_named
from scalinglaws.models.language_model import LanguageModel
from scalinglaws.runspec import RunSpec


def build_model(spec: RunSpec) -> LanguageModel:
    """The freshly initialised model of a spec; weights depend on the spec alone."""
    return architecture_named(spec.architecture).build(spec)
