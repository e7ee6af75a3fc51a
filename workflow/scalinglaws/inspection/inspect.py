"""Everything that `scalinglaws inspect` says of one run table."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from scalinglaws.inspection.compute_check import compute_findings
from scalinglaws.inspection.curve_check import curve_findings
from scalinglaws.inspection.design_check import design_findings
from scalinglaws.inspection.finding import Finding
from scalinglaws.inspection.overview import Found, choices, quantities
from scalinglaws.inspection.size_check import size_findings
from scalinglaws.inspection.units_check import unit_findings
from scalinglaws.run_tables.build import measurements
from scalinglaws.run_tables.how import HowToRead
from scalinglaws.run_tables.rows import read_rows
from scalinglaws.run_tables.supported import Support, supported


@dataclass(frozen=True)
class Inspection:
    """``rows`` of the table that are usable, of ``rows_in_all``; ``runs`` they make, of which
    ``curves`` have several rows; ``unused`` are columns that stand for nothing of ours, by name
    with the first values; ``notes`` tell how the table was read."""

    path: str
    rows: int
    rows_in_all: int
    runs: int
    curves: int
    quantities: list[Found]
    unused: list[str]
    choices: dict[str, list[str]]
    laws: dict[str, Support]
    findings: list[Finding]
    notes: list[str]

    def to_json(self) -> dict:
        """The same for programs; laws with their reason or the entry they would be fitted with."""
        plain = dataclasses.asdict(self)
        plain["quantities"] = {own.pop("key"): own for own in plain["quantities"]}
        plain["laws"] = {
            law: {
                "supported": not support.reason,
                "reason": support.reason,
                "declared": support.declared,
            }
            for law, support in self.laws.items()
        }
        plain["suspicious"] = plain.pop("findings")
        return plain


def inspect(path: str | Path, **how) -> Inspection:
    """Inspect the table at ``path``; ``how`` as in `user_table.read_user_table`.

    Rows that could not be used and units that cannot be are findings here, not errors.

    Raises:
        UserError: no readable table, an unknown key or column, no row left.
    """
    said = HowToRead(**{k: v for k, v in how.items() if v is not None}, inspecting=True)
    read = read_rows(path, said)
    found = measurements(read, said.loss_at)
    own = quantities(read, said)
    lengths = pc.value_counts(found.curves["run_id"]) if len(found.curves) else []
    findings = [Finding("reading", _plain(line, path)) for line in read.warnings]
    findings += unit_findings(read) + compute_findings(read) + size_findings(read)
    findings += curve_findings(read, said.loss_at) + design_findings(read, own)
    shown = {taken.note for taken in read.taken.values() if taken.plain}
    used = {taken.name for taken in read.taken.values()} | {read.run_column}
    return Inspection(
        path=str(path),
        rows=len(read.rows),
        rows_in_all=read.n_rows,
        runs=len(found.runs),
        curves=len(lengths),
        quantities=own,
        unused=[name for name in read.table.column_names if name not in used],
        choices=choices(read),
        laws=supported(found),
        findings=findings,
        notes=[_plain(line, path) for line in read.notes if line not in shown],
    )


def _plain(line: str, path: str | Path) -> str:
    """Without the file's name, which stands above."""
    return line.removeprefix(f"{path}: ").removeprefix(f"{path}, ")
