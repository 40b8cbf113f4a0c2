"""Compile the sheets: resolve the pages for print, write Typst, make what has changed into PDF."""

from __future__ import annotations

import gc
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.display import status_iterator

from . import BOOK, WORKSHEET
from .compiler import STANDARD
from .markup import string
from .pool import Job, Outcome, Pool
from .sheets import book_source, chapter_source, in_book, pages_of, worksheet_source
from .translator import DOC_SCHEME, Pictures, Translator, keys_of
from .worksheet import WorksheetTranslator

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["PrintBuilder", "print_all"]

logger = logging.getLogger(__name__)

_IMAGE_KINDS = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"}


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
def _resolving_for_print(app: Sphinx) -> Iterator[Builder]:
    """Let the extensions that resolve pages see that they are for print.

    They look at ``app.builder`` for the format, so that is what has to change for a while.
    """
    builder, ours = app.builder, PrintBuilder(app, app.env)
    app.builder = ours
    try:
        yield ours
    finally:
        app.builder = builder


@contextmanager
def _keeping_garbage() -> Iterator[None]:
    """Let Python not look for garbage: pages in memory have none, and looking takes a third."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def print_all(app: Sphinx) -> list[Path]:
    """Make all PDFs; see `printed.make_pdfs`."""
    press = Press(app)
    with _keeping_garbage():
        jobs = press.write_sources()
    made = []
    with Pool(press.root, press.fonts) as pool:
        waiting = press.begin(jobs, pool)
        for name in status_iterator(jobs, "printing... ", "darkgreen", len(jobs), app.verbosity):
            target = Path(app.outdir, "pdf", f"{name}.pdf")
            if press.make(name, waiting.get(name), target):
                made.append(target)
    press.keep()
    return made


class Press:
    """The sources, fonts and finished PDFs of one book.

    Sources lie in the cache folder as Typst sees them: ``handbook.typ``, ``docs/<docname>.typ``
    for each page, ``sheets/<name>.typ`` for each PDF, ``images/<hash>.<kind>``.
    """

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self.root = Path(app.srcdir, app.config.printed_cache).resolve()
        self.fonts = [str(Path(app.srcdir, f).resolve()) for f in app.config.printed_fonts]
        for folder in self.fonts:
            if not any(Path(folder).rglob("*.[to]tf")):
                raise ExtensionError(
                    f"There are no fonts in {folder} (setting printed_fonts). `npm ci` brings them."
                )
        self.root.mkdir(parents=True, exist_ok=True)
        templates = Path(app.srcdir, app.config.printed_templates)
        self.templates = sorted(path.name for path in templates.glob("*.typ"))
        if "handbook.typ" not in self.templates:
            raise ExtensionError(f"There is no handbook.typ in {templates} (printed_templates).")
        for name in self.templates:
            self._write(name, (templates / name).read_text(encoding="utf-8"))
        self.fingerprint = self._hash_of_surroundings()
        self.record = self.root / "made.json"
        self.made: dict[str, str] = {}
        if self.record.exists():
            self.made = json.loads(self.record.read_text(encoding="utf-8"))
        self.keys: dict[str, str] = {}

    # --- sources ----------------------------------------------------------------------------

    def write_sources(self) -> dict[str, list[str]]:
        """Translate every page; give, for each PDF, the pages that are in it."""
        env = self.app.env
        pages = pages_of(env)
        with _resolving_for_print(self.app) as builder:
            trees = {
                page.docname: env.get_and_resolve_doctree(page.docname, builder) for page in pages
            }
        keys: dict[str, str] = {}
        for docname, tree in trees.items():
            keys.update(keys_of(docname, tree))
        wanted = {keys[place] for place in _goals(trees) if place in keys}
        numbered = _numbered(trees)
        pictures = Pictures(self._add_svg, self._add_file)
        jobs: dict[str, list[str]] = {}
        whole = in_book(env, pages)
        in_whole = {page.docname for page in whole}
        hoped = {key for key in wanted if key.partition("#")[0] in in_whole}
        what = (keys, wanted, numbered, pictures)
        codes, labelled = self._translate(trees, *what, hoped)
        if missing := hoped - labelled:
            # References lead to something that is not in print: rare. The pages are translated
            # again with what is known now.
            codes, _ = self._translate(trees, *what, hoped - missing)
        for page in pages:
            where = (page.docname, trees[page.docname], *what)
            self._write_page(page.docname, codes[page.docname])
            self._write(f"sheets/{page.docname}.typ", chapter_source(env, page))
            jobs[page.docname] = [page.docname]
            if env.metadata[page.docname].get("printed-worksheet"):
                name = page.docname + WORKSHEET
                sheet = WorksheetTranslator(*where)
                self._write_page(name, sheet.page(), template="worksheet")
                self._write(f"sheets/{name}.typ", worksheet_source(env, page))
                jobs[name] = [name]
        self._write(f"sheets/{BOOK}.typ", book_source(env, whole, keys))
        jobs[BOOK] = [page.docname for page in whole]
        return jobs

    @staticmethod
    def _translate(trees: dict[str, nodes.document], *what: Any) -> tuple[dict[str, str], set[str]]:
        """Give the code of every page, and the places that have a label in it."""
        codes: dict[str, str] = {}
        labelled: set[str] = set()
        for docname, tree in trees.items():
            translator = Translator(docname, tree, *what)
            codes[docname] = translator.page()
            labelled |= translator.given
        return codes, labelled

    def _write_page(self, name: str, code: str, template: str = "handbook") -> None:
        up = string("../" * name.count("/") or "./")
        lines = [f'#import "/{template}.typ": *', f"#let way-up = way({up})", "#{", code, "}"]
        self._write(f"docs/{name}.typ", "\n".join(lines) + "\n")

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        # An unchanged file keeps its time, for whoever looks at it.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    # --- images -----------------------------------------------------------------------------

    def _add_svg(self, svg: str) -> str:
        return self._keep_image(svg.encode("utf-8"), ".svg")

    def _add_file(self, uri: str) -> str | None:
        path = Path(self.app.srcdir, uri)
        if path.suffix.lower() not in _IMAGE_KINDS or not path.is_file():
            return None
        return self._keep_image(path.read_bytes(), path.suffix.lower())

    def _keep_image(self, data: bytes, kind: str) -> str:
        name = f"images/{hashlib.sha256(data).hexdigest()[:24]}{kind}"
        path = self.root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return "/" + name

    # --- compiling --------------------------------------------------------------------------

    def begin(self, jobs: dict[str, list[str]], pool: Pool) -> dict[str, Future[Outcome]]:
        """Begin to compile each PDF of which something has changed; give what is under way.

        The largest come first, so that none is left to one processor at the end while the others
        have nothing to do. The whole book takes about as long as all its pages.
        """
        self.keys = {name: self._hash_of(name, pages) for name, pages in jobs.items()}
        changed = [
            name
            for name, key in self.keys.items()
            if self.made.get(name) != key or not self._kept(name).exists()
        ]
        if changed:
            # What a build that is stopped half-way leaves must not pass for finished.
            for name in changed:
                self.made.pop(name, None)
            self.keep()
        sizes = {name: sum(map(self._size_of, jobs[name])) for name in changed}
        return {
            name: pool.submit(self._job(name, jobs[name]))
            for name in sorted(changed, key=lambda name: (-sizes[name], name))
        }

    def make(self, name: str, waiting: Future[Outcome] | None, target: Path) -> bool:
        """Put a PDF in its place, once it is compiled if it had to be; tell what is wrong with it.

        Where it could not be made, the one of an earlier build stays where it is.
        """
        if waiting is not None:
            outcome = waiting.result()
            if outcome.error:
                hints = "".join(f" ({hint})" for hint in outcome.hints)
                where = self._where(outcome.diagnostic)
                logger.warning("The PDF %s was not made: %s%s%s", name, outcome.error, hints, where)
                return False
            for warning in outcome.warnings:
                logger.warning("The PDF %s: %s", name, warning)
            self.made[name] = self.keys[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._kept(name), target)
        return True

    def _job(self, name: str, pages: list[str]) -> Job:
        """Give what a compiler has to know of a PDF."""
        return Job(
            source=self.root / "sheets" / f"{name}.typ",
            target=self._kept(name),
            timestamp=self._time(pages),
            # Which places can be linked to depends on what else is in the PDF.
            inputs={"whole": "yes"} if name == BOOK else {},
        )

    def _kept(self, name: str) -> Path:
        return self.root / "pdf" / f"{name}.pdf"

    def _size_of(self, page: str) -> int:
        return (self.root / "docs" / f"{page}.typ").stat().st_size

    def _where(self, diagnostic: str) -> str:
        """Give the lines of Typst's report that say where it stopped, shortened."""
        places = re.findall(r"[─┌]+\s*(?:\S*/)?((?:docs|sheets)/\S+?):\d+:\d+", diagnostic)
        return f" In {places[0]}." if places else ""

    def _time(self, pages: list[str]) -> int:
        """Give a date that depends on the text alone, so that the same text gives the same PDF."""
        about = self.app.env.metadata
        latest = max(str(about[p.removesuffix(WORKSHEET)].get("reviewed", "")) for p in pages)
        try:
            return int(datetime.fromisoformat(latest).replace(tzinfo=UTC).timestamp())
        except ValueError:
            return 0

    # --- what has changed -------------------------------------------------------------------

    def _hash_of(self, name: str, pages: list[str]) -> str:
        whole = hashlib.sha256(self.fingerprint.encode())
        whole.update(str(self._time(pages)).encode())
        whole.update((self.root / "sheets" / f"{name}.typ").read_bytes())
        for page in pages:
            whole.update((self.root / "docs" / f"{page}.typ").read_bytes())
            # An image's name is the hash of what is in it, and the page names it.
        return whole.hexdigest()

    def _hash_of_surroundings(self) -> str:
        whole = hashlib.sha256(f"{version('typst')} {STANDARD}".encode())
        for name in self.templates:
            whole.update((self.root / name).read_bytes())
        for folder in self.fonts:
            for path in sorted(Path(folder).rglob("*.[to]tf")):
                whole.update(f"{path.relative_to(folder)} {path.stat().st_size}".encode())
        return whole.hexdigest()

    def keep(self) -> None:
        """Remember what has been made."""
        self.record.write_text(json.dumps(self.made, indent=1, sort_keys=True), encoding="utf-8")


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
