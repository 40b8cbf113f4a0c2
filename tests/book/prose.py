"""The words of the book as readers meet them, and measures of how plain they are.

Pages are read from the doctrees that the build leaves beside the site, so that directives and roles
are already what they will be on the page. What an author typed is kept; code, tables of data,
notes on sources, marks and whatever a program wrote are left out.
"""

from __future__ import annotations

import functools
import math
import pickle
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from ruamel.yaml import YAML

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PARTS = ("role", "building", "staying", "barriers", "growing", "practice")

# ---------------------------------------------------------------------------- the words of a page

# By the name of their class, so that no extension need be imported to look for them.
LEFT_OUT = {
    "table", "literal_block", "doctest_block", "comment", "system_message", "raw", "math_block",
    "exercise_code", "form", "picture", "evidence_label", "evidence_question", "evidence_usage",
    "index", "toctree", "substitution_definition", "footnote", "image",
}  # fmt: skip
LEFT_OUT_CLASSES = {
    "evidence-notes", "evidence-positions", "evidence-source", "evidence-caution", "evidence-back",
    "screen-only",
    # Docstrings, as maintainers look them up: names of code, and of works with their authors'
    # initials and American spelling. What stands round them on their page is read.
    "package-module",
}  # fmt: skip
UNITS = (nodes.paragraph, nodes.term, nodes.title, nodes.rubric)


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph.

    Attributes
    ----------
    text : str
        The words.
    kind : str
        ``own``; ``quoted`` for a registered phrase; ``name`` for an interviewee's name; ``term``
        for a link to the glossary.
    """

    text: str
    kind: str = "own"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, an item of a list, a term or a heading, as an author typed it.

    Attributes
    ----------
    pieces : tuple of Piece
        Its words in order.
    part : str
        The heading of the second level that it stands under, or "".
    kind : str
        ``paragraph``, ``term`` or ``heading``.
    voice : str
        ``they-said`` and so on where it stands in such a block, or "".
    cited : tuple of (str, str)
        What its marks and links cite: kind and id.
    """

    pieces: tuple[Piece, ...]
    part: str = ""
    kind: str = "paragraph"
    voice: str = ""
    cited: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """All its words."""
        return tidy("".join(piece.text for piece in self.pieces))

    @property
    def own(self) -> str:
        """Its words without registered phrases."""
        return tidy("".join(piece.text for piece in self.pieces if piece.kind != "quoted"))


@dataclass(frozen=True)
class Page:
    """A page of the book in words.

    Attributes
    ----------
    docname : str
        Such as ``book/building/coalition``.
    paragraphs : tuple of Paragraph
        In order.
    headings : tuple of str
        Of the second level, in order.
    cards : tuple of dict
        The facts on each chapter card, label to value.
    reached : tuple of str
        Kinds of nodes that stand right after the title, in order.
    cited : tuple of (str, str)
        What its marks and links cite: kind (said, found, work, interviewee …) and id.
    """

    docname: str
    paragraphs: tuple[Paragraph, ...]
    headings: tuple[str, ...] = ()
    cards: tuple[Mapping[str, str], ...] = ()
    reached: tuple[str, ...] = ()
    cited: tuple[tuple[str, str], ...] = ()

    @property
    def is_chapter(self) -> bool:
        """Whether it is a chapter of the six parts."""
        return bool(re.match(rf"book/({'|'.join(PARTS)})/", self.docname))

    @property
    def prose(self) -> list[str]:
        """Paragraphs and items of lists, in order, without headings."""
        return [each.text for each in self.paragraphs if each.kind == "paragraph"]


def tidy(text: str) -> str:
    """Close up what a left-out mark leaves behind.

    Examples
    --------
    >>> tidy("Doctors took  turns (; ) .")
    'Doctors took turns.'
    """
    text = re.sub(r"\(\s*[;,]?\s*\)", "", text)
    text = " ".join(text.split())
    return re.sub(r"\s+([.,;:?!)])", r"\1", text)


def read_page(doctrees: Path, docname: str) -> Page:
    """Read a page from the doctrees of a build."""
    with (doctrees / f"{docname}.doctree").open("rb") as file:
        document: nodes.document = pickle.load(file)
    return page_of(document, docname)


