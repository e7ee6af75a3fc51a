"""Write requirements.lock and requirements-cuda.lock from the pins of pyproject.toml (`make lock`).

uv resolves for every platform and lists the SHA-256 of every file that the index has of a version.
Pins of the present locks stay where they still fit.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADS = {
    "requirements.lock": """\
# Every package of the environment, exactly, with the SHA-256 of its files: all that the index has,
# for every platform, and of torch the CPU build that pip took where the lock was written too.
# Made by `make lock` from the pins of pyproject.toml.
""",
    "requirements-cuda.lock": """\
# What torch's Linux build for NVIDIA GPUs needs besides, installed only beside that build.
# Made by `make lock`.
""",
}
CUDA = re.compile(r"(cuda|nvidia|triton)\b")
HASH = "    --hash=sha256:"
UV = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11.5", "--extra", "dev")
PLAIN = ("--generate-hashes", "--no-header", "--no-annotate")


def resolved(present: str) -> list[str]:
    """One block of lines a package: its pin, then its hashes."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "lock.txt")
        output.write_text(present)
        command = [sys.executable, "-m", "uv", *UV, *PLAIN, "pyproject.toml", "-o", str(output)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return re.split(r"\n(?=\w)", output.read_text().strip())


def hash_here(pin: str) -> str:
    """The SHA-256 of the file that pip takes of a pinned package on this machine."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--no-deps", "--quiet", "--report", "-", pin]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)["install"][0]["download_info"]["archive_info"]["hashes"][
        "sha256"
    ]


def with_hash(block: str, sha256: str) -> str:
    """The block with one more hash, in order, if it does not have it."""
    pin, *hashes = block.replace(" \\", "").splitlines()
    return " \\\n".join([pin, *sorted({*hashes, HASH + sha256})])


def main() -> None:
    blocks = resolved("\n".join((ROOT / n).read_text() for n in HEADS if (ROOT / n).exists()))
    # A plain index and one of CPU builds give different files of one version of torch.
    blocks = [
        with_hash(block, hash_here(block.split()[0])) if block.startswith("torch==") else block
        for block in blocks
    ]
    of = {"requirements.lock": [], "requirements-cuda.lock": []}
    for block in blocks:
        of["requirements-cuda.lock" if CUDA.match(block) else "requirements.lock"].append(block)
    for name, head in HEADS.items():
        (ROOT / name).write_text(head + "\n".join(of[name]) + "\n")


if __name__ == "__main__":
    main()
