"""Turn a `Change` into an Excel workbook made for people.

A cover sheet says what this is. Then one sheet a table, with drop-downs, limits and help on each
column; a sheet with all the help; and a sheet of names, from which the drop-downs live.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable
from typing import Any

from .change import TABLES, WHO, Change
from .columns import Column, Table
from .faults import ChangeFileError, Fault, shown
from .workbook import (
    COVER,
    GUIDE,
    HEAD,
    HEAD_TITLES,
    NAMES,
    SET_ASIDE,
    can_be_heading,
    join_many,
    to_aside,
)
from .xlsx import EARLIEST, LAST_ROW, LONGEST, Value, column_letters
from .xlsx_write import (
    Cell,
    Formula,
    Look,
    Note,
    Rule,
    SheetPlan,
    TablePlan,
    write_book,
)

__all__ = ["write"]

_LOOKS = {"number": Look.NUMBER, "date": Look.DATE}
_SPARE = 15
"""Blank rows ready to fill in below the last."""
_ROOM = 2000
"""Rows, at least, to which drop-downs and limits reach."""
_MOST_NAMES = 300
"""Names, at least, that the drop-downs have room for."""


def write(change: Change, file: str = "") -> bytes:
    """Write a change as a workbook.

    Parameters
    ----------
    change : Change
        What to write. Cells that could not be read are written as they are.
    file : str
        Its name, for messages.

    Returns
    -------
    bytes
        The content of an .xlsx file. The same change gives the same bytes.

    Raises
    ------
    ChangeFileError
        If a text is longer than a cell can hold, or a table longer than a sheet.

    Examples
    --------
    >>> write(Change(title="Eight units"))[:2]
    b'PK'
    """
    faults = _too_long(change, file)
    if faults:
        heading = f"{file or 'The workbook'} was not written. A .yml file can hold this."
        raise ChangeFileError(faults, file, heading)
    tables = [_table(change, spec) for spec in TABLES.values() if spec is not HEAD]
    sheets = [_cover(change), _head(change), *tables, _guide(), _names(change)]
    return write_book(
        sheets,
        title=change.title or "The change you work on",
        subject="A change file for the handbook Comfortable with chaos",
        names=_ranges(change),
    )


# ----------------------------------------------------------------------------- cells


def _natural(value: Any) -> Value | None:
    """Give a value as a cell can hold it without loss, or None."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        exact = (
            math.isfinite(value) and abs(value) < 2**53
            if isinstance(value, float)
            else (abs(value) < 2**53)
        )
        return value if exact else None
    if isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return value if day >= EARLIEST else None
    return None


def _cell(value: Any, column: Column) -> Value | None:
    """Give the value of a column as its cell holds it."""
    if value is None or value == "" or value == ():
        return None
    if isinstance(value, tuple):
        return join_many(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date) and value < EARLIEST:
        return value.isoformat()  # spreadsheets know no such days
    if isinstance(value, float) and value.is_integer():
        return int(value)
    cell: Value = value
    return cell


def _split(
    row: Any, spec: Table, extra: Collection[str]
) -> tuple[dict[str, Value | None], dict[str, Any]]:
    """Give a row's cells by key, those of extra keys too, and what no cell can hold."""
    cells = {column.name: _cell(getattr(row, column.attribute), column) for column in spec.columns}
    if not row.kept:
        return cells, {}
    aside: dict[str, Any] = {}
    for key, typed in row.kept.items():
        natural = _natural(typed)
        if natural is None or not (key in cells or key in extra):
            aside[key] = typed
        else:
            cells[key] = natural
    return cells, aside


def _extra_keys(rows: Iterable[Any], spec: Table) -> list[str]:
    """Find the keys that nobody knows and that get a column of their own, each once.

    Excel takes "Mood" and "mood" for one heading: the second spelling gets no column.
    """
    known = {column.name for column in spec.columns}
    found: dict[str, str] = {}
    for row in rows:
        for key, typed in row.kept.items():
            if key not in known and can_be_heading(key, spec) and _natural(typed) is not None:
                found.setdefault(key.casefold(), key)
    return list(found.values())


