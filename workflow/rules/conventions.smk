"""Conventions: metrics -> results/{study}/conventions.md and conventions.parquet

REQUIRED INPUTS: the tables of runs and of curves of one study, of any source.
OUTPUTS: the exponent of N_opt(C) after each step that the section `conventions` of the study
declares, from Kaplan's way of counting and reading losses to Chinchilla's, as a page and as a table.
"""

PUBLISHED = one_line(load_yaml, Path("config/chinchilla.yaml"))


def declared_conventions(wildcards):
    declared = study_named(wildcards.study).conventions
    return declared and declared.model_dump(exclude_none=True)


rule conventions:
    """Change one convention at a time on the same runs."""
    input:
        runs="results/{study}/metrics/runs.parquet",
        curves="results/{study}/metrics/curves.parquet",
    output:
        page="results/{study}/conventions.md",
        table="results/{study}/conventions.parquet",
    log:
        "logs/{study}/conventions.log",
    params:
        declared=declared_conventions,
        published=PUBLISHED,
        code=code_of("conventions.py"),
    message:
        "Comparing conventions on the runs of study {wildcards.study}"
    script:
        "../scripts/conventions.py"
