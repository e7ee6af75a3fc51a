"""Options of the form KEY=VALUE: what they mean, and one line for what is none."""

import json

import pytest

from scalinglaws.cli import main


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "runs.csv"
    rows = ["web,1e6,4.0", "code,2e6,3.9", "web,4e6,3.7", "books,8e6,3.6"]
    path.write_text("\n".join(["data,size,loss", *rows]) + "\n")
    return path


def inspected(table, capsys, *options):
    main(["inspect", str(table), "--column", "N=size", *options, "--json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ([], (1e6, 8e6)),
        (["--where", "data=web"], (1e6, 4e6)),
        (["--where", "data=code", "--where", "data=books"], (2e6, 8e6)),
        (["--range", "N=2e6:"], (2e6, 8e6)),
        (["--range", "N=:4e6"], (1e6, 4e6)),
        (["--range", "N=2e6:4e6"], (2e6, 4e6)),
        (["--unit", "N=1000"], (1e9, 8e9)),
    ],
)
def test_rows_and_units_are_chosen(table, capsys, options, sizes):
    found = inspected(table, capsys, *options)["quantities"]["N"]
    assert (found["low"], found["high"]) == sizes


def test_a_constant_is_the_same_in_all_rows(table, capsys):
    found = inspected(table, capsys, "--constant", "B=4096")["quantities"]["B"]
    assert found["low"] == found["high"] == 4096 and found["origin"] == "the same in all rows"


@pytest.mark.parametrize(
    ("option", "value", "code", "words"),
    [
        ("--column", "size", 2, "argument --column: 'size' is not KEY=VALUE"),
        ("--column", "=size", 2, "argument --column: '=size' is not KEY=VALUE"),
        ("--where", "data=", 2, "argument --where: 'data=' is not KEY=VALUE"),
        ("--constant", "B=much", 1, "error: --constant B: 'much' is not a number\n"),
        ("--range", "loss=4", 1, "error: --range loss: give LOW:HIGH, either may be empty\n"),
        ("--range", "loss=low:", 1, "error: --range loss: 'low' is not a number\n"),
    ],
)
def test_what_is_no_pair_is_said(table, capsys, option, value, code, words):
    with pytest.raises(SystemExit) as end:
        main(["inspect", str(table), option, value])
    said = capsys.readouterr()
    assert end.value.code == code and not said.out and words in said.err
