"""Changes to run the notebooks on: nothing at all, and more than anybody would type in."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

from system_leadership import Change, Organisation, Person, Tie
from system_leadership.change import TABLES, TIE_KINDS
from system_leadership.columns import Column

ORGANISATIONS, PEOPLE, TIES = 300, 150, 2000
# Rows of the other tables: more than anyone would type, in every column.
ROWS = {"stances": 300, "interests": 300}
OTHER_ROWS = 60
DAY_ONE = dt.date(2026, 1, 5)
# As people write names: other alphabets, right to left, marks that combine, marks of Markdown, HTML
# and YAML, and names too long for any label.
SHAPES = (
    "{n} Riverside Hospital",
    "Conseil général de l’Île-de-France n° {n}",
    "Ysbyty Gwynedd Bwrdd Iechyd {n}",
    "Νοσοκομείο Αθηνών {n}",
    "Городская больница {n}",
    "مستشفى المدينة {n}",
    "בית חולים {n}",
    "市立病院 {n}",
    "अस्पताल {n}",
    "Zürich–Åre ‘Süd’ & Søn <b>{n}</b>",
    "*Trust* [{n}](#) `x` $y$ | a: b # c",
    "Cafe\u0301 for carers 🙂 {n}",
    "The Joint Committee of all Primary Care Trusts, Local Authorities, Foundation Trusts and "
    "Voluntary Organisations of the Eastern Counties and the City, Sub-Committee {n}",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch{n}",
)
SECTORS = (
    "NHS provider", "Local government", "Charity", "Commissioner", "Patients and carers", "大学",
    "A sector with a name that is far too long for the edge of any map", "",
)  # fmt: skip


def large_change(seed: int = 2026) -> Change:
    """Make a change of 300 organisations, 150 people and 2,000 ties, the same for the same seed."""
    chance = random.Random(seed)
    organisations = [
        Organisation(SHAPES[number % len(SHAPES)].format(n=number), chance.choice(SECTORS))
        for number in range(ORGANISATIONS)
    ]
    people: list[Person] = []
    for number in range(PEOPLE):
        manager = chance.choice(people).name if people and chance.random() < 0.5 else ""
        where = chance.choice(organisations).name
        people.append(Person(f"Person {number} of {where}", where, "nurse", manager))
    names = [row.name for row in (*organisations, *people)]
    drawn: dict[tuple[str, str], Tie] = {}
    while len(drawn) < TIES:
        # Some are in the middle of most ties, as in life.
        one, other = names[int(len(names) * chance.random() ** 2)], chance.choice(names)
        if one != other:
            kind = chance.choice(("", *TIE_KINDS))
            drawn[one, other] = Tie(one, other, kind, chance.choice((None, *range(11))))
    change = Change(
        title="A change larger than any",
        organisations=organisations,
        people=people,
        ties=list(drawn.values()),
        you=names[0],
    )
    for key in large_tables():
        if not change.table(key):
            change, _ = change.replace_table(key, large_rows(key, change, chance))
    return change


def large_tables() -> dict[str, int]:
    """Give the number of rows in each table of the large change."""
    sizes = {"organisations": ORGANISATIONS, "people": PEOPLE, "ties": TIES}
    others = {key: ROWS.get(key, OTHER_ROWS) for key in TABLES if key not in ("change", *sizes)}
    return sizes | others


def large_rows(key: str, change: Change, chance: random.Random) -> list[dict[str, Any]]:
    """Make the rows of any table, every column filled in and nothing wrong."""
    rows: list[dict[str, Any]] = []
    for number in range(large_tables()[key]):
        row = {
            column.name: _cell(column, number, change, rows, chance) for column in TABLES[key].shown
        }
        if key == "steps":
            guesses = sorted(chance.randint(1, 400) for _ in range(3))
            row |= dict(zip(("optimistic", "likely", "pessimistic"), guesses, strict=True))
        if key == "rules":  # the worse of two figures stops
            figures = sorted((row["stop"], row["carry_on"]), reverse=row["better"] == "lower")
            row["stop"], row["carry_on"] = figures
        rows.append(row)
    return rows


def _cell(
    column: Column, number: int, change: Change, rows: list[dict[str, Any]], chance: random.Random
) -> Any:
    """Make what a reader might have in one cell."""
    if column.kind == "choice":
        return chance.choice(column.choices)
    if column.kind == "flag":
        return chance.random() < 0.5
    if column.kind == "date":
        return DAY_ONE + dt.timedelta(days=chance.randint(0, 900))
    if column.kind == "number":
        low = -1000 if column.min is None else max(column.min, -1000)
        return chance.randint(int(low), int(1000 if column.max is None else min(column.max, 1000)))
    if column.of == ("steps",):  # only on earlier ones, so that there is no circle
        before = [row["name"] for row in rows[-12:]]
        return chance.sample(before, min(len(before), chance.randint(0, 2)))
    if column.kind == "name":
        return chance.choice(change.names(*column.of))
    if column.name in ("measure", "pole"):  # several rows share one
        return f"{column.label} {number % 4} über alles"
    return SHAPES[number % len(SHAPES)].format(n=number)


def write_large_change(folder: Path) -> Path:
    """Write the large change to a file that a notebook can open."""
    path = folder / "large.yml"
    path.write_text(large_change().dumps(), encoding="utf-8")
    return path


def write_blank_change(folder: Path) -> Path:
    """Write a change with nothing in it."""
    path = folder / "blank.yml"
    path.write_text(Change.blank().dumps(), encoding="utf-8")
    return path
