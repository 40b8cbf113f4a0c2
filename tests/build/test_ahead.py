"""Notebooks executed ahead of the build give what nbclient gives, and nothing stale is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from jupyter_cache import get_cache
from nbclient import NotebookClient

from tools import build, notebooks, stamp

CELLS = {
    "streams": "import sys\nprint('one')\nprint('two')\nprint('three', file=sys.stderr)",
    "a value": "21 * 2",
    "nothing": "kept = 'from here'",
    "several": "from IPython.display import display\ndisplay({'text/plain': 'x'}, raw=True)\nkept",
    "an update": "shown = display({'text/plain': 'before'}, raw=True, display_id=True)\n"
    "shown.update({'text/plain': 'after'}, raw=True)",
    "a rich value": "class Rich:\n    def _repr_mimebundle_(self, **_):\n"
    "        return {'text/plain': 'rich', 'text/html': '<b>rich</b>'}\nRich()",
    "hushed": "1;",
    "the folder": "import os\nos.path.basename(os.getcwd())",
}


def write_notebook(path: Path, cells: Iterable[str]) -> Path:
    """Write a page that is a notebook."""
    blocks = "\n".join(f"```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)
    path.write_text(
        "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n# A title\n\n" + blocks,
        encoding="utf-8",
    )
    return path


def outputs(notebook: Any) -> list[list[dict[str, Any]]]:
    """Give the outputs of each code cell as plain data."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found.append([dict(output) for output in cell.outputs])
    return found


