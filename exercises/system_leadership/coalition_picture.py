"""Turn a coalition into pictures: growth by rounds, whom to start with, and who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from . import pictures
from .bars import Bar, draw_bars
from .change import Change
from .coalition_first import first_movers
from .coalition_growth import Growth, Member, grow
from .coalition_missing import diversity, missing
from .coalition_model import Range, are, cast_of
from .labels import text_width, wrap
from .names import fold
from .pictures import FILLS, INK, LINE, PANEL, PAPER, SERIES, SOFT, Picture, Table
from .words import listing, some

__all__ = ["draw", "draw_first", "draw_missing"]

WIDE, NARROW = 760.0, 340.0
SIZE = 12.5
STEP = 16.0
SURE = 0.95
"""From this share of draws on, a name stands without its number."""
MOST_NAMES = 40
"""In one band; more are counted, not named."""


def draw(change: Change) -> Picture:
    """Draw growth by rounds; see `coalition.draw`."""
    table = Table("Who joins, and when", ["Who", "Round", "In, of 100 draws", "Moved most by"], [])
    if not cast_of(change).actors:
        return pictures.blank(
            "coalition-growth",
            "A coalition starts with somebody",
            "An empty frame. There is nobody who could join yet.",
            table,
            [
                "Your coalition will stand here.",
                "Add organisations, ties",
                "and where each stands.",
            ],
        )
    growth = grow(change)
    if not growth.first:
        return pictures.blank(
            "coalition-growth",
            "Nobody to start with yet",
            "An empty frame. Everybody with a stance is against the change.",
            table,
            ["Everybody you rated is against.", "Who could you start with?"],
        )
    sentence = _sentence(growth)
    rows: list[list[str | int | float | None]] = [
        [each.name, each.round, round(100 * each.share), listing(each.through)]
        for each in growth.members
    ]
    inside = growth.size.middle
    start = f"Starting with {_who(growth.first)}"
    title = f"{start}, {inside} of {len(growth.members)} {are(inside)} in at the end"
    return Picture(
        "coalition-growth",
        title,
        sentence,
        _bands(growth, WIDE, sentence),
        Table(table.caption, table.columns, rows),
        _bands(growth, NARROW, sentence),
    )


def _who(names: Sequence[str]) -> str:
    told = listing(names)
    return told if len(told) <= 50 else f"{len(names)} first movers"


def _sentence(growth: Growth) -> str:
    size = growth.size
    told = f"Starting with {listing(growth.first)}. "
    for number, band in _rounds(growth)[1:]:
        joins = "joins" if len(band) == 1 else "join"
        told += f"In round {number} {some([e.name for e in band])} {joins}. "
    told += f"At the end {size.middle} of {len(growth.members)} are in"
    told += f", {size.low} to {size.high} in 80 of 100 draws." if size.low < size.high else "."
    outside = growth.outside
    return f"{told} Outside in most draws: {some(outside)}." if outside else told


def _rounds(growth: Growth) -> list[tuple[int, list[Member]]]:
    """Part those who join in most draws by the round in which they do."""
    found: dict[int, list[Member]] = {0: []}
    for each in growth.members:
        if each.likely:
            found.setdefault(each.round or 0, []).append(each)
    return sorted(found.items())


# ----------------------------------------------------------------------- bands


@frozen
class _Band:
    """A band of the picture: what it is, how many are in after it, and who."""

    heading: str
    notes: tuple[str, ...]
    members: tuple[Member, ...]
    inside: bool = True


def _bands(growth: Growth, width: float, sentence: str) -> dict[str, Any]:
    """Draw a band for each round, with the names of those who join in it."""
    bands: list[_Band] = []
    rounds = _rounds(growth)
    for number, members in rounds:
        # The last band stands for the end: some draws go on for another round or two.
        last = number == rounds[-1][0]
        total = growth.size if last else growth.rounds[min(number, len(growth.rounds) - 1)]
        notes = [f"In all at the end: {total.middle}" if last else f"In all: {total.middle}"]
        if total.low < total.high:
            notes.append(f"({total.low} to {total.high})")
        if number:
            more = len(members)
            notes.insert(0, f"{more} more join" if more > 1 else "1 more joins")
        bands.append(
            _Band(f"Round {number}" if number else "The first few", tuple(notes), tuple(members))
        )
    outside = [each for each in growth.members if not each.likely]
    if outside:
        count = f"{len(outside)} of {len(growth.members)}"
        bands.append(_Band("Outside in most draws", (count,), tuple(outside), inside=False))
    drawing = _Drawing(width)
    for place, band in enumerate(bands):
        drawing.band(band, arrow=place > 0 and band.inside)
    unsure = any(each.share < SURE for each in growth.members if each.likely)
    drawing.legend(unsure, growth.size)
    return drawing.spec(sentence)


class _Drawing:
    """Collects marks from top to bottom."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.beside = width > 500
        self.y = 2.0
        self.panels: list[dict[str, Any]] = []
        self.solid: list[dict[str, Any]] = []
        self.dashed: list[dict[str, Any]] = []
        self.headings: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.names: list[dict[str, Any]] = []
        self.shares: list[dict[str, Any]] = []
        self.arrows: list[dict[str, Any]] = []

    def band(self, band: _Band, *, arrow: bool) -> None:
        if arrow:
            x = 22.0
            y = self.y - 11
            self.arrows.append({"path": f"M{x - 7:g},{y:g}L{x + 7:g},{y:g}L{x:g},{y + 9:g}Z"})
        top = self.y
        left, right = 14.0, self.width - 12
        y = top + 18
        column = 138.0 if self.beside else right - left
        for line in wrap(band.heading, column, 13.5, 3, True):
            self.headings.append({"x": left, "y": y, "text": line})
            y += 18
        notes = (
            band.notes
            if self.beside
            else (", ".join(band.notes).replace(", (", " (").replace(", In", ", in"),)
        )
        for line in notes:
            self.notes.append({"x": left, "y": y, "text": line})
            y += 17
        chips_left = left + column + 12 if self.beside else left
        chips_top = top + 10 if self.beside else y - 4
        bottom = self._chips(band, chips_left, chips_top, right)
        self.y = max(y - 4, bottom) + 10
        self.panels.append({"x": 2, "y": top, "x2": self.width - 2, "y2": self.y})
        self.y += 14

    def _chips(self, band: _Band, left: float, top: float, right: float) -> float:
        """Set the names in rows; give where they end."""
        x, y, row_height = left, top, 0.0
        widest = min(190.0, right - left) - 20
        shown = band.members
        if len(shown) > MOST_NAMES:
            shown = shown[: MOST_NAMES - 1]
        boxes: list[tuple[tuple[str, ...], str, Member | None]] = []
        for each in shown:
            often = round(100 * each.share)
            told = f"{often} in 100" if often >= 1 and each.share < SURE else ""
            boxes.append((wrap(each.name, widest, SIZE, 3), told, each))
        if len(shown) < len(band.members):
            boxes.append(((f"and {len(band.members) - len(shown)} more",), "", None))
        for lines, told, member in boxes:
            wide = max([text_width(line, SIZE) for line in lines] + [text_width(told, 11.5)]) + 20
            high = STEP * len(lines) + (15 if told else 0) + 9
            if x > left and x + wide > right:
                x, y, row_height = left, y + row_height + 7, 0.0
            if member is not None:
                self._chip(member, band.inside, x, y, x + wide, y + high)
            at = y + 4.5 + STEP / 2
            for line in lines:
                fill = INK if band.inside and member else SOFT
                self.names.append({"x": x + wide / 2, "y": at, "text": line, "fill": fill})
                at += STEP
            if told:
                self.shares.append({"x": x + wide / 2, "y": at - 0.5, "text": told})
            x += wide + 7
            row_height = max(row_height, high)
        return y + row_height

    def _chip(self, member: Member, inside: bool, x: float, y: float, x2: float, y2: float) -> None:
        box = {
            "x": x,
            "y": y,
            "x2": x2,
            "y2": y2,
            "fill": PAPER,
            "stroke": LINE,
            "strokeWidth": 1.0,
        }
        if inside:
            first = member.round == 0
            box |= {"fill": FILLS[0], "stroke": SERIES[0], "strokeWidth": 3.0 if first else 1.4}
        (self.dashed if inside and member.share < SURE else self.solid).append(box)

    def legend(self, unsure: bool, size: Range) -> None:
        entries = ["Thick edge: the first few."]
        if unsure:
            entries.append("Broken edge: not always in. 82 in 100 means in 82 of 100 draws.")
        if size.low < size.high:
            entries.append("In brackets: the range in 80 of 100 draws.")
        y = self.y + 4
        for entry in entries:
            for line in wrap(entry, self.width - 10, 12, 3):
                self.notes.append({"x": 6, "y": y, "text": line})
                y += 17
        self.y = y

    def spec(self, sentence: str) -> dict[str, Any]:
        return pictures.canvas(
            self.width,
            self.y,
            [
                pictures.rects(self.panels, radius=9, fill=PANEL, strokeWidth=0),
                pictures.paths(self.arrows, filled=True, fill=SOFT, strokeWidth=0),
                pictures.rects(self.solid, radius=6),
                pictures.rects(self.dashed, radius=6, strokeDash=[5, 3]),
                pictures.texts(
                    self.headings, fontSize=13.5, fontWeight=600, align="left", fill=INK
                ),
                pictures.texts(self.notes, fontSize=12, align="left", fill=SOFT),
                pictures.texts(self.names, fontSize=SIZE, align="center"),
                pictures.texts(self.shares, fontSize=11.5, align="center", fill=SOFT),
            ],
            description=sentence,
        )


