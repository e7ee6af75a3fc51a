"""The page's sections on what changes the task itself: context length and vocabulary."""

from __future__ import annotations

import math

from scalinglaws.calibration.results import Calibration
from scalinglaws.calibration.words import diverged, number, percent
from scalinglaws.markup import markdown_table


def context_section(found: Calibration) -> list[str]:
    """Lines of the section on n_ctx."""
    lines = ["## Context", ""]
    if not found.context:
        return [*lines, "No run of the experiment `context` has a loss.", ""]
    shared = found.context[0]["shared"]
    header = ["N", "n_ctx", "nats/token", "nats/byte", f"nats/token at positions 1 to {shared}"]
    rows = [
        [
            number(row["n_params"]),
            number(row["n_ctx"]),
            f"{row['loss']:.4f}",
            f"{row['nats_per_byte']:.4f}" if row["nats_per_byte"] else "–",
            "–" if math.isnan(row["shared_loss"]) else f"{row['shared_loss']:.4f}",
        ]
        for row in sorted(found.context, key=lambda row: (row["n_params"], row["n_ctx"]))
    ]
    lines += [
        *markdown_table(header, rows),
        "",
        "A longer context is another task, whose later tokens have more to go by: only the last "
        "column compares like with like, over fewer tokens the longer the context is. Equal tokens "
        "a batch, so a longer context also means fewer sequences.",
        "",
    ]
    return lines + diverged([row for curve in found.curves["context"] for row in curve.diverged])


def vocabulary_section(found: Calibration) -> list[str]:
    """Lines of the section on n_vocab."""
    lines = ["## Vocabulary", ""]
    if not found.vocabulary:
        return [*lines, "No run carries the experiment `vocabulary`.", ""]
    words = {True: "yes", False: "no", None: "unknown"}
    header = ["N", "n_vocab", "Best rate", "Text read (MB)", "FLOPs with the softmax"]
    rows = [
        [
            number(row["n_params"]),
            number(row["n_vocab"]),
            number(row["rate"]) + (f" ({row['edge']})" if row["edge"] else ""),
            number(row["million_bytes"]),
            number(row["compute_counted"]),
            "–" if math.isnan(row["nats_per_byte"]) else f"{row['nats_per_byte']:.4f}",
            percent(row["above_best_percent"]),
            words[row["beyond_seed_noise"]],
        ]
        for row in found.vocabulary
    ]
    lines += [
        *markdown_table([*header, "nats/byte", "Above best", "Beyond seed noise"], rows),
        "",
        "At equal bytes of text, each at the best of the rates that all vocabularies tried. N does "
        "not count embeddings: a larger vocabulary has more of those, and a step of it does more "
        "work, as the FLOPs say.",
        "",
    ]
    return lines + diverged(
        [{"run_id": name} for row in found.vocabulary for name in row["diverged"]]
    )
