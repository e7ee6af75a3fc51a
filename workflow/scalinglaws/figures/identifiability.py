"""How well the data know the constants of the laws of two variables: joint regions, profiles."""

import numpy as np

from scalinglaws.figures.redone import LEVEL
from scalinglaws.figures.source import Source
from scalinglaws.plotting import BLACK, BLUE, GREY, VERMILION, Sheet, no_panels

# The exponents of each law, and the scale that goes with the first.
LAWS = {
    "L(N,D)": (("alpha_N", "alpha_D"), "log10_N_c"),
    "L(N,S_min)": (("alpha_N", "alpha_S"), "log10_N_c"),
    "Chinchilla": (("alpha", "beta"), "log10_A"),
}
SYMBOLS = {
    "alpha_N": r"$\alpha_N$",
    "alpha_D": r"$\alpha_D$",
    "alpha_S": r"$\alpha_S$",
    "alpha": r"$\alpha$",
    "beta": r"$\beta$",
    "log10_N_c": r"$\log_{10}\,N_\mathrm{c}$ (parameters)",
    "log10_A": r"$\log_{10}\,A$",
}
SCALE_UNITS = {"log10_N_c": "log10(parameters)", "log10_A": "log10(nats/token)"}
COLOURS = (BLUE, VERMILION)
JACKKNIFE = "jackknife"  # in the method of a law whose covariance is estimated from its runs
TOP = 3.0  # limits: how high a profile is drawn
PRINTED = {"marker": "*", "markersize": 8, "color": BLACK, "zorder": 4}


def draw(source: Source) -> Sheet:
    """A row a law: profiles of its exponents, their joint region, that of exponent and scale."""
    profiles: dict[str, list[dict]] = {}
    for row in source.tables["profiles"].to_pylist():
        profiles.setdefault(row["law"], []).append(row)
    laws = [name for name in LAWS if name in profiles]
    if not laws:
        return no_panels(source.why_missing())
    panels = []
    for name in laws:
        regions = source.laws[name]["status"] == "ok"
        _, scale = LAWS[name]
        panels += [
            (f"{name} profile", "of the estimate", "t squared"),
            (f"{name} exponents", "1", "1") if regions else None,
            (f"{name} scale", "1", SCALE_UNITS[scale]) if regions else None,
        ]
    sheet = Sheet(panels, 2.3 * len(laws) + 0.5, columns=3)
    for name in laws:
        exponents, scale = LAWS[name]
        if f"{name} exponents" in sheet.axes:
            _draw_region(sheet, source, name, "exponents", exponents)
            _draw_region(sheet, source, name, "scale", (exponents[0], scale))
        _draw_profiles(sheet, source, name, profiles[name])
    _explain(sheet, source, laws)
    return sheet


def region(law: dict, names: tuple[str, str]) -> np.ndarray | None:
    """The border of the 95 % joint region of two estimates, shape (2, 201).

    An ellipse by Hotelling's T squared where the covariance is a jackknife's, else by Fisher's F.
    None from too few runs.
    """
    at = [law["names"].index(name) for name in names]
    covariance = np.array(law["covariance"], dtype=float)[np.ix_(at, at)]
    df = min(law["df"][i] for i in at)
    rest = df - 1.0 if JACKKNIFE in law["interval"] else df
    if rest <= 0:
        return None
    # The quantile of F(2, m) has a closed form; Hotelling's is 2 nu / (nu - 1) times F(2, nu - 1).
    quantile = 0.5 * rest * ((1.0 - LEVEL) ** (-2.0 / rest) - 1.0)
    radius = np.sqrt(2.0 * df / rest * quantile)
    angle = np.linspace(0.0, 2.0 * np.pi, 201)
    circle = np.array([np.cos(angle), np.sin(angle)])
    centre = np.array([law["estimates"][i] for i in at])
    return centre[:, None] + radius * np.linalg.cholesky(covariance) @ circle


def _draw_region(sheet: Sheet, source: Source, name: str, kind: str, pair: tuple[str, str]) -> None:
    law, panel = source.laws[name], f"{name} {kind}"
    axes = sheet.axes[panel]
    border = region(law, pair)
    if border is not None:
        sheet.line(panel, "95 % joint region", *border, color=BLUE, linewidth=1.0)
        axes.fill(*border, color=BLUE, alpha=0.15, linewidth=0)
    estimate = [[law["estimates"][law["names"].index(n)]] for n in pair]
    sheet.points(panel, "estimate", *estimate, color=BLUE, markersize=3.5)
    # A scale belongs to its vocabulary: the printed one is marked over the paper's points alone.
    comparable = source.is_paper or not pair[1].startswith("log10_")
    if comparable and all(n in law["paper"] for n in pair):
        sheet.points(panel, "printed", *([law["paper"][n]] for n in pair), **PRINTED)
    axes.set_xlabel(SYMBOLS[pair[0]])
    axes.set_ylabel(SYMBOLS[pair[1]])
    axes.locator_params(nbins=4)


def _draw_profiles(sheet: Sheet, source: Source, name: str, rows: list[dict]) -> None:
    panel, law = f"{name} profile", source.laws[name]
    axes = sheet.axes[panel]
    limit = max(row["limit"] for row in rows)
    for parameter, colour in zip(LAWS[name][0], COLOURS, strict=True):
        own = [row for row in rows if row["parameter"] == parameter]
        if not own:
            continue
        estimate = own[0]["estimate"]
        x = np.array([row["value"] for row in own]) / estimate
        deviance = np.array([row["deviance"] for row in own])
        shown = deviance <= TOP * limit
        label = SYMBOLS[parameter]
        sheet.line(panel, parameter, x[shown], deviance[shown], color=colour, label=label)
        look = {"color": colour, "linestyle": (0, (1, 1)), "linewidth": 0.8}
        ends = x[shown][[0, -1]]
        sheet.line(panel, f"limit, {parameter}", ends, [own[0]["limit"]] * 2, **look)
        if (printed := law["paper"].get(parameter)) is not None:
            at = printed / estimate
            if x[shown].min() <= at <= x[shown].max():
                height = [float(np.interp(at, x, deviance))]
                sheet.points(panel, f"printed {parameter}", [at], height, **PRINTED)
    axes.set_ylim(0.0, 1.25 * TOP * limit)  # words stand above the curves
    axes.set_xlabel("Exponent over its estimate")
    axes.set_ylabel(r"Deviance ($t^2$)")
    axes.locator_params(axis="x", nbins=5)
    axes.set_title(name if law["status"] == "ok" else f"{name}, not usable")
    axes.legend(loc="upper center", ncols=2, columnspacing=1.0)


def _explain(sheet: Sheet, source: Source, laws: list[str]) -> None:
    """One legend for all panels, and why a law has no region."""
    axes = next(iter(sheet.axes.values()))
    handles = [
        axes.plot([], [], color=BLUE, linewidth=1.0)[0],
        axes.plot([], [], color=BLUE, marker="o", markersize=3.5, linestyle="none")[0],
        axes.plot([], [], color=GREY, linestyle=(0, (1, 1)), linewidth=0.8)[0],
        axes.plot([], [], linestyle="none", **PRINTED)[0],
    ]
    labels = [
        "95 % joint region of two constants",
        "estimate",
        "ends of the 95 % interval by the profile",
        "printed",
    ]
    for name in laws:
        if (status := source.laws[name]["status"]) != "ok":
            handles.append(axes.plot([], [], linestyle="none")[0])
            labels.append(f"{name} has no region: {status}")
    sheet.figure.legend(handles, labels, loc="outside lower left", ncols=1)
