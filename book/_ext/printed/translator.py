"""Turn a resolved doctree into Typst code.

Why a translator of our own and not a subclass of `sphinxcontrib-typstbuilder`: that one writes
Typst *markup* through a stack of half-built functions, fetches ``@preview`` packages in its
templates, wants to be the one builder of its own Sphinx run (a second reading of every source and
a second execution of every notebook's output), and knows nothing of a page number in a reference,
of header cells, of sphinx-design or of our evidence marks. Nearly every method would be
overridden, its licence (EUPL-1.2) is not ours, and what is left to gain is small: this module is
shorter than the overrides would be.

How it works: one method a node type, named ``on_<class of the node>``, gives the Typst code of
that node as a string. The method is looked up along the class's bases, so a node that derives
from ``inline`` prints like one. A type without a method is a warning (and warnings stop the
build): nothing is dropped in silence. Blocks that look like something call a function of
``book/_print/handbook.typ``, which is where all of the look is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath

from docutils import nodes
from docutils.nodes import Element, Node
from sphinx.util import logging

from .markup import block, call, clean, flat, string

__all__ = ["ALL_PLACES", "DOC_SCHEME", "Pictures", "Translator", "key_of", "keys_of"]

logger = logging.getLogger(__name__)

# Addresses of pages while their references are resolved, so that a reference says which page it
# goes to instead of how to get there from here: "doc:/book/index#top".
DOC_SCHEME = "doc:/"

_INLINE_ONLY = (nodes.Text, nodes.Inline, nodes.image)
_ADMONITIONS = {
    "note": "Note",
    "tip": "Tip",
    "hint": "Hint",
    "important": "Important",
    "attention": "Attention",
    "caution": "Caution",
    "warning": "Warning",
    "danger": "Danger",
    "error": "Error",
    "seealso": "See also",
}
# Links with these classes come so often that a page number after each would be noise.
_WITHOUT_PAGE = {"who", "evidence-mark", "evidence-source", "no-page", "work", "bibtex", "footnote"}


class _All:
    """Holds everything."""

    def __contains__(self, place: object) -> bool:
        return True


ALL_PLACES: Container[str] = _All()


def key_of(docname: str, anchor: str = "") -> str:
    """Give the name of a place in the book.

    Examples
    --------
    >>> key_of("book/index", "top")
    'book/index#top'
    """
    return f"{docname}#{anchor}" if anchor else docname


def keys_of(docname: str, document: nodes.document) -> dict[str, str]:
    """Map every place in a page to the place that carries its label.

    A section may be known by several ids and a page by its own name; each leads to the heading,
    so that a page number is that of the heading and not of something near it.
    """
    keys: dict[str, str] = {}
    for node in document.findall(nodes.Element):
        ids: list[str] = node.get("ids", [])
        if not ids:
            continue
        first = key_of(docname, ids[0])
        for anchor in ids:
            keys[key_of(docname, anchor)] = first
        if isinstance(node, nodes.section) and isinstance(node.parent, nodes.document):
            keys.setdefault(docname, first)
    return keys


@dataclass
class Pictures:
    """The drawings and images of the pages; `builder` gives each a place that Typst can read."""

    add_svg: Callable[[str], str]
    add_file: Callable[[str], str | None]


@dataclass
class Translator:
    """Give the Typst code of one page.

    Parameters
    ----------
    docname : str
        The page, as Sphinx names it.
    document : docutils.nodes.document
        Its doctree, references resolved with addresses that begin with `DOC_SCHEME`.
    keys : mapping
        `keys_of` of all pages of the book together.
    wanted : set of str
        The places, as `keys` gives them, that some reference leads to; only these get a label.
    numbered : set of str
        The places whose references say the page: headings, figures and tables.
    pictures : Pictures
        Where images go.
    labelled : container of str
        The places that get a label in the whole book, as far as that is known. `given` tells
        which labels this page has given.
    """

    docname: str
    document: nodes.document
    keys: Mapping[str, str]
    wanted: set[str]
    numbered: set[str]
    pictures: Pictures
    labelled: Container[str] = ALL_PLACES
    depth: int = 0
    in_table: int = 0
    in_list: int = 0
    in_notes: bool = False
    given: set[str] = field(default_factory=set)
    _noted: set[str] = field(default_factory=set)
    _printed: set[str] = field(default_factory=set)

    # --- the walk ---------------------------------------------------------------------------

    def page(self) -> str:
        """Give the code of the whole page."""
        return self.children(self.document)

    def children(self, node: Element) -> str:
        """Give the code of all children, joined."""
        return block(self.each(node.children))

    def each(self, children: Iterable[Node]) -> list[str]:
        """Give the code of each of the nodes."""
        return [self.code(child) for child in children]

    def code(self, node: Node) -> str:
        """Give the code of one node, with labels for the places that something refers to."""
        for base in type(node).__mro__:
            method: Callable[[Node], str] | None = getattr(self, f"on_{base.__name__}", None)
            if method:
                code = method(node)
                break
        else:
            logger.warning(
                "The printed book does not know how to show a %r node. Teach it in "
                "book/_ext/printed/translator.py.",
                type(node).__name__,
                location=node,
            )
            code = self.children(node) if isinstance(node, Element) else ""
        if isinstance(node, Element) and not isinstance(node, nodes.section):
            # A section's label is its heading's.
            return ";".join(part for part in [*self.anchors(node), code] if part)
        return code

    def skip(self, node: Node) -> str:
        """Leave a node out of print."""
        return ""

    def through(self, node: Element) -> str:
        """Print what is in a node that has no look of its own."""
        return self.children(node) if node.children else ""

    # --- text -------------------------------------------------------------------------------

    def on_Text(self, node: nodes.Text) -> str:  # noqa: N802
        """Running text."""
        text = flat(str(node))
        return string(text) if text else ""

    def on_emphasis(self, node: Element) -> str:
        """Stressed words."""
        return call("emph", self.children(node))

    def on_strong(self, node: Element) -> str:
        """Strongly stressed words."""
        return call("strong", self.children(node))

    def on_literal(self, node: Element) -> str:
        """Something to be typed or read letter by letter."""
        return call("code-text", string(flat(node.astext())))

    def on_subscript(self, node: Element) -> str:
        """Lowered letters."""
        return call("sub", self.children(node))

    def on_superscript(self, node: Element) -> str:
        """Raised letters."""
        return call("super", self.children(node))

    def on_inline(self, node: Element) -> str:
        """Words with a class, which rarely means anything on paper."""
        if "evidence-hidden" in node["classes"]:
            return ""
        if "keys" in node["classes"] or "kbd" in node["classes"]:
            return call("code-text", string(flat(node.astext())))
        return self.children(node)

    def on_abbreviation(self, node: Element) -> str:
        """An abbreviation; its first use on a page says what it stands for."""
        meaning = node.get("explanation")
        if meaning and node.astext() not in self._noted:
            self._noted.add(node.astext())
            return block([self.children(node), string(f" ({flat(meaning)})")])
        return self.children(node)

    def on_math(self, node: Element) -> str:
        """Formulas: the book has none, so its text must do."""
        logger.warning("A formula has no printed form yet.", location=node)
        return call("code-text", string(flat(node.astext())))

    on_math_block = on_math
    on_title_reference = on_cite = on_emphasis
    on_literal_strong = on_literal_emphasis = on_literal
    on_generated = on_problematic = through
    on_PassthroughTextElement = through  # noqa: N815  the class of sphinx-design
    on_manpage = on_acronym = through
    on_sd_badge = on_strong

    def on_sd_line_break(self, node: Element) -> str:
        """A line end inside a paragraph."""
        return "linebreak()"

    # --- references -------------------------------------------------------------------------

    def on_reference(self, node: Element) -> str:
        """A link: inside the book with its page, outside with its address."""
        body = self.children(node)
        classes = set(node["classes"]) | {
            name
            for child in node.children
            if isinstance(child, Element)
            for name in child["classes"]
        }
        target = self.target_of(node)
        if target is not None:
            key = self.keys.get(target)
            if key is None:
                return body
            page = key in self.numbered and not (classes & _WITHOUT_PAGE)
            # `press` sets `way-up` at the top of the page.
            file = "way-up+" + string(target.partition("#")[0] + ".pdf")
            where = string(self.where(key))
            return call("xref", string(key), file, where, body, page="true" if page else None)
        address = node.get("refuri", "")
        if not address:
            return body
        shown = re.sub(r"^(https?://(www\.)?|mailto:)", "", address).rstrip("/")
        says = flat(node.astext()).strip().rstrip("/")
        if says in (address, shown, address.rstrip("/")) or address in self._printed:
            return call("web", string(address), body)
        # Paper cannot be clicked, so the address is printed, but once a page is enough.
        self._printed.add(address)
        how = "web-beside" if self.in_table or self.in_list else "web-below"
        return call(how, string(address), string(shown), body)

    def where(self, key: str) -> str:
        """Tell in which PDFs a place is: those this "page" is in, the "book", or another's alone.

        Said here, so that Typst need not search for the place of every reference.
        """
        if key not in self.labelled:
            return "apart"
        docname = key.partition("#")[0]
        return "page" if docname == self.docname else "book"

    def target_of(self, node: Element) -> str | None:
        """Give the place in the book a reference leads to, None for one that leads out."""
        if node.get("refid"):
            return key_of(self.docname, node["refid"])
        address = node.get("refuri", "")
        if address.startswith(DOC_SCHEME):
            docname, _, anchor = address[len(DOC_SCHEME) :].partition("#")
            return key_of(docname, anchor)
        if address.startswith("#"):
            return key_of(self.docname, address[1:])
        return None

    def on_number_reference(self, node: Element) -> str:
        """A reference by the number of a figure or table."""
        return self.on_reference(node)

    def on_download_reference(self, node: Element) -> str:
        """A file that only the page can give."""
        return self.children(node)

    def on_footnote_reference(self, node: Element) -> str:
        """A footnote where it is first called; later calls repeat its number."""
        key = key_of(self.docname, node["refid"])
        name = string("note:" + key)
        if key in self._noted:
            return call("again-note", name)
        self._noted.add(key)
        for note in self.document.findall(nodes.footnote):
            if node["refid"] in note["ids"]:
                parts = [child for child in note.children if not isinstance(child, nodes.label)]
                return call("first-note", name, self.cell(parts))
        return ""

    on_pending_xref = through
    on_footnote = on_label = skip

    def on_target(self, node: Element) -> str:
        """A place to refer to; `code` has labelled it."""
        return self.through(node)

    # --- blocks -----------------------------------------------------------------------------

    def on_document(self, node: Element) -> str:
        """The page itself."""
        return self.children(node)

    def on_section(self, node: Element) -> str:
        """A heading and what stands under it."""
        if "evidence-notes" in node["classes"] and not self.in_notes:
            self.in_notes = True
            notes = self.on_section(node)
            self.in_notes = False
            return call("notes", "{" + notes + "}")
        self.depth += 1
        parts = []
        # The chapter's point, in one sentence, opens it.
        point = standfirst_of(node.children) if self.depth == 1 else None
        for child in node.children:
            if isinstance(child, nodes.title):
                heading = call("heading", self.children(child), depth=str(self.depth))
                key = key_of(self.docname, node["ids"][0]) if node["ids"] else ""
                parts.append(call("lab", heading, string(key)) if key else heading)
                self.given.add(key)
            elif child is point:
                parts.append(call("standfirst", self.cell([child])))
            else:
                parts.append(self.code(child))
        self.depth -= 1
        return ";".join(part for part in parts if part)

    def on_paragraph(self, node: Element) -> str:
        """A paragraph."""
        body = self.children(node)
        for name in ("evidence-source", "evidence-caution"):
            if name in node["classes"]:
                return call(name, body)
        return call("par", body) if body != "[]" else ""

    def on_rubric(self, node: Element) -> str:
        """A heading that stands outside the hierarchy."""
        return call("rubric", self.children(node))

    def on_title(self, node: Element) -> str:
        """The title of something that is not a section (an admonition, a topic)."""
        return call("rubric", self.children(node))

    on_subtitle = on_title
    on_compact_paragraph = on_paragraph

    def on_bullet_list(self, node: Element) -> str:
        """A list with bullets."""
        look = '"words"' if "in-words" in node["classes"] else None
        return call("bullets", *self.items(node), tight=self.tight(node), look=look)

    def on_enumerated_list(self, node: Element) -> str:
        """A numbered list."""
        styles = {
            "loweralpha": "a",
            "upperalpha": "A",
            "lowerroman": "i",
            "upperroman": "I",
        }
        style = styles.get(node.get("enumtype", "arabic"), "1")
        numbering = f"{node.get('prefix', '')}{style}{node.get('suffix', '.') or '.'}"
        return call(
            "steps",
            *self.items(node),
            tight=self.tight(node),
            start=str(node["start"]) if "start" in node else None,
            numbering=string(numbering),
        )

    def items(self, node: Element) -> list[str]:
        """Give the code of the items of a list."""
        self.in_list += 1
        items = [
            block([*self.anchors(item), self.cell(item.children)])
            for item in node.children
            if isinstance(item, Element)
        ]
        self.in_list -= 1
        return items

    def anchors(self, node: Element) -> list[str]:
        """Give the label of a node that something refers to; one stands for all of its ids."""
        key = key_of(self.docname, node["ids"][0]) if node.get("ids") else None
        if key is None or key not in self.wanted:
            return []
        self.given.add(key)
        return [call("anchor", string(key))]

    def tight(self, node: Element) -> str:
        """Tell whether the items of a list are short enough to stand close together."""
        close = all(
            len(item.children) <= 1 and len(item.astext()) <= 90
            for item in node.children
            if isinstance(item, Element)
        )
        return str(close).lower()

    def cell(self, children: Iterable[Node]) -> str:
        """Give what stands in a list item or a table cell: one paragraph needs no wrapping."""
        kept = [child for child in children if not isinstance(child, nodes.comment)]
        if len(kept) == 1 and isinstance(kept[0], nodes.paragraph):
            only = kept[0]
            return block([*self.anchors(only), self.children(only)])
        return block(self.each(kept))

    def on_list_item(self, node: Element) -> str:
        """An item outside of any list (Sphinx makes none; a broken extension might)."""
        return self.children(node)

    def on_definition_list(self, node: Element) -> str:
        """Terms and what they mean."""
        parts = []
        for item in node.children:
            if not isinstance(item, Element):
                continue
            terms = [child for child in item.children if isinstance(child, nodes.term)]
            meanings = [child for child in item.children if isinstance(child, nodes.definition)]
            named = block(
                part
                for term in terms
                for part in (*(["linebreak()"] if term is not terms[0] else []), self.code(term))
            )
            meaning = block(self.code(meaning) for meaning in meanings)
            parts.append(call("term-and-meaning", named, meaning))
        return ";".join(parts)

    on_glossary = on_term = on_definition = on_definition_list_item = through
    on_classifier = on_emphasis

    def on_field_list(self, node: Element) -> str:
        """Names and values; in the front matter of a page they are not for print."""
        if isinstance(node.parent, nodes.document):
            return ""
        parts = []
        for item in node.children:
            if isinstance(item, Element):
                name, body = item.children[0], item.children[1]
                parts.append(
                    call(
                        "term-and-meaning",
                        self.children(name),  # type: ignore[arg-type]
                        self.cell(body.children),
                    )
                )
        return ";".join(parts)

    on_docinfo = skip

    def on_block_quote(self, node: Element) -> str:
        """A quotation set apart."""
        return call("set-apart", self.children(node))

    def on_attribution(self, node: Element) -> str:
        """Who said what is set apart."""
        return call("attribution", self.children(node))

    on_epigraph = on_block_quote

    def on_line_block(self, node: Element) -> str:
        """Lines that end where the author ended them."""
        lines = []
        for line in node.children:
            if isinstance(line, nodes.line_block):
                lines.append(call("pad", self.on_line_block(line), left="1.2em"))
            elif isinstance(line, Element):
                lines.append(call("line-of-block", self.children(line)))
        return ";".join(lines)

    on_line = through

    def on_literal_block(self, node: Element) -> str:
        """Text to be typed as it stands."""
        return call("code-block", string(clean(node.astext()).replace("\r\n", "\n")))

    on_doctest_block = on_literal_block

    def on_transition(self, node: Element) -> str:
        """A change of scene; MyST also puts one before the footnotes, which are elsewhere here."""
        if "footnotes" in node["classes"]:
            return ""
        return "change-of-scene()"

    def on_container(self, node: Element) -> str:
        """A block whose class says what it is."""
        classes = set(node["classes"])
        if classes & {"toctree-wrapper", "no-print", "screen-only", "cell_input"}:
            return ""
        for name, function in (
            ("sd-card", "card"),
            ("sd-dropdown", "card"),
            ("sd-card-title", "rubric"),
            ("sd-tab-item", "card"),
        ):
            component = node.get("design_component", "")
            if name in classes or f"sd-{component}" == name:
                body = self.children(node)
                return call(function, body) if body != "[]" else ""
        return self.through(node)

    on_compound = on_container
    on_dropdown_main = on_aside_main = on_container
    on_dropdown_title = on_rubric

    def on_tab_label(self, node: Element) -> str:
        """What is written on a tab."""
        return call("rubric", self.children(node))

    def on_Admonition(self, node: Element) -> str:  # noqa: N802
        """A note to the reader, with its title."""
        parts = list(node.children)
        title = string(_ADMONITIONS.get(type(node).__name__, ""))
        if parts and isinstance(parts[0], nodes.title):
            title = self.children(parts.pop(0))  # type: ignore[arg-type]
        return call("note-block", title, block(self.each(parts)))

    on_topic = on_sidebar = on_seealso = on_Admonition

    def on_versionmodified(self, node: Element) -> str:
        """What is new, in the reference of the package."""
        return self.through(node)

    def on_chapter_card(self, node: Element) -> str:
        """Whom a chapter is for and how long it takes."""
        facts = (
            array([string(flat(label)), string(flat(value))]) for label, value in node["facts"]
        )
        return call("chapter-card", array(facts))

    def on_centered(self, node: Element) -> str:
        """A line in the middle."""
        return call("align", "center", self.children(node))

    def on_hlist(self, node: Element) -> str:
        """A list in columns, one below the other in print."""
        return self.through(node)

    on_hlistcol = through

    # --- tables -----------------------------------------------------------------------------

    def on_table(self, node: Element) -> str:
        """A table, its header row repeated on every page."""
        titles = [child for child in node.children if isinstance(child, nodes.title)]
        group = next(child for child in node.children if isinstance(child, nodes.tgroup))
        widths = [int(s.get("colwidth", 1)) for s in group.findall(nodes.colspec)]
        stubs = [bool(s.get("stub")) for s in group.findall(nodes.colspec)]
        self.in_table += 1
        head = [self.row(r, stubs) for part in group.findall(nodes.thead) for r in part.children]
        body = [self.row(r, stubs) for part in group.findall(nodes.tbody) for r in part.children]
        caption = self.children(titles[0]) if titles else None
        self.in_table -= 1
        given = "colwidths-given" in node["classes"]
        small = len(widths) > 4 or len(body) > 15
        if not head:
            logger.warning("A table without a header row says nothing aloud.", location=node)
        return call(
            "data-table",
            columns=columns_of(group, widths, given=given, small=small),
            head=array(array(row) for row in head),
            body=array(array(row) for row in body),
            caption=caption,
            compact="true" if small else None,
            wide="true" if len(widths) > 4 else None,
            turned="true" if len(widths) > 8 else None,
        )

    def row(self, node: Node, stubs: list[bool]) -> list[str]:
        """Give the cells of a row."""
        cells = []
        for at, entry in enumerate(node.children):
            assert isinstance(entry, Element)
            body = self.cell(entry.children)
            heads = type(entry).__name__ == "heading_cell" or (at < len(stubs) and stubs[at])
            if heads and isinstance(node.parent, nodes.tbody):
                body = call("row-head", body)
            spans = {
                "colspan": str(entry["morecols"] + 1) if entry.get("morecols") else None,
                "rowspan": str(entry["morerows"] + 1) if entry.get("morerows") else None,
            }
            cells.append(call("table.cell", body, **spans) if any(spans.values()) else body)
        return cells

    on_tabular_col_spec = on_colspec = skip

    # --- pictures ---------------------------------------------------------------------------

    def on_image(self, node: Element) -> str:
        """An image file, with its description."""
        path = self.pictures.add_file(node["uri"])
        if path is None:
            logger.warning("The printed book cannot show the image %r.", node["uri"], location=node)
            return ""
        alt = flat(node.get("alt") or "")
        if not alt:
            logger.warning("The image %r has no description.", node["uri"], location=node)
            alt = PurePosixPath(node["uri"]).stem
        inline = not isinstance(node.parent, (nodes.figure, nodes.section, nodes.document))
        return call("small-image" if inline else "big-image", string(path), string(alt))

    def on_figure(self, node: Element) -> str:
        """An image with its caption, kept together."""
        captions = [child for child in node.children if isinstance(child, nodes.caption)]
        legends = [child for child in node.children if isinstance(child, nodes.legend)]
        rest = [child for child in node.children if child not in captions and child not in legends]
        caption = block(
            [
                *(self.children(caption) for caption in captions),
                *(self.children(legend) for legend in legends),
            ]
        )
        return call("plate", block(self.each(rest)), caption)

    on_legend = on_caption = through

    def on_picture(self, node: Element) -> str:
        """A picture drawn from data, with its title, its sentence and its table."""
        wide, _ = node.drawn()
        path = self.pictures.add_svg(wide)
        picture = call(
            "drawn",
            string(path),
            string(flat(node["sentence"])),
            string(flat(node["title"])),
        )
        return ";".join([picture, *self.each(node.children)])

    # --- exercises --------------------------------------------------------------------------

    on_exercise_cell = on_exercise_output = through
    on_exercise_code = skip  # cells are for the screen

    def on_worksheet_only(self, node: Element) -> str:
        """Instructions for paper; the worksheet shows them."""
        return ""

    def on_drawing_space(self, node: Element) -> str:
        """Space to draw; the worksheet has it."""
        return ""

    def on_form(self, node: Element) -> str:
        """The rows of the worked example."""
        form = node["form"]
        if not node.children:
            return ""
        if recalled := form.get("recalled"):
            # The exercise that asked for it has the table.
            many = len(form["rows"])
            count = (
                "" if form["table"] == "change" else f": {many} {'row' if many == 1 else 'rows'}"
            )
            line = f"{form['title']}{count}, from exercise {recalled['exercise']}"
            return call("recalled", string(flat(line)))
        rows = [row.children for row in node.findall(nodes.row)]
        title = call("form-title", string(flat(form["title"])))
        if len(rows) == 2:
            # One row only: read down, not across.
            pairs = zip(rows[0], rows[1], strict=True)
            told = [
                call("term-and-meaning", string(flat(name.astext())), self.cell(value.children))
                for name, value in pairs
                if value.astext()
            ]
            return block([title, *told])
        return block([title, *self.each(node.children)])

    def on_questions(self, node: Element) -> str:
        """Questions to think about."""
        return call("thinking", self.children(node))

    def on_sample_answer(self, node: Element) -> str:
        """An answer that we made up."""
        return call("sample-answer", self.children(node))

    on_ratings = on_questions
    on_suppositions = on_room = through

    def on_page_of_text(self, node: Element) -> str:
        """A page of text, framed, as it is no part of the book's own."""
        return call("page-of-text", self.children(node))

    def on_worked_example(self, node: Element) -> str:
        """Prose about the worked example."""
        return call("worked-example", self.children(node))

    # --- evidence -----------------------------------------------------------------------------

    def on_evidence_block(self, node: Element) -> str:
        """A block in one voice; its label, sign and rule say whose."""
        body = [child for child in node.children if type(child).__name__ != "evidence_label"]
        return call("claim", string(node["kind"]), string(node["label"]), block(self.each(body)))

    def on_evidence_question(self, node: Element) -> str:
        """The question on which people differ."""
        return call("in-question", self.children(node))

    def on_said_mark(self, node: Element) -> str:
        """Who said or found it, with the numbers of the notes at the end of the page."""
        notes = array(
            array([string(str(number)), string(self.keys.get(key_of(self.docname, note), ""))])
            for number, note in zip(node["numbers"], node["note_ids"], strict=True)
        )
        return call("mark", string(node["kind"]), string(flat(node["label"])), notes)

    on_found_mark = on_said_mark
    on_evidence_usage = on_evidence_label = skip

    # --- the package ----------------------------------------------------------------------------

    def on_desc(self, node: Element) -> str:
        """A function or class: its signature, then what it does."""
        signatures = [child for child in node.children if type(child).__name__ == "desc_signature"]
        content = [child for child in node.children if child not in signatures]
        return call("term-and-meaning", block(self.each(signatures)), block(self.each(content)))

    def on_desc_signature(self, node: Element) -> str:
        """A name with what it takes and gives back."""
        # As `astext` of its parts has it, Sphinx writes an arrow of two signs.
        return call("code-text", string(flat(node.astext()).strip().replace(" -> ", " → ")))

    on_desc_content = through

    # --- left out of print ------------------------------------------------------------------

    on_comment = on_substitution_definition = on_system_message = on_meta = skip
    on_raw = on_toctree = on_index = on_start_of_file = on_highlightlang = on_pending = skip
    on_decoration = on_nodeview = skip


