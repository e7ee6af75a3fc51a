"""A project with encoded text, whose study is two runs of one trunk."""

import shutil

import pytest
import yaml

from scalinglaws.study import load_study
from scalinglaws.tokens.bpe import save_tokenizer, train_bpe
from scalinglaws.tokens.encode import write_shard

TOY = {
    "study": "toy",
    "extends": "micro",
    "tokens": {"n_vocab": 260},
    "model": {"n_ctx": 16},
    "training": {"batch_tokens": 64, "steps": 400, "warmup_steps": 5, "kernels": "torch"},
    "checkpoint_seconds": 0,
    "evaluation": {"curve_tokens": 64, "main_tokens": 128},
    "experiments": {
        "model_size": {
            "shapes": [[1, 16]],
            "variants": [{"training": {"length": 1}}, {"training": {"length": 0.5}}],
        }
    },
}
TEXTS = [f"{i} times {j} is {i * j}. " * 3 for i in range(20) for j in range(20)]


@pytest.fixture
def project(root, tmp_path):
    """Makes a project: code and configuration, with encoded text or bare."""

    def make(name, bare=False):
        path = tmp_path / name
        path.mkdir()
        (path / "workflow").symlink_to(root / "workflow")
        shutil.copytree(root / "config", path / "config")
        (path / "config/toy.yaml").write_text(yaml.safe_dump(TOY))
        if not bare:
            encode(path)
        return path

    return make


def encode(path):
    study = load_study("toy", path)
    results = path / "results/toy"
    tokenizer = train_bpe(TEXTS, study.tokens.n_vocab, 100_000)
    save_tokenizer(tokenizer, results / "tokenizer.json")
    for split, part in (("train", TEXTS[:300]), ("test", TEXTS[300:])):
        shard = results / f"tokens/{study.corpora.train}/{split}.bin"
        shard.parent.mkdir(parents=True, exist_ok=True)
        write_shard(part, tokenizer, shard)
