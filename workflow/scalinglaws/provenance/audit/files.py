"""Checks of the results' bytes: changed, missing, swapped, or in nobody's list."""

from __future__ import annotations

from collections.abc import Iterator

from scalinglaws.corpora.catalogue import load_catalogue
from scalinglaws.counting import counted
from scalinglaws.provenance.audit.evidence import Evidence
from scalinglaws.provenance.audit.finding import Finding
from scalinglaws.provenance.audit.mends import AGAIN, restore
from scalinglaws.provenance.dvclock import Entry
from scalinglaws.provenance.records import FOLDER

CLOCK = 0.01  # seconds that a file's time may be off what Snakemake noted


def check_files(evidence: Evidence) -> Iterator[Finding]:
    """Every output of the ledger against what is there, then what the ledger does not know."""
    for entry in evidence.lock.outs.values():
        if entry.path != FOLDER and (now := evidence.now(entry)) != entry.md5:
            yield from _missing(evidence, entry) if now is None else _changed(evidence, entry)
    yield from check_orphans(evidence)
    yield from _raw_text(evidence)


def no_longer_declared(evidence: Evidence) -> list[str]:
    """Recorded files with their recorded bytes that no study declares any more."""
    return [
        path
        for path in evidence.undeclared
        if (md5 := evidence.recorded(path)) and evidence.hashes[path].md5 == md5
    ]


def changed_by_hand(evidence: Evidence) -> Iterator[Finding]:
    """Files that differ from the ledger though no job made them since, as their records say."""
    for path in sorted(evidence.declared & evidence.hashes.keys()):
        recorded, record = evidence.recorded(path), evidence.records.get(path)
        if recorded not in (None, evidence.hashes[path].md5) and record:
            before = evidence.recorded_record(path)
            if before and before.started == record.started:
                yield _other_bytes(evidence, path, None)


def _raw_text(evidence: Evidence) -> Iterator[Finding]:
    """Raw text against the hash that the catalogue declares, which no recording can alter."""
    catalogue = load_catalogue(evidence.root / "config/corpora.yaml")
    names = {c for s in evidence.studies if s.source == "trained" for c in s.corpora.all}
    for name in sorted(names & catalogue.keys()):
        path, declared = f"data/raw/{name}", catalogue[name].sha256
        if declared and path in evidence.hashes and evidence.hashes[path].sha256 != declared:
            what = "not the text that config/corpora.yaml declares"
            yield Finding(path, what, f"`rm {path}`, {AGAIN}")


def _missing(evidence: Evidence, entry: Entry) -> Iterator[Finding]:
    what = f"not here ({counted(entry.nfiles, 'file')})" if entry.nfiles else "not here"
    yield Finding(entry.path, what, restore(evidence, entry.path))


def _changed(evidence: Evidence, entry: Entry) -> Iterator[Finding]:
    if not entry.is_folder:
        yield _other_bytes(evidence, entry.path, None)
        return
    wanted = evidence.manifest(entry)
    if wanted is None:
        what = (
            f"not the recorded bytes of its {counted(entry.nfiles or 0, 'file')}; which of them "
            "changed cannot be said, for neither git nor DVC's cache has the recorded state"
        )
        yield Finding(entry.path, what, f"restore it, or {AGAIN}")
        return
    found = evidence.files_of(entry)
    names = {md5: name for name, md5 in wanted.items()}
    for name in sorted(wanted.keys() | found.keys()):
        path = f"{entry.path}/{name}"
        if name not in found:
            yield Finding(path, "missing", restore(evidence, path))
        elif name in wanted and found[name] != wanted[name]:
            twin = names.get(found[name])
            yield _other_bytes(evidence, path, f"{entry.path}/{twin}" if twin else None)
        elif name not in wanted and path in evidence.declared:
            yield Finding(path, "not in the ledger yet", AGAIN)


def _other_bytes(evidence: Evidence, path: str, twin: str | None) -> Finding:
    """What happened to a file, as far as the records tell."""
    if twin:
        return Finding(path, f"holds the bytes of {twin}: swapped", restore(evidence, path))
    record, before = evidence.records.get(path), evidence.recorded_record(path)
    if record and before and record.started != before.started:
        return Finding(path, f"made anew by {record.rule} since it was recorded", AGAIN)
    if evidence.hashes[path].size == 0:
        return Finding(path, "emptied since it was recorded", restore(evidence, path))
    what = "changed since it was recorded, and by no job"
    time = (evidence.root / path).stat().st_mtime
    if record and time <= record.ended + CLOCK:
        what += "; its time does not show it"
    return Finding(path, what, restore(evidence, path))


def check_orphans(evidence: Evidence) -> Iterator[Finding]:
    """Files that nobody declares, in the results and in the folders of the ledger."""
    outside = set(evidence.undeclared)
    for entry in evidence.lock.outs.values():
        if entry.is_folder and entry.path != FOLDER and evidence.now(entry) != entry.md5:
            wanted = evidence.manifest(entry) or evidence.files_of(entry)
            outside |= {
                f"{entry.path}/{name}" for name in evidence.files_of(entry) if name not in wanted
            }
    for path in sorted(outside - set(no_longer_declared(evidence)) - evidence.declared):
        half = path.endswith(".partial")
        what = "half-written by a killed job" if half else "an orphan: no study declares it"
        yield Finding(path, what, _away(evidence, path))


def _away(evidence: Evidence, path: str) -> str:
    default, *others = (study.study for study in evidence.studies)
    study = path.split("/")[1]
    if study == default:
        return "`scalinglaws prune` removes it"
    if study in others:
        return f"`scalinglaws prune --study {study}` removes it"
    return f"`rm {path}`"
