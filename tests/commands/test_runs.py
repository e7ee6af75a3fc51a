"""`scalinglaws runs`: the grid, its commands, its cost, and a budget that is kept."""

import shlex
import shutil

import pytest
import yaml

from scalinglaws.cli import main
from scalinglaws.study import load_study


@pytest.fixture
def micro(root, monkeypatch):
    monkeypatch.chdir(root)
    return load_study("micro")


def test_the_grid_has_a_row_a_run_and_its_sum(micro, capsys):
    main(["runs", "--study", "micro"])
    head, *rows, _, total = capsys.readouterr().out.splitlines()
    assert head.split()[0] == "experiments"
    assert sorted(row.split()[-1] for row in rows) == sorted(micro.runs())
    assert total.startswith(f"study micro: {len(micro.runs())} runs, about ")


def test_the_training_command_of_each_run(micro, capsys):
    main(["runs", "--study", "micro", "--commands"])
    commands = [shlex.split(line) for line in capsys.readouterr().out.splitlines()]
    written = [command[command.index("--run") + 1] for command in commands]
    assert sorted(written) == sorted(f"results/micro/runs/{run}.parquet" for run in micro.runs())
    for command, (spec, _) in zip(commands, micro.runs().values(), strict=True):
        assert " ".join(spec.to_flags()) in " ".join(command)


def test_a_study_over_its_budget_is_shown_and_refused(root, tmp_path, monkeypatch, capsys):
    shutil.copytree(root / "config", tmp_path / "config")
    overlay = {"study": "dear", "extends": "micro", "budget": {"core_seconds": 1}}
    (tmp_path / "config/dear.yaml").write_text(yaml.safe_dump(overlay))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["runs", "--study", "dear"])
    said = capsys.readouterr()
    assert end.value.code == 1 and "study dear: 4 runs" in said.out
    assert said.err.startswith("error: study dear needs about ")
    assert "its budget is 1: take out runs or steps" in said.err and said.err.count("\n") == 1


def test_the_cost_is_that_of_the_measured_core_by_default(micro, capsys):
    main(["runs", "--study", "micro", "--cost"])
    reached = micro.budget.flops_per_second
    expected = f"study micro on core: {reached:.3g} FLOP/s a device, 100% of it reached"
    assert expected in capsys.readouterr().out.splitlines()


def hours(printed):
    """Device-hours of the first table's sum."""
    row = next(line for line in printed.splitlines() if line.startswith("all "))
    return float(row.split()[5].replace(",", ""))


def test_half_the_utilisation_is_twice_the_hours(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    cost = ["runs", "--study", "paper", "--cost", "--hardware", "h100"]
    main([*cost, "--utilisation", "0.5"])
    half = capsys.readouterr().out
    assert "50% of it reached" in half
    main([*cost, "--utilisation", "1"])
    assert hours(half) == pytest.approx(2 * hours(capsys.readouterr().out), rel=1e-2)


def test_a_cheaper_study_stands_beside(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    main(["runs", "--study", "paper", "--cost", "--hardware", "h100"])
    printed = capsys.readouterr().out
    assert printed.endswith("* study paper_cheaper: the same questions, answered for less\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--utilisation", "0"], "error: --utilisation 0: must be above 0 and at most 1\n"),
        (["--utilisation", "1.5"], "error: --utilisation 1.5: must be above 0 and at most 1\n"),
        (["--utilisation", "nan"], "error: --utilisation nan: must be above 0 and at most 1\n"),
        (["--hardware", "abacus"], "error: --hardware abacus: unknown; there are: core, "),
    ],
)
def test_a_wrong_device_is_one_line(micro, capsys, arguments, said):
    with pytest.raises(SystemExit) as end:
        main(["runs", "--study", "micro", "--cost", *arguments])
    assert end.value.code == 1
    printed = capsys.readouterr()
    assert not printed.out and printed.err.startswith(said) and printed.err.count("\n") == 1
