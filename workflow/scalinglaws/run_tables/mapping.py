"""Which column of a table is which quantity: as the reader says, else by its name, said aloud."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from scalinglaws.errors import UserError
from scalinglaws.run_tables.cells import number_in_name, numbers
from scalinglaws.run_tables.quantities import (
    OTHER_LOSSES,
    QUANTITIES,
    RUN_ID,
    RUN_NAMES,
    TRAIN_LOSSES,
    UNSAID,
    WEAK_RUN_NAMES,
)
from scalinglaws.run_tables.units import Unit, spelled, unit_in_name, unit_of

LOOKED_AT = 1000  # cells, to tell numbers from text


@dataclass(frozen=True)
class Taken:
    """A quantity's column: the table's name for it, its unit, and what the reader is told of it.

    ``given`` says that the reader named it; ``in_name`` that the number stands within a name.
    """

    key: str
    name: str
    unit: Unit = field(default_factory=Unit)
    note: str = ""
    given: bool = False
    in_name: bool = False

    @property
    def plain(self) -> bool:
        """Whether the note says no more than name and unit."""
        return self.note == _note(self.key, self.name, self.unit)


@dataclass(frozen=True)
class Mapping:
    """``taken`` by key, the column of run names if there is one, and ``notes`` on the rest."""

    taken: dict[str, Taken]
    run_id: str | None
    run_id_given: bool
    notes: list[str]
    warnings: list[str]


def map_columns(
    path: Path,
    table: pa.Table,
    columns: dict[str, str],
    units: dict[str, str | float],
    constants: dict[str, float],
    decimal_comma: bool = False,
) -> Mapping:
    """``columns`` maps a key of QUANTITIES, or run_id, to the table's own name; what it leaves out
    is looked for by name, among columns of numbers. ``units`` maps a key to a factor or a word.

    Raises:
        UserError: an unknown key, a column or unit that is not there.
    """
    names = table.column_names
    for key, name in columns.items():
        if key not in QUANTITIES and key != RUN_ID:
            allowed = ", ".join([RUN_ID, *QUANTITIES])
            raise UserError(f"column {key}={name}: {key!r} is unknown; there are: {allowed}")
        if name not in names:
            raise UserError(f"{path}: no column {name!r} (for {key}); it has: {', '.join(names)}")
    given = {key: unit_of(key, unit) for key, unit in units.items() if key in QUANTITIES}
    taken = {
        key: Taken(key, name, given.get(key, Unit()), given=True)
        for key, name in columns.items()
        if key != RUN_ID
    }
    notes: list[str] = []
    numeric = _Numeric(table, decimal_comma)
    for key in QUANTITIES:
        if key in taken or key in constants:
            continue
        used = {*columns.values(), *(found.name for found in taken.values())}
        free = [name for name in names if name not in used]
        if found := _by_name(key, free, numeric, given.get(key), notes):
            taken[key] = found
            notes += [found.note] if found.note else []
    run_id = columns.get(RUN_ID) or _run_names(names, {t.name for t in taken.values()})
    if not {"N", "N_total"} & (set(taken) | set(constants)):
        _size_out_of_names(table, names, taken, notes)
    if unknown := sorted(set(units) - set(taken)):
        known = unknown[0] in QUANTITIES or unknown[0] == RUN_ID
        why = "the table has no column for it" if known else "unknown key"
        raise UserError(f"unit {unknown[0]}: {why}")
    warnings = _hints(path, names, taken, constants)
    return Mapping(taken, run_id, RUN_ID in columns, notes, warnings)


class _Numeric:
    """Whether a column holds numbers; asked again and again, answered once."""

    def __init__(self, table: pa.Table, decimal_comma: bool) -> None:
        self.table, self.decimal_comma, self.known = table, decimal_comma, {}

    def __call__(self, name: str) -> bool:
        if name not in self.known:
            column = self.table[name]
            start = column.drop_null().slice(0, LOOKED_AT)
            values, _ = numbers(start, self.decimal_comma)
            # A column without any value may still be what it is called: its rows say so.
            self.known[name] = not len(values) or np.isfinite(values).mean() > 0.5
        return self.known[name]


def _note(key: str, name: str, unit: Unit) -> str:
    return f"{key} is taken from column {name!r}" + (f", in {unit.word}" if unit.word else "")


def _by_name(
    key: str, names: list[str], numeric: _Numeric, given: Unit | None, notes: list[str]
) -> Taken | None:
    """The best column for a key; ``notes`` tells of those that have the name and hold text."""
    candidates = _candidates(key, names)
    text = [name for name, _ in candidates if not numeric(name)]
    found = [(name, unit) for name, unit in candidates if numeric(name)]
    if text:
        notes.append(f"column {text[0]!r} holds text: not taken for {key}")
    if not found:
        return None
    name, unit = found[0]
    unit = given or unit
    quantity = QUANTITIES[key]
    if name in (key, quantity.column) and not unit.word:
        return Taken(key, name, unit)
    note = _note(key, name, unit)
    if others := [other for other, _ in found[1:]]:
        note += f" (not from {', '.join(map(repr, others[:3]))})"
    if key == "loss" and spelled(name) in TRAIN_LOSSES:
        note += ": losses on training text, not on a test set"
    return Taken(key, name, unit, note)


def _candidates(key: str, names: list[str]) -> list[tuple[str, Unit]]:
    """Columns whose name, or its last part (eval.loss), is one of the quantity's; best first."""
    quantity = QUANTITIES[key]
    wanted = {name: i for i, name in enumerate((quantity.column, key.lower(), *quantity.names))}
    by_other = {
        name: Unit("bits", unit_of("loss", "bits").factor) if word == "bits" else unit_of(key, word)
        for word, own in (OTHER_LOSSES.items() if key == "loss" else ())
        for name in own
    }
    found = []
    for name in names:
        if name in (quantity.column, key):
            found.append(((0, 0 if name == quantity.column else 1), name, Unit()))
            continue
        whole = spelled(name)
        tail = name.replace("/", ".").rsplit(".", 1)[-1]
        last = spelled(tail)
        bare, unit = unit_in_name(key, name)
        for rank, (spelling, worth) in enumerate(((whole, Unit()), (bare, unit), (last, Unit()))):
            if len(spelling) == 1 and not tail.lstrip("_").startswith(spelling.upper()):
                continue  # n, d and l are anything; N, D and L are meant
            if worth is not None and spelling in wanted:
                found.append(((1 + rank, wanted[spelling]), name, worth))
                break
        else:
            if whole in by_other:
                found.append(((4, 0), name, by_other[whole]))
    return [(name, unit) for _, name, unit in sorted(found, key=lambda entry: entry[0])]


