"""What is left to be done of a study, as jobs that need neither Snakemake nor its configuration."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from scalinglaws.cost import longest_of_trunks, states_to_leave, study_seconds
from scalinglaws.errors import UserError
from scalinglaws.grid import commands
from scalinglaws.products import splits_of
from scalinglaws.study import Study

STATES = Path("scratch")  # states of unfinished runs and of trunks


def jobs_left(study: Study, root: Path) -> list[dict[str, Any]]:
    """Runs without scores, longest first: how to train and score each, and what it waits for.

    Raises:
        UserError: the study is not one that is trained.
    """
    if study.source != "trained":
        raise UserError(f"study {study.study} trains nothing; name one that does with --study")
    results, logs = f"results/{study.study}", f"logs/{study.study}"
    runs, seconds, train = study.runs(), study_seconds(study), commands(study)
    specs = [spec for spec, _ in runs.values()]
    longest, left = longest_of_trunks(specs), states_to_leave(specs)
    corpora = study.corpora.all
    jobs = []
    for (run_id, (spec, _)), command in zip(runs.items(), train, strict=True):
        files = {
            "run": f"{results}/runs/{run_id}.parquet",
            "weights": f"{results}/runs/{run_id}.safetensors",
        }
        scores = f"{results}/scores/{run_id}.parquet"
        states = [str(step) for step in left.get(run_id, ())]
        job = {
            "run_id": run_id,
            "seconds": seconds[run_id],
            "after": longest[spec.trunk_id].run_id,  # trains the trunk that this run shares
            **files,
            "scores": scores,
            "train": [
                *shlex.split(command),
                *("--log", f"{logs}/train/{run_id}.log"),
                *("--times", f"{logs}/train/{run_id}.json"),
                *("--checkpoint-seconds", str(study.checkpoint_seconds)),
                *(["--leave-trunk-at", *states] if states else []),
            ],
            "score": {
                "input": files
                | {
                    "shards": [f"{results}/tokens/{corpus}/test.bin" for corpus in corpora],
                    "tokenizer": f"{results}/tokenizer.json",
                },
                "output": {"scores": scores},
                "params": {"n_tokens": study.scored_tokens},
                "resources": {"device": study.execution.device},
                "log": {
                    "log": f"{logs}/evaluate/{run_id}.log",
                    "times": f"{logs}/evaluate/{run_id}.json",
                },
            },
        }
        if not (root / scores).exists():
            jobs.append(job)
    return sorted(jobs, key=lambda job: -job["seconds"])


def needed(study: Study, jobs: list[dict[str, Any]], root: Path) -> list[Path]:
    """Tokenizer and shards, what is trained but not scored, and the states to go on from.

    Raises:
        UserError: text that is not encoded yet; says how.
    """
    results = root / "results" / study.study
    shards = [
        results / "tokens" / corpus / f"{split}.{ending}"
        for corpus in study.corpora.all
        for split in splits_of(study, corpus)
        if split != "validation"
        for ending in ("bin", "json")
    ]
    files = [results / "tokenizer.json", *shards]
    for file in files:
        if not file.exists():
            targets = " ".join(str(f.relative_to(root)) for f in files if f.suffix != ".json")
            raise UserError(
                f"{file.relative_to(root)}: not made yet; `snakemake --configfile "
                f"config/{study.study}.yaml {targets}` makes all that travels"
            )
    trained = [root / job[part] for job in jobs for part in ("run", "weights")]
    names = ("trunk-", *(job["run_id"] for job in jobs))
    states = [file for file in (root / STATES).glob("*.pt") if file.name.startswith(names)]
    return [*files, *(file for file in trained if file.exists()), *states]
