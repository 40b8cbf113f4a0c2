"""Dated answers, before and after, and scores that are never compared between people."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from changes import changes
from hypothesis import HealthCheck, given, settings
from picture_checks import check
from system_leadership import Change, reflection
from system_leadership.change import Reflection

BOOK = Path(__file__).parents[2] / "book" / "evidence"
JAN, MAR, JUN = dt.date(2027, 1, 5), dt.date(2027, 3, 1), dt.date(2027, 6, 7)


def asked(*rows: tuple[str, str, float | None, dt.date | None]) -> Change:
    return Change(reflections=[Reflection(*row) for row in rows])


def test_answers_to_one_question_come_by_date() -> None:
    """Spelling does not part a question; the order of the rows does not matter, the dates do."""
    change = asked(
        ("Who was missing?", "Nobody", 7, JUN),
        ("who was  missing?", "Carers", 3, JAN),
        ("WHO WAS MISSING?", "Porters", 4, MAR),
    )
    (only,) = reflection.build(change).questions
    assert [answer.score for answer in only.answers] == [3, 4, 7]
    assert (only.before, only.after) == (only.answers[0], only.answers[2])
    assert only.moved == 4
    assert reflection.before_and_after(change) == (only,)


def test_answers_without_a_date_are_the_latest() -> None:
    """They keep the order in which they were written, and the reader is told."""
    change = asked(("Q", "b", 2, None), ("Q", "a", 1, JAN), ("Q", "c", 3, None))
    (only,) = reflection.build(change).questions
    assert [answer.text for answer in only.answers] == ["a", "b", "c"]
    told = " ".join(reflection.explain(change))
    assert "2 answers have no date, so we take them as the latest." in told
    assert "“Q” went from 1 to 3, from 5 January 2027 to an answer without a date." in told


def test_one_answer_has_no_after_and_no_movement() -> None:
    """A single answer shows nothing about change."""
    (only,) = reflection.build(asked(("Q", "a", 5, JAN))).questions
    assert only.after is None
    assert only.moved is None
    assert "Answer one again later" in " ".join(reflection.explain(asked(("Q", "a", 5, JAN))))
    (none,) = reflection.build(asked(("Q", "", None, None))).questions
    assert none.before is None


def test_questions_keep_the_readers_order_whatever_the_scores() -> None:
    """Nothing is ranked: the first question asked stays first."""
    change = asked(("Low", "", 1, JAN), ("High", "", 9, JAN), ("None", "x", None, JAN))
    assert [q.prompt for q in reflection.build(change).questions] == ["Low", "High", "None"]
    rows = reflection.draw(change).table.rows
    assert [row[0] for row in rows] == ["Low", "High", "None"]


def test_scores_are_never_added_up_and_always_come_with_the_caution() -> None:
    """Davis 2006 stands beside every score, and no mean is told anywhere."""
    told = reflection.explain(asked(("A", "", 2, JAN), ("B", "", 9, JAN), ("A", "", 4, JUN)))
    assert told[-2:] == list(reflection.CAUTION)
    assert not re.search(r"mean|average|total|rank|best|worst", " ".join(told))
    assert not set(reflection.CAUTION) & set(reflection.explain(asked(("A", "words", None, JAN))))
    assert "{davis2006," in (BOOK / "references.bib").read_text("utf-8")


def test_words_alone_and_scores_that_stay_have_their_sentence() -> None:
    """A question in words is counted; a score that did not move says so."""
    told = reflection.explain(
        asked(("A", "x", None, JAN), ("A", "y", None, JUN), ("B", "", 3, JAN), ("B", "", 3, JUN))
    )
    assert "“A” has 2 answers, from 5 January 2027 to 7 June 2027." in told
    assert "“B” stayed at 3, from 5 January 2027 to 7 June 2027." in told


def test_open_questions_and_rows_without_one_are_told() -> None:
    """What is still to answer is named; what cannot be used is counted."""
    change = Change(reflections=[Reflection("Open?"), Reflection(answer="lost")])
    told = " ".join(reflection.explain(change))
    assert "Still open: “Open?”." in told
    assert "1 row was left out" in told
    assert reflection.build(change).open[0].prompt == "Open?"
    lost = Change(reflections=[Reflection(answer="a"), Reflection(answer="b")])
    assert "2 rows were left out" in reflection.explain(lost)[1]
    assert "no questions yet" in reflection.explain(Change.blank())[0]


def test_many_answered_again_are_counted() -> None:
    """Only the first five are told one by one."""
    rows = [(f"Q{n}", "", 3.0, day) for n in range(8) for day in (JAN, JUN)]
    told = reflection.explain(asked(*rows))
    assert "3 more were answered more than once." in told


def test_results_print_well() -> None:
    """Each answer is a line with its date and score."""
    change = asked(("Q", "Two\nlines", 3.5, JAN), ("Q", "", 4, None))
    assert str(reflection.build(change)) == (
        "Q\n- 5 January 2027, 3.5 of 10: Two lines\n- no date, 4 of 10"
    )
    assert str(reflection.build(Change.blank())) == "No questions yet"


@pytest.mark.parametrize("many", [0, 1, 12, 1000])
def test_pictures_of_any_size_can_be_read(many: int) -> None:
    """Numbers and dates never lie on one another, wherever the scores are."""
    rows = []
    for n in range(many):
        rows.append((f"How far did we get with question number {n} of them all?", "a", n % 11, JAN))
        if n % 3:
            rows.append((rows[-1][0], "b", (n * 7) % 11, MAR))
            rows.append((rows[-1][0], "c", (n * 5) % 11, None if n % 2 else JUN))
    picture = reflection.draw(asked(*rows))
    check(picture)
    assert len(picture.table.rows) == len(rows)


@pytest.mark.parametrize("first", range(11))
@pytest.mark.parametrize("last", range(11))
def test_any_two_scores_can_be_told_apart(first: int, last: int) -> None:
    """All 121 pairs of scores: labels stay inside and apart."""
    check(reflection.draw(asked(("Q", "", first, JAN), ("Q", "", last, dt.date(2027, 9, 28)))))


def test_titles_ask_for_another_answer_until_there_is_one() -> None:
    """The finding is the change, and without one the next thing to do."""
    assert reflection.draw(asked(("Q", "a", 1, JAN))).title.endswith("answer again later")
    both = asked(
        ("Q", "a", 1, JAN), ("Q", "b", 2, JUN), ("R", "", None, None), ("S", "x", None, JAN)
    )
    picture = reflection.draw(both)
    check(picture)
    assert picture.title.startswith("1 question answered more than once")


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(changes())
def test_anything_a_reader_leaves_can_be_read(change: Change) -> None:
    """Half-filled and odd changes give sentences and a picture, never an error."""
    assert reflection.explain(change)
    check(reflection.draw(change))
