"""Directives that write the pages of the reference part from the record.

================== ============================================================================
interviewees       the ten, with post and kind of system (``{interviewees}``)
interviewee        one person's page (``{interviewee} fish``)
theme-matrix       who spoke of what, then what was said of several, unnamed or by writers
tensions           where they differ
research-list      the research record by section, with the claims weighed
bibliography-list  works cited, works not cited, where the interviews were read
cited-where        which chapter cites what, and what no chapter cites
================== ============================================================================

Headings are made when a page is read, so that they reach the table of contents. What depends on
other pages (which chapter cites what) is an `evidence_usage` node until the page is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .marks import capital, evidence_aloud, outside, source_line
from .record import GROUPS, READ_AS, Finding, Record, Source, Statement, Work, nearest
from .shelf import EvidenceShelf, link, record_of, shelf_of

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx

__all__ = ["evidence_usage", "heading_cell"]


class evidence_usage(nodes.General, nodes.Element):  # noqa: N801
    """Stands for what depends on other pages; ``show`` names what, ``item`` whose."""


class heading_cell(nodes.entry):  # noqa: N801
    """A header cell of a table; ``scope`` is "col" or "row"."""


class _Page(SphinxDirective):
    """What the directives share."""

    def begin(self) -> tuple[Record, EvidenceShelf]:
        shelf = shelf_of(self.env)
        shelf.note_page(self.env.docname)
        return record_of(self.env), shelf

    def section(self, title: str, anchor: str, *children: Node) -> nodes.section:
        section = nodes.section("", nodes.title(title, title), *children, ids=[anchor])
        self.state.document.set_id(section)
        return section

    def place(self, kind: str, item: str, anchor: str) -> None:
        shelf_of(self.env).note_place(kind, item, self.env.docname, anchor)

    def to(self, kind: str, item: str, text: str) -> addnodes.pending_xref:
        return link(self.env.docname, kind, item, text, classes=["who"])

    def finding(self, record: Record, finding: Finding, *, named: bool) -> nodes.list_item:
        """One finding with its source; ``named`` puts who said it first."""
        anchor = f"finding-{finding.id}"
        self.place("finding", finding.id, anchor)
        said = nodes.paragraph()
        if named:
            said += nodes.strong("", capital(record.voice(finding)))
            said += nodes.Text(": ")
        said += nodes.Text(finding.says)
        if finding.phrase:
            said += nodes.Text(f" Quoted: “{finding.phrase}”.")
        line = source_line(record.sources[finding.source], finding.locator)
        item = nodes.list_item("", said, line, ids=[anchor])
        caution = record.caution(finding)
        if caution and not finding.elsewhere:
            item += nodes.paragraph(caution, caution, classes=["evidence-caution"])
        return item


def _list(items: Iterable[nodes.list_item], *classes: str) -> nodes.bullet_list:
    return nodes.bullet_list("", *items, classes=["evidence-list", *classes])


def _paragraph(text: str, *classes: str) -> nodes.paragraph:
    return nodes.paragraph(text, text, classes=list(classes))


def _joined(parts: Sequence[Node], last: str = " and ", others: str = ", ") -> list[Node]:
    """Put commas, or what is given, between nodes, and a word before the last."""
    made: list[Node] = []
    for at, part in enumerate(parts):
        if at:
            made.append(nodes.Text(last if at == len(parts) - 1 else others))
        made.append(part)
    return made


def _facts(pairs: Iterable[tuple[str, str]]) -> nodes.definition_list:
    facts = nodes.definition_list(classes=["evidence-facts"])
    for name, value in pairs:
        facts += nodes.definition_list_item(
            "", nodes.term(name, name), nodes.definition("", _paragraph(value))
        )
    return facts


def _table(
    caption: str,
    columns: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[Sequence[Node]]],
    *classes: str,
) -> nodes.table:
    """A table with scoped headers: the first row heads columns, the first column heads rows."""
    group = nodes.tgroup(cols=len(columns))
    for at, width in enumerate(widths):
        column = nodes.colspec()
        column["colwidth"] = width
        if at == 0:
            column["stub"] = 1
        group += column
    head = nodes.row()
    for name in columns:
        head += heading_cell("", _paragraph(name), scope="col")
    group += nodes.thead("", head)
    body = nodes.tbody()
    for cells in rows:
        row = nodes.row()
        for at, cell in enumerate(cells):
            words = nodes.paragraph("", "", *cell)
            row += heading_cell("", words, scope="row") if at == 0 else nodes.entry("", words)
        body += row
    group += body
    return nodes.table("", nodes.title(caption, caption), group, classes=list(classes))


class Interviewees(_Page):
    """The ten, in the order of the paper."""

    def run(self) -> list[Node]:
        record, _ = self.begin()
        items = []
        for person in record.interviewees.values():
            name = nodes.paragraph("", "", self.to("interviewee", person.id, person.name))
            post = f"{person.role_2015}, {person.organisation_2015}."
            kind = f"Kind of system: {person.kind_of_system}."
            items.append(nodes.list_item("", name, _paragraph(post), _paragraph(kind)))
        return [_list(items, "evidence-people")]


class InterviewOf(_Page):
    """One interviewee's page."""

    required_arguments = 1

    def run(self) -> list[Node]:
        record, shelf = self.begin()
        item = self.arguments[0].strip()
        person = record.interviewees.get(item)
        if person is None:
            where = f"{self.env.doc2path(self.env.docname, base=False)}:{self.lineno}"
            shelf.note_fault(
                self.env.docname,
                f"{where}: no interviewee has the id '{item}'.{nearest(item, record.interviewees)}",
            )
            return []
        self.place("interviewee", item, "")
        theirs = [f for f in record.findings.values() if f.interviewee == item]
        made: list[Node] = [
            _facts(
                [
                    ("Post in 2015", f"{person.role_2015}, {person.organisation_2015}"),
                    ("Kind of system", capital(person.kind_of_system)),
                    ("How much could be read", person.could_read),
                ]
            )
        ]
        said = self.section(f"What {person.surname} said in 2015", "said")
        for theme in record.themes.values():
            found = [f for f in theirs if f.theme == theme.id and not f.elsewhere]
            if found:
                self.place("said-on", f"{item}/{theme.id}", f"theme-{theme.id}")
                said += self.section(
                    theme.heading,
                    f"theme-{theme.id}",
                    _list(self.finding(record, f, named=False) for f in found),
                )
        made.append(said)
        if differ := self._differences(record, item):
            made.append(
                self.section(f"Where {person.surname} differs from others", "differs", differ)
            )
        if elsewhere := [f for f in theirs if f.elsewhere]:
            made.append(
                self.section(
                    f"What {person.surname} said elsewhere",
                    "elsewhere",
                    _paragraph(
                        "Other occasions, other years. None of this is part of the 2015 interview.",
                        "evidence-apart",
                    ),
                    _list(
                        (self.finding(record, f, named=False) for f in elsewhere), "evidence-apart"
                    ),
                )
            )
        made.append(
            self.section(
                f"Chapters that cite {person.surname}",
                "chapters",
                evidence_usage(show="interviewee", item=item),
            )
        )
        return made

    def _differences(self, record: Record, item: str) -> nodes.bullet_list | None:
        """The tensions this person takes part in, and with whom."""
        items = []
        for tension in record.tensions.values():
            voices = [record.findings[position].interviewee for position in tension.positions]
            if item not in voices:
                continue
            others = [v for v in dict.fromkeys(voices) if v != item and v in record.interviewees]
            line = nodes.paragraph("", "", self.to("tension", tension.id, tension.question))
            if others:
                line += nodes.Text(" Also here: ")
                line += _joined(
                    [self.to("interviewee", o, record.interviewees[o].surname) for o in others]
                )
                line += nodes.Text(".")
            items.append(nodes.list_item("", line))
        return _list(items) if items else None


