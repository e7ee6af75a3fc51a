"""The table of fitted parameters: one row a law and parameter, with every kind of interval."""

import numpy as np
import pyarrow as pa

from scalinglaws.laws.plain import or_none
from scalinglaws.metrics import field

_ESTIMATE = "in `unit`"

PARAMETERS = pa.schema(
    [
        field("law", pa.string(), "", "e.g. L(N)", required=True),
        field("parameter", pa.string(), "", "log10_* is the logarithm of a scale", required=True),
        field("estimate", pa.float64(), _ESTIMATE, "null where the fit failed"),
        field("std_err", pa.float64(), _ESTIMATE, "by `method`; delta method for a scale"),
        field("ci_low", pa.float64(), _ESTIMATE, "95 % by `method`; Fieller for a scale"),
        field("ci_high", pa.float64(), _ESTIMATE, "95 % by `method`; Fieller for a scale"),
        field("hc3_low", pa.float64(), _ESTIMATE, "95 % with the HC3 covariance and t"),
        field("hc3_high", pa.float64(), _ESTIMATE, "95 % with the HC3 covariance and t"),
        field("boot_low", pa.float64(), _ESTIMATE, "95 % by bootstrap, where one was run"),
        field("boot_high", pa.float64(), _ESTIMATE, "95 % by bootstrap, where one was run"),
        field("jackknife_low", pa.float64(), _ESTIMATE, "95 %, each run deleted in turn, t(G-1)"),
        field("jackknife_high", pa.float64(), _ESTIMATE, "95 %, each run deleted in turn, t(G-1)"),
        field("n_runs", pa.int64(), "runs", "behind the points; G of the jackknife"),
        field("n_obs", pa.int64(), "observations", "points fitted"),
        field("method", pa.string(), "", "estimator and interval", required=True),
        field("paper_value", pa.float64(), _ESTIMATE, "printed in the paper; never fitted"),
        field("paper_joint_p", pa.float64(), "1", "of all printed values of the law together"),
        field("paper_joint_p_rounded", pa.float64(), "1", "of the best values that round to them"),
        field("unit", pa.string(), "", "of the estimate", required=True),
        field("status", pa.string(), "", "ok, or why not to trust it", required=True),
        field("caveat", pa.string(), "", "what a reader of an ok fit must know; empty: nothing"),
    ]
)

_NONE = (np.nan, np.nan)


def row(*, ci=_NONE, hc3=_NONE, boot=_NONE, jackknife=_NONE, joint=None, **columns) -> dict:
    """A row of PARAMETERS; each interval is a pair (low, high), NaN where there is none.

    ``joint`` is the law's joint test of the paper's values, None where the paper prints none.
    """
    for suffix in ("", "_rounded"):
        columns[f"paper_joint_p{suffix}"] = joint[f"p_value{suffix}"] if joint else None
    intervals = {"ci": ci, "hc3": hc3, "boot": boot, "jackknife": jackknife}
    for name, (low, high) in intervals.items():
        columns |= {f"{name}_low": or_none(low), f"{name}_high": or_none(high)}
    return columns
