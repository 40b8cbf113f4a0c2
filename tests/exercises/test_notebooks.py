"""Every exercise runs on the worked example, on nothing, and on more than anybody would enter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from large_change import (
    ORGANISATIONS,
    PEOPLE,
    TIES,
    large_change,
    write_blank_change,
    write_large_change,
)
from nbclient import NotebookClient
from system_leadership import Change
from system_leadership.forms import MIME_TYPE

EXERCISES = Path(__file__).resolve().parents[2] / "exercises"
NOTEBOOKS = sorted(path.stem for path in EXERCISES.glob("*.md"))
CHANGES = ("the example", "a blank change", "a large change")
LONGEST_CELL = dt.timedelta(seconds=5)
MOST_LINES = 6
SHORTEST_SENTENCE = 20
KINDS = {"picture", "form", "words", "questions"}


def read_notebook(name: str) -> nbformat.NotebookNode:
    """Read an exercise as a notebook."""
    text = (EXERCISES / f"{name}.md").read_text(encoding="utf-8")
    return jupytext.reads(text, fmt="md:myst")


def run(
    notebook: nbformat.NotebookNode,
    folder: Path,
    *,
    change: Path | None,
    allow_errors: bool = False,
) -> nbformat.NotebookNode:
    """Run a notebook as the book does, in a folder of its own, and go on after an error.

    Parameters
    ----------
    notebook : NotebookNode
        It is filled with its outputs and the times of its cells.
    folder : Path
        Where the notebook finds itself.
    change : Path or None
        A change file in place of the worked example.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYSTEM_LEADERSHIP_BOOK", "1")
        patch.setenv("PYTHONWARNINGS", "default")
        patch.delenv("SYSTEM_LEADERSHIP_CHANGE", raising=False)
        if change:
            patch.setenv("SYSTEM_LEADERSHIP_CHANGE", str(change))
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )
        return client.execute()


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Give the cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(notebook: nbformat.NotebookNode) -> Iterator[dict[str, Any]]:
    """Give what the cells put on the page."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if MIME_TYPE in output.get("data", {}):
                yield output["data"][MIME_TYPE]


def forms_of(notebook: nbformat.NotebookNode) -> dict[str, int]:
    """Give the number of rows in each form."""
    return {
        output["table"]: len(output["rows"])
        for output in shown(notebook)
        if output["kind"] == "form"
    }


# ---------------------------------------------------------------------------- checks of a notebook


def bad_cells(notebook: nbformat.NotebookNode) -> list[str]:
    """Give the cells that are longer than a reader would look at, or empty."""
    faults = []
    for number, cell in enumerate(code_cells(notebook)):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if not 1 <= len(lines) <= MOST_LINES:
            faults.append(f"cell {number} has {len(lines)} lines: {cell.source[:60]!r}")
    return faults


def bad_outputs(notebook: nbformat.NotebookNode) -> list[str]:
    """Give errors, warnings, and outputs that the book cannot show or describe."""
    faults = []
    for number, cell in enumerate(code_cells(notebook)):
        for output in cell.outputs:
            if output.output_type == "error":
                faults.append(f"cell {number}: {output.ename}: {output.evalue}")
            elif output.output_type == "stream":
                faults.append(f"cell {number} writes to {output.name}: {output.text[:300]}")
            elif MIME_TYPE not in output.data:
                faults.append(f"cell {number}: {sorted(output.data)}, but not {MIME_TYPE}")
            elif not output.data.get("text/plain", "").strip():
                faults.append(f"cell {number}: no text beside {MIME_TYPE}")
            else:
                faults += [f"cell {number}: {f}" for f in bad_content(output.data[MIME_TYPE])]
    return faults


def bad_content(content: dict[str, Any]) -> list[str]:
    """Give what one output lacks."""
    kind = content.get("kind")
    if kind not in KINDS:
        return [f"an unknown kind: {kind}"]
    if kind == "picture":
        faults = [f"a picture without {key}" for key in ("id", "title", "spec") if not content[key]]
        if len(content["sentence"]) < SHORTEST_SENTENCE:
            faults.append(f"a picture without a sentence: {content['sentence']!r}")
        table = content["table"]
        if not table["caption"] or not table["columns"]:
            faults.append("a picture without its table")
        wide = [row for row in table["rows"] if len(row) != len(table["columns"])]
        return [*faults, *(f"a row that does not fit its table: {row}" for row in wide)]
    if kind == "form":
        return (
            [] if content["title"] and content["columns"] else ["a form without title or columns"]
        )
    if kind == "words":
        return [f"not a sentence: {text!r}" for text in content["sentences"] if not text.strip()]
    asked = content["questions"]
    return [] if asked and all(each["prompt"] for each in asked) else ["no question is asked"]


def slow_cells(notebook: nbformat.NotebookNode, longest: dt.timedelta = LONGEST_CELL) -> list[str]:
    """Give the cells that took too long, from the kernel's own signs of being busy and idle."""
    faults = []
    for number, cell in enumerate(code_cells(notebook)):
        times = cell.metadata["execution"]
        busy, idle = (
            dt.datetime.fromisoformat(times[f"iopub.status.{state}"]) for state in ("busy", "idle")
        )
        if idle - busy > longest:
            seconds = (idle - busy).total_seconds()
            faults.append(f"cell {number} took {seconds:.1f} s: {cell.source[:60]!r}")
    return faults


