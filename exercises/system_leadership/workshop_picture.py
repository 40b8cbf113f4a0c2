"""Draw what a workshop's participants see alike, and what they see differently."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from attrs import evolve

from . import pictures
from .labels import text_width, wrap
from .pictures import FILLS, INK, LINE, PANEL, SERIES, SOFT, Picture, Table
from .words import counted, listing
from .workshop import Pool, Pooled, Spread, agreement, differences

__all__ = ["draw_agreement", "draw_differences"]

WIDE, NARROW = 760.0, 340.0
MOST = 15
"""Organisations drawn at most."""
MOST_GROUPS = 6
"""Groups drawn at most: as many as there are shapes."""
R = 6.5


def draw_agreement(made: Pool) -> Picture:
    """Draw the picture; see `workshop.draw`."""
    table = Table(
        "Organisations on the participants' maps",
        ["Organisation", "On the map of", "Of", "Support, middle half", "Median", "Agreement"],
        [
            [
                each.name,
                each.count if each.exact else f"{each.count} or more",
                made.participants,
                f"{each.support.low:g} to {each.support.high:g}" if each.support else "not shown",
                each.support.middle if each.support else None,
                each.support.word if each.support else "",
            ]
            for each in made.organisations
        ],
    )
    if not made.organisations:
        return pictures.blank(
            "workshop",
            "A pool starts with five files",
            "An empty frame. No organisation is on the maps of five participants.",
            table,
            ["The pool will stand here.", "It takes five participants", "who name the same one."],
        )
    shown = made.organisations[:MOST]
    rated = agreement(made)
    title = f"{shown[0].name} is on most maps: {_count(shown[0])} of {made.participants:,}"
    apart = [each for each in rated if each.support and each.support.word == "far apart"]
    if apart:
        title = f"The room is far apart on {apart[-1].name}"
    elif rated:
        title = f"The room agrees most on {rated[0].name}"
    parts = [
        f"{each.name} on {_count(each)} maps"
        + (f", support {each.support}" if each.support else "")
        for each in shown[:5]
    ]
    sentence = (
        f"{counted(len(shown), 'organisation')}, with how many of {made.participants:,} "
        f"participants put each on the map and the middle half of their ratings of its support, "
        f"from -5 against to 5 for: {'; '.join(parts)}."
    )
    wide, narrow = (_agreement(made, shown, width, sentence) for width in (WIDE, NARROW))
    return Picture("workshop", title, sentence, wide, table, narrow)


def _count(each: Pooled) -> str:
    return f"{each.count:,}" if each.exact else f"{each.count:,} or more"


class _Drawing:
    """The marks of one drawing."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.grounds: list[dict[str, Any]] = []
        self.ticks: list[dict[str, Any]] = []
        self.bars: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []
        self.names: list[dict[str, Any]] = []
        self.values: list[dict[str, Any]] = []
        self.notes: dict[str, list[dict[str, Any]]] = {"left": [], "center": [], "right": []}

    def note(self, text: str, x: float, y: float, align: str = "left") -> None:
        self.notes[align].append({"x": x, "y": y, "text": text})

    def scale(self, left: float, right: float, top: float, bottom: float) -> None:
        """Draw the ground of a strip from against to for."""
        self.grounds.append({"x": left, "y": top, "x2": right, "y2": bottom, "fill": PANEL})
        middle = (left + right) / 2
        self.ticks.append({"x": middle - 0.5, "y": top, "x2": middle + 0.5, "y2": bottom})

    def layers(self) -> list[dict[str, Any]]:
        return [
            pictures.rects(self.grounds, radius=4),
            pictures.rects(self.ticks, fill=LINE),
            pictures.rects(self.bars, radius=3, strokeWidth=1.3),
            pictures.paths(self.marks, strokeWidth=2),
            pictures.texts(self.names, fontSize=13, align="left", fill=INK),
            pictures.texts(self.values, fontSize=12.5, fontWeight=600, align="left", fill=INK),
            *(
                pictures.texts(values, fontSize=11.5, align=align, fill=SOFT)
                for align, values in self.notes.items()
            ),
        ]


def _across(value: float, left: float, right: float) -> float:
    inset = R + 4
    return left + inset + (right - left - 2 * inset) * (value + 5) / 10


