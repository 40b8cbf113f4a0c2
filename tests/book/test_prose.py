"""The book reads plainly: short sentences, British spelling, no jargon, all parts in order."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes
from prose import (
    ROOT,
    Page,
    Paragraph,
    Piece,
    abbreviations,
    american,
    banned,
    length,
    median_sentence,
    misspelt,
    page_of,
    quotations,
    sentences,
    smog,
    syllables,
    tidy,
    without_quotations,
    word_lists,
    words,
)
from written import EVIDENCE, page_named, record, typed_pages

HARDEST_SMOG = 14
LONGEST_MEDIAN = 18
FEWEST_SENTENCES = 10
LONGEST_PARAGRAPH = 120
LONGEST_QUOTATION = 12
LENGTH_OF_CHAPTER = (900, 2200)
PARTS_OF_A_CHAPTER = (
    "What they said",
    "Where they differ",
    "What research has found since",
    "Do this",
    "Words you can use",
    "What to watch for",
    "An example",
    "Ten minutes to reflect",
    "Work through it",
    "If you commission services",
    "What to remember",
    "Further reading",
)
# Our own words to say aloud stand in quotation marks, and nobody is quoted.
OUR_SCRIPTS = "Words you can use"
DICTIONARY = ROOT / "node_modules" / "dictionary-en-gb" / "index"
GLOSSARY = "book/reference/glossary"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give one case a page, or a chapter."""
    names = typed_pages() or ["book/index"]
    if "read" in metafunc.fixturenames:
        metafunc.parametrize("read", names, indirect=True)
    if "chapter" in metafunc.fixturenames:
        chapters = [name for name in names if Page(name, ()).is_chapter]
        metafunc.parametrize("chapter", chapters, indirect=True)


@pytest.fixture
def read(request: pytest.FixtureRequest, built: Path) -> Page:
    """Give a page of the book in words."""
    return page_named(request.param)


@pytest.fixture
def chapter(request: pytest.FixtureRequest, built: Path) -> Page:
    """Give a chapter in words."""
    return page_named(request.param)


@pytest.fixture(scope="session")
def dictionary() -> Any:
    """Give the British dictionary."""
    from spylls.hunspell import Dictionary

    return Dictionary.from_files(str(DICTIONARY))


@functools.cache
def quotable() -> dict[str, str]:
    """Give every registered phrase by the id of its item."""
    interviews = record("interviews.yml")
    items = [
        *interviews["findings"],
        *interviews.get("elsewhere", []),
        *record("research.yml")["items"],
    ]
    return {item["id"]: item["phrase"] for item in items if item.get("phrase")}


def phrases() -> frozenset[str]:
    """Give every registered phrase, in plain letters."""
    return frozenset(map(plain, quotable().values()))


@functools.cache
def citable() -> dict[str, frozenset[str]]:
    """Give the ids that may be cited, by kind: what is on record, and was read."""
    interviews, research = record("interviews.yml"), record("research.yml")
    works = re.findall(r"^@\w+\{([^,\s]+),", (EVIDENCE / "references.bib").read_text("utf-8"), re.M)
    said = [item["id"] for item in (*interviews["findings"], *interviews.get("elsewhere", []))]
    found = [item["id"] for item in research["items"] if item.get("seen", True)]
    kinds = {
        "said": said, "finding": said, "found": found, "statement": found, "work": works,
        "interviewee": [item["id"] for item in interviews["interviewees"]],
        "source": [item["id"] for item in interviews["sources"]],
        "differ": [item["id"] for item in interviews["tensions"]],
        "tension": [item["id"] for item in interviews["tensions"]],
    }  # fmt: skip
    return {kind: frozenset(ids) for kind, ids in kinds.items()}


@functools.cache
def people() -> frozenset[str]:
    """Give the words of the interviewees' names."""
    return frozenset(
        word for each in record("interviews.yml")["interviewees"] for word in each["name"].split()
    )


def plain(text: str) -> str:
    """Give words in small letters without marks, to compare quotations by."""
    return " ".join(re.findall(r"[^\W_]+", text.lower().replace("’", "").replace("'", "")))


def fail_with(docname: str, faults: list[str]) -> None:
    """Fail with a line for each fault of a page, if there are any."""
    if faults:
        pytest.fail("\n  ".join([docname, *dict.fromkeys(faults)]), pytrace=False)


# ---------------------------------------------------------------------------- checks of a page


