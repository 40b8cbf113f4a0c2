"""Draw decisions against rungs of involvement: a row for each decision, a shape for each group."""

from __future__ import annotations

from typing import Any

from . import pictures
from .change import RUNGS, Change
from .involvement import GROUPS, SAY, Decision, Involved, build
from .labels import text_width, wrap
from .pictures import FAINT, FILLS, INK, LINE, PANEL, SERIES, SOFT, Picture, Table
from .words import counted, listing, some

__all__ = ["MOST", "draw"]

WIDE, NARROW = 760.0, 340.0
MOST = 30
"""Decisions drawn at most; the table has all."""
COLOURS = {"patients": 0, "service_users": 1, "carers": 2}
RADIUS = 7.0


def draw(change: Change) -> Picture:
    """Draw the ladder; see `involvement.draw`."""
    made = build(change)
    table = Table(
        "Decisions in order, and the rung of each group",
        ["Decision", "When", "Patients", "Service users", "Carers", "Gap"],
        [
            [
                each.name,
                each.when,
                *("" if rung is None else RUNGS[rung] for rung in each.rungs.values()),
                each.gap,
            ]
            for each in made.decisions
        ],
    )
    if not made.decisions:
        return pictures.blank(
            "involvement",
            "Your ladder starts with one decision",
            "An empty frame. There are no decisions yet.",
            table,
            ["Your decisions will stand here.", "Add the first one, and", "who took part in it."],
        )
    sentence = _sentence(made)
    wide, narrow = (_draw(made, width, sentence) for width in (WIDE, NARROW))
    return Picture("involvement", _title(made), sentence, wide, table, narrow)


def _title(made: Involved) -> str:
    many = len(made.decisions)
    nothing = [name for group, name in GROUPS.items() if len(made.without(group)) == many]
    if nothing:
        whole = "the one decision" if many == 1 else f"any of {many} decisions"
        # Where nothing is said of a group, we cannot say that it had no say.
        known = [
            n for group, n in GROUPS.items() if n in nothing and made.highest(group) is not None
        ]
        if not known:
            return f"Nothing is said of {listing(nothing)} in {whole}"
        names = listing(known)
        return f"{names[:1].upper()}{names[1:]} have no say in {whole}"
    if made.late:
        return made.late_words()[0].rstrip(".")
    worst = max(GROUPS, key=lambda group: len(made.without(group)))
    missing = len(made.without(worst))
    if missing:
        name = GROUPS[worst]
        return f"{name[:1].upper()}{name[1:]} have no say in {missing} of {many} decisions"
    whole = "the one decision" if many == 1 else f"all {many} decisions"
    return f"Patients, service users and carers have a say in {whole}"


def _sentence(made: Involved) -> str:
    parts = []
    for group, name in GROUPS.items():
        highest = made.highest(group)
        if highest is None:
            parts.append(f"nothing is said of {name}")
            continue
        lowest = min(r for d in made.decisions if (r := d.rungs[group]) is not None)
        span = RUNGS[highest] if lowest == highest else f"{RUNGS[lowest]} to {RUNGS[highest]}"
        said = sum(d.rungs[group] is not None for d in made.decisions)
        parts.append(f"{name} {span} (in {said})")
    told = (
        f"{counted(len(made.decisions), 'decision')} from first to last against six rungs, from "
        f"not involved to deciding: {listing(parts)}."
    )
    told += f" Blank spots: {len(made.blanks)}."
    if made.late:
        told += " " + " ".join(made.late_words()[:3])
    return told


def _shape(group: str, x: float, y: float) -> str:
    """Give the outline of a group's mark: circle, square, triangle."""
    r = RADIUS
    if group == "patients":
        return f"M{x - r},{y}A{r},{r},0,1,1,{x + r},{y}A{r},{r},0,1,1,{x - r},{y}Z"
    if group == "service_users":
        s = r * 0.9
        return f"M{x - s},{y - s}L{x + s},{y - s}L{x + s},{y + s}L{x - s},{y + s}Z"
    return f"M{x},{y - r * 1.1}L{x + r * 1.15},{y + r * 0.85}L{x - r * 1.15},{y + r * 0.85}Z"


