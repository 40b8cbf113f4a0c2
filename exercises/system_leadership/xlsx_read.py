"""Read the sheets of an Excel workbook, carefully: the file may be anything at all.

Everything is checked before it is believed. What the file is, how large it grows when unpacked,
whether its XML declares entities (a way to make a small file swallow a computer): a fault says so
in words, and nothing is unpacked to disk. What a sheet says about its own size is not used.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from attrs import define, field

from .faults import ChangeFileError, Fault
from .xlsx import (
    LAST_ROW,
    ErrorValue,
    Value,
    cell_name,
    column_number,
    from_serial,
    unescape,
)

__all__ = ["LARGEST_PACKED", "LARGEST_UNPACKED", "MOST_CELLS", "Sheet", "read_sheets"]

LARGEST_PACKED = 20_000_000
"""Bytes of a workbook. One with 5,000 rows has about 300,000."""

LARGEST_UNPACKED = 100_000_000
"""Bytes of all that is read from a workbook, unpacked."""

MOST_CELLS = 1_000_000
"""Cells with something in them, in one workbook."""

_SAVE_AS = "Open it in Excel or LibreOffice and save it as an Excel workbook (.xlsx)."
_REPAIR = "Open it in Excel, let it repair the file, and save it. Or go back to an earlier copy."


@define
class Sheet:
    """One sheet, as its reader sees it.

    Attributes
    ----------
    name : str
        What stands on its tab.
    hidden : bool
        Whether its tab is hidden.
    rows : dict
        By row number, then by column number, what is in the cells that hold anything.
    formulas : dict
        By row and column, the formula of each cell that has one, without the equals sign.
    merged : list of str
        Ranges of merged cells, such as "B2:B4".
    hidden_rows, hidden_columns : list of int
        Numbers of hidden rows and columns.
    comments : list of str
        Cells with a comment, such as "C7".
    drawings : bool
        Whether there are pictures or charts.
    fault : str
        Why the sheet cannot be read, or an empty text.
    """

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Value]] = field(factory=dict)
    formulas: dict[tuple[int, int], str] = field(factory=dict)
    merged: list[str] = field(factory=list)
    hidden_rows: list[int] = field(factory=list)
    hidden_columns: list[int] = field(factory=list)
    comments: list[str] = field(factory=list)
    drawings: bool = False
    fault: str = ""


def read_sheets(
    content: bytes, file: str = "", *, skip: Callable[[str], bool] | None = None
) -> list[Sheet]:
    """Read all sheets of a workbook.

    Parameters
    ----------
    content : bytes
        The file's content.
    file : str
        Its name, for messages.
    skip : callable, optional
        Says of a sheet's name whether to leave the sheet out.

    Returns
    -------
    list of Sheet
        In the order of their tabs. A formula counts as the value it had when it was saved.

    Raises
    ------
    ChangeFileError
        If it is not an Excel workbook, is protected by a password, has macros, is damaged or is
        far too large.

    Examples
    --------
    >>> read_sheets(b"name,sector\\n", "my-change.xlsx")
    Traceback (most recent call last):
        ...
    system_leadership.faults.ChangeFileError: my-change.xlsx could not be read. It was not changed.
    - This is text, perhaps a table as CSV, whatever its name says. Open it in Excel or \
