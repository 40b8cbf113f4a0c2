"""The book on paper: Sphinx doctrees to Typst to tagged PDF (PDF/UA-1).

After an HTML build, and in the same process, `make_pdfs` writes under ``<outdir>/pdf/``:

* a PDF of every page in the table of contents (``<docname>.pdf``);
* a worksheet to fill in by pen for every exercise (``<docname>-worksheet.pdf``);
* the whole book (``comfortable-with-chaos.pdf``).

`translator` turns a page into Typst code, `worksheet` an exercise into a sheet to write on,
`sheets` puts pages together, `press` has what has changed compiled in the processes of `pool`, each
of which runs `compiler`. How it all looks is in ``book/_print/*.typ``.

Settings
--------
printed_enabled : bool
    Make the PDFs when an HTML build has finished. Default true.
printed_fonts : list of str
    Folders with TrueType fonts, from the source folder. System fonts are never used, so that the
    result is the same on every machine.
printed_cache : str
    Folder for Typst sources and finished PDFs between builds, from the source folder.
printed_templates : str
    Folder with ``handbook.typ`` and ``worksheet.typ``, from the source folder.
printed_dense : list of str
    Patterns of docnames of pages to look things up in; these are set smaller.

A page's front matter may say ``printed: apart`` (a PDF of its own, but not in the whole book) or
``printed: "no"`` (neither).
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["BOOK", "make_pdfs", "pdf_for", "setup"]

BOOK = "comfortable-with-chaos"
WORKSHEET = "-worksheet"
_SHEET_NODES = ("form", "questions", "ratings", "page_of_text", "room", "drawing_space")

logger = logging.getLogger(__name__)
# What `pdf_for` answers from; filled when all pages have been read.
_known: set[str] = set()


def pdf_for(name: str) -> PurePosixPath | None:
    """Give the address of a PDF, from the root of the site.

    Parameters
    ----------
    name : str
        A page's docname, the same with ``-worksheet`` after it, or `BOOK`.

    Returns
    -------
    PurePosixPath or None
        None where the page has no PDF.

    Examples
    --------
    >>> pdf_for("no/such-page") is None
    True
    """
    return PurePosixPath("pdf", f"{name}.pdf") if name in _known else None


def make_pdfs(app: Sphinx) -> list[Path]:
    """Make every PDF of the book and give where they are.

    Only what has changed since the last time is compiled again. A page that Typst refuses is
    logged as a warning that names the page, and the others are still made.
    """
    # Imported late: a build without PDFs should not pay for Typst and its fonts.
    from .press import print_all

    return print_all(app)


def _note_worksheets(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which pages have something to fill in."""
    has_sheet = any(type(node).__name__ in _SHEET_NODES for node in doctree.findall(nodes.Element))
    app.env.metadata[app.env.docname]["printed-worksheet"] = "yes" if has_sheet else ""


def _know_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Collect the names of all PDFs, so that pages can link to them before they are made."""
    from .sheets import pages_of

    pages = [page.docname for page in pages_of(env)]
    _known.clear()
    _known.update(pages, [BOOK])
    _known.update(page + WORKSHEET for page in pages if env.metadata[page].get("printed-worksheet"))
    return []


def _when_finished(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.config.printed_enabled and app.builder.name == "html":
        make_pdfs(app)


def _choose_outputs(app: Sphinx, config: object) -> None:
    """Tell myst-nb which kind of output of a cell to take for print."""
    chosen = (
        ("application/vnd.system-leadership+json", 1),
        ("image/svg+xml", 2),
        ("image/png", 3),
        ("text/markdown", 4),
        ("text/plain", 5),
    )
    if hasattr(config, "nb_mime_priority_overrides"):
        config.nb_mime_priority_overrides = [
            *config.nb_mime_priority_overrides,
            *(("typst", kind, priority) for kind, priority in chosen),
        ]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the settings and the hooks."""
    app.add_config_value("printed_enabled", True, "", [bool])
    app.add_config_value("printed_fonts", ["node_modules/@expo-google-fonts"], "", [list])
    app.add_config_value("printed_cache", "_cache/print", "", [str])
    app.add_config_value("printed_templates", "book/_print", "", [str])
    app.add_config_value("printed_dense", ["book/reference/*"], "", [list])
    app.connect("config-inited", _choose_outputs)
    app.connect("doctree-read", _note_worksheets)
    # Also where no page has changed, only the template.
    app.connect("env-updated", _know_pages)
    # After the other extensions have put their files in place.
    app.connect("build-finished", _when_finished, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
