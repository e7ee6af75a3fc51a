"""Metrics: runs and their weights -> results/{study}/metrics/*.parquet

REQUIRED INPUTS: runs of a trained study, test shards and tokenizer; or data/kaplan2020; or a run
table of somebody's own; or a folder of tables that a study trained elsewhere left.
OUTPUTS: scores of each run on each corpus (mean, by token position, a token and a byte), and the
four gathered tables runs, curves, evaluations, positions. From here on all sources are alike.
"""

from scalinglaws.published import ABOUT, read_about


def score_tokens(wildcards):
    return study_named(wildcards.study).scored_tokens


def test_shards(ending):
    def paths(wildcards):
        corpora = study_named(wildcards.study).corpora.all
        return [f"results/{wildcards.study}/tokens/{corpus}/test.{ending}" for corpus in corpora]

    return paths


def of_every_run(pattern):
    def paths(wildcards):
        runs = runs_of(wildcards.study)
        return [pattern.format(study=wildcards.study, run_id=run_id) for run_id in runs]

    return paths


def experiments_of(wildcards):
    runs = runs_of(wildcards.study)
    return {run_id: list(experiments) for run_id, (_, experiments) in runs.items()}


def architectures_of(wildcards):
    names = {spec.architecture for spec, _ in runs_of(wildcards.study).values()}
    return [architecture_code(name) for name in sorted(names)]


def corpora_of(wildcards):
    return list(study_named(wildcards.study).corpora.all)


def studies_of(source):
    """Studies whose runs come from this source: the configured one, and overlays under config/."""
    names = [config["study"]] if config.get("source") == source else []
    for path in sorted(Path("config").glob("*.yaml")):
        try:
            content = load_yaml(path)
        except UserError:
            continue  # whoever asks for that study is told
        if content.get("source") == source and "study" in content:
            names.append(content["study"])
    return list(dict.fromkeys(map(str, names)))


TABLE_STUDIES, PUBLISHED_STUDIES = studies_of("table"), studies_of("published")


def run_table(wildcards):
    """The user's table; one that no rule makes must be there."""
    path = Path(study_named(wildcards.study).table.path).expanduser()
    if path.parts[0] != "results" and not path.is_file():
        problem = "is a folder" if path.is_dir() else "no such file"
        print(f"error: table.path: {path}: {problem}; give a table of runs", file=sys.stderr)
        sys.exit(1)
    return str(path)


def published_tables(wildcards):
    """The files of a published study; they must be there."""
    folder = Path(study_named(wildcards.study).published)
    one_line(read_about, folder)
    return [str(folder / name) for name in [ABOUT, *(f"{table}.parquet" for table in METRICS)]]


def how_to_read(wildcards):
    return study_named(wildcards.study).table.how()


rule evaluate:
    """Score a trained run on the test split of every corpus: one start-up for all of them."""
    input:
        run=rules.train.output.run,
        weights=rules.train.output.weights,
        shards=test_shards("bin"),
        shard_facts=test_shards("json"),
        tokenizer=rules.train_tokenizer.output.tokenizer,
    output:
        scores="results/{study}/scores/{run_id}.parquet",
    log:
        log="logs/{study}/evaluate/{run_id}.log",
        times="logs/{study}/evaluate/{run_id}.json",
    threads: 1
    resources:
        **({"gpu": 1, "gpu_mib": run_device_memory} if ON_GPU else {}),
        # No parameter: where a run is scored has no part in its scores.
        device=EXECUTION.device,
        mem_mb=run_memory,
        runtime=run_minutes,
    params:
        n_tokens=score_tokens,
        code=code_of("evaluate.py"),
        architecture=lambda wildcards: architecture_code(spec_of(wildcards).architecture),
    message:
        "Scoring {wildcards.run_id}"
    script:
        "../scripts/evaluate.py"


rule gather:
    """Gather the runs and scores of a trained study into tables."""
    input:
        runs=of_every_run("results/{study}/runs/{run_id}.parquet"),
        scores=of_every_run("results/{study}/scores/{run_id}.parquet"),
    output:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
    log:
        "logs/{study}/gather.log",
    wildcard_constraints:
        study=rf"(?!({'|'.join(['kaplan2020', *TABLE_STUDIES, *PUBLISHED_STUDIES])})/)[a-z0-9][a-z0-9_]*",
    params:
        experiments=experiments_of,
        corpora=corpora_of,
        code=code_of("gather.py"),
        architectures=architectures_of,
    message:
        "Gathering the metrics of study {wildcards.study}"
    script:
        "../scripts/gather.py"


rule gather_table:
    """Put somebody's own run table into the same tables."""
    input:
        table=run_table,
    output:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
    log:
        "logs/{study}/gather.log",
    wildcard_constraints:
        study="|".join(TABLE_STUDIES) or "(?!)",
    params:
        how=how_to_read,
        code=code_of("gather_table.py"),
    message:
        "Reading the run table of study {wildcards.study}"
    script:
        "../scripts/gather_table.py"


rule gather_published:
    """Take the tables of a study that was trained elsewhere."""
    input:
        tables=published_tables,
    output:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
    log:
        "logs/{study}/gather.log",
    wildcard_constraints:
        study="|".join(PUBLISHED_STUDIES) or "(?!)",
    params:
        code=code_of("gather_published.py"),
    message:
        "Reading the published tables of study {wildcards.study}"
    script:
        "../scripts/gather_published.py"


rule gather_kaplan2020:
    """Put the paper's digitised measurements into the same tables."""
    input:
        points=sorted(str(p) for p in Path("data/kaplan2020").glob("*.csv")),
    output:
        **{table: f"results/kaplan2020/metrics/{table}.parquet" for table in METRICS},
        sources=f"results/kaplan2020/{SOURCES}",
    log:
        "logs/kaplan2020/gather.log",
    params:
        code=code_of("gather_kaplan2020.py"),
    message:
        "Gathering the paper's own points"
    script:
        "../scripts/gather_kaplan2020.py"
