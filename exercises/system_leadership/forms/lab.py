"""JupyterLab as a host: anywidgets for forms, Vega-Lite for pictures, a file for the work.

The only module that imports IPython and anywidget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from IPython.display import DisplayHandle, display

from .. import files
from ..change import Change
from ..faults import ChangeFileError
from ..words import counted
from .hosts import HasOwnChange
from .parts import Form, Page, Rows, Slot, View, Words

if TYPE_CHECKING:
    from ..pictures import Picture
    from .room import Room

__all__ = ["OWN_FILE", "ROOM_FOLDER", "Lab"]

OWN_FILE = "my-change.yml"
ROOM_FOLDER = "workshop"
_VEGA = "application/vnd.vegalite.v5+json"
# One module cannot import another inside an anywidget, so the shared one goes in front.
_IMPORT = 'from "./fields.js";'


class Lab(HasOwnChange):
    """Forms, pictures and the reader's file in JupyterLab.

    Parameters
    ----------
    folder : Path, optional
        Where ``my-change.yml`` is, or will be. The notebook's own folder unless told.
    """

    live = True

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path.cwd()
        self._path = self._folder / OWN_FILE
        self._seen: float | None = None  # when the file was last written, as we know it
        self._status: DisplayHandle | None = None

    def own_change(self, example: str | None) -> Change:
        """Read the reader's file, or give them the example to start from.

        A file that cannot be read is left alone: work goes to a new one beside it.
        """
        if not self._path.exists():
            change = Change.example(example) if example else Change.blank()
            what = "the worked example" if example else "a blank change"
            self._say(f"This is {what}. What you change is saved to {self._path.name}.")
            return change
        try:
            # What stands in the wrong place is kept and told beside its field.
            change = files.load(self._path, strict=False)
        except (ChangeFileError, OSError) as error:
            unread = self._path.name
            self._path = self._free_path()
            faults = error.faults if isinstance(error, ChangeFileError) else [str(error)]
            self._say(
                f"{unread} could not be read, and is left as it is. You start with a blank "
                f"change, saved to {self._path.name}. To use {unread}, put this right in it and "
                "run the notebook again:",
                [str(fault) for fault in faults],
            )
            return Change.blank()
        self._seen = self._path.stat().st_mtime
        faults = [str(fault) for fault in change.faults()]
        wrong = " These need another look:" if faults else ""
        self._say(f"This is your change, from {self._path.name}.{wrong}", faults)
        return change

    def form(self, form: Form, edited: Callable[[Rows], None]) -> View:
        """Show a form as a widget."""
        widget = widget_class(form.module)(
            form=form.about,
            rows=form.rows,
            names=form.names,
            faults={"for": 0, "list": form.faults},
        )
        display(widget)  # type: ignore[no-untyped-call]
        return _LabForm(widget, edited)

    def slot(self) -> Slot:
        """Give a place in the output of the cell that runs."""
        return _LabSlot()

    def room(self, room: Room, example: str | None) -> None:
        """Read the change files in the folder beside the notebook, or show the example."""
        folder = self._folder / ROOM_FOLDER
        files = change_files(folder)
        again = "Put change files there and run this cell again."
        if not files:
            if example:
                room.take_example(example)
            there = "is empty" if folder.is_dir() else "is not there"
            until = " Until then you see a fictional example." if example else ""
            text = f"The folder {ROOM_FOLDER} beside this notebook {there}. {again}{until}"
            _show(None, _said(text))
            return
        for path in files:
            try:
                room.take(path.name, path.name, path.read_bytes())
            except OSError as error:
                room.refuse(path.name, path.name, f"The computer reports: {error.strerror}.")
        told = room.files()
        unused = {"refused": "could not be read", "copy": "is a copy", "empty": "is empty"}
        points = [
            " ".join([f"{each['name']} {unused[each['state']]}.", *each["faults"]])
            for each in told
            if each["state"] in unused
        ]
        count = counted(len(told) - len(points), "file")
        left = f" {counted(len(points), 'file')} not:" if points else ""
        _show(None, _said(f"From the folder {ROOM_FOLDER}, {count} can be used.{left}", points))

    def keep(self, change: Change) -> None:
        """Save the change to the reader's file, never over what somebody else wrote there."""
        if self._path.exists() and self._path.stat().st_mtime != self._seen:
            theirs = self._path.name
            self._path = self._free_path()
            note = f" {theirs} was changed by something else, and is left as it is."
        else:
            note = ""
        try:
            change.save(self._path)
        except (ChangeFileError, OSError) as error:
            self._say(f"Not saved: {error}")
            return
        self._seen = self._path.stat().st_mtime
        self._say(f"Saved to {self._path.name} at {dt.datetime.now():%H:%M:%S}.{note}")

    def _free_path(self) -> Path:
        number = 2
        while (path := self._folder / f"my-change-{number}.yml").exists():
            number += 1
        return path

    def _say(self, text: str, points: list[str] | None = None) -> None:
        self._status = _show(self._status, _said(text, points))


