"""Measure print: all PDFs with nothing kept, against a headless Chromium.

Both sides begin with the pages built, and print the same documents:

* every page that has a PDF, alone;
* every exercise that has a worksheet a second time, since the worksheet is a document made from
  that page, and Chromium has no other form of it;
* the whole book as one document: for Chromium one HTML file that holds the text of all pages of
  the book in its order, with their styles, links to places in it instead of to other pages.

The clock of our side runs from the built pages, read from the disk, to the last PDF. Chromium's
runs over its start, which is one for all, and over everything it prints; its PDFs are tagged as
ours are. A second and stricter ratio sets our whole work against Chromium's first part alone:
each page once, without worksheets and without the book.
"""

from __future__ import annotations

import argparse
import posixpath
import re
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from tools import build
from tools.bench_common import OUR_BUILD, Launch, clean, ratio, serving, timed

__all__ = ["bench_print", "make_all_pdfs", "whole_book"]

WORKSHEET = "-worksheet"
# The file of the whole book, beside the pages while the bench runs.
WHOLE = "whole-book-in-one.html"
# Attributes that may hold an address.
_ADDRESSES = ("href", "src", "data")


def bench_print(work: Path, runs: int, launch: Launch) -> dict[str, Any]:
    """All PDFs against Chromium printing the same documents, and against each page once.

    Returns
    -------
    dict
        ``all PDFs`` and ``all PDFs, against pages once``, each a ratio.
    """
    ours = work / "ours"
    command = [sys.executable, "-m", "tools.bench_print", str(ours)]
    html = ours / "_build" / "html"
    timed(OUR_BUILD, ours)
    (html / WHOLE).write_text(whole_book(html, book_pages(ours)), "utf-8")
    times: dict[str, list[float]] = {"ours": [], "documents": [], "pages": []}
    target = work / "printed"
    target.mkdir()
    sizes: dict[str, int] = {}
    with serving(html) as site:
        for run in range(runs):
            shutil.rmtree(html / "pdf", ignore_errors=True)
            clean(ours, "_cache/pdf")
            timed(command, ours)
            times["ours"].append(float((ours / "_build" / "printed.txt").read_text()))
            pages, again = documents(html)
            once, whole = print_all(site, [pages, [*again, WHOLE]], target, launch)
            times["pages"].append(once)
            times["documents"].append(whole)
            sizes = {
                "pages": len(pages),
                "worksheets": len(again),
                "pdfs": len(list(html.glob("pdf/**/*.pdf"))),
            }
            told = ", ".join(f"{side} {each[-1]:.1f} s" for side, each in times.items())
            print(f"  print {run + 1}: {told}", flush=True)
    if sizes["pages"] < 10:
        sys.exit("Hardly a PDF was made, so there is nothing to compare.")
    return {
        name: {**ratio({"ours": times["ours"], "plain": times[other]}), **sizes}
        for name, other in (("all PDFs", "documents"), ("all PDFs, against pages once", "pages"))
    }


def documents(html: Path) -> tuple[list[str], list[str]]:
    """Give the pages that have a PDF, and those that have a worksheet, from the site's root."""
    made = [path.relative_to(html / "pdf").with_suffix("") for path in html.glob("pdf/**/*.pdf")]
    names = sorted(path.as_posix() for path in made)
    pages = [f"{name}.html" for name in names]
    sheets = [f"{name.removesuffix(WORKSHEET)}.html" for name in names if name.endswith(WORKSHEET)]
    return [page for page in pages if (html / page).exists()], sheets


def print_all(
    site: str, groups: Sequence[Sequence[str]], target: Path, launch: Launch
) -> list[float]:
    """Have Chromium print groups of pages; give the seconds from its start to each group's end."""
    ends = []
    began = time.perf_counter()
    with launch() as chromium:
        page = chromium.new_page()
        page.set_default_timeout(600_000)
        for group, names in enumerate(groups):
            for number, name in enumerate(names):
                page.goto(f"{site}/{name}")
                page.pdf(path=target / f"{group}-{number}.pdf", format="A4", tagged=True)
            ends.append(time.perf_counter() - began)
    return ends


# ----------------------------------------------------------------------------- the book in one file


def book_pages(folder: Path) -> list[str]:
    """Give the pages of the printed book, in its order: those that do not stay apart from it."""
    return [
        page
        for page in build.pages_of(folder)
        if not any(
            re.search(r"^printed: *(apart|\"no\")$", path.read_text("utf-8"), re.M)
            for path in folder.glob(f"{page}.*")
        )
    ]


def whole_book(html: Path, pages: Sequence[str]) -> str:
    """Give the texts of pages as one HTML document, for a file at the site's root.

    It has the first page's frame and every page's styles. A link to a page in it leads to that
    page's text, or to the place of the link, here; other addresses lead where they led.
    """
    from bs4 import BeautifulSoup

    at = {f"{page}.html": f"page-{number}" for number, page in enumerate(pages)}
    frame: Any = None
    last: Any = None
    styles: set[str] = set()
    for name, mark in at.items():
        page = BeautifulSoup((html / name).read_text("utf-8"), "html.parser")
        readdress(page, name, at)
        text = page.select_one("article.text")
        if text is None:
            sys.exit(f"{name} has no text to put into the whole book.")
        text["id"] = mark
        sheets = {str(link["href"]): link for link in page.select("head link[rel=stylesheet]")}
        if frame is None:
            frame = page
        else:
            last.insert_after(text.extract())
            for address in sorted(sheets.keys() - styles):
                frame.head.append(sheets[address].extract())
        styles |= sheets.keys()
        last = text
    return str(frame)


def readdress(page: Any, name: str, at: Mapping[str, str]) -> None:
    """Make the addresses in a page right for a file at the site's root that holds those pages."""
    for attribute in _ADDRESSES:
        for tag in page.find_all(attrs={attribute: True}):
            address, place = urldefrag(tag[attribute])
            if not address or urlsplit(address).scheme or address.startswith("/"):
                continue
            goal = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
            if tag.name == "a" and goal in at:
                tag[attribute] = f"#{place or at[goal]}"
            else:
                tag[attribute] = f"{goal}#{place}" if place else goal


# ----------------------------------------------------------------------------- our side


def make_all_pdfs(folder: Path) -> None:
    """Make the PDFs of a built copy, and leave the seconds in ``_build/printed.txt``."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    with patch_docutils(), docutils_namespace():
        app = build.make_app(folder, folder / "_build" / "html", quiet=True)
        import printed  # of the copy's own extensions, on the path now

        began = time.perf_counter()
        printed.make_pdfs(app)
        took = time.perf_counter() - began
    (folder / "_build" / "printed.txt").write_text(str(took))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the PDFs of a built copy; note the time.")
    parser.add_argument("folder", type=Path)
    make_all_pdfs(parser.parse_args().folder)
