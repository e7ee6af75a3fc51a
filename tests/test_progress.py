"""A sign of life: what passes is unchanged, and speed is said now and then."""

from types import SimpleNamespace

from scalinglaws import progress


def test_speed_is_said_every_few_seconds(monkeypatch, capsys):
    clock = iter([100.0, 102.0, 106.0, 107.0, 112.0])
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    items = ["a" * 1_000_000, "b" * 2_000_000, "c" * 4_000_000, "d" * 5_000_000]
    assert list(progress.progress(items, "read", len, every=5.0)) == items
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "read: 2 documents, 0.5 MB/s\nread: 4 documents, 1.0 MB/s\n"
