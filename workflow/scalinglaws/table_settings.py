"""The section of a study's configuration that says what somebody's own run table means."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from scalinglaws.run_tables.names import EXPERIMENT
from scalinglaws.run_tables.quantities import QUANTITIES, RUN_ID
from scalinglaws.settings import Law, Named, Range, Strict


class TableLaw(Law):
    """How one law is fitted to a table, where it is not to be as the columns suggest."""

    experiment: str = Field(EXPERIMENT, description="every run of a table carries `table`")


class RunTable(Strict):
    """A table of runs; keys are N, N_total, D, tokens, C, B, S, step, loss, lr ... and run_id."""

    path: str = Field(
        min_length=1, description="Parquet, CSV or JSON lines; may lie outside the project"
    )
    columns: Named[str] = Field({}, description="key: the table's own name for it")
    units: Named[float | str] = Field(
        {}, description="key: factor to our unit, or millions, log10, PF-days, bits, perplexity"
    )
    constants: Named[float] = Field({}, description="key: the value that all rows have")
    where: Named[str | int | float | tuple[str | int | float, ...]] = Field(
        {}, description="column of the table: the value, or values, that its rows must have"
    )
    ranges: Named[Range] = Field({}, description="key: rows outside are left out, in our units")
    compute: Literal["6ND", "2ND", "counted"] = Field(
        "6ND", description="how C was counted: 2ND is the forward pass alone"
    )
    loss_at: Literal["last", "best"] = Field(
        "last", description="the loss of a learning curve: of its last row or its smallest"
    )
    skip_bad_rows: bool = Field(False, description="leave out rows that cannot be used")
    laws: Named[TableLaw] = Field(
        {}, description="laws to be fitted otherwise than to all rows that they can take"
    )

    @model_validator(mode="after")
    def _known_keys(self) -> RunTable:
        for section in ("columns", "units", "constants", "ranges"):
            allowed = (RUN_ID, *QUANTITIES) if section == "columns" else tuple(QUANTITIES)
            for key in getattr(self, section):
                if key not in allowed:
                    names = ", ".join(allowed)
                    raise ValueError(f"{section}: {key!r} is unknown, there are {names}")
        return self

    def how(self) -> dict:
        """The keywords of `user_table.read_user_table`."""
        return {
            "columns": dict(self.columns),
            "units": dict(self.units),
            "constants": dict(self.constants),
            "where": {name: _texts(values) for name, values in self.where.items()},
            "ranges": {key: (limits.min, limits.max) for key, limits in self.ranges.items()},
            "compute": self.compute,
            "loss_at": self.loss_at,
            "skip_bad_rows": self.skip_bad_rows,
        }


def _texts(values) -> list[str]:
    return [str(value) for value in (values if isinstance(values, tuple) else (values,))]
