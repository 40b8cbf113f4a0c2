"""Who stands between others in a system, where it has gaps, and what breaks if somebody leaves."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from . import network
from .change import Change
from .names import fold
from .system_network import SystemMap, build
from .words import counted, some

__all__ = [
    "Bridge",
    "Broker",
    "Contacts",
    "Gaps",
    "Leaving",
    "bridges",
    "brokers",
    "gaps",
    "isolated",
    "without",
]


@frozen
class Broker:
    """Somebody who stands between others.

    Attributes
    ----------
    name : str
        Who.
    betweenness : float
        Share of the shortest ways between all others that run through them, 0 to 1.
    contacts : int
        How many they have a tie with.
    sectors : tuple of str
        The sectors of those contacts, other than their own.
    """

    name: str
    betweenness: float
    contacts: int
    sectors: tuple[str, ...]


def brokers(change: Change, most: int | None = None) -> tuple[Broker, ...]:
    """Find those who stand between others, the strongest first.

    Parameters
    ----------
    change : Change
        The change.
    most : int, optional
        How many to give at most.

    Returns
    -------
    tuple of Broker
        Those with a betweenness above 0. Which way ties run, how strong and of what kind they are
        makes no difference here.

    Notes
    -----
    Freeman's betweenness (1977), see `network.betweenness`.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> path = Change(organisations=[Organisation(n) for n in "ABC"],
    ...               ties=[Tie("A", "B"), Tie("B", "C")])
    >>> brokers(path)
    (Broker(name='B', betweenness=1.0, contacts=2, sectors=()),)
    """
    made = build(change)
    order = sorted(range(len(made.nodes)), key=lambda p: (-round(made.betweenness[p], 12), p))
    found = []
    for place in order[:most]:
        if made.betweenness[place] <= 1e-12:
            break
        own = fold(made.nodes[place].sector)
        sectors = dict.fromkeys(
            made.nodes[other].sector
            for other in made.neighbours[place]
            if made.nodes[other].sector and fold(made.nodes[other].sector) != own
        )
        found.append(
            Broker(
                made.nodes[place].name,
                made.betweenness[place],
                len(made.neighbours[place]),
                tuple(sectors),
            )
        )
    return tuple(found)


@frozen
class Contacts:
    """Somebody's contacts, and how far these are in touch with one another.

    Attributes
    ----------
    name : str
        Who.
    contacts : int
        How many they have a tie with.
    effective_size : float
        That number less what the contacts have in common, 0 or more.
    constraint : float or None
        Low when the contacts do not know each other; 1 with a single contact; None without any.
    """

    name: str
    contacts: int
    effective_size: float
    constraint: float | None


@frozen
class Gaps:
    """Where the map has holes.

    Attributes
    ----------
    contacts : tuple of Contacts
        Everybody with two contacts or more, the least constrained first: they bridge most gaps.
    apart : tuple of pairs
        Pairs of sectors with no tie between them and nobody who has a tie to both.
    single : tuple of triples
        Two sectors and the one name that all their contact depends on: either all ties between the
        two are that one's, or there are none and only that one has ties to both.
    islands : tuple of tuples
        The separate parts of the map, the largest first; those without ties are not counted.
    """

    contacts: tuple[Contacts, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    single: tuple[tuple[str, str, str], ...] = ()
    islands: tuple[tuple[str, ...], ...] = ()


def gaps(change: Change) -> Gaps:
    """Find the holes in a system: sectors that do not meet, and who bridges what.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    Gaps
        Everything empty when there are no ties.

    Notes
    -----
    Burt's constraint and effective size (1992), see `network.constraint`.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> star = Change(organisations=[Organisation(n, s) for n, s in zip("ABC", ["x", "y", "z"])],
    ...               ties=[Tie("A", "B"), Tie("A", "C")])
    >>> gaps(star).contacts
    (Contacts(name='A', contacts=2, effective_size=2.0, constraint=0.5),)
    >>> gaps(star).single[-1]
    ('y', 'z', 'A')
    """
    made = build(change)
    constraint = network.constraint(made.neighbours)
    size = network.effective_size(made.neighbours)
    contacts = [
        Contacts(node.name, len(made.neighbours[p]), size[p], constraint[p])
        for p, node in enumerate(made.nodes)
        if len(made.neighbours[p]) > 1
    ]
    contacts.sort(key=lambda each: round(each.constraint or 0.0, 12))
    parts = tuple(made.names(part) for part in network.islands(made.neighbours) if len(part) > 1)
    apart, single = _sector_gaps(made)
    return Gaps(tuple(contacts), tuple(apart), tuple(single), parts)


def _sector_gaps(
    made: SystemMap,
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Compare every two sectors that have ties at all."""
    sector_of = [node.sector for node in made.nodes]
    sectors = [
        sector
        for sector in made.sectors()
        if any(made.neighbours[p] for p in range(len(sector_of)) if sector_of[p] == sector)
    ]
    direct: dict[tuple[str, str], set[tuple[int, int]]] = {}
    between: dict[tuple[str, str], set[int]] = {}
    rank = {sector: place for place, sector in enumerate(sectors)}

    def pair(one: str, other: str) -> tuple[str, str]:
        return (one, other) if rank[one] < rank[other] else (other, one)

    for here, others in enumerate(made.neighbours):
        own = sector_of[here]
        met = {sector_of[there] for there in others if sector_of[there]}
        for there in others:
            if own and sector_of[there] and own != sector_of[there] and here < there:
                direct.setdefault(pair(own, sector_of[there]), set()).add((here, there))
        known = sorted(met, key=lambda sector: rank[sector])
        for place, one in enumerate(known):
            for other in known[place + 1 :]:
                between.setdefault((one, other), set()).add(here)
    apart: list[tuple[str, str]] = []
    single: list[tuple[str, str, str]] = []
    for place, one in enumerate(sectors):
        for other in sectors[place + 1 :]:
            ties = direct.get((one, other), set())
            middle = set(between.get((one, other), set()))
            if ties:
                # Who every tie between the two needs; nobody, once two ties share no end.
                shared = set.intersection(*(set(tie) for tie in ties))
                third = middle - {p for tie in ties for p in tie}
                if len(ties) > 1 and len(shared) == 1 and not third:
                    single.append((one, other, made.nodes[shared.pop()].name))
                elif len(ties) == 1 and not third:
                    # A single tie hangs on both its ends; name the one with more contacts.
                    end = max(next(iter(ties)), key=lambda p: (len(made.neighbours[p]), -p))
                    single.append((one, other, made.nodes[end].name))
            elif len(middle) == 1:
                single.append((one, other, made.nodes[middle.pop()].name))
            elif not middle:
                apart.append((one, other))
    return apart, single


