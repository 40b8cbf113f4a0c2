"""Draw expectations as a band, readings as dots, and reviews with what their rule says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from . import pictures, timeline
from .change import Change
from .dates import number, spoken
from .labels import text_width, wrap
from .names import fold
from .patience import Measure, Review, measures, reviews
from .pictures import FAINT, FILLS, INK, PAPER, SERIES, SOFT, Picture, Table
from .words import counted, listing, some

__all__ = ["draw"]

WIDE, NARROW = 760.0, 340.0
MOST = 4
"""Measures drawn at most; the table has them all."""
PLOT = 190.0
Layer = dict[str, Any]

MARKS = {
    "carry on": ("Carry on", SERIES[0]),
    "look again": ("Look again", SERIES[1]),
    "stop": ("Stop", SERIES[5]),
    "no reading": ("No reading", SOFT),
    "not yet": ("Not yet", SOFT),
    "no rule": ("No rule", SOFT),
}


def draw(change: Change, today: dt.date | None = None) -> Picture:
    """Draw patience; see `patience.draw`."""
    known = measures(change)
    done = reviews(change, today)
    table = _table(known, done)
    shown = [
        each
        for each in known
        if each.expected
        or each.readings
        or any(r.date and fold(r.measure) == fold(each.name) for r in done)
    ]
    if not shown:
        return pictures.blank(
            "patience",
            "Say first what you expect, then wait",
            "An empty frame. There are no readings, no expectations and no dated rules yet.",
            table,
            [
                "Your readings will stand here.",
                "Add what you expect: the start,",
                "the lowest point,",
                "and the day it is back.",
            ],
        )
    drawn = shown[:MOST]
    sentence = _sentence(drawn, done, len(shown))
    return Picture(
        "patience",
        _title(drawn, done),
        sentence,
        _panels(drawn, done, WIDE, sentence),
        table,
        _panels(drawn, done, NARROW, sentence),
    )


def _title(shown: Sequence[Measure], done: Sequence[Review]) -> str:
    judged = [each for each in done if each.reading]
    if judged:
        # Several may fall on one day: one of them alone would not tell what the day brought.
        last = [each for each in judged if each.date == judged[-1].date]
        last.sort(key=lambda each: -list(MARKS).index(each.verdict))
        first = last[0]
        if len(last) == 1 and first.reading:
            what = f"{first.measure} at {number(first.reading.value)}"
            return f"The last review says {first.verdict}: {what}"
        if len({each.verdict for each in last}) == 1:
            names = listing(list(dict.fromkeys(each.measure for each in last)))
            return f"The last review says {first.verdict}: {names}"
        apart = some([f"{each.verdict} for {each.measure}" for each in last], 2)
        return f"The last reviews differ: {apart}"
    plan = shown[0].dip(expected=True)
    if plan and plan.depth:
        return f"{shown[0].name}: lowest expected on {spoken(plan.lowest.date)}"
    return f"{counted(len(shown), 'measure')}, and no review yet"


def _sentence(shown: Sequence[Measure], done: Sequence[Review], all_: int) -> str:
    told = []
    for each in shown:
        parts = []
        plan = each.dip(expected=True)
        if plan:
            back = f" and back by {spoken(plan.back)}" if plan.back else ""
            parts.append(
                f"expected from {number(plan.start.value)} to {number(plan.lowest.value)} on "
                f"{spoken(plan.lowest.date)}{back}"
            )
        elif each.expected:
            # One point alone is no dip yet.
            only = each.expected[-1]
            parts.append(f"{number(only.value)} expected on {spoken(only.date)}")
        if each.readings:
            last = each.readings[-1]
            parts.append(
                f"{counted(len(each.readings), 'reading')}, the last {number(last.value)} on "
                f"{spoken(last.date)}"
            )
        for review in done:
            if fold(review.measure) == fold(each.name) and review.date:
                parts.append(f"review of {spoken(review.date)}: {review.verdict}")
        told.append(f"{each.name}: {'; '.join(parts)}." if parts else f"{each.name}.")
    if all_ > len(shown):
        told.append(f"{all_ - len(shown)} more in the table.")
    return " ".join(told)


def _table(known: Sequence[Measure], done: Sequence[Review]) -> Table:
    rows: list[list[str | float | None]] = []
    for each in known:
        for plan in each.expected:
            give = f" give or take {number(plan.give)}" if plan.give else ""
            rows.append([each.name, spoken(plan.date), "expected", plan.value, give.strip()])
        for point in each.readings:
            rows.append([each.name, spoken(point.date), "measured", point.value, ""])
        for review in done:
            if fold(review.measure) != fold(each.name):
                continue
            when = spoken(review.date) if review.date else "no date"
            late = ", rule set afterwards" if review.late else ""
            rows.append(
                [
                    each.name,
                    when,
                    "review",
                    review.reading.value if review.reading else None,
                    review.verdict + late,
                ]
            )
    return Table(
        "Expected, measured and reviewed", ["Measure", "Date", "What", "Value", "Note"], rows
    )


def _panels(shown: Sequence[Measure], done: Sequence[Review], width: float, sentence: str) -> Layer:
    mine = {
        each.name: [r for r in done if r.date and fold(r.measure) == fold(each.name)]
        for each in shown
    }
    dates = [p.date for m in shown for p in m.expected]
    dates += [p.date for m in shown for p in m.readings]
    dates += [r.date for rows in mine.values() for r in rows if r.date]
    first = min(dates)
    last = (max(dates) - first).days
    layers: list[Layer] = []
    y = 4.0
    for measure in shown:
        made, y = _panel(measure, mine[measure.name], first, last, y, width)
        layers += made
    below, height = timeline.legend(_legend(shown, done), width, y - 8)
    return pictures.canvas(width, height, [*layers, *below], description=sentence)


def _panel(
    measure: Measure, mine: Sequence[Review], first: dt.date, last: int, y: float, width: float
) -> tuple[list[Layer], float]:
    beside = width > 500
    lines = wrap(measure.name, width - 8, 14, 2, True)
    heads = [{"x": 2, "y": y + 9 + 18 * at, "text": line} for at, line in enumerate(lines)]
    y += 18 * len(lines) + 6
    values = [v for p in measure.expected for v in (p.value - p.give, p.value + p.give)]
    values += [p.value for p in measure.readings]
    values += [v for r in mine for v in (r.carry_on, r.stop) if v is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high - low) * 0.12 or max(1.0, abs(high) * 0.1)
    ticks = timeline.round_numbers(low - room, high + room, 5)
    marks = [number(t, 2) for t in ticks]
    left = max((text_width(m, 12) for m in marks), default=0.0) + 12
    scale = timeline.scale_to(0, last, left, width - 14, 0.04)
    flags, rows = _flag_rows(mine, first, scale, width)
    top = y + 20 * rows + 6
    foot = top + PLOT

    def at(date: dt.date) -> float:
        return scale.at((date - first).days)

    def level(value: float) -> float:
        return round(foot - (value - low + room) / (high - low + 2 * room) * PLOT, 1)

    grid = [{"path": timeline.rule([(left, level(t)), (width - 14, level(t))])} for t in ticks]
    numbers = [{"x": left - 6, "y": level(t), "text": m} for t, m in zip(ticks, marks, strict=True)]
    layers: list[Layer] = [
        pictures.texts(heads, fontSize=14, fontWeight=600, align="left"),
        pictures.paths(grid, filled=False, stroke=FAINT, strokeWidth=1),
        *timeline.axis(scale, first, foot, foot + 5, above=False, most=6 if beside else 3),
        pictures.texts(numbers, fontSize=12, align="right", fill=SOFT),
    ]
    if measure.expected:
        upper = [(at(p.date), level(p.value + p.give)) for p in measure.expected]
        lower = [(at(p.date), level(p.value - p.give)) for p in measure.expected]
        middle = [(at(p.date), level(p.value)) for p in measure.expected]
        band = timeline.rule([*upper, *reversed(lower)]) + "Z"
        layers += [
            pictures.paths([{"path": band}], filled=True, fill=FILLS[0], strokeWidth=0),
            pictures.paths(
                [{"path": timeline.rule(middle)}],
                filled=False,
                stroke=SERIES[0],
                strokeWidth=2,
                strokeDash=[6, 4],
            ),
        ]
    stems, limits, words, grounds = [], [], [], []
    for review, (x, row, left_edge) in zip(mine, flags, strict=True):
        colour = MARKS[review.verdict][1]
        from_ = y + 20 * row + 18
        stems.append({"path": timeline.rule([(x, from_), (x, foot)]), "stroke": colour})
        wide = text_width(_flag_text(review), 12, True)
        grounds.append(
            {
                "x": left_edge,
                "y": from_ - 17,
                "x2": left_edge + wide + 12,
                "y2": from_,
                "fill": colour,
            }
        )
        words.append({"x": left_edge + 6, "y": from_ - 8, "text": _flag_text(review)})
        if review.carry_on is not None:
            up = -1 if measure.higher else 1
            limits.append({"path": _limit(x, level(review.carry_on), up), "fill": SERIES[0]})
        if review.stop is not None:
            down = 1 if measure.higher else -1
            limits.append({"path": _block(x, level(review.stop), down), "fill": SERIES[5]})
    points = [(at(p.date), level(p.value)) for p in measure.readings]
    layers += [
        pictures.paths(stems, filled=False, strokeWidth=1.4, strokeDash=[3, 3]),
        pictures.rects(grounds, radius=8),
        pictures.texts(words, fontSize=12, fontWeight=600, align="left", fill=PAPER),
        pictures.paths(limits, filled=True, stroke=PAPER, strokeWidth=1),
        pictures.paths(
            [{"path": timeline.rule(points)}] if len(points) > 1 else [],
            filled=False,
            stroke=INK,
            strokeWidth=2.2,
        ),
        pictures.paths(
            [{"path": timeline.disc(x, y_)} for x, y_ in points],
            filled=True,
            fill=PAPER,
            stroke=INK,
            strokeWidth=2.2,
        ),
    ]
    return layers, foot + 40


def _flag_text(review: Review) -> str:
    text = MARKS[review.verdict][0]
    return f"{text} (rule set late)" if review.late else text


def _flag_rows(
    mine: Sequence[Review], first: dt.date, scale: timeline.Scale, width: float
) -> tuple[list[tuple[float, int, float]], int]:
    """Put the flags of reviews in rows, so that no two touch: where, which row, left edge."""
    ends: list[float] = []
    found: list[tuple[float, int, float]] = []
    for review in mine:
        assert review.date is not None
        x = scale.at((review.date - first).days)
        wide = text_width(_flag_text(review), 12, True) + 12
        left = min(max(2.0, x - wide / 2), width - wide - 2)
        row = next((r for r, end in enumerate(ends) if end + 6 <= left), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = left + wide
        found.append((x, row, left))
    # The last row stands nearest the plot; stems of higher rows pass behind the flags below.
    return found, len(ends)


def _limit(x: float, y: float, way: int) -> str:
    """Give a small triangle at a limit of a rule, pointing to the side it speaks of."""
    return timeline.rule([(x - 7, y), (x + 7, y), (x, y + 9 * way)]) + "Z"


def _block(x: float, y: float, way: int) -> str:
    """Give a small block at a limit: another shape than the triangle, for those who see no red."""
    edge = y + 8 * way
    return timeline.rule([(x - 6, y), (x + 6, y), (x + 6, edge), (x - 6, edge)]) + "Z"


def _legend(shown: Sequence[Measure], done: Sequence[Review]) -> list[tuple[list[Layer], str]]:
    entries: list[tuple[list[Layer], str]] = []
    names = {fold(each.name) for each in shown}
    mine = [each for each in done if each.date and fold(each.measure) in names]
    if any(each.expected for each in shown):
        entries.append(
            (
                [
                    pictures.rects([{"x": 2, "y": -7, "x2": 34, "y2": 7}], fill=FILLS[0]),
                    pictures.paths(
                        [{"x": 2, "y": 0, "path": "M0,0L32,0"}],
                        filled=False,
                        stroke=SERIES[0],
                        strokeWidth=2,
                        strokeDash=[6, 4],
                    ),
                ],
                "Expected, give or take",
            )
        )
    if any(each.readings for each in shown):
        entries.append(
            (
                [
                    pictures.paths(
                        [{"x": 2, "y": 0, "path": "M0,0L32,0"}],
                        filled=False,
                        stroke=INK,
                        strokeWidth=2.2,
                    ),
                    pictures.paths(
                        [{"x": 18, "y": 0, "path": timeline.disc(0, 0)}],
                        filled=True,
                        fill=PAPER,
                        stroke=INK,
                        strokeWidth=2.2,
                    ),
                ],
                "Measured",
            )
        )
    higher = all(each.higher for each in shown)
    if any(each.carry_on is not None for each in mine):
        # The triangle points to the better side: where measures differ in that, both are shown.
        ways = sorted({-1 if each.higher else 1 for each in shown})
        places = (18,) if len(ways) == 1 else (9, 27)
        entries.append(
            (
                [
                    pictures.paths(
                        [
                            {"x": x, "y": -4 * way, "path": _limit(0, 0, way)}
                            for x, way in zip(places, ways, strict=True)
                        ],
                        filled=True,
                        fill=SERIES[0],
                        strokeWidth=0,
                    )
                ],
                "Carry on from here",
            )
        )
    if any(each.stop is not None for each in mine):
        entries.append(
            (
                [
                    pictures.paths(
                        [
                            {
                                "x": 18,
                                "y": -4 if higher else 4,
                                "path": _block(0, 0, 1 if higher else -1),
                            }
                        ],
                        filled=True,
                        fill=SERIES[5],
                        strokeWidth=0,
                    )
                ],
                "Stop beyond here",
            )
        )
    return entries
