"""The summary of a fitted law as text, in statsmodels' grammar and free of dates."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from statsmodels.iolib.summary import Summary
from statsmodels.iolib.table import SimpleTable

from scalinglaws.laws.bootstrap import how
from scalinglaws.laws.text_parts import COMPARED, NO_TEST, left_out, power, together

if TYPE_CHECKING:
    import numpy as np

    from scalinglaws.laws.result import FittedLaw


def summary(law: FittedLaw) -> Summary:
    """statsmodels' tables of one fit. Built from its parts: its own front page prints the time."""
    page = Summary()
    if law.results is None:
        page.tables.append(SimpleTable([[f"{law.law} was not fitted: {law.status}"]]))
        return page
    results = law.results
    page.add_table_2cols(
        results,
        title=f"{law.law}: ordinary least squares",
        gleft=[
            ("Dep. Variable:", [results.model.endog_names]),
            ("Model:", ["OLS"]),
            ("No. Observations:", [f"{results.nobs:.0f}"]),
            ("Df of Student's t:", [f"{law.df:.0f}"]),
        ],
        gright=[
            ("R-squared:", [f"{results.rsquared:.6f}"]),
            ("Points from runs:", [f"{law.n_runs}"]),
            ("Residual std. error:", [f"{results.mse_resid**0.5:.3e}"]),
            ("Covariance Type:", [results.cov_type]),
        ],
        yname=results.model.endog_names,
        xname=list(law.names[:2]),
    )
    page.add_table_params(results, xname=list(law.names[:2]), alpha=0.05, use_t=True)
    return page


def full_text(law: FittedLaw, constants: dict[str, dict]) -> str:
    """Law, equation, selection, excluded runs, status and printed values, then the summary."""
    lines = [
        law.law,
        "=" * len(law.law),
        f"Equation:   {law.equation}",
        f"Status:     {law.status}",
        *([f"Caveat:     {law.caveat}"] if law.caveat else []),
        f"Fitted to:  {_choice(law)}",
        f"Runs:       {_counts(law)}, {len(law.excluded)} left out",
        *left_out(law.excluded),
        *(f"              {run_id}: {reason}" for run_id, reason in law.excluded),
        *([f"Points:     {line}" for line in textwrap.wrap(law.note, 88)][:1]),
        *([f"            {line}" for line in textwrap.wrap(law.note, 88)][1:]),
        "",
    ]
    if law.results is not None:
        lines += [*_derived(law), "", *_printed(law, constants), "", *_checks(law), ""]
    return "\n".join([*lines, str(summary(law)), ""])


def _choice(law: FittedLaw) -> str:
    if not law.choice:
        return "the points given"
    asked = {**law.choice["select"], **law.choice.get("points", {})}
    if compute_range := law.choice.get("compute_range"):
        asked[f"{law.variable}/PF-days"] = compute_range
    ranges = [
        f"{limits.get('min', -math.inf):g} <= {column} <= {limits.get('max', math.inf):g}"
        for column, limits in asked.items()
    ]
    ends = ["ends of runs"] if law.choice.get("ends") else []
    return ", ".join([f"experiment {law.choice['experiment']}", *ends, *ranges])


def _counts(law: FittedLaw) -> str:
    if "n_candidates" not in law.choice:
        return f"{len(law.x)} fitted"
    return f"{law.n_runs} of {law.choice['n_candidates']} make the {len(law.x)} points fitted"


def _derived(law: FittedLaw) -> list[str]:
    scale, std_err = law.scale()
    low, high = law.conf_int()[2]
    name = law.names[2]
    return [
        f"Centre of the fit: {law.variable} = {math.exp(law.centre):.6g}",
        f"{name} = {scale:.4f}, std. err. {std_err:.4f} (delta method), "
        f"95 % interval [{low:.4f}, {high:.4f}] (Fieller)",
        f"{name.removeprefix('log10_')} = {power(scale)}, "
        f"95 % interval [{power(low)}, {power(high)}]",
        *(
            f"{title}: "
            + ", ".join(
                f"{n} [{a:.6g}, {b:.6g}]" for n, (a, b) in zip(law.names, intervals, strict=True)
            )
            for title, intervals in _other_intervals(law).items()
        ),
    ]


def _other_intervals(law: FittedLaw) -> dict[str, np.ndarray]:
    if law.interval != "OLS":
        return {}
    others = {
        "HC3 95 % intervals": law.hc3_conf_int(),
        f"95 % intervals by {how(law.n_runs)}": law.bootstrap_conf_int(),
    }
    if law.jackknife is not None:
        title = f"95 % intervals with each of {law.jackknife.n_runs} runs deleted in turn"
        others[title] = law.jackknife_conf_int()
    return others


def _printed(law: FittedLaw, constants: dict[str, dict]) -> list[str]:
    printed = law.compared_with(constants)
    if not constants:
        return []
    if not printed:
        return ["The paper prints no value of this law."]
    if not law.ok:
        return ["Not compared with the paper's printed values: see the status."]
    ours = dict(zip(law.names, [*law.params, law.scale()[0]], strict=True))
    intervals = dict(zip(law.names, law.conf_int(), strict=True))
    lines = [COMPARED]
    for name, value in printed.items():
        low, high = intervals[name]
        verdict = "inside" if low <= value <= high else "outside"
        lines.append(
            f"  {name}: printed {value:.6g}, here {ours[name]:.6g} "
            f"[{low:.6g}, {high:.6g}]: {verdict}"
        )
    if joint := law.joint_test_of(constants):
        lines += together(joint, 2, law.df)
    lines.append(NO_TEST)
    return lines


def _checks(law: FittedLaw) -> list[str]:
    found = law.checks()
    if law.interval != "OLS":
        return [f"Residual rms {found['rms_residual_percent']:.3f} %"]
    bend = found["curvature"]
    largest = ", ".join(f"{error:+.2f} %" for error in found["largest_two_error_percent"])
    return [
        f"Residual rms {found['rms_residual_percent']:.3f} %, "
        f"leave-one-out error {found['leave_one_out_percent']:.3f} %",
        f"Two largest {law.variable} predicted from the rest: {largest or 'too few points'}",
        f"Quadratic term in ln {law.variable}: {bend['estimate']:.4g} "
        f"[{bend['ci_low']:.4g}, {bend['ci_high']:.4g}], p = {bend['p_value']:.3g}",
    ]
