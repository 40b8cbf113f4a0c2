"""Put steps in time: what waits for what, and the longest way through.

Each step has three guesses in days; its average is PERT's [1]_. With every step at its average, a
forward and a backward pass give the critical path [2]_. Steps that wait for one another in a loop,
or for a step nobody named, are faults told in the names of the reader.

References
----------
.. [1] Malcolm, D. G., Roseboom, J. H., Clark, C. E. and Fazar, W. (1959), malcolm1959.
.. [2] Kelley, J. E. and Walker, M. R. (1959), kelley1959.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen

from .change import Change
from .dates import number, when
from .faults import Fault, shown
from .names import fold, nearest
from .suppositions import Supposition, supposed
from .words import counted, some

__all__ = [
    "LONGER",
    "Estimate",
    "Net",
    "Planned",
    "Programme",
    "critical_path",
    "estimate",
    "faults",
    "in_order",
    "net_of",
]

LONGER = Supposition(
    "approvals/longer",
    "How much longer than your worst case a step may take",
    0,
    0,
    1,
    "share",
    "We take your worst case as you wrote it. Guesses are mostly too hopeful (Kahneman and Tversky "
    "1979; Flyvbjerg 2006). How far too hopeful yours are, nobody has measured: try 50%. A step "
    "without a range stays as it is.",
    step=0.05,
    most=2,
)
"""What the steps' days rest on, beside the reader's own guesses."""


@frozen
class Estimate:
    """Three guesses at one duration, in days.

    Attributes
    ----------
    optimistic, likely, pessimistic : float
        0 or more, in growing order.

    Examples
    --------
    >>> Estimate(70, 97, 160).mean
    103.0
    >>> Estimate(70, 97, 160).spread
    15.0
    """

    optimistic: float
    likely: float
    pessimistic: float

    @property
    def mean(self) -> float:
        """PERT's average, (a + 4m + b) / 6 [1]_."""
        return (self.optimistic + 4 * self.likely + self.pessimistic) / 6

    @property
    def spread(self) -> float:
        """PERT's standard deviation, (b - a) / 6 [1]_."""
        return (self.pessimistic - self.optimistic) / 6

    @property
    def sure(self) -> bool:
        """Whether there is no range: all three are the same."""
        return self.optimistic == self.pessimistic


def _longer(guess: Estimate | None, share: float) -> Estimate | None:
    """Stretch the worst case; a step without a range has none that could be stretched."""
    if guess is None or guess.sure or not share:
        return guess
    return Estimate(guess.optimistic, guess.likely, guess.pessimistic * (1 + share))


def estimate(
    optimistic: float | None, likely: float | None, pessimistic: float | None
) -> Estimate | None:
    """Make an estimate of the guesses there are.

    Parameters
    ----------
    optimistic, likely, pessimistic : float or None
        Days. Out of order they are put in order.

    Returns
    -------
    Estimate or None
        None when there is no guess at all. With the middle missing it is halfway; an end that is
        missing is the next guess, so that nothing is made up.

    Examples
    --------
    >>> estimate(None, 97, None)
    Estimate(optimistic=97, likely=97, pessimistic=97)
    >>> estimate(10, None, 30).likely
    20.0
    """
    given = sorted(each for each in (optimistic, likely, pessimistic) if each is not None)
    if not given:
        return None
    if len(given) == 3:
        return Estimate(*given)
    if len(given) == 2 and likely is None:
        return Estimate(given[0], sum(given) / 2, given[1])
    if len(given) == 2:
        assert likely is not None
        return Estimate(given[0], likely, given[1])
    return Estimate(given[0], given[0], given[0])


@frozen
class Planned:
    """A step with its place in time, when every step takes its average.

    Attributes
    ----------
    name, owner : str
        As the reader wrote them.
    estimate : Estimate or None
        Its days; None when no guess is given, and then it counts as 0 days.
    needs : tuple of str
        Steps that must be done first.
    start, finish : float
        Days from the start of everything.
    slack : float
        Days it could slip without moving the end.
    critical : bool
        Whether it is on a longest way through: no slack.
    """

    name: str
    owner: str
    estimate: Estimate | None
    needs: tuple[str, ...]
    start: float = 0.0
    finish: float = 0.0
    slack: float = 0.0
    critical: bool = False

    @property
    def days(self) -> float:
        """Average days, 0 when no guess is given."""
        return self.estimate.mean if self.estimate else 0.0


