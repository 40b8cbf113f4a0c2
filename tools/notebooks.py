"""Execute the book's notebooks ahead of the build, each in a fork of one warm process.

Starting a kernel, waiting for it and importing the package again takes most of the time that a
notebook needs. Here one process imports all of it once and forks for each notebook, so every
notebook still runs by itself. What the cells put out goes into the cache that myst-nb reads, under
the key that myst-nb computes; everything after that is the standard build. Their pictures are drawn
here as well (`tools.drawings`), once all forks have ended.

Nothing depends on this: what is not in the cache, myst-nb executes with nbclient as usual. That is
so for a notebook that fails (its error is then told in the usual way) and on systems that cannot
fork.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from tools import drawings

ROOT = Path(__file__).resolve().parent.parent
# What IPython's kernel says of itself to whoever executes a notebook with it.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}
# Forks that run at a time. More than the cores of a small machine gains nothing.
AT_ONCE = min(4, os.cpu_count() or 1)
# Seconds between two looks at whether all are executed.
_LOOK_EVERY = 0.02


def sources(root: Path, docnames: Iterable[str]) -> dict[Path, str]:
    """Give the pages that are notebooks, with their text."""
    found = {}
    for docname in docnames:
        path = root / f"{docname}.md"
        if path.exists():
            text = path.read_text(encoding="utf-8")
            if is_notebook(text):
                found[path] = text
    return found


def is_notebook(text: str) -> bool:
    """Whether a page is a notebook: its front matter says so.

    >>> is_notebook("---\\nfile_format: mystnb\\n---\\n# A title"), is_notebook("# A title")
    (True, False)
    """
    return "file_format: mystnb" in text.partition("\n---")[0]


def start(root: Path, docnames: Iterable[str], cache: Path) -> subprocess.Popen[bytes] | None:
    """Begin to execute the notebooks that the cache lacks, in a process of its own.

    Parameters
    ----------
    root : Path
        The project's folder.
    docnames : iterable of str
        The pages of the book; those that are not notebooks are passed over.
    cache : Path
        The folder of jupyter-cache. It is named after everything that outputs depend on besides
        the cells, so what it holds is never stale.

    Returns
    -------
    Popen or None
        None where there is nothing to do, or no way to fork.
    """
    found = sources(root, docnames)
    if not found or not hasattr(os, "fork") or is_filled(found, cache):
        return None
    command = [sys.executable, "-m", "tools.notebooks", "--cache", str(cache), *map(str, found)]
    return subprocess.Popen(
        command,
        cwd=root,
        # Like the build itself: static outputs, and the package of this very folder.
        env={**os.environ, "SYSTEM_LEADERSHIP_BOOK": "1"},
        stdout=subprocess.DEVNULL,
    )


def is_filled(found: dict[Path, str], cache: Path) -> bool:
    """Whether the cache was filled from these very texts before, so that nobody need look again."""
    try:
        return bool(json.loads(_note(cache).read_text("utf-8")) == _texts(found))
    except (OSError, ValueError):
        return False


def _note(cache: Path) -> Path:
    return cache / "filled.json"


def _texts(found: dict[Path, str]) -> dict[str, str]:
    from hashlib import sha256

    return {path.stem: sha256(text.encode()).hexdigest() for path, text in found.items()}


def read(path: Path, text: str) -> Any:
    """Give a page as the notebook that myst-nb makes of it, or None when it is not one."""
    from myst_nb.core.config import NbParserConfig
    from myst_nb.core.read import create_nb_reader
    from myst_parser.config.main import MdParserConfig

    reader = create_nb_reader(str(path), MdParserConfig(), NbParserConfig(), text)
    return None if reader is None else reader.read(text)


class Streams:
    """A text stream that adds what is written to a cell's outputs."""

    def __init__(self, name: str, outputs: list[Any]) -> None:
        self.name, self.outputs = name, outputs

    def write(self, text: str) -> int:
        """Add text to the stream's last output, or begin one."""
        from nbformat.v4 import new_output

        last = self.outputs[-1] if self.outputs else None
        if last is not None and last.output_type == "stream" and last.name == self.name:
            last.text += text
        elif text:
            self.outputs.append(new_output("stream", name=self.name, text=text))
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        """A notebook is not a terminal."""
        return False


