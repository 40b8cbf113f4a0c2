"""Draw barriers as cards under the name of whoever could lift them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from . import pictures, timeline
from .barriers import Barriers, Group, Hurdle, sort
from .change import Change
from .labels import wrap
from .pictures import FILLS, INK, LINE, PAPER, SERIES, SOFT, Picture, Table
from .words import counted

__all__ = ["draw"]

WIDE, NARROW = 760.0, 340.0
MOST_IN_GROUP = 6
MOST_GROUPS = 12
SIZE, SMALL = 13.0, 12.0
Layer = dict[str, Any]
LOOKS = {
    "ours": (FILLS[0], SERIES[0]),
    "others": (FILLS[3], SERIES[3]),
    "nobody": (PAPER, SOFT),
}
"""Fill and edge of a card, by whose it is to lift. The heading says it in words."""


def draw(change: Change) -> Picture:
    """Draw the barriers; see `barriers.draw`."""
    made = sort(change)
    table = _table(made)
    if not made.hurdles:
        return pictures.blank(
            "barriers",
            "Your barriers will stand here",
            "An empty frame. There are no barriers yet.",
            table,
            ["Add what is in the way,", "and who could lift it."],
        )
    sentence = _sentence(made)
    return Picture(
        "barriers",
        _title(made),
        sentence,
        _lists(made, WIDE, sentence),
        table,
        _lists(made, NARROW, sentence),
    )


def _title(made: Barriers) -> str:
    total = len(made.hurdles)
    idle = len(made.without_move)
    ours = f"{len(made.ours)} of {counted(total, 'barrier')} in our gift"
    if idle:
        return f"{ours}, {idle} without a next move"
    return f"{ours}, each with a next move"


def _sentence(made: Barriers) -> str:
    told = [f"{counted(len(made.hurdles), 'barrier')} by who could lift them."]
    for group in made.groups[:MOST_GROUPS]:
        idle = len(group.without_move)
        more = f", {idle} without a next move" if idle else ""
        told.append(f"{group.who}: {len(group.hurdles)}{more}.")
    if len(made.groups) > MOST_GROUPS:
        told.append(f"{len(made.groups) - MOST_GROUPS} more could lift others.")
    return " ".join(told)


def _table(made: Barriers) -> Table:
    rows = [
        [each.what, each.kind, group.who, each.next_move or "none yet"]
        for group in made.groups
        for each in group.hurdles
    ]
    return Table(
        "Barriers and who could lift them",
        ["Barrier", "Kind", "Who could lift it", "Next move"],
        rows,
    )


@frozen
class _Card:
    """A barrier as it stands in its column: lines of words, and how high it is."""

    hurdle: Hurdle
    lines: tuple[str, ...]
    move: tuple[str, ...]
    look: str
    height: float = 0.0


@frozen
class _Block:
    """A heading with its cards."""

    heading: tuple[str, ...]
    note: str
    cards: tuple[_Card, ...]
    more: int
    height: float = 0.0


def _block(group: Group, width: float) -> _Block:
    cards = []
    for each in group.hurdles[:MOST_IN_GROUP]:
        lines = wrap(each.what, width - 24, SIZE, 4)
        move = wrap(each.next_move or "No next move yet", width - 44, SMALL, 3, not each.next_move)
        height = 10.0 + 17 * len(lines) + 5 + 16 * len(move) + 8
        cards.append(_Card(each, lines, move, group.kind, height))
    count = len(group.hurdles)
    heading = wrap(
        f"{group.who} ({count})" if group.kind != "ours" or count else group.who,
        width - 4,
        14,
        3,
        True,
    )
    note = ""
    if group.steps == 1:
        note = "You have a tie of your own to them"
    elif group.steps:
        note = f"{group.steps} steps away on your map"
    more = count - len(cards)
    height = 18.0 * len(heading) + (16 if note else 0) + 6 + sum(c.height + 8 for c in cards)
    return _Block(heading, note, tuple(cards), more, height + (20 if more else 0) + 12)


def _lists(made: Barriers, width: float, sentence: str) -> Layer:
    beside = width > 500 and len(made.groups) > 1
    between = 20.0
    column = (width - between) / 2 - 2 if beside else width - 4
    if width > 500 and not beside:
        column = min(column, 560.0)
    shown = made.groups[:MOST_GROUPS]
    blocks = [_block(group, column) for group in shown]
    # Each block goes where there is more room, so that the columns end at about the same height.
    heights = [6.0, 6.0] if beside else [6.0]
    layers: list[Layer] = []
    for block in blocks:
        at = min(range(len(heights)), key=lambda place: (heights[place], place))
        layers += _drawn(block, 2 + at * (column + between), heights[at], column)
        heights[at] += block.height
    y = max(heights)
    if len(made.groups) > len(shown):
        rest = sum(len(group.hurdles) for group in made.groups[MOST_GROUPS:])
        text = f"and {counted(rest, 'more barrier')} in the table"
        layers.append(
            pictures.texts(
                [{"x": 4, "y": y + 2, "text": text}], fontSize=SMALL, align="left", fill=SOFT
            )
        )
        y += 18
    below, height = timeline.legend(_legend(made), width, y - 8)
    return pictures.canvas(width, height, [*_merged(layers), *below], description=sentence)


def _drawn(block: _Block, x: float, y: float, width: float) -> list[Layer]:
    heads = [{"x": x, "y": y + 9 + 18 * at, "text": line} for at, line in enumerate(block.heading)]
    y += 18 * len(block.heading)
    small: list[Layer] = []
    if block.note:
        small.append({"x": x, "y": y + 6, "text": block.note})
        y += 16
    y += 6
    full: list[Layer] = []
    idle: list[Layer] = []
    words: list[Layer] = []
    moves: list[Layer] = []
    none: list[Layer] = []
    arrows: list[Layer] = []
    gaps: list[Layer] = []
    for card in block.cards:
        fill, edge = LOOKS[card.look]
        box = {"x": x, "y": y, "x2": x + width, "y2": y + card.height, "fill": fill, "stroke": edge}
        (full if card.hurdle.next_move else idle).append(box)
        at = y + 10
        for line in card.lines:
            words.append({"x": x + 12, "y": at + 8, "text": line})
            at += 17
        at += 5
        mark = (
            {"path": _arrow(x + 13, at + 8)}
            if card.hurdle.next_move
            else {"path": timeline.disc(x + 18, at + 8, 5)}
        )
        (arrows if card.hurdle.next_move else gaps).append(mark)
        for line in card.move:
            (moves if card.hurdle.next_move else none).append(
                {"x": x + 32, "y": at + 8, "text": line}
            )
            at += 16
        y += card.height + 8
    if block.more:
        small.append({"x": x, "y": y + 6, "text": f"and {block.more} more in the table"})
    return [
        pictures.texts(heads, fontSize=14, fontWeight=600, align="left"),
        pictures.texts(small, fontSize=SMALL, align="left", fill=SOFT),
        pictures.rects(full, radius=6, strokeWidth=1.4),
        pictures.rects(idle, radius=6, strokeWidth=1.6, strokeDash=[5, 4]),
        pictures.texts(words, fontSize=SIZE, align="left", fill=INK),
        pictures.paths(arrows, filled=False, stroke=INK, strokeWidth=1.8),
        pictures.paths(gaps, filled=False, stroke=SERIES[5], strokeWidth=2),
        pictures.texts(moves, fontSize=SMALL, align="left", fill=SOFT),
        pictures.texts(none, fontSize=SMALL, fontWeight=600, align="left", fill=SERIES[5]),
    ]


def _merged(layers: Sequence[Layer]) -> list[Layer]:
    """Put layers of one look together: fewer marks draw sooner."""
    found: list[Layer] = []
    place: dict[str, int] = {}
    for layer in layers:
        values = layer["data"]["values"]
        if not values:
            continue
        key = repr(layer["mark"]) + repr(sorted(values[0]))
        if key in place:
            found[place[key]]["data"]["values"].extend(values)
        else:
            place[key] = len(found)
            found.append({**layer, "data": {"values": list(values)}})
    # Cards first: a card of a later block must not cover the words of an earlier one.
    return sorted(found, key=lambda layer: layer["mark"]["type"] != "rect")


def _arrow(x: float, y: float) -> str:
    return timeline.rule([(x, y), (x + 11, y)]) + timeline.rule(
        [(x + 7, y - 4), (x + 11, y), (x + 7, y + 4)]
    )


def _legend(made: Barriers) -> list[tuple[list[Layer], str]]:
    entries: list[tuple[list[Layer], str]] = []
    kinds = {group.kind for group in made.groups}
    for kind, text in (
        ("ours", "Ours to lift"),
        ("others", "For others to lift"),
        ("nobody", "Nobody named"),
    ):
        if kind in kinds:
            fill, edge = LOOKS[kind]
            entries.append(
                (
                    [
                        pictures.rects(
                            [{"x": 6, "y": -7, "x2": 34, "y2": 7}],
                            radius=4,
                            fill=fill,
                            stroke=edge,
                            strokeWidth=1.4,
                        )
                    ],
                    text,
                )
            )
    if made.without_move:
        entries.append(
            (
                [
                    pictures.rects(
                        [{"x": 6, "y": -7, "x2": 34, "y2": 7}],
                        radius=4,
                        fill=PAPER,
                        stroke=LINE,
                        strokeWidth=1.6,
                        strokeDash=[5, 4],
                    )
                ],
                "Dashed: no next move yet",
            )
        )
    return entries
