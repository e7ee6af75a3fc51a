"""Differences of configurations, code and pins, and lists of files, as a reader is told them."""

import pytest

from scalinglaws.provenance.differences import (
    changed_keys,
    changed_pins,
    parse_configuration,
    same_code,
    shown,
)
from scalinglaws.provenance.dvclock import parse_lock
from scalinglaws.provenance.lineage.grouped import summarised


def test_keys_are_named_to_their_depth():
    before = {"training": {"steps": 60, "rate": 0.1}, "old": 1}
    now = {"training": {"steps": 70, "rate": 0.1}, "new": [1]}
    assert list(changed_keys(before, now)) == [
        ("training.steps", "60", "70"),
        ("old", "1", "absent"),
        ("new", "absent", "[1]"),
    ]
    assert list(changed_keys(before, before)) == []


def test_a_section_that_became_one_value_is_one_difference():
    section, value = {"training": {"steps": 60}}, {"training": None}
    shown_section = "{'steps': 60}"
    assert list(changed_keys(section, value)) == [("training", shown_section, "None")]
    assert list(changed_keys(value, section)) == [("training", "None", shown_section)]


def test_numbers_without_a_point_are_numbers():
    """DVC writes 5e-09 where a configuration has 5.0e-9."""
    assert parse_configuration(b"a: [5e-09, 1E+3, x5e-9]") == {"a": [5e-9, 1000.0, "x5e-9"]}
    lock = b"stages: {s: {params: {c.yaml: {a: 5e-09}}, outs: [{path: p, md5: 0f, size: 1}]}}"
    assert parse_lock(lock).params == {"c.yaml": {"a": 5e-9}}
    assert parse_configuration(b"a: [") is None


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (b"def f(x):\n    return x + 1\n", True),
        (b'"""Doc."""\ndef f(x):  # why\n    """More."""\n    return (x + 1)\n', True),
        (b"def f(x):\n    return x + 2\n", False),
        (b"def f(x:\n", False),
        (None, False),
    ],
)
def test_code_is_the_same_but_for_words_and_layout(now, same):
    assert same_code(b"def f(x):\n    return x + 1\n", now) is same


def test_pins_are_compared_by_package():
    before, now = b"# lock\nnumpy==1.0\ntorch==2.0\n", b"numpy==1.0  # why\ntorch==2.1\npandas==3\n"
    assert changed_pins(before, now) == ["pandas absent -> 3", "torch 2.0 -> 2.1"]
    assert changed_pins(before, before + b"# a comment\n") == []
    hashed = (
        b"NumPy==1.0 ; python_version < '4' \\\n    --hash=sha256:0f\ntorch==2.0 \\\n    --hash=x\n"
    )
    assert changed_pins(before, hashed) == []
    assert changed_pins(b"flufl.lock==9\na_b==1\n", b"flufl-lock==9\na-b==2\n") == ["a-b 1 -> 2"]


def test_a_long_value_is_cut_to_the_width():
    assert shown("a  b\nc" * 4, 40) == "a b ca b ca b ca b c"
    assert shown("x" * 40) == "x" * 40
    assert shown("x" * 41) == "x" * 37 + "..."
    assert shown(list(range(9)), 10) == "[0, 1, ..."


@pytest.mark.parametrize(
    ("paths", "text"),
    [
        (["a/b.png"], "a/b.png"),
        (["a/b.png", "a/c.png"], "2 files a/*.png"),
        (["a/b.png", "a/b.csv"], "2 files a/*.{csv,png}"),
        (["a/x/t.bin", "a/y/t.bin"], "2 files a/*/*.bin"),
        (["a/x/t.bin", "a/t.bin"], "2 files a/**/*.bin"),
        (["one", "two"], "2 files *"),
    ],
)
def test_many_files_are_one_pattern(paths, text):
    assert summarised(paths) == text
