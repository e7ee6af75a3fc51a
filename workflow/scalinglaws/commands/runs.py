"""`scalinglaws runs`: the grid of a study, and what it costs."""

import argparse

NAME = "runs"
HELP = "the grid of runs: N, tokens, FLOPs, estimated time; refuses over budget"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--study", help="a study with a file config/STUDY.yaml (default: laptop)")
    parser.add_argument(
        "--commands", action="store_true", help="print the training command of each run instead"
    )


def run(arguments: argparse.Namespace) -> None:
    from scalinglaws.grid import check_budget, commands, grid_table
    from scalinglaws.study import load_study

    study = load_study(arguments.study)
    if arguments.commands:
        print("\n".join(commands(study)))
        return
    print(grid_table(study))
    check_budget(study)
