"""Figures that chapters quote from an exercise are what the package works out today."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from prose import ROOT
from system_leadership import (
    Change,
    approvals,
    coalition,
    evidence_base,
    examples,
    involvement,
    learning,
    plan,
    stability,
    system_map,
    workshop,
)
from system_leadership.skills import SKILLS

STROKE, HARROWMERE = "stroke-london", "home-from-hospital"


@functools.cache
def told(explain: Callable[[Change], list[str]], example: str) -> str:
    """Give what a subject says of an example."""
    return " ".join(explain(Change.example(example)))


@functools.cache
def page_of(example: str) -> str:
    """Give the change on a page, on one line."""
    return " ".join(plan.build(Change.example(example)).to_text().split())


# The words on a page, and what must stand in what the package says for them to be true.
QUOTED: list[tuple[str, str, Any, str, str]] = [
    ("stroke", "31 organisations, none of which", system_map.explain, STROKE, "31 organisations"),
    ("stroke", "none of which the programme could instruct", system_map.explain, STROKE,
     "Healthcare for London can instruct nobody"),
    ("stroke", "53 run through the joint committee", system_map.explain, STROKE,
     "Joint committee of PCTs holds most together: 53 of every 100"),
    ("stroke", "Eleven claims, three of them strong", evidence_base.explain, STROKE,
     "You make 11 claims. By strength of evidence: 3 strong"),
    ("stroke", "First to close: the half-hour rule", evidence_base.explain, STROKE,
     "Start with “Nobody should live over 30 minutes"),
    ("stroke", "six blank spots", involvement.explain, STROKE, "There are 6 blank spots"),
    ("stroke", "Three decisions", involvement.explain, STROKE, "You list 3 decisions"),
    ("stroke", "14 to 17 of 35 come in, in 80 draws of 100", coalition.explain, STROKE,
     "16 of 35 are in at the end, and 14 to 17 in 80 of 100 draws"),
    ("stroke", "From the authority, UCLPartners and the ambulance service", coalition.explain,
     STROKE, "Start with NHS London, UCLPartners and London Ambulance Service"),
    ("stroke", "58 to 76 cases of 100", stability.explain, STROKE, "is 58 to 76 of every 100"),
    ("stroke", "534 days by way of", approvals.explain, STROKE, "takes 534 days"),
    ("plan", "About 270 days along it", approvals.explain, HARROWMERE, "takes 270 days"),
    ("plan", "That gave 27 November", approvals.explain, HARROWMERE, "to 27 November 2026"),
    ("plan", "some 40 runs of 100", approvals.explain, HARROWMERE, "37 to 43 of every 100 runs"),
    ("plan", "20 October to 6 February", approvals.explain, HARROWMERE,
     "between 20 October 2026 and 6 February 2027"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "words", "explain", "example", "fragment"),
    QUOTED,
    ids=[f"{page}: {words}"[:60] for page, words, *_ in QUOTED],
)
def test_a_quoted_figure_is_true(
    page: str, words: str, explain: Any, example: str, fragment: str
) -> None:
    """The page says it, and so does the package."""
    assert words in (ROOT / "book" / "practice" / f"{page}.md").read_text("utf-8")
    assert fragment in told(explain, example)


def test_lines_quoted_from_the_page_are_on_it() -> None:
    """The plan chapter quotes the page that the exercise makes of the fictional change."""
    text = (ROOT / "book" / "practice" / "plan.md").read_text("utf-8")
    quoted = (
        "Lose without gaining: Harrowmere Community Trust, Harrowmere Council and 5 more",
        "About 270 days along it, if every step takes its average",
        "Find better evidence for: It costs the council no more.",
        "Against (5): Brokerage manager, Harrowmere Council, Southside practices…",
        "Move one round to nine o'clock for two weeks.",
    )
    for line in quoted:
        assert line in text
        assert line in page_of(HARROWMERE)


def test_the_stroke_page_has_ten_sections() -> None:
    """And misses three parts, which the stroke chapter names."""
    made = plan.build(Change.example(STROKE))
    text = (ROOT / "book" / "practice" / "stroke.md").read_text("utf-8")
    assert len(made.sections) == 10
    assert "Ten sections on one side" in text
    assert made.missing == ("ideas to share", "a day to look again", "learning")
    assert "Missing at the foot: ideas to share, a day to look again, and learning" in text


def test_figures_of_the_methods_page() -> None:
    """How many runs, draws and skills there are."""
    text = (ROOT / "book" / "reference" / "methods.md").read_text("utf-8")
    assert f"A list of {len(SKILLS)} skills" in text
    assert len(learning.SKILLS) == len(SKILLS)
    assert f"{plan.LINES:g} rows fill a side" in text


def test_the_workshop_parts_by_profession_as_told() -> None:
    """Five points apart on one organisation, and the smallest group that is shown."""
    text = (ROOT / "book" / "practice" / "facilitating.md").read_text("utf-8")
    widest = workshop.differences(workshop.pool(examples.load_all("workshop")))[0]
    assert "5 points above" in text
    assert widest.points == 5
