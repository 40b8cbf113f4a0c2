"""Questions to think about, with dated answers: what was said before, and what is said later.

Answers are for the person who wrote them. A score is a private note on one question at one time.
Scores are not added up, not compared between questions and never between people: how people rate
themselves says little about what they do.

References
----------
Davis DA, Mazmanian PE, Fordis M, et al. Accuracy of physician self-assessment compared with
observed measures of competence. 2006 (davis2006).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from attrs import frozen

from .change import Change
from .names import fold
from .words import counted, left_out, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = ["CAUTION", "Answer", "Question", "Reflections", "before_and_after", "build", "day",
           "draw", "explain"]  # fmt: skip

CAUTION = (
    "A score is your own view. Of 20 comparisons of doctors' ratings of themselves with outside "
    "measures, 13 showed little, no or an inverse relation (Davis 2006).",
    "So look at the change and at your words, and ask somebody who works with you what they see.",
)
"""What is always said beside a score."""


def day(date: dt.date) -> str:
    """Give a date as people write it.

    Examples
    --------
    >>> day(dt.date(2027, 3, 1))
    '1 March 2027'
    """
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@frozen
class Answer:
    """One answer to a question.

    Attributes
    ----------
    text : str
        The answer, as written; may be empty when only a score is given.
    score : float or None
        0 to 10.
    date : datetime.date or None
        When it was given.
    """

    text: str = ""
    score: float | None = None
    date: dt.date | None = None

    def __str__(self) -> str:
        when = day(self.date) if self.date else "no date"
        score = "" if self.score is None else f", {self.score:g} of 10"
        return f"{when}{score}" + (f": {' '.join(self.text.split())}" if self.text else "")


@frozen
class Question:
    """A question and its answers, the earliest first.

    Attributes
    ----------
    prompt : str
        The question.
    answers : tuple of Answer
        By date. Those without a date come last, in the order they were written.
    """

    prompt: str
    answers: tuple[Answer, ...] = ()

    @property
    def before(self) -> Answer | None:
        """The earliest answer, or None."""
        return self.answers[0] if self.answers else None

    @property
    def after(self) -> Answer | None:
        """The latest answer, or None while there is only one."""
        return self.answers[-1] if len(self.answers) > 1 else None

    @property
    def scores(self) -> tuple[Answer, ...]:
        """The answers that have a score."""
        return tuple(answer for answer in self.answers if answer.score is not None)

    @property
    def moved(self) -> float | None:
        """The last score less the first, -10 to 10, or None with fewer than two scores."""
        scores = [answer.score for answer in self.answers if answer.score is not None]
        return scores[-1] - scores[0] if len(scores) > 1 else None

    def __str__(self) -> str:
        return "\n".join([self.prompt, *(f"- {answer}" for answer in self.answers)])


@frozen
class Reflections:
    """Every question, in the order it was first asked.

    Attributes
    ----------
    questions : tuple of Question
        In the order of the table, never by score.
    left_out : int
        Rows without a question.
    """

    questions: tuple[Question, ...] = ()
    left_out: int = 0

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions without an answer."""
        return tuple(each for each in self.questions if not each.answers)

    def __str__(self) -> str:
        if not self.questions:
            return "No questions yet"
        return "\n".join(str(each) for each in self.questions)


def build(change: Change) -> Reflections:
    """Bring the answers to each question together.

    Parameters
    ----------
    change : Change
        The change. Questions that differ only in case, spaces or accents are one question.

    Returns
    -------
    Reflections
        Empty when nothing was asked.

    Examples
    --------
    >>> from system_leadership.change import Reflection
    >>> rows = [Reflection("Do I share credit?", "Seldom", 3, dt.date(2027, 1, 5)),
    ...         Reflection("Do I share  credit?", "More", 5, dt.date(2027, 6, 7))]
    >>> build(Change(reflections=rows)).questions[0].moved
    2.0
    """
    written: dict[str, str] = {}
    answers: dict[str, list[Answer]] = {}
    for row in change.reflections:
        key = fold(row.prompt)
        if not key:
            continue
        written.setdefault(key, row.prompt)
        given = answers.setdefault(key, [])
        if row.answer or row.score is not None:
            given.append(Answer(row.answer, row.score, row.date))
    for given in answers.values():
        given.sort(key=lambda answer: (answer.date is None, answer.date or dt.date.min))
    questions = tuple(Question(written[key], tuple(given)) for key, given in answers.items())
    return Reflections(questions, sum(not fold(row.prompt) for row in change.reflections))


def before_and_after(change: Change) -> tuple[Question, ...]:
    """Give the questions that were answered more than once, in the order of the table.

    Examples
    --------
    >>> before_and_after(Change.blank())
    ()
    """
    return tuple(each for each in build(change).questions if each.after is not None)


def explain(change: Change) -> list[str]:
    """Say in plain sentences what was answered, and when, and what to make of a score.

    Examples
    --------
    >>> explain(Change.blank())
    ['There are no questions yet. Each exercise ends with two or three to think about.']
    """
    made = build(change)
    if not made.questions:
        told = ["There are no questions yet. Each exercise ends with two or three to think about."]
        return told + _aside(made)
    answered = [each for each in made.questions if each.answers]
    told = [f"You have answered {len(answered)} of {counted(len(made.questions), 'question')}."]
    again = [each for each in answered if each.after is not None]
    for each in again[:5]:
        told.append(_before_after(each))
    if len(again) > 5:
        told.append(f"{len(again) - 5} more were answered more than once.")
    if answered and not again:
        told.append("Answer one again later, with the date, to see what has changed.")
    undated = sum(answer.date is None for each in answered for answer in each.answers)
    if undated:
        told.append(
            f"{counted(undated, 'answer')} {'has' if undated == 1 else 'have'} no date, so we take "
            f"{'it' if undated == 1 else 'them'} as the latest."
        )
    if made.open:
        told.append(f"Still open: {some([f'“{each.prompt}”' for each in made.open], 3)}.")
    if any(each.scores for each in answered):
        told += CAUTION
    return told + _aside(made)


def _before_after(each: Question) -> str:
    first, last = each.before, each.after
    assert first is not None
    assert last is not None
    span = f"from {_when(first)} to {_when(last)}"
    if each.moved is None:
        return f"“{each.prompt}” has {counted(len(each.answers), 'answer')}, {span}."
    scores = each.scores
    low, high = scores[0].score, scores[-1].score
    assert low is not None
    assert high is not None
    span = f"from {_when(scores[0])} to {_when(scores[-1])}"
    if low == high:
        return f"“{each.prompt}” stayed at {low:g}, {span}."
    return f"“{each.prompt}” went from {low:g} to {high:g}, {span}."


def _when(answer: Answer) -> str:
    return day(answer.date) if answer.date else "an answer without a date"


def _aside(made: Reflections) -> list[str]:
    return left_out(made.left_out, "row", "no question is written there")


def draw(change: Change) -> Picture:
    """Draw before and after for each question that has scores.

    Parameters
    ----------
    change : Change
        The change; a blank one gives a frame that says what to add.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your reflections start with one answer'
    """
    from . import reflection_picture

    return reflection_picture.draw(change)
