"""What a grid costs on a device: golden values of the paper; what is shared counts once."""

import pytest

from scalinglaws.compute import compute_6nbs, compute_counted
from scalinglaws.grid_cost import cost_table, trained_shares
from scalinglaws.study import load_study
from scalinglaws.units import PF_DAY


@pytest.fixture
def paper(root):
    return load_study("paper", root)


def row(table, name):
    line = next(line for line in table.splitlines() if line.startswith(f"{name} "))
    return [cell.replace(",", "") for cell in line.split()[1:]]


def test_paper_s_largest_runs_cost_what_the_paper_says(paper):
    """6.44 PF-days of the (36, 1280) model and 13.4 of the 1.5B ones, in 2.5e5 steps of 2^19."""
    specs = {(s.n_layer, s.d_model): s for s, e in paper.runs().values() if "model_size" in e}
    assert compute_6nbs(specs[36, 1280]) / PF_DAY == pytest.approx(6.44, abs=0.005)
    assert compute_6nbs(specs[92, 1152]) / PF_DAY == pytest.approx(13.3, abs=0.05)
    assert specs[36, 1280].n_params == 707_788_800


def test_paper_s_rates_are_those_of_equation_d_1(paper):
    specs = {(s.n_layer, s.d_model): s for s, e in paper.runs().values() if "model_size" in e}
    for shape, rate in {(4, 256): 1.152e-3, (24, 1024): 5.158e-4}.items():
        assert specs[shape].peak_learning_rate == pytest.approx(rate, rel=2e-3)


def test_sum_is_of_all_runs_once(paper):
    table = cost_table(paper, 1e15)
    rows = [row(table, name) for name in paper.experiments if f"\n{name} " in f"\n{table}"]
    total = row(table, "all")
    assert sum(int(cells[0]) for cells in rows) == int(total[0]) == len(paper.runs())
    hours = sum(compute_counted(spec) for spec, _ in paper.runs().values()) / 1e15 / 3600
    assert float(total[4]) == pytest.approx(hours, rel=5e-3)


def test_a_shared_trunk_is_counted_once(root):
    study = load_study(None, root)
    shares = trained_shares(spec for spec, _ in study.runs().values())
    shorter = [
        shares[run_id]
        for run_id, (spec, serves) in study.runs().items()
        if serves == ("run_length",) and spec.steps < study.training.steps
    ]
    assert shorter
    assert all(share == pytest.approx(0.2, abs=0.01) for share in shorter)
