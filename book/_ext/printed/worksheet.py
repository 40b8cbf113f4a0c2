"""Turn an exercise page into a sheet to fill in by pen.

From the same doctree as the page: its title and what it is for, each form as an empty table,
space to draw, the questions with ruled lines, what to do on Monday. The worked example and what
belongs to the screen stay out. A section is on the sheet if there is something in it to write on,
or if its title is one of `KEPT_SECTIONS`; its prose stays, as the instruction, unless the section
has a ``{worksheet-only}`` block, which then takes the prose's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docutils import nodes
from docutils.nodes import Element, Node

from .markup import block, call, flat, string
from .translator import Translator, array, standfirst_of

__all__ = ["KEPT_SECTIONS", "WorksheetTranslator"]

KEPT_SECTIONS = ("What it is for", "On Monday")
_TO_WRITE_ON = (
    "form", "questions", "ratings", "suppositions", "page_of_text", "room", "drawing_space",
    "worksheet_only",
)  # fmt: skip
# Room a column asks for when somebody writes in it by hand: millimetres, or a share of the rest.
_ROOM = {"date": 22, "number": 17, "flag": 24}
_SHARE = {"long": 1.3}
# More fixed columns than this, in millimetres, leave too little for words; then all share.
_WIDEST_FIXED = 130
# Above this many steps a scale no longer fits a cell; then there is a line to write a number on.
_LONGEST_SCALE = 11


_BY_HAND = (
    "Everybody copies the names of their organisations to a slip of paper, with how far each is "
    "for the change: −5 firmly against, 0 takes no side, 5 firmly for. No names of people, "
    "and not their own.",
    "Mix the slips. One person reads out. Another makes a stroke for each organisation, and one "
    "under the number it was given.",
    "Count only organisations on five slips or more. Cross out the others: they would say too "
    "much about a few people.",
    "Find the middle number of each: as many strokes lie below it as above.",
    "Talk first about those whose strokes lie furthest apart. Then tear up the slips.",
)
_TALLY_ROWS = 14


class WorksheetTranslator(Translator):
    """Give the Typst code of a worksheet."""

    def page(self) -> str:
        """Give the code of the sheet between its head and its foot."""
        section = next(part for part in self.document.children if isinstance(part, nodes.section))
        point = standfirst_of(section.children)
        parts = [call("purpose", self.children(point))] if point else []
        parts.append("about-this-sheet()")
        self.depth = 1
        parts += [
            self.code(child)
            for child in section.children
            if child is not point and isinstance(child, nodes.section) and _belongs(child)
        ]
        if not any(_title(child) == "On Monday" for child in section.children):
            parts.append(call("on-monday", "()"))
        return block(parts)

    def on_section(self, node: Element) -> str:
        """A step of the sheet."""
        title = _title(node)
        kinds = {type(child).__name__ for child in node.findall(nodes.Element)}
        if title == "On Monday":
            steps = [
                self.cell(item.children)
                for listing in node.findall(nodes.enumerated_list)
                for item in listing.children
                if isinstance(item, Element)
            ]
            return call("on-monday", array(steps))
        instead = "worksheet_only" in kinds
        children = [
            child
            for child in node.children
            if not isinstance(child, nodes.title)
            and (not instead or not isinstance(child, (nodes.paragraph, nodes.bullet_list)))
        ]
        self.depth += 1
        heading = call("heading", string(flat(title)), depth=str(self.depth))
        body = [heading, *self.each(children)]
        self.depth -= 1
        return ";".join(part for part in body if part)

    def on_paragraph(self, node: Element) -> str:
        """An instruction, which stays with what it is about."""
        return call("instruction", self.children(node))

    def on_reference(self, node: Element) -> str:
        """Words that were a link: on a sheet for the pen there is nothing to follow."""
        return self.children(node)

    def on_said_mark(self, node: Element) -> str:
        """Who said it; the notes are with the page."""
        return string(f"({flat(node['label'])})")

    on_found_mark = on_said_mark

    # --- what stays on the screen -----------------------------------------------------------

    on_picture = on_worked_example = on_exercise_code = Translator.skip

    def on_exercise_output(self, node: Element) -> str:
        """What a step shows: only what can be written on."""
        return block(
            self.code(child) for child in node.children if type(child).__name__ in _TO_WRITE_ON
        )

    def on_worksheet_only(self, node: Element) -> str:
        """Instructions for paper."""
        return self.children(node)

    # --- what is written on -----------------------------------------------------------------

    def on_drawing_space(self, node: Element) -> str:
        """Dots to draw on, with the kinds of tie and their lines unless ``legend`` is false."""
        title = node.get("title") or "Space to draw"
        kinds = self._kinds_of_tie() if node.get("legend", True) else []
        legend = array(string(flat(kind)) for kind in kinds)
        return call("drawing-space", f"{node['height']}mm", string(flat(title)), legend)

    def _kinds_of_tie(self) -> list[str]:
        """Give the kinds a tie can have, as the page's own form of ties offers them."""
        for node in self.document.findall(nodes.Element):
            if type(node).__name__ == "form":
                columns = {column["name"]: column for column in node["form"]["columns"]}
                if {"from", "to", "kind"} <= columns.keys():
                    return [str(kind) for kind in columns["kind"].get("choices", [])]
        return []

    def on_form(self, node: Element) -> str:
        """A form as an empty table, or as lines to write on where it has one row only."""
        form: Mapping[str, Any] = node["form"]
        if recalled := form.get("recalled"):
            line = f"Take {recalled['take']} from exercise {recalled['exercise']}."
            return call("take-from", string(flat(line)))
        rows = int(form.get("blank_rows") or 8)
        columns = [column for column in form["columns"] if column.get("in_form", True)]
        rooms = [_room(column) for column in columns]
        if sum(room for room in rooms if room) > _WIDEST_FIXED:
            # Choices in a column as wide as the longest of them, one under another.
            rooms = [_narrow(column) or room for column, room in zip(columns, rooms, strict=True)]
        if sum(room for room in rooms if room) > _WIDEST_FIXED:
            widths = [f"{room or 34:.0f}fr" for room in rooms]
        else:
            widths = [
                f"{room:.0f}mm" if room else f"{_SHARE.get(column['kind'], 1)}fr"
                for column, room in zip(columns, rooms, strict=True)
            ]
        described = array(map(_column, columns, widths))
        title = string(flat(str(form["title"])))
        advice = string(flat(str(form.get("help") or "")))
        if rows == 1:
            return call("blank-lines", title, advice, described)
        return call("blank-table", title, advice, described, str(rows))

    def on_questions(self, node: Element) -> str:
        """Questions with ruled lines under each."""
        return ";".join(
            call("question", string(flat(asked["prompt"])), string(flat(asked.get("help") or "")))
            for asked in node["questions"]
        )

    def on_ratings(self, node: Element) -> str:
        """Statements with the numbers to ring and a line to say why."""
        low, high = (string(flat(end)) for end in node["ends"])
        return ";".join(
            call("rating", string(flat(each["prompt"])), low, high) for each in node["ratings"]
        )

    def on_suppositions(self, node: Element) -> str:
        """What is assumed, in small print."""
        rows = array(
            array(string(flat(each[key])) for key in ("label", "ours", "tried", "why"))
            for each in node["suppositions"]
        )
        return call("small-print", string(flat(node["title"])), rows)

    def on_page_of_text(self, node: Element) -> str:
        """The headings of the page, with room to write under each."""
        headings = array(string(flat(each)) for each in node["headings"])
        return call("page-to-write", headings)

    def on_room(self, node: Element) -> str:
        """How to pool by hand, with a table to count in."""
        steps = array(string(step) for step in _BY_HAND)
        return call("tally-table", str(_TALLY_ROWS), steps)