LibreOffice and save it as an Excel workbook (.xlsx).
    """
    try:
        check_kind(content)
        return _Package(content).sheets(skip or (lambda name: False))
    except _UnreadableError as error:
        raise ChangeFileError([Fault(right=str(error))], file) from None


class _UnreadableError(Exception):
    """Why this cannot be read, as a sentence for readers."""


# ----------------------------------------------------------------------- what is it?

_KINDS = (
    (b"%PDF", "This is a PDF, not an Excel workbook."),
    (b"\x1f\x8b", "This is a compressed file. Unpack it first."),
    (b"7z\xbc\xaf", "This is a compressed file. Unpack it first."),
    (b"Rar!", "This is a compressed file. Unpack it first."),
    (b"\xff\xd8\xff", "This is a picture, not an Excel workbook."),
    (b"\x89PNG", "This is a picture, not an Excel workbook."),
)
# By a part that only this kind of file has.
_PACKED_KINDS = (
    (
        "xl/vbaproject.bin",
        "It holds macros (small programs), which we do not open. In Excel, save "
        "it as an Excel workbook (.xlsx), which leaves them out.",
    ),
    ("xl/workbook.bin", f"This is a binary workbook (.xlsb). {_SAVE_AS}"),
    ("word/document.xml", "This is a Word document, not an Excel workbook."),
    ("ppt/presentation.xml", "This is a presentation, not an Excel workbook."),
    ("index/document.iwa", "This is a file of Apple’s Numbers or Pages. Export it to Excel first."),
    ("mimetype", f"This is an OpenDocument file (.ods or the like). {_SAVE_AS}"),
)


def check_kind(content: bytes) -> None:
    """Refuse content that is not a packed file, and say what it is instead."""
    if not content.strip(b"\x00 \t\r\n"):
        raise _UnreadableError("There is nothing in it.")
    if len(content) > LARGEST_PACKED:
        raise _UnreadableError(
            f"It has {len(content) / 1e6:.0f} megabytes. The most we read is "
            f"{LARGEST_PACKED / 1e6:.0f}: this is probably another file."
        )
    if content.startswith(b"PK\x03\x04"):
        return
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # A container of the 1990s; the names of what is in it are in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _UnreadableError(
                "It is protected by a password. Open it in Excel, take the password off (File, "
                "Info, Protect Workbook, Encrypt with Password), and save it."
            )
        raise _UnreadableError(f"This is an old Excel or Word file (such as .xls). {_SAVE_AS}")
    for signature, right in _KINDS:
        if content.startswith(signature):
            raise _UnreadableError(right)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<workbook")):
        raise _UnreadableError(f"This is a web page or XML, whatever its name says. {_SAVE_AS}")
    text = content[:2000]
    if b"\x00" not in text or text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _UnreadableError(
            f"This is text, perhaps a table as CSV, whatever its name says. {_SAVE_AS}"
        )
    raise _UnreadableError(f"This is not an Excel workbook, or its start is damaged. {_REPAIR}")


# ----------------------------------------------------------------------- the package

_UNPACKING = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError
)  # fmt: skip


class _Package:
    """The parts of a workbook and how they hang together."""

    def __init__(self, content: bytes) -> None:
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
        except _UNPACKING:
            raise _UnreadableError(f"The workbook is damaged or cut short. {_REPAIR}") from None
        self.parts: dict[str, zipfile.ZipInfo] = {}
        for info in self.zip.infolist():
            name = info.filename.replace("\\", "/").lstrip("/").casefold()
            if name in self.parts:
                raise _UnreadableError(f"Two of its parts have one name. {_REPAIR}")
            self.parts[name] = info
            if info.flag_bits & 1:
                raise _UnreadableError("It is protected by a password. Take it off first.")
        for name, right in _PACKED_KINDS:
            if name in self.parts:
                raise _UnreadableError(right)
        self.cells = 0
        xml = [info for name, info in self.parts.items() if name.endswith((".xml", ".rels"))]
        size = sum(info.file_size for info in xml)
        if size > LARGEST_UNPACKED:
            raise _UnreadableError(
                f"Unpacked, it has {size / 1e6:.0f} megabytes. The most we read is "
                f"{LARGEST_UNPACKED / 1e6:.0f}. Perhaps it has cells with a colour or border down "
                "to the last row: select the empty rows and delete them. If it is not a workbook "
                "of yours, do not open it."
            )

    def open(self, name: str) -> BinaryIO:
        info = self.parts.get(name)
        if info is None:
            raise _damaged(name, "is missing")
        try:
            return self.zip.open(info)  # type: ignore[return-value]
        except _UNPACKING:
            raise _damaged(name, "cannot be unpacked") from None

    def tree(self, name: str) -> Element:
        """Read a small part whole, without the prefixes of its names."""
        builder = TreeBuilder()

        def start(tag: str, given: dict[str, str]) -> None:
            builder.start(tag, {_local(key): value for key, value in given.items()})

        def end(tag: str) -> None:
            builder.end(tag)

        with self.open(name) as stream:
            _parse(stream, name, start, end, builder.data)
        return builder.close()

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Give the kind and the name of every part that a part refers to, by its id."""
        folder, base = posixpath.split(name)
        relations = f"{folder}/_rels/{base}.rels".lstrip("/")
        if relations not in self.parts:
            return {}
        found = {}
        for each in self.tree(relations):
            if each.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))
            kind = each.get("Type", "").rpartition("/")[2]
            found[each.get("Id", "")] = (kind, target.lstrip("/").casefold())
        return found

    def sheets(self, skip: Callable[[str], bool]) -> list[Sheet]:
        root = self.related("")
        book = next((name for kind, name in root.values() if kind == "officeDocument"), "")
        if not book and "xl/workbook.xml" not in self.parts:
            raise _UnreadableError("This is a packed file (zip), but not an Excel workbook.")
        book = book or "xl/workbook.xml"
        tree = self.tree(book)
        related = self.related(book)
        calendar = tree.find("workbookPr")
        since_1904 = calendar is not None and calendar.get("date1904") in ("1", "true")
        places = dict(related.values())
        dates = self._dates(places["styles"]) if "styles" in places else frozenset()
        strings = self._strings(places["sharedStrings"]) if "sharedStrings" in places else []
        found = []
        entries = tree.findall("sheets/sheet")
        for entry in entries:
            kind, name = related.get(entry.get("id", ""), ("", ""))
            title = unescape(entry.get("name", ""))
            if skip(title):
                continue
            sheet = Sheet(title, hidden=entry.get("state", "visible") != "visible")
            found.append(sheet)
            if kind == "chartsheet":
                sheet.drawings = True
                continue
            try:
                self._fill(sheet, name, strings, dates, since_1904)
            except _UnreadableError as error:
                sheet.fault = str(error)
        if not entries:
            raise _UnreadableError(f"The workbook has no sheets. {_REPAIR}")
        return found

    def _dates(self, name: str) -> frozenset[int]:
        try:
            return _date_styles(self.tree(name))
        except ValueError:
            raise _damaged(name, "is not whole") from None

    def _strings(self, name: str) -> list[str]:
        """Read the texts that cells share."""
        strings: list[str] = []
        parts: list[str] = []
        inside = False
        spoken = False  # how a Japanese text is spoken stands beside it

        def start(tag: str, given: dict[str, str]) -> None:
            nonlocal inside, spoken
            if tag == "t":
                inside = not spoken
            elif tag == "rPh":
                spoken = True
            elif tag == "si":
                parts.clear()

        def end(tag: str) -> None:
            nonlocal inside, spoken
            if tag == "t":
                inside = False
            elif tag == "rPh":
                spoken = False
            elif tag == "si":
                strings.append(unescape("".join(parts)))

        def text(written: str) -> None:
            if inside:
                parts.append(written)

        with self.open(name) as stream:
            _parse(stream, name, start, end, text)
        return strings

    def _fill(
        self, sheet: Sheet, name: str, strings: list[str], dates: frozenset[int], since_1904: bool
    ) -> None:
        reader = _SheetReader(sheet, strings, dates, since_1904, MOST_CELLS - self.cells)
        with self.open(name) as stream:
            _parse(stream, name, reader.start, reader.end, reader.text)
        self.cells += reader.cells
        for kind, target in self.related(name).values():
            if kind == "drawing":
                sheet.drawings = True
            elif kind in ("comments", "threadedComment") and target in self.parts:
                sheet.comments += [
                    each.get("ref", "")
                    for each in self.tree(target).iter()
                    if each.get("ref") and each.tag.endswith("omment")
                ]


