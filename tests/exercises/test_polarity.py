"""Two good things in tension, and nothing that is both fixed and flexible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from changes import changes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_checks import check
from system_leadership import Change, polarity
from system_leadership.change import Commitment, Tension
from system_leadership.polarity import STARTERS

EVIDENCE = Path(__file__).parents[2] / "book" / "evidence"


def held(*pairs: tuple[str, str], **more: object) -> Change:
    return Change(commitments=[Commitment(text, kind) for text, kind in pairs], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fixed", "flexible", "same"),
    [
        ("Open day and night", "open  day & night.", True),
        ("One standard for all units", "One standard for every unit", True),
        ("Seven days a week", "Seven days each week", True),
        ("Opening at eight", "Open at eight", True),
        ("Café on site", "A cafe on the site", True),
        ("A unit within 30 minutes", "A unit within 30 minutes of everyone", False),
        ("A unit within 30 minutes", "Which unit closes", None),
        ("Money", "Parking", None),
        ("!!", "!!", True),
        ("!!", "??", None),
    ],
)
def test_both_is_forgiving_of_how_things_are_written(
    fixed: str, flexible: str, same: bool | None
) -> None:
    """Same words are the same thing; most words in common is a question; else nothing is said."""
    found = polarity.both(held((fixed, "fixed"), (flexible, "flexible")))
    assert [each.same for each in found] == ([] if same is None else [same])


@given(st.text(min_size=1).filter(str.strip))
def test_the_very_same_words_are_always_both(text: str) -> None:
    """Extreme: whatever is written, fixed and flexible in the same words cannot stand."""
    assert len(polarity.both(held((text, "fixed"), (text, "flexible")))) == 1
    assert polarity.both(held((text, "fixed"), (text, "fixed"))) == ()
    assert polarity.both(held((text, "fixed"), (text, ""))) == ()


def test_each_pair_has_its_sentence() -> None:
    """The same thing asks for a decision; a close one asks a question."""
    told = polarity.explain(held(("Open daily", "fixed"), ("open daily", "flexible")))
    assert "“Open daily” is both fixed and flexible. Decide which." in told
    near = polarity.explain(
        held(("A ward in each town", "fixed"), ("A new ward in each big town by May", "flexible"))
    )
    assert not any("Is that one thing or two?" in line for line in near)
    close = polarity.explain(
        held(("Ward open all night", "fixed"), ("Ward open all night at Hill", "flexible"))
    )
    assert any("Is that one thing or two?" in line for line in close)


def test_rows_of_one_pole_go_together() -> None:
    """Spelling does not part a pole, repeated texts stand once, a third pole is named."""
    change = Change(
        tension=[
            Tension("One standard", "Fair", "Rigid", "Two exceptions"),
            Tension("one  standard", "Fair"),
            Tension("ONE STANDARD", "Simple"),
            Tension("Local choice", downside="Uneven"),
            Tension("Speed"),
            Tension(upside="Lost"),
        ]
    )
    made = polarity.build(change)
    assert [pole.name for pole in made.poles] == ["One standard", "Local choice"]
    assert made.poles[0].upsides == ("Fair", "Simple")
    assert made.others == ("Speed",)
    assert made.left_out == 1
    assert made.missing == ("upsides of “Local choice”", "early warnings of “Local choice”")
    told = " ".join(polarity.explain(change))
    assert "It leaves out “Speed”." in told
    assert "lean towards “Local choice”: Two exceptions." in told
    assert "Too much of “Local choice” brings this: Uneven." in told
    assert "1 row was left out" in told


def test_one_pole_alone_asks_for_the_other() -> None:
    """A tension needs two sides; the missing one is a question, not a starter."""
    made = polarity.build(Change(tension=[Tension("Speed", "Early help")]))
    assert made.poles[1].name == "What pulls the other way"
    assert not made.empty
    check(polarity.draw(Change(tension=[Tension("Speed", "Early help")])))


def test_starters_stand_in_only_while_there_is_no_tension() -> None:
    """Our words are marked as ours and never mixed with the reader's."""
    assert polarity.build(Change.blank()).poles == STARTERS
    assert polarity.build(Change.blank()).empty
    own = polarity.build(Change(tension=[Tension("A"), Tension("B")]))
    assert not any(pole.starter for pole in own.poles)
    assert "a start" in str(polarity.draw(Change.blank()).spec)
    assert "a start" not in str(polarity.draw(Change(tension=[Tension("A")])).spec)