def hard_to_read(page: Page) -> list[str]:
    """Give what makes a page hard to read."""
    faults = []
    if (index := smog(page.prose)) >= HARDEST_SMOG:
        faults.append(f"SMOG {index:.1f}: below {HARDEST_SMOG} is wanted")
    count = sum(len(sentences(text)) for text in page.prose)
    middle = median_sentence(page.prose)
    # Of a few sentences the middle one says little.
    if middle > LONGEST_MEDIAN and count >= FEWEST_SENTENCES:
        faults.append(f"sentences of {middle:g} words: a median of {LONGEST_MEDIAN} is wanted")
    faults += [
        f"a paragraph of {length(text)} words: {text[:60]} …"
        for text in page.prose
        if length(text) > LONGEST_PARAGRAPH
    ]
    return faults


def wrong_parts(page: Page) -> list[str]:
    """Give what is wrong with the parts of a chapter, its card and its length."""
    faults = []
    if page.headings != PARTS_OF_A_CHAPTER:
        missing = [part for part in PARTS_OF_A_CHAPTER if part not in page.headings]
        extra = [part for part in page.headings if part not in PARTS_OF_A_CHAPTER]
        faults.append(f"parts missing: {missing}; unknown: {extra}; or not in the fixed order")
    if page.reached[:2] != ("paragraph", "chapter_card"):
        faults.append(f"after the title come a sentence and the card, not {page.reached[:2]}")
    opening = next((text for text in page.prose), "")
    if len(sentences(opening)) != 1:
        faults.append(f"the point is one sentence, not {len(sentences(opening))}")
    for card in page.cards:
        wanted = ("For", "To read", "To do", "Last reviewed")
        faults += [f"the card lacks “{fact}”" for fact in wanted if not card.get(fact)]
    if len(page.cards) != 1:
        faults.append(f"one card is wanted, found {len(page.cards)}")
    total = sum(length(text) for text in page.prose)
    low, high = LENGTH_OF_CHAPTER
    if not low <= total <= high:
        faults.append(f"{total} words: {low} to {high} are wanted")
    return faults


def wrong_quotations(page: Page, registered: frozenset[str]) -> list[str]:
    """Give the quotations that are too long, or that nobody is on record with."""
    faults = []
    for paragraph in page.paragraphs:
        if paragraph.part == OUR_SCRIPTS:
            continue
        for words_quoted in quotations(paragraph.text):
            known = plain(words_quoted) in registered
            if length(words_quoted) > LONGEST_QUOTATION:
                faults.append(f"a quotation of more than 12 words: “{words_quoted}”")
            elif paragraph.voice in ("they-said", "they-differ") and not known:
                faults.append(f"not a registered phrase: “{words_quoted}”. Use {{phrase}}.")
    return faults


def not_on_record(page: Page, known: Mapping[str, frozenset[str]]) -> list[str]:
    """Give what a page cites that is not on record, or was not read."""
    return [
        f"cites {kind} {item}, which is not on record or was not read"
        for kind, item in page.cited
        if item not in known.get(kind, {item})  # other kinds are places in our own pages
    ]


def unexplained(page: Page, explained: frozenset[str]) -> list[str]:
    """Give the abbreviations that nothing explains, or not where they first stand."""
    allowed = set(word_lists()["abbreviations"])
    faults, met = [], set(allowed)
    for paragraph in page.paragraphs:
        for piece in paragraph.pieces:
            for word in abbreviations(piece.text):
                if word in met:
                    continue
                if word not in explained:
                    faults.append(f"{word} is not in the glossary")
                elif paragraph.kind == "heading":
                    continue  # a heading cannot link; the text after it can
                elif piece.kind != "term" and page.docname != GLOSSARY:
                    faults.append(f"{word} is not linked to the glossary where it first stands")
                met.add(word)
    return faults


def in_glossary() -> frozenset[str]:
    """Give the abbreviations that the glossary names or spells out."""
    if GLOSSARY not in typed_pages():
        return frozenset()
    page = page_named(GLOSSARY)
    found = [word for each in page.paragraphs if each.kind == "term" for word in [each.text]]
    spelt = [
        word
        for text in page.prose
        for shortened in re.findall(r"[Ss]hortened to ([^.,;]+)", text)
        for word in abbreviations(shortened)
    ]
    return frozenset([*spelt, *(word for text in found for word in abbreviations(text))])


def odd_words(page: Page) -> list[str]:
    """Give American spellings and words that we do not use."""
    return [
        f"{fault} (in “{paragraph.own[:60]} …”)"
        for paragraph in page.paragraphs
        for fault in (*american(paragraph.own), *banned(paragraph.own))
    ]


# ---------------------------------------------------------------------------- the book


