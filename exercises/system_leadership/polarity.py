"""Two good things in tension: what is good about each, what goes wrong, what to watch for.

A polarity is a pair of good things that need each other, such as a purpose that holds and a way
that bends. It is not a problem to solve once: choose one side for good and you get what is bad
about it. The map shows the upsides and downsides of both and the early warnings, so that a group
can notice in time and lean the other way. Beside it stand the commitments: what is fixed, and what
may flex.

References
----------
Johnson B. Polarity management: identifying and managing unsolvable problems. 1992 (johnson1992).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from .change import Change, Commitment
from .names import fold
from .words import counted, left_out, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "STARTERS",
    "Both",
    "Polarity",
    "Pole",
    "both",
    "build",
    "draw",
    "explain",
]


@frozen
class Pole:
    """One of the two good things.

    Attributes
    ----------
    name : str
        What it is called.
    upsides, downsides, warnings : tuple of str
        What is good about it, what goes wrong with too much of it, and the first signs of that.
    starter : bool
        True when the words are the handbook's, to start from, and not the reader's.
    source : tuple of str
        For a starter: the findings and references that its upside and downside rest on.
    """

    name: str
    upsides: tuple[str, ...] = ()
    downsides: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    starter: bool = False
    source: tuple[str, ...] = ()


STARTERS = (
    Pole(
        "A purpose that holds",
        ("People know what to hold on to when something goes wrong.",),
        ("A plan made elsewhere is forced on a place it does not fit.",),
        ("You hear “that was agreed” more often than a reason.",),
        starter=True,
        source=("constancy-of-purpose", "stability-builds-trust", "vaughan-local-model"),
    ),
    Pole(
        "A way that bends",
        ("Each place can find a way that suits it.",),
        ("So much is given away that the change no longer helps.",),
        ("Each meeting ends with one more exception.",),
        starter=True,
        source=("flexible-route", "vaughan-local-model", "turner2016", "fulop2016"),
    ),
)
"""Words to start from, while the reader has none. The early warnings are our suggestion."""


@frozen
class Both:
    """A commitment that stands as fixed and, in the same or nearly the same words, as flexible.

    Attributes
    ----------
    fixed, flexible : str
        The two as they were written.
    same : bool
        True when they are the same but for case, signs and small words; False when they are close.
    """

    fixed: str
    flexible: str
    same: bool

    def __str__(self) -> str:
        if self.same:
            return f"“{self.fixed}” is both fixed and flexible. Decide which."
        return (
            f"“{self.fixed}” is fixed and “{self.flexible}” is flexible. Is that one thing or two?"
        )


@frozen
class Polarity:
    """The map of a tension, and what is fixed and may flex.

    Attributes
    ----------
    poles : tuple of two Pole
        The two good things.
    fixed, flexible, undecided : tuple of Commitment
        Commitments by kind, in the order of the table; undecided ones have no kind.
    both : tuple of Both
        Those that seem to be on both sides.
    others : tuple of str
        Poles beyond the first two, which the map leaves out.
    missing : tuple of str
        What the reader's own map still lacks, as "early warnings of one standard".
    left_out : int
        Rows of the tension without a pole, and commitments without words.
    """

    poles: tuple[Pole, Pole] = STARTERS
    fixed: tuple[Commitment, ...] = ()
    flexible: tuple[Commitment, ...] = ()
    undecided: tuple[Commitment, ...] = ()
    both: tuple[Both, ...] = ()
    others: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def empty(self) -> bool:
        """Whether the reader has given neither a tension nor a commitment."""
        held = (*self.fixed, *self.flexible, *self.undecided)
        return not held and all(pole.starter for pole in self.poles)

    def __str__(self) -> str:
        return (
            f"{self.poles[0].name} and {self.poles[1].name}: {len(self.fixed)} fixed, "
            f"{len(self.flexible)} flexible, {len(self.both)} both"
        )


def build(change: Change) -> Polarity:
    """Read the tension and the commitments of a change.

    Parameters
    ----------
    change : Change
        The change. Rows of the tension with one pole's name go together, whatever their case.

    Returns
    -------
    Polarity
        With the handbook's own two poles (`STARTERS`) where the reader names none. With one pole
        named, the other is called "What pulls the other way".

    Examples
    --------
    >>> from system_leadership.change import Tension
    >>> rows = [Tension("One standard", upside="Fair"), Tension("Local choice", downside="Unfair")]
    >>> [pole.name for pole in build(Change(tension=rows)).poles]
    ['One standard', 'Local choice']
    """
    written: dict[str, str] = {}
    found: dict[str, tuple[list[str], list[str], list[str]]] = {}
    for row in change.tension:
        key = fold(row.pole)
        if not key:
            continue
        written.setdefault(key, row.pole)
        parts = found.setdefault(key, ([], [], []))
        for part, text in zip(parts, (row.upside, row.downside, row.warning), strict=True):
            if text and text not in part:
                part.append(text)
    named = [
        Pole(written[key], tuple(ups), tuple(downs), tuple(warnings))
        for key, (ups, downs, warnings) in found.items()
    ]
    others = tuple(pole.name for pole in named[2:])
    if not named:
        poles = STARTERS
    else:
        poles = (named[0], named[1] if len(named) > 1 else Pole("What pulls the other way"))
    held: dict[str, list[Commitment]] = {"fixed": [], "flexible": [], "": []}
    for commitment in change.commitments:
        if commitment.statement:
            held[commitment.kind if commitment.kind in held else ""].append(commitment)
    left_out = sum(not fold(row.pole) for row in change.tension)
    left_out += sum(not commitment.statement for commitment in change.commitments)
    return Polarity(
        poles,
        tuple(held["fixed"]),
        tuple(held["flexible"]),
        tuple(held[""]),
        _both(held["fixed"], held["flexible"]),
        others,
        tuple(_missing(poles)),
        left_out,
    )


def _missing(poles: tuple[Pole, Pole]) -> list[str]:
    missing = []
    for pole in poles:
        named = f"“{pole.name}”"
        if not pole.upsides:
            missing.append(f"upsides of {named}")
        if not pole.downsides:
            missing.append(f"downsides of {named}")
        if not pole.warnings:
            missing.append(f"early warnings of {named}")
    return missing


_SMALL = frozenset(
    ("a", "all", "an", "and", "any", "are", "as", "at", "be", "by", "do", "each", "every", "for",
     "from", "has", "have", "how", "in", "is", "it", "its", "no", "not", "of", "on", "or", "our",
     "shall", "that", "the", "their", "there", "they", "this", "to", "we", "which", "who", "will",
     "with", "you", "your")
)  # fmt: skip
_ENDING = re.compile(r"(?<=\w{3})(?<!s)s$|(?<=\w{4})(?:ing|ed)$")
NEAR = 0.6
"""The share of words two commitments must have in common to count as close."""


def _content(statement: str) -> frozenset[str]:
    """Give the words that carry the meaning: no case, accents, signs, small words or endings."""
    words = re.findall(r"\w+", fold(statement))
    carrying = [word for word in words if word not in _SMALL] or words
    return frozenset(_ENDING.sub("", word) or word for word in carrying)


def _both(fixed: Sequence[Commitment], flexible: Sequence[Commitment]) -> tuple[Both, ...]:
    found = []
    others = [(row.statement, _content(row.statement)) for row in flexible]
    for row in fixed:
        words = _content(row.statement)
        for statement, theirs in others:
            shared = len(words & theirs)
            if not shared:
                # Signs alone have no words: only the very same text is the same.
                if not words and not theirs and fold(row.statement) == fold(statement):
                    found.append(Both(row.statement, statement, True))
                continue
            whole = shared == min(len(words), len(theirs)) and shared > 2
            if whole or shared / len(words | theirs) >= NEAR:
                found.append(Both(row.statement, statement, words == theirs))
    return tuple(found)


def both(change: Change) -> tuple[Both, ...]:
    """Find commitments that stand as fixed and as flexible.

    Returns
    -------
    tuple of Both
        Empty when all is clear. In the order of the fixed ones.

    Notes
    -----
    Two commitments are the same when their words are, apart from case, accents, signs, word order,
    endings (a plural s, -ing, -ed) and small words such as "the". They are close when they share
    six words in ten, or when one has all words of the other and that has three or more. Close ones
    are a question to the reader, not a fault.

    Examples
    --------
    >>> change = Change(commitments=[Commitment("Open day and night", "fixed"),
    ...                              Commitment("open  day & night.", "flexible")])
    >>> print(both(change)[0])
    “Open day and night” is both fixed and flexible. Decide which.
    """
    return build(change).both


def explain(change: Change) -> list[str]:
    """Say in plain sentences what pulls which way, what is fixed and what may flex.

    Examples
    --------
    >>> explain(Change.blank())[0]
    'You have named no tension yet, so the map shows one to start from.'
    """
    made = build(change)
    one, other = made.poles
    told = []
    if one.starter:
        told.append("You have named no tension yet, so the map shows one to start from.")
        told.append(f"It is “{one.name}” and “{other.name}”: a paradox in the interviews.")
    else:
        told.append(f"You hold two good things in tension: “{one.name}” and “{other.name}”.")
    for pole, away in ((one, other), (other, one)):
        if pole.downsides and not pole.starter:
            told.append(f"Too much of “{pole.name}” brings this: {_sentence(pole.downsides[0])}")
        if pole.warnings:
            told.append(
                f"Watch for this sign, and then lean towards “{away.name}”: "
                f"{_sentence(pole.warnings[0])}"
            )
    if made.missing and not one.starter:
        told.append(f"Your map still lacks {some(made.missing, 3)}.")
    told += _held_words(made)
    told += [str(each) for each in made.both]
    if made.fixed and made.flexible and not made.both:
        told.append("Nothing is both fixed and flexible.")
    if made.others:
        told.append(
            f"The map holds two poles. It leaves out {some([f'“{name}”' for name in made.others])}."
        )
    return [*told, *left_out(made.left_out, "row", "no pole or commitment is written there")]


def _held_words(made: Polarity) -> list[str]:
    told = []
    if not (made.fixed or made.flexible or made.undecided):
        return ["Say what you will hold on to and what may bend: add a commitment of each kind."]
    if made.fixed:
        names = some([_short(row.statement) for row in made.fixed], 3)
        told.append(f"Fixed ({len(made.fixed)}): {names}.")
    else:
        told.append("Nothing is fixed yet. Then anything can be bargained away.")
    if made.flexible:
        names = some([_short(row.statement) for row in made.flexible], 3)
        told.append(f"May flex ({len(made.flexible)}): {names}.")
    else:
        told.append("Nothing may flex yet. Then you have nothing to offer.")
    if made.undecided:
        told.append(
            f"{counted(len(made.undecided), 'commitment')} {_is(made.undecided)} neither fixed nor "
            "flexible yet."
        )
    no_reason = sum(not row.why.strip() for row in made.fixed)
    if no_reason:
        told.append(f"{counted(no_reason, 'fixed commitment')} {_has(no_reason)} no reason yet.")
    no_date = sum(row.review is None for row in (*made.fixed, *made.flexible))
    if no_date:
        told.append(f"{counted(no_date, 'commitment')} {_has(no_date)} no date for another look.")
    return told


def _short(statement: str) -> str:
    line = " ".join(statement.split()).rstrip(".")
    return f"“{line}”" if len(line) <= 80 else f"“{line[:79].rsplit(' ', 1)[0]}…”"


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line[-1:] in ".!?…" else f"{line}."


def _is(rows: Sequence[object]) -> str:
    return "is" if len(rows) == 1 else "are"


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


def draw(change: Change) -> Picture:
    """Draw the polarity map: two by two, with early warnings, and what is fixed and may flex.

    Parameters
    ----------
    change : Change
        The change; a blank one gets the map to start from.

    Examples
    --------
    >>> draw(Change.blank()).title
    'A purpose that holds and a way that bends: a tension to start from'
    """
    from . import polarity_picture

    return polarity_picture.draw(change)


def summary(made: Polarity) -> str:
    """Give the poles and the commitments in one sentence, for the picture's description.

    Examples
    --------
    >>> summary(build(Change.blank()))[:40]
    'A map of two good things in tension, “A '
    """
    parts = []
    for pole in made.poles:
        counts = (len(pole.upsides), len(pole.downsides), len(pole.warnings))
        names = ("upside", "downside", "early warning")
        held = listing([counted(n, name) for n, name in zip(counts, names, strict=True)])
        parts.append(f"“{pole.name}” ({held})")
    told = f"A map of two good things in tension, {listing(parts)}."
    told += f" Below it, {len(made.fixed)} fixed and {len(made.flexible)} flexible commitments."
    if made.both:
        told += f" {counted(len(made.both), 'pair')} may be both."
    return told
