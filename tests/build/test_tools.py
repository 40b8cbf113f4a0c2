"""What `make` runs: the build's bookkeeping, the server, live reload, the bench's arithmetic."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tools import bench_build as bench
from tools import build, lite, live_reload, serve, trim_lock

ROOT = Path(__file__).resolve().parents[2]


def test_fingerprint_follows_content_and_names(tmp_path: Path) -> None:
    """An executed notebook must not outlive the package or the data it was made from."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "one.py").write_text("1")
    first = build.fingerprint(tmp_path, ["package"])
    assert build.fingerprint(tmp_path, ["package"]) == first
    (package / "one.py").write_text("2")
    second = build.fingerprint(tmp_path, ["package"])
    (package / "one.py").rename(package / "two.py")
    assert len({first, second, build.fingerprint(tmp_path, ["package"])}) == 3


def test_fingerprint_leaves_caches_out(tmp_path: Path) -> None:
    """Running the package must not make every notebook run again."""
    (tmp_path / "package" / "__pycache__").mkdir(parents=True)
    (tmp_path / "package" / "one.py").write_text("1")
    before = build.fingerprint(tmp_path, ["package"])
    (tmp_path / "package" / "__pycache__" / "one.pyc").write_bytes(b"x")
    assert build.fingerprint(tmp_path, ["package"]) == before


def test_every_input_of_a_notebook_exists() -> None:
    """A renamed folder would silently fall out of the fingerprint."""
    for name in build.NOTEBOOK_INPUTS:
        assert list(build.files_under(ROOT, [name])), name


def test_settings_leave_out_what_no_page_uses() -> None:
    """One of these would write another host's address into every page."""
    settings = build.sphinx_settings(ROOT)
    assert not build.UNUSED_EXTENSIONS & set(settings["extensions"])
    assert {"evidence", "exercise", "handbook", "live", "printed"} <= set(settings["extensions"])


def test_left_over_pages_go_and_the_others_stay(tmp_path: Path) -> None:
    """A renamed chapter must not stay on the site under its old name."""
    for name in ("book/new", "book/old", "search", "index", "_static/part"):
        page = tmp_path / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.touch()
    removed = build.remove_left_over(tmp_path, {"book/new"})
    assert removed == [tmp_path / "book/old.html"]
    assert not removed[0].exists()
    assert (tmp_path / "_static/part.html").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda out: (out / "lab/index.html").unlink(),
        lambda out: (out / "lab/index.html").write_bytes(b"half"),
        lambda out: (out / "more.js").touch(),
        lambda out: (out / lite.MADE).write_text("{"),
    ],
    ids=["a file gone", "a file cut", "a file more", "half a record"],
)
def test_a_damaged_jupyterlite_copy_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], object]
) -> None:
    """And one that is whole is left as it is."""
    files = [("lab/index.html", b"the whole page"), ("api/all.json", b"{}")]
    monkeypatch.setattr(lite, "contents", lambda *_: iter(files))
    monkeypatch.setattr(lite, "lite_python", lambda _: Path(sys.executable))
    assert lite.assemble(tmp_path, tmp_path).fresh
    assert not lite.assemble(tmp_path, tmp_path).fresh
    damage(tmp_path / "lite")
    assert lite.assemble(tmp_path, tmp_path).fresh
    found = {path.relative_to(tmp_path / "lite").as_posix(): path.read_bytes()
             for path in (tmp_path / "lite").rglob("*") if path.is_file()}  # fmt: skip
    del found[lite.MADE]
    assert found == dict(files)


def test_every_input_of_the_jupyterlite_copy_exists() -> None:
    """A renamed folder would silently fall out of its key; Pyodide's version is among them."""
    assert "package-lock.json" in lite.INPUTS
    for name in lite.INPUTS:
        assert list(build.files_under(ROOT, [name])), name


def test_reasons_start_with_the_first_cause() -> None:
    """An author reads the cell's own error, not where Sphinx was at the time."""
    error = RuntimeError("notebook.md")
    error.__cause__ = ValueError("the cell failed")
    assert build.reasons(error) == "ValueError: the cell failed\nRuntimeError: notebook.md"


@pytest.fixture
def small_site(tmp_path: Path) -> Iterator[str]:
    """Serve a folder of small files."""
    for name in ("a.html", "a.mjs", "a.wasm", "a.whl", "a.ipynb", "a.pdf", "a.woff2"):
        (tmp_path / name).write_bytes(b"<body></body>")
    server = serve.serve(tmp_path)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mjs", "text/javascript"),
        ("a.wasm", "application/wasm"),
        ("a.html", "text/html; charset=utf-8"),
        ("a.ipynb", "application/json"),
        ("a.pdf", "application/pdf"),
        ("a.woff2", "font/woff2"),
    ],
)
def test_server_sends_the_right_content_type(small_site: str, name: str, kind: str) -> None:
    """Browsers refuse modules and WebAssembly under any other type."""
    with urllib.request.urlopen(f"{small_site}/{name}") as answer:
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"] == "no-cache"


