"""Simulate who stays, who goes and what trust is left between leaders, month by month.

What is assumed, and where each figure comes from, is `SUPPOSED`; see also `stability`.

References
----------
.. [1] Anandaciva, S. and others (2018), kf2018.
.. [2] Edwards, P. (2013), hsj2013median.
.. [3] Health Service Journal (2017), hsj2017ceo.
.. [4] Slovic, P. (1993), slovic1993.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from attrs import evolve, field, frozen

from .change import Change
from .names import fold, nearest
from .step_network import critical_path
from .suppositions import Supposition, values
from .words import counted

__all__ = [
    "STAYS",
    "SUPPOSED",
    "Founders",
    "Outlook",
    "Share",
    "chances",
    "founders",
    "monthly_chance",
    "simulate",
    "stay",
]


SUPPOSED: tuple[Supposition, ...] = (
    Supposition(
        "stability/median_stay",
        "How long half of the leaders stay",
        24,
        36,
        84,
        "months",
        "Chief executives: 36 months in the late 2017 survey, 24 at acute trusts in 2013. At the "
        "outstanding trusts of 2017 it was over 84 months, at the inadequate ones 11.",
        "kf2018; hsj2013median; hsj2017ceo",
        least=6,
        most=120,
    ),
    Supposition(
        "stability/growth",
        "How long trust takes to close half of its gap",
        6,
        12,
        24,
        "months",
        "No published rate was found.",
        least=1,
        most=60,
    ),
    Supposition(
        "stability/kept",
        "Trust that outlives a change of leader",
        0.1,
        0.3,
        0.6,
        "share",
        "No published rate was found.",
        step=0.01,
        least=0,
        most=1,
    ),
    Supposition(
        "stability/begin",
        "Trust when the work begins",
        0.3,
        0.5,
        0.8,
        "share",
        "No published figure was found. Put in your own reading.",
        step=0.01,
        least=0,
        most=1,
    ),
    Supposition(
        "stability/enough",
        "Trust a relationship needs to work",
        0.4,
        0.5,
        0.65,
        "share",
        "No published figure was found.",
        step=0.01,
        least=0,
        most=1,
    ),
    Supposition(
        "stability/needed",
        "Relationships that must work at go-live",
        0.5,
        0.67,
        0.8,
        "share",
        "For you to choose: how many must hold for the change to go live?",
        step=0.01,
        least=0,
        most=1,
    ),
    Supposition(
        "stability/saved",
        "Loss that each month of handing over avoids",
        0.05,
        0.1,
        0.2,
        "share",
        "No published rate was found. It matters only where there is a handover.",
        step=0.01,
        least=0,
        most=1,
    ),
    Supposition(
        "stability/carried",
        "Trust kept when a second person knows both sides",
        0.5,
        0.7,
        0.9,
        "share",
        "No published rate was found. It matters only where two people share each relationship.",
        step=0.01,
        least=0,
        most=1,
    ),
)
"""What the simulation rests on. Only the first has a source."""

STAYS = (11, 24, 36, 84)
"""Published medians in months: inadequate trusts 2017, acute trusts 2013, all 2017, outstanding."""
LEADERS = 5
"""Leaders when the change names none."""
MONTHS = 36
"""Length of the programme when its steps have no days."""
DAYS_A_MONTH = 365.25 / 12
RUNS = 300
GROUPS = 5
MOST_RELATIONSHIPS = 150
# Events that all runs together may follow, so that a picture comes while somebody types.
_WORK = 24_000

_BY_KEY = {each.key: each for each in SUPPOSED}


def monthly_chance(median: float) -> float:
    """Give the chance of leaving in any one month, from the months that half of leaders stay.

    Parameters
    ----------
    median : float
        Months, more than 0.

    Returns
    -------
    float
        1 - 0.5 ** (1 / median), between 0 and 1.

    Examples
    --------
    >>> [round(100 * monthly_chance(median), 1) for median in (11, 24, 36, 84)]
    [6.1, 2.8, 1.9, 0.8]
    """
    if not median > 0:
        raise ValueError(f"median must be more than 0 months, got {median}. Try median=36.")
    return float(1 - 0.5 ** (1 / median))


def stay(leaders: int, months: float, median: float = 36) -> float:
    """Give the chance that all of so many leaders are still in post after so many months.

    Parameters
    ----------
    leaders : int
        0 or more. They leave without regard to one another.
    months : float
        0 or more.
    median : float
        Months that half of leaders stay.

    Returns
    -------
    float
        0.5 ** (leaders * months / median), from 0 to 1.

    Examples
    --------
    London's stroke services took 43 months from the first request to full start.

    >>> round(100 * stay(1, 43)), round(100 * stay(5, 43), 1)
    (44, 1.6)
    """
    return float((1 - monthly_chance(median)) ** (leaders * months))


# ------------------------------------------------------------------------ who


@frozen(cache_hash=True)
class Founders:
    """The leaders at the start, and which of them know each other.

    Attributes
    ----------
    leaders : tuple of str
        Names of people, or of organisations that stand for whoever leads them.
    pairs : tuple of tuple of int
        Relationships, as places in `leaders`.
    told : str
        Where they come from, in a sentence.
    """

    leaders: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    told: str

    def __str__(self) -> str:
        return f"{counted(len(self.leaders), 'leader')}, {counted(len(self.pairs), 'relationship')}"

    __repr__ = __str__


def founders(change: Change) -> Founders:
    """Find the founding leaders and their relationships in a change.

    Parameters
    ----------
    change : Change
        Its people, organisations and ties.

    Returns
    -------
    Founders
        Ties between people are taken as relationships. Without any, ties between organisations
        stand for their leaders; without those every pair of the people listed, up to twelve; and
        with nobody listed, five leaders who all know one another.

    Examples
    --------
    >>> founders(Change.blank())
    5 leaders, 10 relationships
    """
    key = change.organisations, change.people, change.ties
    return _founders(*key)


@lru_cache(maxsize=8)
def _founders(
    organisations: tuple[Any, ...], people: tuple[Any, ...], ties: tuple[Any, ...]
) -> Founders:
    persons = {fold(row.name): row.name for row in people if fold(row.name)}
    homes = {fold(row.name): row.name for row in organisations if fold(row.name)}
    bosses = [(row.manager, row.name) for row in people]
    for names, extra, told in (
        (persons, bosses, "Relationships are the ties between the people you listed."),
        (
            homes,
            [],
            "You listed no ties between people, so we take each organisation to have one "
            "leader, and its ties as their relationships.",
        ),
    ):
        joined: dict[tuple[str, str], None] = {}
        for one, two in [*((tie.from_, tie.to) for tie in ties), *extra]:
            a, b = sorted((fold(one), fold(two)))
            if a in names and b in names and a != b:
                joined.setdefault((a, b))
        if joined:
            thinned = _thin(list(joined))
            inside = list(dict.fromkeys(name for pair in thinned for name in pair))
            place = {name: at for at, name in enumerate(inside)}
            if len(thinned) < len(joined):
                told += f" Of the {len(joined):,} relationships {len(thinned)} are drawn at random."
            return Founders(
                tuple(names[name] for name in inside),
                tuple((place[a], place[b]) for a, b in thinned),
                told,
            )
    known = list(persons.values())[:12]
    if len(known) >= 2:
        more = f" Only the first {len(known)} are used." if len(persons) > len(known) else ""
        told = "You drew no ties between them, so we take every pair of people to know each other."
        return Founders(tuple(known), _all_pairs(len(known)), told + more)
    made = tuple(f"Leader {number}" for number in range(1, LEADERS + 1))
    told = f"You listed no ties yet, so this shows {LEADERS} leaders who all know one another."
    return Founders(made, _all_pairs(LEADERS), told)


def _thin(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keep a sample of very many relationships: more of them would say nothing new."""
    if len(pairs) <= MOST_RELATIONSHIPS:
        return pairs
    return random.Random(len(pairs)).sample(pairs, MOST_RELATIONSHIPS)


