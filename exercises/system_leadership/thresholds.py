"""Growth by thresholds: each joins once enough of those who influence them have joined.

The measures here work on numbers and know nothing of organisations. `Net` says who influences
whom and how much. A *draw* is one set of thresholds; everything random is drawn before, so that
the same draw can be run again with other first movers and compared fairly.

References
----------
Granovetter M. Threshold models of collective behavior. American Journal of Sociology
1978;83:1420-1443. (granovetter1978)
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush
from itertools import combinations

from attrs import field, frozen

__all__ = [
    "CLOSE",
    "Net",
    "Pick",
    "all_live_sets",
    "all_sets",
    "best_set",
    "crowd",
    "greedy",
    "lazy_greedy",
    "live_ties",
    "net",
    "reach",
    "run",
    "settle",
    "share_at_rest",
]

CLOSE = 1e-9
"""A share this little below a threshold counts as having reached it."""

NEVER = -1


@frozen
class Net:
    """Who influences whom, as shares of all the influence on each.

    Attributes
    ----------
    out : tuple of tuple of pairs
        For each point, those it influences and its share of the influence on them, above 0 and at
        most 1. The shares of influence on one point add up to 1 or less; what is left over is the
        weight of its own view.
    contacts : tuple of int
        How many influence each point.
    """

    out: tuple[tuple[tuple[int, float], ...], ...]
    contacts: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many points there are."""
        return len(self.out)


def net(points: int, ties: Iterable[tuple[int, int, float]], own: float = 0.0) -> Net:
    """Turn weighted ties into shares of influence.

    Parameters
    ----------
    points : int
        How many points there are, 0 or more.
    ties : iterable of triples
        From, to and weight. Ties of no weight and ties of a point to itself count for nothing;
        of two ties between the same two, in the same direction, the heavier counts.
    own : float
        The weight of each point's own view, in the same unit as a tie, 0 or more.

    Examples
    --------
    >>> net(3, [(0, 2, 6.0), (1, 2, 2.0)], own=2.0).out
    (((2, 0.6),), ((2, 0.2),), ())
    """
    heaviest: dict[tuple[int, int], float] = {}
    for start, end, weight in ties:
        if start != end and weight > 0:
            heaviest[start, end] = max(weight, heaviest.get((start, end), 0.0))
    total = [own] * points
    contacts = [0] * points
    for (_, end), weight in heaviest.items():
        total[end] += weight
        contacts[end] += 1
    out: list[list[tuple[int, float]]] = [[] for _ in range(points)]
    for (start, end), weight in heaviest.items():
        out[start].append((end, weight / total[end]))
    return Net(tuple(tuple(each) for each in out), tuple(contacts))


def run(
    tied: Net,
    thresholds: Sequence[float],
    first: Iterable[int],
    *,
    contacts: int = 1,
    holds_out: Sequence[float] | None = None,
    rounds: int | None = None,
) -> list[int]:
    """Let a coalition grow, round by round, until nobody more joins.

    Parameters
    ----------
    tied : Net
        Who influences whom.
    thresholds : sequence of float
        For each point, the share of the influence on it that must have joined before it does. At 0
        or below it joins by itself, in round 1. Above 1 it never does.
    first : iterable of int
        Those who are in from the start, round 0.
    contacts : int
        How many different contacts must have joined as well: 1 is simple contagion, 2 or more is
        complex contagion. Who has fewer contacts than that needs them all.
    holds_out : sequence of float, optional
        For each point, how many rounds after its first contact joined it gives in although the
        threshold is not reached; `math.inf` for never.
    rounds : int, optional
        When to stop counting.

    Returns
    -------
    list of int
        The round in which each joined, or -1.

    Notes
    -----
    All decide at once in a round, on what they saw at the end of the round before. Nobody leaves.

    Examples
    --------
    A chain in which each follows the one before:

    >>> run(net(3, [(0, 1, 1), (1, 2, 1)]), [1, 1, 1], [0])
    [0, 1, 2]
    """
    joined = [NEVER] * tied.size
    felt = [0.0] * tied.size
    met = [0] * tied.size
    waiting: dict[int, list[int]] = {}
    fresh = sorted(set(first))
    for point in fresh:
        joined[point] = 0
    number = 0
    alone: list[int] = []
    if min(thresholds, default=1) <= 0:
        alone = [p for p, at in enumerate(thresholds) if at <= 0 and joined[p] < 0]
    out, influences = tied.out, tied.contacts
    while True:
        ready: set[int] = set(alone)
        alone = []
        for point in fresh:
            for other, share in out[point]:
                if joined[other] >= 0:
                    continue
                felt[other] += share
                met[other] += 1
                if met[other] == 1 and holds_out is not None:
                    due = number + holds_out[other]
                    if due < math.inf:
                        waiting.setdefault(int(due), []).append(other)
                # One contact is enough for simple contagion, and there is one: this tie.
                if felt[other] >= thresholds[other] - CLOSE and (
                    contacts <= 1 or met[other] >= min(contacts, influences[other])
                ):
                    ready.add(other)
        number += 1
        ready.update(p for p in waiting.pop(number, ()) if joined[p] < 0)
        if rounds is not None and number > rounds:
            break
        if not ready and not waiting:
            break
        fresh = sorted(ready)
        for point in fresh:
            joined[point] = number
    return joined


