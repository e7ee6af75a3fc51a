"""Where results come from: commit, configuration, packages, machines, code, runs."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scalinglaws.provenance.differences import pins
from scalinglaws.provenance.graph import Graph, Job

LOCK = "requirements.lock"


def provenance(root: Path, graph: Graph, configuration: Sequence[Path]) -> dict[str, Any]:
    """Facts for the front; ``graph`` is that of the results shown, empty without records."""
    jobs = list(graph.jobs.values())
    lock = (root / LOCK).read_text(encoding="utf-8")
    return {
        "commit": _git(root, "rev-parse", "HEAD"),
        "changed": len(_git(root, "status", "--porcelain").splitlines()),
        "lock": {"name": LOCK, "packages": len(pins(lock.encode())), "sha256": _sha256(lock)},
        "configuration": [
            {"name": path.as_posix(), "sha256": _sha256(text), "text": text}
            for path in configuration
            if (text := path.read_text(encoding="utf-8"))
        ],
        "machines": sorted({_machine(job) for job in jobs if job.machine}),
        "rules": [_rule([job for job in jobs if job.rule == r]) for r in _by_first_start(jobs)],
        "runs": sorted((_run(job) for job in jobs if job.rule == "train"), key=lambda r: r["id"]),
    }


def _git(root: Path, *words: str) -> str:
    """What git says; "" where this is no repository, or there is no git."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=root, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _machine(job: Job) -> str:
    facts = job.machine
    return f"{facts['platform']}, {facts['cores']} cores, Python {facts['python']}"


def _by_first_start(jobs: list[Job]) -> list[str]:
    return list(dict.fromkeys(job.rule for job in sorted(jobs, key=lambda job: job.started)))


def _rule(jobs: list[Job]) -> dict[str, Any]:
    """One rule: jobs, seconds, and its code; figures have one script each, hence many codes."""
    codes = sorted({job.code for job in jobs if job.code})
    return {
        "rule": jobs[0].rule,
        "jobs": len(jobs),
        "seconds": sum(_seconds(job) for job in jobs),
        "scripts": sorted({job.script for job in jobs if job.script}),
        "codes": codes,
        "last": max(job.ended for job in jobs),
    }


def _run(job: Job) -> dict[str, Any]:
    """One trained run; its seconds are the sidecar's, without start-up, if there is one."""
    return {
        "id": Path(job.id).stem,
        "study": job.id.split("/")[1],
        "started": job.started,
        "seconds": job.machine.get("seconds", _seconds(job)),
        "work": job.machine.get("work_seconds"),
    }


def _seconds(job: Job) -> float:
    return (job.ended - job.started).total_seconds()