def execute(notebook: Any, folder: Path) -> None:
    """Run the cells of a notebook in this process and fill in what they put out.

    Parameters
    ----------
    notebook : NotebookNode
        Its code cells get their outputs and execution counts.
    folder : Path
        Where the notebook finds itself.

    Raises
    ------
    Exception
        What the first cell that fails raised.
    """
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from nbformat.v4 import new_output

    count = 0
    outputs: list[Any] = []
    named: dict[str, Any] = {}

    class Publisher(DisplayPublisher):  # type: ignore[misc]  # traitlets has no types
        def publish(
            self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False,
            **_: Any,
        ) -> None:  # fmt: skip
            name = (transient or {}).get("display_id")
            if update and name in named:
                named[name].data, named[name].metadata = data, metadata or {}
                return
            made = new_output("display_data", data=data, metadata=metadata or {})
            outputs.append(made)
            if name:
                named[name] = made

        def clear_output(self, wait: bool = False) -> None:
            outputs.clear()

    class Hook(DisplayHook):  # type: ignore[misc]
        def write_output_prompt(self) -> None:
            """Say nothing: the count stands in the cell."""

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            outputs.append(
                new_output(
                    "execute_result",
                    data=format_dict,
                    metadata=md_dict or {},
                    execution_count=count,
                )
            )

    class Shell(InteractiveShell):  # type: ignore[misc]
        display_pub_class = Publisher
        displayhook_class = Hook

        def init_history(self) -> None:
            from IPython.core.history import HistoryManager

            self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

        def enable_gui(self, gui: Any = None) -> None:
            """There is no window."""

    os.chdir(folder)
    shell = Shell.instance()
    shell.colors = "NoColor"
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count = cell.execution_count = count + 1
        outputs = cell.outputs = []
        with (
            redirect_stdout(Streams("stdout", outputs)),  # type: ignore[type-var]
            redirect_stderr(Streams("stderr", outputs)),  # type: ignore[type-var]
        ):
            shell.run_cell(cell.source, store_history=True).raise_error()


def fill(paths: Iterable[Path], cache: Path, root: Path = ROOT) -> list[Path]:
    """Execute notebooks, a fork each, and put what they give into the cache; draw their pictures.

    Returns
    -------
    list of Path
        Those that failed: the build runs them again and tells why.
    """
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    found = {path: path.read_text(encoding="utf-8") for path in paths}
    store = get_cache(str(cache))
    todo = {}
    for path, text in found.items():
        notebook = read(path, text)
        try:
            store.match_cache_notebook(notebook)
        except KeyError:
            todo[path] = notebook
    warm_up()
    failed, done = [], []
    for path, notebook, seconds in executed(todo):
        if notebook is None:
            failed.append(path)
            continue
        done.append(notebook)
        bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
        store.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    if not failed:
        _note(cache).write_text(json.dumps(_texts(found)), "utf-8")
    try:
        drawings.draw(root, done)
    except Exception as error:
        # The build draws what is missing, and stops where that cannot be done.
        print(f"Pictures were not drawn ahead: {error}", file=sys.stderr)
    return failed


def warm_up() -> None:
    """Import what every notebook needs, once for all forks.

    A program that starts threads or a JavaScript engine must not be among it: a fork of it hangs.
    """
    import importlib
    import pkgutil

    import IPython.core.interactiveshell  # noqa: F401
    import ruamel.yaml  # noqa: F401  the package does so when it first opens a change file
    import system_leadership.forms

    for module in pkgutil.iter_modules(system_leadership.__path__, "system_leadership."):
        importlib.import_module(module.name)


