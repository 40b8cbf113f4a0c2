"""Draw how far one reaches without line authority: a row for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import layout, pictures
from .bars import Bar, draw_bars
from .change import TIE_KINDS, Change
from .layout import Item, Wire
from .map_marks import (
    MOST_BOXES,
    NARROW,
    STEP_LOOKS,
    WIDE,
    cards,
    columns_for,
    grounds,
    group_headings,
    legend_of,
    tie_lines,
)
from .pictures import Picture, Table
from .system_map import Link, Reach, Reached, SystemMap, build, reach
from .words import counted, listing, some

__all__ = ["draw_reach"]


def draw_reach(change: Change) -> Picture:
    """Draw reach by steps; see `system_map.draw_reach`."""
    made = build(change)
    found = reach(change)
    groups: list[tuple[str, list[Reached]]] = [
        ("Can be instructed, down the line", list(found.instruct)),
        ("One step: can be persuaded directly", [r for r in found.persuade if r.steps == 1]),
        ("Two steps: through one other", [r for r in found.persuade if r.steps == 2]),
        ("Three steps or more", [r for r in found.persuade if r.steps > 2]),
        ("Can only be asked: ties run the other way", list(found.ask)),
        ("Out of reach without line authority", [Reached(name, 0) for name in found.beyond]),
    ]
    short = (
        "instruct",
        "persuade, 1 step",
        "persuade, 2 steps",
        "persuade, 3 steps or more",
        "ask only",
        "out of reach",
    )
    rows: list[list[str | float | None]] = []
    for how, (_, members) in zip(short, groups, strict=True):
        for each in members:
            rows.append([each.name, how, each.steps or None, ", ".join(each.through)])
    table = Table("Who can be reached, and through whom", ["Name", "How", "Steps", "Through"], rows)
    if not made.ties:
        return pictures.blank(
            "system-reach",
            "Reach needs a tie to run along",
            "An empty frame. There are no ties yet, so nobody can be reached.",
            table,
            ["Your reach will stand here.", "Add a tie that starts", "from you."],
        )
    persuaded = len(found.persuade)
    others = len(made.nodes) - 1
    title = f"{found.start} can instruct {len(found.instruct)} and persuade {persuaded} of {others}"
    counts = [
        f"{len(members)} {what}"
        for (_, members), what in zip(
            groups,
            (
                "can be instructed",
                "can be persuaded in one step",
                "in two",
                "in three or more",
                "can only be asked",
                "are out of reach",
            ),
            strict=True,
        )
        if members
    ]
    sentence = f"From {found.start}, of {counted(others, 'other')}: {listing(counts)}."
    direct = [each.name for each in groups[1][1]]
    if direct:
        sentence += f" One step away: {some(direct)}."
    if not found.given:
        sentence += " Nobody was named as you, so the one with the most ties stands in."
    if len(made.nodes) > MOST_BOXES:
        bars = [
            Bar(
                title,
                len(members) / max(1, others),
                str(len(members)),
                some([each.name for each in members], 3),
                look.fill,
                look.stroke,
            )
            for look, (title, members) in zip(STEP_LOOKS[1:], groups, strict=True)
        ]
        wide, narrow = (draw_bars(bars, width, sentence) for width in (WIDE, NARROW))
    else:
        wide, narrow = (_steps(made, found, groups, width, sentence) for width in (WIDE, NARROW))
    return Picture("system-reach", title, sentence, wide, table, narrow)


def _steps(
    made: SystemMap,
    found: Reach,
    groups: Sequence[tuple[str, Sequence[Reached]]],
    width: float,
    sentence: str,
) -> dict[str, Any]:
    """Draw reach as rows: you on top, each step below, and the shortest way to each."""
    start = made.place(found.start)
    shown = [start, *(made.place(each.name) for _, members in groups for each in members)]
    number = {p: n for n, p in enumerate(shown)}
    tag = "You" if found.given else "Start"
    items = [Item(found.start, 0, tag=tag)]
    headings = [""]
    wires: list[Wire] = []
    links: list[tuple[Link, bool]] = []
    kind_of = {(link.from_, link.to): link.kind for link in reversed(made.links)}
    line = {(link.from_, link.to) for link in made.links if link.kind == "line"}
    for group, (heading, members) in enumerate(groups, 1):
        headings.append(f"{heading} ({len(members)})")
        for each in members:
            items.append(Item(each.name, group))
            if group > 4:
                continue
            before = made.place(each.through[-1]) if each.through else start
            here = made.place(each.name)
            kind = kind_of.get((before, here), "belongs")
            if group == 1:
                kind = "line"
            elif (before, here) in line:
                kind = next(
                    (
                        k.kind
                        for k in made.links
                        if (k.from_, k.to) == (before, here) and k.kind != "line"
                    ),
                    "belongs",
                )
            wires.append(Wire(number[before], number[here]))
            links.append((Link(number[before], number[here], kind), False))
    columns = columns_for(len(items), len(items), width)
    laid = layout.arrange(items, headings, wires, width=width, columns=columns, in_order=True)
    drawn = SystemMap(tuple(made.nodes[p] for p in shown))
    layers = [*grounds(laid), *tie_lines(laid, links), *group_headings(laid)]
    layers += cards(laid, drawn, {}, {0: tag}, [STEP_LOOKS[item.group] for item in items])
    kinds = [k for k in (*TIE_KINDS, "belongs") if any(link.kind == k for link, _ in links)]
    people = any(node.kind == "person" for node in made.nodes)
    legend, height = legend_of(kinds, False, people, width, laid.height, thick=False)
    return pictures.canvas(width, height, [*layers, *legend], description=sentence)
