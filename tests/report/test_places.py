"""Categories and labels: the paper's order, and lists that Snakemake can switch."""

import re

from docutils.core import publish_parts

from scalinglaws.report.places import figure_category, figure_title, labels
from scalinglaws.study import load_yaml


def test_figures_are_listed_in_the_papers_order(root):
    """Sorted as text, which is what Snakemake does, by category and then by label."""
    figures = load_yaml(root / "config/figures.yaml")
    entries = sorted((figure_category(f), figure_title(n, f)) for n, f in figures.items())
    by_part: dict[str, list[int]] = {}
    for category, title in entries:
        if number := re.match(r"Figure (\d+): ", title):
            by_part.setdefault(category, []).append(int(number[1]))
    assert sum(map(len, by_part.values())) == sum(n.startswith("figure_") for n in figures)
    for category, numbers in by_part.items():
        assert re.fullmatch(r"§ \w [\w ,-]+", category)
        assert numbers == sorted(numbers), category


def test_sections_fall_into_their_part_of_the_paper():
    assert figure_category({"section": "Sec. 3.2.1, Fig. 7"}) == "§ 3 Basic power laws"
    assert figure_category({"section": "Sec. 6, Fig. 13"}) == "§ 6 Allocation of compute"
    assert figure_category({"section": "App. D.5, Fig. 20"}) == "§ D Supplemental figures"
    assert figure_category({"section": "Beyond the paper"}) == "Beyond the paper"


def test_a_trained_study_comes_before_the_papers_points():
    for study in ("laptop", "smoke", "zzz"):
        trained, paper = (labels("x", s)["runs"] for s in (study, "kaplan2020"))
        assert sorted([paper, trained]) == [trained, paper]


def test_only_numbered_figures_have_a_number():
    assert figure_title("figure_05", {"title": "Shape"}) == "Figure 5: Shape"
    assert figure_title("seed_noise", {"title": "Noise between seeds"}) == "Noise between seeds"


def test_captions_are_clean_restructured_text(root):
    """A stray asterisk or underscore would show as a system message in the report."""
    for name, figure in load_yaml(root / "config/figures.yaml").items():
        html = publish_parts(f"**{figure['title']}**\n{figure['caption']}", writer="html")["body"]
        assert "system-message" not in html, name
