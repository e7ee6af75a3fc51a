"""A data set of the Hugging Face Hub, streamed to a raw file of JSONL compressed with zstd.

The library `datasets` is no dependency of this project: it is used where it is installed.
"""

import importlib
from pathlib import Path

import pyarrow as pa

from scalinglaws.corpora.archives import SourceError
from scalinglaws.corpora.declarations import HuggingFaceSource
from scalinglaws.corpora.jsonl import json_line, pick


def obtain_huggingface(source: HuggingFaceSource, raw: Path, limit: int, work: Path) -> None:
    """Stream the split to `raw`; nothing but one record is held in memory."""
    try:
        datasets = importlib.import_module("datasets")
    except ImportError:
        raise SourceError(
            "the library `datasets` is not installed; run: python -m pip install datasets"
        ) from None
    try:
        records = datasets.load_dataset(
            source.dataset,
            name=source.name,
            split=source.split,
            revision=source.revision,
            streaming=True,
        )
    except Exception as error:  # whatever the library and the network raise
        raise SourceError(f"datasets: {' '.join(str(error).split()):.300}") from None
    version = getattr(datasets, "__version__", "of unknown version")
    with pa.output_stream(str(raw), compression="zstd") as file:
        file.write(json_line({"origin": [f"{source}, read by datasets {version}"]}))
        for number, record in enumerate(records, start=1):
            place = f"{source}, record {number}"
            document = pick(record, source.text_field, source.id_field, str(number), place)
            file.write(json_line(dict(zip(("id", "text"), document, strict=True))))
