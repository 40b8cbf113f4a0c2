"""What an exercise becomes outside its page: a plain notebook, tables, drawings."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import live
import nbformat
import pytest
from exercise import drawings, notebooks, outputs

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = sorted((ROOT / "exercises").glob("[0-9]*.md"))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda path: path.stem)
def test_notebook_is_valid_and_keeps_every_cell(exercise: Path) -> None:
    """JupyterLab opens it, and it runs the same cells as the page."""
    source = exercise.read_text("utf-8")
    made = notebooks.notebook(source)
    nbformat.validate(made)
    code = [cell.source for cell in made.cells if cell.cell_type == "code"]
    assert code == [piece.rstrip("\n") for piece in notebooks._CELL.findall(source)]
    assert code


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda path: path.stem)
def test_notebook_has_no_marks_of_the_book(exercise: Path) -> None:
    """JupyterLab would show a directive or a role as it is written."""
    made = notebooks.notebook(exercise.read_text("utf-8"))
    prose = "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")
    assert not re.findall(r"^:::|\{[a-z-]+\}|\.md\)|^\([a-z-]+\)=", prose, re.M)


def test_paper_instructions_stay_out_of_the_notebook() -> None:
    """A drawing space means nothing on a screen."""
    paper = ":::{worksheet-only}\nDraw here.\n:::\n\n```{drawing-space}\n:height: 9\n```\n"
    text = f"Before\n\n{paper}After"
    assert notebooks.plain(text) == "Before\n\nAfter"


def test_a_renamed_exercise_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its old notebook stood in JupyterLite, and its old cells were run to see what they import."""
    for name in ("notebooks/old.ipynb", "notebooks/new.ipynb", "_static/live/cells/old.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    cells = {"exercises/new": {"cells": [{"index": 0, "source": "desk.begin()"}]}}
    env = SimpleNamespace(found_docs={"exercises/new", "book/index"}, live_exercises=cells,
                          doc2path=lambda _: EXERCISES[0])  # fmt: skip
    app: Any = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"), env=env)
    notebooks.write(app, None)
    live._write(app, None)
    found = {path.name for path in tmp_path.rglob("*") if path.suffix in (".json", ".ipynb")}
    assert found == {"new.ipynb", "new.json"}
    env.found_docs, env.live_exercises = {"book/index"}, {}
    notebooks.write(app, None)
    live._write(app, None)
    assert not [*tmp_path.rglob("*.ipynb"), *tmp_path.rglob("*.json")]


def test_table_has_a_header_row_and_row_headers() -> None:
    """The first cell of each row names it, for readers who hear the table."""
    table = outputs.make_table(["From", "To"], [["A", None], ["B", True]], caption="Ties")
    assert [entry.astext() for entry in table.findall(lambda n: n.tagname == "entry")] == [
        "From", "To", "A", "", "B", "yes",
    ]  # fmt: skip
    assert next(iter(table.findall(lambda n: n.tagname == "colspec")))["stub"] == 1


def test_a_kept_drawing_is_drawn_again_with_another_program_or_other_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Widths of words come from the fonts; a drawing that was cut short is not taken either."""
    drawn: list[str] = []
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    monkeypatch.setattr(drawings, "settings", drawings.Settings([fonts], tmp_path / "kept"))
    monkeypatch.setattr(drawings, "_draw", lambda spec: drawn.append("") or "<svg></svg>")

    def draw() -> int:
        drawings._drawn_with.cache_clear()
        drawings.svg({}, name="one", label="One")
        return len(drawn)

    assert (draw(), draw()) == (1, 1)
    (fonts / "New.ttf").write_bytes(b"letters")
    assert (draw(), draw()) == (2, 2)
    monkeypatch.setattr(drawings, "version", lambda _: "0.0")
    assert (draw(), draw()) == (3, 3)

    def stop(path: Path, text: str, **_: object) -> None:
        path.write_bytes(b"<svg")
        raise OSError("The disk is full.")

    (fonts / "Newer.ttf").write_bytes(b"letters")
    with monkeypatch.context() as full:
        full.setattr(Path, "write_text", stop)
        with pytest.raises(OSError, match="full"):
            draw()
    assert (draw(), draw()) == (5, 5)


def test_drawing_has_one_label_and_ids_of_its_own() -> None:
    """Two drawings on one page must not share ids, and each is named once."""
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": [{"x": 1}]},
        "mark": {"type": "rect", "clip": True},
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }
    svg = drawings.svg(spec, name="one", label='A "quoted" <label>')
    assert svg.startswith("<svg")
    assert svg.count('role="img"') == 1
    assert 'aria-label="A &quot;quoted&quot; &lt;label&gt;"' in svg
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert ids
    assert all(name.startswith("one-") for name in ids)
