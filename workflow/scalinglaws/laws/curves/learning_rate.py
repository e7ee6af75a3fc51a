"""Law LR(N): the best peak learning rate against model size.

At each size runs at several peak rates; a parabola of ln L in ln rate gives the best rate with its
interval, and LR = LR_ref (N / 1e5)^exponent passes through them. Kaplan's Eq. D.1 is linear in ln N
and turns negative at 1.2e10 parameters; a power law does not. Loss rises faster above the best rate
than below: ``within`` keeps rates near the best, and lopsided curves are named in the remarks.
"""

import numpy as np

from scalinglaws.laws.curves.minima import Group
from scalinglaws.laws.curves.minima_line import Axes, fit_minima_line
from scalinglaws.laws.law_fit import LawFit
from scalinglaws.laws.measurements import Measurements
from scalinglaws.laws.selection import check_numeric, select_runs
from scalinglaws.laws.undeclared import undeclared

RATE = "peak_learning_rate"
REFERENCE = 1e5  # parameters, where the study's configuration gives its rate too
AXES = Axes(
    law="LR(N)",
    equation="LR(N) = LR_ref (N / 1e5)^exponent",
    names=("exponent", "log10_LR_ref"),
    units=("1", "log10(rate)"),
    key="N",
    x="rate",
    reference=REFERENCE,
    fewest=4,  # rates a size: a parabola and one to spare; the scatter is pooled over sizes
)
NOTE = "one point a run: its loss at the end of training, by size and peak rate"


def learning_rate(measurements: Measurements, declared: dict | None) -> LawFit:
    """Law LR(N) from the runs of ``declared["experiment"]`` that pass ``select``.

    ``within`` keeps only rates within this factor of each size's best run. A size whose best run
    has the largest or smallest rate tried has no minimum; diverged runs are left out by name.
    """
    if declared is None:
        return undeclared(AXES.law, AXES.equation, AXES.names, AXES.units)
    runs, select = measurements.runs, declared.get("select") or {}
    check_numeric(runs, ["n_params"], "variables", "runs.parquet")
    chosen = select_runs(runs, declared["experiment"], select, RATE)
    sizes = dict(zip(runs["run_id"].to_pylist(), runs["n_params"].to_pylist(), strict=True))
    excluded, by_size = list(chosen.excluded), {}
    for run, rate, loss in zip(chosen.run_ids, chosen.x, chosen.loss, strict=True):
        if sizes[run]:
            by_size.setdefault(sizes[run], []).append((rate, run, loss))
        else:
            excluded.append((run, "n_params is missing"))
    groups = []
    for size, rows in sorted(by_size.items()):
        rate, names, loss = zip(*sorted(rows), strict=True)
        groups.append(Group(float(size), np.array(rate), np.array(loss), list(names)))
    note = NOTE
    if factor := declared.get("within"):
        groups = [group.within(factor) for group in groups]
        note += f"; rates within a factor {factor:g} of the best run's"
    choice = {"experiment": declared["experiment"], "x": RATE, "select": select}
    return fit_minima_line(groups, AXES, excluded=excluded, choice=choice, note=note)