def _all_pairs(size: int) -> tuple[tuple[int, int], ...]:
    return tuple((a, b) for a in range(size) for b in range(a + 1, size))


# ------------------------------------------------------------------ many runs


@frozen
class Share:
    """A share with its range, each from 0 to 1.

    Examples
    --------
    >>> print(Share(0.31, 0.35, 0.4))
    31 to 40 of every 100
    """

    low: float
    middle: float
    high: float

    def __str__(self) -> str:
        low, high = round(100 * self.low), round(100 * self.high)
        if low == high:
            # So many runs and no exception is not the same as never.
            many = "more than 99" if low == 100 else "fewer than 1" if high == 0 else low
            return f"{many} of every 100"
        return f"{low} to {high} of every 100"


@frozen
class Outlook:
    """What may have become of the founding relationships, month by month.

    Attributes
    ----------
    founders : Founders
        Who they join.
    months : int
        Months to go-live.
    from_steps : bool
        Whether those come from the steps of the change.
    handover : float
        Months that a leader who goes and the next one work side by side.
    shared : bool
        Whether a second person on each side knows each relationship.
    settings : dict
        The value used for each assumption.
    by_month : tuple of Share
        Chance that enough relationships work, from month 0 to go-live. The range is from one
        group of runs to the next.
    working : Share
        Share of relationships that work at go-live; the range holds 8 of every 10 runs.
    untouched : float
        Chance that a relationship still has both its founders at go-live.
    one_stays, all_stay : float
        Chance that one founder, or every one of them, is still in post at go-live: exact.
    """

    founders: Founders
    months: int
    from_steps: bool
    handover: float
    shared: bool
    settings: Mapping[str, float] = field(repr=False, hash=False)
    by_month: tuple[Share, ...] = field(repr=False)
    working: Share = field(repr=False)
    untouched: float = field(repr=False)
    one_stays: float = field(repr=False)
    all_stay: float = field(repr=False)

    @property
    def chance(self) -> Share:
        """The chance that enough relationships work at go-live."""
        return self.by_month[-1]

    def __str__(self) -> str:
        return f"Enough of {self.founders} work after {self.months} months in {self.chance} runs"

    __repr__ = __str__


