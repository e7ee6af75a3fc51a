"""A column's cells as numbers: also 70M, 1.5B, 1,234,567, 12 %, 2^20 and 3.2 x 10^18."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12}
SUFFIXED = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([kmbgt])", re.IGNORECASE)
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,_' \u00a0\u202f]\d{3})+(?:\.\d+)?")
POWER = re.compile(
    r"(?:([+-]?\d+(?:\.\d+)?)\s*(?:[x*\u00d7\u00b7]|\\times)\s*)?(\d+)\s*(?:\^|\*\*)\s*\{?([+-]?\d{1,3})\}?"
)
IN_A_NAME = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)([kmbt])(?![a-z0-9])", re.IGNORECASE)


def is_blank(column: pa.ChunkedArray) -> np.ndarray:
    """Which cells say nothing at all, shape (n,)."""
    blank = column.is_null().to_numpy().astype(bool)
    if _is_text(column):
        blank |= pc.equal(pc.utf8_trim_whitespace(column), "").fill_null(True).to_numpy()
    return blank


def numbers(column: pa.ChunkedArray, decimal_comma: bool = False) -> tuple[np.ndarray, str]:
    """The cells as floats, shape (n,), NaN where a cell is no number; and an example that was read
    through its notation, "" where all are plain numbers.
    """
    if _is_text(column):
        return _of_text(column, decimal_comma)
    if pa.types.is_null(column.type) or not _is_number(column.type):
        return np.full(len(column), np.nan), ""
    floats = column.cast(pa.float64(), safe=False)
    return floats.fill_null(np.nan).to_numpy().astype(float), ""


def number_in_name(text: str) -> float:
    """The one size that a model's name carries, pythia-1.4b: 1.4e9; NaN where none or several."""
    found = IN_A_NAME.findall(text)
    return float(found[0][0]) * SUFFIXES[found[0][1].lower()] if len(found) == 1 else np.nan


def _is_text(column: pa.ChunkedArray) -> bool:
    return pa.types.is_string(column.type)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _of_text(column: pa.ChunkedArray, decimal_comma: bool) -> tuple[np.ndarray, str]:
    """Each different text is read once: a column of a million cells often has a few."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = encoded.dictionary.to_pylist()
    read = [_number(text, decimal_comma) for text in texts]
    example = next(
        (
            text
            for text, (value, plain) in zip(texts, read, strict=True)
            if not plain and not np.isnan(value)
        ),
        "",
    )
    values = np.array([value for value, _ in read] + [np.nan])
    return values[encoded.indices.fill_null(len(texts)).to_numpy()], example


def _number(text: str, decimal_comma: bool) -> tuple[float, bool]:
    """The number, NaN if it is none, and whether it was written plainly."""
    text = text.strip()
    if decimal_comma:
        text = text.replace(".", "").replace(",", ".")
    try:
        return (float(text), True) if "_" not in text else (float(text), False)
    except ValueError:
        pass
    text = text.lstrip("~\u2248").strip()
    if text.endswith("%") and not text.endswith("%%"):
        return _number(text[:-1], False)[0] / 100.0, False
    if found := SUFFIXED.fullmatch(text):
        return float(found[1]) * SUFFIXES[found[2].lower()], False
    if GROUPED.fullmatch(text):
        return float(re.sub(r"[^\d.+-]", "", text)), False
    if found := POWER.fullmatch(text):
        try:
            return float(found[1] or 1.0) * float(found[2]) ** int(found[3]), False
        except (OverflowError, ZeroDivisionError):
            return np.nan, False
    return np.nan, False
