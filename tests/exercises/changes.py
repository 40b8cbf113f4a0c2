"""Changes for tests: generated ones, large ones, and all of Unicode."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from system_leadership.change import TABLES, Change, Organisation, Person, Tie
from system_leadership.columns import Column, Table

# Timings never decide a test: the machine may be busy.
settings.register_profile("handbook", deadline=None)
settings.load_profile("handbook")

# Everything a reader can type, half characters excepted: no file can hold those.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
AWKWARD = st.sampled_from(
    ["no", "2009", "~", "null", "- a", "a: b", "# x", "x # y", "'", '"', "{a}", "[a]", "*a", "&a",
     "!a", "%a", "@a", "`a", "|", ">", "?", "a\nb", "a\n\nb", " \n", "\t", "=SUM(A1)", "<script>",
     "2010-07-19", "1e3", ".5", "yes", "true", "\x85", "\u2028", "\ufeff", "é", "e\u0301", "🙂"]
)  # fmt: skip
TEXT = st.one_of(ANY_TEXT, AWKWARD, st.sampled_from(["Acute trust", "City council", "A carer"]))


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Draw what a reader might have in one cell, rightly or wrongly."""
    if column.many:
        return st.lists(TEXT.map(lambda t: t.replace(";", ",")), max_size=3)
    if column.kind == "number":
        low = -10 if column.min is None else int(column.min)
        high = 10 if column.max is None else int(column.max)
        return st.one_of(
            st.none(),
            st.integers(low, high),
            st.floats(low, high, allow_nan=False).map(lambda x: round(x, 3)),
            TEXT,
        )
    if column.kind == "date":
        return st.one_of(st.none(), st.dates(dt.date(1900, 1, 1)), TEXT)
    if column.kind == "flag":
        return st.one_of(st.none(), st.booleans(), TEXT)
    if column.kind == "choice":
        return st.one_of(st.sampled_from(("", *column.choices)), TEXT)
    return TEXT


def row_of(spec: Table) -> st.SearchStrategy[dict[str, Any]]:
    """Draw one row of a table, with any of its columns."""
    return st.fixed_dictionaries({}, optional={c.name: cells(c) for c in spec.columns})


@st.composite
def changes(draw: st.DrawFn, most: int = 4) -> Change:
    """Draw a change as readers leave them: some tables filled in, some cells wrong."""
    change = Change.blank()
    for key, spec in TABLES.items():
        if draw(st.booleans()):
            rows = draw(st.lists(row_of(spec), max_size=1 if key == "change" else most))
            change, _ = change.replace_table(key, rows)
    return change


def random_system(
    organisations: int, ties: int, *, seed: int = 1, sectors: int = 7, people: int = 0
) -> Change:
    """Make a system of a given size; some organisations are in the middle of most ties."""
    chance = random.Random(seed)
    words = ["North", "East", "West", "Royal", "Saint", "City", "County", "Hill", "River", "Forest"]
    kinds = ["hospital trust", "council", "charity", "partnership board", "network", "committee"]
    orgs = [
        Organisation(
            f"{chance.choice(words)} {chance.choice(words)} {chance.choice(kinds)} {number}",
            f"Sector {chance.randrange(sectors) + 1}" if sectors else "",
        )
        for number in range(organisations)
    ]
    persons = [
        Person(f"Person {number}", orgs[number % len(orgs)].name if orgs else "")
        for number in range(people)
    ]
    names = [each.name for each in (*orgs, *persons)]
    drawn = set()
    while len(names) > 1 and len(drawn) < min(ties, len(names) * (len(names) - 1)):
        a = names[int(len(names) * chance.random() ** 2)]
        b = chance.choice(names)
        if a != b:
            drawn.add((a, b))
    rows = [
        Tie(
            a,
            b,
            chance.choice(["line", "influence", "money", "information", "influence"]),
            chance.randrange(11),
        )
        for a, b in sorted(drawn)
    ]
    return Change(organisations=orgs, people=persons, ties=rows, you=names[0] if names else "")
