"""The page of the calibration: every sweep as a table, then the constants that came out of it."""

from __future__ import annotations

from typing import Any

from scalinglaws.calibration.constants import HEADER, constant_rows
from scalinglaws.calibration.rate_sections import rate_sections
from scalinglaws.calibration.results import Calibration
from scalinglaws.calibration.sweeps import SWEEPS, Curve, Sweep
from scalinglaws.calibration.task_sections import context_section, vocabulary_section
from scalinglaws.calibration.words import diverged, interval, number, percent
from scalinglaws.markup import markdown_table

# Sweeps that are read off as they are: no law, no other task.
PLAIN = ("warmup", "beta1", "beta2", "initialisation")


def page(found: Calibration, config: dict[str, Any]) -> str:
    """Markdown without a title: docs/calibration.md gives the frame.

    ``config`` is the content of config/config.yaml, for the last table.
    """
    lines = [*_noise_section(found), *rate_sections(found, config)]
    for sweep in SWEEPS:
        if sweep.experiment in PLAIN:
            lines += _sweep_section(sweep, found.curves[sweep.experiment])
    lines += [*context_section(found), *vocabulary_section(found)]
    lines += ["## The constants", "", *markdown_table(HEADER, constant_rows(found, config))]
    return "\n".join(lines) + "\n"


def _noise_section(found: Calibration) -> list[str]:
    noise = found.noise
    lines = ["## Seed noise", ""]
    if not noise.df:
        return [
            *lines,
            "No size has two runs of `seed_noise`: what is beyond noise is unknown.",
            "",
        ]
    sd = interval(tuple(100.0 * value for value in (noise.sd, *noise.interval)))
    lines += markdown_table(
        ["N", "Seeds", "Mean loss (nats/token)", "Standard deviation"],
        [
            [number(size), str(n), f"{loss:.4f}", percent(100.0 * spread)]
            for size, n, loss, spread in noise.sizes
        ],
    )
    lines += [
        "",
        f"Pooled: {sd} % of the loss, {noise.df} degrees of freedom. Two runs that differ by more "
        f"than {percent(100.0 * noise.least_difference)} (t times the square root of two times "
        "that) differ *beyond seed noise*. Most runs of a sweep share weights and batches, which "
        "makes their difference less noisy than this; that the lowest of several settings is "
        "partly luck makes it more so.",
        "",
    ]
    return [*lines, *diverged(noise.diverged)]


def _sweep_section(sweep: Sweep, curves: list[Curve]) -> list[str]:
    lines = [f"## {sweep.title}", ""]
    if not curves:
        return [*lines, f"No run carries the experiment `{sweep.experiment}`.", ""]
    words = {True: "yes", False: "no", None: "unknown"}
    rows = [
        [
            number(curve.n_params),
            number(curve.setting(row)),
            f"{row['test_loss']:.4f}" if row in curve.finished else "diverged",
            percent(curve.above(row)),
            words[curve.beyond_noise(row)],
        ]
        for curve in curves
        for row in curve.rows
    ]
    column = f"`{sweep.constant}`" if sweep.constant else sweep.setting
    lines += markdown_table(
        ["N", column, "Loss (nats/token)", "Above best", "Beyond seed noise"], rows
    )
    edges = [_edge(curve) for curve in curves if curve.edge]
    return [
        *lines,
        "",
        *edges,
        *([""] if edges else []),
        *diverged([row for curve in curves for row in curve.diverged]),
    ]


def _edge(curve: Curve) -> str:
    best = curve.setting(curve.best)
    others = [number(value) for value in curve.as_good if value != best]
    unless = f"; seed noise does not tell it from {', '.join(others)}" if others else ""
    return (
        f"At N = {number(curve.n_params)} the best, {number(best)}, is {curve.edge}: the optimum "
        f"may lie beyond{unless}."
    )
