"""The page's last table: what was swept, what was best, and what config/config.yaml has chosen."""

from __future__ import annotations

import math
from typing import Any

from scalinglaws.calibration.rate_law import exponent, rate_band
from scalinglaws.calibration.rates import parabola_loss
from scalinglaws.calibration.results import Calibration
from scalinglaws.calibration.sweeps import SWEEPS, Curve, Sweep
from scalinglaws.calibration.words import interval, number, percent
from scalinglaws.errors import UserError
from scalinglaws.settings import PeakLearningRate

CONFIG = "config/config.yaml"
HEADER = ["Constant", "Swept", "Best", f"Chosen in {CONFIG}", "The choice against the best"]
RATE = "training.peak_learning_rate"
NOT_SWEPT = "no run: nothing to compare with"


def chosen(config: dict[str, Any], key: str) -> float:
    """The value at a dotted key of the default study's configuration.

    Raises:
        UserError: there is no such key.
    """
    value: Any = config
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            raise UserError(f"{CONFIG}: {key}: missing; the page of the calibration compares it")
        value = value[part]
    return value


def constant_rows(found: Calibration, config: dict[str, Any]) -> list[list[str]]:
    """Cells of the table, a row a constant, in the order of HEADER."""
    rows = _rate_rows(found, config)
    rows += [
        _swept_row(sweep, found.curves[sweep.experiment], chosen(config, sweep.constant))
        for sweep in SWEEPS
        if sweep.constant and sweep.experiment != "context"
    ]
    return [*rows, _context_row(found, config), _vocabulary_row(found, config)]


def _rate_rows(found: Calibration, config: dict[str, Any]) -> list[list[str]]:
    sizes = {curve.n_params for curve in found.curves["learning_rate"]}
    rates = f"{len(sizes)} sizes"
    at = float(chosen(config, f"{RATE}.at_n_params"))
    value, power = chosen(config, f"{RATE}.value"), chosen(config, f"{RATE}.exponent")
    by_batch = chosen(config, f"{RATE}.batch_exponent")
    if found.law["status"] == "ok":
        best = tuple(float(x[0]) for x in rate_band(found.law, [at]))
        verdict = _inside(value, best) + _cost(found, config)
        scale = [interval(best), number(value), verdict]
        slope = exponent(found.law)
        slope_cells = [interval(slope), number(power), _inside(power, slope)]
    else:
        scale = [f"no law: {found.law['status']}", number(value), ""]
        slope_cells = [scale[0], number(power), ""]
    line = found.by_batch
    batch = (line.slope, line.low, line.high)
    batch_cells = (
        [interval(batch), number(by_batch), _inside(by_batch, batch)]
        if line.ok
        else [f"no line: {line.why_not}", number(by_batch), ""]
    )
    batches = f"{len(found.curves['batch_rate'])} batches"
    return [
        [f"`{RATE}.value` at N = {number(at)}", rates, *scale],
        [f"`{RATE}.exponent`", rates, *slope_cells],
        [f"`{RATE}.batch_exponent`", batches, *batch_cells],
    ]


def _cost(found: Calibration, config: dict[str, Any]) -> str:
    """What the chosen law costs at the sizes of the sweep, by their parabolas."""
    chosen_rate = chosen(config, RATE)
    costs = []
    for (n_params, batch, _), minimum in found.minima_of("learning_rate").items():
        if minimum.ok:
            rate = PeakLearningRate(**chosen_rate).at(n_params, batch)
            costs.append(100.0 * (float(parabola_loss(minimum, rate)) / minimum.loss[0] - 1.0))
    return f"; costs {percent(min(costs))} to {percent(max(costs))} of loss" if costs else ""


def _inside(value: float, numbers: tuple[float, float, float]) -> str:
    low, high = numbers[1:]
    if low <= value <= high:
        return "inside the interval"
    return f"{'above' if value > high else 'below'} the interval"


def _swept_row(sweep: Sweep, curves: list[Curve], value: float) -> list[str]:
    name = f"`{sweep.constant}`"
    tried = sorted({curve.setting(row) for curve in curves for row in curve.rows})
    if not tried:
        return [name, f"no run carries `{sweep.experiment}`", "–", number(value), NOT_SWEPT]
    best = [_best(curve, len(curves) > 1) for curve in curves]
    against = [_against(curve, value) for curve in curves]
    swept = ", ".join(map(number, tried))
    return [name, swept, "; ".join(best), number(value), "; ".join(against)]


def _best(curve: Curve, several: bool) -> str:
    at = f" at N = {number(curve.n_params)}" if several else ""
    if curve.best is None:
        return f"all diverged{at}"
    edge = f", {curve.edge}" if curve.edge else ""
    others = [number(v) for v in curve.as_good if v != curve.setting(curve.best)]
    no_worse = f" (no worse: {', '.join(others)})" if others else ""
    return f"{number(curve.setting(curve.best))}{at}{edge}{no_worse}"


def _against(curve: Curve, value: float) -> str:
    for row in curve.rows:
        if math.isclose(curve.setting(row), value, rel_tol=1e-9):
            return _above(curve.above(row), curve.beyond_noise(row))
    return "not among those swept"


def _above(above: float, beyond_noise: bool | None) -> str:
    if math.isnan(above):
        return "diverged"
    if above == 0.0:
        return "the best"
    words = {True: "beyond seed noise", False: "within seed noise", None: "noise unknown"}
    return f"{percent(above)} above, {words[beyond_noise]}"


def _context_row(found: Calibration, config: dict[str, Any]) -> list[str]:
    value = number(chosen(config, "model.n_ctx"))
    swept = ", ".join(number(n) for n in sorted({row["n_ctx"] for row in found.context}))
    swept = swept or "no run carries `context`"
    return ["`model.n_ctx`", swept, "another task each", value, "not a matter of tuning"]


def _vocabulary_row(found: Calibration, config: dict[str, Any]) -> list[str]:
    value = chosen(config, "tokens.n_vocab")
    tried = sorted({row["n_vocab"] for row in found.vocabulary})
    if not tried:
        missing = "no run carries `vocabulary`"
        return ["`tokens.n_vocab`", missing, "–", number(value), NOT_SWEPT]
    best, against = [], []
    for size in sorted({row["n_params"] for row in found.vocabulary}):
        own = [row for row in found.vocabulary if row["n_params"] == size]
        finished = [row for row in own if not math.isnan(row["nats_per_byte"])]
        lowest = min(finished, key=lambda row: row["nats_per_byte"], default=None)
        which = number(lowest["n_vocab"]) if lowest else "all diverged"
        best.append(f"{which} at N = {number(size)}")
        mine = [row for row in own if row["n_vocab"] == value]
        against.append(
            _above(mine[0]["above_best_percent"], mine[0]["beyond_seed_noise"])
            if mine
            else "not among those swept"
        )
    swept = ", ".join(map(number, tried))
    return ["`tokens.n_vocab`", swept, "; ".join(best), number(value), "; ".join(against)]
