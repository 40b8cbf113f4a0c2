"""The desk: forms, pictures and words about one change, kept in step with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import attrs

from ..change import Change, Fault, described
from . import answers, assumed, tables
from .asked import asked_in
from .parts import Form, Host, Page, Rows, Slot, View, Words

if TYPE_CHECKING:
    from ..pictures import Picture
    from ..plan import Plan
    from .answers import Question
    from .assumed import Subject
    from .room import Room

__all__ = ["TAKE_IN", "Desk"]

TAKE_IN: dict[str, Callable[[Change, Rows], Rows]] = {
    "questions": answers.merge_answers,
    "ratings": answers.merge_ratings,
    "suppositions": assumed.merge_suppositions,
}
"""How the rows of a form that shows a part of its table become the rows of that table."""


@attrs.define
class _Open:
    """A form on the desk: how it is made, what it holds now, and where it stands."""

    make: Callable[[Change], Form]
    form: Form
    view: View


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
        self._forms: list[_Open] = []
        self._shown: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"<Desk: {self.change.title or 'a change without a title yet'}>"

    # --------------------------------------------------------------- for notebooks

    def edit(self, *names: str) -> None:
        """Show a form for each table; "change" stands for the change itself.

        Raises
        ------
        KeyError
            If there is no such table; the message names the nearest.
        """
        for table in names:
            described(table)
            self._open(lambda change, table=table: tables.table_form(change, table))  # type: ignore[misc]

    def recall(self, *names: str) -> None:
        """Show the forms of tables that an earlier exercise asks for.

        Each is folded under one line when there is something in it, and open when it is empty.

        Raises
        ------
        KeyError
            If there is no such table, or no exercise asks for it.
        """
        for table in names:
            asked_in(table)
            self._open(lambda change, table=table: tables.recalled_form(change, table))  # type: ignore[misc]

    def reflect(self, *questions: Question) -> None:
        """Ask questions and keep the answers with the change, in its reflections.

        Parameters
        ----------
        questions : str, or pairs of str
            Each a question, or a question and a sample answer to fold under it.
        """
        self._open(lambda change: answers.questions_form(change, questions))

    def rate(self, *statements: str) -> None:
        """Ask how far each statement is so, from 0 to 10, and why.

        The scores of each day are kept with the change, in its reflections, so that
        ``reflection.draw`` shows before and after.
        """
        self._open(lambda change: answers.ratings_form(change, statements))

    def suppose(self, subject: Subject) -> None:
        """Show what a subject assumes, to be changed; kept with the change, in its assumptions.

        Parameters
        ----------
        subject : module
            A subject with assumptions, such as `stability`.
        """
        every = subject.SUPPOSED
        self._open(lambda change: assumed.suppositions_form(change, every))

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
        self._follow(lambda change: Words.of(explain, explain(change)))

    def write(self, build: Callable[[Change], Plan]) -> None:
        """Write a page of text that follows every edit, to copy, to print and to download.

        Parameters
        ----------
        build : callable
            Takes the change and gives a plan, such as ``plan.build``.
        """
        self._follow(lambda change: Page.of(build(change)))

    def gather(self, example: str | None = None) -> Room:
        """Open a room for the change files of a workshop.

        Parameters
        ----------
        example : str, optional
            Name of a folder of change files that ships with the handbook, such as "workshop". The
            book shows it. In the page readers choose files, which are kept nowhere. JupyterLab
            reads the folder ``workshop`` beside the notebook.

        Returns
        -------
        Room
            With `Room.show` and `Room.tell`, which take what the files say together.
        """
        from .room import Room  # reading many files is for one exercise alone

        room = Room(self._follow, lambda: self.change)
        self._host.room(room, example)
        return room

    # -------------------------------------------------------------------- for hosts

    def work_on(self, change: Change) -> None:
        """Take another change: all forms and pictures show it from now on."""
        self.change = change
        faults = _faults_by_table(change)
        for each in self._forms:
            each.form = each.make(change)
            found = _faults_of(each.form, faults)
            each.view.update(rows=each.form.rows, names=each.form.names, faults=found)
        self._redraw()
        self._host.keep(change)

    # ------------------------------------------------------------------------ inside

    def _open(self, make: Callable[[Change], Form]) -> None:
        form = make(self.change)
        form = attrs.evolve(form, faults=_faults_of(form, _faults_by_table(self.change)))
        number = len(self._forms)
        view = self._host.form(form, lambda rows: self._edited(number, form, rows))
        self._forms.append(_Open(make, form, view))

    def _edited(self, number: int, form: Form, rows: Rows) -> None:
        """Take the rows of a form; nothing in them is lost, right or wrong."""
        if form.module in TAKE_IN:
            rows = TAKE_IN[form.module](self.change, rows)
        self.change, _ = self.change.replace_table(form.table, rows)
        # Pictures first: somebody watches them while they type. Faults wait for a pause anyway.
        self._redraw()
        faults = _faults_by_table(self.change)
        for other, each in enumerate(self._forms):
            before, each.form = each.form, each.make(self.change)
            # A renamed organisation is renamed in its ties as well: other forms may have new rows.
            moved = other != number and each.form.rows != before.rows
            each.view.update(
                rows=each.form.rows if moved else None,
                was=before.rows if moved else None,
                names=each.form.names,
                faults=_faults_of(each.form, faults),
            )
        self._host.keep(self.change)

    def _follow(self, make: Callable[[Change], Picture | Words | Page]) -> Callable[[], None]:
        """Show what is made of the change, after every edit; give what makes it again."""
        slot = self._host.slot()

        def again() -> None:
            self._put(make, slot)

        self._shown.append(again)
        again()
        return again

    def _redraw(self) -> None:
        for again in self._shown:
            again()

    def _put(self, make: Callable[[Change], Picture | Words | Page], slot: Slot) -> None:
        try:
            output = make(self.change)
        except Exception as error:
            if not self._host.live:
                raise
            # The reader's other pictures, and all their work, must not go down with this one.
            slot.trouble(f"This could not be worked out from what is typed so far ({error}).")
            return
        slot.put(output)


def _faults_by_table(change: Change) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for fault in change.faults():
        found.setdefault(fault.table, []).append(_for_form(fault))
    return found


def _faults_of(form: Form, by_table: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Give the faults of what a form shows, by the form's own rows."""
    if form.faults is not None:
        return form.faults
    found = by_table.get(form.table, [])
    if form.places is None:
        return found
    here = {place: at for at, place in enumerate(form.places) if place is not None}
    return [{**each, "row": here[each["row"]]} for each in found if each["row"] in here]


def _for_form(fault: Fault) -> dict[str, Any]:
    row = None if fault.row is None else fault.row - 1
    return {"row": row, "column": fault.column, "message": fault.message}
