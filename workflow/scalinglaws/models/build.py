"""From a run spec to its model."""

from __future__ import annotations

from scalinglaws.errors import UserError
from scalinglaws.models.language_model import LanguageModel
from scalinglaws.models.lstm import LSTM
from scalinglaws.models.recurrent import RecurrentTransformer
from scalinglaws.models.transformer import Transformer
from scalinglaws.runspec import RunSpec

ARCHITECTURES: dict[str, type[LanguageModel]] = {
    "transformer": Transformer,
    "recurrent": RecurrentTransformer,
    "lstm": LSTM,
}


def build_model(spec: RunSpec) -> LanguageModel:
    """The freshly initialised model of a spec; weights depend on the spec alone.

    Raises:
        UserError: the spec names an architecture that does not exist.
    """
    if spec.architecture not in ARCHITECTURES:
        allowed = ", ".join(ARCHITECTURES)
        raise UserError(f"run spec: architecture is {spec.architecture!r}, allowed: {allowed}")
    return ARCHITECTURES[spec.architecture](spec)
