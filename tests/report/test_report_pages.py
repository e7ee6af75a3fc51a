"""Markdown and summaries of laws as HTML."""

import re

from scalinglaws.claims.all_claims import judge
from scalinglaws.claims.evidence import Evidence
from scalinglaws.claims.page import claims_page
from scalinglaws.metrics import SCHEMAS
from scalinglaws.report.pages import laws_body, markdown_body, whole_intervals

LAW = """L(N)
====
Equation:   L(N) = (N_c / N)^alpha_N
Status:     ok
Caveat:     bends: the quadratic term is 0.0033 [0.0017, 0.005], and it
            goes on <here>
Fitted to:  experiment model_size
"""


def test_links_of_the_claims_page_lead_to_its_headings():
    empty = {name: schema.empty_table() for name, schema in SCHEMAS.items()}
    body = markdown_body(claims_page("empty", judge(Evidence(empty, {}))))
    links, headings = re.findall(r'href="#([^"]+)"', body), re.findall(r'<h2 id="([^"]+)"', body)
    assert links == headings
    assert len(set(links)) == len(judge(Evidence(empty, {})))


def test_a_markdown_table_becomes_a_table():
    body = markdown_body("| a | b |\n| --- | ---: |\n| 1 < 2 | 0.5 [0.4, 0.6] |\n")
    assert "<td>1 &lt; 2</td>" in body
    assert '<td style="text-align:right">0.5 <span' in body


def test_laws_are_listed_with_what_is_wrong_with_them():
    body = laws_body([LAW, LAW.replace("L(N)\n", "L(D)\n", 1).replace("ok", "flat")])
    assert body.count("<pre>") == 2
    assert re.findall(r'<a href="#(\w+)">', body) == re.findall(r'<h2 id="(\w+)">', body)
    cells = re.findall(r"<td>(.*?)</td>", body)
    assert cells[2] == "ok" and cells[6] == "flat"
    assert cells[3].endswith("[0.0017, 0.005]</span>, and it goes on &lt;here&gt;")


def test_intervals_stay_on_one_line_and_text_is_escaped():
    html = whole_intervals("-1 [-1.5e-3, ∞] <b> [see there] [1, 2]")
    assert re.findall(r"nowrap\">(.*?)</span>", html) == ["[-1.5e-3, ∞]", "[1, 2]"]
    assert "&lt;b&gt; [see there]" in html
