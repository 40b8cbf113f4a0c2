"""How far one can reach in a system, with the right to instruct and without it."""

from __future__ import annotations

from attrs import frozen

from . import network
from .change import Change
from .system_network import SystemMap, build

__all__ = ["Reach", "Reached", "reach"]


@frozen
class Reached:
    """Somebody who can be reached, in how many steps and through whom.

    Attributes
    ----------
    name : str
        Who is reached.
    steps : int
        Ties on the shortest way, 1 or more.
    through : tuple of str
        Those on the way, in order; empty when there is a direct tie.
    """

    name: str
    steps: int
    through: tuple[str, ...] = ()


@frozen
class Reach:
    """How far one node can reach, and by what right.

    Attributes
    ----------
    start : str
        Who the reach is counted from; empty when the map is empty.
    given : bool
        Whether the reader said so (`Change.you`). If not, whoever has most ties stands in.
    instruct : tuple of Reached
        Those who can be told, down the line.
    persuade : tuple of Reached
        Those beyond the line who can be moved: by influence, money or information, the way each
        tie runs, or because they work in the same organisation.
    ask : tuple of Reached
        Those whom only ties that run the other way lead to. They can be asked, not moved.
    beyond : tuple of str
        Those nothing but line authority, or nothing at all, leads to.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> print(reach(Change(organisations=[Organisation("A"), Organisation("B"), Organisation("C")],
    ...                    ties=[Tie("A", "B"), Tie("B", "C")]), "A"))
    From A: 0 can be instructed, 2 persuaded (1 in one step), 0 only asked, 0 out of reach
    """

    start: str
    given: bool
    instruct: tuple[Reached, ...] = ()
    persuade: tuple[Reached, ...] = ()
    ask: tuple[Reached, ...] = ()
    beyond: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.start:
            return "Nobody to start from"
        direct = sum(each.steps == 1 for each in self.persuade)
        return (
            f"From {self.start}: {len(self.instruct)} can be instructed, {len(self.persuade)} "
            f"persuaded ({direct} in one step), {len(self.ask)} only asked, "
            f"{len(self.beyond)} out of reach"
        )


def reach(change: Change, start: str | None = None) -> Reach:
    """Find whom one can reach from a person or organisation, with and without line authority.

    Parameters
    ----------
    change : Change
        The change.
    start : str, optional
        Whom to start from. Without it `Change.you`, and without that whoever has most ties.

    Returns
    -------
    Reach
        Everybody else on the map, once each, nearest first.

    Raises
    ------
    KeyError
        If `start` is on nobody's name.

    Notes
    -----
    Breadth-first search along line ties for those who can be instructed; along influence, money
    and information, and within organisations, for the rest. Line ties are not used for the rest:
    the question is how far one gets without them.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> found = reach(Change(you="A", organisations=[Organisation("A"), Organisation("B")],
    ...                      ties=[Tie("B", "A")]))
    >>> found.ask[0].name
    'B'
    """
    made = build(change)
    if not made.nodes:
        return Reach("", given=False)
    given = start is not None or made.you is not None
    if start is not None:
        here = made.place(start)
    elif made.you is not None:
        here = made.you
    else:
        here = _most_ties(made)
    size = len(made.nodes)
    line: list[list[int]] = [[] for _ in range(size)]
    moved: list[list[int]] = [[] for _ in range(size)]
    either: list[list[int]] = [[] for _ in range(size)]
    for link in made.links:
        if link.kind == "line":
            line[link.from_].append(link.to)
            continue
        moved[link.from_].append(link.to)
        either[link.from_].append(link.to)
        either[link.to].append(link.from_)
        if link.kind == "belongs":
            moved[link.to].append(link.from_)
    instruct = network.steps_from(here, line)
    persuade = network.steps_from(here, moved)
    ask = network.steps_from(here, either)

    def told(found: dict[int, tuple[int, int]], without: set[int]) -> tuple[Reached, ...]:
        rows = []
        for place in sorted(found, key=lambda p: (found[p][0], p)):
            if place == here or place in without:
                continue
            way = []
            at = found[place][1]
            while at != here:
                way.append(made.nodes[at].name)
                at = found[at][1]
            rows.append(Reached(made.nodes[place].name, found[place][0], tuple(reversed(way))))
        return tuple(rows)

    under, near = set(instruct), set(persuade)
    rest = set(range(size)) - under - near - set(ask)
    return Reach(
        made.nodes[here].name,
        given,
        told(instruct, set()),
        told(persuade, under),
        told(ask, under | near),
        made.names(sorted(rest)),
    )


def _most_ties(made: SystemMap) -> int:
    return max(range(len(made.nodes)), key=lambda p: (len(made.neighbours[p]), -p))