# ---------------------------------------------------------------------------- the exercises


@pytest.fixture(scope="module", params=[(n, c) for n in NOTEBOOKS for c in CHANGES],
                ids=lambda case: f"{case[0]} on {case[1]}")  # fmt: skip
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, nbformat.NotebookNode]:
    """Give an exercise, what it ran on, and what came out."""
    name, what = request.param
    folder = tmp_path_factory.mktemp("notebook")
    change = None
    if what == "a blank change":
        change = write_blank_change(folder)
    if what == "a large change":
        change = write_large_change(folder)
    return name, what, run(read_notebook(name), folder, change=change)


def test_notebook_runs_cleanly(case: tuple[str, str, nbformat.NotebookNode]) -> None:
    """No error, no warning, no stray print; every picture has its title, sentence and table."""
    name, what, notebook = case
    faults = bad_outputs(notebook)
    assert not faults, "\n".join([f"{name} on {what}", *faults])


def test_notebook_ran_on_what_it_was_given(case: tuple[str, str, nbformat.NotebookNode]) -> None:
    """The forms hold the rows of the change, so the change was not silently another."""
    _, what, notebook = case
    rows = forms_of(notebook)
    tables = {"organisations": ORGANISATIONS, "people": PEOPLE, "ties": TIES}
    assert rows, "an exercise without a form"
    for table, count in rows.items():
        if table == "change":
            continue
        if what == "a large change":
            assert count == tables.get(table, 0), table
        elif what == "a blank change":
            assert count == 0, table
        elif table in tables:
            assert count > 0, table


def test_notebook_is_quick(case: tuple[str, str, nbformat.NotebookNode]) -> None:
    """No cell keeps a reader waiting for more than five seconds, even with a large change."""
    name, what, notebook = case
    faults = slow_cells(notebook)
    assert not faults, "\n".join([f"{name} on {what}", *faults])


