"""The commands of `scalinglaws`, one module a command.

Each module has `NAME`, `HELP`, `add_arguments(parser)` and `run(arguments)`. What a command needs
is imported inside `run`, so that `--help` answers at once.
"""