def _agreement(made: Pool, shown: Sequence[Pooled], width: float, sentence: str) -> dict[str, Any]:
    drawing = _Drawing(width)
    beside = width > 500
    bar_left, bar_room = (208.0, 150.0) if beside else (0.0, width - 90)
    left, right = (462.0, width) if beside else (0.0, width)
    y = 4.0
    if beside:
        drawing.note("On how many maps", bar_left, y + 8)
        drawing.note("Against", left + 4, y + 8)
        drawing.note("Where it stands", (left + right) / 2, y + 8, "center")
        drawing.note("For", right - 4, y + 8, "right")
        y += 24
    for each in shown:
        lines = wrap(each.name, 196 if beside else width - 6, 13, 3)
        for place, line in enumerate(lines):
            drawing.names.append({"x": 2, "y": y + 13 + 17 * place, "text": line})
        height = max(28.0, 17.0 * len(lines) + 9)
        at = y + 13 if beside else y + 17 * len(lines) + 14
        end = bar_left + max(3.0, bar_room * each.count / made.participants)
        drawing.bars.append(
            {"x": bar_left, "y": at - 8, "x2": end, "y2": at + 8, "fill": FILLS[3],
             "stroke": SERIES[3]}
        )  # fmt: skip
        drawing.values.append({"x": end + 7, "y": at, "text": _count(each)})
        strip = at if beside else at + 28
        drawing.scale(left, right, strip - 11, strip + 11)
        if each.support is None:
            drawing.note("too few ratings to show", (left + right) / 2, strip, "center")
        else:
            _middle_half(drawing, each.support, left, right, strip)
        if not beside:
            word = each.support.word if each.support else ""
            drawing.note("Against", 2, strip + 20)
            drawing.note(word, width / 2, strip + 20, "center")
            drawing.note("For", width - 2, strip + 20, "right")
            height = strip + 36 - y
        y += height + 6
    y = _foot(drawing, made, len(shown), y)
    return pictures.canvas(width, y, drawing.layers(), description=sentence)


def _middle_half(drawing: _Drawing, spread: Spread, left: float, right: float, y: float) -> None:
    low, high = (_across(value, left, right) for value in (spread.low, spread.high))
    drawing.bars.append(
        {"x": low - 2, "y": y - 6, "x2": high + 2, "y2": y + 6, "fill": FILLS[0],
         "stroke": SERIES[0]}
    )  # fmt: skip
    x = _across(spread.middle, left, right)
    drawing.marks.append({"path": _shape(0, x, y, 5), "fill": SERIES[0], "stroke": SERIES[0]})


def _foot(drawing: _Drawing, made: Pool, shown: int, y: float) -> float:
    told = "The bar holds the middle half of the ratings, the dot is the median."
    if len(made.organisations) > shown:
        told += f" {len(made.organisations) - shown} more are in the table."
    for line in wrap(told, drawing.width - 8, 11.5, 4):
        drawing.note(line, 2, y + 10)
        y += 16
    return y + 6


# ----------------------------------------------------------------- differences


def draw_differences(made: Pool, by: str = "profession") -> Picture:
    """Draw the picture; see `workshop.draw_differences`."""
    found = differences(made, by)
    views = {
        each.name: each.by_profession if by == "profession" else each.by_organisation
        for each in made.organisations
    }
    groups = sorted({group for each in found for group in views[each.name]}, key=str.casefold)
    table = Table(
        f"Where participants see organisations stand, by their own {by}",
        ["Organisation", "Group of participants", "Median", "Middle half"],
        [
            [each.name, group, spread.middle, f"{spread.low:g} to {spread.high:g}"]
            for each in found
            for group, spread in views[each.name].items()
        ],
    )
    id = f"workshop-by-{by}"
    if not found:
        table = evolve(table, rows=[["Not shown", "Fewer than two groups of five", "–", "–"]])
        return pictures.blank(
            id,
            "Differences need two groups of five",
            f"An empty frame. There are no two groups by {by} that are large enough to show.",
            table,
            ["Differences will stand here.", "It takes two groups", "of five participants."],
        )
    drawn_groups = groups[:MOST_GROUPS]
    first = found[0]
    title = f"Differences by {by} are largest on {first.name}"
    if not first.points:
        title = f"No differences by {by}"
    parts = [str(each) for each in found[:4]]
    sentence = (
        f"For {counted(min(len(found), MOST), 'organisation')}, the median rating of support by "
        f"{listing(drawn_groups)}, from -5 against to 5 for. {'. '.join(parts)}."
    )
    wide, narrow = (
        _differences([(each.name, views[each.name]) for each in found[:MOST]], drawn_groups,
                     len(groups) - len(drawn_groups), width, sentence)
        for width in (WIDE, NARROW)
    )  # fmt: skip
    return Picture(id, title, sentence, wide, table, narrow)


