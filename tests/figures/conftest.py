"""Sources of runs: the paper's, a whole trained study, one without limited text, a failed one."""

import pytest
import studies_batch as batch
import studies_shapes as shapes
from studies import ROOT, data_size_rows, model_size_rows, study, tables_of

from scalinglaws.kaplan2020.gather import gather
from scalinglaws.metrics import SCHEMAS, table_from_rows
from scalinglaws.study import load_study

LADDER = {"experiment": "model_size", "select": {"d_model": {"min": 16}}}
SIZE_LAWS = {"L(N)": LADDER, "L(N) logarithm": LADDER, "L(C)": {"experiment": "model_size"}}


@pytest.fixture(scope="session")
def paper(tmp_path_factory):
    tables = gather(ROOT / "data" / "kaplan2020")
    declared = load_study("kaplan2020", ROOT).laws
    laws = {name: law.model_dump(exclude_none=True) for name, law in declared.items()}
    return study(tmp_path_factory.mktemp("kaplan2020"), tables, laws, of="kaplan2020")


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    (runs, curves), (more_runs, more_curves) = model_size_rows(0.06), data_size_rows()
    laws = SIZE_LAWS | {"L(D)": {"experiment": "data_size"}}
    laws |= {"L(T)": {"experiment": "model_size"}} | batch.LAWS
    runs = [run | {"corpus": shapes.OWN} for run in runs]
    tracked = next(run for run in runs if run["d_model"] == 64)
    tracked["experiments"].append("transfer")
    shaped = shapes.shape_rows()
    ladder, ladder_curves = batch.ladder_rows()
    scanned, scan, noise = batch.scan_rows()
    all_runs = runs + more_runs + shaped + ladder + scanned
    tables = tables_of(all_runs, curves + more_curves + ladder_curves)
    rows = {
        "batch_scan": scan,
        "noise_scale": noise,
        "positions": shapes.position_rows(runs + shaped),
        "evaluations": shapes.evaluation_rows(runs + shaped),
        "tracked": shapes.tracked_rows(tracked),
    }
    tables |= {name: table_from_rows(own, SCHEMAS[name]) for name, own in rows.items()}
    return study(tmp_path_factory.mktemp("trained"), tables, laws)


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    return study(tmp_path_factory.mktemp("bare"), tables_of(*model_size_rows(0.06)), SIZE_LAWS)


@pytest.fixture(scope="session")
def rising(tmp_path_factory):
    laws = {name: {"experiment": "model_size"} for name in ("L(N)", "L(N) logarithm", "L(C)")}
    return study(tmp_path_factory.mktemp("rising"), tables_of(*model_size_rows(-0.06)), laws)
