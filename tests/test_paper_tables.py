"""Tables 1 and 4: the paper's own numbers, and laws that are not to be used say so."""

import csv
from pathlib import Path

import pyarrow as pa
import yaml

from scalinglaws.compute import (
    compute_counted,
    forward_flops_per_token,
    total_params,
)
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.operations import operations
from scalinglaws.paper_tables import PAPER_MODEL, table_1, table_4, write_plain

CONSTANTS = yaml.safe_load((Path(__file__).parents[1] / "config" / "constants.yaml").read_text())


def test_the_papers_largest_ladder_model():
    """Sec. 2.1: (36, 1280) has N = 707,788,800; C_forward = 2 N + 2 n_layer n_ctx d_attn."""
    total = table_1([]).rows[-1]
    assert total[3] == "707,788,800"
    assert total[4] == f"{2 * 707_788_800 + 2 * 36 * 1024 * 1280:,}"


def test_operations_add_up_to_the_runs_own_counts(make_spec):
    spec = make_spec()
    found = operations(**{key: getattr(spec, key) for key in PAPER_MODEL})
    assert sum(parameters for parameters, _ in found.values()) == total_params(spec)
    assert sum(flops for _, flops in found.values()) == forward_flops_per_token(spec)


def recorded(spec):
    """A row of RUNS as the gathering of a run writes it, as far as Table 1 asks."""
    own = {key: getattr(spec, key) for key in (*PAPER_MODEL, "architecture", "n_params", "tokens")}
    return own | {"n_params_total": total_params(spec), "compute_counted": compute_counted(spec)}


def test_the_largest_transformer_of_the_study_stands_beside(make_spec):
    runs = [recorded(make_spec(d_model=d)) for d in (16, 32)]
    runs.append(runs[0] | {"d_model": None})
    table = table_1(runs)
    assert "(2, 32), n_vocab 64" in table.header[-2]
    assert {row[0]: row[-1] for row in table.rows if row[-1]} == {
        "Embed": "yes",
        "Total (non-embedding)": "yes",
    }


def test_a_run_that_recorded_other_counts_is_found(make_spec):
    run = recorded(make_spec(d_model=32))
    for wrong in ({"n_params": 1}, {"compute_counted": run["compute_counted"] * 1.01}):
        assert table_1([run | wrong]).rows[-1][-1] == "no"
    assert table_1([run | {"n_params_total": run["n_params"]}]).rows[0][-1] == "no"


def parameters(*rows):
    columns = {"law": "L(N)", "parameter": "alpha_N", "estimate": 0.07, "ci_low": 0.06}
    columns |= {"ci_high": 0.08, "status": "ok"}
    return pa.Table.from_pylist([columns | row for row in rows], schema=PARAMETERS)


def test_exponents_stand_with_intervals_and_verdicts_and_unusable_laws_with_their_status(tmp_path):
    paper = parameters({"ci_high": 0.075}, {"parameter": "log10_N_c", "estimate": 13.9})
    study = parameters({"status": "too few points: 2"})
    table = table_4(CONSTANTS, paper, study)
    assert table.header[5:] == (
        *("Printed", "Refit of the paper's points", "Inside?", "This study", "Inside?"),
    )
    assert table.rows[0][5:] == (
        *("alpha_N 0.076", "alpha_N 0.07 [0.06, 0.075]", "no", "too few points: 2", ""),
    )
    assert table.rows[1][5:] == ("alpha_D 0.095", "not fitted", "", "not fitted", "")
    assert table.rows[4][5] == "alpha_N 0.076, alpha_D 0.103"
    assert table.rows[5][5] == "alpha_S 0.76, alpha_N 0.077"
    paths = [str(tmp_path / f"t.{ending}") for ending in ("csv", "md", "tex")]
    write_plain(table, *paths)
    with open(paths[0], newline="", encoding="utf-8") as file:
        assert [tuple(row) for row in csv.reader(file)] == [table.header, *table.rows]
    assert r"alpha\_N" in (tmp_path / "t.tex").read_text()


def test_the_papers_own_table_has_no_study():
    assert table_4(CONSTANTS, parameters({})).rows[0][5:] == (
        *("alpha_N 0.076", "alpha_N 0.07 [0.06, 0.08]", "yes"),
    )
