"""Roles and blocks that chapters use, and the notes at the end of each page.

What a chapter writes is in CONTRIBUTING; what comes out are these nodes. Each derives from an
ordinary docutils node, so a builder that does not know it shows something sensible.

``said_mark``, ``found_mark`` (inline; the child is the label as text)
    ``label``     who said or found it: "Fish", "several of the ten", "Turner and others, 2016"
    ``kind``      "said" or "found"; ``items``: the ids cited, all of them by this label
    ``numbers``   numbers of their notes on this page, from 1; ``number`` is the first
    ``note_ids``  ids of the notes; ``note_id`` is the first
    ``ids``       its own id, which the note links back to
    Two marks of one role that carry different labels stand in an inline of class
    ``evidence-marks``, parted by "; ".
``evidence_aloud`` (inline, empty) words for screen readers only; nothing to print.
``evidence_phrase`` (inline) the quoted words with their quotation marks; a mark follows.
``evidence_block`` (container)
    ``kind``      they-said, research-found, we-suggest or they-differ
    ``label``     the same in words. The first child is an ``evidence_label`` (paragraph) that says
                  it; a they-differ block goes on with an ``evidence_question`` (paragraph) and a
                  bullet list of class ``evidence-positions``; the author's prose follows.

The notes are plain nodes, made when a page is read: a section with id and class
``evidence-notes``, in it one enumerated list; each item has its note's id and holds paragraphs (the
second of class ``evidence-source``) and a container of class ``screen-only`` with the ways back.
The section stands before "Further reading", or at the end of the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import ReferenceRole, SphinxDirective, SphinxRole

from .record import GROUPS, READ_AS, Finding, Record, Source, Statement, nearest, plain_date
from .shelf import link, record_of, shelf_of

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx

__all__ = [
    "evidence_aloud",
    "evidence_block",
    "evidence_label",
    "evidence_phrase",
    "evidence_question",
    "found_mark",
    "said_mark",
    "source_line",
]

_Made: TypeAlias = "tuple[list[Node], list[system_message]]"

NOTES_TITLE = "Who said this, and where"
LABELS = {
    "they-said": "They said",
    "research-found": "Research found",
    "we-suggest": "We suggest",
    "they-differ": "They differ",
}


class said_mark(nodes.inline):  # noqa: N801 - docutils names nodes in lower case
    """Names who said something in 2015, or elsewhere. Attributes: see the module."""


class found_mark(nodes.inline):  # noqa: N801
    """Names who found something out. Attributes: see the module."""


class evidence_phrase(nodes.inline):  # noqa: N801
    """Words quoted from the record, in quotation marks."""


class evidence_block(nodes.container):  # noqa: N801
    """A block in one voice. Attributes: see the module."""


class evidence_label(nodes.paragraph):  # noqa: N801
    """Says in words whose voice a block is in."""


class evidence_aloud(nodes.inline):  # noqa: N801
    """Words for those who listen, in ``words``; empty on paper and on screen."""


class evidence_question(nodes.paragraph):  # noqa: N801
    """The question on which the interviewees differ."""


class _EvidenceRole(SphinxRole):
    """What the roles share: lists of ids, and faults that stop the build."""

    def ids(self) -> list[str]:
        return [part.strip() for part in self.text.split(",") if part.strip()]

    def fault(self, message: str) -> _Made:
        where = f"{self.env.doc2path(self.env.docname, base=False)}:{self.lineno}"
        shelf_of(self.env).note_fault(
            self.env.docname, f"{where}: {{{self.name}}}`{self.text}`: {message}"
        )
        return [nodes.inline(self.text, self.text)], []

    def unknown(self, what: str, item: str, known: Iterable[str]) -> _Made:
        return self.fault(f"no {what} has the id '{item}'.{nearest(item, known)}")


class SaidRole(_EvidenceRole):
    """Name who said it: ``{said}`fish-40-love-down```, or several ids with commas."""

    def run(self) -> _Made:
        record = record_of(self.env)
        if not self.ids():
            return self.fault("no id is given.")
        for item in self.ids():
            if item not in record.findings:
                if item in record.statements:
                    return self.fault(f"'{item}' is a research statement. Write {{found}}.")
                return self.unknown("finding", item, record.findings)
        for item in self.ids():
            shelf_of(self.env).note_use(self.env.docname, "said", item)
        labels = [(record.voice(record.findings[item]), item) for item in self.ids()]
        return [_marks("said", labels)], []


class PhraseRole(_EvidenceRole):
    """Quote the registered phrase of a finding, and name who said it."""

    def run(self) -> _Made:
        record = record_of(self.env)
        item = self.text.strip()
        finding = record.findings.get(item)
        if finding is None:
            return self.unknown("finding", item, record.findings)
        if not finding.phrase:
            return self.fault("this finding has no registered phrase. Paraphrase and use {said}.")
        shelf_of(self.env).note_use(self.env.docname, "said", item)
        words = f"“{finding.phrase}”"
        return [
            evidence_phrase(words, words),
            nodes.Text(" "),
            _marks("said", [(record.voice(finding), item)]),
        ], []


class FoundRole(_EvidenceRole):
    """Name who found it: ``{found}`london-deaths-fell```, or several ids with commas."""

    def run(self) -> _Made:
        record = record_of(self.env)
        if not self.ids():
            return self.fault("no id is given.")
        for item in self.ids():
            statement = record.statements.get(item)
            if statement is None:
                if item in record.findings:
                    return self.fault(f"'{item}' comes from the interviews. Write {{said}}.")
                return self.unknown("research statement", item, record.statements)
            if not statement.seen:
                return self.fault(
                    f"'{item}' is known only from memory (`seen: false`) and cannot be cited."
                )
        for item in self.ids():
            shelf_of(self.env).note_use(self.env.docname, "found", item)
        labels = [(record.found_by(record.statements[item]), item) for item in self.ids()]
        return [_marks("found", labels)], []


class WhoRole(_EvidenceRole, ReferenceRole):
    """An interviewee's name, linked to their page: ``{who}`fish``` or ``{who}`he <fish>```."""

    def run(self) -> _Made:
        record = record_of(self.env)
        person = record.interviewees.get(self.target)
        if person is None:
            return self.unknown("interviewee", self.target, record.interviewees)
        text = self.title if self.has_explicit_title else person.plain_name
        return [link(self.env.docname, "interviewee", person.id, text, classes=["who"])], []


