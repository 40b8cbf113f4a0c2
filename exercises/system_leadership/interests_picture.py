"""Turn gains and losses into a balance sheet: bars to both sides of a middle line."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from . import pictures
from .change import Change
from .interests import (
    GROUPS,
    Balance,
    Interests,
    Line,
    balance,
    build,
    loss_without_gain,
    partings,
    plural,
    signed,
)
from .labels import text_width, wrap
from .pictures import FILLS, INK, LINE, PANEL, PAPER, SERIES, SOFT, Picture, Table
from .words import counted, listing, some

__all__ = ["draw"]

WIDE, NARROW = 760.0, 340.0
MOST_TOLD = 16
"""With more rows than this, reasons stand in the table only."""
HEADINGS = {"patients": "Patients", "organisation": "Organisations", "person": "People"}


@frozen
class _Frame:
    """Where things stand across the picture, in pixels."""

    width: float
    zero: float
    unit: float
    names: float
    notes: float
    beside: bool


FRAMES = (
    _Frame(WIDE, zero=316.0, unit=23.0, names=160.0, notes=466.0, beside=True),
    _Frame(NARROW, zero=170.0, unit=24.0, names=312.0, notes=14.0, beside=False),
)


def draw(change: Change) -> Picture:
    """Draw the balance sheet; see `interests.draw`."""
    made = build(change)
    table = Table(
        "Gains and losses", ["Whose interest", "Who", "Gain or loss (−5 to 5)", "Why", "Offer"], []
    )
    if not made.lines:
        return pictures.blank(
            "interests",
            "The balance sheet starts with patients",
            "An empty frame. Nothing is weighed yet.",
            table,
            [
                "Your balance sheet will stand here.",
                "Add who gains and who loses,",
                "patients first.",
            ],
        )
    weighed = balance(change)
    sentence = _sentence(change, made, weighed)
    rows: list[list[str | int | float | None]] = []
    for line in _ordered(made):
        size = line.size
        if size is not None and size == int(size):
            size = int(size)
        rows.append([plural(line.whose), line.who, size, line.why, line.offer])
    wide, narrow = (_sheet(made, weighed, frame, sentence) for frame in FRAMES)
    full = Table(table.caption, table.columns, rows)
    return Picture("interests", _title(change, made), sentence, wide, full, narrow)


def _ordered(made: Interests) -> list[Line]:
    """Put the largest gain of each group first; what is not rated comes last."""
    order = {whose: place for place, whose in enumerate(GROUPS)}
    return sorted(
        made.lines,
        key=lambda line: (order[line.whose], line.size is None, -(line.size or 0.0)),
    )


def _title(change: Change, made: Interests) -> str:
    losing = sum(each.size < 0 for each in partings(change))
    if losing:
        lose = "loses" if losing == 1 else "lose"
        return f"{losing} {lose} where patients gain"
    only = len(loss_without_gain(change))
    if only:
        carry = "carries" if only == 1 else "carry"
        return f"{only} {carry} a loss without any gain"
    if not made.rated:
        return f"{counted(len(made.lines), 'row')} to rate"
    return "Nobody loses, as you have rated them"


def _sentence(change: Change, made: Interests, weighed: Balance) -> str:
    if not made.rated:
        return f"{counted(len(made.lines), 'row')}, none of them rated yet."
    told = ""
    for each in weighed.totals:
        group = HEADINGS.get(each.whose, "Not said whose")
        parts = []
        if each.gaining:
            parts.append(f"{counted(each.gaining, 'gain')}, {signed(each.gains)} in all")
        if each.losing:
            parts.append(f"{counted(each.losing, 'loss', 'losses')}, {signed(each.losses)} in all")
        told += f"{group}: {listing(parts) or 'neither gain nor loss'}. "
    only = loss_without_gain(change)
    if only:
        told += f"Loss without any gain: {some([line.who for line in only])}. "
    bare = [line.who for line in only if not line.offer]
    if bare:
        told += f"Nothing is offered yet to {some(bare)}."
    return told.strip()


def _sheet(made: Interests, weighed: Balance, frame: _Frame, sentence: str) -> dict[str, Any]:
    """Draw the groups from top to bottom."""
    sheet = _Sheet(frame, told=len(made.lines) <= MOST_TOLD)
    sheet.head()
    lines = _ordered(made)
    for whose in GROUPS:
        group = [line for line in lines if line.whose == whose]
        if group:
            sheet.group(HEADINGS.get(whose, "Not said whose"), group, weighed.of(whose))
    sheet.legend(lines)
    return sheet.spec(sentence)


class _Sheet:
    """Collects marks from top to bottom."""

    def __init__(self, frame: _Frame, *, told: bool) -> None:
        self.frame = frame
        self.told = told
        self.y = 2.0
        self.panels: list[dict[str, Any]] = []
        self.axes: list[dict[str, Any]] = []
        self.bars: list[dict[str, Any]] = []
        self.open: list[dict[str, Any]] = []
        self.headings: list[dict[str, Any]] = []
        self.heads_left: list[dict[str, Any]] = []
        self.heads_right: list[dict[str, Any]] = []
        self.names: list[dict[str, Any]] = []
        self.right: list[dict[str, Any]] = []
        self.left: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []

    def head(self) -> None:
        self.heads_left.append({"x": self.frame.zero - 8, "y": self.y + 9, "text": "Loss"})
        self.heads_right.append({"x": self.frame.zero + 8, "y": self.y + 9, "text": "Gain"})
        self.y += 22

    def group(self, heading: str, lines: list[Line], total: Any) -> None:
        top = self.y
        y = top + 18
        self.headings.append({"x": 14.0, "y": y, "text": heading})
        parts = [f"gains {signed(total.gains)}"] if total.gaining else []
        parts += [f"losses {signed(total.losses)}"] if total.losing else []
        words = ", ".join(parts)
        x = 14.0 + text_width(heading, 13.5, True) + 10
        # Beside a narrow column of bars there is room for the sums under the heading only.
        if self.frame.beside:
            x = self.frame.notes
        if words:
            self.notes.append({"x": x, "y": y, "text": words, "fill": SOFT})
        y += 16
        start = y
        for line in lines:
            y = self.row(line, y)
        if self.frame.beside:
            self.axis(start - 4, y - 4)
        self.y = y + 2
        self.panels.append({"x": 2, "y": top, "x2": self.frame.width - 2, "y2": self.y})
        self.y += 12

    def row(self, line: Line, top: float) -> float:
        frame = self.frame
        names = wrap(line.who, frame.names, 13, 3)
        room = frame.width - 12 - frame.notes
        notes: list[tuple[str, str]] = []
        if self.told and line.why:
            notes += [(text, SOFT) for text in wrap(line.why, room, 12, 3)]
        if line.offer:
            words = f"Offered: {line.offer}"
            notes += [(text, INK) for text in wrap(words, room, 12, 3 if self.told else 2)]
        elif (line.size or 0) < 0:
            notes.append(("Nothing offered yet", INK))
        if frame.beside:
            height = max(22.0, 17.0 * len(names), 16.0 * len(notes) + 4)
            name_at, at = top + 11, top + 11
            note_at = top + 11
        else:
            name_at = top + 8
            at = name_at + 17 * len(names) + 4
            note_at = at + 21
            height = note_at - top + 16.0 * len(notes) - 6
        for place, text in enumerate(names):
            self.names.append({"x": 14.0, "y": name_at + 17 * place, "text": text})
        for place, (text, fill) in enumerate(notes):
            self.notes.append(
                {"x": frame.notes, "y": note_at + 16 * place, "text": text, "fill": fill}
            )
        self.bar(line, at)
        return top + height + 8

    def axis(self, top: float, bottom: float) -> None:
        """Draw the middle line; on a narrow sheet only beside bars, so that it crosses no words."""
        x = self.frame.zero
        self.axes.append({"path": f"M{x:g},{top:g}L{x:g},{bottom:g}"})

    def bar(self, line: Line, y: float) -> None:
        zero = self.frame.zero
        if not self.frame.beside:
            self.axis(y - 11, y + 11)
        if line.size is None:
            self.right.append({"x": zero + 8, "y": y, "text": "not rated"})
            return
        if line.size == 0:
            self.right.append({"x": zero + 8, "y": y, "text": "0"})
            return
        end = zero + line.size * self.frame.unit
        place = {"x": min(zero, end), "x2": max(zero, end), "y": y - 9, "y2": y + 9}
        if line.size > 0:
            self.bars.append({**place, "fill": FILLS[0], "stroke": SERIES[0]})
            self.right.append({"x": end + 7, "y": y, "text": signed(line.size)})
            return
        self.left.append({"x": end - 7, "y": y, "text": signed(line.size)})
        if line.offer:
            self.open.append({**place, "fill": PAPER, "stroke": SERIES[5]})
        else:
            self.bars.append({**place, "fill": FILLS[5], "stroke": SERIES[5]})

    def legend(self, lines: list[Line]) -> None:
        if not any(line.offer and (line.size or 0) < 0 for line in lines):
            return
        self.open.append(
            {
                "x": 6,
                "x2": 36,
                "y": self.y - 3,
                "y2": self.y + 11,
                "fill": PAPER,
                "stroke": SERIES[5],
            }
        )
        entry = "Open, broken edge: a loss for which something is offered"
        for text in wrap(entry, self.frame.width - 52, 12, 2):
            self.notes.append({"x": 44, "y": self.y + 4, "text": text, "fill": SOFT})
            self.y += 17
        self.y += 4

    def spec(self, sentence: str) -> dict[str, Any]:
        small: dict[str, Any] = {"fontSize": 12, "fill": SOFT}
        value: dict[str, Any] = {"fontSize": 13, "fontWeight": 600, "fill": INK}
        return pictures.canvas(
            self.frame.width,
            self.y,
            [
                pictures.rects(self.panels, radius=9, fill=PANEL, strokeWidth=0),
                pictures.rects(self.bars, radius=3, strokeWidth=1.4),
                pictures.rects(self.open, radius=3, strokeWidth=1.4, strokeDash=[5, 3]),
                pictures.paths(self.axes, filled=False, stroke=LINE, strokeWidth=1),
                pictures.texts(self.heads_left, align="right", **small),
                pictures.texts(self.heads_right, align="left", **small),
                pictures.texts(
                    self.headings, fontSize=13.5, fontWeight=600, align="left", fill=INK
                ),
                pictures.texts(self.names, fontSize=13, align="left", fill=INK),
                pictures.texts(self.right, align="left", **value),
                pictures.texts(self.left, align="right", **value),
                pictures.texts(self.notes, fontSize=12, align="left"),
            ],
            description=sentence,
        )
