"""Steps in time: the critical path, many runs, what drives delay, and two real timelines."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from system_leadership import Change, Step, approvals, dates, timeline
from system_leadership.faults import Fault
from system_leadership.pictures import Picture

DATA = Path(__file__).parent / "data"


def plan(*rows: Any, date: dt.date | None = None) -> Change:
    """Make a change of steps given as (name, days or three guesses, needs)."""
    steps = []
    for name, days, *needs in rows:
        three = days if isinstance(days, tuple) else (days, days, days)
        steps.append(Step(name, *three, needs))
    return Change(steps=steps, date=date)


# A small network worked by hand, each duration fixed.
#   A 3 → B 4 → D 5 → F 2       3 + 4 + 5 + 2 = 14
#   A 3 → C 6 → E 1 → F 2       3 + 6 + 1 + 2 = 12, and C → D: 3 + 6 + 5 + 2 = 16, the longest
#   Forward:  A 0-3, B 3-7, C 3-9, D 9-14, E 9-10, F 14-16
#   Backward: F 14, D 9, E 13, C 3, B 5, A 0; so B has 2 days of slack and E has 4
WORKED = plan(
    ("A", 3), ("B", 4, "A"), ("C", 6, "A"), ("D", 5, "B", "C"), ("E", 1, "C"), ("F", 2, "D", "E")
)


def test_network_worked_by_hand():
    """Starts, ends, slack and the longest way, as the passes on paper give them."""
    found = approvals.critical_path(WORKED)
    assert found.days == 16
    assert found.path == ("A", "C", "D", "F")
    assert {s.name: (s.start, s.finish, s.slack) for s in found.steps} == {
        "A": (0, 3, 0),
        "B": (3, 7, 2),
        "C": (3, 9, 0),
        "D": (9, 14, 0),
        "E": (9, 10, 4),
        "F": (14, 16, 0),
    }
    assert [s.name for s in found.steps if s.critical] == ["A", "C", "D", "F"]
    assert found.step(" c ").finish == 9
    assert str(found) == "16 days by way of A → C → D → F"


def test_order_of_rows_does_not_matter():
    """A reader may type the last step first."""
    for rows in itertools.islice(itertools.permutations(WORKED.steps), 0, 720, 61):
        found = approvals.critical_path(Change(steps=rows))
        assert (found.days, found.path) == (16, ("A", "C", "D", "F"))


@pytest.mark.parametrize(
    ("three", "mean", "spread"),
    [((1, 4, 7), 4, 1), ((2, 3, 10), 4, 8 / 6), ((70, 97, 160), 103, 15), ((5, 5, 5), 5, 0)],
)
def test_pert_mean_and_spread(three, mean, spread):
    """(a + 4m + b) / 6 and (b - a) / 6, worked by hand."""
    made = approvals.Estimate(*three)
    assert made.mean == pytest.approx(mean)
    assert made.spread == pytest.approx(spread)


def test_missing_guesses_are_not_made_up():
    """One guess is three times the same; a missing middle is halfway; none is none."""
    guess = approvals.estimate
    assert guess(None, None, None) is None
    assert guess(4, None, None) == approvals.Estimate(4, 4, 4)
    assert guess(None, 4, 9) == approvals.Estimate(4, 4, 9)
    assert guess(2, 4, None) == approvals.Estimate(2, 4, 4)
    assert guess(2, None, 4) == approvals.Estimate(2, 3, 4)
    assert guess(9, 4, 1) == approvals.Estimate(1, 4, 9)


def test_drawn_days_have_the_mean_of_the_formula():
    """The beta shape is the one whose mean is PERT's."""
    found = approvals.simulate(plan(("A", (10, 20, 60))), draws=6000)
    assert found.mean == pytest.approx(25, abs=0.4)
    assert found.days[0] >= 10
    assert found.days[-1] <= 60