# ------------------------------------------------------------------------ bars


def draw_first(change: Change) -> Picture:
    """Draw whom to start with; see `coalition.draw_first`."""
    table = Table(
        "Whom to start with, in order",
        ["Who", "Adds, on average", "In all", "Low", "High", "Brings in"],
        [],
    )
    found = first_movers(change)
    if not found.movers:
        return pictures.blank(
            "coalition-first",
            "Nobody to start with yet",
            "An empty frame. Nobody who could start is rated as being for the change.",
            table,
            ["Add organisations, ties", "and where each stands."],
        )
    bars = []
    rows: list[list[str | int | float | None]] = []
    for number, mover in enumerate(found.movers, 1):
        names = [name for name, _ in mover.opens]
        note = f"Brings in {some(names)}" if names else "Brings in nobody else for certain"
        bars.append(
            Bar(
                f"{number}. {mover.name}",
                mover.size.middle / found.of,
                f"{mover.size}",
                note,
                FILLS[0],
                SERIES[0],
            )
        )
        size = mover.size
        rows.append(
            [mover.name, round(mover.gain, 1), size.middle, size.low, size.high, listing(names)]
        )
    steps = [f"{m.size} with {m.name}" for m in found.movers]
    sentence = (
        f"How many of {found.of} are in at the end: {listing(steps)}. In brackets is the range in "
        "80 of 100 draws."
    )
    title = f"Start with {found.movers[0].name}"
    if len(found.movers) > 1:
        title += f", then {listing(found.names[1:])}"
    return Picture(
        "coalition-first",
        title,
        sentence,
        draw_bars(bars, WIDE, sentence),
        Table(table.caption, table.columns, rows),
        draw_bars(bars, NARROW, sentence),
    )


