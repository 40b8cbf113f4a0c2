"""The printed book: text comes out as it went in, every node has a form, only changes compile."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from functools import cache, partial
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import printed
import pypdfium2
import pytest
import typst
from docutils import nodes
from docutils.utils import new_document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printed import beside, markup, pool, press, resolved
from printed.translator import Pictures, Translator, key_of, keys_of
from printed.worksheet import WorksheetTranslator
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging as sphinx_logging
from sphinx.util.docutils import docutils_namespace

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "node_modules" / "@expo-google-fonts"
TEMPLATES = ROOT / "book" / "_print"

# --- text in, text out ------------------------------------------------------------------------


@cache
def typst_of_nothing() -> typst.Compiler:
    """Give a compiler to ask what a piece of code stands for."""
    page = Path(tempfile.mkdtemp()) / "page.typ"
    page.write_text("A page", encoding="utf-8")
    return typst.Compiler(input=str(page), ignore_system_fonts=True)


def read_by_typst(code: str) -> Any:
    """Give what Typst takes a piece of code for."""
    return json.loads(typst_of_nothing().eval(code, format="json"))


def words_of(value: Any) -> str:
    """Give all text in what Typst says a piece of content is."""
    if isinstance(value, list):
        return "".join(map(words_of, value))
    if isinstance(value, dict):
        # `func` names the element; the rest are its fields, of which these hold what is shown.
        shown = ("text", "body", "child", "children", "dest")
        return "".join(words_of(value[key]) for key in shown if key in value and key != "dest")
    return value if isinstance(value, str) else ""


@given(st.text(alphabet=st.characters(codec=None)))  # half surrogates and controls included
@settings(max_examples=300, deadline=None)
def test_a_string_literal_is_the_text_itself(text: str):
    """Whatever stands in a text, Typst reads the same text back, and nothing as code."""
    read = read_by_typst(markup.string(text))
    assert read == markup.clean(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"])))
def test_cleaning_leaves_every_real_character(text: str):
    """Only controls, half surrogates and non-characters go; letters of any script stay."""
    assert markup.clean(text) == text


def _inline() -> st.SearchStrategy[nodes.Node]:
    text = st.text(min_size=1, max_size=12).map(nodes.Text)
    kinds = st.sampled_from([nodes.emphasis, nodes.strong, nodes.inline, nodes.superscript])
    return st.recursive(
        text,
        lambda inner: st.builds(
            lambda kind, kids: kind("", "", *kids), kinds, st.lists(inner, max_size=3)
        ),
        max_leaves=6,
    )


@given(st.lists(_inline(), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_words_come_through_whatever_stands_round_them(children: list[nodes.Node]):
    """Emphasis in emphasis, text that looks like markup: the words are the same in the end."""
    document = new_document("page")
    paragraph = nodes.paragraph("", "", *children)
    document += paragraph
    code = translator(document).page()
    read = read_by_typst(code)
    wanted = "".join(markup.flat(str(t)) for t in paragraph.findall(nodes.Text))
    assert words_of(read) == wanted


def translator(document: nodes.document, kind: type[Translator] = Translator) -> Translator:
    """Give a translator of one page that no other page refers to."""
    keys = keys_of("page", document)
    pictures = Pictures(lambda svg: "/images/x.svg", lambda uri: None)
    return kind("page", document, keys, set(keys.values()), set(keys.values()), pictures)


# --- a small book, made with Sphinx -----------------------------------------------------------

_PAGES = {
    "index": """# A small book

The point in one sentence.

