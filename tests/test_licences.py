"""The page of third-party licences is that of the lock, and no licence slips in unseen."""

import importlib.util

import pytest


@pytest.fixture(scope="module")
def licences(request):
    path = request.config.rootpath / ".ci/licences.py"
    spec = importlib.util.spec_from_file_location("licences", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(root):
    text = (root / "docs/reference/licences.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {name: (version, said) for name, version, said, _ in rows[1:]}


def test_every_package_of_the_lock_is_listed_as_it_says_itself(licences, root):
    """On another platform or Python the lock may ask for other packages; shared ones agree."""
    written = table(root)
    found = {name: (version, said) for name, version, said, _ in licences.rows()}
    assert len(found) > 200
    shared = found.keys() & written.keys()
    assert len(shared) > 0.95 * len(found)
    wrong = {name for name in shared if found[name] != written[name]}
    assert not wrong, "run `make licences`"


def test_no_licence_slips_in_unseen(licences):
    rows = licences.rows()
    assert licences.unseen(rows) == []
    new = [("a", "1", "AGPL-3.0-only", ""), ("b", "1", "MIT AND GPL-3.0", ""), ("c", "1", "", "")]
    assert [line[0] for line in licences.unseen([*rows, *new])] == ["a", "b", "c"]


def test_no_look_outlives_its_package(licences):
    assert (
        licences.LOOKED_AT.items() <= {name: said for name, _, said, _ in licences.rows()}.items()
    )


@pytest.mark.parametrize(
    ("expression", "binding"),
    [
        ("MIT", {"MIT"}),
        ("GPL-2.0 OR MIT", {"MIT"}),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", {"MPL-2.0", "Apache-2.0"}),
        ("GPL-2.0 OR EPL-1.0", {"GPL-2.0 OR EPL-1.0"}),
    ],
)
def test_what_of_an_expression_binds(licences, expression, binding):
    assert licences.parts(expression) == binding


def test_every_corpus_has_a_licence(root):
    from scalinglaws.corpora.catalogue import load_catalogue

    assert all(corpus.licence for corpus in load_catalogue(root / "config/corpora.yaml").values())
