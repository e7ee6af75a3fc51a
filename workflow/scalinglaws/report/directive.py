"""`.. front::` for workflow/report/workflow.rst: HTML made of the results named below it.

Snakemake fills that file in when it makes a report, a line a result, and has docutils turn it into
HTML; a directive of ours is how the front comes into it.
"""

from __future__ import annotations

from collections.abc import Callable

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from scalinglaws.errors import UserError


def register_front(render: Callable[[list[str]], str]) -> None:
    """From now on `.. front::` stands for what ``render`` makes of the lines below it."""

    class Front(Directive):
        has_content = True

        def run(self) -> list[nodes.Node]:
            try:
                return [nodes.raw("", render(list(self.content)), format="html")]
            except UserError as error:
                raise self.error(str(error)) from error

    directives.register_directive("front", Front)
