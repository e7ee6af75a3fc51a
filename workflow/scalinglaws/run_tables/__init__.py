"""Run tables of other origins: what their columns mean, and their rows as tables of metrics."""
