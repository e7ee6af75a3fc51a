"""What a cluster must grant a job: memory and time of a run, from its spec; and a GPU's memory.

Memory was measured on thirteen runs of the default study: the peak of each lay between 76 and 90 %
of the estimate without Snakemake's own share. Time comes from the cost model (`scalinglaws.cost`):
over 121 runs of the default study the logarithm of measured over estimated core-seconds has a
standard deviation of 0.25, and the slowest took 2.6 times its estimate while other work shared the
machine. A job that is killed for either is given more at its next attempt.
"""

from __future__ import annotations

import math

from scalinglaws.compute import total_params
from scalinglaws.runspec import NOISE_BATCHES, RunSpec
from scalinglaws.settings import Execution

MIB = 2**20
BASE_MIB = 400  # Python, torch, the tokens that are being read
ENGINE_MIB = 300  # on a cluster each job is started by a Snakemake of its own
BYTES_PER_PARAM = 16  # weight, gradient and Adam's two moments in float32
MOMENTS = 8  # of them, which Adafactor does without
# Of a process that uses a GPU, for CUDA itself; guessed, not measured.
CUDA_HOST_MIB, CUDA_DEVICE_MIB = 4000, 900
ACTIVATIONS_PER_LAYER = 24  # float32 numbers a token, in units of d_model
TEST_TOKENS = 16384  # in a pass of a test on a GPU, without micro-batches
LOGITS = 3  # without fused kernels: logits, their softmax, their gradient
MARGIN, START_MINUTES = 3.0, 2.0  # a job may take three times its estimate


def state_bytes(spec: RunSpec, tokens: int) -> int:
    """Bytes of weights, gradients, Adam's moments, and activations of ``tokens`` trained at once.

    Activations are kept for every layer, of a recurrent model for each time it is used.
    """
    passes = spec.n_layer * spec.reuse
    floats = ACTIVATIONS_PER_LAYER * passes * spec.d_model
    if spec.kernels == "torch":
        floats += LOGITS * spec.n_vocab + 2 * passes * spec.n_heads * spec.n_ctx
    each = BYTES_PER_PARAM - (MOMENTS if spec.optimizer == "adafactor" else 0)
    return each * total_params(spec) + 4 * floats * tokens


def process_bytes(spec: RunSpec, execution: Execution) -> int:
    """Bytes that one process of a run holds, besides its programs, on the device it computes on.

    It holds the tokens of a pass: of its share of a batch, of the noise scale, of a test.
    """
    share = max(-(-spec.batch_tokens // execution.processes), spec.noise_tokens // NOISE_BATCHES)
    if execution.device == "cuda":
        share = max(share, TEST_TOKENS)
    tokens = min(share, max(execution.micro_batch_tokens or share, spec.n_ctx))
    states = state_bytes(spec, 0)
    kept = states // execution.processes if execution.sharded else states
    return kept + state_bytes(spec, tokens) - states


def memory_mib(spec: RunSpec, attempt: int = 1, execution: Execution | None = None) -> int:
    """Memory of a training or scoring job, MiB; doubled at each further attempt.

    Without `execution` one process on the CPU. With a GPU the activations are on it; a checkpoint
    is put together in memory.
    """
    execution = execution or Execution()
    need = execution.processes * (BASE_MIB + process_bytes(spec, execution) / MIB)
    if execution.device == "cuda":
        need = execution.processes * CUDA_HOST_MIB + 2 * state_bytes(spec, 0) / MIB
    return math.ceil(ENGINE_MIB + need) * 2 ** (attempt - 1)


def device_mib(spec: RunSpec, execution: Execution) -> int:
    """Memory of the GPUs that a run needs, MiB: of all its processes together."""
    each = CUDA_DEVICE_MIB + process_bytes(spec, execution) / MIB
    return math.ceil(execution.processes * each)


def runtime_minutes(core_seconds: float, attempt: int = 1) -> int:
    """Minutes that a job estimated at ``core_seconds`` is granted; doubled at each attempt."""
    return math.ceil(START_MINUTES + MARGIN * core_seconds / 60) * 2 ** (attempt - 1)
