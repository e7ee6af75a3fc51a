"""Dates ahead of the clock are brought back; others and contents stay."""

import os

from scalinglaws.provenance.clock import bring_back_dates

NOW = 1_000_000_000.0


def test_dates_of_the_future_become_now(tmp_path):
    dates = {
        "results/a": NOW + 86_400,
        "data/deep/b": NOW + 3,
        "results/c": NOW - 5,
        "own/d": NOW + 9,
    }
    for name, date in dates.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        os.utime(path, (date, date))
    said = bring_back_dates(tmp_path, NOW)
    assert said == "2 files were dated ahead of the clock, which was set back: dated now"
    after = {name: (tmp_path / name).stat().st_mtime for name in dates}
    assert after == dates | {"results/a": NOW, "data/deep/b": NOW}
    assert all((tmp_path / name).read_text() == name for name in dates)
    assert bring_back_dates(tmp_path, NOW) is None
    os.utime(tmp_path / "results/c", (NOW + 9, NOW + 9))
    assert bring_back_dates(tmp_path, NOW).startswith("1 file was dated ahead of the clock")
