"""Barriers by who could lift them, and those that nobody has taken up."""

from __future__ import annotations

import time

import pytest
from changes import changes
from hypothesis import given, settings
from system_leadership import Change, Organisation, Tie, barriers
from system_leadership.change import Barrier

TYPICAL = Change(
    you="Programme",
    organisations=[Organisation(n) for n in ("Programme", "Joint board", "Regional team")],
    ties=[Tie("Programme", "Joint board"), Tie("Joint board", "Regional team")],
    barriers=[
        Barrier("Two rotas", "capacity", "", True, "Draw up one"),
        Barrier("Split payment", "money", "Regional team", False, "Ask for a trial"),
        Barrier("No shared record", "design", "joint BOARD"),
        Barrier("Competition rules", "legal", "regional team"),
        Barrier("Fear for the local hospital", "public"),
        Barrier("Meetings at 8 am", "process", "programme", None, "Move them to noon"),
        Barrier(""),
        Barrier("", "other"),
    ],
)


def test_groups_ours_first_then_by_number_nobody_last():
    """Names match however they are spelt, and are shown as in their table."""
    made = barriers.sort(TYPICAL)
    assert [(g.who, g.kind, [h.what for h in g.hurdles]) for g in made.groups] == [
        ("In our gift", "ours", ["Two rotas", "Meetings at 8 am"]),
        ("Regional team", "others", ["Split payment", "Competition rules"]),
        ("Joint board", "others", ["No shared record"]),
        ("Nobody named yet", "nobody", ["Fear for the local hospital"]),
    ]
    assert made.left_out == 2
    assert str(made) == ("6 barriers: 2 in our gift, 1 with nobody named, 3 without a next move")


def test_barriers_without_a_next_move_are_called_out():
    """In the result, in words and in the picture."""
    made = barriers.sort(TYPICAL)
    assert [h.what for h in made.without_move] == [
        "Competition rules",
        "No shared record",
        "Fear for the local hospital",
    ]
    text = " ".join(barriers.explain(TYPICAL))
    assert "Of 6 barriers 3 have no next move: Competition rules; No shared record" in text
    drawn = [
        v["text"]
        for layer in barriers.draw(TYPICAL).spec["layer"]
        for v in layer["data"]["values"]
        if "text" in v
    ]
    assert drawn.count("No next move yet") == 3


def test_the_way_to_those_who_could_lift_the_rest():
    """The system map says how far they are."""
    groups = {g.who: g for g in barriers.sort(TYPICAL).groups}
    assert (groups["Joint board"].steps, groups["Joint board"].through) == (1, ())
    assert (groups["Regional team"].steps, groups["Regional team"].through) == (2, ("Joint board",))
    text = " ".join(barriers.explain(TYPICAL))
    assert "takes 2 steps, through Joint board" in text
    assert "a tie of your own to Joint board" in text


def test_reader_who_could_lift_it_has_it_in_their_gift_unless_they_say_no():
    """`you` counts as ours when the flag is blank; an outright no is believed."""

    def first(flag: bool | None, who: str) -> barriers.Barriers:
        return barriers.sort(Change(you="Us", barriers=[Barrier("X", "", who, flag)]))

    assert len(first(None, "us").ours) == 1
    assert len(first(False, "us").ours) == 0
    assert len(first(None, "").ours) == 0
    assert first(True, "Them").contradicted[0].what == "X"
    assert first(True, "Us").contradicted == ()


@pytest.mark.parametrize("count", [1, 2])
def test_contradictions_are_told(count):
    """In our gift, yet for somebody else to lift: which?"""
    change = Change(barriers=[Barrier(f"X{n}", "", "Them", True) for n in range(count)])
    text = " ".join(barriers.explain(change))
    assert "for somebody else to lift" in text
    assert "Start with what is yours and has no next move: X0" in text


