"""The card at the top of a chapter: who it is for, how long it takes, when it was reviewed.

Directive ``{chapter-card}``
    Options ``:for:`` (readers), ``:read:`` and ``:do:`` (minutes). The date of the last review
    comes from the page's front matter.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class chapter_card(nodes.General, nodes.Element):  # noqa: N801  docutils names nodes in lower case
    """Who a chapter is for and how long it takes.

    Attribute ``facts``: a list of pairs (label, value), ready to show.
    """


class ChapterCard(SphinxDirective):
    """Who a chapter is for, how long it takes, when it was last reviewed."""

    option_spec: ClassVar = {
        "for": directives.unchanged_required,
        "read": directives.positive_int,
        "do": directives.positive_int,
    }

    def run(self) -> list[Node]:
        """Give the card."""
        facts: list[tuple[str, str]] = []
        if "for" in self.options:
            facts.append(("For", self.options["for"]))
        if "read" in self.options:
            facts.append(("To read", f"{self.options['read']} minutes"))
        if "do" in self.options:
            facts.append(("To do", f"{self.options['do']} minutes"))
        return [chapter_card(facts=facts)]


def _date_cards(app: Sphinx, doctree: nodes.document) -> None:
    """Put the review date of the front matter on the card."""
    reviewed = app.env.metadata[app.env.docname].get("reviewed")
    for card in doctree.findall(chapter_card):
        if reviewed:
            card["facts"] = [*card["facts"], ("Last reviewed", in_words(str(reviewed)))]


def in_words(day: str) -> str:
    """Give a date as readers write it.

    >>> in_words("2026-11-03")
    '3 November 2026'
    """
    when = date.fromisoformat(day)
    return f"{when.day} {when:%B %Y}"


def _visit_card(self: HTML5Translator, node: chapter_card) -> None:
    self.body.append('<dl class="chapter-card">')
    for label, value in node["facts"]:
        self.body.append(f"<div><dt>{self.encode(label)}</dt><dd>{self.encode(value)}</dd></div>")
    self.body.append("</dl>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the card."""
    app.add_directive("chapter-card", ChapterCard)
    app.add_node(chapter_card, html=(_visit_card, None))
    app.connect("doctree-read", _date_cards)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
