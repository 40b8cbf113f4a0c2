"""The pages of the build in words, and the record that they draw on, each read once."""

from __future__ import annotations

import functools
from typing import Any

import yaml
from built_book import BUILT
from prose import ROOT, Page, read_page

__all__ = ["EVIDENCE", "page_named", "record", "typed_pages"]

EVIDENCE = ROOT / "book" / "evidence"
DOCTREES = BUILT.parent / ".doctrees"


def typed_pages() -> list[str]:
    """Give the names of the pages whose words an author typed."""
    found = (file.relative_to(DOCTREES) for file in sorted(DOCTREES.rglob("*.doctree")))
    return [name.with_suffix("").as_posix() for name in found]


@functools.cache
def page_named(docname: str) -> Page:
    """Read a page once."""
    return read_page(DOCTREES, docname)


@functools.cache
def record(name: str) -> dict[str, Any]:
    """Read a file of the record once."""
    data: dict[str, Any] = yaml.safe_load((EVIDENCE / name).read_text(encoding="utf-8"))
    return data
