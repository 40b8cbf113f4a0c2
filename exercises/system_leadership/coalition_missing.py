"""How mixed a coalition is, and who is missing from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from .change import Change
from .coalition_model import Actor
from .names import fold, nearest
from .words import counted

__all__ = ["POWERFUL", "Diversity", "Missing", "Mix", "Powerful", "diversity", "missing", "mix"]

POWERFUL = 7.0
"""From this power on, being outside the coalition is reported."""


@frozen
class Mix:
    """How mixed a group is.

    Attributes
    ----------
    counts : tuple of pairs
        Each kind in the group and how many are of it, the most frequent first.
    kinds : int
        How many kinds there could be.
    index : float or None
        The chance that two taken at random, with the first put back, are of different kinds: from
        0 (all alike) to 1 - 1 / kinds. None for nobody.
    normalised : float or None
        The index divided by its largest possible value: 1 is an even spread over all kinds. None
        for nobody or when there is only one kind.
    unknown : int
        How many are left out, because their kind is not given.
    """

    counts: tuple[tuple[str, int], ...] = ()
    kinds: int = 0
    index: float | None = None
    normalised: float | None = None
    unknown: int = 0

    def __str__(self) -> str:
        if self.normalised is None:
            return f"{counted(len(self.counts), 'kind')} of {self.kinds}"
        return f"{len(self.counts)} of {self.kinds} kinds, evenness {self.normalised:.2f} of 1"


def mix(values: Iterable[str], kinds: int | None = None) -> Mix:
    """Measure how mixed a group is by Blau's index, 1 less the sum of squared shares.

    Parameters
    ----------
    values : iterable of str
        The kind of each member. Empty texts count as unknown.
    kinds : int, optional
        How many kinds there could be. Without it, those that are there.

    Returns
    -------
    Mix
        See its attributes.

    Notes
    -----
    Blau's index of heterogeneity. Normalised it is kinds / (kinds - 1) times as large.

    Examples
    --------
    >>> mix(["nurse", "nurse", "doctor", "manager"]).index
    0.625
    >>> mix(["nurse", "Doctor", "doctor", "nurse"]).normalised
    1.0
    """
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    unknown = 0
    for value in values:
        key = fold(value)
        if not key:
            unknown += 1
            continue
        written.setdefault(key, value)
        counts[key] = counts.get(key, 0) + 1
    total = sum(counts.values())
    possible = max(len(counts), kinds or 0)
    index = normalised = None
    if total:
        # Whole numbers as long as can be: an even spread gives exactly 1.
        unlike = total * total - sum(n * n for n in counts.values())
        index = unlike / (total * total)
        if possible > 1:
            normalised = unlike * possible / (total * total * (possible - 1))
    ordered = sorted(counts, key=lambda key: -counts[key])
    return Mix(
        tuple((written[key], counts[key]) for key in ordered), possible, index, normalised, unknown
    )


@frozen
class Diversity:
    """How mixed a coalition is, by sector and by profession.

    Attributes
    ----------
    names : tuple of str
        Who was counted.
    sectors, professions : Mix
        Organisations and people by sector; people by profession.
    """

    names: tuple[str, ...] = ()
    sectors: Mix = field(factory=Mix)
    professions: Mix = field(factory=Mix)

    def __str__(self) -> str:
        return f"Sectors: {self.sectors}. Professions: {self.professions}"


def diversity(change: Change, names: Iterable[str]) -> Diversity:
    """Measure how mixed a coalition is.

    Parameters
    ----------
    change : Change
        The change; its tables say which sectors and professions there could be.
    names : iterable of str
        Who is in: organisations and people.

    Returns
    -------
    Diversity
        By sector, everybody; by profession, people only.

    Raises
    ------
    KeyError
        If a name is in neither table.

    Notes
    -----
    Blau's index, see `mix`.

    Examples
    --------
    >>> from system_leadership.change import Organisation
    >>> change = Change(organisations=[Organisation("A", "NHS"), Organisation("B", "Council")])
    >>> diversity(change, ["A", "B"]).sectors.normalised
    1.0
    """
    listed = _listed(change)
    places = _found(listed, names)
    who = [listed[key] for key in places]
    sectors = {fold(each.sector) for each in listed.values() if each.sector}
    professions = {fold(each.profession) for each in listed.values() if each.profession}
    people = {fold(row.name) for row in change.people}
    return Diversity(
        tuple(each.name for each in who),
        mix((each.sector for each in who), len(sectors)),
        mix((each.profession for each in who if fold(each.name) in people), len(professions)),
    )


def _listed(change: Change) -> dict[str, Actor]:
    """List every organisation and person in the tables, tie or no tie."""
    stance = {fold(row.who): row for row in reversed(change.stances)}
    sector = {fold(row.name): row.sector for row in reversed(change.organisations)}
    found: dict[str, Actor] = {}
    for name, where, profession in [
        *((row.name, row.sector, "") for row in change.organisations),
        *(
            (row.name, sector.get(fold(row.organisation), ""), row.profession)
            for row in change.people
        ),
    ]:
        row = stance.get(fold(name))
        if fold(name) and fold(name) not in found:
            found[fold(name)] = Actor(
                name,
                where,
                profession,
                row.power if row else None,
                row.support if row else None,
                row is not None,
            )
    return found


def _found(listed: Mapping[str, Actor], names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        if fold(name) not in listed:
            near = nearest(name, [each.name for each in listed.values()])
            hint = f" Did you mean {near!r}?" if near else ""
            raise KeyError(f"No organisation or person is called {name!r}.{hint}")
        found.append(fold(name))
    return list(dict.fromkeys(found))


@frozen
class Powerful:
    """Somebody with much power who is not in.

    Attributes
    ----------
    name : str
        Who.
    power : float
        7 to 10.
    support : float or None
        -5 to 5, if given.
    """

    name: str
    power: float
    support: float | None = None


@frozen
class Missing:
    """Who is missing from a coalition.

    Attributes
    ----------
    sectors, professions : tuple of str
        Those with nobody in.
    powerful : tuple of Powerful
        Those with a power of 7 or more who are outside, the most powerful first.
    willing : tuple of str
        Those outside who are for the change (support above 0), the keenest first. They may only be
        waiting to be asked.
    unrated : tuple of str
        Those outside whose stance is not given at all.
    """

    sectors: tuple[str, ...] = ()
    professions: tuple[str, ...] = ()
    powerful: tuple[Powerful, ...] = ()
    willing: tuple[str, ...] = ()
    unrated: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"Nobody from {counted(len(self.sectors), 'sector')} and "
            f"{counted(len(self.professions), 'profession')}; "
            f"{len(self.powerful)} with much power outside"
        )


def missing(change: Change, names: Iterable[str]) -> Missing:
    """Say who is missing from a coalition.

    Parameters
    ----------
    change : Change
        The change.
    names : iterable of str
        Who is in.

    Returns
    -------
    Missing
        Sectors, professions and people of power; everything empty when nothing is missing.

    Raises
    ------
    KeyError
        If a name is in neither table.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Stance
    >>> change = Change(organisations=[Organisation("A", "NHS"), Organisation("B", "Council")],
    ...                 stances=[Stance("B", power=9, support=-2)])
    >>> missing(change, ["A"]).powerful
    (Powerful(name='B', power=9.0, support=-2.0),)
    """
    listed = _listed(change)
    inside = set(_found(listed, names))
    members = [listed[key] for key in inside]
    outside = [actor for key, actor in listed.items() if key not in inside]
    powerful = [
        Powerful(a.name, a.power, a.support)
        for a in outside
        if a.power is not None and a.power >= POWERFUL
    ]
    powerful.sort(key=lambda each: -each.power)
    willing = sorted((a for a in outside if (a.support or 0) > 0), key=lambda a: -(a.support or 0))
    return Missing(
        _absent([a.sector for a in listed.values()], [a.sector for a in members]),
        _absent([a.profession for a in listed.values()], [a.profession for a in members]),
        tuple(powerful),
        tuple(a.name for a in willing),
        tuple(a.name for a in outside if not a.stance),
    )


def _absent(all_of_them: Sequence[str], there: Sequence[str]) -> tuple[str, ...]:
    present = {fold(each) for each in there}
    written: dict[str, str] = {}
    for each in all_of_them:
        if each and fold(each) not in present:
            written.setdefault(fold(each), each)
    return tuple(written.values())
