"""The page and the table, on the paper's own points, on an empty study, and through the door."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from simulated_claims import evidence

from scalinglaws.claims.all_claims import CLAIMS, judge
from scalinglaws.claims.claim import HOLDS, NOT_RESOLVED, NOT_TRIED
from scalinglaws.claims.evidence import Evidence
from scalinglaws.claims.page import claims_page
from scalinglaws.claims.table import CLAIMS as SCHEMA
from scalinglaws.claims.table import claims_table
from scalinglaws.kaplan2020.gather import gather
from scalinglaws.laws.fit import fit_laws
from scalinglaws.laws.measurements import Measurements
from scalinglaws.metrics import SCHEMAS, write_table
from scalinglaws.study import load_study

ROOT = Path(__file__).parents[2]
NEEDED = ("L(N)", "L(D)", "L(C)", "L(N,D)", "B_crit(L)", "L(N,S_min)")
SEEN = (
    "power_law_N",
    "transfer",
    "sample_efficiency",
    "inefficiency_of_convergence",
    "lstm",
    "reuse",
)


@pytest.fixture(scope="module")
def paper():
    tables = gather(ROOT / "data" / "kaplan2020")
    declared = load_study("kaplan2020", ROOT).laws
    laws = {name: declared[name].model_dump(exclude_none=True) for name in NEEDED}
    names = ("runs", "curves", "positions", "batch_scan")
    fitted = fit_laws(Measurements(**{name: tables[name] for name in names}), laws)
    plain = [json.loads(json.dumps(law.to_json({}))) for law in fitted]
    return Evidence(tables, {law["law"]: law for law in plain})


@pytest.fixture(scope="module")
def judged(paper):
    return judge(paper)


def test_a_study_without_runs_has_tried_nothing():
    claims = judge(evidence())
    assert {claim.verdict for claim in claims} == {NOT_TRIED}
    assert len({claim.key for claim in claims}) == len(CLAIMS)
    page = claims_page("empty", claims)
    assert page.count("no runs for") == 2 * len(CLAIMS)
    assert claims_table(claims).num_rows == len(CLAIMS)


def test_the_papers_own_points(judged):
    """What the authors saw in their own points is found there, with an interval."""
    by_key = {claim.key: claim for claim in judged}
    assert not [key for key, claim in by_key.items() if claim.missing]
    for key in SEEN:
        assert by_key[key].verdict == HOLDS, key
    shares = [q for q in by_key["inefficiency_of_convergence"].quantities if q.paper is not None]
    assert shares and all(q.low < q.paper < q.high for q in shares)
    power = next(q for q in by_key["overfitting"].quantities if q.name.startswith("p ="))
    assert power.low < power.paper < power.high


def test_every_verdict_comes_with_its_number_or_its_reason(judged):
    page = claims_page("kaplan2020", judged)
    assert page == claims_page("kaplan2020", judged)
    for claim in judged:
        assert f"\n## {claim.title}\n" in page
        assert claim.missing or claim.key_quantity or claim.reason
        if claim.verdict == NOT_RESOLVED:
            assert claim.resolved_by and claim.resolved_by in page
    widths = {line.count("|") for line in page.splitlines() if line.startswith("|")}
    assert widths == {4, 8}
    assert "nan" not in page


def test_the_table_has_every_number(judged):
    table = claims_table(judged)
    assert table.num_rows == sum(max(len(claim.quantities), 1) for claim in judged)
    rows = table.to_pylist()
    decided = [row for row in rows if row["verdict"] == HOLDS]
    assert decided
    for row in decided:
        assert row["allowed_low"] <= row["ci_low"] <= row["ci_high"] <= row["allowed_high"]


def test_through_the_door(paper, judged, tmp_path):
    paths = {name: tmp_path / f"{name}.parquet" for name in SCHEMAS}
    for name, path in paths.items():
        write_table(paper.tables[name], path, SCHEMAS[name])
    laws = [tmp_path / f"{i}.json" for i in range(len(paper.laws))]
    for path, law in zip(laws, paper.laws.values(), strict=True):
        path.write_text(json.dumps(law))

    class Inputs(dict):
        pass

    inputs = Inputs(paths)
    inputs.laws = laws
    snakemake = SimpleNamespace(
        input=inputs,
        output=SimpleNamespace(page=tmp_path / "claims.md", numbers=tmp_path / "claims.parquet"),
        wildcards=SimpleNamespace(study="kaplan2020"),
        log=[],
    )
    script = ROOT / "workflow" / "scripts" / "claims.py"
    runpy.run_path(str(script), init_globals={"snakemake": snakemake})
    assert (tmp_path / "claims.md").read_text() == claims_page("kaplan2020", judged)
    assert pq.read_table(tmp_path / "claims.parquet").schema.names == SCHEMA.names
