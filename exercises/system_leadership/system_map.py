"""The system around a change: who is tied to whom, and what follows from that.

Organisations and people are joined by four kinds of tie: line (can instruct), influence (can
persuade), money (pays) and information (tells). From these the functions here say how far one can
reach without the right to instruct anybody, who stands between others, where the gaps are and what
breaks when somebody leaves.

A map shows what its maker knows. A tie that is missing may only be one nobody has told them of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .change import TIE_KINDS, Change
from .system_brokers import (
    Bridge,
    Broker,
    Contacts,
    Gaps,
    Leaving,
    bridges,
    brokers,
    gaps,
    isolated,
    without,
)
from .system_network import Link, Node, SystemMap, build
from .system_reach import Reach, Reached, reach
from .words import counted, in_hundred, left_out, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "Bridge",
    "Broker",
    "Contacts",
    "Gaps",
    "Leaving",
    "Link",
    "Node",
    "Reach",
    "Reached",
    "SystemMap",
    "bridges",
    "brokers",
    "build",
    "draw",
    "draw_brokers",
    "draw_reach",
    "explain",
    "gaps",
    "isolated",
    "reach",
    "without",
]


def explain(change: Change) -> list[str]:
    """Say in plain sentences what the map shows.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    list of str
        Sentences with the actual names and numbers, the most useful first.

    Examples
    --------
    >>> explain(Change.blank())
    ['There is nothing on the map yet. Add two organisations and a tie between them.']
    """
    made = build(change)
    if not made.nodes:
        return ["There is nothing on the map yet. Add two organisations and a tie between them."]
    told = [_whole(made)]
    if not made.ties:
        told.append(
            "Nobody is tied to anybody yet. Add a tie: who can instruct, persuade, pay or tell "
            "whom?"
        )
        return [*told, *_aside(made)]
    told += _reach_words(reach(change))
    told += _broker_words(change, made)
    told += _bridge_words(change)
    told += _gap_words(change)
    alone = isolated(change)
    if alone:
        told.append(
            f"No tie yet: {some(alone)}. Either nobody has told you of one, or you could make one."
        )
    return [*told, *_aside(made)]


def _whole(made: SystemMap) -> str:
    organisations = sum(node.kind == "organisation" for node in made.nodes)
    people = len(made.nodes) - organisations
    sectors = len(made.sectors())
    first = counted(organisations, "organisation")
    if sectors > 1:
        first += f" in {sectors} sectors"
    parts = [first]
    parts += [counted(people, "person", "people")] if people else []
    parts.append(counted(len(made.ties), "tie"))
    kinds = [
        f"{sum(link.kind == kind for link in made.ties)} of {kind}"
        for kind in TIE_KINDS
        if any(link.kind == kind for link in made.ties)
    ]
    detail = f": {listing(kinds)}" if len(made.ties) > 1 else ""
    return f"The map has {listing(parts)}{detail}."


def _reach_words(found: Reach) -> list[str]:
    told = []
    who = found.start
    if not found.given:
        told.append(
            f"You have not said who you are on this map. We start from {who}, which has most ties."
        )
    if found.instruct:
        told.append(
            f"{who} can instruct {len(found.instruct)} down the line: "
            f"{some([each.name for each in found.instruct])}."
        )
    else:
        told.append(f"{who} can instruct nobody: no line tie starts there.")
    count = len(found.persuade)
    by_steps = {
        steps: [each for each in found.persuade if each.steps == steps]
        for steps in sorted({each.steps for each in found.persuade})
    }
    if not count:
        told.append(
            f"{who} can persuade nobody {'else ' if found.instruct else ''}on this map: no tie of "
            "influence, money or information starts there."
        )
    else:
        more = "more " if found.instruct else ""
        told.append(
            f"{who} can persuade {count} {more}without line authority, by ties of influence, money "
            "or information that start there."
        )
    if 1 in by_steps:
        direct = [each.name for each in by_steps[1]]
        told.append(f"{len(direct)} of them {_are(direct)} one step away: {some(direct)}.")
    further = {steps: those for steps, those in by_steps.items() if steps > 1}
    if further:
        near = [f"{len(those)} in {steps}" for steps, those in further.items() if steps < 4]
        far = sum(len(those) for steps, those in further.items() if steps > 3)
        near += [f"{far} in 4 or more"] if far else []
        first = further[min(further)][0]
        told.append(
            f"Others take more steps: {listing(near)}. {first.name}, for example, is reached "
            f"through {listing(first.through)}."
        )
    if found.ask:
        asked = [each.name for each in found.ask]
        told.append(
            f"{len(asked)} more {_are(asked)} in touch, but the ties run the other way, so they "
            f"can only be asked: {some(asked)}."
        )
    if found.beyond:
        what = (
            "Line authority apart, no way leads to" if len(found.beyond) > 1 else "No way leads to"
        )
        told.append(f"{what} {some(found.beyond)}.")
    return told


def _broker_words(change: Change, made: SystemMap) -> list[str]:
    found = brokers(change, 3)
    if not found:
        return []
    first = found[0]
    share = f"{in_hundred(first.betweenness)} of every 100 shortest ways between the others"
    told = [f"{first.name} holds most together: {share} run through it."]
    if len(found) > 1:
        rest = [f"{each.name} ({in_hundred(each.betweenness)})" for each in found[1:]]
        told.append(f"After that {'come' if len(rest) > 1 else 'comes'} {listing(rest)}.")
    return told


def _bridge_words(change: Change) -> list[str]:
    found = bridges(change)
    if not found:
        return ["If any one of them left, all those who are joined now would still be joined."]
    first = found[0]
    told = [f"If {first.name} left, {some(first.cut_off)} would be cut off from the rest."]
    parting = max(found, key=lambda each: len(each.sectors))
    if parting.sectors:
        counts: dict[str, int] = {}
        for pair in parting.sectors:
            for sector in pair:
                counts[sector] = counts.get(sector, 0) + 1
        lonely = max(counts, key=lambda sector: counts[sector])
        if counts[lonely] > 2:
            told.append(
                f"The sector “{lonely}” meets {counts[lonely]} other sectors only through "
                f"{parting.name}."
            )
        else:
            one, other = parting.sectors[0]
            told.append(f"“{one}” and “{other}” meet only through {parting.name}.")
    if len(found) > 1:
        others = [each.name for each in found[1:]]
        told.append(f"Others whose leaving would cut somebody off: {some(others)}.")
    return told


def _gap_words(change: Change) -> list[str]:
    found = gaps(change)
    told = []
    if len(found.islands) > 1:
        sizes = listing([str(len(part)) for part in found.islands])
        told.append(f"The map is in {len(found.islands)} separate parts, of {sizes}.")
    if found.contacts:
        free = found.contacts[0]
        told.append(
            f"{free.name} bridges most gaps. Of its {free.contacts} contacts, "
            f"{free.effective_size:.1f} count as strangers to one another (constraint "
            f"{free.constraint or 0:.2f}, where 1 means no gap to bridge)."
        )
    if found.apart:
        one, other = found.apart[0]
        has = "has" if len(found.apart) == 1 else "have"
        told.append(
            f"{counted(len(found.apart), 'pair')} of sectors {has} no tie and nobody between them, "
            f"such as “{one}” and “{other}”."
        )
    return told


def _aside(made: SystemMap) -> list[str]:
    why = "a name in it is not in your tables or both ends are the same"
    told = left_out(made.left_out, "tie", why)
    if made.others:
        has = "has" if len(made.others) == 1 else "have"
        told.append(
            f"{counted(len(made.others), 'person', 'people')} in your table {has} no tie of their "
            f"own, so they are not drawn: {some(made.others)}."
        )
    return told


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


# -------------------------------------------------------------------- pictures


def draw(change: Change) -> Picture:
    """Draw the map: organisations by sector, ties by kind, brokers marked.

    Parameters
    ----------
    change : Change
        The change; a blank one gives a frame that says what to add.

    Returns
    -------
    Picture
        With a title that states the finding, a sentence, and the table of ties.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your map starts with two organisations and a tie'
    """
    from . import map_picture

    return map_picture.draw(change)


def draw_reach(change: Change) -> Picture:
    """Draw how far you reach without line authority, step by step.

    Examples
    --------
    >>> draw_reach(Change.blank()).id
    'system-reach'
    """
    from . import reach_picture

    return reach_picture.draw_reach(change)


def draw_brokers(change: Change) -> Picture:
    """Draw who stands between others, as bars.

    Examples
    --------
    >>> draw_brokers(Change.blank()).id
    'system-brokers'
    """
    from . import brokers_picture

    return brokers_picture.draw_brokers(change)
