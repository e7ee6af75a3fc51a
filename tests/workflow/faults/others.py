"""Two Snakemakes at once; a remote that is lost while the ledger is pushed or pulled."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import requests
from moto.server import ThreadedMotoServer

from faults.fault import Fault
from faults.stage import RUNS, Stage, run_again

KEYS = {
    "AWS_ACCESS_KEY_ID": "anyone",
    "AWS_SECRET_ACCESS_KEY": "anything",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "2",  # a minute less of waiting for a server that is gone
}
BUCKET = "ledger"
ENOUGH = 10  # files after which the remote goes


def two_at_once(stage: Stage) -> None:
    first = stage.start(*stage.make(RUNS))
    stage.wait_until(lambda: any((stage.path / ".snakemake/locks").glob("*")), first)
    stage.do(*stage.make(RUNS))
    first.wait()


@contextlib.contextmanager
def server(port: int = 0) -> Iterator[str]:
    """An S3 server on this machine; what it holds outlives it within this process."""
    os.environ.update(KEYS)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        running.stop()


def use(stage: Stage, address: str) -> None:
    """Make a bucket of that server the default remote."""
    requests.put(f"{address}/{BUCKET}", timeout=60).raise_for_status()
    for command in (
        ("add", "--local", "--force", "--default", "s3", f"s3://{BUCKET}/micro"),
        ("modify", "--local", "s3", "endpointurl", address),
    ):
        stage.do("dvc", "remote", *command)


def files_there(address: str) -> int:
    return requests.get(f"{address}/{BUCKET}", timeout=60).text.count("<Key>")


def lost_in_push(stage: Stage) -> None:
    with server() as address:
        use(stage, address)
        process = stage.start("dvc", "push", "--jobs", "1")
        stage.wait_until(lambda: files_there(address) >= ENOUGH, process)
    process.wait()


def push_again(stage: Stage) -> None:
    """The remote is back; what is pulled from it is what there was."""
    with server() as address:
        use(stage, address)
        stage.do("dvc", "push")
        forget(stage)
        stage.do("dvc", "pull")


def forget(stage: Stage) -> None:
    """What only the ledger keeps, and DVC's own copy of it."""
    stage.do("rm", "-rf", ".dvc/cache", "results/micro/runs", "results/micro/scores", "data/raw")


def lost_in_pull(stage: Stage) -> None:
    with server() as address:
        use(stage, address)
        stage.do("dvc", "push")
        forget(stage)
        process = stage.start("dvc", "pull", "--jobs", "1")
        cache = stage.path / ".dvc/cache/files"
        stage.wait_until(lambda: len(list(cache.glob("md5/??/*"))) >= ENOUGH, process)
    process.wait()


def pull_again(stage: Stage) -> None:
    with server() as address:
        use(stage, address)
        stage.do("dvc", "pull")


OTHERS = [
    Fault(
        *("two at once", "a second Snakemake beside the first"),
        two_at_once,
        "cannot be locked",
        run_again(RUNS),
        redo=(RUNS,),
    ),
    Fault(
        *("remote lost", "while it is pushed to"),
        lost_in_push,
        "ERROR: .*|failed to push",
        push_again,
    ),
    Fault(
        *("remote lost", "while it is pulled from"),
        lost_in_pull,
        "ERROR: .*|failed to pull|failed to fetch",
        pull_again,
        spoils=("results/micro/runs/*", "results/micro/scores/*", "data/raw/*"),
    ),
]