def simulate(
    change: Change,
    *,
    months: float | None = None,
    handover: float = 0,
    shared: bool = False,
    runs: int | None = None,
    seed: int = 1,
    **assumed: float,
) -> Outlook:
    """Draw many possible courses of who stays, who goes and what trust is left.

    Parameters
    ----------
    change : Change
        Its people, organisations, ties and steps.
    months : float, optional
        Months to go-live, more than 0; counted in whole months, at least one. Without it the
        longest way through the steps, see `approvals.critical_path`; without days there, 36.
    handover : float
        Months that a leader who goes and the next one work side by side, 0 or more.
    shared : bool
        Whether a second person on each side knows each relationship. That person leaves as leaders
        do, and the next one needs as long to know it as trust takes to close half of its gap.
    runs : int, optional
        How many, at least 5. Without it 300, or fewer with many relationships or short stays.
    seed : int
        The same seed gives the same courses.
    **assumed
        Values in place of what the reader assumes in the change, or else of the middle of
        `SUPPOSED`, by key: `median_stay=24`.

    Returns
    -------
    Outlook
        The chance as a range, month by month.

    Raises
    ------
    TypeError
        If there is no assumption of that name; the message names the nearest.
    ValueError
        If a value cannot be: a share outside 0 to 1, months not above 0, or a handover below 0.

    Notes
    -----
    Each founder's stay, and each follower's, is drawn with the same chance of leaving every month,
    1 - 0.5 ** (1 / median). Trust t closes half of the gap to 1 every `growth` months. When either
    side changes it falls to `kept` * t; each month of handover avoids the share `saved` of what is
    left to lose; with a second person who knows both sides at least `carried` * t stays. A
    relationship works while its trust is at or above `enough`.

    Examples
    --------
    >>> one = simulate(Change.blank(), months=43)
    >>> round(100 * one.one_stays), round(100 * one.all_stay, 1)
    (44, 1.6)
    >>> both = simulate(Change.blank(), months=43, handover=6, shared=True)
    >>> both.chance.middle > one.chance.middle
    True
    """
    given = _given(change, months, handover, runs)
    settings = tuple(_settings(change, assumed).items())
    found = _outlook(given.who, given.last, handover, shared, given.runs, seed, settings)
    return evolve(found, from_steps=given.from_steps)


