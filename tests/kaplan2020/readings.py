"""The digitised figures as their files hold them."""

import csv
from pathlib import Path

DATA = Path(__file__).parents[2] / "data" / "kaplan2020"


def rows_of(name):
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))
