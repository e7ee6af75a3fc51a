"""Which column is taken for which quantity, in which unit, and that it is always said."""

import numpy as np
import pandas as pd
import pytest

from scalinglaws.errors import UserError
from scalinglaws.run_tables.how import HowToRead
from scalinglaws.run_tables.rows import read_rows
from scalinglaws.user_table import read_user_table

N = np.array([7e7, 4.1e8, 1.4e9, 6.9e9])
D = np.array([1e9, 4e9, 2e10, 3e11])
LOSS = np.array([4.0, 3.5, 3.0, 2.5])


def table(tmp_path, **columns):
    path = tmp_path / "runs.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def taken(path, **how):
    return read_rows(path, HowToRead(**how))


@pytest.mark.parametrize(
    ("key", "name", "values", "meant"),
    [
        ("N", "params", N, N),
        ("N", "Model Size", N, N),
        ("N", "num_params", N, N),
        ("N", "params_M", N / 1e6, N),
        ("N", "Parameters (millions)", N / 1e6, N),
        ("N", "n_params_in_billions", N / 1e9, N),
        ("N", "log10_params", np.log10(N), N),
        ("N", "model", ["pythia-70m", "pythia-410m", "pythia-1.4b", "pythia-6.9b"], N),
        ("N", "size", ["70M", "410M", "1.4B", "6.9B"], N),
        ("N_total", "total params", N, N),
        ("tokens", "tokens_seen", [f"{d:,.0f}" for d in D], D),
        ("tokens", "Tokens (B)", D / 1e9, D),
        ("tokens", "n_tokens", ["10^9", "4x10^9", "2e10", "3 * 10^11"], D),
        ("D", "dataset_size", D, D),
        ("C", "Training FLOPs", 6 * N * D, 6 * N * D),
        ("C", "Compute (EFLOPs)", 6 * N * D / 1e18, 6 * N * D),
        ("C", "compute_pf_days", 6 * N * D / 8.64e19, 6 * N * D),
        ("loss", "val_loss", LOSS, LOSS),
        ("loss", "eval/loss", LOSS, LOSS),
        ("loss", "Validation Loss", LOSS, LOSS),
        ("loss", "Final loss (nats)", LOSS, LOSS),
        ("loss", "eval/c4/CrossEntropyLoss", LOSS, LOSS),
        ("loss", "ppl", np.exp(LOSS), LOSS),
        ("loss", "bits_per_token", LOSS / np.log(2), LOSS),
        ("lr", "learning_rate", [1e-3] * 4, [1e-3] * 4),
    ],
)
def test_usual_names_and_cells(tmp_path, key, name, values, meant):
    columns = {} if key == "loss" else {"loss": LOSS}
    read = taken(table(tmp_path, **columns, **{name: values}))
    np.testing.assert_allclose(read.rows[key], meant, rtol=1e-9)
    assert any(line.startswith(f"{key} ") and repr(name) in line for line in read.notes)


def test_text_is_not_a_number_whatever_it_is_called(tmp_path):
    """A column `loss` that says train or val, and the losses under L."""
    path = table(tmp_path, loss=["train", "val"] * 2, L=LOSS, N=N, n=["a"] * 4, d=[1] * 4)
    read = taken(path)
    np.testing.assert_allclose(read.rows["loss"], LOSS)
    assert "column 'loss' holds text: not taken for loss" in read.notes
    assert "D" not in read.rows, "d may be anything"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {"log_params": np.log10(N)},
            "is a logarithm to an unsaid base; say --column N=log",
        ),
        ({"batch_size": [512] * 4}, "may count sequences; say --column B=batch_size"),
        ({"bpb": LOSS / 3, "loss": None}, "is bits a byte; for nats a token"),
    ],
)
def test_what_may_mean_two_things_is_asked(tmp_path, columns, words):
    columns = {"loss": LOSS, **columns}
    columns = {name: values for name, values in columns.items() if values is not None}
    read = taken(table(tmp_path, **columns), inspecting=True)
    assert any(words in line for line in read.warnings)


def test_a_train_loss_is_taken_last_and_said(tmp_path):
    read = taken(table(tmp_path, train_loss=LOSS, N=N))
    assert any("losses on training text" in line for line in read.notes)
    read = taken(table(tmp_path, train_loss=LOSS, val_loss=LOSS + 0.1, N=N))
    np.testing.assert_allclose(read.rows["loss"], LOSS + 0.1)
    assert any("(not from 'train_loss')" in line for line in read.notes)


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        ("millions", N / 1e6),
        ("1e6", N / 1e6),
        (1e9, N / 1e9),
        ("B", N / 1e9),
        ("log10", np.log10(N)),
        ("ln", np.log(N)),
    ],
)
def test_units_by_word_and_number(tmp_path, unit, values):
    read = taken(table(tmp_path, loss=LOSS, x=values), columns={"N": "x"}, units={"N": unit})
    np.testing.assert_allclose(read.rows["N"], N, rtol=1e-9)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"units": {"N": "miles"}}, "unit N=miles: 'miles' is not a number, nor thousands"),
        ({"units": {"N": "0"}}, "must be a positive number"),
        ({"units": {"N": "perplexity"}}, "only a loss can be a perplexity"),
        ({"units": {"D": 1e6}}, "unit D: the table has no column for it"),
        ({"units": {"depth_": 1e6}}, "unit depth_: unknown key"),
        ({"columns": {"width": "N"}}, "'width' is unknown; there are: run_id, N"),
        ({"columns": {"B": "batch"}}, "no column 'batch' (for B); it has: loss, N"),
        ({"constants": {"lot": 1}}, "constant lot: unknown"),
        (
            {"constants": {"N": 1}, "columns": {"N": "N"}},
            "constant N: a column is named",
        ),
        ({"constants": {"B": 1e14}}, "the constant (B) has the median 1e+14"),
        ({"ranges": {"D": (1, 2)}}, "range D: the table has no column for it"),
        ({"ranges": {"N": (1, 2)}}, "range N=1:2: no row lies inside"),
        ({"where": {"x": ["1"]}}, "where x: no such column; it has: loss, N"),
        ({"where": {"N": ["1"]}}, "where N=1: no such row; there are: 70000000.0"),
        ({"compute": "3ND"}, "compute: '3ND' is unknown; write 6ND, 2ND, counted"),
        ({"loss_at": "first"}, "loss at: 'first' is unknown; write last or best"),
    ],
)
def test_what_the_reader_says_wrong_is_one_line(tmp_path, how, words):
    with pytest.raises(UserError, match=r"^[^\n]*$") as error:
        read_user_table(table(tmp_path, loss=LOSS, N=N), **how)
    assert words in str(error.value)


def test_an_impossible_unit_of_a_column_nobody_asked_for(tmp_path):
    """A fit of L(D) does not stop at a strange N, which is not used and said to be."""
    path = table(tmp_path, D=D, loss=LOSS, params=N / 1e9)
    found, lines = read_user_table(path, needed=("D", "loss"))
    assert found.runs["n_params"].null_count == 4
    assert any("cannot be in parameters" in line and "not used" in line for line in lines)
    with pytest.raises(UserError, match=r"say what one unit is worth, e\.g\. --unit N=1e\+06"):
        read_user_table(path, needed=("N", "loss"))
