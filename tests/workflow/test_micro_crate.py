"""The crate of the finished micro study: valid by its profiles, and equal to the lineage."""

import io
from importlib.resources import files

import pytest
from requests import Response
from requests.adapters import BaseAdapter
from requests_cache import CachedSession
from rocrate_validator.models import Severity, ValidationSettings
from rocrate_validator.services import validate
from urllib3 import HTTPResponse

from scalinglaws.products import products
from scalinglaws.provenance.crate_reader import read_crate
from scalinglaws.provenance.graph import load_graph
from scalinglaws.provenance.hashing import hash_files
from scalinglaws.study import load_study

pytestmark = pytest.mark.workflow

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILES = (
    "ro-crate-1.1",
    "process-run-crate-0.5",
    "workflow-run-crate-0.5",
    "provenance-run-crate-0.5",
)


class Shipped(BaseAdapter):
    """Answers with the JSON-LD context of RO-Crate 1.1 that the package rocrate ships."""

    def send(self, request, **_):
        body = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
        assert CONTEXT.encode() in body, "another version of the context"
        response = Response()
        response.status_code, response.url, response.request = 200, request.url, request
        response.headers["Content-Type"] = "application/ld+json"
        response.raw = HTTPResponse(
            io.BytesIO(body), headers=response.headers, status=200, preload_content=False
        )
        return response

    def close(self):
        """Nothing is open."""


@pytest.fixture(scope="module")
def offline_cache(tmp_path_factory):
    """The validator's HTTP cache with what it would fetch: no network is needed."""
    path = tmp_path_factory.mktemp("http") / "cache"
    with CachedSession(str(path), backend="sqlite", expire_after=-1) as session:
        session.mount("https://", Shipped())
        assert session.get(CONTEXT).ok
    return path


@pytest.fixture(scope="module")
def crate(finished, tmp_path_factory):
    """The crate, as the command writes it."""
    folder = tmp_path_factory.mktemp("crates") / "micro"
    said = finished.scalinglaws("crate", str(folder)).stdout
    assert "a Provenance Run RO-Crate 0.5; it reads back as the lineage" in said
    return folder


def test_its_graph_is_that_of_the_lineage(finished, crate):
    wanted = products(load_study(None, finished.path))
    lineage, read = load_graph(finished.path).upstream(wanted), read_crate(crate)
    assert list(read.files) == list(lineage.files)
    assert list(read.jobs) == list(lineage.jobs)
    for path, file in lineage.files.items():
        assert read.files[path].made_by == file.made_by
        assert set(read.files[path].read_by) == set(file.read_by) & lineage.jobs.keys()
        assert file.sha256 in (None, read.files[path].sha256)
    for id_, job in lineage.jobs.items():
        for fact in vars(job).keys() - {"log"}:  # logs stay at home
            assert getattr(read.jobs[id_], fact) == getattr(job, fact), (id_, fact)


def test_its_files_are_what_it_says(crate):
    read = read_crate(crate)
    hashes = hash_files(crate, read.files)
    assert {path: hashes[path].sha256 for path in read.files} == {
        path: file.sha256 for path, file in read.files.items()
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_it_is_valid(crate, offline_cache, profile, capsys):
    settings = ValidationSettings(
        rocrate_uri=str(crate),
        profile_identifier=profile,
        requirement_severity=Severity.REQUIRED,
        offline=True,
        cache_path=str(offline_cache),
    )
    result = validate(settings)
    checks, issues = len(result.executed_checks), [issue.message for issue in result.get_issues()]
    with capsys.disabled():
        verdict = "passed" if result.passed() else f"failed: {issues}"
        print(f"\nroc-validator, {profile}, REQUIRED: {verdict} ({checks} checks)")
    assert result.passed(), issues
    assert checks >= 40, "the checks of RO-Crate itself are among them"
