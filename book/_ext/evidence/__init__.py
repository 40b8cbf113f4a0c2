"""Evidence marks: chapters cite what was said and found by id, and readers can see who and where.

==============  ==========================================================================
`record`        the data and its checks; knows nothing of Sphinx
`shelf`         the Sphinx domain that remembers who cites what, and where things stand
`marks`         roles and blocks that chapters use, and the notes at the end of a page
`pages`         directives that write the pages of the reference part
`html`          how all of it looks in HTML
==============  ==========================================================================

The nodes, for whoever renders them elsewhere (the printed book, for example), are described in
`marks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx. Imports here, so that `record` can be used without it."""
    from . import html, marks, pages, shelf

    app.add_config_value("evidence_folder", "book/evidence", "env", str)
    for part in (shelf, marks, pages, html):
        part.setup(app)
    return {
        "version": "1",
        "env_version": shelf.EvidenceShelf.data_version,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
