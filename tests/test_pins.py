"""One set of pins: pyproject.toml, environment.yml, the locks and what is installed agree."""

import inspect
import re
import tomllib
from importlib.metadata import PackageNotFoundError, version

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from snakemake.scheduling.job_scheduler import JobScheduler

LOCKS = ("requirements.lock", "requirements-cuda.lock")


def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def declared(root):
    """{package: version} of the dependencies and of `dev`."""
    lines = project(root)["dependencies"] + project(root)["optional-dependencies"]["dev"]
    return {r.name: str(r.specifier).removeprefix("==") for r in map(Requirement, lines)}


def locked(root, name="requirements.lock"):
    """[(requirement, its hashes)], in the order of the lock."""
    text = re.sub(r"^#.*\n", "", (root / name).read_text(), flags=re.M)
    blocks = [block.replace("\\\n", "").split("--hash=") for block in re.split(r"\n(?=\w)", text)]
    return [(Requirement(pin), [word.strip() for word in hashes]) for pin, *hashes in blocks]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_is_pinned_and_hashed(root, name):
    packages = locked(root, name)
    assert len(packages) > 10
    for pin, hashes in packages:
        assert re.fullmatch(r"==[\w.!+]+", str(pin.specifier)), pin
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), pin
    names = [pin.name for pin, _ in packages]
    assert names == sorted({canonicalize_name(one) for one in names}), "one pin a package"


def test_lock_holds_every_pin_exactly(root):
    lock = {pin.name: str(pin.specifier)[2:] for pin, _ in locked(root)}
    assert declared(root).items() <= lock.items()


def test_extras_outside_the_lock_are_pinned(root):
    for extra in ("fuzz", "slurm"):
        for line in project(root)["optional-dependencies"][extra]:
            assert re.fullmatch(r"==[\w.]+", str(Requirement(line).specifier)), line


def test_lock_is_what_is_installed(root):
    for pin, _ in locked(root):
        if pin.marker and not pin.marker.evaluate():
            continue
        try:
            assert version(pin.name).partition("+")[0] == str(pin.specifier)[2:], pin.name
        except PackageNotFoundError:
            pytest.fail(f"{pin.name} of requirements.lock is not installed")


def test_both_locks_are_all_that_is_installed_from(root):
    """make holds every file to its hash; conda's pip reads the same locks, and no other pins."""
    installs = re.findall(r"^\t.*\$\(PIP\) install (.*)$", (root / "Makefile").read_text(), re.M)
    from_index = [words for words in installs if "--editable ." not in words]
    files = [re.search(r"-r (\S+?);?( |$)", words)[1] for words in from_index]
    assert files == ["$(VENV)/torch/lock", *LOCKS]
    assert all("--require-hashes --no-deps" in words for words in from_index)
    built = next(words for words in installs if "--editable ." in words)
    assert "--no-deps --no-build-isolation" in built, "the build takes nothing from the index"
    environment = yaml.safe_load((root / "environment.yml").read_text())
    by_pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert by_pip == [f"-r {name}" for name in LOCKS]


def test_the_build_backend_is_the_locked_one(root):
    build = tomllib.loads((root / "pyproject.toml").read_text())["build-system"]["requires"]
    assert build == [f"setuptools=={declared(root)['setuptools']}"]


def test_snakefile_asks_for_the_pinned_snakemake(root):
    assert f'min_version("{declared(root)["snakemake"]}")' in (root / "Snakefile").read_text()


def test_the_engine_does_without_a_limit_of_jobs_a_second():
    """The Snakefile's `onstart` takes the limit away: where this fails, look at it anew."""
    source = inspect.getsource(JobScheduler)
    assert source.count("if self.job_rate_limiter is not None:") == 1
    assert source.count("if self.job_rate_limiter is None:") == 1