@frozen
class Programme:
    """Every step in time, and the longest way through.

    Attributes
    ----------
    steps : tuple of Planned
        In the order of the table. Empty when steps wait for one another in a loop.
    path : tuple of str
        The names along the longest way, first to last.
    days : float or None
        Days along it, with every step at its average. None with a loop, or without steps.
    start : datetime.date or None
        The day the first step starts.
    faults : tuple of Fault
        Loops, and steps that wait for a step nobody named.
    aside : tuple of str
        What was left out or filled in, in sentences.
    """

    steps: tuple[Planned, ...] = ()
    path: tuple[str, ...] = ()
    days: float | None = None
    start: dt.date | None = None
    faults: tuple[Fault, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def end(self) -> dt.date | None:
        """The day the last step ends, when a start is known."""
        return None if self.days is None else when(self.start, self.days)

    def step(self, name: str) -> Planned:
        """Find a step by its name, however it is spelt; KeyError when none has it."""
        for each in self.steps:
            if fold(each.name) == fold(name):
                return each
        near = nearest(name, [each.name for each in self.steps])
        raise KeyError(
            f"No step is called {name!r}." + (f" Did you mean {near!r}?" if near else "")
        )

    def __str__(self) -> str:
        if self.days is None:
            return str(self.faults[0]) if self.faults else "No steps yet"
        return f"{number(self.days)} days by way of {' → '.join(self.path)}"

    __repr__ = __str__


@frozen
class Net:
    """The steps as places in a list: what the computing works on."""

    names: tuple[str, ...]
    owners: tuple[str, ...]
    estimates: tuple[Estimate | None, ...]
    needs: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]
    faults: tuple[Fault, ...]
    aside: tuple[str, ...]
    loop: bool


def _fault(row: int, found: str, right: str, suggestion: str = "") -> Fault:
    return Fault("steps", "Steps", row, "depends_on", "Depends on", shown(found), right, suggestion)


def net_of(change: Change) -> Net:
    """Read the steps of a change as a net, with what the reader assumes about their days.

    Examples
    --------
    >>> from system_leadership.change import Step
    >>> net_of(Change(steps=[Step("A"), Step("B", depends_on=["A"])])).needs
    ((), (0,))
    """
    return _net_of(change.steps, supposed(change, LONGER))


@lru_cache(maxsize=16)
def _net_of(steps: tuple[Any, ...], longer: float) -> Net:
    place_of: dict[str, int] = {}
    rows: list[Any] = []
    numbers: list[int] = []
    unnamed = twice = 0
    for row_number, row in enumerate(steps, 1):
        name = fold(row.name)
        if not name:
            unnamed += 1
        elif name in place_of:
            twice += 1
        else:
            place_of[name] = len(rows)
            rows.append(row)
            numbers.append(row_number)
    found: list[Fault] = []
    needs: list[tuple[int, ...]] = []
    for row, row_number in zip(rows, numbers, strict=True):
        mine: list[int] = []
        for each in row.depends_on:
            place = place_of.get(fold(each))
            if place is None:
                if fold(each):
                    near = nearest(each, [other.name for other in rows]) or ""
                    found.append(_fault(row_number, each, "No step has this name.", near))
            elif place not in mine:
                mine.append(place)
        needs.append(tuple(mine))
    order = in_order(needs)
    for loop in _loops(needs, order):
        names = [rows[place].name for place in loop]
        right = (
            "A step cannot wait for itself."
            if len(loop) == 1
            else f"These steps wait for one another in a loop: {' → '.join([*names, names[0]])}. "
            "Take one of them out."
        )
        waits_for = names[-1]
        found.append(_fault(numbers[loop[0]], waits_for, right))
    estimates = tuple(estimate(r.optimistic, r.likely, r.pessimistic) for r in rows)
    aside = _aside(rows, estimates, unnamed, twice)
    estimates = tuple(_longer(each, longer) for each in estimates)
    if any(each.right.startswith("No step") for each in found):
        aside.append(
            "A step that waits for an unknown step is counted as not waiting for it, so the end "
            "may be later than told here."
        )
    return Net(
        tuple(row.name for row in rows),
        tuple(row.owner for row in rows),
        estimates,
        tuple(needs),
        tuple(order),
        tuple(found),
        tuple(aside),
        len(order) < len(rows),
    )


def _aside(
    rows: Sequence[Any], estimates: Sequence[Estimate | None], unnamed: int, twice: int
) -> list[str]:
    told = []
    if unnamed:
        told.append(f"{counted(unnamed, 'step')} without a name left out.")
    if twice:
        told.append(f"{counted(twice, 'step')} left out: a step above has the same name.")
    bare = [row.name for row, guess in zip(rows, estimates, strict=True) if guess is None]
    if bare:
        has = "has" if len(bare) == 1 else "have"
        told.append(
            f"{some(bare)} {has} no days yet and {'counts' if len(bare) == 1 else 'count'} as 0 "
            "days, so the end is later than told here."
        )
    sure = [row.name for row, guess in zip(rows, estimates, strict=True) if guess and guess.sure]
    if sure:
        has = "has" if len(sure) == 1 else "have"
        told.append(
            f"{some(sure)} {has} no range: the best and the worst case are the same, or are not "
            "given. The true range is wider."
        )
    mixed = [
        row.name
        for row in rows
        if (days := [d for d in (row.optimistic, row.likely, row.pessimistic) if d is not None])
        != sorted(days)
    ]
    if mixed:
        told.append(f"The days of {some(mixed)} were not in growing order; we put them in order.")
    return told


