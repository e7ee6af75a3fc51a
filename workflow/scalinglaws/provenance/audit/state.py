"""Checks of Snakemake's own state: jobs that never ended, locks of the dead, a plan that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scalinglaws.provenance.audit.evidence import Evidence
from scalinglaws.provenance.audit.finding import Finding, note
from scalinglaws.provenance.records import recorded_path


def check_state(evidence: Evidence) -> Iterator[Finding]:
    """What an interrupted run leaves behind."""
    folder = evidence.root / ".snakemake/incomplete"
    for marker in sorted(folder.rglob("*")):
        path = recorded_path(marker.name)
        if path in evidence.declared:
            yield Finding(path, "its job was interrupted", "`snakemake` does it again")
    if any((evidence.root / ".snakemake/locks").glob("*")):
        what = "the lock of a snakemake that was killed"
        yield note(".snakemake/locks", what, "`scalinglaws unlock` clears it")


def check_plan(evidence: Evidence, faults: Sequence[Finding]) -> Iterator[Finding]:
    """The last word is Snakemake's: with no fault found, nothing may be left to be done."""
    error, jobs = evidence.plan.error, evidence.plan.jobs()
    if error and not any(fault.path in error for fault in faults):
        yield Finding("Snakefile", f"snakemake cannot plan: {error}", "mend that first")
    elif jobs and not faults:
        left = ", ".join(f"{rule}: {count}" for rule, count in jobs.items())
        yield Finding("Snakefile", f"jobs are left to be done ({left})", "run `snakemake`")
