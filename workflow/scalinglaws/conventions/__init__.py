"""Kaplan's N_opt(C) turned into Chinchilla's, one convention at a time, on the same runs."""
