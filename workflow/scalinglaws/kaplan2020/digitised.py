"""The directory of digitised figures: catalogue, series, and the models behind the points."""

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from scalinglaws.errors import UserError

N_CTX = 1024  # the paper's context, in tokens
N_VOCAB = 50257  # the paper's vocabulary
READING_TOLERANCE = 1e-3  # relative accuracy of a size read off a figure (README of the data)
BATCH_TOKENS = 2**19  # Sec. 2.2: 512 sequences of 1024 tokens, unless a figure varies it
LARGEST_DATASET_TOKENS = 22_000_000_000  # the plotted D are this over 2^k
DROPOUT = 0.1  # Sec. 4.2: of all models on limited text

# What all of the paper's runs share, as a row of RUNS.
PAPER = {
    "source": "kaplan2020",
    "status": "finished",
    "architecture": "transformer",
    "n_ctx": N_CTX,
    "n_vocab": N_VOCAB,
    "corpus": "WebText2",
}


class DigitisedPoints:
    """The directory of digitised tables, with its catalogue and its list of shapes."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.catalogue = {(row["file"], row["filter"]): row for row in self._rows("series.csv")}
        self.shapes = self._rows("shapes.csv")

    def _rows(self, name: str) -> list[dict[str, str]]:
        path = self.directory / name
        if not path.is_file():
            raise UserError(f"{path}: no such file; restore data/kaplan2020 from the repository")
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def measured(self, name: str, row_filter: str = "") -> list[dict[str, str]]:
        """Rows of a catalogued series; a drawn one is refused."""
        entry = self.catalogue.get((name, row_filter))
        if entry is None or entry["nature"] != "measured":
            raise UserError(f"series.csv: {name} {row_filter!r} is not catalogued as measured")
        rows = self._rows(name)
        if row_filter:
            column, value = row_filter.split("=", 1)
            rows = [row for row in rows if row[column] == value]
        return rows

    def values(self, name: str) -> list[str]:
        """Values that the filters of a file's catalogued series select, in their order."""
        return [row_filter.split("=", 1)[1] for file, row_filter in self.catalogue if file == name]

    def shape(self, name: str, size: float, depth: str = "", key: str = "n_params") -> dict:
        """n_layer, d_model, d_ff and exact N of the model whose size was read as ``size``.

        ``depth`` is a figure's label ("3", ">6") and narrows the choice; ``key`` says which size
        was read. Where no shape is near, N stays as read and the shape is null.
        """
        nearest = None
        for row in self.shapes:
            n_layer, d_model = int(row["n_layer"]), int(row["d_model"])
            n_params = 12 * n_layer * d_model**2
            total = n_params + (N_VOCAB + N_CTX) * d_model  # Table 1
            exact = n_params if key == "n_params" else total
            fits_depth = depth in ("", row["n_layer"]) or (depth == ">6" and n_layer > 6)
            if row["file"] == name and fits_depth and exact:
                candidate = (abs(size / exact - 1), n_layer, d_model, n_params)
                nearest = min(nearest or candidate, candidate)
        # Figure 6's axis with embeddings reads 0.14 % high throughout: twice the usual tolerance.
        tolerance = READING_TOLERANCE * (1 if key == "n_params" else 2)
        if nearest is None or nearest[0] > tolerance:
            return {"n_params": round(size)}
        _, n_layer, d_model, _ = nearest
        return exact_shape(n_layer, d_model)

    def shape_by_depth(self, name: str, n_layer: int) -> dict:
        """As `shape`, of the model of ``name`` with so many layers."""
        return self._only_shape(name, f"{n_layer} layers", lambda n, _: n == n_layer)

    def shape_by_aspect(self, name: str, aspect: float) -> dict:
        """As `shape`, of the model of ``name`` whose d_model / n_layer was read as ``aspect``."""
        return self._only_shape(
            name,
            f"d_model / n_layer = {aspect}",
            lambda n, d: abs(aspect * n / d - 1) <= READING_TOLERANCE,
        )

    def _only_shape(self, name: str, what: str, fits: Callable[[int, int], bool]) -> dict:
        shapes = [
            (int(row["n_layer"]), int(row["d_model"])) for row in self.shapes if row["file"] == name
        ]
        found = [shape for shape in shapes if fits(*shape)]
        if len(found) != 1:
            raise UserError(
                f"shapes.csv: {len(found)} models of {name} have {what}, must be one; mend its rows"
            )
        return exact_shape(*found[0])


def exact_shape(n_layer: int, d_model: int) -> dict:
    """Columns of RUNS of a Transformer with d_ff = 4 d_model; N = 12 n_layer d_model^2."""
    return {
        "n_layer": n_layer,
        "d_model": d_model,
        "d_ff": 4 * d_model if n_layer else None,
        "n_params": 12 * n_layer * d_model**2,
    }


def dataset_tokens(reading: float) -> int:
    """The exact D a reading stands for: a halving of the largest one, else the reading itself."""
    sizes = [round(LARGEST_DATASET_TOKENS / 2**k) for k in range(16)]
    nearest = min(sizes, key=lambda size: abs(reading / size - 1))
    return nearest if abs(reading / nearest - 1) <= READING_TOLERANCE else round(reading)


def grouped(rows: list[dict[str, str]], column: str) -> dict[str, list[dict[str, str]]]:
    """Rows by their value of ``column``, in the order of the file."""
    groups = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return dict(groups)
