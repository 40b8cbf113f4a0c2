"""Claims by strength and by doubter: known needs, directions, and extremes."""

from __future__ import annotations

import pytest
from changes import changes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_checks import check
from system_leadership import Change, evidence_base
from system_leadership.change import Claim, Organisation, Person, Stance
from system_leadership.evidence_base import SHORTFALL, STRENGTHS

ROOM = (
    Stance("City council", power=8, support=-5),
    Stance("Hill residents", power=6, support=0),
    Stance("Acute trust", power=9, support=4),
    Stance("Dr Ash", power=4, support=-2.5),
    Stance("Unheard union", power=7, support=-4),
)


def change_with(*claims: Claim, stances: tuple[Stance, ...] = ROOM) -> Change:
    return Change(
        organisations=[
            Organisation("City council", "Local government"),
            Organisation("Hill residents", "Public and campaigns"),
            Organisation("Acute trust", "NHS provider"),
            Organisation("Unheard union", "Unions"),
        ],
        people=[Person("Dr Ash", "Acute trust", "GP")],
        stances=stances,
        claims=claims,
    )


def need_of(claim: Claim, stances: tuple[Stance, ...] = ROOM) -> float:
    return evidence_base.build(change_with(claim, stances=stances)).claims[0].need


@pytest.mark.parametrize(
    ("for_whom", "doubt"),
    [
        ("City council", 8 * 10 / 10),
        ("the city COUNCILS", 8.0),
        ("Residents of the hill", 6 * 5 / 10),
        ("GPs", 4 * 7.5 / 10),
        ("Local government and campaigns", 8.0 + 3.0),
        # Dr Ash works there, and so is one of those the trust's name covers.
        ("Acute trust", 3.0),
        ("Everyone asked to travel", 8.0 + 3.0 + 3.0 + 7 * 9 / 10),
        ("Nobody we rated", 0.0),
        ("", 0.0),
    ],
)
def test_doubt_is_power_times_doubt_of_those_covered(for_whom: str, doubt: float) -> None:
    """By hand: doubt is 0.5 at support 0, 0.75 at -2.5, 1 at -5, and supporters count nothing."""
    assert need_of(Claim("It is safe", for_whom, "none")) == pytest.approx(doubt)


def test_each_strength_takes_its_share_of_the_doubt() -> None:
    """Strong evidence leaves no need, none leaves all of it, a missing strength counts as none."""
    needs = {s: need_of(Claim("It is safe", "City council", s)) for s in (*STRENGTHS, "")}
    assert needs == pytest.approx(
        {"strong": 0, "moderate": 8 / 3, "weak": 16 / 3, "contested": 16 / 3, "none": 8, "": 8}
    )


@given(
    st.sampled_from(STRENGTHS),
    st.sampled_from(STRENGTHS),
    st.floats(0, 10),
    st.floats(0, 10),
    st.floats(-5, 5),
    st.floats(-5, 5),
)
def test_more_power_more_doubt_or_less_evidence_never_lowers_the_need(
    one: str, other: str, power: float, more: float, support: float, less: float
) -> None:
    """Direction: the three things that make a gap matter can only raise the need."""
    power, more = sorted((power, more))
    less, support = sorted((support, less))
    strong, weak = sorted((one, other), key=SHORTFALL.__getitem__)
    low = need_of(Claim("A", "City council", strong), (Stance("City council", power, support),))
    high = need_of(Claim("A", "City council", weak), (Stance("City council", more, less),))
    assert high >= low - 1e-9


def test_power_that_is_not_given_counts_as_five_and_support_not_given_does_not_count() -> None:
    """What is unknown is neither made large nor taken as doubt."""
    claim = Claim("A", "City council", "none")
    assert need_of(claim, (Stance("City council", None, -5),)) == 5
    assert need_of(claim, (Stance("City council", 9, None),)) == 0
    assert need_of(claim, (Stance("City council", 8, -5), Stance("city council", 1, -5))) == 8


def test_gaps_come_by_need_and_then_in_the_order_of_the_table() -> None:
    """The first gap is the one that the most powerful doubt hangs on."""
    change = change_with(
        Claim("Strong one", "Everyone", "strong"),
        Claim("Small one", "Residents", "moderate"),
        Claim("Large one", "City council", "none"),
        Claim("Same as small", "residents", "moderate"),
    )
    assert [c.short for c in evidence_base.gaps(change)] == [
        "Large one", "Small one", "Same as small",
    ]  # fmt: skip
    assert len(evidence_base.gaps(change, 1)) == 1
    assert evidence_base.build(change).claims[2].doubters == ("City council",)


