"""Units that the figures show and the tables do not."""

PF_DAY = 1e15 * 24 * 3600  # FLOPs in a petaflop/s-day, 8.64e19 (Sec. 1.3)
