"""Table 5: printed, refit and study side by side, and nothing compared that cannot be."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import table_from_rows, write_table
from scalinglaws.tables import NOT_FITTED, OTHER_VOCABULARY, constants_table

ROOT = Path(__file__).parents[1]
CONSTANTS = yaml.safe_load((ROOT / "config" / "constants.yaml").read_text())


def parameters(alpha, scale, status="ok"):
    common = {"law": "L(N)", "n_runs": 8, "n_obs": 8, "method": "OLS", "status": status}
    rows = [
        {"parameter": "alpha_N", "unit": "1", "estimate": alpha[0]},
        {"parameter": "log10_N_c", "unit": "log10(parameters)", "estimate": scale[0]},
    ]
    for row, (_, low, high) in zip(rows, (alpha, scale), strict=True):
        row |= common | {"ci_low": low, "ci_high": high}
    return table_from_rows(rows, PARAMETERS)


REFIT = parameters((0.0756, 0.0746, 0.0766), (13.96, 13.87, 14.05))
STUDY = parameters((0.062, 0.060, 0.065), (14.5, 14.2, float("inf")))


def test_every_constant_of_table_5_has_a_row_in_order():
    rows = constants_table("table_5", CONSTANTS, REFIT)
    assert [row["constant"] for row in rows] == [
        "α_N", "N_c", "α_D", "D_c", "α_C", "C_c", "α_C^min", "C_c^min", "α_B", "B_*", "α_S", "S_c",
    ]  # fmt: skip
    assert [row["printed"] for row in rows] == [
        0.076, 8.8e13, 0.095, 5.4e13, 0.057, 1.6e7, 0.050, 3.1e8, 0.21, 2.1e8, 0.76, 2.1e3,
    ]  # fmt: skip
    assert NOT_FITTED in rows[4]["note"]


def test_scales_are_turned_back_and_not_compared_across_vocabularies():
    alpha, scale = constants_table("table_5", CONSTANTS, REFIT, STUDY)[:2]
    assert alpha["printed_inside_refit"] == "yes" and alpha["printed_inside_study"] == "no"
    assert scale["refit"][0] == pytest.approx(10**13.96)
    assert scale["printed_inside_refit"] == "yes" and scale["printed_inside_study"] == ""
    assert OTHER_VOCABULARY in scale["note"] and scale["study"][2] == float("inf")


def test_a_failed_fit_shows_its_status_instead_of_numbers():
    failed = parameters((-0.01, -0.03, 0.02), (2.0, 1.0, 3.0), "exponent not positive")
    row = constants_table("table_5", CONSTANTS, REFIT, failed)[0]
    assert row["study"] is None and "this study: exponent not positive" in row["note"]


@pytest.mark.parametrize("own", [True, False])
def test_the_door_writes_equal_bytes_twice(tmp_path, own):
    write_table(REFIT, tmp_path / "k.parquet", PARAMETERS)
    write_table(STUDY, tmp_path / "s.parquet", PARAMETERS)
    files = []
    for attempt in "ab":
        paths = {e: tmp_path / f"{attempt}.{e}" for e in ("csv", "md", "tex")}
        snakemake = SimpleNamespace(
            input=SimpleNamespace(
                kaplan2020=str(tmp_path / "k.parquet"),
                study=str(tmp_path / ("s.parquet" if own else "k.parquet")),
            ),
            output=SimpleNamespace(**paths),
            params=SimpleNamespace(constants=CONSTANTS),
            wildcards=SimpleNamespace(table="table_5"),
            log=[],
        )
        script = ROOT / "workflow" / "scripts" / "constants_table.py"
        runpy.run_path(str(script), {"snakemake": snakemake})
        files.append([path.read_text() for path in paths.values()])
    assert files[0] == files[1]
    assert ("This study" in files[0][1]) == own
    assert r"$N_{\mathrm{c}}$" in files[0][2]
