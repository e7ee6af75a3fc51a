"""Plan the next run of one study: ten times the compute of its largest."""

import json
from pathlib import Path

from scalinglaws.door import door
from scalinglaws.errors import UserError
from scalinglaws.metrics import RUNS, read_table
from scalinglaws.planning.goals import Goal
from scalinglaws.planning.known_laws import KnownLaws, read_law
from scalinglaws.planning.plain import plan_dict
from scalinglaws.planning.plan import make_plan
from scalinglaws.planning.text import plan_text

TIMES = 10.0

with door(snakemake):
    laws = [read_law(Path(path)) for path in snakemake.input.laws]
    known = KnownLaws({law["law"]: law for law in laws}, f"study {snakemake.wildcards.study}")
    spent = read_table(snakemake.input.runs, RUNS)["compute_6nbs"].drop_null().to_pylist()
    words = f"{TIMES:g} times that of the study's largest run"
    try:
        plan = make_plan(Goal("C", TIMES * max(spent, default=1.0), words), known)
        text, numbers = plan_text(plan), plan_dict(plan)
    except UserError as error:  # of a study whose laws hold nothing, that is the result
        text, numbers = f"No plan: {error}", {"fault": str(error)}
    Path(snakemake.output.text).write_text(text + "\n", encoding="utf-8")
    content = json.dumps(numbers, indent=1, allow_nan=False)
    Path(snakemake.output.numbers).write_text(content + "\n", encoding="utf-8")