class WorkRole(_EvidenceRole):
    """Cite a work by author and year, linked to the bibliography; several with commas."""

    def run(self) -> _Made:
        record = record_of(self.env)
        made: list[Node] = []
        for item in self.ids():
            if item not in record.works:
                return self.unknown("work", item, record.works)
            shelf_of(self.env).note_use(self.env.docname, "work", item)
            if made:
                made.append(nodes.Text("; "))
            made.append(
                link(self.env.docname, "work", item, record.works[item].short, classes=["work"])
            )
        return made, []


def _marks(kind: str, labels: list[tuple[str, str]]) -> nodes.Element:
    """Make the marks of one role: ids in a row that carry the same label share a mark."""
    made: list[nodes.Element] = []
    for label, item in labels:
        if made and made[-1]["label"] == label:
            made[-1]["items"].append(item)
            continue
        node = said_mark if kind == "said" else found_mark
        made.append(
            node(label, label, label=label, kind=kind, items=[item], classes=["evidence-mark"])
        )
    if len(made) == 1:
        return made[0]
    group = nodes.inline(classes=["evidence-marks"])
    for mark in made:
        if len(group):
            group += nodes.Text("; ")
        group += mark
    return group


class VoiceBlock(SphinxDirective):
    """Prose in one voice: ``they-said``, ``research-found`` or ``we-suggest``."""

    has_content = True

    def run(self) -> list[Node]:
        self.assert_has_content()
        block = _block(self, self.name)
        self.state.nested_parse(self.content, self.content_offset, block)
        return [block]


