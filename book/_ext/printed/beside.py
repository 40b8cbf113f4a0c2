"""Resolve and translate half of the pages in a fork, beside the other half.

Each process keeps the pages that it has resolved, for they are large; what the two tell each other
is where references may lead, and then the finished code.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from sphinx.util.parallel import ParallelTasks, parallel_available

from .resolved import Part, Places, Surroundings, Translated

__all__ = ["Beside", "can_fork"]


def can_fork() -> bool:
    """Whether a second process can work at the same time.

    Not beside the engine that draws pictures: a fork would wait for its threads in vain.
    """
    return parallel_available and (os.cpu_count() or 1) > 1 and "vl_convert" not in sys.modules


class Beside:
    """A part of the pages in a fork; to be used as a context.

    Parameters
    ----------
    make : callable
        Gives the part. It is called in the fork.
    """

    def __init__(self, make: Callable[[], Part]) -> None:
        self._pipe, there = multiprocessing.Pipe()
        # Sphinx's own tasks report errors, and what was logged in the fork.
        self._tasks = ParallelTasks(1)
        self._tasks.add_task(lambda: self._work(make, there))
        there.close()

    def _work(self, make: Callable[[], Part], there: Any) -> None:
        """Resolve, tell the places, and translate as often as asked."""
        self._pipe.close()
        part = make()
        there.send(part.places())
        while (around := there.recv()) is not None:
            there.send(part.translate(around))

    def places(self) -> Places:
        """Wait for what references to and from these pages need."""
        found: Places = self._told()
        return found

    def begin(self, around: Surroundings) -> None:
        """Have the pages translated."""
        self._pipe.send(around)

    def translated(self) -> Translated:
        """Wait for the pages and worksheets in Typst."""
        found: Translated = self._told()
        return found

    def _told(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            self._tasks.join()  # raises what went wrong in the fork
            raise

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is None:
            self._pipe.send(None)
            self._tasks.join()
        self._tasks.terminate()
        self._pipe.close()
