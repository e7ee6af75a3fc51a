"""No committed file tells a machine's paths, its user or host, or a secret."""

import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from leaks import leaks, patterns

PUBLISHED = ("results", "docs", "data", "benchmarks", "config", "README.md", "dvc.lock", "dvc.yaml")


def test_nothing_committed_leaks(root):
    command = ["git", "ls-files", "-z", "--", *PUBLISHED]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    files = [root / name for name in listed.stdout.split("\0") if name]
    assert len(files) > 300
    searched = patterns(root)
    found = {str(f.relative_to(root)): leaks(f, searched) for f in files if f.is_file()}
    assert {name: what for name, what in found.items() if what} == {}


# Joined here, so that no tool takes this file's own lines for leaks.
PLANTED = [
    "read " + "/home/" + "ada/study/data.bin",
    '{"path": "' + "/tmp/" + 'pytest-of-x/0"}',
    "C:\\" + "Users\\ada",
    "file:///" + "srv/x",
    "AKIA" + 16 * "Q",
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "ghp_" + 36 * "a",
    "hf_" + 34 * "b",
    "https://ada:" + "hunter2@example.org/x",
    "api_key = '" + 20 * "z" + "'",
]


@pytest.mark.parametrize("text", PLANTED)
@pytest.mark.parametrize("kind", ["text", "png", "column", "metadata"])
def test_planted_leaks_are_found(root, tmp_path, text, kind):
    path = tmp_path / "file.parquet"
    column = pa.array(["a", text if kind == "column" else "b"])
    table = pa.table({"s": column, "n": [1, 2]})
    if kind == "metadata":
        table = table.replace_schema_metadata({"made": text})
    pq.write_table(table, path)
    if kind in ("text", "png"):
        path = path.with_suffix(f".{kind}")
        path.write_bytes(b"\x89PNG\x00\xff" + text.encode() + b"\x00\xfe")
    assert len(leaks(path, patterns(root))) == 1


def test_harmless_text_is_no_leak(root, tmp_path):
    path = tmp_path / "file"
    path.write_text(
        "config/home.yaml, ~/tmp/x, https://example.org/home/page, tokens: 12345678901234567890, "
        "results/work/x, $HOME/tmp/a, 3/tmp"
    )
    assert leaks(path, patterns(root)) == []


def test_the_checkouts_own_path_is_found(tmp_path):
    (tmp_path / "file").write_text(f"made in {tmp_path}")
    assert "the checkout's path" in str(leaks(tmp_path / "file", patterns(tmp_path)))