def test_server_compresses_what_is_worth_it(small_site: str) -> None:
    """Pages and scripts, for browsers that ask; they unpack to the same."""

    def ask(name: str, **headers: str) -> Any:
        return urllib.request.urlopen(
            urllib.request.Request(f"{small_site}/{name}", headers=headers)
        )

    with ask("a.html", **{"Accept-Encoding": "br, gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert gzip.decompress(answer.read()) == b"<body></body>"
        date = answer.headers["Last-Modified"]
    for name in ("a.whl", "a.woff2"):
        with ask(name, **{"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["Content-Encoding"] is None
    with ask("a.html") as answer:
        assert answer.read() == b"<body></body>"
    with pytest.raises(urllib.error.HTTPError, match="304"):
        ask("a.html", **{"Accept-Encoding": "gzip", "If-Modified-Since": date})


def test_server_sends_a_changed_file_anew(tmp_path: Path) -> None:
    """An edit within the same second counts too."""
    page = tmp_path / "a.html"
    page.write_text("one")
    first = serve.packed(page, page.stat().st_mtime_ns)
    page.write_text("two")
    assert gzip.decompress(first) == b"one"
    assert gzip.decompress(serve.packed(page, page.stat().st_mtime_ns + 1)) == b"two"


def test_server_listens_on_this_machine_only(tmp_path: Path) -> None:
    """A half-written chapter is not for the corridor."""
    server = serve.serve(tmp_path)
    assert server.server_address[0] == "127.0.0.1"
    server.server_close()


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("book/building/coalition.md", True),
        ("book/.coalition.md.swp", False),
        ("book/coalition.md~", False),
        ("exercises/system_leadership/__pycache__/change.pyc", False),
    ],
)
def test_live_reload_watches_sources(path: str, counts: bool) -> None:
    """An editor's own files must not start a build."""
    assert live_reload.is_source(path) is counts


def test_a_page_that_waits_hears_of_a_change() -> None:
    """And hears nothing when there is none."""
    changes = live_reload.Changes()
    first = changes.count
    assert changes.wait(first, 0.01) == first
    heard: list[int] = []
    page = threading.Thread(target=lambda: heard.append(changes.wait(first, 5)))
    page.start()
    changes.tell()
    page.join()
    assert heard == [first + 1]
    assert live_reload.Changes().count > changes.count, "pages of an earlier process reload"


def test_a_page_hears_of_a_change_that_came_while_it_was_loaded(tmp_path: Path) -> None:
    """Between the page and its listener lies time enough to save a chapter."""
    (tmp_path / "page.html").write_text("<body></body>")
    changes = live_reload.Changes()
    server = live_reload.start_server(changes, 0, tmp_path)
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        with urllib.request.urlopen(f"{address}/page.html") as answer:
            listener = re.search(r'EventSource\("(.*?)"\)', answer.read().decode())
        assert listener
        changes.tell()
        with urllib.request.urlopen(f"{address}{listener[1]}", timeout=5) as stream:
            assert stream.readline() == b"data: again\n"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", ["book/evidence/research.yml", "_toc.yml", "book/_ext/live.py"])
def test_live_reload_starts_anew_for_what_the_builder_holds(name: str) -> None:
    """Each of these is read when an application starts, and not again."""
    assert name.startswith(live_reload.HELD)
    assert live_reload.is_imported(name) == name.endswith(".py")


def test_what_live_reload_names_exists() -> None:
    """A renamed folder would silently fall out of it."""
    for name in (*live_reload.WATCHED, *live_reload.HELD, *live_reload.IMPORTED):
        assert (ROOT / name).exists(), name


def test_live_reload_shows_a_saved_chapter(tmp_path: Path) -> None:
    """The page an author has open gets the new sentence, and says so when a build fails."""
    project = bench.copy_sources(tmp_path / "project")
    port = bench.free_port()
    reloader = subprocess.Popen(
        [sys.executable, "-m", "tools.live_reload", "--port", str(port)],
        cwd=project,
        env=bench.environment_of(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        bench.wait_for(reloader, "http://127.0.0.1")
        bench.drain(reloader)
        address = f"http://127.0.0.1:{port}/{bench.CHAPTER}.html"
        with urllib.request.urlopen(address) as answer:
            assert b'EventSource("/__changes?since=' in answer.read()
        bench.append(project / f"{bench.CHAPTER}.md", "Bad {said}`no-such-finding`.")
        time.sleep(3)
        bench.append(project / f"{bench.CHAPTER}.md", "")
        source = (project / f"{bench.CHAPTER}.md").read_text("utf-8")
        (project / f"{bench.CHAPTER}.md").write_text(
            source.replace("Bad {said}`no-such-finding`.", "A new sentence."), "utf-8"
        )
        assert waits_for("A new sentence.", address)
        # Code that was imported is read anew, and the page in the browser hears of it.
        code = project / "book/_ext/handbook.py"
        code.write_text(code.read_text("utf-8").replace("sends nothing", "sends naught"), "utf-8")
        assert waits_for("sends naught", f"http://127.0.0.1:{port}/search.html")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/__changes?since=1") as stream:
            assert stream.readline() == b"data: again\n"
    finally:
        reloader.terminate()
        reloader.wait(10)


def waits_for(words: str, address: str, seconds: float = 60) -> bool:
    """Whether a page shows these words within some time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        # While the process begins again, nobody answers.
        with suppress(OSError), urllib.request.urlopen(address) as answer:
            if words in answer.read().decode():
                return True
        time.sleep(0.2)
    return False


def test_lock_is_trimmed_of_addresses() -> None:
    """Locks carry names, versions and hashes."""
    lock = {"packages": {"a": {"version": "1", "resolved": "x", "funding": {"url": "y"}}}}
    assert trim_lock.trim(lock) == {"packages": {"a": {"version": "1"}}}


def test_make_help_names_every_target() -> None:
    """`make help` is what a newcomer types."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M)) - {"help"}
    told = set(re.findall(r"make ([a-z-]+)  ", makefile))
    assert targets == told
