"""Checks of the code: a result is older than its script, or the code's bytes are other ones."""

from __future__ import annotations

from collections.abc import Iterator

from scalinglaws.counting import counted, some
from scalinglaws.provenance.audit.evidence import Evidence
from scalinglaws.provenance.audit.finding import Finding, note
from scalinglaws.provenance.audit.mends import AGAIN, restore
from scalinglaws.provenance.differences import ABSENT, changed_pins, same_code
from scalinglaws.provenance.dvclock import Entry
from scalinglaws.provenance.fingerprint import closure

PACKAGES = "requirements.lock"
SHOWN = 5  # notes on one folder before they become one line


def check_code(evidence: Evidence) -> Iterator[Finding]:
    """Scripts that changed after they ran, rules whose text did, the environment, then notes."""
    stale = evidence.stale_scripts
    changed = changed_dependencies(evidence)
    causes: dict[str, list[str]] = {}
    for script in sorted(stale):
        for cause in _causes(evidence, script, changed) or [script]:
            causes.setdefault(cause, []).append(script)
    for cause, scripts in causes.items():
        paths = sorted(path for script in scripts for path in stale[script])
        made = f"{counted(len(paths), 'result')} ({some(paths, 2)})"
        if not (evidence.root / cause).exists():
            yield Finding(cause, f"not here, and it made {made}", restore(evidence, cause))
        elif cause in changed:
            mend = f"{restore(evidence, cause)}, or {AGAIN}"
            yield Finding(cause, f"its code is newer than {made}", mend)
        else:
            what = f"its code, with what it imports, is not that of {made}"
            yield Finding(cause, what, f"take the change back, or {AGAIN}")
    yield from _commands(evidence, changed)
    yield from _environment(evidence, changed)
    read = evidence.readers.keys() | causes.keys() | {PACKAGES}
    for entry in evidence.lock.deps.values():
        if entry.path.startswith("config/"):
            continue  # by its keys, elsewhere
        yield from _notes(entry, {p: w for p, w in changed.items() if p not in read}, evidence)


def _commands(evidence: Evidence, changed: dict[str, str]) -> Iterator[Finding]:
    """Rules whose shell command is not the one that made their results."""
    products = evidence.plan.products.values()
    for rule in sorted({p.rule for p in products if p.status == "rule implementation changed"}):
        files = [path for path in changed if _defines(evidence, path, rule)]
        path = files[0] if files else "workflow/rules"
        what = f"the command of rule {rule} is not the one that made its results"
        back = restore(evidence, path) if files else "take the change back"
        mend = f"{back}, or `snakemake --forcerun {rule}` and `scalinglaws record`"
        yield Finding(path, what, mend)


def _defines(evidence: Evidence, path: str, rule: str) -> bool:
    file = evidence.root / path
    if not file.is_file() or not (path.endswith(".smk") or path == "Snakefile"):
        return False
    return f"rule {rule}:" in file.read_text(encoding="utf-8")


def changed_dependencies(evidence: Evidence) -> dict[str, str]:
    """{file of a dependency: changed | new | gone} since the ledger was written.

    A folder whose recorded state neither git nor DVC's cache has is itself named.
    """
    found: dict[str, str] = {}
    for entry in evidence.lock.deps.values():
        now = evidence.now(entry)
        if now == entry.md5:
            continue
        if not entry.is_folder:
            found[entry.path] = "gone" if now is None else "changed"
            continue
        before, there = evidence.manifest(entry), evidence.files_of(entry)
        if before is None:
            found[entry.path] = "changed"
            continue
        for name in sorted(before.keys() | there.keys()):
            if before.get(name) != there.get(name):
                word = "gone" if name not in there else "changed" if name in before else "new"
                found[f"{entry.path}/{name}"] = word
    return found


def _environment(evidence: Evidence, changed: dict[str, str]) -> Iterator[Finding]:
    if PACKAGES not in changed:
        return
    path = evidence.root / PACKAGES
    now = path.read_bytes() if path.exists() else None
    before = evidence.recorded_bytes(PACKAGES)
    pins = changed_pins(before, now) if before else ["which cannot be said without git"]
    if not pins:
        yield note(PACKAGES, "reworded since the results were made; the pins are the same")
        return
    if all(f" {ABSENT} -> " in pin for pin in pins):
        yield note(PACKAGES, f"more packages than the results were made with: {some(pins)}")
        return
    what = f"the results were made with other packages: {some(pins)}"
    mend = f"{restore(evidence, PACKAGES)}, or `snakemake --forceall` and `scalinglaws record`"
    yield Finding(PACKAGES, what, mend)


def _notes(entry: Entry, changed: dict[str, str], evidence: Evidence) -> Iterator[Finding]:
    """Changes of code and papers that no recorded result depends on."""
    here = {p: w for p, w in changed.items() if p == entry.path or p.startswith(f"{entry.path}/")}
    if len(here) > SHOWN:
        what = f"{counted(len(here), 'file')} differ from the recorded ones ({some(here)})"
        yield note(entry.path, f"{what}; no result's code or data is among them")
        return
    for path, word in here.items():
        if path == entry.path and entry.is_folder:
            what = "not all as recorded, which files git cannot say; no result's code is among them"
            yield note(path, what)
        elif word == "changed" and path.endswith(".py") and _same_code(evidence, path):
            yield note(path, "reworded or laid out anew; its code is the same")
        else:
            yield note(path, f"{word} since the ledger was written; no result depends on it")


def _same_code(evidence: Evidence, path: str) -> bool:
    now = evidence.root / path
    return same_code(evidence.recorded_bytes(path), now.read_bytes() if now.exists() else None)


def _causes(evidence: Evidence, script: str, changed: dict[str, str]) -> list[str]:
    """Changed files that a script's fingerprint covers, docstrings and comments apart."""
    try:
        modules = closure(evidence.root / script).values()
    except (OSError, SyntaxError):
        return [script] if script in changed else []
    root = evidence.root.resolve()
    names = [module.resolve() for module in modules]
    files = {p.relative_to(root).as_posix() for p in names if p.is_relative_to(root)} | {script}
    folders = {
        f"{p.parent.relative_to(root).as_posix()}/cpp/" for p in names if p.is_relative_to(root)
    }
    return [
        path
        for path in changed
        if (path in files and not _same_code(evidence, path))
        or f"{path.rpartition('/')[0]}/" in folders
    ]