def test_meeting_paths_are_later_than_their_sum():
    """Two even paths: both are done by their middle in a quarter of runs, three in an eighth.

    For two symmetric durations of the shape Beta(3, 3) over ten days, the later one is expected
    at 10 (1 - the integral of F squared): 6.07 days, where adding along one path gives 5.
    """

    def cumulative(x: float) -> float:
        return 10 * x**3 - 15 * x**4 + 6 * x**5

    later = 10 * (1 - sum(cumulative((k + 0.5) / 1000) ** 2 for k in range(1000)) / 1000)
    two = approvals.simulate(plan(("A", (0, 5, 10)), ("B", (0, 5, 10))), draws=6000)
    assert two.programme.days == 5
    assert two.mean == pytest.approx(later, abs=0.08)
    assert two.missed_by_adding == pytest.approx(later - 5, abs=0.08)
    assert two.chance(5).middle == pytest.approx(1 / 4, abs=0.02)
    three = approvals.simulate(plan(*[(n, (0, 5, 10)) for n in "ABC"]), draws=6000)
    assert three.chance(5).middle == pytest.approx(1 / 8, abs=0.02)
    assert [d.critical for d in three.drivers] == pytest.approx([1 / 3] * 3, abs=0.03)


def test_steps_in_a_row_add_up():
    """With one path there is nothing to miss: the runs' average is the sum of averages."""
    row = approvals.simulate(plan(("A", (1, 4, 7)), ("B", (2, 3, 10), "A")), draws=6000)
    assert row.mean == pytest.approx(8, abs=0.1)
    assert all(d.critical == 1 for d in row.drivers)


def test_chance_is_a_range_round_all_runs():
    """Groups of runs disagree a little: that is the range."""
    found = approvals.simulate(plan(("A", (0, 5, 10)), ("B", (0, 5, 10), "A")))
    chance = found.chance(10)
    assert chance.low < chance.middle < chance.high
    assert found.chance(-1) == approvals.Chance(0, 0, 0)
    assert str(found.chance(-1)) == "none of the runs"
    assert str(found.chance(20)) == "all of the runs"
    assert str(approvals.Chance(0.5, 0.5, 0.5)) == "50 of every 100 runs"
    assert len(found.groups) == 5
    assert found.within(0) == found.days[0]
    assert found.within(1) == found.days[-1]


def test_same_seed_same_runs_and_other_steps_are_not_shuffled():
    """An edit to one row must not move the days of another."""
    one = plan(("A", (0, 5, 10)), ("B", (3, 5, 20), "A"))
    assert approvals.simulate(one).days == approvals.simulate(one).days
    assert approvals.simulate(one, seed=2).days != approvals.simulate(one).days
    more = plan(
        ("New", (1, 2, 3)),
        *[(s.name, (s.optimistic, s.likely, s.pessimistic), *s.depends_on) for s in one.steps],
    )
    assert approvals.simulate(more).days == approvals.simulate(one).days  # New never matters


def test_chance_by_date_counts_from_the_start():
    """A day too early is never, the day itself is always, when days are fixed."""
    change = plan(("A", 10), date=dt.date(2027, 1, 1))
    assert approvals.chance_by(change, dt.date(2027, 1, 10)).high == 0
    assert approvals.chance_by(change, dt.date(2027, 1, 11)).low == 1
    later = dt.date(2027, 1, 2)
    assert approvals.chance_by(change, dt.date(2027, 1, 11), start=later).high == 0
    with pytest.raises(ValueError, match="no start"):
        approvals.chance_by(plan(("A", 10)), later)


def test_driver_is_the_long_uncertain_step():
    """A sure step drives nothing; one off the longest way drives nothing."""
    found = approvals.simulate(
        plan(("Sure", 50), ("Wild", (10, 20, 90), "Sure"), ("Short", (1, 5, 9)))
    )
    first, *rest = found.drivers
    assert first.name == "Wild"
    assert first.critical == 1
    assert first.swing > 15
    by_name = {each.name: each for each in rest}
    assert by_name["Sure"] == approvals.Driver("Sure", 1.0, 0.0)
    assert by_name["Short"].critical == 0


# ------------------------------------------------------------- loops and unknown steps


