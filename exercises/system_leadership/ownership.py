"""Ideas to give away: who is thanked for each today, who could make it their own, when to look.

An idea starts as ours. It has been handed over when others tell it in their words and are thanked
for it. So each idea stands in one of three places: ours, shared or theirs. On the day set for it
you look again whether it has moved.

Who is thanked is the reader's own view of it. Names come in the order of the reader's tables.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from attrs import frozen

from .change import CREDIT, Change
from .names import fold
from .reflection import day
from .words import counted, left_out, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = ["PLACES", "Carrier", "Given", "Ownership", "build", "draw", "explain"]

PLACES = {"ours": "Ours", "shared": "Shared", "theirs": "Theirs"}
"""Where an idea can stand, from ours on; and what readers call it."""


@frozen
class Given:
    """One idea, and how far it has been handed over.

    Attributes
    ----------
    idea, with_whom, make_it_theirs : str
        As the reader wrote them; the last two may be empty.
    stands : str
        "ours", "shared" or "theirs"; empty when nothing is said.
    review : datetime.date or None
        The day to look again.
    overdue : bool
        Whether that day has passed and the idea is not theirs yet.
    """

    idea: str
    with_whom: str = ""
    make_it_theirs: str = ""
    stands: str = ""
    review: dt.date | None = None
    overdue: bool = False


@frozen
class Carrier:
    """Somebody with whom more than one idea stands.

    Attributes
    ----------
    name : str
        Who.
    ideas : tuple of str
        Two or more, those that are theirs already among them.
    """

    name: str
    ideas: tuple[str, ...]


@frozen
class Ownership:
    """Every idea, in the order of the table.

    Attributes
    ----------
    ideas : tuple of Given
        In the order of the table, never by how far they are.
    left_out : int
        Rows without an idea.
    """

    ideas: tuple[Given, ...] = ()
    left_out: int = 0

    def at(self, stands: str) -> tuple[Given, ...]:
        """Give the ideas that stand in one place; "" for those where nothing is said.

        Examples
        --------
        >>> Ownership((Given("One list", stands="ours"),)).at("ours")[0].idea
        'One list'
        """
        return tuple(each for each in self.ideas if each.stands == stands)

    @property
    def nobody(self) -> tuple[Given, ...]:
        """Those that nobody is named for."""
        return tuple(each for each in self.ideas if not each.with_whom)

    @property
    def overdue(self) -> tuple[Given, ...]:
        """Those whose day to look again has passed and that are not theirs yet."""
        return tuple(each for each in self.ideas if each.overdue)

    @property
    def thanked(self) -> float | None:
        """Share of ideas for which others are thanked, alone or with you; None when none says.

        Only ideas that say who is thanked count.
        """
        said = [each for each in self.ideas if each.stands]
        return sum(each.stands != "ours" for each in said) / len(said) if said else None

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        """Those with whom two ideas or more stand, in the order of the table."""
        found: dict[str, list[Given]] = {}
        for each in self.ideas:
            if each.with_whom:
                found.setdefault(fold(each.with_whom), []).append(each)
        return tuple(
            Carrier(ideas[0].with_whom, tuple(each.idea for each in ideas))
            for ideas in found.values()
            if len(ideas) > 1
        )

    def __str__(self) -> str:
        if not self.ideas:
            return "No ideas yet"
        parts = [f"{len(self.at(place))} {place}" for place in PLACES]
        return f"{counted(len(self.ideas), 'idea')}: {listing(parts)}"

    __repr__ = __str__


def build(change: Change, today: dt.date | None = None) -> Ownership:
    """See where each idea stands.

    Parameters
    ----------
    change : Change
        Its ideas. A row without an idea is left out.
    today : datetime.date, optional
        A day to look again is past when it comes before this one. Without it the day it is.

    Returns
    -------
    Ownership
        Every idea once, in the order of the table.

    Examples
    --------
    >>> from system_leadership.change import Idea
    >>> made = build(Change(ideas=[
    ...     Idea("One list", "Brokerage manager", credit="ours", review=dt.date(2027, 3, 1)),
    ...     Idea("One sheet", "Carers' Circle", credit="theirs")]), dt.date(2027, 5, 3))
    >>> made
    2 ideas: 1 ours, 0 shared and 1 theirs
    >>> [each.idea for each in made.overdue]
    ['One list']
    """
    today = today or dt.date.today()
    ideas = []
    for row in change.ideas:
        if not fold(row.idea):
            continue
        stands = row.credit if row.credit in CREDIT else ""
        late = row.review is not None and row.review < today and stands != "theirs"
        name = change.find(row.with_whom) or row.with_whom
        ideas.append(Given(row.idea, name, row.make_it_theirs, stands, row.review, late))
    return Ownership(tuple(ideas), sum(not fold(row.idea) for row in change.ideas))


# ----------------------------------------------------------------------- words


def explain(change: Change, today: dt.date | None = None) -> list[str]:
    """Say in plain sentences how far your ideas have been handed over, and what to do next.

    Parameters
    ----------
    change, today
        As in `build`.

    Returns
    -------
    list of str
        The most useful first.

    Examples
    --------
    >>> explain(Change.blank())
    ['There are no ideas yet. Add one, and who could make it their own.']
    """
    made = build(change, today)
    if not made.ideas:
        told = ["There are no ideas yet. Add one, and who could make it their own."]
        return told + _aside(made)
    told = [*_where(made), *_late(made)]
    if made.nobody:
        told.append(
            f"Nobody is named yet for {_names(made.nobody)}. Ask who would gain most by "
            f"{'it' if len(made.nobody) == 1 else 'them'}."
        )
    for each in made.carriers[:3]:
        told.append(
            f"{each.name} would carry {counted(len(each.ideas), 'idea')}. Ask whether that is too "
            "much at once, and which comes first."
        )
    # An idea that nobody is named for lacks that first.
    waiting = [each for each in made.ideas if each.stands != "theirs" and each.with_whom]
    vague = [each for each in waiting if not each.make_it_theirs]
    if vague:
        told.append(
            f"You have not said yet what would make {_names(vague)} their own: their words, their "
            "first step or their name on it."
        )
    told += _days(made, today or dt.date.today())
    if made.thanked is not None:
        told.append("Who is thanked is your own view. Ask those you named how they see it.")
    return told + _aside(made)


def _where(made: Ownership) -> list[str]:
    total = len(made.ideas)
    unsaid = len(made.at(""))
    if unsaid == total:
        return [
            f"{counted(total, 'idea')}, and nothing said yet of who is thanked. Choose ours, "
            "shared or theirs for each."
        ]
    parts = [f"{len(made.at(place))} {place}" for place in PLACES if made.at(place)]
    told = [f"Of {counted(total, 'idea')}, as things stand today: {listing(parts)}."]
    shared, theirs = len(made.at("shared")), len(made.at("theirs"))
    if not shared + theirs:
        told.append("Nobody else is thanked for any of them yet.")
    else:
        words = [f"alone for {theirs}"] if theirs else []
        words += [f"with you for {shared}"] if shared else []
        told.append(f"Others are thanked for {shared + theirs} of {total}: {listing(words)}.")
    if unsaid:
        told.append(f"For {unsaid} you have not said who is thanked: {_names(made.at(''))}.")
    return told


def _late(made: Ownership) -> list[str]:
    told = []
    ours = [each for each in made.overdue if each.stands == "ours"]
    rest = [each for each in made.overdue if each.stands != "ours"]
    if ours:
        names = list(dict.fromkeys(each.with_whom for each in ours if each.with_whom))
        ask = f" Ask {some(names, 3)} what would have to change." if names else ""
        told.append(f"Past the day to look again, and still ours: {_names(ours)}.{ask}")
    if rest:
        told.append(f"Past the day to look again, and not theirs yet: {_names(rest)}.")
    return told


def _days(made: Ownership, today: dt.date) -> list[str]:
    told = []
    waiting = [each for each in made.ideas if each.stands != "theirs" and each.with_whom]
    undated = [each for each in waiting if each.review is None]
    if undated:
        told.append(f"No day to look again is set for {_names(undated)}.")
    ahead = [each for each in waiting if each.review is not None and each.review >= today]
    if ahead:
        first = min(ahead, key=lambda each: each.review or today)
        whom = f", with {first.with_whom}" if first.with_whom else ""
        assert first.review is not None
        told.append(f"Next you look at {_names([first])} on {day(first.review)}{whom}.")
    return told


def _names(ideas: list[Given] | tuple[Given, ...]) -> str:
    short = []
    for each in ideas:
        line = " ".join(each.idea.split()).rstrip(".")
        short.append(line if len(line) <= 70 else line[:69].rsplit(" ", 1)[0] + "…")
    shown = [f"“{line}”" for line in short[:3]]
    return listing([*shown, *([f"{len(short) - 3} more"] if len(short) > 3 else [])])


def _aside(made: Ownership) -> list[str]:
    return left_out(made.left_out, "row", "no idea is written there")


# -------------------------------------------------------------------- pictures


def draw(change: Change, today: dt.date | None = None) -> Picture:
    """Draw each idea on its way from ours to theirs, with whom, and when you look again.

    Parameters
    ----------
    change, today
        As in `build`; a blank change gives a frame that says what to add.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your ideas will stand here'
    """
    from . import ownership_picture

    return ownership_picture.draw(change, today)
