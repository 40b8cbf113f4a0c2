"""Draw answers before and after: a line from 0 to 10 for each question."""

from __future__ import annotations

from typing import Any

from . import pictures
from .change import Change
from .labels import text_width, wrap
from .pictures import INK, LINE, PANEL, SERIES, SOFT, Picture, Table
from .reflection import Answer, Question, Reflections, before_and_after, build, day
from .words import counted

__all__ = ["draw"]

WIDE, NARROW = 760.0, 340.0
MOST = 20
"""Questions drawn at most."""


def draw(change: Change) -> Picture:
    """Draw before and after; see `reflection.draw`."""
    made = build(change)
    rows = [
        [each.prompt, answer.date.isoformat() if answer.date else "", answer.score, answer.text]
        for each in made.questions
        for answer in each.answers or (Answer(),)
    ]
    table = Table("Questions and answers by date", ["Question", "Date", "Score", "Answer"], rows)
    if not any(each.answers for each in made.questions):
        return pictures.blank(
            "reflection",
            "Your reflections start with one answer",
            "An empty frame. No question has an answer yet.",
            table,
            [
                "Your answers will stand here.",
                "Answer one question today,",
                "and again in a while.",
            ],
        )
    sentence = _sentence(made)
    wide, narrow = (_draw(made, width, sentence) for width in (WIDE, NARROW))
    return Picture("reflection", _title(change, made), sentence, wide, table, narrow)


def _title(change: Change, made: Reflections) -> str:
    again = before_and_after(change)
    if again:
        return f"{counted(len(again), 'question')} answered more than once: look at what changed"
    answered = sum(bool(each.answers) for each in made.questions)
    return f"{counted(answered, 'question')} answered once: answer again later"


def _sentence(made: Reflections) -> str:
    answered = [each for each in made.questions if each.answers]
    told = (
        f"{counted(len(made.questions), 'question')}, {len(answered)} with an answer, each with a "
        "line from 0 to 10."
    )
    for each in answered[:6]:
        scores = each.scores
        if each.moved is not None:
            told += f" “{each.prompt}”: {scores[0].score:g} first, {scores[-1].score:g} last."
        elif scores:
            told += f" “{each.prompt}”: {scores[0].score:g}."
        else:
            told += f" “{each.prompt}”: {counted(len(each.answers), 'answer')} in words."
    return told + " Scores are people's own views, and are not compared with one another."


