"""What a cluster must grant a job: memory and time of a run, from its spec.

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

MIB = 2**20
BASE_MIB = 400  # Python, torch, the tokens that are being read
ENGINE_MIB = 300  # on a cluster each job is started by a Snakemake of its own
BYTES_PER_PARAM = 16  # weight, gradient and Adam's two moments in float32
ACTIVATIONS_PER_LAYER = 24  # float32 numbers a token, in units of d_model
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
    return BYTES_PER_PARAM * total_params(spec) + 4 * floats * tokens


def memory_mib(spec: RunSpec, attempt: int = 1) -> int:
    """Memory of a training or scoring job, MiB; doubled at each further attempt."""
    need = state_bytes(spec, max(spec.batch_tokens, spec.noise_tokens // NOISE_BATCHES))
    return math.ceil(BASE_MIB + ENGINE_MIB + need / MIB) * 2 ** (attempt - 1)


def runtime_minutes(core_seconds: float, attempt: int = 1) -> int:
    """Minutes that a job estimated at ``core_seconds`` is granted; doubled at each attempt."""
    return math.ceil(START_MINUTES + MARGIN * core_seconds / 60) * 2 ** (attempt - 1)
