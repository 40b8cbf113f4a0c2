"""What growth by thresholds takes as given: who could join, by what rule, drawn how often."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from attrs import field, frozen

from . import thresholds as model
from .change import Change, Person, Stance
from .names import fold, nearest
from .suppositions import Supposition, values
from .system_network import MIDDLE, SystemMap, build

__all__ = [
    "GUARANTEE",
    "SUPPOSED",
    "Actor",
    "Assumptions",
    "Cast",
    "Draws",
    "Range",
    "Threshold",
    "are",
    "assumed",
    "cast_of",
    "draw_thresholds",
    "range_of",
    "run_all",
    "thresholds",
]

GUARANTEE = 1 - 1 / math.e
"""The least share of the best possible that a greedy search reaches, where it has a guarantee."""

LEAST = 0.01
"""The lowest threshold read from a stance: even the keenest wait until somebody asks them."""
SEED = 1
DRAWS = 200


CONTAGIONS = ("simple", "complex")
SUPPOSED: tuple[Supposition, ...] = (
    Supposition(
        "coalition/contagion",
        "How many who have joined it takes to bring somebody in",
        0,
        0,
        1,
        "",
        "What needs several contacts to spread does so poorly over single long ties (Centola and "
        "Macy 2007). Whether yours is such a change, nobody has measured.",
        choices=("one persuader", "two persuaders"),
    ),
    Supposition(
        "coalition/chance",
        "Chance in each round that somebody in touch joins anyway",
        0,
        0,
        0.05,
        "share",
        "We let nobody join by chance. With a little of it, long ties help more (Eckles and others "
        "2018). No published figure was found.",
        step=0.01,
        most=0.2,
    ),
    Supposition(
        "coalition/own",
        "How much people's own view weighs, as a tie of this strength",
        0,
        MIDDLE,
        10,
        "",
        "Our choice: as much as one tie of middling strength. No published figure was found.",
        most=30,
    ),
    Supposition(
        "coalition/spread",
        "How far somebody may be from where you rated them",
        0,
        0.1,
        0.3,
        "share",
        "Our choice. 10% is one point of support either way, as one standard deviation.",
        step=0.01,
        most=0.5,
    ),
    Supposition(
        "coalition/rounds",
        "How many rounds of talks to count",
        0,
        0,
        6,
        "rounds",
        "Without a number we count until nobody more joins, or 12 rounds where some join by "
        "chance.",
        nought="until nobody more joins",
        most=12,
    ),
)
"""What growth rests on, for the reader to change. No figure here is published."""


@frozen(kw_only=True)
class Assumptions:
    """What is assumed about how people join; change one and see how much the answer moves.

    Attributes
    ----------
    thresholds : str
        "stances": from support, see `thresholds`, with some spread. "uniform": nobody's is known,
        and each is equally likely to be anywhere from 0 to 1.
    contagion : str
        "simple": one persuader is enough if their weight is. "complex": at least two different
        ones must have joined as well, or all of them where there are fewer (after Centola and Macy
        2007).
    chance : float
        The chance, in each round, that somebody joins below their threshold once anyone who
        influences them is in (after Eckles and others 2018). From 0 to 1.
    own : float
        How much somebody's own view weighs against the ties that lead to them, in strength of a
        tie. 0 or more.
    spread : float
        How far a threshold may be from what the stance says: one standard deviation, as a share of
        all influence. 0.1 is one point of support. 0 or more.
    rounds : int or None
        How many rounds to count. None: until nobody more joins, or 12 where there is a chance of
        joining anyway, since in the end everybody would.

    Examples
    --------
    >>> Assumptions(contagion="complex").contacts
    2
    >>> Assumptions(contagion="complicated")
    Traceback (most recent call last):
    ...
    ValueError: contagion must be "simple" or "complex", got 'complicated'.
    """

    thresholds: str = field(default="stances")
    contagion: str = field(default="simple")
    chance: float = field(default=0.0)
    own: float = field(default=MIDDLE)
    spread: float = field(default=0.1)
    rounds: int | None = field(default=None)

    def __attrs_post_init__(self) -> None:
        _one_of("thresholds", self.thresholds, ("stances", "uniform"))
        _one_of("contagion", self.contagion, ("simple", "complex"))
        _between("chance", self.chance, 0, 1)
        _between("own", self.own, 0, math.inf)
        _between("spread", self.spread, 0, math.inf)
        if self.rounds is not None:
            _between("rounds", self.rounds, 0, math.inf)

    @property
    def contacts(self) -> int:
        """How many different persuaders must have joined."""
        return 2 if self.contagion == "complex" else 1

    @property
    def counted_rounds(self) -> int | None:
        """How many rounds are counted, None for all."""
        return 12 if self.rounds is None and self.chance > 0 else self.rounds

    @property
    def guarantee(self) -> float | None:
        """What a greedy search is sure to reach, as a share of the best; None for nothing."""
        known = self.thresholds == "uniform" and self.contacts == 1 and self.chance == 0
        return GUARANTEE if known and self.rounds is None else None


def assumed(change: Change) -> Assumptions:
    """Give what the reader assumes about how people join, or else what we do.

    Examples
    --------
    >>> from system_leadership.change import Supposed
    >>> assumed(Change(assumptions=[Supposed("coalition/contagion", 1)])).contagion
    'complex'
    >>> assumed(Change.blank()) == Assumptions()
    True
    """
    found = values(change, SUPPOSED)
    return Assumptions(
        contagion=CONTAGIONS[round(found["contagion"])],
        chance=found["chance"],
        own=found["own"],
        spread=found["spread"],
        rounds=round(found["rounds"]) or None,
    )


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        wanted = " or ".join(f'"{each}"' for each in choices)
        raise ValueError(f"{name} must be {wanted}, got {value!r}.")


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        wanted = f"{low} or more" if high == math.inf else f"from {low} to {high}"
        raise ValueError(f"{name} must be {wanted}, got {value!r}.")


@frozen
class Range:
    """A number over many draws: in 80 of 100 draws it lies between low and high.

    Attributes
    ----------
    low, middle, high : int
        The 10th, 50th and 90th percentile.

    Examples
    --------
    >>> Range(3, 5, 8)
    5 (3 to 8)
    """

    low: int = 0
    middle: int = 0
    high: int = 0

    def __str__(self) -> str:
        if self.low == self.high:
            return str(self.middle)
        return f"{self.middle} ({self.low} to {self.high})"

    __repr__ = __str__


def range_of(values: Iterable[int]) -> Range:
    """Give the range of some numbers; 0 throughout when there are none.

    Examples
    --------
    >>> range_of(range(101))
    50 (10 to 90)
    >>> range_of([])
    0
    """
    ordered = sorted(values)
    if not ordered:
        return Range()
    last = len(ordered) - 1
    return Range(*(ordered[round(part * last)] for part in (0.1, 0.5, 0.9)))


@frozen
class Threshold:
    """How much it takes for somebody to join.

    Attributes
    ----------
    name : str
        Who.
    at : float or None
        The share of the influence on them, their own view included, that must have joined. None
        when it is not known.
    reason : str
        Where it comes from: "support 3", "given" or "no stance yet".
    """

    name: str
    at: float | None
    reason: str


@frozen
class Actor:
    """Somebody who could join, with what the tables say of them."""

    name: str
    sector: str = ""
    profession: str = ""
    power: float | None = None
    support: float | None = None
    stance: bool = False


@frozen(cache_hash=True)
class Cast:
    """Everybody who could join, and the weighted ties between them."""

    actors: tuple[Actor, ...]
    ties: tuple[tuple[int, int, float], ...]
    unused: int
    place: dict[str, int] = field(hash=False, eq=False)

    def find(self, name: str) -> int:
        """Find somebody by name, however it is spelt."""
        here = self.place.get(fold(name))
        if here is None:
            near = nearest(name, [each.name for each in self.actors])
            hint = f" Did you mean {near!r}?" if near else ""
            raise KeyError(f"Nobody who could join is called {name!r}.{hint}")
        return here

    def names(self, places: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.actors[p].name for p in places)


def cast_of(change: Change) -> Cast:
    """Collect everybody who could join, with the ties between them as weights.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> made = cast_of(Change(organisations=[Organisation("A"), Organisation("B")],
    ...                       ties=[Tie("A", "B", strength=4)]))
    >>> made.ties
    ((0, 1, 4.0),)
    """
    return _cast(build(change), change.people, change.stances)


@lru_cache(maxsize=8)
def _cast(made: SystemMap, people: tuple[Person, ...], stances: tuple[Stance, ...]) -> Cast:
    stance: dict[str, Stance] = {}
    for row in stances:
        stance.setdefault(fold(row.who), row)
    profession = {fold(row.name): row.profession for row in reversed(people)}
    home = {fold(row.name): fold(row.organisation) for row in reversed(people)}
    actors: list[Actor] = []
    place: dict[str, int] = {}

    def add(name: str, sector: str) -> None:
        key = fold(name)
        row = stance.get(key)
        place[key] = len(actors)
        actors.append(
            Actor(
                name,
                sector,
                profession.get(key, ""),
                row.power if row else None,
                row.support if row else None,
                row is not None,
            )
        )

    for node in made.nodes:
        add(node.name, node.sector)
    for name in made.others:
        # Without a tie nobody can move them, but they may be among the first few.
        if fold(name) in stance:
            here = place.get(home[fold(name)])
            add(name, actors[here].sector if here is not None else "")
    weighted: list[tuple[int, int, float]] = []
    for link in made.links:
        ends = [(link.from_, link.to)]
        if link.kind == "belongs":
            ends.append((link.to, link.from_))
        for start, end in ends:
            power = actors[start].power
            weight = link.strength * (MIDDLE + (MIDDLE if power is None else power)) / 10
            weighted.append((start, end, weight))
    unused = sum(fold(row.who) not in place for row in stances)
    return Cast(tuple(actors), tuple(weighted), unused, place)


def thresholds(change: Change, given: Mapping[str, float] | None = None) -> tuple[Threshold, ...]:
    """Say how much it takes for each to join.

    Parameters
    ----------
    change : Change
        The change.
    given : dict, optional
        Thresholds by name, to be used as they are: 0 or below joins by itself, above 1 never.

    Returns
    -------
    tuple of Threshold
        One for everybody who could join: all organisations, and the people with a tie or a stance.

    Notes
    -----
    Our rule, and a simple one: (5 - support) / 10, and at least 0.01. Who is firmly for (5) joins
    as soon as anybody who influences them is in. Who takes no side (0) needs half of the influence
    on them, and who is firmly against (-5) all of it, which their own view rules out.

    Raises
    ------
    KeyError
        If a given name is nobody's.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Stance
    >>> change = Change(organisations=[Organisation("Trust"), Organisation("Council")],
    ...                 stances=[Stance("Trust", support=3)])
    >>> thresholds(change)[0]
    Threshold(name='Trust', at=0.2, reason='support 3')
    >>> thresholds(change)[1].reason
    'no stance yet'
    """
    cast = cast_of(change)
    told = {cast.find(name): float(at) for name, at in (given or {}).items()}
    found = []
    for place, actor in enumerate(cast.actors):
        if place in told:
            found.append(Threshold(actor.name, told[place], "given"))
        elif actor.support is not None:
            at = max(LEAST, (5 - actor.support) / 10)
            found.append(Threshold(actor.name, at, f"support {actor.support:g}"))
        else:
            found.append(Threshold(actor.name, None, "no stance yet"))
    return tuple(found)


@frozen
class Draws:
    """Everything random, drawn beforehand: one list of thresholds a draw."""

    at: tuple[tuple[float, ...], ...]
    holds_out: tuple[tuple[float, ...], ...] | None


def draw_thresholds(
    cast: Cast, told: Sequence[Threshold], draws: int, seed: int, assume: Assumptions
) -> Draws:
    """Draw thresholds by name, so that nobody's luck changes when others are added.

    Parameters
    ----------
    cast, told
        Who could join, and what is known of their thresholds, in the same order.
    draws, seed, assume
        As of `coalition.grow`.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Stance
    >>> change = Change(organisations=[Organisation("A")], stances=[Stance("A", support=2)])
    >>> draw_thresholds(cast_of(change), thresholds(change), 2, 1, Assumptions(spread=0)).at
    ((0.3,), (0.3,))
    """
    by_actor: list[list[float]] = []
    waits: list[list[float]] = []
    for actor, known in zip(cast.actors, told, strict=True):
        key = fold(actor.name)
        if known.reason == "given" and known.at is not None:
            column = [known.at] * draws
        elif known.at is None or assume.thresholds == "uniform":
            column = [1 - each for each in _even(f"{seed} threshold {key}", draws)]
        else:
            at, spread = known.at, assume.spread
            column = [
                each if (each := at + spread * normal) > LEAST else LEAST
                for normal in _normal(f"{seed} threshold {key}", draws)
            ]
        by_actor.append(column)
        if assume.chance > 0:
            luck = _even(f"{seed} chance {key}", draws)
            waits.append([_rounds_until(each, assume.chance) for each in luck])
    at_rows = tuple(zip(*by_actor, strict=True)) or ((),) * draws
    if assume.chance <= 0:
        return Draws(at_rows, None)
    return Draws(at_rows, tuple(zip(*waits, strict=True)) or ((),) * draws)


# Everybody's luck is kept: from one keystroke to the next hardly anybody is renamed.
@lru_cache(maxsize=512)
def _even(seed: str, draws: int) -> tuple[float, ...]:
    """Draw numbers that are equally likely anywhere from 0 up to 1."""
    chance = random.Random(seed).random
    return tuple([chance() for _ in range(draws)])


@lru_cache(maxsize=512)
def _normal(seed: str, draws: int) -> tuple[float, ...]:
    """Draw numbers from the standard normal distribution."""
    gauss = random.Random(seed).gauss
    return tuple([gauss(0.0, 1.0) for _ in range(draws)])


def _rounds_until(luck: float, chance: float) -> float:
    """Turn a number from 0 to 1 into the round in which a chance comes off, 1 or more."""
    return 1.0 if chance >= 1 else 1.0 + math.floor(math.log(1 - luck) / math.log(1 - chance))


def run_all(
    tied: model.Net, drawn: Draws, first: Sequence[int], assume: Assumptions
) -> list[list[int]]:
    """Let the coalition grow in every draw; give the round in which each joined, or -1.

    Examples
    --------
    >>> pair = model.net(2, [(0, 1, 1)])
    >>> run_all(pair, Draws(((0.5, 0.5), (0.5, 1.5)), None), [0], Assumptions())
    [[0, 1], [0, -1]]
    """
    holds_out = drawn.holds_out or (None,) * len(drawn.at)
    return [
        model.run(
            tied, at, first, contacts=assume.contacts, holds_out=wait, rounds=assume.counted_rounds
        )
        for at, wait in zip(drawn.at, holds_out, strict=True)
    ]


def are(number: int) -> str:
    """Give "is" for one and "are" for any other number.

    Examples
    --------
    >>> are(1), are(2)
    ('is', 'are')
    """
    return "is" if number == 1 else "are"
