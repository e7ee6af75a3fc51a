"""Names of the laws and the file names that they are written under."""

SLUGS = {"L(N)": "L_N", "L(N) logarithm": "L_N_logarithm"}
