"""Calibration: what small sweeps say about the constants that the paper leaves open."""
