"""The final scores of a trained model: mean, by token position, a token and a byte, by corpus."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from scalinglaws.atomic import atomic_write
from scalinglaws.checked_parquet import read_checked, write_checked
from scalinglaws.errors import UserError

POSITIONS = pa.schema(
    [
        pa.field("corpus", pa.string(), False),
        pa.field("position", pa.int32(), False, {"unit": "1: the target after one token"}),
        pa.field("n_tokens", pa.int64(), False, {"unit": "tokens"}),
        pa.field("loss", pa.float64(), False, {"unit": "nats/token"}),
    ]
)
SUMMARY = ("n_tokens", "n_bytes", "loss", "loss_std_err", "nats_per_byte")


@dataclass(frozen=True)
class Score:
    """Losses of one run on the test split of one corpus.

    Attributes:
        n_tokens: targets scored.
        n_bytes: UTF-8 bytes of those targets (end-of-text counts none).
        loss: mean cross-entropy, nats/token.
        loss_std_err: standard error of the mean over windows, which are far apart in the split;
            it is shared by all models scored on these windows.
        nats_per_byte: total loss over total bytes; comparable between vocabularies.
        by_position: mean loss at each target position 1 .. n_ctx, nats/token, shape (n_ctx,).
    """

    n_tokens: int
    n_bytes: int
    loss: float
    loss_std_err: float
    nats_per_byte: float
    by_position: np.ndarray


def score(losses: np.ndarray, targets: np.ndarray, byte_lengths: np.ndarray) -> Score:
    """Summarise token losses.

    Args:
        losses: nats, (windows, n_ctx).
        targets: token ids, (windows, n_ctx).
        byte_lengths: bytes of each vocabulary entry, (n_vocab,).
    """
    losses = losses.astype(np.float64)
    n_bytes = int(byte_lengths[targets].sum(dtype=np.int64))
    window_means = losses.mean(axis=1)
    spread = float(window_means.std(ddof=1)) if len(window_means) > 1 else float("nan")
    return Score(
        n_tokens=losses.size,
        n_bytes=n_bytes,
        loss=float(losses.mean()),
        loss_std_err=spread / len(window_means) ** 0.5,
        nats_per_byte=float(losses.sum() / n_bytes),
        by_position=losses.mean(axis=0),
    )


def write_scores(path: Path, run_id: str, scores: dict[str, Score | None]) -> None:
    """Write the scores of a run by corpus; None (a diverged run) gives no rows."""
    summaries = {
        corpus: {name: getattr(result, name) for name in SUMMARY} if result else None
        for corpus, result in scores.items()
    }
    rows = [
        {
            "corpus": corpus,
            "position": position,
            "n_tokens": result.n_tokens // len(result.by_position),
            "loss": loss,
        }
        for corpus, result in scores.items()
        if result
        for position, loss in enumerate(result.by_position, start=1)
    ]
    metadata = {"run_id": run_id, "scores": json.dumps(summaries)}
    table = pa.Table.from_pylist(rows, schema=POSITIONS.with_metadata(metadata))
    with atomic_write(path) as partial:
        write_checked(table, partial)


def read_scores(path: Path) -> tuple[str, dict[str, Score | None]]:
    """Run id and scores by corpus of a score file.

    Raises:
        UserError: not a score file, or truncated or damaged.
    """
    try:
        table = read_checked(path)
        metadata = table.schema.metadata or {}
        summaries = json.loads(metadata[b"scores"])
        corpora, losses = table["corpus"].to_numpy(), table["loss"].to_numpy()
        scores = {
            corpus: Score(**summary, by_position=losses[corpora == corpus]) if summary else None
            for corpus, summary in summaries.items()
        }
        return metadata[b"run_id"].decode(), scores
    except Exception as error:  # what is damaged may raise anything
        raise UserError(
            f"{path}: not a readable score file ({error!r}); delete it and run snakemake again"
        ) from error
