"""Draw a learning plan: aims by way of learning, and the skills it touches or leaves."""

from __future__ import annotations

from . import pictures
from .change import Change
from .grid import NARROW, WIDE, Entry, Line, draw_grid
from .learning import SKILLS, WAYS, Aim, LearningPlan, build
from .pictures import FILLS, LINE, PAPER, SERIES, Picture, Table
from .reflection import day
from .words import counted, listing

__all__ = ["draw"]

HEADINGS = ("Taught", "Alongside someone", "By doing", "Not said")
MOST = 8
"""Aims in a column at most."""


def draw(change: Change) -> Picture:
    """Draw the plan; see `learning.draw`."""
    made = build(change)
    untouched = {skill.key for skill in made.untouched}
    table = Table(
        "Aims, and the skills the interviewees named",
        ["Aim or skill", "How", "With whom", "By when", "About"],
        [
            [
                aim.aim,
                WAYS.get(aim.how, "not said"),
                aim.with_whom,
                aim.by_when.isoformat() if aim.by_when else "",
                ", ".join(skill.name for skill in aim.skills),
            ]
            for aim in made.aims
        ]
        + [
            [skill.name, "", "", "", "in your plan" if skill.key not in untouched else "not in it"]
            for skill in SKILLS
        ],
    )
    if not made.aims:
        return pictures.blank(
            "learning",
            "Your learning plan starts with one aim",
            "An empty frame. There are no aims yet.",
            table,
            ["Your aims will stand here.", "Add one, with a person", "and a date."],
        )
    by_way = made.by_way()
    ways = [way for way in WAYS if way or by_way[way]]
    headings = HEADINGS[: len(ways)]
    cells = [tuple(_entry(aim, place) for aim in by_way[way]) for place, way in enumerate(ways)]
    sentence = _sentence(made)
    foot = ""
    if made.untouched:
        foot = "Skills the interviewees named that your plan leaves: " + "; ".join(
            skill.name[:1].lower() + skill.name[1:] for skill in made.untouched
        )
    wide, narrow = (
        draw_grid(headings, [Line("", cells)], w, sentence, foot=foot, most=MOST, foot_lines=16)
        for w in (WIDE, NARROW)
    )
    return Picture("learning", _title(made), sentence, wide, table, narrow)


def _entry(aim: Aim, place: int) -> Entry:
    looks = ((FILLS[3], SERIES[3]), (FILLS[0], SERIES[0]), (FILLS[1], SERIES[1]), (PAPER, LINE))
    fill, stroke = looks[place]
    note = [f"with {aim.with_whom}" if aim.with_whom else "with whom?"]
    note.append(f"by {day(aim.by_when)}" if aim.by_when else "by when?")
    return Entry(" ".join(aim.aim.split()), "", ", ".join(note), fill, stroke)


def _title(made: LearningPlan) -> str:
    ready = len(made.aims) - len(made.unfinished)
    return f"{ready} of {counted(len(made.aims), 'aim')} {'has' if ready == 1 else 'have'} a way, \
a person and a date"


def _sentence(made: LearningPlan) -> str:
    parts = [f"{len(aims)} {WAYS[way]}" for way, aims in made.by_way().items() if aims]
    told = f"{counted(len(made.aims), 'aim')} by way of learning: {listing(parts)}."
    return (
        f"{told} By their words they touch {len(SKILLS) - len(made.untouched)} of {len(SKILLS)} "
        "skills the interviewees named."
    )
