"""The command: one clear line for what is wrong, the same numbers as text, JSON and figure."""

import json

import pytest

from scalinglaws.cli import main
from scalinglaws.errors import UserError
from scalinglaws.planning.save import save
from scalinglaws.plotting import Sheet


@pytest.fixture
def folder(kaplan2020, monkeypatch, root):
    monkeypatch.chdir(root)
    return kaplan2020.origin


def run(folder, *arguments):
    main(["plan", "--laws", folder, *arguments])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give exactly one of --compute, --loss, .* given: none"),
        (["--compute", "1e20", "--loss", "3"], "given: --compute, --loss"),
        (["--compute", "0"], "--compute: '0' must be a finite number above zero"),
        (["--compute", "-3"], "--compute: '-3' must be a finite number above zero"),
        (["--compute", "nan"], "--compute: 'nan' must be a finite number above zero"),
        (["--compute", "much"], "--compute: 'much' is not understood; give FLOPs or PF-days"),
        (["--n-params", "0"], "--n-params: '0' must be a finite number above zero"),
        (["--dataset-tokens", "inf"], "--dataset-tokens: 'inf' must be a finite"),
        (["--loss", "0.1"], "--loss 0.1: at or below the floor E = .* of Chinchilla Huber"),
        (["--loss", "1e9"], "no law of .* answers loss = 1e.09 nats/token"),
        (["--hours", "3"], "--hours: give --hardware NAME or --flops-per-second"),
        (["--hours", "3", "--hardware", "abacus"], "--hardware abacus: unknown; .*a100, .*h100"),
        (["--hours", "3", "--flops-per-second", "1e14"], "give --utilisation too"),
        (["--hours", "3", "--hardware", "h100", "--utilisation", "40"], "40 is no share"),
        (["--hours", "3", "--hardware", "h100", "--devices", "0"], "0 is no number of devices"),
        (["--compute", "1e20", "--figure", "plan.gif"], "end its name in .png, .pdf or .svg"),
        (["--compute", "1e20", "--chinchilla", "1,2"], "give E,A,B,alpha,beta as five positive"),
        (["--compute", "1e20", "--chinchilla", "no.json"], "no.json: no such file"),
        (["--compute", "1e20", "--study", "laptop"], "give one of --study, --laws, --runs"),
    ],
)
def test_a_wrong_argument_is_one_line(folder, arguments, words, capsys):
    import re

    with pytest.raises(SystemExit) as stopped:
        run(folder, *arguments)
    said = capsys.readouterr()
    assert stopped.value.code == 1 and not said.out
    assert len(said.err.splitlines()) == 1
    assert re.search(words, said.err)


def test_an_unknown_study_lists_those_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/mine/laws").mkdir(parents=True)
    with pytest.raises(SystemExit):
        main(["plan", "--compute", "1e20", "--study", "yours"])
    assert "there are: mine" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["plan", "--compute", "1e20", "--study", "mine"])
    assert "no fitted laws" in capsys.readouterr().err


def test_extrapolation_is_loud(folder, capsys):
    run(folder, "--compute", "5.76e23")
    said = capsys.readouterr().out
    assert "!!! EXTRAPOLATION" in said and "decades above" in said
    run(folder, "--compute", "1e18")
    assert "EXTRAPOLATION" not in capsys.readouterr().out


def test_units_and_hours_mean_the_same(folder, capsys):
    found = []
    for arguments in (
        ["--compute", "1PF-days"],
        ["--compute", "8.64e19"],
        ["--hours", "24", "--flops-per-second", "1e15", "--utilisation", "1"],
    ):
        run(folder, *arguments, "--json")
        found.append(json.loads(capsys.readouterr().out)["methods"])
    size, same, also = (f["Kaplan, frontier"]["values"]["N"]["estimate"] for f in found)
    assert size == pytest.approx(same, rel=1e-9) and size == pytest.approx(also, rel=1e-9)


def test_json_and_figures_are_equal_bytes(folder, tmp_path, capsys):
    for name in ("a", "b"):
        plan = ["--compute", "1e20", "--json", str(tmp_path / f"{name}.json")]
        for ending in ("png", "pdf", "svg"):
            run(folder, *plan, "--figure", str(tmp_path / f"{name}.{ending}"))
    capsys.readouterr()
    for ending in ("json", "png", "pdf", "svg"):
        one, other = (tmp_path / f"{name}.{ending}" for name in ("a", "b"))
        assert one.read_bytes() == other.read_bytes()
    content = json.loads((tmp_path / "a.json").read_text())
    assert content["methods"]["Kaplan, frontier"]["values"]["B"]["unit"] == "tokens"
    assert content["methods"]["Chinchilla"]["values"]["B"] is None


def test_a_figure_that_cannot_be_written_is_one_line(tmp_path):
    sheet, path = Sheet([("N", "FLOPs", "parameters")]), tmp_path / "none/plan.svg"
    with pytest.raises(UserError, match=r"plan\.svg: No such file or directory; name another"):
        save(sheet, path)


def test_every_method_with_numbers_is_in_the_figure(kaplan2020):
    from scalinglaws.planning.figure import draw
    from scalinglaws.planning.goals import compute_goal
    from scalinglaws.planning.plan import make_plan

    plan = make_plan(compute_goal("1e22"), kaplan2020)
    stars = [row for row in draw(plan).rows if row["kind"] == "plan" and row["panel"] == "N"]
    assert [float(row["y"]) for row in stars] == [
        pytest.approx(found.values["N"].value) for found in plan.usable
    ]
