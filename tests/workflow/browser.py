"""An installed Chromium or Chrome without network, driven through its DevTools protocol."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import choreographer
from choreographer.browsers.chromium import Chromium

NO_NETWORK = "http://127.0.0.1:9"  # a proxy that nobody answers at; files need none
EVENTS = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
SECONDS = 300
# The answer is asked for now and then: a promise that never ends would block the browser's pipe.
RUN = """
window.seen = null;
new Promise((go) => document.readyState === "complete" ? go() : addEventListener("load", go)).then(
  () => {script}
).then(
  (value) => {{ window.seen = {{value}}; }},
  (error) => {{ window.seen = {{error: String(error)}}; }});
"""


@dataclass
class Visit:
    """What a script returned; console errors, uncaught exceptions and failed requests."""

    value: object = None
    errors: list = field(default_factory=list)


def find_browser() -> str | None:
    """The path of an installed browser."""
    return Chromium.find_browser(skip_local=True)


def visit(page: Path, script: str) -> Visit:
    """Open a file and, once it is loaded, run a script: an expression, which may be a promise."""
    return asyncio.run(_visit(page, script.rstrip().rstrip(";")))


async def _visit(page: Path, script: str) -> Visit:
    seen = Visit()

    async def note(message):
        facts = message["params"]
        level = facts.get("type") or facts.get("entry", {}).get("level") or "error"
        if level in ("error", "assert"):
            seen.errors.append(facts)

    async with choreographer.Browser(find_browser(), proxy_server=NO_NETWORK) as browser:
        tab = await browser.create_tab("about:blank")
        for event in EVENTS:
            tab.subscribe(event, note)
        for domain in ("Runtime", "Log", "Page"):
            await tab.send_command(f"{domain}.enable")
        await tab.send_command("Page.navigate", {"url": page.as_uri()})
        await _evaluate(tab, RUN.format(script=script))
        for _ in range(4 * SECONDS):
            if (answer := await _evaluate(tab, "window.seen")) is not None:
                break
            await asyncio.sleep(0.25)
    if answer is None:
        seen.errors.append(f"the script did not end in {SECONDS} seconds")
    elif "error" in answer:
        seen.errors.append(answer["error"])
    else:
        seen.value = answer.get("value")
    return seen


async def _evaluate(tab, script: str):
    parameters = {"expression": script, "returnByValue": True}
    answer = await tab.send_command("Runtime.evaluate", parameters)
    return answer["result"]["result"].get("value")