class ThemeMatrix(_Page):
    """Who spoke of what: a table, then each theme with what no named person said."""

    def run(self) -> list[Node]:
        record, _ = self.begin()
        voices = [*record.interviewees, *GROUPS]
        count: dict[tuple[str, str], int] = {}
        for finding in record.findings.values():
            if not finding.elsewhere:
                key = (finding.theme, finding.interviewee)
                count[key] = count.get(key, 0) + 1
        rows: list[list[list[Node]]] = [
            [
                [self.to("theme", theme.id, theme.heading)],
                *(self._cell(record, theme.id, voice, count) for voice in voices),
            ]
            for theme in record.themes.values()
        ]
        names = [person.surname for person in record.interviewees.values()]
        table = _table(
            "How many findings each voice has on each theme",
            ["Theme", *names, "Several of the ten", "One, not named", "The writers"],
            [24, *([6] * len(voices))],
            rows,
            "evidence-matrix",
        )
        return [table, *(self._theme(record, theme) for theme in record.themes)]

    def _cell(
        self, record: Record, theme: str, voice: str, count: dict[tuple[str, str], int]
    ) -> list[Node]:
        number = count.get((theme, voice), 0)
        if not number:
            return [nodes.Text("–")]
        place = (
            ("said-on", f"{voice}/{theme}") if voice in record.interviewees else ("theme", theme)
        )
        cell = self.to(*place, str(number))
        who = record.interviewees[voice].surname if voice in record.interviewees else GROUPS[voice]
        words = next(cell.findall(nodes.inline))  # only what is in it survives resolving the link
        words += evidence_aloud(words=f" by {who} on {record.themes[theme].heading}")
        return [cell]

    def _theme(self, record: Record, theme_id: str) -> nodes.section:
        theme = record.themes[theme_id]
        self.place("theme", theme_id, f"theme-{theme_id}")
        section = self.section(theme.heading, f"theme-{theme_id}", _paragraph(theme.sentence))
        here = [f for f in record.findings.values() if f.theme == theme_id and not f.elsewhere]
        named = {f.interviewee: f for f in reversed(here) if f.interviewee in record.interviewees}
        if named:
            line = nodes.paragraph("By name: ", "By name: ")
            line += _joined(
                [
                    self.to("finding", named[p].id, record.interviewees[p].surname)
                    for p in record.interviewees
                    if p in named
                ]
            )
            line += nodes.Text(".")
            section += line
        groups = [f for f in here if f.interviewee in GROUPS]
        if groups:
            section += _list(self.finding(record, f, named=True) for f in groups)
        return section


