"""What is suspicious about a run table is found, and a sound one is not suspected."""

import json

import numpy as np
import pandas as pd
import pytest

from scalinglaws.cli import main
from scalinglaws.inspection.inspect import inspect
from scalinglaws.inspection.page import page

GRID = [(n, d) for n in np.geomspace(1e7, 1e9, 5) for d in np.geomspace(1e9, 1e11, 5)]
N, D = np.array(GRID).T


def loss(n, d):
    return 1.8 + 400 / n**0.34 + 1200 / d**0.32


def sound(**changed):
    columns = {"n_params": N, "tokens": D, "C": 6 * N * D, "loss": loss(N, D)}
    return pd.DataFrame(columns | changed)


def curves(**changed):
    rows = pd.DataFrame(
        [(f"run {i}", n, s) for i, n in enumerate(np.geomspace(1e7, 1e9, 9)) for s in range(1, 41)],
        columns=["run", "n_params", "step"],
    )
    rows["step"] *= 1000
    rows["loss"] = loss(rows["n_params"], rows["step"] * 5e5)
    return rows.assign(**changed)


@pytest.fixture
def look(tmp_path):
    def inspected(rows, **how):
        path = tmp_path / "runs.csv"
        rows.to_csv(path, index=False)
        return inspect(path, **how)

    return inspected


def kinds(found):
    return {finding.kind for finding in found.findings}


def text(found, kind):
    return " ".join(finding.text for finding in found.findings if finding.kind == kind)


def test_a_sound_table_is_not_suspected(look):
    assert look(sound()).findings == []
    assert look(curves(), constants={"B": 5e5}).findings == []


def test_what_is_there(look):
    found = look(sound(note=["x"] * len(N)))
    assert (found.rows, found.rows_in_all, found.runs, found.curves) == (25, 25, 25, 0)
    size = {one.key: one for one in found.quantities}["N"]
    assert (size.column, size.known, size.low, size.high) == ("n_params", 25, 1e7, 1e9)
    assert size.decades == pytest.approx(2.0)
    assert found.unused == ["note"]
    found = look(curves(), constants={"B": 5e5})
    assert (found.rows, found.runs, found.curves) == (360, 9, 9)
    origins = {one.key: one.origin for one in found.quantities}
    assert origins["B"] == "the same in all rows" and origins["C"] == "computed"


FIRST = np.arange(len(N)) < 5


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        ({"n_params": np.where(FIRST, N / 1e6, N)}, "mixed units", "a factor 1e+06 apart, 5 rows"),
        ({"tokens": np.where(FIRST, D / 1e9, D)}, "mixed units", "tokens falls into two groups"),
        ({"C": 2 * N * D}, "compute", "forward pass alone: say --compute 2ND"),
        ({"C": 8 * N * D}, "compute", "with activations computed again"),
        ({"C": 6 * N * D / 8.64e19}, "reading", "C has the median"),
        ({"C": 6 * N * D / 1e9}, "compute", "in GFLOPs: say --unit C=1e9"),
        ({"C": 6 * N * D * 1.7}, "compute", "C is 1.7 times 6 N tokens in all rows"),
        ({"C": 6 * (N + 3e7) * D}, "compute", "it counts embeddings or attention too"),
        ({"C": np.where(N < 1e8, 2, 6) * N * D}, "compute", "2 N tokens in 10 rows, 6 N tokens in"),
        ({"C": np.where(FIRST, 18, 6) * N * D}, "compute rows", "5 rows of another C / (6 N"),
        ({"n_params_total": N + 3e7, "C": 6 * (N + 3e7) * D}, "compute", "it counts embeddings"),
        ({"loss": loss(N, D) * 4}, "loss above ln n_vocab", "in bits (--unit loss=bits)"),
        ({"n_vocab": 16}, "loss above ln n_vocab", "above an even guess, up to"),
        ({"loss": loss(N, D) / 3}, "low losses", "are they a byte or a character"),
        ({"loss": loss(N[::-1], D[::-1])}, "rising with size", "the loss does not fall with N"),
        ({"n_layer": 4, "d_model": np.sqrt(N / 60)}, "embeddings", "times 12 n_layer d_model^2"),
        ({"n_params_total": N}, "embeddings", "N and N_total are equal in all rows"),
        ({"seed": 3}, "constant", "the same in all rows: seed = 3"),
        ({"State": ["crashed", *["finished"] * 24]}, "unfinished", "crashed: 1); choose with"),
        ({"batch_size": 512}, "reading", "may count sequences; say --column B=batch_size"),
    ],
)
def test_a_fault_is_found(look, changed, kind, words):
    found = look(sound(**changed))
    assert words in text(found, kind), found.findings


