"""The PDFs as readers get them: tagged, described, navigable, nothing off the page.

Typst refuses to write a PDF/UA-1 file with a missing description, a skipped heading level or a
letter that no font has. These tests look at what came out all the same, and at what the standard
or Typst leaves open: header cells in tables, fonts in the file, text inside the margins, page
numbers that are right. No validator for the whole of PDF/UA-1 runs without Java from a public
package registry; `veraPDF <https://verapdf.org>`_ is the one to use by hand before a release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2
import pytest
from built_book import BUILT, ROOT

FOLDER = BUILT / "pdf"
BOOK = "comfortable-with-chaos.pdf"
MM = 72 / 25.4

if not FOLDER.is_dir():
    pytest.skip(f"There is no {FOLDER} yet: `make book` makes it.", allow_module_level=True)

ALL = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.pdf"))
WORKSHEETS = [name for name in ALL if name.endswith("-worksheet.pdf")]


@dataclass(frozen=True)
class Bookmark:
    """A line of a PDF's outline: how deep it is, what it says, the page (from 1) it leads to."""

    level: int
    title: str
    page: int


@cache
def opened(name: str) -> pikepdf.Pdf:
    """Give a PDF of the built book, opened once."""
    return pikepdf.open(FOLDER / name)


@cache
def texts(name: str) -> list[str]:
    """Give the text of each page with white space made single and broken words mended."""
    document = pypdfium2.PdfDocument(FOLDER / name)
    return [_plain(page.get_textpage().get_text_range()) for page in document]


def _plain(text: str) -> str:
    # PDFium gives a hyphen at a line's end as U+0002 or U+FFFE.
    text = re.sub("[\x02\ufffe\u00ad](\r?\n)?", "", text)
    return " ".join(text.replace("\u2060", "").split())


def tags(name: str) -> Iterator[Any]:
    """Walk the structure tree."""
    waiting = [opened(name).Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(reversed(list(node)))
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                waiting.append(node.K)


def kinds_below(node: Any) -> list[str]:
    """Give the kinds of the tags directly and indirectly below a tag."""
    kids = node.get("/K")
    if kids is None or isinstance(kids, int):
        return []
    found = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [str(kid.S), *kinds_below(kid)]
    return found


@cache
def page_numbers(name: str) -> dict[tuple[int, int], int]:
    """Map each page object to its number, from 1."""
    return {page.objgen: at for at, page in enumerate(opened(name).pages, start=1)}


def goal_of(name: str, destination: Any) -> int | None:
    """Give the number of the page a destination leads to."""
    if isinstance(destination, (pikepdf.String, pikepdf.Name)):
        names = pikepdf.NameTree(opened(name).Root.Names.Dests)
        destination = names[str(destination).lstrip("/")]
    if isinstance(destination, pikepdf.Dictionary):
        destination = destination.D
    return page_numbers(name)[destination[0].objgen]


@cache
def bookmarks(name: str) -> list[Bookmark]:
    """Give the outline, in order."""
    found: list[Bookmark] = []

    def walk(item: Any, level: int) -> None:
        while item is not None:
            goal = item.get("/Dest") or item.A.D
            found.append(Bookmark(level, _plain(str(item.Title)), goal_of(name, goal) or 0))
            if "/First" in item:
                walk(item.First, level + 1)
            item = item.get("/Next")

    walk(opened(name).Root.Outlines.First, 1)
    return found


def test_the_pdfs_are_those_the_contents_promise():
    """One for the book, one for every page in its contents, one worksheet an exercise."""
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:file|root): *(\S+)", toc))
    missing = [page for page in sorted(named) if f"{page}.pdf" not in ALL]
    assert BOOK in ALL
    assert named
    assert not missing
    exercises = [page for page in named if page.startswith("exercises/")]
    assert [page for page in exercises if f"{page}-worksheet.pdf" not in ALL] == []


@pytest.mark.parametrize("name", ALL)
def test_says_what_it_is(name: str):
    """Title, shown as such, language, and the mark of PDF/UA-1: what a screen reader asks first."""
    pdf = opened(name)
    with pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert "Comfortable with chaos" in about["dc:title"]
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.Root.Lang) == "en-GB"


@pytest.mark.parametrize("name", ALL)
def test_everything_shown_is_tagged_or_marked_as_decoration(name: str):
    """Text that is neither would be skipped or read in the wrong place."""
    loose = []
    for number, page in enumerate(opened(name).pages, start=1):
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            act = str(operator)
            depth += act in ("BDC", "BMC")
            depth -= act == "EMC"
            if act in ("Tj", "TJ", "'", '"', "Do") and depth == 0:
                loose.append((number, str(operands)[:40]))
    assert loose == []


@pytest.mark.parametrize("name", ALL)
def test_headings_make_an_outline(name: str):
    """Each heading is a bookmark that leads to its page, and no level is skipped."""
    levels = [int(str(tag.S)[2:]) for tag in tags(name) if re.fullmatch(r"/H[1-6]", str(tag.S))]
    outline = bookmarks(name)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [mark.level for mark in outline] == levels
    assert all(mark.title for mark in outline)
    for mark in outline:
        assert mark.title.replace(" ", "") in texts(name)[mark.page - 1].replace(" ", "")


@pytest.mark.parametrize("name", ALL)
def test_every_figure_is_described(name: str):
    """A figure without words is nothing to somebody who cannot see it."""
    for tag in tags(name):
        if str(tag.S) == "/Figure":
            assert len(str(tag.get("/Alt", ""))) >= 10


@pytest.mark.parametrize("name", ALL)
def test_every_table_has_header_cells(name: str):
    """PDF/UA-1 asks for them, and Typst does not notice when they are missing."""
    for tag in tags(name):
        if str(tag.S) == "/Table":
            cells = kinds_below(tag)
            assert "/TH" in cells
            assert "/TD" in cells


