"""`scalinglaws plan`: what fitted laws say of a budget, a loss, a model or a text."""

import argparse
from pathlib import Path

from scalinglaws.commands.options import add_table_arguments, table_options
from scalinglaws.errors import UserError

NAME = "plan"
HELP = "the compute-optimal N, D, B, S and loss for a budget, with 95 %% intervals"
GOALS = ("budget", "loss", "n_params", "dataset_tokens", "hours")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    goal = parser.add_argument_group("goal, exactly one")
    goal.add_argument("--compute", dest="budget", metavar="C", help="FLOPs, or PF-days: 1e3PF-days")
    goal.add_argument("--loss", metavar="L", help="a test loss to reach, nats/token")
    goal.add_argument("--n-params", metavar="N", help="a model, parameters: 1.5B")
    goal.add_argument("--dataset-tokens", metavar="D", help="a text that is read once: 22B")
    goal.add_argument("--hours", metavar="H", help="hours on --hardware or --flops-per-second")
    machine = parser.add_argument_group("machine, with --hours")
    machine.add_argument("--hardware", metavar="NAME", help="a wrong name lists all")
    machine.add_argument("--flops-per-second", metavar="F", help="peak of a device")
    machine.add_argument("--devices", type=int, default=1, help="how many (default: 1)")
    machine.add_argument(
        "--utilisation",
        type=float,
        metavar="U",
        help="share of the peak that is reached (default: that of config/hardware.yaml)",
    )
    source = parser.add_argument_group("laws, at most one of these and --runs")
    source.add_argument("--study", help="fitted laws of a study (default: kaplan2020)")
    source.add_argument("--laws", metavar="DIR", help="a folder of fitted laws, *.json")
    table = parser.add_argument_group("laws of a run table, fitted now")
    add_table_arguments(table, runs="--runs", counted="--counted")
    parser.add_argument(
        "--chinchilla",
        metavar="LAW",
        help="Chinchilla's side from: a name in config/chinchilla.yaml, E,A,B,alpha,beta, or .json",
    )
    parser.add_argument(
        "--json",
        nargs="?",
        const="-",
        metavar="FILE",
        help="also write all numbers; without FILE print them instead of the text",
    )
    parser.add_argument("--figure", metavar="FILE", help="also draw it: .png, .pdf or .svg")


def run(arguments: argparse.Namespace) -> None:
    goal = _goal(arguments)
    if arguments.figure and Path(arguments.figure).suffix not in (".png", ".pdf", ".svg"):
        raise UserError(f"--figure {arguments.figure}: end its name in .png, .pdf or .svg")

    import json

    from scalinglaws.atomic import atomic_write
    from scalinglaws.planning.laws_of import with_chinchilla
    from scalinglaws.planning.plain import plan_dict
    from scalinglaws.planning.plan import make_plan
    from scalinglaws.planning.text import plan_text

    laws, given = _laws(arguments), None
    if arguments.chinchilla:
        laws, given = with_chinchilla(laws, arguments.chinchilla)
    plan = make_plan(goal, laws, given)
    if arguments.json:
        content = json.dumps(plan_dict(plan), indent=1, allow_nan=False)
    if arguments.json == "-":
        print(content)
    else:
        print(plan_text(plan))
    if arguments.json not in (None, "-"):
        with atomic_write(Path(arguments.json)) as partial:
            partial.write_text(content + "\n", encoding="utf-8")
    if arguments.figure:
        from scalinglaws.planning.figure import draw
        from scalinglaws.planning.save import save

        save(draw(plan), Path(arguments.figure))


def _goal(arguments: argparse.Namespace):
    from scalinglaws.planning import goals
    from scalinglaws.planning.hardware import peak_of

    asked = [name for name in GOALS if getattr(arguments, name) is not None]
    options = {name: "--" + name.replace("_", "-") for name in GOALS} | {"budget": "--compute"}
    if len(asked) != 1:
        given = ", ".join(options[name] for name in asked) or "none"
        raise UserError(f"give exactly one of {', '.join(options.values())}; given: {given}")
    if asked != ["hours"]:
        makers = {
            "budget": goals.compute_goal,
            "loss": goals.loss_goal,
            "n_params": goals.size_goal,
            "dataset_tokens": goals.tokens_goal,
        }
        return makers[asked[0]](getattr(arguments, asked[0]))
    if (arguments.hardware is None) == (arguments.flops_per_second is None):
        raise UserError("--hours: give --hardware NAME or --flops-per-second F, one of the two")
    if arguments.hardware is not None:
        name = arguments.hardware
        rate, usual = peak_of(name)
    else:
        name, rate, usual = "a device", goals.rate_goal(arguments.flops_per_second), None
    share = usual if arguments.utilisation is None else arguments.utilisation
    if share is None:
        raise UserError("--flops-per-second: give --utilisation too, the share that is reached")
    return goals.hours_goal(arguments.hours, rate, share, arguments.devices, name)


def _laws(arguments: argparse.Namespace):
    from scalinglaws.planning.known_laws import read_laws
    from scalinglaws.planning.laws_of import DEFAULT_STUDY, laws_of_study

    asked = [name for name in ("study", "laws", "runs") if getattr(arguments, name)]
    if len(asked) > 1:
        raise UserError(f"give one of --study, --laws, --runs; given: --{', --'.join(asked)}")
    if arguments.runs:
        from scalinglaws.planning.table_laws import laws_of_table

        return laws_of_table(arguments.runs, table_options(arguments))
    if arguments.laws:
        return read_laws(Path(arguments.laws))
    return laws_of_study(arguments.study or DEFAULT_STUDY)
