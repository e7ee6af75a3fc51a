"""The micro study asks for no network and tells nothing of the machine, from corpus to report.

The shared clone is made without a network.
"""

import sys

import pytest
from clones import CALL
from leaks import leaks, patterns

pytestmark = pytest.mark.workflow

ASK = "import socket; socket.create_connection(('192.0.2.1', 9), 1)"  # TEST-NET-1: nobody's


def test_the_cut_is_a_cut(finished, tmp_path):
    done = finished.offline(sys.executable, "-c", ASK, log=tmp_path / "log", check=False)
    assert done.returncode == 1
    assert "the network is cut: 192.0.2.1" in done.stdout
    assert (tmp_path / "log").read_text().startswith("socket.getaddrinfo 192.0.2.1 by ")


def test_nothing_asked_for_the_network_from_corpus_to_ledger(finished):
    """That it finished at all shows that it needs none; the log, that no tool phones home."""
    assert not finished.network_log.exists(), finished.network_log.read_text()


def test_report_and_audit_ask_for_no_network(clone, tmp_path):
    report, log = clone.path / "results/micro/report.html", tmp_path / "log"
    clone.offline("snakemake", "--cores", "1", "--quiet", "--report", str(report), log=log)
    clone.offline(sys.executable, "-c", CALL, "audit", log=log)
    clone.offline("dvc", "status", "--quiet", log=log)
    assert report.stat().st_size > 10**5
    assert not log.exists(), log.read_text()
    assert leaks(report, patterns(clone.path)) == []


def test_no_output_tells_of_the_machine(finished):
    """The clone lies in a temporary folder: any absolute path of it would be found."""
    searched = patterns(finished.path)
    outputs = [finished.path / "dvc.lock", *finished.path.glob("results/**/*.*")]
    assert len(outputs) > 100
    found = {path.name: leaks(path, searched) for path in outputs if path.is_file()}
    assert {name: what for name, what in found.items() if what} == {}
