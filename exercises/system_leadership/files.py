"""Read and write change files without ever losing what a reader wrote.

A file is checked before it is trusted: its size, its encoding, its form. Everything that is wrong
is told at once, with line, row and column. Saving writes a new file beside the old one and swaps
the two in one step, so that a crash leaves the old file or the new one, whole. The version before
is kept next to it.

The ending of the name says which spelling a file has: .yml for text, .xlsx for an Excel workbook.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import tempfile
import time
import warnings
from pathlib import Path

from attrs import evolve

from .change import Change
from .change_text import LARGEST, dumps, loads
from .faults import ChangeFileError, Fault
from .names import nearest

__all__ = [
    "LARGEST",
    "ChangeFileWarning",
    "backup_of",
    "dumps",
    "load",
    "loads",
    "read",
    "read_text",
    "save",
    "write",
]

_SIGNATURES = (
    (b"PK\x03\x04", "This is an Excel workbook or another packed file, not a change file."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel or Word file, not a change file."),
    (b"%PDF", "This is a PDF, not a change file."),
    (b"\x1f\x8b", "This is a compressed file. Unpack it first."),
    (b"\xff\xd8\xff", "This is a picture, not a change file."),
    (b"\x89PNG", "This is a picture, not a change file."),
)
# What no text holds, in whatever letters it is saved; pictures and programs are full of them.
_NO_TEXT = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")))
_SAVE_AS = "Open it in Excel or LibreOffice and save it as an Excel workbook (.xlsx)."


class ChangeFileWarning(UserWarning):
    """A change file was read, but something in it is odd, such as a hidden row."""


def load(path: str | os.PathLike[str], *, strict: bool = True) -> Change:
    """Read a change file.

    Parameters
    ----------
    path : str or path
        A .yml or .xlsx file.
    strict : bool
        As in `loads`.

    Returns
    -------
    Change
        What the file says.

    Raises
    ------
    ChangeFileError
        With every fault. The file is never changed by reading it.

    Warns
    -----
    ChangeFileWarning
        If a workbook can be read but holds something odd: hidden rows, formulas, other sheets.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "my-change.yml")
    >>> Change(title="Eight units").save(path)
    >>> load(path).title
    'Eight units'
    """
    place = Path(path)
    _check_name(place)
    return read(_read_bytes(place), place.name, strict=strict)


def read(content: bytes, file: str, *, strict: bool = True) -> Change:
    """Read the content of a change file, as uploaded.

    Parameters
    ----------
    content : bytes
        What is in the file.
    file : str
        Its name. One that ends in .xlsx is a workbook, any other is text.
    strict : bool
        As in `loads`.

    Returns
    -------
    Change
        What the file says.

    Raises
    ------
    ChangeFileError
        With every fault.

    Examples
    --------
    >>> content = write(Change(title="Eight units"), "my-change.xlsx")
    >>> read(content, "my-change.xlsx").title
    'Eight units'
    """
    if not _is_workbook(file):
        return _loads(content, file, strict=strict)
    from . import workbook_read  # only who uses Excel waits for it

    reading = workbook_read.read(content, file)
    if strict and reading.faults:
        raise ChangeFileError(reading.faults, file)
    if reading.notices:
        lines = [f"{file} was read. Please look at this:"]
        lines += [f"- {evolve(notice, file='')}" for notice in reading.notices[:100]]
        warnings.warn("\n".join(lines), ChangeFileWarning, stacklevel=_callers_level())
    return reading.change


def write(change: Change, file: str) -> bytes:
    """Give the content of a change file, to be saved or downloaded.

    Parameters
    ----------
    change : Change
        What to write.
    file : str
        The name it will have. One that ends in .xlsx is a workbook, any other is text.

    Returns
    -------
    bytes
        `read` gives the same change back.

    Raises
    ------
    ChangeFileError
        If a workbook cannot hold it: one of its texts is longer than a cell.

    Examples
    --------
    >>> write(Change(title="Eight units"), "my-change.yml")
    b'change:\\n  title: Eight units\\n'
    """
    if not _is_workbook(file):
        return dumps(change).encode("utf-8")
    from . import workbook_write

    return workbook_write.write(change, file)


def read_text(content: bytes, file: str = "") -> str:
    """Decode the bytes of a change file, as uploaded or read.

    Parameters
    ----------
    content : bytes
        The file's content.
    file : str
        Its name, for messages.

    Returns
    -------
    str
        Its text, without a byte order mark.

    Raises
    ------
    ChangeFileError
        If it is another kind of file, too large, or not in UTF-8.

    Examples
    --------
    >>> read_text(b"\\xef\\xbb\\xbftitle: Eight units")
    'title: Eight units'
    """
    if len(content) > 4 * LARGEST:
        raise ChangeFileError([Fault(right=_too_large(len(content)))], file)
    for signature, right in _SIGNATURES:
        if content.startswith(signature):
            raise ChangeFileError([Fault(right=right)], file)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or (
        b"\x00" in content[:200] and content[:200].count(b"\x00") * 3 > len(content[:200])
    ):
        right = "It is saved as UTF-16 (“Unicode”). Save it again as UTF-8."
        raise ChangeFileError([Fault(right=right)], file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content != content.translate(None, _NO_TEXT):
            right = "This is not plain text. A change file ends in .yml or .xlsx."
            raise ChangeFileError([Fault(right=right)], file) from None
        line = content.count(b"\n", 0, error.start) + 1
        right = (
            "A letter here is not in UTF-8. The file was probably saved for Windows (“ANSI”). "
            "Open it in your editor and save it as UTF-8."
        )
        raise ChangeFileError([Fault(line=line, right=right)], file) from None


def save(change: Change, path: str | os.PathLike[str]) -> None:
    """Write a change to a file, in one step, and keep the version before.

    Parameters
    ----------
    change : Change
        What to write.
    path : str or path
        A .yml or .xlsx file; it need not exist yet.

    Raises
    ------
    ChangeFileError
        If the file exists and could not be read, or holds what would be lost, such as sheets of
        the reader's own: then it is left alone. Or if it cannot be written.

    Notes
    -----
    The new text goes to a temporary file in the same folder, is forced to disk and then takes the
    old file's place (`os.replace`), which is atomic. The version before stays beside it as
    "my-change.previous.yml".

    A change that comes from a workbook or a form has no comments of its own. Saved over a text
    file that has some, it leaves them and the order of that file as they are.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "my-change.yml")
    >>> save(Change(title="One"), path)
    >>> save(Change(title="Two"), path)
    >>> load(path).title, load(backup_of(path)).title
    ('Two', 'One')
    """
    place = Path(path)
    _check_name(place)
    # A link is followed: what it points to is the reader's file.
    place = Path(os.path.realpath(place))
    before: bytes | None = None
    if place.exists():
        try:
            before = _read_bytes(place)
            if _is_workbook(place.name):
                _check_workbook(place, before)
            else:
                written = _loads(before, place.name, strict=False).written
                if not change.written and "#" in written:
                    change = evolve(change, written=written)
        except _RefusedError:
            raise
        except ChangeFileError as error:
            heading = (
                f"{place.name} is there already and could not be read, so it was not overwritten. "
                "Put it right, or save under another name."
            )
            raise ChangeFileError(error.faults, place.name, heading) from None
    content = write(change, place.name)
    if content == before:
        return
    try:
        _sweep(place)
        if before is not None:
            _put(backup_of(place), before, like=place)
        _put(place, content, like=place)
    except OSError as error:
        heading = f"{place.name} could not be saved. What was there before is still there."
        raise ChangeFileError([Fault(right=_say(error, place))], place.name, heading) from error


def backup_of(path: str | os.PathLike[str]) -> Path:
    """Give where the version before is kept.

    Examples
    --------
    >>> backup_of("my-change.yml").name
    'my-change.previous.yml'
    """
    place = Path(path)
    return place.with_name(f"{place.stem}.previous{place.suffix}")


def _check_name(place: Path) -> None:
    ending = place.suffix.casefold()
    if ending in (".yml", ".yaml", ".xlsx"):
        return
    if ending == ".xlsm":
        right = (
            "This kind of workbook can hold macros (small programs), which we do not open. In "
            "Excel, save it as an Excel workbook (.xlsx)."
        )
    elif ending in (".xls", ".xlsb", ".ods"):
        right = f"This is another kind of spreadsheet ({ending}). {_SAVE_AS}"
    elif ending == ".csv":
        right = "A CSV file holds one table only. A change file ends in .yml or .xlsx."
    else:
        ends = f"this ends in “{ending}”" if ending else "this name has no ending"
        right = f"A change file ends in .yml or .xlsx; {ends}."
    raise ChangeFileError([Fault(right=right)], place.name)


def _callers_level() -> int:
    """Count how far up the first caller outside the package is: a warning names that line."""
    frame, level = inspect.currentframe(), 0
    while frame and frame.f_globals.get("__name__", "").startswith(__package__ or __name__):
        frame, level = frame.f_back, level + 1
    return level


def _is_workbook(file: str) -> bool:
    return file.casefold().endswith(".xlsx")


def _check_workbook(place: Path, before: bytes) -> None:
    """Refuse to write over a workbook that is open, or holds more than we can write back."""
    from . import workbook_read

    for lock in (f"~${place.name}", f".~lock.{place.name}#"):
        if place.with_name(lock).exists():
            heading = f"{place.name} is open in Excel or LibreOffice, so it was not overwritten."
            right = (
                "Close it there, or save under another name. If nobody has it open, a program "
                f"stopped before it could tidy up: delete the file {lock} beside it."
            )
            raise _RefusedError([Fault(right=right)], place.name, heading)
    reading = workbook_read.read(before, place.name)
    if reading.would_lose:
        heading = (
            f"{place.name} holds more than the handbook can write, so it was not overwritten. "
            "Save under another name, or take this out of the file:"
        )
        raise _RefusedError(reading.would_lose, place.name, heading)


class _RefusedError(ChangeFileError):
    """The file can be read, and is left alone for the reason the heading gives."""


def _loads(content: bytes, file: str, *, strict: bool) -> Change:
    try:
        return loads(read_text(content, file), strict=strict)
    except ChangeFileError as error:
        faults = [evolve(fault, file=file) for fault in error.faults]
        raise ChangeFileError(faults, file) from None


def _read_bytes(place: Path) -> bytes:
    try:
        if place.is_dir():
            right = "This is a folder. Name a file in it."
            raise ChangeFileError([Fault(right=right)], place.name)
        if place.exists() and not place.is_file():
            raise ChangeFileError([Fault(right="This is not a file.")], place.name)
        size = place.stat().st_size
        if size > 4 * LARGEST:
            raise ChangeFileError([Fault(right=_too_large(size))], place.name)
        with place.open("rb") as file:
            return file.read(4 * LARGEST + 1)
    except FileNotFoundError:
        near = None
        with contextlib.suppress(OSError):
            near = nearest(place.name, (p.name for p in place.parent.iterdir() if p.is_file()))
        right = f"There is no file of this name in {place.parent.resolve().name or 'the folder'}."
        heading = f"{place.name} could not be found."
        fault = Fault(right=right, suggestion=near or "")
        raise ChangeFileError([fault], place.name, heading) from None
    except OSError as error:
        raise ChangeFileError([Fault(right=_say(error, place))], place.name) from error


def _too_large(size: int) -> str:
    return (
        f"It has {size / 1e6:.0f} megabytes. A change file has at most {LARGEST / 1e6:.0f}: "
        "this is probably another file."
    )


def _say(error: OSError, place: Path) -> str:
    if isinstance(error, PermissionError):
        return (
            f"You are not allowed to read or write here ({place.parent.name or place.parent}), or "
            "the file is open in another program. Close it there and try again."
        )
    if isinstance(error, FileNotFoundError):
        return f"There is no folder {place.parent}."
    return f"The computer reports: {error.strerror or error}."


def _put(place: Path, content: bytes, *, like: Path) -> None:
    """Put content in a file's place in one step."""
    number, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
    temporary = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for the owner alone; keep what the reader's file allowed.
        with contextlib.suppress(OSError):
            temporary.chmod(like.stat().st_mode & 0o777 if like.exists() else 0o644)
        os.replace(temporary, place)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    # So that the new name itself survives a power cut; not every system can do this.
    with contextlib.suppress(OSError, AttributeError):
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _sweep(place: Path) -> None:
    """Take away temporary files of ours that a crash left an hour ago or more."""
    for name in (place.name, backup_of(place).name):
        for left in place.parent.glob(f".{name}.*.part"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > 3600:
                    left.unlink()