def test_there_are_exercises() -> None:
    """The tests have something to run."""
    assert NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_are_short(name: str) -> None:
    """One to six lines a cell, and no output kept in the source."""
    notebook = read_notebook(name)
    assert code_cells(notebook)
    assert bad_cells(notebook) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_leaves_nothing_beside_its_source(name: str, tmp_path: Path) -> None:
    """As the book runs it, a notebook writes no file."""
    change = write_blank_change(tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    before = change.read_bytes()
    run(read_notebook(name), work, change=change)
    assert list(work.iterdir()) == []
    assert change.read_bytes() == before


# ---------------------------------------------------------------------------- the changes


def test_large_change_is_large_and_always_the_same(tmp_path: Path) -> None:
    """It has the sizes it claims, no fault, and survives its file."""
    change = large_change()
    assert len(change.organisations) == ORGANISATIONS == 300
    assert len(change.ties) == TIES == 2000
    assert change.faults() == []
    assert large_change() == change
    assert large_change(seed=1) != change
    assert Change.load(write_large_change(tmp_path)) == change
    names = "".join(row.name for row in change.organisations)
    assert not names.isascii()
    assert max(len(row.name) for row in change.organisations) > 120


def test_blank_change_is_blank(tmp_path: Path) -> None:
    """Nothing in it, and no fault."""
    change = Change.load(write_blank_change(tmp_path))
    assert change == Change.blank()
    assert change.faults() == []


# ---------------------------------------------------------------------------- the checks can fail


def notebook_of(*cells: str) -> nbformat.NotebookNode:
    """Make a notebook."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


@pytest.fixture(scope="module")
def bad_notebook(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """Give a notebook that does everything wrong, one thing a cell, as it ran."""
    ours = f"from IPython.display import display\ndef show(text='x', **content): display(" \
           f"{{'{MIME_TYPE}': content, 'text/plain': text}}, raw=True)"  # fmt: skip
    picture = "dict(kind='picture', id='a', title='A', spec={'a': 1}, " \
              "sentence='Twenty characters or so.', table=dict(caption='C', columns=['a'], " \
              "rows=[[1]]))"  # fmt: skip
    return run(
        notebook_of(
            ours,
            "1 / 0",
            "import warnings; warnings.warn('old', DeprecationWarning)",
            "print('left over')",
            "display({'text/plain': 'bare'}, raw=True)",
            f"show(text=' ', **{picture})",
            "show(kind='song')",
            f"show(**{{**{picture}, 'sentence': 'A map.'}})",
            f"show(**{{**{picture}, 'table': dict(caption='', columns=[], rows=[])}})",
            f"show(**{{**{picture}, 'table': dict(caption='C', columns=['a'], rows=[[1, 2]])}})",
            f"show(**{{**{picture}, 'title': ''}})",
            "show(kind='form', title='', columns=[])",
            "show(kind='words', id='w', sentences=[''])",
            "show(kind='questions', questions=[])",
            "import time; time.sleep(.3)",
            f"show(**{picture})",
            "show(kind='words', id='w', sentences=['All is well.'])",
        ),
        tmp_path_factory.mktemp("bad"),
        change=None,
    )


def test_bad_outputs_are_caught(bad_notebook: nbformat.NotebookNode) -> None:
    """Each cell but the first and the last three has one fault, which is named."""
    faults = bad_outputs(bad_notebook)
    wanted = [
        "ZeroDivisionError", "stderr", "stdout", "but not", "no text beside", "unknown kind",
        "without a sentence", "without its table", "does not fit", "without title",
        "form without", "not a sentence", "no question",
    ]  # fmt: skip
    assert len(faults) == len(wanted)
    for number, (fault, part) in enumerate(zip(faults, wanted, strict=True), start=1):
        assert fault.startswith(f"cell {number}")
        assert part in fault


def test_slow_cells_are_caught(bad_notebook: nbformat.NotebookNode) -> None:
    """A cell that sleeps longer than it may is named, and no other."""
    slow = slow_cells(bad_notebook, longest=dt.timedelta(seconds=0.29))
    assert any("sleep" in fault for fault in slow)
    assert slow_cells(bad_notebook, longest=dt.timedelta(seconds=60)) == []


def test_long_and_empty_cells_are_caught() -> None:
    """Seven lines are too many, none are too few; blank lines do not count."""
    notebook = notebook_of("a\n" * 7, "a\n\n" * 6, "\n")
    assert [fault[:6] for fault in bad_cells(notebook)] == ["cell 0", "cell 2"]
