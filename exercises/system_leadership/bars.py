"""Draw bars with their names, numbers and notes, wide and narrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from . import pictures
from .labels import text_width, wrap
from .pictures import INK, SOFT

__all__ = ["Bar", "draw_bars"]


@frozen
class Bar:
    """A bar with its words: share is 0 to 1."""

    label: str
    share: float
    value: str
    note: str
    fill: str
    stroke: str


def draw_bars(bars: Sequence[Bar], width: float, sentence: str) -> dict[str, Any]:
    """Draw bars with a name before, a number at the end and a note below; names are wrapped."""
    beside = width > 500
    left = 224.0 if beside else 2.0
    most = max((bar.share for bar in bars), default=0.0) or 1.0
    widest = max((text_width(bar.value, 13, True) for bar in bars), default=0.0)
    room = width - left - widest - 14
    rects: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    y = 4.0
    for bar in bars:
        lines = wrap(bar.label, left - 14 if beside else width - 6, 13, 3)
        small = wrap(bar.note, width - left - 4, 12, 2 if beside else 3) if bar.note else ()
        top = y
        if beside:
            height = max(22 + 16.0 * len(small), 17.0 * len(lines))
            at = y + 11
        else:
            height = 17.0 * len(lines) + 25 + 16.0 * len(small)
            at = y + 17 * len(lines) + 12
        start = top + 11 if beside else top + 8
        for place, line in enumerate(lines):
            x = left - 10 if beside else left
            labels.append({"x": x, "y": start + 17 * place, "text": line})
        end = left + (max(2.0, room * bar.share / most) if bar.share > 0 else -6.0)
        if bar.share > 0:
            rects.append(
                {
                    "x": left,
                    "y": at - 9,
                    "x2": end,
                    "y2": at + 9,
                    "fill": bar.fill,
                    "stroke": bar.stroke,
                }
            )
        values.append({"x": end + 8, "y": at, "text": bar.value})
        for place, line in enumerate(small):
            notes.append({"x": left, "y": at + 20 + 16 * place, "text": line})
        y = top + height + 14
    layers = [
        pictures.rects(rects, radius=3, strokeWidth=1.4),
        pictures.texts(labels, fontSize=13, align="right" if beside else "left", fill=INK),
        pictures.texts(values, fontSize=13, fontWeight=600, align="left", fill=INK),
        pictures.texts(notes, fontSize=12, align="left", fill=SOFT),
    ]
    return pictures.canvas(width, y, layers, description=sentence)
