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
from .desk import Form, Rows, Slot, View, Words
from .hosts import HasOwnChange

if TYPE_CHECKING:
    from ..pictures import Picture

__all__ = ["OWN_FILE", "Lab"]

OWN_FILE = "my-change.yml"
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
        items = "".join(f"<li>{escape(point)}</li>" for point in points or [])
        html = f'<p role="status">{escape(text)}</p>' + (f"<ul>{items}</ul>" if items else "")
        plain = "\n".join([text, *(points or [])])
        self._status = _show(self._status, {"text/html": html, "text/plain": plain})


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
        "table", "details" or "questions".
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

    def put(self, output: Picture | Words) -> None:
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
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in table["rows"]
    )
    return (
        f"{caption}<details><summary>The same as a table</summary><table>"
        f"<caption>{escape(table['caption'])}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )
