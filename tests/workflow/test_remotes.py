"""Clone and pull: what a clone can do with a remote, on S3 here, and without any."""

import re

import pytest
import requests
from clones import Clone
from moto.server import ThreadedMotoServer

pytestmark = pytest.mark.workflow


@pytest.fixture
def s3(monkeypatch):
    """The address of an S3 server on this machine that has the bucket `ledger`."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    assert requests.put(f"http://{host}:{port}/ledger", timeout=60).ok
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bare(finished, tmp_path) -> Clone:
    """What `git clone` alone gives."""
    finished.run("git", "clone", "--quiet", str(finished.path), str(tmp_path / "bare"))
    return Clone(tmp_path / "bare")


def use_s3(clone, address):
    clone.run("dvc", "remote", "add", "--local", "--force", "--default", "s3", "s3://ledger/micro")
    clone.run("dvc", "remote", "modify", "--local", "s3", "endpointurl", address)


def test_a_clone_pulled_from_s3_has_nothing_to_be_done(clone, bare, s3):
    use_s3(clone, s3)
    clone.run("dvc", "push")
    use_s3(bare, s3)
    bare.run("dvc", "pull")
    said = bare.snakemake("-n")
    assert "Nothing to be done" in said
    assert "note: this clone" not in said
    assert "up to date" in bare.run("dvc", "status").stdout


def test_a_clone_without_a_remote_says_what_needs_one(bare):
    said = bare.snakemake("-n")
    assert "note: this clone holds what git keeps of study micro" in said
    assert "`snakemake` alone trains all 4 runs again" in said
    assert re.search(r"^train +4$", said, flags=re.MULTILINE)


def test_laws_and_figures_rebuild_without_a_remote(bare):
    everything = bare.planned("from_metrics")
    assert not {"fetch", "tokenize_split", "train", "evaluate", "gather"} & everything.keys()
    assert {"fit_laws", "law_views", "judge_claims", "figure"} <= everything.keys()
    targets = [f"results/micro/{name}" for name in ("figures/figure_06.png", "constants.json")]
    bare.snakemake(*targets)
    assert bare.planned(*targets) == {}
    changed = bare.run("git", "status", "--porcelain", "results").stdout
    assert changed == "", "the same bytes as those in git"
