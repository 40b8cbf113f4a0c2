"""How a coalition grows from a first few, round by round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from attrs import field, frozen

from . import thresholds as model
from .change import Change
from .coalition_first import first_movers
from .coalition_model import (
    DRAWS,
    SEED,
    Assumptions,
    Cast,
    Range,
    Threshold,
    are,
    assumed,
    cast_of,
    draw_thresholds,
    range_of,
    run_all,
    thresholds,
)
from .words import listing

__all__ = ["Growth", "Member", "grow", "size_of"]


@frozen
class Member:
    """Somebody who could join, and how often they do.

    Attributes
    ----------
    name : str
        Who.
    share : float
        The share of draws in which they are in at the end, 0 to 1.
    round : int or None
        The middle one of the rounds in which they join, over the draws in which they do; 0 for the
        first few; None when they never do.
    through : tuple of str
        Those who were in before and weigh most with them, the heaviest first; at most two.
    """

    name: str
    share: float
    round: int | None
    through: tuple[str, ...] = ()

    @property
    def likely(self) -> bool:
        """Whether they are in in at least half of the draws."""
        return self.share >= 0.5


@frozen
class Growth:
    """How a coalition grows from a first few, over many draws.

    Attributes
    ----------
    first : tuple of str
        The first few.
    members : tuple of Member
        Everybody who could join: those who do in at least half of the draws by round, then the
        others, the likeliest first.
    rounds : tuple of Range
        How many are in after each round, from round 0 (the first few).
    draws, seed : int
        How often it was drawn, and from what.
    assume : Assumptions
        What was assumed.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Stance, Tie
    >>> change = Change(organisations=[Organisation("A"), Organisation("B")],
    ...                 ties=[Tie("A", "B")], stances=[Stance("B", support=3)])
    >>> grow(change, first=["A"])
    From A: 2 of 2 are in
    """

    first: tuple[str, ...] = ()
    members: tuple[Member, ...] = field(default=(), repr=False)
    rounds: tuple[Range, ...] = (Range(),)
    draws: int = DRAWS
    seed: int = SEED
    assume: Assumptions = field(factory=Assumptions)

    @property
    def size(self) -> Range:
        """How many are in at the end."""
        return self.rounds[-1]

    @property
    def joined(self) -> tuple[str, ...]:
        """Those who are in in at least half of the draws, in the order in which they join."""
        return tuple(each.name for each in self.members if each.likely)

    @property
    def outside(self) -> tuple[str, ...]:
        """Those who are outside in more than half of the draws."""
        return tuple(each.name for each in self.members if not each.likely)

    def __str__(self) -> str:
        if not self.members:
            return "Nobody who could join yet"
        start = f"From {listing(self.first)}" if self.first else "From nobody"
        return f"{start}: {self.size} of {len(self.members)} {are(self.size.middle)} in"

    __repr__ = __str__


def grow(
    change: Change,
    first: Iterable[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    assume: Assumptions | None = None,
    given: Mapping[str, float] | None = None,
) -> Growth:
    """Let a coalition grow from a first few along the ties of the map.

    Parameters
    ----------
    change : Change
        Its organisations, people, ties and stances.
    first : iterable of str, optional
        Names of the first few. Without it, the three that `first_movers` finds.
    draws : int
        How often to draw the thresholds, 1 or more.
    seed : int
        The same seed gives the same answer.
    assume : Assumptions, optional
        How people join. Without it what the reader assumes in the change, see `SUPPOSED`.
    given : dict, optional
        Thresholds by name that are known, see `thresholds`.

    Returns
    -------
    Growth
        Who joins when, how often, and the size of the coalition as a range.

    Raises
    ------
    KeyError
        If a name is nobody's; the message suggests the nearest.

    Notes
    -----
    Granovetter's threshold model (1978) on weighted ties. A tie of any kind that runs from A to B
    lets A move B. It weighs its strength times (5 + the power of A) / 10, with blanks read as 5; of
    several ties from A to B the heaviest counts. People and their organisation move each other with
    a strength of 5. B joins once the share of those who are in, of all that weighs on B and of B's
    own view, reaches B's threshold. Nobody leaves. A round is a round of talks, not a stretch of
    time.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Stance, Tie
    >>> change = Change(organisations=[Organisation(n) for n in "ABC"],
    ...                 ties=[Tie("A", "B"), Tie("B", "C")],
    ...                 stances=[Stance("B", support=4), Stance("C", support=-5)])
    >>> grow(change, first=["A"]).joined
    ('A', 'B')
    """
    assume = assume or assumed(change)
    draws = max(1, draws)
    if first is None:
        first = first_movers(change, seed=seed, assume=assume, given=given).names
    if isinstance(first, str):
        first = [first]
    cast = cast_of(change)
    start = tuple(dict.fromkeys(cast.find(name) for name in first))
    if not cast.actors:
        return Growth(draws=draws, seed=seed, assume=assume)
    return _grown(cast, start, thresholds(change, given), draws, seed, assume)


# Kept by what it depends on: words and pictures ask for the same growth, and so does an edit of
# something else.
@lru_cache(maxsize=8)
def _grown(
    cast: Cast,
    start: tuple[int, ...],
    told: tuple[Threshold, ...],
    draws: int,
    seed: int,
    assume: Assumptions,
) -> Growth:
    tied, runs = _drawn(cast, start, told, draws, seed, assume)
    return Growth(
        cast.names(start),
        _members(cast, tied, runs),
        _by_round(runs),
        draws,
        seed,
        assume,
    )


def size_of(
    change: Change, first: Iterable[str], *, draws: int, seed: int, assume: Assumptions
) -> Range:
    """Say how many are in at the end, and nothing else: a third of the work of `grow`.

    Parameters
    ----------
    change, first, draws, seed, assume
        As of `grow`.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> change = Change(organisations=[Organisation("A"), Organisation("B")], ties=[Tie("A", "B")])
    >>> size_of(change, ["A"], draws=20, seed=1, assume=Assumptions()) == grow(
    ...     change, ["A"], draws=20, seed=1).size
    True
    """
    cast = cast_of(change)
    start = tuple(dict.fromkeys(cast.find(name) for name in first))
    return _size(cast, start, thresholds(change), max(1, draws), seed, assume)


@lru_cache(maxsize=16)
def _size(
    cast: Cast,
    start: tuple[int, ...],
    told: tuple[Threshold, ...],
    draws: int,
    seed: int,
    assume: Assumptions,
) -> Range:
    _, runs = _drawn(cast, start, told, draws, seed, assume)
    return range_of(len(joined) - joined.count(model.NEVER) for joined in runs)


def _drawn(
    cast: Cast,
    start: tuple[int, ...],
    told: tuple[Threshold, ...],
    draws: int,
    seed: int,
    assume: Assumptions,
) -> tuple[model.Net, Sequence[Sequence[int]]]:
    """Give who is tied to whom, and for each draw the round in which each actor joins."""
    tied = model.net(len(cast.actors), cast.ties, assume.own)
    return tied, run_all(tied, draw_thresholds(cast, told, draws, seed, assume), start, assume)


def _by_round(runs: Sequence[Sequence[int]]) -> tuple[Range, ...]:
    longest = max(max(joined, default=0) for joined in runs)
    last = max(0, longest)
    totals: list[list[int]] = [[] for _ in range(last + 1)]
    for joined in runs:
        new = [0] * (last + 1)
        for at in joined:
            if at >= 0:
                new[at] += 1
        inside = 0
        for number, more in enumerate(new):
            inside += more
            totals[number].append(inside)
    ranges = [range_of(each) for each in totals]
    # Rounds in which hardly any draw still moves say nothing more.
    while len(ranges) > 1 and ranges[-1] == ranges[-2]:
        ranges.pop()
    return tuple(ranges)


def _members(cast: Cast, tied: model.Net, runs: Sequence[Sequence[int]]) -> tuple[Member, ...]:
    size = len(cast.actors)
    rounds: list[list[int]] = [[] for _ in range(size)]
    through: list[dict[int, float]] = [{} for _ in range(size)]
    for joined in runs:
        for point, at in enumerate(joined):
            if at < 0:
                continue
            rounds[point].append(at)
            for other, share in tied.out[point]:
                if joined[other] > at:
                    through[other][point] = through[other].get(point, 0.0) + share
    found: list[tuple[tuple[float, ...], Member]] = []
    for point, each in enumerate(rounds):
        each.sort()
        share = len(each) / len(runs)
        middle = each[(len(each) - 1) // 2] if each else None
        most = sorted(through[point].items(), key=lambda item: (-item[1], item[0]))
        # The second counts beside the first only if it weighs nearly as much.
        heavy = [p for p, weight in most[:2] if weight >= 0.6 * most[0][1]]
        member = Member(cast.actors[point].name, share, middle, cast.names(heavy))
        order = (0.0, float(middle or 0), -share) if member.likely else (1.0, -share, 0.0)
        found.append((order, member))
    found.sort(key=lambda pair: pair[0])
    return tuple(member for _, member in found)
