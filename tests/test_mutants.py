"""The mutation check: what it changes, what it leaves alone, and which tests it asks."""

import pytest

pytest.importorskip("cosmic_ray", reason="cosmic-ray, a tool of developers, is not installed")

CODE = '''\
"""A number: 1 + 1."""

import logging


def f(x: int | None = 2) -> int | float:
    """Twice 2 * x."""
    if x is None:
        raise ValueError(f"give a number, not {1 + 1}")
    logging.warning("x is %s", x + 1)
    print(x - 1)
    return 3 * x


if __name__ == "__main__":
    f(4 + 5)
'''


@pytest.fixture
def module(root, monkeypatch):
    """A module of the check by its name."""
    monkeypatch.syspath_prepend(root / "benchmarks/mutation")
    return __import__


def test_places_that_do_not_count_are_left_alone(module, tmp_path):
    mutants = module("mutants")
    (tmp_path / "code.py").write_text(CODE)
    files = {"one": [tmp_path / "code.py"]}
    found = mutants.sample(tmp_path, files, {"one": 100}, seed=1)
    assert {mutant.line for mutant in found} == {6, 8, 12}
    for mutant in found:
        text = mutants.text_of(tmp_path, mutant)
        changed = [a for a, b in zip(CODE.splitlines(), text.splitlines(), strict=True) if a != b]
        assert [line.strip() for line in changed] == [mutant.before]
        assert text.splitlines()[mutant.line - 1].strip() == mutant.after


def test_a_sample_is_the_beginning_of_a_larger_one(module, tmp_path):
    mutants = module("mutants")
    (tmp_path / "code.py").write_text("\n".join(f"a{n} = {n} + 1" for n in range(20)))
    files = {"one": [tmp_path / "code.py"]}
    few, many = (mutants.sample(tmp_path, files, {"one": n}, seed=1) for n in (5, 15))
    assert few == many[:5]
    assert len({mutant.id for mutant in many}) == 15
    assert mutants.sample(tmp_path, files, {"one": 5}, seed=2) != few


def test_the_mirrored_tests_come_first(module):
    recorded = module("coverage_map").Recorded(
        {"tests/test_a.py::one": 1.0, "tests/test_a.py::two": 1.0, "tests/test_b.py::three": 0.1},
        {"pkg/a.py": {"3": ["tests/test_b.py::three", "tests/test_a.py::two"]}},
    )
    expected = ["tests/test_a.py::two", "tests/test_b.py::three", "tests/test_a.py::one"]
    assert recorded.tests_of("pkg/a.py", (2, 4)) == (expected, pytest.approx(2.1))
    assert recorded.tests_of("pkg/a.py", (1, 1))[0] == expected, "on import: all that run the file"
    assert recorded.tests_of("pkg/c.py", (1, 1)) == ([], 0.0)
