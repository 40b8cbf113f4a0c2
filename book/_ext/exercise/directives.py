"""Directives for exercise pages; the package's docstring says what each is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from . import nodes

if TYPE_CHECKING:
    from docutils.nodes import Element, Node
    from sphinx.application import Sphinx


class Block(SphinxDirective):
    """A block whose body is parsed as usual."""

    has_content = True
    kind: ClassVar[type[Element]]

    def run(self) -> list[Node]:
        """Give the block with its parsed body."""
        block = self.kind()
        self.state.nested_parse(self.content, self.content_offset, block)
        return [block]


class WorkedExample(Block):
    """Prose about the worked example."""

    kind = nodes.worked_example


class WorksheetOnly(Block):
    """Prose for paper."""

    kind = nodes.worksheet_only


class DrawingSpace(SphinxDirective):
    """An empty space to draw in."""

    option_spec: ClassVar = {
        "height": directives.nonnegative_int,
        "title": directives.unchanged,
        "legend": directives.flag,
    }

    def run(self) -> list[Node]:
        """Give the space, 120 mm high unless told."""
        return [
            nodes.drawing_space(
                height=self.options.get("height", 120),
                title=self.options.get("title", ""),
                legend="legend" in self.options,
            )
        ]


def register(app: Sphinx) -> None:
    """Add the directives."""
    app.add_directive("worked-example", WorkedExample)
    app.add_directive("worksheet-only", WorksheetOnly)
    app.add_directive("drawing-space", DrawingSpace)
