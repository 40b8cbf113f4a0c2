"""Draw the chance that enough relationships last, what helps, and what the answer hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import bars, pictures, timeline
from .bars import Bar
from .change import Change
from .labels import wrap
from .pictures import FAINT, FILLS, INK, PAPER, SERIES, SOFT, Picture, Table
from .stability import Outlook, Share, options, sensitivity, simulate, stay
from .suppositions import supposed
from .timeline import Scale
from .words import counted, in_hundred

__all__ = ["draw", "draw_options", "draw_sensitivity"]

WIDE, NARROW = 760.0, 340.0
TEAL, OCHRE = SERIES[0], SERIES[1]
Layer = dict[str, Any]


def _percent(share: Share) -> str:
    low, high = round(100 * share.low), round(100 * share.high)
    if low == high:
        # So many runs and no exception is not the same as never.
        return "over 99%" if low == 100 else "under 1%" if high == 0 else f"{low}%"
    return f"{low} to {high}%"


def draw(change: Change, *, months: float | None = None, seed: int = 1) -> Picture:
    """Draw the chance over time; see `stability.draw`."""
    base = simulate(change, months=months, seed=seed)
    better = simulate(change, months=months, handover=6, shared=True, seed=seed)
    needed = round(100 * base.settings["needed"])
    title = (
        f"Enough relationships at go-live: {_percent(base.chance)} as it is, "
        f"{_percent(better.chance)} with two people and a handover"
    )
    who = base.founders
    told = (
        f"Lines of the chance, month by month, that at least {needed}% of "
        f"{counted(len(who.pairs), 'relationship')} between {counted(len(who.leaders), 'leader')} "
        f"work. After {counted(base.months, 'month')} it is {base.chance} as things are. With two "
        f"people who know each relationship and six months of handing over it is {better.chance}. "
        f"That every founder is still there is {in_hundred(base.all_stay)} of every 100."
    )
    table = _table(base, better)
    return Picture(
        "stability",
        title,
        told,
        _lines(base, better, WIDE, told),
        table,
        _lines(base, better, NARROW, told),
    )


def _table(base: Outlook, better: Outlook) -> Table:
    step = max(1, round(base.months / 12))
    months = [*range(0, base.months, step), base.months]
    median, size = base.settings["median_stay"], len(base.founders.leaders)
    rows = [
        [
            month,
            _percent(base.by_month[month]),
            _percent(better.by_month[month]),
            f"{round(100 * stay(size, month, median))}%",
        ]
        for month in months
    ]
    return Table(
        "Chance, by month",
        [
            "Month",
            "Enough relationships work, as it is",
            "The same, with two people and 6 months of handing over",
            "Every founder is still there",
        ],
        rows,
    )


def _lines(base: Outlook, better: Outlook, width: float, sentence: str) -> Layer:
    beside = width > 500
    top, foot = 16.0, 276.0
    scale = Scale(0, base.months, 48.0, width - 86)

    def level(share: float) -> float:
        return foot - share * (foot - top)

    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    grid = [{"path": timeline.rule([(48, level(s)), (scale.x2, level(s))])} for s in shares]
    marks = [{"x": 42, "y": level(s), "text": f"{round(100 * s)}%"} for s in shares]
    months = list(range(base.months + 1))
    layers: list[Layer] = [pictures.paths(grid, filled=False, stroke=FAINT, strokeWidth=1)]
    for outlook, fill in ((better, FILLS[0]), (base, FILLS[1])):
        upper = [(scale.at(m), level(outlook.by_month[m].high)) for m in months]
        lower = [(scale.at(m), level(outlook.by_month[m].low)) for m in months]
        path = timeline.rule([*upper, *reversed(lower)]) + "Z"
        layers.append(
            pictures.paths(
                [{"path": path}], filled=True, fill=fill, strokeWidth=0, fillOpacity=0.75
            )
        )
    median, size = base.settings["median_stay"], len(base.founders.leaders)
    alone = timeline.rule([(scale.at(m), level(stay(size, m, median))) for m in months])
    layers.append(
        pictures.paths(
            [{"path": alone}],
            filled=False,
            stroke=SOFT,
            strokeWidth=2,
            strokeDash=[1.5, 4],
            strokeCap="round",
        )
    )
    ends = [
        (
            stay(size, base.months, median),
            SOFT,
            _percent(Share(base.all_stay, base.all_stay, base.all_stay)),
        ),
        (base.chance.middle, OCHRE, _percent(base.chance)),
        (better.chance.middle, TEAL, _percent(better.chance)),
    ]
    for outlook, colour, dash in ((base, OCHRE, None), (better, TEAL, [8, 4])):
        path = timeline.rule([(scale.at(m), level(outlook.by_month[m].middle)) for m in months])
        mark: dict[str, Any] = {"strokeDash": dash} if dash else {}
        layers.append(
            pictures.paths([{"path": path}], filled=False, stroke=colour, strokeWidth=2.6, **mark)
        )
    placed = _apart([level(share) for share, _, _ in ends], 17, foot + 4)
    words = [
        {"x": scale.x2 + 8, "y": y, "text": text, "fill": colour}
        for y, (_, colour, text) in zip(placed, ends, strict=True)
    ]
    ticks = timeline.round_numbers(0, base.months, 7 if beside else 4)
    numbers = [{"x": scale.at(m), "y": foot + 14, "text": f"{m:g}"} for m in ticks]
    layers += [
        pictures.texts(marks, fontSize=12, align="right", fill=SOFT),
        pictures.texts(words, fontSize=13, fontWeight=600, align="left"),
        pictures.texts(numbers, fontSize=12, align="center", fill=SOFT),
        pictures.texts(
            [{"x": (48 + scale.x2) / 2, "y": foot + 32, "text": "Months from the start"}],
            fontSize=12,
            align="center",
            fill=SOFT,
        ),
    ]
    entries: list[tuple[list[Layer], str]] = [
        (_sample(OCHRE, FILLS[1]), "As it is"),
        (
            _sample(TEAL, FILLS[0], [8, 4]),
            "Two know each, 6 months to hand over" if beside else "Two know each, 6-month handover",
        ),
        (_sample(SOFT, None, [1.5, 4]), "Every founder still there"),
    ]
    below, height = timeline.legend(entries, width, foot + 42)
    return pictures.canvas(width, height, [*layers, *below], description=sentence)


def _sample(colour: str, fill: str | None, dash: Sequence[float] | None = None) -> list[Layer]:
    mark: dict[str, Any] = {"strokeDash": list(dash)} if dash else {}
    line = pictures.paths(
        [{"x": 2, "y": 0, "path": "M0,0L32,0"}],
        filled=False,
        stroke=colour,
        strokeWidth=2.4,
        **mark,
    )
    if fill is None:
        return [line]
    return [pictures.rects([{"x": 2, "y": -6, "x2": 34, "y2": 6}], fill=fill), line]


def _apart(wanted: Sequence[float], least: float, lowest: float) -> list[float]:
    """Move heights apart so that no two labels touch; the order stays."""
    order = sorted(range(len(wanted)), key=lambda place: -wanted[place])
    found = list(wanted)
    below = lowest + least
    for place in order:  # from the lowest line up
        found[place] = min(found[place], below - least)
        below = found[place]
    return [round(each, 1) for each in found]


# --------------------------------------------------------------------- options


def draw_options(change: Change, *, months: float | None = None, seed: int = 1) -> Picture:
    """Draw what each option buys; see `stability.draw_options`."""
    ways = options(change, months=months, seed=seed)
    rows = [[way.name, _percent(way.outlook.chance), _percent(way.outlook.working)] for way in ways]
    table = Table(
        "What each option buys",
        [
            "Option",
            "Chance that enough relationships work at go-live",
            "Relationships that work, in 8 of every 10 runs",
        ],
        rows,
    )
    drawn = [
        Bar(
            way.name,
            way.outlook.chance.middle,
            _percent(way.outlook.chance),
            "",
            FILLS[1] if place == 0 else FILLS[0],
            OCHRE if place == 0 else TEAL,
        )
        for place, way in enumerate(ways)
    ]
    base, best = ways[0], max(ways[1:], key=lambda way: way.outlook.chance.middle)
    if best.outlook.chance.middle > base.outlook.chance.middle:
        title = f"{_percent(base.outlook.chance)} as it is, {_percent(best.outlook.chance)} at best"
    else:
        title = "Handing over and sharing change little here"
    told = (
        "Bars of the chance that enough relationships work at go-live. "
        + "; ".join(f"{way.name}: {_percent(way.outlook.chance)}" for way in ways)
        + "."
    )
    return Picture(
        "stability-options",
        title,
        told,
        bars.draw_bars(drawn, WIDE, told),
        table,
        bars.draw_bars(drawn, NARROW, told),
    )


# ----------------------------------------------------------------- sensitivity


def draw_sensitivity(change: Change, *, months: float | None = None, seed: int = 1) -> Picture:
    """Draw what the answer hangs on; see `stability.draw_sensitivity`."""
    effects = sensitivity(change, months=months, seed=seed)
    base = simulate(change, months=months, seed=seed).chance.middle
    rows = [
        [
            e.assumption.label,
            f"{e.assumption.told(e.assumption.low)}: {round(100 * e.low)}%",
            f"{e.assumption.told(supposed(change, e.assumption))}: {round(100 * base)}%",
            f"{e.assumption.told(e.assumption.high)}: {round(100 * e.high)}%",
            e.assumption.source,
        ]
        for e in effects
    ]
    table = Table(
        "Chance at go-live as one assumption moves",
        ["Assumption", "Low", "As assumed", "High", "Source"],
        rows,
    )
    first = effects[0]
    label = first.assumption.label
    title = f"Most hangs on {label[0].lower()}{label[1:]}"
    told = (
        f"A bar for each of {len(effects)} assumptions shows how far the chance of "
        f"{round(100 * base)}% moves with it alone. "
        + "; ".join(
            f"{e.assumption.label}: {round(100 * e.low)}% at "
            f"{e.assumption.told(e.assumption.low)}, {round(100 * e.high)}% at "
            f"{e.assumption.told(e.assumption.high)}"
            for e in effects
        )
        + ". Only the length of stay is published."
    )
    spans = [
        (
            e.assumption.label,
            f"{e.assumption.told(e.assumption.low)} or {e.assumption.told(e.assumption.high)}"
            + ("" if e.assumption.published else ", our assumption"),
            e.low,
            e.high,
        )
        for e in effects
    ]
    return Picture(
        "stability-sensitivity",
        title,
        told,
        _tornado(spans, base, WIDE, told),
        table,
        _tornado(spans, base, NARROW, told),
    )


def _tornado(
    spans: Sequence[tuple[str, str, float, float]], base: float, width: float, sentence: str
) -> Layer:
    beside = width > 500
    left = 300.0 if beside else 30.0
    scale = Scale(0, 1, left, width - 46)
    top = 30.0
    labels: list[Layer] = []
    notes: list[Layer] = []
    boxes: list[Layer] = []
    hollow: list[Layer] = []
    solid: list[Layer] = []
    numbers: list[Layer] = []
    y = top + 8
    for label, note, low, high in spans:
        room = 262.0 if beside else width - 10
        lines = wrap(label, room, 13, 2)
        for place, line in enumerate(lines):
            labels.append({"x": 4, "y": y + 8 + 16 * place, "text": line})
        notes.append({"x": 4, "y": y + 16 * len(lines) + 7, "text": note})
        block = 16.0 * len(lines) + 15
        at = y + block / 2 if beside else y + block + 14
        one, two = sorted((low, high))
        boxes.append(
            {
                "x": scale.at(one),
                "y": at - 8,
                "x2": max(scale.at(two), scale.at(one) + 2),
                "y2": at + 8,
            }
        )
        hollow.append({"path": timeline.disc(scale.at(low), at, 5)})
        solid.append({"path": timeline.disc(scale.at(high), at, 5)})
        numbers.append(
            {"x": scale.at(two) + 11, "y": at, "text": f"{round(100 * two)}%", "align": "left"}
        )
        numbers.append(
            {"x": scale.at(one) - 11, "y": at, "text": f"{round(100 * one)}%", "align": "right"}
        )
        y += block + (14 if beside else 36)
    foot = y
    ticks = [(s, f"{round(100 * s)}%") for s in (0.0, 0.25, 0.5, 0.75, 1.0)]
    lines_ = [{"path": timeline.rule([(scale.at(s), top), (scale.at(s), foot)])} for s, _ in ticks]
    marks = [{"x": scale.at(s), "y": top - 11, "text": text} for s, text in ticks]
    middle = [{"path": timeline.rule([(scale.at(base), top), (scale.at(base), foot)])}]
    aligned = [
        pictures.texts(
            [{k: v for k, v in n.items() if k != "align"} for n in numbers if n["align"] == side],
            fontSize=12,
            align=side,
            fill=INK,
        )
        for side in ("left", "right")
    ]
    layers = [
        pictures.paths(lines_ if beside else [], filled=False, stroke=FAINT, strokeWidth=1),
        pictures.texts(marks, fontSize=12, align="center", fill=SOFT),
        pictures.rects(boxes, radius=3, fill=FILLS[0], stroke=TEAL, strokeWidth=1.2),
        pictures.paths(
            middle if beside else [], filled=False, stroke=OCHRE, strokeWidth=2, strokeDash=[5, 4]
        ),
        pictures.paths(hollow, filled=True, fill=PAPER, stroke=TEAL, strokeWidth=2.2),
        pictures.paths(solid, filled=True, fill=TEAL, stroke=TEAL, strokeWidth=2.2),
        pictures.texts(labels, fontSize=13, align="left"),
        pictures.texts(notes, fontSize=11.5, align="left", fill=SOFT),
        *aligned,
    ]
    dot = {"x": 18, "y": 0, "path": timeline.disc(0, 0, 5)}
    entries: list[tuple[list[Layer], str]] = [
        (
            [pictures.paths([dot], filled=True, fill=PAPER, stroke=TEAL, strokeWidth=2.2)],
            "With the low value",
        ),
        (
            [pictures.paths([dot], filled=True, fill=TEAL, stroke=TEAL, strokeWidth=2.2)],
            "With the high value",
        ),
    ]
    if beside:
        entries.append(
            (
                [
                    pictures.paths(
                        [{"x": 18, "y": 0, "path": "M0,-8L0,8"}],
                        filled=False,
                        stroke=OCHRE,
                        strokeWidth=2,
                        strokeDash=[5, 4],
                    )
                ],
                f"All as assumed: {round(100 * base)}%",
            )
        )
    below, height = timeline.legend(entries, width, foot)
    return pictures.canvas(width, height, [*layers, *below], description=sentence)
