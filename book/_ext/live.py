"""Exercises that run in their own page, on the reader's change.

For each notebook under ``exercises/`` this extension writes its code cells to
``_static/live/cells/<name>.json``, puts a start panel before the first cell, or where the page says
``{live-start}``, and loads ``live/host.js`` on that page alone. What happens after a reader presses
the button is described there. The notebook itself is written by
`exercise.notebooks`.

For readers who cannot run the page there are a blank workbook and a blank text file in
``_static/changes``, made by the package itself, so that they are always the ones it reads.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

FOLDER = "exercises/"
BLANKS = ("blank.xlsx", "blank.yml")
# Cells with this tag run when the book is built, and in JupyterLab, but not in the page.
NOT_LIVE = "not-live"


class live_start(nodes.General, nodes.Element):  # noqa: N801  docutils names nodes in lower case
    """The place of the start panel; gone from everything but HTML."""


class LiveStart(SphinxDirective):
    """``{live-start}``: put the start panel here."""

    def run(self) -> list[Node]:
        """Give the place."""
        return [live_start()]


def is_exercise(docname: str) -> bool:
    """Whether a page is an exercise.

    >>> is_exercise("exercises/01-map-your-system"), is_exercise("book/index")
    (True, False)
    """
    return docname.startswith(FOLDER)


def _kept(env: BuildEnvironment) -> dict[str, dict[str, Any]]:
    if not hasattr(env, "live_exercises"):
        env.live_exercises = {}  # type: ignore[attr-defined]
    kept: dict[str, dict[str, Any]] = env.live_exercises  # type: ignore[attr-defined]
    return kept


def read_notebook(app: Sphinx, docname: str) -> Any:
    """Give a page as a notebook, or None when it is not one."""
    from myst_nb.core.read import create_nb_reader

    path = app.env.doc2path(docname)
    text = Path(path).read_text(encoding="utf-8")
    reader = create_nb_reader(path, app.env.myst_config, app.env.mystnb_config, text)
    return None if reader is None else reader.read(text)


def live_cells(notebook: Any) -> list[dict[str, Any]]:
    """Give the code cells of a notebook, numbered from 0 as in the page.

    Returns
    -------
    list of dict
        ``index`` and ``source``, in order.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        {"index": index, "source": cell.source}
        for index, cell in enumerate(code)
        if NOT_LIVE not in cell.metadata.get("tags", [])
    ]


def _read(app: Sphinx, doctree: nodes.document) -> None:
    """Note the cells of a page that was read, and find the place of its panel."""
    docname = app.env.docname
    kept = _kept(app.env)
    kept.pop(docname, None)
    if not is_exercise(docname):
        return
    notebook = read_notebook(app, docname)
    cells = live_cells(notebook) if notebook else []
    if not cells:
        return
    kept[docname] = {"cells": cells}
    if not any(doctree.findall(live_start)):
        first = next(doctree.findall(_is_cell), None)
        if first is not None and first.parent is not None:
            first.parent.insert(first.parent.index(first), live_start())


def _is_cell(node: Node) -> bool:
    """Whether a node is a code cell: as myst-nb makes it, or as `exercise` wraps it."""
    if not isinstance(node, nodes.Element):
        return False
    return node.get("nb_element") == "cell_code" or type(node).__name__ == "exercise_cell"


def _resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the panel in its place in HTML; leave no trace elsewhere."""
    live = app.builder.format == "html" and docname in _kept(app.env)
    for place in list(doctree.findall(live_start)):
        if live:
            depth = sum(isinstance(each, nodes.section) for each in _above(place))
            place.replace_self(nodes.raw("", panel(docname, heading=depth + 1), format="html"))
            live = False  # one panel a page
        else:
            place.parent.remove(place)


def _above(node: Node) -> Iterable[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def panel(docname: str, *, heading: int = 2) -> str:
    """Give the start panel as HTML.

    Parameters
    ----------
    docname : str
        The exercise's page.
    heading : int
        Level of its heading.
    """
    name = docname.rpartition("/")[2]
    root = "../" * docname.count("/")
    sheet = escape(f"{root}pdf/{docname}-worksheet.pdf")
    notebook = escape(f"{root}notebooks/{name}.ipynb")
    # The copy of JupyterLab on this site (tools/lite.py): it runs in the browser, like the page.
    lite = escape(f"{root}lite/lab/index.html?path={name}.ipynb")
    blanks = f"{root}_static/changes/blank"
    level = f"h{min(max(heading, 2), 6)}"
    title = "Work through this on your own change"
    button = '<button type="button" class="live-button live-start" hidden>Start</button>'
    return f"""
<section class="live" data-live data-name="{escape(name)}" aria-labelledby="live-title">
<{level} class="live-title" id="live-title" tabindex="-1">{title}</{level}>
<div class="live-body">
<p>Fill in the forms on this page and the pictures follow. Nothing to install, no account.</p>
<ul class="live-facts">
<li>Starts in about 5 seconds.</li>
<li>Downloads <span class="live-size">about 8 MB</span>, once.</li>
<li>Nothing you type leaves this device.</li>
</ul>
<noscript><p class="live-note">The forms need JavaScript, which is off in this browser. The
worksheet below does the same exercise on paper.</p></noscript>
<div class="live-buttons">{button}</div>
</div>
<p class="live-other">On paper: <a href="{sheet}">the worksheet (PDF)</a>. In Excel:
<a href="{blanks}.xlsx" download="my-change.xlsx">a blank workbook</a>. As plain text:
<a href="{blanks}.yml" download="my-change.yml">a blank change file</a>. To see and change the
code: <a href="{notebook}" download>the notebook</a>, or
<a href="{lite}">open it in our JupyterLite</a> (about 14 MB, the first time).</p>
</section>
"""


def _load(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the script and the style on exercise pages alone."""
    if pagename in _kept(app.env):
        app.add_css_file("live/live.css")
        app.add_js_file("live/host.js", type="module")


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    folder = out / "_static" / "live" / "cells"
    files = {
        folder / f"{name.rpartition('/')[2]}.json": each for name, each in _kept(app.env).items()
    }
    for path, kept in files.items():
        cells = json.dumps({"cells": kept["cells"]}, ensure_ascii=False, indent=1)
        _put(path, cells.encode())
    for path in {*folder.glob("*.json")} - files.keys():
        path.unlink()  # of an exercise that the book no longer has; its cells may not even run
    if _kept(app.env):
        for name, content in blank_files().items():
            _put(out / "_static" / "changes" / name, content)


def blank_files() -> dict[str, bytes]:
    """Give the blank change files, by name: the same blank, as a workbook and as text.

    >>> sorted(blank_files())
    ['blank.xlsx', 'blank.yml']
    """
    from system_leadership import examples, files

    blank = examples.load("blank")
    return {name: files.write(blank, name) for name in BLANKS}


def _put(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _kept(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Any, other: BuildEnvironment) -> None:
    kept, theirs = _kept(env), _kept(other)
    kept.update({docname: theirs[docname] for docname in docnames if docname in theirs})


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and the hooks."""
    app.add_node(live_start)
    app.add_directive("live-start", LiveStart)
    app.connect("doctree-read", _read)
    app.connect("doctree-resolved", _resolve, priority=400)
    app.connect("html-page-context", _load)
    app.connect("build-finished", _write)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
