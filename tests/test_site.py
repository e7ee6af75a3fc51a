"""The documentation's site builds without a warning, and loads nothing from elsewhere."""

import os
import re
import subprocess
import sys


def test_site_builds_without_warnings(root, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=root,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    front = (tmp_path / "index.html").read_text()
    loaded = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"?(https?://[^\" >]+)", front)
    assert [url for url in loaded if "canonical" not in url] == []
    python = (tmp_path / "reference/python.html").read_text()
    assert "fit_table" in python and "Raises" in python
