"""Where a desk can stand, and how it finds out where it is.

* The **book** (environment variable SYSTEM_LEADERSHIP_BOOK=1) puts out what a form holds and what a
  picture shows as data, for `book/_ext/exercise` to set.
* The **page** (`page`) is Python in the reader's browser, with nothing of IPython in it.
* **JupyterLab** (`lab`) has IPython and anywidget.
* Anything else, such as a script or a doctest, gets text.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..change import Change
from .desk import Desk
from .parts import Form, Host, Page, Rows, Slot, View, Words

if TYPE_CHECKING:
    from ..pictures import Picture
    from .room import Room

__all__ = ["MIME_TYPE", "Book", "Plain", "choose", "open_desk"]

MIME_TYPE = "application/vnd.system-leadership+json"


def choose() -> Host:
    """Give the host for where this runs.

    Examples
    --------
    >>> type(choose()).__name__
    'Plain'
    """
    if os.environ.get("SYSTEM_LEADERSHIP_BOOK") == "1":
        return Book()
    if sys.platform == "emscripten" and importlib.util.find_spec("page_host"):
        from .page import page

        return page
    if "IPython" in sys.modules:
        from IPython import get_ipython

        if get_ipython() is not None:
            from .lab import Lab

            return Lab()
    return Plain()


def open_desk(host: Host, example: str | None) -> Desk:
    """Open the change that belongs on a desk of this host."""
    named = os.environ.get("SYSTEM_LEADERSHIP_CHANGE")
    if named:
        change = Change.load(named)
    elif isinstance(host, HasOwnChange):
        change = host.own_change(example)
    else:
        change = Change.example(example) if example else Change.blank()
    desk = Desk(change, host)
    if isinstance(host, HasOwnChange):
        host.desk = desk
    return desk


class HasOwnChange:
    """A host with work of the reader's own."""

    desk: Desk | None = None

    def own_change(self, example: str | None) -> Change:
        """Give the reader's change, or what they start from."""
        raise NotImplementedError


class Still:
    """A form in print: nothing comes back from it, nothing changes in it."""

    def update(
        self,
        *,
        rows: Rows | None = None,
        was: Rows | None = None,
        names: Mapping[str, list[str]] | None = None,
        faults: list[dict[str, Any]] | None = None,
    ) -> None:
        """Do nothing."""


class Plain:
    """Text, for scripts and doctests."""

    live = False

    def form(self, form: Form, edited: Callable[[Rows], None]) -> View:
        """Print what the form holds."""
        self._out(form, form.static())
        return Still()

    def slot(self) -> Slot:
        """Give a place that prints what is put there."""
        return _Printed(self._out)

    def room(self, room: Room, example: str | None) -> None:
        """Fill the room with the example, and print whose files they are."""
        if example:
            room.take_example(example)
        self._out(room, room.static())

    def keep(self, change: Change) -> None:
        """Keep nothing: nothing was typed."""

    def _out(self, what: object, data: dict[str, Any] | None) -> None:
        print(what)


class Book(Plain):
    """Data for the book's own renderer, with the text beside it."""

    def _out(self, what: Any, data: dict[str, Any] | None) -> None:
        from IPython.display import display

        if data is None:
            display(what)  # type: ignore[no-untyped-call]  # a picture knows its own mime types
        else:
            bundle = {MIME_TYPE: data, "text/plain": str(what)}
            display(bundle, raw=True)  # type: ignore[no-untyped-call]


class _Printed:
    def __init__(self, out: Callable[[object, dict[str, Any] | None], None]) -> None:
        self._out = out

    def put(self, output: Picture | Words | Page) -> None:
        self._out(output, output.static() if isinstance(output, (Words, Page)) else None)

    def trouble(self, message: str) -> None:
        print(message)
