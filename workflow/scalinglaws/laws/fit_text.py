"""The summary of a law with any number of parameters, in statsmodels' grammar, free of dates."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from statsmodels.iolib.summary import Summary, fmt_params
from statsmodels.iolib.table import SimpleTable

from scalinglaws.laws.text_parts import COMPARED, NO_TEST, left_out, power, together

if TYPE_CHECKING:
    from scalinglaws.laws.law_fit import LawFit

WIDTH = 88


def summary(law: LawFit) -> Summary:
    """Estimates with standard errors and intervals, then the fit that stands behind them."""
    page = Summary()
    if law.replicates is None:
        page.tables.append(SimpleTable([[f"{law.law} was not fitted: {law.status}"]]))
        return page
    std_err, df = law.errors()
    rows = [
        [_number(estimate), _number(error), _degrees(t_df), _number(low), _number(high)]
        for estimate, error, t_df, (low, high) in zip(
            law.params, std_err, df, law.conf_int(), strict=True
        )
    ]
    page.tables.append(
        SimpleTable(
            rows,
            headers=["estimate", "std err", "df", "[0.025", "0.975]"],
            stubs=list(law.names),
            title=f"{law.law}: {law.method}",
            txt_fmt=fmt_params,
        )
    )
    if law.results is not None:
        names = getattr(law.results.model, "param_names", law.results.model.exog_names)
        page.add_table_params(law.results, xname=list(names), alpha=0.05, use_t=True)
    return page


def full_text(law: LawFit, constants: dict[str, dict]) -> str:
    """Law, equation, selection, excluded runs, status and printed values, then the summary."""
    lines = [
        law.law,
        "=" * len(law.law),
        f"Equation:   {law.equation}",
        *_wrapped("Status:", law.status),
        *_wrapped("Caveat:", law.caveat),
        f"Fitted to:  {_choice(law)}",
        f"Runs:       {law.n_runs} with {law.n_obs} points, {len(law.excluded)} left out",
        *left_out(law.excluded),
        *_wrapped("Points:", law.note),
        *(
            line
            for name, remark in law.remarks.items()
            for line in _wrapped("Remark:", f"{name}: {remark}")
        ),
        "",
    ]
    if law.replicates is not None:
        lines += [*_scales(law), *_bootstrap(law), *_printed(law, constants), *_checks(law)]
    return "\n".join([*lines, str(summary(law)), ""])


def _wrapped(title: str, text: str) -> list[str]:
    lines = textwrap.wrap(text, WIDTH)
    return [f"{title if i == 0 else '':<12}{line}" for i, line in enumerate(lines)]


def _choice(law: LawFit) -> str:
    if not law.choice:
        return "the points given"
    ranges = [
        f"{limits.get('min', -math.inf):g} <= {column} <= {limits.get('max', math.inf):g}"
        for key in ("select", "points")
        for column, limits in (law.choice.get(key) or {}).items()
    ]
    experiments = law.choice.get("experiments") or [law.choice.get("experiment", "as declared")]
    return ", ".join([f"experiment {' and '.join(experiments)}", *ranges])


def _scales(law: LawFit) -> list[str]:
    lines = [
        f"{name.removeprefix('log10_')} = {power(estimate)} "
        f"[{power(low)}, {power(high)}] {unit.removeprefix('log10(').removesuffix(')')}"
        for name, unit, estimate, (low, high) in zip(
            law.names, law.units, law.params, law.conf_int(), strict=True
        )
        if name.startswith("log10_")
    ]
    return [*lines, ""] if lines else []


def _bootstrap(law: LawFit) -> list[str]:
    if law.bootstrap is None:
        return []
    how = law.details.get("bootstrap", "bootstrap")
    return [
        f"95 % intervals by {how}, as a cross-check:",
        *(
            f"  {name}: [{_number(low)}, {_number(high)}]"
            for name, (low, high) in zip(law.names, law.bootstrap, strict=True)
        ),
        "",
    ]


def _printed(law: LawFit, constants: dict[str, dict]) -> list[str]:
    printed = law.compared_with(constants)
    if not constants:
        return []
    if not printed:
        return ["The paper prints no value of this law.", ""]
    if not law.ok:
        return ["Not compared with the paper's printed values: see the status.", ""]
    lines = [COMPARED]
    for name, value in printed.items():
        estimate, low, high = law[name]
        if math.isnan(low):
            lines.append(f"  {name}: printed {value:.6g}, here {estimate:.6g}, without interval")
            continue
        verdict = "inside" if low <= value <= high else "outside"
        lines.append(
            f"  {name}: printed {value:.6g}, here {estimate:.6g} [{low:.6g}, {high:.6g}]: {verdict}"
        )
    if joint := law.joint_test_of(constants):
        lines += together(joint, joint["n_values"], joint["df"])
    lines.append(NO_TEST)
    return [*lines, ""]


def _checks(law: LawFit) -> list[str]:
    lines = [
        f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in law.checks.items() if value
    ]
    return [*lines, ""] if lines else []


def _plain(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _degrees(df: float) -> str:
    return f"{df:.1f}" if math.isfinite(df) else ""


def _number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else str(value)
