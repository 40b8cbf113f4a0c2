"""Turn an Excel workbook into a `Change`, and say everything that is wrong with it.

People move columns, sort rows, add sheets and hide what they do not need. Sheets and columns are
found by their names, in any order. What is wrong is told with its sheet, row, column and cell, all
at once; what is odd but can be read is a notice; and what the handbook cannot write back is listed,
so that nobody's work is saved over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve, frozen

from .change import TABLES, Change, is_blank, read_row
from .columns import Column, Table
from .faults import ChangeFileError, Fault, shown
from .names import fold, nearest
from .workbook import (
    HEAD,
    HEAD_TITLES,
    OURS,
    SET_ASIDE,
    by_heading,
    from_aside,
    split_many,
)
from .xlsx import ErrorValue, Value, cell_name, column_letters, split_range
from .xlsx_read import Sheet, read_sheets

__all__ = ["Reading", "read"]


_OURS = {fold(name) for name in OURS}


@frozen
class Reading:
    """A workbook that was read.

    Attributes
    ----------
    change : Change
        What it says.
    faults : tuple of Fault
        What is wrong, in the order of the tables.
    notices : tuple of Fault
        What is odd and was read all the same, such as hidden rows.
    would_lose : tuple of Fault
        What the workbook holds besides, which writing the change over it would lose.
    """

    change: Change
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()
    would_lose: tuple[Fault, ...] = ()


def read(content: bytes, file: str = "") -> Reading:
    """Read a workbook.

    Parameters
    ----------
    content : bytes
        The file's content.
    file : str
        Its name, for messages.

    Returns
    -------
    Reading
        The change, with faults and notices. Cells that cannot be read are kept as they are.

    Raises
    ------
    ChangeFileError
        If it is not a workbook, or not one whose parts can be told: no sheet of ours, no
        headings, a heading that stands there twice. It lists the faults in cells too.

    Examples
    --------
    >>> from system_leadership.workbook_write import write
    >>> reading = read(write(Change(title="Eight units")))
    >>> reading.change.title, reading.faults
    ('Eight units', ())
    """
    return _Reader(file).read(read_sheets(content, file, skip=lambda name: fold(name) in _OURS))


def _rows(numbers: Sequence[int]) -> str:
    """Give numbers as people say them: 5 to 9, 12."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    told = [" to ".join(str(each) for each in run) for run in runs[:12]]
    return ", ".join(told) + (" and more" if len(runs) > 12 else "")


