"""What all rules share: which code runs, which study a path belongs to, which names are allowed.

No rule lives here. Each rule's `code` parameter is the fingerprint of its script and of every
module that the script imports; the profile leaves Snakemake's own judgement of scripts by their
time out, so a touched or reworded file reruns nothing and a changed one exactly its users.
"""

from functools import cache
from pathlib import Path

from scalinglaws.architecture import architecture_file
from scalinglaws.corpora.catalogue import check_use, load_catalogue
from scalinglaws.laws.names import SLUGS
from scalinglaws.products import METRICS, SOURCES, SPLITS, from_metrics, products, splits_of
from scalinglaws.provenance.clone import clone_notice
from scalinglaws.provenance.fingerprint import fingerprint, named_code
from scalinglaws.study import load_study, load_yaml, validate
from scalinglaws.tables import TITLES


wildcard_constraints:
    study=r"[a-z0-9][a-z0-9_]*",
    corpus=r"[a-z0-9][a-z0-9_]*",
    split="|".join(SPLITS),
    run_id=r"[a-z][a-z0-9_]*-L\d+-[\w-]+",
    figure=r"[a-z][a-z0-9_]*",
    table=r"[a-z][a-z0-9_]*",


@cache
def study_named(name):
    """The configured study, or another one from config/{name}.yaml."""
    configured = name == config.get("study")
    study = (
        one_line(validate, config, "configuration") if configured else one_line(load_study, name)
    )
    one_line(check_use, CATALOGUE, study.corpora.train, study.corpora.all)
    return study


@cache
def runs_of(study):
    """{run_id: (spec, experiments)} of a study; asked for by every job, so expanded once."""
    return study_named(study).runs()


def code_of(script):
    """The fingerprint of a script under workflow/scripts."""
    return fingerprint(Path(PACKAGE_ROOT) / "scripts" / script)


@cache
def architecture_code(name):
    """The code of an architecture; its runs alone depend on it."""
    return named_code(architecture_file(name))


CATALOGUE = one_line(load_catalogue, Path("config/corpora.yaml"))
FIGURES = one_line(load_yaml, Path("config/figures.yaml"))
CONSTANTS = one_line(load_yaml, Path("config/constants.yaml"))

if workflow.is_main_process and (notice := clone_notice(Path("."), study_named(config["study"]))):
    print(notice, file=sys.stderr)
