"""Rows of a run table -> the tables of metrics: a row a run, its curve, and its batch-size scan."""

import numpy as np
import pandas as pd
import pyarrow as pa

from scalinglaws.batch_scan import ScanRun, scan_rows
from scalinglaws.laws.batch.trade_off import FEWEST_BATCHES
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import BATCH_SCAN, CURVES, RUNS, table_from_rows
from scalinglaws.run_tables.names import EXPERIMENT, SAME_LENGTH
from scalinglaws.run_tables.quantities import QUANTITIES
from scalinglaws.run_tables.rows import RunRows


def measurements(read: RunRows, loss_at: str = "last") -> Measurements:
    """RUNS, CURVES and BATCH_SCAN of the rows; the run's own loss is its last or its best.

    Runs also carry the names that figures ask for: model_size (of equal or of the most tokens),
    data_size (where D varies) and batch_size (one N in several batches, with curves).
    """
    rows = read.rows.sort_values(["run", "order"], kind="stable")
    if loss_at == "best" and "loss" in rows:
        final = rows.loc[rows.groupby("run")["loss"].idxmin()].reset_index(drop=True)
    else:
        final = rows.drop_duplicates("run", keep="last").reset_index(drop=True)
    final["S"] = _first_known(final, *(("S", "step") if loss_at == "last" else ("step", "S")))
    if "lr" in rows:
        final["lr"] = final["run"].map(rows.groupby("run")["lr"].max())
    if loss_at == "best" and {"step", "loss"} <= set(final):
        final["stop_step"], final["early_stopped_loss"] = final["step"], final["loss"]
    curved = rows[rows.duplicated("run", keep=False)]
    scan = _scan(curved, final, read.names)
    runs = {
        **_columns(final, RUNS, read.names),
        "source": pa.repeat("table", len(final)),
        "status": pa.repeat("finished", len(final)),
        "experiments": _experiments(final, curved, scan, read.names),
    }
    return Measurements(
        runs=_table(runs, RUNS, len(final)),
        curves=_table(_columns(curved, CURVES, read.names), CURVES, len(curved)),
        batch_scan=scan,
    )


def _first_known(frame: pd.DataFrame, *keys: str) -> pd.Series:
    found = pd.Series(np.nan, index=frame.index)
    for key in keys:
        if key in frame:
            found = found.fillna(frame[key])
    return found


def _columns(frame: pd.DataFrame, schema: pa.Schema, run_names: np.ndarray) -> dict[str, pa.Array]:
    """The columns of ``schema`` that the rows know."""
    names = {key: quantity.column for key, quantity in QUANTITIES.items()}
    names |= {"C_counted": "compute_counted", "stop_step": "stop_step"}
    names |= {"early_stopped_loss": "early_stopped_loss"}
    if schema is CURVES:
        names |= {"lr": "learning_rate"}
    found = {"run_id": pa.array(run_names[frame["run"].to_numpy()], pa.string())}
    for key, column in names.items():
        if key in frame and column in schema.names:
            values = frame[key].to_numpy(dtype=float)
            kind = schema.field(column).type
            unknown = ~np.isfinite(values)
            if pa.types.is_integer(kind):
                unknown |= np.abs(values) >= 2.0 ** (kind.bit_width - 1)  # of a product of others
                values = np.rint(np.where(unknown, 0, values)).astype(np.int64)
            found[column] = pa.array(values, mask=unknown).cast(kind)
    return found


def _table(columns: dict[str, pa.Array], schema: pa.Schema, length: int) -> pa.Table:
    arrays = [
        columns[field.name].cast(field.type)
        if field.name in columns
        else pa.nulls(length, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _experiments(
    final: pd.DataFrame, curved: pd.DataFrame, scan: pa.Table, run_names: np.ndarray
) -> pa.Array:
    unknown = pd.Series(np.nan, index=final.index)
    size, data = final.get("N", unknown), final.get("D", unknown)
    flags = {
        "model_size": size.notna() & (longest(final) | final["run"].isin(curved["run"])),
        "data_size": size.notna() & data.notna() & (data.nunique() > 1),
        "batch_size": np.isin(run_names[final["run"]], scan["run_id"].to_pylist()),
    }
    # A list a combination, then one of them a run: a list of a million lists is slow.
    code = sum(2**i * np.asarray(flag, dtype=int) for i, flag in enumerate(flags.values()))
    lists = [
        [EXPERIMENT, *(name for i, name in enumerate(flags) if combination >> i & 1)]
        for combination in range(2 ** len(flags))
    ]
    return pa.array(lists).take(pa.array(code))


def longest(final: pd.DataFrame) -> np.ndarray:
    """Runs with as much text as any, shape (n,): all of them where the text is not told."""
    seen = next((key for key in ("D", "tokens") if key in final), None)
    if seen is None:
        return np.ones(len(final), dtype=bool)
    return (final[seen].isna() | (final[seen] >= SAME_LENGTH * final[seen].max())).to_numpy()


def _scan(curved: pd.DataFrame, final: pd.DataFrame, run_names: np.ndarray) -> pa.Table:
    """The batch-size scan that the curves of one N in several batches are."""
    if not {"N", "B", "step"} <= set(curved) or not len(curved):
        return BATCH_SCAN.empty_table()
    own = final[final["run"].isin(curved["run"]) & final["N"].notna() & final["B"].notna()]
    batches = own.groupby("N")["B"].nunique()
    own = own[own["N"].isin(batches.index[batches >= FEWEST_BATCHES])]
    curves = {run: rows for run, rows in curved[curved["run"].isin(own["run"])].groupby("run")}
    scanned = [
        ScanRun(
            run_id=run_names[int(run["run"])],
            n_params=round(run["N"]),
            batch_tokens=round(run["B"]),
            warmup_steps=int(run.get("warmup", 0) or 0) if pd.notna(run.get("warmup", 0)) else 0,
            step=curves[run["run"]]["step"].to_numpy(),
            loss=curves[run["run"]]["loss"].to_numpy(),
        )
        for _, run in own.iterrows()
    ]
    # Levels are common to the runs of one size: sizes far apart reach different losses.
    by_size: dict[int, list[ScanRun]] = {}
    for run in scanned:
        by_size.setdefault(run.n_params, []).append(run)
    found = [row for runs in by_size.values() for row in scan_rows(runs)]
    return table_from_rows(found, BATCH_SCAN)