def test_page_reads_plainly(read: Page) -> None:
    """SMOG below 14, half of the sentences of at most 18 words, no paragraph over 120."""
    fail_with(read.docname, hard_to_read(read))


def test_chapter_has_its_parts(chapter: Page) -> None:
    """The point in a sentence, the card, the fixed headings in order, 900 to 2,200 words."""
    fail_with(chapter.docname, wrong_parts(chapter))


def test_there_are_chapters(built: Path) -> None:
    """The tests of chapters have something to look at."""
    assert [name for name in typed_pages() if Page(name, ()).is_chapter]


def test_spelling_is_british(read: Page, dictionary: Any) -> None:
    """Every word is in the British dictionary, or in our list of names and terms."""
    text = " ".join(
        "".join(piece.text if piece.kind in ("own", "term") else " " for piece in each.pieces)
        for each in read.paragraphs
    )
    faults = [
        f"{word}: misspelt, or missing in words.yml"
        for word in misspelt(text, dictionary, people())
    ]
    fail_with(read.docname, faults)


def test_words_are_plain(read: Page) -> None:
    """No American spelling and none of the words that we do not use, outside quotations."""
    fail_with(read.docname, odd_words(read))


def test_abbreviations_are_explained(read: Page) -> None:
    """Words of capitals are in the glossary, and linked to it where they first stand."""
    fail_with(read.docname, unexplained(read, in_glossary()))


def test_quotations_are_short_and_registered(read: Page) -> None:
    """At most twelve words; what an interviewee says in quotation marks is in the record."""
    fail_with(read.docname, wrong_quotations(read, phrases()))


def test_what_is_cited_exists(read: Page) -> None:
    """Marks and links lead to findings, statements, works and people that are on record."""
    fail_with(read.docname, not_on_record(read, citable()))


def test_chapter_cites_interviews_and_research(chapter: Page) -> None:
    """A chapter without marks of both kinds is not made from the record."""
    assert {"said", "found"} <= {kind for kind, _ in chapter.cited}


def test_registered_phrases_are_short() -> None:
    """The record quotes at most twelve words at a time."""
    assert len(quotable()) > 20
    assert [name for name, words in quotable().items() if length(words) > LONGEST_QUOTATION] == []


def record_texts() -> Iterator[tuple[str, str]]:
    """Give what the record says in our words: id and text."""
    for name in ("interviews.yml", "research.yml"):
        for group in record(name).values():
            for item in group if isinstance(group, list) else []:
                for field in ("says", "question", "claim"):
                    if isinstance(item, dict) and isinstance(item.get(field), str):
                        yield item.get("id", ""), item[field]


def test_record_is_spelt_as_the_book_is(dictionary: Any) -> None:
    """What readers see of the record keeps to British spelling too."""
    faults, count = [], 0
    for name, text in record_texts():
        count += 1
        text = without_quotations(text)
        faults += [f"{name}: {word}" for word in misspelt(text, dictionary, people())]
        faults += [f"{name}: {fault}" for fault in american(text)]
    assert count > 100
    fail_with("book/evidence", faults)


# ---------------------------------------------------------------------------- the measures


@pytest.mark.parametrize(
    ("count", "known"),
    [
        (1, "care said note notes walked whole"),
        (2, "people patients willing service programme chaos wanted system table business"),
        (2, "power being doctor someone changes boxes movement colleagues timeline"),
        (3, "hospital idea area evidence decision interview together example NHS included"),
        (3, "element settlement management resistance clinicians Manchester creating"),
        (4, "authority community clinical-lead hyper-acute reality January organising"),
        (5, "organisation university"),
        (6, "responsibility"),
    ],
)
def test_syllables_of_known_words(count: int, known: str) -> None:
    """Counted by hand."""
    assert {word: syllables(word) for word in known.split()} == dict.fromkeys(known.split(), count)


def test_smog_of_known_texts() -> None:
    """With 30 sentences and n long words the index is 1.0430 times the root of n, plus 3.1291."""
    short = ["The cat sat on the mat."] * 30
    assert smog(short) == pytest.approx(3.1291)
    long = [*short[:14], *["The hospital sat on the organisation."] * 8, *short[:8]]
    assert smog(long) == pytest.approx(1.0430 * 4 + 3.1291)  # 16 long words
    assert smog(["The hospital organisation deliberated."]) == pytest.approx(
        1.0430 * 90**0.5 + 3.1291
    )
    assert smog([]) == 0


