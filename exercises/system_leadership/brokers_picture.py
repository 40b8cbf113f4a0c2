"""Draw who stands between others: a bar for each."""

from __future__ import annotations

from . import pictures
from .bars import Bar, draw_bars
from .change import Change
from .map_marks import NARROW, WIDE, looks
from .pictures import Picture, Table
from .system_map import bridges, brokers, build, gaps
from .words import counted, in_hundred, listing, some

__all__ = ["draw_brokers"]


def draw_brokers(change: Change) -> Picture:
    """Draw brokers as bars; see `system_map.draw_brokers`."""
    made = build(change)
    found = brokers(change)
    holes = {each.name: each for each in gaps(change).contacts}
    cut = {each.name: each for each in bridges(change)}
    rows: list[list[str | float | None]] = []
    for each in found:
        hole = holes.get(each.name)
        lost = cut[each.name].cut_off if each.name in cut else ()
        rows.append(
            [
                each.name,
                round(100 * each.betweenness, 1),
                each.contacts,
                round(hole.effective_size, 1) if hole else None,
                round(hole.constraint, 2) if hole and hole.constraint is not None else None,
                ", ".join(lost),
            ]
        )
    table = Table(
        "Brokers",
        [
            "Name",
            "Shortest ways through them, of 100",
            "Contacts",
            "Contacts that count apart",
            "Constraint",
            "Cut off if they left",
        ],
        rows,
    )
    if not found:
        return pictures.blank(
            "system-brokers",
            "Nobody stands between others yet",
            "An empty frame. No shortest way between two runs through a third.",
            table,
            ["Brokers will stand here.", "It takes three names", "and two ties."],
        )
    first = found[0]
    title = f"{first.name} stands on {in_hundred(first.betweenness)} of every 100 ways"
    sentence = (
        f"Bars for the {counted(min(8, len(found)), 'name')} that most shortest ways between "
        "others run through, of every 100 ways: "
        + listing([f"{each.name} ({in_hundred(each.betweenness)})" for each in found[:8]])
        + "."
    )
    if cut:
        gravest = max(cut.values(), key=lambda each: len(each.cut_off))
        sentence += f" If {gravest.name} left, {some(gravest.cut_off)} would be cut off."
    look_of = looks(made.sectors())
    bars = []
    for each in found[:8]:
        look = look_of.get(made.nodes[made.place(each.name)].sector, look_of[""])
        note = counted(each.contacts, "contact")
        if each.sectors:
            note += f" in {counted(len(each.sectors), 'other sector')}"
        if each.name in cut:
            note += f"; without them {len(cut[each.name].cut_off)} cut off"
        value = f"{in_hundred(each.betweenness)} of 100"
        bars.append(Bar(each.name, each.betweenness, value, note, look.fill, look.stroke))
    wide, narrow = (draw_bars(bars, width, sentence) for width in (WIDE, NARROW))
    return Picture("system-brokers", title, sentence, wide, table, narrow)
