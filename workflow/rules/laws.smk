"""Laws: metrics -> results/{study}/laws/

REQUIRED INPUTS: the tables of metrics, of any source.
OUTPUTS: parameters.parquet (a row a law and parameter, with intervals), and for each law a summary
to read (.txt) and its estimates and covariance in full precision (.json); held_out.parquet and
profiles.parquet, checks that no fit makes of itself. Beside that folder, what
`dvc metrics` and `dvc plots` show of them: constants.json and law_points.csv.

The laws of one source are one job: most of its time is the import of statsmodels.
"""


def law_selections(wildcards):
    return study_named(wildcards.study).declared_laws


rule fit_laws:
    """Fit every law to the runs that the study selects for it."""
    input:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
    output:
        parameters="results/{study}/laws/parameters.parquet",
        texts=collect("results/{{study}}/laws/{slug}.txt", slug=SLUGS.values()),
        fits=collect("results/{{study}}/laws/{slug}.json", slug=SLUGS.values()),
    log:
        "logs/{study}/fit_laws.log",
    params:
        laws=law_selections,
        constants=CONSTANTS,
        code=code_of("fit_laws.py"),
    message:
        "Fitting the laws of study {wildcards.study}"
    script:
        "../scripts/fit_laws.py"


rule law_views:
    """Write the constants and points of all laws, for comparison between versions."""
    input:
        parameters=rules.fit_laws.output.parameters,
        fits=rules.fit_laws.output.fits,
    output:
        constants="results/{study}/constants.json",
        points="results/{study}/law_points.csv",
    log:
        "logs/{study}/law_views.log",
    params:
        code=code_of("law_views.py"),
    message:
        "Writing constants and points of the laws of study {wildcards.study}"
    script:
        "../scripts/law_views.py"


rule check_laws:
    """Predict what laws were not fitted to, and profile the exponents of laws of two variables."""
    input:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
        laws=rules.fit_laws.output.fits,
    output:
        held_out="results/{study}/laws/held_out.parquet",
        profiles="results/{study}/laws/profiles.parquet",
    log:
        "logs/{study}/check_laws.log",
    params:
        laws=law_selections,
        code=code_of("check_laws.py"),
    message:
        "Checking the laws of study {wildcards.study}"
    script:
        "../scripts/check_laws.py"
