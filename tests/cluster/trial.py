"""The micro study through Slurm, with jobs cancelled, out of time and out of memory.

    python tests/cluster/trial.py        (as root on a machine of its own; some ten minutes)

Slurm comes from Debian's packages, its Snakemake plugin from `pip install -e '.[slurm]'`. The same
study is run once without a cluster; at the end both must hold the same bytes, and a local
`snakemake -n` in the cluster's folder must say that nothing is to be done. What happened is
written to benchmarks/results/slurm.md.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/workflow"), str(ROOT / "workflow")]

from clones import copy_checkout  # noqa: E402
from one_machine import cluster, install  # noqa: E402

TARGET = "results/trial/metrics/runs.parquet"
PAGE = ROOT / "benchmarks/results/slurm.md"
# Long enough that a job which is granted one minute does not end in it.
STEPS = 40_000
FIRST = {"shapes": [[2, 24], [2, 32]]}
SECOND = {"shapes": [[2, 24], [2, 32], [1, 16]]}  # one run more, which runs out of memory
NO_ACCOUNTS = ["--slurm-no-account", "--slurm-status-command", "squeue"]
SOON = ["--slurm-init-seconds-before-status-checks", "5", "--latency-wait", "10"]


def main() -> None:
    install()
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder:
        folder = Path(folder)
        here, there = folder / "here", folder / "there"
        for project in (here, there):
            copy_checkout(ROOT, project)
            declare(project, SECOND)
        print("without a cluster", flush=True)
        run(here, ["--cores", "2", TARGET])
        facts = through_slurm(folder, there)
        facts["equal"] = same_bytes(here, there)
        facts["idle"] = "Nothing to be done" in run(there, ["-n", TARGET])
        PAGE.write_text(page(facts), encoding="utf-8")
        print(PAGE.read_text(encoding="utf-8"))
        if not all(facts[key] for key in ("equal", "idle", "time", "memory", "resumes")):
            raise SystemExit("the trial failed")


def declare(project: Path, sweep: dict) -> None:
    """config/trial.yaml: the micro study with longer runs and frequent checkpoints."""
    study = yaml.safe_load((project / "config/micro.yaml").read_text(encoding="utf-8"))
    study |= {"study": "trial", "checkpoint_seconds": 2}
    study["training"]["steps"] = STEPS
    study["experiments"]["model_size"] = sweep
    study["budget"] = {"core_seconds": 3600}
    (project / "config/trial.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")


def command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "snakemake", "--configfile", "config/trial.yaml", *arguments]


def run(project: Path, arguments: list[str]) -> str:
    done = subprocess.run(command(arguments), cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def through_slurm(folder: Path, project: Path) -> dict:
    """Run the study in two parts; what was submitted, killed and resumed."""
    slurm_folder = folder / "slurm"
    slurm_folder.mkdir()
    with cluster(slurm_folder):
        declare(project, FIRST)
        print("cancelled, and out of time", flush=True)
        log = folder / "first.log"
        # A minute an attempt, whatever the run's estimate says.
        first = submit(project, log, "train:runtime=attempt")
        cancelled = cancel_one(project)
        finish(first, log)
        declare(project, SECOND)
        print("out of memory", flush=True)
        log = folder / "second.log"
        finish(submit(project, log, "train:mem_mb=250*attempt"), log)
    ended = (slurm_folder / "slurmctld.log").read_text(encoding="utf-8")
    paths = [*project.rglob("*.log"), slurm_folder / "slurmd.log", log]
    logs = [path.read_text(encoding="utf-8") for path in paths]
    killed = re.findall(r"(\d+)\S* exceeded memory limit", "\n".join(logs), re.IGNORECASE)
    return {
        "jobs": len(set(re.findall(r"_slurm_rpc_submit_batch_job: JobId=(\d+)", ended))),
        "cancelled": cancelled,
        "time": len(set(re.findall(r"Time limit exhausted for JobId=(\d+)", ended))),
        "memory": len(set(killed)),
        "resumes": sum(text.count("goes on from step") for text in logs),
    }


def submit(project: Path, log: Path, grant: str) -> subprocess.Popen:
    arguments = ["--profile", "profiles/slurm", "--jobs", "2", *NO_ACCOUNTS, *SOON]
    arguments += ["--set-resources", grant, "--retries", "5", "--", TARGET]
    with log.open("w") as out:
        return subprocess.Popen(command(arguments), cwd=project, stdout=out, stderr=out)


def finish(snakemake: subprocess.Popen, log: Path) -> None:
    if snakemake.wait():
        raise SystemExit(f"snakemake through Slurm failed:\n{log.read_text()[-5000:]}")


def cancel_one(project: Path, seconds: int = 600) -> int:
    """Cancel a training job once it has left a checkpoint; 1 if one was."""
    for _ in range(seconds):
        if any((project / "scratch").glob("*.pt")):
            listed = ["squeue", "--noheader", "--states=RUNNING", "--format=%i %k"]
            jobs = subprocess.run(listed, capture_output=True, text=True).stdout
            training = [line.split()[0] for line in jobs.splitlines() if "train" in line]
            if training:
                subprocess.run(["scancel", training[0]], check=True)
                return 1
        time.sleep(1)
    return 0


def same_bytes(here: Path, there: Path) -> bool:
    files = {p.relative_to(here) for p in (here / "results").rglob("*") if p.is_file()}
    return bool(files) and all((here / f).read_bytes() == (there / f).read_bytes() for f in files)


def page(facts: dict) -> str:
    yes = {True: "yes", False: "**no**"}
    return f"""# A study through Slurm

Generated by `python tests/cluster/trial.py`, which starts a Slurm cluster of one machine and sends
the micro study with longer runs through `profiles/slurm`; not edited by hand.

| what happened | number |
| --- | --- |
| jobs submitted | {facts["jobs"]} |
| training jobs cancelled by hand | {facts["cancelled"]} |
| training jobs killed for their time limit | {facts["time"]} |
| training jobs killed for memory | {facts["memory"]} |
| times that a run went on from its checkpoint | {facts["resumes"]} |
| results equal, byte for byte, those of a run without a cluster | {yes[facts["equal"]]} |
| `snakemake -n` on the machine itself afterwards: nothing to be done | {yes[facts["idle"]]} |
"""


if __name__ == "__main__":
    main()
