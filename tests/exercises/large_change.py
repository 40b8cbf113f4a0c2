"""Changes to run the notebooks on: nothing at all, and more than anybody would type in."""

from __future__ import annotations

import random
from pathlib import Path

from system_leadership import Change, Organisation, Person, Tie
from system_leadership.change import TIE_KINDS

ORGANISATIONS, PEOPLE, TIES = 300, 150, 2000
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
    return Change(
        title="A change larger than any",
        organisations=organisations,
        people=people,
        ties=list(drawn.values()),
        you=names[0],
    )


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
