"""The GPT-2 vocabulary: the ids that everybody knows."""

import pytest

from scalinglaws.errors import UserError
from scalinglaws.tokens.bpe import END_OF_TEXT, load_tokenizer, save_tokenizer, token_byte_lengths
from scalinglaws.tokens.gpt2 import ENCODER, MERGES, N_VOCAB, gpt2_tokenizer
from scalinglaws.tokens.gpt2_files import fetch_gpt2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpt2")
    try:
        fetch_gpt2(folder)
    except UserError as error:
        if "expected" in str(error):
            raise
        pytest.skip(f"the GPT-2 vocabulary cannot be downloaded: {error}")
    return folder


def test_known_ids(folder, tmp_path):
    save_tokenizer(gpt2_tokenizer(folder), tmp_path / "tokenizer.json")
    for tokenizer in (gpt2_tokenizer(folder), load_tokenizer(tmp_path / "tokenizer.json")):
        assert tokenizer.encode("Hello world!").ids == [15496, 995, 0]
        assert tokenizer.get_vocab_size() == N_VOCAB
        assert tokenizer.token_to_id(END_OF_TEXT) == 50256
        assert 50256 not in tokenizer.encode(f"a{END_OF_TEXT}b").ids


@pytest.mark.parametrize("text", ["Zoë 漢字 👩‍👩‍👧", " leading, trailing  ", "\r\n\t\x00", ""])
def test_round_trip_and_bytes(folder, text):
    tokenizer = gpt2_tokenizer(folder)
    ids = tokenizer.encode(text).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text
    lengths = token_byte_lengths(tokenizer)
    assert lengths[ids].sum() == len(text.encode()) and lengths[50256] == 0


def test_other_files_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"encoder\.json: missing; fetch"):
        gpt2_tokenizer(tmp_path)
    (tmp_path / ENCODER).write_text('{"a": 0}')
    (tmp_path / MERGES).write_text("#version\n")
    with pytest.raises(UserError, match="2 tokens, GPT-2 has 50257"):
        gpt2_tokenizer(tmp_path)
    (tmp_path / ENCODER).write_text("no")
    with pytest.raises(UserError, match="not the GPT-2 vocabulary"):
        gpt2_tokenizer(tmp_path)
