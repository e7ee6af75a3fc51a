"""`scalinglaws record`: write a finished study into the ledger, dvc.lock.

The gate comes first. DVC would record any state, also a mixed one that a partial run left, and
then call it up to date; so nothing is recorded unless Snakemake finds nothing left to be done and
every file of the results is a product of the configured runs.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from scalinglaws.errors import UserError
from scalinglaws.generated import check_frame, write_pages
from scalinglaws.products import products
from scalinglaws.provenance.prune import find_orphans
from scalinglaws.study import TRACKED, load_study

STAGE = "reproduce"


def record(root: Path) -> list[str]:
    """Check, then `dvc commit`; gives lines that say what was done.

    Raises:
        UserError: something is left to be done, a file is an orphan, or DVC refuses.
    """
    studies = [load_study(name, root) for name in TRACKED]
    check_frame(root)
    _nothing_to_be_done(root)
    if orphans := find_orphans(root, studies):
        shown = ", ".join(orphans[:3]) + (" ..." if len(orphans) > 3 else "")
        raise UserError(
            f"{len(orphans)} files belong to no declared run or result ({shown}); "
            "`scalinglaws prune` removes them"
        )
    # Inside `dvc repro` the stage is being recorded already, and DVC's lock is taken.
    if "DVC_STAGE" in os.environ:
        return ["checked; `dvc repro` records it"]
    done = _run(root, "dvc", "commit", "--force", STAGE)
    if done.returncode:
        raise UserError(f"dvc commit failed: {(done.stderr or done.stdout).strip()}")
    pages = [f"wrote {path}" for path in write_pages(root)]
    count = sum(len(products(study)) for study in studies)
    return [*pages, f"recorded {count} files in dvc.lock; commit dvc.lock to git to publish it"]


def _nothing_to_be_done(root: Path) -> None:
    plan = _run(root, "snakemake", "--dry-run", "--nolock")
    if plan.returncode:
        raise UserError(f"snakemake -n failed: {(plan.stderr or plan.stdout).strip()}")
    output = plan.stdout + plan.stderr
    if "Nothing to be done" not in output:
        table = output.partition("Job stats:")[2].partition("total")[0]
        jobs = re.findall(r"^(\w+) +(\d+)$", table, flags=re.MULTILINE)
        left = ", ".join(f"{rule}: {count}" for rule, count in jobs if rule != "all")
        raise UserError(f"not recorded: jobs are left to be done ({left}); run snakemake first")


def _run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment in the project's folder."""
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run(
        [str(program), *command[1:]], cwd=root, capture_output=True, text=True, check=False
    )
