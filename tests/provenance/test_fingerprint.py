"""Code as a parameter: what changes a fingerprint and what does not."""

import shutil

import pytest

from scalinglaws.provenance import fingerprint as module


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A copy of the code in which a file can be edited."""
    shutil.copytree(module.ROOT, tmp_path / "workflow", ignore=shutil.ignore_patterns("__pyc*"))
    monkeypatch.setattr(module, "ROOT", tmp_path / "workflow")
    return tmp_path / "workflow"


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def prints(tree):
    scripts = sorted((tree / "scripts").rglob("*.py"))
    return {path.relative_to(tree).as_posix(): module.fingerprint(path) for path in scripts}


def changed(tree, before):
    after = prints(tree)
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""The training loop:', '"""The loop that trains:'),
        ("    prepare_process()", "    # a comment\n    prepare_process()"),
        ("class TrainedRun:\n", "class TrainedRun:\n\n"),
    ],
)
def test_docstrings_comments_and_blank_lines_change_nothing(tree, old, new):
    before = prints(tree)
    edit(tree / "scalinglaws/training/loop.py", old, new)
    assert changed(tree, before) == set()


def test_a_changed_training_loop_changes_training_alone(tree):
    before = prints(tree)
    edit(tree / "scalinglaws/training/trainer.py", "self.step += 1", "self.step += 2")
    assert changed(tree, before) == {"scripts/train.py"}


def test_changed_kernels_change_training_and_evaluation(tree):
    before = prints(tree)
    kernel = tree / "scalinglaws/kernels/cpp/gemm.h"
    edit(kernel, "// The matrix product", "// A reworded comment on the product")
    assert changed(tree, before) == set()
    edit(kernel, "T(0)", "T(1)")
    assert changed(tree, before) == {"scripts/train.py", "scripts/evaluate.py"}


def test_a_changed_figure_script_changes_itself_alone(tree):
    before = prints(tree)
    script = tree / "scripts/figures/figure_06.py"
    script.write_text(script.read_text() + "\nassert True\n")
    assert changed(tree, before) == {"scripts/figures/figure_06.py"}


def test_a_change_deep_in_the_closure_is_seen(tree):
    before = prints(tree)
    edit(tree / "scalinglaws/runspec.py", "[:8]", "[:9]")
    assert {"scripts/train.py", "scripts/evaluate.py", "scripts/gather.py"} <= changed(tree, before)


def test_an_architecture_is_code_of_its_own_runs_alone(tree):
    def codes():
        files = sorted((tree / "scalinglaws/architectures").glob("[a-z]*.py"))
        return {path.stem: module.named_code(path) for path in files}

    before, scripts = codes(), prints(tree)
    assert set(before) == {"lstm", "recurrent", "transformer"}
    edit(tree / "scalinglaws/models/lstm.py", "= 1.0", "= 2.0")
    after = codes()
    assert {name for name in before if before[name] != after[name]} == {"lstm"}
    assert after["lstm"].startswith("workflow/scalinglaws/architectures/lstm.py ")
    edit(tree / "scalinglaws/models/transformer.py", "2 * max(", "3 * max(")
    again = codes()
    assert {name for name in before if again[name] != after[name]} == {"transformer", "recurrent"}
    assert changed(tree, scripts) == set()


def test_configuration_models_are_no_part_of_training(tree):
    closure = module.closure(tree / "scripts/train.py")
    assert "scalinglaws.models.language_model" in closure
    assert "scalinglaws.study" not in closure


def test_relative_imports_and_names_inside_modules_are_followed(tree):
    package = tree / "scalinglaws/toy"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("def f():\n    from .b import g\n    return g\n")
    (package / "b.py").write_text("from scalinglaws import errors\ng = 1\n")
    script = tree / "scripts/toy.py"
    script.write_text("from scalinglaws.toy.a import f\n")
    assert set(module.closure(script)) == {
        "scalinglaws",
        "scalinglaws.toy",
        "scalinglaws.toy.a",
        "scalinglaws.toy.b",
        "scalinglaws.errors",
    }


def test_a_package_brings_its_cpp_along_without_any_module(tree):
    package = tree / "scalinglaws/toy"
    (package / "cpp").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    source = package / "cpp/toy.h"
    source.write_text("int one() { return 1; }\n")
    script = tree / "scripts/toy.py"
    script.write_text("import scalinglaws.toy\n")
    before = module.fingerprint(script)
    source.write_text("int one() { return 1; }  // words\n")
    assert module.fingerprint(script) == before
    source.write_text("int one() { return 2; }\n")
    assert module.fingerprint(script) != before
