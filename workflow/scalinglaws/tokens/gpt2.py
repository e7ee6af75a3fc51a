"""The GPT-2 vocabulary (Radford et al. 2019) that the paper uses: 50257 ids (Section 2.1).

It is made of the two files that OpenAI published: encoder.json (token: id) and vocab.bpe (the
merges, in order). End-of-text is the last id, 50256.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from scalinglaws.errors import UserError
from scalinglaws.tokens.bpe import END_OF_TEXT, as_ordinary_text

ENCODER, MERGES = "encoder.json", "vocab.bpe"
N_VOCAB = 50257


def gpt2_tokenizer(folder: Path | str) -> Tokenizer:
    """The tokenizer of the files `ENCODER` and `MERGES` in `folder`.

    Raises UserError if one is missing or they are not the vocabulary of GPT-2.
    """
    folder = Path(folder)
    try:
        vocabulary = json.loads((folder / ENCODER).read_bytes())
        lines = (folder / MERGES).read_text(encoding="utf-8").split("\n")
        merges = [tuple(line.split()) for line in lines[1:] if line]  # after the line #version
        tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    except FileNotFoundError as error:
        raise UserError(f"{error.filename}: missing; fetch the GPT-2 vocabulary again") from None
    except Exception as error:  # the library raises nothing narrower
        reason = " ".join(str(error).split())
        raise UserError(f"{folder}: not the GPT-2 vocabulary ({reason}); fetch it again") from None
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([END_OF_TEXT])
    if tokenizer.get_vocab_size() != N_VOCAB:
        raise UserError(
            f"{folder}: {tokenizer.get_vocab_size()} tokens, GPT-2 has {N_VOCAB}; fetch it again"
        )
    return as_ordinary_text(tokenizer)
