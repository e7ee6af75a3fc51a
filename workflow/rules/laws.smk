"""Laws: metrics -> results/{study}/laws/

REQUIRED INPUTS: the tables of metrics, of any source.
OUTPUTS: parameters.parquet (a row a law and parameter, with intervals), and for each law a summary
to read (.txt) and its estimates and covariance in full precision (.json).

The laws of one source are one job: most of its time is the import of statsmodels.
"""


def law_selections(wildcards):
    laws = study_named(wildcards.study).laws
    return {name: law.model_dump(exclude_none=True) for name, law in laws.items()}


rule fit_laws:
    """Fit every law to the runs that the study selects for it."""
    input:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
    output:
        parameters="results/{study}/laws/parameters.parquet",
        texts=report(
            collect("results/{{study}}/laws/{slug}.txt", slug=SLUGS.values()),
            caption="../report/law.rst",
            category="Study {study}",
            subcategory="Laws",
        ),
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
