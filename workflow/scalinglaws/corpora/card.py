"""The data card of a corpus: what the text is, and is not, in numbers and in one page."""

from collections.abc import Mapping

from scalinglaws.corpora.catalogue import Corpus
from scalinglaws.corpora.overlap import WORDS


def build_card(
    name: str,
    corpus: Corpus,
    counts: Mapping[str, Mapping[str, int]],
    tokens: Mapping[str, Mapping[str, int]],
    training_corpus: str,
    seen: float | None,
) -> dict:
    """The card as JSON.

    `counts` is summary.json (documents, characters, bytes a split), `tokens` the description of
    each shard that the study encoded, by split, and `seen` the share of the 13-grams of the test
    split that occur in the training split of `training_corpus` (see `overlap`).
    """
    splits = {}
    for split, numbers in counts.items():
        encoded = tokens.get(split, {})
        splits[split] = {
            **numbers,
            "share": getattr(corpus.shares, split),
            "tokens": encoded.get("n_tokens"),
            "tokens_documents": encoded.get("n_documents"),
            "tokens_bytes": encoded.get("n_bytes"),
        }
    return {
        "corpus": name,
        "title": corpus.title,
        "description": corpus.description,
        "version": corpus.version,
        "licence": corpus.licence,
        "raw_bytes": corpus.bytes,
        "raw_sha256": corpus.sha256,
        "reader": corpus.reader,
        "sources": [{"kind": source.kind, "source": str(source)} for source in corpus.sources],
        "splits": splits,
        "training_corpus": training_corpus,
        f"test_{WORDS}grams_seen_in_training": seen,
    }


def card_markdown(card: Mapping) -> str:
    """The card as one page of Markdown."""
    seen = card[f"test_{WORDS}grams_seen_in_training"]
    sources = [f"{number}. {s['source']}" for number, s in enumerate(card["sources"], start=1)]
    lines = [
        f"# {card['title']}",
        "",
        card["description"],
        "",
        f"- name: `{card['corpus']}`",
        f"- version: {card['version']}",
        f"- licence of the text: {card['licence']}",
        f"- raw file: {card['raw_bytes']:,} bytes, SHA-256 `{card['raw_sha256']}`",
        f"- cleaned by: `{card['reader']}`",
        "",
        "Sources, in the order in which they are tried; all give the same bytes:",
        "",
        *sources,
        "",
        "| split | share | documents | characters | bytes | tokens in this study | bytes/token |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_row(split, numbers) for split, numbers in card["splits"].items()),
        "",
        "Exact duplicates (equal but for case, spacing and Unicode form) were dropped. The hash of",
        "a document's text decides its split and its place in it. Tokens include one end-of-text a",
        "document; a study may encode the beginning of a split only.",
        "",
        "## Overlap with the training text",
        "",
        f"share = |G(test) ∩ G(train)| / |G(test)| = {'n/a' if seen is None else f'{seen:.4%}'}",
        "",
        f"G is the set of distinct sequences of {WORDS} consecutive words (letters and digits,",
        "lower case) inside a document; train is the training split of",
        f"`{card['training_corpus']}`.",
    ]
    return "\n".join(lines) + "\n"


def _row(split: str, numbers: Mapping) -> str:
    tokens = numbers["tokens"]
    cells = [split, f"{numbers['share']:g}"]
    cells += [f"{numbers[key]:,}" for key in ("documents", "characters", "bytes")]
    cells += [f"{tokens:,}", f"{numbers['tokens_bytes'] / tokens:.3f}"] if tokens else ["–", "–"]
    return f"| {' | '.join(cells)} |"