class _Drawing:
    """The marks of one drawing, wide or narrow."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.beside = width > 500
        self.left = 226.0 if self.beside else 0.0
        self.step = (width - self.left) / len(RUNGS)
        self.bands: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []
        self.heads: list[dict[str, Any]] = []
        self.names: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.warnings: list[dict[str, Any]] = []

    def mark(self, group: str, x: float, y: float) -> None:
        place = COLOURS[group]
        path = _shape(group, round(x, 1), round(y, 1))
        self.marks.append({"path": path, "fill": FILLS[place], "stroke": SERIES[place]})

    def legend(self) -> float:
        x, y = 10.0, 12.0
        for group, name in GROUPS.items():
            self.mark(group, x, y)
            self.notes.append({"x": x + 13, "y": y, "text": name[:1].upper() + name[1:]})
            x += 13 + text_width(name, 12.5) + 26
        return 30.0

    def headings(self, y: float) -> float:
        size = 12.5 if self.beside else 11.0
        lines = [wrap(rung, self.step - 2, size, 2, self.beside) for rung in RUNGS]
        for place, heading in enumerate(lines):
            x = self.left + (place + 0.5) * self.step
            for number, line in enumerate(heading):
                self.heads.append({"x": x, "y": y + 8 + 15 * number, "text": line})
        return y + 15.0 * max(len(heading) for heading in lines) + 4

    def decision(self, number: int, each: Decision, late: list[str], y: float) -> float:
        room = (self.left if self.beside else self.width) - 12
        small: list[str] = []
        small += wrap(each.when, room, 11.5, 2) if each.when else ()
        silent = [name for group, name in GROUPS.items() if each.rungs[group] is None]
        small += wrap(f"Nothing said: {listing(silent)}", room, 11.5, 3) if silent else ()
        loud = wrap(f"Too late: {listing(late)}", room, 11.5, 2, True) if late else ()
        top = y
        y += 7
        for line in wrap(f"{number}. {each.name}", room, 13, 4, True):
            self.names.append({"x": 6, "y": y + 8, "text": line})
            y += 17
        for line in small:
            self.notes.append({"x": 6, "y": y + 7, "text": line})
            y += 15
        for line in loud:
            self.warnings.append({"x": 6, "y": y + 7, "text": line})
            y += 15
        lane = top if self.beside else y + 2
        bottom = max(y + 6, lane + 34) if self.beside else lane + 32
        middle = (lane + bottom) / 2
        for place in range(len(RUNGS)):
            x = self.left + place * self.step
            # Below "consulted" nobody is asked: a plain ground, not a tinted one.
            fill = PANEL if place >= SAY else FAINT
            edge = {"x": x + 1, "y": lane, "x2": x + self.step - 1, "y2": bottom, "fill": fill}
            self.bands.append(edge)
        for place in range(len(RUNGS)):
            here = [group for group in GROUPS if each.rungs[group] == place]
            for at, group in enumerate(here):
                x = self.left + (place + 0.5) * self.step + (at - (len(here) - 1) / 2) * 17.5
                self.mark(group, x, middle)
        self.edges.append({"x": 0, "y": bottom + 3, "x2": self.width, "y2": bottom + 4})
        return bottom + 8


def _draw(made: Involved, width: float, sentence: str) -> dict[str, Any]:
    drawing = _Drawing(width)
    y = drawing.headings(drawing.legend())
    for number, each in enumerate(made.decisions[:MOST], 1):
        late = [one.group for one in made.late if one.decision == each.name]
        y = drawing.decision(number, each, late, y)
    if len(made.decisions) > MOST:
        rest = [each.name for each in made.decisions[MOST:]]
        for line in wrap(f"Not drawn: {some(rest, 3)}", width - 12, 12, 4):
            drawing.notes.append({"x": 6, "y": y + 10, "text": line})
            y += 16
        y += 6
    key = "Grey rungs: told at most, and not asked."
    drawing.notes.append({"x": max(6.0, drawing.left), "y": y + 9, "text": key})
    y += 20
    layers = [
        pictures.rects(drawing.bands, radius=4),
        pictures.rects(drawing.edges, fill=LINE),
        pictures.paths(drawing.marks, strokeWidth=2),
        pictures.texts(
            drawing.heads,
            fontSize=12.5 if drawing.beside else 11,
            fontWeight=600 if drawing.beside else 400,
            align="center",
            fill=INK,
        ),
        pictures.texts(drawing.names, fontSize=13, fontWeight=600, align="left", fill=INK),
        pictures.texts(drawing.notes, fontSize=11.5, align="left", fill=SOFT),
        pictures.texts(
            drawing.warnings, fontSize=11.5, fontWeight=600, align="left", fill=SERIES[5]
        ),
    ]
    return pictures.canvas(width, y, layers, description=sentence)
