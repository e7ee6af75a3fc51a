"""A small recorded project, written by hand: what Snakemake and DVC would have left, in no time.

data/raw/tales -> data/text/tales -> two runs -> laws -> figure, all of study `small`, which keeps
its large files in DVC's cache and the small ones in git. Snakemake itself does not run: what it
would plan is `Project.statuses`.
"""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import yaml

from scalinglaws.provenance import fingerprint, ledger, prune
from scalinglaws.provenance.audit import evidence
from scalinglaws.provenance.audit.run import audit
from scalinglaws.provenance.hashing import folder_md5, hash_file, md5_of
from scalinglaws.provenance.lineage.show import show
from scalinglaws.provenance.plan import Plan, Planned
from scalinglaws.provenance.records import record_name

SMALL = SimpleNamespace(
    study="small", source="trained", corpora=SimpleNamespace(all=("tales",), train="tales")
)
PAPER = SimpleNamespace(study="paper", source="kaplan2020")
RAW, TEXT = "data/raw/tales", "data/text/tales"
RUNS = ("results/small/runs/r1.json", "results/small/runs/r2.json")
LAW, FIGURE = "results/small/laws/a.json", "results/small/figure.png"
RULES = {
    RAW: "fetch",
    TEXT: "clean",
    RUNS[0]: "train",
    RUNS[1]: "train",
    LAW: "fit",
    FIGURE: "figure",
}
PRODUCTS = tuple(RULES)
AGAIN = "`snakemake` to its end, then `scalinglaws record`"
FILES = {
    "Snakefile": "rule all:\n",
    "LICENSE": "free\n",
    "requirements.lock": "numpy==1.0\nsnakemake==9.27.1\n",
    "workflow/rules/a.smk": "rule fit:\n    shell: 'fit'\n",
    "workflow/scalinglaws/__init__.py": '"""The package."""\n',
    "workflow/scalinglaws/maths.py": '"""Sums."""\n\n\ndef add(a, b):\n    return a + b\n',
    "workflow/scripts/clean.py": "print('clean')\n",
    "workflow/scripts/train.py": "from scalinglaws.maths import add\n\nprint(add(1, 2))\n",
    "workflow/scripts/unused.py": "print('nobody')\n",
    "config/config.yaml": "study: small\ntraining:\n  steps: 60\n",
    "config/figures.yaml": "figure: {title: A figure}\n",
    ".gitignore": "/data/\n/results/small/runs/\n/.snakemake/\n/.dvc/\n",
}
CATALOGUE = """\
tales:
  title: Tales
  description: a few tales
  version: "1"
  licence: CC0 (the tellers)
  bytes: {size}
  sha256: {sha256}
  reader: folder
  shares: {{train: 1, validation: 0, test: 0}}
  sources: [{{kind: folder, path: tales}}]
"""


