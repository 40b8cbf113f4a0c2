"""What simulations assume: the reader's figures move the answers, and bad ones are told."""

from __future__ import annotations

import datetime as dt
import importlib
from types import ModuleType

import pytest
from attrs import evolve
from system_leadership import (
    Change,
    Interest,
    Step,
    Supposed,
    approvals,
    coalition,
    interests,
    stability,
    suppositions,
)
from system_leadership.coalition import Assumptions, assumed
from system_leadership.suppositions import Supposition

SUBJECTS = ("approvals", "coalition", "interests", "stability")
EVERY = [
    pytest.param(subject, each, id=each.name)
    for subject in SUBJECTS
    for each in importlib.import_module(f"system_leadership.{subject}").SUPPOSED
]


def module(subject: str) -> ModuleType:
    return importlib.import_module(f"system_leadership.{subject}")


def supposing(change: Change, **assumed: float) -> Change:
    """Give the change with figures of the reader's, such as ``stability__kept=0.5``."""
    rows = [Supposed(name.replace("__", "/"), value) for name, value in assumed.items()]
    return evolve(change, assumptions=rows)


@pytest.fixture(scope="module")
def home() -> Change:
    """The fictional change: every table filled in, nothing assumed by the reader."""
    return Change.example("home-from-hospital")


# ------------------------------------------------------------------------- as data


@pytest.mark.parametrize(("subject", "each"), EVERY)
def test_each_supposition_can_be_a_slider(subject: str, each: Supposition) -> None:
    """Ends, step and words that a form can show, and a name that a file can keep."""
    assert each.name == f"{subject}/{each.key}"
    assert each.least <= each.low <= each.middle <= each.high <= each.most
    assert each.low < each.high
    assert each.step > 0
    assert all(each.can_be(value) for value in (each.low, each.middle, each.high, each.least))
    assert not each.can_be(each.most + each.step)
    assert each.why.endswith((".", "?"))
    assert not each.label.endswith(".")
    if each.choices:
        assert (each.least, each.most, each.step) == (0, len(each.choices) - 1, 1)
        assert [each.told(place) for place in range(len(each.choices))] == list(each.choices)
        assert not each.can_be(0.5)
    if each.unit == "share":
        assert each.least >= 0


def test_no_two_have_one_name() -> None:
    """A row of the file is about one thing."""
    names = [name for subject in SUBJECTS for name in (e.name for e in module(subject).SUPPOSED)]
    assert len(names) == len(set(names)) >= 19


def test_values_are_told_in_words() -> None:
    """With a unit, in per cent, as a choice, and with words for nought."""
    told = {e.name: e for subject in SUBJECTS for e in module(subject).SUPPOSED}
    assert told["stability/median_stay"].told(36.0) == "36 months"
    assert told["stability/kept"].told(0.25) == "25%"
    assert told["coalition/own"].told(5) == "5"
    assert told["coalition/contagion"].told(1.0) == "two persuaders"
    assert told["coalition/rounds"].told(0) == "until nobody more joins"
    assert told["approvals/promised"].told(0.0) == "no day promised"
    assert (
        told["coalition/contagion"].wanted == "Give one of 0 (one persuader), 1 (two persuaders)."
    )


# ------------------------------------------------------------------- ours, or the reader's


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_is_assumed_as_we_do_changes_nothing(home: Change, subject: str) -> None:
    """Our own figures, typed in, are no news."""
    same = evolve(home, assumptions=[Supposed(e.name, e.middle) for e in module(subject).SUPPOSED])
    assert module(subject).explain(same) == module(subject).explain(home)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_unknown_names_are_kept_and_ignored(home: Change, subject: str) -> None:
    """A figure of another release, or of somebody's own, is nobody's fault."""
    change = supposing(home, **{f"{subject}__mood": 3, "elsewhere__kept": 0.9})
    assert change.faults() == []
    assert module(subject).explain(change) == module(subject).explain(home)
    again = Change.loads(change.dumps())
    assert again.assumptions == change.assumptions


@pytest.mark.parametrize(("subject", "each"), EVERY)
def test_values_that_cannot_be_are_told_and_ignored(
    home: Change, subject: str, each: Supposition
) -> None:
    """The file keeps it, the answer stays ours, and the reader is told where and what is right."""
    change = supposing(home, **{each.name.replace("/", "__"): each.most + each.step})
    assert change.faults() == []
    [fault] = suppositions.faults(change, module(subject).SUPPOSED)
    assert (fault.table, fault.row, fault.column) == ("assumptions", 1, "value")
    assert each.wanted in fault.right
    told = module(subject).explain(change)
    assert str(fault) in told
    assert [line for line in told if line != str(fault)] == module(subject).explain(home)
    assert suppositions.supposed(change, each) == each.middle