def test_loop_is_shown_by_names():
    """The reader sees the loop in the order of work, and no traceback."""
    change = plan(
        ("Consult", 5, "Decide"),
        ("Decide", 5, "Scrutiny"),
        ("Scrutiny", 5, "consult"),
        ("After", 5, "Decide"),
    )
    (fault,) = approvals.faults(change)
    assert "Consult → Scrutiny → Decide → Consult" in fault.right
    assert (fault.row, fault.found) == (1, "Decide")
    found = approvals.critical_path(change)
    assert (found.days, found.steps, found.end) == (None, (), None)
    assert "loop" in str(found)
    assert approvals.simulate(change).days == ()
    assert approvals.simulate(change).mean == 0
    assert approvals.simulate(change).within(0.5) == 0
    assert approvals.simulate(change).chance(3) == approvals.Chance(0, 0, 0)
    told = approvals.explain(change)
    assert "loop" in told[0]
    assert told[1].startswith("Until then")
    for draw in (approvals.draw, approvals.draw_chance, approvals.draw_drivers):
        assert "loop" in draw(change).title
    assert approvals.savings(change) == ()
    assert "loop" in approvals.side_by_side(change, "Consult", "Decide").note


def test_step_that_waits_for_itself():
    """The shortest loop has its own words."""
    (fault,) = approvals.faults(plan(("A", 1, "A")))
    assert fault.right == "A step cannot wait for itself."
    assert "itself" in approvals.draw(plan(("A", 1, "A"))).sentence


def test_two_loops_are_both_told():
    """All faults at once."""
    change = plan(("A", 1, "B"), ("B", 1, "A"), ("C", 1, "D"), ("D", 1, "C", "A"))
    assert [f.right.count("→") for f in approvals.faults(change)] == [2, 2]


def test_unknown_step_is_told_and_the_rest_goes_on():
    """The nearest name is suggested, and the words say that the end may be later."""
    change = plan(("Consult", 5), ("Decide", 5, "Consutl", " "), date=dt.date(2027, 1, 1))
    (fault,) = approvals.faults(change)
    assert (fault.row, fault.suggestion) == (2, "Consult")
    assert [str(f) for f in change.faults()] == [str(fault)]
    assert approvals.critical_path(change).days == 5
    assert any("end may be later" in each for each in approvals.explain(change))


def test_faults_name_their_place():
    """Table, row and column, by key and as readers call them, with what was found."""
    change = plan(("A", 1, "B"), ("B", 1, "A"), ("C", 1, "zzzz"))
    assert list(approvals.faults(change)) == [
        Fault("steps", "Steps", 3, "depends_on", "Depends on", "zzzz", "No step has this name."),
        Fault(
            "steps",
            "Steps",
            1,
            "depends_on",
            "Depends on",
            "B",
            "These steps wait for one another in a loop: A → B → A. Take one of them out.",
        ),
    ]


def test_who_waits_for_a_loop_is_no_part_of_it():
    """Two steps wait, one behind the other, for two that wait for one another: one loop of two."""
    change = plan(("A", 1, "B"), ("B", 1, "C"), ("C", 1, "D"), ("D", 1, "C"))
    (fault,) = approvals.faults(change)
    assert (fault.row, fault.found) == (3, "D")
    assert fault.right.startswith("These steps wait for one another in a loop: C → D → C.")


def test_with_a_loop_the_start_and_what_was_left_out_are_still_told():
    """A reader who takes the loop out finds the rest as it was."""
    change = plan(("A", 1, "B"), ("B", 1, "A"), ("", 5), date=dt.date(2027, 1, 4))
    found = approvals.critical_path(change)
    assert found.start == dt.date(2027, 1, 4)
    assert found.aside[0] == "1 step without a name left out."
    assert approvals.critical_path(change, dt.date(2028, 2, 1)).start == dt.date(2028, 2, 1)