def test_logged_steps_without_compute_are_left_out_of_its_check(look):
    rows = curves()
    spent = 6 * (rows["n_params"] + 3e7) * rows["step"] * 5e5
    rows = rows.assign(C=spent.where(rows["step"] > rows["step"].min(), 0), batch_tokens=5e5)
    assert "it counts embeddings or attention too" in text(look(rows), "compute")


def test_batches_of_sequences(look):
    rows = curves()
    found = look(rows.assign(tokens=rows["step"] * 2**20, batch_tokens=1024))
    assert "tokens are 1024 times B x step: does B count sequences?" in text(found, "batch")


def test_a_size_of_no_name_is_asked_for_its_embeddings(look):
    found = look(sound().rename(columns={"n_params": "Model Size"}))
    assert "--column 'N_total=Model Size'" in text(found, "embeddings")
    found = look(sound().rename(columns={"n_params": "size"}), columns={"N": "size"})
    assert "embeddings" not in kinds(found), "the reader said what it is"


def test_a_size_that_its_shape_explains_is_not_suspected(look):
    shape = {"n_layer": 4, "d_model": np.sqrt(N / 48)}
    found = look(sound(**shape).rename(columns={"n_params": "Model Size"}))
    assert "embeddings" not in kinds(found)
    assert "embeddings" not in kinds(look(sound().drop(columns="n_params")))


def test_a_narrow_range_and_few_runs(look):
    rows = sound()
    found = look(rows[(rows["n_params"] < 5e7) & (rows["tokens"] > 1e10)])
    assert "N (0.5 decades)" in text(found, "narrow range")
    assert text(found, "few runs").startswith("4 runs: intervals rest on few")


def test_repeated_rows(look):
    rows = sound()
    found = look(pd.concat([rows, rows.head(2)]))
    assert text(found, "reading").startswith("2 rows repeat another: 27 (as 2), 28 (as 3)")


def test_several_kinds_of_runs(look):
    rows = pd.concat([sound(data="web"), sound(data="code", loss=loss(N, D) / 2)])
    found = look(rows)
    assert "--where data=code" in text(found, "mixture")
    assert found.choices == {"data": ["code", "web"]}
    assert "mixture" not in kinds(look(rows, where={"data": ["web"]}))


def test_learning_curves(look):
    step = curves()["step"]
    found = look(curves(lr=np.minimum(step / 3000, 1.0)))
    assert "18 rows from before the warm-up ended" in text(found, "warm-up")
    assert "--range step=3000:" in text(found, "warm-up")
    assert "warm-up" in kinds(look(curves(warmup_steps=3000)))
    assert "warm-up" not in kinds(look(curves(warmup_steps=3000), ranges={"step": (3000, None)}))

    spoiled = curves()
    spoiled.loc[spoiled.index[39], "loss"] *= 1.2
    found = look(spoiled)
    assert "run 'run 0', row 41" in text(found, "rising loss")
    assert "not the best in 1 of 9 curves, by up to 20 %" in text(found, "last is not best")
    assert "last is not best" not in kinds(look(spoiled, loss_at="best"))

    rows = curves()
    found = look(rows[(rows["run"] != "run 3") | (rows["step"] < 10_000)])
    assert "1 curve end before half" in text(found, "short runs")


def test_rows_that_stop_a_fit_are_told_of(look):
    rows = sound()
    rows.loc[[3, 4], "loss"] = [-1.0, np.nan]
    found = look(rows)
    assert (found.rows, found.rows_in_all) == (23, 25)
    assert "row 5: loss is -1, not positive" in text(found, "reading")
    assert "row 6: loss is blank" in text(found, "reading")


def test_a_table_without_losses_still_gets_an_answer(look):
    found = look(pd.DataFrame({"colour": ["red", "blue"], "N": [1e6, 2e6]}))
    assert "no column for loss" in text(found, "reading")
    assert all(support.reason for support in found.laws.values())


def test_text_and_json_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "runs.csv"
    sound(C=2 * N * D).to_csv(path, index=False)
    main(["inspect", str(path)])
    shown = capsys.readouterr().out
    assert shown.startswith(f"{path}: 25 rows, 25 runs, no learning curves\n")
    assert "Suspicious\n  - C is 2 N tokens" in shown
    assert all(len(line) <= 100 for line in shown.splitlines()[1:])
    main(["inspect", str(path), "--compute", "2ND", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["laws"]["Chinchilla"]["supported"] and not found["laws"]["L(C)"]["supported"]
    assert found["quantities"]["C"]["low"] == pytest.approx(6e16)
    main(["inspect", str(path), "--json", str(tmp_path / "seen.json")])
    assert json.loads((tmp_path / "seen.json").read_text())["runs"] == 25
    with pytest.raises(SystemExit):
        main(["inspect", str(tmp_path / "none.csv")])
    assert capsys.readouterr().err.startswith("error: ")


def test_the_page_wraps_and_ends(look):
    assert page(look(sound())).endswith("Nothing suspicious")