def change_files(folder: Path) -> list[Path]:
    """Give the change files in a folder, by name; none if it is not there."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.casefold() in (".yml", ".yaml", ".xlsx")
        and path.is_file()
        and not path.name.startswith((".", "~$"))
        and not path.stem.endswith(".previous")
    )


def _said(text: str, points: list[str] | None = None) -> dict[str, Any]:
    """Give a message, with points below it, as a notebook shows it."""
    items = "".join(f"<li>{escape(point)}</li>" for point in points or [])
    html = f'<p role="status">{escape(text)}</p>' + (f"<ul>{items}</ul>" if items else "")
    return {"text/html": html, "text/plain": "\n".join([text, *(points or [])])}


def _show(handle: DisplayHandle | None, bundle: dict[str, Any]) -> DisplayHandle:
    if handle is None:
        handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        assert handle is not None
    else:
        handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]
    return handle


@cache
def widget_class(module: str) -> type[anywidget.AnyWidget]:
    """Give the widget that draws one kind of form.

    Parameters
    ----------
    module : str
        "table", "details", "questions", "ratings" or "suppositions".
    """
    here = resources.files(__package__)
    own = (here / f"{module}.js").read_text(encoding="utf-8")
    start, end = own.index("import {"), own.index(_IMPORT) + len(_IMPORT)
    source = (here / "fields.js").read_text(encoding="utf-8") + own[:start] + own[end:]
    return type(
        f"{module.title()}Form",
        (anywidget.AnyWidget,),
        {
            "_esm": source,
            "_css": (here / "forms.css").read_text(encoding="utf-8"),
            "form": traitlets.Dict().tag(sync=True),
            "rows": traitlets.List().tag(sync=True),
            "names": traitlets.Dict().tag(sync=True),
            "typed": traitlets.Dict().tag(sync=True),
            "faults": traitlets.Dict().tag(sync=True),
        },
    )


class _LabForm:
    def __init__(self, widget: Any, edited: Callable[[Rows], None]) -> None:
        self._widget = widget
        self._edited = edited
        widget.observe(self._typed, names="typed")

    def _typed(self, event: dict[str, Any]) -> None:
        if "rows" in event["new"]:
            self._edited(event["new"]["rows"])

    def update(
        self,
        *,
        rows: Rows | None = None,
        was: Rows | None = None,
        names: Mapping[str, list[str]] | None = None,
        faults: list[dict[str, Any]] | None = None,
    ) -> None:
        seq = self._widget.typed.get("seq", 0)
        with self._widget.hold_sync():
            if rows is not None:
                self._widget.typed = {"seq": seq}
                self._widget.rows = rows
            if names is not None:
                self._widget.names = dict(names)
            if faults is not None:
                self._widget.faults = {"for": seq, "list": faults}


class _LabSlot:
    """A picture and, under it, its sentence and its table; or words."""

    def __init__(self) -> None:
        self._picture: DisplayHandle | None = None
        self._words: DisplayHandle | None = None

    def put(self, output: Picture | Words | Page) -> None:
        if isinstance(output, Page):
            bundle = {"text/html": output.html, "text/plain": output.text}
            self._words = _show(self._words, bundle)
            return
        if isinstance(output, Words):
            items = "".join(f"<li>{escape(sentence)}</li>" for sentence in output.sentences)
            bundle = {"text/html": f"<ul>{items}</ul>", "text/plain": str(output)}
            self._words = _show(self._words, bundle)
            return
        data = output.as_dict()
        plain = f"{data['title']}\n{data['sentence']}"
        # A picture that comes back after trouble needs its kind again: updating replaces all.
        self._picture = _show(self._picture, {_VEGA: _spec(data), "text/plain": plain})
        self._words = _show(self._words, {"text/html": _caption(data), "text/plain": plain})

    def trouble(self, message: str) -> None:
        html = f'<p role="status">{escape(message)}</p>'
        self._words = _show(self._words, {"text/html": html, "text/plain": message})


def _spec(data: dict[str, Any]) -> dict[str, Any]:
    """Give the specification with fonts to fall back on: JupyterLab has not the handbook's."""
    spec: dict[str, Any] = data["spec"]
    config = spec.get("config", {})
    font = ", ".join(filter(None, [config.get("font"), "system-ui", "sans-serif"]))
    return {**spec, "config": {**config, "font": font}}


def _caption(data: dict[str, Any]) -> str:
    table = data.get("table")
    caption = f"<p><strong>{escape(data['title'])}</strong> {escape(data['sentence'])}</p>"
    if not table:
        return caption
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in table["columns"])
    body = "".join(
        "<tr>"
        + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in row)
        + "</tr>"
        for row in table["rows"]
    )
    return (
        f"{caption}<details><summary>The same as a table</summary><table>"
        f"<caption>{escape(table['caption'])}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )
