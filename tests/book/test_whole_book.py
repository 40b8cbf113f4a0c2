"""The book as a whole: all of the record is used, every claim of research has its source."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from prose import ROOT, Page, Paragraph, Piece, length
from written import EVIDENCE, page_named, record, typed_pages

FEWEST_CHAPTERS = 3
LONGEST_RUN = 7
SHORTEST_STATEMENT = 12
# A figure in prose wants a source, unless the page says that it is made up.
FIGURE = re.compile(r"\bper cent\b|£\s?\d|\bpercentage points?\b")
# What a research block says of the record itself, or of the weight of what it has just cited.
OF_THE_RECORD = re.compile(
    r"\b(?:we (?:found|read|could read)|our record|nothing we read|no study|read by us)\b"
    r"|^(?:How firm is it|How much it bears|What it adds up to|The weight of it|In sum"
    r"|What that will bear|Against\. We found nothing)\b",
    re.IGNORECASE,
)

# Issue by issue the exercises are paired with chapters; a reader finds one from the other.
PAIRS = {
    "01-map-your-system": ("role/what-it-is", "building/coalition"),
    "02-give-away-ownership": ("role/ownership", "role/the-title"),
    "03-who-gains-who-loses": ("building/interests",),
    "04-test-your-evidence": ("building/evidence",),
    "05-hear-from-patients": ("building/patients",),
    "06-grow-a-coalition": ("building/coalition", "building/clinical-leaders"),
    "07-hold-and-flex": ("staying/constancy",),
    "08-hold-or-drop": ("staying/time", "staying/chaos"),
    "09-trust-and-turnover": ("staying/stability",),
    "10-find-the-way-through": ("barriers/process", "barriers/architecture"),
    "11-learn-it": ("growing/learning",),
    "12-change-on-a-page": ("practice/plan",),
    "13-pool-a-workshop": ("practice/facilitating",),
}


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, Page]:
    """Give every page of the book in words, by name."""
    return {name: page_named(name) for name in typed_pages()}


@pytest.fixture(scope="module")
def chapters(pages: dict[str, Page]) -> dict[str, Page]:
    """Give the chapters in words, by name."""
    return {name: page for name, page in pages.items() if page.is_chapter}


def cited_by(pages: Mapping[str, Page], kind: str) -> dict[str, set[str]]:
    """Give what pages cite of one kind: id to the names of the pages."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, page in pages.items():
        for each, item in page.cited:
            if each == kind:
                found[item].add(name)
    return found


# ------------------------------------------------------------------------------ all of the record


def unused(findings: Iterable[str], cited: set[str], left_out: Mapping[str, str]) -> list[str]:
    """Give what is wrong with the use of the findings."""
    findings = list(findings)
    faults = [
        f"{item} is cited in no chapter, nor left out with a reason"
        for item in findings
        if item not in cited and item not in left_out
    ]
    faults += [f"{item} is listed as left out, and cited" for item in left_out if item in cited]
    faults += [
        f"{item} is left out, and is no finding" for item in left_out if item not in findings
    ]
    faults += [f"{item} is left out without a reason" for item, why in left_out.items() if not why]
    return faults


def test_every_finding_is_used_or_left_out_with_a_reason(chapters: dict[str, Page]) -> None:
    """Of the 2015 record; what was said elsewhere and in other years may be used or not."""
    findings = [item["id"] for item in record("interviews.yml")["findings"]]
    left_out = record("left-out.yml")["findings"] or {}
    assert not unused(findings, {*cited_by(chapters, "said")}, left_out)


def test_every_tension_is_treated(chapters: dict[str, Page]) -> None:
    """In a chapter, under "Where they differ"."""
    treated = set()
    for name in chapters:
        text = (ROOT / f"{name}.md").read_text(encoding="utf-8")
        treated |= set(re.findall(r"^:{3,}\{they-differ\}\s+(\S+)", text, re.M))
    assert {each["id"] for each in record("interviews.yml")["tensions"]} - treated == set()


