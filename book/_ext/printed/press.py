"""Compile the sheets: resolve the pages for print, write Typst, make what has changed into PDF."""

from __future__ import annotations

import gc
import hashlib
import json
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.display import status_iterator

from . import BOOK, WORKSHEET
from .beside import Beside, can_fork
from .compiler import STANDARD
from .markup import string
from .pool import Job, Outcome, Pool
from .resolved import Part, Places, Surroundings, Translated, resolving_for_print
from .sheets import Page, book_source, chapter_source, in_book, pages_of, worksheet_source
from .translator import Pictures

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["print_all"]

logger = logging.getLogger(__name__)

_IMAGE_KINDS = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"}


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
    folder = Path(app.outdir, "pdf")
    for path in {*folder.rglob("*.pdf")} - {folder / f"{name}.pdf" for name in jobs}:
        path.unlink()  # of a page that the book no longer has
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
        whole = in_book(env, pages)
        with resolving_for_print(self.app):
            places, done = self._translated(pages, {page.docname for page in whole})
        jobs: dict[str, list[str]] = {}
        for page in pages:
            self._write_page(page.docname, done.codes[page.docname])
            self._write(f"sheets/{page.docname}.typ", chapter_source(env, page))
            jobs[page.docname] = [page.docname]
            if page.docname in done.sheets:
                name = page.docname + WORKSHEET
                self._write_page(name, done.sheets[page.docname], template="worksheet")
                self._write(f"sheets/{name}.typ", worksheet_source(env, page))
                jobs[name] = [name]
        self._write(f"sheets/{BOOK}.typ", book_source(env, whole, places.keys))
        jobs[BOOK] = [page.docname for page in whole]
        return jobs

    def _translated(
        self, pages: Sequence[Page], in_whole: Collection[str]
    ) -> tuple[Places, Translated]:
        """Give the places of all pages, and all pages in Typst: half of them made in a fork."""
        pictures = Pictures(self._add_svg, self._add_file)
        # Every second one by size: both halves take about as long.
        names = sorted((page.docname for page in pages), key=self._doctree_size)
        ours, theirs = (names[::2], names[1::2]) if can_fork() else (names, [])
        with ExitStack() as stack:
            beside = None
            if theirs:
                beside = stack.enter_context(Beside(lambda: Part(self.app, theirs, pictures)))
            part = Part(self.app, ours, pictures)
            places = part.places()
            if beside:
                places = places.with_(beside.places())
            wanted = {places.keys[goal] for goal in places.goals if goal in places.keys}
            hoped = {key for key in wanted if key.partition("#")[0] in in_whole}
            while True:
                around = Surroundings(places.keys, places.numbered, wanted, hoped)
                if beside:
                    beside.begin(around)
                done = part.translate(around)
                if beside:
                    done = done.with_(beside.translated())
                missing = hoped - done.labels
                if not missing:
                    return places, done
                # References lead to something that is not in print: rare. The pages are translated
                # again with what is known now.
                hoped -= missing

    def _doctree_size(self, docname: str) -> int:
        return Path(self.app.doctreedir, f"{docname}.doctree").stat().st_size

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
        # Of another size it was cut short, by a full disk or a build that was stopped.
        if not path.exists() or path.stat().st_size != len(data):
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