def _too_long(change: Change, file: str) -> list[Fault]:
    """Find what a workbook cannot hold."""
    faults = []
    for key, spec in TABLES.items():
        rows = change.table(key)
        if len(rows) > LAST_ROW - 1000:
            right = f"It has {len(rows):,} rows. A sheet has {LAST_ROW:,}."
            faults.append(Fault(key, spec.title, right=right, file=file))
        extra = _extra_keys(rows, spec)
        for number, row in enumerate(rows, 1):
            cells, aside = _split(row, spec, extra)
            texts = {**cells, SET_ASIDE: to_aside(aside) if aside else None}
            for name, value in texts.items():
                if isinstance(value, str) and len(value) * 2 > LONGEST and _units(value) > LONGEST:
                    label = next((c.label for c in spec.columns if c.name == name), name)
                    right = (
                        f"It has {len(value):,} characters. A cell of a workbook holds "
                        f"{LONGEST:,}. Make it shorter."
                    )
                    faults.append(
                        Fault(
                            key,
                            spec.title,
                            None if spec is HEAD else number,
                            name,
                            label,
                            shown(value, 30),
                            right,
                            file=file,
                        )
                    )
    return faults


def _units(text: str) -> int:
    """Count characters as spreadsheets do, to whom an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# ------------------------------------------------------------------------------ help


def _fits(column: Column) -> str:
    """Say in a few words what a column takes."""
    if column.kind == "choice":
        return "One of: " + ", ".join(column.choices) + "."
    if column.kind == "number":
        return column.wanted.replace("Give a", "A")
    if column.kind == "date":
        return "A date, such as 20 July 2009."
    if column.kind == "flag":
        return "Yes or no."
    if column.kind == "name":
        where = " or ".join(TABLES[table].title for table in column.of)
        return f"A name from {where}." if column.strict else f"A name from {where}, or another."
    return "Text."


def _help(column: Column) -> str:
    needed = " Every row needs it." if column.required else ""
    fits = "" if column.kind in ("text", "long") else " " + _fits(column)
    return f"{column.help}{fits}{needed}".strip()


def _rule(column: Column, cells: str) -> Rule:
    """Say what may be typed in the cells of a column."""
    title, prompt = column.label, _help(column)
    if column.kind == "choice" or column.kind == "flag":
        choices = column.choices or ("yes", "no")
        right = "Choose " + ", ".join(choices) + ", or leave it blank."
        return Rule(cells, "list", '"' + ",".join(choices) + '"', "", title, prompt, right)
    if column.kind == "number":
        low, high = (
            fallback if bound is None else bound
            for bound, fallback in ((column.min, -1e15), (column.max, 1e15))
        )
        return Rule(cells, "decimal", shown(low), shown(high), title, prompt, column.wanted)
    if column.kind == "date":
        return Rule(cells, "date", "1", "2958465", title, prompt, column.wanted)
    if column.kind == "name" and not column.many:
        error = (
            f"Nobody has this name yet in {_where(column)}. You can keep it, and add it there."
            if column.strict
            else ""
        )
        return Rule(cells, "list", _range_name(column.of), "", title, prompt, error, firm=False)
    return Rule(cells, title=title, prompt=prompt)


def _where(column: Column) -> str:
    return " or ".join(TABLES[table].title for table in column.of)


# ---------------------------------------------------------------------------- sheets

_WIDTHS = {"long": 44.0, "number": 13.0, "date": 15.0, "flag": 13.0}


def _width(column: Column | None, cells: Iterable[Any]) -> float:
    """Give a width that fits what is there, within reason; long texts run over several lines."""
    if column and column.kind in _WIDTHS:
        return max(_WIDTHS[column.kind], min(len(column.label) + 4.0, 20.0))
    longest = max((len(line) for cell in cells for line in str(cell).splitlines()), default=0)
    wanted = [longest + 2.0, *(len(choice) + 5.0 for choice in (column.choices if column else ()))]
    return min(max(*wanted, len(column.label if column else "") + 4.0, 16.0), 36.0)


def _table(change: Change, spec: Table) -> SheetPlan:
    """Plan the sheet of a table."""
    rows = change.table(spec.key)
    extra = _extra_keys(rows, spec)
    split = [_split(row, spec, extra) for row in rows]
    keys = [column.name for column in spec.columns] + extra
    headings = [column.label for column in spec.columns] + extra
    looks = [_LOOKS.get(column.kind, Look.TEXT) for column in spec.columns]
    looks += [Look.TEXT] * len(extra)
    if any(aside for _, aside in split):
        headings.append(SET_ASIDE)
        looks.append(Look.TEXT)
    known: list[Column | None] = [*spec.columns, *[None] * (len(headings) - len(spec.columns))]
    plan = SheetPlan(spec.title, looks=looks, frozen_at="B2", colour="0F6B6B")
    plan.rows.append([(heading, Look.HEADING) for heading in headings])
    for cells, aside in split:
        line: list[Cell] = [(cells.get(key), look) for key, look in zip(keys, looks, strict=False)]
        if aside:
            line.append((to_aside(aside), Look.TEXT))
        plan.rows.append(line)
    sample = split[:300]
    plan.rows += [[(None, look) for look in looks] for _ in range(_SPARE)]
    plan.ruled_from = 2
    for place, column in enumerate(known):
        texts = [
            cells[keys[place]]
            for cells, _ in sample
            if place < len(keys) and cells.get(keys[place]) is not None
        ]
        plan.widths.append(_width(column, [headings[place], *texts]))
    last = len(rows) + 1 + _SPARE
    reach = min(max(_ROOM, last + 1000), LAST_ROW)
    for place, column in enumerate(spec.columns, 1):
        letters = column_letters(place)
        plan.notes.append(Note(place, f"{column.label}: {_help(column)}"))
        plan.rules.append(_rule(column, f"{letters}2:{letters}{reach}"))
    name = "".join(word.capitalize() for word in spec.title.split())
    plan.table = TablePlan(name, tuple(headings), 1, last, spec.title, spec.help)
    return plan


def _head(change: Change) -> SheetPlan:
    """Plan the sheet about the change itself: a row for each thing to say."""
    extra = _extra_keys([change], HEAD)
    cells, aside = _split(change, HEAD, extra)
    plan = SheetPlan(HEAD.title, widths=[22, 60, 50], frozen_at="A2", colour="9A5B00")
    plan.looks = [Look.LABEL, Look.TEXT, Look.HELP]
    plan.rows.append([(title, Look.HEADING) for title in HEAD_TITLES])
    for number, column in enumerate(HEAD.columns, 2):
        look = _LOOKS.get(column.kind, Look.TEXT)
        plan.rows.append(
            [(column.label, Look.LABEL), (cells[column.name], look), (_help(column), Look.HELP)]
        )
        plan.rules.append(_rule(column, f"B{number}"))
    for key in extra:
        plan.rows.append(
            [
                (key, Look.LABEL),
                (cells[key], Look.TEXT),
                ("The handbook does not know this.", Look.HELP),
            ]
        )
    if aside:
        plan.rows.append(
            [
                (SET_ASIDE, Look.LABEL),
                (to_aside(aside), Look.TEXT),
                ("From a text file; no cell can show it.", Look.HELP),
            ]
        )
    plan.ruled_from = 2
    plan.notes = [
        Note(1, "What: the things to say about the change. Leave them as they are."),
        Note(2, "Your answer: write beside each, in this column."),
        Note(3, "What to write: help with each."),
    ]
    plan.table = TablePlan("TheChange", HEAD_TITLES, 1, len(plan.rows), HEAD.title, HEAD.help)
    return plan


_COVER = (
    (
        "What this is",
        "A place to write down one change you work on, for the exercises of the handbook "
        "Comfortable with chaos. It holds the same as the text file (.yml): you can go from one "
        "to the other and lose nothing.",
    ),
    (
        "How to fill it in",
        "Start with The change, then Organisations and People. Fill in the other sheets when an "
        "exercise asks for them. Nothing is required: leave out what you do not know. Write one "
        "thing in each row. Choose a cell to see what belongs there. Many cells have a list to "
        "choose from.",
    ),
    (
        "Names",
        "Use each name once in Organisations and People, then choose it from the lists. Capital "
        "letters and spaces do not matter.",
    ),
    (
        "What you may change",
        "Sort, filter, move or widen columns as you like. You may delete rows. Keep the names of "
        "the sheets and the headings, do not merge cells, and type no formulas. When an exercise "
        "saves into this file, colours and widths of your own go back to how they were.",
    ),
    (
        "What not to type",
        "No names of patients, and nothing that could tell who a patient is. If you would not "
        "want a colleague to read a line, write a role in place of a name, or leave it out.",
    ),
    (
        "Who can see it",
        "Anyone who can open this file can read all of it. It stays where you save it. The "
        "handbook sends it nowhere. Think before you put it in a shared folder or an email.",
    ),
    (
        "When you are done",
        "Save it as an Excel workbook (.xlsx) and open it in an exercise. If something does not "
        "fit, you are told the sheet, the row and the column.",
    ),
)


def _cover(change: Change) -> SheetPlan:
    """Plan the sheet that explains the others."""
    plan = SheetPlan(COVER, widths=[26, 92, 12], colour="1D2733")
    plan.rows.append([(change.title or "The change you work on", Look.TITLE)])
    plan.rows.append([])
    for question, answer in _COVER:
        plan.rows.append([(question, Look.LABEL), (answer, Look.TEXT)])
    plan.rows.append([])
    plan.rows.append([(each, Look.HEADING) for each in ("Sheet", "What it is for", "Rows now")])
    first = len(plan.rows)
    plan.ruled_from = first + 1
    described = [
        (spec.title, spec.help, None if spec is HEAD else len(change.table(key)))
        for key, spec in TABLES.items()
    ]
    described += [
        (GUIDE, "Help on every column of every sheet, to read in one go or to print.", None),
        (NAMES, "Collected by itself, for the lists to choose from. Nothing to fill in.", None),
    ]
    for title, help, count in described:
        plan.rows.append([(title, Look.LINK), (help, Look.TEXT), (count, Look.NUMBER)])
        plan.links[f"A{len(plan.rows)}"] = title
    plan.table = TablePlan(
        "Sheets",
        ("Sheet", "What it is for", "Rows now"),
        first,
        len(plan.rows),
        "Sheets",
        "Each sheet of this workbook.",
    )
    return plan


def _guide() -> SheetPlan:
    """Plan the sheet with the help on every column."""
    headings = ("Sheet", "Column", "What to write", "What fits")
    plan = SheetPlan(GUIDE, widths=[22, 24, 70, 44], frozen_at="A2", colour="55606E")
    plan.rows.append([(heading, Look.HEADING) for heading in headings])
    for spec in TABLES.values():
        for column in spec.columns:
            needed = " Every row needs it." if column.required else ""
            plan.rows.append(
                [
                    (spec.title, Look.TEXT),
                    (column.label, Look.LABEL),
                    (column.help, Look.TEXT),
                    (_fits(column) + needed, Look.TEXT),
                ]
            )
    plan.ruled_from = 2
    plan.table = TablePlan(
        "Guide", headings, 1, len(plan.rows), GUIDE, "What to write in each column of each sheet."
    )
    return plan


# ----------------------------------------------------------------------------- names


def _range_name(tables: tuple[str, ...]) -> str:
    return "NamesOf" + "And".join(TABLES[table].title for table in tables)


def _reach(change: Change, table: str) -> str:
    """Give the cells that hold a table's names, with room below."""
    last = max(_ROOM, len(change.table(table)) + 1 + _SPARE + 1000)
    return f"{TABLES[table].title}!$A$2:$A${last}"


