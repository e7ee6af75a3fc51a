"""A study trained in slices of minutes on a borrowed machine: packed, worked on, taken back."""
