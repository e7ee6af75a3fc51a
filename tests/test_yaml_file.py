"""A YAML file is a mapping, or one line that says what is wrong with it."""

import pytest
import yaml

from scalinglaws.errors import UserError
from scalinglaws.yaml_file import load_yaml

ROWS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join(['*' + before] * 10)}]\n"
    for before, one in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: 2024-13-45", "not valid YAML"),
        (b"a: !!bool maybe", "not valid YAML"),
        (b"a: !!int abc", "not valid YAML"),
        (b"? [1, 2]\n: 3", "line 1: not valid YAML"),
        (b"a: !!python/name:os.system x", "not valid YAML"),
        (b"[" * 3000, "nested too deeply|not valid YAML"),
        (b"&x a: &y {b: *y}", "alias inside itself"),
        (ROWS.encode(), "more than 200000 values"),
        (b"\xff\xfe\x00", "not UTF-8|not valid YAML"),
        (b"- a", "must be a mapping"),
        (b"", "must be a mapping"),
        (("9" * 5000 + ": 1").encode(), "not valid YAML"),
    ],
)
def test_what_is_no_mapping_is_refused_in_one_line(tmp_path, content, words):
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words) as refusal:
        load_yaml(path)
    assert "\n" not in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_a_folder_and_nothing_are_named(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        load_yaml(tmp_path / "a.yaml")
    with pytest.raises(UserError, match="cannot be read"):
        load_yaml(tmp_path)


def test_aliases_that_stay_small_are_taken(tmp_path):
    (tmp_path / "a.yaml").write_text(yaml.safe_dump({"a": 1}) + "b: &b [1, 2]\nc: *b\n")
    assert load_yaml(tmp_path / "a.yaml") == {"a": 1, "b": [1, 2], "c": [1, 2]}
