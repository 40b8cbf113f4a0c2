"""Put days on a line: ticks of an axis, and where they stand in pixels.

Days are counted from a start. With a date for the start they become dates; without one they stay
days. Dates are plain days of the calendar, so no time zone can move them: labels are made here,
not by the program that draws.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from attrs import frozen

from . import pictures
from .dates import MONTHS, number, when
from .labels import text_width
from .pictures import FAINT, SOFT

__all__ = [
    "Scale",
    "axis",
    "diamond",
    "disc",
    "legend",
    "round_numbers",
    "rule",
    "scale_to",
    "ticks",
]


@frozen
class Scale:
    """Turn days into pixels along a line.

    Attributes
    ----------
    first, last : float
        The days at its two ends.
    x, x2 : float
        Where those stand, in pixels.
    """

    first: float
    last: float
    x: float
    x2: float

    def at(self, day: float) -> float:
        """Give where a day stands, in pixels; days beyond an end stand at it.

        Examples
        --------
        >>> Scale(0, 10, 100, 200).at(5), Scale(0, 10, 100, 200).at(99)
        (150.0, 200.0)
        """
        share = (day - self.first) / ((self.last - self.first) or 1)
        return round(self.x + min(1.0, max(0.0, share)) * (self.x2 - self.x), 1)


def scale_to(first: float, last: float, x: float, x2: float, margin: float = 0.03) -> Scale:
    """Give a scale with some room at both ends.

    Examples
    --------
    >>> scale_to(0, 100, 0, 1000).last
    103.0
    """
    room = (last - first) * margin or 1.0
    return Scale(first - room, last + room, x, x2)


def ticks(
    first: float, last: float, start: dt.date | None, most: int = 8
) -> list[tuple[float, str]]:
    """Choose days to write on an axis: starts of months or years, or round numbers of days.

    Parameters
    ----------
    first, last : float
        Days at the ends of the axis, counted from the start.
    start : datetime.date or None
        Day 0.
    most : int
        Labels at most, 1 or more.

    Returns
    -------
    list of tuple of float and str
        Each day and its label, in order.

    Examples
    --------
    >>> ticks(0, 400, dt.date(2009, 1, 31), most=5)
    [(60.0, 'Apr 2009'), (151.0, 'Jul 2009'), (243.0, 'Oct 2009'), (335.0, 'Jan 2010')]
    >>> ticks(0, 400, None, most=5)
    [(0.0, 'Day 0'), (100.0, 'Day 100'), (200.0, 'Day 200'), (300.0, 'Day 300'), (400.0, 'Day 400')]
    """
    one, two = when(start, first), when(start, last)
    if start is None or one is None or two is None:
        return _round_days(first, last, most)
    months = (two.year - one.year) * 12 + two.month - one.month
    if months < 2:
        days: list[int] = []
        for step in (1, 2, 3, 7, 14, 31, 62):
            days = list(range(math.ceil(first), math.floor(last) + 1, step))
            if len(days) <= most:
                break
        dates = [start + dt.timedelta(days=day) for day in days]
        return [
            (float(day), f"{date.day} {MONTHS[date.month - 1][:3]}")
            for day, date in zip(days, dates, strict=True)
        ]
    for step in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12000):
        found = []
        index = -(-(one.year * 12 + one.month - 1) // step) * step
        while index <= two.year * 12 + two.month - 1:
            date = dt.date(index // 12, index % 12 + 1, 1)
            day = float((date - start).days)
            if first <= day <= last:
                year = str(date.year)
                label = year if step >= 12 else f"{MONTHS[date.month - 1][:3]} {year}"
                found.append((day, label))
            index += step
        if len(found) <= most:
            break
    return found


def _round_days(first: float, last: float, most: int) -> list[tuple[float, str]]:
    return [(each, f"Day {number(each, 0)}") for each in round_numbers(first, last, most)]


def round_numbers(first: float, last: float, most: int) -> list[float]:
    """Choose round numbers between two, at most so many.

    Examples
    --------
    >>> round_numbers(0, 1, 6)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    span = max(last - first, 1e-9)
    size = 10.0 ** math.floor(math.log10(span / max(most, 1)))
    for step in (size, 2 * size, 5 * size, 10 * size, 20 * size):
        from_ = math.ceil(first / step - 1e-9)
        to = math.floor(last / step + 1e-9)
        if to - from_ + 1 <= most:
            break
    return [round(place * step, 9) + 0.0 for place in range(from_, to + 1)]