def test_opponents_without_a_claim_are_named() -> None:
    """Somebody against the change whom no claim speaks to is a gap of its own."""
    change = change_with(Claim("A", "City council", "weak"), Claim("B", "GPs", "weak"))
    assert evidence_base.build(change).unanswered == ("Unheard union",)
    assert any("1 opponent has no claim" in line for line in evidence_base.explain(change))


def test_sources_missing_spares_claims_that_say_there_is_no_evidence() -> None:
    """There is no source to give for what nobody has shown."""
    change = change_with(
        Claim("Sourced", strength="strong", source=("morris2014",)),
        Claim("Bare", strength="weak"),
        Claim("Nothing", strength="none"),
    )
    assert [c.short for c in evidence_base.sources_missing(change)] == ["Bare"]
    assert "No source is given for 1 claim: “Bare”." in evidence_base.explain(change)


def test_groups_keep_every_claim_once() -> None:
    """By strength and by whom are two ways to part the same claims."""
    change = change_with(
        Claim("A", "GPs", "weak"), Claim("B", "gps "), Claim("C"), Claim(for_whom="Lost")
    )
    made = evidence_base.build(change)
    assert sum(map(len, made.by_strength().values())) == len(made.claims) == 3
    assert {who: len(claims) for who, claims in made.by_whom().items()} == {"GPs": 2, "": 1}
    assert made.left_out == 1
    told = evidence_base.explain(change)
    assert "1 row was left out, because no claim is written there." in told
    assert "1 claim does not say who must be convinced." in told
    assert str(made) == "3 claims: 1 weak and 2 not said"


@pytest.mark.parametrize(
    ("statement", "most", "short"),
    [
        ("It is safe.", 20, "It is safe"),
        ("It is safe and it is near", 15, "It is safe…"),
        ("Antidisestablishmentarianism", 10, "Antidises…"),
        ("one two three", 9, "one two…"),
        ("two\nlines  here", 30, "two lines here"),
    ],
)
def test_short_names_end_at_a_word(statement: str, most: int, short: str) -> None:
    """A name in a picture is never longer than asked and never ends on a small word."""
    assert evidence_base.short_name(statement, most) == short
    assert len(short) <= most


def test_explain_says_what_to_add_when_parts_are_missing() -> None:
    """Nothing, claims without stances, and claims nobody doubts each have their own sentence."""
    assert "no claims yet" in evidence_base.explain(Change.blank())[0]
    assert "1 row" in evidence_base.explain(Change(claims=[Claim(for_whom="GPs")]))[1]
    lone = " ".join(evidence_base.explain(change_with(Claim("A", "GPs", "weak"), stances=())))
    assert "until you say who is for and against" in lone
    calm = change_with(Claim("A", "Martians", "weak"))
    told = " ".join(evidence_base.explain(calm))
    assert "No claim with weak evidence is addressed to anybody who doubts" in told
    assert "could not match “Martians”" in told
    first = change_with(Claim("A", "City council", "", gap="The cost"), Claim("B", "GPs", "none"))
    told = " ".join(evidence_base.explain(first))
    assert "The evidence is not rated" in told
    assert "in your words: The cost." in told
    assert "After that: “B”." in told


def test_the_stroke_case_marks_what_doubters_must_hear() -> None:
    """Smoke test on the shipped case: the strong claims leave no gap, two moderate ones do."""
    change = Change.example("stroke-london")
    found = evidence_base.gaps(change)
    assert [claim.strength for claim in found] == ["moderate", "moderate"]
    assert found[0].doubters == ("Ealing Council",)
    picture = evidence_base.draw(change)
    check(picture)
    assert "Gap 1" in str(picture.spec)
    assert "Gap 3" not in str(picture.spec)


@pytest.mark.parametrize("many", [0, 1, 12, 1000])
def test_pictures_of_any_size_can_be_read(many: int) -> None:
    """Nothing overlaps with no claim, one, a dozen or a thousand, and all are in the table."""
    claims = [
        Claim(f"Claim {n} that is somewhat longer than a line", f"Group {n % 40} councils",
              ("", *STRENGTHS)[n % 6])
        for n in range(many)
    ]  # fmt: skip
    picture = evidence_base.draw(change_with(*claims))
    check(picture)
    assert len(picture.table.rows) == many
    if many == 1000:
        assert "26 more groups to convince are in the table." in str(picture.spec)


def test_a_picture_without_gaps_counts_strong_claims() -> None:
    """The title says what is firm when nothing is pressing."""
    picture = evidence_base.draw(change_with(Claim("A", "", "strong"), Claim("B", "", "strong")))
    assert picture.title == "2 of 2 claims rest on strong evidence"


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(changes())
def test_anything_a_reader_leaves_can_be_read(change: Change) -> None:
    """Half-filled and odd changes give sentences and a picture, never an error."""
    assert evidence_base.explain(change)
    check(evidence_base.draw(change))
