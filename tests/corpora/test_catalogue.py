"""The catalogue: ours is valid, mistakes are answered in one line."""

from pathlib import Path

import pytest
import yaml

from scalinglaws.corpora.catalogue import Shares, check_use, load_catalogue, parse_corpus
from scalinglaws.errors import UserError

OURS = Path(__file__).parents[2] / "config" / "corpora.yaml"


def test_our_catalogue():
    catalogue = load_catalogue(OURS)
    assert set(catalogue) >= {"wiki_enwik8", "wiki2026_intros", "docs_statsmodels"}
    assert [source.kind for source in catalogue["wiki_enwik8"].sources] == [
        "url",
        "package",
        "package",
    ]
    web = {"my_web_corpus", "openwebtext", "web_reddit", "reviews_amazon"}
    for name, corpus in catalogue.items():
        assert ("not web text" in corpus.description) == (name not in web), name


def test_what_must_not_be_trained_on():
    catalogue = load_catalogue(OURS)
    trained = {name for name, corpus in catalogue.items() if not corpus.evaluation_only}
    own = {"my_web_corpus", "openwebtext"}
    assert trained == {"wiki_enwik8", "docs_statsmodels", "docs_manuals"} | own
    for name, corpus in catalogue.items():
        if any("bigbench" in str(source) for source in corpus.sources):
            assert corpus.evaluation_only and "canary" in corpus.description, name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"licens": "x"}, r"unknown key 'licens'; allowed: title, .*licence"),
        ({"reader": "pdf"}, r"docs_statsmodels: reader: .*'mediawiki_xml'.*given 'pdf'"),
        ({"sha256": "123"}, r"sha256: .*given '123'"),
        ({"bytes": 0}, r"bytes: .*greater than 0"),
        ({"bytes": None}, r"want bytes and sha256, or both null and in `unpinned` the reason"),
        ({"bytes": None, "sha256": None}, r"both null and in `unpinned` the reason"),
        ({"unpinned": "it moves"}, r"want bytes and sha256, or both null"),
        ({"evaluation_only": True}, r"must not be trained on; shares must be \{train: 0"),
        ({"shares": {"train": 0.5, "validation": 0, "test": 0}}, r"shares: .*sum 1"),
        (
            {"shares": {"train": 1, "valid": 0, "test": 0}},
            r"'valid'; allowed: train, validation, test",
        ),
        ({"sources": []}, r"sources: .*at least 1"),
        ({"sources": [{"kind": "ftp"}]}, r"sources.0: .*'url', 'package', 'npm', 'debian', 'inst"),
        (
            {"sources": [{"kind": "npm", "package": "a@1", "member": "m", "members": ["n"]}]},
            r"sources.0.npm: want either member \(one file\) or members",
        ),
        ({"sources": [{"kind": "npm", "package": "a@1"}]}, r"want either member"),
        ({"sources": [{"kind": "npm", "package": "--a@1", "member": "m"}]}, r"package: "),
        ({"sources": [{"kind": "debian", "packages": ["-x"], "members": ["*"]}]}, r"packages.0"),
        ({"sources": [{"kind": "installed", "package": "x>1"}]}, r"package: .*given 'x>1'"),
        ({"sources": [{"kind": "installed", "package": "--x==1", "member": "m"}]}, r"'member'"),
    ],
)
def test_mistakes_are_one_line(tmp_path, change, said):
    entry = yaml.safe_load(OURS.read_text())["docs_statsmodels"] | change
    path = tmp_path / "corpora.yaml"
    path.write_text(yaml.safe_dump({"docs_statsmodels": entry}))
    with pytest.raises(UserError, match=said) as caught:
        load_catalogue(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["a: [", "- a", "a: 1", ""])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "corpora.yaml"
    path.write_text(content)
    with pytest.raises(UserError, match=r"corpora\.yaml"):
        load_catalogue(path)


def test_a_package_cannot_be_an_option_of_pip(tmp_path):
    entry = yaml.safe_load(OURS.read_text())["docs_statsmodels"]
    entry["sources"] = [{"kind": "installed", "package": "--index-url==1"}]
    (tmp_path / "c.yaml").write_text(yaml.safe_dump({"x": entry}))
    with pytest.raises(UserError, match="package"):
        load_catalogue(tmp_path / "c.yaml")


def test_without_a_hash_the_sources_are_the_identity():
    entry = yaml.safe_load(OURS.read_text())["my_web_corpus"]
    other = entry | {"sources": [entry["sources"][0] | {"path": "/elsewhere"}]}
    identities = {parse_corpus(each, "x").identity for each in (entry, other)}
    assert len(identities) == 2
    pinned = load_catalogue(OURS)["wiki_enwik8"]
    assert pinned.identity == pinned.sha256


@pytest.mark.parametrize(
    ("train", "also", "line"),
    [
        ("unshared", (), "given 'unshared', which has no train share"),
        ("web_reddit", (), "given 'web_reddit', which is for evaluation only"),
        ("wiki_enwik8", ("nowhere",), "given 'nowhere', config/corpora.yaml has: wiki_enwik8"),
    ],
)
def test_a_study_trains_on_text_that_may_be_trained_on(root, train, also, line):
    catalogue = load_catalogue(root / "config/corpora.yaml")
    shares = Shares(train=0, validation=0, test=1)
    unshared = catalogue["wiki_enwik8"].model_copy(update={"shares": shares})
    catalogue["unshared"] = unshared
    with pytest.raises(UserError, match=line):
        check_use(catalogue, train, (train, *also))
