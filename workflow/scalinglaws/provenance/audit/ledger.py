"""Checks of dvc.lock itself: is it there, committed, and the one that `record` wrote?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import yaml

from scalinglaws.counting import some
from scalinglaws.errors import UserError
from scalinglaws.provenance.audit.evidence import Evidence
from scalinglaws.provenance.audit.finding import Finding, note
from scalinglaws.provenance.dvclock import LOCK, Entry, Lock, parse_lock
from scalinglaws.provenance.history import earlier_ledger
from scalinglaws.provenance.ledger import dvc_yaml, dvcignore
from scalinglaws.yaml_file import load_yaml

CHECKOUT = f"`git checkout HEAD -- {LOCK}`"


def check_ledger(evidence: Evidence) -> Iterator[Finding]:
    """Faults of the lock, and of dvc.yaml and .dvcignore, which say what it covers."""
    head = evidence.lock_at_head
    if evidence.lock_fault:
        mend = CHECKOUT if head else "`scalinglaws record` writes it"
        yield Finding(LOCK, evidence.lock_fault, mend)
    elif head is None and evidence.commit is None:
        yield Finding(LOCK, "not committed", f"`git add {LOCK}` and commit it")
    elif edited := edited_entries(evidence):
        what = f"edited: its entries for {some(edited)} are not the committed ones, the files are"
        yield Finding(LOCK, what, CHECKOUT)
    elif not evidence.lock_is_committed:
        yield Finding(LOCK, "not committed", f"commit it if `record` wrote it, else {CHECKOUT}")
    if evidence.lock_is_committed and (swapped := overwritten_entries(evidence)):
        commit = earlier[0][:10] if (earlier := earlier_ledger(evidence.root)) else ""
        what = f"its entries for {some(swapped)} are not what is there, those of {commit} are"
        yield Finding(LOCK, what, f"`git checkout {commit} -- {LOCK}`, or restore the files")
    lacking = sorted(_declared_outs(evidence) - evidence.lock.outs.keys())
    if evidence.lock_is_committed and lacking:
        yield Finding(LOCK, f"has no entry for {some(lacking)}", "`scalinglaws record` writes it")
    studies = list(evidence.studies)
    for name, text in (("dvc.yaml", dvc_yaml(studies)), (".dvcignore", dvcignore(studies))):
        path = evidence.root / name
        if not path.exists():
            yield Finding(name, "not here", "`scalinglaws generate` writes it")
        elif path.read_text(encoding="utf-8") != text:
            same = name == "dvc.yaml" and _same_yaml(path.read_text(encoding="utf-8"), text)
            what = "not what code and configuration give"
            if same:
                yield note(name, "laid out otherwise than generated", "`scalinglaws generate`")
            else:
                yield Finding(name, what, "`scalinglaws generate` writes it anew")


def edited_entries(evidence: Evidence) -> list[str]:
    """Entries that differ from the committed ones, which are what is really there."""
    head, lock = evidence.lock_at_head, evidence.lock
    if head is None or evidence.lock_is_committed:
        return []
    names = sorted(head.entries.keys() | lock.entries.keys())
    edited = [
        name
        for name in names
        if (old := head.entries.get(name)) != lock.entries.get(name)
        and (evidence.now(old) == old.md5 if old else name not in _declared_outs(evidence))
    ]
    for file, values in head.params.items():
        if lock.params.get(file) != values and load_yaml(evidence.root / file) == values:
            edited.append(file)
    return edited


def overwritten_entries(evidence: Evidence) -> dict[str, Entry]:
    """Outputs of a committed lock that are as the lock before it says, with that lock's entries."""
    earlier = earlier_ledger(evidence.root)
    if earlier is None or all(evidence.now(e) == e.md5 for e in evidence.lock.outs.values()):
        return {}
    try:
        before = parse_lock(earlier[1]).outs
    except UserError:
        return {}
    return {
        name: before[name]
        for name, entry in evidence.lock.outs.items()
        if name in before and entry.md5 != before[name].md5 == evidence.now(entry)
    }


def reference(evidence: Evidence) -> Evidence:
    """The evidence with edited entries of the lock put right, so that they accuse no file."""
    if evidence.lock_is_committed:
        outs = evidence.lock.outs | overwritten_entries(evidence)
        return replace(evidence, lock=replace(evidence.lock, outs=outs), manifests={})
    head, lock = evidence.lock_at_head, evidence.lock
    edited = edited_entries(evidence)
    if head is None or not edited:
        return evidence
    deps = {k: v for k, v in (lock.deps | _only(head.deps, edited)).items() if k in head.deps}
    outs = {k: v for k, v in (lock.outs | _only(head.outs, edited)).items() if k in head.outs}
    params = lock.params | {k: v for k, v in head.params.items() if k in edited}
    return replace(evidence, lock=Lock(deps, outs, params), manifests={})


def _only(entries: dict, names: list[str]) -> dict:
    return {name: entry for name, entry in entries.items() if name in names}


def _declared_outs(evidence: Evidence) -> set[str]:
    """Outputs that the generated dvc.yaml names."""
    studies = list(evidence.studies)
    outs = yaml.safe_load(dvc_yaml(studies))["stages"]["reproduce"]["outs"]
    return {next(iter(out)) for out in outs}


def _same_yaml(one: str, other: str) -> bool:
    try:
        return yaml.safe_load(one) == yaml.safe_load(other)
    except yaml.YAMLError:
        return False
