"""Every exercise runs on the changes that ship, on nothing, on too much, and on drawn changes.

One kernel serves an exercise: nbclient runs its cells on one change after another, each time in an
empty namespace. Which changes are drawn differs in every run; HANDBOOK_SEED, which a run prints,
draws the same again.
"""

from __future__ import annotations

import copy
import datetime as dt
import os
import secrets
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from changes_drawn import any_changes
from exercise_kernel import EXERCISES, NOTEBOOKS, Kernel, code_cells, kernel, read_notebook, shown
from hypothesis import HealthCheck, Phase, given, seed, settings
from large_change import (
    ORGANISATIONS,
    TIES,
    large_change,
    large_tables,
    write_blank_change,
    write_large_change,
)
from picture_checks import check
from system_leadership import Change, examples, files
from system_leadership.forms import MIME_TYPE
from system_leadership.pictures import Picture, Table

KNOWN = (*examples.names(), "large")
SEED = int(os.environ.get("HANDBOOK_SEED") or secrets.randbits(32))
GENERATED = 30
SHRINKING = dt.timedelta(seconds=60)

# A cell that hangs. How long cells take in earnest is for `make bench`.
LONGEST_CELL = dt.timedelta(seconds=60)
MOST_LINES = 6
SHORTEST_SENTENCE = 20
ASKING = {
    "questions": ("prompt",),
    "ratings": ("prompt",),
    "suppositions": ("label", "why", "told"),
}
KINDS = {"picture", "form", "words", "page", "room", *ASKING}


