"""Describe the columns of a table once; forms, files and worksheets are made from this.

A column is declared where the row class has its field, in words for readers::

    @frozen
    class Organisation:
        name: str = columns.text("Name", help="As people say it.", required=True)

The functions `text`, `long`, `choice`, `number`, `date`, `name` and `flag` make such a field. A
`Column` reads what somebody typed (`read`), and gives a value back for a form (`for_form`).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import attrs
from attrs import frozen

from .faults import shown
from .names import fold, nearest

__all__ = [
    "Column",
    "Table",
    "choice",
    "clean",
    "date",
    "flag",
    "long",
    "name",
    "number",
    "several",
    "table_of",
    "text",
]

Value = str | float | bool | dt.date | tuple[str, ...] | None
"""What a cell can hold once it has been read."""

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?$")
_BRITISH = re.compile(r"(\d{1,2})\s*[/.]\s*(\d{1,2})\s*[/.]\s*(\d{4})$")
_WRITTEN = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,})\.?,?\s+(\d{4})$", re.I)
_YES = {"yes", "y", "true", "1", "on", "x", "✓"}
_NO = {"no", "n", "false", "0", "off"}


def clean(value: object) -> str:
    """Give text without spaces round it and with one kind of line ending.

    Half characters (lone surrogates), which no file can hold, become the replacement sign.

    Examples
    --------
    >>> clean("  one\\r\\ntwo ")
    'one\\ntwo'
    >>> clean(None)
    ''
    """
    if value is None:
        return ""
    written = value if isinstance(value, str) else shown(value, longest=10**6)
    written = written.replace("\r\n", "\n").replace("\r", "\n").strip()
    if written.isascii():
        return written
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= c <= "\udfff" else c for c in written)


@frozen
class Column:
    """One column of a table, in words for readers.

    Attributes
    ----------
    name : str
        Key in the change file and in rows, such as "from".
    label : str
        What readers see, such as "From".
    kind : str
        One of text, long, choice, number, date, name, flag.
    help : str
        One or two sentences on what to write.
    choices : tuple of str
        What can be chosen (kind choice).
    min, max, step : float or None
        Range and step (kind number).
    of : tuple of str
        Tables whose names may be given (kind name). Several are possible: a tie may start from an
        organisation or a person.
    strict : bool
        Whether a name must be in one of those tables. If not, they are only offered.
    many : bool
        Whether a cell holds several values, parted by semicolons.
    required : bool
        Whether a row that is not blank needs it.
    in_form : bool
        Whether forms and worksheets show it. Source keys, for example, live in files only.
    attribute : str
        Name of the Python attribute, such as "from\\_".

    Examples
    --------
    >>> strength = Column("strength", "Strength", "number", min=0, max=10)
    >>> strength.read("7")
    (7.0, '')
    >>> strength.read("strong")
    (None, 'Give a number from 0 to 10.')
    """

    name: str
    label: str
    kind: str
    help: str = ""
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    step: float | None = None
    of: tuple[str, ...] = ()
    strict: bool = True
    many: bool = False
    required: bool = False
    in_form: bool = True
    attribute: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the column as a form's JSON has it, without what does not apply.

        Examples
        --------
        >>> Column("kind", "Kind", "choice", choices=("line", "money")).as_dict()
        {'name': 'kind', 'label': 'Kind', 'kind': 'choice', 'choices': ['line', 'money']}
        """
        given: dict[str, Any] = {"name": self.name, "label": self.label, "kind": self.kind}
        if self.help:
            given["help"] = self.help
        if self.choices:
            given["choices"] = list(self.choices)
        for bound in ("min", "max", "step"):
            value = getattr(self, bound)
            if value is not None:
                given[bound] = int(value) if float(value).is_integer() else value
        if self.of:
            given["of"] = " ".join(self.of)
        if self.of and not self.strict:
            given["strict"] = False
        if self.many:
            given["many"] = True
        if self.required:
            given["required"] = True
        return given

    @property
    def blank(self) -> Value:
        """The value of an empty cell."""
        if self.many:
            return ()
        return "" if self.kind in ("text", "long", "choice", "name") else None

    @property
    def wanted(self) -> str:
        """What would be right here, as a sentence."""
        if self.kind == "choice":
            return f"Choose {_either(self.choices)}."
        if self.kind == "number":
            if self.min is not None and self.max is not None:
                return f"Give a number from {shown(self.min)} to {shown(self.max)}."
            if self.min is not None:
                return f"Give a number, {shown(self.min)} or more."
            return "Give a number."
        if self.kind == "date":
            return "Give a date such as 20 July 2009 or 2009-07-20."
        if self.kind == "flag":
            return "Give yes or no."
        if self.kind == "name":
            return f"Give the name of {_either(tuple(ONE_OF.get(t, t) for t in self.of))}."
        return "Give text."

    def read(self, typed: object) -> tuple[Value, str]:
        """Read what somebody typed into this column.

        Parameters
        ----------
        typed : object
            Text, a number, yes or no, a date, a list (columns with several values) or None.

        Returns
        -------
        tuple
            The value, and what would be right as a sentence, empty when all is well. With a
            fault the value is the blank one: the caller keeps what was typed.

        Examples
        --------
        >>> Column("review", "Review", "date").read("20/07/2009")
        (datetime.date(2009, 7, 20), '')
        >>> Column("kind", "Kind", "choice", choices=("line", "money")).read(" LINE ")
        ('line', '')
        >>> Column("source", "Source", "text", many=True).read("turner2016; morris2014")
        (('turner2016', 'morris2014'), '')
        """
        if self.many:
            return self._read_many(typed)
        if isinstance(typed, list | tuple):
            if len(typed) == 1 and not isinstance(typed[0], list | tuple | dict):
                return self.read(typed[0])
            return self.blank, f"Only one value fits here. {self.wanted}"
        if isinstance(typed, dict):
            return self.blank, f"Only one value fits here. {self.wanted}"
        if typed is None or (isinstance(typed, str) and not typed.strip()):
            return self.blank, ""
        if self.kind == "number":
            return self._read_number(typed)
        if self.kind == "flag":
            return self._read_flag(typed)
        if self.kind == "date":
            return self._read_date(typed)
        written = typed.isoformat() if isinstance(typed, dt.date) else clean(typed)
        if self.kind == "choice":
            for each in self.choices:
                if fold(each) == fold(written):
                    return each, ""
            return self.blank, self.wanted
        if self.kind == "name":
            written = " ".join(written.split())
        return written, ""

    def suggest(self, typed: object) -> str:
        """Give the choice nearest to what was typed, or an empty text.

        Examples
        --------
        >>> Column("kind", "Kind", "choice", choices=("line", "influence")).suggest("influnce")
        'influence'
        """
        if self.kind == "choice" and isinstance(typed, str):
            return nearest(typed, self.choices) or ""
        return ""

    def for_form(self, value: Value) -> str | float | bool | None:
        """Give a value as a form holds it: text, a number, yes or no, or None.

        Examples
        --------
        >>> Column("review", "Review", "date").for_form(dt.date(2009, 7, 20))
        '2009-07-20'
        >>> Column("strength", "Strength", "number").for_form(7.0)
        7
        """
        if isinstance(value, tuple):
            return "; ".join(value)
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if value is None and self.kind == "date":
            return ""
        return value

    def _read_many(self, typed: object) -> tuple[Value, str]:
        if typed is None:
            return (), ""
        if isinstance(typed, dict):
            return (), "Give text, or a list of texts."
        parts: list[object]
        if isinstance(typed, list | tuple):
            parts = list(typed)
            if any(isinstance(each, list | tuple | dict) for each in parts):
                return (), "Give text, or a list of texts."
        else:
            parts = list(clean(typed).split(";"))
        cleaned = (" ".join(clean(each).split()) for each in parts)
        return tuple(each for each in cleaned if each), ""

    def _read_number(self, typed: object) -> tuple[Value, str]:
        number: float
        if isinstance(typed, bool | dt.date):
            return None, self.wanted
        if isinstance(typed, int | float):
            try:
                number = float(typed)
            except OverflowError:
                return None, self.wanted
        else:
            written = clean(typed).replace("−", "-").replace(" ", "")
            if not re.fullmatch(r"[+-]?([0-9]{1,330}(\.[0-9]{0,400})?|\.[0-9]{1,400})", written):
                return None, self.wanted
            number = float(written)
        if not math.isfinite(number):
            return None, self.wanted
        low = self.min is not None and number < self.min
        high = self.max is not None and number > self.max
        return (None, self.wanted) if low or high else (number + 0.0, "")

    def _read_flag(self, typed: object) -> tuple[Value, str]:
        if isinstance(typed, bool):
            return typed, ""
        written = shown(typed).strip().casefold()
        if written in _YES:
            return True, ""
        return (False, "") if written in _NO else (None, self.wanted)

    def _read_date(self, typed: object) -> tuple[Value, str]:
        if isinstance(typed, dt.datetime):
            return typed.date(), ""
        if isinstance(typed, dt.date):
            return typed, ""
        written = clean(typed)
        year = month = day = 0
        if found := _ISO.match(written):
            year, month, day = (int(part) for part in found.groups())
        elif found := _BRITISH.match(written):
            day, month, year = (int(part) for part in found.groups())
        elif found := _WRITTEN.match(written):
            spoken = found[2].casefold()
            fits = [n for n, each in enumerate(_MONTHS, 1) if each.startswith(spoken)]
            if len(fits) == 1:
                day, month, year = int(found[1]), fits[0], int(found[3])
        try:
            return dt.date(year, month, day), ""
        except ValueError:
            return None, self.wanted


