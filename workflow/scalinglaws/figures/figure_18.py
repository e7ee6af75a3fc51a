"""Figure 18: steps against tokens that runs of several batch sizes need to reach equal losses."""

from scalinglaws.figures.colour_scale import ColourScale
from scalinglaws.figures.labels import size
from scalinglaws.figures.source import Source
from scalinglaws.plotting import Sheet, log_x, log_y, no_panels, span

DOTTED = {"linestyle": (0, (1, 1)), "linewidth": 0.7}


def draw(source: Source) -> Sheet:
    """A panel a model size: dots are runs at one loss, thin lines the hyperbola of Eq. 5.1."""
    by_size: dict[int, list[dict]] = {}
    for row in source.tables["batch_scan"].to_pylist():
        by_size.setdefault(row["n_params"], []).append(row)
    if not by_size:
        return no_panels(source.why_missing())
    panels = {n_params: f"N{n_params}" for n_params in sorted(by_size)}
    sheet = Sheet([(panel, "steps", "tokens") for panel in panels.values()], height=3.4)
    colours = ColourScale([row["loss"] for rows in by_size.values() for row in rows])
    for n_params, panel in panels.items():
        _draw_runs(sheet, panel, by_size[n_params], colours)
        _draw_hyperbolae(sheet, panel, source.laws["B_crit(L)"], by_size[n_params], colours)
        sheet.axes[panel].set_title(f"Batch-size scan, {size(n_params)} parameters")
        log_x(sheet.axes[panel], "Steps $S$")
        log_y(sheet.axes[panel], "Tokens processed $E = BS$")
    colours.bar(sheet, list(sheet.axes.values()), "Test loss (nats/token)", plain=True)
    return sheet


def _draw_runs(sheet: Sheet, panel: str, rows: list[dict], colours: ColourScale) -> None:
    """The runs that reached one loss, joined in the order of their batches."""
    levels = sorted({row["loss"] for row in rows}, reverse=True)
    for loss in levels:
        own = sorted((r for r in rows if r["loss"] == loss), key=lambda row: row["batch_tokens"])
        x, y, runs = ([row[name] for row in own] for name in ("step", "tokens", "run_id"))
        look = {"color": colours(loss), "markersize": 2.2, **DOTTED}
        sheet.points(panel, f"loss {loss:.4g}", x, y, runs, **look)


def _draw_hyperbolae(
    sheet: Sheet, panel: str, law: dict, rows: list[dict], colours: ColourScale
) -> None:
    """Eq. 5.1 as fitted at each loss, S = S_min + E_min / B, over the batches that reached it."""
    names = ("n_params", "loss", "S_min", "E_min")
    for n_params, loss, s_min, e_min in zip(
        *(law["points"].get(n, ()) for n in names), strict=True
    ):
        batches = [
            r["batch_tokens"] for r in rows if (r["n_params"], r["loss"]) == (n_params, loss)
        ]
        if batches:
            batch = span(batches, count=40)
            steps = s_min + e_min / batch
            look = {"color": colours(loss), "linewidth": 0.6, "zorder": 2}
            sheet.line(panel, f"Eq. 5.1, loss {loss:.4g}", steps, batch * steps, **look)