def _damaged(name: str, how: str) -> _UnreadableError:
    return _UnreadableError(f"The workbook is damaged: its part {name} {how}. {_REPAIR}")


# ------------------------------------------------------------------------------- XML


def _local(name: str) -> str:
    return name[name.rfind(" ") + 1 :]


def _parse(
    stream: BinaryIO,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Read XML piece by piece; names come without their prefix."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    # Kept by name as expat gives it: cutting the prefix off each time would cost a third.
    short: dict[str, str] = {}

    def started(tag: str, given: dict[str, str]) -> None:
        local = short.get(tag)
        if local is None:
            local = short[tag] = _local(tag)
        start(local, given)

    def refuse(*_: Any) -> None:
        raise _UnreadableError(
            f"Its part {name} declares a document type, which no workbook does. "
            "The file may be meant to do harm: do not open it."
        )

    parser.StartElementHandler = started
    parser.EndElementHandler = lambda tag: end(short[tag])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        while piece := stream.read(1 << 16):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError):  # the latter for an encoding that nobody knows
        raise _damaged(name, "is not whole") from None
    except _UNPACKING:
        raise _damaged(name, "cannot be unpacked") from None


_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_PART_OF_A_LOOK = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]')


def _date_styles(tree: Element) -> frozenset[int]:
    """Find the styles that make a number look like a date."""
    looks = {
        int(each.get("numFmtId", "0")): each.get("formatCode", "")
        for each in tree.iterfind("numFmts/numFmt")
    }

    def is_date(number: int) -> bool:
        code = looks.get(number)
        if code is None:
            return number in _BUILT_IN_DATES
        if re.search(r"\[[hms]+\]", code, re.I):
            return False  # a length of time, not a time
        bare = _NOT_PART_OF_A_LOOK.sub("", code.partition(";")[0])
        return re.search("[dmyhs]", bare, re.I) is not None

    return frozenset(
        place
        for place, each in enumerate(tree.iterfind("cellXfs/xf"))
        if is_date(int(each.get("numFmtId", "0")))
    )