See [the second page](two.md), [its table](#a-table) and [a site](https://example.org/a/b).
""",
    "two": """# The second page

Words “in quotes”, £5, café, → and ✓, #let x = [1] $y$ \\*star\\* <tag> @label `#code "x"`.

(a-table)=
## A table

| Who | Does |
| --- | --- |
| #set text(size: 0pt) | reads ] and } |

- one
- two

A note[^n].

[^n]: Under the line.

:::{worksheet-note}
Only on paper.
:::
""",
}


class form(nodes.General, nodes.Element):  # noqa: N801  named as the exercise's own node
    """A form of an exercise."""


class worksheet_only(nodes.General, nodes.Element):  # noqa: N801
    """Instructions for paper."""


class mystery(nodes.General, nodes.Element):  # noqa: N801
    """A node nobody taught the translator."""


FORM = {
    "kind": "form",
    "table": "ties",
    "title": "Ties",
    "help": "Who acts on whom?",
    "columns": [
        {"name": "from", "label": "From", "kind": "name", "help": "Who acts"},
        {"name": "kind", "label": "Kind", "kind": "choice", "choices": ["line", "money"]},
        {"name": "strength", "label": "Strength", "kind": "number", "min": 0, "max": 10},
        {"name": "days", "label": "Days", "kind": "number", "min": 0, "max": 365},
        {"name": "note", "label": "Note", "kind": "long"},
    ],
    "rows": [],
    "blank_rows": 4,
}


def build(folder: Path, pages: dict[str, str], **settings_: Any) -> tuple[Sphinx, str]:
    """Build the pages as HTML and print them; give the app and what it warned of."""
    source = folder / "source"
    source.mkdir(parents=True, exist_ok=True)
    others = "\n".join(name for name in pages if name != "index")
    index = pages["index"] + f"\n```{{toctree}}\n:caption: First part\n:hidden:\n\n{others}\n```\n"
    for name, text in {**pages, "index": index}.items():
        path = source / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    warnings = StringIO()
    # Sphinx warns of nodes that an earlier build in the same process has registered.
    with docutils_namespace():
        app = Sphinx(
            source, None, folder / "html", folder / "trees", "html",
            confoverrides={
                "extensions": ["myst_parser", "printed"],
                "myst_enable_extensions": ["colon_fence"],
                "root_doc": "index",
                "html_theme": "basic",
                "printed_fonts": [str(FONTS)],
                "printed_templates": str(TEMPLATES),
                "printed_cache": str(folder / "cache"),
                **settings_,
            },
            status=None, warning=warnings,
        )  # fmt: skip
        app.add_directive("worksheet-note", _Note, override=True)
        app.add_node(worksheet_only, html=(_not_in_html, None), override=True)
        app.build()
    return app, warnings.getvalue()


def _note_directive() -> type[Any]:
    from sphinx.util.docutils import SphinxDirective

    class Note(SphinxDirective):
        """A block of `worksheet_only`."""

        has_content = True

        def run(self) -> list[nodes.Node]:
            block = worksheet_only()
            self.state.nested_parse(self.content, self.content_offset, block)
            return [block]

    return Note


_Note = _note_directive()


def _not_in_html(self: Any, node: nodes.Element) -> None:
    raise nodes.SkipNode


def text_of(path: Path) -> str:
    """Give the words of a PDF."""
    document = pypdfium2.PdfDocument(path)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder of a small book, built once."""
    folder = tmp_path_factory.mktemp("book")
    _, warned = build(folder, _PAGES)
    assert warned == ""
    yield folder
    shutil.rmtree(folder)


def test_each_page_and_the_book_have_a_pdf(book: Path):
    """They lie where the pages' headers look for them, and `pdf_for` knows it beforehand."""
    folder = book / "html" / "pdf"
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf")}
    assert made == {"index.pdf", "two.pdf", f"{printed.BOOK}.pdf"}
    assert {str(printed.pdf_for(name)) for name in ("index", "two", printed.BOOK)} == {
        f"pdf/{name}" for name in made
    }
    assert printed.pdf_for("two-worksheet") is None


def test_pdfs_are_known_where_no_page_has_changed(tmp_path: Path):
    """Pages that are written again for a new template link to them like all others."""
    build(tmp_path, _PAGES)
    printed._known.clear()  # as in a new process
    app, _ = build(tmp_path, _PAGES)
    assert not app.env.get_outdated_files(config_changed=False)[1]
    assert printed.pdf_for("two")


def test_what_authors_write_is_never_code(book: Path):
    """Signs that mean something to Typst are printed, and so are those our fonts borrow."""
    text = text_of(book / "html" / "pdf" / "two.pdf")
    for words in (
        "Words “in quotes”, £5, café, → and ✓, #let x = [1] $y$ *star*",
        '@label #code "x".',
        "#set text(size: 0pt)",
        "reads ] and }",
        "Under the line.",
    ):
        assert words in text


def test_worksheet_blocks_are_not_on_the_page(book: Path):
    """What is for paper alone would puzzle readers of the page's own PDF."""
    assert "Only on paper" not in text_of(book / "html" / "pdf" / "two.pdf")


def test_references_say_the_page_where_there_is_one(book: Path):
    """In the book by page number; alone, a page of the book is another file."""
    whole = pypdfium2.PdfDocument(book / "html" / "pdf" / f"{printed.BOOK}.pdf")
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in whole]
    heading = next(at for at, text in enumerate(pages, 1) if "A table Who Does" in text)
    text = " ".join(pages)
    assert f"its table (page {heading})" in text
    assert f"the second page (page {heading})" in text
    alone = text_of(book / "html" / "pdf" / "index.pdf")
    assert "See the second page, its table and a site" in alone
    assert "example.org/a/b" in alone


