"""What Sphinx remembers between builds: the record, who cites what, and where each thing stands.

A Sphinx domain, so that purging and merging (parallel reading) work as for any other. Its
``data``:

======== ===================================================================================
uses     docname -> list of ``(kind, id)`` in the order of the page; kind is one of said, found,
         work, differ
pages    docname -> True, for pages that the record writes (they show everything)
places   ``(kind, id)`` -> ``(docname, anchor)``; kind is interviewee, theme, finding, tension,
         statement or work; filled by the generated pages
faults   docname -> messages on ids that do not exist; the build stops on them
written  fingerprint of all uses, as the generated pages last showed them
======== ===================================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.errors import ExtensionError
from sphinx.util.nodes import make_refnode

from .record import Record, RecordError, content_hash, read_record

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

__all__ = ["EvidenceShelf", "link", "record_of", "shelf_of"]


class EvidenceShelf(Domain):
    """The evidence of one book."""

    name = "evidence"
    label = "Evidence"
    data_version = 1
    initial_data = {  # noqa: RUF012 - as in the base class
        "uses": {},
        "pages": {},
        "places": {},
        "faults": {},
        "written": "",
    }

    def note_use(self, docname: str, kind: str, item: str) -> None:
        """Remember that a page cites something."""
        self.data["uses"].setdefault(docname, []).append((kind, item))

    def note_page(self, docname: str) -> None:
        """Remember that a page is written from the record as a whole."""
        self.data["pages"][docname] = True

    def note_place(self, kind: str, item: str, docname: str, anchor: str) -> None:
        """Remember where something stands, so that other pages can link to it."""
        self.data["places"][kind, item] = (docname, anchor)

    def note_fault(self, docname: str, message: str) -> None:
        """Remember an id that does not exist; the build stops once all pages are read."""
        self.data["faults"].setdefault(docname, []).append(message)

    def clear_doc(self, docname: str) -> None:
        for table in ("uses", "pages", "faults"):
            self.data[table].pop(docname, None)
        for place in [key for key, at in self.data["places"].items() if at[0] == docname]:
            del self.data["places"][place]

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        wanted = set(docnames)
        for table in ("uses", "pages", "faults"):
            self.data[table].update({d: v for d, v in otherdata[table].items() if d in wanted})
        self.data["places"].update(
            {key: at for key, at in otherdata["places"].items() if at[0] in wanted}
        )

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> nodes.Element:
        """Link to the place, or leave the words as they are where the book has no such page."""
        place = self.data["places"].get((typ, target))
        if place is None:
            return contnode
        return make_refnode(builder, fromdocname, place[0], place[1], contnode)

    def resolve_any_xref(self, *_: Any) -> list[Any]:
        return []

    def cited(self) -> dict[tuple[str, str], list[str]]:
        """Who cites what: ``(kind, id)`` -> docnames in the order of the book.

        Kinds are said, found and work. A tension cites each of its positions; a statement of the
        research record cites its works.
        """
        record = record_of(self.env)
        found: dict[tuple[str, str], dict[str, None]] = {}
        for docname in self._in_order():
            for kind, item in self.data["uses"].get(docname, ()):
                for each in _meant(record, kind, item):
                    found.setdefault(each, {})[docname] = None
        return {key: list(docnames) for key, docnames in found.items()}

    def sets_out(self, tension: str) -> list[str]:
        """Give the pages that set out where people differ, in the order of the book."""
        uses = self.data["uses"]
        return [name for name in self._in_order() if ("differ", tension) in uses.get(name, ())]

    def _in_order(self) -> Iterator[str]:
        order = list(self.env.collect_relations())
        yield from order
        yield from sorted(set(self.data["uses"]) - set(order))

    def fingerprint(self) -> str:
        """The same as long as every page cites the same and is called the same."""
        uses = self.data["uses"]
        titles = {d: self.env.titles[d].astext() for d in uses if d in self.env.titles}
        shown = (list(self._in_order()), sorted(uses.items()), sorted(titles.items()))
        return hashlib.sha256(repr(shown).encode()).hexdigest()


def _meant(record: Record, kind: str, item: str) -> Iterator[tuple[str, str]]:
    if kind == "differ":
        for position in record.tensions[item].positions:
            yield "said", position
        return
    yield kind, item
    if kind == "found":
        for work in record.statements[item].sources:
            yield "work", work


def shelf_of(env: BuildEnvironment) -> EvidenceShelf:
    """Give the evidence domain of a build."""
    shelf = env.get_domain("evidence")
    assert isinstance(shelf, EvidenceShelf)
    return shelf


def record_of(env: BuildEnvironment) -> Record:
    """Give the record of a build; it is kept with the environment, so parsed once a change."""
    record: Record = env.evidence_record  # type: ignore[attr-defined]
    return record


def link(
    docname: str, kind: str, item: str, text: str, *, classes: Iterable[str] = ()
) -> addnodes.pending_xref:
    """Make a link to where something stands; plain words if the book has no page for it."""
    words = nodes.inline(text, text, classes=list(classes))
    return addnodes.pending_xref(
        "",
        words,
        refdomain="evidence",
        reftype=kind,
        reftarget=item,
        refdoc=docname,
        refexplicit=True,
        refwarn=False,
    )


def load(app: Sphinx) -> None:
    """Read the record if its files changed since the last build, and note what became different."""
    env = app.env
    folder = Path(app.confdir) / app.config.evidence_folder
    digest = content_hash(folder)
    old: Record | None = getattr(env, "evidence_record", None)
    if old is not None and getattr(env, "evidence_digest", "") == digest:
        env.evidence_changed_from = None  # type: ignore[attr-defined]
        return
    try:
        env.evidence_record = read_record(folder)  # type: ignore[attr-defined]
    except RecordError as error:
        raise ExtensionError(str(error)) from None
    env.evidence_digest = digest  # type: ignore[attr-defined]
    env.evidence_changed_from = old  # type: ignore[attr-defined]


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the pages that show something of the record that is different now."""
    old: Record | None = getattr(env, "evidence_changed_from", None)
    env.evidence_changed_from = None  # type: ignore[attr-defined]
    if old is None:
        return []
    new, shelf = record_of(env), shelf_of(env)

    def same(kind: str, item: str) -> bool:
        try:
            if kind == "differ":
                return all(same("said", each) for each in new.tensions[item].positions) and (
                    old.shown(kind, item) == new.shown(kind, item)
                )
            return old.shown(kind, item) == new.shown(kind, item)
        except (KeyError, AttributeError, TypeError):  # a record that an older version pickled
            return False

    pages = [d for d in shelf.data["pages"] if d not in removed]
    citing = [
        docname
        for docname, uses in shelf.data["uses"].items()
        if docname not in removed and not all(same(kind, item) for kind, item in uses)
    ]
    return sorted({*pages, *citing})


def settle(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Stop on ids that do not exist; have generated pages written again if citations changed."""
    shelf = shelf_of(env)
    table = shelf.data["faults"]
    faults = [fault for docname in sorted(table) for fault in table[docname]]
    if faults:
        many = "s" if len(faults) > 1 else ""
        raise ExtensionError(
            "\n  - ".join([f"{len(faults)} evidence mark{many} cannot be made:", *faults])
        )
    now = shelf.fingerprint()
    if now == shelf.data["written"]:
        return []
    shelf.data["written"] = now
    return sorted(shelf.data["pages"])


def setup(app: Sphinx) -> None:
    """Register the domain and what keeps it fresh."""
    app.add_domain(EvidenceShelf)
    app.connect("builder-inited", load, priority=100)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", settle)