def test_smog_does_not_depend_on_how_long_a_text_is() -> None:
    """The same text twice is as hard as once."""
    text = ["The hospital moved. People came.", "An organisation had an idea."]
    assert smog(text * 2) == pytest.approx(smog(text))


def test_sentences_end_where_readers_think() -> None:
    """Abbreviations, decimals and quotations do not cut a sentence; lines of a source do not."""
    assert sentences("It cost 1.5 million. Dr. Moore agreed.\nSo did St. Mary’s.") == [
        "It cost 1.5 million.", "Dr. Moore agreed.", "So did St. Mary’s.",
    ]  # fmt: skip
    assert sentences("She asked “Why?” and left. (Then he did.) 51 per cent agreed!") == [
        "She asked “Why?” and left.", "(Then he did.)", "51 per cent agreed!",
    ]  # fmt: skip
    assert sentences("An item without a stop") == ["An item without a stop"]
    assert sentences(" … ") == []


def test_median_is_the_sentence_in_the_middle() -> None:
    """Of sentences of 2, 3 and 9 words the middle one has 3."""
    text = ["He went. So did she.", "One two three four five six seven eight nine."]
    assert median_sentence(text) == 3


# ---------------------------------------------------------------------------- the checks can fail


def page_with(*texts: str, **fields: Any) -> Page:
    """Make a page of plain paragraphs."""
    return Page("book/role/x", tuple(Paragraph((Piece(text),), **fields) for text in texts))


def test_hard_pages_are_caught() -> None:
    """Long words, long sentences and long paragraphs are each found."""
    assert hard_to_read(page_with("The cat sat on the mat.")) == []
    assert "SMOG" in hard_to_read(page_with("Organisational considerations predominate " * 3))[0]
    assert (
        "median" in hard_to_read(page_with(*10 * ["The cat sat on the mat and " * 4 + "slept."]))[0]
    )
    assert "paragraph of 126" in hard_to_read(page_with("The cat sat on the mat. " * 21))[0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"headings": PARTS_OF_A_CHAPTER[:-1]}, "parts missing: ['Further reading']"),
        ({"headings": PARTS_OF_A_CHAPTER[::-1]}, "order"),
        ({"headings": (*PARTS_OF_A_CHAPTER, "More")}, "unknown: ['More']"),
        ({"reached": ("paragraph", "section")}, "the card"),
        ({"cards": ()}, "one card"),
        ({"cards": ({"For": "All", "To read": "9", "Last reviewed": "x"},)}, "lacks “To do”"),
        ({"paragraphs": page_with("One.", "Two. " * 899).paragraphs[1:]}, "one sentence"),
        ({"paragraphs": page_with("One.", "Two. " * 800).paragraphs}, "801 words"),
        ({"paragraphs": page_with("One.", "Two. " * 2200).paragraphs}, "2201 words"),
    ],
)
def test_wrong_parts_are_caught(change: dict[str, Any], fault: str | None) -> None:
    """Each thing that a chapter can lack is found."""
    good: dict[str, Any] = {
        "docname": "book/role/x",
        "paragraphs": page_with("The point.", "Word " * 900).paragraphs,
        "headings": PARTS_OF_A_CHAPTER,
        "cards": ({"For": "All", "To read": "9", "To do": "9", "Last reviewed": "x"},),
        "reached": ("paragraph", "chapter_card", "section"),
    }
    found = wrong_parts(Page(**{**good, **change}))
    assert bool(found) == bool(fault)
    assert fault is None or fault in " ".join(found)


def test_wrong_quotations_are_caught() -> None:
    """Long ones everywhere, unregistered ones where somebody is quoted, none among our scripts."""
    known = frozenset({"love people down"})
    eight = "“one two three four five six seven eight nine ten eleven twelve thirteen”"
    assert len(wrong_quotations(page_with(eight), known)) == 1
    assert wrong_quotations(page_with("“A short one” of ours"), known) == []
    assert wrong_quotations(page_with("“Love people down.”", voice="they-said"), known) == []
    assert len(wrong_quotations(page_with("“Never said”", voice="they-said"), known)) == 1
    assert wrong_quotations(page_with(eight, part="Words you can use"), known) == []


def test_unknown_citations_are_caught() -> None:
    """An id that is on record under another kind does not count."""
    page = Page("a", (), cited=(("said", "x"), ("found", "x"), ("work", "y")))
    known = {"said": frozenset("x"), "found": frozenset("y"), "work": frozenset()}
    found = not_on_record(page, known)
    assert [fault.split(",")[0] for fault in found] == ["cites found x", "cites work y"]


