"""What laws are fitted to: the gathered tables of one source of runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from scalinglaws.metrics import BATCH_SCAN, CURVES, POSITIONS, RUNS


@dataclass(frozen=True)
class Measurements:
    """Tables of the schemas of `scalinglaws.metrics`; those not given are empty.

    ``test_error`` is the standard error of the main test set's loss relative to the loss: every
    loss of the source shares it.
    """

    runs: pa.Table = field(default_factory=RUNS.empty_table)
    curves: pa.Table = field(default_factory=CURVES.empty_table)
    positions: pa.Table = field(default_factory=POSITIONS.empty_table)
    batch_scan: pa.Table = field(default_factory=BATCH_SCAN.empty_table)
    test_error: float = 0.0

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table], test_error: float = 0.0) -> "Measurements":
        """Those of all tables of metrics that laws are fitted to."""
        names = ("runs", "curves", "positions", "batch_scan")
        return cls(
            **{name: tables[name] for name in names if name in tables}, test_error=test_error
        )
