"""The data card and the overlap of 13-grams."""

from pathlib import Path

import pytest

from scalinglaws.corpora.card import build_card, card_markdown
from scalinglaws.corpora.catalogue import load_catalogue
from scalinglaws.corpora.overlap import seen_share

WORDS = [f"w{i}" for i in range(40)]
OURS = Path(__file__).parents[2] / "config" / "corpora.yaml"


def test_overlap_by_hand():
    test = [" ".join(WORDS[:20])]  # 8 distinct 13-grams
    train = ["x " + ", ".join(WORDS[:15]).upper() + "! y"]  # holds the first 3 of them
    assert seen_share(test, train) == 3 / 8
    assert seen_share(test * 2, train) == 3 / 8
    assert seen_share(test, test) == 1
    assert seen_share(test, ["", "too short", " ".join(WORDS[20:])]) == 0
    assert seen_share(test, []) == 0
    assert seen_share(["too short"], train) is None
    assert seen_share([], train) is None


def test_grams_do_not_cross_documents():
    assert seen_share([" ".join(WORDS[:13])], [" ".join(WORDS[:7]), " ".join(WORDS[7:13])]) == 0


def test_against_sets_of_tuples():
    test = ["a b a b b a a b a", "b b b a"]
    train = ["a a b a b", "b a a b b b"]

    def grams(texts):
        words = [text.split() for text in texts]
        return {tuple(w[i : i + 3]) for w in words for i in range(len(w) - 2)}

    expected = len(grams(test) & grams(train)) / len(grams(test))
    assert seen_share(test, train, n_words=3) == pytest.approx(expected)


NEAR = {
    "threshold": 0.5,
    "dropped_documents": 1234,
    "dropped_bytes": 5678,
    "like_test": 1230,
    "like_validation": 7,
}


def summary(corpus, origin=()):
    counts = {"documents": 1000, "characters": 2000, "bytes": 2500}
    raw = {"bytes": corpus.bytes or 7, "sha256": corpus.sha256 or "f" * 64, "origin": list(origin)}
    splits = dict.fromkeys(("train", "validation", "test"), counts)
    return splits | {"near_duplicates": NEAR, "raw": raw}


@pytest.mark.parametrize("seen", [0.0055, None])
def test_card(seen):
    corpus = load_catalogue(OURS)["wiki_enwik8"]
    tokens = {"test": {"n_tokens": 1000, "n_documents": 900, "n_bytes": 2400}}
    card = build_card("wiki_enwik8", corpus, summary(corpus), tokens, "wiki_enwik8", seen)
    page = card_markdown(card)
    assert card["splits"]["test"]["tokens"] == 1000
    assert card["splits"]["train"]["tokens"] is None
    assert "| test | 0.04 | 1,000 | 2,000 | 2,500 | 1,000 | 2.400 |" in page
    for said in (
        "not web text",
        corpus.sha256,
        corpus.licence,
        "mingru-pytorch==0.2.1",
        "|G(test)",
        "all give the same bytes",
        "1,234 training documents (5,678 bytes)",
        "Jaccard similarity of their sets of 5-word sequences is 0.5 or more",
    ):
        assert said in page
    assert ("0.5500%" if seen else "n/a") in page


def test_card_of_what_cannot_be_pinned():
    corpus = load_catalogue(OURS)["docs_manuals"]
    origin = ["git-doc 1:2.39, sha256 abc"]
    card = build_card("docs_manuals", corpus, summary(corpus, origin), {}, "wiki_enwik8", 0.1)
    page = card_markdown(card)
    assert card["raw_sha256"] == "f" * 64
    assert "7 bytes, SHA-256 `fff" in page
    assert "not pinned: Debian replaces versions within a release." in page
    assert f"- {origin[0]}\n" in page
    assert "all give the same bytes" not in page


def test_every_card_of_ours_can_be_written():
    for name, corpus in load_catalogue(OURS).items():
        card = build_card(name, corpus, summary(corpus), {}, "wiki_enwik8", None)
        page = card_markdown(card)
        assert ("must not be trained on" in page) == corpus.evaluation_only
