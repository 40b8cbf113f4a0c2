"""Which exercise asks for which table first, and what readers call what they wrote there."""

from __future__ import annotations

from ..change import described

__all__ = ["ASKED", "asked_in"]

ASKED: dict[str, tuple[int, str]] = {
    "change": (1, "the name and the aim of your change"),
    "organisations": (1, "your list of organisations"),
    "people": (1, "your list of people"),
    "ties": (1, "your list of ties"),
    "ideas": (2, "your ideas to share"),
    "interests": (3, "your list of gains and losses"),
    "claims": (4, "your list of claims"),
    "involvement": (5, "your list of decisions"),
    "stances": (6, "your list of where they stand"),
    "commitments": (7, "your list of what is fixed and what is flexible"),
    "tension": (7, "your two good things"),
    "readings": (8, "your readings"),
    "rules": (8, "your rules"),
    "steps": (10, "your list of steps"),
    "barriers": (10, "your list of barriers"),
    "learning": (11, "your learning plan"),
}
"""By table: the number of the exercise, and the words for a worksheet."""


def asked_in(table: str) -> dict[str, object]:
    """Give the exercise that first asks for a table, and what to take from it.

    Parameters
    ----------
    table : str
        Key of a table of the change, or "change".

    Raises
    ------
    KeyError
        If there is no such table, or no exercise asks for it as a table.

    Examples
    --------
    >>> asked_in("organisations")
    {'exercise': 1, 'take': 'your list of organisations'}
    """
    described(table)
    if table not in ASKED:
        raise KeyError(f"No exercise asks for the table {table!r}, so it cannot be recalled.")
    exercise, take = ASKED[table]
    return {"exercise": exercise, "take": take}