def rows_of(output: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of a form by its table; nothing for what is not a form."""
    return {output["table"]: output["rows"]} if output["kind"] == "form" else {}


def faults_of(notebook: nbformat.NotebookNode, change: Change) -> list[str]:
    """Give all that is wrong with a notebook that ran on a change."""
    return [*bad_outputs(notebook), *other_rows(notebook, change)]


def other_rows(notebook: nbformat.NotebookNode, change: Change) -> list[str]:
    """Give the forms that hold other rows than the change, which was silently another."""
    faults = []
    for output in shown(notebook):
        for table, rows in rows_of(output).items():
            wanted = change.rows(table)
            if [*map(_shown_of(rows), wanted)] != rows:
                faults.append(f"{table}: {len(rows)} rows, not the {len(wanted)} of the change")
    return faults


def _shown_of(rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Keep the columns that these rows have."""
    names = set(rows[0]) if rows else set()
    return lambda row: {name: value for name, value in row.items() if name in names}


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
        needed = ("id", "title", "spec", "narrow")
        faults = [f"a picture without {key}" for key in needed if not content.get(key)]
        if len(content["sentence"]) < SHORTEST_SENTENCE:
            faults.append(f"a picture without a sentence: {content['sentence']!r}")
        table = content["table"]
        if not table["caption"] or not table["columns"]:
            faults.append("a picture without its table")
        wide = [row for row in table["rows"] if len(row) != len(table["columns"])]
        faults += [f"a row that does not fit its table: {row}" for row in wide]
        return faults or bad_drawing(content)
    if kind == "form":
        return (
            [] if content["title"] and content["columns"] else ["a form without title or columns"]
        )
    if kind == "words":
        sentences = content["sentences"] or [""]
        return [f"not a sentence: {text!r}" for text in sentences if not text.strip()]
    if kind == "page":
        parts = [part for each in content["sections"] for part in (each["heading"], *each["lines"])]
        whole = content["title"].strip() and parts and all(part.strip() for part in parts)
        return [] if whole else ["a page with nothing under its title or a heading"]
    if kind == "room":
        return [] if content["title"] and "files" in content else ["a room without a title"]
    asked = content[kind]
    told = asked and all(each[part].strip() for each in asked for part in ASKING[kind])
    return [] if told else [f"{kind}: nothing is asked"]


def bad_drawing(content: dict[str, Any]) -> list[str]:
    """Give what cannot be seen or read in a picture: colours, sizes, words on top of each other."""
    parts = {key: content[key] for key in ("id", "title", "sentence")}
    parts |= {key: without_halos(content[key]) for key in ("spec", "narrow")}
    try:
        check(Picture(**parts, table=Table(**content["table"])))
    except AssertionError as fault:
        return [f"the picture {content['title']!r}: {str(fault).strip() or repr(fault)}"]
    return []


def without_halos(spec: dict[str, Any]) -> dict[str, Any]:
    """Leave out words that stand where the same words stand already: the pale rim of a label."""
    seen: set[tuple[Any, ...]] = set()
    layers = []
    for layer in spec["layer"]:
        if layer["mark"]["type"] == "text":
            values = {
                (each["text"], each["x"], each["y"]): each for each in layer["data"]["values"]
            }
            kept = [each for place, each in values.items() if place not in seen]
            seen |= set(values)
            layer = {**layer, "data": {"values": kept}}
        layers.append(layer)
    return {**spec, "layer": layers}


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


def run_on_drawn_changes(
    name: str,
    notebook: nbformat.NotebookNode,
    opened: Kernel,
    file: Path,
    shrinking: dt.timedelta = SHRINKING,
) -> None:
    """Run a notebook on changes drawn at random; fail with the smallest that fails.

    Parameters
    ----------
    name : str
        What the notebook is called; each is given changes of its own.
    notebook : NotebookNode
        It stays as it is.
    opened : Kernel
        What to run it in.
    file : Path
        Where each change is put, and the failing one left.
    shrinking : timedelta
        How long a failing change may be made smaller before it is shown.
    """
    found: dict[str, list[str]] = {}  # the text of a change → what was wrong
    until = None

    @seed(SEED + zlib.crc32(name.encode()))
    @settings(
        max_examples=10 * GENERATED,  # until enough are different
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(any_changes())
    def run_on(change: Change) -> None:
        nonlocal until
        if time.monotonic() > until if until else len(found) == GENERATED:
            raise EnoughError
        text = change.dumps()
        if text not in found:
            file.write_text(text, encoding="utf-8")
            ran = opened.run(copy.deepcopy(notebook), file)
            found[text] = faults_of(ran, files.load(file, strict=False))
        if found[text]:
            until = until or time.monotonic() + shrinking.total_seconds()
            raise AssertionError(found[text])

    with suppress(EnoughError, AssertionError):
        run_on()
    if failing := [text for text, faults in found.items() if faults]:
        text = min(failing, key=len)
        file.write_text(text, encoding="utf-8")
        told = [f"{name} on a change drawn at random, kept in {file}:", text, *found[text]]
        again = f"HANDBOOK_SEED={SEED} draws it again."
        pytest.fail("\n".join([*told, again]), pytrace=False)
    assert len(found) == GENERATED


class EnoughError(BaseException):
    """Enough changes were drawn. It is no failure, which Hypothesis would take it for."""


# ---------------------------------------------------------------------------- the exercises


@pytest.fixture(scope="module", autouse=True)
def told_seed(request: pytest.FixtureRequest) -> None:
    """Say in every run how to have the same changes drawn again."""
    plugins = request.config.pluginmanager
    reporter, capture = map(plugins.getplugin, ("terminalreporter", "capturemanager"))
    if reporter and capture:
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"\nThe changes are drawn with HANDBOOK_SEED={SEED}")


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Change]]:
    """Give the files that every exercise runs on, and what is in them, by name."""
    folder = tmp_path_factory.mktemp("changes")
    shipped = {name: EXERCISES / "changes" / f"{name}.yml" for name in examples.names()}
    every = shipped | {"large": write_large_change(folder)}
    return {name: (file, files.load(file)) for name, file in every.items()}


@pytest.fixture(scope="module", params=NOTEBOOKS)
def exercise(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Kernel, Path]]:
    """Give an exercise, a kernel for it, and the folder the kernel stands in."""
    folder = tmp_path_factory.mktemp("notebook")
    with kernel(folder) as opened:
        yield request.param, opened, folder