def test_unexplained_abbreviations_are_caught() -> None:
    """Not in the glossary; in it, but not linked; linked too late; linked at first."""
    known = frozenset({"NHS"})
    linked = Paragraph((Piece("The "), Piece("NHS", "term"), Piece(" and the NHS")))
    assert unexplained(page_with("The XYZ"), known) == ["XYZ is not in the glossary"]
    assert len(unexplained(page_with("The NHS and the NHS"), known)) == 1
    assert unexplained(Page("a", (linked,)), known) == []
    late = Page("a", (*page_with("The NHS").paragraphs, linked))
    assert len(unexplained(late, known)) == 1
    assert unexplained(page_with("As a PDF"), known) == []


@pytest.mark.parametrize(
    "text",
    [
        "They organize care.", "An analyzed result.", "The center of it.", "A new program.",
        "Under the license.", "We practice it.", "Her behavior.", "Ten percent.",
    ],
)  # fmt: skip
def test_american_spelling_is_caught(text: str) -> None:
    """Endings, words, and nouns taken for verbs."""
    assert american(text)


def test_british_spelling_passes() -> None:
    """Words that look American and are not."""
    text = "The size of a prize, seized by citizens: we license a practice, and resize a colour."
    assert american(text) == []


@pytest.mark.parametrize("entry", word_lists()["banned"], ids=lambda entry: entry["word"][:20])
def test_every_banned_word_can_be_found(entry: dict[str, Any]) -> None:
    """Each pattern is sound, says what to write instead, and leaves what it allows alone."""
    assert re.compile(entry["word"])
    assert entry["write"]
    for allowed in entry.get("not", []):
        assert re.compile(allowed)


def test_banned_words_are_caught_outside_quotations() -> None:
    """Found as they stand in a sentence; not in quotation marks, nor where they are fine."""
    assert banned("We leverage it.") == ["“leverage”: write use"]
    assert len(banned("Stakeholders, going forward, utilise synergies.")) == 4
    assert banned("What “leverage” means. A journey time of an hour. Foster carers.") == []
    assert len(banned("A patient's journey.")) == 1
    assert len(word_lists()["banned"]) >= 50


def test_lists_are_long_enough() -> None:
    """The list of American words holds about two hundred, none of them British too."""
    pairs = word_lists()["american"].split(",")
    assert len(pairs) > 180
    assert all(left.strip() != right.strip() for left, right in (p.split(">") for p in pairs))


def test_misspelt_words_are_caught(dictionary: Any) -> None:
    """The dictionary knows British words and parts of hyphenated ones, not errors."""
    text = "The organisation’s colour: a well-known half-truth, don’t you know? Timmins said."
    assert misspelt(text, dictionary) == []
    assert misspelt("An organizashun of colors, wel-known", dictionary) == [
        "organizashun", "colors", "wel-known",
    ]  # fmt: skip


def test_words_of_a_page_are_what_an_author_typed() -> None:
    """Marks, tables, code, notes and what a program wrote are left out; phrases are told apart."""

    class evidence_phrase(nodes.inline):  # noqa: N801
        """As of the extension."""

    class said_mark(nodes.inline):  # noqa: N801
        """As of the extension."""

    def typed(*parts: nodes.Node) -> nodes.paragraph:
        made = nodes.paragraph("", "", *parts)
        made.line = 1
        return made

    document = nodes.document(None, None)  # type: ignore[arg-type]
    heading = nodes.title("", "A title")
    heading.line = 1
    section = nodes.section("", heading, ids=["a"])
    document += section
    section += typed(
        nodes.Text("They want a "),
        evidence_phrase("", "“coalition”"),
        nodes.Text(" "),
        said_mark("", "Timmins", kind="said", items=["a", "b"]),
        nodes.Text(" of "),
        nodes.strong("", "the willing"),
        nodes.Text(" ("),
        nodes.inline("", "Turner 2016", classes=["work"]),
        nodes.Text(")."),
    )
    section += nodes.paragraph("", "Written by a program")
    section += nodes.literal_block("", "code")
    section += nodes.table("", typed(nodes.Text("In a table")))
    section += nodes.section("", typed(nodes.Text("A note")), classes=["evidence-notes"])
    section += nodes.section("", typed(nodes.Text("A docstring")), classes=["package-module"])
    page = page_of(document, "a")
    assert page.prose == ["They want a “coalition” of the willing."]
    assert page.paragraphs[1].own == "They want a of the willing."
    assert page.cited == (("said", "a"), ("said", "b"))
    assert tidy("a (; ) b .") == "a b."
    assert words("a-b c’s") == ["a-b", "c’s"]
