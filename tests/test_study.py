"""Configuration: overlays, experiments, deduplication, and errors of one line."""

import re
from pathlib import Path

import pytest

from scalinglaws.errors import UserError
from scalinglaws.generated import check_generated
from scalinglaws.grid import check_budget, commands, grid_table
from scalinglaws.products import products
from scalinglaws.study import load_study, load_yaml, merge, n_heads, validate

STUDIES = (
    "laptop",
    "smoke",
    "micro",
    "kaplan2020",
    "table",
    "web_example",
    "paper",
    "paper_cheaper",
    "paper_miniature",
    "h200",
    "h200_tables",
)


@pytest.fixture
def config(root):
    return load_yaml(root / "config/config.yaml")


@pytest.fixture(params=STUDIES)
def study(request, root):
    return load_study(request.param, root)


def test_every_study_loads_and_keeps_its_budget(study):
    check_budget(study)
    files = products(study)
    assert len(files) == len(set(files))


def test_default_study_is_the_configured_one(root):
    assert load_study(None, root) == load_study("laptop", root)


def test_equal_specs_of_two_experiments_are_one_run(config):
    base = config["experiments"]["model_size"]
    more = base | {"shapes": [[2, 16], [1, 16]], "description": "depth"}
    before = validate(config, "test").runs()
    runs = validate(merge(config, {"experiments": {"depth": more}}), "test").runs()
    assert len(runs) == len(before) + 1
    [shared] = [names for spec, names in runs.values() if "depth" in names and spec.n_layer == 2]
    assert shared[0] == "model_size"
    assert shared[-1] == "depth"


def test_a_changed_rate_is_another_run(config):
    before = validate(config, "test").runs()
    rate = {"training": {"peak_learning_rate": {"value": 0.001}}}
    after = validate(merge(config, rate), "test").runs()
    kept = [spec for run_id, (spec, _) in after.items() if run_id in before]
    maximum = config["training"]["peak_learning_rate"]["maximum"]
    assert all(spec.peak_learning_rate == maximum for spec in kept), "only N = 0 has that rate"
    assert len(after) == len(before)


def test_null_removes_a_named_entry(config):
    study = validate(merge(config, {"laws": {"L(N)": {"select": {"d_model": None}}}}), "test")
    assert study.laws["L(N)"].select == {}


@pytest.mark.parametrize(
    ("overlay", "line"),
    [
        ({"trainng": 1}, "trainng: unknown key, allowed: study, extends, cheaper, source"),
        ({"training": {"stepz": 1}}, "training.stepz: unknown key, allowed: batch_tokens"),
        ({"training": {"steps": "many"}}, "training.steps: given 'many', allowed: a valid integer"),
        ({"training": {"beta1": 1.5}}, "training.beta1: given 1.5, allowed: less than 1"),
        (
            {"source": "web"},
            "source: given 'web', allowed: 'trained', 'kaplan2020', 'table' or 'published'",
        ),
        (
            {"experiments": {"model_size": {"training": {"warmp_steps": 1}}}},
            "experiments.model_size.training: warmp_steps: unknown key",
        ),
        (
            {"experiments": {"model_size": {"training": {"warmup_steps": 9999}}}},
            "experiments.model_size, shape (2, 8): run spec: warmup_steps is 9999",
        ),
        ({"laws": {"L(N)": {"experiment": "size"}}}, "given 'size', allowed: model_size"),
        (
            {"conventions": {"estimator": "nearest"}},
            "config/config.yaml: conventions.budgets: given None, allowed: two or more computes in "
            "PF-days, as the estimator is nearest",
        ),
        ({"conventions": {"estimator": "nearest", "budgets": [1.0, 1.0]}}, "budgets: given [1.0,"),
        ({"corpora": {"train": 5}}, "corpora.train: given 5, allowed: a valid string"),
        ({"experiments": {"x": {"shapes": [[1, 16]]}}}, "experiments.x.description: missing"),
        ({"laws": {"mine": {"experiment": "model_size"}}}, "laws.mine: unknown law, allowed: L(N)"),
    ],
)
def test_wrong_configuration_is_one_line(config, overlay, line):
    with pytest.raises(UserError, match=re.escape(line)) as error:
        validate(merge(config, overlay), "config/config.yaml")
    assert "\n" not in str(error.value)


def test_unknown_study_names_the_file_it_looked_for(root):
    with pytest.raises(UserError, match=r"config/nope\.yaml"):
        load_study("nope", root)


def test_broken_yaml_names_file_and_line(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("study: laptop\ntokens: [1, 2\n")
    with pytest.raises(UserError, match=r"broken.yaml, line \d"):
        load_yaml(path)


def test_schema_and_ledger_are_in_step_with_models_and_configuration(root):
    check_generated(root)


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (
            b"study: a\ntokens: 1: 2\n",
            ", line 2: not valid YAML (mapping values are not all",
        ),
        (b"study: a\xff\n", ": not valid YAML (not UTF-8 text)"),
        (b"", ": must be a mapping of keys to values"),
    ],
)
def test_what_is_no_yaml_is_told_in_one_line(tmp_path, content, end):
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        load_yaml(path)
    assert str(error.value).startswith(f"{path}{end}")


