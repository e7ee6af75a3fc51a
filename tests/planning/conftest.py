"""Laws of the two committed studies, and Besiroglu et al.'s table."""

from pathlib import Path

import pytest
from planned_laws import ROOT, fitted

from scalinglaws.planning.known_laws import KnownLaws


@pytest.fixture(scope="session")
def kaplan2020(tmp_path_factory) -> KnownLaws:
    return fitted("kaplan2020", tmp_path_factory.mktemp("kaplan2020"))


@pytest.fixture(scope="session")
def laptop(tmp_path_factory) -> KnownLaws:
    return fitted("laptop", tmp_path_factory.mktemp("laptop"))


@pytest.fixture(scope="session")
def besiroglu() -> Path:
    """Their table, which is other people's and not part of the repository."""
    table = (
        ROOT.parent / "shared/peers/data/epoch-research+analyzing-chinchilla/svg_extracted_data.csv"
    )
    return table if table.exists() else pytest.skip(f"{table}: not beside the checkout")