class _SheetReader:
    """Takes the XML of one sheet, event by event; most events are cells."""

    def __init__(
        self,
        sheet: Sheet,
        strings: list[str],
        dates: frozenset[int],
        since_1904: bool,
        most: int,
    ) -> None:
        self.sheet = sheet
        self.strings = strings
        self.dates = dates
        self.since_1904 = since_1904
        self.most = most
        self.cells = 0
        self.row = self.column = 0
        self.kind = self.style = ""
        self.collecting = False
        self.parts: list[str] = []
        self.value: str | None = None
        self.inline: list[str] = []
        self.formula: str | None = None
        self.spoken = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            reference = given.get("r")
            if reference is None:
                self.column += 1
            else:
                self.column = column_number(reference.rstrip("0123456789"))
            self.kind = given.get("t", "n")
            self.style = given.get("s", "")
            self.value = self.formula = None
        elif tag in ("v", "f", "t"):
            self.collecting = not self.spoken
            self.parts = []
        elif tag == "row":
            self.row = int(given["r"]) if "r" in given else self.row + 1
            self.column = 0
            if given.get("hidden") in ("1", "true"):
                self.sheet.hidden_rows.append(self.row)
        elif tag == "is":
            self.inline = []
        elif tag == "rPh":
            self.spoken = True
        elif tag == "mergeCell":
            self.sheet.merged.append(given.get("ref", ""))
        elif tag == "col" and given.get("hidden") in ("1", "true"):
            first, last = int(given.get("min", "1")), int(given.get("max", "1"))
            self.sheet.hidden_columns += range(first, min(last, first + 999) + 1)

    def text(self, written: str) -> None:
        if self.collecting:
            self.parts.append(written)

    def end(self, tag: str) -> None:
        if tag == "v":
            self.collecting = False
            self.value = "".join(self.parts)
        elif tag == "c":
            if self.value is not None or self.formula is not None or self.kind == "inlineStr":
                self._cell()
        elif tag == "t":
            if self.collecting:
                self.inline.append("".join(self.parts))
                self.collecting = False
        elif tag == "is":
            self.value = "".join(self.inline)
        elif tag == "f":
            self.collecting = False
            self.formula = "".join(self.parts)
        elif tag == "rPh":
            self.spoken = False

    def _cell(self) -> None:
        if not (0 < self.row <= LAST_ROW and 0 < self.column <= 16384):
            raise _UnreadableError(f"A cell stands outside the sheet. {_REPAIR}")
        if self.formula is not None:
            self.sheet.formulas[self.row, self.column] = self.formula
        if self.value is None:
            return
        try:
            value = self._value(self.value)
        except (ValueError, IndexError):
            where = cell_name(self.row, self.column)
            raise _UnreadableError(f"What stands in cell {where} is damaged. {_REPAIR}") from None
        if value == "" and isinstance(value, str):
            return
        self.cells += 1
        if self.cells > self.most:
            raise _UnreadableError(
                f"The workbook has more than {MOST_CELLS:,} cells with something in them: "
                "this is probably another file."
            )
        self.sheet.rows.setdefault(self.row, {})[self.column] = value

    def _value(self, written: str) -> Value:
        kind = self.kind
        if kind == "s":
            place = int(written)
            if place < 0:
                raise IndexError
            return self.strings[place]
        if kind in ("inlineStr", "str", "d"):
            return unescape(written)
        if kind == "b":
            return written.strip() in ("1", "true")
        if kind == "e":
            return ErrorValue(written)
        if not written.strip():
            return ""
        number: int | float
        try:
            number = int(written)
        except ValueError:
            number = float(written)
        if self.style and int(self.style) in self.dates:
            return from_serial(number, since_1904=self.since_1904)
        return number
