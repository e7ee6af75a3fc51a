"""Scaling laws: the choice of runs, one module a family of laws, and what a fit is asked."""