@pytest.mark.parametrize(("subject", "each"), EVERY)
def test_what_the_reader_assumes_is_said(home: Change, subject: str, each: Supposition) -> None:
    """In the words of the answer, so that nobody mistakes it for ours."""
    other = each.high if each.high != each.middle else each.low
    told = " ".join(
        module(subject).explain(supposing(home, **{each.name.replace("/", "__"): other}))
    )
    if each.name == "approvals/promised":
        assert "You promised it by" in told
    else:
        assert f"You assume {each.told(other)} where we take {each.told(each.middle)}" in told


def test_the_last_row_with_a_value_counts() -> None:
    """Typed twice, the later one stands."""
    [stay, *_] = stability.SUPPOSED
    rows = [Supposed(stay.name, 24), Supposed(stay.name, 48), Supposed(stay.name)]
    assert suppositions.supposed(Change(assumptions=rows), stay) == 48


# -------------------------------------------------------------------- which way it goes


@pytest.mark.parametrize(
    ("key", "worse", "better"),
    [("median_stay", 12, 84), ("growth", 30, 3), ("kept", 0.0, 0.9), ("begin", 0.3, 0.9),
     ("enough", 0.8, 0.3), ("needed", 0.9, 0.3)],
)  # fmt: skip
def test_stability_follows_the_reader(home: Change, key: str, worse: float, better: float) -> None:
    """The same as passing the figure by hand, and in the direction the words promise."""
    low, high = (
        stability.simulate(supposing(home, **{f"stability__{key}": value}))
        for value in (worse, better)
    )
    assert low.chance.middle < high.chance.middle
    assert low == stability.simulate(home, **{key: worse})
    assert low.settings[key] == worse


def test_stability_options_and_pictures_follow_too(home: Change) -> None:
    """What handing over and sharing buy, and what the picture says the middle is."""
    slow = supposing(home, stability__saved=0.3)
    assert stability.options(slow)[1].outlook.chance.middle > (
        stability.options(home)[1].outlook.chance.middle
    )
    stays = supposing(home, stability__median_stay=84)
    assert stability.draw(stays).title != stability.draw(home).title
    middle = {row[0]: row[2] for row in stability.draw_sensitivity(stays).table.rows}
    assert str(middle["How long half of the leaders stay"]).startswith("84 months: ")


@pytest.mark.parametrize(
    ("key", "fewer", "more"),
    [("contagion", 1, 0), ("own", 20, 1), ("chance", 0, 0.2), ("rounds", 1, 0)],
)
def test_coalition_follows_the_reader(home: Change, key: str, fewer: float, more: float) -> None:
    """Two persuaders, a firmer view, no chance and fewer rounds leave fewer in."""
    first = ["Health and care board", "Carers' Circle"]
    low, high = (
        coalition.grow(supposing(home, **{f"coalition__{key}": value}), first).size.middle
        for value in (fewer, more)
    )
    assert low < high


def test_coalition_spread_widens_the_range(home: Change) -> None:
    """The less sure the ratings, the less sure the answer."""
    rated = {row.who for row in home.stances}
    change = evolve(home, ties=[t for t in home.ties if {t.from_, t.to} <= rated], people=[])
    sure, unsure = (
        coalition.grow(supposing(change, coalition__spread=value), ["Health and care board"])
        for value in (0, 0.4)
    )
    assert sure.assume.spread == 0
    assert sure.size.high - sure.size.low < unsure.size.high - unsure.size.low


def test_coalition_assumptions_become_those_of_the_model(home: Change) -> None:
    """Words for choices, none for no limit; what is passed by hand goes before."""
    change = supposing(
        home, coalition__contagion=1, coalition__chance=0.05, coalition__own=7,
        coalition__spread=0.2, coalition__rounds=3,
    )  # fmt: skip
    wanted = Assumptions(contagion="complex", chance=0.05, own=7, spread=0.2, rounds=3)
    assert assumed(change) == wanted
    assert coalition.grow(change, ["Carers' Circle"]).assume == wanted
    assert coalition.grow(change, ["Carers' Circle"], assume=Assumptions()).assume == Assumptions()
    cases = dict(coalition.sensitivity(change, ["Carers' Circle"]))
    assert "each needs one persuader who has joined, not two" in cases
    assert "as a tie of 7" in " ".join(coalition.explain(change)).replace(
        "counts as a tie", "as a tie"
    )