def test_a_step_nobody_named_is_answered_with_the_nearest_or_none():
    """The words are whole sentences, with nothing after them when no name is near."""
    found = approvals.critical_path(plan(("Consult", 5)))
    with pytest.raises(KeyError) as near:
        found.step("Consutl")
    assert near.value.args == ("No step is called 'Consutl'. Did you mean 'Consult'?",)
    with pytest.raises(KeyError) as far:
        found.step("zzzz")
    assert far.value.args == ("No step is called 'zzzz'.",)


def test_what_was_left_out_or_filled_in_is_told_in_sentences():
    """Each sentence counts what it is about, one or several."""

    def aside(*steps: Step) -> tuple[str, ...]:
        return approvals.critical_path(Change(steps=list(steps))).aside

    no_range = (
        "no range: the best and the worst case are the same, or are not given. "
        "The true range is wider."
    )
    assert aside(Step("A", 1, 2, 3)) == ()
    assert aside(Step("A", 1, 2, 3), Step(""), Step(" "), Step("a"), Step("A"), Step("á")) == (
        "2 steps without a name left out.",
        "3 steps left out: a step above has the same name.",
    )
    assert aside(Step("A", 1, 2, 3), Step("a")) == (
        "1 step left out: a step above has the same name.",
    )
    assert aside(Step("A", 1, 2, 3), Step("B")) == (
        "B has no days yet and counts as 0 days, so the end is later than told here.",
    )
    assert aside(Step("A"), Step("B")) == (
        "A and B have no days yet and count as 0 days, so the end is later than told here.",
    )
    assert aside(Step("A", 1, 2, 3), Step("B", 4, 4, 4)) == (f"B has {no_range}",)
    assert aside(Step("A", likely=4), Step("B", 4, 4, 4)) == (f"A and B have {no_range}",)
    assert aside(Step("A", 3, 2, 1), Step("B", 3, None, 1), Step("C", None, 1, 2)) == (
        "The days of A and B were not in growing order; we put them in order.",
    )
    assert aside(Step("A", 1, 2, 3, ["zzzz"])) == (
        "A step that waits for an unknown step is counted as not waiting for it, so the end "
        "may be later than told here.",
    )


def test_each_step_keeps_its_owner_and_what_it_waits_for():
    """Names as in the table, whatever way the reader spelt them in a wait, each once."""
    steps = [Step("A", 1, 2, 3, owner="Chair"), Step("B", 1, 2, 3, ["a ", "A", ""], owner="Board")]
    found = approvals.critical_path(Change(steps=steps))
    assert [(s.name, s.owner, s.needs) for s in found.steps] == [
        ("A", "Chair", ()),
        ("B", "Board", ("A",)),
    ]


def test_of_several_longest_ways_the_first_in_the_table_is_told():
    """Two ways of five days each: all four steps are critical, and one way is shown."""
    first = plan(("A", 2), ("B", 2), ("C", 3, "A", "B"), ("D", 3, "B", "A"))
    assert approvals.critical_path(first).path == ("A", "C")
    turned = plan(("B", 2), ("A", 2), ("D", 3, "A", "B"), ("C", 3, "B", "A"))
    assert approvals.critical_path(turned).path == ("B", "D")
    assert all(step.critical for step in approvals.critical_path(first).steps)


