"""Score a run as the rule `evaluate` does, where there is no Snakemake.

python -m scalinglaws.slices.score JOB, with JOB the job's input, output, params, resources and log
as JSON.
"""

from __future__ import annotations

import json
import runpy
import sys
from types import SimpleNamespace
from typing import Any


class Named(list):
    """Values that are found by place and by name, as Snakemake gives them to a script."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values.values())
        vars(self).update(values)


def score(job: dict[str, dict[str, Any]]) -> None:
    """Run the script of the rule `evaluate` on this job."""
    snakemake = SimpleNamespace(**{name: Named(values) for name, values in job.items()})
    runpy.run_path("workflow/scripts/evaluate.py", init_globals={"snakemake": snakemake})


if __name__ == "__main__":
    score(json.loads(sys.argv[1]))
