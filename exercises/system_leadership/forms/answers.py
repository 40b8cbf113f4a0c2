"""Questions and ratings: what the form shows of the reflections, and what comes back into them.

Several answers to one question may stand in the change, each with its day. A form shows the latest.
An answer in words is put in place of the one before. A score is not: on a later day it gets a row
of its own, so that before and after can be compared.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..change import TABLES, Change
from ..names import fold
from .parts import Form, Rows

__all__ = ["merge_answers", "merge_ratings", "questions_form", "ratings_form"]

Question = str | tuple[str, str]
"""A question, or a question with a sample answer."""

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}$")
_UNDATED = "9999"
_BLANK = {column.name: None for column in TABLES["reflections"].columns}


def questions_form(change: Change, questions: Iterable[Question]) -> Form:
    """Give the form for questions, with the latest answers that the change holds.

    Parameters
    ----------
    change : Change
        Its reflections.
    questions : iterable of str, or of pairs
        Each a question, or a question and a sample answer.

    Examples
    --------
    >>> questions_form(Change.blank(), ["Who is missing?"]).rows
    [{'prompt': 'Who is missing?', 'answer': ''}]
    >>> form = questions_form(Change.blank(), [("Who is missing?", "The ward clerk.")])
    >>> form.about["questions"][0]["sample"]
    'The ward clerk.'
    """
    pairs = [(each, "") if isinstance(each, str) else each for each in questions]
    asked = [
        {"prompt": prompt, "help": "", **({"sample": sample} if sample else {})}
        for prompt, sample in pairs
    ]
    prompts = [prompt for prompt, _ in pairs]
    found, places = _found(change, prompts)
    rows = [
        {"prompt": prompt, "answer": row.get("answer") or ""}
        for prompt, row in zip(prompts, found, strict=True)
    ]
    about = {"table": "reflections", "title": "Questions to think about", "questions": asked}
    return Form("questions", "reflections", about, rows, places=places)


def ratings_form(change: Change, statements: Iterable[str]) -> Form:
    """Give the form for statements to score from 0 to 10, with the latest scores.

    Examples
    --------
    >>> ratings_form(Change.blank(), ["I share credit."]).rows
    [{'prompt': 'I share credit.', 'score': None, 'answer': '', 'date': ''}]
    """
    prompts = list(statements)
    found, places = _found(change, prompts)
    rows = [
        {
            "prompt": prompt,
            "score": row.get("score"),
            "answer": row.get("answer") or "",
            "date": row.get("date") or "",
        }
        for prompt, row in zip(prompts, found, strict=True)
    ]
    columns = {column.name: column for column in TABLES["reflections"].columns}
    score = {**columns["score"].as_dict(), "label": "Score", "help": ""}
    why = {**columns["answer"].as_dict(), "label": "Why, in a few words", "kind": "text"}
    about = {
        "table": "reflections",
        "title": "How far is this so?",
        "help": "0 is not at all, and 10 is entirely. A score is for you, and for nobody else.",
        "ends": ["not at all", "entirely"],
        "columns": [score, {**why, "help": ""}],
        "ratings": [{"prompt": prompt} for prompt in prompts],
    }
    return Form("ratings", "reflections", about, rows, places=places)


def merge_answers(change: Change, rows: Rows) -> Rows:
    """Put the answers of a form among all reflections; blank answers leave nothing behind.

    Examples
    --------
    >>> rows = merge_answers(Change.blank(), [{"prompt": "Who?", "answer": "The clerk."}])
    >>> rows[0]["answer"]
    'The clerk.'
    >>> merge_answers(Change.blank(), [{"prompt": "Who?", "answer": " "}])
    []
    """
    merged: list[dict[str, Any] | None] = [*change.rows("reflections")]
    latest = _latest(change.rows("reflections"))
    for typed in rows:
        answer = str(typed.get("answer") or "")
        at = latest.get(fold(typed["prompt"]))
        before = None if at is None else merged[at]
        if before is None or at is None:
            if answer.strip():
                merged.append({**_BLANK, "prompt": typed["prompt"], "answer": answer,
                               "date": _today()})  # fmt: skip
        elif answer.strip():
            same = before["answer"] == answer.strip()
            date = before["date"] if same else _today()
            merged[at] = {**before, "answer": answer, "date": date}
        else:
            scored = before.get("score") is not None
            merged[at] = {**before, "answer": ""} if scored else None
    return [row for row in merged if row is not None]


def merge_ratings(change: Change, rows: Rows) -> Rows:
    """Put the scores of a form among all reflections: each day's scores stand by themselves.

    Examples
    --------
    >>> old = {"prompt": "I share credit.", "score": 3, "answer": "", "date": "2025-01-05"}
    >>> change, _ = Change.blank().replace_table("reflections", [old])
    >>> rows = merge_ratings(change, [{**old, "score": 6, "answer": "Asked the clerk."}])
    >>> [row["score"] for row in rows], rows[0]["date"]
    ([3, 6], '2025-01-05')
    """
    merged: list[dict[str, Any] | None] = [*change.rows("reflections")]
    for typed in rows:
        prompt, score = typed["prompt"], typed.get("score")
        answer = str(typed.get("answer") or "").strip()
        blank = score in (None, "") and not answer
        mine = [
            (_day(row), at)
            for at, row in enumerate(merged)
            if row is not None and _asks(row) == fold(prompt) and _is_answer(row)
        ]
        # A day yet to come, by a slip or another clock, is what the form shows, so it is changed.
        now = [(day, place) for day, place in mine if day >= _today()]
        earlier = [(day, place) for day, place in mine if day < _today()]
        at = max(now)[1] if now else None
        before = merged[max(earlier)[1]] if earlier else None
        same = before is not None and (before["score"], before["answer"]) == (score, answer)
        shown = {} if at is None else merged[at] or {}
        if (shown.get("score"), shown.get("answer")) == (score, answer):
            continue  # another statement was edited
        if at is not None and (blank or same):
            merged[at] = None  # taken back on the day it was given
        elif at is not None:
            merged[at] = {**shown, "score": score, "answer": answer}
        elif not blank and not same:
            merged.append({**_BLANK, "prompt": prompt, "score": score, "answer": answer,
                           "date": _today()})  # fmt: skip
    return [row for row in merged if row is not None]


def _found(
    change: Change, prompts: Iterable[str]
) -> tuple[list[Mapping[str, Any]], list[int | None]]:
    """Give the latest row for each question, and where it stands."""
    rows = change.rows("reflections")
    latest = _latest(rows)
    places = [latest.get(fold(prompt)) for prompt in prompts]
    return [{} if at is None else rows[at] for at in places], places


def _latest(rows: Rows) -> dict[str, int]:
    """Give the place of the latest answer to each question, by the question."""
    found: dict[str, tuple[bool, str, int]] = {}
    for at, row in enumerate(rows):
        key, rank = _asks(row), (_is_answer(row), _day(row), at)
        found[key] = max(found.get(key, rank), rank)
    return {key: at for key, (_, _, at) in found.items()}


def _asks(row: Mapping[str, Any]) -> str:
    """Give a row's question, to compare by; a file may hold a number or nothing there."""
    return fold(str(row["prompt"] or ""))


def _is_answer(row: Mapping[str, Any]) -> bool:
    return bool(row["answer"]) or row["score"] is not None


def _day(row: Mapping[str, Any]) -> str:
    """Give the day in an order of days; an answer without a date is taken for the latest."""
    day = str(row.get("date") or "")
    return day if _ISO.match(day) else _UNDATED


def _today() -> str:
    return dt.date.today().isoformat()
