"""Short names for legends."""

import pytest

from scalinglaws.figures.labels import corpus, size


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (98_304, "98.3K"),
        (302e6, "302M"),
        (1.47e9, "1.47B"),
        (999.6e3, "1M"),
        (999.4e3, "999K"),
        (768, "768"),
        (0, "0"),
    ],
)
def test_a_size_in_three_digits(value, said):
    assert size(value) == said


def test_a_corpus_in_words():
    assert corpus("bible_kjv") == "bible kjv"