def test_words_for_few():
    """None, one of ours, all settled, and many with long names."""
    assert barriers.explain(Change(barriers=[Barrier("")]))[1] == (
        "1 row left out: no barrier is written there."
    )
    one = " ".join(barriers.explain(Change(barriers=[Barrier("X", "", "", True, "Go")])))
    assert "1 barrier stands in the way, and 1 is in your gift. It has a next move." in one
    assert "Every barrier has a next move" in one
    two = Change(barriers=[Barrier(n, "", "", True, "Go") for n in "XY"])
    assert "Each of yours has a next move" in " ".join(barriers.explain(two))
    long = Change(
        barriers=[Barrier("A very long barrier " * 8, "", "Them") for _ in range(5)]
        + [Barrier("Ours", in_our_gift=True)]
    )
    text = " ".join(barriers.explain(long))
    assert "…; " in text
    assert "2 more" in text
    assert "Of 6 barriers 6 have no next move, 5 of them for others" in text
    far = Change(
        barriers=[Barrier("X", "", "Them", None, "Go"), Barrier("Y", "", "Others", None, "Go")]
    )
    assert "Them could lift 1 of them, then Others (1)" in " ".join(barriers.explain(far))


def test_stroke_example():
    """The record names nobody who could lift the five, and the words say so."""
    text = " ".join(barriers.explain(Change.example("stroke-london")))
    assert "5 barriers stand in the way, and none is in your gift" in text
    assert "Of 5 barriers 5 have no next move: those that nobody is named for." in text


@settings(max_examples=60, deadline=None)
@given(changes())
def test_every_barrier_stands_in_one_group(change):
    """Whatever readers type, none is lost and none is twice; words and picture follow."""
    made = barriers.sort(change)
    written = [row.what for row in change.barriers if row.what]
    assert sorted(h.what for h in made.hurdles) == sorted(written)
    assert len(written) + made.left_out == len(change.barriers)
    assert barriers.explain(change)
    assert barriers.draw(change).title


def boxes(change: Change, *, narrow: bool) -> list[dict[str, float]]:
    """Give the cards of a picture."""
    picture = barriers.draw(change)
    spec = picture.narrow if narrow else picture.spec
    assert spec is not None
    return [
        v
        for layer in spec["layer"]
        if layer["mark"]["type"] == "rect"
        for v in layer["data"]["values"]
        if v["x2"] - v["x"] > 100
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_cards_never_overlap_and_stay_inside(narrow):
    """By geometry, for the typical and a crowded change."""
    big = Change(
        barriers=[
            Barrier(
                f"Barrier {n} with quite a long text about what is in the way " * (1 + n % 3),
                "",
                f"Body {n % 25}" if n % 3 else "",
                None,
                "Ask them about it" if n % 2 else "",
            )
            for n in range(300)
        ]
    )
    for change in (TYPICAL, big, Change.example("stroke-london")):
        cards = boxes(change, narrow=narrow)
        assert cards
        for at, one in enumerate(cards):
            assert one["x"] >= 0
            assert one["x2"] <= (340 if narrow else 760)
            for two in cards[at + 1 :]:
                apart = one["x2"] <= two["x"] or two["x2"] <= one["x"]
                assert apart or one["y2"] <= two["y"] or two["y2"] <= one["y"]


def test_cards_stand_behind_all_words():
    """No card covers the words of another."""
    kinds = [layer["mark"]["type"] for layer in barriers.draw(TYPICAL).spec["layer"]]
    first_words = kinds.index("text")
    big = [
        at
        for at, layer in enumerate(barriers.draw(TYPICAL).spec["layer"])
        if layer["mark"]["type"] == "rect"
        and any(v["x2"] - v["x"] > 100 for v in layer["data"]["values"])
    ]
    assert max(big) < first_words


def test_a_thousand():
    """A thousand barriers: all in the table, the picture stays a picture."""
    change = Change(barriers=[Barrier(f"B{n}", "", f"Body {n % 40}") for n in range(1000)])
    started = time.perf_counter()
    picture = barriers.draw(change)
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures
    assert len(picture.table.rows) == 1000
    assert picture.spec["height"] < 4000
    assert "more could lift others" in picture.sentence


def test_picture_of_nothing_says_what_to_add():
    """And a list that is done says that too."""
    assert barriers.draw(Change.blank()).title == "Your barriers will stand here"
    done = Change(barriers=[Barrier("X", "", "", True, "Go")])
    assert barriers.draw(done).title == "1 of 1 barrier in our gift, each with a next move"
