"""Plan: laws -> results/{study}/plan.txt and plan.json

REQUIRED INPUTS: the fitted laws of one study, of any source, and its table of runs.
OUTPUTS: what the laws say of a run with ten times the compute of the study's largest, as text and
with every number in full. `scalinglaws plan` answers other questions.
"""


rule plan_next:
    """Plan a run of ten times the largest compute."""
    input:
        runs="results/{study}/metrics/runs.parquet",
        laws=rules.fit_laws.output.fits,
    output:
        text="results/{study}/plan.txt",
        numbers="results/{study}/plan.json",
    log:
        "logs/{study}/plan_next.log",
    params:
        code=code_of("plan.py"),
    message:
        "Planning the next run of study {wildcards.study}"
    script:
        "../scripts/plan.py"
