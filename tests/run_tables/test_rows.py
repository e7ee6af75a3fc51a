"""Rows into runs and curves: conventions, choices, and what is computed."""

import numpy as np
import pandas as pd
import pytest

from scalinglaws.errors import UserError
from scalinglaws.user_table import read_user_table


def write(tmp_path, text):
    path = tmp_path / "runs.csv"
    path.write_text(text)
    return path


CURVES = (
    "model,n_params,step,loss\n"
    "a,1e6,0,10.8\na,1e6,10,5\na,1e6,20,4\na,1e6,30,4.5\n"
    "b,2e6,0,10.8\nb,2e6,10,4.9\nb,2e6,20,3.9\nb,2e6,30,3.8\n"
)


def test_curves_with_a_constant_batch(tmp_path):
    found, lines = read_user_table(write(tmp_path, CURVES), constants={"B": 1000})
    assert found.runs["run_id"].to_pylist() == ["a", "b"]
    assert found.runs["tokens"].to_pylist() == [30_000, 30_000]
    assert found.runs["compute_6nbs"].to_pylist() == pytest.approx([1.8e11, 3.6e11])
    assert found.curves["compute_6nbs"].to_pylist()[0] == pytest.approx(6e10)
    assert "2 rows at step 0, before training, are left out" in lines
    assert "tokens are computed as B x step" in lines


def test_last_or_best_loss(tmp_path):
    path = write(tmp_path, CURVES)
    assert read_user_table(path)[0].runs["test_loss"].to_pylist() == [4.5, 3.8]
    best = read_user_table(path, loss_at="best")[0].runs
    assert best["test_loss"].to_pylist() == [4.0, 3.8]
    assert best["steps"].to_pylist() == best["stop_step"].to_pylist() == [20, 30]


def test_ranges_are_of_rows(tmp_path):
    path = write(tmp_path, CURVES)
    found, lines = read_user_table(path, ranges={"step": (15, None)})
    assert len(found.curves) == 4
    assert "range step=15:: 4 of 6 rows" in lines
    found, _ = read_user_table(path, ranges={"step": (None, 25), "N": (1.5e6, None)})
    assert found.runs["test_loss"].to_pylist() == [3.9]


def test_rows_are_chosen_by_any_column(tmp_path):
    path = write(
        tmp_path,
        "kind,decay,N,loss\nmain,0.5,1e6,4\nmain,1,2e6,3.9\nside,1,4e6,9\nother,1,4e6,8\n",
    )
    found, lines = read_user_table(path, where={"kind": ["main"]})
    assert found.runs["test_loss"].to_pylist() == [4.0, 3.9]
    assert "kind=main: 2 of 4 rows" in lines
    found, _ = read_user_table(path, where={"kind": ["main", "side"], "decay": ["1"]})
    assert found.runs["test_loss"].to_pylist() == [3.9, 9.0]
    with pytest.raises(UserError, match="where kind=Main: no such row; there are: main, side"):
        read_user_table(path, where={"kind": ["Main"]})


def test_row_numbers_are_those_of_the_file_whatever_is_chosen(tmp_path):
    path = write(tmp_path, "# a comment\nkind,N,loss\nx,1e6,4\ny,1e6,-4\n")
    with pytest.raises(UserError, match="row 4: loss is -4, not positive"):
        read_user_table(path, where={"kind": ["y"]})


def test_rows_of_equal_design_are_one_curve_where_no_column_names_runs(tmp_path):
    path = write(tmp_path, "N,step,loss\n1e6,10,5\n1e6,20,4\n2e6,10,4.9\n2e6,20,3.9\n")
    found, lines = read_user_table(path)
    assert found.runs["run_id"].to_pylist() == ["N=1e+06", "N=2e+06"]
    assert any("no column names the runs" in line for line in lines)


