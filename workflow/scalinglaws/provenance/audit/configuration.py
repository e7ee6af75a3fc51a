"""Checks of the configuration: what is set now against what was set when the results were made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scalinglaws.counting import counted, some
from scalinglaws.provenance.audit.evidence import Evidence
from scalinglaws.provenance.audit.files import no_longer_declared
from scalinglaws.provenance.audit.finding import Finding, note
from scalinglaws.provenance.audit.mends import AGAIN, restore
from scalinglaws.provenance.differences import changed_keys, parse_configuration
from scalinglaws.provenance.history import committed

PARAMETERS = ("params changed", "set of input files changed")
STATUSES = {
    "params changed": "made with other parameters than the configured ones",
    "set of input files changed": "made from other files than the configured ones",
    "missing": "declared but not made",
}


def check_configuration(evidence: Evidence) -> Iterator[Finding]:
    """Changed keys with what they make stale; then products whose parameters are other ones."""
    stale = _stale(evidence)
    old = no_longer_declared(evidence)
    changed = {
        path: keys for path in _files(evidence) if (keys := _keys(evidence, path)) is not None
    }
    effects = []
    if stale:
        effects.append(f"{counted(len(stale), 'result')} would be made anew ({some(stale, 2)})")
    if old:
        verb = "is" if len(old) == 1 else "are"
        effects.append(f"{counted(len(old), 'result')} {verb} no longer declared")
    for path, keys in changed.items():
        if keys == []:
            yield note(path, "laid out or commented anew; its values are the same")
        elif effects:
            what = f"{some(keys)} since the results were made: {' and '.join(effects)}"
            yield Finding(path, what, f"{_taken_back(evidence, path)}, or {AGAIN}")
        else:
            yield note(path, f"{some(keys)} since the results were made; no result depends on it")
    if any(keys for keys in changed.values()):
        return
    groups: dict[tuple[str, str], list[str]] = {}
    for path in stale:
        product = evidence.plan.products[path]
        groups.setdefault((product.rule, product.status), []).append(path)
    for (rule, status), (path, *others) in groups.items():
        more = f" (and {len(others)} more of {rule})" if others else ""
        yield Finding(path, f"{STATUSES[status]}{more}", AGAIN)
    for path in old:
        yield Finding(path, "recorded, but no study declares it any more", "`scalinglaws prune`")


def _stale(evidence: Evidence) -> list[str]:
    """Products of other parameters, and new ones, that neither code nor a lost file explains."""
    by_code = {path for paths in evidence.stale_scripts.values() for path in paths}
    return [
        path
        for path, product in evidence.plan.products.items()
        if path in evidence.declared - by_code
        and (
            (product.status in PARAMETERS and path in evidence.records)
            or (product.status == "missing" and _is_new(evidence, path))
        )
    ]


def _is_new(evidence: Evidence, path: str) -> bool:
    """Whether the ledger never had a file: not merely, that nothing lists its folder here."""
    entry = evidence.entry_of(path)
    known = entry is None or (entry.is_folder and evidence.manifest(entry) is not None)
    return known and evidence.recorded(path) is None


def _taken_back(evidence: Evidence, path: str) -> str:
    """How to set the recorded values again."""
    if path not in evidence.lock.params:
        return restore(evidence, path)
    at_head = parse_configuration(committed(evidence.root, "HEAD", path))
    same = at_head == evidence.lock.params[path]
    return f"`git checkout HEAD -- {path}`" if same else "set the old values"


def _files(evidence: Evidence) -> list[str]:
    """Configuration files that the ledger covers."""
    deps = [path for path in evidence.lock.deps if path.startswith("config/")]
    return [*evidence.lock.params, *deps]


def _keys(evidence: Evidence, path: str) -> list[str] | None:
    """'key: before -> now' of a changed file; [] if only its text changed; None if nothing did."""
    file = evidence.root / path
    if not file.exists():
        return ["gone"]
    now = parse_configuration(file.read_bytes())
    if path in evidence.lock.params:
        before: Any = evidence.lock.params[path]
        return _worded(before, now) or None
    if evidence.hashes.get(path) and evidence.hashes[path].md5 == evidence.recorded(path):
        return None
    recorded = evidence.recorded_bytes(path)
    if recorded is None:
        return ["changed, in keys that cannot be named without git,"]
    return _worded(parse_configuration(recorded), now)


def _worded(before: Any, now: Any) -> list[str]:
    return [f"{key}: {old} -> {new}" for key, old, new in changed_keys(before, now)]