class _Drawing:
    """The marks of one drawing."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.names: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.dates: list[dict[str, Any]] = []
        self.bold: list[dict[str, Any]] = []
        self.lanes: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []

    def question(self, each: Question, y: float) -> float:
        beside = self.width > 500
        left = 330.0 if beside else 10.0
        right = self.width - 22
        lines = wrap(each.prompt, (left - 30) if beside else self.width - 12, 13, 4)
        for place, line in enumerate(lines):
            self.names.append({"x": 2, "y": y + 12 + 17 * place, "text": line})
        bottom = y + 17 * len(lines) + 6
        top = y if beside else bottom
        scores = each.scores
        if not scores:
            note = "no answer yet"
            if each.answers:
                note = f"{counted(len(each.answers), 'answer')} in words"
            if each.answers and each.answers[-1].date:
                note += f", last on {day(each.answers[-1].date)}"
            self.notes.append({"x": left if beside else 2, "y": top + 12, "text": note})
            return max(bottom, top + 26) + 10
        # From the top: the numbers, the line from 0 to 10, and the dates.
        at = top + 28

        def across(score: float) -> float:
            return left + (right - left) * max(0.0, min(10.0, score)) / 10

        self.lanes.append({"x": left - 4, "y": at - 4, "x2": right + 4, "y2": at + 4})
        first, last = scores[0], scores[-1]
        assert first.score is not None
        assert last.score is not None
        x1, x2 = across(first.score), across(last.score)
        if x1 != x2:
            self.lines.append({"x": min(x1, x2), "y": at - 1.5, "x2": max(x1, x2), "y2": at + 1.5})
        for answer in scores[1:-1]:
            assert answer.score is not None
            self._dot(across(answer.score), at, 3.5, pictures.PAPER)
        words = [(x1, f"{first.score:g}", day(first.date) if first.date else "no date")]
        self._dot(x1, at, 7, pictures.PAPER)
        if len(scores) > 1:
            self._dot(x2, at, 7 if x1 != x2 else 4.5, SERIES[0])
            words.append((x2, f"{last.score:g}", day(last.date) if last.date else "no date"))
        if len(words) > 1 and words[0][1] == words[1][1]:
            # The same score twice: one number, and both dates on one line.
            words = [(x1, f"{first.score:g}, again", f"{words[0][2]} and {words[1][2]}")]
        self._words(words, at, left, right)
        return max(bottom, at + 32) + 10

    def _dot(self, x: float, y: float, r: float, fill: str) -> None:
        path = f"M{x - r:.1f},{y}A{r},{r},0,1,1,{x + r:.1f},{y}A{r},{r},0,1,1,{x - r:.1f},{y}Z"
        self.marks.append({"path": path, "fill": fill, "stroke": SERIES[0]})

    def _words(
        self, words: list[tuple[float, str, str]], at: float, left: float, right: float
    ) -> None:
        """Write numbers above and dates below the marks, moved apart where they would touch."""
        tagged = [
            (x, f"{word} {number}" if len(words) > 1 else number, date)
            for (x, number, date), word in zip(words, ("first", "last"), strict=False)
        ]
        for list_, y, index, bold in (
            (self.bold, at - 17, 1, True),
            (self.dates, at + 18, 2, False),
        ):
            spots = sorted((each[0], str(each[index])) for each in tagged)
            edges: list[list[float]] = []
            for x, text in spots:
                half = text_width(text, 12, bold) / 2
                middle = min(max(x, left - 8 + half), right + 20 - half)
                edges.append([middle - half, middle + half])
            if len(edges) > 1 and edges[0][1] + 8 > edges[1][0]:
                over = edges[0][1] + 8 - edges[1][0]
                # Push apart, and back inside the frame where one side has no room.
                shift = min(over / 2, edges[0][0] - (left - 8))
                edges[0] = [edge - shift for edge in edges[0]]
                edges[1] = [edge + over - shift for edge in edges[1]]
                beyond = max(0.0, edges[1][1] - (right + 20))
                edges = [[edge - beyond for edge in pair] for pair in edges]
            for (_, text), (start, end) in zip(spots, edges, strict=True):
                list_.append({"x": (start + end) / 2, "y": y, "text": text})


def _draw(made: Reflections, width: float, sentence: str) -> dict[str, Any]:
    drawing = _Drawing(width)
    y = 2.0
    for each in made.questions[:MOST]:
        y = drawing.question(each, y)
    foot = "A score is your own view, good for comparing with yourself only."
    if len(made.questions) > MOST:
        foot = f"{len(made.questions) - MOST} more questions are in the table. {foot}"
    for line in wrap(foot, width - 6, 12, 3):
        drawing.names.append({"x": 2, "y": y + 10, "text": line})
        y += 17
    layers = [
        pictures.rects(drawing.lanes, radius=4, fill=PANEL, stroke=LINE, strokeWidth=1),
        pictures.rects(drawing.lines, fill=SERIES[0]),
        pictures.paths(drawing.marks, strokeWidth=2),
        pictures.texts(drawing.names, fontSize=13, align="left", fill=INK),
        pictures.texts(drawing.bold, fontSize=12, fontWeight=600, align="center", fill=INK),
        pictures.texts(drawing.dates, fontSize=12, align="center", fill=SOFT),
        pictures.texts(drawing.notes, fontSize=12, align="left", fill=SOFT),
    ]
    return pictures.canvas(width, y + 4, layers, description=sentence)
