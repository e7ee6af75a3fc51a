"""The files of laws: equal bytes, strict JSON, printed values only compared with."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from scalinglaws.errors import UserError
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.fit import FITS, FOLLOWING, fit_laws
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.parameters import PARAMETERS
from scalinglaws.laws.result import FittedLaw
from scalinglaws.laws.write import write_laws
from scalinglaws.metrics import SCHEMAS, read_table
from scalinglaws.plotting import law_band
from scalinglaws.study import load_study

ROOT = Path(__file__).parents[2]
CONSTANTS = yaml.safe_load((ROOT / "config" / "constants.yaml").read_text())
RANGE = {"experiment": "model_size", "select": {"n_params": {"min": 7e5, "max": 1e9}}}
LAWS = {"L(N)": RANGE, "L(N) logarithm": RANGE}
ALL_LAWS = {
    name: law.model_dump(exclude_none=True)
    for name, law in load_study("kaplan2020", ROOT).laws.items()
}


@pytest.fixture(scope="module")
def tables():
    return gather(ROOT / "data" / "kaplan2020")


def measured(tables):
    return Measurements.of(tables)


def written(tables, folder, laws=LAWS, constants=CONSTANTS):
    folder.mkdir()
    paths = {e: [folder / f"{slug}.{e}" for slug in SLUGS.values()] for e in ("txt", "json")}
    parameters = folder / "parameters.parquet"
    fitted = fit_laws(measured(tables), laws)
    write_laws(fitted, constants, parameters, paths["txt"], paths["json"])
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_names_slugs_and_fits_agree():
    assert set(SLUGS) == set(FITS) | set(FOLLOWING)
    for law in fit_laws(Measurements(), {}):
        assert SLUGS[law.law] and "declares no runs for this law" in law.status


def test_equal_runs_give_equal_bytes(tables, tmp_path):
    rng = np.random.default_rng(0)
    shuffled = {n: t.take(rng.permutation(t.num_rows)) for n, t in tables.items()}
    first, second = (
        written(t, tmp_path / name, ALL_LAWS) for t, name in ((tables, "a"), (shuffled, "b"))
    )
    assert first == second


def test_laws_of_one_variable_have_the_same_interface(tables):
    one_variable = [f for f in fit_laws(measured(tables), ALL_LAWS) if isinstance(f, FittedLaw)]
    assert len(one_variable) == 5
    for law in one_variable:
        assert law.status == "ok", law.law
        x = law.x[[0, -1]]
        low, high = law.prediction_band(x)
        assert (low < law.predict(x)).all() and (law.predict(x) < high).all()
        assert law.conf_int().shape == (3, 2) and law.cov_params().shape == (2, 2)
        assert law.to_json(CONSTANTS)["interval"] == law.interval
        assert "Date" not in str(law.summary()) and law.note in " ".join(
            law.to_text(CONSTANTS).split()
        )
        band = law_band(json.loads(json.dumps(law.to_json(CONSTANTS))), x)
        np.testing.assert_allclose(band, (law.predict(x), low, high))


def test_the_table_of_parameters(tables, tmp_path):
    written(tables, tmp_path / "a")
    rows = read_table(tmp_path / "a" / "parameters.parquet", PARAMETERS).to_pylist()
    by_name = {(row["law"], row["parameter"]): row for row in rows}
    assert {row["law"] for row in rows} == set(SLUGS)
    alpha = by_name["L(N)", "alpha_N"]
    assert alpha["ci_low"] < alpha["estimate"] < alpha["ci_high"]
    assert alpha["hc3_low"] < alpha["estimate"] < alpha["hc3_high"]
    assert alpha["paper_value"] == 0.076 and alpha["status"] == "ok"
    assert by_name["L(N)", "log10_N_c"]["paper_value"] == pytest.approx(np.log10(8.8e13))
    assert by_name["L(N) logarithm", "k"]["paper_value"] == 0.25
    assert by_name["L(N)", "ln_L_at_centre"]["paper_value"] is None


def test_json_gives_the_fit_back(tables, tmp_path):
    files = written(tables, tmp_path / "a")
    law = json.loads(files["L_N.json"])
    fitted = fit_laws(measured(tables), LAWS)[0]
    assert law["estimates"] == fitted.params.tolist()
    assert law["covariance"] == fitted.cov_params().tolist()
    assert law["n_runs"] == 16 and len(law["excluded"]) == 7
    assert law["selection"]["select"] == RANGE["select"]
    assert law["df"] == 14 and law["t_quantile"] == pytest.approx(2.144787, abs=1e-6)


def test_printed_values_touch_no_estimate(tables, tmp_path):
    alone, compared = written(tables, tmp_path / "a", constants={}), written(tables, tmp_path / "b")
    first, second = (json.loads(files["L_N.json"]) for files in (alone, compared))
    for key in set(first) - {"paper", "paper_joint_test"}:
        assert first[key] == second[key]


def test_the_printed_pair_is_judged_with_its_rounding(tables):
    test = fit_laws(measured(tables), LAWS)[0].joint_test_of(CONSTANTS)
    assert test["p_value"] < 0.05 < test["p_value_rounded"]


def test_a_law_without_runs_still_has_its_files(tables, tmp_path):
    files = written(tables, tmp_path / "a", laws={"L(N)": RANGE})
    law = json.loads(files["L_N_logarithm.json"])
    assert law["status"] == "the study declares no runs for this law"
    assert law["estimates"] == [None, None]


def test_an_unknown_law_is_refused(tables):
    with pytest.raises(UserError, match="'L\\(X\\)' is unknown"):
        fit_laws(measured(tables), {"L(X)": RANGE})


class Named(SimpleNamespace):
    """Snakemake's named lists answer to attributes and to keys."""

    def __getitem__(self, key):
        return getattr(self, key)


def open_door(script, **job):
    snakemake = SimpleNamespace(log=[], **{key: Named(**value) for key, value in job.items()})
    runpy.run_path(str(ROOT / "workflow" / "scripts" / script), {"snakemake": snakemake})


def test_the_doors_from_digitised_points_to_laws(tmp_path):
    metrics = {n: tmp_path / f"{n}.parquet" for n in SCHEMAS}
    points = sorted((ROOT / "data" / "kaplan2020").glob("*.csv"))
    sources = tmp_path / "sources.json"
    open_door(
        "gather_kaplan2020.py", input={"points": points}, output={"sources": sources} | metrics
    )
    assert list(json.loads(sources.read_text())) == [path.name for path in points]
    fits = [tmp_path / f"{slug}.json" for slug in SLUGS.values()]
    open_door(
        "fit_laws.py",
        input=metrics,
        output={
            "parameters": tmp_path / "parameters.parquet",
            "texts": [path.with_suffix(".txt") for path in fits],
            "fits": fits,
        },
        params={"laws": LAWS, "constants": CONSTANTS},
    )
    assert json.loads(fits[0].read_text())["status"] == "ok"
    assert "alpha_N" in fits[0].with_suffix(".txt").read_text()