def _title(node: Node) -> str:
    if isinstance(node, nodes.section) and node.children:
        first = node.children[0]
        if isinstance(first, nodes.title):
            return first.astext()
    return ""


def _belongs(section: Element) -> bool:
    return _title(section) in KEPT_SECTIONS or any(
        type(node).__name__ in _TO_WRITE_ON for node in section.findall(nodes.Element)
    )


def _scale(column: Mapping[str, Any]) -> list[str]:
    """Give the numbers to circle, none where there are too many."""
    low, high = column.get("min"), column.get("max")
    if column["kind"] != "number" or low is None or high is None:
        return []
    step = float(column.get("step") or 1)
    steps = round((float(high) - float(low)) / step) + 1
    if not 2 <= steps <= _LONGEST_SCALE:
        return []
    return [f"{float(low) + at * step:g}".replace("-", "−") for at in range(steps)]


def _choices(column: Mapping[str, Any]) -> list[str]:
    """Give what can be ticked."""
    if column["kind"] == "flag":
        return ["yes", "no"]
    return [str(choice) for choice in column.get("choices") or []]


def _room(column: Mapping[str, Any]) -> float | None:
    """Give the width a column needs in millimetres, None for one that takes what is left."""
    if scale := _scale(column):
        return 4.1 * len(scale)
    if choices := _choices(column):
        # Boxes to tick in about two lines, none narrower than its longest word.
        boxes = [7.5 + 1.6 * len(choice) for choice in choices]
        return min(max(max(boxes), sum(boxes) / 2 + 4), 62)
    return _ROOM.get(str(column["kind"]))


def _narrow(column: Mapping[str, Any]) -> float | None:
    """Give the least width of a column of choices, in millimetres; None for any other."""
    choices = _choices(column)
    return 7.5 + 1.6 * max(map(len, choices)) if choices else None


def _column(column: Mapping[str, Any], width: str) -> str:
    """Give a column as the templates take it: what it is called, how wide, what to tick."""
    fields = {
        "label": string(flat(str(column["label"]))),
        "help": string(flat(str(column.get("help") or ""))),
        "kind": string(str(column["kind"])),
        "width": width,
        "choices": array(string(flat(choice)) for choice in _choices(column)),
        "scale": array(string(value) for value in _scale(column)),
    }
    return "(" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + ")"
