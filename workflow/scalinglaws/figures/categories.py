"""Colours and markers of series without an order: Okabe and Ito's, black kept for the reference."""

from scalinglaws.plotting import BLUE, GREEN, PURPLE, VERMILION

COLOURS = (BLUE, VERMILION, GREEN, PURPLE, "#E69F00", "#56B4E9")
MARKERS = ("s", "^", "D", "v", "p", "X")
