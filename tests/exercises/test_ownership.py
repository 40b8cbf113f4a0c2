"""Ideas given away: where each stands, with whom, and what is still ours past its day."""

from __future__ import annotations

import datetime as dt

import picture_checks
import pytest
from changes import row_of
from hypothesis import given
from hypothesis import strategies as st
from system_leadership import Change, Idea, Organisation, ownership
from system_leadership.change import CREDIT, TABLES
from system_leadership.ownership import Given, Ownership

TODAY = dt.date(2027, 5, 3)
PAST, AHEAD = dt.date(2027, 5, 2), dt.date(2027, 6, 1)


def made(*rows: Idea) -> Ownership:
    """Build from some ideas, as on the same day."""
    return ownership.build(Change(ideas=rows), TODAY)


def told(*rows: Idea) -> list[str]:
    """Explain some ideas, as on the same day."""
    return ownership.explain(Change(ideas=rows), TODAY)


def test_each_idea_stands_in_one_place() -> None:
    """Ours, shared or theirs, and apart from these what is not said."""
    found = made(
        Idea("A", credit="ours"), Idea("B", credit="shared"), Idea("C", credit="theirs"), Idea("D")
    )
    assert [[each.idea for each in found.at(place)] for place in (*CREDIT, "")] == [
        ["A"], ["B"], ["C"], ["D"],
    ]  # fmt: skip
    assert str(found) == "4 ideas: 1 ours, 1 shared and 1 theirs"
    assert str(Ownership()) == "No ideas yet"


@pytest.mark.parametrize(
    ("credit", "review", "overdue"),
    [
        ("ours", PAST, True),
        ("shared", PAST, True),
        ("", PAST, True),
        ("theirs", PAST, False),
        ("ours", TODAY, False),
        ("ours", AHEAD, False),
        ("ours", None, False),
    ],
)
def test_overdue_is_past_its_day_and_not_theirs(
    credit: str, review: dt.date | None, overdue: bool
) -> None:
    """The day itself is not past; what is theirs already needs no second look."""
    found = made(Idea("A", "B", "", credit, review))
    assert [each.overdue for each in found.ideas] == [overdue]
    assert bool(found.overdue) == overdue


def test_without_a_day_given_it_is_the_day_it_is() -> None:
    """A reader who comes back on the day after is told."""
    yesterday = dt.date.today() - dt.timedelta(days=1)
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    change = Change(ideas=[Idea("A", "B", "", "ours", yesterday), Idea("C", review=tomorrow)])
    assert [each.idea for each in ownership.build(change).overdue] == ["A"]
    assert "still ours: “A”" in " ".join(ownership.explain(change))


@pytest.mark.parametrize(
    ("credits", "share"),
    [((), None), (("",), None), (("ours", ""), 0.0), (("ours", "shared", "theirs", ""), 2 / 3)],
)
def test_share_of_ideas_where_others_are_thanked(
    credits: tuple[str, ...], share: float | None
) -> None:
    """Only ideas that say who is thanked count."""
    assert made(*(Idea("A", credit=each) for each in credits)).thanked == share


def test_who_carries_several_in_the_order_of_the_table() -> None:
    """Names are matched as people type them, and nobody is put first for having most."""
    found = made(
        Idea("A", "Ward sister"), Idea("B", "Brokerage"), Idea("C", "brokerage "),
        Idea("D", "Nurse"), Idea("E", "ward  sister", credit="theirs"),
        Idea("F", "Brokerage"), Idea("G"), Idea("H"),
    )  # fmt: skip
    assert [(each.name, each.ideas) for each in found.carriers] == [
        ("Ward sister", ("A", "E")), ("Brokerage", ("B", "C", "F")),
    ]  # fmt: skip
    assert [each.idea for each in found.nobody] == ["G", "H"]


def test_a_name_stands_as_the_reader_wrote_it_in_their_tables() -> None:
    """The idea goes to the organisation on the map, however it was typed."""
    change = Change(
        organisations=[Organisation("Carers' Circle")], ideas=[Idea("A", "CARERS CIRCLE")]
    )
    assert ownership.build(change, TODAY).ideas[0].with_whom == "Carers' Circle"


def test_what_is_told_worked_by_hand() -> None:
    """Every kind of sentence, with its names and numbers."""
    assert told(
        Idea("One list.", "Brokerage", "Their list", "ours", PAST),
        Idea("One sheet", "Carers", "Their words", "shared", PAST),
        Idea("One form", "Carers", "", "ours", AHEAD),
        Idea("One door", "Board", "Their key", "theirs", PAST),
        Idea("One bell"),
        Idea(with_whom="Board"),
    ) == [
        "Of 5 ideas, as things stand today: 2 ours, 1 shared and 1 theirs.",
        "Others are thanked for 2 of 5: alone for 1 and with you for 1.",
        "For 1 you have not said who is thanked: “One bell”.",
        "Past the day to look again, and still ours: “One list”. Ask Brokerage what would have to "
        "change.",
        "Past the day to look again, and not theirs yet: “One sheet”.",
        "Nobody is named yet for “One bell”. Ask who would gain most by it.",
        "Carers would carry 2 ideas. Ask whether that is too much at once, and which comes first.",
        "You have not said yet what would make “One form” their own: their words, their first step "
        "or their name on it.",
        "Next you look at “One form” on 1 June 2027, with Carers.",
        "Who is thanked is your own view. Ask those you named how they see it.",
        "1 row was left out, because no idea is written there.",
    ]