def executed(todo: dict[Path, Any]) -> Iterator[tuple[Path, Any, float]]:
    """Give each notebook with its outputs as it is done, or with None where it failed."""
    waiting = list(todo.items())
    running: dict[int, tuple[Path, Any, float]] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            path, notebook = waiting.pop(0)
            pipe = _fork(path, notebook)
            running[pipe] = (path, notebook, time.perf_counter())
        for pipe in _ready(running):
            path, notebook, began = running.pop(pipe)
            with os.fdopen(pipe, "rb") as stream:
                text = stream.read()
            yield path, _merged(notebook, text), time.perf_counter() - began
    while True:  # the forks have said all they had to say; let the system forget them
        try:
            os.wait()
        except ChildProcessError:
            return


def _ready(pipes: Iterable[int]) -> list[int]:
    import select

    return select.select(list(pipes), [], [])[0]


def _merged(notebook: Any, text: bytes) -> Any:
    """Put what a fork gave into its notebook; None when it gave nothing."""
    from nbformat import from_dict

    if not text:
        return None
    notebook.metadata["language_info"] = LANGUAGE
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for cell, (count, outputs) in zip(code, json.loads(text), strict=True):
        cell.execution_count, cell.outputs = count, from_dict(outputs)
    return notebook


def _fork(path: Path, notebook: Any) -> int:
    """Run a notebook in a fork; give the end of a pipe that its outputs come through."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        return reading
    # From here on this is the fork. It ends by itself, whatever happens, and nothing of the
    # parent's runs on in it.
    try:
        os.close(reading)
        execute(notebook, path.parent)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        told = [[cell.execution_count, cell.outputs] for cell in code]
        with os.fdopen(writing, "wb") as stream:
            stream.write(json.dumps(told).encode())
    finally:
        os._exit(0)


class Ahead:
    """Executes notebooks while Sphinx starts and reads the other pages.

    Parameters
    ----------
    root : Path
        The project's folder.
    cache : Path
        The folder of jupyter-cache.
    """

    def __init__(self, root: Path, cache: Path) -> None:
        self.root, self.cache = root, cache
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = False
        self._found: dict[Path, str] = {}

    def begin(self, docnames: Sequence[str]) -> None:
        """Begin with those of the pages that are notebooks."""
        self._begun = True
        self._found = sources(self.root, docnames)
        self._process = start(self.root, docnames, self.cache)

    def attach(self, app: Any) -> None:
        """Have Sphinx read notebooks last, once they are executed, and write once all is drawn."""
        app.connect("env-before-read-docs", self._order)
        app.connect("source-read", self._before)
        app.connect("env-updated", self._drawn)
        app.connect("build-finished", lambda app, error: self.close())

    def _order(self, app: Any, env: Any, docnames: list[str]) -> None:
        if not self._begun:
            self.begin(docnames)
        found = {path.relative_to(self.root) for path in sources(self.root, docnames)}
        docnames.sort(key=lambda name: (Path(f"{name}.md") in found, name))

    def _before(self, app: Any, docname: str, source: list[str]) -> None:
        """Wait until all are executed, or the process has ended because one of them failed."""
        if self._process is None or not is_notebook(source[0]):
            return
        while self._process.poll() is None and not is_filled(self._found, self.cache):
            time.sleep(_LOOK_EVERY)

    def _drawn(self, app: Any, env: Any) -> None:
        if self._process is not None:
            self._process.wait()

    def close(self) -> None:
        """Stop what still runs; the next build begins anew."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._process, self._begun = None, False


def main() -> int:
    """Fill a cache from the command line."""
    parser = argparse.ArgumentParser(description="Execute notebooks into a cache.")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("notebooks", type=Path, nargs="+")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    # Begun in the project's folder, by `start`.
    fill([path.resolve() for path in options.notebooks], options.cache, Path.cwd())
    return 0


if __name__ == "__main__":
    sys.exit(main())
