"""How fast is a training step, against nanoGPT and the GPT-2 of `transformers`?

    git clone https://github.com/karpathy/nanoGPT ../nanoGPT
    python benchmarks/training.py --nanogpt ../nanoGPT

    pip install --target ../hf --no-deps transformers regex   # optional: a further side
    python benchmarks/training.py --nanogpt ../nanoGPT --transformers ../hf

One thread, float32. All sides begin with the same weights and see the same batches of 32 x 128
tokens; each lives in a process of its own, and they take turns of a few steps, so that what else
the machine does hits them alike. CPU time is taken, not wall time. malloc is told to keep freed
memory, so that no side pays for pages; with --default-malloc a second nanoGPT is started without.
Run it on an idle machine; it takes about ten minutes and writes benchmarks/results/training.*
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from sides import N_CTX, SEQUENCES, spec_of

from scalinglaws.compute import compute_counted

HERE = Path(__file__).resolve().parent
# (layers, d_model, heads): ratio over nanoGPT that is aimed for
GOALS = {
    (2, 8, 1): 4.0,
    (2, 16, 2): 2.5,
    (2, 32, 2): 1.7,
    (2, 64, 4): 1.4,
    (4, 128, 8): 1.25,
    (6, 256, 8): 1.0,
}
LOSS_STEPS = 30  # over which losses are compared
NO_PAGE_FAULTS = {
    "MALLOC_TOP_PAD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    "MALLOC_MMAP_MAX_": "0",
}


class Side:
    """A process that trains; see sides.py."""

    def __init__(self, name, shape, n_vocab, data, folder="", environment=NO_PAGE_FAULTS):
        self.turns = []
        self.process = subprocess.Popen(
            [
                sys.executable,
                HERE / "sides.py",
                name,
                json.dumps(shape),
                str(n_vocab),
                data,
                folder,
            ],
            env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self):
        for line in self.process.stdout:
            if line == "ready\n":
                return
        sys.exit("a side of the benchmark did not start; its words are above")

    def turn(self, steps):
        print(steps, file=self.process.stdin, flush=True)
        done = json.loads(self.process.stdout.readline())
        self.turns.append({**done, "steps": steps})

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def made_text(path, n_vocab):
    """A million tokens, Zipf-distributed; the time of a step does not depend on them."""
    random = np.random.default_rng(0)
    chances = 1 / np.arange(1, n_vocab + 1)
    random.choice(n_vocab, 1_000_000, p=chances / chances.sum()).astype(np.uint16).tofile(path)


def measure(shape, arguments, data):
    """Rows of the result for one shape: a row a side and turn."""
    start = {"fused": {}, "torch": {}, "products": {}, "nanoGPT": {"folder": arguments.nanogpt}}
    if arguments.transformers is not None:
        start["transformers"] = {"folder": arguments.transformers}
    sides = {
        name: Side(name, shape, arguments.n_vocab, data, **keywords)
        for name, keywords in start.items()
    }
    if arguments.default_malloc:
        sides["nanoGPT, default malloc"] = Side(
            "nanoGPT", shape, arguments.n_vocab, data, arguments.nanogpt, environment={}
        )
    for side in sides.values():
        side.wait_until_ready()
    # Turns of about the same work for all sizes; at least LOSS_STEPS steps in all.
    flops = compute_counted(spec_of(shape, arguments.n_vocab, "torch")) / 100_000
    steps = max(int(3e9 / flops), -(-LOSS_STEPS // arguments.rounds))
    for _ in range(arguments.rounds):
        for name, side in sides.items():
            side.turn(1 if name == "products" else steps)
    rows = []
    for name, side in sides.items():
        side.stop()
        losses = [loss for turn in side.turns for loss in turn["losses"]][:LOSS_STEPS]
        for number, turn in enumerate(side.turns):
            rows.append(
                {
                    "n_layer": shape[0], "d_model": shape[1], "n_heads": shape[2],
                    "n_vocab": arguments.n_vocab, "side": name, "turn": number,
                    "steps": turn["steps"], "cpu_seconds_per_step": turn["seconds"] / turn["steps"],
                    "page_faults_per_step": turn["faults"] / turn["steps"],
                    "flops_per_step": 20.0 * 512**3 if name == "products" else flops,
                    "losses": [] if name == "products" else losses,
                }
            )  # fmt: skip
    return rows


def table(rows, machine):
    """The generated page: a line a shape."""
    others = [s for s in dict.fromkeys(r["side"] for r in rows) if s not in ("fused", "products")]
    lines = [
        "# Speed of a training step",
        "",
        "Made by `benchmarks/training.py`; the numbers of every turn are in `training.parquet`.",
        "",
        f"{machine}, one thread, float32, {SEQUENCES} x {N_CTX} tokens a step, n_vocab "
        f"{rows[0]['n_vocab']}. Ratios are CPU time over that of `kernels: fused`, the median of "
        "the turns with their quartiles. Share: of the rate of a 512 x 512 matrix product measured "
        "in the same turns. Loss: largest difference of any side from nanoGPT over "
        f"{len(rows[0]['losses'])} steps.",
        "",
        "| layers, d_model, heads | fused, ms/step | tokens/s | share | "
        + " | ".join(f"{side} / fused" for side in others)
        + " | goal over nanoGPT | loss |",
        "|" + "---|" * (6 + len(others)),
    ]
    for shape in dict.fromkeys((r["n_layer"], r["d_model"], r["n_heads"]) for r in rows):
        here = [r for r in rows if (r["n_layer"], r["d_model"], r["n_heads"]) == shape]
        sides = {r["side"]: [q for q in here if q["side"] == r["side"]] for r in here}
        times = {s: [r["cpu_seconds_per_step"] for r in turns] for s, turns in sides.items()}
        rates = [r["flops_per_step"] / r["cpu_seconds_per_step"] for r in sides["products"]]
        step = statistics.median(times["fused"])
        share = sides["fused"][0]["flops_per_step"] / step / statistics.median(rates)
        cells = [", ".join(map(str, shape)), f"{1e3 * step:.1f}"]
        cells += [f"{SEQUENCES * N_CTX / step:,.0f}", f"{share:.2f}"]
        for other in others:
            ratios = [a / b for a, b in zip(times[other], times["fused"], strict=True)]
            low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
            cells.append(f"{middle:.2f} ({low:.2f} to {high:.2f})")
        losses = {s: np.array(turns[0]["losses"]) for s, turns in sides.items() if s != "products"}
        difference = max(np.abs(these - losses["nanoGPT"]).max() for these in losses.values())
        goal = GOALS.get(shape)
        cells += [f"{goal:.2f}" if goal else "", f"{difference:.1e}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def processor():
    lines = Path("/proc/cpuinfo")
    names = [x for x in lines.read_text().splitlines() if x.startswith("model name")]
    return names[0].partition(": ")[2] if names else platform.processor()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nanogpt", required=True, metavar="DIR", help="nanoGPT's repository")
    parser.add_argument("--transformers", metavar="DIR", help="where transformers is installed")
    parser.add_argument("--default-malloc", action="store_true", help="nanoGPT once more, so")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each side (default: 15)")
    parser.add_argument("--n-vocab", type=int, default=1024)
    parser.add_argument("--shapes", nargs="+", metavar="L,D,H", help="default: all with a goal")
    parser.add_argument("--out", type=Path, default=HERE / "results/training", metavar="STEM")
    return parser.parse_args()


def main():
    arguments = parse()
    shapes = [tuple(map(int, s.split(","))) for s in arguments.shapes or []] or list(GOALS)
    machine = f"{processor()}, {os.cpu_count()} cores, PyTorch {torch.__version__}"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        data = str(Path(folder) / "made.bin")
        made_text(data, arguments.n_vocab)
        for shape in shapes:
            rows += measure(shape, arguments, data)
            print(table(rows, machine).splitlines()[-1], flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    result = pa.Table.from_pylist(rows).replace_schema_metadata({"machine": machine})
    pq.write_table(result, arguments.out.with_suffix(".parquet"), compression="zstd")
    arguments.out.with_suffix(".md").write_text(table(rows, machine), encoding="utf-8")


if __name__ == "__main__":
    main()
