"""How the evidence looks in HTML: marks are links to their notes, with or without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from .marks import (
    evidence_aloud,
    evidence_block,
    evidence_label,
    evidence_phrase,
    evidence_question,
    found_mark,
    said_mark,
)
from .pages import evidence_usage, heading_cell
from .shelf import shelf_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.writers.html5 import HTML5Translator

_STATIC = Path(__file__).resolve().parents[2] / "_static"


def _visit_mark(self: HTML5Translator, node: said_mark) -> None:
    # Without scripts: a plain link to the note. evidence.js shows a copy of the note beside it.
    # The numbers are read out ("Fish, note 3") and printed, but do not clutter the screen.
    numbers = ", ".join(map(str, node["numbers"]))
    self.body.append(
        f'<a class="evidence-mark is-{node["kind"]}" id="{node["ids"][0]}" '
        f'href="#{node["note_id"]}" data-notes="{" ".join(node["note_ids"])}">'
        f"{self.encode(node['label'])}"
        '<span class="evidence-number"><span class="evidence-hidden">, note </span>'
        f"{numbers}</span></a>"
    )
    raise nodes.SkipNode


def _visit_block(self: HTML5Translator, node: evidence_block) -> None:
    label = next(iter(node.findall(evidence_label)))["ids"][0]
    classes = " ".join(node["classes"])
    self.body.append(f'<div class="{classes}" role="group" aria-labelledby="{label}">\n')


def _depart_block(self: HTML5Translator, node: evidence_block) -> None:
    self.body.append("</div>\n")


def _visit_label(self: HTML5Translator, node: evidence_label) -> None:
    self.body.append(f'<p class="evidence-label" id="{node["ids"][0]}">')


def _visit_aloud(self: HTML5Translator, node: evidence_aloud) -> None:
    self.body.append(f'<span class="evidence-hidden">{self.encode(node["words"])}</span>')
    raise nodes.SkipNode


def _visit_question(self: HTML5Translator, node: evidence_question) -> None:
    self.body.append('<p class="evidence-question">')


def _depart_paragraph(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</p>\n")


def _visit_phrase(self: HTML5Translator, node: evidence_phrase) -> None:
    self.body.append('<span class="evidence-phrase">')


def _depart_phrase(self: HTML5Translator, node: evidence_phrase) -> None:
    self.body.append("</span>")


def _visit_heading_cell(self: HTML5Translator, node: heading_cell) -> None:
    self.visit_entry(node)
    self.body[-1] = self.body[-1].replace("<th", f'<th scope="{node["scope"]}"', 1)


def _depart_heading_cell(self: HTML5Translator, node: heading_cell) -> None:
    self.depart_entry(node)


def _nothing(self: HTML5Translator, node: evidence_usage) -> None:
    raise nodes.SkipNode


def _own_files(app: Sphinx, config: Config) -> None:
    """Have our style and script copied, wherever the book's own static folder is."""
    known = {(Path(app.confdir) / path).resolve() for path in config.html_static_path}
    if _STATIC not in known:
        config.html_static_path = [*config.html_static_path, str(_STATIC)]


def _on_pages_with_evidence(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Ask only pages that have evidence to load the style and the script."""
    shelf = shelf_of(app.env)
    marks = any(
        kind in ("said", "found", "differ") for kind, _ in shelf.data["uses"].get(pagename, ())
    )
    blocks = doctree is not None and any(True for _ in doctree.findall(evidence_block))
    if marks or blocks or pagename in shelf.data["pages"]:
        app.add_css_file("evidence.css")
    if marks:
        app.add_js_file("evidence.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the visitors and the files of the look."""
    app.add_node(said_mark, html=(_visit_mark, None))
    app.add_node(found_mark, html=(_visit_mark, None))
    app.add_node(evidence_phrase, html=(_visit_phrase, _depart_phrase))
    app.add_node(evidence_aloud, html=(_visit_aloud, None))
    app.add_node(evidence_block, html=(_visit_block, _depart_block))
    app.add_node(evidence_label, html=(_visit_label, _depart_paragraph))
    app.add_node(evidence_question, html=(_visit_question, _depart_paragraph))
    app.add_node(heading_cell, html=(_visit_heading_cell, _depart_heading_cell))
    app.add_node(evidence_usage, html=(_nothing, None))
    app.connect("config-inited", _own_files)
    app.connect("html-page-context", _on_pages_with_evidence)
