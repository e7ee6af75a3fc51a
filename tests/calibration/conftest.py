"""A whole calibration, evaluated once, and the default study's configuration."""

import pytest
from simulated import ROOT, law_of, study, vocabularies

from scalinglaws.calibration.results import calibrate
from scalinglaws.study import load_yaml


@pytest.fixture(scope="session")
def config():
    return load_yaml(ROOT / "config" / "config.yaml")


@pytest.fixture(scope="session")
def found():
    tables, settings = study()
    return calibrate(tables, settings, law_of(tables["runs"]), vocabularies())


@pytest.fixture(scope="session")
def poor():
    """Large rates and the longest memory diverged, two sweeps were not run, no other vocabulary."""
    tables, settings = study(
        diverged=lambda spec: spec.peak_learning_rate > 0.025 or spec.beta2 > 0.995,
        without=("warmup", "seed_noise"),
    )
    return calibrate(tables, settings, law_of(tables["runs"]), [])
