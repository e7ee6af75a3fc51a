"""What the reader of a table says about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scalinglaws.errors import UserError
from scalinglaws.run_tables.derive import CONVENTIONS
from scalinglaws.run_tables.quantities import QUANTITIES

Limits = tuple[float | None, float | None]


@dataclass(frozen=True)
class HowToRead:
    """What the reader of a table says about it; see `user_table.read_user_table`."""

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str | float] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)
    where: Mapping[str, Iterable[str]] = field(default_factory=dict)
    ranges: Mapping[str, Limits] = field(default_factory=dict)
    compute: str | None = None
    loss_at: str = "last"
    skip_bad_rows: bool = False
    inspecting: bool = False  # what would stop a fit is a warning: all of it is to be told

    def check(self) -> None:
        """Raises UserError for an unknown key or word."""
        for option, keys in (("constant", self.constants), ("range", self.ranges)):
            if unknown := sorted(set(keys) - set(QUANTITIES)):
                raise UserError(
                    f"{option} {unknown[0]}: unknown; there are: {', '.join(QUANTITIES)}"
                )
        for key in self.constants:
            if key in self.columns:
                raise UserError(f"constant {key}: a column is named for it too; give one of them")
        if self.compute not in (None, *CONVENTIONS):
            raise UserError(f"compute: {self.compute!r} is unknown; write {', '.join(CONVENTIONS)}")
        if self.loss_at not in ("last", "best"):
            raise UserError(f"loss at: {self.loss_at!r} is unknown; write last or best")
