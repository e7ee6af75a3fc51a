"""Which laws a table supports, and that what is said to be possible is possible."""

import numpy as np
import pandas as pd
import pytest

from scalinglaws.laws.fit import fit_laws
from scalinglaws.laws.names import SLUGS
from scalinglaws.run_tables.declared import declared_laws
from scalinglaws.run_tables.supported import supported
from scalinglaws.user_table import read_user_table

NAMES = ["L(N,D)", "Chinchilla", "Chinchilla Huber", "Chinchilla LAD"]
SIZES = np.geomspace(1e6, 1e9, 6)


def loss(n, d):
    return 1.8 + 400 / n**0.34 + 1200 / d**0.32


def measured(tmp_path, rows, **how):
    path = tmp_path / "runs.parquet"
    pd.DataFrame(rows).to_parquet(path)
    return read_user_table(path, **how)[0]


def able(found):
    return [law for law, support in supported(found).items() if not support.reason]


def test_a_grid_of_sizes_and_texts(tmp_path):
    rows = [{"N": n, "D": d, "loss": loss(n, d)} for n in SIZES for d in (1e9, 1e10, 1e11)]
    found = measured(tmp_path, rows)
    assert able(found) == ["L(N)", "L(N) logarithm", *NAMES, "overfitting"]
    laws = supported(found)
    assert laws["L(N)"].declared["select"] == {"dataset_tokens": {"min": 0.9e11}}
    assert laws["L(D)"].reason == "3 different D, at least 4 are needed"
    assert laws["LR(N)"].reason == "no column for lr"


def test_text_in_proportion_to_size_tells_no_two_terms_apart(tmp_path):
    rows = [{"N": n, "D": 20 * n, "loss": loss(n, 20 * n)} for n in np.geomspace(1e6, 1e9, 9)]
    laws = supported(measured(tmp_path, rows))
    assert "D follows N" in laws["Chinchilla"].reason
    assert "mix size and data" in laws["L(N)"].reason


def test_equally_long_curves(tmp_path):
    rows = [
        {"run": f"{n:.0f}", "N": n, "step": s, "loss": loss(n, 5e5 * s)}
        for n in SIZES
        for s in np.geomspace(100, 1e5, 30).round()
    ]
    found = measured(tmp_path, rows, constants={"B": 5e5})
    expected = {"L(N)", "L(C)", "N_opt(C)", "Chinchilla", "IsoFLOP N_opt(C)", "IsoFLOP D_opt(C)"}
    assert expected <= set(able(found))
    laws = supported(found)
    assert laws["Chinchilla"].declared["along_curves"]
    assert len(laws["IsoFLOP N_opt(C)"].declared["budgets"]) >= 3
    assert laws["L(N,D)"].reason == "D is the same in all runs"
    assert "three batch sizes" in laws["L(C_min)"].reason


def test_budgets(tmp_path):
    rows = [
        {"C": c, "N": n, "loss": loss(n, c / 6 / n)}
        for c in (1e18, 1e19, 1e20)
        for n in np.sqrt(c / 6 / 20) * np.array([0.25, 0.5, 1, 2, 4])
    ]
    assert {"IsoFLOP N_opt(C)", "IsoFLOP D_opt(C)", *NAMES} <= set(able(measured(tmp_path, rows)))
    fewer = supported(measured(tmp_path, rows[5:]))["IsoFLOP N_opt(C)"]
    assert fewer.reason.startswith("2 budgets of compute with 5 sizes or more")


def test_rates(tmp_path):
    rows = [
        {"N": n, "lr": r, "loss": 3 + np.log(r / 1e-3) ** 2}
        for n in SIZES[:3]
        for r in (3e-4, 6e-4, 1e-3, 2e-3)
    ]
    assert "LR(N)" in able(measured(tmp_path, rows))
    assert "LR(N)" not in able(measured(tmp_path, rows[:8]))


def test_nothing(tmp_path):
    laws = supported(measured(tmp_path, [{"N": 1e6, "loss": 3.0}]))
    assert set(laws) == set(SLUGS) - {"derived"}
    assert all(support.reason and not support.declared for support in laws.values())


def test_too_many_runs(tmp_path):
    n = np.geomspace(1e6, 1e9, 6000)
    laws = supported(measured(tmp_path, {"N": n, "loss": loss(n, 1e12)}))
    assert all("too many" in support.reason for support in laws.values())


def test_what_is_declared_changes_how_and_insists(tmp_path):
    rows = [{"N": n, "D": d, "loss": loss(n, d)} for n in SIZES for d in (1e9, 1e10, 1e11)]
    found = measured(tmp_path, rows)
    select = {"select": {"n_params": {"min": 1e7}}}
    laws, reasons = declared_laws(found, {"L(N)": select, "L(D)": {}})
    assert laws["L(N)"]["select"] == select["select"]
    assert "L(D)" in laws and "L(D)" not in reasons
    assert reasons["LR(N)"] == "no column for lr"


@pytest.mark.parametrize("curves", [False, True])
def test_all_laws_come_back_fitted_or_with_the_reason(tmp_path, curves):
    """Nothing that a table lacks stops a study."""
    rng = np.random.default_rng(2)
    rows = [
        {"run": f"{n:.0f} {d:.0f}", "N": n, "tokens": t, "loss": loss(n, t)}
        for n in SIZES
        for d in (1e9, 1e10, 1e11)
        for t in ([d / 4, d / 2, d] if curves else [d])
    ]
    for row in rows:
        row["loss"] *= np.exp(rng.normal(0, 0.002))
    found = measured(tmp_path, rows)
    laws = fit_laws(found, *declared_laws(found, {}))
    assert [law.law for law in laws] == list(SLUGS)
    by_name = {law.law: law for law in laws}
    assert by_name["Chinchilla"].ok
    assert by_name["LR(N)"].status == "no column for lr"
