"""Scaling laws, from text to fitted constants: corpora -> tokens -> runs -> metrics -> laws ->
tables and figures -> report. `snakemake -n` says what would be done, and why."""

from snakemake.utils import min_version

min_version("9.27.1")


include: "workflow/rules/package.smk"


from scalinglaws.study import DEFAULT_CONFIG, extended_overlay, load_yaml

# Read by the package first, which names the file and the line of a fault in it.
one_line(load_yaml, DEFAULT_CONFIG)


configfile: str(DEFAULT_CONFIG)


if one_line(extended_overlay, config.get("extends"), "configuration"):

    # An overlay of an overlay: Snakemake lays what the command line gives over this file again.
    configfile: f"config/{config['extends']}.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpora.smk"
include: "workflow/rules/tokens.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/metrics.smk"
include: "workflow/rules/laws.smk"
include: "workflow/rules/conventions.smk"
include: "workflow/rules/plan.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/calibration.smk"


rule all:
    """The configured study, and the paper's own data beside it: it takes seconds."""
    default_target: True
    input:
        products(study_named(config["study"])),
        products(study_named("kaplan2020")),
    message:
        "Study " + config["study"] + " is complete: results/" + config["study"]


rule kaplan2020:
    """Only the paper's data, refitted and redrawn."""
    input:
        products(study_named("kaplan2020")),
    message:
        "The paper's data are refitted and redrawn: results/kaplan2020"


rule from_metrics:
    """Laws, claims, figures and tables from the metrics: in a clone, without any remote."""
    input:
        from_metrics(study_named(config["study"])),
        from_metrics(study_named("kaplan2020")),
    message:
        "Fitted and drawn from the metrics: results/" + config["study"]


onstart:
    # Snakemake 9.27 wakes its scheduler a second after each time that it was woken, for ever, once
    # more for each finished job: after some hundred jobs that is a fourth of a core. Without a limit
    # of jobs a second (100 by default) it wakes when a job ends. A limit that was asked for stays.
    limit = workflow.scheduling_settings.max_jobs_per_timespan
    if limit and (limit.max_jobs, limit.timespan) == (100, 1):
        workflow.scheduler.job_rate_limiter = None


localrules:
    all,
    kaplan2020,
    from_metrics,