@pytest.mark.parametrize("what", KNOWN)
def test_exercise_runs_on_what_ships_and_on_a_large_change(
    exercise: tuple[str, Kernel, Path], changes: dict[str, tuple[Path, Change]], what: str
) -> None:
    """No error, no warning, every picture described, no wait; its own rows, and no file left."""
    name, opened, folder = exercise
    file, change = changes[what]
    before = file.read_bytes()
    ran = opened.run(read_notebook(name), file)
    faults = [*faults_of(ran, change), *slow_cells(ran)]
    assert not faults, "\n".join([f"{name} on {what}", *faults])
    assert list(folder.iterdir()) == []
    assert file.read_bytes() == before


def test_exercise_runs_on_its_own_example(exercise: tuple[str, Kernel, Path]) -> None:
    """As the book is built: something stands in its forms."""
    name, opened, _ = exercise
    ran = opened.run(read_notebook(name))
    assert bad_outputs(ran) == []
    assert any(rows for output in shown(ran) for rows in rows_of(output).values())


def test_exercise_runs_on_changes_drawn_at_random(
    exercise: tuple[str, Kernel, Path], tmp_path: Path
) -> None:
    """Whatever readers may type: half-filled tables, names that fit and that do not, odd signs."""
    name, opened, _ = exercise
    run_on_drawn_changes(name, read_notebook(name), opened, tmp_path / f"{name}.yml")


def test_there_are_exercises() -> None:
    """The tests have something to run."""
    assert NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_are_short(name: str) -> None:
    """One to six lines a cell, and no output kept in the source."""
    notebook = read_notebook(name)
    assert code_cells(notebook)
    assert bad_cells(notebook) == []
    assert not any(cell.outputs for cell in code_cells(notebook))


# ---------------------------------------------------------------------------- the changes


def test_large_change_is_large_and_always_the_same(tmp_path: Path) -> None:
    """It has the sizes it claims, no fault, and survives its file."""
    change = large_change()
    assert len(change.organisations) == ORGANISATIONS == 300
    assert len(change.ties) == TIES == 2000
    assert {key: len(change.table(key)) for key in large_tables()} == large_tables()
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
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """Give a kernel for notebooks made here."""
    with kernel(tmp_path_factory.mktemp("idle")) as opened:
        yield opened


@pytest.fixture(scope="module")
def bad_notebook(idle: Kernel) -> nbformat.NotebookNode:
    """Give a notebook that does everything wrong, one thing a cell, as it ran."""
    ours = f"""from IPython.display import display
from system_leadership.pictures import canvas, texts
def show(text='x', **content): display({{'{MIME_TYPE}': content, 'text/plain': text}}, raw=True)
def line(y): return dict(x=2, y=y, text='Twice')
twice = canvas(340, 40, [texts([line(9), line(12)], align='left')])
picture = dict(kind='picture', id='a', title='A', spec=canvas(760, 20, []),
    narrow=canvas(340, 20, []), sentence='Twenty characters or so.',
    table=dict(caption='C', columns=['a'], rows=[[1]]))"""
    return idle.run(
        notebook_of(
            ours,
            "1 / 0",
            "import warnings; warnings.warn('old', DeprecationWarning)",
            "print('left over')",
            "display({'text/plain': 'bare'}, raw=True)",
            "show(text=' ', **picture)",
            "show(kind='song')",
            "show(**{**picture, 'sentence': 'A map.'})",
            "show(**{**picture, 'table': dict(caption='', columns=[], rows=[])})",
            "show(**{**picture, 'table': dict(caption='C', columns=['a'], rows=[[1, 2]])})",
            "show(**{**picture, 'title': ''})",
            "show(**{**picture, 'narrow': None})",
            "show(**{**picture, 'narrow': twice})",
            "show(kind='form', table='ties', title='', columns=[], rows=[])",
            "show(kind='words', id='w', sentences=[''])",
            "show(kind='words', id='w', sentences=[])",
            "show(kind='questions', questions=[])",
            "show(kind='ratings', ratings=[{'prompt': ''}])",
            "show(kind='page', title='P', sections=[dict(heading='H', lines=[''])])",
            "show(kind='room', title='', files=[])",
            "import time; time.sleep(.3)",
            "show(**picture)",
            "show(kind='words', id='w', sentences=['All is well.'])",
            "show(kind='form', table='ties', title='T', columns=['from'], rows=[{'from': 'A'}])",
        )
    )


