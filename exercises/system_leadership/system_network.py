"""The network that a change describes: its nodes and the links between them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from attrs import define, frozen

from . import network
from .change import Change, Organisation, Person, Tie
from .names import fold
from .words import counted, listing

__all__ = ["Link", "Node", "SystemMap", "build"]

MIDDLE = 5.0
"""The strength of a tie whose strength was left blank."""


@frozen
class Node:
    """An organisation or a person on the map.

    Attributes
    ----------
    name : str
        As the reader wrote it.
    kind : str
        "organisation" or "person".
    sector : str
        The organisation's sector, or that of the person's organisation; may be empty.
    organisation : str
        The person's organisation, if it is on the map.
    """

    name: str
    kind: str = "organisation"
    sector: str = ""
    organisation: str = ""


@frozen
class Link:
    """A tie between two nodes, by their places in `SystemMap.nodes`.

    Attributes
    ----------
    from_, to : int
        Places of its ends.
    kind : str
        line, influence, money or information; "belongs" from a person to their organisation.
    strength : float
        0 to 10.
    """

    from_: int
    to: int
    kind: str
    strength: float = MIDDLE


@define(frozen=True, slots=False, cache_hash=True)
class SystemMap:
    """The network that a change describes.

    Attributes
    ----------
    nodes : tuple of Node
        Every organisation, and the people who have a tie, a manager or a report on the map.
    links : tuple of Link
        Every tie between two different nodes, each kind once for each direction.
    you : int or None
        The place of the node the reader speaks for.
    others : tuple of str
        People who are listed but have no tie of their own; they are not drawn.
    left_out : int
        Ties that name nobody on the map, and so could not be drawn.

    Examples
    --------
    >>> from system_leadership.change import Change, Organisation, Tie
    >>> made = build(Change(organisations=[Organisation("Trust"), Organisation("Council")],
    ...                     ties=[Tie("Trust", "council", "money", 3)]))
    >>> made
    A map of 2 organisations and 1 tie
    """

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    you: int | None = None
    others: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def ties(self) -> tuple[Link, ...]:
        """The links that are ties, without those that only say where a person works."""
        return tuple(link for link in self.links if link.kind != "belongs")

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """Each node's neighbours, whichever way the ties run."""
        return network.undirected(len(self.nodes), [(k.from_, k.to) for k in self.links])

    @cached_property
    def betweenness(self) -> list[float]:
        """Each node's betweenness, see `network.betweenness`."""
        return network.betweenness(self.neighbours)

    def sectors(self) -> list[str]:
        """List the sectors as written, in the order they first appear."""
        seen: dict[str, str] = {}
        for node in self.nodes:
            if node.sector:
                seen.setdefault(fold(node.sector), node.sector)
        return list(seen.values())

    def place(self, name: str) -> int:
        """Find a node by its name, however it is spelt; KeyError when nobody has it."""
        wanted = fold(name)
        for place, node in enumerate(self.nodes):
            if fold(node.name) == wanted:
                return place
        raise KeyError(f"Nobody on the map is called {name!r}.")

    def names(self, places: Iterable[int]) -> tuple[str, ...]:
        """Give the names of some nodes."""
        return tuple(self.nodes[place].name for place in places)

    def __str__(self) -> str:
        organisations = sum(node.kind == "organisation" for node in self.nodes)
        people = len(self.nodes) - organisations
        parts = [counted(organisations, "organisation")]
        parts += [counted(people, "person", "people")] if people else []
        parts.append(counted(len(self.ties), "tie"))
        return f"A map of {listing(parts)}"

    __repr__ = __str__


def build(change: Change) -> SystemMap:
    """Turn the tables of a change into a network.

    Parameters
    ----------
    change : Change
        Its organisations, people and ties. Rows with faults are used as far as they can be read.

    Returns
    -------
    SystemMap
        Organisations in the order of their table, then the people who have a tie of their own, a
        manager or a report. A person's manager counts as a line tie. Ties given twice count once,
        with the greater strength.

    Examples
    --------
    >>> from system_leadership.change import Person
    >>> build(Change(people=[Person("Nurse", manager="Matron"), Person("Matron")])).links[0].kind
    'line'
    """
    return _build(change.organisations, change.people, change.ties, change.you)


@lru_cache(maxsize=8)
def _build(
    organisations: tuple[Organisation, ...],
    people: tuple[Person, ...],
    ties: tuple[Tie, ...],
    you: str,
) -> SystemMap:
    place_of: dict[str, int] = {}
    nodes: list[Node] = []
    sector_as: dict[str, str] = {}
    for each in organisations:
        name = fold(each.name)
        if name and name not in place_of:
            place_of[name] = len(nodes)
            sector = sector_as.setdefault(fold(each.sector), each.sector)
            nodes.append(Node(each.name, "organisation", sector))
    listed: dict[str, Person] = {}
    for row in people:
        name = fold(row.name)
        if name and name not in place_of:
            listed.setdefault(name, row)
    has_tie = {fold(end) for tie in ties for end in (tie.from_, tie.to)} | {fold(you)}
    managers = {
        name: fold(row.manager)
        for name, row in listed.items()
        if fold(row.manager) in listed and fold(row.manager) != name
    }
    has_tie |= managers.keys() | set(managers.values())
    strongest: dict[tuple[int, int, str], float] = {}
    others: list[str] = []
    belongs: list[Link] = []
    for name, row in listed.items():
        if name not in has_tie:
            others.append(row.name)
            continue
        home = place_of.get(fold(row.organisation))
        here = nodes[home] if home is not None and home < len(nodes) else None
        here = here if here is not None and here.kind == "organisation" else None
        place_of[name] = len(nodes)
        if here is not None and home is not None:
            belongs.append(Link(len(nodes), home, "belongs"))
        nodes.append(
            Node(row.name, "person", here.sector if here else "", here.name if here else "")
        )
    left_out = 0
    for tie in ties:
        ends = place_of.get(fold(tie.from_)), place_of.get(fold(tie.to))
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            left_out += 1
            continue
        one = (ends[0], ends[1], tie.kind or "influence")
        strength = MIDDLE if tie.strength is None else tie.strength
        strongest[one] = max(strongest.get(one, 0.0), strength)
    for name, manager in managers.items():
        strongest.setdefault((place_of[manager], place_of[name], "line"), MIDDLE)
    links = [Link(a, b, kind, strength) for (a, b, kind), strength in strongest.items()]
    return SystemMap(
        tuple(nodes), (*links, *belongs), place_of.get(fold(you)), tuple(others), left_out
    )
