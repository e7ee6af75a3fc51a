"""The catalogue: ours is valid, mistakes are answered in one line."""

from pathlib import Path

import pytest
import yaml

from scalinglaws.corpora.catalogue import load_catalogue
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
    assert all("not web text" in corpus.description for corpus in catalogue.values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"licens": "x"}, r"unknown key 'licens'; allowed: title, .*licence"),
        ({"reader": "pdf"}, r"docs_statsmodels: reader: .*'mediawiki_xml'.*given 'pdf'"),
        ({"sha256": "123"}, r"sha256: .*given '123'"),
        ({"bytes": 0}, r"bytes: .*greater than 0"),
        ({"shares": {"train": 0.5, "validation": 0, "test": 0}}, r"shares: .*sum 1"),
        (
            {"shares": {"train": 1, "valid": 0, "test": 0}},
            r"'valid'; allowed: train, validation, test",
        ),
        ({"sources": []}, r"sources: .*at least 1"),
        ({"sources": [{"kind": "ftp"}]}, r"sources.0: .*'url', 'package', 'installed'"),
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