def crowd(thresholds: Sequence[float]) -> list[int]:
    """Count who joins in each round when everybody sees everybody.

    Parameters
    ----------
    thresholds : sequence of float
        For each, the number of others who must have joined before they do; 0 or below starts.

    Returns
    -------
    list of int
        How many are in after each round, until nobody more joins. Empty when nobody starts.

    Notes
    -----
    Granovetter's riot (1978), with thresholds as numbers of people.

    Examples
    --------
    Thresholds 0 to 99, and then the same with the person of threshold 1 changed to 2:

    >>> crowd(range(100))[-1]
    100
    >>> crowd([0, 2, *range(2, 100)])
    [1]
    """
    ordered = sorted(thresholds)
    counts: list[int] = []
    inside = 0
    while True:
        before = inside
        while inside < len(ordered) and ordered[inside] <= before:
            inside += 1
        if inside == before:
            return counts
        counts.append(inside)


def share_at_rest(mean: float, spread: float, start: float = 0.0) -> float:
    """Give the share of a large crowd that ends up in, with normally spread thresholds.

    Parameters
    ----------
    mean : float
        The mean threshold, as a share of the crowd.
    spread : float
        The standard deviation of the thresholds, above 0.
    start : float
        The share that is in at first, from 0 to 1.

    Returns
    -------
    float
        From 0 to 1: where growth comes to rest.

    Notes
    -----
    The fixed point of r = F(r) that is reached from the start, where F is the distribution of
    thresholds (Granovetter 1978). With a mean of 0.25 it jumps near a spread of 0.122.

    Examples
    --------
    >>> round(share_at_rest(0.25, 0.120), 3), round(share_at_rest(0.25, 0.123), 3)
    (0.04, 1.0)
    """
    share = start
    for _ in range(1_000_000):
        following = max(start, 0.5 * (1 + math.erf((share - mean) / (spread * math.sqrt(2)))))
        if abs(following - share) < 1e-13:
            break
        share = following
    return share


# ----------------------------------------------------------------- first movers


@frozen
class Pick:
    """One step of a search for first movers.

    Attributes
    ----------
    point : int
        Who is taken next.
    gain : float
        How many more are in because of that, on average over the draws; the point itself counts.
    looked_at : int
        How many candidates were tried in this step.
    """

    point: int
    gain: float
    looked_at: int = field(default=0, eq=False, repr=False)


def settle(
    tied: Net,
    thresholds: Sequence[float],
    joined: set[int],
    felt: dict[int, float],
    met: dict[int, int],
    new: Iterable[int],
    contacts: int = 1,
) -> set[int]:
    """Add points to a coalition at rest and follow what that sets off, to the new rest.

    Parameters
    ----------
    tied, thresholds, contacts
        As of `run`.
    joined, felt, met
        The state at rest; `felt` is the influence of those in on those outside, and `met` the
        number of contacts. All three are left as they are.
    new : iterable of int
        Who is added.

    Returns
    -------
    set of int
        Everybody who is new in.

    Notes
    -----
    With fixed thresholds the order of joining makes no difference to who is in at the end, so
    this need not go round by round.

    Examples
    --------
    >>> chain = net(3, [(0, 1, 1), (1, 2, 1)])
    >>> sorted(settle(chain, [1, 1, 1], set(), {}, {}, [1]))
    [1, 2]
    """
    added: set[int] = {p for p in new if p not in joined}
    trail = list(added)
    more_felt: dict[int, float] = {}
    more_met: dict[int, int] = {}
    while trail:
        for other, share in tied.out[trail.pop()]:
            if other in joined or other in added:
                continue
            more_felt[other] = now = more_felt.get(other, 0.0) + share
            more_met[other] = count = more_met.get(other, 0) + 1
            if now + felt.get(other, 0.0) >= thresholds[other] - CLOSE and count + met.get(
                other, 0
            ) >= min(contacts, tied.contacts[other]):
                added.add(other)
                trail.append(other)
    return added


