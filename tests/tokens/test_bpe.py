"""The tokenizer: exact size, reversible on any text, equal inputs give equal bytes."""

import os
import subprocess
import sys

import numpy as np
import pytest

from scalinglaws.errors import UserError
from scalinglaws.tokens.bpe import (
    END_OF_TEXT,
    END_OF_TEXT_ID,
    first_bytes,
    load_tokenizer,
    save_tokenizer,
    token_byte_lengths,
    train_bpe,
)

TEXTS = [f"The {i}th quick brown fox jumps over the lazy dog number {i * 7}.\n" for i in range(300)]
ODD = {
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 😀",
    "combining marks": "é ä̧ Z̸͎̈ נְקֻדָּה",
    "line ends": "a\r\nb\rc\n\n\n d\t \u2028e\u0085f",
    "control characters": "NUL \x00 bell \x07 delete \x7f",
    "CJK": "漢字かな交じり文。한국어 𠮷",
    "private use and noncharacters": "\ue000 \ufffd \uffff \U0010ffff \ufeff",
    "end-of-text": "a<|endoftext|>b <|endoftext|>",
    "long line": "ab " * 20_000 + "x" * 50_000,
    "spaces": "   leading, trailing   ",
    "empty": "",
}


@pytest.fixture(scope="module")
def tokenizer():
    return train_bpe(TEXTS, n_vocab=320, sample_bytes=10_000)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_round_trip(tokenizer, text):
    ids = tokenizer.encode(text).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text
    assert END_OF_TEXT_ID not in ids
    assert max(ids, default=0) < 320
    assert token_byte_lengths(tokenizer)[ids].sum() == len(text.encode())


def test_the_saved_tokenizer_is_the_same(tokenizer, tmp_path):
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    loaded = load_tokenizer(tmp_path / "tokenizer.json")
    for text in [*TEXTS, *ODD.values()]:
        assert loaded.encode(text).ids == tokenizer.encode(text).ids
    assert loaded.to_str() == tokenizer.to_str()


def test_size_and_end_of_text(tokenizer):
    lengths = token_byte_lengths(tokenizer)
    assert tokenizer.get_vocab_size() == 320
    assert tokenizer.token_to_id(END_OF_TEXT) == END_OF_TEXT_ID == 0
    assert lengths.shape == (320,) and lengths.dtype == np.uint16
    assert lengths[0] == 0 and (lengths[1:] >= 1).all() and (lengths == 1).sum() == 256


def test_equal_texts_give_equal_bytes_in_any_process(tmp_path):
    script = (
        "import sys; from scalinglaws.tokens.bpe import save_tokenizer, train_bpe;"
        f"save_tokenizer(train_bpe({TEXTS[:100]!r}, 320, 10**6), sys.argv[1])"
    )
    for number, threads in enumerate(("1", "2")):
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        environment |= {"RAYON_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
        command = [sys.executable, "-c", script, str(tmp_path / f"{number}.json")]
        subprocess.run(command, check=True, env=environment)
    assert (tmp_path / "0.json").read_bytes() == (tmp_path / "1.json").read_bytes()


def test_only_the_sample_counts():
    texts = ["aaab " * 1000, "zzzz " * 1000]
    a = train_bpe(texts, 260, sample_bytes=5000).to_str()
    assert a == train_bpe(texts[:1], 260, sample_bytes=10**9).to_str()
    assert a != train_bpe(texts, 260, sample_bytes=10**9).to_str()


def test_first_bytes():
    assert list(first_bytes(["abc", "dé", "f"], 100)) == ["abc", "dé", "f"]
    assert list(first_bytes(["abc", "dé", "f"], 5)) == ["abc", "d"]  # never half a character
    assert list(first_bytes(iter(["abc", "d"]), 3)) == ["abc"]


def test_too_small_a_text_or_vocabulary():
    with pytest.raises(UserError, match="raise sample_bytes"):
        train_bpe(["abc"], 300, 1000)
    with pytest.raises(UserError, match="at least 257"):
        train_bpe(TEXTS, 256, 1000)


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "t.json").write_text("{}")
    for name in ("t.json", "missing.json"):
        with pytest.raises(UserError, match=name):
            load_tokenizer(tmp_path / name)
