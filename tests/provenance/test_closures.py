"""An edit reruns what it may change and nothing else, as far as imports tell."""

from pathlib import Path

import pytest

from scalinglaws.provenance.fingerprint import closure

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
FIGURES = sorted((SCRIPTS / "figures").glob("*.py"))


def figures_in(script):
    """Figures whose own module the script imports, directly or not."""
    names = {name.removeprefix("scalinglaws.figures.") for name in closure(script)}
    return names & {path.stem for path in FIGURES}


@pytest.mark.parametrize("script", FIGURES, ids=lambda path: path.stem)
def test_a_figure_imports_no_other_figure(script):
    assert figures_in(script) <= {script.stem}


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.stem)
def test_no_other_job_depends_on_a_figure(script):
    assert figures_in(script) == set()


def test_fits_know_nothing_of_their_checks():
    assert not [name for name in closure(SCRIPTS / "fit_laws.py") if ".checks" in name]
