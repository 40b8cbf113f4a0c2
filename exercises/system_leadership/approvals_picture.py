"""Draw steps in time, the chance of being done by date, and what drives delay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from . import bars, dates, pictures, timeline
from .approvals import (
    Chance,
    Forecast,
    Planned,
    Programme,
    _share_of_runs,
    promised,
    simulate,
)
from .bars import Bar
from .change import Change
from .dates import days_of, number, spoken
from .labels import text_width, wrap
from .pictures import FILLS, INK, PANEL, PAPER, SERIES, SOFT, Picture, Table
from .timeline import Scale
from .words import counted, listing, some

__all__ = ["draw", "draw_chance", "draw_drivers"]

WIDE, NARROW = 760.0, 340.0
MOST_ROWS = 40
"""Steps drawn at most; the table has them all."""
TEAL, TEAL_FILL, OCHRE = SERIES[0], FILLS[0], SERIES[1]
Layer = dict[str, Any]

_PROMPT = [
    "Your timeline will stand here.",
    "Add two steps with days,",
    "and which must come first.",
]


def draw(change: Change, start: dt.date | None = None, *, seed: int = 1) -> Picture:
    """Draw the steps in time; see `approvals.draw`."""
    forecast = simulate(change, start, seed=seed)
    programme = forecast.programme
    table = _table(programme)
    if programme.days is None and programme.faults:
        return _looped("approvals", programme, table)
    if not programme.days:
        return pictures.blank(
            "approvals",
            "Your timeline starts with two steps",
            "An empty frame. There are no steps with days yet.",
            table,
            _PROMPT,
        )
    shown = _rows(programme)
    title = _title(forecast)
    sentence = _sentence(forecast, shown)
    wide = _gantt(forecast, shown, WIDE, sentence)
    return Picture(
        "approvals", title, sentence, wide, table, _gantt(forecast, shown, NARROW, sentence)
    )


def _looped(id: str, programme: Programme, table: Table) -> Picture:
    """Show the loop by the names in it: nothing can be put in time before it is gone."""
    told = next(
        each.right for each in programme.faults if "loop" in each.right or "itself" in each.right
    )
    # The handbook's font has no arrow: in a picture the loop is told in words.
    lines = list(wrap(told.replace(" → ", ", then "), 290, 14, 9))
    return pictures.blank(
        id,
        "The steps wait for one another in a loop",
        f"A frame that says what to put right. {told}",
        table,
        lines,
    )


def _title(forecast: Forecast) -> str:
    programme = forecast.programme
    if forecast.days[0] == forecast.days[-1]:
        ends = spoken(programme.start, programme.days or 0)
        return (
            f"Done on {ends}"
            if programme.start
            else f"{days_of(programme.days or 0)} from start to end"
        )
    if programme.start is None:
        low, high = (number(forecast.within(s), 0) for s in (0.1, 0.9))
        return f"Most runs take {low} to {high} days"
    low, high = (spoken(programme.start, forecast.within(s)) for s in (0.1, 0.9))
    return f"Most runs end between {low} and {high}"


def _rows(programme: Programme) -> list[Planned]:
    """Choose what to draw: with too many steps those on the longest way, then the longest."""
    shown = list(programme.steps)
    if len(shown) > MOST_ROWS:
        order = sorted(range(len(shown)), key=lambda p: (not shown[p].critical, -shown[p].days))
        shown = [shown[p] for p in sorted(order[:MOST_ROWS])]
    return sorted(shown, key=lambda each: (each.start, each.finish))


def _sentence(forecast: Forecast, shown: Sequence[Planned]) -> str:
    programme = forecast.programme
    path = [name for name in programme.path if programme.step(name).days]
    told = (
        f"A timeline of {counted(len(programme.steps), 'step')}, from "
        f"{spoken(programme.start)} to {spoken(programme.start, programme.days or 0)} if each "
        f"takes its average. The longest way, {days_of(programme.days or 0)}, runs through "
        f"{some(path, 5)}. "
    )
    if forecast.days[0] < forecast.days[-1]:
        low, middle, high = (spoken(programme.start, forecast.within(s)) for s in (0.1, 0.5, 0.9))
        told += (
            f"Drawn many times, 8 of every 10 runs end between {low} and {high}, half by {middle}. "
        )
    if len(shown) < len(programme.steps):
        told += f"{len(shown)} of the steps are drawn; the table has all of them. "
    return told.strip()


def _table(programme: Programme) -> Table:
    rows: list[list[str | float | None]] = []
    for each in programme.steps:
        guess = each.estimate
        days = (guess.optimistic, guess.likely, guess.pessimistic) if guess else (None, None, None)
        rows.append(
            [
                each.name,
                *(None if d is None else round(d, 1) for d in days),
                spoken(programme.start, each.start),
                spoken(programme.start, each.finish),
                "yes" if each.critical else "no",
                round(each.slack),
            ]
        )
    return Table(
        "Steps in time, each at its average",
        [
            "Step",
            "Days if all goes well",
            "Most likely",
            "If it goes badly",
            "Starts",
            "Ends",
            "On the longest way",
            "Days it could slip",
        ],
        rows,
    )


def _gantt(forecast: Forecast, shown: Sequence[Planned], width: float, sentence: str) -> Layer:
    """Draw a row for each step: its name, its bar, and the range of its end."""
    programme = forecast.programme
    beside = width > 500
    left = 246.0 if beside else 8.0
    last = max(
        forecast.within(0.9),
        *(each.start + (each.estimate.pessimistic if each.estimate else 0) for each in shown),
    )
    scale = timeline.scale_to(0, last, left, width - 14, 0.02)
    top = 26.0
    bold: list[Layer] = []
    plain: list[Layer] = []
    notes: list[Layer] = []
    marks: list[Layer] = []
    solid: list[Layer] = []
    open_: list[Layer] = []
    bare: list[Layer] = []
    ranges: list[Layer] = []
    y = top + 6
    for each in shown:
        room = 206.0 if beside else width - 30
        tight = each.critical and each.days > 0
        lines = wrap(each.name, room, 13, 2, tight)
        note = _days_note(each)
        # Beside: words left of the bar. Narrow: words above it.
        text_height = 16.0 * len(lines) + 15
        at = y + text_height / 2 if beside else y + text_height + 10
        words = bold if tight else plain
        for place, line in enumerate(lines):
            words.append({"x": 22, "y": y + 8 + 16 * place, "text": line})
        notes.append({"x": 22, "y": y + 16 * len(lines) + 7, "text": note})
        if tight:
            marks.append({"path": timeline.diamond(12, y + 8, 5.5)})
        x, x2 = scale.at(each.start), scale.at(each.finish)
        box = {"x": x, "y": at - 7, "x2": max(x2, x + 3), "y2": at + 7}
        if each.days:
            (solid if tight else open_).append(box)
        else:
            bare.append({"path": timeline.disc(x, at)})
        if each.estimate and not each.estimate.sure:
            low = scale.at(each.start + each.estimate.optimistic)
            high = scale.at(each.start + each.estimate.pessimistic)
            ranges.append({"path": _whisker(low, high, at)})
        y += (text_height + 10) if beside else (text_height + 28)
    foot = y
    end_layers: list[Layer] = []
    if forecast.days[0] < forecast.days[-1]:
        end_layers, y = _end_row(forecast, scale, y + 4, beside)
        foot = y
    more = len(programme.steps) - len(shown)
    if more:
        notes.append(
            {"x": 22, "y": y + 9, "text": f"and {counted(more, 'more step')} in the table"}
        )
        y += 22
    layers = [
        *timeline.axis(scale, programme.start, top, foot, most=7 if beside else 4),
        pictures.rects(open_, radius=3, fill=TEAL_FILL, stroke=TEAL, strokeWidth=1.2),
        pictures.rects(solid, radius=3, fill=TEAL, stroke=TEAL, strokeWidth=1.2),
        # A rim of paper keeps the thin line to be seen on a dark bar.
        pictures.paths(ranges, filled=False, stroke=PAPER, strokeWidth=4.5),
        pictures.paths(ranges, filled=False, stroke=INK, strokeWidth=1.6),
        pictures.paths(bare, filled=True, fill=PAPER, stroke=SOFT, strokeWidth=1.6),
        pictures.paths(marks, filled=True, fill=INK, strokeWidth=0),
        pictures.texts(bold, fontSize=13, fontWeight=600, align="left"),
        pictures.texts(plain, fontSize=13, align="left"),
        pictures.texts(notes, fontSize=11.5, align="left", fill=SOFT),
        *end_layers,
    ]
    below, height = timeline.legend(_gantt_legend(bool(ranges), bool(open_), bool(bare)), width, y)
    return pictures.canvas(width, height, [*layers, *below], description=sentence)


def _days_note(step: Planned) -> str:
    if step.estimate is None:
        return "no days given"
    if step.estimate.sure:
        return days_of(step.days)
    ends = f"{number(step.estimate.optimistic, 0)} to {number(step.estimate.pessimistic, 0)}"
    return f"{ends} days, average {number(step.days, 0)}"


def _whisker(low: float, high: float, y: float) -> str:
    ends = "".join(timeline.rule([(x, y - 4), (x, y + 4)]) for x in (low, high))
    return timeline.rule([(low, y), (high, y)]) + ends


def _end_row(forecast: Forecast, scale: Scale, y: float, beside: bool) -> tuple[list[Layer], float]:
    """Draw when everything is done, over all runs, apart from the steps."""
    low, middle, high = (scale.at(forecast.within(s)) for s in (0.1, 0.5, 0.9))
    height = 40.0 if beside else 64.0
    at = y + 20 if beside else y + 50
    panel = [{"x": 4, "y": y, "x2": scale.x2 + 10, "y2": y + height}]
    box = [{"x": low, "y": at - 9, "x2": max(high, low + 3), "y2": at + 9}]
    tick = [{"path": timeline.rule([(middle, at - 12), (middle, at + 12)])}]
    words = [{"x": 22, "y": y + 13, "text": "Everything done"}]
    note = [{"x": 22, "y": y + 29, "text": "8 of every 10 runs; half by the tick"}]
    layers = [
        pictures.rects(panel, radius=6, fill=PANEL),
        pictures.rects(box, radius=3, fill=FILLS[1], stroke=OCHRE, strokeWidth=1.6),
        pictures.paths(tick, filled=False, stroke=INK, strokeWidth=2.4),
        pictures.texts(words, fontSize=13, fontWeight=600, align="left"),
        pictures.texts(note, fontSize=11.5, align="left", fill=SOFT),
    ]
    return layers, y + height


def _gantt_legend(ranges: bool, loose: bool, bare: bool) -> list[tuple[list[Layer], str]]:
    entries: list[tuple[list[Layer], str]] = [
        (
            [
                pictures.paths(
                    [{"x": 5, "y": 0, "path": timeline.diamond(0, 0, 5.5)}],
                    filled=True,
                    fill=INK,
                    strokeWidth=0,
                ),
                pictures.rects([{"x": 14, "y": -6, "x2": 34, "y2": 6}], radius=3, fill=TEAL),
            ],
            "On the longest way",
        )
    ]
    if loose:
        entries.append(
            (
                [
                    pictures.rects(
                        [{"x": 4, "y": -6, "x2": 34, "y2": 6}],
                        radius=3,
                        fill=TEAL_FILL,
                        stroke=TEAL,
                        strokeWidth=1.2,
                    )
                ],
                "Has room to slip",
            )
        )
    if ranges:
        entries.append(
            (
                [
                    pictures.paths(
                        [{"x": 4, "y": 0, "path": _whisker(0, 28, 0)}],
                        filled=False,
                        stroke=INK,
                        strokeWidth=1.6,
                    )
                ],
                "Its end, from all goes well to goes badly",
            )
        )
    if bare:
        entries.append(
            (
                [
                    pictures.paths(
                        [{"x": 20, "y": 0, "path": timeline.disc(0, 0)}],
                        filled=True,
                        fill=PAPER,
                        stroke=SOFT,
                        strokeWidth=1.6,
                    )
                ],
                "No days given",
            )
        )
    return entries


# ---------------------------------------------------------------------- by date


def draw_chance(
    change: Change, start: dt.date | None = None, by: dt.date | None = None, *, seed: int = 1
) -> Picture:
    """Draw the chance of being done by date; see `approvals.draw_chance`."""
    forecast = simulate(change, start, seed=seed)
    programme = forecast.programme
    columns = ["By", "Share of runs done", "In the groups of runs"]
    empty = Table("Share of runs done, by date", columns, [])
    if programme.days is None and programme.faults:
        return _looped("approvals-chance", programme, empty)
    if not programme.days:
        return pictures.blank(
            "approvals-chance",
            "The chance by date needs steps with days",
            "An empty frame. There are no steps with days yet.",
            empty,
            _PROMPT,
        )
    if forecast.days[0] == forecast.days[-1]:
        return pictures.blank(
            "approvals-chance",
            "No chance to draw: no step has a range",
            f"A frame that says what to add. Every run takes {days_of(programme.days)}, because "
            "the best and the worst case of each step are the same.",
            empty,
            ["No step has a range yet.", "Give days if all goes well", "and if it goes badly."],
        )
    marked: float | None = promised(change, programme.start)
    if by is not None and programme.start:
        marked = (by - programme.start).days
    table = Table(empty.caption, columns, _chance_rows(forecast, marked))
    title = _chance_title(forecast, marked)
    sentence = _chance_sentence(forecast, marked)
    return Picture(
        "approvals-chance",
        title,
        sentence,
        _curve(forecast, marked, WIDE, sentence),
        table,
        _curve(forecast, marked, NARROW, sentence),
    )


def _chance_rows(forecast: Forecast, marked: float | None) -> list[list[str | float | None]]:
    start = forecast.programme.start
    days = {forecast.within(share): "" for share in (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)}
    days[forecast.programme.days or 0.0] = " (sum along the longest way)"
    if marked is not None:
        days[float(marked)] = " (your date)"
    rows: list[list[str | float | None]] = []
    for day in sorted(days):
        chance = forecast.chance(day)
        low, high = (round(100 * each) for each in (chance.low, chance.high))
        rows.append(
            [
                f"{spoken(start, day)}{days[day]}",
                f"{round(100 * chance.middle)} %",
                f"{low} to {high} %",
            ]
        )
    return rows


def _chance_title(forecast: Forecast, marked: float | None) -> str:
    start = forecast.programme.start
    if marked is not None:
        return f"By {spoken(start, marked)}, {forecast.chance(marked)} are done"
    return f"An even chance by {spoken(start, forecast.within(0.5))}"


def _chance_sentence(forecast: Forecast, marked: float | None) -> str:
    programme = forecast.programme
    start = programme.start
    low, middle, high = (spoken(start, forecast.within(s)) for s in (0.1, 0.5, 0.9))
    added: Chance = forecast.chance(programme.days or 0.0)
    told = (
        f"A curve that climbs from none of the runs to all of them. 1 run in 10 is done by {low}, "
        f"half by {middle}, 9 in 10 by {high}. Adding along the longest way gives "
        f"{spoken(start, programme.days or 0.0)}; by then {added} are done."
    )
    if marked is not None:
        told += f" By your date, {spoken(start, marked)}, {forecast.chance(marked)} are done."
    return told


def _curve(forecast: Forecast, marked: float | None, width: float, sentence: str) -> Layer:
    programme = forecast.programme
    start = programme.start
    beside = width > 500
    first, last = forecast.days[0], forecast.days[-1]
    flags = [(programme.days or 0.0, "Adding up")]
    flags += [(float(marked), "Your date")] if marked is not None else []
    # A date far off would press the curve flat: it then stands at the edge.
    span = last - first
    inside = [day for day, _ in flags if first - span < day < last + span]
    scale = timeline.scale_to(min([first, *inside]), max([last, *inside]), 48.0, width - 16, 0.05)
    top, foot = 22.0 + 18 * len(flags), 22.0 + 18 * len(flags) + 250

    def level(share: float) -> float:
        return foot - share * (foot - top)

    steps = [scale.first + (scale.last - scale.first) * p / 80 for p in range(81)]
    chances = [forecast.chance(day) for day in steps]
    line = [(scale.at(day), level(c.middle)) for day, c in zip(steps, chances, strict=True)]
    upper = [(scale.at(day), level(c.high)) for day, c in zip(steps, chances, strict=True)]
    lower = [(scale.at(day), level(c.low)) for day, c in zip(steps, chances, strict=True)]
    band = timeline.rule([*upper, *reversed(lower)]) + "Z"
    shares = (0.0, 0.1, 0.5, 0.9, 1.0)
    grid = [{"path": timeline.rule([(48, level(s)), (width - 16, level(s))])} for s in shares]
    marks = [{"x": 42, "y": level(s), "text": f"{round(100 * s)}%"} for s in shares]
    dots: list[Layer] = []
    dot_words: list[Layer] = []
    for share, words in ((0.1, "1 in 10 by"), (0.5, "Half by"), (0.9, "9 in 10 by")):
        day = forecast.within(share)
        x, y = scale.at(day), level(share)
        # Right of the curve and below it there is room; near the edge, left of it and above.
        for text in (f"{words} {spoken(start, day)}", _short(start, day)):
            wide = text_width(text, 12.5)
            right = x + 9 + wide < width - 2
            if right:
                break
        at = (x + 9, y + 12) if right else (x - 9 - wide, y - 11)
        dots.append({"path": timeline.disc(x, y)})
        dot_words.append({"x": round(at[0], 1), "y": at[1], "text": text})
    flag_lines, flag_words = _flags(forecast, flags, scale, width, level)
    layers = [
        pictures.paths(grid, filled=False, stroke=pictures.FAINT, strokeWidth=1),
        *timeline.axis(scale, start, foot, foot + 5, above=False, most=6 if beside else 3),
        pictures.paths([{"path": band}], filled=True, fill=TEAL_FILL, strokeWidth=0),
        pictures.paths([{"path": timeline.rule(line)}], filled=False, stroke=TEAL, strokeWidth=2.6),
        pictures.paths(flag_lines, filled=False, stroke=OCHRE, strokeWidth=1.8, strokeDash=[6, 4]),
        pictures.paths(dots, filled=True, fill=PAPER, stroke=TEAL, strokeWidth=2.2),
        pictures.texts(marks, fontSize=12, align="right", fill=SOFT),
        pictures.texts(dot_words, fontSize=12.5, align="left"),
        pictures.texts(flag_words, fontSize=12, fontWeight=600, align="left", fill=OCHRE),
    ]
    sample = [
        pictures.rects([{"x": 2, "y": -6, "x2": 34, "y2": 6}], fill=TEAL_FILL),
        pictures.paths(
            [{"x": 2, "y": 0, "path": "M0,0L32,0"}], filled=False, stroke=TEAL, strokeWidth=2.6
        ),
    ]
    below, height = timeline.legend(
        [(sample, "Share of runs done; shaded: from group to group")], width, foot + 22
    )
    return pictures.canvas(width, height, [*layers, *below], description=sentence)


def _flags(
    forecast: Forecast,
    flags: Sequence[tuple[float, str]],
    scale: Scale,
    width: float,
    level: Callable[[float], float],
) -> tuple[list[Layer], list[Layer]]:
    """Mark dates above the curve: a label each, and a line down to the curve.

    The earlier date takes the lower row and stands left of its line, so that the line of the later
    one passes it by.
    """
    start = forecast.programme.start
    lines: list[Layer] = []
    words: list[Layer] = []
    spans: list[tuple[float, float]] = []
    for place, (day, said) in enumerate(sorted(flags)):
        row = len(flags) - 1 - place
        chance = forecast.chance(day)
        text = f"{said}: {_short(start, day)}, {_percent(chance)}"
        wide = text_width(text, 12, True)
        x, y = scale.at(day), 11.0 + 18 * row
        left = x - wide + 5 if place == 0 and len(flags) > 1 else x - wide / 2
        left = min(max(left, 2), width - wide - 2)
        crossed = any(low - 3 < x < high + 3 for low, high in spans)
        spans.append((left, left + wide))
        from_ = 11.0 + 18 * len(flags) - 9 if crossed else y + 9
        lines.append({"path": timeline.rule([(x, from_), (x, level(chance.middle))])})
        words.append({"x": round(left, 1), "y": y, "text": text})
    return lines, words


def _short(start: dt.date | None, day: float) -> str:
    date = dates.when(start, day)
    month = dates.MONTHS[date.month - 1][:3] if date else ""
    return f"{date.day} {month} {date.year}" if date else spoken(start, day)


def _percent(chance: Chance) -> str:
    low, high = round(100 * chance.low), round(100 * chance.high)
    return f"{low}%" if low == high else f"{low} to {high}%"


# ---------------------------------------------------------------------- drivers


def draw_drivers(change: Change, *, seed: int = 1) -> Picture:
    """Draw which steps drive delay; see `approvals.draw_drivers`."""
    forecast = simulate(change, seed=seed)
    columns = [
        "Step",
        "Days between going well and going badly",
        "Share of runs on the longest way",
    ]
    rows: list[list[str | float | None]] = [
        [d.name, round(d.swing), f"{round(100 * d.critical)} %"] for d in forecast.drivers
    ]
    table = Table("What moves the end", columns, rows)
    if forecast.programme.days is None and forecast.programme.faults:
        return _looped("approvals-drivers", forecast.programme, table)
    moving = [d for d in forecast.drivers if d.critical and d.swing >= 0.5]
    if not moving:
        return pictures.blank(
            "approvals-drivers",
            "No step moves the end yet",
            "An empty frame. No step has a range of days yet.",
            table,
            ["No step has a range yet.", "Give days if all goes well", "and if it goes badly."],
        )
    shown = moving[:10]
    drawn = [
        Bar(
            d.name,
            d.swing,
            days_of(d.swing),
            f"on the longest way in {_share_of_runs(d.critical)}",
            TEAL if place == 0 else TEAL_FILL,
            TEAL,
        )
        for place, d in enumerate(shown)
    ]
    rest = [f"{d.name} ({days_of(d.swing)})" for d in shown[1:4]]
    sentence = (
        f"Bars for {counted(len(shown), 'step')}. When {shown[0].name} goes badly, the end comes "
        f"{days_of(shown[0].swing)} later than when it goes well."
        + (f" Next: {listing(rest)}." if rest else "")
    )
    return Picture(
        "approvals-drivers",
        f"{shown[0].name} drives delay most",
        sentence,
        bars.draw_bars(drawn, WIDE, sentence),
        table,
        bars.draw_bars(drawn, NARROW, sentence),
    )