def _run_names(names: list[str], used: set[str]) -> str | None:
    for words in (RUN_NAMES, WEAK_RUN_NAMES):
        for word in words:
            for name in names:
                if spelled(name) == word and name not in used:
                    return name
    return None


def _size_out_of_names(
    table: pa.Table, names: list[str], taken: dict[str, Taken], notes: list[str]
) -> None:
    """N out of names such as pythia-1.4b, where no column holds it."""
    for name in names:
        if spelled(name) in (*RUN_NAMES, *WEAK_RUN_NAMES) and pa.types.is_string(table[name].type):
            texts = table[name].drop_null().unique().to_pylist()
            sizes = [number_in_name(text) for text in texts]
            if texts and np.isfinite(sizes).all():
                note = (
                    f"N is taken out of the names in column {name!r}, {texts[0]!r} is "
                    f"{sizes[0]:g}: rounded, and a name may count embeddings"
                )
                taken["N"] = Taken("N", name, note=note, in_name=True)
                notes.append(note)
                return


def _hints(
    path: Path, names: list[str], taken: dict[str, Taken], constants: dict[str, float]
) -> list[str]:
    """Columns that may be what is missing, if the reader says how they count."""
    hints = []
    for key, entries in UNSAID.items():
        if key in taken or key in constants:
            continue
        for words, advice in entries.items():
            for name in names:
                if spelled(name) in words.split():
                    hints.append(f"{path}: column {name!r} {advice.format(name=name)}")
    for name in names:
        bare = spelled(name).removeprefix("log_")
        if bare == spelled(name) or name in [t.name for t in taken.values()]:
            continue
        for key, quantity in QUANTITIES.items():
            if key not in taken and bare in (quantity.column, key.lower(), *quantity.names):
                hints.append(
                    f"{path}: column {name!r} is a logarithm to an unsaid base; say "
                    f"--column {key}={name} --unit {key}=log10 (or ln)"
                )
    return hints