def page_of(document: nodes.document, docname: str) -> Page:
    """Give a page in words."""
    top = next(iter(document.findall(nodes.section)), document)
    second = [part for part in top.children if isinstance(part, nodes.section)]
    title = next((at for at, part in enumerate(top.children) if is_title(part)), -1)
    return Page(
        docname=docname,
        paragraphs=tuple(paragraphs_in(document)),
        headings=tuple(
            part[0].astext() for part in second if "evidence-notes" not in part.get("classes", [])
        ),
        cards=tuple(
            dict(node["facts"])
            for node in document.findall(nodes.Element)
            if type(node).__name__ == "chapter_card"
        ),
        reached=tuple(
            type(part).__name__
            for part in top.children[title + 1 :]
            if not isinstance(part, nodes.Invisible)
        ),
        cited=tuple(citations_in(document)),
    )


def citations_in(document: nodes.Element) -> Iterator[tuple[str, str]]:
    """Give what the marks and links of a page, or of a part of it, cite: kind and id."""
    for node in document.findall(nodes.Element):
        if type(node).__name__ in ("said_mark", "found_mark"):
            yield from ((node["kind"], item) for item in node["items"])
        elif node.get("refdomain") == "evidence":
            yield node["reftype"], node["reftarget"]


def is_title(node: nodes.Node) -> bool:
    """Whether a node is a heading."""
    return isinstance(node, nodes.title)


def paragraphs_in(document: nodes.document) -> Iterator[Paragraph]:
    """Give what an author typed, in order."""
    for node in document.findall(lambda node: isinstance(node, UNITS)):
        above = list(ancestors(node))
        if any(is_left_out(part) for part in [node, *above]):
            continue
        names = {type(part).__name__ for part in above}
        # Of what a cell puts out, only its questions are typed by an author.
        if "exercise_output" in names and "questions" not in names:
            continue
        # What a program wrote has no line of a source file.
        if node.line is None and not any(part.line for part in node.findall(nodes.Element)):
            continue
        pieces = tuple(pieces_in(node))
        if not tidy("".join(piece.text for piece in pieces)):
            continue
        kind = {nodes.title: "heading", nodes.rubric: "heading", nodes.term: "term"}
        yield Paragraph(
            pieces,
            part=part_of(above),
            kind=kind.get(type(node), "paragraph"),
            voice=next((p["kind"] for p in above if type(p).__name__ == "evidence_block"), ""),
            cited=tuple(citations_in(node)),
        )


def ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    """Give the parents of a node, the nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


def is_left_out(node: nodes.Element) -> bool:
    """Whether neither a node nor what is in it counts as prose."""
    left_out_classes = LEFT_OUT_CLASSES & set(node.get("classes", []))
    return type(node).__name__ in LEFT_OUT or bool(left_out_classes)


def part_of(above: Sequence[nodes.Element]) -> str:
    """Give the heading of the second level, from the parents of a node."""
    sections = [part for part in above if isinstance(part, nodes.section)]
    return sections[-2][0].astext() if len(sections) > 1 else ""


def pieces_in(node: nodes.Element, kind: str = "own") -> Iterator[Piece]:
    """Give the words of a paragraph, each with its kind."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield Piece(child.astext(), kind)
            continue
        name, classes = type(child).__name__, set(child.get("classes", []))
        if name in ("said_mark", "found_mark", "footnote_reference") or name in LEFT_OUT:
            continue
        if classes & {"evidence-marks", "evidence-mark", "work"}:
            continue
        if isinstance(child, nodes.literal):
            # Code in a sentence stands for a noun of no known length.
            yield Piece(" ", kind)
        elif name == "evidence_phrase":
            yield Piece(child.astext(), "quoted")
        elif "who" in classes:
            yield Piece(child.astext(), "name")
        elif name == "pending_xref" and child.get("reftype") == "term":
            yield Piece(child.astext(), "term")
        elif not isinstance(child, nodes.Inline) and not isinstance(child, nodes.TextElement):
            continue
        else:
            yield from pieces_in(child, kind)


# ---------------------------------------------------------------------------- sentences and words

# A full stop after these does not end a sentence.
SHORTENED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|vs|[A-Z]|e\.g|i\.e|etc|al|p|pp)\.$")
SENTENCE_END = re.compile(r"[.!?…][”’\"')\]]*\s+(?=[“‘\"'(\[]*[A-Z0-9£])")
WORD = re.compile(r"(?<!\d)[^\W\d_]+(?:[’'\-‑][^\W\d_]+)*[’']?")
COUNTED = re.compile(r"[^\W_]+(?:[’'\-‑.,][^\W_]+)*")


