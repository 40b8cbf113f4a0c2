"""Exercises as the book runs them: their cells, in a kernel, on any change."""

from __future__ import annotations

import copy
import functools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from built_book import ROOT
from nbclient import NotebookClient
from system_leadership.forms import MIME_TYPE

EXERCISES = ROOT / "exercises"
NOTEBOOKS = sorted(path.stem for path in EXERCISES.glob("[0-9]*.md"))
VARIABLE = "SYSTEM_LEADERSHIP_CHANGE"


@functools.cache
def source_of(name: str) -> nbformat.NotebookNode:
    """Read an exercise as a notebook; give a copy to those who run it."""
    text = (EXERCISES / f"{name}.md").read_text(encoding="utf-8")
    return jupytext.reads(text, fmt="md:myst")


def read_notebook(name: str) -> nbformat.NotebookNode:
    """Give an exercise as a notebook."""
    return copy.deepcopy(source_of(name))


class Kernel:
    """A kernel that runs notebooks one after another, as the book does, and goes on after an error.

    Parameters
    ----------
    client : NotebookClient
        With its kernel started.
    """

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    def run(
        self, notebook: nbformat.NotebookNode, change: Path | None = None
    ) -> nbformat.NotebookNode:
        """Run the cells of a notebook in an empty namespace; fill in outputs and times.

        Parameters
        ----------
        notebook : NotebookNode
            It is changed, and given back.
        change : Path or None
            A change file in place of the worked example. What is wrong in it is kept and told, as
            in a reader's page.
        """
        before = [
            "%reset -f",
            "import os; from system_leadership import Change, files",
            f"os.environ.pop({VARIABLE!r}, None)",
            f"os.environ[{VARIABLE!r}] = {str(change)!r}" if change else "",
            "Change.load = lambda path, load=files.load: load(path, strict=False)",
            "del os, Change, files",
        ]
        first = nbformat.v4.new_code_cell("\n".join(before))
        self._client.nb = notebook
        self._client.reset_execution_trackers()
        notebook.cells.insert(0, first)
        for number, cell in enumerate(notebook.cells):
            self._client.execute_cell(cell, number)
        assert not first.outputs, first.outputs
        del notebook.cells[0]
        return notebook


@contextmanager
def kernel(folder: Path) -> Iterator[Kernel]:
    """Start a kernel in a folder of its own."""
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        timeout=120,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    # Each warning each time, not only the first: the next change must not hide behind the last.
    environment = {"SYSTEM_LEADERSHIP_BOOK": "1", "PYTHONWARNINGS": "always"}
    with client.setup_kernel(env={**os.environ, **environment}):
        yield Kernel(client)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Give the cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(notebook: nbformat.NotebookNode) -> Iterator[dict[str, Any]]:
    """Give what the cells put on the page."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if MIME_TYPE in output.get("data", {}):
                yield output["data"][MIME_TYPE]


def calls_of(name: str) -> set[str]:
    """Give the kinds of thing that an exercise puts on its page, such as "edit" and "show"."""
    source = "\n".join(cell.source for cell in code_cells(read_notebook(name)))
    return set(re.findall(r"desk\.(\w+)\(", source))


def fewest() -> list[str]:
    """Give few exercises that have each kind of thing between them."""
    left = set().union(*map(calls_of, NOTEBOOKS))
    chosen = []
    while left:
        best = max(NOTEBOOKS, key=lambda name: len(calls_of(name) & left))
        left -= calls_of(best)
        chosen.append(best)
    return chosen
