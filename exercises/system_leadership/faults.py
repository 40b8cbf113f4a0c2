"""Say what is wrong with something a reader wrote, where, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from attrs import evolve, frozen

__all__ = ["ChangeFileError", "Fault", "shown"]


def shown(value: object, longest: int = 60) -> str:
    """Give a value as a reader would recognise it, cut short when it is long.

    Examples
    --------
    >>> shown("Acute trust")
    'Acute trust'
    >>> shown(7.0), shown(0.00001), shown(None), shown(True)
    ('7', '0.00001', '', 'yes')
    >>> shown("x" * 100, longest=5)
    'xxxx…'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        text = repr(value)
        # No reader writes 1e-05.
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        text = "; ".join(shown(each) for each in value[:12])
    else:
        text = str(value)
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * longest]).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


@frozen
class Fault:
    """One thing that is wrong, told so that its writer can put it right.

    Attributes
    ----------
    table : str
        Key of the table, such as "ties"; "change" for the change itself, "" for a whole file.
    title : str
        What readers call that table, such as "Ties".
    row : int or None
        Number of the row as the reader counts, from 1.
    column : str or None
        Key of the column, such as "to".
    label : str
        What readers call that column, such as "To".
    found : str
        What was there, cut short when long. Empty when nothing was there.
    right : str
        What would be right, in a sentence or two.
    suggestion : str
        The nearest value that would be right, or an empty text.
    file : str
        Name of the file, where there is one.
    line : int or None
        Line of the file, from 1.

    Examples
    --------
    >>> print(Fault("ties", "Ties", 3, "to", "To", "Acute trsut",
    ...             "Nobody in this change has that name.", suggestion="Acute trust"))
    Ties, row 3, To: found “Acute trsut”. Nobody in this change has that name. \
Did you mean “Acute trust”?
    """

    table: str = ""
    title: str = ""
    row: int | None = None
    column: str | None = None
    label: str = ""
    found: str = ""
    right: str = ""
    suggestion: str = ""
    file: str = ""
    line: int | None = None

    @property
    def place(self) -> str:
        """Where the fault is, such as "my-change.yml, line 12, Ties, row 3, To"."""
        parts = [self.file]
        parts.append(f"line {self.line}" if self.line is not None else "")
        parts.append(self.title or self.table)
        parts.append(f"row {self.row}" if self.row is not None else "")
        parts.append(self.label or self.column or "")
        return ", ".join(part for part in parts if part)

    @property
    def message(self) -> str:
        """What was found and what would be right, without the place."""
        parts = [f"found “{self.found}”." if self.found else "", self.right]
        if self.suggestion:
            parts.append(f"Did you mean “{self.suggestion}”?")
        text = " ".join(part for part in parts if part)
        return text[:1].upper() + text[1:]

    def __str__(self) -> str:
        if not self.place:
            return self.message
        message = self.message
        if self.found:
            message = message[:1].lower() + message[1:]
        return f"{self.place}: {message}"

    def at(self, *, file: str | None = None, line: int | None = None) -> Fault:
        """Give the same fault with the file and line it stands in.

        Examples
        --------
        >>> Fault(title="Ties", right="Give a name.").at(file="my.yml", line=4).place
        'my.yml, line 4, Ties'
        """
        return evolve(
            self,
            file=self.file if file is None else file,
            line=self.line if line is None else line,
        )


class ChangeFileError(ValueError):
    """A change file cannot be read or written; `faults` lists every reason.

    Parameters
    ----------
    faults : iterable of Fault
        All that is wrong, in the order of the file.
    file : str
        Name of the file, or an empty text when the text came from elsewhere.

    Examples
    --------
    >>> error = ChangeFileError([Fault(right="The file is empty.")], file="my-change.yml")
    >>> print(error)
    my-change.yml could not be read. It was not changed.
    - The file is empty.
    """

    def __init__(self, faults: Iterable[Fault], file: str = "", heading: str = "") -> None:
        self.faults = list(faults)
        self.file = file
        many = len(self.faults)
        heading = heading or (
            f"{file or 'The text'} could not be read"
            + (f": {many} things to put right." if many > 1 else ".")
            + (" It was not changed." if file else "")
        )
        self.heading = heading
        most = 100
        lines = [f"- {evolve(fault, file='')}" for fault in self.faults[:most]]
        if many > most:
            lines.append(f"- and {many - most} more")
        super().__init__("\n".join([heading, *lines]))
