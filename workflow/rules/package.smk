"""The package of this checkout, for all rules and jobs, and how its errors reach the terminal."""

import os
import sys
from pathlib import Path

# The code of this checkout runs, with this interpreter, wherever else a package is installed.
PACKAGE_ROOT = str(Path(workflow.basedir) / "workflow")
sys.path.insert(0, PACKAGE_ROOT)
os.environ["PYTHONPATH"] = PACKAGE_ROOT
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from scalinglaws.errors import UserError


def one_line(load, *arguments):
    """The loaded value, or its user errors alone on the terminal, without a traceback."""
    try:
        return load(*arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
