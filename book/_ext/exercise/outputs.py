"""Turn what the cells of an exercise put out into nodes.

The one mime type, ``application/vnd.system-leadership+json``, holds a mapping whose ``kind`` is
``picture``, ``form``, ``words`` or ``questions``; `system_leadership.forms` describes the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

from . import drawings
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
    label = f"{content['title']}. {content['sentence']}"
    name = content["id"]
    narrow = content.get("narrow")
    node = ours.picture(
        picture_id=name,
        title=content["title"],
        sentence=content["sentence"],
        svg_wide=drawings.svg(content["spec"], name=name, label=label),
        svg_narrow=drawings.svg(narrow, name=f"{name}-narrow", label=label) if narrow else "",
    )
    table = content.get("table")
    if table and table["rows"]:
        node += make_table(table["columns"], table["rows"], caption=table.get("caption", ""))
    return [node]


def _form(content: dict[str, Any]) -> list[nodes.Node]:
    node = ours.form(form=content)
    shown = [column for column in content["columns"] if _filled(content["rows"], column["name"])]
    if shown:
        rows = [[row.get(column["name"]) for column in shown] for row in content["rows"]]
        node += make_table([column["label"] for column in shown], rows)
    return [node]


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
        listing += item
    node += listing
    return [node]


_MAKERS = {"picture": _picture, "form": _form, "words": _words, "questions": _questions}


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
