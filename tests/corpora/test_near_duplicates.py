"""Near-duplicates across splits: planted ones are found, unrelated texts are left alone."""

import random

import numpy as np
import pytest

from scalinglaws.corpora.near_duplicates import BANDS, ROWS_A_BAND, THRESHOLD, minhash
from scalinglaws.corpora.shingles import BLOCK, jaccard, shingles, word_hashes
from scalinglaws.corpora.split import SPLITS, split_documents, split_of_text
from scalinglaws.corpora.texts import read_texts

SHARES = {"train": 0.7, "validation": 0.15, "test": 0.15}
WORDS = [f"w{i}" for i in range(2000)]


def document(rng, n_words=300):
    return " ".join(rng.choices(WORDS, k=n_words))


def changed(rng, text, share=0.05):
    """A copy in which this share of the words is replaced."""
    words = text.split()
    for place in rng.sample(range(len(words)), round(share * len(words))):
        words[place] = f"changed{rng.random()}"
    return " ".join(words)


def run(folder, documents):
    targets = {name: folder / f"{name}.parquet" for name in SPLITS}
    summary = split_documents(iter(documents), SHARES, targets)
    return summary, {name: list(read_texts(path)) for name, path in targets.items()}


@pytest.fixture(scope="module")
def planted():
    """(documents, near-duplicates that fell into train of a document that fell elsewhere)."""
    rng = random.Random(0)
    originals = [document(rng) for _ in range(400)]
    copies = {changed(rng, text): text for text in originals[:200]}
    documents = [(f"d{i}", text) for i, text in enumerate([*originals, *copies])]
    where = {text: split_of_text(text, SHARES) for _, text in documents}
    pairs = [pair for copy, text in copies.items() for pair in ((copy, text), (text, copy))]
    leaks = {a: where[b] for a, b in pairs if where[a] == "train" and where[b] != "train"}
    return documents, leaks


def test_planted_copies_leave_the_training_split_only(tmp_path, planted):
    documents, leaks = planted
    assert len(leaks) > 50  # about 2 x 0.7 x 0.3 x 200
    summary, texts = run(tmp_path, documents)
    found = summary["near_duplicates"]
    kept = {text for split in texts.values() for text in split}
    assert {text for _, text in documents} - kept == set(leaks)
    assert found["dropped_documents"] == len(leaks)
    assert found["dropped_bytes"] == sum(map(len, leaks))
    for split in ("test", "validation"):
        assert found[f"like_{split}"] == sum(where == split for where in leaks.values())
        expected = [text for _, text in documents if split_of_text(text, SHARES) == split]
        assert sorted(texts[split]) == sorted(expected)


def test_the_order_of_the_documents_changes_no_byte(tmp_path, planted):
    documents, _ = planted
    (tmp_path / "a").mkdir()
    a, _ = run(tmp_path / "a", documents)
    b, _ = run(tmp_path / "b", random.Random(1).sample(documents, len(documents)))
    assert a == b
    for name in SPLITS:
        first, second = (tmp_path / folder / f"{name}.parquet" for folder in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_texts_that_share_a_passage_are_not_near_duplicates(tmp_path):
    rng = random.Random(2)
    licence = document(rng, 60)
    documents = [(str(i), f"{document(rng, 200)} {licence}") for i in range(300)]
    summary, _ = run(tmp_path, documents)
    assert summary["near_duplicates"]["dropped_documents"] == 0


def test_minhash_estimates_the_similarity():
    rng = random.Random(3)
    text = document(rng, 3000)
    a, b = shingles(text), shingles(changed(rng, text))
    exact = jaccard(a, b)
    assert exact == pytest.approx(0.95**5 / (2 - 0.95**5), abs=0.03) and exact > THRESHOLD
    n_functions = BANDS * ROWS_A_BAND
    estimate = (minhash(a) == minhash(b)).mean()
    assert estimate == pytest.approx(exact, abs=4 * (0.25 / n_functions) ** 0.5)


def test_shingles_by_hand():
    a = shingles("The quick brown fox jumps over, it SAYS!")
    b = shingles("“the quick  brown\nfox” — jumps\xa0over it says")
    assert len(a) == 4 and (a == b).all()
    assert not shingles("four words are few").size
    assert jaccard(a, shingles("the quick brown fox jumps")) == 1 / 4
    assert jaccard(a, np.empty(0, dtype=np.uint64)) == 0


def test_words_do_not_depend_on_their_place():
    hashes = word_hashes("ab b ab é ab")
    assert hashes[0] == hashes[2] == hashes[4] != hashes[1]
    assert len(set(hashes.tolist())) == 3


def test_long_texts_are_hashed_in_pieces():
    text = document(random.Random(4), 300_000)
    assert len(text) > BLOCK
    words = dict(zip(WORDS, (int(word_hashes(word)[0]) for word in WORDS), strict=True))
    assert word_hashes(text).tolist() == [words[word] for word in text.split()]
    assert word_hashes("x" * (2 * BLOCK + 1)).size == 3  # no space to cut at
