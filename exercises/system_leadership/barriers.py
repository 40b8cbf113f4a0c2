"""What is in the way: what is in our gift, who could lift the rest, and the next move for each.

A list of barriers is a complaint until each has somebody who could lift it and a next move. Some
are ours to lift. For the others the question is who could, and whether anybody can reach them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .change import Change
from .names import fold
from .system_map import reach
from .words import counted, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = ["Barriers", "Group", "Hurdle", "draw", "explain", "sort"]

OURS = "In our gift"
NOBODY = "Nobody named yet"


@frozen
class Hurdle:
    """One barrier.

    Attributes
    ----------
    what, kind, next_move : str
        As the reader wrote them.
    ours : bool
        Whether it is in the reader's own gift.
    who : str
        Who could lift it; empty when nobody is named.
    """

    what: str
    kind: str = ""
    ours: bool = False
    who: str = ""
    next_move: str = ""


@frozen
class Group:
    """The barriers that one and the same could lift.

    Attributes
    ----------
    who : str
        "In our gift", a name, or "Nobody named yet".
    kind : str
        "ours", "others" or "nobody".
    hurdles : tuple of Hurdle
        In the order of the table.
    steps : int or None
        How many ties away they are on the system map, without line authority; None when that is
        not known, or nothing leads there.
    through : tuple of str
        Those on the way.
    """

    who: str
    kind: str
    hurdles: tuple[Hurdle, ...]
    steps: int | None = None
    through: tuple[str, ...] = ()

    @property
    def without_move(self) -> tuple[Hurdle, ...]:
        """Those that have no next move."""
        return tuple(each for each in self.hurdles if not each.next_move)


@frozen
class Barriers:
    """Every barrier, by who could lift it.

    Attributes
    ----------
    groups : tuple of Group
        Ours first; then others, those who could lift most first; last what nobody is named for.
    left_out : int
        Rows that do not say what the barrier is.
    contradicted : tuple of Hurdle
        Those said to be in our gift and yet for somebody else to lift. They count as ours.
    """

    groups: tuple[Group, ...] = ()
    left_out: int = 0
    contradicted: tuple[Hurdle, ...] = ()

    @property
    def hurdles(self) -> tuple[Hurdle, ...]:
        """All of them."""
        return tuple(each for group in self.groups for each in group.hurdles)

    @property
    def ours(self) -> tuple[Hurdle, ...]:
        """Those in the reader's gift."""
        return tuple(each for each in self.hurdles if each.ours)

    @property
    def without_move(self) -> tuple[Hurdle, ...]:
        """Those without a next move."""
        return tuple(each for each in self.hurdles if not each.next_move)

    @property
    def nobody(self) -> tuple[Hurdle, ...]:
        """Those that nobody is named for."""
        return tuple(each for each in self.hurdles if not each.ours and not each.who)

    def __str__(self) -> str:
        return (
            f"{counted(len(self.hurdles), 'barrier')}: {len(self.ours)} in our gift, "
            f"{len(self.nobody)} with nobody named, {len(self.without_move)} without a next move"
        )

    __repr__ = __str__


def sort(change: Change) -> Barriers:
    """Group the barriers by who could lift them.

    Parameters
    ----------
    change : Change
        Its barriers. A row without the barrier itself is left out. A barrier counts as ours if it
        is marked so, or if who could lift it is the reader (`Change.you`) and it is not marked
        otherwise.

    Returns
    -------
    Barriers
        Every barrier once.

    Examples
    --------
    >>> from system_leadership.change import Barrier
    >>> sort(Change(barriers=[
    ...     Barrier("Two rotas", in_our_gift=True, next_move="Draw up one"),
    ...     Barrier("Split payment", who_could_lift="The board")]))
    2 barriers: 1 in our gift, 0 with nobody named, 1 without a next move
    """
    you = fold(change.you)
    written: dict[str, str] = {}
    gathered: dict[str, list[Hurdle]] = {}
    left_out = 0
    contradicted = []
    for row in change.barriers:
        if not row.what:
            left_out += 1
            continue
        key = fold(row.who_could_lift)
        mine = row.in_our_gift is True or (row.in_our_gift is None and bool(key) and key == you)
        made = Hurdle(row.what, row.kind, mine, row.who_could_lift, row.next_move)
        if row.in_our_gift is True and key and key != you:
            contradicted.append(made)
        if mine:
            gathered.setdefault("ours", []).append(made)
        else:
            # A name can never be "ours" here: names stand behind a dot.
            place = f".{key}" if key else "nobody"
            written.setdefault(place, change.find(row.who_could_lift) or row.who_could_lift)
            gathered.setdefault(place, []).append(made)
    ways = _ways(change)
    groups: list[Group] = []
    if "ours" in gathered:
        groups.append(Group(OURS, "ours", tuple(gathered["ours"])))
    others = [key for key in gathered if key.startswith(".")]
    for key in sorted(others, key=lambda each: -len(gathered[each])):
        steps, through = ways.get(key[1:], (None, ()))
        groups.append(Group(written[key], "others", tuple(gathered[key]), steps, through))
    if "nobody" in gathered:
        groups.append(Group(NOBODY, "nobody", tuple(gathered["nobody"])))
    return Barriers(tuple(groups), left_out, tuple(contradicted))


