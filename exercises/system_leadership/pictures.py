"""Pictures as data: a Vega-Lite specification with its title, its sentence and its table.

A `Picture` can be read without being seen: `title` states the finding, `sentence` describes what
is in the picture with its numbers, and `table` holds what it was drawn from. JupyterLab draws
`application/vnd.vegalite.v5+json` itself; the book and the live page take
`application/vnd.system-leadership+json`.

Colours are literal, from one palette, so that a page can replace each with its dark counterpart.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from attrs import field, frozen

__all__ = [
    "FAINT",
    "FILLS",
    "FONT",
    "INK",
    "LINE",
    "PANEL",
    "PAPER",
    "SERIES",
    "SOFT",
    "VEGA_LITE",
    "Picture",
    "Table",
    "arrowhead",
    "blank",
    "canvas",
    "paths",
    "rects",
    "rounded",
    "svg",
    "texts",
]

INK = "#1d2733"
SOFT = "#55606e"
LINE = "#8a95a3"
FAINT = "#d9dee5"
PAPER = "#ffffff"
PANEL = "#f4f1ea"
SERIES = ("#0f6b6b", "#9a5b00", "#7a2f6b", "#2b5c94", "#3f6b1f", "#a8322d")
"""Teal, ochre, plum, blue, green, red: dark enough for lines and text on paper."""
FILLS = ("#d3e8e6", "#f5e2c3", "#ecd7e7", "#d8e4f2", "#e0ebd3", "#f6d9d6")
"""Light fills of the same six, in the same order."""

FONT = "Atkinson Hyperlegible Next"
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
"""Name of the schema. It is a name only: nothing fetches it."""

OURS = "application/vnd.system-leadership+json"
VEGA_LITE_MIME = "application/vnd.vegalite.v5+json"

Cell = str | int | float | None


def _tuple(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _tuples(rows: Iterable[Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(_whole(cell) for cell in row) for row in rows)


def _whole(cell: Cell) -> Cell:
    # JavaScript writes 7 for 7.0: page, notebook and paper should all say the same.
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


@frozen
class Table:
    """The table a picture was drawn from.

    Attributes
    ----------
    caption : str
        What the table holds.
    columns : tuple of str
        Headings.
    rows : tuple of tuple
        Cells: text, whole numbers, numbers or None for an empty cell.

    Examples
    --------
    >>> print(Table("Ties", ["From", "To", "Strength"], [["Trust", "Council", 7.0]]))
    Ties
    From | To | Strength
    Trust | Council | 7
    """

    caption: str
    columns: tuple[str, ...] = field(converter=_tuple)
    rows: tuple[tuple[Cell, ...], ...] = field(converter=_tuples)

    def as_dict(self) -> dict[str, Any]:
        """Give the table as JSON has it.

        Examples
        --------
        >>> Table("Ties", ["From"], [["Trust"]]).as_dict()
        {'caption': 'Ties', 'columns': ['From'], 'rows': [['Trust']]}
        """
        return {
            "caption": self.caption,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }

    def __str__(self) -> str:
        lines = [self.caption, " | ".join(self.columns)]
        lines += [" | ".join("" if c is None else str(c) for c in row) for row in self.rows]
        return "\n".join(lines)


@frozen
class Picture:
    """A picture that can be seen, heard or read.

    Attributes
    ----------
    id : str
        A short name for addresses, such as "system-map".
    title : str
        The finding, in a few words.
    sentence : str
        What is in the picture, with its numbers: the text alternative.
    spec : dict
        A Vega-Lite 5 specification, about 760 pixels wide.
    table : Table
        What the picture was drawn from.
    narrow : dict or None
        The same picture for a screen 340 pixels wide.

    Examples
    --------
    >>> picture = Picture("dots", "One dot", "A single dot.", canvas(20, 20, []),
    ...                   Table("Dots", ["x"], [[1]]))
    >>> picture
    One dot
    A single dot.
    >>> sorted(picture._repr_mimebundle_())[0]
    'application/vnd.system-leadership+json'
    """

    id: str
    title: str
    sentence: str
    spec: dict[str, Any] = field(repr=False, hash=False)
    table: Table = field(repr=False)
    narrow: dict[str, Any] | None = field(default=None, repr=False, hash=False)

    def as_dict(self) -> dict[str, Any]:
        """Give the picture as the book and the live page take it."""
        return {
            "kind": "picture",
            "id": self.id,
            "title": self.title,
            "sentence": self.sentence,
            "spec": self.spec,
            "narrow": self.narrow,
            "table": self.table.as_dict(),
        }

    def __str__(self) -> str:
        return f"{self.title}\n{self.sentence}"

    __repr__ = __str__

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Give every form of the picture that a notebook may ask for.

        SVG is among them where `vl-convert-python` is installed, except while the book is built:
        the book draws its own from the specification.
        """
        bundle = {OURS: self.as_dict(), VEGA_LITE_MIME: self.spec, "text/plain": str(self)}
        if os.environ.get("SYSTEM_LEADERSHIP_BOOK") != "1" and find_spec("vl_convert"):
            bundle["image/svg+xml"] = svg(self)
        if include:
            bundle = {kind: bundle[kind] for kind in bundle if kind in set(include)}
        return {kind: bundle[kind] for kind in bundle if kind not in set(exclude or ())}


