"""`scalinglaws runs`: the grid of a study, and what it costs."""

import argparse

NAME = "runs"
HELP = "the grid of runs: N, tokens, FLOPs, estimated time; refuses over budget"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--study", help="a study with a file config/STUDY.yaml (default: laptop)")
    parser.add_argument(
        "--commands", action="store_true", help="print the training command of each run instead"
    )
    parser.add_argument(
        "--cost",
        action="store_true",
        help="PF-days, device-hours, memory and storage instead, by experiment",
    )
    parser.add_argument(
        "--hardware", default="core", help="device of config/hardware.yaml (with --cost)"
    )
    parser.add_argument(
        "--utilisation", type=float, help="share of its peak that training reaches (with --cost)"
    )


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.grid import check_budget, commands, grid_table
    from scalinglaws.study import load_study

    study = load_study(arguments.study)
    if arguments.cost:
        print(_cost(study, arguments))
        return
    if arguments.commands:
        print("\n".join(commands(study)))
        return
    print(grid_table(study))
    check_budget(study)


def _cost(study, arguments: argparse.Namespace) -> str:
    from scalinglaws.errors import UserError
    from scalinglaws.grid_cost import Device, cost_report
    from scalinglaws.planning.hardware import peak_of
    from scalinglaws.study import load_study

    peak, usual = peak_of(arguments.hardware)
    share = usual if arguments.utilisation is None else arguments.utilisation
    if not 0 < share <= 1:
        raise UserError(f"--utilisation {share:g}: must be above 0 and at most 1")
    cheaper = load_study(study.cheaper) if study.cheaper else None
    return cost_report(study, Device(arguments.hardware, peak, share), cheaper)