def _ranges(change: Change) -> dict[str, str]:
    """Give the ranges behind the drop-downs; each is as long as there are names."""
    counts = {table: f"COUNTA({_reach(change, table)})" for table in (*WHO, "steps")}
    ranges = {
        _range_name((table,)): f"OFFSET({TABLES[table].title}!$A$2,0,0,MAX(1,{counts[table]}),1)"
        for table in WHO
    }
    both = "+".join(counts[table] for table in WHO)
    ranges[_range_name(WHO)] = f"OFFSET({NAMES}!$A$2,0,0,MAX(1,{both}),1)"
    return dict(sorted(ranges.items()))


def _names(change: Change) -> SheetPlan:
    """Plan the sheet of all names: a list to choose from must stand in one column."""
    first, second = (_reach(change, table) for table in WHO)
    names = [str(row.name) for table in WHO for row in change.table(table)]
    plan = SheetPlan(NAMES, widths=[60], looks=[Look.TEXT], frozen_at="A2", colour="55606E")
    plan.locked = True
    heading = "Organisations and people"
    plan.rows.append([(heading, Look.HEADING)])
    size = max(_MOST_NAMES, len(names) + 100)
    # The number of a row among the names is counted, so that rows above may be moved.
    place = "ROWS(A$2:A2)"
    formula = (
        f'IF({place}<=COUNTA({first}),INDEX({first},{place})&"",'
        f'IFERROR(INDEX({second},{place}-COUNTA({first}))&"",""))'
    )
    values = [*names, *[""] * (size - len(names))]
    cells = [Formula(values[0], formula, f"A2:A{size + 1}"), *map(Formula, values[1:])]
    plan.rows += [[(cell, Look.PLAIN)] for cell in cells]
    plan.printed = f"$A$1:$A${max(len(names), 1) + 1}"
    plan.notes = [Note(1, "Collected by itself from Organisations and People.")]
    return plan
