"""Generated files: written where they are out of step, and named by `generate --check`."""

import shutil

import pytest

from scalinglaws.cli import main


@pytest.fixture
def checkout(root, tmp_path, monkeypatch):
    """What the generated files follow from, and the files themselves."""
    for folder in ("config", "docs", "workflow/schemas", "workflow/scripts"):
        shutil.copytree(root / folder, tmp_path / folder)
    (tmp_path / "README.md").write_bytes((root / "README.md").read_bytes())
    monkeypatch.chdir(tmp_path)
    main(["generate"])
    return tmp_path


def test_a_file_out_of_step_is_named_and_written(checkout, capsys):
    capsys.readouterr()
    main(["generate", "--check"])
    assert capsys.readouterr() == ("", "")

    page = checkout / "docs/reference/data.md"
    before = page.read_text()
    page.write_text(before + "by hand\n")
    with pytest.raises(SystemExit) as end:
        main(["generate", "--check"])
    said = "error: docs/reference/data.md: out of step; run `scalinglaws generate`\n"
    assert end.value.code == 1 and capsys.readouterr() == ("", said)

    main(["generate"])
    assert capsys.readouterr().out == "wrote docs/reference/data.md\n"
    assert page.read_text() == before
