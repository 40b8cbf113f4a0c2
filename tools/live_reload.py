"""Rebuild what changed while an author types, and refresh the page in the browser.

One builder stays in memory, so a saved chapter is read and written again without starting
anything. Where code has changed that it has imported, the whole process begins again. PDFs are left
to `make book`.
"""

from __future__ import annotations

import argparse
import functools
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tools import build
from tools.serve import Handler

ROOT = build.ROOT
OUT = ROOT / "_build" / "html"
WATCHED = ("book", "exercises", "_config.yml", "_toc.yml")
# What the resident builder holds in memory; a change here starts it anew.
HELD = ("book/_ext", "book/_templates", "book/evidence", "exercises/system_leadership",
        "exercises/changes", "_config.yml", "_toc.yml")  # fmt: skip
# Python imports a module once: only another process has the new code.
IMPORTED = ("book/_ext/", "exercises/system_leadership/")
# The page says which rebuild it is of, so it hears of one that came while it was loaded.
LISTEN = """<script>
new EventSource("/__changes?since=%d").onmessage = () => location.reload();
</script>
</body>"""


def _nothing() -> None:
    """Nobody wants to know."""


class Builder:
    """A Sphinx application that is kept between builds."""

    def __init__(self, root: Path = ROOT, out: Path = OUT) -> None:
        """Start with no application: the first build makes one."""
        self.root, self.out = root, out
        self._app: Any = None
        self._written: Callable[[], None] = _nothing

    def forget(self) -> None:
        """Start the next build from scratch."""
        self._app = None

    def build(self, written: Callable[[], None] = _nothing) -> bool:
        """Build what has changed.

        Parameters
        ----------
        written : callable
            Called as soon as all pages are written. What is left then takes as long again, and no
            author waits for it: the search index, notebooks to download, files that stay the same.

        Returns
        -------
        bool
            False when there was a warning or the build stopped; it has been reported.
        """
        try:
            if self._app is None:
                self._app = build.make_app(self.root, self.out, printed=False, quiet=True)
                build.write_redirect(self.out, root_doc=self._app.config.root_doc)
                self._tell_when_written(self._app.builder)
            app = self._app
            self._written = written
            app.statuscode, app._warncount = 0, 0
            app.build()
        except Exception as error:
            # The author is in the middle of a sentence: say what is wrong and wait.
            self.forget()
            print(_last_words(error), file=sys.stderr)
            return False
        return not app.statuscode

    def _tell_when_written(self, builder: Any) -> None:
        """Have Sphinx say that the pages are there before it finishes the rest."""
        finish = builder.finish

        def finish_after_telling() -> None:
            self._written()
            finish()

        builder.finish = finish_after_telling


def _last_words(error: Exception) -> str:
    return "".join(traceback.format_exception_only(error)).strip()


class Changes:
    """Lets pages wait until the next rebuild."""

    def __init__(self) -> None:
        """Start at a number that no page has from a process before this one."""
        self._condition = threading.Condition()
        self.count = time.time_ns()

    def tell(self) -> None:
        """Wake every page that waits."""
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def wait(self, since: int, seconds: float) -> int:
        """Wait until the count is another; give it as it stands then, or when time is up."""
        with self._condition:
            self._condition.wait_for(lambda: self.count != since, seconds)
            return self.count


class LiveHandler(Handler):
    """Serves the book and tells its pages when to look again."""

    changes: Changes

    def do_GET(self) -> None:  # noqa: N802  the base class names it so
        """Serve a page with the listener in it, or the listener's stream, or a file."""
        path = Path(self.translate_path(self.path))
        if self.path.startswith("/__changes"):
            self._stream(int(self.path.partition("?since=")[2] or 0))
        elif path.suffix == ".html" and path.is_file():
            listen = (LISTEN % self.changes.count).encode()  # before the page is read
            page = path.read_bytes().replace(b"</body>", listen, 1)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        else:
            super().do_GET()

    def _stream(self, since: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                now = self.changes.wait(since, 15)
                self.wfile.write(b": still here\n\n" if now == since else b"data: again\n\n")
                self.wfile.flush()
                since = now
        except OSError:
            return  # the page was closed


def start_server(changes: Changes, port: int, out: Path = OUT) -> Any:
    """Give a running server of the live pages."""
    from http.server import ThreadingHTTPServer

    handler = type("LiveHandlerOfThis", (LiveHandler,), {"changes": changes})
    server = ThreadingHTTPServer(
        ("127.0.0.1", port), functools.partial(handler, directory=str(out))
    )
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def is_source(path: str) -> bool:
    """Whether a change in this file can change a page."""
    return not any(part.startswith((".", "__pycache__")) for part in Path(path).parts[-3:]) and (
        Path(path).suffix not in {".swp", ".tmp", ".backup"} and not path.endswith("~")
    )


def is_prose(name: str) -> bool:
    """Whether a file is the text of a page without cells.

    >>> is_prose("book/role/ownership.md"), is_prose("exercises/01-map-your-system.md")
    (True, False)
    """
    return name.startswith("book/") and name.endswith(".md")


def is_imported(name: str) -> bool:
    """Whether a file is code that the builder has imported.

    >>> is_imported("book/_ext/live.py"), is_imported("exercises/system_leadership/forms/table.js")
    (True, False)
    """
    return name.startswith(IMPORTED) and name.endswith(".py")


def begin_again(port: int) -> NoReturn:
    """Go on as a new process; pages find it at the same address, and reload."""
    sys.stdout.flush()
    command = [sys.executable, "-m", "tools.live_reload", "--port", str(port)]
    if os.name == "nt":  # no process can take another's place there
        sys.exit(subprocess.call(command))
    os.execv(sys.executable, command)


def main() -> int:
    """Build, serve, and rebuild until interrupted."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils
    from watchfiles import watch

    parser = argparse.ArgumentParser(description="Rebuild and refresh as you type.")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()

    builder, changes = Builder(), Changes()
    batches = watch(
        *(ROOT / name for name in WATCHED),
        watch_filter=lambda _, path: is_source(path),
        debounce=50,
        step=20,
        rust_timeout=100,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    next(batches)  # watches from now on: what is saved during the first build is built after it
    server = start_server(changes, options.port)
    with patch_docutils(), docutils_namespace():
        print("== First build …", flush=True)
        builder.build()
        changes.tell()
        from tools import live_assets

        try:
            live_assets.assemble(OUT / "_static" / "live")
        except Exception as error:
            print(f"No live exercises yet: {_last_words(error)}", file=sys.stderr)
        print(
            f"The book is at http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)", flush=True
        )
        for batch in batches:
            if not batch:
                continue
            began = time.perf_counter()
            names = sorted({Path(path).relative_to(ROOT).as_posix() for _, path in batch})
            if any(map(is_imported, names)):
                print(f"{', '.join(names)}: code has changed, so this begins again")
                server.shutdown()
                server.server_close()
                begin_again(server.server_port)
            if any(name.startswith(HELD) for name in names):
                builder.forget()
            # A chapter's text is all in its page. Anything else may be needed in other files too,
            # which are there only at the end.
            prose = all(is_prose(name) for name in names)
            good = builder.build(changes.tell if prose else _nothing)
            if not prose or not good:
                changes.tell()
            took = time.perf_counter() - began
            print(f"{', '.join(names)}: {'rebuilt' if good else 'see above'} in {took:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
