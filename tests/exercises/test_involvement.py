"""Decisions by rung: blank spots, and the three ways of being too late."""

from __future__ import annotations

import pytest
from changes import changes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_checks import check
from system_leadership import Change, involvement
from system_leadership.change import RUNGS, Involvement


def rows(*rungs: str, when: str = "") -> Change:
    """Make decisions in order, with the given rungs for carers only."""
    return Change(
        involvement=[
            Involvement(f"Decision {n}", when, carers=rung) for n, rung in enumerate(rungs, 1)
        ]
    )


def late(change: Change) -> list[tuple[str, str, str]]:
    return [(each.group, each.decision, each.why) for each in involvement.too_late(change)]


def test_rungs_are_arnsteins_in_order() -> None:
    """The ladder runs from not involved to deciding; being told is below being asked."""
    assert RUNGS[0] == "not involved"
    assert RUNGS[-1] == "deciding"
    assert RUNGS.index("informed") == involvement.SAY - 1


def test_every_empty_cell_and_every_not_involved_is_a_blank_spot() -> None:
    """Known to be missing and not said are told apart."""
    change = Change(involvement=[Involvement("Sites", "", "partners", "not involved", "")])
    found = involvement.blank_spots(change)
    assert [(b.group, b.known) for b in found] == [("service users", True), ("carers", False)]
    told = " ".join(involvement.explain(change))
    assert "There are 2 blank spots: 1 where you chose “not involved” and 1 where" in told
    assert "Not involved: service users in “Sites”." in told
    assert "Nothing is said: carers in “Sites”." in told


def test_blank_spots_are_named_decision_by_decision() -> None:
    """Groups that miss the same decision stand together; many decisions are counted."""
    told = " ".join(involvement.explain(rows(*["partners"] * 8)))
    assert "Nothing is said: patients and service users in “Decision 1”; patients and" in told
    assert "in “Decision 6”; 2 more decisions." in told
    assert "Decision 7" not in told


