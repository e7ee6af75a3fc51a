"""Words of every figure of the committed studies: none overlaps another, none leaves the page."""

import pytest
from extents import faults
from matplotlib.figure import Figure
from studies import FIGURES, ROOT, on_disk, sheet_of

from scalinglaws.laws.names import SLUGS
from scalinglaws.metrics import SCHEMAS

STUDIES = ("kaplan2020", "laptop")


@pytest.fixture(scope="module", params=STUDIES)
def committed(request, tmp_path_factory):
    """A study as it lies in results/, metrics and laws side by side as `on_disk` has them."""
    results, folder = ROOT / "results" / request.param, tmp_path_factory.mktemp(request.param)
    if not (results / "laws").exists():
        pytest.skip(f"no results of study {request.param}: run snakemake")
    places = ("metrics/*", "laws/*", "*.parquet")
    for path in (path for place in places for path in results.glob(place)):
        (folder / path.name).symlink_to(path)
    fits = [folder / f"{slug}.json" for slug in SLUGS.values()]
    of = "kaplan2020" if request.param == "kaplan2020" else "trained"
    return on_disk(folder, [path for path in fits if path.exists()], of)


@pytest.mark.parametrize("name", FIGURES)
def test_words_of_a_committed_study_stand_apart(committed, name):
    needed = [getattr(committed.input, table) for table in FIGURES[name].get("reads", ())]
    if absent := [path.name for path in needed if not path.exists()]:
        pytest.skip(f"{absent[0]} is not made yet: run snakemake")
    assert all(path.exists() for path in (getattr(committed.input, n) for n in SCHEMAS))
    assert list(faults(sheet_of(committed, name).figure)) == []


def test_words_that_overlap_or_leave_the_page_are_found():
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.text(0.5, 0.5, "first word")
    axes.text(0.52, 0.52, "second word")
    figure.text(0.9, 0.9, "far too long for the page")
    found = " ".join(faults(figure))
    assert "overlap: 'first word' and 'second word'" in found
    assert "leaves the page: 'far too long for the page'" in found


def test_labels_of_ticks_are_words():
    figure = Figure(figsize=(2, 2))
    axes = figure.subplots()
    axes.set_xticks([0.0, 0.1], ["a long label", "another long label"])
    assert any("a long label" in fault for fault in faults(figure))
