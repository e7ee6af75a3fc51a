"""The browser that looks at the report sees what is wrong with a page."""

import json

import pytest
from browser import find_browser, visit

WRONG = """<!doctype html><title>wrong</title>
<img src="not-there.png">
<script src="http://example.org/network.js"></script>
<script>console.error("on the console")</script>
<script>throw new Error("uncaught")</script>
"""


def test_errors_of_a_page_are_seen(tmp_path):
    if not find_browser():
        pytest.skip("no Chromium or Chrome is installed (Debian: apt install chromium)")
    page = tmp_path / "page.html"
    page.write_text(WRONG)
    seen = visit(page, "new Promise((go) => setTimeout(() => go(document.title), 1000))")
    assert seen.value == "wrong"
    for words in ("not-there.png", "example.org", "on the console", "uncaught"):
        assert words in json.dumps(seen.errors), words
    page.write_text("<!doctype html><title>clean</title>")
    seen = visit(page, "document.title")
    assert (seen.value, seen.errors) == ("clean", [])