class DifferBlock(SphinxDirective):
    """A tension: its question, the positions, then the author's prose."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[Node]:
        record, shelf = record_of(self.env), shelf_of(self.env)
        item = self.arguments[0].strip()
        tension = record.tensions.get(item)
        if tension is None:
            where = f"{self.env.doc2path(self.env.docname, base=False)}:{self.lineno}"
            shelf.note_fault(
                self.env.docname,
                f"{where}: {{they-differ}} {item}: no tension has the id '{item}'."
                f"{nearest(item, record.tensions)}",
            )
            return []
        shelf.note_use(self.env.docname, "differ", item)
        block = _block(self, "they-differ")
        block += evidence_question(tension.question, tension.question)
        positions = nodes.bullet_list(classes=["evidence-positions"])
        for position in tension.positions:
            finding = record.findings[position]
            positions += nodes.list_item(
                "",
                nodes.paragraph(
                    "",
                    "",
                    _marks("said", [(capital(record.voice(finding)), position)]),
                    nodes.Text(f": {finding.says}"),
                ),
            )
        block += positions
        self.state.nested_parse(self.content, self.content_offset, block)
        return [block]


def _block(directive: SphinxDirective, kind: str) -> evidence_block:
    number = directive.env.new_serialno("evidence-block") + 1
    block = evidence_block(kind=kind, label=LABELS[kind], classes=["evidence-block", kind])
    label = evidence_label(LABELS[kind], LABELS[kind], classes=["evidence-label"])
    label["ids"] = [f"evidence-block-{number}"]
    block += label
    directive.set_source_info(block)
    return block


class NumberMarks(SphinxTransform):
    """Number the marks of a page in order, and write the notes they point to."""

    # Before the table of contents is collected, so that the notes are in it.
    default_priority = 700

    def apply(self, **_: Any) -> None:
        marks = [
            mark
            for mark in self.document.findall(nodes.inline)
            if isinstance(mark, said_mark | found_mark)
        ]
        if not marks:
            return
        numbers: dict[tuple[str, str], int] = {}
        back: dict[int, list[str]] = {}
        for at, mark in enumerate(marks, start=1):
            mark["ids"] = [f"evidence-mark-{at}"]
            mark["numbers"] = [
                numbers.setdefault((mark["kind"], item), len(numbers) + 1) for item in mark["items"]
            ]
            mark["note_ids"] = [f"evidence-note-{number}" for number in mark["numbers"]]
            mark["number"], mark["note_id"] = mark["numbers"][0], mark["note_ids"][0]
            for number in mark["numbers"]:
                back.setdefault(number, []).append(mark["ids"][0])
        notes = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
        for (kind, item), number in numbers.items():
            note = nodes.list_item(ids=[f"evidence-note-{number}"], classes=[kind])
            note += _note(self.env.docname, record_of(self.env), kind, item)
            note += _ways_back(number, back[number])
            notes += note
        section = nodes.section(
            "",
            nodes.title(NOTES_TITLE, NOTES_TITLE),
            notes,
            ids=["evidence-notes"],
            classes=["evidence-notes"],
        )
        self.document.set_id(section)
        _place(self.document, section)


def _place(document: nodes.document, notes: nodes.section) -> None:
    """Put the notes before "Further reading" if the page has that, else at its end."""
    page: nodes.Element = next(iter(document.findall(nodes.section)), document)
    for at, child in enumerate(page.children):
        if isinstance(child, nodes.section) and child[0].astext() == "Further reading":
            page.insert(at, notes)
            return
    page += notes


def _note(docname: str, record: Record, kind: str, item: str) -> list[nodes.Element]:
    if kind == "said":
        return said_note(docname, record, record.findings[item])
    return found_note(docname, record, record.statements[item])


def said_note(docname: str, record: Record, finding: Finding) -> list[nodes.Element]:
    """Give the note on a finding: who, what, the words, where, how much of that was read."""
    label = capital(record.voice(finding))
    who: Node = nodes.Text(label)
    if finding.interviewee in record.interviewees:
        who = link(docname, "interviewee", finding.interviewee, label, classes=["who"])
    elif finding.interviewee in GROUPS:
        who = link(docname, "finding", finding.id, label, classes=["who"])
    first = nodes.paragraph("", "", nodes.strong("", "", who), nodes.Text(f": {finding.says}"))
    if finding.phrase:
        first += nodes.Text(" Quoted: ")
        first += evidence_phrase(f"“{finding.phrase}”", f"“{finding.phrase}”")
        first += nodes.Text(".")
    made: list[nodes.Element] = [
        first,
        source_line(record.sources[finding.source], finding.locator),
    ]
    if caution := record.caution(finding):
        made.append(nodes.paragraph(caution, caution, classes=["evidence-caution"]))
    return made


def found_note(docname: str, record: Record, statement: Statement) -> list[nodes.Element]:
    """Give the note on a statement: what was found, by whom, how much of that was read."""
    label = capital(record.found_by(statement))
    first = nodes.paragraph(
        "",
        "",
        nodes.strong("", "", link(docname, "statement", statement.id, label, classes=["who"])),
        nodes.Text(f": {statement.says}"),
    )
    made: list[nodes.Element] = [first]
    for key in statement.sources:
        work = record.works[key]
        line = nodes.paragraph(classes=["evidence-source"])
        line += link(docname, "work", key, work.title, classes=["work"])
        where = f". {work.where}, {work.year}" if work.where else f", {work.year}"
        line += nodes.Text(f"{where}. {work.kind.capitalize()}. {READ_AS[work.read]}")
        made.append(line)
    if statement.weight:
        words = f"Weight: {statement.weight}."
        made.append(nodes.paragraph(words, words, classes=["evidence-caution"]))
    return made


def source_line(source: Source, locator: str) -> nodes.paragraph:
    """Give a source as a line: title (links outside), author, date, place, how much was read."""
    line = nodes.paragraph(classes=["evidence-source"])
    line += outside(source.title, source.url)
    shown = [] if source.author.startswith("not shown") else [source.author]
    if not source.publisher.startswith("not shown") and source.publisher not in source.author:
        shown.append(source.publisher)
    shown.append(plain_date(source.date))
    text = f". {', '.join(shown)}."
    if locator:
        # In most locators a heading comes first; a bare place such as "standfirst" gets a capital.
        text += f" {capital(locator)}"
        text += "" if text.endswith(("?", ".")) else "."
    text += f" {READ_AS[source.read]}"
    line += nodes.Text(text)
    return line


def capital(text: str) -> str:
    """Begin with a capital, as at the start of a line."""
    return text[:1].upper() + text[1:]


def outside(text: str, address: str) -> nodes.Element:
    """Make a link that leaves this site; its look, and what it is called aloud, say so."""
    return nodes.reference(
        text, text, refuri=address, rel="noopener", classes=["outside", "evidence-source"]
    )


def _ways_back(number: int, marks: list[str]) -> nodes.container:
    line = nodes.paragraph()
    for at, mark in enumerate(marks, start=1):
        text = "Back to the text" if len(marks) == 1 else f"Back to place {at}"
        if at > 1:
            line += nodes.Text(" ")
        way = nodes.reference("", "", refid=mark, internal=True, classes=["evidence-mark"])
        way += nodes.Text(text)
        way += evidence_aloud(words=f" from note {number}")
        line += way
    return nodes.container("", line, classes=["evidence-back", "screen-only"])


ROLES = {
    "said": SaidRole,
    "phrase": PhraseRole,
    "found": FoundRole,
    "who": WhoRole,
    "work": WorkRole,
}


def setup(app: Sphinx) -> None:
    """Register roles, blocks and the notes."""
    for name, role in ROLES.items():
        app.add_role(name, role())
    for name in ("they-said", "research-found", "we-suggest"):
        app.add_directive(name, VoiceBlock)
    app.add_directive("they-differ", DifferBlock)
    app.add_transform(NumberMarks)
