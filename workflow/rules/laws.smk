"""Laws: metrics -> results/{study}/laws/

REQUIRED INPUTS: the tables of metrics, of any source.
OUTPUTS: parameters.parquet (a row a law and parameter, with intervals), and for each law a summary
to read (.txt) and its estimates and covariance in full precision (.json); held_out.parquet and
profiles.parquet, checks that no fit makes of itself. Beside that folder, what
`dvc metrics` and `dvc plots` show of them: constants.json and law_points.csv.

The laws of one source are one job: most of its time is the import of statsmodels. A law of a user's
own is a script of workflow/scripts/laws/ and a job beside it, so that it refits no other; its
parameters stand in a file of its own.
"""

from scalinglaws.laws.names import law_scripts, own_laws


def law_selections(wildcards):
    laws = study_named(wildcards.study).declared_laws
    return {name: entry for name, entry in laws.items() if name in SLUGS}


def own_selection(wildcards):
    study = study_named(wildcards.study)
    laws = study.table.laws if study.table else study.laws
    if wildcards.law not in laws:
        raise WorkflowError(
            f"study {wildcards.study} does not declare {wildcards.law} under `laws`"
        )
    return laws[wildcards.law].model_dump(exclude_none=True)


def own_law_code(wildcards):
    return code_of(f"laws/{wildcards.law}.py")


def of_own_laws(ending):
    def paths(wildcards):
        laws = own_laws(study_named(wildcards.study).declared_laws)
        return [f"results/{wildcards.study}/laws/{law}.{ending}" for law in laws]

    return paths


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


rule fit_own_law:
    """Fit one law of a user's own."""
    input:
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
    output:
        parameters="results/{study}/laws/{law}.parquet",
        text="results/{study}/laws/{law}.txt",
        fit="results/{study}/laws/{law}.json",
    log:
        "logs/{study}/laws/{law}.log",
    wildcard_constraints:
        law="|".join(law_scripts(Path("."))) or "(?!)",
    params:
        declared=own_selection,
        constants=CONSTANTS,
        code=own_law_code,
    message:
        "Fitting {wildcards.law} of study {wildcards.study}"
    script:
        "../scripts/laws/{wildcards.law}.py"


rule law_views:
    """Write the constants and points of all laws, for comparison between versions."""
    input:
        parameters=rules.fit_laws.output.parameters,
        fits=rules.fit_laws.output.fits,
        own_parameters=of_own_laws("parquet"),
        own_fits=of_own_laws("json"),
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
