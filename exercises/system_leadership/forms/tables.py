"""Tables as forms: all the rows of one table of the change, to add to, to order and to remove."""

from __future__ import annotations

import attrs

from ..change import TABLES, Change
from .asked import asked_in
from .parts import Form

__all__ = ["recalled_form", "table_form"]


def table_form(change: Change, table: str) -> Form:
    """Give the form for a table, filled in from the change.

    Examples
    --------
    >>> form = table_form(Change(title="Eight units"), "change")
    >>> form.module, form.rows[0]["title"]
    ('details', 'Eight units')
    """
    spec = TABLES[table]
    shown = [column.name for column in spec.shown]
    about = {
        "table": table,
        "title": spec.title,
        "help": spec.help,
        "noun": spec.one,
        "columns": [column.as_dict() for column in spec.shown],
    }
    names = {" ".join(c.of): change.names(*c.of) for c in spec.shown if c.of}
    rows = [{name: row.get(name) for name in shown} for row in change.rows(table)]
    return Form("details" if table == "change" else "table", table, about, rows, names)


def recalled_form(change: Change, table: str) -> Form:
    """Give the same form for a table that an earlier exercise asks for: folded when filled in.

    Examples
    --------
    >>> print(recalled_form(Change.blank(), "organisations"))
    Organisations: 0 rows, from exercise 1
    """
    form = table_form(change, table)
    return attrs.evolve(form, about={**form.about, "recalled": asked_in(table)})
