"""Vocabularies side by side, in nats a byte after equal bytes of text.

A token of a larger vocabulary is more text, so nats a token compare nothing. The studies of the
other vocabularies train for as many steps as give the same bytes of text; a step is 4096 tokens in
each, so the batch and the context grow in bytes, and the softmax in work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scalinglaws.calibration.runs import members, usable
from scalinglaws.calibration.seed_noise import SeedNoise

if TYPE_CHECKING:
    import pyarrow as pa

EXPERIMENT = "vocabulary"  # of the studies of the other vocabularies
REFERENCE = "learning_rate"  # of the calibration itself


def compare_vocabularies(
    reference: pa.Table,
    reference_scores: pa.Table,
    others: list[tuple[pa.Table, pa.Table]],
    noise: SeedNoise,
) -> list[dict]:
    """A dictionary a vocabulary and size: the best of the rates that all vocabularies tried.

    Args:
        reference: table RUNS of the calibration.
        reference_scores: its table EVALUATIONS, for the bytes a token.
        others: the same two of each study of another vocabulary.
        noise: relative scatter of seeds, the same for a loss a byte.

    ``million_bytes`` is the text read, at the test split's bytes a token; ``edge`` says whether
    the best rate is an end of those tried. Empty where no study carries the experiment.
    """
    rows = [
        _with_bytes(row, scores)
        for table, scores in others
        for row in members(table.to_pylist(), EXPERIMENT)
    ]
    tried = {(row["n_params"], row["peak_learning_rate"]) for row in rows}
    rows += [
        _with_bytes(row, reference_scores)
        for row in members(reference.to_pylist(), REFERENCE)
        if (row["n_params"], row["peak_learning_rate"]) in tried
    ]
    groups: dict[tuple[int, int], list[dict]] = {}
    for row in rows:
        groups.setdefault((row["n_params"], row["n_vocab"]), []).append(row)
    found = [_best(*key, group) for key, group in sorted(groups.items())]
    for entry in found:
        rivals = [other for other in found if other["n_params"] == entry["n_params"]]
        lowest = np.nanmin([other["nats_per_byte"] for other in rivals] + [np.inf])
        entry["above_best_percent"] = 100.0 * (entry["nats_per_byte"] / lowest - 1.0)
        entry["beyond_seed_noise"] = (
            noise.exceeded(entry["nats_per_byte"], lowest)
            if np.isfinite(entry["nats_per_byte"])
            else None
        )
    return found


def _with_bytes(row: dict, scores: pa.Table) -> dict:
    """The run with the bytes of text that it read, NaN where its scores do not say."""
    for score in scores.to_pylist():
        if (score["run_id"], score["corpus"]) == (row["run_id"], row["corpus"]):
            return row | {"bytes": row["tokens"] * score["n_bytes"] / score["n_tokens"]}
    return row | {"bytes": np.nan}


def _best(n_params: int, n_vocab: int, rows: list[dict]) -> dict:
    finished = [row for row in rows if usable(row) and row["test_nats_per_byte"]]
    about = {
        "n_params": n_params,
        "n_vocab": n_vocab,
        "diverged": [row["run_id"] for row in rows if not usable(row)],
    }
    if not finished:
        nothing = dict.fromkeys(("rate", "million_bytes", "compute_counted", "nats_per_byte"))
        return about | dict.fromkeys(nothing, np.nan) | {"edge": "all diverged"}
    best = min(finished, key=lambda row: row["test_nats_per_byte"])
    rates = [row["peak_learning_rate"] for row in finished]
    ends = {min(rates): "the smallest tried", max(rates): "the largest tried"}
    return about | {
        "rate": best["peak_learning_rate"],
        "million_bytes": best["bytes"] / 1e6,
        "compute_counted": best["compute_counted"],
        "nats_per_byte": best["test_nats_per_byte"],
        "edge": ends.get(best["peak_learning_rate"], ""),
    }
