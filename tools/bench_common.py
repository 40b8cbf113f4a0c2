"""What every part of the bench uses: ratios, timed commands, a browser, copies of the project.

Every figure is a ratio to the plain tool, measured in the same run on the same machine. The two
sides take turns, so that a machine that slows down slows both.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tools import browser, serve

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("book", "exercises", "locks", "tools", "_config.yml", "_toc.yml", "pyproject.toml")
FRONT = "book/index"
CHAPTER = "book/building/coalition"
EXERCISE = "exercises/01-map-your-system"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
OUR_BUILD = [sys.executable, "-m", "tools.build", "--pages-only"]
PLAIN_BUILD = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]

Launch = Callable[[], AbstractContextManager[Any]]
Times = Mapping[str, Sequence[float]]


def ratio(times: Times) -> dict[str, Any]:
    """Give medians and the ratio of ours to plain, pair by pair, with its spread."""
    pairs = [mine / plain for mine, plain in zip(times["ours"], times["plain"], strict=True)]
    return {
        "ours_seconds": round(statistics.median(times["ours"]), 3),
        "plain_seconds": round(statistics.median(times["plain"]), 3),
        "ratio": round(statistics.median(pairs), 3),
        "ratio_range": [round(min(pairs), 3), round(max(pairs), 3)],
        "runs": len(pairs),
    }


def free_port() -> int:
    """Give a port that nobody uses at the moment."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ----------------------------------------------------------------------------- commands


def environment_of(folder: Path) -> dict[str, str]:
    """Give the environment in which a copy of the project uses its own package and extensions."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "exercises"), str(folder)])}


def measured(command: Sequence[str], folder: Path) -> tuple[float, int]:
    """Run a command; give the seconds it took and the most memory it held, in bytes.

    The memory is that of the command or of a process it waited for, whichever is more, and 0 on
    systems that do not tell. Stops the bench when the command fails.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=folder, env=environment_of(folder), stdout=said, stderr=said
        )
        held = 0
        if hasattr(os, "wait4"):
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            held = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        else:
            process.wait()
        took = time.perf_counter() - began
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed in {folder}:\n{said.read()[-4000:]}")
    return took, held


def timed(command: Sequence[str], folder: Path) -> float:
    """Give the seconds a command takes; stop when it fails."""
    return measured(command, folder)[0]


# ----------------------------------------------------------------------------- the project, copied


def copy_sources(target: Path) -> Path:
    """Copy what a build reads, and link what `make` has installed."""
    target.mkdir(parents=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    return target


def clean(folder: Path, *names: str) -> None:
    """Leave nothing of an earlier build: all of it, or these parts."""
    for name in names or ("_build", "_cache"):
        shutil.rmtree(folder / name, ignore_errors=True)


# ----------------------------------------------------------------------------- the browser


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder; give its address, without a slash at the end."""
    server = serve.serve(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def launcher(playwright: Any) -> Launch:
    """Give what starts a browser that was never on any page."""

    @contextmanager
    def launch() -> Iterator[Any]:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=QUIET)
        try:
            yield chromium
        finally:
            chromium.close()

    return launch
