"""Metrics and laws of made-up and real sources, as a figure's script finds them on disk."""

import importlib
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import yaml

from scalinglaws.conventions.analysis import analyse
from scalinglaws.conventions.table import CONVENTIONS
from scalinglaws.figures.source import read_source
from scalinglaws.laws.checks.held_out import held_out_rows
from scalinglaws.laws.checks.profiles import LAWS as PROFILED
from scalinglaws.laws.checks.profiles import profile_rows
from scalinglaws.laws.checks.tables import HELD_OUT, PROFILES
from scalinglaws.laws.fit import fit_laws
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.names import SLUGS
from scalinglaws.laws.write import write_laws
from scalinglaws.metrics import SCHEMAS, table_from_rows, write_table
from scalinglaws.study import load_study

ROOT = Path(__file__).parents[2]
CONSTANTS = yaml.safe_load((ROOT / "config" / "constants.yaml").read_text())
FIGURES = yaml.safe_load((ROOT / "config" / "figures.yaml").read_text())
PAPER_ESTIMATES = "results/kaplan2020/laws/parameters.parquet"
MADE = ("held_out", "profiles", "conventions")  # tables that some figures read
ALWAYS = ("runs", "curves", "evaluations")  # what every figure reads
STEPS = (1, 3, 10, 30, 100, 200, 400, 800)


def study(folder, tables, laws, of="trained"):
    """Write metrics and laws of one source; what Snakemake would hand to a figure."""
    for name, schema in SCHEMAS.items():
        write_table(tables.get(name, schema.empty_table()), folder / f"{name}.parquet", schema)
    fits = [folder / f"{slug}.json" for slug in SLUGS.values()]
    measurements = Measurements.of(tables)
    fitted = fit_laws(measurements, laws)
    write_laws(fitted, CONSTANTS, folder / "parameters.parquet", [], fits)
    held_out = table_from_rows(held_out_rows(measurements, laws), HELD_OUT)
    write_table(held_out, folder / "held_out.parquet", HELD_OUT)
    found = [law for law in map(load, fits) if law["law"] in PROFILED]
    rows = [row for law in found for row in profile_rows(law)]
    write_table(table_from_rows(rows, PROFILES), folder / "profiles.parquet", PROFILES)
    declared = load_study("kaplan2020" if of == "kaplan2020" else None, ROOT).conventions
    steps = table_from_rows(
        analyse(measurements, declared.model_dump(exclude_none=True), of), CONVENTIONS
    )
    write_table(steps, folder / "conventions.parquet", CONVENTIONS)
    return on_disk(folder, fits, of)


def load(path):
    return json.loads(path.read_text())


def on_disk(folder, fits, of):
    """What Snakemake would hand to a figure of this source; the paper's estimates are committed."""
    paths = {name: folder / f"{name}.parquet" for name in (*SCHEMAS, *MADE)}
    paths["estimates"] = folder / "parameters.parquet"
    paths["paper_estimates"] = paths["estimates"] if of == "kaplan2020" else ROOT / PAPER_ESTIMATES
    return SimpleNamespace(
        input=SimpleNamespace(**paths, laws=fits, drawn=[]),
        params=SimpleNamespace(constants=CONSTANTS, figure={}),
        log=[],
        sheets={},
        of=of,
    )


def set_up(snakemake, name):
    """Hand one figure its entry and the drawn series that the entry names."""
    snakemake.params.figure = FIGURES[name]
    paths = FIGURES[name].get("drawn", {}).get(snakemake.of, [])
    snakemake.input.drawn = [ROOT / path for path in paths]


def model_size_rows(exponent):
    """A ladder of two-layer models with trunk and cool-down, of which one run diverged."""
    runs, curves = [], []
    for i, d_model in enumerate((8, 16, 24, 32, 48, 64, 96, 128, 192)):
        n_params = 24 * d_model**2
        loss = 3.9 * (1e5 / n_params) ** exponent * (1 + 0.003 * (-1) ** i)
        diverged = d_model == 192
        run = row(f"L2-d{d_model}", d_model, "model_size", None if diverged else loss)
        runs.append(run | {"status": "diverged" if diverged else "finished"})
        for step in (*STEPS, 1000):
            curves.append(
                point(
                    run, step, 4096, loss * (1 + (n_params / 5e4) ** 0.3 * (step / 5 + 1) ** -0.6)
                )
                | {"phase": "cooldown" if step == 1000 else "trunk"}
            )
    return runs, curves


def data_size_rows():
    """Three models on five amounts of text and on all of it; every run has its stop."""
    runs, curves = [], []
    for d_model in (32, 64, 128):
        n_params = 24 * d_model**2
        for k, tokens in enumerate((16384, 32768, 65536, 131072, 262144, None)):
            limit = 4e5 / tokens if tokens else 0.0
            loss = 3.4 * ((5e5 / n_params) ** 0.7 + limit) ** 0.1 * (1 + 0.002 * (-1) ** k)
            run = row(f"L2-d{d_model}-D{tokens}", d_model, "data_size", loss)
            stop = round(60 * 2**k * (2.5e4 / n_params) ** 0.2) if tokens else None
            runs.append(
                run
                | {"dataset_tokens": tokens, "stop_step": stop, "early_stopped_loss": 1.02 * loss}
            )
            for step in STEPS:
                rise = 0.3 * np.log(max(1.0, step / stop)) if stop else 0.0
                test = 1.02 * loss * (1 + 2 / (step + 1)) + rise
                train = test - 3 * rise - (0.2 * min(1.0, step / stop) if stop else 0.05)
                curves.append(point(run, step, 1024, test) | {"train_loss": train})
            if stop:
                # The cool-down starts from the stop, before the trunk ends.
                curves.append(point(run, stop + 5, 1024, loss) | {"phase": "cooldown"})
    return runs, curves


def row(run_id, d_model, experiment, loss):
    return {
        "run_id": run_id,
        "source": "trained",
        "experiments": [experiment],
        "status": "finished",
        "n_layer": 2,
        "d_model": d_model,
        "n_params": 24 * d_model**2,
        "n_params_total": 24 * d_model**2 + 1152 * d_model,
        "test_loss": loss,
    }


def point(run, step, batch, loss):
    tokens = batch * step
    compute = 6.0 * run["n_params"] * tokens
    return {
        "run_id": run["run_id"],
        "step": step,
        "tokens": tokens,
        "compute_6nbs": compute,
        "phase": "trunk",
        "test_loss": loss,
    }


def tables_of(runs, curves):
    return {
        "runs": table_from_rows(runs, SCHEMAS["runs"]),
        "curves": table_from_rows(curves, SCHEMAS["curves"]),
        "evaluations": table_from_rows([], SCHEMAS["evaluations"]),
    }


def sheet_of(snakemake, name):
    """The drawn sheet, once for all tests that only look at it."""
    if name not in snakemake.sheets:
        set_up(snakemake, name)
        draw = importlib.import_module(f"scalinglaws.figures.{name}").draw
        further = [table for table in SCHEMAS if table not in ALWAYS]
        snakemake.sheets[name] = draw(read_source(snakemake, *further))
    return snakemake.sheets[name]


def drawn(sheet, **wanted):
    return [row for row in sheet.rows if all(row[k] == v for k, v in wanted.items())]


def legend(sheet):
    texts = [t for axes in sheet.axes.values() if axes.legend_ for t in axes.legend_.get_texts()]
    return "\n".join(text.get_text() for text in texts)
