"""What a change rests on: claims by strength of evidence and by who must be convinced.

A claim matters more when those who must be convinced of it have power and doubts. So a weak claim
addressed to powerful doubters is a gap to close first, and a weak claim addressed to friends can
wait. How strong the evidence is, is the reader's own reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

from .change import Change, Claim, Organisation, Person, Stance
from .names import fold
from .words import counted, left_out, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "SHORTFALL",
    "STRENGTHS",
    "EvidenceBase",
    "Weighed",
    "build",
    "draw",
    "explain",
    "gaps",
    "short_name",
    "sources_missing",
]

STRENGTHS = ("strong", "moderate", "weak", "contested", "none")
"""Strengths of evidence, the firmest first. A claim may also have none given."""

SHORTFALL = {"strong": 0.0, "moderate": 1 / 3, "weak": 2 / 3, "contested": 2 / 3, "none": 1.0}
"""How far each strength falls short of strong, 0 to 1. Not given counts as none. Our choice."""

UNSAID = "not said"
EVERYBODY = ("everyone", "everybody", "anyone", "anybody", "all")
MIDDLE = 5.0
"""The power counted for somebody whose power is not given, of 10."""


@frozen
class Weighed:
    """One claim, with who doubts it and how much that matters.

    Attributes
    ----------
    statement : str
        The claim as the reader wrote it.
    short : str
        The same, short enough for a picture.
    for_whom : str
        Who must be convinced, as written; may be empty.
    strength : str
        One of `STRENGTHS`, or an empty text when it is not given.
    doubters : tuple of str
        Those with a stance, support of 0 or less, whom "for whom" covers.
    doubt : float
        Their power times their doubt, added up: 0 or more. Doubt is 0.5 at support 0 and 1 at
        support -5, so one doubter counts from 0 to 10.
    need : float
        `doubt` times how far the evidence falls short: 0 or more. The larger, the sooner.
    known : bool
        Whether "for whom" could be matched with anybody who has a stance.
    gap : str
        What is not known, in the reader's words.
    source : tuple of str
        What it rests on.
    """

    statement: str
    short: str
    for_whom: str
    strength: str
    doubters: tuple[str, ...] = ()
    doubt: float = 0.0
    need: float = 0.0
    known: bool = False
    gap: str = ""
    source: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.short} ({self.strength or UNSAID}; need {self.need:.1f})"


@frozen
class EvidenceBase:
    """Every claim weighed, and what is missing.

    Attributes
    ----------
    claims : tuple of Weighed
        In the order of the table.
    unanswered : tuple of str
        Those against the change to whom no claim is addressed, in the order of the stances.
    left_out : int
        Rows without a statement.
    """

    claims: tuple[Weighed, ...] = ()
    unanswered: tuple[str, ...] = ()
    left_out: int = 0

    def by_strength(self) -> dict[str, tuple[Weighed, ...]]:
        """Give the claims of each strength, the firmest first, "" for those without one.

        Examples
        --------
        >>> from system_leadership.change import Claim
        >>> made = build(Change(claims=[Claim("It is safer", strength="weak")]))
        >>> [str(claim) for claim in made.by_strength()["weak"]]
        ['It is safer (weak; need 0.0)']
        """
        return {
            strength: tuple(claim for claim in self.claims if claim.strength == strength)
            for strength in (*STRENGTHS, "")
        }

    def by_whom(self) -> dict[str, tuple[Weighed, ...]]:
        """Give the claims by who must be convinced, in the order they first appear.

        Examples
        --------
        >>> from system_leadership.change import Claim
        >>> made = build(Change(claims=[Claim("A", "GPs"), Claim("B", "gps")]))
        >>> {whom: len(claims) for whom, claims in made.by_whom().items()}
        {'GPs': 2}
        """
        written: dict[str, str] = {}
        groups: dict[str, list[Weighed]] = {}
        for claim in self.claims:
            key = fold(claim.for_whom)
            written.setdefault(key, claim.for_whom)
            groups.setdefault(key, []).append(claim)
        return {written[key]: tuple(claims) for key, claims in groups.items()}

    def __str__(self) -> str:
        if not self.claims:
            return "No claims yet"
        parts = [
            f"{len(claims)} {strength or UNSAID}"
            for strength, claims in self.by_strength().items()
            if claims
        ]
        return f"{counted(len(self.claims), 'claim')}: {listing(parts)}"


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Give the words of a text for matching: no case, no signs, no plural s."""
    found = re.findall(r"\w+", fold(text))
    return tuple(w[:-1] if len(w) > 2 and w.endswith("s") and w[-2] != "s" else w for w in found)