@frozen
class _Place:
    """Where the cells of a table stand in its sheet."""

    sheet: str
    rows: tuple[int, ...]  # for each row of the table, its number in the sheet
    cells: dict[str, tuple[int | None, int]]  # for each column, its row (the change) and column


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.fatal: list[Fault] = []  # what cannot be kept in a Change
        self.faults: list[Fault] = []
        self.notices: list[Fault] = []
        self.would_lose: list[Fault] = []
        self.tables: dict[str, str] = {}  # by the name of a sheet, the key of its table
        self.places: dict[str, _Place] = {}
        self.whole = True  # whether every sheet of names could be read
        # Said already in better words than the column's own.
        self.told: set[tuple[str, int | None, str | None]] = set()

    def read(self, sheets: Sequence[Sheet]) -> Reading:
        known = {fold(spec.title): spec for spec in TABLES.values()}
        known.update({fold(key): spec for key, spec in TABLES.items()})
        present = {fold(sheet.name) for sheet in sheets}
        head: dict[str, Any] = {}
        tables: dict[str, tuple[Any, ...]] = {}
        for sheet in sheets:
            spec = known.get(fold(sheet.name))
            if spec:
                self.tables[sheet.name] = spec.key
            if sheet.fault:
                self.whole = False
                self.fatal.append(self._at(sheet, right=sheet.fault))
            elif spec is None:
                self._unknown(sheet, present)
            elif spec.key in self.places:
                right = f"There are two sheets for {spec.title}. Move all rows into one of them."
                self.fatal.append(self._at(sheet, right=right))
            else:
                self._hidden(sheet)
                if spec is HEAD:
                    head = self._head(sheet)
                else:
                    tables[spec.key] = self._table(sheet, spec)
        if not self.places and not self.fatal:
            names = ", ".join(f"“{shown(sheet.name)}”" for sheet in sheets[:8])
            there = f" It has {names}." if names else ""
            right = (
                f"None of its sheets is one of the handbook’s to fill in.{there} Start from a "
                "workbook that the handbook made, and keep the names of its sheets."
            )
            self.fatal.append(Fault(right=right, file=self.file))
        change: Change = evolve(read_row(HEAD, head, None), **tables)
        for fault in change.faults():
            made = self._where(fault, change)
            if (made.table, made.row, made.column) not in self.told and self._certain(fault):
                self.faults.append(made)
        if self.fatal:
            raise ChangeFileError(sorted([*self.fatal, *self.faults], key=_order), self.file)
        faults = tuple(sorted(self.faults, key=_order))
        return Reading(change, faults, tuple(self.notices), tuple(self.would_lose))

    def _certain(self, fault: Fault) -> bool:
        """Say whether a fault stands: a name may be on a sheet that could not be read."""
        if self.whole or not fault.column:
            return True
        column = next((c for c in TABLES[fault.table].columns if c.name == fault.column), None)
        return column is None or column.kind != "name" or not fault.found

    # ------------------------------------------------------------------ places

    def _at(
        self,
        sheet: Sheet | str,
        row: int | None = None,
        column: int | None = None,
        label: str = "",
        *,
        found: object = "",
        right: str,
        table: str = "",
        key: str | None = None,
        suggestion: str = "",
    ) -> Fault:
        """Make a fault that says where it is as a spreadsheet does."""
        name = sheet if isinstance(sheet, str) else sheet.name
        where = f"column “{shown(label)}”" if label else ""
        if row is not None and column is not None:
            cell = f"cell {cell_name(row, column)}"
            where = f"{where} ({cell})" if where else cell
        return Fault(
            table or self.tables.get(name, ""),
            f"sheet “{shown(name)}”",
            row,
            key,
            where,
            shown(found),
            right,
            suggestion,
            self.file,
        )

    def _where(self, fault: Fault, change: Change) -> Fault:
        """Add the sheet, its row and the cell to a fault of the model."""
        place = self.places[fault.table]
        row = place.rows[fault.row - 1] if fault.row else None
        own_row, column = place.cells.get(fault.column or "", (None, None))
        made = self._at(
            place.sheet,
            row or own_row,
            column,
            fault.label,
            found=fault.found,
            right=fault.right,
            table=fault.table,
            key=fault.column,
            suggestion=fault.suggestion,
        )
        model_row = change if fault.row is None else change.table(fault.table)[fault.row - 1]
        typed = model_row.kept.get(fault.column or "")
        if isinstance(typed, int | float) and 20_000 < typed < 80_000 and "date" in fault.right:
            # A date that lost its look shows as days since 1900.
            day = dt.date(1899, 12, 30) + dt.timedelta(days=int(typed))
            made = evolve(made, suggestion=f"{day.day} {day:%B} {day.year}")
        return made

    # ------------------------------------------------------------------ sheets

    def _unknown(self, sheet: Sheet, present: set[str]) -> None:
        if not sheet.rows and not sheet.drawings:
            return
        titles = [spec.title for spec in TABLES.values() if fold(spec.title) not in present]
        near = nearest(sheet.name, titles)
        self.would_lose.append(self._at(sheet, right="This sheet is not one of the handbook’s."))
        if near:
            self.whole = False
            right = "The handbook has no sheet of this name. It was not read."
            self.faults.append(self._at(sheet, right=right, suggestion=near))
        else:
            hidden = " It is hidden." if sheet.hidden else ""
            right = f"This sheet is not one of the handbook’s. It was not read.{hidden}"
            self.notices.append(self._at(sheet, right=right))

    def _hidden(self, sheet: Sheet) -> None:
        """Say what is hidden: it was read, and may have been forgotten."""
        say = "hidden. What they hold was read like the rest."
        if sheet.hidden and sheet.rows:
            right = "This sheet is hidden. It was read like the rest."
            self.notices.append(self._at(sheet, right=right))
        if rows := [row for row in sheet.hidden_rows if row in sheet.rows]:
            right = f"Rows {_rows(rows)} are {say} A filter may hide them."
            if len(rows) == 1:
                right = f"Row {rows[0]} is hidden. What it holds was read like the rest."
            self.notices.append(self._at(sheet, right=right))
        used = {column for cells in sheet.rows.values() for column in cells}
        if columns := [column for column in sheet.hidden_columns if column in used]:
            letters = ", ".join(column_letters(each) for each in columns)
            right = f"Columns {letters} are {say}"
            if len(columns) == 1:
                right = f"Column {letters} is hidden. What it holds was read like the rest."
            self.notices.append(self._at(sheet, right=right))

    def _extras(self, sheet: Sheet, heading: int, labels: dict[int, str]) -> None:
        """Find what the sheet has besides the values of its cells."""
        for range_ in sheet.merged:
            corners = split_range(range_)
            if corners and corners[2] >= heading:
                right = (
                    f"The cells {range_} are merged, so only the first counts. Unmerge them and "
                    "fill in each."
                )
                row = max(corners[0], heading)
                self.faults.append(
                    self._at(sheet, row, corners[1], labels.get(corners[1], ""), right=right)
                )
        comments = [
            each
            for each in sheet.comments
            if (at := split_range(each)) and (at[0] != heading or at[1] not in labels)
        ]
        if comments:
            told = ", ".join(dict.fromkeys(comments[:12]))
            right = f"It has comments ({told}). Write them into the column “Note” to keep them."
            self.would_lose.append(self._at(sheet, right=right))
        if sheet.drawings:
            self.would_lose.append(self._at(sheet, right="It has a picture or a chart."))
        if above := [row for row in sheet.rows if row < heading]:
            right = f"What stands above the headings (row {_rows(above)}) was not read."
            self.notices.append(self._at(sheet, right=right))
            self.would_lose.append(self._at(sheet, right=right))

    def _formula(
        self, sheet: Sheet, spec: Table, row: int, column: int, label: str, key: str
    ) -> Value | None:
        """Say that a cell has a formula, and give what to take for it."""
        value = sheet.rows.get(row, {}).get(column)
        formula = "=" + (sheet.formulas[row, column] or "…")
        at: dict[str, Any] = {"table": spec.key, "key": key}
        self.would_lose.append(
            self._at(sheet, row, column, label, found=formula, **at, right="This is a formula.")
        )
        if isinstance(value, ErrorValue):
            right = f"This formula gives {value}. Put it right, or type what you mean."
        elif value is None:
            right = "This formula has not been worked out. Open the file in Excel and save it, or "
            right += "type what you mean."
        else:
            right = f"This is a formula. Its value, “{shown(value)}”, was read."
            self.notices.append(
                self._at(sheet, row, column, label, found=formula, right=right, **at)
            )
            return value
        self.faults.append(self._at(sheet, row, column, label, found=formula, right=right, **at))
        self.told.add((spec.key, row, key))
        return formula

    def _value(self, sheet: Sheet, spec: Table, row: int, column: int, label: str, key: str) -> Any:
        value: Value | None
        if (row, column) in sheet.formulas:
            value = self._formula(sheet, spec, row, column, label, key)
        else:
            value = sheet.rows[row][column]
            if isinstance(value, ErrorValue):
                right = "A formula went wrong here. Type what you mean."
                self.faults.append(
                    self._at(
                        sheet, row, column, label, found=value, right=right, table=spec.key, key=key
                    )
                )
                self.told.add((spec.key, row, key))
        return str(value) if isinstance(value, ErrorValue) else value

    def _head(self, sheet: Sheet) -> dict[str, Any]:
        """Read the sheet about the change itself: a row for each thing to say."""
        known = by_heading(HEAD)
        typed: dict[str, Any] = {}
        aside: dict[str, Any] = {}
        cells: dict[str, tuple[int | None, int]] = {}
        first = fold(HEAD_TITLES[0]), fold(HEAD_TITLES[1])
        heading = 1
        rows = sorted({*sheet.rows, *(row for row, _ in sheet.formulas)})
        for row in rows:
            here = sheet.rows.get(row, {})
            label = _label(here.get(1))
            if (fold(label), fold(shown(here.get(2), 100))) == first:
                heading = row
                continue
            if outside := [column for column in here if column > len(HEAD_TITLES)]:
                right = "Only the first two columns of this sheet are read."
                fault = self._at(sheet, row, outside[0], found=here[outside[0]], right=right)
                self.notices.append(fault)
                self.would_lose.append(fault)
            column = known.get(fold(label))
            key = column.name if column else label or f"Row {row}"
            if 2 not in here and (row, 2) not in sheet.formulas:
                if label and column is None and row > heading:
                    right = "There is no answer beside this."
                    self.would_lose.append(self._at(sheet, row, 1, found=label, right=right))
                continue
            value = self._value(sheet, HEAD, row, 2, label, key)
            if fold(label) == fold(SET_ASIDE) and isinstance(value, str):
                aside = from_aside(value) or {key: value}
                continue
            if key in cells:
                right = f"This stands in row {cells[key][0]} already. Keep one of the two."
                self.fatal.append(
                    self._at(sheet, row, 1, found=label, right=right, table=HEAD.key, key=key)
                )
                continue
            cells[key] = (row, 2)
            typed[key] = _typed(value, column)
        self.places[HEAD.key] = _Place(sheet.name, (), cells)
        self._extras(sheet, heading, dict.fromkeys((1, 2, 3), ""))
        return aside | typed

    def _table(self, sheet: Sheet, spec: Table) -> tuple[Any, ...]:
        """Read the rows of a table."""
        known = by_heading(spec)
        heading = _heading_row(sheet, known)
        if heading is None:
            self.places[spec.key] = _Place(sheet.name, (), {})
            if sheet.rows:
                self.whole = False
                wanted = ", ".join(f"“{column.label}”" for column in spec.shown)
                right = f"The headings are missing. Above the rows there should stand {wanted}."
                self.fatal.append(self._at(sheet, min(sheet.rows), right=right, table=spec.key))
            return ()
        columns = self._columns(sheet, spec, heading, known)
        labels = {number: label for number, (_, label, _) in columns.items()}
        self.places[spec.key] = _Place(
            sheet.name, (), {key: (None, number) for number, (key, _, _) in columns.items()}
        )
        places: list[int] = []
        rows: list[Any] = []
        formulas: dict[int, list[int]] = {}
        for row, number in sheet.formulas:
            formulas.setdefault(row, []).append(number)
        for row in sorted({*sheet.rows, *formulas}):
            if row <= heading:
                continue
            typed: dict[str, Any] = {}
            aside: dict[str, Any] = {}
            cells = sheet.rows.get(row, {})
            numbers: Iterable[int] = cells
            if row in formulas:
                numbers = sorted({*cells, *formulas[row]})
            for number in numbers:
                if number not in columns:
                    continue  # under a heading that stands there twice
                key, label, column = columns[number]
                value = cells.get(number)
                if row in formulas or isinstance(value, ErrorValue):
                    value = self._value(sheet, spec, row, number, label, key)
                if key == SET_ASIDE and isinstance(value, str):
                    aside = from_aside(value) or {key: value}
                else:
                    typed[key] = _typed(value, column)
            made = read_row(spec, {**aside, **typed} if aside else typed, None)
            if not is_blank(made, spec):
                rows.append(made)
                places.append(row)
        self.places[spec.key] = evolve(self.places[spec.key], rows=tuple(places))
        self._extras(sheet, heading, labels)
        return tuple(rows)

    def _columns(
        self, sheet: Sheet, spec: Table, heading: int, known: dict[str, Column]
    ) -> dict[int, tuple[str, str, Column | None]]:
        """For each column of the sheet that is used, give its key, its heading and what it is."""
        used = {number for row, cells in sheet.rows.items() if row >= heading for number in cells}
        used |= {number for row, number in sheet.formulas if row >= heading}
        found: dict[int, tuple[str, str, Column | None]] = {}
        first: dict[str, int] = {}
        for number in sorted(used):
            label = _label(sheet.rows[heading].get(number))
            column = known.get(fold(label)) if label else None
            label = label or f"Column {column_letters(number)}"
            key = column.name if column else label
            if fold(key) == fold(SET_ASIDE):
                key = SET_ASIDE
            if key in first:
                right = (
                    f"Column {column_letters(first[key])} has this heading already. Keep one of "
                    "the two."
                )
                self.fatal.append(
                    self._at(sheet, heading, number, label, right=right, table=spec.key, key=key)
                )
                continue
            first[key] = number
            found[number] = key, label, column
        return found


def _order(fault: Fault) -> tuple[int, int]:
    """Whole sheets first, then the tables in their order, row by row."""
    return [*TABLES].index(fault.table) if fault.table else -1, fault.row or 0


def _label(value: Value | None) -> str:
    return value.strip() if isinstance(value, str) else shown(value)


def _typed(value: Any, column: Column | None) -> Any:
    return split_many(value) if column and column.many and isinstance(value, str) else value


def _heading_row(sheet: Sheet, known: dict[str, Column]) -> int | None:
    """Find the row that has most of the headings, among the first that hold anything."""
    best, most = None, 0
    for row in sorted(sheet.rows)[:30]:
        score = sum(fold(shown(value, 100)) in known for value in sheet.rows[row].values())
        if score > most:
            best, most = row, score
    return best
