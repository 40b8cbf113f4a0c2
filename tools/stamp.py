"""Whether anything has changed since the last build: all that goes in, and all that came out.

The stamp is written after a build without a warning. It holds a hash of every source and of what
the build is made with, and the size and time of every file that the build left. A build is passed
over only where both are still the same, so neither an edit nor a damaged output goes unnoticed. An
edit while the book is built leaves no stamp: nobody knows which of the two was read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

NAME = ".built.json"
# Everything that a page, a PDF or a live exercise is made from.
SOURCES = (
    "book",
    "exercises",
    "tools",
    "locks",
    "_config.yml",
    "_toc.yml",
    "pyproject.toml",
    "package.json",
    "package-lock.json",
)

CACHES = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints"}


def files_under(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """Give the files at or under each name, in a fixed order, without caches."""
    for name in names:
        path = root / name
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (file for file in found if file.is_file() and not _cached(file, root))


def _cached(file: Path, root: Path) -> bool:
    return not CACHES.isdisjoint(file.relative_to(root).parts[:-1])


def fingerprint(root: Path, names: Iterable[str]) -> str:
    """Give a short hash of the names and contents of files.

    Parameters
    ----------
    root : Path
        The project's folder.
    names : iterable of str
        Files and folders below it.
    """
    digest = hashlib.sha256()
    for file in files_under(root, names):
        digest.update(str(file.relative_to(root)).encode() + b"\0")
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def take(root: Path, out: Path, *, printed: bool) -> dict[str, str]:
    """Give the stamp of how things stand now.

    Parameters
    ----------
    root, out : Path
        The project's folder and where the book goes.
    printed : bool
        Whether PDFs belong to it.
    """
    return {
        "sources": fingerprint(root, SOURCES),
        "made with": f"{sys.version} {sys.prefix} {_time(root / 'node_modules' / 'made')}",
        "out": listing(out, NAME),
        "printed": str(printed),
    }


def _time(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0


def listing(folder: Path, but: str) -> str:
    """Give a hash of the names, sizes and times of all files below a folder, but those of a name.

    Damage shows in it, and taking it reads no file.
    """
    digest = hashlib.sha256()
    for path, folders, names in os.walk(folder):
        folders.sort()
        below = path.removeprefix(str(folder))
        for name in sorted(names):
            if name != but:
                about = os.stat(f"{path}/{name}")
                digest.update(f"{below}/{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def keep_newest(folders: Iterable[Path], most: int) -> None:
    """Remove all but the newest of some folders, which are caches of how things were.

    Parameters
    ----------
    folders : iterable of Path
        Each made or used last at its own time.
    most : int
        How many stay.
    """
    newest = sorted(folders, key=lambda folder: folder.stat().st_mtime_ns, reverse=True)
    for folder in newest[most:]:
        shutil.rmtree(folder, ignore_errors=True)


def write(root: Path, out: Path, before: dict[str, str], *, printed: bool) -> bool:
    """Keep the stamp beside the output, unless a source was saved while the book was built.

    Parameters
    ----------
    root, out, printed
        As for `take`.
    before : dict
        The stamp that was taken when the build began.

    Returns
    -------
    bool
        Whether it was kept.
    """
    stamp = take(root, out, printed=printed)
    if any(stamp[name] != before[name] for name in ("sources", "made with")):
        return False
    (out.parent / NAME).write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    return True


def is_current(out: Path, now: dict[str, str]) -> bool:
    """Whether the stamp that was kept is the same as the one taken now."""
    try:
        kept = json.loads((out.parent / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(kept == now)