def axis(
    scale: Scale,
    start: dt.date | None,
    top: float,
    foot: float,
    *,
    above: bool = True,
    most: int = 8,
) -> list[dict[str, Any]]:
    """Draw the lines of a time axis and their labels, which never touch one another.

    Parameters
    ----------
    scale : Scale
        Where days stand.
    start : datetime.date or None
        Day 0.
    top, foot : float
        Where the lines begin and end, in pixels.
    above : bool
        Labels stand above the lines, or below them.
    most : int
        Labels at most.

    Returns
    -------
    list of dict
        Layers for `pictures.canvas`.
    """
    found = ticks(scale.first, scale.last, start, most)
    while most > 1 and _too_close(found, scale):
        most -= 1
        found = ticks(scale.first, scale.last, start, most)
    lines = [{"path": f"M{scale.at(d):g},{top:g}L{scale.at(d):g},{foot:g}"} for d, _ in found]
    y = top - 11 if above else foot + 13
    words = []
    for day, label in found:
        half = text_width(label, 12) / 2
        x = min(max(scale.at(day), half + 2), scale.x2 + 12 - half)
        words.append({"x": round(x, 1), "y": y, "text": label})
    return [
        pictures.paths(lines, filled=False, stroke=FAINT, strokeWidth=1),
        pictures.texts(words, fontSize=12, align="center", fill=SOFT),
    ]


def _too_close(found: Sequence[tuple[float, str]], scale: Scale) -> bool:
    return any(
        scale.at(two) - scale.at(one) < (text_width(a, 12) + text_width(b, 12)) / 2 + 10
        for (one, a), (two, b) in pairwise(found)
    )


def legend(
    entries: Sequence[tuple[list[dict[str, Any]], str]], width: float, top: float, x: float = 6.0
) -> tuple[list[dict[str, Any]], float]:
    """Explain the marks of a picture below it.

    Parameters
    ----------
    entries : sequence of tuple
        For each the layers of a sample, drawn in a box 34 pixels wide and 14 high with its left
        middle at 0, 0, and what it means.
    width, top, x : float
        Width of the picture, where the legend starts, and its left edge, in pixels.

    Returns
    -------
    tuple of list of dict and float
        Layers, and the height of the picture with them.
    """
    layers: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    left, y = x, top + 16.0
    for sample, text in entries:
        long = 34 + 7 + text_width(text, 12)
        if x > left and x + long > width - 4:
            x, y = left, y + 21
        layers += [_moved(layer, x, y) for layer in sample]
        words.append({"x": x + 41, "y": y, "text": text})
        x += long + 22
    layers.append(pictures.texts(words, fontSize=12, align="left"))
    return layers, y + 14


def _moved(layer: dict[str, Any], x: float, y: float) -> dict[str, Any]:
    moved = []
    for value in layer["data"]["values"]:
        new = dict(value)
        for key in ("x", "x2"):
            if key in new:
                new[key] += x
        for key in ("y", "y2"):
            if key in new:
                new[key] += y
        moved.append(new)
    return {**layer, "data": {"values": moved}}


def rule(points: Sequence[tuple[float, float]]) -> str:
    """Give the path of a line through points, in pixels.

    Examples
    --------
    >>> rule([(0, 0), (10.04, 5)])
    'M0,0L10,5'
    """
    return "M" + "L".join(f"{round(x, 1) + 0.0:g},{round(y, 1) + 0.0:g}" for x, y in points)


def diamond(x: float, y: float, reach: float) -> str:
    """Give the path of a diamond round a point.

    Examples
    --------
    >>> diamond(10, 10, 4)
    'M10,6L14,10L10,14L6,10Z'
    """
    return rule([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]) + "Z"


def disc(x: float, y: float, radius: float = 4.5) -> str:
    """Give the path of a circle round a point.

    Examples
    --------
    >>> disc(10, 10, 4)
    'M6,10A4,4,0,1,1,14,10A4,4,0,1,1,6,10Z'
    """
    r, y = f"{radius:g}", round(y, 1) + 0.0
    left, right = round(x - radius, 1) + 0.0, round(x + radius, 1) + 0.0
    return f"M{left:g},{y:g}A{r},{r},0,1,1,{right:g},{y:g}A{r},{r},0,1,1,{left:g},{y:g}Z"