def canvas(
    width: float, height: float, layers: Sequence[Mapping[str, Any]], *, description: str = ""
) -> dict[str, Any]:
    """Give a Vega-Lite specification whose coordinates are pixels, y downwards.

    Parameters
    ----------
    width, height : float
        Size in pixels.
    layers : sequence of dict
        Marks made by `rects`, `texts` or `paths`, from back to front.
    description : str
        What is in the picture.

    Examples
    --------
    >>> canvas(20, 10, [])["width"]
    20
    """
    spec: dict[str, Any] = {
        "$schema": VEGA_LITE,
        "width": round(width),
        "height": round(height),
        "padding": 0,
        "background": None,
        "autosize": {"type": "none"},
        "config": {
            "font": FONT,
            # Vega would label every box and line for screen readers as "x: 12; y: 20". The
            # picture's own sentence and table say more with less.
            "aria": False,
            "view": {"stroke": None},
            "text": {"color": INK},
        },
        "layer": [dict(layer) for layer in layers if layer["data"]["values"]]
        # Vega-Lite wants at least one mark.
        or [texts([{"x": 0, "y": 0, "text": ""}])],
    }
    if description:
        spec["description"] = description
    return spec


def _channels(values: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    """Encode pixels and literal colours: no scale, no axis, no legend of Vega's own."""
    given: dict[str, Any] = {}
    present = values[0].keys() if values else ()
    for name in names:
        if name not in present:
            continue
        if name in ("x", "y"):
            given[name] = {"field": name, "type": "quantitative", "scale": None, "axis": None}
        elif name in ("x2", "y2"):
            given[name] = {"field": name}
        elif name in ("stroke", "fill", "color"):
            given[name] = {"field": name, "type": "nominal", "scale": None, "legend": None}
        elif name == "text":
            given[name] = {"field": name, "type": "nominal"}
        else:
            given[name] = {"field": name, "type": "quantitative", "scale": None, "legend": None}
    return given


def rects(values: Sequence[Mapping[str, Any]], *, radius: float = 0, **mark: Any) -> dict[str, Any]:
    """Give boxes: x, y, x2, y2 in pixels; fill, stroke, strokeWidth for each if wanted.

    Examples
    --------
    >>> rects([{"x": 0, "y": 0, "x2": 10, "y2": 5}], radius=3, fill=PAPER)["mark"]["cornerRadius"]
    3
    """
    names = ("x", "y", "x2", "y2", "fill", "stroke", "strokeWidth")
    return {
        "data": {"values": list(values)},
        "mark": {"type": "rect", "cornerRadius": radius, **mark},
        "encoding": _channels(values, names),
    }


def texts(values: Sequence[Mapping[str, Any]], **mark: Any) -> dict[str, Any]:
    """Give lines of text: x, y in pixels and text; fill for each if wanted.

    Examples
    --------
    >>> texts([{"x": 0, "y": 0, "text": "A"}], fontSize=13)["mark"]["type"]
    'text'
    """
    return {
        "data": {"values": list(values)},
        "mark": {"type": "text", "baseline": "middle", **mark},
        "encoding": _channels(values, ("x", "y", "text", "fill")),
    }


def paths(values: Sequence[Mapping[str, Any]], **mark: Any) -> dict[str, Any]:
    """Give shapes drawn with the path language of SVG, in pixels: `path`, and colours if wanted.

    Examples
    --------
    >>> paths([{"path": "M0,0L10,5"}], filled=False, stroke=INK)["mark"]["type"]
    'point'
    """
    here = [{"x": 0, "y": 0, **value} for value in values]
    return {
        "data": {"values": here},
        # Vega scales a path by the square root of its size, halved: 4 leaves it as it is.
        "mark": {"type": "point", "size": 4, "opacity": 1, **mark},
        "encoding": _channels(here, ("x", "y", "fill", "stroke", "strokeWidth"))
        | {"shape": {"field": "path", "type": "nominal", "scale": None, "legend": None}},
    }


def rounded(points: Sequence[tuple[float, float]], radius: float) -> str:
    """Give the path through points with rounded corners.

    Examples
    --------
    >>> rounded([(0, 0), (10, 0), (10, 10)], 4)
    'M0,0L6,0Q10,0,10,4L10,10'
    """
    parts = [f"M{_px(points[0][0])},{_px(points[0][1])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(here, before, radius), _towards(here, after, radius)
        parts.append(
            f"L{_px(enter[0])},{_px(enter[1])}"
            f"Q{_px(here[0])},{_px(here[1])},{_px(leave[0])},{_px(leave[1])}"
        )
    parts.append(f"L{_px(points[-1][0])},{_px(points[-1][1])}")
    return "".join(parts)


def arrowhead(
    points: Sequence[tuple[float, float]], length: float, width: float
) -> tuple[str, tuple[float, float]]:
    """Give the path of an arrowhead at the end of a line, and where the line should stop.

    Examples
    --------
    >>> arrowhead([(0, 0), (20, 0)], 8, 6)
    ('M20,0L12,-3L12,3Z', (12.0, 0.0))
    """
    (x1, y1), (x2, y2) = points[-2], points[-1]
    reach = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
    dx, dy = (x2 - x1) / reach, (y2 - y1) / reach
    x, y = x2 - dx * length, y2 - dy * length
    half = width / 2
    path = (
        f"M{_px(x2)},{_px(y2)}L{_px(x + dy * half)},{_px(y - dx * half)}"
        f"L{_px(x - dy * half)},{_px(y + dx * half)}Z"
    )
    return path, (x, y)


def _towards(
    start: tuple[float, float], end: tuple[float, float], distance: float
) -> tuple[float, float]:
    reach = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    if not reach:
        return start
    part = min(distance, reach / 2) / reach
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _px(value: float) -> str:
    """Write a coordinate to a tenth of a pixel, without needless zeros."""
    return f"{round(value, 1) + 0.0:g}"


def blank(id: str, title: str, sentence: str, table: Table, prompt: Sequence[str] = ()) -> Picture:
    """Give the picture of nothing yet: an empty frame that says what to add.

    Parameters
    ----------
    id, title, sentence, table
        As of `Picture`.
    prompt : sequence of str
        Lines to stand in the frame; each short enough for a narrow screen.

    Examples
    --------
    >>> blank("system-map", "Nothing yet", "An empty frame.", Table("Ties", [], []),
    ...       ["Add an organisation."]).narrow["width"]
    340
    """

    def frame(width: float) -> dict[str, Any]:
        height = 120 + 22 * len(prompt)
        middle = height / 2 - 11 * (len(prompt) - 1)
        words = [
            {"x": width / 2, "y": middle + 22 * place, "text": line}
            for place, line in enumerate(prompt)
        ]
        edge = [{"x": 2, "y": 2, "x2": width - 2, "y2": height - 2}]
        return canvas(
            width,
            height,
            [
                rects(edge, radius=10, fill=PANEL, stroke=LINE, strokeWidth=1.5, strokeDash=[6, 5]),
                texts(words, fontSize=14, align="center", fill=SOFT),
            ],
            description=sentence,
        )

    return Picture(id, title, sentence, frame(760), table, frame(340))


def svg(picture: Picture, *, narrow: bool = False) -> str:
    """Draw a picture as SVG with its role, title and description put in.

    Parameters
    ----------
    picture : Picture
        What to draw.
    narrow : bool
        Draw the version for narrow screens, where there is one.

    Returns
    -------
    str
        One `svg` element.

    Raises
    ------
    ImportError
        If `vl-convert-python` is not installed. It never is in a browser, which draws pictures
        itself.

    Examples
    --------
    >>> table = Table("Nobody", (), ())
    >>> empty = Picture("map", "An empty map", "Nothing is on it.", canvas(20, 10, []), table)
    >>> '<title id="map-wide-title">An empty map</title>' in svg(empty)
    True
    """
    import vl_convert

    spec = picture.narrow if narrow and picture.narrow is not None else picture.spec
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version="5.21")
    name = f"{picture.id}-{'narrow' if narrow else 'wide'}"
    start = drawn.index("<svg")
    end = drawn.index(">", start)
    head = (
        f'{drawn[start:end]} role="img" aria-labelledby="{html.escape(name)}-title '
        f'{html.escape(name)}-desc"><title id="{html.escape(name)}-title">'
        f'{html.escape(picture.title)}</title><desc id="{html.escape(name)}-desc">'
        f"{html.escape(picture.sentence)}</desc>"
    )
    return head + drawn[end + 1 :]
