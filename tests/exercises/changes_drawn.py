"""Changes drawn at random to be as awkward as readers, files and keyboards can make them.

`changes.changes` draws what people type into forms. To that this adds what only shows in files:
signs that XML cannot hold, text that looks like an escape, a formula, a date or a number, keys that
nobody knows, lists where one value belongs, numbers of any size.

`worked_changes` draws what `changes` hardly ever hits: every table filled in, and names that fit
together, as when a reader has worked through the exercises one after another.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from attrs import evolve
from changes import AWKWARD
from changes import changes as typed_changes
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from system_leadership.change import TABLES, Change, is_blank, read_row
from system_leadership.columns import Column, Table

MANY = settings(
    max_examples=2000 if os.environ.get("CI") else 200,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
"""For properties that must hold always: at least 2,000 examples where it counts."""

SIGNS = st.characters(exclude_categories=["Cs"])
"""Every sign of Unicode, control characters and unassigned ones included."""

LOOKS_LIKE = st.sampled_from(
    ["_x0041_", "_x005F_x0041_", "_x000D_", "_X0041_", "__x0041__x0042_", "_x00e9_", "_x005F_",
     "=1+1", "=HYPERLINK(\"http://x\")", "+44 20 7946 0000", "-", "-5", "@SUM(A1)", "'quoted",
     "\t=1", "＝1", "2009", "0012", "1E5", "1e-7", "3.0", "03/04/2027", "3 April 2027",
     "2027-04-03", "12:30", "TRUE", "FALSE", "yes", "#REF!", "#N/A", "None", "nan", "inf", "", " ",
     "a;b", "a; b;", '"a"', '"a;b"', 'say "a; b"', '"', '""', ";", "{}", "[]", '{"a": 1}', "a\x0bb",
     "a\x00b", "\x1b[31m", "\ufffe", "\uffff", "a\r\nb", "a\rb", "  a  ", "a\n", "\na", "a\u2028b",
     "]]>", "&amp;", "<c>", "Name", "Kind", "Set aside", "What", "Your answer", "Your answer; What",
     "e\u0301", "\u202eabc", "👩‍👩‍👧", "Column B", "Row 2", "𠀀", "ﬃ", "ß", "İ"]
)  # fmt: skip
TEXT = st.one_of(
    st.text(SIGNS, max_size=20),
    LOOKS_LIKE,
    AWKWARD,
    st.tuples(LOOKS_LIKE, LOOKS_LIKE).map("".join),
    st.text(st.sampled_from('_x0041F5;"\n a=\r\x0b'), max_size=12),
    st.sampled_from(["Acute trust", "acute  TRUST", "City council", "Consult; decide"]),
)
NUMBERS = st.one_of(
    st.integers(-20, 20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**20), 10**20),
)
PLAIN = st.one_of(TEXT, NUMBERS, st.booleans(), st.dates(dt.date(1900, 3, 1)))
"""What can stand in one cell, or nearly."""

NESTED = st.recursive(
    st.one_of(TEXT, st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
"""What a text file can hold where one value belongs."""


def right(column: Column) -> st.SearchStrategy[Any]:
    """Draw a value that a column takes."""
    if column.many:
        return st.lists(TEXT, max_size=3)
    if column.kind == "number":
        low = -1e9 if column.min is None else column.min
        high = 1e9 if column.max is None else column.max
        return st.floats(low, high)
    if column.kind == "date":
        return st.dates()
    if column.kind == "flag":
        return st.booleans()
    if column.kind == "choice":
        return st.sampled_from(column.choices)
    return TEXT


def rows_of(spec: Table, *, typed: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a row: any columns, right or wrong, and now and then a key that nobody knows.

    If `typed`, values are what Python or a spreadsheet can hold; if not, what a text file can.
    """
    wrong = PLAIN if typed else TEXT
    known = {
        column.name: st.one_of(right(column), right(column), wrong, NESTED)
        for column in spec.columns
    }
    keys = st.one_of(TEXT, st.sampled_from(["mood", "Mood", "KIND", "colour of the file"]))
    odd = st.one_of(TEXT, NUMBERS, st.booleans(), NESTED) if typed else st.one_of(TEXT, NESTED)
    unknown = st.one_of(st.just({}), st.dictionaries(keys, odd, max_size=2))
    return st.tuples(unknown, st.fixed_dictionaries({}, optional=known)).map(
        lambda both: {**both[0], **both[1]}
    )


