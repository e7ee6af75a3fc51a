"""The front page of a report, from results in a folder of its own."""

import re
import shutil

import pytest
from docutils.core import publish_parts
from docutils.utils import SystemMessage

from scalinglaws.claims.claim import NOT_TRIED, Claim, Quantity
from scalinglaws.claims.table import CLAIMS, claims_table
from scalinglaws.errors import UserError
from scalinglaws.metrics import RUNS, table_from_rows, write_table
from scalinglaws.report.directive import register_front
from scalinglaws.report.front import duration, front_page, large

HOLDING = Claim(
    "power", "Power law in N", "loss falls", "Eq. 1.1",
    [Quantity("alpha", 0.08, 0.07, 0.09, allowed=(0.0, 1.0))], sentence="It is 0.08.",
)  # fmt: skip
UNTRIED = Claim("lstm", "LSTMs <fall> behind", "they do", "Fig. 7", missing="experiment lstm")
LINES = [
    "results/toy/claims.html | Claims | All claims | Study toy",
    "results/kaplan2020/claims.html | Claims | All claims | paper's points",
    "results/toy/figures/figure_05.png | § 3 Basic power laws | Figure 5: Shape | Study toy",
]


@pytest.fixture
def results(tmp_path, root):
    shutil.copytree(root / "workflow/report", tmp_path / "workflow/report")
    shutil.copy(root / "requirements.lock", tmp_path)
    run = {
        "run_id": "a", "source": "trained", "experiments": ["model_size"], "status": "finished",
        "corpus": "toy_text", "n_params": 1536, "tokens": 3_000_000, "compute_6nbs": 2.5e13,
    }  # fmt: skip
    paper = {"run_id": "p", "source": "kaplan2020", "experiments": [], "status": "finished"}
    for study, runs in (("toy", [run, run | {"run_id": "b"}]), ("kaplan2020", [paper])):
        folder = tmp_path / "results" / study
        (folder / "metrics").mkdir(parents=True)
        write_table(table_from_rows(runs, RUNS), folder / "metrics/runs.parquet", RUNS)
        write_table(claims_table([HOLDING, UNTRIED]), folder / "claims.parquet", CLAIMS)
    return tmp_path


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_headline_and_claims_come_from_the_results(results):
    front = text(front_page(results, LINES, []))
    assert "2 runs of 1 experiments" in front
    assert "6.0 × 10 6 tokens of toy_text" in front
    assert "Of 2 claims: 1 holds 1 not tried" in front
    assert "alpha: 0.08 [0.07, 0.09]" in front
    assert "LSTMs &lt;fall&gt; behind" in front
    assert f"{NOT_TRIED} Not tried in this study: no runs for experiment lstm." in front


def test_trained_study_first_then_the_papers_points(results):
    front = front_page(results, LINES, [])
    head = re.search(r"<thead>(.*?)</thead>", front)[1]
    assert re.findall("<th>(.*?)</th>", head) == ["Claim", "Study toy", "Paper&#39;s points"]


def test_a_figure_alone_has_a_front_without_claims(results):
    front = front_page(results, LINES[2:], [])
    assert "Figure 5: Shape" in front
    assert "The paper's claims" not in front


def test_provenance_tells_configuration_and_packages(results):
    config = results / "config.yaml"
    config.write_text("study: toy # <here>\n")
    front = front_page(results, LINES, [config])
    assert "study: toy # &lt;here&gt;" in front
    assert "Snakemake has no records of these results here" in front
    locked = len(re.findall(r"^[\w-]+==", (results / "requirements.lock").read_text(), re.M))
    assert f"{locked} in requirements.lock" in text(front)


def test_missing_claims_are_a_users_error(results):
    (results / "results/toy/claims.parquet").unlink()
    with pytest.raises(UserError, match=r"claims\.parquet: no such file"):
        front_page(results, LINES, [])


def test_the_directive_puts_the_front_into_the_text():
    register_front(lambda lines: f"<b>{len(lines)} lines</b>")
    parts = publish_parts(".. front::\n\n   one\n   two\n", writer="html")
    assert "<b>2 lines</b>" in parts["html_body"]


def test_a_front_that_cannot_be_made_is_an_error_of_its_place_in_the_text():
    def refuse(lines):
        raise UserError(f"{lines[0]}: no such file")

    def published(halt_level):
        settings = {"warning_stream": False, "halt_level": halt_level}
        text = "before\n\n.. front::\n\n   claims.parquet\n"
        return publish_parts(text, writer="html", settings_overrides=settings)["html_body"]

    register_front(refuse)
    html = published(halt_level=5)
    assert "System Message: ERROR/3" in html and "line 3" in html
    assert "claims.parquet: no such file" in html and "before" in html
    with pytest.raises(SystemMessage, match=r"claims\.parquet: no such file"):
        published(halt_level=3)


def test_numbers_for_readers():
    assert [large(393_216), large(6.4e8)] == ["393,216", "6.4 × 10<sup>8</sup>"]
    assert [duration(7.4), duration(90), duration(9000)] == ["7 s", "1.5 min", "2.5 h"]
