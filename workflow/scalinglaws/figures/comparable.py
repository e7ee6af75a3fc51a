"""Transformers that other runs are shown beside: trained as long, on as large batches."""

from collections import Counter

from scalinglaws.figures.source import Source

LADDERS = ("model_size", "run_length")  # Transformers of many sizes, at one or more lengths
PROCEDURE = ("batch_tokens", "steps", "schedule", "dropout")


def beside(source: Source, others: list[dict], *also: str) -> list[dict]:
    """Runs of the ladders that agree with most of ``others`` in PROCEDURE and ``also``, by N.

    A run that trained longer has a lower loss for no other reason.
    """
    if not others:
        return []
    agree = (*PROCEDURE, *also)
    procedures = Counter(tuple(run[name] for name in agree) for run in others)
    procedure = procedures.most_common(1)[0][0]
    found = {
        run["run_id"]: run
        for experiment in LADDERS
        for run in source.members(experiment, "n_params")
        if tuple(run[name] for name in agree) == procedure
    }
    return sorted(found.values(), key=lambda run: (run["n_params"], run["run_id"]))
