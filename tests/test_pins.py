"""One set of pins: pyproject.toml, environment.yml and requirements.lock agree."""

import re
import tomllib

import yaml


def pins(lines):
    found = (re.fullmatch(r"([A-Za-z0-9_.-]+)==([^\s;]+)", line.strip()) for line in lines)
    return {m[1].lower().replace("_", "-"): m[2] for m in found if m}


def declared(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return pins(project["dependencies"] + project["optional-dependencies"]["dev"])


def test_conda_environment_names_the_same_pins(root):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    by_pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert pins(by_pip) == declared(root)
    assert "--constraint requirements.lock" in by_pip


def test_lock_holds_every_pin_exactly(root):
    lock = pins((root / "requirements.lock").read_text().splitlines())
    wanted = declared(root)
    assert wanted.items() <= lock.items()
    assert lock["torch"] == "2.13.0"


def test_lock_is_what_is_installed(root):
    from importlib.metadata import PackageNotFoundError, version

    lock = pins((root / "requirements.lock").read_text().splitlines())
    for name, wanted in lock.items():
        try:
            assert version(name).partition("+")[0] == wanted, name
        except PackageNotFoundError:
            raise AssertionError(f"{name} of requirements.lock is not installed") from None


def test_snakefile_asks_for_the_pinned_snakemake(root):
    assert f'min_version("{declared(root)["snakemake"]}")' in (root / "Snakefile").read_text()
