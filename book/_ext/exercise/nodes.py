"""The nodes of an exercise page, and how HTML shows them.

`picture`
    Attributes ``title``, ``sentence`` and ``picture``, what a notebook put out. Its children are
    the table that the picture was drawn from.
`exercise_cell`
    One code cell, attribute ``cell`` (counted from 0 over the code cells). Its children are
    `exercise_output` and `exercise_code`.
`form`
    Attribute ``form`` (the form as data, see `exercise.outputs`). Its children are a table of the
    rows of the worked example.
`questions`
    Attribute ``questions``, a list of mappings with prompt, help and answer. Its children are
    a list; a `sample_answer` may stand in an item.
`ratings`
    Statements to score. Attributes ``ratings``, a list of mappings with prompt and perhaps score,
    answer and date, ``ends``, what 0 and 10 mean, and ``example``, whether there are scores. Its
    children are a paragraph and a list or a table.
`suppositions`
    What a simulation assumes. Attributes ``suppositions``, a list of mappings with label, told,
    tried and why, and ``title``. Its child is a table.
`page_of_text`
    A page to take away. Attributes ``title`` and ``headings``. Its children are paragraphs and
    lists.
`room`
    Where the change files of a workshop come in. Its child, if any, is a table of the example's.
`worked_example`, `worksheet_only`, `drawing_space`
    See the directives of the same names. `drawing_space` has ``height`` in millimetres,
    ``title`` and ``legend``.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes

from . import drawings

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


SAMPLE = "We made this one up. Nobody gave it, and yours will differ."


class picture(nodes.General, nodes.Element):  # noqa: N801  docutils names nodes in lower case
    """A drawing with its title, its description and its table."""

    def drawn(self) -> tuple[str, str]:
        """Give the drawings as SVG, for wide pages and for narrow ones, the latter maybe empty.

        When a page is written and not when it is read: pictures are drawn ahead meanwhile.
        """
        return drawings.of_picture(self["picture"])


class exercise_cell(nodes.General, nodes.Element):  # noqa: N801
    """One step of an exercise: the code, folded, and what it shows."""


class exercise_code(nodes.General, nodes.Element):  # noqa: N801
    """The code of a step."""


class exercise_output(nodes.General, nodes.Element):  # noqa: N801
    """What a step shows; the live page puts the reader's own in its place."""


class form(nodes.General, nodes.Element):  # noqa: N801
    """A table to fill in."""


class questions(nodes.General, nodes.Element):  # noqa: N801
    """Questions to think about, with room for an answer."""


class sample_answer(nodes.General, nodes.Element):  # noqa: N801
    """An answer that we made up, to show what one looks like."""


class ratings(nodes.General, nodes.Element):  # noqa: N801
    """Statements to score from 0 to 10."""


class suppositions(nodes.General, nodes.Element):  # noqa: N801
    """What a simulation assumes, and the range that is tried."""


class page_of_text(nodes.General, nodes.Element):  # noqa: N801
    """A page of text to take away."""


class room(nodes.General, nodes.Element):  # noqa: N801
    """The place where the change files of a workshop come in."""


class worked_example(nodes.General, nodes.Element):  # noqa: N801
    """Prose about the worked example."""


class worksheet_only(nodes.General, nodes.Element):  # noqa: N801
    """Prose for the printed worksheet."""


class drawing_space(nodes.General, nodes.Element):  # noqa: N801
    """An empty space on the worksheet."""


def visit_picture(self: HTML5Translator, node: picture) -> None:
    """Open the figure; what follows inside is its table."""
    wide, narrow = node.drawn()
    self.body.append(f'<figure class="picture" data-picture="{escape(node["picture"]["id"])}">')
    if narrow:
        self.body.append(f'<div class="picture-wide">{wide}</div>')
        self.body.append(f'<div class="picture-narrow">{narrow}</div>')
    else:
        self.body.append(f"<div>{wide}</div>")
    self.body.append(
        f"<figcaption><strong>{escape(node['title'])}</strong> {escape(node['sentence'])}"
        "</figcaption>"
    )
    if node.children:
        self.body.append("<details><summary>The same as a table</summary>")


def depart_picture(self: HTML5Translator, node: picture) -> None:
    """Close the table and the figure."""
    if node.children:
        self.body.append("</details>")
    self.body.append("</figure>\n")


def visit_code(self: HTML5Translator, node: exercise_code) -> None:
    """Open the folded code."""
    self.body.append('<details class="exercise-code"><summary>The code of this step</summary>')


def depart_code(self: HTML5Translator, node: exercise_code) -> None:
    """Close the folded code."""
    self.body.append("</details>\n")


def visit_form(self: HTML5Translator, node: form) -> None:
    """Open the rows of the worked example, folded when there are many."""
    data = node["form"]
    rows = len(data["rows"])
    recalled = data.get("recalled")
    if recalled:
        count = "" if data["table"] == "change" else f": {rows} {'row' if rows == 1 else 'rows'}"
        few, summary = "", f"{data['title']}{count}, from exercise {recalled['exercise']}"
    else:
        few = " open" if rows <= 6 else ""
        count = f" ({rows} rows)" if rows != 1 else ""
        summary = f"{data['title']} in the worked example{count}"
    self.body.append(
        f'<details class="form-static"{few}><summary>{escape(summary)}</summary>'
        f"<p>{escape(data.get('help') or '')}</p>"
    )


def depart_form(self: HTML5Translator, node: form) -> None:
    """Close the rows."""
    self.body.append("</details>\n")


def visit_ratings(self: HTML5Translator, node: ratings) -> None:
    """Open the statements; without scores they are the same for everybody, like questions."""
    self.body.append('<div class="ratings">' if node["example"] else '<div class="questions">')


def visit_sample(self: HTML5Translator, node: sample_answer) -> None:
    """Open the fold, and say whose answer it is."""
    self.body.append(
        '<details class="sample-answer"><summary>A sample answer</summary>'
        f"<p><em>{escape(SAMPLE)}</em></p>"
    )


def _opener(html: str) -> Any:
    def visit(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(html.format(**node.attributes))

    return visit


def _closer(html: str) -> Any:
    def depart(self: HTML5Translator, node: nodes.Element) -> None:
        self.body.append(html)

    return depart


def _skip(self: HTML5Translator, node: nodes.Element) -> None:
    raise nodes.SkipNode


def register(app: Sphinx) -> None:
    """Add every node with its HTML visitors."""
    div = _closer("</div>\n")
    app.add_node(picture, html=(visit_picture, depart_picture))
    app.add_node(exercise_cell, html=(_opener('<div class="exercise-cell" id="step-{cell}">'), div))
    app.add_node(exercise_code, html=(visit_code, depart_code))
    app.add_node(
        exercise_output, html=(_opener('<div class="exercise-output" data-cell="{cell}">'), div)
    )
    app.add_node(form, html=(visit_form, depart_form))
    app.add_node(questions, html=(_opener('<div class="questions">'), div))
    app.add_node(ratings, html=(visit_ratings, div))
    app.add_node(sample_answer, html=(visit_sample, _closer("</details>\n")))
    app.add_node(suppositions, html=(_opener('<div class="suppositions">'), div))
    app.add_node(page_of_text, html=(_opener('<div class="page-of-text">'), div))
    app.add_node(room, html=(_opener('<div class="room">'), div))
    app.add_node(worked_example, html=(_opener('<div class="worked-example">'), div))
    app.add_node(worksheet_only, html=(_skip, None))
    app.add_node(drawing_space, html=(_skip, None))
