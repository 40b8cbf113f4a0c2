"""A room of participants for tests: change files that differ as people do, the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from system_leadership.change import (
    Barrier,
    Change,
    Commitment,
    Organisation,
    Person,
    Stance,
    Tie,
)

PROFESSIONS = ("nurse", "doctor", "manager", "social worker", "carer")
LEAN = {"nurse": 2, "doctor": -2, "manager": 3, "social worker": 0, "carer": 1}
HOMES = ("City Hospital", "County Council", "Riverside Trust", "Hill Practice")
OTHERS = tuple(f"Organisation {number}" for number in range(1, 31))


def participant(number: int, chance: random.Random) -> Change:
    """Make the change file of one participant: ten organisations, ten ties, ten stances."""
    profession = chance.choices(PROFESSIONS, (40, 30, 20, 8, 2))[0]
    home = chance.choices(HOMES, (40, 30, 20, 10))[0]
    names = [*HOMES, *chance.sample(OTHERS, 6)]
    me = f"Participant {number} Secretname"
    stances = []
    for name in names:
        # People of one profession see the hospital alike, and differ about everything else.
        lean = LEAN[profession] if name == "City Hospital" else 0
        support = max(-5, min(5, lean + chance.randrange(-3, 4)))
        stances.append(Stance(name, chance.randrange(11), support, chance.randrange(11)))
    return Change(
        title="Care nearer home",
        aim=f"What participant {number} wants",
        you=me,
        organisations=[
            Organisation(name.upper() if chance.random() < 0.1 else name, "Sector", note="Private")
            for name in names
        ],
        people=[Person(me, home, profession), Person("Chief executive", home, "manager")],
        ties=[Tie(*chance.sample(names, 2), "influence", chance.randrange(11)) for _ in range(10)],
        stances=stances,
        commitments=[Commitment(f"Hold {number}", "fixed")],
        barriers=[Barrier(f"Barrier of {number}", chance.choice(["money", "legal", "public"]))],
    )


def room(many: int, seed: int = 2026) -> Iterator[Change]:
    """Make participants one at a time."""
    chance = random.Random(seed)
    for number in range(many):
        yield participant(number, chance)


def write_room(folder: Path, many: int, seed: int = 2026) -> Path:
    """Write each participant's file into a folder."""
    for number, change in enumerate(room(many, seed)):
        (folder / f"participant-{number:04}.yml").write_text(change.dumps(), encoding="utf-8")
    return folder
