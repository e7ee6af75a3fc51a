"""`scalinglaws record`: write a finished study into the ledger, dvc.lock.

The gate comes first. DVC would record any state, also a mixed one that a partial run left, and
then call it up to date; so nothing is recorded unless Snakemake finds nothing left to be done,
every file is a product of the configured runs, every record names the bytes that are there, and no
file has other bytes than its last recording without a job that made it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scalinglaws.counting import counted
from scalinglaws.errors import UserError
from scalinglaws.generated import check_frame, write_pages
from scalinglaws.provenance.audit.evidence import Evidence, gather
from scalinglaws.provenance.audit.files import changed_by_hand, check_orphans
from scalinglaws.provenance.audit.finding import Finding
from scalinglaws.provenance.audit.made_from import check_made_from
from scalinglaws.provenance.audit.state import check_state
from scalinglaws.provenance.dvclock import LOCK, read_lock
from scalinglaws.provenance.locks import living_snakemake

STAGE = "reproduce"


def record(root: Path) -> list[str]:
    """Check, then `dvc commit`; gives lines that say what was done.

    Raises:
        UserError: something is left to be done, a file is an orphan, the state is mixed, the lock
            cannot be read, or DVC refuses; one line with the first reason.
    """
    check_frame(root)
    if owner := living_snakemake(root):
        raise UserError(f"a snakemake (process {owner}) works here: record when it has ended")
    read_lock(root)  # half of it, which a kill leaves, is refused
    evidence = gather(root)
    if evidence.plan.error:
        raise UserError(f"not recorded: snakemake cannot plan: {evidence.plan.error}")
    if jobs := evidence.plan.jobs():
        left = ", ".join(f"{rule}: {count}" for rule, count in jobs.items())
        raise UserError(f"not recorded: jobs are left to be done ({left}); run `snakemake` first")
    reasons = [finding for finding in _gate(evidence) if finding.fault]
    if reasons:
        more = f" ({counted(len(reasons) - 1, 'reason')} more like it)" if reasons[1:] else ""
        raise UserError(f"not recorded: {reasons[0]}{more}")
    # Inside `dvc repro` the stage is being recorded already, and DVC's lock is taken.
    if "DVC_STAGE" in os.environ:
        return ["checked; `dvc repro` records it"]
    _commit(root)
    _check_lock(root, evidence)
    pages = [f"wrote {path}" for path in write_pages(root)]
    count = len(evidence.declared)
    return [*pages, f"recorded {count} files in {LOCK}; commit {LOCK} to git to publish it"]


def _gate(evidence: Evidence) -> Iterator[Finding]:
    """Reasons not to record what Snakemake finds finished, the plainest first."""
    yield from check_state(evidence)
    yield from check_orphans(evidence)
    yield from check_made_from(evidence)
    yield from changed_by_hand(evidence)


def _commit(root: Path) -> None:
    """`dvc commit`, which hashes every file: what DVC remembers of file states is left out.

    DVC writes the lock in place: where it fails, the former one is put back.
    """
    lock = root / LOCK
    before = lock.read_bytes() if lock.exists() else None
    with tempfile.TemporaryDirectory() as memory:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("dvc")), "commit", "--force", STAGE],
            cwd=root,
            env=os.environ | {"DVC_SITE_CACHE_DIR": memory},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        with suppress(OSError):  # what refused DVC may refuse this, and DVC's reason is said
            lock.unlink(missing_ok=True) if before is None else lock.write_bytes(before)
        said = (done.stderr or done.stdout).strip().splitlines() or ["it does not say why"]
        reason = next((line for line in said if line.startswith("ERROR: ")), said[-1])
        raise UserError(f"dvc commit failed: {reason.removeprefix('ERROR: ')}")


def _check_lock(root: Path, evidence: Evidence) -> None:
    """Raises UserError where DVC wrote another hash than the checks found."""
    lock = read_lock(root)
    for entry in lock.outs.values() if lock else ():
        if evidence.knows(entry) and evidence.now(entry) != entry.md5:
            raise UserError(
                f"{entry.path}: changed while it was recorded; run `scalinglaws record`"
            )
