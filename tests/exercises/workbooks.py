"""Workbooks for tests: edited as readers edit them, and damaged as files get damaged."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from system_leadership import Change
from system_leadership.workbook_write import write

SHEET = "xl/worksheets/sheet5.xml"
"""The part of the sheet Ties in a workbook that we wrote."""


def sample() -> Change:
    """Give a small change without a fault."""
    change, _ = Change.blank().replace_table("change", [{"title": "Eight units", "you": "Trust"}])
    change, _ = change.replace_table(
        "organisations", [{"name": "Trust", "sector": "NHS provider"}, {"name": "Council"}]
    )
    change, _ = change.replace_table("people", [{"name": "Lead", "organisation": "Trust"}])
    change, _ = change.replace_table(
        "ties",
        [
            {"from": "Trust", "to": "Council", "kind": "money", "strength": 3},
            {"from": "Lead", "to": "Trust", "kind": "line", "note": "Since May."},
        ],
    )
    change, faults = change.replace_table(
        "commitments", [{"statement": "One front door", "kind": "fixed", "review": "2027-04-03"}]
    )
    assert faults == []
    return change


def edited(edit: Callable[[Workbook], Any], change: Change | None = None) -> bytes:
    """Open a workbook of ours in another program, change it there and save it."""
    book = openpyxl.load_workbook(io.BytesIO(write(change or sample())))
    edit(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content: bytes, **parts: bytes | Callable[[bytes], bytes] | None) -> bytes:
    """Put other parts into a workbook; names have __ for / and None takes a part away."""
    changed = {name.replace("__", "/").replace("_dot_", "."): new for name, new in parts.items()}
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            new = changed.pop(name, before.read(name))
            if new is not None:
                after.writestr(name, new(before.read(name)) if callable(new) else new)
        for name, new in changed.items():
            assert isinstance(new, bytes)
            after.writestr(name, new)
    return packed.getvalue()


def part(content: bytes, name: str) -> str:
    """Read one part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()