def chances(
    change: Change,
    cases: Iterable[Mapping[str, float]],
    *,
    months: float | None = None,
    handover: float = 0,
    shared: bool = False,
    seed: int = 1,
) -> tuple[float, ...]:
    """Give the chance at go-live for several sets of assumptions, on the same courses.

    Parameters
    ----------
    change, months, handover, shared, seed
        As in `simulate`.
    cases : iterable of dict
        For each, values by key, as the ``assumed`` of `simulate`.

    Returns
    -------
    tuple of float
        From 0 to 1; each is the ``chance.middle`` of `simulate`, at a fraction of the work.

    Raises
    ------
    TypeError, ValueError
        As in `simulate`.

    Examples
    --------
    >>> found = chances(Change.blank(), [{}, {"median_stay": 84}], months=43)
    >>> found[0] == simulate(Change.blank(), months=43).chance.middle, found[0] < found[1]
    (True, True)
    """
    given = _given(change, months, handover, None)
    return tuple(
        _chance(
            given.who,
            given.last,
            handover,
            shared,
            given.runs,
            seed,
            tuple(_settings(change, each).items()),
        )
        for each in cases
    )


@frozen
class _Given:
    """What a simulation starts from: who, how many months, and how often it is drawn."""

    who: Founders
    last: int
    from_steps: bool
    runs: int


def _given(change: Change, months: float | None, handover: float, runs: int | None) -> _Given:
    who = founders(change)
    from_steps = False
    if months is None:
        days = critical_path(change).days
        from_steps = bool(days)
        months = days / DAYS_A_MONTH if days else MONTHS
    if not 0 < months < 1201:
        raise ValueError(f"months must be more than 0, at most 1200, got {months}. Try months=36.")
    if not 0 <= handover < math.inf:
        raise ValueError(f"handover must be 0 months or more, got {handover}. Try handover=3.")
    if runs is None:
        # The shorter the stays, the more there is to follow in each relationship.
        leavings = 2 * months * math.log(2) / values(change, SUPPOSED)["median_stay"]
        runs = max(60, min(RUNS, int(_WORK / max(1, len(who.pairs) * max(4, 3 * leavings)))))
    if runs < GROUPS:
        raise ValueError(f"runs must be at least {GROUPS}, got {runs}. Try runs={RUNS}.")
    return _Given(who, max(1, round(months)), from_steps, runs)


def _settings(change: Change, assumed: Mapping[str, float]) -> dict[str, float]:
    settings = {key: float(value) for key, value in values(change, SUPPOSED).items()}
    for name, value in assumed.items():
        if name not in settings:
            near = nearest(name, settings)
            hint = f" Did you mean {near!r}?" if near else f" There are: {', '.join(settings)}."
            raise TypeError(f"There is no assumption {name!r}.{hint}")
        share = _BY_KEY[name].unit == "share"
        if share and not 0 <= value <= 1:
            raise ValueError(f"{name} is a share from 0 to 1, got {value}.")
        if not share and not value > 0:
            raise ValueError(f"{name} must be more than 0 months, got {value}.")
        settings[name] = float(value)
    return settings


