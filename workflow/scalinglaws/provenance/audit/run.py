"""The audit as a whole: evidence, then checks, one line a fault."""

from __future__ import annotations

from pathlib import Path

from scalinglaws.counting import counted
from scalinglaws.errors import UserError
from scalinglaws.provenance.audit.code import check_code
from scalinglaws.provenance.audit.configuration import check_configuration
from scalinglaws.provenance.audit.evidence import Evidence, gather
from scalinglaws.provenance.audit.files import check_files
from scalinglaws.provenance.audit.finding import Finding
from scalinglaws.provenance.audit.ledger import check_ledger, reference
from scalinglaws.provenance.audit.made_from import check_records
from scalinglaws.provenance.audit.state import check_plan, check_state
from scalinglaws.provenance.locks import living_snakemake

CHECKS = (check_state, check_files, check_records, check_code, check_configuration)


def audit(root: Path) -> tuple[list[Finding], Evidence]:
    """All findings, faults first in the order of the checks, and what they were found in.

    A file is named once, by the first check that finds fault with it.

    Raises:
        UserError: a configuration cannot be read, or a run is under way.
    """
    if owner := living_snakemake(root):
        raise UserError(
            f"a snakemake (process {owner}) works in this folder: audit when it has ended"
        )
    evidence = gather(root)
    found: dict[str, Finding] = {}
    for finding in check_ledger(evidence):
        found.setdefault(finding.path, finding)
    evidence = reference(evidence)
    for check in CHECKS:
        for finding in check(evidence):
            known = found.get(finding.path)
            if known is None or (finding.fault and not known.fault):
                found[finding.path] = finding
    faults = [finding for finding in found.values() if finding.fault]
    faults += check_plan(evidence, faults)
    return faults + [finding for finding in found.values() if not finding.fault], evidence


def summary(findings: list[Finding], evidence: Evidence) -> str:
    """What was looked at, and what came of it."""
    faults = sum(finding.fault for finding in findings)
    size = sum(hashes.size for hashes in evidence.hashes.values())
    looked = (
        f"{len(evidence.hashes)} files ({size / 1e6:.0f} MB) hashed, "
        f"{len(evidence.records)} records read"
    )
    commit = f"the ledger of commit {evidence.commit[:10]}" if evidence.commit else "the ledger"
    if faults:
        return f"{looked}: {counted(faults, 'fault')} against {commit}"
    return f"{looked}: everything is as {commit} says"