def test_slack_is_nought_where_only_rounding_makes_it():
    """Tenths of a day, and lengths of thousands of years: what adds up alike is tight."""
    tenths = approvals.critical_path(plan(("A", 0.1), ("B", 0.2, "A"), ("C", 0.3)))
    assert [(s.slack, s.critical) for s in tenths.steps] == [(0, True)] * 3
    long = approvals.critical_path(
        plan(("A", 711_019.7), ("B", 304_055.2, "A"), ("C", 1_015_074.9))
    )
    assert [(s.slack, s.critical) for s in long.steps] == [(0, True)] * 3
    # A millionth of the length, or of a day where that is longer, is the limit.
    for less, tight in ((0.9e-6, True), (1.1e-6, False)):
        near = approvals.critical_path(plan(("A", 1), ("B", 1 - less)))
        assert near.step("B").critical is tight
        assert (near.step("B").slack == 0) is tight


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=1, max_size=8))
def test_loops_are_found_exactly_when_there_are_any(needs):
    """Against brute force: follow every way from every step."""
    size = len(needs)
    rows = [
        Step(f"S{n}", likely=1, depends_on=[f"S{m}" for m in each if m < size])
        for n, each in enumerate(needs)
    ]
    ways = {n: {m for m in each if m < size} for n, each in enumerate(needs)}

    def reachable(start: int) -> set[int]:
        seen: set[int] = set()
        todo = list(ways[start])
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += ways[at]
        return seen

    looped = any(n in reachable(n) for n in range(size))
    change = Change(steps=rows)
    assert bool(approvals.faults(change)) == looped
    assert (approvals.critical_path(change).days is None) == looped
    if not looped:
        # Brute force again: the longest way by following every way.
        def longest(n: int) -> int:
            return 1 + max((longest(m) for m in ways[n]), default=0)

        assert approvals.critical_path(change).days == max(longest(n) for n in range(size))


# --------------------------------------------------------------------- side by side


def test_side_by_side_saves_the_shorter():
    """97 and 60 days in a row take 157, side by side 97; what follows waits for both."""
    change = plan(("Consult", 97), ("Train", 60, "Consult"), ("Open", 5, "Train"))
    found = approvals.side_by_side(change, "Train", "consult")
    assert (found.first, found.second) == ("Consult", "Train")
    assert (found.days, found.low, found.high) == (60, 60, 60)
    back = approvals.side_by_side(
        plan(("Consult", 60), ("Train", 97, "Consult"), ("Open", 5, "Train")), "Consult", "Train"
    )
    assert back.days == 60


def test_side_by_side_says_why_nothing_is_saved():
    """No link, another step between, or a longer way elsewhere."""
    change = plan(("A", 5), ("B", 5, "A"), ("C", 5, "B", "A"), ("Long", 90))
    note = approvals.side_by_side
    assert "do not wait" in note(change, "A", "Long").note
    assert "stand between" in note(change, "A", "C").note
    assert "not bring the end forward" in str(note(change, "B", "C"))
    with pytest.raises(KeyError, match="Did you mean 'Long'"):
        note(change, "A", "Lng")
    with pytest.raises(KeyError, match="No step is called"):
        approvals.critical_path(change).step("zzz")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_side_by_side_never_delays(seed):
    """Taking a wait away cannot move the end back, in any run."""
    change = made(8, seed)
    for step in change.steps:
        for first in step.depends_on:
            found = approvals.side_by_side(change, first, step.name, draws=40)
            assert found.note or 0 <= found.low <= found.high


def made(size: int, seed: int = 1) -> Change:
    """Make a plan of a size, each step waiting for up to two before it."""
    chance = random.Random(seed)
    rows = []
    for n in range(size):
        low = chance.randrange(1, 30)
        likely = low + chance.randrange(20)
        needs = {f"Step {chance.randrange(n)}" for _ in range(2)} if n else set()
        rows.append(Step(f"Step {n}", low, likely, likely + chance.randrange(60), sorted(needs)))
    return Change(steps=rows)


# ------------------------------------------------------------------------ directions


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_directions(seed):
    """More days or one more wait never bring any run's end forward; adding never overstates."""
    change = made(7, seed)
    before = approvals.simulate(change, draws=50)
    assert before.mean >= (before.programme.days or 0) - 0.2 * (before.days[-1] - before.days[0])
    waits = [*change.steps[:6], Step("Step 6", 1, 5, 9, [f"Step {n}" for n in range(6)])]
    loose = [*change.steps[:6], Step("Step 6", 1, 5, 9, ["Step 0"])]
    less = approvals.simulate(Change(steps=loose), draws=50).days
    more = approvals.simulate(Change(steps=waits), draws=50).days
    assert all(one <= two + 1e-9 for one, two in zip(less, more, strict=True))


# ------------------------------------------------------------------- the real timelines


