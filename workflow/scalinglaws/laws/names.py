"""Names of the laws and the file names that they are written under."""

SLUGS = {
    "L(N)": "L_N",
    "L(N) logarithm": "L_N_logarithm",
    "L(D)": "L_D",
    "L(C)": "L_C",
    "L(C_min)": "L_C_min",
}
