"""The fitted laws that a plan starts from, read from their JSON files with all that was redone.

A law's file holds its estimates without each run behind it. Laws of the same runs lose the same run
together, so whatever follows from several laws gets an interval that carries their correlation.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scalinglaws.errors import UserError
from scalinglaws.laws.derived.sources import UNNAMED
from scalinglaws.laws.line import LN10
from scalinglaws.laws.prediction import SURFACES
from scalinglaws.laws.replicates import SHARED, Replicates

OK = "ok"


@dataclass(frozen=True)
class KnownLaws:
    """Laws by name as their JSON files have them; ``origin`` says in words whose they are."""

    laws: dict[str, dict]
    origin: str

    def __getitem__(self, name: str) -> dict:
        return self.laws[name]

    def joint(self, needs: dict[str, tuple[str, ...]]) -> tuple[Replicates | None, str]:
        """The parameters ``needs`` (law: names) side by side, or None and why not."""
        parts = []
        for name, parameters in needs.items():
            law = self.laws.get(name)
            if law is None:
                return None, f"{name} was not fitted"
            if law["status"] != OK:
                return None, f"{name}: {law['status']}"
            found = _replicates(law)
            if found is None:
                return None, f"{name}: its file holds no replicates; write it anew: snakemake"
            parts.append(found.pick(*parameters))
        return Replicates.joined(*parts), ""

    def caveats(self, names: Iterable[str]) -> list[str]:
        """What a reader of these laws must know, one sentence each."""
        found = []
        for name in names:
            law = self.laws.get(name, {})
            said = [law.get("caveat"), *law.get("remarks", {}).values()]
            found += [f"{name}: {sentence}" for sentence in said if sentence]
        return found


def read_laws(folder: Path) -> KnownLaws:
    """The laws in a folder of JSON files.

    Raises:
        UserError: no such folder, or no laws in it.
    """
    laws = [_read(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []
    if not laws:
        raise UserError(f"{folder}: no fitted laws (*.json); make them with `snakemake`")
    return KnownLaws({law["law"]: law for law in laws}, str(folder))


def read_law(path: Path) -> dict:
    """One law's JSON file. Raises UserError naming a file that is none."""
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    return _read(path)


def _read(path: Path) -> dict:
    try:
        law = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not JSON ({error}); write it anew with `snakemake`") from None
    if not isinstance(law, dict) or not {"law", "status", "estimates"} <= set(law):
        raise UserError(f"{path}: not the file of a fitted law; it has no law, status, estimates")
    return law


def _replicates(law: dict) -> Replicates | None:
    """What the law's interval rests on, its parameters named as in the table of parameters."""
    own = law.get("replicates")
    if not own:
        return None
    sample = law["selection"].get("experiment") or law["law"]
    strata = tuple(sample if name == UNNAMED else name for name in own["strata"])
    labels, redone = tuple(own["without"]), np.array(own["estimates"], dtype=float)
    estimate, names = np.array(law["estimates"], dtype=float), tuple(law["names"])
    if "centre_ln_x" in law:
        return _of_line(law, Replicates(names[:2], estimate, redone, labels, strata))
    form = SURFACES.get((law.get("prediction") or {}).get("form"))
    if form is None or not (law["prediction"].get("moved") or law["prediction"].get("drawn")):
        return Replicates(names, estimate, redone, labels, strata)
    return _of_surface(law, Replicates(names, estimate, redone, labels, strata))


def _of_line(law: dict, line: Replicates) -> Replicates:
    """Slope and log10 of the scale of a one-variable law, from its level and slope."""

    def scale(row: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.array([row[1], (law["centre_ln_x"] + row[0] / row[1]) / LN10])

    return line.map(law["names"][1:], scale)


def _of_surface(law: dict, found: Replicates) -> Replicates:
    """With what the interval rests on besides deleted runs: moved losses or resampled runs."""
    prediction, centre = law["prediction"], np.array(law["prediction"]["centre_ln_x"])
    form = SURFACES[prediction["form"]]

    def reported(key: str) -> np.ndarray | None:
        rows = prediction.get(key)
        return form.report(np.array(rows, dtype=float), centre) if rows else None

    freedom = float(law["n_obs"] - len(prediction["names"]))
    moved = reported("moved")
    return replace(
        found,
        moved=moved,
        freedom=tuple(np.inf if s == SHARED else freedom for s in found.strata)
        if moved is not None
        else (),
        drawn=reported("drawn"),
    )
