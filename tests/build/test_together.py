"""Two processes build the same book as one: the same files, the same warnings."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tools import drawings, together

PAGES = [f"page{number}" for number in range(8)]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Give the sources of a small book: pages that lead to one another, a picture each."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.rst").write_text(
        "Front\n=====\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in PAGES)
    )
    for number, name in enumerate(PAGES):
        (source / f"{name}.png").write_bytes(PIXEL + bytes([number]))
        title = f"Title of {name}"
        (source / f"{name}.rst").write_text(
            f".. _label-{name}:\n\n{title}\n{'=' * len(title)}\n\n"
            f"Words such as commissioners{number} "
            f"and :ref:`label-{PAGES[number - 1]}`.\n\n.. index:: entry{number}\n\n"
            f".. image:: {name}.png\n   :alt: A dot\n\n" + "More words of patients.\n" * 10 * number
        )
    return source


def build(source: Path, out: Path, *, fork: bool) -> tuple[dict[str, bytes], str]:
    """Build the book; give its files and what it warned of."""
    said = StringIO()
    settings = {"html_theme": "basic", "root_doc": "index", "html_last_updated_fmt": None}
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source, None, out, out.parent / f"{out.name}-doctrees", "html",
            confoverrides=settings, status=None, warning=said,
        )  # fmt: skip
        if fork:
            together.attach(app, lambda name: name == "page3", lambda name: len(name))
        app.build(force_all=True)
    files = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in {".buildinfo", "environment.pickle"}
    }
    return files, said.getvalue()


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let a second process begin on any machine that can fork, and count how many did."""
    if not hasattr(together.os, "fork"):
        pytest.skip("This system cannot fork; one process builds everything.")
    begun: list[int] = []
    plain = together._fork

    def counted(*given: object) -> object:
        begun.append(1)
        return plain(*given)

    monkeypatch.setattr(together, "can_fork", lambda: True)
    monkeypatch.setattr(together, "_fork", counted)
    return begun


def test_two_processes_give_the_same_files(book: Path, tmp_path: Path, forks: list[int]) -> None:
    """Pages, pictures, links between the halves, inventory and search index: byte by byte."""
    one, _ = build(book, tmp_path / "one", fork=False)
    assert not forks
    two, said = build(book, tmp_path / "two", fork=True)
    assert len(forks) == 2  # one to read, one to write
    assert not said
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    assert b"commissioners7" in two["searchindex.js"]
    assert sum(name.startswith("_images/") for name in two) == len(PAGES)


def test_a_warning_in_either_process_is_told(book: Path, tmp_path: Path, forks: list[int]) -> None:
    """A reference to nothing is reported for every page that has one."""
    for name in PAGES:
        page = book / f"{name}.rst"
        page.write_text(f"{page.read_text()}\n:ref:`no-such-{name}`\n\n.. no-directive::\n")
    _, said = build(book, tmp_path / "two", fork=True)
    assert len(forks) == 2
    for name in PAGES:
        assert f"no-such-{name}" in said
        assert said.count(f"{name}.rst") >= 2


def test_a_page_that_cannot_be_read_stops_the_build(
    book: Path, tmp_path: Path, forks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in the second process is an error of the build."""
    from sphinx.builders import Builder

    plain = Builder.read_doc

    def read_doc(self: Builder, docname: str, **given: bool) -> None:
        if docname == "page6":
            raise OSError("the disk is gone")
        plain(self, docname, **given)

    monkeypatch.setattr(Builder, "read_doc", read_doc)
    with pytest.raises(Exception, match="the disk is gone"):
        build(book, tmp_path / "two", fork=True)


def test_no_fork_beside_the_drawing_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its threads would not be there in the fork, which would wait for them."""
    monkeypatch.setattr(together.os, "cpu_count", lambda: 2)
    monkeypatch.delitem(sys.modules, together.NEVER_FORK_WITH, raising=False)
    before = together.can_fork()
    monkeypatch.setitem(sys.modules, together.NEVER_FORK_WITH, object())
    assert before is hasattr(together.os, "fork")
    assert together.can_fork() is False


def test_halves_hold_every_page_once() -> None:
    """Whatever must stay stays, in order, and the parts weigh about the same."""
    names = [f"{number:02}" for number in range(20)]
    first, second = together.halves(names, lambda name: int(name) + 1, here=["19", "03", "absent"])
    assert sorted([*first, *second]) == names
    assert first == sorted(first)
    assert second == sorted(second)
    assert {"19", "03"} <= set(first)
    weights = [sum(int(name) + 1 for name in part) for part in (first, second)]
    assert abs(weights[0] - weights[1]) <= 2


def test_pictures_are_found_among_outputs() -> None:
    """Only pictures, only of our type, in the order of the cells."""
    kind = "application/vnd.system-leadership+json"
    cells = [
        {"outputs": [{"data": {kind: {"kind": "form"}}}, {"name": "stdout", "text": "x"}]},
        {"source": "prose"},
        {"outputs": [{"data": {kind: {"kind": "picture", "id": "one"}}}]},
        {"outputs": [{"data": {kind: {"kind": "picture", "id": "two"}, "text/plain": ""}}]},
    ]

    class Notebook:
        def __init__(self, cells: list[dict[str, object]]) -> None:
            self.cells = cells

    found = drawings.pictures([Notebook(cells)], kind)
    assert [each["id"] for each in found] == ["one", "two"]


def test_a_project_without_drawings_needs_none(tmp_path: Path) -> None:
    """No setting, nothing drawn, no engine started."""
    assert drawings.draw(tmp_path, []) == 0
