"""Draw claims as a table: who must be convinced by strength of evidence."""

from __future__ import annotations

from . import pictures
from .change import Change
from .evidence_base import STRENGTHS, EvidenceBase, Weighed, build, gaps
from .grid import NARROW, WIDE, Entry, Line, draw_grid
from .names import fold
from .pictures import FILLS, LINE, PAPER, SERIES, Picture, Table
from .words import counted, listing

__all__ = ["draw"]

HEADINGS = ("Strong", "Moderate", "Weak", "Contested", "No evidence", "Not said")
LOOKS = {
    "strong": (FILLS[0], SERIES[0]),
    "moderate": (FILLS[3], SERIES[3]),
    "weak": (FILLS[1], SERIES[1]),
    "contested": (FILLS[2], SERIES[2]),
    "none": (PAPER, SERIES[5]),
    "": (PAPER, LINE),
}
MOST_ROWS = 14
MARKED = 3
"""How many gaps are marked in the picture."""


def draw(change: Change) -> Picture:
    """Draw the table of claims; see `evidence_base.draw`."""
    made = build(change)
    found = gaps(change)
    place = {id_of(claim): number for number, claim in enumerate(found, 1)}
    table = Table(
        "Claims, who must be convinced of them, and how pressing better evidence is",
        ["Claim", "For whom", "Strength of evidence", "Doubters", "Need", "Gap", "Source"],
        [
            [
                claim.statement,
                claim.for_whom,
                claim.strength or "not said",
                ", ".join(claim.doubters),
                round(claim.need, 1),
                claim.gap,
                ", ".join(claim.source),
            ]
            for claim in made.claims
        ],
    )
    if not made.claims:
        return pictures.blank(
            "evidence-base",
            "Your evidence starts with one claim",
            "An empty frame. There are no claims yet.",
            table,
            ["Your claims will stand here.", "Add one, with who must", "be convinced of it."],
        )
    groups = list(made.by_whom().items())
    # Those with the most pressing gap stand on top; the rest keep the order of the table.
    groups.sort(key=lambda group: -round(max(claim.need for claim in group[1]), 9))
    headings = HEADINGS if made.by_strength()[""] else HEADINGS[:-1]
    lines = []
    for whom, claims in groups[:MOST_ROWS]:
        cells = [
            tuple(_entry(claim, place) for claim in claims if claim.strength == strength)
            for strength in (*STRENGTHS, "")[: len(headings)]
        ]
        doubters = list(dict.fromkeys(name for claim in claims for name in claim.doubters))
        note = counted(len(doubters), "doubter") if doubters else ""
        lines.append(Line(whom or "Nobody named", cells, note))
    foot = ""
    if len(groups) > MOST_ROWS:
        foot = f"{len(groups) - MOST_ROWS} more groups to convince are in the table."
    sentence = _sentence(made, found)
    wide, narrow = (draw_grid(headings, lines, w, sentence, foot=foot) for w in (WIDE, NARROW))
    return Picture("evidence-base", _title(made, found), sentence, wide, table, narrow)


def id_of(claim: Weighed) -> tuple[str, str]:
    """Give what tells one claim from another: its words and whom it is for."""
    return claim.statement, fold(claim.for_whom)


def _entry(claim: Weighed, place: dict[tuple[str, str], int]) -> Entry:
    fill, stroke = LOOKS[claim.strength]
    number = place.get(id_of(claim), MARKED + 1)
    tag = f"Gap {number}" if number <= MARKED else ""
    unsourced = not claim.source and claim.strength != "none"
    return Entry(claim.short, tag, "no source" if unsourced else "", fill, stroke)


def _title(made: EvidenceBase, found: tuple[Weighed, ...]) -> str:
    if found:
        return f"Close this gap first: {found[0].short}"
    strong = len(made.by_strength()["strong"])
    return f"{strong} of {counted(len(made.claims), 'claim')} {'rests' if strong == 1 else 'rest'} \
on strong evidence"


def _sentence(made: EvidenceBase, found: tuple[Weighed, ...]) -> str:
    parts = [
        f"{len(claims)} {strength or 'not said'}"
        for strength, claims in made.by_strength().items()
        if claims
    ]
    groups = len(made.by_whom())
    told = (
        f"A table of {counted(len(made.claims), 'claim')} by who must be convinced "
        f"({counted(groups, 'group')}) and by strength of evidence: {listing(parts)}."
    )
    if found:
        marked = [f"“{claim.short}” for {_whom(claim)}" for claim in found[:MARKED]]
        are = "gap is" if len(marked) == 1 else "gaps are"
        told += f" The marked {are} {listing(marked)}."
    return told


def _whom(claim: Weighed) -> str:
    if len(claim.doubters) == 1:
        return claim.doubters[0]
    return counted(len(claim.doubters), "doubter")