def test_london_timeline_matches_the_published_days():
    """97 days' consultation, 73 to the decision, 364 to full start: 534 in all."""
    change = Change.load(DATA / "london-timeline.yml")
    assert change.faults() == []
    found = approvals.critical_path(change)
    assert found.days == 97 + 73 + 364 == 534
    assert found.end == dt.date(2010, 7, 19)
    ends = [dates.when(change.date, step.finish) for step in found.steps]
    assert ends == [dt.date(2009, 5, 8), dt.date(2009, 7, 20), dt.date(2010, 7, 19)]
    assert (dt.date(2010, 7, 19) - dt.date(2009, 1, 31)).days == 534
    assert any("534 days, to 19 July 2010" in each for each in approvals.explain(change))


def test_kent_timeline_matches_the_published_days():
    """70, 157, 150, then 994 to approval, the courts' 372 and 186 beside it: 1,371 in all."""
    change = Change.load(DATA / "kent-timeline.yml")
    assert change.faults() == []
    found = approvals.critical_path(change)
    assert found.days == 1371
    assert found.end == dt.date(2021, 11, 4)
    assert found.step("Decide").finish - found.step("Consult").finish == 307
    assert found.path == ("Consult", "Preferred option", "Decide", "Secretary of State approves")
    assert found.step("Appeal refused").slack == 994 - 372 - 186 == 436
    ends = {step.name: dates.when(change.date, step.finish) for step in found.steps}
    assert ends["High Court judgment"] == dt.date(2020, 2, 21)
    assert ends["Appeal refused"] == dt.date(2020, 8, 25)


def test_stroke_example():
    """The shipped case: the same 534 days, its open ends said, and it can be drawn."""
    change = Change.example("stroke-london")
    start = dt.date(2009, 1, 31)
    found = approvals.simulate(change, start)
    assert found.programme.days == 534
    assert found.programme.end == dt.date(2010, 7, 19)
    assert str(found) == "8 of every 10 runs end between 19 July 2010 and 19 July 2010"
    told = " ".join(approvals.explain(change, start))
    assert "have no range" in told
    assert "no days yet" in told
    assert approvals.draw(change, start).title == "Done on 19 July 2010"
    assert "no step has a range" in approvals.draw_chance(change, start).title


# ------------------------------------------------------------------------- extremes


def test_nothing_one_and_rows_without_days_or_names():
    """Empty and partial input works and says what to add."""
    assert str(approvals.critical_path(Change.blank())) == "No steps yet"
    assert str(approvals.simulate(Change.blank())) == "No steps yet"
    bare = Change(steps=[Step("A"), Step("B", depends_on=["A"])])
    assert approvals.critical_path(bare).days == 0
    assert "no days yet" in approvals.explain(bare)[0]
    assert approvals.draw(bare).title == "Your timeline starts with two steps"
    assert "needs steps" in approvals.draw_chance(bare).title
    one = plan(("A", (1, 2, 3)))
    assert approvals.critical_path(one).path == ("A",)
    assert approvals.savings(one) == ()
    odd = Change(steps=[Step("", likely=4), Step("A", 9, 5, 1), Step("a", likely=4)])
    told = " ".join(approvals.explain(odd))
    assert "1 step without a name" in told
    assert "has the same name" in told
    assert "not in growing order" in told
    with pytest.raises(ValueError, match="at least 5"):
        approvals.simulate(one, draws=2)


def test_words_of_a_plan_with_ranges():
    """Days, range, what adding misses, the driver, side by side, and what is assumed."""
    change = plan(
        ("A", (5, 10, 40)),
        ("B", (5, 10, 40)),
        ("C", (5, 10, 30), "A", "B"),
        ("D", (1, 2, 3)),
        date=dt.date(2027, 1, 4),
    )
    told = approvals.explain(change)
    text = " ".join(told)
    for part in (
        "longest way through takes",
        "could slip",
        "8 of every 10 runs",
        "adding along one",
        "drives delay most",
        "After that",
        "side by side",
        "does not predict",
    ):
        assert part in text, part
    assert "days are counted from the start" in " ".join(approvals.explain(plan(("A", (1, 2, 3)))))