def _differences(
    rows: Sequence[tuple[str, dict[str, Spread]]],
    groups: Sequence[str],
    more: int,
    width: float,
    sentence: str,
) -> dict[str, Any]:
    drawing = _Drawing(width)
    beside = width > 500
    left, right = (234.0, width) if beside else (0.0, width)
    y = _legend(drawing, groups)
    if beside:
        drawing.note("Against", left + 4, y + 8)
        drawing.note("On no side", (left + right) / 2, y + 8, "center")
        drawing.note("For", right - 4, y + 8, "right")
        y += 22
    for name, views in rows:
        lines = wrap(name, 222 if beside else width - 6, 13, 3)
        # Marks that would touch stand below one another.
        spots = sorted(
            (_across(views[group].middle, left, right), place)
            for place, group in enumerate(groups)
            if group in views
        )
        stacks: list[list[int]] = []
        last = -math.inf
        for x, place in spots:
            if x - last < 2 * R + 4:
                stacks[-1].append(place)
            else:
                stacks.append([place])
            last = x
        deep = max((len(places) for places in stacks), default=1)
        strip = 2 * R * deep + 4 * (deep - 1) + 14
        top = y if beside else y + 17 * len(lines) + 6
        if beside:
            strip = max(strip, 17.0 * len(lines) + 6)
        for place, line in enumerate(lines):
            drawing.names.append({"x": 2, "y": y + 12 + 17 * place, "text": line})
        drawing.scale(left, right, top, top + strip)
        for places in stacks:
            start = top + strip / 2 - (len(places) - 1) * (R + 2)
            for number, place in enumerate(places):
                x = _across(views[groups[place]].middle, left, right)
                path = _shape(place, x, start + number * (2 * R + 4), R)
                mark = {"path": path, "fill": FILLS[place], "stroke": SERIES[place]}
                drawing.marks.append(mark)
        y = top + strip + 7
        if not beside:
            drawing.note("Against", 2, y + 4)
            drawing.note("For", width - 2, y + 4, "right")
            y += 20
    if more > 0:
        drawing.note(f"{counted(more, 'more group')} in the table.", 2, y + 8)
        y += 18
    return pictures.canvas(width, y + 2, drawing.layers(), description=sentence)


def _legend(drawing: _Drawing, groups: Sequence[str]) -> float:
    x, y = 9.0, 12.0
    for place, group in enumerate(groups):
        label = wrap(group, drawing.width - 40, 11.5, 1)[0]
        room = text_width(label, 11.5) + 34
        if x > 9 and x + room - 18 > drawing.width:
            x, y = 9.0, y + 21
        mark = {"path": _shape(place, x, y, R), "fill": FILLS[place], "stroke": SERIES[place]}
        drawing.marks.append(mark)
        drawing.note(label, x + 12, y)
        x += room
    return y + 18


def _shape(place: int, x: float, y: float, r: float) -> str:
    """Give the outline of a group's mark: circle, square, triangle, diamond, bar, triangle down."""
    x, y = round(x, 1), round(y, 1)
    if place == 0:
        return f"M{x - r:g},{y}A{r},{r},0,1,1,{x + r:g},{y}A{r},{r},0,1,1,{x - r:g},{y}Z"
    points = (
        ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
        ((0, -1.05), (1.1, 0.85), (-1.1, 0.85)),
        ((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)),
        ((-0.45, -1.1), (0.45, -1.1), (0.45, 1.1), (-0.45, 1.1)),
        ((0, 1.05), (1.1, -0.85), (-1.1, -0.85)),
    )[place - 1]
    return "M" + "L".join(f"{x + r * dx:.1f},{y + r * dy:.1f}" for dx, dy in points) + "Z"
