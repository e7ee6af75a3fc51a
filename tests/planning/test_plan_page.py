"""Every command of docs/plan.md, run as it stands there."""

import json
import re
import shlex

import numpy as np
import pandas as pd
import pytest
from planned_laws import ROOT

from scalinglaws.cli import main

PAGE = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ scalinglaws (.*)$", PAGE, re.MULTILINE)


@pytest.fixture
def project(tmp_path, monkeypatch, kaplan2020, laptop):
    """A folder with the configuration, the laws of both studies, and a run table."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    for study, laws in (("kaplan2020", kaplan2020), ("laptop", laptop)):
        folder = tmp_path / "results" / study / "laws"
        folder.mkdir(parents=True)
        for law in laws.laws.values():
            name = law["law"].lower().replace(" ", "_")
            (folder / f"{name}.json").write_text(json.dumps(law))
    rng = np.random.default_rng(0)
    grid = np.array([(n, d) for n in np.geomspace(1e7, 1e9, 6) for d in np.geomspace(1e9, 5e10, 6)])
    loss = 1.8 + 480 / grid[:, 0] ** 0.35 + 2100 / grid[:, 1] ** 0.37
    table = pd.DataFrame(grid.round(), columns=["size", "tokens_seen"])
    table["loss"] = loss * np.exp(rng.normal(0, 1e-3, len(loss)))
    table.to_csv(tmp_path / "runs.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_has_commands():
    assert len(COMMANDS) > 10
    goals = ("--compute", "--loss", "--n-params", "--dataset-tokens", "--hours")
    assert all(any(goal in command for command in COMMANDS) for goal in goals)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_plans(project, command, capsys):
    main(shlex.split(command))
    said = capsys.readouterr().out
    if command.endswith("--json"):
        assert json.loads(said)["methods"]
    else:
        assert said.startswith("Plan for ")
        assert "D (tokens)" in said or "--dataset-tokens" in command
    if "plan.png" in command:
        assert (project / "plan.png").stat().st_size > 1e4 and (project / "plan.json").is_file()
