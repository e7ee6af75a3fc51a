"""A run table of somebody's own, Parquet, CSV or JSON, as the tables that laws are fitted to.

A column is found by a name given for it or by one of the names that it goes by; what was taken is
always told. A row that cannot be used stops the reading with its number, unless it is to be
skipped.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from scalinglaws.laws.measurements import Measurements
from scalinglaws.run_tables.build import measurements
from scalinglaws.run_tables.how import HowToRead, Limits
from scalinglaws.run_tables.rows import read_rows


def read_user_table(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str | float] | None = None,
    needed: Iterable[str] = ("loss",),
    skip_bad_rows: bool = False,
    *,
    constants: Mapping[str, float] | None = None,
    where: Mapping[str, Iterable[str]] | None = None,
    ranges: Mapping[str, Limits] | None = None,
    compute: str | None = None,
    loss_at: str = "last",
) -> tuple[Measurements, list[str]]:
    """The table at ``path`` in the schemas RUNS, CURVES and BATCH_SCAN, and what to tell of it.

    Args:
        path: the file; Parquet, CSV, TSV, JSON or JSON lines, also compressed.
        columns: a key of `quantities.QUANTITIES`, or run_id: the table's own name for it. The key
            N is without embeddings, N_total with them.
        units: a key: what one unit of the table is worth in ours (N in millions: 1e6), or a word
            for it (millions, log10, PF-days, bits, perplexity).
        needed: keys that must be there, alternatives separated by "|".
        skip_bad_rows: leave out rows that cannot be used, with a warning, instead of stopping.
        constants: a key: the value that all rows have (B of all runs, in tokens).
        where: a column of the table: the values of which its rows must have one.
        ranges: a key: closed range in our units; rows outside are left out, None is no limit.
        compute: 6ND (or None: C as it stands), 2ND (forward pass alone) or counted.
        loss_at: a run's loss is that of its "last" row, or of its "best" one.

    Rows of one run_id with different steps are a learning curve. Where D is needed and only C and
    N are there, it is computed by C = 6 N D; this and every other derived column is told.

    Raises:
        UserError: unreadable file, a needed column missing, a value that is no positive number (row
            and column named), a unit that cannot be, one run twice. One line.
    """
    how = HowToRead(
        columns or {},
        units or {},
        constants or {},
        where or {},
        ranges or {},
        compute,
        loss_at,
        skip_bad_rows,
    )
    read = read_rows(path, how, needed)
    return measurements(read, loss_at), read.notes + read.warnings