@pytest.mark.parametrize(
    ("rungs", "expected"),
    [
        (("consulted", "informed"), []),
        (("informed", "consulted"), [("Decision 2", "asked after others")]),
        (("", "not involved", "deciding"), [("Decision 3", "asked after others")]),
        (("not involved", "informed"), [("Decision 2", "told at the end")]),
        (("informed", "informed"), []),
        (("informed", ""), []),
        (("informed",), []),
        (("consulted",), []),
        ((), []),
    ],
)
def test_late_is_asked_after_others_or_told_at_the_end(
    rungs: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    """By hand, case by case. One decision alone cannot be late by its place."""
    assert [(d, why) for _, d, why in late(rows(*rungs))] == expected


@pytest.mark.parametrize(
    ("when", "is_late"),
    [
        ("after the decision", True),
        ("After the vote in May", True),
        ("when it had already been decided", True),
        ("already agreed by the board", True),
        ("after it was announced", True),
        ("after it had been settled", True),
        ("once they were agreed", True),
        ("after they decided", True),
        ("after decision", True),
        ("once a year, before the budget", False),
        ("before it was agreed", False),
        ("before the decision", False),
        ("after the options were drawn", False),
        ("2027-03-01", False),
        ("", False),
    ],
)
def test_when_can_say_that_it_was_settled(when: str, is_late: bool) -> None:
    """Only words that say the decision had been taken count; a stage does not."""
    assert bool(late(rows("involved", when=when))) is is_late
    assert late(rows("", when=when)) == []


def test_a_decision_is_late_once_for_a_group() -> None:
    """Already taken comes first; the same decision is not counted again by its place."""
    change = Change(
        involvement=[
            Involvement("A", carers="informed"),
            Involvement("B", "after the decision", carers="informed"),
        ]
    )
    assert late(change) == [("carers", "B", "already taken")]
    both = Change(
        involvement=[Involvement("A"), Involvement("B", "after the vote", carers="consulted")]
    )
    assert late(both) == [("carers", "B", "already taken")]
    end = Change(involvement=[Involvement("A"), Involvement("B", "after the vote", "informed")])
    assert late(end) == [("patients", "B", "already taken")]


def test_each_kind_of_lateness_has_its_sentence() -> None:
    """The sentences name the group and the decision."""
    assert str(involvement.too_late(rows("", "informed"))[0]) == (
        "Carers were only informed, and only at the last step, “Decision 2”."
    )
    assert str(involvement.too_late(rows("involved", when="after the vote"))[0]) == (
        "Carers came to “Decision 1” after it had been decided."
    )
    same = Change(involvement=[Involvement("Sites", "after the vote", *["involved"] * 3)])
    words = "Patients, service users and carers came to “Sites” after it had been decided."
    assert involvement.build(same).late_words() == [words]
    assert involvement.draw(same).title == words.rstrip(".")
    asked = involvement.too_late(rows("", "informed", "involved"))[0]
    assert str(asked).endswith("after 2 decisions without a say.")
    assert asked.missed == ("Decision 1", "Decision 2")


@given(st.lists(st.sampled_from(("", *RUNGS)), min_size=1, max_size=6), st.data())
def test_a_say_in_the_first_decision_is_never_late(rungs: list[str], data: st.DataObject) -> None:
    """Direction: whoever is asked at the start is not late by place, whatever follows."""
    first = data.draw(st.sampled_from(RUNGS[involvement.SAY :]))
    assert late(rows(first, *rungs)) == []


def test_explain_gives_tritters_critique_and_the_highest_rung() -> None:
    """The ladder is never shown without its limits."""
    told = involvement.explain(rows("informed", "consulted"))
    assert "Carers: “consulted” at most, and no say in 1 of 2: Decision 1." in told
    assert "Patients: nothing is said of them in any decision." in told
    assert any("Tritter and McCallum 2006" in line for line in told)
    assert any("no say in any decision" in line for line in involvement.explain(rows("informed")))
    assert any("a say in every decision" in line for line in involvement.explain(rows("deciding")))


def test_nothing_and_rows_without_a_decision() -> None:
    """A blank change says what to add; rows that cannot be used are counted."""
    assert "no decisions yet" in involvement.explain(Change.blank())[0]
    lost = Change(involvement=[Involvement(patients="informed"), Involvement("A")])
    made = involvement.build(lost)
    assert (len(made.decisions), made.left_out) == (1, 1)
    assert involvement.explain(lost)[-1].startswith("1 row was left out")
    assert str(involvement.build(Change.blank())) == "No decisions yet"
    assert "There is 1 blank spot:" in " ".join(
        involvement.explain(Change(involvement=[Involvement("A", "", "deciding", "deciding")]))
    )


def test_silence_about_a_group_is_not_told_as_no_say() -> None:
    """The title names only groups that are known to have no say."""
    change = Change(involvement=[Involvement("Sites", "", "consulted", "", "not involved")])
    assert involvement.draw(change).title == "Carers have no say in the one decision"
    told = involvement.explain(change)
    assert "Carers: “not involved” wherever you chose a rung." in told
    assert "Service users: nothing is said of them in any decision." in told


def test_the_stroke_case_says_what_is_not_recorded() -> None:
    """The record speaks of patients only, so the picture must not say others had no say."""
    change = Change.example("stroke-london")
    picture = involvement.draw(change)
    check(picture)
    assert picture.title == "Nothing is said of service users and carers in any of 3 decisions"
    assert len(involvement.blank_spots(change)) == 6


@pytest.mark.parametrize(
    ("rungs", "title"),
    [
        (("deciding", "deciding"), "Nothing is said of patients and service users in any of 2"),
        (("informed",), "Carers have no say in the one decision"),
    ],
)
def test_titles_state_the_finding(rungs: tuple[str, ...], title: str) -> None:
    """Said to have no say, and not spoken of, are two findings."""
    assert involvement.draw(rows(*rungs)).title.startswith(title)


def test_titles_when_all_have_a_say_or_some_come_late() -> None:
    """All in; one group missing in one; one group late."""
    every = {"patients": "involved", "service_users": "involved", "carers": "involved"}
    whole = [Involvement("A", **every), Involvement("B", **every)]
    assert involvement.draw(Change(involvement=whole)).title == (
        "Patients, service users and carers have a say in all 2 decisions"
    )
    gap = [Involvement("A", **every), Involvement("B", **every | {"carers": "informed"})]
    assert involvement.draw(Change(involvement=gap)).title == (
        "Carers have no say in 1 of 2 decisions"
    )
    assert "first asked" in involvement.draw(Change(involvement=gap[::-1])).title


@pytest.mark.parametrize("many", [0, 1, 12, 1000])
def test_pictures_of_any_size_can_be_read(many: int) -> None:
    """Nothing overlaps, and the table has every decision."""
    change = Change(
        involvement=[
            Involvement(
                f"Decision {n} about the sites that will close in the north of the county",
                "after the decision" if n % 3 == 0 else "May",
                *(("", *RUNGS)[(n + k) % 7] for k in range(3)),
            )
            for n in range(many)
        ]
    )
    picture = involvement.draw(change)
    check(picture)
    assert len(picture.table.rows) == many


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(changes())
def test_anything_a_reader_leaves_can_be_read(change: Change) -> None:
    """Half-filled and odd changes give sentences and a picture, never an error."""
    assert involvement.explain(change)
    check(involvement.draw(change))
