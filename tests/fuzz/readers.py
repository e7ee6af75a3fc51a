"""The readers that are fuzzed: the file that builds their input, and what is counted of them."""

from __future__ import annotations

from importlib import import_module

from hostile import Reader

# name: (module that builds hostile documents, packages and modules of the reader)
READERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "configuration": (
        "hostile_configuration",
        (
            *("scalinglaws.study", "scalinglaws.settings", "scalinglaws.table_settings"),
            *("scalinglaws.corpora.catalogue", "scalinglaws.corpora.declarations"),
        ),
    ),
    "tables": (
        "hostile_tables",
        ("scalinglaws.run_tables", "scalinglaws.user_table", "scalinglaws.inspection"),
    ),
    "corpora": (
        "hostile_corpora",
        (
            *("scalinglaws.corpora.readers", "scalinglaws.corpora.jsonl"),
            *("scalinglaws.corpora.mediawiki", "scalinglaws.corpora.wikitext"),
            *("scalinglaws.corpora.hashes", "scalinglaws.corpora.sources.folder"),
        ),
    ),
    "archives": (
        "hostile_archives",
        ("scalinglaws.corpora.archives", "scalinglaws.corpora.sources.archive"),
    ),
    "records": (
        "hostile_records",
        (
            *("scalinglaws.provenance.records", "scalinglaws.provenance.dvclock"),
            *("scalinglaws.provenance.graph", "scalinglaws.provenance.crate_reader"),
        ),
    ),
    "training": (
        "hostile_training",
        (
            *("scalinglaws.training.runfile", "scalinglaws.training.score"),
            *("scalinglaws.training.weights", "scalinglaws.training.checkpoint"),
            *("scalinglaws.tokens.shards", "scalinglaws.runspec"),
        ),
    ),
}


def load(name: str) -> Reader:
    """The reader of that name; imports it."""
    return import_module(READERS[name][0]).READER