def test_a_thousand_steps_within_seconds():
    """A thousand steps still answer, with fewer runs; forty rows are drawn and the rest counted."""
    change = made(1000)
    started = time.perf_counter()
    picture = approvals.draw(change)
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures
    assert len(picture.table.rows) == 1000
    assert "40 of the steps are drawn" in picture.sentence


def test_absurd_lengths_do_not_break_dates():
    """Past the year 9998 days are told as days."""
    rows = [Step(f"S{n}", likely=20000, depends_on=[f"S{n - 1}"] if n else []) for n in range(200)]
    change = Change(date=dt.date(2027, 1, 1), steps=rows)
    assert approvals.critical_path(change).end is None
    assert "day 4,000,000" in approvals.explain(change)[0]
    assert approvals.draw(change).narrow


# ------------------------------------------------------------------------- pictures


def pictures() -> list[Picture]:
    """Draw everything for a plan with ranges, dated and not, loose steps and none."""
    dated = Change(date=dt.date(2027, 1, 4), steps=made(12).steps)
    return [
        approvals.draw(dated),
        approvals.draw(made(12)),
        approvals.draw_chance(dated),
        approvals.draw_chance(dated, by=dt.date(2027, 6, 1)),
        approvals.draw_chance(dated, by=dt.date(2099, 6, 1)),
        approvals.draw_chance(made(3)),
        approvals.draw_drivers(dated),
        approvals.draw_drivers(Change.blank()),
        approvals.draw(plan(("A", 4))),
        approvals.draw_chance(plan(("A", (4, 5, 6)))),
    ]


def test_pictures_have_words_tables_and_readable_type():
    """Title, sentence and table everywhere; no type below 11 pixels; nothing outside the frame."""
    for picture in pictures():
        assert picture.title
        assert picture.sentence.endswith(".")
        for spec, width in ((picture.spec, 760), (picture.narrow, 340)):
            assert spec is not None
            assert spec["width"] == width
            assert spec["background"] is None
            for layer in spec["layer"]:
                if layer["mark"]["type"] == "text":
                    assert layer["mark"].get("fontSize", 11) >= 11
                for value in layer["data"]["values"]:
                    for key in ("x", "x2"):
                        assert -1 <= value.get(key, 0) <= width + 1, (
                            picture.id,
                            layer["mark"],
                            value,
                        )
                    for key in ("y", "y2"):
                        assert -1 <= value.get(key, 0) <= spec["height"] + 1


def test_critical_steps_are_marked_by_more_than_colour():
    """A diamond and bold type stand beside the colour of the bar."""
    spec = approvals.draw(WORKED).spec
    bold = [
        v["text"]
        for layer in spec["layer"]
        for v in layer["data"]["values"]
        if layer["mark"].get("fontWeight") == 600 and "text" in v
    ]
    assert bold == ["A", "C", "D", "F"]
    diamonds = [
        layer
        for layer in spec["layer"]
        if layer["mark"].get("fill") == "#1d2733" and "path" in layer["data"]["values"][0]
    ]
    assert len(diamonds[0]["data"]["values"]) == 4


# ------------------------------------------------------------------------ date axis


def test_ticks_keep_to_their_number_and_their_ends():
    """From a day to centuries, dated or not."""
    for last in (0, 1, 5, 20, 59, 100, 400, 5000, 90_000):
        for most in (1, 3, 8):
            for start in (None, dt.date(2027, 1, 31)):
                found = timeline.ticks(0, last, start, most)
                assert len(found) <= most
                assert all(0 <= day <= last for day, _ in found)
                assert [d for d, _ in found] == sorted({d for d, _ in found})


def test_dates_in_words():
    """Days of the calendar, whatever the machine's time zone."""
    assert dates.spoken(dt.date(2027, 2, 28), 1) == "1 March 2027"
    assert dates.spoken(None, 3) == "day 3"
    assert dates.when(dt.date(1, 1, 1), -1) is None
    assert dates.number(-2.0) == "-2"
    assert dates.number(100.0, 0) == "100"
