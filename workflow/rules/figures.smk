"""Figures and tables: metrics and laws -> results/{study}/figures and tables

REQUIRED INPUTS: the tables of metrics and the fitted laws of one study.
OUTPUTS: a figure as .pdf and .png with the numbers drawn as .csv; a table as .csv, .md and .tex.

A figure is one script, so an edited script redraws that figure alone. One that is not in
config/figures.yaml has its title and caption from its script, and all laws of the user's own.
"""

from scalinglaws.report.places import entry_of_script, figure_category, figure_title, labels


def figure_code(wildcards):
    return code_of(f"figures/{wildcards.figure}.py")


def figure_entry(wildcards):
    name = wildcards.figure
    if name in FIGURES:
        return FIGURES[name]
    script = Path(PACKAGE_ROOT, "scripts", "figures", f"{name}.py")
    if not script.is_file():
        raise WorkflowError(
            f"{name} is neither in config/figures.yaml, which has {', '.join(FIGURES)}, "
            f"nor a script workflow/scripts/figures/{name}.py"
        )
    return one_line(entry_of_script, script)


def drawn_series(wildcards):
    """Series of the paper that a figure shows though they come out of a fit."""
    source = study_named(wildcards.study).source
    return figure_entry(wildcards).get("drawn", {}).get(source, [])


def part_of_the_paper(wildcards):
    return figure_category(figure_entry(wildcards))


def figure_labels(wildcards):
    return labels(figure_title(wildcards.figure, figure_entry(wildcards)), wildcards.study)


# Tables of the laws that a figure's entry may say it `reads`.
LAW_TABLES = {
    "estimates": "results/{study}/laws/parameters.parquet",
    "paper_estimates": "results/kaplan2020/laws/parameters.parquet",
    "held_out": "results/{study}/laws/held_out.parquet",
    "profiles": "results/{study}/laws/profiles.parquet",
    "conventions": "results/{study}/conventions.parquet",
}


def tables_read(wildcards):
    return {name: LAW_TABLES[name] for name in figure_entry(wildcards).get("reads", [])}


def laws_shown(wildcards):
    """Own figures alone get the laws of the user's own: a new law redraws no other figure."""
    own = [] if wildcards.figure in FIGURES else of_own_laws("json")(wildcards)
    return [*expand(rules.fit_laws.output.fits, study=wildcards.study), *own]


rule figure:
    """Draw one figure."""
    input:
        unpack(tables_read),
        **{table: f"results/{{study}}/metrics/{table}.parquet" for table in METRICS},
        laws=laws_shown,
        drawn=drawn_series,
        style="workflow/scalinglaws/house.mplstyle",
    output:
        pdf="results/{study}/figures/{figure}.pdf",
        png=report(
            "results/{study}/figures/{figure}.png",
            caption="../report/figure.rst",
            category=part_of_the_paper,
            labels=figure_labels,
        ),
        csv="results/{study}/figures/{figure}.csv",
    log:
        "logs/{study}/figures/{figure}.log",
    params:
        figure=figure_entry,
        constants=CONSTANTS,
        code=figure_code,
    message:
        "Drawing {wildcards.figure} of study {wildcards.study}"
    script:
        "../scripts/figures/{wildcards.figure}.py"


rule constants_table:
    """Write one table of constants: printed, refit of the paper's points, this study."""
    input:
        kaplan2020="results/kaplan2020/laws/parameters.parquet",
        study="results/{study}/laws/parameters.parquet",
    output:
        csv="results/{study}/tables/{table}.csv",
        md="results/{study}/tables/{table}.md",
        tex="results/{study}/tables/{table}.tex",
    log:
        "logs/{study}/tables/{table}.log",
    wildcard_constraints:
        table="|".join(TITLES),
    params:
        constants=CONSTANTS,
        code=code_of("constants_table.py"),
    message:
        "Writing {wildcards.table} of study {wildcards.study}"
    script:
        "../scripts/constants_table.py"


rule paper_table:
    """Write Table 1 (costs by operation) or Table 4 (which law holds in which limit)."""
    input:
        runs="results/{study}/metrics/runs.parquet",
        kaplan2020="results/kaplan2020/laws/parameters.parquet",
        study="results/{study}/laws/parameters.parquet",
    output:
        csv="results/{study}/tables/{table}.csv",
        md="results/{study}/tables/{table}.md",
        tex="results/{study}/tables/{table}.tex",
    log:
        "logs/{study}/tables/{table}.log",
    wildcard_constraints:
        table="table_1|table_4",
    params:
        constants=CONSTANTS,
        code=code_of("paper_table.py"),
    message:
        "Writing {wildcards.table} of study {wildcards.study}"
    script:
        "../scripts/paper_table.py"
