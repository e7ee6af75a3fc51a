"""Names of the laws and the file names that they are written under."""

from collections.abc import Iterable
from pathlib import Path

SLUGS = {
    "L(N)": "L_N",
    "L(N) logarithm": "L_N_logarithm",
    "L(D)": "L_D",
    "L(C)": "L_C",
    "L(C_min)": "L_C_min",
    "L(N,D)": "L_N_D",
    "Chinchilla": "chinchilla",
    "Chinchilla Huber": "chinchilla_huber",
    "Chinchilla LAD": "chinchilla_lad",
    "IsoFLOP N_opt(C)": "isoflop_N_opt_C",
    "IsoFLOP D_opt(C)": "isoflop_D_opt_C",
    "B_crit(L)": "B_crit_L",
    "L(N,S_min)": "L_N_S_min",
    "N_opt(C)": "N_opt_C",
    "N_opt(C_min)": "N_opt_C_min",
    "S_min(C_min)": "S_min_C_min",
    "B_crit(C_min)": "B_crit_C_min",
    "D_opt(C_min)": "D_opt_C_min",
    "LR(N)": "LR_N",
    "L(T)": "L_T",
    "overfitting": "overfitting",
    "S_stop": "S_stop",
    "derived": "derived",
}

# A law that is not in the table above is a script here: its name is the file's, and its slug.
SCRIPTS = Path("workflow/scripts/laws")
TAKEN = {*SLUGS.values(), "parameters", "held_out", "profiles"}  # files beside those of own laws


def own_laws(declared: Iterable[str]) -> list[str]:
    """Those of the declared laws that are scripts of their own."""
    return [name for name in declared if name not in SLUGS]


def law_scripts(root: Path) -> list[str]:
    """Names of the scripts of the checkout at ``root`` that may be laws, sorted."""
    names = sorted(path.stem for path in (root / SCRIPTS).glob("*.py"))
    return [name for name in names if name.isidentifier() and name not in TAKEN]
