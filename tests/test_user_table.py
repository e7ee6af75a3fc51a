"""Somebody's own run table: what is read, what is refused and in which words."""

import json

import numpy as np
import pandas as pd
import pytest

from scalinglaws.cli import main
from scalinglaws.errors import UserError
from scalinglaws.fit_table import NEEDS, fit_table
from scalinglaws.user_table import read_user_table

GRID = [(n, d) for n in (1e6, 4e6, 1.6e7, 6.4e7) for d in (1e8, 4e8, 1.6e9, 6.4e9)]


def law(n, d):
    """Eq. 1.5 with constants of its own."""
    return ((5e13 / n) ** (0.08 / 0.1) + 2e13 / d) ** 0.1


@pytest.fixture
def grid(tmp_path):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(GRID, columns=["size", "tokens seen"])
    noise = np.exp(rng.normal(0, 0.001, len(rows)))
    rows["final"] = law(rows["size"], rows["tokens seen"]) * noise
    path = tmp_path / "runs.csv"
    rows.to_csv(path, index=False)
    return path


MAPPING = {"N": "size", "D": "tokens seen", "loss": "final"}


def test_five_lines_of_python_find_the_constants(grid):
    fitted = fit_table(grid, "L(N,D)", columns=MAPPING)
    assert fitted.ok and fitted.n_runs == len(GRID)
    for name, true in (("alpha_N", 0.08), ("alpha_D", 0.1), ("log10_N_c", np.log10(5e13))):
        estimate, low, high = fitted[name]
        assert abs(estimate - true) < high - low  # twice the interval's half-width
        assert estimate == pytest.approx(true, rel=0.05)
    assert "alpha_D" in str(fitted.summary())


def test_parquet_and_csv_are_one(grid, tmp_path):
    pd.read_csv(grid).to_parquet(tmp_path / "runs.parquet")
    a = fit_table(grid, "L(N,D)", columns=MAPPING)
    b = fit_table(tmp_path / "runs.parquet", "L(N,D)", columns=MAPPING)
    # rows are named by number, and points of one N are summed in the order of names
    np.testing.assert_allclose(a.params, b.params, rtol=1e-9)


def test_millions_are_not_parameters(grid, tmp_path):
    rows = pd.read_csv(grid)
    rows["size"] /= 1e6
    rows.to_csv(tmp_path / "m.csv", index=False)
    with pytest.raises(UserError, match=r"size \(N\) has the median .* cannot be in parameters"):
        fit_table(tmp_path / "m.csv", "L(N,D)", columns=MAPPING)
    scaled = fit_table(tmp_path / "m.csv", "L(N,D)", columns=MAPPING, units={"N": 1e6})
    np.testing.assert_allclose(
        scaled.params, fit_table(grid, "L(N,D)", columns=MAPPING).params, rtol=1e-6
    )


