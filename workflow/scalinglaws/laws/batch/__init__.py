"""Batch size: the trade-off of steps and tokens, B_crit(L), and what is measured through it."""
