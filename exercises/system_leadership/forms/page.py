"""The page as a host: Python in the reader's browser, talking to `host.js` in JSON.

The messages are described at the head of `book/_static/live/host.js`. There is one page, `page`;
the worker calls the functions below.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import asdict, evolve

from ..change import TABLES, Change
from ..faults import ChangeFileError, Fault
from .desk import TAKE_IN
from .hosts import HasOwnChange
from .parts import Form, Rows, Slot, View, Words
from .parts import Page as PageOfText

if TYPE_CHECKING:
    from ..pictures import Picture
    from .room import Room

__all__ = ["Page", "begin", "cell", "page", "receive", "settled", "snapshot", "unpack"]


MOST_ROWS = 5000
"""Rows of one table in a file that the page opens. With more a browser takes minutes."""


def _post(message: dict[str, Any]) -> None:
    import page_host

    page_host.post(json.dumps(message))


class Page(HasOwnChange):
    """Forms, pictures and the reader's change in the page.

    Parameters
    ----------
    post : callable
        Sends a message to the page.
    """

    live = True

    def __init__(self, post: Callable[[dict[str, Any]], None] = _post) -> None:
        self.post = post
        self._cell = 0
        self._change = Change.blank()
        self._due: set[str] = set()  # drafts that were typed since the change was last kept
        self._views: dict[str, _PageForm] = {}
        self._rooms: dict[str, Room] = {}
        self._slots = 0

    # ------------------------------------------------------------- as the desk's host

    def own_change(self, example: str | None) -> Change:
        """Give the reader's change; the example stands on the page already."""
        return self._change

    def form(self, form: Form, edited: Callable[[Rows], None]) -> View:
        """Show a form under the cell that runs."""
        number = len(self._views) + 1
        # Several forms may show parts of one table: each needs a draft of its own.
        draft = form.table if form.whole else f"{form.table}/{form.module}/{number}"
        view = _PageForm(f"form-{number}", draft, edited, self.post)
        self._views[view.id] = view
        state = {
            "form": form.about,
            "rows": form.rows,
            "names": form.names,
            "faults": {"for": 0, "list": form.faults},
        }
        message = {"type": "form", "cell": self._cell, "id": view.id, "module": form.module}
        self.post({**message, "draft": draft, "state": state})
        return view

    def slot(self) -> Slot:
        """Give a place under the cell that runs."""
        self._slots += 1
        return _PageSlot({"cell": self._cell, "id": f"slot-{self._slots}"}, self.post)

    def room(self, room: Room, example: str | None) -> None:
        """Show where change files come in; the example's stand on the page already."""
        self._slots += 1
        name = f"room-{self._slots}"
        self._rooms[name] = room
        self.post({"type": "room", "cell": self._cell, "id": name})

    def keep(self, change: Change) -> None:
        """Send the change to be kept in the browser."""
        self._change = change
        text, blank = snapshot(change)
        drafts = sorted(self._due)
        self._due.clear()
        nothing = blank and not change.written  # comments of a file are worth keeping
        kept = None if nothing else text
        self.post({"type": "keep", "text": kept, "empty": blank, "drafts": drafts})

    # ----------------------------------------------------------------- from the worker

    def begin(self, saved: dict[str, Any] | None) -> None:
        """Take up the work that the browser kept: the change, and what was typed since."""
        if not saved:
            return
        if saved.get("text"):
            try:
                self._change = unpack(saved["text"])
            except ChangeFileError as error:
                # Kept by a release that this one does not understand: the page says so, and
                # writes over nothing.
                self.post({"type": "unread", "faults": _told(error.faults)})
        for draft, rows in (saved.get("drafts") or {}).items():
            if draft.partition("/")[0] in TABLES:
                self._change = typed_since(self._change, draft, rows)
                self._due.add(draft)

    def cell(self, index: int) -> None:
        """Put what follows under this cell."""
        self._cell = index

    def settled(self) -> None:
        """All cells have run."""
        if self._due:
            self.keep(self._change)
        else:
            blank = snapshot(self._change)[1]
            self.post({"type": "begun", "empty": blank})

    def receive(self, message: dict[str, Any]) -> None:
        """Answer a message from the page."""
        kind = message["type"]
        if kind == "typed":
            view = self._views[message["id"]]
            self._due.add(view.draft)
            view.answer(message["typed"])
        elif kind == "download":
            self._download(message["as"])
        elif kind == "open":
            self._open(message["name"], b64decode(message["bytes"]))
        elif kind == "clear":
            self._take(Change.blank(), "")
        elif kind == "gather":
            self._gather(message["id"], message)
        else:
            raise ValueError(f"The page sent a message of an unknown type, {kind!r}.")

    def _gather(self, name: str, message: dict[str, Any]) -> None:
        """Let go of files, read others, and tell what became of all when the last are here."""
        room = self._rooms[name]
        room.drop(message.get("drop", ()))
        for file in message.get("files", ()):
            room.take(file["key"], file["name"], b64decode(file["bytes"]))
        if message.get("own"):
            room.take_own()
        if message.get("more"):
            return
        room.follow_files()
        self.post({"type": "gathered", "id": name, "files": room.files()})

    def _download(self, ending: str) -> None:
        name = f"my-change.{ending}"
        if ending == "yml":
            self.post({"type": "file", "name": name, "text": self._change.dumps()})
            return
        # What Excel needs is imported when it is first used: a start does not wait for it.
        from .. import files

        try:
            content = files.write(self._change, name)
        except ChangeFileError as error:
            self.post({"type": "unmade", "name": name, "faults": _told(error.faults)})
            return
        self.post({"type": "file", "name": name, "bytes": b64encode(content).decode("ascii")})

    def _open(self, name: str, content: bytes) -> None:
        if name.casefold().endswith(".xlsx"):
            self._open_workbook(name, content)
            return
        from .. import files

        try:
            # What stands in the wrong place is kept and told, so a file downloaded with a fault in
            # it opens again; only what is no change file at all is refused.
            change = files.read(content, name, strict=False)
        except ChangeFileError as error:
            self._refuse(name, error.faults)
            return
        if long := _too_long(change):
            self._refuse(name, long)
            return
        self._take(change, name, change.faults())

    def _open_workbook(self, name: str, content: bytes) -> None:
        from .. import workbook_read

        try:
            # The reader's module itself, for it tells each fault with its sheet and cell.
            reading = workbook_read.read(content, name)
        except ChangeFileError as error:
            self._refuse(name, error.faults)
            return
        if any(not fault.table for fault in reading.faults):
            # A sheet with a name we do not know, but nearly: what it holds was not read. A text
            # file with such a key is refused too, for the page would go on without that table.
            self._refuse(name, reading.faults)
            return
        if long := _too_long(reading.change):
            self._refuse(name, long)
            return
        self._take(reading.change, name, reading.faults, reading.notices)

    def _refuse(self, name: str, faults: Iterable[Fault]) -> None:
        self.post({"type": "opened", "ok": False, "name": name, "faults": _told(faults)})

    def _take(
        self,
        change: Change,
        name: str,
        faults: Iterable[Fault] = (),
        notes: Iterable[Fault] = (),
    ) -> None:
        # Whatever was typed before, in whatever form, is in the past now.
        self._due.update(TABLES, (view.draft for view in self._views.values()))
        if self.desk is None:
            self.keep(change)
        else:
            self.desk.work_on(change)
        told = {"faults": _told(faults)}
        if noted := _told(notes):
            told["notes"] = noted
        self.post({"type": "opened", "ok": True, "name": name, **told})