def cached(path: Path, cache: Path) -> Any:
    """Give a notebook with its outputs from the cache, as myst-nb asks for them."""
    notebook = notebooks.read(path, path.read_text("utf-8"))
    return get_cache(str(cache)).merge_match_into_notebook(notebook)[1]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Give a folder for a cache."""
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def run_ahead(root: Path, names: list[str], cache: Path) -> None:
    """Execute pages ahead, as a build does, and wait for them."""
    process = notebooks.start(root, names, cache)
    assert process is not None
    # The package and the tools of this project, whatever folder the notebooks are in.
    assert process.wait(60) == 0


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(build.ROOT))


def test_outputs_are_those_of_nbclient(tmp_path: Path, cache: Path) -> None:
    """Streams, values, displays and updates, cell by cell."""
    path = write_notebook(tmp_path / "page.md", CELLS.values())
    run_ahead(tmp_path, ["page"], cache)
    ours = cached(path, cache)
    theirs = notebooks.read(path, path.read_text("utf-8"))
    NotebookClient(theirs, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for name, mine, plain in zip(CELLS, outputs(ours), outputs(theirs), strict=True):
        assert mine == plain, name
    counts = [cell.execution_count for cell in ours.cells if cell.cell_type == "code"]
    assert counts == [*range(1, len(CELLS) + 1)]
    same = ours.metadata["language_info"].items() >= theirs.metadata["language_info"].items()
    assert same, "myst-nb chooses how to colour code by it"


def test_a_notebook_knows_nothing_of_another(tmp_path: Path, cache: Path) -> None:
    """Each is a fork of its own: names, modules and folders are its own."""
    spoil = "import system_leadership\nsystem_leadership.spoilt = kept = True"
    look = "import system_leadership\n('kept' in globals(), hasattr(system_leadership, 'spoilt'))"
    pages = [
        write_notebook(tmp_path / f"{name}.md", [cell])
        for name, cell in (("a", spoil), ("b", look), ("c", spoil), ("d", look))
    ]
    run_ahead(tmp_path, [page.stem for page in pages], cache)
    for page in (pages[1], pages[3]):
        assert outputs(cached(page, cache))[0][0]["data"] == {"text/plain": "(False, False)"}


def test_a_notebook_that_fails_is_left_to_nbclient(tmp_path: Path, cache: Path) -> None:
    """It is not kept, so that the build tells its error in the usual way; the others are kept."""
    bad = write_notebook(tmp_path / "bad.md", ["print(1)", "1 / 0", "print(2)"])
    dead = write_notebook(tmp_path / "dead.md", ["import os", "os._exit(3)"])
    good = write_notebook(tmp_path / "good.md", ["1"])
    run_ahead(tmp_path, ["bad", "dead", "good"], cache)
    for page in (bad, dead):
        with pytest.raises(KeyError):
            cached(page, cache)
    assert outputs(cached(good, cache))[0][0]["data"] == {"text/plain": "1"}
    assert notebooks.start(tmp_path, ["bad"], cache) is not None, "it is tried again"


def test_what_is_in_the_cache_is_not_run_again(tmp_path: Path, cache: Path) -> None:
    """Nor is a process started; an edited cell is run."""
    page = write_notebook(tmp_path / "page.md", ["open('ran', 'a').write('x')"])
    run_ahead(tmp_path, ["page"], cache)
    assert notebooks.start(tmp_path, ["page"], cache) is None
    assert (tmp_path / "ran").read_text() == "x"
    write_notebook(page, ["open('ran', 'a').write('y')"])
    run_ahead(tmp_path, ["page"], cache)
    assert (tmp_path / "ran").read_text() == "xy"


def test_pages_that_are_no_notebooks_are_passed_over(tmp_path: Path, cache: Path) -> None:
    """Nothing is started for them, nor for pages that are not there."""
    (tmp_path / "prose.md").write_text("---\nreviewed: 2026-11-23\n---\n# Prose\n")
    assert notebooks.start(tmp_path, ["prose", "missing"], cache) is None


def test_every_exercise_is_a_page_that_runs_ahead() -> None:
    """The contents name them, and their front matter makes them notebooks."""
    found = {path.stem for path in notebooks.sources(build.ROOT, build.pages_of())}
    assert found == {path.stem for path in (build.ROOT / "exercises").glob("*.md")}


def test_the_cache_is_named_after_what_outputs_depend_on(tmp_path: Path) -> None:
    """A change in the package, a change file, the lock or the way of running gives a new one."""
    names = set()
    for changed in (None, *build.NOTEBOOK_INPUTS):
        for name in build.NOTEBOOK_INPUTS:
            file = tmp_path / name
            file = file if file.suffix else file / "file.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("changed" if name == changed else "as it was")
        names.add(build.notebook_cache(tmp_path))
    assert len(names) == 1 + len(build.NOTEBOOK_INPUTS)


# --------------------------------------------------------------------------- nothing has changed


@pytest.fixture
def project(tmp_path: Path) -> tuple[Path, Path]:
    """Give a small project that was just built: its folder and its output."""
    for name in stamp.SOURCES:
        file = tmp_path / name if Path(name).suffix else tmp_path / name / "file"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    out = tmp_path / "_build" / "html"
    out.mkdir(parents=True)
    (out / "page.html").write_text("A page")
    stamp.write(tmp_path, out, printed=True)
    return tmp_path, out


def test_a_build_that_would_give_the_same_is_passed_over(project: tuple[Path, Path]) -> None:
    """Caches that Python leaves among the sources change nothing."""
    root, out = project
    (root / "tools" / "__pycache__").mkdir()
    (root / "tools" / "__pycache__" / "build.pyc").write_text("compiled")
    assert stamp.is_current(root, out, printed=True)
    assert not stamp.is_current(root, out, printed=False), "with PDFs is another build"


@pytest.mark.parametrize("name", stamp.SOURCES)
def test_an_edit_is_noticed(project: tuple[Path, Path], name: str) -> None:
    """In every source."""
    root, out = project
    file = root / name if Path(name).suffix else root / name / "file"
    file.write_text("edited")
    assert not stamp.is_current(root, out, printed=True)


@pytest.mark.parametrize(
    "damage",
    [
        lambda out: (out / "page.html").unlink(),
        lambda out: (out / "page.html").write_text("A pale"),
        lambda out: (out / "more.html").write_text("More"),
        lambda out: os.utime(out / "page.html", (1, 1)),
        lambda out: (out.parent / stamp.NAME).write_text("{"),
        lambda out: (out.parent / stamp.NAME).unlink(),
    ],
    ids=["a page gone", "a page altered", "a page more", "another time", "half a stamp", "none"],
)
def test_a_damaged_output_is_noticed(project: tuple[Path, Path], damage: Any) -> None:
    """Whatever somebody did to it."""
    root, out = project
    damage(out)
    assert not stamp.is_current(root, out, printed=True)


def test_every_source_of_the_stamp_exists() -> None:
    """A renamed folder would silently fall out of it."""
    for name in stamp.SOURCES:
        assert list(stamp.files_under(build.ROOT, [name])), name