def _holds(text: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Say whether a text has all words of a part, one after the other."""
    size = len(part)
    return bool(part) and any(text[at : at + size] == part for at in range(len(text) - size + 1))


def short_name(statement: str, most: int = 72) -> str:
    """Shorten a claim for a picture, at the end of a word.

    Parameters
    ----------
    statement : str
        The claim.
    most : int
        Signs at most, 2 or more.

    Examples
    --------
    >>> short_name("It is worth the money.")
    'It is worth the money'
    >>> short_name("Nobody should live over 30 minutes by ambulance from a unit.", 40)
    'Nobody should live over 30 minutes…'
    """
    line = " ".join(statement.split()).rstrip(".")
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    if " " in cut and line[most - 1] != " ":
        cut = cut[: cut.rindex(" ")]
    words = cut.split()
    while len(words) > 2 and words[-1].casefold() in _SMALL:
        words.pop()
    return " ".join(words).rstrip(",;:") + "…"


_SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "that", "the",
          "to", "with"}  # fmt: skip


def build(change: Change) -> EvidenceBase:
    """Weigh every claim of a change.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    EvidenceBase
        Empty when there are no claims.

    Notes
    -----
    "For whom" covers somebody with a stance when it holds their name, their organisation's name,
    its sector or their profession, or when it begins with everyone, everybody, anyone, anybody or
    all. The last word of a name is enough, so that "councils" covers a city council, and so is
    either part of a sector such as "Residents and campaigners". Case, accents and a plural s make
    no difference. Those who support the change do not
    count: they need no convincing. Power that is not given counts as 5; a stance without support
    is not used.

    Examples
    --------
    >>> from system_leadership.change import Claim, Stance
    >>> change = Change(stances=[Stance("Council", power=8, support=-5)],
    ...                 claims=[Claim("It is safer", "The council", "none")])
    >>> build(change).claims[0].need
    8.0
    """
    return _build(change.claims, change.stances, change.organisations, change.people)


@lru_cache(maxsize=4)
def _build(
    claims: tuple[Claim, ...],
    stances: tuple[Stance, ...],
    organisations: tuple[Organisation, ...],
    people: tuple[Person, ...],
) -> EvidenceBase:
    """Keep what was weighed: words and pictures ask for it several times over."""
    stands = _stands(stances, organisations, people)
    made: list[Weighed] = []
    answered: set[str] = set()
    covered: dict[str, list[tuple[str, float]] | None] = {}
    for claim in claims:
        if not claim.statement:
            continue
        key = fold(claim.for_whom)
        if key not in covered:
            covered[key] = _covered(claim.for_whom, stands)
        who = covered[key]
        against = [(name, doubt) for name, doubt in who or [] if doubt > 0]
        answered.update(name for name, _ in who or [])
        total = sum(doubt for _, doubt in against)
        made.append(
            Weighed(
                claim.statement,
                short_name(claim.statement),
                claim.for_whom,
                claim.strength,
                tuple(name for name, _ in against),
                total,
                total * SHORTFALL.get(claim.strength, 1.0),
                who is not None,
                claim.gap,
                claim.source,
            )
        )
    unanswered = tuple(
        name for name, support, _, _ in stands if support < 0 and name not in answered
    )
    return EvidenceBase(tuple(made), unanswered, sum(not claim.statement for claim in claims))


_Stand = tuple[str, float, float, tuple[tuple[str, ...], ...]]


def _stands(
    stances: Sequence[Stance], listed: Sequence[Organisation], persons: Sequence[Person]
) -> list[_Stand]:
    """Give everybody with a stance: name, support, doubt times power, and what they go by."""
    organisations = {fold(row.name): row for row in listed}
    people = {fold(row.name): row for row in persons}
    found: list[_Stand] = []
    seen: set[str] = set()
    for row in stances:
        key = fold(row.who)
        if not key or row.support is None or key in seen:
            continue
        seen.add(key)
        last = row.who.split()[-1]
        by = [row.who, last if len(last) > 3 and last.isalpha() else ""]
        person = people.get(key)
        if person is not None:
            by += [person.organisation, person.profession]
        home = organisations.get(key if person is None else fold(person.organisation))
        if home is not None:
            by += [home.sector, *re.split(r",|/|&|\band\b", home.sector)]
        power = MIDDLE if row.power is None else row.power
        doubt = power * (MIDDLE - row.support) / 10 if row.support <= 0 else 0.0
        found.append(
            (
                row.who,
                row.support,
                doubt,
                tuple(words for each in by if (words := _words(each))),
            )
        )
    return found


def _covered(for_whom: str, stands: Sequence[_Stand]) -> list[tuple[str, float]] | None:
    words = _words(for_whom)
    if not words:
        return None
    if words[0] in EVERYBODY:
        return [(name, doubt) for name, _, doubt, _ in stands] or None
    found = [(name, doubt) for name, _, doubt, by in stands if any(_holds(words, b) for b in by)]
    return found or None


def gaps(change: Change, most: int | None = None) -> tuple[Weighed, ...]:
    """Give the claims that need better evidence, the most pressing first.

    Parameters
    ----------
    change : Change
        The change.
    most : int, optional
        How many to give at most.

    Returns
    -------
    tuple of Weighed
        Claims with a need above 0: evidence short of strong, and at least one doubter. Of two
        with equal need, the one that stands first in the table.

    Examples
    --------
    >>> from system_leadership.change import Claim, Stance
    >>> change = Change(
    ...     stances=[Stance("Council", power=8, support=-3), Stance("GPs", power=4, support=-3)],
    ...     claims=[Claim("It is safer", "GPs", "weak"), Claim("It is near", "Council", "weak")])
    >>> [claim.short for claim in gaps(change)]
    ['It is near', 'It is safer']
    """
    found = [claim for claim in build(change).claims if claim.need > 0]
    found.sort(key=lambda claim: -round(claim.need, 9))
    return tuple(found[:most])


def sources_missing(change: Change) -> tuple[Weighed, ...]:
    """Give the claims without a source, in the order of the table.

    A claim that says there is no evidence needs no source.

    Examples
    --------
    >>> from system_leadership.change import Claim
    >>> change = Change(claims=[Claim("It is safer", strength="strong"), Claim("It is near")])
    >>> [claim.short for claim in sources_missing(change)]
    ['It is safer', 'It is near']
    """
    return tuple(
        claim for claim in build(change).claims if not claim.source and claim.strength != "none"
    )


def explain(change: Change) -> list[str]:
    """Say in plain sentences what the claims rest on and what to find out first.

    Examples
    --------
    >>> explain(Change.blank())
    ['There are no claims yet. Add one thing you say about the change, and who must believe it.']
    """
    made = build(change)
    if not made.claims:
        told = [
            "There are no claims yet. Add one thing you say about the change, and who must "
            "believe it."
        ]
        return told + _aside(made)
    by_strength = made.by_strength()
    parts = [
        f"{len(by_strength[strength])} {strength}"
        for strength in STRENGTHS
        if by_strength[strength]
    ]
    told = [f"You make {counted(len(made.claims), 'claim')}."]
    if parts:
        told.append(f"By strength of evidence: {listing(parts)}.")
    if by_strength[""]:
        told.append(
            f"For {counted(len(by_strength['']), 'claim')} you have not said how strong the "
            "evidence is, so we count it as none."
        )
    told += _gap_words(change, made)
    missing = sources_missing(change)
    if missing:
        names = some([f"“{claim.short}”" for claim in missing], 3)
        told.append(f"No source is given for {counted(len(missing), 'claim')}: {names}.")
    if made.unanswered:
        told.append(
            f"{counted(len(made.unanswered), 'opponent')} {_has(made.unanswered)} no claim "
            f"addressed to them: {some(made.unanswered)}."
        )
    return told + _aside(made)


def _gap_words(change: Change, made: EvidenceBase) -> list[str]:
    told: list[str] = []
    found = gaps(change)
    if found:
        first = found[0]
        told.append(
            f"Start with “{first.short}”. The evidence is {_rated(first)}, and it has to convince "
            f"{some(first.doubters, 3)}."
        )
        if first.gap:
            told.append(f"What is missing there, in your words: {_sentence(first.gap)}")
        if len(found) > 1:
            then = some([f"“{claim.short}”" for claim in found[1:]], 2)
            told.append(f"After that: {then}.")
    elif not any(row.support is not None for row in change.stances):
        told.append(
            "We cannot say which gap matters most until you say who is for and against: fill in "
            "“Where they stand”."
        )
    else:
        told.append("No claim with weak evidence is addressed to anybody who doubts.")
    lost = [claim for claim in made.claims if not claim.known and claim.for_whom]
    if lost and any(row.support is not None for row in change.stances):
        names = some(list(dict.fromkeys(f"“{claim.for_whom}”" for claim in lost)), 3)
        told.append(
            f"We could not match {names} with anybody under “Where they stand”, so no doubt is "
            "counted there."
        )
    nobody = sum(not claim.for_whom for claim in made.claims)
    if nobody:
        told.append(f"{counted(nobody, 'claim')} {_does(nobody)} not say who must be convinced.")
    return told


def _aside(made: EvidenceBase) -> list[str]:
    return left_out(made.left_out, "row", "no claim is written there")


def _rated(claim: Weighed) -> str:
    return {"none": "missing", "": "not rated"}.get(claim.strength, claim.strength)


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line[-1:] in ".!?…" else f"{line}."


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


def _does(number: int) -> str:
    return "does" if number == 1 else "do"


def draw(change: Change) -> Picture:
    """Draw who must be convinced against the strength of the evidence.

    Parameters
    ----------
    change : Change
        The change; a blank one gives a frame that says what to add.

    Returns
    -------
    Picture
        Each claim stands in its cell by its short name; the three that matter most are marked.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your evidence starts with one claim'
    """
    from . import evidence_picture

    return evidence_picture.draw(change)
