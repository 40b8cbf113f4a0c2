"""Turn the text of a change file into a `Change`, and a `Change` back into text.

`loads` names everything that is wrong, with its line. `dumps` edits the text the change was read
from, so that comments and order stay; a change that was typed in a form is written afresh.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from attrs import evolve, frozen

from . import yaml_text
from .change import TABLES, Change, is_blank, read_row
from .columns import Table
from .faults import ChangeFileError, Fault, shown
from .names import fold, nearest
from .yaml_text import Edit, Group, Items, Node, NotInPlaceError, Scalar

__all__ = ["LARGEST", "dumps", "loads"]

LARGEST = 5_000_000
"""Characters in a change file. One with 300 organisations and 2,000 ties has about 300,000."""

_HEAD = TABLES["change"]
_HEAD_KEYS = tuple(column.name for column in _HEAD.columns)
_KEYS = tuple(TABLES) + _HEAD_KEYS
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


def loads(text: str, *, strict: bool = True) -> Change:
    """Read a change from the text of a change file.

    Parameters
    ----------
    text : str
        YAML, as in the files that ship with the handbook.
    strict : bool
        If true, anything wrong is an error. If false, cells that cannot be read are kept as they
        were typed and `Change.faults` reports them: use this to go on with work in progress.

    Returns
    -------
    Change
        What the text says. It remembers the text, so that `dumps` can keep its comments.

    Raises
    ------
    ChangeFileError
        With every fault, its line, row and column. Text that is not a change file at all raises
        it whether strict or not.

    Examples
    --------
    >>> change = loads("change:\\n  title: Eight units\\norganisations:\\n  - name: Acute trust\\n")
    >>> change.title, change.organisations[0].name
    ('Eight units', 'Acute trust')
    >>> try:
    ...     loads("organisation:\\n  - nme: Acute trust\\n")
    ... except ChangeFileError as error:
    ...     print(error)
    The text could not be read.
    - line 1: found “organisation”. A change file has no key of this name. \