class _AtRest:
    """The state of one draw at rest, which grows as first movers are taken."""

    def __init__(self, tied: Net, thresholds: Sequence[float], contacts: int) -> None:
        self.tied = tied
        self.thresholds = thresholds
        self.contacts = contacts
        self.joined: set[int] = set()
        self.felt: dict[int, float] = {}
        self.met: dict[int, int] = {}
        # What it still takes for each; nothing brings in who is in.
        self.lacking = [at - CLOSE for at in thresholds]
        self.take([p for p, at in enumerate(thresholds) if at <= 0])

    def gain(self, point: int) -> int:
        """Count who would be new in with one more; most bring in nobody, and that is soon seen."""
        if point in self.joined:
            return 0
        lacking = self.lacking
        for other, share in self.tied.out[point]:
            if share >= lacking[other]:
                return len(self.would_add((point,)))
        return 1

    def would_add(self, new: Iterable[int]) -> set[int]:
        return settle(
            self.tied, self.thresholds, self.joined, self.felt, self.met, new, self.contacts
        )

    def take(self, new: Iterable[int]) -> set[int]:
        added = self.would_add(new)
        self.joined |= added
        for point in added:
            for other, share in self.tied.out[point]:
                self.felt[other] = felt = self.felt.get(other, 0.0) + share
                self.met[other] = self.met.get(other, 0) + 1
                # A hair less than exactly, so that rounding never hides anybody from `settle`.
                self.lacking[other] = self.thresholds[other] - 2 * CLOSE - felt
        for point in self.joined:
            self.lacking[point] = math.inf
        return added


def greedy(
    tied: Net,
    draws: Sequence[Sequence[float]],
    candidates: Sequence[int],
    k: int,
    *,
    contacts: int = 1,
) -> list[Pick]:
    """Take first movers one by one, each time whoever brings in most, over many draws.

    Parameters
    ----------
    tied : Net
        Who influences whom.
    draws : sequence of sequences
        Thresholds, one set a draw.
    candidates : sequence of int
        Who may be taken.
    k : int
        How many to take at most.
    contacts : int
        As of `run`.

    Returns
    -------
    list of Pick
        In the order taken. Of two with equal gain the earlier candidate.

    Notes
    -----
    **No guarantee.** With fixed thresholds the size of the coalition is not submodular: two
    together may bring in far more than the sum of what each brings in alone, and a search one by
    one can miss them. So every candidate is looked at again in every step.

    Examples
    --------
    >>> star = net(4, [(0, 1, 1), (0, 2, 1), (0, 3, 1)])
    >>> greedy(star, [[0.5] * 4], [0, 1, 2, 3], 1)
    [Pick(point=0, gain=4.0)]
    """
    states = [_AtRest(tied, thresholds, contacts) for thresholds in draws]
    left = list(dict.fromkeys(candidates))
    picks: list[Pick] = []
    while left and len(picks) < k and states:
        best, most = left[0], -1
        for point in left:
            gain = sum([state.gain(point) for state in states])
            if gain > most:
                best, most = point, gain
        for state in states:
            state.take((best,))
        left.remove(best)
        picks.append(Pick(best, most / len(states), len(left) + 1))
    return picks


def all_sets(
    tied: Net,
    draws: Sequence[Sequence[float]],
    candidates: Sequence[int],
    k: int,
    *,
    contacts: int = 1,
) -> tuple[tuple[int, ...], float]:
    """Try every set of k first movers and give the best: exact, and slow.

    Returns
    -------
    tuple
        The best set, in the order of the candidates, and the mean number who are in at the end.

    Examples
    --------
    >>> star = net(4, [(0, 1, 1), (0, 2, 1), (0, 3, 1)])
    >>> all_sets(star, [[0.5] * 4], [0, 1, 2, 3], 1)
    ((0,), 4.0)
    """
    states = [_AtRest(tied, thresholds, contacts) for thresholds in draws]
    return best_set(
        candidates,
        k,
        lambda each: (
            sum(len(s.joined) + len(s.would_add(each)) for s in states) / max(1, len(states))
        ),
    )


def best_set(
    candidates: Sequence[int], k: int, size: Callable[[tuple[int, ...]], float]
) -> tuple[tuple[int, ...], float]:
    """Try every set of k candidates; give the one that reaches most, and how many that is.

    The number of sets grows fast: this is for small cases, and to check the greedy search on them.
    """
    best: tuple[int, ...] = ()
    most = -1.0
    for each in combinations(candidates, min(k, len(candidates))):
        value = size(each)
        if value > most:
            best, most = each, value
    return best, max(most, 0.0)


# ------------------------------------------------- thresholds that nobody knows

Live = Sequence[Sequence[tuple[int, int]]]
"""For each point, those it influences, with the draws in which it decides for them, as bits."""