def test_every_interviewee_appears_in_three_chapters(chapters: dict[str, Page]) -> None:
    """By a finding of theirs, not by name alone."""
    theirs = {item["id"]: item["interviewee"] for item in record("interviews.yml")["findings"]}
    found: dict[str, set[str]] = defaultdict(set)
    for item, names in cited_by(chapters, "said").items():
        found[theirs.get(item, "")] |= names
    people = [each["id"] for each in record("interviews.yml")["interviewees"]]
    few = {who: sorted(found[who]) for who in people if len(found[who]) < FEWEST_CHAPTERS}
    assert len(people) == 10
    assert not few


# ------------------------------------------------------------------------------ claims of research


def without_source(page: Page) -> list[str]:
    """Give the paragraphs that state research and cite nothing."""
    faults = []
    for paragraph in page.paragraphs:
        if paragraph.kind != "paragraph":
            continue
        cites = any(kind in ("found", "work", "said") for kind, _ in paragraph.cited)
        stated = FIGURE.search(paragraph.own) and paragraph.voice != "they-differ"
        if paragraph.voice == "research-found":
            # Of a table that follows, each row has its own mark.
            leads_in = length(paragraph.text) <= SHORTEST_STATEMENT
            stated = stated or not (OF_THE_RECORD.search(paragraph.text) or leads_in)
        if stated and not cites:
            faults.append(f"{page.docname}: no source for “{paragraph.text[:80]} …”")
    return faults


def test_every_statement_of_research_has_a_source(chapters: dict[str, Page]) -> None:
    """Each paragraph of a research block, and each with a figure, carries a citation."""
    assert not [fault for page in chapters.values() for fault in without_source(page)]


def without_place(entry: str) -> bool:
    """Whether a work of references.bib says nowhere how to find it.

    A DOI or an address is best. The rest of the record names a journal with its pages, a publisher
    or an institution, a judgment's neutral citation, or the site it stood on and that its address
    was not kept; readers see that note in the bibliography.
    """

    def has(*names: str) -> bool:
        return all(re.search(rf"^\s*{name}\s*=\s*[{{\"]\S", entry, re.M) for name in names)

    return not (
        has("doi")
        or has("url")
        or has("journal", "volume")
        or has("publisher")
        or has("institution")
        or re.search(r"\[\d{4}\] EWHC \d+", entry)
        or has("howpublished")
    )


def test_every_work_can_be_found() -> None:
    """Each says where it is, and most by a DOI or an address."""
    text = (EVIDENCE / "references.bib").read_text(encoding="utf-8")
    entries = re.split(r"^@(?!comment)", text, flags=re.M)[1:]
    direct = [entry for entry in entries if re.search(r"^\s*(?:doi|url)\s*=", entry, re.M)]
    assert len(direct) / len(entries) > 0.6
    assert not [entry.split(",")[0] for entry in entries if without_place(entry)]


def test_a_work_that_cannot_be_found_is_caught() -> None:
    """An author and a title alone are no help."""
    assert without_place("misc{a,\n  author = {B},\n  title = {{C}},\n}")
    assert not without_place("misc{a,\n  title = {{C}},\n  doi = {10.1/2},\n}")


# ------------------------------------------------------------------------------ our own words


def plain_words(text: str) -> list[str]:
    """Give words in small letters without marks."""
    return re.findall(r"[^\W_]+", text.lower().replace("’", "").replace("'", ""))


def runs(text: str, length: int = LONGEST_RUN + 1) -> set[tuple[str, ...]]:
    """Give all runs of so many words."""
    each = plain_words(text)
    return {tuple(each[at : at + length]) for at in range(len(each) - length + 1)}


@functools.cache
def texts_of_the_record() -> tuple[str, ...]:
    """Give what the record holds of its sources: phrases, and what it says of each finding."""
    interviews, research = record("interviews.yml"), record("research.yml")
    items = [
        *interviews["findings"],
        *interviews.get("elsewhere", []),
        *interviews["tensions"],
        *research["items"],
        *research.get("claims", []),
    ]
    fields = ("says", "phrase", "question", "note", "claim", "limits")
    return tuple(item[name] for item in items for name in fields if item.get(name))


