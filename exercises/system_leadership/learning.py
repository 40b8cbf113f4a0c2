"""A plan for learning: what, how, with whom and by when, and which named skills it does not touch.

There are three ways: taught on a course, alongside somebody who can, and by doing. The interviewees
differ on which counts more, and studies are mixed (seidman2020, geerts2020, realist2023), so a plan
may well use all three.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from attrs import frozen

from .change import Change
from .names import fold
from .reflection import day
from .skills import SKILLS, Skill
from .words import counted, left_out, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = ["SKILLS", "WAYS", "Aim", "LearningPlan", "Skill", "build", "draw", "explain", "gaps"]

WAYS = {
    "taught": "taught",
    "alongside": "alongside someone",
    "by doing": "by doing",
    "": "not said",
}
"""The ways of learning, and what readers call them; "" where none is given."""


@frozen
class Aim:
    """One thing to learn.

    Attributes
    ----------
    aim : str
        What, as written.
    how : str
        "taught", "alongside", "by doing" or an empty text.
    with_whom : str
        Whom from or with; may be empty.
    by_when : datetime.date or None
        A date to keep.
    skills : tuple of Skill
        The named skills it seems to be about, by its words.
    """

    aim: str
    how: str = ""
    with_whom: str = ""
    by_when: dt.date | None = None
    skills: tuple[Skill, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What the aim still lacks: "how", "with whom", "by when"."""
        parts = (("how", self.how), ("with whom", self.with_whom), ("by when", self.by_when))
        return tuple(name for name, value in parts if not value)

    def __str__(self) -> str:
        parts = [WAYS.get(self.how, "not said")]
        parts += [f"with {self.with_whom}"] if self.with_whom else []
        parts += [f"by {day(self.by_when)}"] if self.by_when else []
        return f"{' '.join(self.aim.split())} ({', '.join(parts)})"


@frozen
class LearningPlan:
    """Every aim, and the skills that no aim is about.

    Attributes
    ----------
    aims : tuple of Aim
        In the order of the table.
    untouched : tuple of Skill
        Named skills that no aim seems to be about, in the order of the list.
    left_out : int
        Rows without an aim.
    """

    aims: tuple[Aim, ...] = ()
    untouched: tuple[Skill, ...] = SKILLS
    left_out: int = 0

    def by_way(self) -> dict[str, tuple[Aim, ...]]:
        """Give the aims by way of learning, in the order of `WAYS`.

        Examples
        --------
        >>> {way: len(aims) for way, aims in LearningPlan().by_way().items()}
        {'taught': 0, 'alongside': 0, 'by doing': 0, '': 0}
        """
        return {
            way: tuple(aim for aim in self.aims if (aim.how if aim.how in WAYS else "") == way)
            for way in WAYS
        }

    @property
    def unfinished(self) -> tuple[Aim, ...]:
        """The aims that lack a way, a person or a date."""
        return tuple(aim for aim in self.aims if aim.missing)

    def __str__(self) -> str:
        return "\n".join(str(aim) for aim in self.aims) or "No aims yet"


def _about(text: str) -> tuple[Skill, ...]:
    line = f" {_plain(text)}"
    return tuple(
        skill for skill in SKILLS if any(f" {_plain(word)}" in line for word in skill.words)
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def build(change: Change) -> LearningPlan:
    """Read the learning plan of a change.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    LearningPlan
        Without aims, every skill is untouched.

    Notes
    -----
    An aim is taken to be about a skill when it, or its note, has a word that begins as one of the
    skill's `words` does. This is rough: it may miss an aim or see one that is not there. It says
    which skills to think about, and nothing about how good anybody is at them.

    Examples
    --------
    >>> from system_leadership.change import Learning
    >>> made = build(Change(learning=[Learning("Influence people I do not manage", "alongside")]))
    >>> [skill.name for skill in made.aims[0].skills], made.aims[0].missing
    (['Persuade people you cannot instruct'], ('with whom', 'by when'))
    """
    aims = tuple(
        Aim(row.aim, row.how, row.with_whom, row.by_when, _about(f"{row.aim} {row.note}"))
        for row in change.learning
        if row.aim
    )
    touched = {skill.key for aim in aims for skill in aim.skills}
    untouched = tuple(skill for skill in SKILLS if skill.key not in touched)
    return LearningPlan(aims, untouched, sum(not row.aim for row in change.learning))


def gaps(change: Change) -> tuple[Skill, ...]:
    """Give the skills the interviewees named that no aim seems to be about.

    Examples
    --------
    >>> len(gaps(Change.blank())) == len(SKILLS)
    True
    """
    return build(change).untouched


def explain(change: Change) -> list[str]:
    """Say in plain sentences what is to be learned, how, and what is not in the plan.

    Examples
    --------
    >>> explain(Change.blank())[0]
    'There is nothing to learn yet. Add one thing you want to be able to do.'
    """
    made = build(change)
    if not made.aims:
        told = [
            "There is nothing to learn yet. Add one thing you want to be able to do.",
            f"The interviewees named {len(SKILLS)} skills to choose from, such as: "
            f"{_first(SKILLS)}.",
        ]
        return told + _aside(made)
    told = [f"You want to learn {counted(len(made.aims), 'thing')}."]
    ways = {way: aims for way, aims in made.by_way().items() if aims}
    known = [way for way in ways if way]
    if known:
        told.append(f"How: {listing([f'{len(ways[way])} {WAYS[way]}' for way in known])}.")
    if len(made.aims) > 1 and len(known) == len(ways) == 1:
        others = [WAYS[way] for way in WAYS if way and way not in known]
        told.append(
            f"All of it is {WAYS[known[0]]}. The interviewees differ on what works, so think of "
            f"adding something {' or '.join(others)}."
        )
    asked = {"how": "Choose a way.", "with whom": "Name a person.", "by when": "Give a date."}
    for part, question in asked.items():
        lacking = [aim for aim in made.aims if part in aim.missing]
        if lacking:
            names = listing([f"“{' '.join(aim.aim.split())}”" for aim in lacking[:2]])
            more = f" and {len(lacking) - 2} more" if len(lacking) > 2 else ""
            told.append(f"You have not said {part} for {names}{more}. {question}")
    dated = sorted((aim.by_when, place) for place, aim in enumerate(made.aims) if aim.by_when)
    if dated:
        when, place = dated[0]
        told.append(f"First comes “{' '.join(made.aims[place].aim.split())}”, by {day(when)}.")
    if made.untouched:
        told.append(
            f"The interviewees named {len(SKILLS)} skills. By its words, your plan leaves "
            f"{len(made.untouched)} of them: {_first(made.untouched)}."
        )
        told.append("You need not learn them all. Choose what your change asks for.")
    else:
        told.append(f"Your plan touches all {len(SKILLS)} skills the interviewees named.")
    return told + _aside(made)


def _first(skills: tuple[Skill, ...]) -> str:
    return some([f"“{skill.name}”" for skill in skills], 3)


def _aside(made: LearningPlan) -> list[str]:
    return left_out(made.left_out, "row", "no aim is written there")


def draw(change: Change) -> Picture:
    """Draw the aims by way of learning, and the named skills the plan leaves out.

    Parameters
    ----------
    change : Change
        The change; a blank one gives a frame that says what to add.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your learning plan starts with one aim'
    """
    from . import learning_picture

    return learning_picture.draw(change)