def live_ties(tied: Net, draws: int, seeds: Sequence[object]) -> list[list[tuple[int, int]]]:
    """Draw, for each point, the one contact that it would follow.

    Parameters
    ----------
    tied : Net
        Who influences whom.
    draws : int
        How many draws, 0 or more.
    seeds : sequence
        For each point, what its chance is drawn from; the same gives the same.

    Returns
    -------
    list of list of pairs
        For each point, those it influences and a whole number in which bit d is set when, in draw
        d, it is the one they follow. The chance is its share of the influence on them; the weight
        of their own view is the chance that they follow nobody.

    Notes
    -----
    Following one contact with a chance equal to its share gives each set of first movers the same
    expected coalition as thresholds that are equally likely anywhere from 0 to 1. Kempe, Kleinberg
    and Tardos showed this for the linear threshold model. It makes the size in each single draw
    submodular, so that a greedy search has its guarantee on these very draws.

    Examples
    --------
    >>> live_ties(net(2, [(0, 1, 1)]), 3, ["a", "b"])
    [[(1, 7)], []]
    """
    into: list[list[tuple[int, float]]] = [[] for _ in range(tied.size)]
    for point, others in enumerate(tied.out):
        for other, share in others:
            into[other].append((point, share))
    live: list[list[tuple[int, int]]] = [[] for _ in range(tied.size)]
    for point, contacts in enumerate(into):
        if not contacts:
            continue
        chance = random.Random(f"{seeds[point]}")
        bits = [0] * len(contacts)
        for draw in range(draws):
            at = chance.random()
            for place, (_, share) in enumerate(contacts):
                at -= share
                if at < 0:
                    bits[place] |= 1 << draw
                    break
        for (start, _), bit in zip(contacts, bits, strict=True):
            if bit:
                live[start].append((point, bit))
    return live


def reach(live: Live, start: Iterable[int], draws: int) -> dict[int, int]:
    """Follow live ties from a set of points, in all draws at once.

    Returns
    -------
    dict
        For each point reached in any draw, the draws in which it is, as bits.

    Examples
    --------
    >>> reach([[(1, 0b10)], [(2, 0b11)], []], [0], 2)
    {0: 3, 1: 2, 2: 2}
    """
    everything = (1 << draws) - 1
    found = dict.fromkeys(start, everything)
    fresh = dict(found)
    while fresh:
        following: dict[int, int] = {}
        for point, bits in fresh.items():
            for other, alive in live[point]:
                new = bits & alive & ~found.get(other, 0)
                if new:
                    found[other] = found.get(other, 0) | new
                    following[other] = following.get(other, 0) | new
        fresh = following
    return found


def lazy_greedy(live: Live, draws: int, candidates: Sequence[int], k: int) -> list[Pick]:
    """Take first movers one by one along live ties, looking again only where it may matter.

    Parameters
    ----------
    live : sequence
        From `live_ties`.
    draws : int
        How many draws.
    candidates : sequence of int
        Who may be taken.
    k : int
        How many to take at most.

    Returns
    -------
    list of Pick
        The same picks as looking at every candidate each time.

    Notes
    -----
    **With a guarantee.** The mean size of the coalition over these draws is monotone and
    submodular: what a candidate adds can only shrink as others are taken. So the coalition of the
    greedy set is at least 1 - 1/e (63%) of the largest possible with k first movers from these
    candidates, and a gain found earlier is an upper bound that saves most looks (known as lazy
    greedy, or CELF).

    Examples
    --------
    >>> lazy_greedy([[(1, 1), (2, 1)], [], []], 1, [0, 1, 2], 2)
    [Pick(point=0, gain=3.0), Pick(point=1, gain=0.0)]
    """
    inside: dict[int, int] = {}

    def gain_of(point: int) -> int:
        found = reach(live, (point,), draws)
        return sum((bits & ~inside.get(p, 0)).bit_count() for p, bits in found.items())

    places = list(dict.fromkeys(candidates))
    looked = len(places)
    # Each entry: gain (negative, for the heap), place among the candidates, picks when looked at.
    heap = [(-gain_of(point), place, 0) for place, point in enumerate(places)]
    heapify(heap)
    picks: list[Pick] = []
    while heap and len(picks) < k and draws:
        bound, place, when = heappop(heap)
        if when < len(picks):
            looked += 1
            heappush(heap, (-gain_of(places[place]), place, len(picks)))
            continue
        for point, bits in reach(live, (places[place],), draws).items():
            inside[point] = inside.get(point, 0) | bits
        picks.append(Pick(places[place], -bound / draws, looked))
        looked = 0
    return picks


def all_live_sets(
    live: Live, draws: int, candidates: Sequence[int], k: int
) -> tuple[tuple[int, ...], float]:
    """Try every set of k first movers along live ties and give the best, with its mean size.

    Examples
    --------
    >>> all_live_sets([[(1, 1), (2, 1)], [], []], 1, [0, 1, 2], 1)
    ((0,), 3.0)
    """
    return best_set(
        candidates,
        k,
        lambda each: sum(b.bit_count() for b in reach(live, each, draws).values()) / max(1, draws),
    )
