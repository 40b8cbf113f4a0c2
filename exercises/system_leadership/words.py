"""Small pieces of the sentences that results and pictures are told in."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["counted", "in_hundred", "left_out", "listing", "some"]


def counted(number: int, one: str, many: str = "") -> str:
    """Give a number with what is counted.

    Examples
    --------
    >>> counted(1, "tie"), counted(2000, "tie"), counted(2, "person", "people")
    ('1 tie', '2,000 ties', '2 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def left_out(number: int, one: str, why: str) -> list[str]:
    """Say that rows were left out and why, or say nothing when none were.

    Examples
    --------
    >>> left_out(2, "row", "no aim is written there")
    ['2 rows were left out, because no aim is written there.']
    >>> left_out(0, "row", "no aim is written there")
    []
    """
    if not number:
        return []
    was = "was" if number == 1 else "were"
    return [f"{counted(number, one)} {was} left out, because {why}."]


def listing(parts: Sequence[str]) -> str:
    """Join parts with commas and a last "and".

    Examples
    --------
    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def some(names: Sequence[str], most: int = 4) -> str:
    """Name a few and count the rest.

    Examples
    --------
    >>> some(["A", "B", "C", "D"], 2)
    'A, B and 2 more'
    >>> some(["Mayday, Croydon", "Imperial"])
    'Mayday, Croydon; Imperial'
    """
    shown = list(names) if len(names) <= most + 1 else list(names[:most])
    more = len(names) - len(shown)
    if any("," in name or " and " in name for name in shown):
        # A name with a comma or an "and" in it would read as two names.
        return "; ".join([*shown, *([f"{more} more"] if more else [])])
    return f"{', '.join(shown)} and {more} more" if more else listing(shown)


def in_hundred(share: float) -> str:
    """Give a share of 1 as a number out of a hundred.

    Examples
    --------
    >>> in_hundred(0.532), in_hundred(0.001)
    ('53', 'fewer than 1')
    """
    hundred = round(100 * share)
    return str(hundred) if hundred else "fewer than 1"
