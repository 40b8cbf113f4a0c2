"""Notebooks executed ahead of the build give what nbclient gives, and nothing stale is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from jupyter_cache import get_cache
from nbclient import NotebookClient

from tools import build, kept, notebooks, quicker, stamp

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


class Events:
    """What `Ahead` connects to, to be called in turn."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}

    def connect(self, event: str, handler: Any) -> None:
        self.handlers[event] = handler


PICTURE = """from IPython.display import display
display({"application/vnd.system-leadership+json": {"kind": "picture"}}, raw=True)"""
# Takes the place of the extension that draws: it is not done before somebody says so.
SLOW = """import pathlib, time
class settings: pass
def of_picture(content):
    while not pathlib.Path("go").exists():
        time.sleep(0.01)
    pathlib.Path("drawn").touch()
"""


def test_notebooks_are_read_while_pictures_are_drawn(tmp_path: Path, cache: Path) -> None:
    """Reading waits until they are executed, and writing until all is drawn."""
    write_notebook(tmp_path / "page.md", [PICTURE])
    (tmp_path / "_config.yml").write_text("sphinx: {config: {exercise_drawing_cache: kept}}\n")
    extension = tmp_path / "book" / "_ext" / "exercise"
    extension.mkdir(parents=True)
    (extension / "__init__.py").touch()
    (extension / "drawings.py").write_text(SLOW)
    (extension / "outputs.py").write_text('MIME_TYPE = "application/vnd.system-leadership+json"\n')
    app = Events()
    ahead = notebooks.Ahead(tmp_path, cache)
    ahead.begin(["page"])
    ahead.attach(app)
    app.handlers["source-read"](app, "page", [(tmp_path / "page.md").read_text()])
    assert cached(tmp_path / "page.md", cache)
    assert not (tmp_path / "drawn").exists()
    (tmp_path / "go").touch()
    app.handlers["env-updated"](app, None)
    assert (tmp_path / "drawn").exists()


def test_notebooks_stop_when_the_build_cannot_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else they run on, and fill a cache that the next build fills too."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(*_: object) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return begun[0]

    def make_app(*_: object, **__: object) -> None:
        raise ValueError("a setting is wrong")

    (tmp_path / "_toc.yml").write_text("root: page")
    monkeypatch.setattr(notebooks, "start", start)
    monkeypatch.setattr(build, "make_app", make_app)
    with pytest.raises(ValueError, match="setting"):
        build.build_pages(tmp_path, tmp_path / "html")
    try:
        assert begun[0].poll() is not None
    finally:
        begun[0].kill()
        begun[0].wait()


