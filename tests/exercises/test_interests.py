"""Gains and losses: the balance, where interests part, and what is offered."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from changes import changes
from hypothesis import given, settings
from hypothesis import strategies as st
from system_leadership import interests
from system_leadership.change import Change, Interest, Organisation, Person
from system_leadership.labels import text_width
from system_leadership.pictures import Picture

STROKE = Change.example("stroke-london")


def table(*rows: tuple[Any, ...]) -> Change:
    """Rows of who, whose, size, why and offer."""
    return Change(interests=[Interest(*row) for row in rows])


@st.composite
def tables(draw: st.DrawFn) -> Change:
    row = st.builds(
        Interest,
        who=st.sampled_from(["A", "a ", "B", "C", ""]),
        whose=st.sampled_from(["patients", "organisation", "person", ""]),
        size=st.none() | st.integers(-5, 5),
        offer=st.sampled_from(["", "A clinic"]),
    )
    return Change(interests=draw(st.lists(row, max_size=10)))


# ----------------------------------------------------------------------- lines


def test_patients_come_first_and_order_is_kept():
    made = interests.build(
        table(
            ("T", "person", 1),
            ("U", "organisation", 1),
            ("V", "patients", 1),
            ("W", "patients", 2),
            ("X", "", 0),
            ("", "patients", 5),
        )
    )
    assert [line.who for line in made.lines] == ["V", "W", "U", "T", "X"]
    assert made.nameless == 1


def test_a_row_that_does_not_say_whose_is_read_from_the_names():
    """An organisation's row counts as the organisation's, a person's as the person's."""
    change = Change(
        organisations=[Organisation("Trust")],
        people=[Person("Matron")],
        interests=[Interest("trust", size=1), Interest("Matron", size=-1), Interest("Aid", size=1)],
    )
    made = interests.build(change)
    assert [line.whose for line in made.lines] == ["organisation", "person", ""]
    assert made.read_as == ("trust", "Matron")
    told = interests.explain(change)
    assert "Read from your tables of names whose interest it is: trust and Matron." in told
    assert "Say whose interest it is for Aid." in told


# --------------------------------------------------------------------- balance


def test_the_stroke_case_adds_up():
    """By hand from the case: +3 -3 for patients, +9 -6 for organisations, -3 for people."""
    found = interests.balance(STROKE)
    patients, organisations, people = (found.of(g) for g in interests.GROUPS[:3])
    assert (patients.gains, patients.losses) == (3, -3)
    assert (organisations.gains, organisations.losses, organisations.gaining) == (9, -6, 3)
    assert (people.net, people.losing) == (-3, 1)
    assert (found.net, found.losing) == (0, 4)
    assert str(found) == "patients 0, organisations +3, people −3"


def test_an_accepted_offer_makes_up_for_its_loss_and_no_more():
    change = table(("A", "organisation", -3, "", "A clinic"), ("B", "organisation", -2))
    assert interests.balance(change).net == -5
    found = interests.balance(change, [" a"])
    assert (found.net, found.losing, found.accepted) == (-2, 1, ("A",))
    assert interests.balance(change, ["A"], worth={"A": 1}).net == -4
    assert interests.balance(change, ["A"], worth={"A": 99}).net == -2
    assert interests.balance(change, ["A"], worth={"A": -4}).net == -5
    assert interests.balance(change, ["B"]).net == -5


def test_what_an_offer_is_worth_is_spent_once():
    """Two losses of 2 under one name, and an offer worth 3: one point of loss is left."""
    change = table(("A", "person", -2, "", "Time"), ("A", "person", -2, "", "Time"))
    assert interests.balance(change, ["A"], worth={"A": 3}).net == -1


def test_an_offer_to_somebody_who_gains_adds_nothing():
    change = table(("A", "organisation", 2, "", "More"))
    assert interests.balance(change, ["A"]).net == 2


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(KeyError, match="Did you mean 'Acute trust'"):
        interests.balance(table(("Acute trust", "organisation", 1)), ["Acute trsut"])
    with pytest.raises(KeyError, match="Nobody with a rated gain"):
        interests.balance(table(("Acute trust", "organisation", 1)), worth={"Zoo": 1})


@given(tables(), st.data())
def test_accepting_more_never_makes_the_balance_worse(change: Change, data: st.DataObject):
    names = sorted({line.who for line in interests.build(change).rated})
    some = data.draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
    one = data.draw(st.lists(st.sampled_from(names), max_size=1)) if names else []
    before, after = interests.balance(change, some), interests.balance(change, [*some, *one])
    assert after.net >= before.net
    assert after.losing <= before.losing
    assert interests.balance(change).net <= before.net


@given(tables())
def test_groups_add_up_to_all_rows(change: Change):
    """Nothing rated is lost or counted twice."""
    sizes = [row.size for row in change.interests if row.who and row.size is not None]
    found = interests.balance(change)
    assert found.net == pytest.approx(sum(sizes))
    assert found.losing == sum(size < 0 for size in sizes)


# -------------------------------------------------------------------- partings


def test_where_interests_part_in_the_stroke_case():
    """Losers where people with stroke gain come first, then winners where families lose."""
    found = interests.partings(STROKE)
    losing = [each.who for each in found if each.size < 0]
    assert losing == ["Ealing Hospital", "Chelsea and Westminster", "Local councillors and MPs"]
    assert {each.who for each in found if each.size > 0} == {
        "Six other chosen sites",
        "UCLH",
        "Imperial",
    }
    assert found[0].patients == ("People who have a stroke",)
    assert found[1].offer == "A stroke unit and a clinic for mini-strokes (TIA)."
    assert str(found[-1]).endswith("gains (+3) where patients lose")


def test_an_organisation_can_part_from_its_own_patients():
    change = table(("Trust", "patients", 2), ("Trust", "organisation", -1), ("B", "person", 4))
    (found,) = interests.partings(change)
    assert (found.who, found.same) == ("Trust", True)
    assert "Own patients and own interest part at Trust." in interests.explain(change)


def test_what_counts_is_the_balance_of_each():
    """A loss of 1 beside a gain of 3 is a gain: no parting where patients gain."""
    change = table(("P", "patients", 1), ("A", "organisation", -1), ("A", "organisation", 3))
    assert interests.partings(change) == ()
    told = interests.explain(change)
    assert "Nobody's interest parts from that of patients, as you have rated them." in told


def test_nobody_parts_from_patients_who_are_not_there():
    change = table(("A", "organisation", -5))
    assert interests.partings(change) == ()
    assert interests.explain(change)[0].startswith("No row speaks of patients yet")


# ----------------------------------------------------------- losses and offers


def test_who_loses_without_gain():
    found = interests.loss_without_gain(
        table(
            ("A", "organisation", -1, "Rent"),
            ("a", "organisation", -3, "Staff", "Posts"),
            ("A", "person", 2),
            ("B", "person", -5),
            ("B", "person", 1),
            ("C", "person", 0),
        )
    )
    (only,) = found
    assert (only.who, only.size, only.why, only.offer) == ("A", -4, "Rent; Staff", "Posts")


def test_what_would_have_to_be_offered():
    """Those with no offer yet come first, the largest loss before the smaller."""
    found = interests.to_offer(
        table(
            ("A", "organisation", -5, "Income", "Rent"),
            ("B", "person", -1, "Time"),
            ("C", "patients", -3),
            ("C", "patients", 1),
            ("D", "person", 2),
        )
    )
    assert [(n.who, n.points, n.losses, n.offer) for n in found] == [
        ("C", 2, (), ""),
        ("B", 1, ("Time",), ""),
        ("A", 5, ("Income",), "Rent"),
    ]
    assert str(found[1]) == "B: 1 point to make up, nothing offered"
    assert str(found[2]) == "A: 5 points to make up, offered: Rent"


def test_each_concession_is_weighed_alone():
    """One offer takes organisations from +3 to +6; the other changes nothing."""
    found = {each.who: each for each in interests.concessions(STROKE)}
    offer = found["Chelsea and Westminster"]
    assert (offer.without.of("organisation").net, offer.with_it.of("organisation").net) == (3, 6)
    assert offer.changes
    assert str(offer).endswith("organisations +3 without the offer, +6 with it")
    assert not found["Trusts that keep a stroke unit"].changes
    (half,) = [
        each
        for each in interests.concessions(STROKE, worth={"chelsea and westminster": 1, "Zoo": 2})
        if each.changes
    ]
    assert half.with_it.of("organisation").net == 4


def test_a_concession_to_a_trust_is_not_one_to_its_patients():
    """One name, two interests, two offers: each counts for itself."""
    change = table(
        ("A", "patients", -2, "", "Transport"), ("A", "organisation", -3, "", "A clinic")
    )
    first, second = interests.concessions(change)
    assert (first.with_it.net, second.with_it.net) == (-3, -2)


def test_an_offer_for_a_loss_that_is_not_rated_waits():
    (found,) = interests.concessions(table(("A", "organisation", None, "", "A clinic")))
    assert (found.size, found.changes) == (None, False)


# ----------------------------------------------------------------------- words


def test_the_stroke_case_is_explained_with_its_names():
    told = interests.explain(STROKE)
    assert "Patients both gain and lose. Do not let the sum hide who they are." in told
    joined = " ".join(told)
    assert "3 more offers would be needed" in joined
    assert (
        "If the offer to Chelsea and Westminster is accepted, organisations stand at +6 and not +3."
        in told
    )
    # Three losses of 3 have no offer, so none of them is the largest.
    assert "Among the largest is the one to Families and visitors, for 3 points:" in joined
    assert "The offer to Trusts that keep a stroke unit changes nothing" in joined


def test_one_loss_is_told_in_the_singular():
    told = interests.explain(table(("P", "patients", 2), ("A", "organisation", -1)))
    assert "Where patients gain (P), A loses." in told
    assert "A carries a loss without any gain." in told
    assert "None of them has been offered anything." in told
    assert any("1 more offer would be needed. The largest is to A, for 1 point." in t for t in told)
    told = interests.explain(table(("P", "patients", -2), ("A", "organisation", 0)))
    assert "Organisations: neither gain nor loss." in told


def test_what_is_not_there_yet_is_asked_for():
    assert interests.explain(Change.blank()) == [
        "Nothing is weighed yet. Add who gains and who loses, patients first."
    ]
    assert "1 row was left out" in interests.explain(table(("", "person", 2)))[-1]
    told = interests.explain(table(("A", "person"), ("B", "person")))
    assert told[0].startswith("2 rows are there, but none is rated")
    told = interests.explain(table(("A", "person"), ("B", "person", 1), ("", "", 1), ("", "", 2)))
    assert "Not rated yet, and so not counted: A." in told
    assert told[-1].startswith("2 rows were left out")
    assert "Nobody carries a loss without some gain." in told


def test_results_print():
    assert str(interests.balance(Change.blank())) == "Nothing to weigh yet"
    assert str(interests.build(STROKE)) == "4 gains, 4 losses and 3 neither or not rated"


# -------------------------------------------------------------------- pictures


def many(rows: int) -> Change:
    chance = random.Random(rows)
    return table(
        *(
            (
                f"{chance.choice(['Northern trust', 'Patients with long-term conditions'])} {n}",
                chance.choice(["patients", "organisation", "person", ""]),
                chance.choice([None, *range(-5, 6)]),
                "A reason that goes on for long enough to need a second line, or a third",
                chance.choice(["", "A new clinic on the site, open on weekdays"]),
            )
            for n in range(rows)
        )
    )


def texts(spec: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (layer["mark"], value)
        for layer in spec["layer"]
        if layer["mark"]["type"] == "text"
        for value in layer["data"]["values"]
        if value["text"]
    ]


def check(picture: Picture) -> None:
    """Words of 11 px or more, inside the frame, and none over another or over a bar."""
    json.dumps(picture.as_dict(), allow_nan=False)
    for spec, width in ((picture.spec, 760), (picture.narrow, 340)):
        assert spec is not None
        assert (spec["width"], spec["background"]) == (width, None)
        boxes = []
        for mark, value in texts(spec):
            size = mark["fontSize"]
            assert size >= 11
            long = text_width(value["text"], size, mark.get("fontWeight") == 600) / 1.04
            left = value["x"] - {"left": 0, "right": long, "center": long / 2}[mark["align"]]
            assert left >= -0.5
            assert left + long <= width + 0.5
            assert size / 2 <= value["y"] <= spec["height"] - size / 2 + 0.5
            boxes.append((left, left + long, value["y"] - 0.4 * size, value["y"] + 0.4 * size))
        boxes += [
            (value["x"], value["x2"], value["y"], value["y2"])
            for layer in spec["layer"]
            if layer["mark"]["type"] == "rect"
            and layer["mark"].get("strokeWidth")
            and layer["mark"]["cornerRadius"] == 3
            for value in layer["data"]["values"]
        ]
        boxes.sort(key=lambda box: box[2])
        for place, (left, right, _, bottom) in enumerate(boxes):
            for other in boxes[place + 1 :]:
                if other[2] >= bottom:
                    break
                assert right <= other[0] or other[1] <= left


@pytest.mark.parametrize(
    "change",
    [STROKE, Change.blank(), many(1), many(12), many(40), many(200), table(("A", "person"))],
    ids=["stroke", "blank", "one", "twelve", "forty", "two hundred", "not rated"],
)
def test_the_sheet_can_be_read(change: Change):
    picture = interests.draw(change)
    check(picture)
    assert picture.title
    assert picture.sentence
    assert len(picture.table.rows) == len(interests.build(change).lines)


@settings(max_examples=60)
@given(changes())
def test_whatever_readers_leave_behind_works(change: Change):
    check(interests.draw(change))
    assert interests.explain(change)
    interests.concessions(change)
    interests.to_offer(change)


def test_the_sheet_goes_from_gain_to_loss_in_each_group():
    picture = interests.draw(STROKE)
    assert picture.title == "3 lose where patients gain"
    assert [row[:3] for row in picture.table.rows[:2]] == [
        ("patients", "People who have a stroke", 3),
        ("patients", "Families and visitors", -3),
    ]
    words = [value["text"] for _, value in texts(picture.spec)]
    assert [word for word in words if word in ("Patients", "Organisations", "People")] == [
        "Patients",
        "Organisations",
        "People",
    ]
    assert words.count("Nothing offered yet") == 3
    assert "Offered: A stroke unit and a" in words


def test_bars_reach_as_far_as_their_size():
    """A gain of 4 is twice as long as a gain of 2, and a loss goes the other way."""
    picture = interests.draw(
        table(("A", "patients", 4), ("B", "patients", 2), ("C", "patients", -2, "", "A lift"))
    )
    bars = [
        (value["x"], value["x2"])
        for layer in picture.spec["layer"]
        if layer["mark"]["type"] == "rect" and layer["mark"]["cornerRadius"] == 3
        for value in layer["data"]["values"]
        if value["x"] > 100
    ]
    (zero, long), (_, short), (loss, middle) = bars
    assert long - zero == 2 * (short - zero)
    assert middle == zero
    assert zero - loss == short - zero


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (table(("A", "organisation", -1)), "1 carries a loss without any gain"),
        (table(("P", "patients", 1), ("A", "person", -1)), "1 loses where patients gain"),
        (table(("A", "organisation", 1.5)), "Nobody loses, as you have rated them"),
        (table(("A", "organisation")), "1 row to rate"),
    ],
)
def test_the_title_states_the_finding(change: Change, title: str):
    assert interests.draw(change).title == title