def in_order(needs: Sequence[Sequence[int]]) -> list[int]:
    """Put steps after all they need, keeping the reader's order; those in a loop are left out."""
    waits = [len(each) for each in needs]
    then: list[list[int]] = [[] for _ in needs]
    for place, each in enumerate(needs):
        for other in each:
            then[other].append(place)
    order = [place for place, count in enumerate(waits) if not count]
    for place in order:  # the list grows while it is read
        for other in then[place]:
            waits[other] -= 1
            if not waits[other]:
                order.append(other)
    return order


def _loops(needs: Sequence[Sequence[int]], order: Sequence[int]) -> list[list[int]]:
    """Find loops among the steps that could not be put in order, each in the order of work."""
    left = set(range(len(needs))) - set(order)
    loops: list[list[int]] = []
    done: set[int] = set()
    for start in sorted(left):
        trail: list[int] = []
        seen: dict[int, int] = {}
        at: int | None = start
        while at is not None and at not in done and at not in seen:
            seen[at] = len(trail)
            trail.append(at)
            # Every step left waits for one that is left: walk back until the walk meets itself.
            at = next((other for other in needs[at] if other in left), None)
        if at is not None and at in seen and at not in done:
            loop = trail[seen[at] :][::-1]
            least = loop.index(min(loop))
            loops.append(loop[least:] + loop[:least])
        done.update(trail)
    return loops


def faults(change: Change) -> tuple[Fault, ...]:
    """List what keeps the steps from being put in time: loops and unknown steps.

    Examples
    --------
    >>> from system_leadership.change import Step
    >>> print(faults(Change(steps=[Step("A", depends_on=["B"]), Step("B", depends_on=["A"])]))[0])
    Steps, row 1, Depends on: found “B”. These steps wait for one another in a loop: \
A → B → A. Take one of them out.
    """
    return net_of(change).faults


def critical_path(change: Change, start: dt.date | None = None) -> Programme:
    """Put every step in time, each at its average, and find the longest way through.

    Parameters
    ----------
    change : Change
        Its steps.
    start : datetime.date, optional
        The day the first step starts. Without it `Change.starts`, or else the change's date.

    Returns
    -------
    Programme
        With a loop it has faults and no steps. A step that waits for an unknown step is counted as
        not waiting for it, and a fault says so.

    Notes
    -----
    Critical path method [2]_: a forward pass for the earliest start of each step, a backward pass
    for the latest.

    References
    ----------
    .. [2] Kelley, J. E. and Walker, M. R. (1959), kelley1959.

    Examples
    --------
    >>> from system_leadership.change import Step
    >>> critical_path(Change(steps=[
    ...     Step("Consult", 70, 97, 160), Step("Decide", 30, 73, 307, ["Consult"]),
    ...     Step("Train staff", 60, 90, 120)]))
    207.8 days by way of Consult → Decide
    """
    net = net_of(change)
    start = start or change.starts or change.date
    if net.loop or not net.names:
        return Programme((), (), None, start, net.faults, net.aside)
    days = [each.mean if each else 0.0 for each in net.estimates]
    begin, finish = _forward(net, days)
    end = max(finish)
    latest = [end] * len(days)
    for place in reversed(net.order):
        for other in net.needs[place]:
            latest[other] = min(latest[other], latest[place] - days[place])
    slack = [latest[p] - finish[p] for p in range(len(days))]
    tight = [each <= 1e-6 * max(1.0, end) for each in slack]
    steps = tuple(
        Planned(
            net.names[p],
            net.owners[p],
            net.estimates[p],
            tuple(net.names[q] for q in net.needs[p]),
            begin[p],
            finish[p],
            0.0 if tight[p] else slack[p],
            tight[p],
        )
        for p in range(len(days))
    )
    # One longest way, from its end back: of several that tie, the first in the table.
    at: int | None = max(range(len(days)), key=lambda p: (finish[p], -p))
    way: list[int] = []
    while at is not None:
        way.append(at)
        at = max(net.needs[at], key=lambda p: (finish[p], -p), default=None)
    path = tuple(net.names[p] for p in reversed(way))
    return Programme(steps, path, end, start, net.faults, net.aside)


def _forward(net: Net, days: Sequence[float]) -> tuple[list[float], list[float]]:
    begin, finish = [0.0] * len(days), [0.0] * len(days)
    for place in net.order:
        first = 0.0
        for other in net.needs[place]:
            if finish[other] > first:
                first = finish[other]
        begin[place] = first
        finish[place] = first + days[place]
    return begin, finish