def test_empty_and_partial_say_what_to_add() -> None:
    """From nothing, to one idea, to one with a name."""
    assert ownership.explain(Change.blank()) == [
        "There are no ideas yet. Add one, and who could make it their own."
    ]
    assert told(Idea("A"))[:2] == [
        "1 idea, and nothing said yet of who is thanked. Choose ours, shared or theirs for each.",
        "Nobody is named yet for “A”. Ask who would gain most by it.",
    ]
    one = told(Idea("A", "B", credit="ours"))
    assert one[1] == "Nobody else is thanked for any of them yet."
    assert "No day to look again is set for “A”." in one
    blank = ownership.draw(Change.blank(), TODAY)
    assert blank.table.rows == ()
    assert "no ideas" in blank.sentence
    lost = ownership.explain(Change(ideas=[Idea(credit="ours")]))
    assert lost[1].startswith("1 row was left out")


def test_long_lists_are_named_in_part_and_counted() -> None:
    """Three are named, the rest counted; a long idea is cut at a word."""
    line = told(*(Idea(f"Idea {n}", "B", "", "ours", PAST) for n in range(6)))[2]
    assert "“Idea 0”, “Idea 1”, “Idea 2” and 3 more" in line
    assert "…”" in told(Idea("word " * 40, "B", "", "ours", PAST))[2]


def marks(change: Change, *, narrow: bool = False) -> list[tuple[float, str, str]]:
    """Give the marks that show where ideas stand: across, fill and edge."""
    picture = ownership.draw(change, TODAY)
    spec = picture.narrow if narrow else picture.spec
    assert spec is not None
    [layer] = [each for each in spec["layer"] if {"path", "fill"} <= set(each["data"]["values"][0])]
    return [
        (float(v["path"].split(",")[0][1:]), v["fill"], v["stroke"])
        for v in layer["data"]["values"]
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_marks_stand_further_right_the_further_an_idea_has_gone(narrow: bool) -> None:
    """Ours left of shared, shared left of theirs; nothing is drawn where nothing is said."""
    change = Change(
        ideas=[Idea(c or "none", "B", credit=c) for c in ("theirs", "", "ours", "shared")]
    )
    across = [x for x, _, _ in marks(change, narrow=narrow)]
    assert len(across) == 3
    assert across[1] < across[2] < across[0]


def test_marks_tell_the_late_and_the_nameless_apart() -> None:
    """By their edge and by being open; the words beside them say it too."""
    change = Change(
        ideas=[
            Idea("A", "B", "", "ours", AHEAD),
            Idea("C", "B", "", "ours", PAST),
            Idea("D", credit="ours"),
        ]
    )
    looks = [look[1:] for look in marks(change)]
    assert len(set(looks)) == 3
    words = {text for text, *_ in picture_checks.words_of(ownership.draw(change, TODAY).spec)}
    assert {"Past: 2 May 2027", "Look again: 1 June 2027", "No day to look again"} <= words
    assert {"Past the day to look again", "Nobody named yet", "nobody named"} <= words


def test_picture_and_table_say_the_same() -> None:
    """The table has every idea, also those that are not drawn."""
    many = Change(ideas=[Idea(f"Idea {n}", "B", "C", CREDIT[n % 3], PAST) for n in range(30)])
    picture = ownership.draw(many, TODAY)
    assert len(picture.table.rows) == 30
    assert picture.table.rows[0] == ("Idea 0", "B", "C", "Ours", "2 May 2027, past")
    assert picture.title == "Others are thanked for 20 of 30 ideas, 20 past the day to look again"
    assert "and 10 more ideas in the table" in str(picture.spec)
    picture_checks.check(picture)
    unsaid = ownership.draw(Change(ideas=[Idea("A")]), TODAY)
    assert unsaid.title == "1 idea: say who is thanked for each"
    picture_checks.check(unsaid)


def test_long_words_stay_inside_the_picture() -> None:
    """Names too long for a place, and ideas too long for a line."""
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    change = Change(
        ideas=[Idea(f"{long} {long} " * 4, f"{long} and all the others", long, c) for c in CREDIT]
    )
    picture_checks.check(ownership.draw(change, TODAY))


def test_the_sentence_names_ideas_by_where_they_stand() -> None:
    """Ours first, then shared and theirs; no more than eight are named."""
    change = Change(
        ideas=[
            Idea("One sheet.", "Carers", credit="theirs"),
            Idea("One list", "Brokerage", credit="ours", review=PAST),
            Idea("One bell", credit="ours"),
            Idea("One door", "Board"),
        ]
    )
    assert ownership.draw(change, TODAY).sentence == (
        "4 ideas on the way from ours to theirs. Ours: “One list” with Brokerage, past its day; "
        "“One bell” with nobody named. Theirs: “One sheet” with Carers. Not said who is thanked: "
        "“One door” with Board."
    )
    many = ownership.draw(Change(ideas=[Idea(f"Idea {n}") for n in range(10)]), TODAY).sentence
    assert many.count("“") == 8
    assert many.endswith("2 more are in the table.")


@given(st.lists(row_of(TABLES["ideas"]), max_size=6))
def test_whatever_is_typed_can_be_told_and_drawn(rows: list[dict[str, object]]) -> None:
    """No half-filled table is an error, and every idea is in the table once."""
    change, _ = Change.blank().replace_table("ideas", rows)
    found = ownership.build(change, TODAY)
    assert len(found.ideas) + found.left_out == len(change.ideas)
    assert ownership.explain(change, TODAY)
    picture = ownership.draw(change, TODAY)
    assert len(picture.table.rows) == len(found.ideas)
    picture_checks.check(picture)


def test_given_is_plain_data() -> None:
    """A test of other parts can make one by hand."""
    assert Given("A").stands == ""
    assert Ownership((Given("A", "B"), Given("C", "b"))).carriers[0].ideas == ("A", "C")
