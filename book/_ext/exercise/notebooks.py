"""The exercises as plain notebooks, for readers who want to see and change the code.

JupyterLab knows nothing of the book's directives and roles, so a notebook's prose keeps their words
and loses their marks. What is only for paper stays out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = "notebooks"
_NOTE = (
    "*This notebook is an exercise of the handbook “Comfortable with chaos”. It needs JupyterLab "
    "with the packages `system-leadership-handbook` and `anywidget`. Run it from the top. "
    "Your work is kept in `my-change.yml` beside it.*"
)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```[ \t]*$", re.S | re.M)
_ON_PAPER = (
    re.compile(r"^:::\{worksheet-only\}.*?^:::[ \t]*$\n?", re.S | re.M),
    re.compile(r"^```\{drawing-space\}.*?^```[ \t]*$\n?", re.S | re.M),
)
_FENCE = re.compile(r"^:{3,}(\{[^}]+\}.*)?[ \t]*$\n?", re.M)
_TARGET = re.compile(r"^\([a-z0-9-]+\)=[ \t]*$\n?", re.M)
_MARK = re.compile(r"\s*\{(?:said|found|phrase)\}`[^`]*`")
_ROLE = re.compile(r"\{[a-z]+\}`([^`<]*?)\s*(?:<[^>]*>)?`")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


def plain(prose: str) -> str:
    """Give prose without the book's own marks.

    Examples
    --------
    >>> plain("A {term}`tie` joins two {found}`some-finding`. See [the map](../book/index.md).")
    'A tie joins two. See the map.'
    """
    for block in _ON_PAPER:
        prose = block.sub("", prose)
    prose = _TARGET.sub("", _FENCE.sub("", prose))
    prose = _LINK.sub(r"\1", _ROLE.sub(r"\1", _MARK.sub("", prose)))
    return re.sub(r"\n{3,}", "\n\n", prose).strip()


def notebook(source: str) -> nbformat.NotebookNode:
    """Give the notebook of an exercise's MyST text.

    Parameters
    ----------
    source : str
        The text with its front matter.

    Returns
    -------
    nbformat.NotebookNode
        Prose and code in order, with no outputs.
    """
    made = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        }
    )
    # Even pieces are prose, odd ones code.
    for number, piece in enumerate(_CELL.split(_FRONT_MATTER.sub("", source))):
        if number % 2:
            made.cells.append(nbformat.v4.new_code_cell(piece.rstrip("\n"), id=f"cell-{number}"))
        elif text := plain(piece):
            if not made.cells:
                title, _, rest = text.partition("\n")
                text = f"{title}\n\n{_NOTE}\n{rest}"
            made.cells.append(nbformat.v4.new_markdown_cell(text, id=f"cell-{number}"))
    return made


def write(app: Sphinx, error: Exception | None) -> None:
    """Write a notebook for every exercise, beside the pages."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = set()
    for docname in app.env.found_docs:
        if docname.startswith("exercises/"):
            source = Path(app.env.doc2path(docname)).read_text(encoding="utf-8")
            path = folder / f"{Path(docname).name}.ipynb"
            nbformat.write(notebook(source), path)
            written.add(path)
    for path in {*folder.glob("*.ipynb")} - written:
        path.unlink()  # of an exercise that the book no longer has
