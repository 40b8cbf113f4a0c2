"""The Excel workbook of a change: which sheets it has, and how they are headed.

The workbook is the same change as the YAML file, for people who would rather not see YAML. One
sheet a table, under the names readers know. `workbook_write` makes it, `workbook_read` reads it
back; this is what both must agree on.

Help for a column stands in three places. It is a note on the heading, for the mouse. It is the
input message of the cells below, which a screen reader speaks when a cell is chosen. And it is a
row of the sheet "What to write", to read in one go or to print. A row of help above the headings
would be in the way of all three: a screen reader looks for headings in the first row of a sheet,
and what is frozen on top leaves less room for the rest.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .change import TABLES
from .columns import Column, Table
from .names import fold

__all__ = [
    "COVER",
    "GUIDE",
    "HEAD",
    "HEAD_TITLES",
    "NAMES",
    "OURS",
    "SET_ASIDE",
    "by_heading",
    "can_be_heading",
    "from_aside",
    "join_many",
    "split_many",
    "to_aside",
]

COVER = "Start here"
GUIDE = "What to write"
NAMES = "Names"
OURS = (COVER, GUIDE, NAMES)
"""Sheets that explain or serve the drop-downs. Nothing is read from them."""

HEAD = TABLES["change"]
HEAD_TITLES = ("What", "Your answer", "What to write")
"""Headings of the sheet about the change itself, which has a row for each thing to say."""

SET_ASIDE = "Set aside"
"""Heading of what a text file held that no cell can show: lists in lists, odd keys."""


def by_heading(spec: Table) -> dict[str, Column]:
    """Give the columns of a table by what may stand above them, folded.

    Examples
    --------
    >>> by_heading(TABLES["interests"])["gain or loss"].name
    'size'
    """
    found = {fold(column.name): column for column in spec.columns}
    found.update({fold(column.label): column for column in spec.columns})
    return found


def can_be_heading(key: str, spec: Table) -> bool:
    """Say whether a key nobody knows can head a column of its own without being mistaken.

    Examples
    --------
    >>> can_be_heading("mood", TABLES["ties"]), can_be_heading("KIND", TABLES["ties"])
    (True, False)
    """
    taken = {*by_heading(spec), fold(SET_ASIDE), *map(fold, HEAD_TITLES)}
    plain = key.isprintable() and key == key.strip() and 0 < len(key) <= 60
    return plain and fold(key) not in taken


def join_many(parts: tuple[str, ...]) -> str:
    """Write several texts in one cell.

    Examples
    --------
    >>> join_many(("Consult", "Plan; decide"))
    'Consult; "Plan; decide"'
    """
    quoted = (
        '"' + part.replace('"', '""') + '"' if ";" in part or part.startswith('"') else part
        for part in parts
    )
    return "; ".join(quoted)


_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?:;|$)|([^;]*)(?:;|$))')


def split_many(text: str) -> list[str]:
    """Take apart what `join_many` put together, or what a person typed.

    Examples
    --------
    >>> split_many('Consult; "Plan; decide"'), split_many("the “A” team;B")
    (['Consult', 'Plan; decide'], ['the “A” team', 'B'])
    """
    parts = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        assert found is not None  # the second half of the pattern takes anything
        parts.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        at = found.end()
    return parts


def to_aside(values: dict[str, Any]) -> str:
    """Write what no cell can show as one text.

    Examples
    --------
    >>> to_aside({"name": ["A", "B"]})
    '{"name": ["A", "B"]}'
    """
    return json.dumps(values, ensure_ascii=False, default=str)


def from_aside(text: str) -> dict[str, Any] | None:
    """Read what `to_aside` wrote; None when it is something else.

    Examples
    --------
    >>> from_aside('{"name": ["A", "B"]}'), from_aside("later")
    ({'name': ['A', 'B']}, None)
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
