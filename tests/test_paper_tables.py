"""Tables 1 and 4: the paper's own numbers, and laws that are not to be used say so."""

import csv

import pyarrow as pa

from scalinglaws.compute import forward_flops_per_token, operations, total_params
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.paper_tables import PAPER_MODEL, table_1, table_4, write_plain


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


def test_the_largest_transformer_of_the_study_stands_beside(make_spec):
    shapes = [{key: getattr(make_spec(d_model=d), key) for key in PAPER_MODEL} for d in (16, 32)]
    runs = [shape | {"architecture": "transformer"} for shape in shapes]
    runs.append(runs[0] | {"d_model": None})
    assert "(2, 32), n_vocab 64" in table_1(runs).header[-1]


def parameters(*rows):
    columns = {"law": "L(N)", "parameter": "alpha_N", "estimate": 0.07, "ci_low": 0.06}
    columns |= {"ci_high": 0.08, "status": "ok"}
    return pa.Table.from_pylist([columns | row for row in rows], schema=PARAMETERS)


def test_exponents_stand_with_intervals_and_unusable_laws_with_their_status(tmp_path):
    paper = parameters({}, {"parameter": "log10_N_c", "estimate": 13.9})
    study = parameters({"status": "too few points: 2"})
    table = table_4(paper, study)
    assert table.rows[0][-2:] == ("alpha_N 0.07 [0.06, 0.08]", "too few points: 2")
    assert table.rows[1][-2:] == ("not fitted", "not fitted")
    paths = [str(tmp_path / f"t.{ending}") for ending in ("csv", "md", "tex")]
    write_plain(table, *paths)
    with open(paths[0], newline="", encoding="utf-8") as file:
        assert [tuple(row) for row in csv.reader(file)] == [table.header, *table.rows]
    assert r"alpha\_N" in (tmp_path / "t.tex").read_text()
