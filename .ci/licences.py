"""Write docs/reference/licences.md: the licence of every package of the lock (`make licences`).

Licences are what the installed packages say of themselves: an SPDX expression, else the old field
`License`, else a classifier, else the head of their licence file.
"""

import re
import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/licences.md"
HEAD = """\
# Licences of others

The project's own code is under the MIT licence. It copies no code of others and ships no package:
`make` installs those below, at the versions of `requirements.lock`. The text that models are
trained on has licences of its own: `licence` in `config/corpora.yaml`, and on every data card.
NVIDIA's packages, which only torch's build for its GPUs needs, are under NVIDIA's terms.

| package | version | licence, as the package says | asked for by |
|---|---|---|---|
"""
# Words of metadata that are not SPDX, and what they mean. "BSD" alone leaves open which.
SPDX = {
    "2-clause BSD": "BSD-2-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "GNU General Public License (GPL)": "GPL",
    "GPLv2 with linking exception": "GPL-2.0 with linking exception",
    "GPLv2 | EPLv1": "GPL-2.0 OR EPL-1.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
}
SILENT = ("UNKNOWN", "Dual License")  # values of the old field that say nothing
# What may come in unasked: no duty towards those who use the results or the project's code.
ALLOWED = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause"),
    *("BSD-3-Clause", "BSL-1.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0"),
    *("PSF-2.0", "Public Domain", "W3C-20150513", "ZPL-2.1", "Zlib"),
}
# Others, looked at one by one: used as they are, unchanged, by the tool that asks for them.
LOOKED_AT = {
    "asyncssh": "EPL-2.0 OR GPL-2.0-or-later",
    "enum-tools": "LGPL-3.0-or-later",
    "grandalf": "GPL-2.0 OR EPL-1.0",
    "pygit2": "GPL-2.0 with linking exception",
}


def pins() -> list[Requirement]:
    """The lock's pins for this machine."""
    lines = re.findall(r"^[a-z].*==[^\\]*", (ROOT / "requirements.lock").read_text(), re.M)
    wanted = (Requirement(line.strip()) for line in lines)
    return [pin for pin in wanted if pin.marker is None or pin.marker.evaluate()]


def licence(package: Distribution) -> str:
    """SPDX where the package gives it or words that mean it."""
    about = package.metadata
    said = about.get("License-Expression") or (about.get("License") or "").strip()
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    first = said.partition("\n")[0].strip()
    if first in SILENT or ("\n" in said and first not in SPDX):
        first = ""  # the text of a licence without its name
    if not first and classified:
        return " OR ".join(SPDX.get(word, word) for word in classified)
    if not first:
        file = next(f for f in package.files or [] if re.search("licen[cs]e", str(f), re.I))
        first = file.read_text().partition("\n")[0].strip()
    return SPDX.get(first, first)


def parts(expression: str) -> set[str]:
    """The licences of an expression that bind: all of AND, one allowed one of OR."""
    bare = expression.replace("(", "").replace(")", "")
    choices = [part.split(" OR ") for part in bare.split(" AND ")]
    return {next((one for one in part if one in ALLOWED), " OR ".join(part)) for part in choices}


def unseen(rows: list[tuple[str, str, str, str]]) -> list[str]:
    """'package: licence' of each that is neither allowed nor looked at."""
    return [
        f"{name}: {said}"
        for name, _, said, _ in rows
        if not parts(said) <= ALLOWED and LOOKED_AT.get(name) != said
    ]


def rows() -> list[tuple[str, str, str, str]]:
    """(package, version, licence, asked for by) of every pin."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    askers: dict[str, list[str]] = {}
    wanted = [
        ("this project", project["dependencies"]),
        ("its tests and documentation", project["optional-dependencies"]["dev"]),
        *((pin.name, distribution(pin.name).requires or []) for pin in pins()),
    ]
    for asker, requirements in wanted:
        asked = (Requirement(line) for line in requirements)
        needed = {r.name for r in asked if not r.marker or r.marker.evaluate({"extra": ""})}
        for name in map(canonicalize_name, needed):
            askers.setdefault(name, []).append(asker)
    return [
        (
            pin.name,
            str(pin.specifier).removeprefix("=="),
            licence(distribution(pin.name)),
            _some(askers.get(pin.name, ["an extra of one of these"])),
        )
        for pin in pins()
    ]


def _some(askers: list[str]) -> str:
    more = f" and {len(askers) - 3} more" if len(askers) > 3 else ""
    return ", ".join(askers[:3]) + more


def page(found: list[tuple[str, str, str, str]]) -> str:
    """The page's text."""
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in found)


if __name__ == "__main__":
    found = rows()
    PAGE.write_text(page(found))
    if new := unseen(found):
        raise SystemExit("not allowed and not looked at (.ci/licences.py): " + ", ".join(new))