@lru_cache(maxsize=4)
def _luck(seed: int) -> tuple[random.Random, list[float]]:
    """Give where draws come from, and those that were drawn: they serve for every rate."""
    return random.Random(seed), []


@lru_cache(maxsize=8)
def _posts(
    size: int, last: int, runs: int, seed: int, median: float
) -> tuple[tuple[list[int], ...], ...]:
    """Draw for each run, and in it for each post, the months in which it changes hands."""
    rate = -math.log(2) / median
    chance, luck = _luck(seed)
    every = []
    at = 0
    for _ in range(size * runs):
        found: list[int] = []
        month = 0
        while True:
            if at == len(luck):
                luck += [math.log(1 - chance.random()) for _ in range(1000)]
            # Months to the first leaving, up to go-live, each month alike: a geometric draw.
            month += 1 + int(luck[at] / rate)
            at += 1
            if month > last:
                break
            found.append(month)
        every.append(found)
    return tuple(tuple(every[run * size : (run + 1) * size]) for run in range(runs))


@frozen(eq=False)
class _Fates:
    """What befalls each relationship in each run.

    Attributes
    ----------
    kinds : tuple of tuple of int
        Each different course of events once: the months in which either side changes, in order,
        each doubled, plus 1 where a second person carries the relationship over.
    in_run : tuple of tuple of int
        For each run, the place in `kinds` of every relationship's course.
    """

    kinds: tuple[tuple[int, ...], ...]
    in_run: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=8)
def _fates(
    pairs: tuple[tuple[int, int], ...],
    size: int,
    last: int,
    runs: int,
    seed: int,
    median: float,
    knows_after: float | None,
) -> _Fates:
    """Follow who leaves when; many relationships fare alike, so each course is worked out once.

    Without `knows_after` nobody shares leadership. With it a second person does, and knows a
    relationship after so many months. How trust grows or what is lost makes no difference here.
    """
    posts = _posts(size, last, runs, seed, median)
    seconds = None if knows_after is None else _posts(size, last, runs, seed + 1_000_003, median)
    places: dict[tuple[int, ...], int] = {}
    in_run = []
    for number, leaving in enumerate(posts):
        if seconds is None or knows_after is None:
            codes = [[2 * month for month in each] for each in leaving]
        else:
            codes = [
                [2 * month + _knows(second, month, knows_after) for month in each]
                for each, second in zip(leaving, seconds[number], strict=True)
            ]
        here = []
        for one, two in pairs:
            a, b = codes[one], codes[two]
            fate = tuple(sorted(a + b) if a and b else a or b)
            here.append(places.setdefault(fate, len(places)))
        in_run.append(tuple(here))
    return _Fates(tuple(places), tuple(in_run))


def _knows(changes: Sequence[int], month: int, growth: float) -> bool:
    """Say whether the second person has been there long enough to carry a relationship."""
    since = max((each for each in changes if each <= month), default=None)
    return since is None or month - since >= growth