def test_starters_rest_on_findings_and_references_that_exist() -> None:
    """The book traces each starter by these ids."""
    known = set(re.findall(r"- id: (\S+)", (EVIDENCE / "interviews.yml").read_text("utf-8")))
    known |= set(re.findall(r"@\w+\{(\S+),", (EVIDENCE / "references.bib").read_text("utf-8")))
    for pole in STARTERS:
        assert pole.source
        assert set(pole.source) <= known
        assert pole.upsides
        assert pole.downsides
        assert pole.warnings


def test_what_is_held_is_told_by_kind() -> None:
    """Nothing fixed and nothing flexible each have a consequence; undecided ones are counted."""
    told = " ".join(polarity.explain(held(("Open daily", "fixed"), ("Colour", ""))))
    assert "Fixed (1): “Open daily”." in told
    assert "Nothing may flex yet. Then you have nothing to offer." in told
    assert "1 commitment is neither fixed nor flexible yet." in told
    assert "1 commitment has no date for another look." in told
    assert "1 fixed commitment has no reason yet." in told
    reasons = [Commitment("Open daily", "fixed", "People fall ill at night.")]
    assert "no reason" not in " ".join(polarity.explain(Change(commitments=reasons)))
    assert "Nothing is fixed yet." in " ".join(polarity.explain(held(("Colour", "flexible"))))
    assert "Say what you will hold on to" in " ".join(polarity.explain(Change.blank()))
    long = " ".join(polarity.explain(held(("word " * 40, "fixed"), ("b", ""), ("c", ""))))
    assert "word…”" in long
    assert "2 commitments are neither" in long


def test_the_stroke_case_holds_and_flexes() -> None:
    """Smoke test: three fixed, two flexible, nothing both, and the map fits."""
    change = Change.example("stroke-london")
    picture = polarity.draw(change)
    check(picture)
    assert picture.title == "3 fixed, 2 flexible, and nothing is both"
    assert str(polarity.build(change)).endswith("3 fixed, 2 flexible, 0 both")
    assert "Nothing is both fixed and flexible." in polarity.explain(change)


def test_the_title_says_when_something_is_both() -> None:
    """A contradiction is the finding."""
    both = held(("Open daily", "fixed"), ("open daily", "flexible"))
    assert polarity.draw(both).title == "1 commitment is perhaps both fixed and flexible"
    many = held(*((f"Thing {n} open", k) for n in range(6) for k in ("fixed", "flexible")))
    picture = polarity.draw(many)
    check(picture)
    assert "more pairs to look at" in str(picture.spec) or picture.title.startswith("6 ")
    named = Change(tension=[Tension("Speed"), Tension("Care")])
    assert polarity.draw(named).title == "Speed and Care"
    check(polarity.draw(Change.blank()))


@pytest.mark.parametrize("many", [1, 12, 1000])
def test_pictures_of_any_size_can_be_read(many: int) -> None:
    """Long texts wrap, long lists are counted, and the table has them all."""
    change = Change(
        tension=[
            Tension(
                ("One standard for the whole of the county", "Local choice")[n % 2],
                f"Upside {n} that takes rather more than one line to tell in a narrow box",
                f"Downside {n}",
                f"Sign {n}",
            )
            for n in range(many)
        ],
        commitments=[Commitment(f"Thing number {n}", ("fixed", "flexible")[n % 2])
                     for n in range(min(many, 200))],
    )  # fmt: skip
    picture = polarity.draw(change)
    check(picture)
    assert len(picture.table.rows) == 3 * many + min(many, 200)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(changes())
def test_anything_a_reader_leaves_can_be_read(change: Change) -> None:
    """Half-filled and odd changes give sentences and a picture, never an error."""
    assert polarity.explain(change)
    check(polarity.draw(change))
