"""Draw short texts in a table of cells: across on a wide screen, one below the other on a phone.

The pictures of evidence, learning and tension are such tables. Texts are wrapped by the widths of
their letters (`labels`), so that nothing overlaps and every row is as high as it must be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

from . import pictures
from .labels import text_width, wrap
from .pictures import FAINT, INK, PANEL, PAPER, SOFT

__all__ = ["NARROW", "WIDE", "Entry", "Line", "draw_grid"]

WIDE, NARROW = 760.0, 340.0
SIZE, SMALL = 12.5, 11.5
STEP, SMALL_STEP = 16.0, 15.0
PAD, GAP = 7.0, 5.0


@frozen
class Entry:
    """One text in a cell.

    Attributes
    ----------
    text : str
        What it says; wrapped to three lines at most.
    tag : str
        A short word above it, in bold, so that its colour is not the only sign.
    note : str
        A small line below it.
    fill, stroke : str
        Colours of its box.
    """

    text: str
    tag: str = ""
    note: str = ""
    fill: str = PAPER
    stroke: str = FAINT


def _cells(cells: Iterable[Iterable[Entry]]) -> tuple[tuple[Entry, ...], ...]:
    return tuple(tuple(entries) for entries in cells)


@frozen
class Line:
    """One row of the table: what it is about, and the entries of each column."""

    label: str
    cells: tuple[tuple[Entry, ...], ...] = field(converter=_cells)
    note: str = ""


def draw_grid(
    columns: Sequence[str],
    lines: Sequence[Line],
    width: float,
    sentence: str,
    *,
    foot: str = "",
    most: int = 4,
    foot_lines: int = 4,
) -> dict[str, Any]:
    """Draw the table.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    lines : sequence of Line
        Rows; each has a cell for every column.
    width : float
        Pixels. Below 500 the columns come one below the other, empty ones left out.
    sentence : str
        The description of the picture.
    foot : str
        A remark below the table, such as how many rows are not shown.
    most : int
        Entries in a cell at most; the rest are counted.
    foot_lines : int
        Lines of the remark at most.

    Returns
    -------
    dict
        A Vega-Lite specification.

    Examples
    --------
    >>> drawn = draw_grid(["Weak"], [Line("Trust", [[Entry("It is cheaper")]])], 760, "A table.")
    >>> drawn["width"]
    760
    """
    paper = _Paper()
    if width < 500:
        bottom = _stacked(paper, columns, lines, width, most)
    else:
        bottom = _across(paper, columns, lines, width, most)
    if foot:
        for line in wrap(foot, width - 4, 12, foot_lines):
            paper.words["soft"].append({"x": 2, "y": bottom + 12, "text": line})
            bottom += 17
        bottom += 6
    return pictures.canvas(width, bottom + 2, paper.layers(), description=sentence)


class _Paper:
    """What has been put down so far, by kind of mark."""

    def __init__(self) -> None:
        self.grounds: list[dict[str, Any]] = []
        self.boxes: list[dict[str, Any]] = []
        self.words: dict[str, list[dict[str, Any]]] = {
            "text": [], "tag": [], "small": [], "head": [], "soft": [],
        }  # fmt: skip

    def layers(self) -> list[dict[str, Any]]:
        return [
            pictures.rects(self.grounds, radius=6, fill=PANEL),
            pictures.rects(self.boxes, radius=5, strokeWidth=1.3),
            pictures.texts(self.words["text"], fontSize=SIZE, align="left", fill=INK),
            pictures.texts(
                self.words["tag"], fontSize=SMALL, fontWeight=600, align="left", fill=INK
            ),
            pictures.texts(self.words["small"], fontSize=SMALL, align="left", fill=SOFT),
            pictures.texts(self.words["head"], fontSize=13, fontWeight=600, align="left", fill=INK),
            pictures.texts(self.words["soft"], fontSize=12, align="left", fill=SOFT),
        ]

    def put(self, kind: str, lines: Sequence[str], x: float, y: float, step: float) -> float:
        """Write lines below one another from the top edge y; give the bottom edge."""
        for line in lines:
            self.words[kind].append({"x": x, "y": y + step / 2, "text": line})
            y += step
        return y

    def entry(self, each: Entry, x: float, y: float, width: float) -> float:
        """Draw one entry; give its bottom edge."""
        room = width - 2 * PAD
        top = y
        y += PAD - 2
        if each.tag:
            y = self.put("tag", wrap(each.tag, room, SMALL, 2, True), x + PAD, y, SMALL_STEP)
        y = self.put("text", wrap(each.text, room, SIZE, 5), x + PAD, y, STEP)
        if each.note:
            y = self.put("small", wrap(each.note, room, SMALL, 3), x + PAD, y, SMALL_STEP)
        y += PAD - 2
        self.boxes.append(
            {"x": x, "y": top, "x2": x + width, "y2": y, "fill": each.fill, "stroke": each.stroke}
        )
        return y

    def cell(self, entries: Sequence[Entry], x: float, y: float, width: float, most: int) -> float:
        """Draw the entries of a cell below one another; give the bottom edge."""
        shown = entries if len(entries) <= most + 1 else entries[:most]
        for each in shown:
            y = self.entry(each, x, y, width) + GAP
        if len(shown) < len(entries):
            more = f"and {len(entries) - len(shown)} more"
            y = self.put("small", [more], x + PAD, y, SMALL_STEP) + GAP
        return y


def _across(
    paper: _Paper, columns: Sequence[str], lines: Sequence[Line], width: float, most: int
) -> float:
    labelled = any(line.label for line in lines)
    left = 138.0 if labelled else 0.0
    # A column with nothing in it is a finding too, but needs no more room than its heading.
    full = [any(line.cells[place] for line in lines) for place in range(len(columns))]
    if not any(full):
        full = [True] * len(columns)
    space = width - left - 4 * len(columns)
    slim = {
        place: max((text_width(word, 13, True) for word in heading.split()), default=0) + 12
        for place, heading in enumerate(columns)
        if not full[place]
    }
    wide = (space - sum(slim.values())) / max(1, sum(full))
    edges: list[tuple[float, float]] = []
    x = left
    for place in range(len(columns)):
        each = slim.get(place, wide)
        edges.append((x + 2, x + 2 + each))
        x += each + 4
    headings = [
        wrap(heading, end - start - 4, 13, 3, True)
        for heading, (start, end) in zip(columns, edges, strict=True)
    ]
    y = 2.0
    for heading, (start, _) in zip(headings, edges, strict=True):
        paper.put("head", heading, start + 4, y, 17)
    y += 17.0 * max((len(heading) for heading in headings), default=0) + 5
    for line in lines:
        top, bottom = y, y + 26
        if line.label:
            inner = paper.put("head", wrap(line.label, left - 14, 13, 5, True), 8, y + 6, 17)
            if line.note:
                inner = paper.put("small", wrap(line.note, left - 14, SMALL, 4), 8, inner, 15)
            bottom = max(bottom, inner + 6)
        for entries, (start, end) in zip(line.cells, edges, strict=True):
            if entries:
                inner = paper.cell(entries, start + 2, y + 5, end - start - 4, most)
                bottom = max(bottom, inner)
        if labelled:
            paper.grounds.append({"x": 0, "y": top, "x2": left - 2, "y2": bottom})
        for start, end in edges:
            paper.grounds.append({"x": start, "y": top, "x2": end, "y2": bottom})
        y = bottom + 4
    return y


def _stacked(
    paper: _Paper, columns: Sequence[str], lines: Sequence[Line], width: float, most: int
) -> float:
    y = 2.0
    for line in lines:
        top = y
        y += 6
        if line.label:
            y = paper.put("head", wrap(line.label, width - 16, 13, 4, True), 8, y, 17)
            if line.note:
                y = paper.put("small", wrap(line.note, width - 16, SMALL, 3), 8, y, 15)
            y += 4
        for heading, entries in zip(columns, line.cells, strict=True):
            if not entries:
                continue
            y = paper.put("soft", wrap(heading, width - 16, 12, 2), 8, y, 17) + 2
            y = paper.cell(entries, 8, y, width - 16, most)
        if not any(line.cells):
            y = paper.put("soft", ["Nothing yet"], 8, y, 17) + 4
        paper.grounds.append({"x": 0, "y": top, "x2": width, "y2": y + 3})
        y += 9
    return y