def test_a_family_is_no_run(tmp_path):
    """A column `model` that says OPT in rows of several sizes names no run."""
    path = write(tmp_path, "model,params,tokens,loss\nopt,1e8,1e9,4\nopt,1e9,2e9,3\n")
    found, lines = read_user_table(path)
    assert len(found.runs) == 2 and len(found.curves) == 0
    assert "column 'model' does not name single runs: every row is taken as a run" in lines
    with pytest.raises(UserError, match="run 'opt' has several N"):
        read_user_table(path, {"run_id": "model"})


def test_compute_of_the_forward_pass(tmp_path):
    path = write(tmp_path, "N,D,C,loss\n1e6,1e9,2e15,4\n")
    assert read_user_table(path)[0].runs["compute_6nbs"].to_pylist() == [2e15]
    found, lines = read_user_table(path, compute="2ND")
    assert found.runs["compute_6nbs"].to_pylist() == [6e15]
    assert any("forward pass alone" in line for line in lines)


def test_compute_that_counts_more_stays_beside_6nd(tmp_path):
    path = write(tmp_path, "N,tokens,C,loss\n1e6,1e9,9e15,4\n")
    runs = read_user_table(path, compute="counted")[0].runs
    assert runs["compute_counted"].to_pylist() == [9e15]
    assert runs["compute_6nbs"].to_pylist() == [6e15]


def test_embeddings_are_taken_off_where_the_shape_is_known(tmp_path):
    path = write(tmp_path, "N_total,vocab_size,hidden_size,loss\n1.5e6,1000,100,4\n")
    runs, lines = read_user_table(path)
    assert runs.runs["n_params"].to_pylist() == [1_400_000]
    assert "N is computed as N_total - n_vocab d_model: tied embeddings" in lines


def test_our_own_table_of_runs_is_a_table(root):
    path = root / "results/kaplan2020/metrics/runs.parquet"
    if not path.is_file():
        pytest.skip("the paper's study was not run in this checkout")
    found, lines = read_user_table(path, where={"experiments": ["data_size"]})
    own = pd.read_parquet(path)
    own = own[own["experiments"].map(lambda names: "data_size" in names)]
    assert found.runs["test_loss"].to_pylist() == own["test_loss"].to_list()
    assert not any("is taken from" in line for line in lines), "our own names need no words"


def test_a_batch_scan_comes_out_of_curves(tmp_path):
    """Steps to a loss over batches follow Eq. 5.1: S = S_min (1 + B_crit / B)."""
    lines = ["run,N,B,step,loss"]
    for batch in (1000, 4000, 16000, 64000):
        for step in np.geomspace(50, 50_000, 40):
            loss = 6 * (step / (1 + 8000 / batch)) ** -0.1
            lines.append(f"b{batch},1e6,{batch},{step:.0f},{loss}")
    found, _ = read_user_table(write(tmp_path, "\n".join(lines)))
    scan = found.batch_scan.to_pandas()
    assert set(scan["batch_tokens"]) == {1000, 4000, 16000, 64000}
    assert set(found.runs["experiments"].to_pylist()[0]) >= {"table", "batch_size"}
    for _, level in scan.groupby("loss"):
        if len(level) == 4:
            smallest = level["step"] / (1 + 8000 / level["batch_tokens"])
            assert smallest.max() / smallest.min() < 1.05


def test_many_bad_rows_are_counted(tmp_path):
    path = write(tmp_path, "N,loss\n" + "1e6,\n" * 20 + "2e6,3\n")
    with pytest.raises(UserError, match=r"row 2: loss is blank \(and 19 more such rows\)"):
        read_user_table(path)
    found, lines = read_user_table(path, skip_bad_rows=True)
    assert len(found.runs) == 1
    assert sum("left out" in line for line in lines) == 6, "five rows and one line for the others"


def test_one_row(tmp_path):
    found, _ = read_user_table(write(tmp_path, "N,D,loss\n1e6,1e9,3\n"))
    assert len(found.runs) == 1 and len(found.curves) == 0


def test_nothing_usable(tmp_path):
    with pytest.raises(UserError, match="no usable row"):
        read_user_table(write(tmp_path, "N,loss\n1e6,nan\n2e6,-1\n"), skip_bad_rows=True)
