"""Runs: tokens -> results/{study}/runs/{run_id}.parquet and .safetensors

REQUIRED INPUTS: the train and test shards of the study's training corpus.
OUTPUTS: a loss curve with the full run spec in its metadata, and the final weights.
UNFINISHED RUNS go on from scratch/, where their state is kept now and then.
BESIDE THEM: logs/{study}/train/{run_id}.json with times and machine; it is no result.

Each run is one thread; as many run at once as there are cores, the longest first.
"""

from scalinglaws.cost import run_seconds

# No parameter of the rule: how often a run is saved has no part in its numbers.
CHECKPOINT_SECONDS = study_named(config["study"]).checkpoint_seconds


def spec_of(wildcards):
    runs = study_named(wildcards.study).runs()
    if wildcards.run_id not in runs:
        raise WorkflowError(
            f"{wildcards.run_id} is no run of study {wildcards.study}; "
            "`scalinglaws runs` lists them"
        )
    return runs[wildcards.run_id][0]


def run_flags(wildcards):
    return spec_of(wildcards).to_flags()


def run_cost(wildcards):
    return run_seconds(spec_of(wildcards), study_named(wildcards.study))


def training_shard(split, ending):
    def path(wildcards):
        corpus = study_named(wildcards.study).corpora.train
        return f"results/{wildcards.study}/tokens/{corpus}/{split}.{ending}"

    return path


rule train:
    """Train one run on one core, with its progress on the terminal."""
    input:
        train=training_shard("train", "bin"),
        train_facts=training_shard("train", "json"),
        test=training_shard("test", "bin"),
        test_facts=training_shard("test", "json"),
    output:
        run="results/{study}/runs/{run_id}.parquet",
        weights="results/{study}/runs/{run_id}.safetensors",
    log:
        log="logs/{study}/train/{run_id}.log",
        times="logs/{study}/train/{run_id}.json",
    priority: run_cost
    threads: 1
    resources:
        mem_mb=1500,
    params:
        spec=run_flags,
        code=code_of("train.py"),
    message:
        "Training {wildcards.run_id}"
    shell:
        "python workflow/scripts/train.py"
        " --train-shard {input.train} --test-shard {input.test}"
        " --run {output.run} --weights {output.weights}"
        " --log {log.log} --times {log.times}"
        " --checkpoint-seconds {CHECKPOINT_SECONDS} {params.spec}"
