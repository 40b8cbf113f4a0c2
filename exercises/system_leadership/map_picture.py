"""Draw a system map: boxes by sector, ties by kind, brokers marked; dots when it is large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import layout, map_dots, pictures
from .change import TIE_KINDS, Change
from .layout import Item, Wire
from .map_marks import (
    MOST_BOXES,
    MOST_ROUTED,
    NARROW,
    WIDE,
    behind,
    cards,
    columns_for,
    grounds,
    group_headings,
    legend_of,
    looks,
    merged,
    tie_lines,
)
from .names import fold
from .pictures import Picture, Table
from .system_map import Broker, SystemMap, brokers, build, isolated
from .words import counted, in_hundred, listing, some

__all__ = ["draw"]


def draw(change: Change) -> Picture:
    """Draw the map; see `system_map.draw`."""
    made = build(change)
    table = _table(made)
    if not made.nodes:
        return pictures.blank(
            "system-map",
            "Your map starts with two organisations and a tie",
            "An empty frame. There are no organisations and no ties yet.",
            table,
            ["Your map will stand here.", "Add two organisations,", "then a tie between them."],
        )
    top = brokers(change, 3)
    sentence = _sentence(change, made, top)
    if len(made.nodes) > MOST_BOXES:
        wide = map_dots.dots(made, top, WIDE, sentence)
        narrow = map_dots.dots(made, top, NARROW, sentence)
    else:
        wide = _boxes(made, top, WIDE, sentence)
        narrow = _boxes(made, top, NARROW, sentence)
    return Picture("system-map", _title(change, made, top), sentence, wide, table, narrow)


def _title(change: Change, made: SystemMap, top: Sequence[Broker]) -> str:
    if not made.ties:
        return f"{counted(len(made.nodes), 'organisation')}, and no tie yet"
    if top and top[0].betweenness >= 0.1:
        first = top[0]
        if first.sectors:
            return f"{first.name} joins {counted(len(first.sectors) + 1, 'sector')}"
        return f"{first.name} stands between the others"
    alone = len(isolated(change))
    if alone:
        return f"{counted(alone, 'organisation')} of {len(made.nodes)} without a tie"
    return f"{counted(len(made.ties), 'tie')} join {counted(len(made.nodes), 'name')}"


def _sentence(change: Change, made: SystemMap, top: Sequence[Broker]) -> str:
    """Say what is in the picture: this is what a reader who cannot see it gets."""
    organisations = sum(node.kind == "organisation" for node in made.nodes)
    people = len(made.nodes) - organisations
    parts = [counted(organisations, "organisation")]
    parts += [counted(people, "person", "people")] if people else []
    told = f"A map of {listing(parts)}"
    sectors = made.sectors()
    if sectors:
        told += f" in {counted(len(sectors), 'sector')}"
    kinds = [
        f"{sum(link.kind == kind for link in made.ties)} of {kind}"
        for kind in TIE_KINDS
        if any(link.kind == kind for link in made.ties)
    ]
    told += (
        f", joined by {counted(len(made.ties), 'tie')}: {listing(kinds)}. "
        if kinds
        else ", with no ties yet. "
    )
    if top:
        told += (
            f"Most central is {top[0].name}, with {counted(top[0].contacts, 'contact')}; "
            f"{in_hundred(top[0].betweenness)} of every 100 shortest ways between the others run "
            "through it. "
        )
        if len(top) > 1:
            told += f"Next: {listing([each.name for each in top[1:]])}. "
    alone = isolated(change)
    if alone and made.ties:
        told += f"Without a tie: {some(alone)}. "
    return told.strip()


def _table(made: SystemMap) -> Table:
    rows: list[list[str | float | None]] = []
    for link in made.ties:
        strength = int(link.strength) if float(link.strength).is_integer() else link.strength
        rows.append([made.nodes[link.from_].name, made.nodes[link.to].name, link.kind, strength])
    for place, node in enumerate(made.nodes):
        if not made.neighbours[place]:
            rows.append([node.name, "no tie yet", None, None])
    return Table("Ties on the map", ["From", "To", "Kind", "Strength (0 to 10)"], rows)


def _boxes(made: SystemMap, top: Sequence[Broker], width: float, sentence: str) -> dict[str, Any]:
    """Draw every node as a box with its name in it."""
    sectors = made.sectors()
    group_of = {sector: place for place, sector in enumerate(sectors)}
    alone = [p for p in range(len(made.nodes)) if not made.neighbours[p]]
    headings = [*sectors, "Sector not given" if sectors else ""]
    # Without any sector, every node is a group of its own and the ties alone decide.
    if not sectors:
        headings = [""] * len(made.nodes)
    place_of = {fold(node.name): p for p, node in enumerate(made.nodes)}
    start = made.you
    items = []
    for p, node in enumerate(made.nodes):
        home = place_of.get(fold(node.organisation)) if node.kind == "person" else None
        group = (
            group_of.get(node.sector, len(sectors)) if sectors else (p if home is None else home)
        )
        items.append(
            Item(
                node.name,
                group,
                home,
                above=node.sector if p in alone else "",
                tag="You" if p == start else "",
            )
        )
    links = merged(made.links)
    routed = len(links) <= MOST_ROUTED
    wires = [Wire(link.from_, link.to) for link, _ in links]
    columns = columns_for(len(made.nodes) - len(alone), len(made.nodes), width)
    laid = layout.arrange(
        items,
        headings,
        wires if routed else [],
        width=width,
        columns=columns,
        apart=alone,
        apart_heading="No ties yet",
    )
    colours = looks(sectors)
    layers = grounds(laid)
    layers += tie_lines(laid, links) if routed else behind(laid, links)
    layers += group_headings(laid)
    ranks = {place_of[fold(each.name)]: rank for rank, each in enumerate(top, 1)}
    tags = {start: "You"} if start is not None else {}
    layers += cards(laid, made, ranks, tags, [colours[node.sector] for node in made.nodes])
    height = laid.height
    kinds = [k for k in (*TIE_KINDS, "belongs") if any(link.kind == k for link, _ in links)]
    people = any(node.kind == "person" for node in made.nodes)
    legend, height = legend_of(kinds, bool(top), people, width, height, thick=routed, arrows=routed)
    return pictures.canvas(width, height, [*layers, *legend], description=sentence)
