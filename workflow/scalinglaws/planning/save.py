"""One figure to one file, in the format of its name; equal drawings give equal bytes."""

from pathlib import Path

import matplotlib

from scalinglaws.errors import UserError
from scalinglaws.plotting import Sheet

METADATA = {
    ".png": {"Software": None},
    ".pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    ".svg": {"Date": None, "Creator": None},
}


def save(sheet: Sheet, path: Path) -> None:
    """Write ``sheet`` to ``path`` (.png, .pdf or .svg). Raises UserError where it cannot."""
    with matplotlib.rc_context({"svg.hashsalt": "plan"}):
        try:
            sheet.figure.savefig(path, metadata=METADATA[path.suffix])
        except OSError as error:
            raise UserError(f"--figure {path}: {error.strerror}; name another place") from None
