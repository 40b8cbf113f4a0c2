"""Draw a large system: a dot for each node, by sector, with names for the most important."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from . import layout, pictures
from .labels import text_width, wrap
from .map_marks import Layer, disc, looks
from .pictures import INK, LINE, PANEL, PAPER, SERIES, SOFT
from .system_map import Broker, SystemMap

__all__ = ["dots"]


@frozen
class _Ground:
    """The ground of one sector among dots: its members and the room they take."""

    sector: str
    named: list[tuple[int, tuple[str, ...], float, float]]  # node, lines, width, height
    dots: list[int]
    heading: tuple[str, ...]
    width: float


def dots(made: SystemMap, top: Sequence[Broker], width: float, sentence: str) -> dict[str, Any]:
    """Draw a large map: a dot for each node, by sector, and names for the most important."""
    step, pad = (22.0, 9.0) if width > 500 else (20.0, 8.0)
    ranks = {made.place(each.name): rank for rank, each in enumerate(top, 1)}
    order = sorted(range(len(made.nodes)), key=lambda p: (-made.betweenness[p], p))
    named = set(order[: 12 if width > 500 else 8])
    named = {p for p in named if made.betweenness[p] > 0} | _only(made.you)
    sectors = made.sectors()
    members: dict[str, list[int]] = {}
    for p, node in enumerate(made.nodes):
        members.setdefault(node.sector if made.neighbours[p] or p in named else "\0", []).append(p)
    known = [sector for sector in (*sectors, "", "\0") if sector in members]
    titles = {"": "Sector not given" if sectors else "On the map", "\0": "No ties yet"}
    grounds = [
        _ground(made, titles.get(each, each), each, members[each], named, width, step, pad)
        for each in known
    ]
    look_of = looks(sectors)
    spots: dict[int, tuple[float, float]] = {}
    panels: list[dict[str, Any]] = []
    empty: list[dict[str, Any]] = []
    headings: list[dict[str, Any]] = []
    cards: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    discs: list[dict[str, Any]] = []
    badges: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    most = max((len(each) for each in made.neighbours), default=1) or 1
    x, y, tall = 2.0, 2.0, 0.0
    for ground in _shelves(grounds, width):
        if x > 2 and x + ground.width > width - 1:
            x, y, tall = 2.0, y + tall + 10, 0.0
        at = y + 8
        for line in ground.heading:
            headings.append({"x": x + pad, "y": at + 7, "text": line})
            at += 15
        at += 4
        left, highest = x + pad, 0.0
        for p, lines, wide, high in ground.named:
            if left > x + pad and left + wide > x + ground.width - pad:
                left, at, highest = x + pad, at + highest + 8, 0.0
            look = look_of.get(made.nodes[p].sector, look_of[""])
            cards.append(
                {
                    "x": left,
                    "y": at,
                    "x2": left + wide,
                    "y2": at + high,
                    "fill": look.fill,
                    "stroke": look.stroke,
                    "strokeWidth": 3 if p in ranks else 1.4,
                }
            )
            for place, line in enumerate(lines):
                words.append({"x": left + wide / 2, "y": at + 13 + 15 * place, "text": line})
            if p in ranks:
                badges.append({"path": disc(left + wide - 2, at + 2, 9)})
                numbers.append({"x": left + wide - 2, "y": at + 2.5, "text": str(ranks[p])})
            spots[p] = (left + wide / 2, at + high / 2)
            left += wide + 12
            highest = max(highest, high)
        at += highest + (8 if ground.named else 0)
        across = max(1, int((ground.width - 2 * pad) // step))
        for place, p in enumerate(ground.dots):
            spot = (x + pad + step * (place % across + 0.5), at + step * (place // across + 0.5))
            spots[p] = spot
            look = look_of.get(made.nodes[p].sector, look_of[""])
            radius = 3.5 + 5.5 * (len(made.neighbours[p]) / most) ** 0.5
            shape = {"path": disc(*spot, round(radius, 1)), "fill": look.stroke, "stroke": PAPER}
            if not made.neighbours[p]:
                shape |= {"fill": PAPER, "stroke": look.stroke}
            discs.append(shape)
        at += step * -(-len(ground.dots) // across) + pad
        (empty if ground.sector == "\0" else panels).append(
            {"x": x, "y": y, "x2": x + ground.width, "y2": at}
        )
        tall = max(tall, at - y)
        x += ground.width + 10
    bottom = y + tall
    layers: list[Layer] = [
        pictures.rects(panels, radius=9, fill=PANEL, strokeWidth=0),
        pictures.rects(
            empty, radius=9, stroke=LINE, strokeWidth=1, strokeDash=[4, 4], fillOpacity=0
        ),
    ]
    layers += _threads(made, spots)
    font: dict[str, Any] = {"fontSize": layout.SMALL, "fontWeight": 600, "align": "left"}
    layers += [
        pictures.paths(discs, filled=True, strokeWidth=1.2),
        pictures.texts(headings, **font, fill=PANEL, stroke=PANEL, strokeWidth=5),
        pictures.texts(headings, **font, fill=SOFT),
        pictures.rects(cards, radius=5),
        pictures.texts(words, fontSize=12, align="center", fill=INK),
        pictures.paths(badges, filled=True, fill=INK, stroke=PAPER, strokeWidth=1.5),
        pictures.texts(numbers, fontSize=11, fontWeight=600, align="center", fill=PAPER),
    ]
    legend, height = _legend(made, bool(top), width, bottom)
    return pictures.canvas(width, height, [*layers, *legend], description=sentence)


def _only(place: int | None) -> set[int]:
    return set() if place is None else {place}


def _ground(
    made: SystemMap,
    title: str,
    sector: str,
    members: Sequence[int],
    named: set[int],
    width: float,
    step: float,
    pad: float,
) -> _Ground:
    inner = width - 4 - 2 * pad
    cards = []
    for p in members:
        if p in named:
            label = f"You: {made.nodes[p].name}" if p == made.you else made.nodes[p].name
            lines = wrap(label, min(170.0, inner - 24), 12, 2)
            wide = max(text_width(line, 12) for line in lines) + 16
            cards.append((p, lines, wide, 12 + 15.0 * len(lines)))
    dots = [p for p in members if p not in named]
    dots.sort(key=lambda p: (-len(made.neighbours[p]), p))
    heading = wrap(f"{title} ({len(members)})", inner, layout.SMALL, 2, True)
    wanted = max(
        max(text_width(line, layout.SMALL, True) for line in heading),
        sum(card[2] + 12 for card in cards),
        step * min(len(dots), max(6, round(2.2 * len(dots) ** 0.5))),
    )
    wanted = min(inner, wanted)
    if inner - wanted < 90:
        wanted = inner  # too little left for a neighbour
    return _Ground(sector, cards, dots, heading, wanted + 2 * pad)


def _shelves(grounds: Sequence[_Ground], width: float) -> list[_Ground]:
    """Widen the grounds that stand side by side until they fill the width together."""
    shelves: list[list[_Ground]] = []
    room = 0.0
    for ground in grounds:
        if not shelves or ground.width > room:
            shelves.append([])
            room = width - 4
        shelves[-1].append(ground)
        room -= ground.width + 10
    return [
        evolve(each, width=each.width + spare / len(shelf))
        for shelf in shelves
        for spare in [width - 4 - sum(each.width + 10 for each in shelf) + 10]
        for each in shelf
    ]


def _threads(made: SystemMap, spots: Mapping[int, tuple[float, float]]) -> list[Layer]:
    """Draw all ties as hair lines, those of line darker, and your own on top."""
    paths: dict[str, list[str]] = {"rest": [], "line": [], "own": []}
    for link in made.links:
        own = made.you in (link.from_, link.to)
        kind = "own" if own else "line" if link.kind == "line" else "rest"
        paths[kind].append(pictures.rounded([spots[link.from_], spots[link.to]], 0))
    layers = []
    # The more lines, the fainter each: what many have in common still shows.
    faint = min(0.35, max(0.07, 120 / (1 + len(made.links))))
    for kind, colour, thick, opacity in (
        ("rest", SOFT, 0.7, faint),
        ("line", INK, 0.9, 1.4 * faint),
        ("own", SERIES[1], 1.5, min(0.8, max(0.4, 24 / (1 + len(paths["own"]))))),
    ):
        if paths[kind]:
            layers.append(
                pictures.paths(
                    [{"path": "".join(paths[kind])}],
                    filled=False,
                    stroke=colour,
                    strokeWidth=thick,
                    strokeOpacity=round(opacity, 2),
                )
            )
    return layers


def _legend(
    made: SystemMap, has_brokers: bool, width: float, top: float
) -> tuple[list[Layer], float]:
    entries = [("dots", "Larger dot: more ties")]
    if any(link.kind == "line" for link in made.links):
        entries.append(("line", "Darker line: can instruct"))
    if made.you is not None:
        entries.append(("own", "Thicker line: your own ties"))
    if any(not each for each in made.neighbours):
        entries.append(("hollow", "Hollow dot: no tie yet"))
    if has_brokers:
        entries.append(("broker", "Broker: others meet through them"))
    x, y = 6.0, top + 20.0
    shapes: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    for mark, text in entries:
        long = 34 + text_width(text, 12)
        if x > 6 and x + long > width - 4:
            x, y = 6.0, y + 21
        if mark == "dots":
            shapes += [
                {"path": disc(x + 5, y, 3.5), "fill": SOFT, "stroke": PAPER},
                {"path": disc(x + 18, y, 7), "fill": SOFT, "stroke": PAPER},
            ]
        elif mark == "hollow":
            shapes.append({"path": disc(x + 14, y, 4), "fill": PAPER, "stroke": SOFT})
        elif mark == "broker":
            shapes.append({"path": disc(x + 14, y, 9), "fill": INK, "stroke": PAPER})
            numbers.append({"x": x + 14, "y": y + 0.5, "text": "1"})
        else:
            colour = INK if mark == "line" else SERIES[1]
            lines.append({"path": pictures.rounded([(x, y), (x + 26, y)], 0), "stroke": colour})
        words.append({"x": x + 34, "y": y, "text": text})
        x += long + 22
    return [
        pictures.paths(lines, filled=False, strokeWidth=1.5),
        pictures.paths(shapes, filled=True, strokeWidth=1.2),
        pictures.texts(numbers, fontSize=11, fontWeight=600, align="center", fill=PAPER),
        pictures.texts(words, fontSize=12, align="left", fill=INK),
    ], y + 14
