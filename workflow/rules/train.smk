"""Runs: tokens -> results/{study}/runs/{run_id}.parquet and .safetensors

REQUIRED INPUTS: the train and test shards of the study's training corpus.
OUTPUTS: a loss curve with the full run spec in its metadata, and the final weights.
UNFINISHED RUNS go on from scratch/, where their state is kept now and then.
BESIDE THEM: logs/{study}/train/{run_id}.json with times and machine; it is no result.

Each run is one thread; as many run at once as there are cores, the longest first. With
`execution.processes` a run is several, by torchrun; with `execution.device: cuda` it needs memory of
a GPU (`gpu_mib`), so that runs share one: `snakemake --resources gpu_mib=140000`. Runs of several
lengths share a trunk: the longest trains it and leaves states in scratch/ that the others go on
from. A run that finds none trains its trunk itself, to the same bytes.
"""

from scalinglaws.cost import states_to_leave, study_seconds
from scalinglaws.grid import tracked_flags
from scalinglaws.job_resources import device_mib, memory_mib, runtime_minutes
from scalinglaws.launch import launcher, where_flags

# No parameters of the rule: how often a run is saved has no part in its numbers, and where it runs
# none in its name.
CHECKPOINT_SECONDS = study_named(config["study"]).checkpoint_seconds
EXECUTION = study_named(config["study"]).execution
PYTHON, WHERE = " ".join(launcher(EXECUTION)), " ".join(where_flags(EXECUTION))
if EXECUTION.processes > 1:
    PYTHON = f"OMP_NUM_THREADS=1 {PYTHON}"  # torchrun would say that it sets it


def spec_of(wildcards):
    runs = runs_of(wildcards.study)
    if wildcards.run_id not in runs:
        raise WorkflowError(
            f"{wildcards.run_id} is no run of study {wildcards.study}; "
            "`scalinglaws runs` lists them"
        )
    return runs[wildcards.run_id][0]


def run_flags(wildcards):
    spec = spec_of(wildcards)
    return tracked_flags(spec, f"results/{wildcards.study}") + spec.to_flags()


@cache
def costs(study):
    return study_seconds(study_named(study))


@cache
def left_states(study):
    return states_to_leave(spec for spec, _ in runs_of(study).values())


def run_cost(wildcards):
    return costs(wildcards.study)[wildcards.run_id]


def run_memory(wildcards, attempt):
    return memory_mib(spec_of(wildcards), attempt, EXECUTION)


def run_device_memory(wildcards):
    return device_mib(spec_of(wildcards), EXECUTION)


def run_minutes(wildcards, attempt):
    return runtime_minutes(run_cost(wildcards), attempt)


# A resource and no parameter: what is left for other runs has no part in a run.
def leave_trunk_at(wildcards):
    steps = left_states(wildcards.study).get(wildcards.run_id, [])
    return " ".join(["--leave-trunk-at", *map(str, steps)]) if steps else ""


def tracked_shards(ending):
    def paths(wildcards):
        corpora = spec_of(wildcards).tracked_corpora
        return [f"results/{wildcards.study}/tokens/{corpus}/test.{ending}" for corpus in corpora]

    return paths


def training_shard(split, ending):
    def path(wildcards):
        corpus = study_named(wildcards.study).corpora.train
        return f"results/{wildcards.study}/tokens/{corpus}/{split}.{ending}"

    return path


# GPUs are asked of a cluster by `gpu`; on one machine `gpu_mib` alone limits how many runs share one.
ON_GPU = (
    {"gpu": EXECUTION.processes, "gpu_mib": run_device_memory} if EXECUTION.device == "cuda" else {}
)


rule train:
    """Train one run, with its progress on the terminal."""
    input:
        train=training_shard("train", "bin"),
        train_facts=training_shard("train", "json"),
        test=training_shard("test", "bin"),
        test_facts=training_shard("test", "json"),
        tracked=tracked_shards("bin"),
        tracked_facts=tracked_shards("json"),
    output:
        run="results/{study}/runs/{run_id}.parquet",
        weights="results/{study}/runs/{run_id}.safetensors",
    log:
        log="logs/{study}/train/{run_id}.log",
        times="logs/{study}/train/{run_id}.json",
    priority: run_cost
    threads: EXECUTION.processes
    resources:
        **ON_GPU,
        mem_mb=run_memory,
        runtime=run_minutes,
        trunk=leave_trunk_at,
    params:
        spec=run_flags,
        code=code_of("train.py"),
        architecture=lambda wildcards: architecture_code(spec_of(wildcards).architecture),
    message:
        "Training {wildcards.run_id}"
    shell:
        "{PYTHON} workflow/scripts/train.py"
        " --train-shard {input.train} --test-shard {input.test}"
        " --run {output.run} --weights {output.weights}"
        " --log {log.log} --times {log.times}"
        " --checkpoint-seconds {CHECKPOINT_SECONDS} {WHERE} {resources.trunk} {params.spec}"
