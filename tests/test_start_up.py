"""`scalinglaws --help` answers at once: nothing heavy is imported to print it."""

import subprocess
import sys

HEAVY = ("numpy", "pyarrow", "pydantic", "scipy", "torch", "yaml")


def test_help_imports_nothing_heavy(root):
    code = (
        f"import scalinglaws.cli as cli, sys; cli.parser(); print({{*{HEAVY}}} & {{*sys.modules}})"
    )
    environment = {"PYTHONPATH": "workflow", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"
