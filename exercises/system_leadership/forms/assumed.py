"""What a simulation assumes, as a form of sliders: what it shows, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from .. import suppositions
from ..change import Change
from ..names import fold
from ..suppositions import Supposition
from .parts import Form, Rows

__all__ = ["Subject", "merge_suppositions", "suppositions_form"]


class Subject(Protocol):
    """A subject with something to assume."""

    @property
    def SUPPOSED(self) -> tuple[Supposition, ...]:  # noqa: N802  a constant of the module
        """What it assumes."""


def suppositions_form(change: Change, every: Sequence[Supposition]) -> Form:
    """Give the form for what a subject assumes, with what the reader assumes in its place.

    Parameters
    ----------
    change : Change
        Its assumptions.
    every : sequence of Supposition
        What the subject assumes, such as ``stability.SUPPOSED``.

    Returns
    -------
    Form
        One row for each, its value None where the reader assumes what we do.

    Examples
    --------
    >>> stay = Supposition("stability/median_stay", "Stay", 24, 36, 84, "months", "Published.")
    >>> form = suppositions_form(Change.blank(), [stay])
    >>> form.rows, form.about["suppositions"][0]["told"]
    ([{'about': 'stability/median_stay', 'value': None}], '36 months')
    >>> rows = [{"about": "stability/median_stay", "value": "long"}]
    >>> change, _ = Change.blank().replace_table("assumptions", rows)
    >>> suppositions_form(change, [stay]).faults[0]["message"]
    'Give a number from 24 to 84 months. Until then we take 36 months.'
    """
    rows = change.rows("assumptions")
    # Of two rows about one thing, the last that has a value counts.
    places: list[int | None] = []
    for each in every:
        mine = [at for at, row in enumerate(rows) if fold(row["about"]) == fold(each.name)]
        valued = [at for at in mine if rows[at]["value"] is not None]
        found = valued or mine
        places.append(found[-1] if found else None)
    values = [None if at is None else rows[at]["value"] for at in places]
    about = {
        "table": "assumptions",
        "title": "What this assumes",
        "help": "Change a figure to see what difference it makes. Ours come back with one button.",
        "suppositions": [_told(change, each) for each in every],
    }
    filled = [
        {"about": each.name, "value": value} for each, value in zip(every, values, strict=True)
    ]
    wrong = [_fault(each, at, change) for each, at in zip(every, places, strict=True)]
    faults = [
        {"row": at, "column": "value", "message": words} for at, words in enumerate(wrong) if words
    ]
    return Form("suppositions", "assumptions", about, filled, faults=faults, places=places)


def _told(change: Change, each: Supposition) -> dict[str, Any]:
    """Give one supposition in words and numbers; shares stand in per cent, as they are told."""
    return {
        "name": each.name,
        "label": each.label,
        "why": each.why,
        "unit": "%" if each.unit == "share" else each.unit,
        "scale": 100 if each.unit == "share" else 1,
        "min": each.least,
        "max": each.most,
        "step": each.step,
        "middle": each.middle,
        "choices": list(each.choices),
        "ours": each.told(each.middle),
        "tried": ", ".join(each.choices) or _between(each, each.low, each.high),
        "told": each.told(suppositions.supposed(change, each)),
    }


def merge_suppositions(change: Change, rows: Rows) -> Rows:
    """Put what the reader assumes among all assumptions; what is back at ours leaves nothing.

    Examples
    --------
    >>> merge_suppositions(Change.blank(), [{"about": "stability/kept", "value": 0.4}])
    [{'about': 'stability/kept', 'value': 0.4}]
    >>> merge_suppositions(Change.blank(), [{"about": "stability/kept", "value": None}])
    []
    """
    typed = {fold(row["about"]): row for row in rows}
    left = dict(typed)
    merged: Rows = []
    for row in change.rows("assumptions"):
        key = fold(row["about"])
        if key not in typed:
            merged.append(row)
            continue
        mine = left.pop(key, {})
        if mine.get("value") not in (None, ""):
            merged.append({**row, "value": mine["value"]})
    merged += [row for row in left.values() if row.get("value") not in (None, "")]
    return merged


def _fault(each: Supposition, at: int | None, change: Change) -> str:
    """Say what is wrong with the reader's value, in the words of the form; empty when all is well.

    A share stands in per cent there, so the words of the change file would not do.
    """
    row = None if at is None else change.assumptions[at]
    if row is None or ("value" not in row.kept and (row.value is None or each.can_be(row.value))):
        return ""
    told = f"Give a number from {_between(each, each.least, each.most)}."
    return f"{told} Until then we take {each.told(each.middle)}."


def _between(each: Supposition, low: float, high: float) -> str:
    """Give two values with the unit once, where it stands apart from the number."""
    first = each.told(low) if each.unit == "share" else f"{low:g}"
    return f"{first} to {each.told(high)}"