def test_bad_outputs_are_caught(bad_notebook: nbformat.NotebookNode) -> None:
    """Each cell but the first and the last four has one fault, which is named."""
    faults = bad_outputs(bad_notebook)
    wanted = [
        "ZeroDivisionError", "stderr", "stdout", "but not", "no text beside", "unknown kind",
        "without a sentence", "without its table", "does not fit", "without title",
        "without narrow", "overlap", "form without", "not a sentence", "not a sentence",
        "questions: nothing is asked", "ratings: nothing is asked", "under its title",
        "a room without",
    ]  # fmt: skip
    assert len(faults) == len(wanted)
    for number, (fault, part) in enumerate(zip(faults, wanted, strict=True), start=1):
        assert fault.startswith(f"cell {number}")
        assert part in fault


def test_rows_of_another_change_are_caught(bad_notebook: nbformat.NotebookNode) -> None:
    """A form that shows other rows than the change it was given is named."""
    change, _ = Change.blank().replace_table("ties", [{"from": "A"}])
    assert [fault.partition(":")[0] for fault in other_rows(bad_notebook, change)] == ["ties"]
    bad_notebook.cells.pop(13)  # the form without a title
    assert other_rows(bad_notebook, change) == []
    assert len(other_rows(bad_notebook, Change.blank())) == 1


def test_a_failing_change_is_made_small_and_shown(
    idle: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change that fails is printed whole, kept in a file, and smaller than it was drawn."""
    # As many as it takes: whichever the seed, one of them has two ties.
    monkeypatch.setattr(f"{__name__}.GENERATED", 500)
    file = tmp_path / "broken.yml"
    cell = """from system_leadership import forms
assert len(forms.open().change.ties) < 2"""
    with pytest.raises(pytest.fail.Exception, match="HANDBOOK_SEED=") as told:
        run_on_drawn_changes("broken", notebook_of(cell), idle, file, dt.timedelta(seconds=4))
    text = file.read_text(encoding="utf-8")
    assert f"{file}:\n{text}" in str(told.value)
    assert "AssertionError" in str(told.value)
    change = files.loads(text, strict=False)
    assert len(change.ties) >= 2
    assert "AssertionError" in str(idle.run(notebook_of(cell), file).cells[0].outputs)


def test_nothing_is_left_from_one_change_to_the_next(idle: Kernel, tmp_path: Path) -> None:
    """A name of one run is unknown in the next, and so is its change."""
    count = "from system_leadership import forms\nprint(len(forms.open().change.ties))"
    ran = idle.run(notebook_of("left = 1", count), write_large_change(tmp_path))
    assert ran.cells[1].outputs[0].text == f"{TIES}\n"
    ran = idle.run(notebook_of("left", count))
    assert ran.cells[0].outputs[0].ename == "NameError"
    assert ran.cells[1].outputs[0].text == "0\n"


def test_slow_cells_are_caught(bad_notebook: nbformat.NotebookNode) -> None:
    """A cell that sleeps longer than it may is named, and no other."""
    slow = slow_cells(bad_notebook, longest=dt.timedelta(seconds=0.29))
    assert any("sleep" in fault for fault in slow)
    assert slow_cells(bad_notebook, longest=dt.timedelta(seconds=60)) == []


def test_long_and_empty_cells_are_caught() -> None:
    """Seven lines are too many, none are too few; blank lines do not count."""
    notebook = notebook_of("a\n" * 7, "a\n\n" * 6, "\n")
    assert [fault[:6] for fault in bad_cells(notebook)] == ["cell 0", "cell 2"]