def _too_long(change: Change) -> list[Fault]:
    """List the tables with more rows than a page can show as fields to type in."""
    right = (
        f"This page can show {MOST_ROWS:,} rows in one table, and no picture could show more. Keep "
        "the rows that matter to this change, or merge those that belong together."
    )
    return [
        Fault(spec.key, spec.title, found=f"{count:,} rows", right=right)
        for spec in TABLES.values()
        if (count := len(change.table(spec.key))) > MOST_ROWS
    ]


def _told(faults: Iterable[Fault]) -> list[str]:
    """Give faults in words, without the file's name: the page says it once, above them."""
    return [str(evolve(fault, file="")) for fault in faults]


class _PageForm:
    def __init__(
        self,
        name: str,
        draft: str,
        edited: Callable[[Rows], None],
        post: Callable[[dict[str, Any]], None],
    ) -> None:
        self.id = name
        self.draft = draft
        self._edited = edited
        self._post = post
        self._seq = 0
        self._last: dict[str, Any] = {}

    def answer(self, typed: dict[str, Any]) -> None:
        self._seq = typed["seq"]
        self._edited(typed["rows"])

    def update(
        self,
        *,
        rows: Rows | None = None,
        was: Rows | None = None,
        names: Mapping[str, list[str]] | None = None,
        faults: list[dict[str, Any]] | None = None,
    ) -> None:
        state: dict[str, Any] = {}
        if rows is not None:
            state["rows"] = rows
            state["was"] = was
            state["typed"] = {"seq": self._seq}
        if names is not None:
            state["names"] = names
        if faults is not None:
            state["faults"] = {"for": self._seq, "list": faults}
        new = {key: value for key, value in state.items() if self._last.get(key) != value}
        self._last.update({key: state[key] for key in ("names", "faults") if key in state})
        if new:
            self._post({"type": "update", "id": self.id, "state": new})


