"""What a newcomer and a forge read: citation, CI, the list of configurations."""

import yaml


def test_forge_runs_what_the_readme_says(root):
    jobs = yaml.safe_load((root / ".github/workflows/ci.yml").read_text())["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert commands[0] == ".ci/run"
    assert "make test" in (root / ".ci/run").read_text()


def test_citation_names_the_version_of_the_package(root):
    import tomllib

    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_every_configuration_is_listed(root):
    listed = (root / "config/README.md").read_text()
    files = [path.name for path in (root / "config").glob("*.yaml")]
    assert files
    assert [name for name in files if f"`{name}`" not in listed] == []