def borrowed(page: Page, texts: Iterable[str]) -> list[str]:
    """Give the runs of eight words that a page shares with the record, quotations left out."""
    known = set().union(*map(runs, texts))
    faults = []
    for paragraph in page.paragraphs:
        # A quotation parts the text: words before and after it are no run.
        own = "".join(p.text if p.kind != "quoted" else " @ " for p in paragraph.pieces)
        own = re.sub(r"“[^”]*”", " @ ", own)
        for piece in own.split("@"):
            faults += [f"{page.docname}: “{' '.join(run)}”" for run in sorted(runs(piece) & known)]
    return faults


def test_no_page_borrows_eight_words(pages: dict[str, Page]) -> None:
    """Except registered phrases, in quotation marks."""
    written = {
        name: page
        for name, page in pages.items()
        # These pages print the record itself.
        if not name.startswith("book/reference/") or name.endswith(("methods", "about"))
    }
    texts = texts_of_the_record()
    assert not [fault for page in written.values() for fault in borrowed(page, texts)]


# ------------------------------------------------------------------------------ exercises


def linked(name: str) -> set[str]:
    """Give the pages that a page's source links to, from the project's root."""
    source = ROOT / f"{name}.md"
    found = re.findall(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)", source.read_text(encoding="utf-8"))
    return {
        (source.parent / each).resolve().relative_to(ROOT).with_suffix("").as_posix()
        for each in found
    }


@pytest.mark.parametrize("exercise", PAIRS)
def test_a_chapter_and_its_exercise_lead_to_each_other(exercise: str) -> None:
    """From the chapter to the exercise and back, in one step."""
    name = f"exercises/{exercise}"
    for chapter in PAIRS[exercise]:
        assert f"book/{chapter}" in linked(name)
        assert name in linked(f"book/{chapter}")


def test_every_exercise_has_its_chapters() -> None:
    """No exercise stands alone."""
    assert {path.stem for path in (ROOT / "exercises").glob("*.md")} == set(PAIRS)


# -------------------------------------------------------------------------- the checks themselves


def test_an_unused_finding_is_caught() -> None:
    """Unused, left out and cited, left out without a reason, unknown."""
    assert not unused(["a", "b"], {"a"}, {"b": "said by nobody"})
    assert len(unused(["a", "b"], {"a"}, {})) == 1
    assert len(unused(["a"], {"a"}, {"a": "why"})) == 1
    assert len(unused(["a"], set(), {"a": ""})) == 1
    assert len(unused(["a"], {"a"}, {"z": "why"})) == 1


STATED = "Deaths fell faster than in the rest of the country over those two or three years."


@pytest.mark.parametrize(
    ("text", "voice", "cited", "faults"),
    [
        (STATED, "research-found", (("found", "a"),), 0),
        (STATED, "research-found", (), 1),
        (STATED, "we-suggest", (), 0),
        ("How firm is it? " + STATED, "research-found", (), 0),
        ("This was counted more than once:", "research-found", (), 0),
        ("Deaths fell by 3 per cent.", "", (), 1),
        ("It cost £13 million.", "we-suggest", (), 1),
        ("It cost £13 million.", "we-suggest", (("work", "hill2014"),), 0),
    ],
)
def test_a_claim_without_source_is_caught(
    text: str, voice: str, cited: tuple[tuple[str, str], ...], faults: int
) -> None:
    """In a research block always, elsewhere where there is a figure."""
    paragraph = Paragraph((Piece(text, "own"),), voice=voice, cited=cited)
    assert len(without_source(Page("a-page", (paragraph,)))) == faults


def test_borrowed_words_are_caught() -> None:
    """Eight in a row, whatever their case and marks; seven are not, nor is a quotation."""
    source = "The aim has to be held to throughout, they said again."

    def page(*pieces: Piece) -> Page:
        return Page("a-page", (Paragraph(pieces),))

    assert borrowed(page(Piece("So the aim has to be HELD to throughout.", "own")), [source])
    assert not borrowed(page(Piece("The aim has to be held to now.", "own")), [source])
    assert not borrowed(
        page(Piece("He said “the aim has to be held to throughout”.", "own")), [source]
    )
    assert not borrowed(page(Piece("The aim has to be held to throughout", "quoted")), [source])
