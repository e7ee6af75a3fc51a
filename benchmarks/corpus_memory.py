"""Is the memory of cleaning and tokenizing the same for 100 MB and for 1 GB of text?

    python benchmarks/corpus_memory.py [MEGABYTES ...]

For each size a folder of synthetic JSONL (a vocabulary of 50,000 words, drawn by Zipf's law) is
made in a temporary folder, then cleaned and split, then tokenized, each in a process of its own
whose peak resident memory is printed. The peak at the largest size should be at most 1.3 times
the peak at the smallest.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from scalinglaws.corpora.declarations import FolderSource
from scalinglaws.corpora.readers.registry import read_documents
from scalinglaws.corpora.sources.folder import obtain_folder
from scalinglaws.corpora.split import SPLITS, split_documents
from scalinglaws.corpora.texts import read_texts
from scalinglaws.tokens.bpe import load_tokenizer, save_tokenizer, train_bpe
from scalinglaws.tokens.encode import write_shard

SHARES = {"train": 0.94, "validation": 0.02, "test": 0.04}
N_VOCAB, SAMPLE_BYTES = 1024, 2_000_000
WORDS, MEAN_WORDS = 50_000, 500  # in the vocabulary, in a document


def write_text(folder: Path, n_bytes: int) -> None:
    """About `n_bytes` bytes of JSONL; equal sizes give equal files."""
    random = np.random.default_rng(0)
    letters = random.integers(97, 123, size=(WORDS, 9), dtype=np.uint8)
    lengths = random.integers(2, 10, size=WORDS)
    words = [bytes(row[:n]).decode() for row, n in zip(letters, lengths, strict=True)]
    chances = 1 / np.arange(1, WORDS + 1)
    steps = np.cumsum(chances / chances.sum())
    folder.mkdir()
    written = 0
    with (folder / "text.jsonl").open("w") as file:
        while written < n_bytes:
            count = 50 + int(random.exponential(MEAN_WORDS))
            drawn = np.minimum(np.searchsorted(steps, random.random(count)), WORDS - 1)
            line = json.dumps({"text": " ".join(words[i] for i in drawn)})
            written += file.write(line + "\n")


def clean(work: Path) -> None:
    """What rules fetch and clean do with a user's folder."""
    source = FolderSource(kind="folder", path=str(work / "in"))
    obtain_folder(source, work / "raw", 2**40, work)
    targets = {split: work / f"{split}.parquet" for split in SPLITS}
    split_documents(read_documents(work / "raw", "folder"), SHARES, targets)


def tokenize(work: Path) -> None:
    """What rule tokenize_split does with the training split."""
    write_shard(
        read_texts(work / "train.parquet"),
        load_tokenizer(work / "tokenizer.json"),
        work / "train.bin",
    )


def measure(stage: str, work: Path) -> tuple[float, float]:
    """(peak resident memory in MB, seconds) of a stage in a process of its own."""
    start = time.monotonic()
    command = [sys.executable, __file__, f"--{stage}", str(work)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout), time.monotonic() - start


def main(megabytes: list[int]) -> None:
    """Print one line a size."""
    print("text MB | clean: peak MB, s | tokenize: peak MB, s")
    for size in megabytes:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            write_text(work / "in", size * 10**6)
            clean_peak, clean_time = measure("clean", work)
            texts = read_texts(work / "train.parquet")
            save_tokenizer(train_bpe(texts, N_VOCAB, SAMPLE_BYTES), work / "tokenizer.json")
            token_peak, token_time = measure("tokenize", work)
        print(
            f"{size:7d} | {clean_peak:8.0f} {clean_time:8.0f} "
            f"| {token_peak:8.0f} {token_time:8.0f}",
            flush=True,
        )


if __name__ == "__main__":
    stages = {"--clean": clean, "--tokenize": tokenize}
    if sys.argv[1:2] and sys.argv[1] in stages:
        stages[sys.argv[1]](Path(sys.argv[2]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)  # KB on Linux
    else:
        main([int(given) for given in sys.argv[1:]] or [100, 1000])
