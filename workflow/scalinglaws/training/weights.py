"""Final weights on disk, as safetensors: no code is run when they are read."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from scalinglaws.atomic import atomic_write
from scalinglaws.errors import UserError


def write_weights(path: Path, weights: dict[str, Tensor]) -> None:
    """Write named tensors."""
    with atomic_write(path) as partial:
        partial.write_bytes(save({name: tensor.contiguous() for name, tensor in weights.items()}))


def load_weights(path: Path, model: nn.Module) -> None:
    """Load weights into a model of the same shape.

    Raises:
        UserError: the file is damaged or belongs to another model.
    """
    try:
        model.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(
            f"{path}: not the weights of this run ({reason}); delete it and run snakemake again"
        ) from error
