"""Read YAML with its places, and change it without touching what did not change.

A change file belongs to its reader. When one cell changes, one cell of the text changes: comments,
order, spacing and quotation marks elsewhere stay as they were. So a file is not rebuilt from the
data. It is read into a small tree that knows where every value stands, and edited in place.

Reading is strict where a surprise could hide: shorthand (`&` and `*`), tags, several documents and
very deep nesting are refused, duplicate keys are reported. `ruamel.yaml` does the parsing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, frozen

from .faults import ChangeFileError, Fault, shown

__all__ = [
    "Cells",
    "Group",
    "Items",
    "Node",
    "Scalar",
    "parse",
    "quoted",
    "render_cell",
    "render_row",
    "update_row",
]

DEEPEST = 12
"""Levels of nesting; a change file needs four."""

Cells = Mapping[str, "str | float | bool | tuple[str, ...] | None"]
"""A row as it is written: texts, numbers, yes or no, lists of texts, None for a blank."""


@define
class Node:
    """A piece of the text: `text[start:end]`, standing on a line (from 1)."""

    start: int
    end: int
    line: int


@define
class Scalar(Node):
    """One value.

    Attributes
    ----------
    value : str
        Its text, quotation marks taken off.
    style : str
        "" for plain, else the mark it is written with: ' " | >
    """

    value: str
    style: str

    @property
    def data(self) -> str | None:
        """Its text, or None for nothing at all."""
        if not self.style and self.value in ("", "~", "null", "Null", "NULL"):
            return None
        return self.value


@define
class Group(Node):
    """Keys and values."""

    entries: list[tuple[Scalar, Node]]
    flow: bool

    @property
    def data(self) -> dict[str, Any]:
        """The values by key."""
        return {key.value: data_of(value) for key, value in self.entries}

    def get(self, key: str) -> Node | None:
        """Find the value of a key."""
        return next((value for each, value in self.entries if each.value == key), None)


@define
class Items(Node):
    """A list."""

    items: list[Node]
    flow: bool

    @property
    def data(self) -> list[Any]:
        """The values in order."""
        return [data_of(each) for each in self.items]


def data_of(node: Node) -> Any:
    """Give the plain data of a node.

    Examples
    --------
    >>> data_of(parse("a: [1, yes]"))
    {'a': ['1', 'yes']}
    """
    return node.data if isinstance(node, Scalar | Group | Items) else None


def parse(text: str) -> Node:
    """Read YAML into a tree that knows where everything stands.

    Parameters
    ----------
    text : str
        The text of a file.

    Returns
    -------
    Node
        The root: a `Group` in a good change file. All values are text: what a value means is for
        its column to say, so that a name such as No or 2009 stays a name.

    Raises
    ------
    ChangeFileError
        If the text is not YAML, or uses what a change file has no need of.

    Examples
    --------
    >>> root = parse("title: Eight units  # for now")
    >>> root.get("title").value, root.get("title").line
    ('Eight units', 1)
    """
    # Imported here: a reader who only fills in a form never needs it.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    loader = YAML(typ="safe", pure=True)
    try:
        return _build(loader.parse(text), text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise ChangeFileError([Fault(line=line, right=_explain(error))]) from None
    except (YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, ChangeFileError):
            raise
        right = "This is not a change file that can be read: it is not YAML."
        raise ChangeFileError([Fault(right=right)]) from None


def _explain(error: Any) -> str:
    """Put the parser's words into a reader's, where we know what usually lies behind them."""
    problem = f"{error.problem or ''} {error.context or ''}"
    if "'\\t'" in problem:
        return "There is a tab here. Use spaces at the start of a line."
    if "mapping values are not allowed" in problem:
        return (
            "A colon here cannot be read. If it belongs to your text, put the whole text in "
            'quotation marks, like "this: that".'
        )
    if "could not find expected ':'" in problem:
        return "A key and a colon were expected here, like “title: …”."
    if "while scanning a quoted scalar" in problem:
        return "A quotation mark that opens here is not closed."
    if "expected <block end>" in problem or "block collection" in problem:
        return "This line does not line up with those above. Check the spaces at its start."
    if "flow" in problem:
        return "A bracket that opens here is not closed, or a comma is missing."
    if "cannot start any token" in problem:
        return "A sign here cannot start a text. Put the text in quotation marks."
    if "undefined alias" in problem:
        return "A text that starts with * needs quotation marks."
    return f"This cannot be read as YAML ({shown(error.problem or 'unclear')})."


def _refuse(event: Any, right: str) -> ChangeFileError:
    return ChangeFileError([Fault(line=event.start_mark.line + 1, right=right)])


def _build(events: Iterator[Any], text: str) -> Node:
    """Make the tree from the parser's events, one level at a time, without recursion."""
    root: Node | None = None
    open_: list[Group | Items] = []
    keys: list[Scalar | None] = []  # the key that waits for its value, level by level

    def place(node: Node, event: Any) -> None:
        nonlocal root
        if not open_:
            root = node
            return
        parent = open_[-1]
        if isinstance(parent, Items):
            parent.items.append(node)
        elif (key := keys[-1]) is not None:
            if isinstance(node, Scalar) and node.start == node.end:
                # Nothing there. The parser puts it anywhere up to the next value; an edit wants
                # it right after the colon.
                colon = text.find(":", key.end, max(node.start, key.end + 1))
                node.start = node.end = colon + 1 if colon >= 0 else node.start
            parent.entries.append((key, node))
            keys[-1] = None
        elif isinstance(node, Scalar):
            keys[-1] = node
        else:
            raise _refuse(event, "A key must be a single word, not a list or a group of keys.")

    documents = 0
    for event in events:
        kind = type(event).__name__
        if kind == "AliasEvent":
            raise _refuse(
                event,
                "A text that starts with * needs quotation marks. (As YAML shorthand, * repeats "
                "something from elsewhere; a change file does not use it.)",
            )
        if kind == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise _refuse(event, "There are two documents in one file. Take out this “---”.")
            if event.tags:
                raise _refuse(event, "A change file does not use %TAG.")
        if kind not in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            if kind in ("MappingEndEvent", "SequenceEndEvent"):
                closed = open_.pop()
                keys.pop()
                closed.end = event.end_mark.index
            continue
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in ("", "!", "None"):
            raise _refuse(
                event,
                "A text that starts with ! needs quotation marks. (As YAML shorthand, ! sets a "
                "type; a change file does not use it.)",
            )
        start, end, line = event.start_mark.index, event.end_mark.index, event.start_mark.line + 1
        if kind == "ScalarEvent":
            place(Scalar(start, end, line, event.value, event.style or ""), event)
            continue
        if len(open_) >= DEEPEST:
            raise _refuse(event, f"Lists within lists go {DEEPEST} levels deep here: too deep.")
        node: Group | Items
        if kind == "MappingStartEvent":
            node = Group(start, end, line, [], bool(event.flow_style))
        else:
            node = Items(start, end, line, [], bool(event.flow_style))
        place(node, event)
        open_.append(node)
        keys.append(None)
    return Scalar(0, 0, 1, "", "") if root is None else root