class _PageSlot:
    def __init__(self, place: dict[str, Any], post: Callable[[dict[str, Any]], None]) -> None:
        self._place = place
        self._post = post
        self._last: dict[str, Any] = {}

    def put(self, output: Picture | Words | PageOfText) -> None:
        if isinstance(output, Words):
            self._send({"type": "words", "sentences": output.sentences})
        elif isinstance(output, PageOfText):
            self._send({"type": "text", "page": asdict(output)})
        else:
            self._send({"type": "picture", "picture": output.as_dict()})

    def trouble(self, message: str) -> None:
        self._send({"type": "trouble", "message": message})

    def _send(self, message: dict[str, Any]) -> None:
        # What has not changed need not be drawn again: not every edit changes every picture.
        if message != self._last:
            self._last = message
            self._post({**message, **self._place})


def snapshot(change: Change) -> tuple[str, bool]:
    """Give the change as JSON, which is a change file too, and whether it is blank.

    Writing JSON is a hundred times quicker than writing YAML with its comments, and it is done
    after every edit. Comments of an opened file are kept beside it.

    Examples
    --------
    >>> snapshot(Change.blank())
    ('{}', True)
    >>> text, blank = snapshot(Change(title="Eight units"))
    >>> text, blank
    ('{"change": {"title": "Eight units"}}', False)
    >>> unpack(text).title
    'Eight units'
    """
    whole: dict[str, Any] = {}
    for table in TABLES:
        rows = [
            {key: value for key, value in row.items() if value not in ("", None)}
            for row in change.rows(table)
        ]
        if table == "change":
            you = rows[0].pop("you", None)
            if rows[0]:
                whole["change"] = rows[0]
            if you:
                whole["you"] = you
        elif rows:
            whole[table] = rows
    blank = not whole
    if change.written:
        whole["_written"] = change.written
    return json.dumps(whole, ensure_ascii=False), blank


def unpack(text: str) -> Change:
    """Give the change from a snapshot, or from a change file kept by some other release.

    Raises
    ------
    ChangeFileError
        If it is neither.
    """
    try:
        whole = json.loads(text)
    except ValueError:
        return Change.loads(text, strict=False)
    if not isinstance(whole, dict):
        return Change.loads(text, strict=False)
    written = whole.pop("_written", "")
    you = whole.pop("you", None)
    about = {**whole.pop("change", {}), **({"you": you} if you else {})}
    change, _ = Change.blank().replace_table("change", [about])
    for table, rows in whole.items():
        if table not in TABLES:
            return Change.loads(text, strict=False)
        change, _ = change.replace_table(table, rows)
    return evolve(change, written=written)


def typed_since(change: Change, draft: str, rows: Rows) -> Change:
    """Put rows that were typed, but not yet taken in when the page closed, into the change.

    Parameters
    ----------
    change : Change
        What was kept last.
    draft : str
        The table, and for a form that shows a part of it the form as well, such as
        "reflections/ratings/2".
    rows : list of dict
        All rows of that form.

    Examples
    --------
    >>> rows = [{"prompt": "Who?", "answer": "The clerk."}]
    >>> typed_since(Change.blank(), "reflections/questions/1", rows).reflections[0].answer
    'The clerk.'
    """
    table, *form = draft.split("/")
    # Earlier releases kept the answers to questions under the table's name alone.
    module = form[0] if form else "questions" if table == "reflections" else ""
    if module in TAKE_IN:
        rows = TAKE_IN[module](change, rows)
    new, _ = change.replace_table(table, rows)
    return new


page = Page()


def begin(saved: str) -> None:
    """Start, with the record that the browser kept, as JSON, or an empty text."""
    page.begin(json.loads(saved) if saved else None)


def cell(index: int) -> None:
    """Say which cell runs next, from 0."""
    page.cell(index)


def settled() -> None:
    """Say that all cells have run."""
    page.settled()


def receive(message: str) -> None:
    """Pass on a message of the page, as JSON."""
    page.receive(json.loads(message))
