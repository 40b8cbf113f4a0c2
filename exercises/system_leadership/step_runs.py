"""Draw many possible runs of the steps: when they end, how likely, and what drives delay.

Each step's days are drawn between its best and its worst guess, one step without regard to
another unless the reader assumes that they go badly together. Where paths meet the later one
counts, so adding up along one path says too little.

References
----------
.. [1] Malcolm, D. G., Roseboom, J. H., Clark, C. E. and Fazar, W. (1959), malcolm1959.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import add, eq

from attrs import evolve, field, frozen

from .change import Change
from .dates import days_of, number, spoken
from .names import fold, nearest
from .step_network import LONGER, Estimate, Net, Programme, critical_path, in_order, net_of
from .suppositions import Supposition, supposed

__all__ = [
    "SUPPOSED",
    "Chance",
    "Driver",
    "Forecast",
    "Saving",
    "chance_by",
    "promised",
    "savings",
    "side_by_side",
    "simulate",
]

DRAWS = 1000
"""Runs drawn, unless there are so many steps that it would take long."""
BATCHES = 5
"""Groups of runs. How far their answers lie apart says how sure a share is."""
_MOST_DRAWN = 24_000
_DAYS_A_MONTH = 365.25 / 12

TOGETHER = Supposition(
    "approvals/together",
    "How far steps go badly together",
    0,
    0,
    0.5,
    "share",
    "We take each step's luck as its own. One cause can delay many steps, such as an election or a "
    "freeze on jobs. The more they go together, the wider the range of the end. No published "
    "figure was found.",
    step=0.05,
    most=1,
)
PROMISED = Supposition(
    "approvals/promised",
    "When you promised it, counted from day one",
    0,
    0,
    24,
    "months",
    "No promise of ours: put in yours, and see how likely it is to be kept.",
    nought="no day promised",
    most=120,
)
SUPPOSED: tuple[Supposition, ...] = (LONGER, TOGETHER, PROMISED)
"""What the runs rest on, beside the reader's own guesses; the last is the reader's to set."""


@frozen
class Chance:
    """A share of runs, with how far it moves from one group of runs to the next.

    Attributes
    ----------
    low, middle, high : float
        0 to 1: the lowest group, all runs together, the highest group.

    Examples
    --------
    >>> print(Chance(0.38, 0.42, 0.45))
    38 to 45 of every 100 runs
    """

    low: float
    middle: float
    high: float

    def __str__(self) -> str:
        low, high = round(100 * self.low), round(100 * self.high)
        if high == 0:
            return "none of the runs"
        if low == 100:
            return "all of the runs"
        return f"{low} of every 100 runs" if low == high else f"{low} to {high} of every 100 runs"


@frozen
class Driver:
    """How much one step has to do with when everything ends.

    Attributes
    ----------
    name : str
        The step.
    critical : float
        Share of runs in which it is on the longest way (the criticality index), 0 to 1.
    swing : float
        Days by which the end comes later, on average, in the third of runs in which this step takes
        longest than in the third in which it is quickest.
    """

    name: str
    critical: float
    swing: float


@frozen
class Forecast:
    """Many possible runs of the programme.

    Attributes
    ----------
    programme : Programme
        The steps, and the longest way when each takes its average.
    days : tuple of float
        Days that each run took, in growing order.
    groups : tuple of tuple of float
        The same in groups, each in growing order.
    drivers : tuple of Driver
        Every step, the one that moves the end most first.
    """

    programme: Programme
    days: tuple[float, ...] = field(default=(), repr=False)
    groups: tuple[tuple[float, ...], ...] = field(default=(), repr=False)
    drivers: tuple[Driver, ...] = field(default=(), repr=False)

    @property
    def mean(self) -> float:
        """Average days over all runs, 0 when there are none."""
        return sum(self.days) / len(self.days) if self.days else 0.0

    @property
    def missed_by_adding(self) -> float:
        """Days that adding along one path leaves out: the runs' average less that sum."""
        return self.mean - (self.programme.days or 0.0)

    def within(self, share: float) -> float:
        """Give the days in which a share of the runs, 0 to 1, is done.

        Examples
        --------
        >>> Forecast(Programme(), (10.0, 20.0, 30.0)).within(0.5)
        20.0
        """
        if not self.days:
            return 0.0
        place = share * (len(self.days) - 1)
        low = int(place)
        high = min(low + 1, len(self.days) - 1)
        return self.days[low] + (place - low) * (self.days[high] - self.days[low])

    def chance(self, days: float) -> Chance:
        """Give the share of runs that are done within so many days."""
        if not self.days:
            return Chance(0.0, 0.0, 0.0)
        # A hair's breadth: a sum of averages may differ from a run in the last digit only.
        days += 1e-6
        parts = [bisect_right(group, days) / len(group) for group in self.groups or (self.days,)]
        return Chance(min(parts), bisect_right(self.days, days) / len(self.days), max(parts))

    def __str__(self) -> str:
        if not self.days:
            return str(self.programme)
        start = self.programme.start
        return (
            f"8 of every 10 runs end between {spoken(start, self.within(0.1))} and "
            f"{spoken(start, self.within(0.9))}"
        )

    __repr__ = __str__