@pytest.mark.parametrize(
    ("row", "value", "words"),
    [
        (3, "-2", r"row 3: final \(loss\) is -2, not positive"),
        (2, "", r"row 2: final \(loss\) is blank"),
        (17, "high", r"row 17: final \(loss\) is 'high', not a number"),
        (5, "inf", r"row 5: final \(loss\) is inf"),
        (4, "0", r"row 4: final \(loss\) is 0, not positive"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_can_be_skipped(grid, row, value, words, capsys):
    lines = grid.read_text().splitlines()
    lines[row - 1] = ",".join([*lines[row - 1].split(",")[:2], value])
    grid.write_text("\n".join(lines) + "\n")
    with pytest.raises(UserError, match=words) as error:
        fit_table(grid, "L(N,D)", columns=MAPPING)
    assert "\n" not in str(error.value) and "--skip-bad-rows" in str(error.value)
    fitted = fit_table(grid, "L(N,D)", columns=MAPPING, skip_bad_rows=True)
    assert fitted.n_obs == len(GRID) - 1
    assert "left out" in capsys.readouterr().err


def test_a_column_that_is_not_there(grid):
    with pytest.raises(UserError, match=r"no column 'lost' .* it has: size, tokens seen, final"):
        fit_table(grid, "L(N,D)", columns={"loss": "lost"})
    rows = pd.read_csv(grid).rename(columns={"tokens seen": "how much"})
    rows.to_csv(grid, index=False)
    with pytest.raises(UserError, match=r"no column for D .* name one with --column D=NAME"):
        fit_table(grid, "L(N,D)", columns={"N": "size", "loss": "final"})
    with pytest.raises(UserError, match="'width' is unknown; there are: run_id, N"):
        fit_table(grid, "L(N,D)", columns={"width": "size"})


def test_repeated_rows_are_flagged(grid, capsys):
    lines = grid.read_text().splitlines()
    grid.write_text("\n".join([*lines, lines[3]]) + "\n")
    fit_table(grid, "L(N,D)", columns=MAPPING)
    assert "1 row repeats another: 18 (as 4)" in capsys.readouterr().err


def test_one_run_twice_is_refused(tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text("run,N,loss\na,1000,4\nb,2000,3.9\na,1000,3.8\n")
    with pytest.raises(UserError, match="row 4: run 'a' stands in row 2 already"):
        read_user_table(path, needed=("N", "loss"))


def test_rows_of_one_run_are_its_curve(tmp_path):
    path = tmp_path / "curves.csv"
    path.write_text("run,step,N,loss\na,20,1000,4\na,10,1000,5\nb,10,2000,4.9\nb,20,2000,3.9\n")
    measurements, warnings = read_user_table(path, needed=("N", "loss"))
    assert warnings == []
    assert measurements.curves["step"].to_pylist() == [10, 20, 10, 20]
    assert measurements.runs["test_loss"].to_pylist() == [4.0, 3.9]


def test_d_out_of_compute_is_announced(grid, tmp_path):
    rows = pd.read_csv(grid)
    rows["C"] = 6 * rows["size"] * rows["tokens seen"]
    rows.drop(columns="tokens seen").to_csv(tmp_path / "c.csv", index=False)
    measurements, warnings = read_user_table(
        tmp_path / "c.csv", {"N": "size", "loss": "final"}, needed=("N", "D", "loss")
    )
    assert any("C = 6 N D" in line for line in warnings)
    assert measurements.runs["dataset_tokens"].to_pylist() == [round(d) for _, d in GRID]


def test_too_few_points_are_a_status(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("N,D,loss\n1e6,1e8,4\n2e6,2e8,3.9\n4e6,4e8,3.7\n")
    fitted = fit_table(path, "L(N,D)")
    assert not fitted.ok and "too few points: 3" in fitted.status
    assert np.isnan(fitted.params).all()


def test_the_command_line(grid, tmp_path, capsys):
    columns = [word for key, name in MAPPING.items() for word in ("--column", f"{key}={name}")]
    out = tmp_path / "law.json"
    main(["fit", str(grid), "--law", "L(N,D)", *columns, "--json", str(out), "--range", "N=2e6:"])
    assert "alpha_N" in capsys.readouterr().out
    assert json.loads(out.read_text())["n_runs"] == 12
    with pytest.raises(SystemExit):
        main(["fit", str(grid), "--law", "L(M)"])
    error = capsys.readouterr().err
    assert error.startswith("error: law 'L(M)'") and error.count("\n") == 1


@pytest.mark.parametrize("name", NEEDS)
def test_every_law_offered_refuses_a_table_without_its_columns(name, tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("colour\nred\n")
    with pytest.raises(UserError, match=r"no column for .*it has: colour"):
        fit_table(path, name)


def test_parabolas_at_equal_compute(tmp_path):
    """Chinchilla's law on budgets around its optimum gives back its exponent beta/(alpha+beta)."""
    rows = ["C,N,D,loss"]
    for c in (1e18, 1e19, 1e20, 1e21):
        best = (c / 6) ** 0.5
        for factor in (0.25, 0.5, 1.0, 2.0, 4.0):
            n = best * factor
            d = c / (6 * n)
            rows.append(f"{c},{n},{d},{1.7 + 400 / n**0.3 + 400 / d**0.3}")
    path = tmp_path / "isoflop.csv"
    path.write_text("\n".join(rows) + "\n")
    for law, name in (("IsoFLOP N_opt(C)", "a"), ("IsoFLOP D_opt(C)", "b")):
        fitted = fit_table(path, law)
        assert fitted.ok and fitted[name][0] == pytest.approx(0.5, abs=1e-3)


def test_the_best_rate_by_size(tmp_path):
    rows = ["N,lr,loss"]
    for n in (1e4, 1e5, 1e6, 1e7):
        best = 3e-3 * (n / 1e5) ** -0.4
        rows += [
            f"{n},{best * f},{4 * n**-0.05 + 0.02 * np.log(f) ** 2}" for f in (0.25, 0.5, 1, 2, 4)
        ]
    path = tmp_path / "rates.csv"
    path.write_text("\n".join(rows) + "\n")
    fitted = fit_table(path, "LR(N)")
    assert fitted.ok and fitted["exponent"][0] == pytest.approx(-0.4, abs=1e-3)


def test_more_runs_than_a_fit_can_redo_are_refused(tmp_path):
    n = np.geomspace(1e6, 1e9, 6000)
    pd.DataFrame({"N": n, "loss": 3 * n**-0.05}).to_csv(tmp_path / "many.csv", index=False)
    with pytest.raises(UserError, match="6000 runs are too many for one fit, at most 5000"):
        fit_table(tmp_path / "many.csv", "L(N)")
