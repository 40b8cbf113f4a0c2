"""Lay out boxes and the ties between them so that nothing overlaps.

Boxes stand in rows and columns, those of a group side by side under its heading. Ties run in the
corridors between rows and the gaps between columns, each on a track of its own,
so that no tie runs behind a box and any two cross at right angles. The same input gives the same
layout: nothing is left to chance.

The steps:

1. order the groups so that those with many ties are close and the source of ties stands above, and
   fill rows with them (`layout_rows.fill_rows`), in the manner of layered drawings (Sugiyama K,
   Tagawa S, Toda M, IEEE Transactions on Systems, Man, and Cybernetics 1981;11:109-125);
2. choose columns by the mean place of the neighbours (`layout_rows.choose_columns`);
3. give each tie a way through corridors and gaps, then widths, heights, pins and tracks
   (`layout_routes.Drawing`).
"""

from __future__ import annotations

from collections.abc import Sequence

from .layout_parts import SIZE, SMALL, Box, Heading, Item, Layout, Panel, Route, Wire, lengths
from .layout_routes import Drawing
from .layout_rows import choose_columns, fill_rows

__all__ = [
    "SIZE",
    "SMALL",
    "Box",
    "Heading",
    "Item",
    "Layout",
    "Panel",
    "Route",
    "Wire",
    "arrange",
    "lengths",
]


def arrange(
    items: Sequence[Item],
    headings: Sequence[str],
    wires: Sequence[Wire],
    *,
    width: float,
    columns: int,
    apart: Sequence[int] = (),
    apart_heading: str = "",
    in_order: bool = False,
) -> Layout:
    """Find a place for every item and a way for every wire.

    Parameters
    ----------
    items : sequence of Item
        What to place.
    headings : sequence of str
        Headings of the groups; an empty heading makes a group without a ground of its own.
    wires : sequence of Wire
        Ties between items that are not `apart`.
    width : float
        Width of the canvas in pixels; the height follows.
    columns : int
        Boxes side by side, at most.
    apart : sequence of int
        Items to put below all others, under `apart_heading`.
    in_order : bool
        Keep the groups in the order given, each in rows of its own.

    Returns
    -------
    Layout
        With a box for every item and a route for every wire.

    Examples
    --------
    >>> made = arrange([Item("Trust"), Item("Council", 1)], ["NHS", "Local"], [Wire(0, 1)],
    ...                width=340, columns=2)
    >>> made.boxes[0].lines
    ('Trust',)
    >>> len(made.routes)
    1
    """
    placed = [n for n in range(len(items)) if n not in set(apart)]
    rows = fill_rows(items, placed, wires, columns, in_order)
    grid = choose_columns(items, rows, wires, columns)
    drawing = Drawing(items, headings, wires, width, columns, rows, grid)
    return drawing.draw(list(apart), apart_heading)
