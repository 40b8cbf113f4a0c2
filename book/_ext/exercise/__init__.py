"""What an exercise notebook puts on its page: forms, pictures, words and questions.

The cells of a notebook put out one kind of data (`outputs`), which becomes ordinary docutils
nodes plus a few of our own (`nodes`), so that the page and the PDF show the same thing. Vega-Lite
pictures are drawn once, here, as SVG (`drawings`), not in the notebook's kernel. Each exercise is
also written as a plain notebook (`notebooks`).

Directives for exercise pages (`directives`):

``{worked-example}``
    Prose that is only true of the worked example. In the page it folds away when the reader
    starts on a change of their own; a blank worksheet leaves it out.
``{worksheet-only}``
    Instructions for paper. Only the worksheet shows them.
``{drawing-space}``
    An empty space to draw in, options ``:height:`` in millimetres, ``:title:`` and the flag
    ``:legend:`` for the kinds of tie and their lines. Only the worksheet shows it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from . import directives, drawings, nodes, notebooks, outputs


def _tell_notebooks(app: Sphinx, config: Any) -> None:
    """Notebooks put out what a book can hold, whichever program starts the build."""
    os.environ["SYSTEM_LEADERSHIP_BOOK"] = "1"
    config.nb_mime_priority_overrides = [
        *config.nb_mime_priority_overrides,
        ("*", outputs.MIME_TYPE, 1),
    ]
    drawings.settings.fonts = [Path(app.srcdir) / folder for folder in config.exercise_fonts]
    drawings.settings.cache = Path(app.srcdir) / config.exercise_drawing_cache


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the nodes, the directives and the hooks."""
    app.add_config_value("exercise_fonts", [], "env", [list])
    app.add_config_value("exercise_drawing_cache", "_cache/drawings", "", [str])
    app.connect("config-inited", _tell_notebooks, priority=400)
    app.connect("doctree-read", outputs.number_cells)
    app.connect("build-finished", notebooks.write)
    nodes.register(app)
    directives.register(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
