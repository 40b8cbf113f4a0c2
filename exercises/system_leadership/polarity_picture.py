"""Draw the polarity map: upsides over downsides, one pole on either side, warnings below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from . import pictures
from .change import Change
from .labels import wrap
from .pictures import FILLS, INK, LINE, PANEL, SERIES, SOFT, Picture, Table
from .polarity import Polarity, build, summary

__all__ = ["draw"]

WIDE, NARROW = 760.0, 340.0
MOST = 5
"""Texts in a quarter of the map at most; the rest are counted."""
PROMPTS = (
    "What is good about it?",
    "What goes wrong with too much of it?",
    "What would you see first?",
)


def draw(change: Change) -> Picture:
    """Draw the map; see `polarity.draw`."""
    made = build(change)
    rows: list[list[str | float | None]] = []
    for pole in made.poles:
        for kind, texts in (
            ("upside", pole.upsides),
            ("downside", pole.downsides),
            ("early warning", pole.warnings),
        ):
            rows += [[pole.name, kind, text] for text in texts]
    for kind, held in (
        ("fixed", made.fixed),
        ("may flex", made.flexible),
        ("undecided", made.undecided),
    ):
        rows += [["Commitments", kind, row.statement] for row in held]
    table = Table("The two poles and the commitments", ["Part", "Kind", "What"], rows)
    sentence = summary(made)
    wide, narrow = (_draw(made, width, sentence) for width in (WIDE, NARROW))
    return Picture("polarity", _title(made), sentence, wide, table, narrow)


def _title(made: Polarity) -> str:
    one, other = made.poles
    if made.both:
        return f"{len(made.both)} {'commitment is' if len(made.both) == 1 else 'commitments are'} \
perhaps both fixed and flexible"
    lower = other.name[:1].lower() + other.name[1:] if one.starter else other.name
    if made.empty:
        return f"{one.name} and {lower}: a tension to start from"
    if made.fixed or made.flexible:
        return f"{len(made.fixed)} fixed, {len(made.flexible)} flexible, and nothing is both"
    return f"{one.name} and {lower}"


@frozen
class _Part:
    """One box: its heading, its texts, and its colours."""

    heading: str
    texts: tuple[str, ...]
    prompt: str
    fill: str
    stroke: str
    mark: str = ""
    starter: bool = False


def _draw(made: Polarity, width: float, sentence: str) -> dict[str, Any]:
    gutter = 14.0 if width > 500 else 8.0
    half = (width - gutter) / 2
    drawing = _Drawing(width)
    one, other = made.poles
    y = drawing.pair(
        [
            _Part("Upsides", p.upsides, PROMPTS[0], FILLS[0], SERIES[0], "+", p.starter)
            for p in made.poles
        ],
        0,
        half,
        gutter,
    )
    y = drawing.poles((one.name, other.name), y, half, gutter)
    y = drawing.pair(
        [
            _Part("Downsides", p.downsides, PROMPTS[1], FILLS[5], SERIES[5], "−", p.starter)
            for p in made.poles
        ],
        y,
        half,
        gutter,
    )
    y = drawing.pair(
        [
            _Part("Early warnings", p.warnings, PROMPTS[2], FILLS[1], SERIES[1], "!", p.starter)
            for p in made.poles
        ],
        y + 8,
        half,
        gutter,
    )
    if one.starter:
        y = drawing.remark(
            "“A start” means that the words are ours. Put your own in their place.", y
        )
    fixed = tuple(row.statement for row in made.fixed)
    flexible = tuple(row.statement for row in made.flexible)
    y = drawing.rule(y + 12)
    y = drawing.pair(
        [
            _Part("Fixed", fixed, "What will you not bargain over?", PANEL, INK),
            _Part("May flex", flexible, "What may bend on the way?", PANEL, LINE),
        ],
        y,
        half,
        gutter,
    )
    for pair in made.both[:4]:
        y = drawing.remark(str(pair), y, warn=True)
    if len(made.both) > 4:
        y = drawing.remark(f"And {len(made.both) - 4} more pairs to look at.", y, warn=True)
    return pictures.canvas(width, y + 4, drawing.layers(), description=sentence)


class _Drawing:
    """The marks of one drawing."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.size = 13.0 if width > 500 else 12.0
        self.step = 17.0 if width > 500 else 16.0
        self.boxes: list[dict[str, Any]] = []
        self.bars: list[dict[str, Any]] = []
        self.heads: list[dict[str, Any]] = []
        self.texts: list[dict[str, Any]] = []
        self.names: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.loops: list[dict[str, Any]] = []

    def pair(self, parts: Sequence[_Part], y: float, half: float, gutter: float) -> float:
        """Draw two boxes of one height side by side; give the bottom edge."""
        bottoms = [
            self._part(part, x, y, half)
            for part, x in zip(parts, (0.0, half + gutter), strict=True)
        ]
        bottom = max(bottoms)
        for part, x in zip(parts, (0.0, half + gutter), strict=True):
            self.boxes.append(
                {
                    "x": x + 1,
                    "y": y + 1,
                    "x2": x + half - 1,
                    "y2": bottom,
                    "fill": part.fill,
                    "stroke": part.stroke,
                }
            )
        return bottom + 6

    def _part(self, part: _Part, x: float, y: float, half: float) -> float:
        pad = 11.0 if self.width > 500 else 8.0
        room = half - 2 * pad - 12
        heading = f"{part.mark} {part.heading}" if part.mark else part.heading
        heading += ": a start" if part.starter else ""
        self.heads.append({"x": x + pad, "y": y + 16, "text": heading})
        y += 30
        if not part.texts:
            for line in wrap(part.prompt, room + 12, self.size - 1, 3):
                self.notes.append(
                    {"x": x + pad, "y": y + self.step / 2, "text": line, "fill": SOFT}
                )
                y += self.step
            return y + 10
        shown = part.texts if len(part.texts) <= MOST + 1 else part.texts[:MOST]
        colour = SOFT if part.starter else INK
        for text in shown:
            lines = wrap(" ".join(text.split()), room, self.size, 6)
            self.texts.append({"x": x + pad, "y": y + self.step / 2, "text": "•", "fill": colour})
            for line in lines:
                spot = {"x": x + pad + 12, "y": y + self.step / 2, "text": line, "fill": colour}
                self.texts.append(spot)
                y += self.step
            y += 4
        if len(shown) < len(part.texts):
            more = f"and {len(part.texts) - len(shown)} more"
            self.notes.append({"x": x + pad, "y": y + self.step / 2, "text": more, "fill": SOFT})
            y += self.step
        return y + 8

    def poles(self, names: tuple[str, str], y: float, half: float, gutter: float) -> float:
        """Write the names of the poles between the upper and the lower half of the map."""
        # The sign of a loop without end stands between them: one moves round, again and again.
        wing = 26.0 if self.width > 500 else 15.0
        room = half - wing - 8
        lines = [wrap(name, room - 12, self.size + 1, 3, True) for name in names]
        height = max(2 * wing * 0.62 + 8, 18.0 * max(len(each) for each in lines) + 10)
        middle = y + height / 2
        for name, x in zip(lines, (room / 2, self.width - room / 2), strict=True):
            top = middle - 9 * (len(name) - 1)
            for place, line in enumerate(name):
                self.names.append({"x": x, "y": top + 18 * place, "text": line})
        centre, h = self.width / 2, wing * 0.62
        loop = (
            f"M{centre},{middle}C{centre + wing * 0.5},{middle - h * 1.4},{centre + wing},"
            f"{middle - h},{centre + wing},{middle}S{centre + wing * 0.5},{middle + h * 1.4},"
            f"{centre},{middle}S{centre - wing},{middle - h},{centre - wing},{middle}"
            f"S{centre - wing * 0.5},{middle + h * 1.4},{centre},{middle}Z"
        )
        self.loops.append({"path": loop})
        return y + height + 6

    def remark(self, text: str, y: float, *, warn: bool = False) -> float:
        """Write a remark across the whole width."""
        colour = SERIES[5] if warn else SOFT
        y += 4
        for line in wrap(text, self.width - 8, 12, 5):
            self.notes.append({"x": 2, "y": y + 8, "text": line, "fill": colour})
            y += 16
        return y

    def rule(self, y: float) -> float:
        self.bars.append({"x": 0, "y": y, "x2": self.width, "y2": y + 1})
        return y + 10

    def layers(self) -> list[dict[str, Any]]:
        return [
            pictures.rects(self.boxes, radius=8, strokeWidth=1.5),
            pictures.rects(self.bars, fill=LINE),
            pictures.paths(self.loops, filled=False, stroke=SOFT, strokeWidth=2),
            pictures.texts(self.heads, fontSize=self.size, fontWeight=600, align="left", fill=INK),
            pictures.texts(self.texts, fontSize=self.size, align="left"),
            pictures.texts(self.notes, fontSize=12, align="left"),
            pictures.texts(
                self.names, fontSize=self.size + 1, fontWeight=600, align="center", fill=INK
            ),
        ]
