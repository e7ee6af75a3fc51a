"""Which laws a plan starts from: a study's, a folder's, a run table's, or constants given."""

from pathlib import Path

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.planning.known_laws import KnownLaws, read_law, read_laws
from scalinglaws.yaml_file import load_yaml

DEFAULT_STUDY = "kaplan2020"
CONSTANTS = Path("config/chinchilla.yaml")
NAMES = ("E", "A", "B", "alpha", "beta")
FOREIGN = "N, tokens and losses are those of the runs that the constants come from"
REPORTED = ("E", "log10_A", "log10_B", "alpha", "beta")


def laws_of_study(study: str, root: Path = Path(".")) -> KnownLaws:
    """The fitted laws of ``results/{study}``. Raises UserError where there are none."""
    folder = root / "results" / study / "laws"
    if not folder.is_dir():
        known = sorted(path.parent.name for path in (root / "results").glob("*/laws"))
        raise UserError(
            f"--study {study}: no {folder}; run `snakemake` first; there are: "
            f"{', '.join(known) or 'none'}"
        )
    found = read_laws(folder)
    return KnownLaws(found.laws, f"study {study}")


def with_chinchilla(laws: KnownLaws, given: str, root: Path = Path(".")) -> tuple[KnownLaws, str]:
    """``laws`` and one more of Chinchilla's form, with its name.

    ``given`` is a name in config/chinchilla.yaml, five numbers E,A,B,alpha,beta, or the JSON file
    of a fitted law. Constants alone have no errors, so what follows from them has no interval.

    Raises:
        UserError: none of the three, or a file of another law.
    """
    if given.endswith(".json"):
        law = read_law(Path(given))
        if not set(REPORTED) <= set(law["names"]):
            raise UserError(f"--chinchilla {given}: {law['law']} is not of Chinchilla's form")
        name = f"{law['law']} of {given}"
        return KnownLaws({**laws.laws, name: {**law, "law": name}}, laws.origin), name
    published = load_yaml(root / CONSTANTS) if (root / CONSTANTS).exists() else {}
    if given in published:
        name, values = f"constants of {given}", [published[given][key] for key in NAMES]
    else:
        name, values = "constants given", _five(given, published)
    law = _of_constants(name, values)
    return KnownLaws({**laws.laws, name: law}, laws.origin), name


def _five(given: str, published: dict) -> list[float]:
    try:
        values = [float(value) for value in given.split(",")]
    except ValueError:
        values = []
    if len(values) != len(NAMES) or not np.isfinite(values).all() or min(values) <= 0:
        raise UserError(
            f"--chinchilla {given}: give {','.join(NAMES)} as five positive numbers, a law's .json "
            f"file, or one of: {', '.join(published)}"
        )
    return values


def _of_constants(name: str, values: list[float]) -> dict:
    """A law as a JSON file would have it, redone nowhere: its one row is the estimate itself."""
    e, a, b, alpha, beta = values
    estimates = [e, float(np.log10(a)), float(np.log10(b)), alpha, beta]
    return {
        "law": name,
        "status": "ok",
        "caveat": FOREIGN,
        "names": list(REPORTED),
        "estimates": estimates,
        "replicates": {"without": ["constants"], "strata": ["constants"], "estimates": [estimates]},
        "selection": {},
        "points": {"N": [], "D": []},
    }
