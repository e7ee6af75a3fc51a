"""From the `kernels` of a run spec to the module that computes."""

from __future__ import annotations

from types import ModuleType

from scalinglaws.errors import UserError
from scalinglaws.kernels import fused, plain

KERNELS = {"fused": fused, "torch": plain}


def kernels_named(name: str) -> ModuleType:
    """`fused` or `plain`: modules of equal functions.

    Raises:
        UserError: no such kernels.
    """
    if name not in KERNELS:
        raise UserError(f"run spec: kernels is {name!r}, allowed: {', '.join(KERNELS)}")
    return KERNELS[name]
