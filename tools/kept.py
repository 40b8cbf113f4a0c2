"""What a build need not work out twice: the reading of one long page.

The page about the package is a fifth of all reading, and changes only when the package does. What
Sphinx got from reading it is kept in the cache, and put back the way Sphinx itself takes over what
a parallel process has read. Writing the page is left to the build.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.stamp import fingerprint

# All that the reading of the page depends on besides itself.
DEPENDS_ON = (
    "exercises/system_leadership",
    "book/_ext",
    "book/evidence",
    "locks/book.txt",
    "tools/kept.py",
    "_config.yml",
    "_toc.yml",
)


class KeptPage:
    """The reading of a page that takes long, kept between builds.

    Parameters
    ----------
    root : Path
        The project's folder.
    docname : str
        The page.
    cache : Path
        The folder to keep it in.
    """

    def __init__(self, root: Path, docname: str, cache: Path) -> None:
        """Look at nothing yet."""
        self.root, self.docname, self.cache = root, docname, cache
        self._reading, self._taken, self._got = False, False, b""
        self._key = ""  # of how things stood before the page was read

    def attach(self, app: Any) -> None:
        """Have Sphinx take the page from the cache, or else keep what it reads."""
        app.connect("env-before-read-docs", self._take, priority=900)
        app.connect("env-purge-doc", self._note)
        app.connect("env-updated", self._all_read)
        app.connect("build-finished", self._put)

    def key(self, app: Any) -> str:
        """Give a name made of everything that the reading depends on."""
        digest = hashlib.sha256(
            fingerprint(self.root, [*DEPENDS_ON, f"{self.docname}.md"]).encode()
        )
        # Pickles hold classes of these, and paths of the project.
        digest.update(f"{sys.version} {sys.prefix} {self.root}".encode())
        for name in sorted(app.config.values):
            if app.config.values[name].rebuild == "env":
                digest.update(f"{name}={app.config[name]!r}".encode())
        return digest.hexdigest()[:24]

    def _files(self) -> tuple[Path, Path]:
        folder = self.cache / self._key
        return folder / "page.doctree", folder / "page.env"

    def _take(self, app: Any, env: Any, docnames: list[str]) -> None:
        self._reading, self._taken, self._got = False, False, b""
        if self.docname not in docnames:
            return
        self._key = self.key(app)
        doctree, slice_ = self._files()
        if doctree.exists() and slice_.exists():
            env.clear_doc(self.docname)
            target = Path(app.doctreedir) / f"{self.docname}.doctree"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(doctree, target)
            other = pickle.loads(slice_.read_bytes())
            other.all_docs[self.docname] = time.time_ns() // 1_000
            env.merge_info_from([self.docname], other, app)
            env.dependencies[self.docname] = other.dependencies[self.docname]
            docnames.remove(self.docname)
            self._taken = True
        else:
            # First, so that what is kept holds this page and little else.
            docnames.remove(self.docname)
            docnames.insert(0, self.docname)

    def _note(self, app: Any, env: Any, docname: str) -> None:
        """Note what was got from the page when the next one begins, or when all have been read."""
        if docname == self.docname:
            self._reading = True
        elif self._reading:
            self._reading = False
            self._got = pickle.dumps(env, pickle.HIGHEST_PROTOCOL)

    def _all_read(self, app: Any, env: Any) -> list[str]:
        """Have a page that was taken from the cache written, like one that was read."""
        self._note(app, env, "")
        return [self.docname] if self._taken else []

    def _put(self, app: Any, error: Exception | None) -> None:
        """Keep it after a build without a warning; a fault must be told every time.

        Where something that it depends on was saved meanwhile, nobody knows which of the two was
        read: it is not kept.
        """
        got, self._got = self._got, b""
        read = Path(app.doctreedir) / f"{self.docname}.doctree"
        if not got or error or app._warncount or not read.exists() or self.key(app) != self._key:
            return
        doctree, slice_ = self._files()
        shutil.rmtree(self.cache, ignore_errors=True)  # of what is no longer so
        doctree.parent.mkdir(parents=True)
        shutil.copyfile(read, doctree)
        slice_.write_bytes(got)


def attach(app: Any, root: Path, docnames: Iterable[str]) -> None:
    """Keep the reading of these pages."""
    for docname in docnames:
        name = docname.replace("/", "-")
        KeptPage(root, docname, root / "_cache" / "pages" / name).attach(app)
