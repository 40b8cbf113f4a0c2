"""Expectation, readings and rules: verdicts worked by hand, and the traps that are called out."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from system_leadership import Change, patience
from system_leadership.change import Reading, Rule

D = dt.date
SEEN = "Seen in time"


def readings(*values: tuple[D, float], measure: str = SEEN) -> list[Reading]:
    """Make measured readings."""
    return [Reading(measure, day, value) for day, value in values]


def expected(*values: tuple[D, float], give: float = 0, measure: str = SEEN) -> list[Reading]:
    """Make expectations."""
    return [Reading(measure, day, value, "expected", give) for day, value in values]


DIP = expected((D(2027, 1, 1), 80), (D(2027, 4, 1), 60), (D(2027, 10, 1), 80), give=4)


def verdicts(rows: list[Reading], rules: list[Rule], today: D | None = None) -> list[str]:
    """Give the verdicts alone."""
    return [each.verdict for each in patience.reviews(Change(readings=rows, rules=rules), today)]


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (71, "carry on"),
        (70, "carry on"),
        (69.9, "look again"),
        (60, "look again"),
        (59.9, "stop"),
        (-5, "stop"),
    ],
)
def test_verdict_where_higher_is_better(value, verdict):
    """Carry on at 70 or more, stop below 60, look again between."""
    rows = readings((D(2027, 6, 1), value))
    assert verdicts(rows, [Rule(SEEN, D(2027, 6, 1), 70, 60)]) == [verdict]


@pytest.mark.parametrize(
    ("value", "verdict"), [(20, "carry on"), (25, "carry on"), (26, "look again"), (36, "stop")]
)
def test_verdict_where_lower_is_better(value, verdict):
    """Days waited: carry on at 25 or less, stop above 35."""
    rows = readings((D(2027, 6, 1), value))
    assert verdicts(rows, [Rule(SEEN, D(2027, 6, 1), 25, 35, "lower")]) == [verdict]


def test_rule_with_one_number_or_none():
    """Only stop: otherwise carry on. Only carry on: otherwise look again. Neither: no rule."""
    rows = readings((D(2027, 6, 1), 50))
    day = D(2027, 6, 1)
    assert verdicts(rows, [Rule(SEEN, day, None, 60)]) == ["stop"]
    assert verdicts(rows, [Rule(SEEN, day, None, 40)]) == ["carry on"]
    assert verdicts(rows, [Rule(SEEN, day, 60)]) == ["look again"]
    assert verdicts(rows, [Rule(SEEN, day)]) == ["no rule"]


def test_review_takes_the_last_reading_since_the_review_before():
    """An old reading cannot answer a second review; one after the date cannot answer the first."""
    rows = readings((D(2027, 3, 1), 75), (D(2027, 7, 1), 50))
    rules = [
        Rule(SEEN, D(2027, 9, 1), 70, 60),
        Rule(SEEN, D(2027, 4, 1), 70, 60),
        Rule(SEEN, D(2027, 6, 1), 70, 60),
        Rule(SEEN, None, 70, 60),
    ]
    found = patience.reviews(Change(readings=rows, rules=rules), D(2027, 12, 1))
    assert [(r.date and r.date.month, r.verdict) for r in found] == [
        (4, "carry on"),
        (6, "no reading"),
        (9, "stop"),
        (None, "not yet"),
    ]
    assert [r.reading.value if r.reading else None for r in found] == [75, None, 50, None]


def test_today_is_the_last_reading_unless_given():
    """The same file gives the same answer on any day."""
    rows = readings((D(2027, 3, 1), 75))
    rules = [Rule(SEEN, D(2027, 4, 1), 70, 60)]
    assert verdicts(rows, rules) == ["not yet"]
    assert verdicts(rows, rules, D(2027, 4, 1)) == ["carry on"]
    assert verdicts([], rules) == ["not yet"]


def test_rule_set_after_its_review_is_called_out():
    """Beforehand means before the day."""
    rows = readings((D(2027, 6, 1), 50))
    for set_on, late in ((D(2027, 5, 31), False), (D(2027, 6, 1), True), (D(2027, 7, 1), True)):
        change = Change(readings=rows, rules=[Rule(SEEN, D(2027, 6, 1), 70, 60, set_on=set_on)])
        assert patience.reviews(change)[0].late is late
        assert ("hindsight" in " ".join(patience.explain(change))) is late
    undated = Change(readings=rows, rules=[Rule(SEEN, D(2027, 6, 1), 70, 60)])
    assert patience.reviews(undated)[0].undated
    assert "does not say when it was set" in " ".join(patience.explain(undated))


def test_rule_that_stops_at_the_expected_dip_is_called_out():
    """Expecting 60 and stopping below 65 on that day cannot both be meant."""
    day = D(2027, 4, 1)
    hasty = Change(readings=DIP, rules=[Rule(SEEN, day, 70, 65, set_on=D(2026, 1, 1))])
    found = patience.reviews(hasty)[0]
    assert found.stops_at_dip is not None
    assert found.stops_at_dip.value == 60
    assert "Mind this" in " ".join(patience.explain(hasty))
    fair = Change(readings=DIP, rules=[Rule(SEEN, day, 70, 55, set_on=D(2026, 1, 1))])
    assert patience.reviews(fair)[0].stops_at_dip is None
    other_way = Change(
        readings=expected((D(2027, 1, 1), 20), (D(2027, 9, 1), 40)),
        rules=[Rule(SEEN, D(2027, 9, 1), 25, 35, "lower")],
    )
    assert patience.reviews(other_way)[0].stops_at_dip is not None


def test_rule_that_says_two_things_is_a_fault():
    """Stop below 70 and carry on at 60: what of 65?"""
    change, faults = Change.blank().replace_table(
        "rules", [{"measure": SEEN, "review": "2027-06-01", "carry_on": 60, "stop": 70}]
    )
    assert [f.column for f in faults] == ["stop"]
    assert patience.reviews(change)[0].crossed
    assert "could mean both" in " ".join(patience.explain(change))
    lower = {"measure": SEEN, "carry_on": 60, "stop": 70, "better": "lower"}
    change, faults = change.replace_table("rules", [lower])
    assert faults == []
    assert not patience.reviews(change)[0].crossed
    _, faults = change.replace_table("rules", [lower | {"stop": 50}])
    assert [f.column for f in faults] == ["stop"]


def test_dip_expected_and_read():
    """From 80 to 60 and back; the readings fell further and are not back."""
    rows = readings((D(2027, 1, 1), 81), (D(2027, 4, 1), 58), (D(2027, 6, 1), 70))
    (measure,) = patience.measures(Change(readings=DIP + rows))
    plan = measure.dip(expected=True)
    assert plan is not None
    assert (plan.depth, plan.lowest.date, plan.back) == (20, D(2027, 4, 1), D(2027, 10, 1))
    seen = measure.dip()
    assert seen is not None
    assert (seen.depth, seen.back) == (23, None)
    assert measure.outside() == ()  # 58 lies within 60 give or take 4
    assert patience.Measure("x").dip() is None


def test_lower_is_better_turns_the_dip_round():
    """Waits rise before they fall."""
    rows = readings((D(2027, 1, 1), 20), (D(2027, 4, 1), 41), (D(2027, 6, 1), 20))
    change = Change(readings=rows, rules=[Rule(SEEN, better="lower")])
    (measure,) = patience.measures(change)
    dip = measure.dip()
    assert dip is not None
    assert (dip.depth, dip.back) == (21, D(2027, 6, 1))
    assert "rose from 20 to 41" in " ".join(patience.explain(change))


def test_readings_worse_than_expected():
    """60 give or take 4: 56 is no surprise, 55.9 is; better than expected never is."""
    for value, surprised in ((56, False), (55.9, True), (90, False)):
        (measure,) = patience.measures(Change(readings=DIP + readings((D(2027, 4, 1), value))))
        assert bool(measure.outside()) is surprised
    before = DIP + readings((D(2020, 1, 1), 1))
    assert patience.measures(Change(readings=before))[0].outside() == ()


@given(st.integers(0, 273))
def test_expectation_stays_between_its_points(days):
    """On a straight line, inside the dates given."""
    (measure,) = patience.measures(Change(readings=DIP))
    found = measure.at(D(2027, 1, 1) + dt.timedelta(days=days))
    assert found is not None
    assert 60 <= found.value <= 80
    assert found.give == pytest.approx(4)


def test_expectation_of_one_point():
    """One point says something of its own day only."""
    (measure,) = patience.measures(Change(readings=DIP[:1]))
    assert measure.at(D(2027, 1, 1)) is not None
    assert measure.at(D(2027, 1, 2)) is None


def test_replay_holds_every_reading_against_the_rule():
    """What the rule would have said, and whether it would have stopped at an expected dip."""
    rows = DIP + readings(
        (D(2027, 1, 5), 80), (D(2027, 4, 1), 60), (D(2027, 5, 1), 66), (D(2027, 12, 1), 69)
    )
    change = Change(readings=rows, rules=[Rule(SEEN, D(2027, 6, 1), 70, 65, set_on=D(2026, 1, 1))])
    found = patience.replay(change)
    assert [(r.reading.value, r.verdict, r.expected) for r in found] == [
        (80, "carry on", True),
        (60, "stop", True),
        (66, "look again", True),
        (69, "look again", None),
    ]
    text = " ".join(patience.explain(change))
    assert "carry on once, look again twice and stop once" in text
    assert "too hasty" in text
    assert patience.replay(Change(readings=rows)) == ()


def test_measures_match_however_they_are_spelt():
    """Case and spaces do not part a reading from its rule; the later of two on one day counts."""
    rows = readings((D(2027, 6, 1), 10)) + readings((D(2027, 6, 1), 75), measure=" seen  IN time")
    found = patience.reviews(Change(readings=rows, rules=[Rule("SEEN IN TIME", D(2027, 6, 1), 70)]))
    assert [(r.verdict, r.reading.value if r.reading else None) for r in found] == [
        ("carry on", 75)
    ]


def test_partial_rows_are_left_out_and_said_so():
    """No date, no value, no measure: told, never a stop."""
    change = Change(
        readings=[Reading(SEEN), Reading("", D(2027, 1, 1), 3), *readings((D(2027, 1, 1), 5))],
        rules=[Rule(""), Rule(SEEN, better="lower"), Rule(SEEN, better="higher")],
    )
    text = " ".join(patience.explain(change))
    assert "2 readings were left out" in text
    assert "Rules differ" in text
    assert "no number to hold" in text
    assert "You have not said what you expect" in text
    assert patience.draw(change).table.rows


def test_words_without_a_rule_or_without_a_way_back():
    """Say what is missing: the rule, the day it is back, or the dip."""
    text = " ".join(patience.explain(Change(readings=DIP[:2])))
    assert "no rule yet" in text
    assert "not said by when" in text
    flat = expected((D(2027, 1, 1), 80), (D(2027, 4, 1), 85))
    rows = readings((D(2027, 1, 2), 81), (D(2027, 2, 1), 60))
    text = " ".join(patience.explain(Change(readings=flat + rows)))
    assert "no dip" in text
    assert "1 reading of 2 was worse" in text
    calm = Change(
        readings=DIP + readings((D(2027, 1, 2), 81)),
        rules=[Rule(SEEN, D(2026, 12, 1), 70, 60), Rule(SEEN, D(2028, 1, 1), 70, 60)],
    )
    text = " ".join(patience.explain(calm, D(2027, 6, 1)))
    assert "No reading of Seen in time was worse" in text
    assert "no new reading" in text
    assert "will look at" in text


def pictures() -> list[Change]:
    """Give changes to draw: one measure, five, late rules, rules alone, the real case."""
    rows = DIP + readings((D(2027, 1, 5), 80), (D(2027, 4, 1), 60), (D(2027, 5, 1), 66))
    rules = [
        Rule(SEEN, D(2027, 4, 1), 70, 60, set_on=D(2027, 5, 1)),
        Rule(SEEN, D(2027, 4, 20), 70, 60),
        Rule(SEEN, D(2027, 5, 1), 70, 60),
        Rule(SEEN, D(2027, 11, 1), 70, 60),
    ]
    lower = expected((D(2027, 1, 1), 20), (D(2027, 4, 1), 30), measure="Wait")
    many = [
        r
        for n in range(6)
        for r in readings((D(2027, 1, 1), n), (D(2027, 2, 1), 2 * n), measure=f"Measure {n}")
    ]
    return [
        Change(readings=rows, rules=rules),
        Change(readings=rows + lower, rules=[*rules, Rule("Wait", D(2027, 4, 1), 25, 35, "lower")]),
        Change(readings=many),
        Change(rules=[Rule(SEEN, D(2027, 4, 1), 70, 60)]),
        Change(readings=DIP[:1]),
        Change(readings=DIP),
        Change.blank(),
        Change(rules=[Rule(SEEN)]),
        Change.example("stroke-london"),
    ]


@pytest.mark.parametrize("change", pictures(), ids=range(9))
def test_pictures(change):
    """Title, sentence, both widths, readable type, nothing outside the frame."""
    picture = patience.draw(change)
    assert picture.title
    assert picture.sentence.endswith(".")
    for spec, width in ((picture.spec, 760), (picture.narrow, 340)):
        assert spec is not None
        assert (spec["width"], spec["background"]) == (width, None)
        for layer in spec["layer"]:
            if layer["mark"]["type"] == "text":
                assert layer["mark"].get("fontSize", 11) >= 11
            for value in layer["data"]["values"]:
                assert -1 <= value.get("x", 0) <= width + 1
                assert -1 <= value.get("y", 0) <= spec["height"] + 1


def test_verdicts_in_the_picture_do_not_touch():
    """Reviews close together put their flags in rows of their own."""
    spec = patience.draw(pictures()[0]).narrow
    assert spec is not None
    flags = [
        v
        for layer in spec["layer"]
        if layer["mark"]["type"] == "rect"
        for v in layer["data"]["values"]
        if v.get("fill") in ("#0f6b6b", "#9a5b00", "#a8322d", "#55606e")
    ]
    assert len(flags) == 4
    for at, one in enumerate(flags):
        for two in flags[at + 1 :]:
            apart = one["x2"] <= two["x"] or two["x2"] <= one["x"]
            assert apart or one["y2"] <= two["y"] or two["y2"] <= one["y"]


def two_measures(home: float, back: float) -> Change:
    """Give a measure that should rise and one that should fall, both reviewed on one day."""
    day = D(2027, 6, 1)
    return Change(
        readings=readings((day, home), measure="Home") + readings((day, back), measure="Back"),
        rules=[Rule("Home", day, 40, 30), Rule("Back", day, 7, 10, "lower")],
    )


@pytest.mark.parametrize(
    ("home", "back", "title"),
    [
        (45, 6, "The last review says carry on: Home and Back"),
        (45, 12, "The last reviews differ: stop for Back and carry on for Home"),
        (35, 12, "The last reviews differ: stop for Back and look again for Home"),
    ],
)
def test_title_tells_of_every_review_of_the_last_day(home, back, title):
    """Which row comes last must not decide which verdict is told; the gravest stands first."""
    assert patience.draw(two_measures(home, back)).title == title


def test_legend_shows_the_triangle_both_ways_where_measures_differ():
    """Carry on lies above it for one measure and below it for the other."""

    def in_legend(change: Change) -> set[str]:
        spec = patience.draw(change).spec
        values = [value for layer in spec["layer"] for value in layer["data"]["values"]]
        return {v["path"] for v in values if v.get("path", "").startswith("M-7,0L7,0")}

    both = two_measures(45, 6)
    assert in_legend(both) == {"M-7,0L7,0L0,-9Z", "M-7,0L7,0L0,9Z"}
    one = Change(readings=both.readings[:1], rules=both.rules[:1])
    assert in_legend(one) == {"M-7,0L7,0L0,-9Z"}


def test_a_single_expected_point_is_told():
    """One point is no dip, and it is more than a name all the same."""
    change = Change(readings=expected((D(2031, 1, 15), 82), measure="Falls"))
    assert patience.draw(change).sentence == "Falls: 82 expected on 15 January 2031."
