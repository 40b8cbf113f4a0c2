"""The desk: forms, pictures and words about one change, kept in step with each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from ..change import TABLES, Change, Fault, described

if TYPE_CHECKING:
    from ..pictures import Picture

__all__ = ["Desk", "Form", "Host", "Rows", "Slot", "View", "Words"]

Rows = list[dict[str, Any]]
"""The rows of a form: one dictionary a row, by column key."""


@attrs.frozen
class Form:
    """A form as data, the same for the book, the page and JupyterLab.

    Attributes
    ----------
    module : str
        Which form draws it: "table", "details" or "questions".
    table : str
        The table of the change that it fills in.
    about : dict
        Title, help, and columns or questions, as the module wants them.
    rows : list of dict
        What stands in it.
    names : dict
        Names to offer, by the ``of`` of the columns that want them.
    faults : list of dict
        What is wrong: row (from 0, or None), column (or None) and message.
    """

    module: str
    table: str
    about: dict[str, Any]
    rows: Rows
    names: dict[str, list[str]] = attrs.field(factory=dict)
    faults: list[dict[str, Any]] = attrs.field(factory=list)

    def static(self) -> dict[str, Any]:
        """Give the form for the book: what stands in it, and room for as much again by hand."""
        if self.module == "questions":
            answers = {row["prompt"]: row["answer"] for row in self.rows}
            asked = [
                {**question, "answer": answers.get(question["prompt"], "")}
                for question in self.about["questions"]
            ]
            return {"kind": "questions", "questions": asked}
        blank = 1 if self.module == "details" else 8
        return {"kind": "form", **self.about, "rows": self.rows, "blank_rows": blank}

    def __str__(self) -> str:
        if self.module == "questions":
            return "\n".join(question["prompt"] for question in self.about["questions"])
        count = len(self.rows)
        return f"{self.about['title']}: {count} {'row' if count == 1 else 'rows'}"


@attrs.frozen
class Words:
    """Sentences about the change."""

    id: str
    sentences: list[str]

    def static(self) -> dict[str, Any]:
        """Give the sentences for the book."""
        return {"kind": "words", "id": self.id, "sentences": self.sentences}

    def __str__(self) -> str:
        return "\n".join(self.sentences)


class View(Protocol):
    """A form on the screen."""

    def update(
        self,
        *,
        rows: Rows | None = None,
        names: Mapping[str, list[str]] | None = None,
        faults: list[dict[str, Any]] | None = None,
    ) -> None:
        """Show rows that came from elsewhere, names to offer, or faults."""


class Slot(Protocol):
    """A place on the screen for one picture, or for words."""

    def put(self, output: Picture | Words) -> None:
        """Show this, in place of what the slot showed."""

    def trouble(self, message: str) -> None:
        """Say that there is nothing to show, and why."""


class Host(Protocol):
    """Where a desk stands: the book, the page, JupyterLab or a plain script."""

    live: bool
    """Whether edits come back. If not, an error is the author's and stops the build."""

    def form(self, form: Form, edited: Callable[[Rows], None]) -> View:
        """Show a form; call `edited` with all its rows after each edit."""

    def slot(self) -> Slot:
        """Give the next place for a picture or words."""

    def keep(self, change: Change) -> None:
        """Keep the change, because it is new."""