def test_approvals_longer_stretches_ranges_and_nothing_else(home: Change) -> None:
    """Worked by hand: (10 + 4 x 20 + 30) / 6 = 20; with half as much again (10 + 80 + 45) / 6."""
    change = Change(steps=[Step("A", 10, 20, 30), Step("B", likely=7, depends_on=["A"])])
    assert approvals.critical_path(change).days == 27
    longer = supposing(change, approvals__longer=0.5)
    assert approvals.critical_path(longer).days == pytest.approx(22.5 + 7)
    assert max(approvals.simulate(longer).days) <= 45 + 7
    base, late = approvals.simulate(home), approvals.simulate(supposing(home, approvals__longer=1))
    assert late.mean > base.mean
    assert stability.simulate(supposing(home, approvals__longer=1)).months > (
        stability.simulate(home).months
    )
    assert any("7 days" in str(row) or 7 in row for row in approvals.draw(longer).table.rows)


def test_approvals_together_widens_the_end_and_keeps_the_average(home: Change) -> None:
    """Each step keeps its own days, so one after another the average stays; the range grows."""
    line = Change(steps=[Step(f"S{n}", 10, 20, 60, [f"S{n - 1}"] if n else []) for n in range(6)])
    widths, means = [], []
    for share in (0, 0.05, 0.5, 1):
        found = approvals.simulate(supposing(line, approvals__together=share))
        widths.append(found.within(0.9) - found.within(0.1))
        means.append(found.mean)
    assert widths == sorted(widths)
    assert widths[-1] > 1.8 * widths[0]
    assert widths[1] < 1.2 * widths[0]  # a little makes a little difference
    assert means == pytest.approx([means[0]] * 4)
    assert "one step without regard" not in " ".join(
        approvals.explain(supposing(home, approvals__together=0.5))
    )


def test_approvals_together_with_one_step_or_none_changes_nothing() -> None:
    """There is nothing to go together with."""
    for steps in ([], [Step("A", 10, 20, 60)], [Step("A", likely=5), Step("B", likely=6)]):
        change = Change(steps=steps)
        one = approvals.simulate(change)
        assert approvals.simulate(supposing(change, approvals__together=1)).days == one.days


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        (dt.date(2026, 3, 2), 10, dt.date(2027, 1, 2)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 3, 3)),
        (dt.date(2026, 12, 1), 12, dt.date(2027, 12, 1)),
    ],
)
def test_a_promise_counts_months_of_the_calendar(start: dt.date, months: int, day: dt.date) -> None:
    """From day one, as people count; without a day one, a month is 30.4 days."""
    change = supposing(Change.blank(), approvals__promised=months)
    assert approvals.promised(change, start) == (day - start).days
    assert approvals.promised(supposing(Change.blank(), approvals__promised=10)) == 304


def test_a_promise_is_marked_and_told(home: Change) -> None:
    """The later the promise, the likelier it is kept; a date given by hand goes before."""
    early, late = (supposing(home, approvals__promised=m) for m in (7, 14))
    chances = [
        approvals.simulate(home).chance(approvals.promised(change, home.starts) or 0).middle
        for change in (early, late)
    ]
    assert chances[0] < chances[1]
    assert "You promised it by 2 October 2026: " in " ".join(approvals.explain(early))
    assert approvals.draw_chance(early).title.startswith("By 2 October 2026, ")
    other = approvals.draw_chance(early, by=dt.date(2027, 1, 1))
    assert other.title.startswith("By 1 January 2027, ")
    far = supposing(Change(steps=[Step("A", 1, 2, 3)]), approvals__promised=1)
    assert "You promised it by day 30: all of the runs are done." in approvals.explain(far)
    assert approvals.promised(far, dt.date(9999, 1, 1)) == 30


def test_interests_make_up_for_as_much_as_the_reader_says() -> None:
    """Half of a loss of 4 is 2; each group has its own figure; what is said by name goes before."""
    change = Change(
        interests=[
            Interest("Trust", "organisation", -4, offer="A clinic"),
            Interest("Lead", "person", -2, offer="A title"),
        ]
    )
    half = supposing(change, interests__organisation=0.5)
    assert interests.balance(half, ["Trust", "Lead"]).of("organisation").net == -2
    assert interests.balance(half, ["Trust", "Lead"]).of("person").net == 0
    assert interests.balance(half, ["Trust"], worth={"Trust": 3}).of("organisation").net == -1
    told = interests.explain(half)
    assert "If the offer to Trust is accepted, organisations stand at −2 and not −4." in told
    assert "This takes each offer to cost nobody anything. Ask whether that is so." in told
    none = " ".join(interests.explain(supposing(change, interests__organisation=0)))
    assert "The offer to Trust changes nothing" not in none