def test_old_caches_go_and_the_newest_stay(tmp_path: Path) -> None:
    """Every state of the package has a cache of its own; a few are enough to go back to."""
    for number, name in enumerate("dacb"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
        os.utime(tmp_path / name, (number, number))
    stamp.keep_newest(tmp_path.iterdir(), 2)
    assert {path.name for path in tmp_path.iterdir()} == {"c", "b"}


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
    assert stamp.write(tmp_path, out, stamp.take(tmp_path, out, printed=True), printed=True)
    return tmp_path, out


def is_current(root: Path, out: Path, *, printed: bool = True) -> bool:
    """Whether a build would be passed over."""
    return stamp.is_current(out, stamp.take(root, out, printed=printed))


def test_a_build_that_would_give_the_same_is_passed_over(project: tuple[Path, Path]) -> None:
    """Caches that Python leaves among the sources change nothing."""
    root, out = project
    (root / "tools" / "__pycache__").mkdir()
    (root / "tools" / "__pycache__" / "build.pyc").write_text("compiled")
    assert is_current(root, out)
    assert not is_current(root, out, printed=False), "with PDFs is another build"


@pytest.mark.parametrize("name", stamp.SOURCES)
def test_an_edit_is_noticed(project: tuple[Path, Path], name: str) -> None:
    """In every source."""
    root, out = project
    file = root / name if Path(name).suffix else root / name / "file"
    file.write_text("edited")
    assert not is_current(root, out)


def test_an_edit_while_the_book_is_built_is_built_next(
    project: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The chapter was read before it was saved, so the book does not hold what it says now."""
    root, out = project
    edits = ["saved meanwhile"]

    def build_pages(*_: object, **__: object) -> int:
        if edits:
            (root / "book" / "file").write_text(edits.pop())
        return 0

    monkeypatch.setattr(build, "ROOT", root)
    monkeypatch.setattr(build, "build_pages", build_pages)
    for said in ("the next `make book` takes it up", "The book is in", "Nothing has changed"):
        assert build.main(["--pages-only", "--out", str(out)]) == 0
        assert said in capsys.readouterr().out


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
    assert not is_current(root, out)


def test_every_source_of_the_stamp_exists() -> None:
    """A renamed folder would silently fall out of it."""
    for name in stamp.SOURCES:
        assert list(stamp.files_under(build.ROOT, [name])), name


# --------------------------------------------------------------------------- a page kept as read


CONF = """
extensions = ["myst_parser"]
exclude_patterns = []
"""


def sphinx_build(
    root: Path, *, whole: bool = True, meanwhile: Callable[[], object] | None = None
) -> list[str]:
    """Build a small book whose page `long` is kept; give the pages that were read, in order."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    seen: list[str] = []
    with patch_docutils(), docutils_namespace():
        app = Sphinx(root, root, root / "html", root / "trees", "html", status=None)
        kept.attach(app, root, ["long"])
        app.connect("source-read", lambda app, docname, source: seen.append(docname))
        if meanwhile:
            app.connect("env-updated", lambda app, env: meanwhile() and None)
        app.build(force_all=whole)
    return seen


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Give a small book, its sources in the places that the kept page depends on."""
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "index.md").write_text("# Front\n\n```{toctree}\nlong\nshort\n```\n")
    (tmp_path / "long.md").write_text("(the-long-page)=\n# Long\n\nIts text.\n\n## Part\n")
    (tmp_path / "short.md").write_text("# Short\n\nSee {ref}`the-long-page`.\n")
    for name in kept.DEPENDS_ON:
        file = tmp_path / name if Path(name).suffix else tmp_path / name / "file"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path


def built_files(root: Path) -> dict[str, bytes]:
    """Give the files of a small book as they were built."""
    files = sorted((root / "html").rglob("*"))
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in files
        if file.is_file() and file.name != ".buildinfo"
    }


def forget_build(root: Path) -> None:
    """Remove all that was built, but not what is kept."""
    for name in ("html", "trees"):
        shutil.rmtree(root / name)


def test_a_kept_page_is_not_read_again_and_comes_out_the_same(book: Path) -> None:
    """Its text, its title in the contents, the links to it, the search index."""
    assert "long" in sphinx_build(book)
    first = built_files(book)
    forget_build(book)
    assert sphinx_build(book) == ["index", "short"]
    assert built_files(book) == first
    assert b"Its text." in first["html/long.html"]
    assert b'href="long.html#the-long-page"' in first["html/short.html"]


@pytest.mark.parametrize("changed", ["long.md", "conf.py", *kept.DEPENDS_ON])
def test_a_page_is_read_again_when_something_it_depends_on_changes(
    book: Path, changed: str
) -> None:
    """Itself, the package, our extensions, the record, the settings, the lock."""
    sphinx_build(book)
    forget_build(book)
    file = book / changed if Path(changed).suffix else book / changed / "file"
    added = "language = 'de'" if changed == "conf.py" else "Another line."
    file.write_text(f"{file.read_text()}\n{added}\n")
    assert "long" in sphinx_build(book)
    assert changed != "long.md" or b"Another line." in built_files(book)["html/long.html"]


def test_a_page_with_a_fault_is_not_kept(book: Path) -> None:
    """Else the fault would be told once and never again."""
    page = book / "long.md"
    page.write_text(page.read_text() + "\nSee {nobody-knows}`this`.\n")
    sphinx_build(book)
    forget_build(book)
    assert "long" in sphinx_build(book)


def test_a_page_is_not_kept_when_something_is_saved_meanwhile(book: Path) -> None:
    """It was read before that, and must not be taken for what would be read now."""
    package = book / "exercises/system_leadership/file"
    sphinx_build(book, meanwhile=lambda: package.write_text("saved meanwhile"))
    forget_build(book)
    assert "long" in sphinx_build(book)


def test_a_page_that_goes_back_to_what_is_kept_is_written_again(book: Path) -> None:
    """As when an author makes a mistake and takes it back."""
    sphinx_build(book)
    page = book / "long.md"
    good = page.read_text()
    page.write_text(good + "\nSee {nobody-knows}`this`. A mistake.\n")
    sphinx_build(book, whole=False)
    assert b"A mistake." in built_files(book)["html/long.html"]
    page.write_text(good)
    assert "long" not in sphinx_build(book, whole=False)
    assert b"A mistake." not in built_files(book)["html/long.html"]


def test_trees_are_walked_in_the_same_order() -> None:
    """Also when a loop takes nodes out of the tree, or puts some in, on its way."""
    from docutils import nodes

    def tree() -> Any:
        leaf = [nodes.paragraph("", "", nodes.Text("a"), nodes.strong("", "b")) for _ in range(3)]
        return nodes.section("", nodes.title("", "t"), *leaf, nodes.section("", nodes.paragraph()))

    def plain(node: Any, cls: Any) -> Any:
        if isinstance(node, cls):
            yield node
        for child in node.children:
            yield from plain(child, cls)

    def changing(walk: Any) -> list[str]:
        seen = []
        for node in walk(tree(), nodes.Node):
            seen.append(repr(node))
            if isinstance(node, nodes.strong) and len(seen) < 20:
                node.parent.append(nodes.emphasis("", "new"))
                node.parent.remove(node)
        return seen

    same = tree()
    for cls in (nodes.Node, nodes.Text, nodes.paragraph, nodes.section):
        assert list(quicker._descendants(same, cls)) == list(plain(same, cls))
    assert changing(quicker._descendants) == changing(plain)


def test_a_stem_is_worked_out_once_and_stays_the_same() -> None:
    """The search finds what it found before."""
    from sphinx.search.en import SearchEnglish

    quicker.remember_stems()
    quicker.remember_stems()
    search = SearchEnglish({})
    words = ("Leaders", "leading", "commissioners", "leading")
    assert [search.stem(word) for word in words] == ["leader", "lead", "commission", "lead"]
