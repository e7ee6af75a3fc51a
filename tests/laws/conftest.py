"""What the rooms of laws share: the paper's measurements, and training drawn from a known law."""

from pathlib import Path

import pytest

from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.measurements import Measurements

DATA = Path(__file__).resolve().parents[2] / "data" / "kaplan2020"


@pytest.fixture(scope="session")
def paper() -> Measurements:
    """The paper's own points."""
    return Measurements.of(gather(DATA))