def test_a_page_may_stay_out_of_the_book(tmp_path: Path):
    """Its own PDF is made, and the book's references lead to that file instead of to a page."""
    pages = {**_PAGES, "two": "---\nprinted: apart\n---\n" + _PAGES["two"]}
    _, warned = build(tmp_path, pages)
    assert warned == ""
    folder = tmp_path / "html" / "pdf"
    assert "A table" in text_of(folder / "two.pdf")
    assert "Words “in quotes”" not in text_of(folder / f"{printed.BOOK}.pdf")
    sheet = tmp_path / "cache" / "docs" / "index.typ"
    assert '"two.pdf","apart"' in sheet.read_text(encoding="utf-8")


def test_only_what_changed_is_compiled_again(
    book: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """Nothing when nothing changed; a page and the book when that page did; all for a template."""
    compiled: list[str] = []
    submit = pool.Pool.submit

    def watch(self: pool.Pool, job: pool.Job) -> Future[pool.Outcome]:
        compiled.append(job.target.stem)
        return submit(self, job)

    monkeypatch.setattr(pool.Pool, "submit", watch)
    shutil.copytree(book, tmp_path / "copy")
    build(tmp_path / "copy", _PAGES)
    assert compiled == []

    build(tmp_path / "copy", {**_PAGES, "two": _PAGES["two"] + "\nMore words.\n"})
    assert sorted(compiled) == [printed.BOOK, "two"]
    assert "More words." in text_of(tmp_path / "copy" / "html" / "pdf" / "two.pdf")

    compiled.clear()
    shutil.copytree(TEMPLATES, tmp_path / "print")
    with (tmp_path / "print" / "handbook.typ").open("a", encoding="utf-8") as file:
        file.write("// another look\n")
    build(tmp_path / "copy", _PAGES, printed_templates=str(tmp_path / "print"))
    assert sorted(compiled) == [printed.BOOK, "index", "two"]


def test_the_pdf_of_a_page_that_is_gone_goes_too(book: Path, tmp_path: Path):
    """A renamed chapter must not stay on the site under its old name."""
    shutil.copytree(book, tmp_path / "copy")
    (tmp_path / "copy" / "source" / "two.md").rename(tmp_path / "copy" / "source" / "three.md")
    pages = {"three" if name == "two" else name: text for name, text in _PAGES.items()}
    build(tmp_path / "copy", pages)
    found = {path.stem for path in (tmp_path / "copy" / "html" / "pdf").rglob("*.pdf")}
    assert "three" in found
    assert "two" not in found


def test_an_image_that_was_cut_short_is_written_again(tmp_path: Path):
    """Its name says what is in it, so nobody would look at it again."""
    keep: Any = partial(press.Press._keep_image, SimpleNamespace(root=tmp_path))
    path = tmp_path / keep(b"<svg></svg>", ".svg").lstrip("/")
    path.write_bytes(b"<svg")
    keep(b"<svg></svg>", ".svg")
    assert path.read_bytes() == b"<svg></svg>"


def test_the_same_text_gives_the_same_file(book: Path, tmp_path: Path):
    """No time of day and no chance in a PDF, so that a release can be checked."""
    build(tmp_path, _PAGES)
    for name in ("two", printed.BOOK):
        first, second = (f / "html" / "pdf" / f"{name}.pdf" for f in (book, tmp_path))
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("forks", [True, False])
def test_one_process_or_two_give_the_same_files(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, forks: bool
):
    """Byte by byte, references between the halves included."""
    if forks and not hasattr(os, "fork"):
        pytest.skip("This system cannot fork.")
    begun = []
    monkeypatch.setattr(press, "can_fork", lambda: forks)
    monkeypatch.setattr(press, "Beside", lambda make: begun.append(1) or beside.Beside(make))
    _, warned = build(tmp_path, _PAGES)
    assert warned == ""
    assert bool(begun) is forks
    for name in ("index", "two", printed.BOOK):
        first, second = (f / "html" / "pdf" / f"{name}.pdf" for f in (book, tmp_path))
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="This system cannot fork.")
def test_a_warning_in_either_process_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is wrong with a page is said, wherever it was translated."""
    plain = resolved.Part.translate

    def translate(self: resolved.Part, around: resolved.Surroundings) -> resolved.Translated:
        for name in self.trees:
            sphinx_logging.getLogger("printed").warning("Something is wrong with %s.", name)
        return plain(self, around)

    monkeypatch.setattr(press, "can_fork", lambda: True)
    monkeypatch.setattr(resolved.Part, "translate", translate)
    _, warned = build(tmp_path, _PAGES)
    for name in ("index", "two"):
        assert f"Something is wrong with {name}." in warned


@pytest.mark.skipif(not hasattr(os, "fork"), reason="This system cannot fork.")
def test_an_error_in_the_second_process_stops_the_build():
    """And nobody waits for it any longer."""

    def fail() -> resolved.Part:
        raise OSError("the disk is gone")

    with pytest.raises(Exception, match="the disk is gone"), beside.Beside(fail) as part:
        part.places()


def test_a_letter_without_a_shape_is_a_warning(tmp_path: Path):
    """A box in place of a letter is never printed; the warning names the page and the letter."""
    _, warned = build(tmp_path, {**_PAGES, "two": "# Two\n\nA hieroglyph: \U00013000.\n"})
    assert "two" in warned
    assert "\U00013000" in warned
    assert not (tmp_path / "html" / "pdf" / "two.pdf").exists()
    assert (tmp_path / "html" / "pdf" / "index.pdf").exists()


def test_a_compiler_that_stops_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A process that ends without an answer leaves a named fault and not a build that waits."""
    program = tmp_path / "stops.py"
    program.write_text("import sys\nsys.stdin.readline()\nsys.exit(3)\n", encoding="utf-8")
    monkeypatch.setattr(pool, "_PROGRAM", program)
    _, warned = build(tmp_path / "book", _PAGES)
    for name in ("index", "two", printed.BOOK):
        assert f"The PDF {name} was not made: The compiler ended with status 3." in warned
    assert not (tmp_path / "book" / "html" / "pdf").exists()