def isolated(change: Change) -> tuple[str, ...]:
    """List the organisations that have no tie, nor anybody with one.

    Returns
    -------
    tuple of str
        In the order of the table.

    Examples
    --------
    >>> from system_leadership.change import Organisation
    >>> isolated(Change(organisations=[Organisation("Trust")]))
    ('Trust',)
    """
    made = build(change)
    return tuple(
        node.name
        for node, neighbours in zip(made.nodes, made.neighbours, strict=True)
        if not neighbours
    )


@frozen
class Bridge:
    """Somebody without whom the map falls into parts.

    Attributes
    ----------
    name : str
        Who.
    cut_off : tuple of str
        Those who would no longer be joined to the largest part that is left.
    sectors : tuple of pairs
        Sectors that meet only through them, directly or by any way round.
    """

    name: str
    cut_off: tuple[str, ...]
    sectors: tuple[tuple[str, str], ...] = ()


def bridges(change: Change) -> tuple[Bridge, ...]:
    """Find those without whom the map would fall into parts, the gravest first.

    Returns
    -------
    tuple of Bridge
        Empty when everybody can be reached by two ways that share nobody.

    Notes
    -----
    Cut points (articulation points), see `network.cut_points`. Sectors meet only through somebody
    when every way from one to the other, however long, runs through them.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> path = Change(organisations=[Organisation(n, n.lower()) for n in "ABC"],
    ...               ties=[Tie("A", "B"), Tie("B", "C")])
    >>> bridges(path)
    (Bridge(name='B', cut_off=('C',), sectors=(('a', 'c'),)),)
    """
    made = build(change)
    found = []
    for place in network.cut_points(made.neighbours):
        parts = _parts_without(made, place)
        # Ties in size go to the part that stands first in the tables.
        lost = sorted(p for part in parts[1:] for p in part)
        found.append(Bridge(made.nodes[place].name, made.names(lost), _parted(made, parts)))
    found.sort(key=lambda each: -len(each.cut_off))
    return tuple(found)


