"""Only the fetching of declared corpora may reach the network: what the code imports and starts."""

import ast
import configparser

import pytest

from scalinglaws.provenance.fingerprint import closure

NETWORK = {
    *("aiohttp", "asyncio", "boto3", "datasets", "ftplib", "http", "httpx", "huggingface_hub"),
    *("requests", "s3fs", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib3"),
    *("urllib.request", "webbrowser", "xmlrpc"),
}
TOOLS = {"apt-get", "curl", "dvc", "git", "npm", "pip", "ssh", "wget"}  # programs that could
STARTING = {  # git and dvc only within the checkout: no push, no pull
    "apt-get": {"scalinglaws/corpora/sources/debian.py"},
    "dvc": {"scalinglaws/provenance/record.py"},
    "git": {"scalinglaws/provenance/history.py", "scalinglaws/report/provenance.py"},
    "npm": {"scalinglaws/corpora/sources/npm.py"},
    "pip": {"scalinglaws/corpora/sources/package.py"},
}
FETCH = ("scalinglaws.corpora.fetch", "scalinglaws.corpora.sources.")
ASKING = ["fetch.py", "train_tokenizer.py"]  # the second for OpenAI's vocabulary, if configured


def imported(tree):
    """Dotted names of all that a module imports, at any depth of its code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reaches(tree):
    names = imported(tree)
    return any(name == one or name.startswith(f"{one}.") for name in names for one in NETWORK)


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.fixture(scope="module")
def trees(request):
    """{path below workflow/: syntax tree} of the package and the scripts."""
    folder = request.config.rootpath / "workflow"
    return {
        path.relative_to(folder).as_posix(): ast.parse(path.read_text())
        for path in sorted(folder.rglob("*.py"))
    }


def test_only_the_sources_of_corpora_import_the_network(trees):
    found = {name for name, tree in trees.items() if reaches(tree)}
    assert found == {f"scalinglaws/corpora/{name}.py" for name in ("fetch", "sources/url")}


def test_only_the_fetching_scripts_reach_the_sources(root):
    scripts = sorted((root / "workflow/scripts").rglob("*.py"))
    assert len(scripts) > 20
    asking = [path.name for path in scripts if any(n.startswith(FETCH) for n in closure(path))]
    assert asking == ASKING


def test_only_known_modules_start_programs_that_could_reach_it(trees):
    """By the words of commands: a list or a call that holds the name of such a program."""
    starting = {}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            words = node.elts if isinstance(node, ast.List) else getattr(node, "args", [])
            held = {w.value for w in words if is_text(w)} if isinstance(words, list) else set()
            for tool in held & TOOLS:
                starting.setdefault(tool, set()).add(name)
    assert starting == STARTING


def test_hosts_are_those_of_the_declared_corpora(root):
    """No address in the code that fetches but OpenAI's, whose bytes are pinned beside it."""
    modules = closure(root / "workflow/scripts/train_tokenizer.py")
    for name, path in modules.items():
        if not name.startswith((*FETCH, "scalinglaws.tokens.gpt2")):
            continue
        strings = (n.value for n in ast.walk(ast.parse(path.read_text())) if is_text(n))
        hosts = [text for text in strings if text.startswith(("http://", "https://", "ftp://"))]
        assert hosts == ["https://openaipublic.blob.core.windows.net/gpt-2/encodings/main"] * (
            name == "scalinglaws.tokens.gpt2_files"
        )


def test_dvc_neither_reports_nor_looks_for_updates(root):
    settings = configparser.ConfigParser()
    settings.read_string("\n".join(map(str.strip, (root / ".dvc/config").read_text().splitlines())))
    assert settings["core"]["analytics"] == "false"
    assert settings["core"]["check_update"] == "false"
