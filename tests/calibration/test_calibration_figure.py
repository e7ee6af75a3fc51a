"""The figure: what is drawn is in the CSV, words stay apart, the door writes equal bytes."""

import csv
import json
import runpy
from itertools import combinations
from types import SimpleNamespace

import pytest
from simulated import ROOT, law_of, study, vocabularies

from scalinglaws.calibration.figure import draw
from scalinglaws.metrics import SCHEMAS, write_table


@pytest.fixture(scope="module", params=["found", "poor"])
def sheet(request, config):
    return draw(request.getfixturevalue(request.param), config)


def test_every_marker_and_line_is_in_the_table(sheet):
    lines = [line for axes in sheet.axes.values() for line in axes.lines]
    recorded = [row for row in sheet.rows if row["kind"] != "interval"]
    recorded = [row for row in recorded if row["series"] != "seed noise"]
    assert len(recorded) == sum(len(line.get_xdata()) for line in lines)
    assert all(row["x_unit"] and row["y_unit"] for row in sheet.rows)


def test_a_panel_without_runs_says_so(poor, config):
    axes = draw(poor, config).axes
    for name in ("warmup", "vocabulary"):
        assert not axes[name].lines and name in axes[name].texts[0].get_text()
    assert axes["beta1"].lines and not axes["beta1"].texts


def test_vertices_and_chosen_rates_are_drawn(found, config):
    rows = draw(found, config).rows
    stars = [row for row in rows if row["panel"] == "sizes" and row["kind"] == "vertex"]
    assert [float(row["x"]) for row in stars] == [24.0 * d**2 for d in (16, 24, 32, 48, 64, 96)]
    rate = config["training"]["peak_learning_rate"]
    for row in rows:
        if (row["panel"], row["series"]) == ("sizes", "config/config.yaml"):
            law = rate["value"] * (float(row["x"]) / rate["at_n_params"]) ** rate["exponent"]
            assert float(row["y"]) == pytest.approx(min(law, rate["maximum"]))


def test_no_words_leave_the_page_or_cover_each_other(sheet):
    sheet.figure.draw_without_rendering()
    page = sheet.figure.bbox.padded(1.0)
    words = [sheet.figure.legends[0].get_window_extent()]
    for axes in sheet.axes.values():
        words += [text.get_window_extent() for text in _texts(axes)]
    for box in words:
        assert page.x0 <= box.x0 and box.x1 <= page.x1
        assert page.y0 <= box.y0 and box.y1 <= page.y1
    assert not [pair for pair in combinations(words, 2) if pair[0].overlaps(pair[1])]


def _texts(axes):
    """Titles, labels and those tick labels that stand inside the panel's range."""
    shown = [axes.xaxis.label, axes.yaxis.label, axes._left_title]
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in axis.get_major_ticks():
            if limits[0] <= tick.get_loc() <= limits[1]:
                shown.append(tick.label1)
    return [text for text in shown if text.get_text()]


def test_the_door_writes_the_same_files_twice(tmp_path):
    tables, settings = study()
    inputs = {"config": ROOT / "config/config.yaml", "law": tmp_path / "LR_N.json"}
    inputs["law"].write_text(json.dumps(law_of(tables["runs"])))
    for name, content in tables.items():
        inputs[name] = tmp_path / f"{name}.parquet"
        write_table(content, inputs[name], SCHEMAS[name])
    inputs["other_runs"], inputs["other_evaluations"] = [], []
    for i, pair in enumerate(vocabularies()):
        for name, content in zip(("runs", "evaluations"), pair, strict=True):
            path = tmp_path / f"{name}_{i}.parquet"
            write_table(content, path, SCHEMAS[name])
            inputs[f"other_{name}"].append(path)
    written = []
    for attempt in "ab":
        folder = tmp_path / attempt
        folder.mkdir()
        names = {"page": "md", "sweeps": "sweeps.csv", "pdf": "pdf", "png": "png", "csv": "csv"}
        output = {name: folder / f"calibration.{ending}" for name, ending in names.items()}
        snakemake = SimpleNamespace(
            input=Inputs(inputs),
            output=SimpleNamespace(**output),
            params=SimpleNamespace(settings=settings),
            log=[],
        )
        script = ROOT / "workflow" / "scripts" / "calibration.py"
        runpy.run_path(str(script), {"snakemake": snakemake})
        written.append([path.read_bytes() for path in output.values()])
    assert written[0] == written[1]
    rows = list(csv.DictReader(written[0][1].decode().splitlines()))
    assert {row["beyond_seed_noise"] for row in rows} == {"yes", "no"}


class Inputs(dict):
    """Names as keys and as attributes, as Snakemake hands them over."""

    __getattr__ = dict.__getitem__