@frozen
class Leaving:
    """What happens to the map when somebody leaves.

    Attributes
    ----------
    name : str
        Who leaves.
    ties : int
        Ties that go with them.
    cut_off : tuple of str
        Those who would no longer be joined to the largest part that is left.
    alone : tuple of str
        Those among them who would have no tie left at all.
    sectors : tuple of pairs
        Sectors that would no longer meet in any way.
    """

    name: str
    ties: int
    cut_off: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    sectors: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        lost = counted(self.ties, "tie")
        if not self.cut_off:
            return f"Without {self.name}: {lost} fewer, and everybody else still joined"
        return f"Without {self.name}: {lost} fewer, and {some(self.cut_off)} cut off"


def without(change: Change, name: str) -> Leaving:
    """Say what breaks if a person or organisation leaves.

    Parameters
    ----------
    change : Change
        The change.
    name : str
        Who leaves. When an organisation goes, its people stay on the map with their own ties.

    Raises
    ------
    KeyError
        If nobody on the map has the name.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> path = Change(organisations=[Organisation(n) for n in "ABC"],
    ...               ties=[Tie("A", "B"), Tie("B", "C")])
    >>> print(without(path, "B"))
    Without B: 2 ties fewer, and C cut off
    >>> print(without(path, "A"))
    Without A: 1 tie fewer, and everybody else still joined
    """
    made = build(change)
    place = made.place(name)
    ties = sum(place in (link.from_, link.to) for link in made.ties)
    parts = _parts_without(made, place)
    lost = sorted(p for part in parts[1:] for p in part)
    alone = [p for p in made.neighbours[place] if len(made.neighbours[p]) == 1]
    return Leaving(
        made.nodes[place].name,
        ties,
        made.names(lost),
        made.names(p for p in alone if p in lost),
        _parted(made, parts),
    )


def _parts_without(made: SystemMap, gone: int) -> list[list[int]]:
    """Part what was joined to a node into the parts that are left without it."""
    left: list[list[int]] = [
        [] if place == gone else [other for other in others if other != gone]
        for place, others in enumerate(made.neighbours)
    ]
    parts: list[list[int]] = []
    seen: set[int] = set()
    for start in made.neighbours[gone]:
        if start not in seen:
            part = network.steps_from(start, left)
            seen.update(part)
            parts.append(sorted(part))
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _parted(made: SystemMap, parts: Sequence[Sequence[int]]) -> tuple[tuple[str, str], ...]:
    """List pairs of sectors that stand in different parts only."""
    if len(parts) < 2:
        return ()
    inside = [{made.nodes[p].sector for p in part} - {""} for part in parts]
    sectors = [sector for sector in made.sectors() if any(sector in each for each in inside)]
    together = {(a, b) for each in inside for a in each for b in each}
    return tuple(
        (one, other)
        for place, one in enumerate(sectors)
        for other in sectors[place + 1 :]
        if (one, other) not in together
    )
