"""How a run is started where a study's `execution` says: by python, or by torchrun as several."""

from __future__ import annotations

from scalinglaws.settings import Execution


def launcher(execution: Execution) -> list[str]:
    """What stands before the script: python, or torchrun with a process a device."""
    if execution.processes == 1:
        return ["python"]
    torchrun = ["python", "-m", "torch.distributed.run", "--standalone"]
    # Without the dashes torchrun would take our --run for a flag of its own.
    return [*torchrun, f"--nproc-per-node={execution.processes}", "--"]


def where_flags(execution: Execution) -> list[str]:
    """The flags of train.py that say where; they have no part in a run's name."""
    flags = ["--device", execution.device]
    if execution.micro_batch_tokens:
        flags += ["--micro-batch-tokens", str(execution.micro_batch_tokens)]
    return [*flags, "--sharded"] if execution.sharded else flags
