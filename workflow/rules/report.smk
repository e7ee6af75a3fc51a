"""Report: results -> HTML pages that `snakemake --report results/{study}/report.html` shows

REQUIRED INPUTS: claims, laws, tables, data cards and other pages of one study, of any source.
OUTPUTS: an .html beside each page of Markdown or text, and one of all laws. Figures need none.

Snakemake makes the report itself, from whatever is marked with report(...). Its front is written
then, by workflow/report/workflow.rst out of the results that are in the report.
"""

from scalinglaws.paper_tables import TITLES as PLAIN_TITLES
from scalinglaws.report.directive import register_front
from scalinglaws.report.places import BEYOND, labels

TABLES = TITLES | PLAIN_TITLES


def write_front(lines):
    from scalinglaws.report.front import front_page  # only now: no other run of Snakemake needs it

    studies = sorted({line.split("/")[1] for line in lines if line})
    files = map(Path, map(os.path.relpath, workflow.configfiles))
    overlays = (Path("config", f"{study}.yaml") for study in studies)
    return front_page(Path("."), lines, [*dict.fromkeys([*files, *filter(Path.is_file, overlays)])])


register_front(write_front)


def titled(title):
    """Labels of a result with a title, which may have wildcards."""
    return lambda wildcards: labels(title.format(**wildcards), wildcards.study)


def law_texts(wildcards):
    own = of_own_laws("txt")(wildcards)
    return [*expand(rules.fit_laws.output.texts, study=wildcards.study), *own]


def table_title(wildcards):
    return labels(TABLES[wildcards.table], wildcards.study)


rule claims_page:
    """Show the claims of a study with every number behind them."""
    input:
        text=rules.judge_claims.output.page,
        template="workflow/report/page.html",
    output:
        report(
            "results/{study}/claims.html",
            caption="../report/claims.rst",
            category="Claims",
            labels=titled("All claims"),
        ),
    log:
        "logs/{study}/pages/claims.log",
    params:
        title="Claims",
        code=code_of("page.py"),
    message:
        "Writing the page of claims of study {wildcards.study}"
    script:
        "../scripts/page.py"


use rule claims_page as laws_page with:
    input:
        text=law_texts,
        template="workflow/report/page.html",
    output:
        report(
            "results/{study}/laws.html",
            caption="../report/law.rst",
            category="Fitted laws",
            labels=titled("All laws"),
        ),
    log:
        "logs/{study}/pages/laws.log",
    params:
        title="Fitted laws",
        code=code_of("page.py"),
    message:
        "Writing the page of laws of study {wildcards.study}"


use rule claims_page as table_page with:
    input:
        text="results/{study}/tables/{table}.md",
        template="workflow/report/page.html",
    output:
        report(
            "results/{study}/tables/{table}.html",
            caption="../report/table.rst",
            category="Tables",
            labels=table_title,
        ),
    log:
        "logs/{study}/pages/{table}.log",
    params:
        title="{table}",
        code=code_of("page.py"),
    message:
        "Writing the page of {wildcards.table} of study {wildcards.study}"


use rule claims_page as card_page with:
    input:
        text=rules.data_card.output.markdown,
        template="workflow/report/page.html",
    output:
        report(
            "results/{study}/data_cards/{corpus}.html",
            caption="../report/data_card.rst",
            category="Data cards",
            labels=titled("{corpus}"),
        ),
    log:
        "logs/{study}/pages/{corpus}.log",
    params:
        title="{corpus}",
        code=code_of("page.py"),
    message:
        "Writing the page of the data card of {wildcards.corpus}"


use rule claims_page as conventions_page with:
    input:
        text=rules.conventions.output.page,
        template="workflow/report/page.html",
    output:
        report(
            "results/{study}/conventions.html",
            caption="../report/conventions.rst",
            category=BEYOND,
            labels=titled("Conventions, step by step"),
        ),
    log:
        "logs/{study}/pages/conventions.log",
    params:
        title="Conventions",
        code=code_of("page.py"),
    message:
        "Writing the page of conventions of study {wildcards.study}"


use rule claims_page as plan_page with:
    input:
        text=rules.plan_next.output.text,
        template="workflow/report/page.html",
    output:
        report(
            "results/{study}/plan.html",
            caption="../report/plan.rst",
            category=BEYOND,
            labels=titled("Plan of a run of ten times the compute"),
        ),
    log:
        "logs/{study}/pages/plan.log",
    params:
        title="Plan of a run of ten times the compute",
        code=code_of("page.py"),
    message:
        "Writing the page of the plan of study {wildcards.study}"
