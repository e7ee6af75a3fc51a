"""Checks of Snakemake's records: is there one for every file, and was it made from these bytes?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from scalinglaws.counting import counted, some
from scalinglaws.provenance.audit.evidence import Evidence
from scalinglaws.provenance.audit.files import no_longer_declared
from scalinglaws.provenance.audit.finding import Finding, note
from scalinglaws.provenance.audit.mends import AGAIN, again, brought_back, restore
from scalinglaws.provenance.records import FOLDER, Record, record_name, recorded_path


def check_records(evidence: Evidence) -> Iterator[Finding]:
    """Every record against the files, then against the ledger."""
    altered = list(_not_the_ledgers(evidence))
    yield from altered
    # What an altered record says accuses no other file.
    apart = {finding.path for finding in altered if finding.fault}
    records = {path: r for path, r in evidence.records.items() if path not in apart}
    yield from check_made_from(replace(evidence, records=records), evidence.records.keys())


def check_made_from(evidence: Evidence, known: Collection[str] | None = None) -> Iterator[Finding]:
    """Every record against the files and against the others of its job, without the ledger.

    `known`: files that have a record, if not all records are in the evidence.
    """
    for name, what in evidence.broken.items():
        path = recorded_path(name)
        mend = restore(evidence, record_name(path)) if path else f"`rm {FOLDER}/{name}`"
        yield Finding(f"{FOLDER}/{name}", f"no record of Snakemake: {what}", mend)
    if not evidence.records:
        mend = restore(evidence, FOLDER) if FOLDER in evidence.lock.outs else "run `snakemake`"
        yield Finding(FOLDER, "no records here, so nothing says what made the results", mend)
        return
    yield from _without_record(evidence, known or evidence.records.keys())
    yield from _of_one_job(evidence)
    yield from _read_otherwise(evidence)


def _without_record(evidence: Evidence, known: Collection[str]) -> Iterator[Finding]:
    bad = {recorded_path(name) for name in evidence.broken}
    for path in sorted(evidence.declared - set(known) - bad):
        if path in evidence.hashes:
            what = "nothing says what made it: its record is missing"
            # A file whose date is current must be gone before Snakemake makes it again.
            back = brought_back(evidence, record_name(path)) or f"`rm {path}`, {AGAIN}"
            yield Finding(path, what, back)
    old = set(no_longer_declared(evidence))
    for path, record in evidence.records.items():
        if path not in evidence.declared and path not in old:
            name = record_name(path)
            yield Finding(name, f"a record of {path}, which no study declares", f"`rm {name}`")
        elif record.incomplete:
            yield Finding(path, "its job was interrupted", "`snakemake` does it again")


def _not_the_ledgers(evidence: Evidence) -> Iterator[Finding]:
    """Records that differ from the recorded ones while their files do not."""
    entry = evidence.lock.outs.get(FOLDER)
    if entry is None or evidence.now(entry) == entry.md5:
        return
    wanted = evidence.manifest(entry)
    if wanted is None:
        what = "not the recorded records; which changed cannot be said without DVC's cache"
        yield Finding(FOLDER, what, "`dvc fetch` and audit again, or `scalinglaws record`")
        return
    found = evidence.files_of(entry)
    repeated = []
    for path, record in evidence.records.items():
        name = record_name(path).removeprefix(f"{FOLDER}/")
        same_file = path in evidence.hashes and (
            evidence.hashes[path].md5 == evidence.recorded(path)
        )
        if name not in wanted or found.get(name) == wanted[name] or not same_file:
            continue
        before = evidence.recorded_record(path)
        if before and _without_times(before) == _without_times(record):
            repeated.append(path)
            continue
        parts = _differing(before, record) if before else "its content"
        what = f"its record is not the ledger's ({parts}), its bytes are"
        back = brought_back(evidence, record_name(path)) or "restore it"
        yield Finding(path, what, f"{back}, or {AGAIN}")
    if repeated:
        what = f"{counted(len(repeated), 'file')} made again with equal bytes ({some(repeated)})"
        yield note(FOLDER, what, "`scalinglaws record` takes the new times")


def _of_one_job(evidence: Evidence) -> Iterator[Finding]:
    """Files that one job wrote have one account of it."""
    jobs: dict[tuple, list[Record]] = {}
    for record in evidence.records.values():
        jobs.setdefault((record.rule, record.log), []).append(record)
    for records in jobs.values():
        accounts = Counter((r.params, tuple(r.inputs.items())) for r in records)
        if len(accounts) > 1:
            usual = accounts.most_common(1)[0][0]
            for record in records:
                if (record.params, tuple(record.inputs.items())) != usual:
                    what = f"its record and those of the same job ({record.rule}) disagree"
                    yield Finding(record.path, what, f"`rm {record.path}`, {AGAIN}")


def _read_otherwise(evidence: Evidence) -> Iterator[Finding]:
    """Files that are not what their readers read: a mixed state, or a changed source."""
    makers: dict[tuple, list[tuple[str, list[Record]]]] = {}
    for path, readers in sorted(evidence.readers.items()):
        now = evidence.hashes.get(path)
        if now is None:
            entry = evidence.entry_of(path)
            if entry is None or entry.path not in evidence.lock.outs:  # else it is named already
                what = f"not here, and {_jobs(readers)} read it"
                yield Finding(path, what, restore(evidence, path))
        elif others := [r for r in readers if r.inputs[path] not in (None, now.sha256)]:
            maker = evidence.records.get(path)
            key = (maker.rule, maker.log) if maker and path in evidence.declared else (path,)
            makers.setdefault(key, []).append((path, others))
    for (path, others), *siblings in makers.values():
        if path in evidence.declared:
            more = f"with {counted(len(siblings), 'file')} beside it " if siblings else ""
            what = f"{more}not what {_jobs(others)} read: a mixed state"
            yield Finding(path, what, again(path))
        else:
            what = f"changed: {_jobs(others)} read other bytes of it"
            yield Finding(path, what, f"{restore(evidence, path)}; or {again(path)}")


def _jobs(records: Iterable[Record]) -> str:
    """'figure (20 jobs), fit_laws (1 job)'."""
    jobs = Counter(rule for rule, _ in {(record.rule, record.log) for record in records})
    return some(f"{rule} ({counted(number, 'job')})" for rule, number in sorted(jobs.items()))


def _without_times(record: Record) -> Record:
    return replace(record, started=0.0, ended=0.0)


def _differing(before: Record, now: Record) -> str:
    names = {"rule": "rule", "inputs": "inputs", "params": "parameters", "log": "log"}
    names |= {"code": "rule's text", "command": "command", "incomplete": "completeness"}
    return ", ".join(
        word for field, word in names.items() if getattr(before, field) != getattr(now, field)
    )
