"""The data card of a corpus: what the text is, and is not, in numbers and in one page."""

from collections.abc import Mapping

from scalinglaws.corpora.catalogue import Corpus
from scalinglaws.corpora.overlap import WORDS
from scalinglaws.corpora.shingles import WORDS as SHINGLE_WORDS
from scalinglaws.corpora.split import SPLITS


def build_card(
    name: str,
    corpus: Corpus,
    summary: Mapping[str, Mapping],
    tokens: Mapping[str, Mapping[str, int]],
    training_corpus: str,
    seen: float | None,
) -> dict:
    """The card as JSON.

    `summary` is summary.json (documents, characters, bytes a split; near-duplicates; the raw
    file), `tokens` the description of each shard that the study encoded, by split, and `seen` the
    share of the 13-grams of the test split that occur in the training split of `training_corpus`
    (see `overlap`).
    """
    splits = {}
    for split in SPLITS:
        numbers = summary[split]
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
        "evaluation_only": corpus.evaluation_only,
        "raw_bytes": summary["raw"]["bytes"],
        "raw_sha256": summary["raw"]["sha256"],
        "raw_origin": summary["raw"]["origin"],
        "unpinned": corpus.unpinned,
        "reader": corpus.reader,
        "sources": [{"kind": source.kind, "source": str(source)} for source in corpus.sources],
        "splits": splits,
        "near_duplicates": summary["near_duplicates"],
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
        *(["- evaluation only: this text must not be trained on"] * card["evaluation_only"]),
        "",
        *_pinning(card),
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
        "## Near-duplicates across splits",
        "",
        *_near_duplicates(card["near_duplicates"]),
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


def _pinning(card: Mapping) -> list[str]:
    if card["unpinned"] is None:
        return ["Sources, in the order in which they are tried; all give the same bytes:"]
    lines = [f"The bytes are not pinned: {card['unpinned']}. The hash above is of what was read:"]
    lines += ["", *(f"- {line}" for line in card["raw_origin"])] if card["raw_origin"] else []
    return [*lines, "", "Sources, in the order in which they are tried:"]


def _near_duplicates(found: Mapping) -> list[str]:
    return [
        f"{found['dropped_documents']:,} training documents ({found['dropped_bytes']:,} bytes)",
        f"were dropped: {found['like_test']:,} resemble a test document,",
        f"{found['like_validation']:,} a validation document. Documents resemble each other if the",
        f"Jaccard similarity of their sets of {SHINGLE_WORDS}-word sequences is "
        f"{found['threshold']:g} or more.",
    ]


def _row(split: str, numbers: Mapping) -> str:
    tokens = numbers["tokens"]
    cells = [split, f"{numbers['share']:g}"]
    cells += [f"{numbers[key]:,}" for key in ("documents", "characters", "bytes")]
    cells += [f"{tokens:,}", f"{numbers['tokens_bytes'] / tokens:.3f}"] if tokens else ["–", "–"]
    return f"| {' | '.join(cells)} |"
