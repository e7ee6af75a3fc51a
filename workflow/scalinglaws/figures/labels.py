"""Short names for legends: sizes as the paper writes them, corpora without underscores."""


def size(value: float) -> str:
    """A number of parameters or tokens in three digits: "98.3K", "302M", "1.47B"."""
    for scale, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if value >= 0.9995 * scale:
            return f"{value / scale:.3g}{suffix}"
    return f"{value:.3g}"


def corpus(name: str) -> str:
    """The name of a corpus as words."""
    return name.replace("_", " ")
