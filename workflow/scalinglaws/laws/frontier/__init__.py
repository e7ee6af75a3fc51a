"""The compute-efficient frontier: the best model at each compute, its steps, data and batch."""