ONE_OF = {
    "organisations": "an organisation",
    "people": "a person",
    "steps": "a step",
}
"""What one row of a table is called, for sentences."""


def _either(words: tuple[str, ...]) -> str:
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " or " + words[-1]


@frozen
class Table:
    """A table of the change file: its name for readers, its help and its columns.

    Attributes
    ----------
    key : str
        Key in the change file, such as "ties".
    title : str
        What readers see, such as "Ties".
    one : str
        What one row is called, such as "tie".
    help : str
        One or two sentences on what the table is for.
    columns : tuple of Column
        In the order of forms and files.
    row : type
        The class of its rows.

    Examples
    --------
    >>> from system_leadership.change import TABLES
    >>> TABLES["ties"].column("from").attribute
    'from_'
    """

    key: str
    title: str
    one: str
    help: str
    columns: tuple[Column, ...]
    row: type[Any]

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that forms and worksheets show."""
        return tuple(column for column in self.columns if column.in_form)

    def column(self, name: str) -> Column:
        """Find a column by its key; KeyError when there is none.

        Examples
        --------
        >>> from system_leadership.change import TABLES
        >>> TABLES["ties"].column("strength").max
        10
        """
        for each in self.columns:
            if each.name == name:
                return each
        raise KeyError(f"{self.key} has no column {name!r}")


def table_of(key: str, title: str, one: str, help: str, row: type[Any]) -> Table:
    """Collect a table's columns from the fields of its row class.

    Examples
    --------
    >>> from system_leadership.change import Organisation
    >>> table_of("organisations", "Organisations", "organisation", "", Organisation).columns[0].name
    'name'
    """
    columns = tuple(
        attrs.evolve(
            each.metadata["column"],
            name=each.metadata["column"].name or each.name,
            attribute=each.name,
        )
        # What every row has (note, source) comes last, after what is the table's own.
        for each in sorted(attrs.fields(row), key=lambda field: field.inherited)
        if "column" in each.metadata
    )
    return Table(key, title, one, help, columns, row)


def _many(value: object) -> tuple[str, ...]:
    read, _ = Column("", "", "text", many=True).read(value)
    assert isinstance(read, tuple)
    return read


def _name(value: object) -> str:
    return " ".join(clean(value).split())


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def text(label: str, help: str = "", *, required: bool = False, key: str = "") -> Any:
    """Declare a field of one line of text."""
    column = Column(key, label, "text", help, required=required)
    return attrs.field(default="", converter=clean, metadata={"column": column})


def long(label: str, help: str = "", *, required: bool = False) -> Any:
    """Declare a field of text that may have several lines."""
    column = Column("", label, "long", help, required=required)
    return attrs.field(default="", converter=clean, metadata={"column": column})


def choice(label: str, choices: tuple[str, ...], help: str = "") -> Any:
    """Declare a field with a fixed list of choices; blank is always allowed."""
    column = Column("", label, "choice", help, choices=choices)
    return attrs.field(default="", converter=clean, metadata={"column": column})


def number(
    label: str,
    help: str = "",
    *,
    min: float | None = None,
    max: float | None = None,
    step: float | None = None,
) -> Any:
    """Declare a field with a number in a range."""
    column = Column("", label, "number", help, min=min, max=max, step=step)
    return attrs.field(default=None, converter=_number, metadata={"column": column})


def date(label: str, help: str = "") -> Any:
    """Declare a field with a date."""
    return attrs.field(default=None, metadata={"column": Column("", label, "date", help)})


def flag(label: str, help: str = "") -> Any:
    """Declare a field with yes or no."""
    return attrs.field(default=None, metadata={"column": Column("", label, "flag", help)})


def name(
    label: str,
    of: tuple[str, ...],
    help: str = "",
    *,
    key: str = "",
    strict: bool = True,
    many: bool = False,
    required: bool = False,
) -> Any:
    """Declare a field that names a row of another table, or several rows."""
    column = Column(key, label, "name", help, of=of, strict=strict, many=many, required=required)
    if many:
        return attrs.field(default=(), converter=_many, metadata={"column": column})
    return attrs.field(default="", converter=_name, metadata={"column": column})


def several(label: str, help: str = "", *, in_form: bool = True) -> Any:
    """Declare a field with several short texts, such as keys of sources."""
    column = Column("", label, "text", help, many=True, in_form=in_form)
    return attrs.field(default=(), converter=_many, metadata={"column": column})