def _ways(change: Change) -> dict[str, tuple[int | None, tuple[str, ...]]]:
    """Find how far those who could lift a barrier are, if the reader stands on the map."""
    if not change.you or change.find(change.you) is None or not change.ties:
        return {}
    found = reach(change)
    return {
        fold(each.name): (each.steps, each.through) for each in (*found.persuade, *found.instruct)
    }


# ----------------------------------------------------------------------- words


def explain(change: Change) -> list[str]:
    """Say in plain sentences what is in the way and what comes next.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    list of str
        The most useful first.

    Examples
    --------
    >>> explain(Change.blank())
    ['There are no barriers yet. Add one, and say whether it is in your gift to lift it.']
    """
    made = sort(change)
    if not made.hurdles:
        told = [
            "There are no barriers yet. Add one, and say whether it is in your gift to lift it."
        ]
        return [*told, *_aside(made)]
    total = len(made.hurdles)
    stand = "stands" if total == 1 else "stand"
    mine = len(made.ours)
    are = "none is" if not mine else "1 is" if mine == 1 else f"{mine:,} are"
    told = [f"{counted(total, 'barrier')} {stand} in the way, and {are} in your gift."]
    idle = [each.what for each in made.ours if not each.next_move]
    if idle:
        told.append(f"Start with what is yours and has no next move: {_names(idle)}.")
    elif made.ours:
        told.append("Each of yours has a next move." if mine > 1 else "It has a next move.")
    else:
        told.append("Look again: is there a part of one of them that you could lift yourselves?")
    others = [group for group in made.groups if group.kind == "others"]
    if others:
        first = others[0]
        rest = [f"{group.who} ({len(group.hurdles)})" for group in others[1:]]
        told.append(
            f"{first.who} could lift {len(first.hurdles)} {'of the rest' if mine else 'of them'}"
            + (f", then {some(rest)}." if rest else ".")
        )
        for group in others[:5]:
            told += _way_words(group)
    if made.nobody:
        told.append(
            f"Nobody is named who could lift {counted(len(made.nobody), 'barrier')}: "
            f"{_names([each.what for each in made.nobody])}. Ask who could."
        )
    waiting = [each.what for each in made.without_move if not each.ours]
    if waiting:
        count = len(made.without_move)
        have = "has" if count == 1 else "have"
        start = f"Of {counted(total, 'barrier')} {count:,} {have} no next move"
        if idle:
            told.append(f"{start}, {len(waiting):,} of them for others: {_names(waiting)}.")
        elif waiting == [each.what for each in made.nobody]:
            told.append(f"{start}: those that nobody is named for.")
        else:
            told.append(f"{start}: {_names(waiting)}.")
    if not made.without_move:
        told.append("Every barrier has a next move.")
    return [*told, *_aside(made)]


def _names(whats: list[str]) -> str:
    short = [what if len(what) <= 70 else what[:69].rsplit(" ", 1)[0] + "…" for what in whats]
    if len(short) == 1:
        return short[0].rstrip(".")
    shown = short[:3]
    more = [f"{len(short) - 3} more"] if len(short) > 3 else []
    # Barriers are phrases, often with commas of their own.
    return "; ".join(each.rstrip(".") for each in (*shown, *more))


def _way_words(group: Group) -> list[str]:
    if group.steps is None:
        return []
    if group.steps == 1:
        return [f"You have a tie of your own to {group.who}."]
    return [f"The way to {group.who} takes {group.steps} steps, through {listing(group.through)}."]


def _aside(made: Barriers) -> list[str]:
    told = []
    if made.contradicted:
        told.append(
            "Said to be in your gift, yet for somebody else to lift: "
            f"{_names([each.what for each in made.contradicted])}. We count it as yours."
            if len(made.contradicted) == 1
            else f"{len(made.contradicted)} are said to be in your gift, yet for somebody else to "
            "lift. We count them as yours."
        )
    if made.left_out:
        told.append(f"{counted(made.left_out, 'row')} left out: no barrier is written there.")
    return told


# -------------------------------------------------------------------- pictures


def draw(change: Change) -> Picture:
    """Draw the barriers as lists, by who could lift them.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your barriers will stand here'
    """
    from . import barriers_picture

    return barriers_picture.draw(change)
