"""Calibration: metrics of the small sweeps -> results/calibration/

REQUIRED INPUTS: metrics and LR(N) of study calibrate, metrics of its two other vocabularies, and
config/config.yaml, whose constants the page holds against what the sweeps found.
OUTPUTS: the page that docs/calibration.md shows (.md), every run of a sweep (sweeps.csv), and the
figure. The folder is no study's: three of them meet here.

No study asks for these files: `snakemake calibration` does.
"""

from scalinglaws.calibration.runs import SETTINGS

VOCABULARIES = ["calibrate_512", "calibrate_2048"]


def swept_settings(wildcards):
    runs = runs_of("calibrate")
    return {
        run_id: {name: getattr(spec, name) for name in SETTINGS}
        for run_id, (spec, _) in runs.items()
    }


rule calibration:
    """Write the page and draw the figure of the calibration."""
    input:
        runs="results/calibrate/metrics/runs.parquet",
        evaluations="results/calibrate/metrics/evaluations.parquet",
        positions="results/calibrate/metrics/positions.parquet",
        law="results/calibrate/laws/LR_N.json",
        other_runs=expand("results/{study}/metrics/runs.parquet", study=VOCABULARIES),
        other_evaluations=expand("results/{study}/metrics/evaluations.parquet", study=VOCABULARIES),
        config="config/config.yaml",
        style="workflow/scalinglaws/house.mplstyle",
    output:
        page="results/calibration/calibration.md",
        sweeps="results/calibration/sweeps.csv",
        pdf="results/calibration/calibration.pdf",
        png="results/calibration/calibration.png",
        csv="results/calibration/calibration.csv",
    log:
        "logs/calibration/calibration.log",
    params:
        settings=swept_settings,
        code=code_of("calibration.py"),
    message:
        "Writing the page of the calibration"
    script:
        "../scripts/calibration.py"
