"""Which runs serve which figures, and what each experiment costs, as a page."""

from __future__ import annotations

from scalinglaws.cost import study_seconds
from scalinglaws.study import Study

HEAD = """# The experiments of the study {study}

Made by `scalinglaws generate` from `config/config.yaml`. Runs that several experiments share are
trained once and counted where they are declared first; of runs that share a trunk the longest pays
for it. Core-seconds are estimates of the cost model under `budget`, not measurements;
`scalinglaws runs` lists them run by run.

| experiment | what varies | runs | shared with others | tokens | core-s | figures |
|---|---|---|---|---|---|---|
"""


def experiments_page(study: Study) -> str:
    """A row an experiment, in the order of the configuration, and the sum, in Markdown."""
    seconds, runs = study_seconds(study), study.runs()
    rows, total = [], 0.0
    for name, experiment in study.experiments.items():
        members = {run_id: spec for run_id, (spec, serves) in runs.items() if name in serves}
        own = [run_id for run_id in members if runs[run_id][1][0] == name]
        cost = sum(seconds[run_id] for run_id in own)
        total += cost
        tokens = sum(members[run_id].tokens for run_id in own)
        figures = ", ".join(f.removeprefix("figure_").lstrip("0") for f in experiment.figures)
        rows.append(
            f"| `{name}` | {experiment.description} | {len(members)} | {len(members) - len(own)} | "
            f"{tokens / 1e6:.1f}M | {cost:,.0f} | {figures or '-'} |"
        )
    tokens = sum(spec.tokens for spec, _ in runs.values())
    rows.append(f"| all | | {len(runs)} | | {tokens / 1e6:.0f}M | {total:,.0f} | |")
    return HEAD.format(study=study.study) + "\n".join(rows) + "\n"