Did you mean “organisations”?
    """
    check_text(text)
    known = _read(text)
    if strict:
        faults = sorted(known.faults, key=lambda fault: fault.line or 0)
        if faults:
            raise ChangeFileError(faults)
    return known.change


def dumps(change: Change) -> str:
    """Give the text of a change file.

    Parameters
    ----------
    change : Change
        What to write.

    Returns
    -------
    str
        YAML. `loads` gives the same change back. Text the change was read from stays as it was
        except for what changed, comments and order included.

    Examples
    --------
    >>> print(dumps(Change(title="Eight units")))
    change:
      title: Eight units
    <BLANKLINE>
    >>> from attrs import evolve
    >>> change = loads("# Ours\\nchange: {title: One}  # for now\\n")
    >>> print(dumps(evolve(change, title="Two")))
    # Ours
    change: {title: Two}  # for now
    <BLANKLINE>
    """
    if not change.written:
        return _afresh(change)
    try:
        known = _read(change.written)
        text = _edited(change, known)
    except (NotInPlaceError, ChangeFileError):
        text = None
    if text is None:
        # An unusual layout that cannot be edited in place: write it anew, and keep every comment.
        comments = _comments(change.written)
        text = "".join(f"{line}\n" for line in comments) + _afresh(change)
    return text


def check_text(text: str) -> None:
    """Refuse text that cannot be a change file, before anything tries to parse it.

    Raises
    ------
    ChangeFileError
        If it is empty, too large or holds signs that no text has.

    Examples
    --------
    >>> check_text("title: Eight units")
    """
    if not text.strip("\ufeff \t\r\n"):
        right = "There is nothing in it. A change file has at least a title or one organisation."
        raise ChangeFileError([Fault(right=right)])
    if len(text) > LARGEST:
        right = (
            f"It has {len(text):,} characters. The most we read is {LARGEST:,}: take out what is "
            "not part of your change."
        )
        raise ChangeFileError([Fault(right=right)])
    faults = []
    for found in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        right = f"There is a sign here that no text has (U+{ord(found[0]):04X}). Take it out."
        faults.append(Fault(line=line, right=right))
        if len(faults) == 20:
            break
    if faults:
        raise ChangeFileError(faults)


# ------------------------------------------------------------------------- reading


@frozen
class _Known:
    """A text that has been read: its tree, what it says, and what is wrong with it."""

    text: str
    root: Group
    change: Change
    faults: tuple[Fault, ...]
    places: dict[str, list[int]]  # for each table, which item of the list each row came from


@lru_cache(maxsize=2)
def _read(text: str) -> _Known:
    root = yaml_text.parse(text)
    if isinstance(root, Scalar) and root.data is None:
        raise ChangeFileError([Fault(right="There is nothing in it but comments.")])
    if not isinstance(root, Group):
        right = (
            "This is not a change file. One starts with keys such as “change:” and "
            "“organisations:”, each at the start of a line."
        )
        raise ChangeFileError([Fault(line=root.line, right=right)])
    reader = _Reader(text, root)
    return reader.read()


class _Reader:
    def __init__(self, text: str, root: Group) -> None:
        self.text = text
        self.root = root
        self.fatal: list[Fault] = []  # what cannot be kept in a Change
        self.faults: list[Fault] = []
        self.lines: dict[tuple[str, int | None, str | None], int] = {}
        self.places: dict[str, list[int]] = {}

    def read(self) -> _Known:
        self._twice(self.root, "", "", None)
        head: dict[str, Any] = {}
        tables: dict[str, tuple[Any, ...]] = {}
        for key, value in self.root.entries:
            name = key.value
            if name == "change":
                self._head(key, value, head)
            elif name in TABLES:
                tables[name] = self._table(TABLES[name], key, value)
            else:
                if name in _HEAD_KEYS and name in head:
                    self._twice_over(key)
                head[name] = yaml_text.data_of(value)
                self.lines["change", None, name] = key.line
                if name not in _HEAD_KEYS:
                    near = nearest(name, _KEYS) or ""
                    right = "A change file has no key of this name."
                    self.faults.append(
                        Fault(found=shown(name), right=right, suggestion=near, line=key.line)
                    )
        change: Change = read_row(_HEAD, head, None)
        change = evolve(change, **tables, written=self.text)  # type: ignore[arg-type]
        unknown = {fault.found for fault in self.faults if not fault.table}
        for fault in change.faults():
            if fault.table == "change" and fault.label in unknown:
                continue  # told above, as a key of the file
            self.faults.append(self._where(fault))
        if self.fatal:
            both = [*self.fatal, *self.faults]
            raise ChangeFileError(sorted(both, key=lambda fault: fault.line or 0))
        return _Known(self.text, self.root, change, tuple(self.faults), self.places)

    def _where(self, fault: Fault) -> Fault:
        """Add the line, and count rows as the file does, blank ones too."""
        row = fault.row
        if row is not None:
            row = self.places[fault.table][row - 1] + 1
        line = self.lines.get((fault.table, row, fault.column))
        line = line or self.lines.get((fault.table, row, None))
        return evolve(fault, row=row, line=line)

    def _head(self, key: Scalar, value: Node, head: dict[str, Any]) -> None:
        if isinstance(value, Scalar) and value.data is None:
            return
        if not isinstance(value, Group):
            right = "Write “title:”, “aim:” and so on under “change:”, each on its own line."
            self.fatal.append(
                Fault(
                    "change",
                    _HEAD.title,
                    found=shown(yaml_text.data_of(value)),
                    right=right,
                    line=key.line,
                )
            )
            return
        self._twice(value, "change", _HEAD.title, None)
        for each, cell in value.entries:
            if each.value in head:
                self._twice_over(each)
            head[each.value] = yaml_text.data_of(cell)
            self.lines["change", None, each.value] = each.line

    def _table(self, spec: Table, key: Scalar, value: Node) -> tuple[Any, ...]:
        self.places[spec.key] = []
        if isinstance(value, Scalar) and value.data is None:
            return ()
        example = f"{spec.columns[0].name}: …"
        if not isinstance(value, Items):
            right = f"Write a list here: start each {spec.one} on a new line with “- {example}”."
            self.fatal.append(
                Fault(
                    spec.key,
                    spec.title,
                    found=shown(yaml_text.data_of(value)),
                    right=right,
                    line=key.line,
                )
            )
            return ()
        rows: list[Any] = []
        for place, item in enumerate(value.items):
            if isinstance(item, Scalar) and item.data is None:
                continue
            if not isinstance(item, Group):
                right = f"Each {spec.one} is a group of keys, such as “{example}”."
                self.fatal.append(
                    Fault(
                        spec.key,
                        spec.title,
                        place + 1,
                        found=shown(yaml_text.data_of(item)),
                        right=right,
                        line=item.line,
                    )
                )
                continue
            self._twice(item, spec.key, spec.title, place + 1)
            row = read_row(spec, item.data, None)
            if is_blank(row, spec):
                continue
            self.places[spec.key].append(place)
            rows.append(row)
            self.lines[spec.key, place + 1, None] = item.line
            for cell, _ in item.entries:
                self.lines[spec.key, place + 1, cell.value] = cell.line
        return tuple(rows)

    def _twice(self, group: Group, table: str, title: str, row: int | None) -> None:
        seen: dict[str, int] = {}
        for key, _ in group.entries:
            if key.value in seen:
                right = f"This key stands on line {seen[key.value]} already. Keep one of the two."
                self.fatal.append(
                    Fault(table, title, row, found=shown(key.value), right=right, line=key.line)
                )
            seen.setdefault(key.value, key.line)

    def _twice_over(self, key: Scalar) -> None:
        right = "This stands both under “change:” and by itself. Keep one of the two."
        self.fatal.append(
            Fault("change", _HEAD.title, found=shown(key.value), right=right, line=key.line)
        )


# ------------------------------------------------------------------------- writing


def _cells(spec: Table, row: Any) -> dict[str, Any]:
    """Give a row as it is written."""
    cells: dict[str, Any] = {}
    for column in spec.columns:
        value = getattr(row, column.attribute)
        cells[column.name] = value if isinstance(value, tuple) else column.for_form(value)
    for key, typed in row.kept.items():
        cells[key] = typed if isinstance(typed, bool | int | float | dict) else _plain(typed)
    return cells


def _plain(typed: Any) -> Any:
    return tuple(_plain(each) for each in typed) if isinstance(typed, list | tuple) else typed


def _afresh(change: Change) -> str:
    """Write a change that has no text yet."""
    parts: list[str] = []
    head = yaml_text.render_row(_cells(_HEAD, change), indent=2, bullet=False)
    parts.append("change: {}" if head.strip() == "{}" else f"change:\n{head}")
    for key, spec in TABLES.items():
        rows = () if key == "change" else change.table(key)
        if rows:
            lines = [yaml_text.render_row(_cells(spec, row), indent=2) for row in rows]
            parts.append(f"{key}:\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _comments(text: str) -> list[str]:
    """Find every comment of a text, those beside values too."""
    found = []
    for line in text.splitlines():
        at = re.match(r"\s*(#.*)$", line) or re.search(r"\s(#[^\"']*)$", line)
        if at:
            found.append(at[1].rstrip())
    return found


def _edited(change: Change, known: _Known) -> str | None:
    """Edit the text; None when the result would not say what it should."""
    text, root = known.text, known.root
    if root.flow:
        raise NotInPlaceError
    # Later entries first, so that the places of earlier ones stay right.
    edits: list[Edit] = []
    added: list[str] = []
    newline = yaml_text.newline_of(text)
    edits += _head_edits(change, known, added)
    for key, spec in TABLES.items():
        if key == "change":
            continue
        old, new = known.change.table(key), change.table(key)
        if old == new:
            continue
        entry = next((each for each in root.entries if each[0].value == key), None)
        if entry is None:
            if new:
                rows = [
                    yaml_text.render_row(_cells(spec, row), indent=2, newline=newline)
                    for row in new
                ]
                added.append(newline.join([f"{key}:", *rows]))
            continue
        changes = _table_edits(text, spec, entry[1], old, new, known.places[key])
        start, end = _entry_span(text, root, key)
        if not _says(text, start, end, changes, spec, new):
            raise NotInPlaceError
        edits += changes
    for part in added:
        edits.append(Edit(len(text), len(text), newline + part + newline))
    if added and not text.endswith("\n"):
        edits.append(Edit(len(text), len(text), ""))
        text_end = newline
    else:
        text_end = ""
    joined = [edit for edit in edits if edit.start < len(text) or edit.end < len(text)]
    at_end = [edit for edit in edits if edit not in joined]
    result = yaml_text.apply(text, joined)
    return result + text_end + "".join(edit.new for edit in at_end)


def _entry_span(text: str, root: Group, key: str) -> tuple[int, int]:
    """Give where the entry of a key starts and where the next one does."""
    starts = [each.start for each, _ in root.entries] + [len(text)]
    place = [each.value for each, _ in root.entries].index(key)
    return starts[place], starts[place + 1]


def _says(
    text: str, start: int, end: int, edits: Sequence[Edit], spec: Table, rows: Sequence[Any]
) -> bool:
    """Read an edited entry by itself and compare: an edit that went wrong is never written."""
    moved = [Edit(edit.start - start, edit.end - start, edit.new) for edit in edits]
    if any(edit.start < 0 or edit.end > end - start for edit in moved):
        return False
    snippet = yaml_text.apply(text[start:end], moved)
    try:
        root = yaml_text.parse(snippet)
    except ChangeFileError:
        return False
    if not isinstance(root, Group) or len(root.entries) != 1:
        return False
    value = root.entries[0][1]
    if spec.key == "change":
        return isinstance(value, Group) and read_row(spec, value.data, None) == rows[0]
    items = value.items if isinstance(value, Items) else []
    read = [read_row(spec, item.data, None) for item in items if isinstance(item, Group)]
    return [row for row in read if not is_blank(row, spec)] == list(rows)


def _head_edits(change: Change, known: _Known, added: list[str]) -> list[Edit]:
    """Edit what is said about the change itself, wherever the file says it."""
    text, root = known.text, known.root
    newline = yaml_text.newline_of(text)
    old, new = _cells(_HEAD, known.change), _cells(_HEAD, change)
    differ = [
        key for key in [*new, *(k for k in old if k not in new)] if new.get(key) != old.get(key)
    ]
    if not differ:
        return []
    edits: list[Edit] = []
    group = root.get("change")
    inside: list[str] = []
    for key in differ:
        if key != "change" and root.get(key) is not None:
            edits += yaml_text.update_row(text, root, {key: old.get(key)}, {key: new.get(key)})
        elif new.get(key) not in (None, "", ()) or (
            isinstance(group, Group) and group.get(key) is not None
        ):
            inside.append(key)
    if not inside:
        return edits
    before = {key: old.get(key) for key in inside}
    after = {key: new.get(key) for key in inside}
    if isinstance(group, Group):
        changes = yaml_text.update_row(text, group, before, after)
        # What stands elsewhere in the file is not part of this group.
        start, end = _entry_span(text, root, "change")
        whole = group.data
        whole.update({key: _as_read(value) for key, value in after.items()})
        if not _says(text, start, end, changes, _HEAD, [read_row(_HEAD, whole, None)]):
            raise NotInPlaceError
        return edits + changes
    written = yaml_text.render_row(after, indent=2, bullet=False, newline=newline)
    if group is None:
        added.insert(0, f"change:{newline}{written}")
        return edits
    at = yaml_text.end_of_line(text, group.end)
    lead = "" if text[:at].endswith("\n") else newline
    return [*edits, Edit(at, at, f"{lead}{written}{newline}")]


def _as_read(value: Any) -> Any:
    """Give a written value as reading it would: all text."""
    if isinstance(value, tuple):
        return list(value)
    return (
        None
        if value is None or value == ""
        else yaml_text.render_cell(value)
        if isinstance(value, bool | int | float)
        else value
    )


def _table_edits(
    text: str, spec: Table, value: Node, old: Sequence[Any], new: Sequence[Any], places: list[int]
) -> list[Edit]:
    newline = yaml_text.newline_of(text)
    if not isinstance(value, Items) or value.flow or not value.items:
        return _table_anew(text, spec, value, new, newline)
    lines = [text.rfind("\n", 0, item.start) + 1 for item in value.items]
    if len(set(lines)) != len(lines):
        raise NotInPlaceError
    indent = len(text[lines[0] : value.items[0].start]) - len(
        text[lines[0] : value.items[0].start].lstrip()
    )
    if text[lines[0] + indent : lines[0] + indent + 1] != "-":
        raise NotInPlaceError
    ends = [yaml_text.end_of_line(text, yaml_text.content_end(text, item)) for item in value.items]
    flow = all(isinstance(item, Group) and item.flow for item in value.items)
    item_of = dict(zip(range(len(old)), places, strict=True))
    continues = _pairs(spec, old, new)
    # Each item: the comments and blank lines above it, then the item itself.
    leads = [text[end:start] for end, start in zip([lines[0], *ends[:-1]], lines, strict=True)]
    kept = [item_of[each] for each in continues if each is not None]
    out: list[str] = []
    orphaned: dict[int, str] = {}  # comments above rows that went, by the item that follows
    waiting = ""
    for item in range(len(value.items)):
        if item in kept:
            orphaned[item] = waiting
            waiting = ""
        else:
            waiting += "".join(
                line for line in leads[item].splitlines(keepends=True) if line.strip()
            )
    for row, was in zip(new, continues, strict=True):
        if was is None:
            if flow:
                inside = ", ".join(
                    f"{key}: {yaml_text.render_cell(cell, flow=True)}"
                    for key, cell in _cells(spec, row).items()
                    if cell not in (None, "", ())
                )
                out.append(f"{' ' * indent}- {{{inside}}}{newline}")
            else:
                cells = _cells(spec, row)
                out.append(yaml_text.render_row(cells, indent=indent, newline=newline) + newline)
            continue
        item = item_of[was]
        node = value.items[item]
        body = text[lines[item] : ends[item]]
        if old[was] != row:
            assert isinstance(node, Group)
            try:
                changes = yaml_text.update_row(
                    text, node, _cells(spec, old[was]), _cells(spec, row)
                )
                body = yaml_text.apply(
                    body,
                    [Edit(e.start - lines[item], e.end - lines[item], e.new) for e in changes],
                )
            except NotInPlaceError:
                comments = "".join(f"{' ' * indent}{c}{newline}" for c in _comments(body))
                body = comments + yaml_text.render_row(
                    _cells(spec, row), indent=indent, newline=newline
                )
        if not body.endswith("\n"):
            body += newline
        out.append(orphaned[item] + leads[item] + body)
    result = "".join(out) + waiting
    if not text.endswith("\n") and ends[-1] == len(text) and result.endswith(newline):
        result = result[: -len(newline)]
    return [Edit(lines[0], ends[-1], result)]


def _table_anew(
    text: str, spec: Table, value: Node, new: Sequence[Any], newline: str
) -> list[Edit]:
    """Write rows under a key that has an empty list, a list on one line, or nothing."""
    comments = [] if isinstance(value, Scalar) else _comments(text[value.start : value.end])
    start = value.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    at = yaml_text.end_of_line(text, value.end)
    rows = [yaml_text.render_row(_cells(spec, row), indent=2, newline=newline) for row in new]
    written = "".join(line + newline for line in [*(f"  {c}" for c in comments), *rows])
    lead = "" if text[:at].endswith("\n") else newline
    return [Edit(start, value.end, ""), Edit(at, at, lead + written)]


def _pairs(spec: Table, old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """For each new row, find the old one it continues: the same, the same name, or same place."""
    keys = [c.attribute for c in spec.columns if c.required]

    def name_of(row: Any) -> str:
        return "\n".join(fold(shown(getattr(row, key), 10**6)) for key in keys)

    left = dict.fromkeys(range(len(old)))
    found: list[int | None] = [None] * len(new)
    # Most rows have not changed and stand where they stood.
    for place, row in enumerate(new):
        if place < len(old) and old[place] == row:
            found[place] = place
            left.pop(place)
    by_name: dict[str, list[int]] = {}
    for was in left:
        by_name.setdefault(name_of(old[was]), []).append(was)
    for exactly in (True, False):
        for place, row in enumerate(new):
            if found[place] is None:
                same = by_name.get(name_of(row), [])
                for was in same:
                    if was in left and (not exactly or old[was] == row):
                        found[place] = was
                        left.pop(was)
                        break
    if len(old) == len(new) and all(was in (None, place) for place, was in enumerate(found)):
        # Nothing moved: what is left was changed where it stands.
        for place in range(len(new)):
            if found[place] is None and place in left:
                found[place] = place
                left.pop(place)
    return found
