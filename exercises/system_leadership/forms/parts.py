"""What stands on a desk, as data: forms, words, a page of text; and what a host must offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from ..words import counted

if TYPE_CHECKING:
    from ..change import Change
    from ..pictures import Picture
    from ..plan import Plan
    from .room import Room

__all__ = ["Form", "Host", "Page", "Rows", "Slot", "View", "Words"]

Rows = list[dict[str, Any]]
"""The rows of a form: one dictionary a row, by column key."""


@attrs.frozen
class Form:
    """A form as data, the same for the book, the page and JupyterLab.

    Attributes
    ----------
    module : str
        Which form draws it: "table", "details", "questions", "ratings" or "suppositions".
    table : str
        The table of the change that it fills in.
    about : dict
        Title, help, and columns, questions, statements or suppositions, as the module wants them.
        With ``recalled``, the exercise that asked for it first: then it is folded away.
    rows : list of dict
        What stands in it.
    names : dict
        Names to offer, by the ``of`` of the columns that want them.
    faults : list of dict, optional
        What is wrong: row (from 0, or None), column (or None) and message. Those of its table
        where none are given.
    places : list of int or None, optional
        Which row of the table each row of the form is, where it does not show the whole table.
    """

    module: str
    table: str
    about: dict[str, Any]
    rows: Rows
    names: dict[str, list[str]] = attrs.field(factory=dict)
    faults: list[dict[str, Any]] | None = None
    places: list[int | None] | None = None

    @property
    def whole(self) -> bool:
        """Whether it shows the whole of its table."""
        return self.places is None

    def static(self) -> dict[str, Any]:
        """Give the form for the book: what stands in it, and room for as much again by hand."""
        if self.module in ("questions", "ratings", "suppositions"):
            asked = self.about[self.module]
            pairs = zip(asked, self.rows, strict=True)
            merged = [{**each, **row} for each, row in pairs]
            return {**self.about, "kind": self.module, self.module: merged}
        blank = 1 if self.module == "details" else 8
        return {"kind": "form", **self.about, "rows": self.rows, "blank_rows": blank}

    def __str__(self) -> str:
        if self.module in ("questions", "ratings"):
            return "\n".join(each["prompt"] for each in self.about[self.module])
        if self.module == "suppositions":
            told = [f"{each['label']}: {each['told']}" for each in self.about[self.module]]
            return "\n".join([self.about["title"], *told])
        count = f"{self.about['title']}: {counted(len(self.rows), 'row')}"
        recalled = self.about.get("recalled")
        return f"{count}, from exercise {recalled['exercise']}" if recalled else count


@attrs.frozen
class Words:
    """Sentences about the change."""

    id: str
    sentences: list[str]

    @classmethod
    def of(cls, explain: Callable[..., Any], sentences: Iterable[str]) -> Words:
        """Take what a function explains; its name names the words."""
        name = f"{explain.__module__.rpartition('.')[2]}-{explain.__name__}".replace("_", "-")
        return cls(name, list(sentences))

    def static(self) -> dict[str, Any]:
        """Give the sentences for the book."""
        return {"kind": "words", "id": self.id, "sentences": self.sentences}

    def __str__(self) -> str:
        return "\n".join(self.sentences)


@attrs.frozen
class Page:
    """A page of text to take away: to copy, to print, to download.

    Attributes
    ----------
    title : str
        Its title.
    lead : list of str
        Lines below the title.
    sections : list of dict
        Each with a ``heading`` and its ``lines``.
    text, html, whole : str
        The same as plain text, as HTML to paste, and as a web page of its own.
    """

    title: str
    lead: list[str]
    sections: list[dict[str, Any]]
    text: str
    html: str
    whole: str

    @classmethod
    def of(cls, plan: Plan) -> Page:
        """Take what a plan says.

        Examples
        --------
        >>> from system_leadership.plan import Plan, Section
        >>> page = Page.of(Plan("One clinic", (), (Section("Steps", ["Move in."]),)))
        >>> page.title, page.sections
        ('One clinic', [{'heading': 'Steps', 'lines': ['Move in.']}])
        """
        sections = [{"heading": each.heading, "lines": [*each.shown]} for each in plan.sections]
        if plan.foot:
            sections.append({"heading": "Still missing", "lines": [plan.foot]})
        text, html, whole = plan.to_text(), plan.to_html(), plan.to_html(whole=True)
        return cls(plan.title, [*plan.lead], sections, text, html, whole)

    def static(self) -> dict[str, Any]:
        """Give the page for the book."""
        return {
            "kind": "page",
            "title": self.title,
            "lead": self.lead,
            "sections": self.sections,
        }

    def __str__(self) -> str:
        return self.text


class View(Protocol):
    """A form on the screen."""

    def update(
        self,
        *,
        rows: Rows | None = None,
        was: Rows | None = None,
        names: Mapping[str, list[str]] | None = None,
        faults: list[dict[str, Any]] | None = None,
    ) -> None:
        """Show rows that came from elsewhere, names to offer, or faults.

        Where an edit in another form moved the rows, `was` gives them as they were before it, so
        that what is typed meanwhile can stay.
        """


class Slot(Protocol):
    """A place on the screen for one picture, for words, or for a page of text."""

    def put(self, output: Picture | Words | Page) -> None:
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
        """Give the next place for a picture, words or a page of text."""

    def room(self, room: Room, example: str | None) -> None:
        """Show where change files come in, or fill the room with an example's."""

    def keep(self, change: Change) -> None:
        """Keep the change, because it is new."""
