"""Claims: metrics and laws -> results/{study}/claims.md and claims.parquet

REQUIRED INPUTS: the tables of metrics and the fitted laws of one study, of any source.
OUTPUTS: a page that says of every claim of the paper whether it holds, is contradicted or is not
resolved by its interval, and the numbers behind it, a row a claim and quantity. A claim without
runs is "not tried".
"""


rule judge_claims:
    """Judge every claim of the paper by this study's intervals."""
    input:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
        laws=rules.fit_laws.output.fits,
    output:
        page="results/{study}/claims.md",
        numbers="results/{study}/claims.parquet",
    log:
        "logs/{study}/judge_claims.log",
    params:
        code=code_of("claims.py"),
    message:
        "Judging the paper's claims by study {wildcards.study}"
    script:
        "../scripts/claims.py"