class Project:
    """The project as it was recorded; tests change it and ask for an audit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.statuses = dict.fromkeys(PRODUCTS, "ok")  # as Snakemake's plan would say
        self.error: str | None = None
        self.declared = list(PRODUCTS)  # what the configuration of `small` asks for
        for path, text in FILES.items():
            self.write(path, text)
        for path in PRODUCTS:
            self.write(path, f"content of {path}\n")
        raw = hash_file(root / RAW)
        self.write("config/corpora.yaml", CATALOGUE.format(size=raw.size, sha256=raw.sha256))
        self.record_jobs()
        self.write("dvc.yaml", ledger.dvc_yaml([SMALL, PAPER]))
        self.write(".dvcignore", ledger.dvcignore([SMALL, PAPER]))
        self.write_lock()
        self.git("init", "--quiet")
        self.commit("record")

    def write(self, path: str, text: str) -> None:
        """A file with its folders."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """The text of a file."""
        return (self.root / path).read_text(encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        """Text at the end of a file."""
        self.write(path, self.read(path) + text)

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink()

    def planned(self, status: str, *paths: str) -> None:
        """Another status of some products in Snakemake's plan."""
        self.statuses |= dict.fromkeys(paths, status)

    def sha256(self, path: str) -> str:
        return hash_file(self.root / path).sha256

    def git(self, *arguments: str) -> str:
        name = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        command = ["git", "-C", str(self.root), *name, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message: str) -> None:
        """Everything that git does not ignore."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def record_jobs(self) -> None:
        """Snakemake's records of all jobs, as if they had just run."""
        self.write_record(RAW, "fetch", [], script=None)
        self.write_record(TEXT, "clean", [RAW], script="clean")
        for path in RUNS:
            self.write_record(path, "train", [TEXT], script="train", log=path)
        self.write_record(LAW, "fit", RUNS, script=None)
        self.write_record(FIGURE, "figure", [LAW], script=None)

    def write_record(self, path: str, rule: str, inputs, script, log=None, **changes) -> None:
        """One record as Snakemake 9.27 writes it."""
        file = self.root / "workflow/scripts" / f"{script}.py"
        code = repr(fingerprint.fingerprint(file)) if script else None
        content = {
            "rule": rule,
            "input": list(inputs),
            "log": [f"logs/{log or rule}.log"],
            "shellcmd": None if script else f"{rule} --out {path}",
            "params": [*([code] if code else []), "{'steps': 60}"],
            "code": f'        "../scripts/{script}.py"\n' if script else f"{rule} --out",
            "input_checksums": {name: f"sha256:{self.sha256(name)}" for name in inputs},
            "incomplete": False,
            "starttime": 1000.0,
            "endtime": 1002.5,
        }
        self.write(record_name(path), json.dumps(content | changes))

    def edit_record(self, path: str, **changes) -> None:
        """Other values in the record of a file."""
        name = record_name(path)
        content = json.loads(self.read(name))
        self.write(name, json.dumps(content | changes))

    def write_lock(self) -> None:
        """dvc.lock of what is there now, and DVC's cache of what it keeps."""
        stage = yaml.safe_load(self.read("dvc.yaml"))["stages"]
        outs = {}
        for out in stage["reproduce"]["outs"]:
            path, flags = next(iter(out.items()))
            outs[path] = flags.get("cache", True)
        deps = ("Snakefile", "workflow", "requirements.lock", "config/figures.yaml")
        recorded = {
            "cmd": "snakemake --cores all",
            "deps": [self._entry(path, cached=False) for path in (*deps, "config/corpora.yaml")],
            "params": {"config/config.yaml": self.configuration()},
            "outs": [self._entry(path, cached) for path, cached in outs.items()],
        }
        self.write("dvc.lock", yaml.safe_dump({"stages": {"reproduce": recorded}}))

    def configuration(self) -> dict:
        return yaml.safe_load(self.read("config/config.yaml"))

    def _entry(self, path: str, cached: bool) -> dict:
        at = self.root / path
        if at.is_file():
            content = at.read_bytes()
            if cached:
                self._cache(md5_of(content), content)
            return {"path": path, "md5": md5_of(content), "size": len(content)}
        files = {
            f.relative_to(at).as_posix(): f.read_bytes()
            for f in sorted(at.rglob("*"))
            if f.is_file() and "__pycache__" not in f.parts
        }
        manifest = {name: md5_of(content) for name, content in files.items()}
        if cached:
            items = [{"md5": md5, "relpath": name} for name, md5 in manifest.items()]
            self._cache(folder_md5(manifest), json.dumps(items).encode())
            for content in files.values():
                self._cache(md5_of(content), content)
        size = sum(map(len, files.values()))
        return {"path": path, "md5": folder_md5(manifest), "size": size, "nfiles": len(files)}

    def _cache(self, name: str, content: bytes) -> None:
        file = self.root / ".dvc/cache/files/md5" / name[:2] / name[2:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def plan(self) -> Plan:
        """What Snakemake would do."""
        planned = {
            path: Planned(path, RULES[path], f"logs/{path}.log", status, status != "ok")
            for path, status in self.statuses.items()
        }
        return Plan(planned, self.error)

    def record_again(self) -> None:
        """The ledger of the present state, committed."""
        self.write_lock()
        self.commit("record again")

    def audit(self) -> tuple[list[str], list[str]]:
        """Faults and notes, a line each."""
        found, _ = audit(self.root)
        return [str(f) for f in found if f.fault], [str(f) for f in found if not f.fault]

    def lineage(self, name, form="tree", why=None, reverse=False, everything=False) -> list[str]:
        """The lines that `scalinglaws lineage` prints of a file."""
        return show(self.root, name, form, why, reverse, everything)


def recorded_project(root: Path, monkeypatch) -> Project:
    """The project in a folder, and the ledger's code pointed at its two studies."""
    studies = {None: SMALL, "kaplan2020": PAPER}
    monkeypatch.setattr(evidence, "load_study", lambda name, root: studies[name])
    monkeypatch.setattr(ledger, "LARGE", ("runs",))
    monkeypatch.setattr(ledger, "SMALL", ("laws", "figure.png"))
    monkeypatch.setattr(ledger, "_outs", _without_paper(ledger._outs))
    monkeypatch.setattr(fingerprint, "ROOT", root / "workflow")
    project = Project(root)
    for module in (evidence, prune):
        monkeypatch.setattr(module, "products", lambda s: project.declared if s is SMALL else [])

    @contextmanager
    def planning(_):
        yield project.plan

    monkeypatch.setattr(evidence, "planning", planning)
    return project


def _without_paper(outs):
    return lambda study: outs(study) if study is SMALL else {}
