"""Whom to start with: a search for the first few who move most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from . import thresholds as model
from .change import Change
from .coalition_model import (
    DRAWS,
    SEED,
    Assumptions,
    Cast,
    Draws,
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
from .names import fold
from .words import listing

__all__ = ["MOST_TRIED", "FirstMovers", "Mover", "first_movers"]

MOST_TRIED = 60
"""With more candidates than this, a search without guarantee tries those with most influence."""


@frozen
class Mover:
    """Somebody to start with, and what that opens.

    Attributes
    ----------
    name : str
        Who.
    gain : float
        How many more are in because of them, on average, after those before them in the list; they
        themselves count.
    size : Range
        How many are in with them and those before them.
    opens : tuple of pairs
        Who is in more often because of them, and in how much larger a share of the draws; those
        with the largest difference first, none below 0.1.
    """

    name: str
    gain: float
    size: Range
    opens: tuple[tuple[str, float], ...] = ()


@frozen
class FirstMovers:
    """Whom to start with, in the order of approach.

    Attributes
    ----------
    movers : tuple of Mover
        The first few, in the order in which they were found.
    candidates : int
        How many were thought willing.
    tried : int
        How many of these were tried.
    of : int
        How many could join in all.
    guarantee : float or None
        The least share of the best possible coalition that these are sure to reach, with the same
        number of first movers from the same candidates on the same draws. None where there is no
        such guarantee.
    every : bool
        Whether every set was tried.
    draws, seed : int
        How often it was drawn, and from what.
    """

    movers: tuple[Mover, ...] = ()
    candidates: int = 0
    tried: int = 0
    of: int = 0
    guarantee: float | None = None
    every: bool = False
    draws: int = DRAWS
    seed: int = SEED

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(each.name for each in self.movers)

    @property
    def size(self) -> Range:
        """How many are in with all of them."""
        return self.movers[-1].size if self.movers else Range()

    def __str__(self) -> str:
        if not self.movers:
            return "Nobody to start with yet"
        inside = f"{self.size} of {self.of} {are(self.size.middle)} in"
        return f"Start with {listing(self.names)}: {inside}"

    __repr__ = __str__


def first_movers(
    change: Change,
    k: int = 3,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    assume: Assumptions | None = None,
    given: Mapping[str, float] | None = None,
    candidates: Iterable[str] | None = None,
    every: bool = False,
) -> FirstMovers:
    """Find the first few who move most.

    Parameters
    ----------
    change : Change
        The change.
    k : int
        How many to start with, 0 or more.
    draws, seed, assume, given
        As of `grow`.
    candidates : iterable of str, optional
        Who may be among them. Without it those with support above 0; if nobody has any, those who
        are not known to be against.
    every : bool
        Try every set of k instead of searching one by one. Exact on these draws, and slow: the
        number of sets grows very fast.

    Returns
    -------
    FirstMovers
        In the order in which to approach them.

    Raises
    ------
    KeyError
        If a name is nobody's.

    Notes
    -----
    A greedy search: take whoever brings in most, then whoever adds most to that, and so on. Whether
    that comes near the best depends on the thresholds.

    With thresholds from stances there is **no guarantee**. A fixed-threshold model is not
    submodular: two people together can bring in far more than each alone, and a search one by one
    can miss such a pair. Use ``every=True`` on a small map to be sure.

    With ``Assumptions(thresholds="uniform")``, the linear threshold model of Kempe, Kleinberg and
    Tardos, the expected size is monotone and submodular. Then the search reaches at least 1 - 1/e,
    about 63%, of the best possible. Here it does so on the very draws used, because each draw
    follows live ties (see `thresholds.live_ties`); the range in `Mover.size` comes from thresholds.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> star = Change(organisations=[Organisation(n) for n in "ABCD"],
    ...               ties=[Tie("A", n, strength=10) for n in "BCD"])
    >>> first_movers(star, k=1).names
    ('A',)
    >>> round(first_movers(star, k=1, assume=Assumptions(thresholds="uniform")).guarantee, 2)
    0.63
    """
    assume = assume or assumed(change)
    draws = max(1, draws)
    cast = cast_of(change)
    places = _candidates(cast, candidates)
    told = thresholds(change, given)
    return _found(cast, places, told, k, draws, seed, assume, bool(given), every)


# A page's words and three pictures all ask for the same search, and so does every later edit that
# it does not depend on, such as one of a title or of a note.
@lru_cache(maxsize=8)
def _found(
    cast: Cast,
    places: tuple[int, ...],
    told: tuple[Threshold, ...],
    k: int,
    draws: int,
    seed: int,
    assume: Assumptions,
    given: bool,
    every: bool,
) -> FirstMovers:
    if not cast.actors or not places or k < 1:
        return FirstMovers((), len(places), 0, len(cast.actors), None, every, draws, seed)
    tied = model.net(len(cast.actors), cast.ties, assume.own)
    drawn = draw_thresholds(cast, told, draws, seed, assume)
    # Thresholds that are given are fixed, and with fixed ones there is no guarantee.
    guarantee = None if given else assume.guarantee
    tried = places
    if guarantee is None and len(places) > MOST_TRIED and not every:
        influence = [sum(share for _, share in tied.out[p]) for p in places]
        order = sorted(range(len(places)), key=lambda n: (-influence[n], n))
        tried = tuple(places[n] for n in sorted(order[:MOST_TRIED]))
    picks = _search(cast, tied, drawn, tried, k, assume, guarantee is not None, every, seed)
    movers: list[Mover] = []
    before = _shares(run_all(tied, drawn, (), assume))
    for number, point in enumerate(picks, 1):
        runs = run_all(tied, drawn, picks[:number], assume)
        after = _shares(runs)
        opens = [
            (cast.actors[p].name, now - then)
            for p, (now, then) in enumerate(zip(after, before, strict=True))
            if now - then >= 0.1 and p != point
        ]
        opens.sort(key=lambda pair: -pair[1])
        size = range_of([sum(at >= 0 for at in joined) for joined in runs])
        gain = sum(after) - sum(before)
        movers.append(Mover(cast.actors[point].name, gain, size, tuple(opens)))
        before = after
    return FirstMovers(
        tuple(movers),
        len(places),
        len(tried),
        len(cast.actors),
        1.0 if every else guarantee,
        every,
        draws,
        seed,
    )


def _shares(runs: Sequence[Sequence[int]]) -> list[float]:
    return [sum(at >= 0 for at in each) / len(runs) for each in zip(*runs, strict=True)]


def _candidates(cast: Cast, names: Iterable[str] | None) -> tuple[int, ...]:
    if names is not None:
        return tuple(dict.fromkeys(cast.find(name) for name in names))
    willing = tuple(p for p, a in enumerate(cast.actors) if (a.support or 0) > 0)
    return willing or tuple(p for p, a in enumerate(cast.actors) if not (a.support or 0) < 0)


def _search(
    cast: Cast,
    tied: model.Net,
    drawn: Draws,
    tried: Sequence[int],
    k: int,
    assume: Assumptions,
    live: bool,
    every: bool,
    seed: int,
) -> list[int]:
    if live:
        seeds = [f"{seed} live {fold(actor.name)}" for actor in cast.actors]
        ties = model.live_ties(tied, len(drawn.at), seeds)
        if every:
            return list(model.all_live_sets(ties, len(drawn.at), tried, k)[0])
        return [pick.point for pick in model.lazy_greedy(ties, len(drawn.at), tried, k)]
    if assume.chance > 0 or assume.rounds is not None:
        # When somebody joins now matters, so each set is run round by round.
        return _round_by_round(tied, drawn, tried, k, assume, every)
    if every:
        return list(model.all_sets(tied, drawn.at, tried, k, contacts=assume.contacts)[0])
    found = model.greedy(tied, drawn.at, tried, k, contacts=assume.contacts)
    return [pick.point for pick in found]


def _round_by_round(
    tied: model.Net,
    drawn: Draws,
    tried: Sequence[int],
    k: int,
    assume: Assumptions,
    every: bool,
) -> list[int]:
    def size(points: Sequence[int]) -> int:
        return sum(sum(at >= 0 for at in run) for run in run_all(tied, drawn, points, assume))

    if every:
        return list(model.best_set(tried, k, size)[0])
    picks: list[int] = []
    while len(picks) < min(k, len(tried)):
        left = [p for p in tried if p not in picks]
        picks.append(max(left, key=lambda p: (size([*picks, p]), -left.index(p))))
    return picks