@pytest.mark.parametrize(
    ("overlay", "allowed"),
    [
        ({"experiments": {"model_size": {"shapez": 1}}}, "model, training, evaluation, desc"),
        ({"experiments": {"model_size": {"variants": [{"trainng": 1}]}}}, "model, training, eval"),
        ({"laws": {"L(N)": {"experimnt": 1}}}, "experiment, select"),
        ({"training": {"peak_learning_rate": {"valu": 1}}}, "value, at_n_params"),
    ],
)
def test_an_unknown_key_is_answered_with_those_of_its_place(config, overlay, allowed):
    with pytest.raises(UserError) as error:
        validate(merge(config, overlay), "test")
    assert f"unknown key, allowed: {allowed}" in str(error.value)


def test_a_table_is_given_with_its_source_alone(config, root):
    table = load_yaml(root / "config/table.yaml")["table"]
    for overlay in ({"source": "table"}, {"table": table}):
        with pytest.raises(UserError, match="source: table and the section table together"):
            validate(merge(config, overlay), "test")


def test_declared_laws_say_what_was_set(config, root):
    default = load_study(None, root).declared_laws
    assert default.keys() == config["laws"].keys()
    for name, given in config["laws"].items():
        assert default[name]["experiment"] == given["experiment"]
        assert None not in default[name].values()
    table = load_study("table", root)
    given = load_yaml(root / "config/table.yaml")["table"]["laws"]
    assert given and {k: set(law) for k, law in table.declared_laws.items()} == {
        k: set(law) for k, law in given.items()
    }, "no default of ours: the columns of a table have their own"


def test_each_corpus_is_scored_on_its_own_number_of_tokens(config):
    changes = {
        "corpora": {"train": "main", "evaluate": ["other", "main"]},
        "evaluation": {"main_tokens": 4096, "other_tokens": 512},
    }
    study = validate(merge(config, changes), "test")
    assert study.scored_tokens == {"main": 4096, "other": 512}


def test_over_budget_is_refused(config):
    with pytest.raises(UserError, match="core-seconds, its budget is 10:"):
        check_budget(validate(merge(config, {"budget": {"core_seconds": 10}}), "test"))


def test_grid_and_commands_name_every_run(root):
    study = load_study("micro", root)
    table, lines = grid_table(study), commands(study)
    for run_id in study.runs():
        assert run_id in table
        assert sum(run_id in line for line in lines) == 1


@pytest.mark.parametrize(
    ("d_model", "d_head", "heads"),
    [(8, 16, 1), (16, 16, 1), (24, 16, 3), (64, 16, 4), (10, 4, 5), (7, 1, 7)],
)
def test_heads_divide_the_width(d_model, d_head, heads):
    assert n_heads(d_model, d_head) == heads


def test_overlay_files_name_their_study(root):
    for path in (root / "config").glob("*.yaml"):
        content = load_yaml(path)
        if "study" in content and path.name != "config.yaml":
            assert content["study"] == Path(path).stem


def test_variants_are_crossed_with_shapes_and_seeds(root):
    config = load_yaml(root / "config/config.yaml")
    config["experiments"] = {
        "rates": {
            "description": "x",
            "shapes": [[2, 32], {"n_layer": 1, "d_model": 48, "d_ff": 60, "n_heads": 6}],
            "seeds": [0, 1],
            "training": {"steps": 500},
            "variants": [
                {"training": {"peak_learning_rate": {"factor": 0.5}}},
                {"training": {"batch_tokens": 1024}, "model": {"dropout": 0.1}},
            ],
        }
    }
    config["laws"] = {}
    specs = [spec for spec, _ in validate(config, "x").runs().values()]
    assert len(specs) == 8
    assert {spec.steps for spec in specs} == {500}
    assert {(s.n_layer, s.d_model, s.d_ff, s.n_heads) for s in specs} == {
        (2, 32, 128, 2),
        (1, 48, 60, 6),
    }
    by_variant = {(s.dropout, s.d_model, s.seed): s.peak_learning_rate for s in specs}
    # a quarter of the batch: half of the rate, as the other variant's factor
    assert by_variant[0.1, 32, 0] == pytest.approx(by_variant[0.0, 32, 0], rel=1e-3)


def test_a_batch_above_the_reference_gets_no_larger_rate(config):
    rate = validate(config, "test").training.peak_learning_rate
    assert rate.at(100_000, 4096) == rate.at(100_000, 65536) > rate.at(100_000, 2048)


def test_a_wrong_variant_is_named(root):
    config = load_yaml(root / "config/config.yaml")
    config["experiments"]["model_size"]["variants"] = [{}, {"training": {"batch": 5}}]
    with pytest.raises(UserError, match=r"experiments.model_size.variants.1.training: batch"):
        validate(config, "x")
