"""What a simulation assumes, and what the reader assumes in its place.

A subject lists its assumptions as `Supposition`s. What a reader puts in their place is kept in the
change (`Change.assumptions`). A value that cannot be is a fault, told like any other, and our own
figure stands. A row about something that no subject knows is kept and left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import field, frozen

from .change import TABLES, Change
from .faults import Fault, shown
from .names import fold

__all__ = ["Supposition", "faults", "said", "supposed", "values"]


@frozen
class Supposition:
    """A figure that a simulation rests on, and that the reader may change.

    Attributes
    ----------
    name : str
        What it is about, as the change file keeps it: the subject and the figure, such as
        "stability/median_stay".
    label : str
        In words for readers.
    low, middle, high : float
        The range tried, and in its middle, or at one end, what we assume.
    unit : str
        What it counts, such as "months"; "share" for 0 to 1, told in per cent; empty for a bare
        number.
    why : str
        Where the values come from, in a sentence or two.
    source : str
        Keys of the sources, or "assumption" where nothing is published.
    step : float
        The step of a slider.
    choices : tuple of str
        Words for the values 0, 1, 2 and so on, where it is a choice and not a number.
    nought : str
        What 0 means, where it stands for something of its own, such as "no day promised".
    least, most : float
        The ends of a slider, and of what can stand in a change file: `low` and `high` where they
        are not given.

    Examples
    --------
    >>> each = Supposition("stability/kept", "Trust that is left", 0.1, 0.3, 0.6, "share", "Ours.",
    ...                    most=0.9)
    >>> each.key, each.told(0.3), each.least, each.most
    ('kept', '30%', 0.1, 0.9)
    """

    name: str
    label: str
    low: float
    middle: float
    high: float
    unit: str
    why: str
    source: str = "assumption"
    step: float = 1
    choices: tuple[str, ...] = ()
    nought: str = ""
    least: float = field(kw_only=True)
    most: float = field(kw_only=True)

    @least.default
    def _least(self) -> float:
        return self.low

    @most.default
    def _most(self) -> float:
        return self.high

    @property
    def key(self) -> str:
        """The figure without its subject, such as "median_stay"."""
        return self.name.rpartition("/")[2]

    @property
    def published(self) -> bool:
        """Whether a source stands behind it."""
        return self.source != "assumption"

    def told(self, value: float) -> str:
        """Give a value in words: with its unit, or as the choice it stands for.

        Examples
        --------
        >>> rule = Supposition("coalition/contagion", "Who it takes", 0, 0, 1, "", "Ours.",
        ...                    choices=("one persuader", "two persuaders"))
        >>> rule.told(1)
        'two persuaders'
        """
        if self.choices:
            return self.choices[round(value)]
        if self.nought and not value:
            return self.nought
        if self.unit == "share":
            return f"{round(100 * value, 1):g}%"
        return f"{value:g} {self.unit}".strip()

    @property
    def wanted(self) -> str:
        """What would be right, as a sentence."""
        if self.choices:
            words = ", ".join(f"{place} ({each})" for place, each in enumerate(self.choices))
            return f"Give one of {words}."
        return f"Give a number from {shown(float(self.least))} to {shown(float(self.most))}."

    def can_be(self, value: float) -> bool:
        """Say whether a value is within the ends, and for choices whether it is one of them.

        Examples
        --------
        >>> Supposition("a/b", "B", 1, 2, 3, "days", "Ours.").can_be(4)
        False
        """
        whole = not self.choices or float(value).is_integer()
        return whole and self.least <= value <= self.most


def supposed(change: Change, each: Supposition) -> float:
    """Give what is assumed: the reader's value if it can be, else ours.

    Parameters
    ----------
    change : Change
        Its assumptions.
    each : Supposition
        What it is about.

    Examples
    --------
    >>> from system_leadership.change import Supposed
    >>> stay = Supposition("stability/median_stay", "Stay", 24, 36, 84, "months", "Published.")
    >>> supposed(Change(assumptions=[Supposed("stability/median_stay", 48)]), stay)
    48.0
    >>> supposed(Change(assumptions=[Supposed("stability/median_stay", 4000)]), stay)
    36
    """
    value = change.supposed(each.name, each.middle)
    return value if each.can_be(value) else each.middle


def values(change: Change, every: Iterable[Supposition]) -> dict[str, float]:
    """Give what is assumed about each, by its key.

    Examples
    --------
    >>> values(Change.blank(), [Supposition("a/b", "B", 1, 2, 3, "days", "Ours.")])
    {'b': 2}
    """
    return {each.key: supposed(change, each) for each in every}


def faults(change: Change, every: Iterable[Supposition]) -> tuple[Fault, ...]:
    """List the reader's values that cannot be; our figures stand in their place.

    Examples
    --------
    >>> from system_leadership.change import Supposed
    >>> stay = Supposition("stability/median_stay", "Stay", 24, 36, 84, "months", "Published.")
    >>> print(faults(Change(assumptions=[Supposed("stability/median_stay", 4000)]), [stay])[0])
    Assumptions, row 1, Value: found “4000”. Give a number from 24 to 84. Until then we take \
36 months.
    """
    known = {fold(each.name): each for each in every}
    spec = TABLES["assumptions"]
    found = []
    for number, row in enumerate(change.assumptions, 1):
        each = known.get(fold(row.about))
        if each is not None and row.value is not None and not each.can_be(row.value):
            right = f"{each.wanted} Until then we take {each.told(each.middle)}."
            label = spec.column("value").label
            found.append(
                Fault(spec.key, spec.title, number, "value", label, shown(row.value), right)
            )
    return tuple(found)


def said(change: Change, every: Sequence[Supposition]) -> list[str]:
    """Say where the reader assumes something else than we do, and which values cannot be.

    Parameters
    ----------
    change : Change
        Its assumptions.
    every : sequence of Supposition
        What a subject assumes.

    Returns
    -------
    list of str
        Faults first. Empty when the reader assumes what we do.

    Examples
    --------
    >>> from system_leadership.change import Supposed
    >>> stay = Supposition("stability/median_stay", "How long leaders stay", 24, 36, 84, "months",
    ...                    "Published.")
    >>> said(Change(assumptions=[Supposed("stability/median_stay", 48)]), [stay])
    ['You assume 48 months where we take 36 months: how long leaders stay.']
    >>> said(Change.blank(), [stay])
    []
    """
    told = [str(each) for each in faults(change, every)]
    for each in every:
        value = supposed(change, each)
        if value != each.middle:
            told.append(
                f"You assume {each.told(value)} where we take {each.told(each.middle)}: "
                f"{each.label[:1].lower()}{each.label[1:]}."
            )
    return told
