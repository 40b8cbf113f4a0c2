"""Serve the built book on this machine, with the content types that exercises need."""

from __future__ import annotations

import argparse
import functools
import gzip
import io
import sys
import threading
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent

CONTENT_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
    ".zip": "application/zip",
    ".json": "application/json",
    ".ipynb": "application/json",
    ".yml": "text/yaml; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    "": "application/octet-stream",
}
# Worth compressing; fonts, pictures, PDFs and wheels are small already.
PACKED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".wasm", ".yml", ".ipynb", ".txt"}


@functools.lru_cache(maxsize=256)
def packed(path: Path, changed: int) -> bytes:
    """Give a file compressed with gzip; `changed` makes a new version a new entry."""
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class Handler(SimpleHTTPRequestHandler):
    """Files of the book, fresh at every request, and compressed as any web server does."""

    extensions_map = CONTENT_TYPES
    quiet = True

    def send_head(self) -> BinaryIO | io.BytesIO | None:
        """Begin an answer; give what follows the headers."""
        path = Path(self.translate_path(self.path))
        wanted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (wanted and path.suffix in PACKED and path.is_file()):
            return super().send_head()
        about = path.stat()
        date = self.date_time_string(int(about.st_mtime))
        if self.headers.get("If-Modified-Since") == date:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.end_headers()
            return None
        body = packed(path, about.st_mtime_ns)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", date)
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        """Ask the browser to check each file before it uses a kept copy."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Report what was not found, and nothing else unless asked."""
        if not self.quiet or (len(args) > 1 and str(args[1]).startswith(("4", "5"))):
            super().log_message(format, *args)


def serve(folder: Path, port: int = 0, *, quiet: bool = True) -> ThreadingHTTPServer:
    """Give a server of a folder on the loopback address, not yet running.

    Parameters
    ----------
    folder : Path
        The built book.
    port : int
        0 lets the system choose one.
    quiet : bool
        Report failures only.
    """
    handler = functools.partial(
        type("QuietHandler", (Handler,), {"quiet": quiet}), directory=str(folder)
    )
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class Site:
    """The book on a server that can go away, as a network does, and come back."""

    def __init__(self, folder: Path) -> None:
        """Serve nothing yet."""
        self.folder = folder
        self.port = 0
        self.server: ThreadingHTTPServer | None = None

    def up(self) -> None:
        """Serve, at the same address as before."""
        self.server = serve(self.folder, self.port)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def down(self) -> None:
        """Be gone."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def address(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


def main() -> int:
    """Serve ``_build/html`` until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the built book on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--folder", type=Path, default=ROOT / "_build" / "html")
    options = parser.parse_args()
    if not (options.folder / "index.html").exists():
        print("There is no built book yet. Run `make book` first.", file=sys.stderr)
        return 1
    try:
        server = serve(options.folder, options.port)
    except OSError as error:
        print(f"Port {options.port} is taken ({error.strerror}). Try `make serve PORT=8001`.")
        return 1
    print(f"The book is at http://127.0.0.1:{options.port}/ (stop with Ctrl+C)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
