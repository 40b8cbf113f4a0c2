"""Draw ideas on their way from ours to theirs: a row for each, with a mark where it stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

from . import pictures, timeline
from .change import Change
from .labels import wrap
from .ownership import PLACES, Given, Ownership, build
from .pictures import INK, LINE, PANEL, PAPER, SERIES, SOFT, Picture, Table
from .reflection import day
from .words import counted

__all__ = ["draw"]

WIDE, NARROW = 760.0, 340.0
MOST = 20
"""Ideas drawn at most; the table has them all."""
MOST_NAMED = 8
"""Ideas named in the sentence; with more of them nobody would read it."""
TEAL, RED = SERIES[0], SERIES[5]
THANKED = {"ours": "you are thanked", "shared": "both are thanked", "theirs": "they are thanked"}
Layer = dict[str, Any]


def draw(change: Change, today: dt.date | None = None) -> Picture:
    """Draw the ideas; see `ownership.draw`."""
    made = build(change, today)
    table = _table(made)
    if not made.ideas:
        return pictures.blank(
            "ownership",
            "Your ideas will stand here",
            "An empty frame. There are no ideas yet.",
            table,
            ["Add an idea,", "and who could", "make it their own."],
        )
    sentence = _sentence(made)
    wide, narrow = (_Drawing(made, width).drawn(sentence) for width in (WIDE, NARROW))
    return Picture("ownership", _title(made), sentence, wide, table, narrow)


def _title(made: Ownership) -> str:
    total = len(made.ideas)
    given = len(made.at("shared")) + len(made.at("theirs"))
    if made.thanked is None:
        return f"{counted(total, 'idea')}: say who is thanked for each"
    late = len(made.overdue)
    past = f", {late} past the day to look again" if late else ""
    return f"Others are thanked for {given} of {counted(total, 'idea')}{past}"


def _sentence(made: Ownership) -> str:
    told = [f"{counted(len(made.ideas), 'idea')} on the way from ours to theirs."]
    for place, name in (*PLACES.items(), ("", "Not said who is thanked")):
        there = [_named(each) for each in made.ideas[:MOST_NAMED] if each.stands == place]
        if there:
            told.append(f"{name}: {'; '.join(there)}.")
    if len(made.ideas) > MOST_NAMED:
        told.append(f"{len(made.ideas) - MOST_NAMED} more are in the table.")
    return " ".join(told)


def _named(each: Given) -> str:
    late = ", past its day" if each.overdue else ""
    line = " ".join(each.idea.split()).rstrip(".")
    return f"“{line}” with {each.with_whom or 'nobody named'}{late}"


def _table(made: Ownership) -> Table:
    rows = [
        [
            each.idea,
            each.with_whom or "nobody named",
            each.make_it_theirs,
            PLACES.get(each.stands, "not said"),
            _when(each),
        ]
        for each in made.ideas
    ]
    columns = ["Idea", "With whom", "What would make it theirs", "Stands", "Look again"]
    return Table("Ideas, and who is thanked for each today", columns, rows)


def _when(each: Given) -> str:
    if each.review is None:
        return "no day set"
    return day(each.review) + (", past" if each.overdue else "")


class _Drawing:
    """The marks of one drawing, row by row from the top."""

    def __init__(self, made: Ownership, width: float) -> None:
        self.made = made
        self.beside = width > 500
        self.width = width
        # Three places side by side: right of the words, or below them.
        self.left = 346.0 if self.beside else 2.0
        self.place = (width - 2 - self.left) / 3
        self.heads: list[Layer] = []
        self.bold: list[Layer] = []
        self.soft: list[Layer] = []
        self.red: list[Layer] = []
        self.middle: list[Layer] = []
        self.panels: list[Layer] = []
        self.ways: list[Layer] = []
        self.rules: list[Layer] = []
        self.marks: list[Layer] = []

    def drawn(self, sentence: str) -> Layer:
        y = self.heading()
        for each in self.made.ideas[:MOST]:
            y = self.idea(each, y)
        more = len(self.made.ideas) - MOST
        if more > 0:
            self.soft.append(
                {"x": 2, "y": y + 8, "text": f"and {counted(more, 'more idea')} in the table"}
            )
            y += 22
        layers = [
            pictures.rects(self.panels, radius=5, fill=PANEL),
            pictures.paths(self.rules, filled=False, stroke=LINE, strokeWidth=1),
            pictures.paths(self.ways, filled=False, stroke=TEAL, strokeWidth=2.6),
            pictures.paths(self.marks, filled=True, strokeWidth=2.4),
            pictures.texts(self.heads, fontSize=13, fontWeight=600, align="center", fill=INK),
            pictures.texts(self.bold, fontSize=13, fontWeight=600, align="left", fill=INK),
            pictures.texts(self.middle, fontSize=12, align="center", fill=SOFT),
            pictures.texts(self.soft, fontSize=12, align="left", fill=SOFT),
            pictures.texts(self.red, fontSize=12, fontWeight=600, align="left", fill=RED),
        ]
        below, height = timeline.legend(self.legend(), self.width, y)
        return pictures.canvas(self.width, height, [*layers, *below], description=sentence)

    def centre(self, place: int) -> float:
        return self.left + self.place * (place + 0.5)

    def heading(self) -> float:
        for place, (key, name) in enumerate(PLACES.items()):
            self.heads.append({"x": self.centre(place), "y": 9, "text": name})
            self.middle.append({"x": self.centre(place), "y": 25, "text": THANKED[key]})
        return 38.0

    def idea(self, each: Given, top: float) -> float:
        room = self.left - 22 if self.beside else self.width - 6
        y = top + 12
        for line in wrap(each.idea, room, 13, 3, True):
            self.bold.append({"x": 2, "y": y, "text": line})
            y += 17
        for text in _notes(each):
            for line in wrap(text, room, 12, 3):
                self.soft.append({"x": 2, "y": y, "text": line})
                y += 16
        if each.overdue:
            self.red.append({"x": 2, "y": y, "text": f"Past: {day(each.review or dt.date.min)}"})
            y += 16
        bottom = self.strip(each, top + 2 if self.beside else y - 2, y - top)
        end = max(y, bottom) + 4
        self.rules.append({"path": timeline.rule([(0, end), (self.width, end)])})
        return end + 4

    def strip(self, each: Given, top: float, words: float) -> float:
        """Draw the three places, the mark and whom it is with; give where they end."""
        lines = wrap(each.with_whom or "nobody named", self.place - 10, 12, 3)
        lines = lines if each.stands else ()
        height = max(30.0 + 16 * len(lines), words - 6 if self.beside else 0.0)
        for place in range(3):
            x = self.left + self.place * place
            self.panels.append(
                {"x": x + 1.5, "y": top, "x2": x + self.place - 1.5, "y2": top + height}
            )
        at = top + (height - 16 * len(lines)) / 2
        if not each.stands:
            return top + height
        place = list(PLACES).index(each.stands)
        x = self.centre(place)
        if place:
            self.ways.append({"path": timeline.rule([(self.centre(0), at), (x - 7, at)])})
        open_ = not each.with_whom or each.overdue
        self.marks.append(
            {
                "path": timeline.disc(x, at, 7),
                "fill": PAPER if open_ else TEAL,
                "stroke": RED if each.overdue else SOFT if not each.with_whom else TEAL,
            }
        )
        for number, line in enumerate(lines):
            self.middle.append({"x": x, "y": at + 18 + 16 * number, "text": line})
        return top + height

    def legend(self) -> list[tuple[list[Layer], str]]:
        shown = self.made.ideas[:MOST]
        looks = (
            (TEAL, TEAL, "Where it stands, and with whom",
             any(e.stands and e.with_whom and not e.overdue for e in shown)),
            (PAPER, RED, "Past the day to look again", any(e.overdue and e.stands for e in shown)),
            (PAPER, SOFT, "Nobody named yet",
             any(e.stands and not e.with_whom and not e.overdue for e in shown)),
        )  # fmt: skip
        return [
            (
                [
                    pictures.paths(
                        [{"x": 20, "y": 0, "path": timeline.disc(0, 0, 7)}],
                        filled=True,
                        fill=fill,
                        stroke=stroke,
                        strokeWidth=2.4,
                    )
                ],
                text,
            )
            for fill, stroke, text, wanted in looks
            if wanted
        ]


def _notes(each: Given) -> list[str]:
    """Say below an idea what its mark does not."""
    told = []
    if not each.stands:
        told.append(f"Not said who is thanked. With {each.with_whom or 'nobody named'}")
    if each.stands == "theirs":
        return told
    if each.make_it_theirs:
        told.append(f"Theirs when: {each.make_it_theirs}")
    if not each.overdue:
        told.append(f"Look again: {day(each.review)}" if each.review else "No day to look again")
    return told