def sentences(text: str) -> list[str]:
    """Cut a paragraph into sentences.

    Examples
    --------
    >>> sentences("Dr. Holt spoke at 4.30 p.m. exactly. “Did she?” Yes (she did).")
    ['Dr. Holt spoke at 4.30 p.m. exactly.', '“Did she?”', 'Yes (she did).']
    """
    found, start = [], 0
    for end in SENTENCE_END.finditer(text):
        sentence = text[start : end.end()].strip()
        if not SHORTENED.search(sentence):
            found.append(sentence)
            start = end.end()
    return [sentence for sentence in [*found, text[start:].strip()] if COUNTED.search(sentence)]


def words(text: str) -> list[str]:
    """Give the words, without numbers.

    Examples
    --------
    >>> words("In 2015, Fish’s peers were half-way: 36 per cent.")
    ['In', 'Fish’s', 'peers', 'were', 'half-way', 'per', 'cent']
    """
    return [word.rstrip("’'") for word in WORD.findall(text)]


def length(text: str) -> int:
    """Count the words and numbers.

    Examples
    --------
    >>> length("In 2015, 13,000 letters went out: half-way.")
    7
    """
    return len(COUNTED.findall(text))


# Sounds that a count of groups of vowels misses or counts twice, in the order of their counting.
SILENT = re.compile(
    r"(?<=[^aeiouy])e$(?<![^aeiouy]le)"  # note, but not people
    r"|(?<=[^aeiouytd])ed$"  # walked, but not wanted
    r"|(?<=[^aeiouysxzcg])es$(?<![cs]hes)(?<![^aeiouy]les)"  # notes, but not boxes
    r"|(?<=[^aeiouy])e(?=(?:ment|ly|less|ness|ful|thing|where|times?|body|one|work)(?:s|ly)?$)"
    r"(?<![^aeiouy]le)(?<!cre)(?<!ele)"  # statement, but not settlement, increment, element
)
PARTED = re.compile(
    r"i(?=a(?!ge))|io(?!n|us)|iu|(?<![gq])u(?=a)|e(?=o(?!u|p))|i(?=e(?:t|r$|rs$|nt|nce))|yi"
    r"|oi(?=ng)|(?<=cr)e(?=at)|(?<=th)e(?=at)|e(?=ali)|u(?=i(?:t[yi]))|u(?=en(?:t|c))|uou|sm$|thm$"
)
JOINED = re.compile(r"[cstx]ia(?=l|n)|gia(?=n)|[tc]ie(?=n[tc])")


def syllables(word: str) -> int:
    """Count the syllables of an English word by its spelling.

    Groups of vowels, less those that are not sounded and more where two vowels are sounded apart;
    words that break these rules are in ``words.yml``. Parts of a hyphenated word are added up.
    Hyphenation patterns, tried first, judged five times as many words of this book wrongly:
    they tell where a word may be cut, not how it sounds. Capitals are read letter by letter.

    Examples
    --------
    >>> [syllables(word) for word in ("care", "people", "organisation", "hyper-acute", "ideas")]
    [1, 2, 5, 4, 3]
    """
    if word.isupper() and len(word) > 1:
        return len(word) + 2 * word.count("W")  # read letter by letter
    return sum(_syllables(part) for part in re.split(r"[-‑]", word.lower().replace("’", "'")))


@functools.cache
def _syllables(word: str) -> int:
    known = word_lists()["syllables"]
    stem = re.sub(r"'s?$", "", word)
    if stem in known:
        return int(known[stem])
    if stem.endswith("s") and stem[:-1] in known:
        return int(known[stem[:-1]])
    count = len(re.findall("[aeiouy]+", stem))
    count -= len(SILENT.findall(stem)) + len(JOINED.findall(stem))
    return max(1, count + len(PARTED.findall(stem)))


def smog(text: Iterable[str]) -> float:
    """Give the SMOG index: years of schooling that a reader needs.

    McLaughlin (1969), "SMOG grading: a new readability formula", Journal of Reading 12(8). A
    hyphenated word is one word; so is each item of a list that is not a sentence.

    Parameters
    ----------
    text : iterable of str
        Paragraphs.

    Returns
    -------
    float
        3.1 at the least; 0 where there is no sentence.
    """
    found = [sentence for paragraph in text for sentence in sentences(paragraph)]
    if not found:
        return 0.0
    many = sum(syllables(word) >= 3 for sentence in found for word in words(sentence))
    return 1.0430 * math.sqrt(many * 30 / len(found)) + 3.1291


