"""What a layout is made of: items and wires that go in, boxes and routes that come out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

__all__ = [
    "SIZE",
    "SMALL",
    "Box",
    "Heading",
    "Item",
    "Layout",
    "Panel",
    "Route",
    "Wire",
    "lengths",
]

SIZE = 13.0
"""Size of labels in pixels."""
SMALL = 11.5
"""Size of headings and of what stands above a label."""


@frozen
class Item:
    """Something to be put in a box.

    Attributes
    ----------
    label : str
        Its name.
    group : int
        Place of its heading in the list of headings.
    home : int or None
        The item it should stand beside: for a person, the organisation.
    above : str
        A line in small letters above the label.
    tag : str
        A short word on a dark ground above everything, such as "You".
    """

    label: str
    group: int = 0
    home: int | None = None
    above: str = ""
    tag: str = ""


@frozen
class Wire:
    """A tie to be drawn from item `a` to item `b`."""

    a: int
    b: int


@frozen
class Box:
    """Where an item stands.

    Attributes
    ----------
    x, y, x2, y2 : float
        Its corners.
    lines : tuple of str
        Its label, broken to fit.
    above : tuple of str
        What stands above the label.
    """

    x: float
    y: float
    x2: float
    y2: float
    lines: tuple[str, ...] = ()
    above: tuple[str, ...] = ()


@frozen
class Panel:
    """The ground behind boxes of one group that stand side by side."""

    x: float
    y: float
    x2: float
    y2: float
    group: int


@frozen
class Heading:
    """A group's heading: lines of text with their left end and middle height."""

    x: float
    y: float
    lines: tuple[str, ...]
    group: int


@frozen
class Route:
    """The way of a wire: its corners from the edge of one box to the edge of another."""

    wire: int
    points: tuple[tuple[float, float], ...]


@frozen
class Layout:
    """A finished layout, in pixels with y downwards.

    Attributes
    ----------
    width, height : float
        Size of the canvas.
    boxes : dict
        Where each item stands, by its number.
    panels : list of Panel
        Grounds of the groups.
    headings : list of Heading
        Headings of the groups.
    routes : list of Route
        Ways of the wires, in their order.
    """

    width: float
    height: float
    boxes: dict[int, Box]
    panels: list[Panel]
    headings: list[Heading]
    routes: list[Route]


def lengths(points: Sequence[tuple[float, float]]) -> list[float]:
    """Give the length of each leg of a route.

    Examples
    --------
    >>> lengths([(0, 0), (3, 4)])
    [5.0]
    """
    return [((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pairwise(points)]