def simulate(
    change: Change, start: dt.date | None = None, *, draws: int | None = None, seed: int = 1
) -> Forecast:
    """Draw many possible runs: each step's days at random within its guesses.

    Parameters
    ----------
    change : Change
        Its steps.
    start : datetime.date, optional
        The day the first step starts. Without it `Change.starts`, or else the change's date.
    draws : int, optional
        How many runs, at least 5. Without it 1,000, or fewer with more than 24 steps.
    seed : int
        The same seed gives the same runs. A step's days do not depend on other steps, so a change
        to one row never shuffles another.

    Returns
    -------
    Forecast
        Without runs when there is a loop, or nothing to draw.

    Notes
    -----
    Each step follows PERT's beta shape: 1 + 4 (m - a) / (b - a) and 1 + 4 (b - m) / (b - a), whose
    mean is (a + 4m + b) / 6 [1]_. Steps are drawn independently. Where paths meet the later one
    counts, so the runs' average is at or above the sum along any one path.

    With `SUPPOSED` a reader may stretch the worst case of each step that has a range, and let steps
    go badly together. For the second, the days drawn for a step are put in another order of runs,
    by a normal score of its own and one that all steps share. The days themselves stay the same.

    References
    ----------
    .. [1] Malcolm, D. G. and others (1959), malcolm1959.

    Examples
    --------
    >>> from system_leadership.change import Step
    >>> forecast = simulate(Change(steps=[Step("One", 0, 5, 10), Step("Other", 0, 5, 10)]))
    >>> forecast.programme.days
    5.0
    >>> 0.2 < forecast.chance(5).middle < 0.3    # both must be quick: a half of a half
    True
    """
    programme = critical_path(change, start)
    if programme.days is None:
        return Forecast(programme)
    net = net_of(change)
    drawn = _forecast(net, supposed(change, TOGETHER), _how_many(net, draws), seed)
    return evolve(drawn, programme=programme)


