"""All readers of the digitised figures -> the tables of metrics.

A run is a plotted point (or a plotted curve): the figures do not say which markers are the same
model, so the same model drawn in two figures is two rows, kept apart by their experiment. Left out:

- minima over runs, which are no runs: Figure 1 (compute envelope, dataset size) and Figure 13;
- what is measured elsewhere: Figure 9 left (the grid of Figure 4) and the Transformers of Figure 7
  left (Figure 1);
- adjusted steps S_min without the steps that were trained, for which no table has a place: Figure
  14 right, and Figure 19, whose panels disagree on the size of one model;
- what was drawn through a fit: Figures 9 right, 12 and 16 left, and all fitted curves.
"""

from pathlib import Path

import pyarrow as pa

from scalinglaws.kaplan2020 import (
    architectures,
    batch,
    curves,
    positions,
    schedules,
    shapes,
    sizes,
    slices,
    transfer,
)
from scalinglaws.kaplan2020.digitised import DigitisedPoints
from scalinglaws.metrics import SCHEMAS, table_from_rows

# Readers whose points have one loss each: rows of RUNS.
RUN_READERS = (
    sizes.model_size,
    sizes.data_size,
    sizes.depth_ladder,
    shapes.feed_forward_ratio,
    shapes.aspect_ratio,
    shapes.head_dimension,
    architectures.lstm,
    architectures.recurrent,
    schedules.final_losses,
)
# Readers of rows of RUNS, and the table that the rest goes to.
READERS = (
    ("curves", curves.learning_curves),
    ("curves", curves.compute_curves),
    ("curves", curves.data_size_curves),
    ("evaluations", transfer.converged),
    ("evaluations", transfer.converged_points),
    ("evaluations", transfer.by_depth),
    ("tracked", transfer.along_training),
    ("positions", positions.context),
    ("positions", positions.lstm_positions),
    ("positions", positions.by_size),
    ("tracked", positions.along_training),
    ("batch_scan", batch.batch_scan),
    ("noise_scale", batch.noise_scale),
    ("curves", batch.step_curves),
    ("curves", batch.optimal_sizes),
    ("curves", slices.at_equal_compute),
    ("curves", slices.at_equal_steps),
    ("curves", schedules.rates),
)


def gather(directory: str | Path) -> dict[str, pa.Table]:
    """All tables of `scalinglaws.metrics` by name; ``directory`` is ``data/kaplan2020``.

    Only series the catalogue calls measured are read. Sizes are the exact 12 n_layer d_model^2
    where ``shapes.csv`` identifies the model (the reading differs by less than 0.1 %), as read or
    as labelled elsewhere. Raises UserError naming the file at fault.
    """
    points = DigitisedPoints(Path(directory))
    rows = {name: [] for name in SCHEMAS}
    for reader in RUN_READERS:
        rows["runs"] += reader(points)
    for table, reader in READERS:
        new_runs, new_rows = reader(points)
        rows["runs"] += new_runs
        rows[table] += new_rows
    return {name: table_from_rows(rows[name], schema) for name, schema in SCHEMAS.items()}
