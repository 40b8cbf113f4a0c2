"""Days in words: numbers as people write them, and days as dates where a start is known.

Dates are plain days of the calendar, so no time zone can move them.
"""

from __future__ import annotations

import datetime as dt

from .words import counted

__all__ = ["MONTHS", "days_of", "number", "spoken", "when"]

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LAST = dt.date(9998, 12, 31)


def number(value: float, digits: int = 1) -> str:
    """Give a number as people write it: commas, and no more decimals than it needs.

    Examples
    --------
    >>> number(1234.0), number(2.54), number(-0.04)
    ('1,234', '2.5', '0')
    """
    written = f"{round(value, digits) + 0.0:,.{digits}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def days_of(days: float) -> str:
    """Give a number of days in words.

    Examples
    --------
    >>> days_of(0.6), days_of(1371.2)
    ('1 day', '1,371 days')
    """
    return counted(round(days), "day")


def when(start: dt.date | None, day: float) -> dt.date | None:
    """Give the date a number of days after the start; None without a start or past the year 9998.

    Examples
    --------
    >>> when(dt.date(2009, 7, 20), 364)
    datetime.date(2010, 7, 19)
    """
    if start is None or day > (_LAST - start).days or day < (dt.date.min - start).days:
        return None
    return start + dt.timedelta(days=round(day))


def spoken(start: dt.date | None, day: float = 0) -> str:
    """Give a day in words: as a date, or as the number of days from the start.

    Examples
    --------
    >>> spoken(dt.date(2009, 7, 20), 364), spoken(None, 364)
    ('19 July 2010', 'day 364')
    """
    date = when(start, day)
    if date is None:
        return f"day {number(day, 0)}"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