class Desk:
    """One change, with its forms and what follows from them.

    Parameters
    ----------
    change : Change
        What to work on.
    host : Host
        Where to show it.
    """

    def __init__(self, change: Change, host: Host) -> None:
        self.change = change
        self._host = host
        self._forms: list[tuple[Callable[[Change], Form], View]] = []
        self._shown: list[tuple[Callable[[Change], Picture | Words], Slot]] = []

    def __repr__(self) -> str:
        return f"<Desk: {self.change.title or 'a change without a title yet'}>"

    # --------------------------------------------------------------- for notebooks

    def edit(self, *tables: str) -> None:
        """Show a form for each table; "change" stands for the change itself.

        Raises
        ------
        KeyError
            If there is no such table; the message names the nearest.
        """
        for table in tables:
            described(table)
            self._open(lambda change, table=table: table_form(change, table))  # type: ignore[misc]

    def reflect(self, *prompts: str) -> None:
        """Ask questions and keep the answers with the change, in its reflections."""
        self._open(lambda change: questions_form(change, prompts))

    def show(self, draw: Callable[[Change], Picture]) -> None:
        """Show a picture of the change that follows every edit.

        Parameters
        ----------
        draw : callable
            Takes the change and gives a picture, such as ``system_map.draw``.
        """
        self._follow(draw)

    def tell(self, explain: Callable[[Change], Iterable[str]]) -> None:
        """Say in words what follows from the change, again after every edit.

        Parameters
        ----------
        explain : callable
            Takes the change and gives sentences, such as ``system_map.explain``.
        """
        name = f"{explain.__module__.rpartition('.')[2]}-{explain.__name__}".replace("_", "-")
        self._follow(lambda change: Words(name, list(explain(change))))

    # -------------------------------------------------------------------- for hosts

    def work_on(self, change: Change) -> None:
        """Take another change: all forms and pictures show it from now on."""
        self.change = change
        faults = _faults_by_table(change)
        for make, view in self._forms:
            form = make(change)
            view.update(rows=form.rows, names=form.names, faults=faults.get(form.table, []))
        self._redraw()
        self._host.keep(change)

    # ------------------------------------------------------------------------ inside

    def _open(self, make: Callable[[Change], Form]) -> None:
        form = make(self.change)
        faults = _faults_by_table(self.change).get(form.table, [])
        form = attrs.evolve(form, faults=faults)
        number = len(self._forms)
        view = self._host.form(form, lambda rows: self._edited(number, form, rows))
        self._forms.append((make, view))

    def _edited(self, number: int, form: Form, rows: Rows) -> None:
        """Take the rows of a form; nothing in them is lost, right or wrong."""
        before = self.change
        if form.module == "questions":
            rows = _merge_answers(before, form, rows)
        self.change, _ = before.replace_table(form.table, rows)
        faults = _faults_by_table(self.change)
        for other, (make, view) in enumerate(self._forms):
            here = make(self.change)
            # A renamed organisation is renamed in its ties as well: other forms may have new rows.
            moved = other != number and here.rows != make(before).rows
            view.update(
                rows=here.rows if moved else None,
                names=here.names,
                faults=faults.get(here.table, []),
            )
        self._redraw()
        self._host.keep(self.change)

    def _follow(self, make: Callable[[Change], Picture | Words]) -> None:
        slot = self._host.slot()
        self._shown.append((make, slot))
        self._put(make, slot)

    def _redraw(self) -> None:
        for make, slot in self._shown:
            self._put(make, slot)

    def _put(self, make: Callable[[Change], Picture | Words], slot: Slot) -> None:
        try:
            output = make(self.change)
        except Exception as error:
            if not self._host.live:
                raise
            # The reader's other pictures, and all their work, must not go down with this one.
            slot.trouble(f"This could not be worked out from what is typed so far ({error}).")
            return
        slot.put(output)


def table_form(change: Change, table: str) -> Form:
    """Give the form for a table, filled in from the change.

    Examples
    --------
    >>> form = table_form(Change(title="Eight units"), "change")
    >>> form.module, form.rows[0]["title"]
    ('details', 'Eight units')
    """
    spec = TABLES[table]
    shown = [column.name for column in spec.shown]
    about = {
        "table": table,
        "title": spec.title,
        "help": spec.help,
        "noun": spec.one,
        "columns": [column.as_dict() for column in spec.shown],
    }
    names = {" ".join(c.of): change.names(*c.of) for c in spec.shown if c.of}
    rows = [{name: row.get(name) for name in shown} for row in change.rows(table)]
    return Form("details" if table == "change" else "table", table, about, rows, names)


def questions_form(change: Change, prompts: Iterable[str]) -> Form:
    """Give the form for questions, with the answers that the change holds.

    Examples
    --------
    >>> questions_form(Change.blank(), ["Who is missing?"]).rows
    [{'prompt': 'Who is missing?', 'answer': ''}]
    """
    answers = {row["prompt"]: row["answer"] for row in change.rows("reflections")}
    asked = list(prompts)
    about = {
        "table": "reflections",
        "title": "Questions to think about",
        "questions": [{"prompt": prompt, "help": ""} for prompt in asked],
    }
    rows = [{"prompt": prompt, "answer": answers.get(prompt) or ""} for prompt in asked]
    return Form("questions", "reflections", about, rows)


def _merge_answers(change: Change, form: Form, rows: Rows) -> Rows:
    """Put the answers of one form among all reflections; blank answers leave nothing behind."""
    typed = {row["prompt"]: row["answer"] for row in rows}
    today = dt.date.today().isoformat()
    merged: Rows = []
    for row in change.rows("reflections"):
        if row["prompt"] not in typed:
            merged.append(row)
            continue
        answer = typed.pop(row["prompt"])
        if answer.strip():
            date = row["date"] if row["answer"] == answer.strip() else today
            merged.append({**row, "answer": answer, "date": date})
    merged += [
        {"prompt": prompt, "answer": answer, "date": today}
        for prompt, answer in typed.items()
        if answer.strip()
    ]
    return merged


def _faults_by_table(change: Change) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for fault in change.faults():
        found.setdefault(fault.table, []).append(_for_form(fault))
    return found


def _for_form(fault: Fault) -> dict[str, Any]:
    row = None if fault.row is None else fault.row - 1
    return {"row": row, "column": fault.column, "message": fault.message}
