"""Turn what the cells of an exercise put out into nodes.

The one mime type, ``application/vnd.system-leadership+json``, holds a mapping whose ``kind`` is
``picture``, ``form``, ``words``, ``questions``, ``ratings``, ``suppositions``, ``page`` or
``room``; `system_leadership.forms` describes the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chapter import in_words
from docutils import nodes

from . import nodes as ours

if TYPE_CHECKING:
    from myst_nb.core.render import MimeData, NbElementRenderer
    from sphinx.application import Sphinx

MIME_TYPE = "application/vnd.system-leadership+json"
# Drawn by JupyterLab itself; in the book our own type stands beside it.
_LIVE_TYPE = "application/vnd.vegalite.v5+json"


class ExerciseOutputs:
    """The renderer that myst-nb asks first (a plug-in of its group ``mime_renderers``)."""

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Node] | None:
        """Give the nodes of one output, or None where the type is not ours."""
        if data.mime_type == _LIVE_TYPE:
            return []
        if data.mime_type != MIME_TYPE:
            return None
        content: dict[str, Any] = data.content  # type: ignore[assignment]
        return _MAKERS[content["kind"]](content)


def make_table(
    columns: list[str], rows: list[list[Any]], *, caption: str = "", row_headers: bool = True
) -> nodes.table:
    """Give a table with a header row and, unless told, the first cell of a row as its header."""
    table = nodes.table(classes=["data"])
    if caption:
        table += nodes.title(text=caption)
    group = nodes.tgroup(cols=len(columns))
    table += group
    for _ in columns:
        group += nodes.colspec(colwidth=1)
    if row_headers and group.children:
        group.children[0]["stub"] = 1
        table["classes"].append("stub")
    head, body = nodes.thead(), nodes.tbody()
    head += _row(columns)
    for row in rows:
        body += _row(row)
    group += head
    group += body
    return table


def _row(cells: list[Any]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        entry = nodes.entry()
        entry += nodes.paragraph(text=_shown(cell))
        row += entry
    return row


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)


def _picture(content: dict[str, Any]) -> list[nodes.Node]:
    node = ours.picture(
        picture={name: each for name, each in content.items() if name != "table"},
        title=content["title"],
        sentence=content["sentence"],
    )
    table = content.get("table")
    if table and table["rows"]:
        node += make_table(table["columns"], table["rows"], caption=table.get("caption", ""))
    return [node]


def _form(content: dict[str, Any]) -> list[nodes.Node]:
    node = ours.form(form=content)
    shown = [column for column in content["columns"] if _filled(content["rows"], column["name"])]
    if shown:
        rows = [
            [_dated(row.get(column["name"]), column["kind"]) for column in shown]
            for row in content["rows"]
        ]
        node += make_table([column["label"] for column in shown], rows)
    return [node]


def _dated(value: Any, kind: str) -> Any:
    """Give a date as readers write it, and anything else as it is."""
    if kind != "date" or not value:
        return value
    try:
        return in_words(str(value))
    except ValueError:
        return value  # what a reader typed in place of a date stays as typed


def _filled(rows: list[dict[str, Any]], name: str) -> bool:
    """Whether any row has this column; an all-empty column says nothing on the page."""
    return any(row.get(name) not in (None, "", []) for row in rows)


def _words(content: dict[str, Any]) -> list[nodes.Node]:
    listing = nodes.bullet_list(classes=["in-words"])
    for sentence in content["sentences"]:
        item = nodes.list_item()
        item += nodes.paragraph(text=sentence)
        listing += item
    return [listing] if content["sentences"] else []


def _questions(content: dict[str, Any]) -> list[nodes.Node]:
    node = ours.questions(questions=content["questions"])
    listing = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
    for question in content["questions"]:
        item = nodes.list_item()
        item += nodes.paragraph(text=question["prompt"])
        if question.get("help"):
            item += nodes.paragraph(text=question["help"])
        if question.get("sample"):
            sample = ours.sample_answer()
            sample += nodes.paragraph(text=question["sample"])
            item += sample
        listing += item
    node += listing
    return [node]


def _ratings(content: dict[str, Any]) -> list[nodes.Node]:
    """Give the statements; with the scores of the worked example where it has some."""
    low, high = content["ends"]
    node = ours.ratings(
        ratings=content["ratings"],
        ends=content["ends"],
        example=_filled(content["ratings"], "score"),
    )
    node += nodes.paragraph(text=f"Score each from 0 ({low}) to 10 ({high}).")
    if not node["example"]:
        listing = nodes.bullet_list()
        for rating in content["ratings"]:
            item = nodes.list_item()
            item += nodes.paragraph(text=rating["prompt"])
            listing += item
        node += listing
        return [node]
    columns = {"prompt": "Statement", "score": "Score", "answer": "Why", "date": "Scored on"}
    shown = [name for name in columns if _filled(content["ratings"], name)]
    rows = [[_dated(rating.get(name), name) for name in shown] for rating in content["ratings"]]
    node += make_table([columns[name] for name in shown], rows)
    return [node]


def _suppositions(content: dict[str, Any]) -> list[nodes.Node]:
    node = ours.suppositions(suppositions=content["suppositions"], title=content["title"])
    rows = [
        [each["label"], each["told"], each["tried"], each["why"]]
        for each in content["suppositions"]
    ]
    columns = ["What", "We assume", "Range tried", "Why"]
    node += make_table(columns, rows, caption=content["title"])
    return [node]


def _page(content: dict[str, Any]) -> list[nodes.Node]:
    """Give a page of text; its headings are bold lines, for it is no part of the book's outline."""
    node = ours.page_of_text(
        title=content["title"], headings=[each["heading"] for each in content["sections"]]
    )
    node += _bold(content["title"], "page-title")
    for line in content["lead"]:
        node += nodes.paragraph(text=line)
    for section in content["sections"]:
        node += _bold(section["heading"], "page-heading")
        listing = nodes.bullet_list()
        for line in section["lines"]:
            item = nodes.list_item()
            item += nodes.paragraph(text=line)
            listing += item
        node += listing
    return [node]


def _bold(text: str, name: str) -> nodes.paragraph:
    line = nodes.paragraph(classes=[name])
    line += nodes.strong(text=text)
    return line


def _room(content: dict[str, Any]) -> list[nodes.Node]:
    """Give the room: in the book, who the participants of the example are."""
    node = ours.room()
    if content["files"]:
        names = ("name", "profession", "organisation", "organisations")
        rows = [[each[name] for name in names] for each in content["files"]]
        columns = ["File", "Profession", "Works for", "Organisations listed"]
        node += make_table(columns, rows, caption="The change files of this workshop")
    return [node]


_MAKERS = {
    "picture": _picture,
    "form": _form,
    "words": _words,
    "questions": _questions,
    "ratings": _ratings,
    "suppositions": _suppositions,
    "page": _page,
    "room": _room,
}


def number_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give every code cell its number, its folded code and the place of its output."""
    cells = [
        node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code"
    ]
    for number, cell in enumerate(cells):
        code, output = ours.exercise_code(), ours.exercise_output(cell=number)
        for part in list(cell.children):
            is_output = (
                isinstance(part, nodes.Element) and part.get("nb_element") == "cell_code_output"
            )
            (output if is_output else code).extend(part.children)
        # What a step shows comes first: most readers never open its code.
        step = ours.exercise_cell(cell=number)
        step += [output, code]
        cell.replace_self(step)
