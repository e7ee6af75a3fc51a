"""Final weights on disk, as safetensors: no code is run when they are read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from scalinglaws.atomic import atomic_write
from scalinglaws.errors import UserError


def write_weights(path: Path, weights: dict[str, Tensor]) -> None:
    """Write named tensors, with their hash: safetensors has no checksum."""
    tensors = {name: tensor.contiguous() for name, tensor in weights.items()}
    with atomic_write(path) as partial:
        partial.write_bytes(save(tensors, {"sha256": _digest(tensors)}))


def load_weights(path: Path, model: nn.Module) -> None:
    """Load weights into a model of the same shape.

    Raises:
        UserError: the file is damaged or belongs to another model.
    """
    try:
        tensors = load_file(path)
        with safe_open(path, "pt") as file:
            if (file.metadata() or {}).get("sha256") != _digest(tensors):
                raise RuntimeError("other bytes than were written")
        model.load_state_dict(tensors)
    except Exception as error:  # what is damaged may raise anything
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise UserError(
            f"{path}: not the weights of this run ({reason}); delete it and run snakemake again"
        ) from error


def _digest(tensors: dict[str, Tensor]) -> str:
    """SHA-256 of names and contents, in the order of the names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].cpu().numpy().tobytes())
    return digest.hexdigest()