class _Trust:
    """How trust between two leaders goes, with everything that is assumed about it."""

    def __init__(
        self, last: int, handover: float, shared: bool, settings: Mapping[str, float]
    ) -> None:
        lost = (1 - settings["kept"]) * (1 - settings["saved"]) ** handover
        carried = max(1 - lost, settings["carried"]) if shared else 1 - lost
        self.keeps = 1 - lost, carried
        self.last, self.growth = last, settings["growth"]
        self.begin, self.enough = settings["begin"], settings["enough"]
        # What is left of the gap to full trust, after so many months.
        self.left = [0.5 ** (months / self.growth) for months in range(last + 2)]
        # So many months from the start, one byte each; a stretch is one of them less another.
        self.first = [(256**months - 1) // 255 for months in range(last + 2)]

    def _ready(self, at: int, trust: float) -> int:
        """Give the month in which trust, as it is in one month, will have grown to be enough."""
        if self.enough >= 1:
            return self.last + 1
        gap = math.log2((1 - trust) / (1 - self.enough))
        return at + math.ceil(self.growth * gap - 1e-9)

    def weak(self, fate: Sequence[int]) -> int:
        """Give the months in which a relationship has too little trust: a byte of 1 for each."""
        trust, at, found = self.begin, 0, 0
        end = self.last + 1
        for code in (*fate, 2 * end):
            month = code >> 1
            if trust < self.enough and at < month:
                until = min(max(self._ready(at, trust), at), month)
                found += self.first[until] - self.first[at]
            trust = (1 - (1 - trust) * self.left[month - at]) * self.keeps[code & 1]
            at = month
        return found

    def works(self, fate: Sequence[int]) -> bool:
        """Say whether a relationship has enough trust at go-live."""
        trust, at = self.begin, 0
        left, keeps = self.left, self.keeps
        for code in fate:
            month = code >> 1
            trust = (1 - (1 - trust) * left[month - at]) * keeps[code & 1]
            at = month
        return trust >= self.enough or self._ready(at, trust) <= self.last


def _courses(
    who: Founders,
    last: int,
    handover: float,
    shared: bool,
    runs: int,
    seed: int,
    settings: Mapping[str, float],
) -> tuple[_Fates, _Trust]:
    """Give what befalls the relationships, and how trust goes when it does."""
    after = settings["growth"] if shared else None
    size, median = len(who.leaders), settings["median_stay"]
    fates = _fates(who.pairs, size, last, runs, seed, median, after)
    return fates, _Trust(last, handover, shared, settings)


def _must_work(needed: float, total: int) -> int:
    """Give how many of all relationships must work."""
    # A share is set in whole hundredths: 67 stands for two thirds, and of three that is two.
    least = 1.0 if needed >= 1 else needed - 0.005
    return math.ceil(least * total - 1e-9)


@lru_cache(maxsize=64)
def _chance(
    who: Founders,
    last: int,
    handover: float,
    shared: bool,
    runs: int,
    seed: int,
    given: tuple[tuple[str, float], ...],
) -> float:
    """Give the chance at go-live alone, the same as `_outlook` does with all its months."""
    settings = dict(given)
    fates, trust = _courses(who, last, handover, shared, runs, seed, settings)
    works = [trust.works(fate) for fate in fates.kinds]
    must = _must_work(settings["needed"], len(who.pairs))
    return sum(sum(map(works.__getitem__, each)) >= must for each in fates.in_run) / runs


@lru_cache(maxsize=16)
def _outlook(
    who: Founders,
    last: int,
    handover: float,
    shared: bool,
    runs: int,
    seed: int,
    given: tuple[tuple[str, float], ...],
) -> Outlook:
    """Draw the courses and count them; kept, because words and pictures ask for the same ones."""
    settings = dict(given)
    fates, trust = _courses(who, last, handover, shared, runs, seed, settings)
    weak = [trust.weak(fate) for fate in fates.kinds]
    total = len(who.pairs)
    # For each run one byte a month: how many relationships are weak. `MOST_RELATIONSHIPS` fit.
    counts = [
        sum(map(weak.__getitem__, each)).to_bytes(last + 1, "little") for each in fates.in_run
    ]
    most = total - _must_work(settings["needed"], total)
    size = -(-runs // GROUPS)
    by_month = []
    for month in zip(*counts, strict=True):
        good = [each <= most for each in month]
        parts = [
            sum(good[at : at + size]) / len(good[at : at + size]) for at in range(0, runs, size)
        ]
        by_month.append(Share(min(parts), sum(good) / runs, max(parts)))
    shares = sorted((total - each[-1]) / total for each in counts)
    tenth = runs // 10
    median = settings["median_stay"]
    return Outlook(
        who,
        last,
        False,
        handover,
        shared,
        settings,
        tuple(by_month),
        Share(shares[tenth], sum(shares) / runs, shares[-1 - tenth]),
        stay(2, last, median),
        stay(1, last, median),
        stay(len(who.leaders), last, median),
    )
