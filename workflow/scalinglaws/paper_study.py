"""The page on the study `paper`: its grid, what it costs, a cheaper plan, its miniature."""

from __future__ import annotations

from pathlib import Path

from scalinglaws.compute import compute_counted
from scalinglaws.cost import longest_of_trunks
from scalinglaws.grid_cost import ALL, Device, cost_markdown, experiment_costs
from scalinglaws.planning.hardware import peak_of
from scalinglaws.study import load_study
from scalinglaws.units import PF_DAY

HARDWARE = "h100"

PAGE = """# The paper's grid, and what it costs

Made by `scalinglaws generate` from `config/paper.yaml`, `config/{cheaper}.yaml` and
`config/hardware.yaml`. The same for another device:

    scalinglaws runs --study paper --cost --hardware a100
    snakemake -n --configfile config/paper.yaml

`paper` is the grid of Kaplan et al. (2020): its shapes, GPT-2's vocabulary, 2^19 tokens a batch,
2.5e5 steps, on OpenWebText. Columns with a star are `{cheaper}`: a constant rate with cool-downs,
so that one trunk serves every run length. It asks the same questions for {share:.0%} of the
compute.

Of its {runs} runs {shared} only cool down from the trunk of another; each trained by itself, all
would cost {alone:,.3g} PF-days in place of {together:,.3g}. The rest of the saving is length: most
runs have a quarter of the paper's steps. The head of the file says what answers each question.

{device}.

{table}

PF-days count every row of the paper's Table 1. Runs on limited text are counted to their last step,
though they stop early. The least memory holds weights, gradients, Adam's moments and one sequence.
Storage is the weights, and the states that trunks leave for shorter runs.

## Its miniature

    snakemake --configfile config/paper_miniature.yaml

The same experiments, laws and figures, every shape in its place, with sizes, steps, batches,
contexts and texts divided: {miniature} distinct runs that two cores finish. Its losses mean
nothing; that every stage of the grid runs to the end is what it shows.
"""


def paper_page(root: Path) -> str:
    """The page in Markdown."""
    paper, miniature = load_study("paper", root), load_study("paper_miniature", root)
    cheaper = load_study(paper.cheaper, root)
    device = Device(HARDWARE, *peak_of(HARDWARE, root))
    specs = [spec for spec, _ in cheaper.runs().values()]
    counted = {
        study.study: experiment_costs(study, device.flops_per_second)[ALL]["PF-days, counted"]
        for study in (paper, cheaper)
    }
    together, before = (float(counted[s.study].replace(",", "")) for s in (cheaper, paper))
    return PAGE.format(
        cheaper=cheaper.study,
        share=together / before,
        runs=len(specs),
        shared=len(specs) - len(longest_of_trunks(specs)),
        alone=sum(map(compute_counted, specs)) / PF_DAY,
        together=together,
        device=device,
        table=cost_markdown(paper, device, cheaper),
        miniature=len(miniature.runs()),
    )
