"""Whether words overlap or leave the page, from matplotlib's own extents."""

from itertools import combinations

from matplotlib.text import Text

TOUCH = 0.5  # pixels that boxes of neighbouring lines may share


def faults(figure):
    """A sentence for each text that leaves the page, and for each two that overlap."""
    figure.draw_without_rendering()
    page = figure.bbox.padded(1.0)
    words = [(text.get_text(), text.get_window_extent()) for text in drawn_words(figure)]
    for text, box in words:
        if not (
            page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        ):
            yield f"leaves the page: {text!r}"
    for (one, a), (other, b) in combinations(words, 2):
        if a.padded(-TOUCH).overlaps(b.padded(-TOUCH)):
            yield f"overlap: {one!r} and {other!r}"


def drawn_words(figure):
    """Every text that is drawn: matplotlib keeps labels of ticks outside the axis as well."""
    unseen = {id(text) for axes in figure.axes for text in _unseen_labels(axes)}
    for text in figure.findobj(Text):
        hidden = not text.get_visible() or (text.axes and not text.axes.get_visible())
        if text.get_text().strip() and not hidden and id(text) not in unseen:
            yield text


def _unseen_labels(axes):
    for axis in (axes.xaxis, axes.yaxis):
        seen = {id(tick) for tick in axis._update_ticks()} if axis.get_visible() else set()
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if id(tick) not in seen:
                yield from (tick.label1, tick.label2)
