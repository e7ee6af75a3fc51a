"""The study `paper`, its cheaper plan and its miniature: one grid in three sizes."""

import pytest

from scalinglaws.errors import UserError
from scalinglaws.grid_cost import ALL, Device, cost_report, experiment_costs, side_by_side
from scalinglaws.paper_study import paper_page
from scalinglaws.study import load_study

WIDTH, CONTEXT, BATCH, STEPS, TEXT = 32, 32, 2048, 5000, 2**18  # divisors of the miniature
SCANNED = 128  # of the batches of the experiment batch_size: a batch holds a context


@pytest.fixture(scope="module")
def studies(request):
    root = request.config.rootpath
    return {name: load_study(f"paper{name}", root) for name in ("", "_cheaper", "_miniature")}


@pytest.fixture
def paper(studies):
    return studies[""]


@pytest.fixture
def miniature(studies):
    return studies["_miniature"]


def width(d_model):
    return max(4, 2 * round(d_model / WIDTH / 2))


def test_miniature_has_every_shape_of_every_experiment_divided(paper, miniature):
    assert list(miniature.experiments) == list(paper.experiments)
    for name, small in miniature.experiments.items():
        large = paper.experiments[name]
        for ours, theirs in zip(small.shapes, large.shapes, strict=True):
            assert (ours.n_layer, ours.d_model) == (theirs.n_layer, width(theirs.d_model)), name
            assert ours.d_ff == (theirs.d_ff and theirs.d_ff // WIDTH), name
            assert ours.n_heads == (theirs.n_heads and theirs.n_heads // 2), name
        texts = [tokens and tokens // TEXT for tokens in large.dataset_tokens]
        assert [tokens or 0 for tokens in small.dataset_tokens] == [t or 0 for t in texts]
        assert small.seeds == large.seeds
        assert len(small.variants) == len(large.variants)


def test_the_largest_take_adafactor_in_all_three(studies):
    for study in studies.values():
        runs = [spec for spec, _ in study.runs().values()]
        large = [spec for spec in runs if spec.optimizer == "adafactor"]
        assert min(s.n_params for s in large) > max(
            s.n_params for s in runs if s.optimizer == "adam"
        )
        assert len({spec.n_layer for spec in large}) == 5  # 6, 12, 48, 92 and 207 layers
    paper = studies[""].runs().values()
    assert all((s.n_params > 1e9) == (s.optimizer == "adafactor") for s, _ in paper)


def test_the_miniature_asks_for_no_gpu(studies):
    assert studies[""].execution.device == "cuda"
    assert studies["_miniature"].execution.device == "cpu"
    assert {spec.precision for spec, _ in studies["_miniature"].runs().values()} == {"float32"}


def test_miniature_has_the_steps_and_batches_divided(paper, miniature):
    assert miniature.training.steps * STEPS == paper.training.steps
    assert miniature.training.batch_tokens * BATCH == paper.training.batch_tokens
    assert miniature.model.n_ctx * CONTEXT == paper.model.n_ctx
    assert miniature.model.d_head * WIDTH == paper.model.d_head
    same = {"schedule", "peak_learning_rate", "beta1", "beta2", "length", "gradient_clip"}
    for name in same:
        assert getattr(miniature.training, name) == getattr(paper.training, name), name
    pairs = zip(
        miniature.experiments["batch_size"].variants,
        paper.experiments["batch_size"].variants,
        strict=True,
    )
    for ours, theirs in pairs:
        assert ours.training["batch_tokens"] * SCANNED == theirs.training["batch_tokens"]
        assert ours.training["length"] == theirs.training["length"]


def test_miniature_fits_and_draws_what_the_paper_s_study_does(paper, miniature):
    assert list(miniature.laws) == list(paper.laws)
    assert [law.experiment for law in miniature.laws.values()] == [
        law.experiment for law in paper.laws.values()
    ]
    assert miniature.figures == paper.figures and miniature.tables == paper.tables
    steps = [[s.title for s in each.conventions.steps] for each in (miniature, paper)]
    assert steps[0] == steps[1]


def test_conventions_speak_of_declared_experiments(studies):
    for study in studies.values():
        for step in study.conventions.steps:
            assert step.experiment is None or step.experiment in study.experiments, study.study


def test_cheaper_plan_asks_the_same_questions_for_less_than_a_third(studies, paper):
    cheaper = studies[paper.cheaper.removeprefix("paper")]
    assert set(paper.experiments) <= set(cheaper.experiments)
    assert set(paper.laws) <= set(cheaper.laws)
    for name, experiment in paper.experiments.items():
        assert cheaper.experiments[name].shapes == experiment.shapes
        assert cheaper.experiments[name].dataset_tokens == experiment.dataset_tokens
    costs = [experiment_costs(s, 1e15)[ALL]["PF-days, counted"] for s in (paper, cheaper)]
    assert float(costs[1]) < float(costs[0]) / 3


def test_every_size_of_the_cheaper_ladder_has_three_lengths_of_one_trunk(studies):
    runs = studies["_cheaper"].runs().values()
    lengths = {}
    for spec, serves in runs:
        if "run_length" in serves:
            lengths.setdefault(spec.trunk_id, set()).add(spec.steps)
    assert len(lengths) == len(studies["_cheaper"].experiments["run_length"].shapes)
    assert all(steps == {62_500, 31_250, 15_625} for steps in lengths.values())
    trunks = {spec.trunk_id for spec, serves in runs if "whole_length" in serves}
    assert trunks < set(lengths)


def test_both_plans_stand_side_by_side(studies, paper):
    cheaper = studies["_cheaper"]
    header, rows = side_by_side(paper, cheaper, 1e15)
    cells = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert cells["all"]["runs"] == str(len(paper.runs()))
    assert cells["all"]["runs*"] == str(len(cheaper.runs()))
    assert cells["run_length"]["runs"] == "-" and cells["run_length"]["runs*"] != "-"
    report = cost_report(paper, Device("h100", 1e15, 0.5), cheaper)
    assert "study paper on h100: 1e+15 FLOP/s a device, 50% of it reached" in report
    assert "* study paper_cheaper" in report
    assert "*" not in cost_report(paper, Device("h100", 1e15, 0.5), None)


def test_page_shows_the_totals_of_both(root, paper):
    page = paper_page(root)
    assert f"| all | {len(paper.runs())} |" in page and "{" not in page


@pytest.mark.parametrize(
    ("overlay", "problem"),
    [
        ("extends: nothing", "extends: 'nothing': there is no config/nothing.yaml"),
        ("extends: paper_cheaper", "extends: config/paper_cheaper.yaml extends a study itself"),
    ],
)
def test_an_overlay_lies_on_a_study_that_is_there(root, tmp_path, overlay, problem):
    (tmp_path / "config").mkdir()
    for name in ("config", "paper_cheaper"):
        (tmp_path / f"config/{name}.yaml").write_text((root / f"config/{name}.yaml").read_text())
    (tmp_path / "config/mine.yaml").write_text(f"study: mine\n{overlay}\n")
    with pytest.raises(UserError, match="extends: ") as error:
        load_study("mine", tmp_path)
    assert problem in str(error.value)