@pytest.mark.parametrize("name", ALL)
def test_every_font_is_in_the_file(name: str):
    """So that it looks the same on every machine and printer."""
    fonts = [
        item
        for item in opened(name).objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    ]
    assert fonts
    for font in fonts:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()), font.FontName


@pytest.mark.parametrize("name", ALL)
def test_no_text_leaves_the_margins(name: str):
    """Printers leave some millimetres blank; 12 at the sides and 8 above and below are safe."""
    outside = []
    document = pypdfium2.PdfDocument(FOLDER / name)
    for number, page in enumerate(document, start=1):
        width, height = page.get_size()
        assert (round(width / MM), round(height / MM)) == (210, 297)
        if name == BOOK and number == 1:
            continue  # the cover's colour goes to the edge, its words do not matter to a printer
        page_text = page.get_textpage()
        for at in range(page_text.count_chars()):
            left, bottom, right, top = page_text.get_charbox(at)
            if right - left <= 0:
                continue
            letter = page_text.get_text_range(at, 1)
            if not letter.strip():
                continue
            across = left >= 12 * MM and right <= width - 12 * MM
            if not (across and bottom >= 8 * MM and top <= height - 8 * MM):
                outside.append((number, letter, round(left / MM), round(bottom / MM)))
    assert outside[:10] == []


# Every public function of the package with its example, for maintainers; not in the whole book.
LONG = {"book/reference/package.pdf": 80}


@pytest.mark.parametrize("name", [name for name in ALL if name != BOOK])
def test_a_page_is_not_long_for_what_it_is(name: str):
    """A worksheet that nobody wants to print, or a page that runs away, shows here."""
    pages = len(opened(name).pages)
    longest = LONG.get(name, 6 if name in WORKSHEETS else 40)
    assert 1 <= pages <= longest
    assert all(text for text in texts(name))


@pytest.mark.parametrize("name", WORKSHEETS)
def test_a_worksheet_has_room_in_every_column(name: str):
    """Each table has one header cell a column and whole rows of cells to write in."""
    tables = [kinds_below(tag) for tag in tags(name) if str(tag.S) == "/Table"]
    source = (ROOT / name.replace("-worksheet.pdf", ".md")).read_text("utf-8")
    # An exercise that asks for nothing new takes its lists from the sheets of others.
    asks = re.search(r'desk\.(edit|gather)\((?!"change"\))', source)
    assert tables or not asks
    for cells in tables:
        columns, rows = cells.count("/TH"), cells.count("/TR") - 1
        assert columns >= 2
        assert rows >= 3
        assert cells.count("/TD") == columns * rows


@pytest.mark.parametrize("name", WORKSHEETS)
def test_a_worksheet_says_what_not_to_write_and_where_one_is(name: str):
    """Paper gets left on printers."""
    pages = texts(name)
    assert "Do not write patient details" in pages[0]
    assert all(f"Page {n} of {len(pages)}" in text for n, text in enumerate(pages, start=1))
    assert all("CC BY 4.0" in text for text in pages)
    assert "On Monday" in " ".join(pages)


def test_the_contents_name_the_right_pages():
    """Every part and chapter stands in the contents with the page its heading is on."""
    first = next(mark for mark in bookmarks(BOOK) if mark.title == "Contents").page
    after = next(mark for mark in bookmarks(BOOK) if mark.page > first).page
    contents = " ".join(texts(BOOK)[first - 1 : after - 1])
    parts = [mark for mark in bookmarks(BOOK) if mark.level == 1 and mark.title != "Contents"]
    assert len(parts) >= 2
    for mark in parts:
        assert re.search(rf"{re.escape(mark.title)} {mark.page}\b", contents), mark


def test_cross_references_name_the_right_page():
    """The page said after a link is the page that the link leads to."""
    checked = 0
    document = pypdfium2.PdfDocument(FOLDER / BOOK)
    for number, page in enumerate(opened(BOOK).pages, start=1):
        page_text = document[number - 1].get_textpage()
        whole = page_text.get_text_range()
        for link in page.get("/Annots", []):
            goal = link.get("/Dest") or (link.A.get("/D") if "/A" in link else None)
            if goal is None:
                continue
            # The letter at the end of the link's last line, and what follows it.
            corners = [float(value) for value in link.get("/QuadPoints") or link.Rect][-8:]
            right, low, high = max(corners[0::2]), min(corners[1::2]), max(corners[1::2])
            at = page_text.get_index(right - 1.5, (low + high) / 2, 4, 4)
            if at is None:
                continue
            said = re.match(r"[^(]{0,3}\(page\s+(\d+)\)", whole[at + 1 :])
            if said:
                assert int(said[1]) == goal_of(BOOK, goal), (number, whole[at - 30 : at + 20])
                checked += 1
    assert checked >= 5


def test_running_heads_name_the_chapter():
    """Every page that opens nothing says which chapter it belongs to."""
    outline = [mark for mark in bookmarks(BOOK) if mark.level <= 2]
    opening = {mark.page for mark in bookmarks(BOOK) if mark.level == 1}
    headed = 0
    for number, text in enumerate(texts(BOOK), start=1):
        head = next(
            (
                mark
                for mark in reversed(outline)
                if mark.page < number and text.startswith(f"Comfortable with chaos {mark.title}")
            ),
            None,
        )
        if head is None:
            # Nothing in the head: then a part or a chapter opens here, or it is cover or contents.
            opens = any(mark.page == number for mark in outline) or number in opening
            assert opens or number <= 3, (number, text[:80])
            continue
        newer = [m for m in outline if m.level == 1 and head.page < m.page < number]
        assert newer == [], (number, head)
        headed += 1
    assert headed >= 3
