"""The files of laws: equal bytes, strict JSON, printed values only compared with."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from scalinglaws.errors import UserError
from scalinglaws.kaplan2020 import gather
from scalinglaws.laws.fit import FITS, fit_laws, write_laws
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.metrics import read_table

ROOT = Path(__file__).parents[2]
CONSTANTS = yaml.safe_load((ROOT / "config" / "constants.yaml").read_text())
RANGE = {"experiment": "model_size", "select": {"n_params": {"min": 7e5, "max": 1e9}}}
LAWS = {"L(N)": RANGE, "L(N) logarithm": RANGE}


@pytest.fixture(scope="module")
def runs():
    return gather(ROOT / "data" / "kaplan2020")["runs"]


def written(runs, folder, laws=LAWS, constants=CONSTANTS):
    folder.mkdir()
    paths = {e: [folder / f"{slug}.{e}" for slug in SLUGS.values()] for e in ("txt", "json")}
    parameters = folder / "parameters.parquet"
    write_laws(fit_laws(runs, laws), constants, parameters, paths["txt"], paths["json"])
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_names_slugs_and_fits_agree():
    assert list(SLUGS) == list(FITS)
    for name, fit in FITS.items():
        assert fit([], []).law == name


def test_equal_runs_give_equal_bytes(runs, tmp_path):
    shuffled = runs.take(np.random.default_rng(0).permutation(runs.num_rows))
    assert written(runs, tmp_path / "a") == written(shuffled, tmp_path / "b")


def test_the_table_of_parameters(runs, tmp_path):
    written(runs, tmp_path / "a")
    rows = read_table(tmp_path / "a" / "parameters.parquet", PARAMETERS).to_pylist()
    by_name = {(row["law"], row["parameter"]): row for row in rows}
    assert len(rows) == 6
    alpha = by_name["L(N)", "alpha_N"]
    assert alpha["ci_low"] < alpha["estimate"] < alpha["ci_high"]
    assert alpha["hc3_low"] < alpha["estimate"] < alpha["hc3_high"]
    assert alpha["paper_value"] == 0.076 and alpha["status"] == "ok"
    assert by_name["L(N)", "log10_N_c"]["paper_value"] == pytest.approx(np.log10(8.8e13))
    assert by_name["L(N) logarithm", "k"]["paper_value"] == 0.25
    assert by_name["L(N)", "ln_L_at_centre"]["paper_value"] is None


def test_json_gives_the_fit_back(runs, tmp_path):
    files = written(runs, tmp_path / "a")
    law = json.loads(files["L_N.json"])
    fitted = fit_laws(runs, LAWS)[0]
    assert law["estimates"] == fitted.params.tolist()
    assert law["covariance"] == fitted.cov_params().tolist()
    assert law["n_runs"] == 16 and len(law["excluded"]) == 7
    assert law["selection"]["select"] == RANGE["select"]
    assert law["df"] == 14 and law["t_quantile"] == pytest.approx(2.144787, abs=1e-6)


def test_printed_values_touch_no_estimate(runs, tmp_path):
    alone, compared = written(runs, tmp_path / "a", constants={}), written(runs, tmp_path / "b")
    first, second = (json.loads(files["L_N.json"]) for files in (alone, compared))
    for key in set(first) - {"paper", "paper_joint_test"}:
        assert first[key] == second[key]


def test_the_printed_pair_is_judged_with_its_rounding(runs):
    test = fit_laws(runs, LAWS)[0].joint_test_of(CONSTANTS)
    assert test["p_value"] < 0.05 < test["p_value_rounded"]


def test_a_law_without_runs_still_has_its_files(runs, tmp_path):
    files = written(runs, tmp_path / "a", laws={"L(N)": RANGE})
    law = json.loads(files["L_N_logarithm.json"])
    assert law["status"] == "the study declares no runs for this law"
    assert law["estimates"] == [None, None]


def test_an_unknown_law_is_refused(runs):
    with pytest.raises(UserError, match="'L\\(X\\)' is unknown"):
        fit_laws(runs, {"L(X)": RANGE})


class Named(SimpleNamespace):
    """Snakemake's named lists answer to attributes and to keys."""

    def __getitem__(self, key):
        return getattr(self, key)


def open_door(script, **job):
    snakemake = SimpleNamespace(log=[], **{key: Named(**value) for key, value in job.items()})
    runpy.run_path(str(ROOT / "workflow" / "scripts" / script), {"snakemake": snakemake})


def test_the_doors_from_digitised_points_to_laws(tmp_path):
    metrics = {n: tmp_path / f"{n}.parquet" for n in ("runs", "curves", "evaluations", "positions")}
    points = sorted((ROOT / "data" / "kaplan2020").glob("*.csv"))
    open_door("gather_kaplan2020.py", input={"points": points}, output=metrics)
    fits = [tmp_path / f"{slug}.json" for slug in SLUGS.values()]
    open_door(
        "fit_laws.py",
        input={"runs": metrics["runs"]},
        output={
            "parameters": tmp_path / "parameters.parquet",
            "texts": [path.with_suffix(".txt") for path in fits],
            "fits": fits,
        },
        params={"laws": LAWS, "constants": CONSTANTS},
    )
    assert json.loads(fits[0].read_text())["status"] == "ok"
    assert "alpha_N" in fits[0].with_suffix(".txt").read_text()