class Tensions(_Page):
    """Where they differ: each question with its positions."""

    def run(self) -> list[Node]:
        record, _ = self.begin()
        made: list[Node] = []
        for tension in record.tensions.values():
            self.place("tension", tension.id, tension.id)
            section = self.section(tension.question, tension.id)
            items = []
            for position in tension.positions:
                finding = record.findings[position]
                line = nodes.paragraph(
                    "",
                    "",
                    nodes.strong(
                        "", "", self.to("finding", position, capital(record.voice(finding)))
                    ),
                    nodes.Text(f": {finding.says}"),
                )
                if finding.phrase:
                    line += nodes.Text(f" Quoted: “{finding.phrase}”.")
                items.append(nodes.list_item("", line))
            section += _list(items, "evidence-positions")
            if tension.note:
                section += _paragraph(tension.note, "evidence-caution")
            section += evidence_usage(show="tension", item=tension.id)
            made.append(section)
        return made


class ResearchList(_Page):
    """The research record, by section; what is known only from memory stays out."""

    def run(self) -> list[Node]:
        record, _ = self.begin()
        made: list[Node] = []
        under: dict[str, nodes.section] = {}
        for section in record.sections.values():
            anchor = f"section-{section.id.replace('.', '-')}"
            node = self.section(section.title, anchor)
            here = [s for s in record.statements.values() if s.section == section.id and s.seen]
            if section.id == "6":
                node += self._claims(record)
            if any(s.word for s in here):
                node += self._words(here)
            elif here:
                node += _list(self._statement(record, s) for s in here)
            parent = under.get(section.id.split(".")[0]) if "." in section.id else None
            if parent is None:
                made.append(node)
                under[section.id] = node
            else:
                parent += node
        return made

    def _works(self, record: Record, keys: Iterable[str]) -> list[Node]:
        return _joined([self.to("work", key, record.works[key].short) for key in keys], "; ", "; ")

    def _statement(self, record: Record, statement: Statement) -> nodes.list_item:
        anchor = f"research-{statement.id}"
        self.place("statement", statement.id, anchor)
        line = nodes.paragraph(classes=["evidence-source"])
        if statement.computed:
            line += nodes.Text("Worked out here. ")
        if statement.ours:
            line += nodes.Text("Our own note. ")
        if statement.sources:
            line += self._works(record, statement.sources)
            line += nodes.Text(".")
        if statement.weight:
            line += nodes.Text(f" Weight: {statement.weight}.")
        return nodes.list_item("", _paragraph(statement.says), line, ids=[anchor])

    def _words(self, statements: Iterable[Statement]) -> nodes.table:
        record = record_of(self.env)
        rows: list[list[list[Node]]] = []
        for each in statements:
            anchor = f"research-{each.id}"
            self.place("statement", each.id, anchor)
            word = nodes.inline(each.word, each.word, ids=[anchor])
            now: list[Node] = [nodes.Text(each.now or "Not traced further here")]
            if each.weight:
                now.append(nodes.Text(f" ({each.weight})"))
            rows.append([[word], [nodes.Text(each.then)], now, self._works(record, each.sources)])
        return _table(
            "Words of 2015 and what became of them by 2026",
            ["In the 2015 interviews", "Then", "Since", "Source"],
            [24, 22, 34, 20],
            rows,
        )

    def _claims(self, record: Record) -> nodes.table:
        rows: list[list[list[Node]]] = []
        for claim in record.claims.values():
            against = self._works(record, claim.against)
            if claim.limits:
                limits = claim.limits if against else capital(claim.limits)
                against += [nodes.Text(f"; {limits}" if against else limits)]
            rows.append(
                [
                    [nodes.Text(claim.claim)],
                    self._works(record, claim.for_) or [nodes.Text("–")],
                    against or [nodes.Text("–")],
                    [nodes.Text(capital(claim.firm))],
                ]
            )
        return _table(
            "What the interviewees hold, weighed",
            ["Claim", "For", "Against, or limits", "How firm"],
            [24, 26, 28, 22],
            rows,
        )