@lru_cache(maxsize=8)
def _forecast(net: Net, together: float, draws: int, seed: int) -> Forecast:
    """Draw the runs; kept, because words and pictures ask for the same ones."""
    columns = _columns(net, together, draws, seed)
    begin, finish, ends = _times(net, columns)
    critical = _critical(net, begin, finish, ends)
    size = -(-draws // BATCHES)
    groups = tuple(tuple(sorted(ends[at : at + size])) for at in range(0, draws, size))
    drivers = [
        Driver(net.names[p], critical[p] / draws, _swing(columns[p], ends))
        for p in range(len(net.names))
    ]
    drivers.sort(key=lambda each: (not each.critical, -each.swing, -each.critical))
    return Forecast(Programme(), tuple(sorted(ends)), groups, tuple(drivers))


def _how_many(net: Net, draws: int | None) -> int:
    if draws is None:
        draws = max(200, min(DRAWS, _MOST_DRAWN // max(1, len(net.names))))
    if draws < BATCHES:
        raise ValueError(f"draws must be at least {BATCHES}, got {draws}. Try draws={DRAWS}.")
    return draws


def _columns(net: Net, share: float, draws: int, seed: int) -> list[tuple[float, ...]]:
    """Draw each step's days, one column a step, one row a run."""
    columns = [_days(net, place, draws, seed) for place in range(len(net.names))]
    if not share:
        return columns
    chance = random.Random(f"{seed} together")
    common = [chance.gauss(0.0, 1.0) for _ in range(draws)]
    return [
        column if min(column) == max(column) else _together(column, common, share, fold(name), seed)
        for column, name in zip(columns, net.names, strict=True)
    ]


def _together(
    column: Sequence[float], common: Sequence[float], share: float, name: str, seed: int
) -> tuple[float, ...]:
    """Put a step's days in another order of runs, so that its luck is partly that of all steps."""
    chance = random.Random(f"{seed} alone {name}")
    ordered = sorted(column)
    scores = sorted(chance.gauss(0.0, 1.0) for _ in column)
    alone = [0.0] * len(column)
    for score, run in zip(scores, sorted(range(len(column)), key=column.__getitem__), strict=True):
        alone[run] = score
    one, other = math.sqrt(share), math.sqrt(1 - share)
    both = [one * c + other * a for c, a in zip(common, alone, strict=True)]
    found = [0.0] * len(column)
    for days, run in zip(ordered, sorted(range(len(both)), key=both.__getitem__), strict=True):
        found[run] = days
    return tuple(found)


def _days(net: Net, place: int, draws: int, seed: int) -> tuple[float, ...]:
    guess = net.estimates[place]
    if guess is None or guess.sure:
        return (guess.mean if guess else 0.0,) * draws
    return _drawn(guess, f"{seed} {fold(net.names[place])}", draws)


@lru_cache(maxsize=128)
def _drawn(guess: Estimate, seed: str, draws: int) -> tuple[float, ...]:
    """Draw a step's days; kept, because most rows stay as they are from one edit to the next."""
    low, span = guess.optimistic, guess.pessimistic - guess.optimistic
    one = 1 + 4 * (guess.likely - low) / span
    two = 1 + 4 * (guess.pessimistic - guess.likely) / span
    beta = random.Random(seed).betavariate
    return tuple([low + span * beta(one, two) for _ in range(draws)])


# All runs go through the steps together, a column a step: that is several times quicker than run
# after run.
def _times(
    net: Net, columns: Sequence[Sequence[float]]
) -> tuple[list[Sequence[float]], list[Sequence[float]], list[float]]:
    """Give when each step begins and when it is finished, run by run, and when all is done."""
    none = (0.0,) * len(columns[0])
    begin: list[Sequence[float]] = [none] * len(columns)
    finish: list[Sequence[float]] = [none] * len(columns)
    for place in net.order:
        before = [finish[other] for other in net.needs[place]]
        if before:
            begin[place] = list(map(max, *before)) if len(before) > 1 else before[0]
        finish[place] = list(map(add, begin[place], columns[place]))
    return begin, finish, list(map(max, *finish)) if len(finish) > 1 else list(finish[0])


def _critical(
    net: Net, begin: Sequence[Sequence[float]], finish: Sequence[Sequence[float]], ends: list[float]
) -> list[int]:
    """Count for each step the runs in which it is on a longest way."""
    late = [list(map(eq, each, ends)) for each in finish]
    for place in reversed(net.order):
        for other in net.needs[place]:
            late[other] = [
                was or (then and done == start)
                for was, then, done, start in zip(
                    late[other], late[place], finish[other], begin[place], strict=True
                )
            ]
    return [sum(each) for each in late]


def _swing(days: Sequence[float], ends: Sequence[float]) -> float:
    third = len(days) // 3
    if not third or min(days) == max(days):
        return 0.0
    order = sorted(range(len(days)), key=days.__getitem__)
    quick = sum(ends[run] for run in order[:third]) / third
    slow = sum(ends[run] for run in order[-third:]) / third
    return max(0.0, slow - quick)


def chance_by(
    change: Change, by: dt.date, start: dt.date | None = None, *, seed: int = 1
) -> Chance:
    """Give the chance that everything is done by a date.

    Parameters
    ----------
    change : Change
        Its steps.
    by : datetime.date
        The date.
    start : datetime.date, optional
        The day the first step starts. Without it `Change.starts`, or else the change's date.
    seed : int
        As in `simulate`.

    Raises
    ------
    ValueError
        If there is no start: neither given nor in the change.

    Examples
    --------
    >>> from system_leadership.change import Step
    >>> change = Change(date=dt.date(2009, 1, 31), steps=[Step("Consult", likely=97)])
    >>> print(chance_by(change, dt.date(2009, 5, 8)))
    all of the runs
    """
    forecast = simulate(change, start, seed=seed)
    begins = forecast.programme.start
    if begins is None:
        raise ValueError("There is no start. Give day one of the steps, or start=.")
    return forecast.chance((by - begins).days)


def promised(change: Change, start: dt.date | None = None) -> float | None:
    """Give the day the reader promised, in days from day one; None when none is promised.

    Parameters
    ----------
    change : Change
        Its assumptions: months from day one until it is promised to be done.
    start : datetime.date, optional
        Day one. With it the months are those of the calendar, without it of 30.4 days.

    Examples
    --------
    >>> from system_leadership.change import Supposed
    >>> change = Change(assumptions=[Supposed("approvals/promised", 18)])
    >>> promised(change, dt.date(2026, 3, 2)), promised(Change.blank()) is None
    (549.0, True)
    """
    months = supposed(change, PROMISED)
    if not months:
        return None
    if start is None or not months.is_integer() or start.year + months / 12 > dt.MAXYEAR - 1:
        return round(months * _DAYS_A_MONTH)
    year, month = divmod(start.month - 1 + int(months), 12)
    # The first of that month, and on by as many days: 31 January and a month is 3 March at most.
    day = dt.date(start.year + year, month + 1, 1) + dt.timedelta(days=start.day - 1)
    return float((day - start).days)


# -------------------------------------------------------------------- side by side


@frozen
class Saving:
    """What it would save to run two steps side by side.

    Attributes
    ----------
    first, second : str
        The step that comes first now, and the one that waits for it.
    days : float
        Days by which the end would come sooner, on average over the runs.
    low, high : float
        The same in the tenth of runs that gain least and the tenth that gain most.
    note : str
        Why nothing can be saved, if so.
    """

    first: str
    second: str
    days: float = 0.0
    low: float = 0.0
    high: float = 0.0
    note: str = ""

    def __str__(self) -> str:
        if self.note:
            return self.note
        return (
            f"{self.first} and {self.second} side by side: about {days_of(self.days)} "
            f"sooner ({number(self.low, 0)} to {number(self.high, 0)})"
        )

    __repr__ = __str__


def side_by_side(
    change: Change, one: str, other: str, *, draws: int | None = None, seed: int = 1
) -> Saving:
    """Say what it would save if two steps ran side by side.

    The second step then starts when the first may start. Whatever waited for the second waits for
    both. Whether two steps may run so is for those who answer for them to say: a decision cannot
    come before what it decides on.

    Parameters
    ----------
    change : Change
        Its steps.
    one, other : str
        Names of two steps, in either order.
    draws, seed
        As in `simulate`.

    Raises
    ------
    KeyError
        If a step has no such name; the message names the nearest.

    Examples
    --------
    >>> from system_leadership.change import Step
    >>> change = Change(steps=[Step("Consult", likely=97), Step("Train", likely=60,
    ...                                                        depends_on=["Consult"])])
    >>> side_by_side(change, "Consult", "Train")
    Consult and Train side by side: about 60 days sooner (60 to 60)
    """
    net = net_of(change)
    places = []
    for name in (one, other):
        place = next((p for p, n in enumerate(net.names) if fold(n) == fold(name)), None)
        if place is None:
            near = nearest(name, net.names)
            hint = f" Did you mean {near!r}?" if near else ""
            raise KeyError(f"No step is called {name!r}.{hint}")
        places.append(place)
    a, b = places
    if net.loop:
        return Saving(net.names[a], net.names[b], note=str(net.faults[-1]))
    if a in net.needs[b]:
        first, second = a, b
    elif b in net.needs[a]:
        first, second = b, a
    else:
        note = f"{net.names[a]} and {net.names[b]} do not wait for each other directly."
        return Saving(net.names[a], net.names[b], note=note)
    draws = _how_many(net, draws)
    columns = _columns(net, supposed(change, TOGETHER), draws, seed)
    return _saving(net, first, second, columns, _times(net, columns)[2])


def _saving(
    net: Net, first: int, second: int, columns: Sequence[Sequence[float]], ends: Sequence[float]
) -> Saving:
    needs = [list(each) for each in net.needs]
    needs[second] = [p for p in dict.fromkeys((*needs[second], *needs[first])) if p != first]
    for place, each in enumerate(needs):
        if second in each and first not in each and place != first:
            each.append(first)
    names = net.names[first], net.names[second]
    if first in _all_before(needs, second):
        return Saving(*names, note=f"Other steps stand between {names[0]} and {names[1]}.")
    after = evolve(net, needs=tuple(tuple(each) for each in needs), order=tuple(in_order(needs)))
    saved = sorted(e - n for e, n in zip(ends, _times(after, columns)[2], strict=True))
    tenth = len(saved) // 10
    if saved[-1 - tenth] < 0.5:  # nine runs of ten gain nothing worth telling
        note = f"{names[0]} and {names[1]} side by side would not bring the end forward."
        return Saving(*names, note=note)
    return Saving(*names, sum(saved) / len(saved), saved[tenth], saved[-1 - tenth])


def _all_before(needs: Sequence[Sequence[int]], place: int) -> set[int]:
    """Give every step that must be done before one, directly or by way of others."""
    found: set[int] = set()
    todo = list(needs[place])
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo += needs[at]
    return found


def savings(change: Change, most: int = 3, *, seed: int = 1) -> tuple[Saving, ...]:
    """Find the pairs of steps that would save most if they ran side by side.

    Parameters
    ----------
    change : Change
        Its steps.
    most : int
        How many pairs to give.
    seed : int
        As in `simulate`.

    Returns
    -------
    tuple of Saving
        Largest first. Only pairs in which one waits for the other, along the longest way.

    Examples
    --------
    >>> from system_leadership.change import Step
    >>> savings(Change(steps=[Step("A", likely=10), Step("B", likely=4, depends_on=["A"])]))
    (A and B side by side: about 4 days sooner (4 to 4),)
    """
    programme = critical_path(change)
    net = net_of(change)
    place_of = {name: place for place, name in enumerate(net.names)}
    pairs = [
        (place_of[one], place_of[two])
        for one, two in zip(programme.path, programme.path[1:], strict=False)
    ]
    pairs.sort(key=lambda pair: -min(programme.steps[p].days for p in pair))
    if not pairs:
        return ()
    # A fifth of the runs is enough to rank them.
    draws = max(40, _how_many(net, None) // BATCHES)
    columns = _columns(net, supposed(change, TOGETHER), draws, seed)
    ends = _times(net, columns)[2]
    found = [_saving(net, one, two, columns, ends) for one, two in pairs[:8]]
    found = [each for each in found if not each.note]
    return tuple(sorted(found, key=lambda each: -each.days)[:most])
