"""What the machine refuses (a full disk, a read-only folder, no memory), said in one line."""

from __future__ import annotations

import errno
import os

MENDS = {
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room within your quota",
    errno.EFBIG: "raise the limit on file size (ulimit -f)",
    errno.EROFS: "make the folder writable",
    errno.EACCES: "make the folder writable",
    errno.EPERM: "make the folder writable",
    errno.EIO: "look at the disk: it does not answer",
}
NO_MEMORY = (
    "out of memory: run fewer jobs at once (`snakemake --cores 1`) or set "
    "execution.micro_batch_tokens"
)
AGAIN = "then run again; what was finished is kept"


def refusal(error: BaseException) -> str | None:
    """One line for an error that the machine caused, with its mend; None for any other error."""
    if isinstance(error, MemoryError) or _of_torch(error):
        return f"{NO_MEMORY}; {AGAIN}"
    if isinstance(error, OSError) and error.errno in MENDS:
        # pyarrow gives no file name, and a message of its own that repeats the number.
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{os.strerror(error.errno).lower()}; {MENDS[error.errno]}, {AGAIN}"
    return None


def _of_torch(error: BaseException) -> bool:
    """Torch has a type of its own for the GPU alone; on a CPU it raises a RuntimeError."""
    return isinstance(error, RuntimeError) and (
        "can't allocate memory" in str(error) or "out of memory" in str(error)
    )
