"""Where a run is computed: device, processes, windows a pass; no part of what is computed.

Processes are started by torchrun and do the same steps on shares of each batch: what one process
computes, several compute up to the order of sums. The first one alone speaks and writes.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

from scalinglaws.errors import UserError
from scalinglaws.runspec import RunSpec

# A process may wait that long for the first one, which waits for another trainer of its run; one
# that is lost is no reason to wait: torchrun ends the others.
PATIENCE = timedelta(days=1)
PRECISIONS = {"bfloat16": torch.bfloat16}  # of products; others are those of the parameters


@dataclass(frozen=True)
class Devices:
    """The device of this process, and its place among those that train the run together.

    Attributes:
        device: "cpu" or "cuda:0".
        rank: of this process, from 0.
        processes: how many train the run.
        micro_batch_tokens: most tokens of one pass; gradients of several are added. None: all.
        sharded: parameters, gradients and moments are split over the processes (FSDP2).
    """

    device: str = "cpu"
    rank: int = 0
    processes: int = 1
    micro_batch_tokens: int | None = None
    sharded: bool = False

    @property
    def first(self) -> bool:
        """Whether this process speaks and writes for all."""
        return self.rank == 0

    @property
    def on_cpu(self) -> bool:
        """Whether it computes on the CPU."""
        return self.device == "cpu"

    def check(self, spec: RunSpec) -> None:
        """Raise UserError for a run that cannot be trained here."""
        if spec.kernels == "fused" and not (self.on_cpu and spec.precision == "float32"):
            raise UserError(
                "kernels: fused computes in float32 on the CPU alone: set training.kernels: torch "
                f"for {spec.precision} on {self.device.split(':')[0]}"
            )
        sequences = spec.batch_tokens // spec.n_ctx
        if sequences < self.processes:
            raise UserError(
                f"{self.processes} processes, but a batch of {sequences} windows: "
                "start at most one a window"
            )
        if self.sharded:
            self._check_sharded(spec, sequences)

    def _check_sharded(self, spec: RunSpec, sequences: int) -> None:
        """Sharded passes are made by all processes together, so that each needs as many."""
        if self.processes == 1:
            raise UserError("sharded: needs several processes, started by torchrun")
        if sequences % self.processes:
            raise UserError(
                f"sharded: {self.processes} processes must divide the {sequences} windows "
                "of a batch"
            )
        for name, off in (
            ("noise_tokens", 0),
            ("early_stopping_patience", 0),
            ("optimizer", "adam"),
        ):
            if getattr(spec, name) != off:
                raise UserError(f"sharded: not with {name}; it must be {off!r}")

    def share(self, n: int) -> slice:
        """This process's part of n windows; parts differ by one at most."""
        return slice(n * self.rank // self.processes, n * (self.rank + 1) // self.processes)

    def passes(self, windows: np.ndarray, most_tokens: int | None = None) -> Iterator[Tensor]:
        """The windows (any number, n_ctx + 1) on the device, as many as one pass may take."""
        most = self.micro_batch_tokens or most_tokens
        size = max(most // (windows.shape[1] - 1), 1) if most else len(windows)
        for start in range(0, len(windows), size):
            tokens = torch.from_numpy(windows[start : start + size])
            if not self.on_cpu:  # from pinned memory the copy runs beside the computation
                tokens = tokens.pin_memory().to(self.device, non_blocking=True)
            yield tokens

    def autocast(self, precision: str) -> AbstractContextManager[Any]:
        """Products of this precision in the block; parameters stay as they are."""
        if precision not in PRECISIONS:
            return nullcontext()
        return torch.autocast(self.device.split(":")[0], PRECISIONS[precision])

    def sum(self, tensor: Tensor) -> Tensor:
        """The sum over all processes, in place."""
        if self.processes > 1:
            dist.all_reduce(tensor)
        return tensor

    def concatenate(self, tensor: Tensor) -> Tensor:
        """The tensors of all processes, which are of one shape, along the first dimension."""
        if self.processes == 1:
            return tensor
        parts = [torch.empty_like(tensor) for _ in range(self.processes)]
        dist.all_gather(parts, tensor.contiguous())
        return torch.cat(parts)

    def agreed(self, flag: bool) -> bool:
        """What the first process says: clocks are asked by it alone."""
        if self.processes == 1:
            return flag
        said = torch.tensor([flag])
        dist.broadcast(said, src=0)
        return bool(said)

    def of_first(self, value: Any) -> Any:
        """What the first process has: files are read by it alone."""
        if self.processes == 1:
            return value
        box = [value if self.first else None]
        dist.broadcast_object_list(box, src=0)
        return box[0]

    def random_states(self) -> list[dict[str, Tensor]]:
        """States of the random generators of every process."""
        mine = {"cpu": torch.get_rng_state()}
        if not self.on_cpu:
            mine["cuda"] = torch.cuda.get_rng_state(self.device)
        if self.processes == 1:
            return [mine]
        states: list[Any] = [None] * self.processes
        dist.all_gather_object(states, mine)
        return states

    def set_random_states(self, states: list[dict[str, Tensor]]) -> None:
        """Go back to `random_states()`; those of fewer processes leave the others as they are."""
        if self.rank < len(states):
            torch.set_rng_state(states[self.rank]["cpu"])
            if not self.on_cpu and "cuda" in states[self.rank]:
                torch.cuda.set_rng_state(states[self.rank]["cuda"], self.device)

    def facts(self) -> dict[str, Any]:
        """What the sidecar tells of them; the memory is the most that this process held, MiB."""
        name, peak = platform.processor() or platform.machine(), None
        if not self.on_cpu:
            name = torch.cuda.get_device_name(self.device)
            peak = round(torch.cuda.max_memory_allocated(self.device) / 2**20)
        return {
            "device": self.device.split(":")[0],
            "device_name": name,
            "device_peak_mib": peak,
            "processes": self.processes,
            "micro_batch_tokens": self.micro_batch_tokens,
            "sharded": self.sharded,
        }


ALONE = Devices()  # one process on the CPU


@contextmanager
def started(kind: str, micro_batch_tokens: int | None, sharded: bool) -> Iterator[Devices]:
    """The devices of this process, one of several where torchrun started it.

    Args:
        kind: "cpu" or "cuda"; a process takes the GPU of its number on its machine.
        micro_batch_tokens: see `Devices`.
        sharded: see `Devices`.

    Raises:
        UserError: no GPU of that number is seen.
    """
    rank, processes = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    device, backend = "cpu", "gloo"
    if kind == "cuda":
        # Read when CUDA starts; without it cuBLAS is not repeatable.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        number = int(os.environ.get("LOCAL_RANK", 0))
        if number >= torch.cuda.device_count():
            raise UserError(
                f"device: cuda, but torch sees {torch.cuda.device_count()} GPUs and process "
                f"{number} of this machine needs one of its own: set execution.device: cpu or "
                "fewer execution.processes, or install a torch with CUDA"
            )
        device, backend = f"cuda:{number}", "cpu:gloo,cuda:nccl"
        torch.cuda.set_device(device)
    if processes > 1:
        dist.init_process_group(backend, timeout=PATIENCE)
    try:
        yield Devices(device, rank, processes, micro_batch_tokens, sharded)
    finally:
        if processes > 1:
            dist.destroy_process_group()