def draw_missing(change: Change) -> Picture:
    """Draw which sectors are in; see `coalition.draw_missing`."""
    table = Table("Sectors in the coalition", ["Sector", "In", "Of", "Outside"], [])
    cast = cast_of(change)
    sectors: dict[str, tuple[str, list[str]]] = {}
    for actor in cast.actors:
        if actor.sector:
            sectors.setdefault(fold(actor.sector), (actor.sector, []))[1].append(actor.name)
    if not sectors:
        return pictures.blank(
            "coalition-missing",
            "Say which sectors they come from",
            "An empty frame. No organisation has a sector yet.",
            table,
            ["Add organisations", "and the sector of each."],
        )
    inside = grow(change).joined
    kept = {fold(name) for name in inside}
    power = {fold(each.name): each for each in missing(change, inside).powerful}
    bars: list[Bar] = []
    rows: list[list[str | int | float | None]] = []
    for sector, names in sectors.values():
        joined = sum(fold(name) in kept for name in names)
        outside = [name for name in names if fold(name) not in kept]
        told = [
            f"{name} (power {power[fold(name)].power:g})" if fold(name) in power else name
            for name in sorted(outside, key=lambda name: fold(name) not in power)
        ]
        rows.append([sector, joined, len(names), listing(told)])
        bars.append(
            Bar(
                sector,
                joined / len(names),
                f"{joined} of {len(names)} in" if joined else "Nobody in",
                f"Outside: {some(told)}" if told else "Everybody is in",
                FILLS[0],
                SERIES[0],
            )
        )
    order = sorted(range(len(bars)), key=lambda n: (bars[n].share, n))
    bars = [bars[n] for n in order]
    gone = [bar.label for bar in bars if bar.share == 0]
    mixed = diversity(change, inside).sectors
    here = len(bars) - len(gone)
    sentence = f"{here} of {len(bars)} sectors {'has' if here == 1 else 'have'} somebody in. "
    if gone:
        sentence += f"Nobody from {some(gone)}. "
    if mixed.normalised is not None:
        sentence += (
            f"The mix of sectors scores {mixed.normalised:.2f}: 0 is one sector only, 1 an even "
            "spread over all. "
        )
    if power:
        sentence += f"Outside with much power: {some([each.name for each in power.values()])}."
    title = (
        f"{len(gone)} of {len(bars)} sectors {'has' if len(gone) == 1 else 'have'} nobody in"
        if gone
        else "Every sector has somebody in"
    )
    return Picture(
        "coalition-missing",
        title,
        sentence.strip(),
        draw_bars(bars, WIDE, sentence.strip()),
        Table(table.caption, table.columns, [rows[n] for n in order]),
        draw_bars(bars, NARROW, sentence.strip()),
    )