@st.composite
def changes(draw: st.DrawFn, *, typed: bool = True, most: int = 3) -> Change:
    """Draw a change with some of its tables filled in, rows in any order, faults and all."""
    chosen = draw(st.sets(st.sampled_from(list(TABLES)), max_size=4))
    head = draw(rows_of(TABLES["change"], typed=typed)) if "change" in chosen else {}
    tables = {}
    for key in chosen - {"change"}:
        spec = TABLES[key]
        drawn = draw(st.lists(rows_of(spec, typed=typed), max_size=most))
        rows = [read_row(spec, row, None) for row in drawn]
        tables[key] = tuple(row for row in rows if not is_blank(row, spec))
    change: Change = evolve(read_row(TABLES["change"], head, None), **tables)
    return change


# ------------------------------------------------------------------ changes that hang together

WHO = ["Acute trust", "City council", "GP practices", "Carers’ group", "Ambulance service", "NHS E",
       "Community trust", "acute  TRUST", "Medical director", "Ward manager", "Cllr for the east",
       "Stroke lead at the smaller of the two hospitals, north of the river", "Ysbyty Gwynedd",
       "<b>Trust</b>", "مستشفى المدينة", "市立病院", "=1+1", "A; B", "no", "2009"]  # fmt: skip
SENTENCES = st.one_of(
    st.sampled_from(
        ["Patients wait for a bed that is free elsewhere.", "Nobody asked the night staff.",
         "Money.", "The rota falls apart when one consultant leaves, and everyone knows it. " * 4,
         "a\n\nb"]
    ),
    TEXT,
)  # fmt: skip
SHARED = {
    "measure": ["Seen within four hours", "Falls", "Days to a bed at home"],
    "pole": ["One standard for all", "Local freedom", "A third pole"],
    "prompt": ["Who is missing?", "What would you drop?"],
    "about": ["stability/stay", "coalition/contagion", "approvals/overrun", "nobody/knows"],
}
"""Columns whose rows mean nothing unless several have the same."""


def fitting(column: Column, names: list[str]) -> st.SearchStrategy[Any]:
    """Draw what a reader means to write in a column, once there are names to write."""
    if column.kind == "name":
        one = st.sampled_from([*names, ""]) if names else TEXT
        return st.lists(one, max_size=2).map("; ".join) if column.many else one
    if column.name in SHARED:
        return st.sampled_from(SHARED[column.name])
    if column.kind == "number":
        low = -100 if column.min is None else max(column.min, -1000)
        high = 100 if column.max is None else min(column.max, 1000)
        return st.one_of(st.none(), st.integers(int(low), int(high)))
    if column.kind == "date":
        return st.one_of(st.none(), st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31)))
    if column.kind == "flag":
        return st.one_of(st.none(), st.booleans())
    if column.kind == "choice":
        return st.sampled_from(("", *column.choices))
    return SENTENCES


@st.composite
def worked_changes(draw: st.DrawFn, most: int = 5) -> Change:
    """Draw a change as it stands after the exercises: all tables, names that mostly fit."""
    change = Change.blank()
    for key in [*(key for key in TABLES if key != "change"), "change"]:
        spec = TABLES[key]
        rows = []
        for _ in range(1 if key == "change" else draw(st.integers(0, most))):
            row = {}
            for column in spec.columns:
                if column.name == "name" and key != "steps":
                    drawn: Any = st.sampled_from(WHO)
                else:
                    drawn = fitting(column, change.names(*column.of) if column.of else [])
                # Now and then something that does not belong there at all.
                slip = draw(st.integers(0, 19)) == 19
                row[column.name] = draw(right(column) if slip else drawn)
            rows.append(row)
        change, _ = change.replace_table(key, rows)
    return change


def any_changes() -> st.SearchStrategy[Change]:
    """Draw a change that an exercise must be able to show, whatever is in it."""
    worked = worked_changes()
    return st.one_of(worked, worked, typed_changes(), changes(typed=False))