def median_sentence(text: Iterable[str]) -> float:
    """Give the number of words of the sentence in the middle."""
    found = [length(sentence) for paragraph in text for sentence in sentences(paragraph)]
    return statistics.median(found) if found else 0.0


# ---------------------------------------------------------------------------- which words


@functools.cache
def word_lists() -> dict[str, Any]:
    """Read the lists of words."""
    lists: dict[str, Any] = YAML(typ="safe").load(HERE / "words.yml")
    return lists


def quotations(text: str) -> list[str]:
    """Give what stands between quotation marks.

    Examples
    --------
    >>> quotations("He said “all of it” and \\"none\\".")
    ['all of it', 'none']
    """
    return [a or b for a, b in re.findall(r"“([^”]*)”|\"([^\"]*)\"", text)]


def without_quotations(text: str) -> str:
    """Leave out what stands between quotation marks.

    Examples
    --------
    >>> without_quotations("Ask what “leverage” means.")
    'Ask what … means.'
    """
    return re.sub(r"“[^”]*”|\"[^\"]*\"", "…", text)


def banned(text: str) -> list[str]:
    """Give the words that we do not use, each with what to write instead."""
    text = without_quotations(text)
    found = []
    for entry in word_lists()["banned"]:
        allowed = entry.get("not", [])
        searched = text
        for each in allowed:
            searched = re.sub(each, " ", searched, flags=re.I)
        if hit := re.search(rf"\b(?:{entry['word']})\b", searched, re.I):
            found.append(f"“{hit[0]}”: write {entry['write']}")
    return found


@functools.cache
def _american() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in word_lists()["american"].split(","):
        american, british = line.split(">")
        pairs[american.strip()] = british.strip()
    return pairs


IZE = re.compile(r"\b[a-z]{3,}(?:iz(?:e[drs]?|ing|ations?|able|ers?)|yz(?:e[drs]?|ing))\b")


def american(text: str) -> list[str]:
    """Give the American spellings, each with the British one.

    Examples
    --------
    >>> american("They organize a program at the center.")
    ['center: write centre', 'organize: write organise', 'program: write programme']
    """
    lowered = text.lower()
    found = {
        word: _american()[word] for word in re.findall(r"[a-z]+", lowered) if word in _american()
    }
    kept = set(word_lists()["american_not"].split())
    for word in IZE.findall(lowered):
        if word not in kept and word not in found:
            found[word] = re.sub(r"([iy])z(?=[^z]*$)", r"\1s", word)
    for entry in word_lists()["american_phrases"]:
        found |= {hit[0]: entry["write"] for hit in re.finditer(entry["find"], text, re.I)}
    return [f"{word}: write {british}" for word, british in sorted(found.items())]


def misspelt(text: str, dictionary: Any, names: Iterable[str] = ()) -> list[str]:
    """Give the words that neither the dictionary nor our lists know.

    Parameters
    ----------
    text : str
        What to read.
    dictionary : spylls.hunspell.Dictionary
        Or anything with a method ``lookup`` that says whether a word is right.
    names : iterable of str
        Names that are right as well.
    """
    ours = _our_words() | set(names)
    found = []
    for word in words(text):
        plain = word.replace("’", "'").replace("‑", "-")
        stem = re.sub(r"'s$", "", plain)
        tries = [plain, stem, *([] if "-" not in stem else [" ".join(stem.split("-"))])]
        if any(_known(each, dictionary, ours) for each in tries):
            continue
        found.append(word)
    return list(dict.fromkeys(found))


def _known(text: str, dictionary: Any, ours: Set[str]) -> bool:
    return all(
        re.fullmatch("[A-Z]{2,}s?", part)  # abbreviations have a test of their own
        or part in ours
        or (part.lower() in ours and part[:1].isupper())
        or dictionary.lookup(part)
        for part in text.split()
    )


@functools.cache
def _our_words() -> frozenset[str]:
    lists = word_lists()
    return frozenset(f"{lists['names']} {lists['terms']}".split())


ABBREVIATION = re.compile(r"\b[A-Z]{2,}(?:s\b|\b)(?![-’'][a-z]{3})")


def abbreviations(text: str) -> list[str]:
    """Give words of capitals, in order.

    Examples
    --------
    >>> abbreviations("The NHS paid two PCTs; I did not.")
    ['NHS', 'PCT']
    """
    return [word.rstrip("s") for word in ABBREVIATION.findall(text)]