def standfirst_of(children: list[Node]) -> nodes.paragraph | None:
    """Give the paragraph right after a page's title, if it is short enough to be its point."""
    for before, child in pairwise(children):
        if isinstance(before, nodes.title):
            short = isinstance(child, nodes.paragraph) and len(child.astext()) <= 240
            return child if short else None  # type: ignore[return-value]
    return None


def array(items: Iterable[str]) -> str:
    """Give a Typst array, right for one item too.

    Examples
    --------
    >>> array(["1"]), array([])
    ('(1,)', '()')
    """
    kept = list(items)
    return "(" + "".join(f"{item}," for item in kept) + ")"


def columns_of(group: Element, widths: list[int], *, given: bool, small: bool) -> str:
    """Give column widths that suit what is in them.

    The author's, where given. Otherwise each column gets room for its longest word, and the rest
    of the line goes to the columns with most text, but less than twice as much for twice the
    text, so that a long column does not starve the others.
    """
    if given:
        return array(f"{width}fr" for width in widths)
    longest, total = [1.0] * len(widths), [1.0] * len(widths)
    for row in group.findall(nodes.row):
        for at, entry in enumerate(row.children):
            if at < len(widths) and isinstance(entry, Element) and not entry.get("morecols"):
                # Names may be held together by no-break spaces, at which `split` would part them;
                # a date such as 2009-07-20 is never parted.
                words = re.split("[ \n\t/]|(?<=-)(?![0-9])", flat(entry.astext()))
                bold = 1.12 if at == 0 else 1
                longest[at] = max(longest[at], max(map(len, words)) * bold)
                total[at] = max(total[at], len(entry.astext()) * bold)
    if sum(total) <= 60:
        return array(["auto"] * len(widths))
    # Letters that fit a line of the table: see `data-table` for its width and its size of type.
    line = 109 if len(widths) > 4 else 91 if small else 79
    needed = [word + 3 for word in longest]
    wish = [max(1, length - word) ** 0.8 for word, length in zip(longest, total, strict=True)]
    spare = max(0, line - sum(needed))
    shares = [need + spare * part / sum(wish) for need, part in zip(needed, wish, strict=True)]
    return array(f"{share:.1f}fr" for share in shares)
