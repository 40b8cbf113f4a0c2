"""What reading and writing an Excel workbook share: cell references, escapes and dates.

An .xlsx file is a zip of XML parts (ECMA-376). The handbook reads and writes the few parts it
needs by itself. That keeps every sign of the reader's text (common libraries change a literal
``_x005F_`` and round numbers to 16 figures), lets every fault be named by its cell, and adds
nothing to what the exercise in the page must download.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

__all__ = [
    "EARLIEST",
    "LAST_ROW",
    "LONGEST",
    "ErrorValue",
    "Value",
    "cell_name",
    "column_letters",
    "column_number",
    "escape",
    "from_serial",
    "split_range",
    "to_serial",
    "unescape",
]

LAST_ROW = 1_048_576
"""The last row a sheet can have."""

LONGEST = 32_767
"""Characters that one cell can hold."""

EARLIEST = dt.date(1900, 3, 1)
"""The first day on which all spreadsheets agree: some think that 1900 was a leap year."""


class ErrorValue(str):
    """What a formula gives that does not work out, such as #REF!."""


Value = str | int | float | bool | dt.date | ErrorValue
"""What a cell can hold; a `datetime` counts as a date."""

# What XML cannot hold, and every underscore that would be taken for such an escape.
_TO_ESCAPE = re.compile(
    "_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_MARKUP = re.compile('[&<>"]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escape(text: str) -> str:
    """Give text as it stands in a cell's XML.

    Examples
    --------
    >>> escape("R&D")
    'R&amp;D'
    >>> escape("a\\x0bb"), escape("_x0041_")
    ('a_x000B_b', '_x005F_x0041_')
    """
    if _TO_ESCAPE.search(text):
        text = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if _MARKUP.search(text):
        text = _MARKUP.sub(lambda found: _NAMED[found[0]], text)
    return text


def unescape(text: str) -> str:
    """Give the text that a cell's XML stands for, markup aside.

    Examples
    --------
    >>> unescape("a_x000B_b") == "a\\x0bb", unescape("_x005F_x0041_")
    (True, '_x0041_')
    """
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


@lru_cache(maxsize=1024)
def column_letters(number: int) -> str:
    """Give the letters of a column, counted from 1.

    Examples
    --------
    >>> column_letters(1), column_letters(27), column_letters(16384)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Give the number of a column, from 1; 0 when these are not the letters of one.

    Examples
    --------
    >>> column_number("A"), column_number("xfd"), column_number("A1")
    (1, 16384, 0)
    """
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_name(row: int, column: int) -> str:
    """Give a cell as readers know it.

    Examples
    --------
    >>> cell_name(7, 3)
    'C7'
    """
    return f"{column_letters(column)}{row}"


_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")


def split_range(reference: str) -> tuple[int, int, int, int] | None:
    """Give the first row and column and the last row and column of a range, or None.

    Examples
    --------
    >>> split_range("B2:C7"), split_range("A1"), split_range("Names")
    ((2, 2, 7, 3), (1, 1, 1, 1), None)
    """
    first, _, last = reference.partition(":")
    one, other = _CELL.match(first), _CELL.match(last or first)
    if one is None or other is None:
        return None
    return int(one[2]), column_number(one[1]), int(other[2]), column_number(other[1])


def to_serial(day: dt.date) -> float:
    """Give a date, or a date and time, as the number that a cell holds: days since 1899-12-30.

    Examples
    --------
    >>> to_serial(dt.date(2027, 4, 3)), to_serial(dt.datetime(2027, 4, 3, 12))
    (46480, 46480.5)
    """
    days: float = day.toordinal() - dt.date(1899, 12, 30).toordinal()
    if isinstance(day, dt.datetime):
        seconds = day.hour * 3600 + day.minute * 60 + day.second + day.microsecond / 1e6
        days += seconds / 86400
    return days


def from_serial(number: float, *, since_1904: bool = False) -> Value:
    """Give what a cell with the look of a date shows.

    Parameters
    ----------
    number : float
        Days since the first day of the workbook's calendar.
    since_1904 : bool
        Whether the workbook counts from 1904, as old ones from a Mac do.

    Returns
    -------
    date, datetime, str or float
        A date; a date with a time; the time of day as text for a fraction of a day; the number
        itself where there is no such day.

    Examples
    --------
    >>> from_serial(46480), from_serial(46480.5), from_serial(0.75), from_serial(-3)
    (datetime.date(2027, 4, 3), datetime.datetime(2027, 4, 3, 12, 0), '18:00', -3)
    """
    if 0 <= number < 1:
        minutes = round(number * 1440)
        return f"{minutes // 60:02}:{minutes % 60:02}" if minutes < 1440 else number
    number_of_days = number + (1462 if since_1904 else 0)
    if not 1 <= number_of_days < 2_958_466 or 60 <= number_of_days < 61:
        return number
    start = dt.datetime(1899, 12, 30 if number_of_days > 60 else 31)
    days = int(number_of_days)
    moment = start + dt.timedelta(
        days=days, milliseconds=round((number_of_days - days) * 86_400_000)
    )
    return moment if moment.time() != dt.time() else moment.date()
