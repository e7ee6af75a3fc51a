"""Limits and names of runs that come out of a table."""

EXPERIMENT = "table"  # the sweep that every run carries, beside those that figures ask for
SAME_LENGTH = 0.9  # of the most text: a run with this much was not cut short by text or time
MOST_RUNS = 5000  # laws are fitted again without each run: time and memory grow as the square
