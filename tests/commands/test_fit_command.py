"""`scalinglaws fit`: a law that does not hold is shown, and ends with the reason."""

import json

import numpy as np
import pytest

from scalinglaws.cli import main


@pytest.fixture
def rising(tmp_path):
    """A table whose loss grows with N."""
    path = tmp_path / "runs.csv"
    rows = [f"{size:.0f},{3 * (size / 1e6) ** 0.05}" for size in np.geomspace(1e6, 1e9, 9)]
    path.write_text("\n".join(["N,loss", *rows]) + "\n")
    return str(path)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_law_that_does_not_hold_is_shown_with_its_reason(rising, capsys, options):
    with pytest.raises(SystemExit) as end:
        main(["fit", rising, "--law", "L(N)", *options])
    said = capsys.readouterr()
    assert end.value.code == 1
    assert said.err.startswith("error: L(N): exponent not positive") and said.err.count("\n") == 1
    if options:
        assert json.loads(said.out)["status"] in said.err
    else:
        assert "Status:     exponent not positive" in said.out