def test_an_unknown_node_is_a_warning(caplog: pytest.LogCaptureFixture):
    """Nothing is dropped in silence: the words are printed and somebody is told."""
    document = new_document("page")
    node = mystery()
    node += nodes.paragraph("", "Words inside.")
    document += node
    warned: list[str] = []

    class Logger:
        def warning(self, message: str, *values: Any, **_: Any) -> None:
            warned.append(message % values)

    from printed import translator as module

    saved, module.logger = module.logger, Logger()  # type: ignore[assignment]
    try:
        code = translator(document).page()
    finally:
        module.logger = saved
    assert "Words inside." in code
    assert len(warned) == 1
    assert "'mystery'" in warned[0]


def test_a_signature_is_printed_with_what_it_documents():
    """As it is typed, with a real arrow; what references lead to is its place."""
    document = new_document("page")
    signature = addnodes.desc_signature("", "", ids=["package.grow"])
    signature += addnodes.desc_name("", "grow")
    signature += addnodes.desc_parameterlist("", "", addnodes.desc_parameter("", "change: Change"))
    signature += addnodes.desc_returns("", "Growth")
    content = addnodes.desc_content("", nodes.paragraph("", "Let it grow."))
    document += addnodes.desc("", signature, content)
    code = translator(document).page()
    assert '"grow(change: Change) → Growth"' in code
    assert code.index("page#package.grow") < code.index("grow(change") < code.index("Let it grow.")


# --- worksheets -------------------------------------------------------------------------------


def exercise_page() -> nodes.document:
    """Give the doctree of an exercise."""
    document = new_document("page")

    def section(title: str, words: str) -> nodes.section:
        return nodes.section(
            "", nodes.title("", title), nodes.paragraph("", words), ids=[title.lower()]
        )

    page = section("Map it", "See who acts.")
    ties = section("Draw the ties", "Draw what happens.")
    ties += form(form=FORM)
    read = section("Read your map", "The screen says so.")
    only = worksheet_only()
    only += nodes.paragraph("", "Draw it here.")
    read += only
    page += [ties, read, section("For the screen", "Press it.")]
    document += page
    return document


def test_a_worksheet_has_each_column_and_its_rows():
    """Every field of the form is on the sheet, with its help, in rows as many as it asks for."""
    code = translator(exercise_page(), WorksheetTranslator).page()
    assert code.count('label: "') == len(FORM["columns"])
    for column in FORM["columns"]:
        assert f'label: "{column["label"]}"' in code
    assert 'help: "Who acts"' in code
    assert 'choices: ("line","money",)' in code
    assert code.count('"10"') == 1, "0 to 10 can be circled"
    assert '"365"' not in code, "0 to 365 cannot"
    assert code.rstrip("}").count(",4)") == 1


def test_a_worksheet_keeps_what_is_for_the_pen():
    """Instructions stay, unless the page has some for paper; sections for the screen go."""
    code = translator(exercise_page(), WorksheetTranslator).page()
    for words in ("See who acts.", "Draw what happens.", "Draw it here.", "Draw the ties"):
        assert words in code
    for words in ("The screen says so.", "Press it.", "For the screen"):
        assert words not in code
    assert "on-monday(" in code


def test_keys_lead_to_headings():
    """A page known by its name and a section known by two labels have one place each."""
    document = new_document("page")
    document += nodes.section("", nodes.title("", "T"), ids=["title", "other-name"])
    assert keys_of("a/page", document) == {
        "a/page#title": "a/page#title",
        "a/page#other-name": "a/page#title",
        "a/page": "a/page#title",
    }
    assert key_of("a/page") == "a/page"
