"""Pages resolved for print, and what each has to know of the others before it is translated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.builders import Builder

from .translator import DOC_SCHEME, Pictures, Translator, keys_of
from .worksheet import WorksheetTranslator

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["Part", "Places", "PrintBuilder", "Surroundings", "Translated", "resolving_for_print"]


class PrintBuilder(Builder):
    """What Sphinx asks, while it resolves references, about the format they are for.

    It never runs a build: pages are read once, by the HTML build, and only resolved again here.
    """

    name = "typst"
    format = "typst"
    supported_image_types: list[str] = [  # noqa: RUF012  as Sphinx declares it
        "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
    ]  # fmt: skip

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Give the name of a page, wherever it is asked from."""
        return DOC_SCHEME + docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Give the name of a page: a printed reference has no way to go, only a goal."""
        return self.get_target_uri(to, typ)


@contextmanager
def resolving_for_print(app: Sphinx) -> Iterator[Builder]:
    """Let the extensions that resolve pages see that they are for print.

    They look at ``app.builder`` for the format, so that is what has to change for a while.
    """
    builder, ours = app.builder, PrintBuilder(app, app.env)
    app.builder = ours
    try:
        yield ours
    finally:
        app.builder = builder


@dataclass(frozen=True)
class Places:
    """What some pages offer to references, and where their own references lead.

    Attributes
    ----------
    keys : dict
        Each place as references name it, with its label in print.
    goals : set of str
        Every place that something leads to, and every page.
    numbered : set of str
        The places whose page a reference should say: headings, figures, tables.
    """

    keys: dict[str, str]
    goals: set[str]
    numbered: set[str]

    def with_(self, other: Places) -> Places:
        """Give these places and those of other pages together."""
        return Places(
            self.keys | other.keys, self.goals | other.goals, self.numbered | other.numbered
        )


@dataclass(frozen=True)
class Surroundings:
    """What a page has to know of the whole book while it is translated.

    Attributes
    ----------
    keys, numbered
        As in `Places`, of all pages.
    wanted : set of str
        The labels that something leads to.
    labelled : set of str
        The labels that will be in the whole book.
    """

    keys: dict[str, str]
    numbered: set[str]
    wanted: set[str]
    labelled: set[str]


@dataclass(frozen=True)
class Translated:
    """Pages and worksheets in Typst.

    Attributes
    ----------
    codes, sheets : dict
        The code of each page, and of each page's worksheet, by docname.
    labels : set of str
        The labels that stand in the pages.
    """

    codes: dict[str, str]
    sheets: dict[str, str]
    labels: set[str]

    def with_(self, other: Translated) -> Translated:
        """Give these pages and others together."""
        return Translated(
            self.codes | other.codes, self.sheets | other.sheets, self.labels | other.labels
        )


class Part:
    """Some pages of the book, resolved for print.

    Parameters
    ----------
    app : Sphinx
        The application, resolving for print.
    docnames : iterable of str
        The pages.
    pictures : Pictures
        Where images go.
    """

    def __init__(self, app: Sphinx, docnames: Iterable[str], pictures: Pictures) -> None:
        env = app.env
        self.pictures = pictures
        self.trees = {name: env.get_and_resolve_doctree(name, app.builder) for name in docnames}
        self.with_sheet = {
            name for name in self.trees if env.metadata[name].get("printed-worksheet")
        }

    def places(self) -> Places:
        """Give what references to and from these pages need."""
        keys: dict[str, str] = {}
        for docname, tree in self.trees.items():
            keys.update(keys_of(docname, tree))
        return Places(keys, _goals(self.trees), _numbered(self.trees))

    def translate(self, around: Surroundings) -> Translated:
        """Give the pages and worksheets in Typst."""
        codes, sheets, labels = {}, {}, set()
        for docname, tree in self.trees.items():
            what = (docname, tree, around.keys, around.wanted, around.numbered, self.pictures)
            translator = Translator(*what, around.labelled)
            codes[docname] = translator.page()
            labels |= translator.given
            if docname in self.with_sheet:
                sheets[docname] = WorksheetTranslator(*what).page()
        return Translated(codes, sheets, labels)


def _goals(trees: dict[str, nodes.document]) -> set[str]:
    """Give every place that something leads to, as references name it, and every page."""
    goals = set(trees)
    for docname, tree in trees.items():
        for node in tree.findall(nodes.Element):
            if node.get("refid"):
                goals.add(f"{docname}#{node['refid']}")
            notes: list[str] = node.get("note_ids", [])
            goals.update(f"{docname}#{note}" for note in notes)
            address = str(node.get("refuri", ""))
            if address.startswith(DOC_SCHEME):
                goals.add(address[len(DOC_SCHEME) :])
            elif address.startswith("#"):
                goals.add(docname + address)
    return goals


def _numbered(trees: dict[str, nodes.document]) -> set[str]:
    """Give the places whose page a reference should say: headings, figures, tables."""
    kinds = (nodes.section, nodes.figure, nodes.table)
    return {
        f"{docname}#{node['ids'][0]}"
        for docname, tree in trees.items()
        for node in tree.findall(nodes.Element)
        if node.get("ids") and (isinstance(node, kinds) or type(node).__name__ == "picture")
    }
