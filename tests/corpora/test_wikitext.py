"""Golden cases of the markup remover."""

import pytest

from scalinglaws.corpora.wikitext import list_share, plain_text, prose_blocks, strip_markup

FILLER = "This sentence is only here to make the paragraph long enough to be kept as prose."


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("'''Bold''' and ''italic''", "Bold and italic"),
        (
            "[[Berlin]], [[Berlin|the city]] and [[Mercury (planet)|]]",
            "Berlin, the city and Mercury",
        ),
        ("a[[de:Haus]][[zh-min-nan:Chhu]][[simple:House]][[Category:Houses|*]]b", "ab"),
        ("see [[:Category:Houses|the houses]]", "see the houses"),
        ("[[2001: A Space Odyssey]]", "2001: A Space Odyssey"),
        ("a[[Image:X.jpg|thumb|A [[cat]] on [http://x.org a mat] {{y}}]]b", "ab"),
        ("a{{Infobox|b={{c|d}}|e=[[f]]}}g", "ag"),
        ("({{IPA|/a/}}) {{lang-de|Donau}} {{nihongo|Tanaka|田中|x}}", "(/a/) Donau Tanaka"),
        ("a<ref name=x>b</ref>c<ref name=x />d<!-- e -->f<!-- open", "acdf"),
        ("10<sup>6</sup>, 19<sup>th</sup>, H<sub>2</sub>O", "10^6, 19th, H2O"),
        ("[http://x.org] [http://x.org the site] http://x.org/a?b=c.", "  the site ."),
        ("one<br />two <small>three</small>__NOTOC__", "one two three"),
        ("L<math>x + 1</math>R", "Lx + 1R"),
    ],
)
def test_inline_markup(markup, plain):
    assert strip_markup(markup) == plain.replace("   the", "  the")


@pytest.mark.parametrize(
    "dropped",
    [
        r"A formula <math>\frac{1}{2}</math> leaves a hole. " + FILLER,
        "{| class=x\n| cell || " + FILLER + "\n|}",
        "{{unclosed template " + FILLER,
        "An orphan | of a table. " + FILLER,
        ":''For the town, see [[Filler (town)]]. " + FILLER + "''",
        "Short line",
        "12 34 56 78 90 12 34 56 78 90 12 34 56 78 90 12 34 56 78 90 12 34 56 78 90 12 34.",
    ],
)
def test_what_is_no_prose_goes_as_a_whole(dropped):
    assert plain_text(f"{FILLER}\n\n{dropped}\n\n{FILLER}") == f"{FILLER}\n\n{FILLER}"


def test_entities_are_undone_after_the_markup():
    text = f"{FILLER} A &lt;div&gt; is written &amp;lt;div&amp;gt;,&nbsp;10&nbsp;km &mdash; so."
    assert plain_text(text) == f"{FILLER} A <div> is written &lt;div&gt;, 10 km — so."


def test_empty_brackets_and_stray_commas_are_mended():
    text = f"Sharon ({{{{x}}}}) (; born {{{{y}}}}, , 1928 ) , spoke [12] [http://x.org]. {FILLER}"
    assert plain_text(text) == f"Sharon (born, 1928), spoke. {FILLER}"


def test_headings_need_text_of_their_own_and_appendices_go():
    text = (
        f"{FILLER}\n==Empty==\n==Parent==\n===Child===\n{FILLER}\n"
        f"== See also ==\n* {FILLER}\n===Part of it===\n{FILLER}\n==Next==\n{FILLER}"
    )
    assert plain_text(text) == f"{FILLER}\n\nParent\n\nChild\n\n{FILLER}\n\nNext\n\n{FILLER}"


def test_hard_wrapped_lines_are_one_paragraph_and_list_items_stay_lines():
    text = f"The name comes\nfrom the nut. {FILLER}\n* {FILLER}\n* {FILLER}\n* short"
    assert plain_text(text) == f"The name comes from the nut. {FILLER}\n\n{FILLER}\n{FILLER}"


def test_an_announcement_of_something_dropped_is_cut_back_to_its_last_sentence():
    text = (
        f"{FILLER} The area is given by:\n:<math>\\pi r^2</math>\nwhere r is the radius. {FILLER}"
    )
    assert plain_text(text) == FILLER


def test_list_share():
    assert list_share(prose_blocks(f"* {FILLER}\n* {FILLER}")) == 1
    assert list_share(prose_blocks(f"{FILLER}\n* {FILLER}")) == 0.5
    assert list_share(prose_blocks("")) == 0


def test_hostile_markup_is_quick():
    for text in (
        "{{" * 20000,
        "[[" * 20000,
        "{|" * 20000,
        "<ref>" * 5000,
        "(" * 20000,
        "'" * 50000,
    ):
        plain_text(text)
