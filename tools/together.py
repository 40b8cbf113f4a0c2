"""Read and write the pages in two processes at a time.

Sphinx can do so by itself, with ``-j 2``, and gains little: it cuts the pages into many pieces in
the order of the alphabet, sends the whole book back for each piece, and resolves and indexes every
page in one process. Here the pages are cut once, by their size, into a part for this process and a
part for a fork of it, and each process does all the work of its part. How a fork reports its
warnings, and how what it read is taken over, is Sphinx's own.

Nothing depends on this: where there is one core, or no way to fork, one process does everything.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

__all__ = ["attach", "halves"]

# For fewer pages a fork costs more than it saves.
FEWEST = 6
# Starts threads that a fork of its process would wait for in vain.
NEVER_FORK_WITH = "vl_convert"


def can_fork() -> bool:
    """Whether a second process would do its work at the same time."""
    from sphinx.util.parallel import parallel_available

    return parallel_available and (os.cpu_count() or 1) > 1 and NEVER_FORK_WITH not in sys.modules


def halves(
    names: Sequence[str], weight: Callable[[str], float], here: Iterable[str] = ()
) -> tuple[list[str], list[str]]:
    """Cut names into two parts that weigh about the same; each part keeps the order.

    Parameters
    ----------
    names : sequence of str
        All of them.
    weight : callable
        What one weighs, in any unit.
    here : iterable of str
        These belong to the first part.

    Returns
    -------
    tuple of list of str
        The two parts.

    Examples
    --------
    >>> halves(["a", "bbbb", "cc", "ddd"], len)
    (['a', 'bbbb'], ['cc', 'ddd'])
    >>> halves(["a", "bbbb", "cc"], len, here=["a", "cc"])
    (['a', 'cc'], ['bbbb'])
    """
    fixed = set(here) & set(names)
    parts: tuple[set[str], set[str]] = (fixed, set())
    weights = [sum(map(weight, fixed)), 0.0]
    free = [name for name in names if name not in fixed]
    for name in sorted(free, key=weight, reverse=True):
        lighter = weights.index(min(weights))
        parts[lighter].add(name)
        weights[lighter] += weight(name)
    first, second = ([name for name in names if name in part] for part in parts)
    return first, second


def attach(app: Any, here: Callable[[str], bool], heavy: Callable[[str], float]) -> None:
    """Have an application read and write its pages in two processes.

    Parameters
    ----------
    app : Sphinx
        Its builder makes HTML.
    here : callable
        Whether a page must be read in this process.
    heavy : callable
        How long a page takes to read, as the bytes of a common page that takes as long.
    """
    builder = app.builder
    read_serial, write_serial = builder._read_serial, builder._write_serial

    def read(docnames: list[str]) -> None:
        ours, theirs = halves(docnames, heavy, filter(here, docnames))
        if len(docnames) < FEWEST or not theirs or not can_fork():
            read_serial(docnames)
            return
        for docname in theirs:
            app.events.emit("env-purge-doc", app.env, docname)
            app.env.clear_doc(docname)
        tasks = _fork(lambda: _read_part(builder, theirs), lambda got: _take_read(app, theirs, got))
        read_serial(ours)
        tasks.join()

    def write(docnames: Sequence[str]) -> None:
        ours, theirs = halves(docnames, lambda name: _doctree_size(app, name))
        if len(docnames) < FEWEST or not can_fork():
            write_serial(docnames)
            return
        tasks = _fork(
            lambda: _write_part(builder, write_serial, theirs),
            lambda got: _take_written(builder, got),
        )
        write_serial(ours)
        tasks.join()

    builder._read_serial, builder._write_serial = read, write


def _fork(work: Callable[[], Any], take: Callable[[Any], None]) -> Any:
    """Do some work in a fork; give what `join` waits for, so that what it gives is taken."""
    from sphinx.util.parallel import ParallelTasks

    tasks = ParallelTasks(1)
    tasks.add_task(work, result_func=lambda _, got: take(got))
    return tasks


def _read_part(builder: Any, docnames: list[str]) -> bytes:
    """Read pages in a fork, as Sphinx's own parallel reading does."""
    builder.env.app = builder.app
    for docname in docnames:
        builder.read_doc(docname, _cache=False)
    return pickle.dumps(builder.env, pickle.HIGHEST_PROTOCOL)


def _take_read(app: Any, docnames: list[str], got: bytes) -> None:
    app.env.merge_info_from(docnames, pickle.loads(got), app)


# What writing a page leaves in the builder and its search index, for the end of the build.
_BY_PAGE = ("_titles", "_filenames", "_all_titles", "_index_entries")
_BY_WORD = ("_mapping", "_title_mapping")


def _write_part(
    builder: Any, write: Callable[[Sequence[str]], None], docnames: list[str]
) -> dict[str, Any]:
    """Write pages in a fork; give what the end of the build needs to know of them."""
    write(docnames)
    index, written = builder.indexer, set(docnames)
    told: dict[str, Any] = {"images": builder.images}
    if index is not None:
        for name in _BY_PAGE:
            pages = getattr(index, name)
            told[name] = {page: pages[page] for page in pages.keys() & written}
        for name in _BY_WORD:
            words = getattr(index, name)
            told[name] = {
                word: found for word, pages in words.items() if (found := pages & written)
            }
    return told


def _take_written(builder: Any, told: dict[str, Any]) -> None:
    builder.images.update(told["images"])
    index = builder.indexer
    if index is None:
        return
    for name in _BY_PAGE:
        getattr(index, name).update(told[name])
    for name in _BY_WORD:
        words = getattr(index, name)
        for word, pages in told[name].items():
            words.setdefault(word, set()).update(pages)


def _doctree_size(app: Any, docname: str) -> float:
    """Give the bytes of a page as it was read: about proportional to the time to write it."""
    file = Path(app.doctreedir) / f"{docname}.doctree"
    return float(file.stat().st_size) if file.exists() else 0.0
