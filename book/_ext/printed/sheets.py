"""Put translated pages together: one sheet a PDF, and the book in the order of its contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from .markup import call, clean, string
from .translator import array

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

__all__ = [
    "Page",
    "book_source",
    "chapter_source",
    "in_book",
    "in_words",
    "pages_of",
    "worksheet_source",
]


@dataclass(frozen=True)
class Page:
    """A page in the book's order.

    Attributes
    ----------
    docname : str
        The page, as Sphinx names it.
    part : str
        The caption of its part, empty for pages before the first part.
    number : int
        The part's number, 0 for none.
    depth : int
        0 for a page listed in a part, more for pages listed under another page.
    """

    docname: str
    part: str = ""
    number: int = 0
    depth: int = 0


def pages_of(env: BuildEnvironment) -> list[Page]:
    """Give the pages of the table of contents in reading order, each once."""
    root = env.config.root_doc
    pages = [Page(root)]
    seen = {root}
    number = 0
    for tree in env.get_doctree(root).findall(addnodes.toctree):
        caption = tree.get("caption") or ""
        number += bool(caption)
        for _, docname in tree["entries"]:
            pages += _below(env, docname, caption, number if caption else 0, 0, seen)
    return [page for page in pages if _choice(env, page.docname) != "no"]


def in_book(env: BuildEnvironment, pages: list[Page]) -> list[Page]:
    """Give the pages that are in the PDF of the whole book."""
    return [page for page in pages if _choice(env, page.docname) != "apart"]


def _choice(env: BuildEnvironment, docname: str) -> str:
    """Give what a page's front matter says of print: "no", "apart" or nothing."""
    choice = env.metadata[docname].get("printed", "")
    # YAML reads a bare `no` as false, and MyST hands on what it read.
    return "no" if choice in (False, "False", "false") else str(choice)


def _below(
    env: BuildEnvironment, docname: str, part: str, number: int, depth: int, seen: set[str]
) -> Iterator[Page]:
    if docname not in env.found_docs or docname in seen:
        return
    seen.add(docname)
    yield Page(docname, part, number, depth)
    for child in env.toctree_includes.get(docname, []):
        yield from _below(env, child, part, number, depth + 1, seen)


def in_words(day: str) -> str | None:
    """Give a date as readers write it, None for something that is no date.

    Examples
    --------
    >>> in_words("2026-11-03")
    '3 November 2026'
    """
    try:
        when = date.fromisoformat(day)
    except ValueError:
        return None
    return f"{when.day} {when:%B %Y}"


@dataclass(frozen=True)
class About:
    """What the front matter and the title of a page say of it."""

    title: str
    description: str
    reviewed: str | None
    part: str


def about(env: BuildEnvironment, page: Page) -> About:
    """Collect what a page says of itself."""
    meta = env.metadata[page.docname]
    title = env.titles.get(page.docname, nodes.title())
    return About(
        title=clean(title.astext()) or page.docname,
        description=clean(str(meta.get("description", ""))),
        reviewed=in_words(str(meta.get("reviewed", ""))),
        part=page.part,
    )


def is_dense(env: BuildEnvironment, docname: str) -> bool:
    """Tell whether a page is for looking things up, and so set smaller."""
    return any(fnmatch(docname, pattern) for pattern in env.config.printed_dense)


def _file(docname: str) -> str:
    return string(f"/docs/{docname}.typ")


def chapter_source(env: BuildEnvironment, page: Page) -> str:
    """Give the source of the PDF of one page."""
    it = about(env, page)
    setting = call(
        "chapter.with",
        title=string(it.title),
        part=string(it.part) if it.part else None,
        description=string(it.description),
        reviewed=string(it.reviewed) if it.reviewed else None,
        dense="true" if is_dense(env, page.docname) else None,
    )
    return f'#import "/handbook.typ": *\n#show: {setting}\n#include {_file(page.docname)}\n'


def worksheet_source(env: BuildEnvironment, page: Page) -> str:
    """Give the source of the worksheet of one exercise."""
    it = about(env, page)
    setting = call("worksheet.with", title=string(it.title), description=string(it.description))
    return (
        f'#import "/worksheet.typ": *\n#show: {setting}\n'
        f"#include {_file(page.docname + '-worksheet')}\n"
    )


def book_source(env: BuildEnvironment, pages: list[Page], keys: dict[str, str]) -> str:
    """Give the source of the whole book: cover, contents, parts and every page."""
    lines = ['#import "/handbook.typ": *']
    reviewed = max(str(env.metadata[page.docname].get("reviewed", "")) for page in pages)
    edition = in_words(reviewed)
    what = string(f"Last reviewed {edition}" if edition else "")
    root = about(env, pages[0])
    lines.append(f"#show: {call('book.with', edition=what, description=string(root.description))}")
    rows: list[tuple[str, str, str, str, str]] = []
    for page in pages:
        place = keys.get(page.docname)
        if place is None:
            continue
        if page.part and (not rows or rows[-1][3] != page.part):
            rows.append(("part", page.part, _part_key(page.number), page.part, ""))
        kind = "sub" if page.depth else "page"
        it = about(env, page)
        rows.append((kind, it.title, place, page.part, it.description))
    entries = [
        f"(kind: {string(kind)}, title: {string(title)}, key: {string(key)}, about: {string(text)})"
        for kind, title, key, _, text in rows
    ]
    lines.append(f"#{call('contents', array(entries))}")
    part = ""
    for page in pages:
        if page.part and page.part != part:
            part = page.part
            own = [
                entry
                for entry, row in zip(entries, rows, strict=True)
                if row[0] == "page" and row[3] == part
            ]
            key = string(_part_key(page.number))
            lines.append(f"#{call('part', str(page.number), string(part), key, array(own))}")
        setting = call(
            "leaf.with",
            offset=str((1 if page.part else 0) + page.depth),
            over=string(part) if page.part else None,
            fresh=str(page.depth == 0).lower(),
            dense="true" if is_dense(env, page.docname) else None,
        )
        lines.append(f"#{{ show: {setting}; include {_file(page.docname)} }}")
    return "\n".join(lines) + "\n"


def _part_key(number: int) -> str:
    return f"part:{number}"