# ------------------------------------------------------------------------- writing

_PLAIN = re.compile(r"[^\W\d_](?:[\w .,;()/+’“”–—&%£€'-]*[\w.)’”%+])?")
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"])
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]"
)


def quoted(text: str, *, flow: bool = False) -> str:
    """Write text as one YAML value on one line.

    Plain where that is safe for every reader of YAML, old and new, else in quotation marks.

    Examples
    --------
    >>> quoted("Acute trust"), quoted("No"), quoted("2009"), quoted("this: that")
    ('Acute trust', '"No"', '"2009"', '"this: that"')
    >>> quoted("a, b"), quoted("a, b", flow=True)
    ('a, b', '"a, b"')
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS and not (flow and "," in text):
        return text
    escaped = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(_escape, escaped)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


# JSON writes a letter beyond the first 65,536 as two halves; YAML would read them as two letters.
_PAIR = re.compile(r"\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})")


def _whole(pair: re.Match[str]) -> str:
    if pair[1] is None:
        return pair[0]  # an escaped backslash
    high, low = int(pair[1], 16) - 0xD800, int(pair[2], 16) - 0xDC00
    return f"\\U{0x10000 + (high << 10) + low:08x}"


def render_cell(value: Any, *, flow: bool = False) -> str:
    """Write one value: text, number, yes or no, list of texts, or nothing.

    Examples
    --------
    >>> [render_cell(each) for each in (7.0, 2.5, True, None, ("a", "b"))]
    ['7', '2.5', 'true', '', '[a, b]']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return shown(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(render_cell(each, flow=True) or '""' for each in value) + "]"
    if isinstance(value, dict):
        return _PAIR.sub(_whole, json.dumps(value, ensure_ascii=True))
    text = str(value)
    # Dates are plain, so that they look like dates in every editor.
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else quoted(text, flow=flow)


def _block_text(text: str, indent: int, newline: str) -> str | None:
    """Write text of several lines as people would; None when it would not come back the same."""
    lines = text.split("\n")
    if len(lines) < 2 or _UNPRINTABLE.search(text) or text != text.strip() or "\x85" in text:
        return None
    if any(line != line.rstrip() or line.startswith((" ", "\t")) for line in lines):
        return None
    pad = " " * indent
    return "|-" + newline + newline.join(pad + line if line else "" for line in lines)


def render_row(row: Cells, *, indent: int, newline: str = "\n", bullet: bool = True) -> str:
    """Write a row as a block of lines, the last without its line ending.

    Parameters
    ----------
    row : mapping
        What to write; blanks are left out.
    indent : int
        Spaces before the bullet, or before the keys where there is no bullet.

    Examples
    --------
    >>> print(render_row({"from": "A", "to": "B", "note": None}, indent=2))
      - from: A
        to: B
    """
    pad = " " * indent
    inner = pad + "  " if bullet else pad
    lines = [
        f"{quoted(key)}: {_value(value, len(inner) + 2, newline)}"
        for key, value in row.items()
        if not _is_blank(value)
    ]
    if not lines:
        return f"{pad}- {{}}" if bullet else f"{pad}{{}}"
    body = (newline + inner).join(lines)
    return f"{pad}- {body}" if bullet else f"{pad}{body}"


def _value(value: Any, indent: int, newline: str) -> str:
    block = _block_text(value, indent, newline) if isinstance(value, str) else None
    return block or render_cell(value)


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or value == () or value == []


@frozen
class Edit:
    """Put `new` in place of `text[start:end]`."""

    start: int
    end: int
    new: str


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Make edits that do not overlap.

    Examples
    --------
    >>> apply("one two", [Edit(4, 7, "three"), Edit(0, 3, "two")])
    'two three'
    """
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def update_row(text: str, node: Group, old: Cells, new: Cells) -> list[Edit]:
    """Give the edits that turn one row of the text into another.

    Parameters
    ----------
    text : str
        The whole text.
    node : Group
        Where the row stands.
    old, new : mapping
        The row as it was and as it should be.

    Returns
    -------
    list of Edit
        One edit for each cell that changed. A cell that is now blank keeps its key (and any
        comment beside it); a new cell goes after the last.

    Examples
    --------
    >>> text = "- from: A  # us\\n  to: B\\n"
    >>> row = parse(text).items[0]
    >>> new = {"from": "C", "to": "B", "note": "D"}
    >>> print(apply(text, update_row(text, row, {"from": "A", "to": "B"}, new)))
    - from: C  # us
      to: B
      note: D
    <BLANKLINE>
    """
    newline = newline_of(text)
    edits: list[Edit] = []
    missing: list[tuple[str, Any]] = []
    for key in [*new, *(key for key in old if key not in new)]:
        value = new.get(key)
        before = old.get(key)
        if value == before or (_is_blank(value) and _is_blank(before)):
            continue
        there = node.get(key)
        if there is None:
            missing.append((key, value))
            continue
        written = render_cell(None if _is_blank(value) else value, flow=node.flow)
        edits.append(_replace(text, there, written, newline))
    if not missing:
        return edits
    if node.flow or not node.entries:
        inside = ", ".join(
            f"{quoted(key, flow=True)}: {render_cell(value, flow=True)}" for key, value in missing
        )
        at = node.end - 1
        before_it = text[node.start + 1 : at].rstrip()
        comma = ", " if before_it and not before_it.endswith(",") else ""
        if "#" in before_it.rpartition("\n")[2]:
            raise NotInPlaceError  # a comment runs to the end of the line and would swallow it
        edits.append(Edit(node.start + 1 + len(before_it), at, f"{comma}{inside}"))
        return edits
    first = node.entries[0][0]
    last = node.entries[-1][1]
    indent = first.start - (text.rfind("\n", 0, first.start) + 1)
    pad = " " * indent
    added = newline.join(f"{pad}{quoted(k)}: {_value(v, indent + 2, newline)}" for k, v in missing)
    at = end_of_line(text, content_end(text, last))
    at_end = at >= len(text) and not text.endswith("\n")
    edits.append(Edit(at, at, f"{newline}{added}" if at_end else f"{added}{newline}"))
    return edits


class NotInPlaceError(Exception):
    """This cannot be edited in place; the whole table is written anew."""


def content_end(text: str, node: Node) -> int:
    """Where a value's own text ends; a block text would claim the blank lines after it too."""
    if isinstance(node, Group | Items) and not node.flow:
        inner = node.items[-1] if isinstance(node, Items) else node.entries[-1][1]
        return content_end(text, inner)
    return node.start + len(text[node.start : node.end].rstrip())


def _replace(text: str, there: Node, written: str, newline: str) -> Edit:
    if isinstance(there, Group | Items) and not there.flow:
        raise NotInPlaceError
    end = content_end(text, there)
    start = there.start
    before = text[start - 1 : start]
    lead = "" if before in (" ", "\n", "") or not written else " "
    if isinstance(there, Scalar) and there.style in ("|", ">"):
        # From the | to the end of its last line. Its key keeps the line.
        return Edit(start, end, f"{lead}{written or '~'}")
    if "\n" in text[start:end] and not written:
        return Edit(start, end, "~")
    return Edit(start, end, f"{lead}{written}")


def end_of_line(text: str, at: int) -> int:
    """Give the place just after the line ending that follows `at`.

    Examples
    --------
    >>> end_of_line("one\\ntwo", 1), end_of_line("one\\ntwo", 5)
    (4, 7)
    """
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def newline_of(text: str) -> str:
    """Give the line ending a text uses.

    Examples
    --------
    >>> newline_of("a: 1\\r\\nb: 2\\r\\n") == "\\r\\n"
    True
    """
    return "\r\n" if "\r\n" in text else "\n"
