"""The laws that somebody's run table supports, fitted for a plan."""

import sys
from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.fit_table import NEEDS, declared_for
from scalinglaws.laws.fit import FITS
from scalinglaws.planning.known_laws import KnownLaws
from scalinglaws.planning.methods import CHINCHILLA_LAWS
from scalinglaws.user_table import read_user_table

# What a plan can use of a table; first what asks least of it, whose fault is told if all fail. The
# first of Chinchilla's fits that holds is enough, and absolute deviations take longest.
WANTED = (*CHINCHILLA_LAWS[:2], "L(N,D)", "IsoFLOP N_opt(C)", "N_opt(C)", "L(C)")


def laws_of_table(path: str | Path, how: dict) -> KnownLaws:
    """``how`` as the keywords of `user_table.read_user_table`; what was taken goes to stderr.

    A law that the table has no columns for, or that does not come out, is told by the plan.

    Raises:
        UserError: a table that cannot be read, or that has no columns for any of the laws.
    """
    how = {name: value for name, value in how.items() if value is not None}
    laws, said, fault = {}, [], None
    for name in WANTED:
        try:
            found, notes = read_user_table(path, needed=NEEDS[name], **how)
            law = FITS[name](found, declared_for(found, how.get("ranges", {})))
        except UserError as error:
            fault = fault or error
            continue
        said += [note for note in notes if note not in said]
        laws[name] = law.to_json({})
    for note in said:
        print(f"note: {note}", file=sys.stderr)
    if not laws:
        raise fault
    return KnownLaws(laws, str(path))