class BibliographyList(_Page):
    """Works cited first, then the rest of the record, then where the interviews were read."""

    def run(self) -> list[Node]:
        record, _ = self.begin()
        for key in record.works:
            self.place("work", key, f"work-{key}")
        return [
            self.section(
                "Cited in this book", "cited", evidence_usage(show="works-cited", item="")
            ),
            self.section(
                "Also in the record", "not-cited", evidence_usage(show="works-not-cited", item="")
            ),
            self.section(
                "Where the interviews were read",
                "interviews",
                _list(_source_entry(source) for source in record.sources.values()),
            ),
        ]


def _source_entry(source: Source) -> nodes.list_item:
    line = source_line(source, "")
    line["classes"] = []
    kind = f"{capital(source.kind)}."
    kind += f" Read: {source.read_note}." if source.read_note else ""
    return nodes.list_item(
        "", line, _paragraph(kind, "evidence-source"), ids=[f"source-{source.id}"]
    )


def _work_entry(work: Work) -> nodes.list_item:
    line = nodes.paragraph()
    if work.credit:
        line += nodes.Text(f"{work.credit} ({work.year}{work.letter}). ")
    # A described title stands in brackets: nobody should look for it word for word.
    title = f"[{work.title}]" if work.described else work.title
    line += nodes.Text(title) if work.described else nodes.emphasis(title, title)
    line += nodes.Text("." if work.credit else f" ({work.year}{work.letter}).")
    if work.where:
        line += nodes.Text(f" {work.where}.")
    read = nodes.paragraph(classes=["evidence-source"])
    read += nodes.Text(f"{capital(work.kind)}. {READ_AS[work.read]}")
    if work.note:
        read += nodes.Text(f" {capital(work.note)}.")
    if work.address:
        read += nodes.Text(" ")
        read += outside(work.address, work.address)
    return nodes.list_item("", line, read, ids=[f"work-{work.id}"])


