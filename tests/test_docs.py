"""The documentation's examples are valid, and its links lead somewhere."""

import re

import pytest
import yaml

from scalinglaws.corpora.catalogue import load_catalogue
from scalinglaws.study import load_yaml, merge, validate

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def blocks(path):
    """The YAML examples of a page."""
    return re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", ["tutorial.md", "howto/experiment.md"])
def test_configurations_are_valid(root, page):
    default = load_yaml(root / "config/config.yaml")
    examples = blocks(root / "docs" / page)
    assert examples
    for text in examples:
        study = validate(merge(default, yaml.safe_load(text)), page)
        assert study.runs()


def test_tutorial_declares_what_it_says(root):
    default = load_yaml(root / "config/config.yaml")
    study = validate(merge(default, yaml.safe_load(blocks(root / "docs/tutorial.md")[0])), "")
    assert set(study.experiments) == {"model_size", "depth_ladder"}
    served = [experiments for _, experiments in study.runs().values()]
    assert ("model_size", "depth_ladder") in served, "a run that both share is trained once"


def test_corpus_entry_is_valid(root, tmp_path):
    (tmp_path / "corpora.yaml").write_text(blocks(root / "docs/howto/corpus.md")[0])
    assert load_catalogue(tmp_path / "corpora.yaml")


def test_links_lead_somewhere(root):
    pages = [*(root / "docs").rglob("*.md"), root / "README.md", root / "CONTRIBUTING.md"]
    dead = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert dead == []
