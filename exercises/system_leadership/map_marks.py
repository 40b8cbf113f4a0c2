"""Marks that the pictures of a system share: boxes, ties, headings and the legend.

Boxes take the colour of their sector, and stand under its name. Lines say by their form what kind
of tie they are: line thick, influence thin, money dashed, information dotted. No colour, and no
line, says anything that words do not say too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from . import layout, pictures
from .change import TIE_KINDS
from .labels import LINE_HEIGHT, text_width
from .layout import Box, Layout
from .pictures import FILLS, INK, LINE, PANEL, PAPER, SERIES, SOFT
from .system_map import Link, SystemMap

__all__ = [
    "MOST_BOXES",
    "MOST_ROUTED",
    "NARROW",
    "STEP_LOOKS",
    "WIDE",
    "Layer",
    "Look",
    "behind",
    "cards",
    "columns_for",
    "disc",
    "grounds",
    "group_headings",
    "legend_of",
    "looks",
    "merged",
    "tie_lines",
]

WIDE, NARROW = 760.0, 340.0
MOST_BOXES = 60
"""With more nodes than this, dots take the place of boxes."""
MOST_ROUTED = 130
"""With more ties than this, lines run straight and behind the boxes."""

DASHES: dict[str, list[float]] = {"money": [7, 4], "information": [1.5, 4]}
MEANS = {
    "line": "Line: can instruct",
    "influence": "Influence: can persuade",
    "money": "Money: pays",
    "information": "Information: tells",
    "belongs": "Works there",
}
COLOURS = {"line": INK, "influence": SOFT, "money": INK, "information": SOFT, "belongs": LINE}
Layer = dict[str, Any]


@frozen
class Look:
    """The colours of a sector."""

    fill: str
    stroke: str


STEP_LOOKS = (
    Look(PAPER, INK),
    Look(FILLS[2], SERIES[2]),
    Look(FILLS[0], SERIES[0]),
    Look(FILLS[3], SERIES[3]),
    Look(FILLS[4], SERIES[4]),
    Look(PAPER, SOFT),
    Look(PAPER, LINE),
)
"""Colours of reach: you, instructed, one step, two, three or more, only asked, out of reach."""


def looks(sectors: Sequence[str]) -> dict[str, Look]:
    """Give each sector its colours: six fills, then the same six on white, then grey.

    Examples
    --------
    >>> looks(["NHS"])["NHS"].stroke == SERIES[0]
    True
    """
    found = {"": Look(PAPER, SOFT)}
    for place, sector in enumerate(sectors):
        if place < len(SERIES):
            found[sector] = Look(FILLS[place], SERIES[place])
        elif place < 2 * len(SERIES):
            found[sector] = Look(PAPER, SERIES[place - len(SERIES)])
        else:
            found[sector] = Look(PANEL, SOFT)
    return found


def columns_for(joined: int, total: int, width: float) -> int:
    """Give how many boxes stand side by side, 1 to 5, for so many names and a width in pixels."""
    if width < 500:
        return 1 if total < 3 else 2
    for columns, most in ((2, 2), (3, 6), (4, 16)):
        if max(joined, total // 2) <= most:
            return columns
    return 5


def merged(links: Sequence[Link]) -> list[tuple[Link, bool]]:
    """Make one line of two ties of a kind that run both ways; say for each whether it does."""
    seen: dict[tuple[int, int, str], int] = {}
    found: list[tuple[Link, bool]] = []
    for link in links:
        back = seen.get((link.to, link.from_, link.kind))
        if back is not None and link.kind != "belongs":
            other, _ = found[back]
            found[back] = (evolve(other, strength=max(other.strength, link.strength)), True)
            continue
        seen[link.from_, link.to, link.kind] = len(found)
        found.append((link, False))
    return found


def thickness(link: Link) -> float:
    """Give how thick a tie is drawn, in pixels, by its strength."""
    if link.kind == "belongs":
        return 1.0
    return round(1.1 + 0.12 * link.strength + (1.4 if link.kind == "line" else 0), 2)


def grounds(laid: Layout) -> list[Layer]:
    """Give the panels behind the boxes, one for each sector, with their headings."""
    panels = [
        {"x": p.x, "y": p.y, "x2": p.x2, "y2": p.y2, "fill": PANEL if p.group >= 0 else PAPER}
        for p in laid.panels
    ]
    apart = [each for each in panels if each["fill"] == PAPER]
    inside = [each for each in panels if each["fill"] == PANEL]
    return [
        pictures.rects(inside, radius=9, strokeWidth=0),
        pictures.rects(
            apart, radius=9, stroke=LINE, strokeWidth=1, strokeDash=[4, 4], fillOpacity=0
        ),
    ]


def group_headings(laid: Layout) -> list[Layer]:
    """Write the headings over the lines, each letter with a rim that keeps lines off it."""
    words = [{"x": h.x, "y": h.y, "text": line} for h in laid.headings for line in h.lines]
    font: dict[str, Any] = {"fontSize": layout.SMALL, "fontWeight": 600, "align": "left"}
    inside = [word for word, h in zip(words, laid.headings, strict=True) if h.group >= 0]
    return [
        pictures.texts(inside, **font, fill=PANEL, stroke=PANEL, strokeWidth=5),
        pictures.texts(words, **font, fill=SOFT),
    ]


def tie_lines(laid: Layout, links: Sequence[tuple[Link, bool]]) -> list[Layer]:
    """Draw each tie along its way, with an arrowhead at the edge of the box it leads to."""
    drawn: dict[str, list[dict[str, Any]]] = {}
    heads: list[dict[str, Any]] = []
    for route, (link, both) in zip(laid.routes, links, strict=True):
        points = list(route.points)
        thick = thickness(link)
        if link.kind != "belongs":
            reach = min(9.0, 0.6 * layout.lengths(points)[-1])
            path, end = pictures.arrowhead(points, reach, 4.6 + 1.5 * thick)
            heads.append({"path": path, "fill": COLOURS[link.kind]})
            points[-1] = end
            if both:
                path, end = pictures.arrowhead(points[::-1], reach, 4.6 + 1.5 * thick)
                heads.append({"path": path, "fill": COLOURS[link.kind]})
                points[0] = end
        drawn.setdefault(link.kind, []).append(
            {"path": pictures.rounded(points, 6), "strokeWidth": thick}
        )
    layers = [
        line_layer(drawn[kind], kind) for kind in ("belongs", *reversed(TIE_KINDS)) if kind in drawn
    ]
    return [*layers, pictures.paths(heads, filled=True, strokeWidth=0)]


def line_layer(values: Sequence[Mapping[str, Any]], kind: str) -> Layer:
    """Give the lines of one kind of tie, in the look that the legend explains."""
    given: dict[str, Any] = {"stroke": COLOURS[kind]}
    if kind in DASHES:
        given["strokeDash"] = DASHES[kind]
    if kind == "information":
        given["strokeCap"] = "round"
    return pictures.paths(values, filled=False, **given)


def behind(laid: Layout, links: Sequence[tuple[Link, bool]]) -> list[Layer]:
    """Draw many ties as thin straight lines behind the boxes."""
    drawn: dict[str, list[dict[str, Any]]] = {}
    for link, _ in links:
        one, other = laid.boxes[link.from_], laid.boxes[link.to]
        path = pictures.rounded([centre(one), centre(other)], 0)
        drawn.setdefault(link.kind, []).append(
            {"path": path, "strokeWidth": 1.6 if link.kind == "line" else 0.8}
        )
    layers = []
    for kind, values in drawn.items():
        layer = line_layer(values, kind)
        layer["mark"]["strokeOpacity"] = 0.45
        layers.append(layer)
    return layers


def centre(box: Box) -> tuple[float, float]:
    """Give the middle of a box."""
    return (box.x + box.x2) / 2, (box.y + box.y2) / 2


def cards(
    laid: Layout,
    made: SystemMap,
    ranks: Mapping[int, int],
    tags: Mapping[int, str],
    colours: Sequence[Look],
) -> list[Layer]:
    """Draw the boxes, their words and the marks of brokers."""
    square: list[dict[str, Any]] = []
    round_: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    small: list[dict[str, Any]] = []
    tag_grounds: list[dict[str, Any]] = []
    tag_words: list[dict[str, Any]] = []
    badges: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    step = layout.SIZE * LINE_HEIGHT
    for p, box in sorted(laid.boxes.items()):
        node = made.nodes[p]
        look = colours[p]
        card = {
            "x": box.x,
            "y": box.y,
            "x2": box.x2,
            "y2": box.y2,
            "fill": look.fill,
            "stroke": look.stroke,
            "strokeWidth": 3.2 if p in ranks else 1.4,
        }
        (round_ if node.kind == "person" else square).append(card)
        middle = (box.x + box.x2) / 2
        content = len(box.lines) * step + len(box.above) * 14 + (17 if p in tags else 0)
        y = (box.y + box.y2 - content) / 2
        if p in tags:
            half = text_width(tags[p], 11, True) / 2 + 7
            tag_grounds.append({"x": middle - half, "y": y - 1, "x2": middle + half, "y2": y + 14})
            tag_words.append({"x": middle, "y": y + 7, "text": tags[p]})
            y += 17
        for line in box.above:
            small.append({"x": middle, "y": y + 7, "text": line, "fill": SOFT})
            y += 14
        for line in box.lines:
            words.append({"x": middle, "y": round(y + step / 2, 1), "text": line})
            y += step
        if p in ranks:
            x, y = box.x2 - 3, box.y + 2
            badges.append({"path": disc(x, y, 9)})
            numbers.append({"x": x, "y": y + 0.5, "text": str(ranks[p])})
    return [
        pictures.rects(square, radius=5),
        pictures.rects(round_, radius=15),
        pictures.rects(tag_grounds, radius=7, fill=INK),
        pictures.texts(tag_words, fontSize=11, fontWeight=600, align="center", fill=PAPER),
        pictures.texts(small, fontSize=layout.SMALL - 0.5, align="center"),
        pictures.texts(words, fontSize=layout.SIZE, align="center", fill=INK),
        pictures.paths(badges, filled=True, fill=INK, stroke=PAPER, strokeWidth=1.5),
        pictures.texts(numbers, fontSize=11, fontWeight=600, align="center", fill=PAPER),
    ]


def disc(x: float, y: float, radius: float) -> str:
    """Give the path of a disc, for a mark that numbers a broker."""
    left, right = round(x - radius, 1), round(x + radius, 1)
    y = round(y, 1)
    return (
        f"M{left:g},{y:g}A{radius:g},{radius:g},0,1,1,{right:g},{y:g}"
        f"A{radius:g},{radius:g},0,1,1,{left:g},{y:g}Z"
    )


def legend_of(
    kinds: Sequence[str],
    has_brokers: bool,
    people: bool,
    width: float,
    top: float,
    *,
    thick: bool = True,
    arrows: bool = True,
) -> tuple[list[Layer], float]:
    """Explain the marks below the picture; return the layers and the height with them."""
    entries: list[tuple[str, str]] = [(kind, MEANS[kind]) for kind in kinds]
    if thick and any(kind != "belongs" for kind in kinds):
        entries.append(("thick", "Thicker: stronger"))
    if people:
        entries.append(("person", "Round box: a person"))
    if has_brokers:
        entries.append(("broker", "Broker: others meet through them"))
    if not entries:
        return [], top
    sample, between = 34.0, 22.0
    x, y = 6.0, top + 20.0
    lines: dict[str, list[dict[str, Any]]] = {}
    words: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    pills: list[dict[str, Any]] = []
    badges: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    for mark, text in entries:
        long = sample + 7 + text_width(text, 12)
        if x > 6 and x + long > width - 4:
            x, y = 6.0, y + 21
        if mark in MEANS:
            end: tuple[float, float] = (x + sample, y)
            link = Link(0, 1, mark)
            if mark != "belongs" and arrows:
                path, end = pictures.arrowhead([(x, y), end], 9, 4.6 + 1.5 * thickness(link))
                heads.append({"path": path, "fill": COLOURS[mark]})
            lines.setdefault(mark, []).append(
                {"path": pictures.rounded([(x, y), end], 0), "strokeWidth": thickness(link)}
            )
        elif mark == "thick":
            wedge = f"M{x:g},{y:g}L{x + sample:g},{y - 3:g}L{x + sample:g},{y + 3:g}Z"
            heads.append({"path": wedge, "fill": SOFT})
        elif mark == "person":
            pills.append({"x": x + 2, "y": y - 7, "x2": x + sample - 2, "y2": y + 7})
        else:
            badges.append({"path": disc(x + sample / 2, y, 9)})
            numbers.append({"x": x + sample / 2, "y": y + 0.5, "text": "1"})
        words.append({"x": x + sample + 7, "y": y, "text": text})
        x += long + between
    layers = [line_layer(values, kind) for kind, values in lines.items()]
    layers += [
        pictures.paths(heads, filled=True, strokeWidth=0),
        pictures.rects(pills, radius=7, fill=PAPER, stroke=SOFT, strokeWidth=1.4),
        pictures.paths(badges, filled=True, fill=INK, stroke=PAPER, strokeWidth=1.5),
        pictures.texts(numbers, fontSize=11, fontWeight=600, align="center", fill=PAPER),
        pictures.texts(words, fontSize=12, align="left", fill=INK),
    ]
    return layers, y + 14