class CitedWhere(_Page):
    """Which chapter cites what, and what no chapter cites."""

    def run(self) -> list[Node]:
        self.begin()
        shown = [
            ("Interview findings that chapters cite", "said-cited"),
            ("Interview findings that no chapter cites", "said-not-cited"),
            ("Research that chapters cite", "found-cited"),
            ("Research that no chapter cites", "found-not-cited"),
        ]
        return [
            self.section(title, show, evidence_usage(show=show, item="")) for title, show in shown
        ]


class ShowUsage(SphinxPostTransform):
    """Fill in, as a page is written, what depends on which chapter cites what."""

    default_priority = 5  # before references are resolved: links are made here

    def run(self, **_: Any) -> None:
        for node in list(self.document.findall(evidence_usage)):
            node.replace_self(self._shown(node["show"], node["item"]))

    def _shown(self, show: str, item: str) -> list[Node]:
        record = record_of(self.env)
        cited = shelf_of(self.env).cited()
        kind, _, rest = show.partition("-")
        if show == "interviewee":
            theirs = [f.id for f in record.findings.values() if f.interviewee == item]
            chapters = dict.fromkeys(d for each in theirs for d in cited.get(("said", each), ()))
            if not chapters:
                return [_paragraph("None so far.")]
            return [
                _list(
                    nodes.list_item("", nodes.paragraph("", "", self._chapter(docname)))
                    for docname in chapters
                )
            ]
        if show == "tension":
            pages = shelf_of(self.env).sets_out(item)
            return [self._cited_in(pages, "Set out in: ")] if pages else []
        if kind == "works":
            wanted = rest == "cited"
            works = [w for w in record.works.values() if (("work", w.id) in cited) == wanted]
            works.sort(key=lambda work: (work.credit or work.title).casefold())
            return [_list(_work_entry(w) for w in works)] if works else [_paragraph("None.")]
        items: dict[str, Callable[[], list[Node]]] = {}
        if kind == "said":
            for finding in record.findings.values():
                voice = capital(record.voice(finding))
                items[finding.id] = self._line("finding", finding.id, voice, finding.says)
        else:
            for statement in record.statements.values():
                if statement.seen:
                    voice = capital(record.found_by(statement))
                    items[statement.id] = self._line(
                        "statement", statement.id, voice, statement.says
                    )
        made = []
        for each, line in items.items():
            docnames = cited.get((kind, each), [])
            if bool(docnames) == (rest == "cited"):
                made.append(nodes.list_item("", *line()))
                if docnames:
                    made[-1] += self._cited_in(docnames, "Cited in: ")
        return [_list(made)] if made else [_paragraph("None.")]

    def _line(self, kind: str, item: str, voice: str, says: str) -> Callable[[], list[Node]]:
        def make() -> list[Node]:
            name = link(self.env.docname, kind, item, voice, classes=["who"])
            line = nodes.paragraph("", "", nodes.strong("", "", name), nodes.Text(f": {says} "))
            line += nodes.literal(item, item, classes=["evidence-id"])
            return [line]

        return make

    def _cited_in(self, docnames: list[str], lead: str) -> nodes.paragraph:
        line = nodes.paragraph(lead, lead, classes=["evidence-source"])
        line += _joined([self._chapter(docname) for docname in docnames])
        line += nodes.Text(".")
        return line

    def _chapter(self, docname: str) -> addnodes.pending_xref:
        title = self.env.titles[docname].astext()
        return addnodes.pending_xref(
            "",
            nodes.inline(title, title),
            refdomain="std",
            reftype="doc",
            reftarget=f"/{docname}",
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )


DIRECTIVES = {
    "interviewees": Interviewees,
    "interviewee": InterviewOf,
    "theme-matrix": ThemeMatrix,
    "tensions": Tensions,
    "research-list": ResearchList,
    "bibliography-list": BibliographyList,
    "cited-where": CitedWhere,
}


def setup(app: Sphinx) -> None:
    """Register the directives and what fills them in."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_post_transform(ShowUsage)
