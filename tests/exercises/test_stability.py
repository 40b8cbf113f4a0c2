"""Turnover and trust: exact chances, directions, extremes, and how much hangs on assumptions."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import pytest
from system_leadership import Change, Organisation, Person, Step, Tie, stability, turnover
from system_leadership.stability import SUPPOSED, Share, simulate, stay

FIVE = Change.blank()
"""Nothing typed: five leaders who all know one another."""


def test_monthly_chance_gives_back_its_median():
    """After the median half are left, whatever the median."""
    for median in stability.STAYS:
        assert (1 - stability.monthly_chance(median)) ** median == pytest.approx(0.5)
    # As the research record has them, in per cent.
    assert [round(100 * stability.monthly_chance(m), 1) for m in (36, 24, 11, 84)] == [
        1.9,
        2.8,
        6.1,
        0.8,
    ]
    with pytest.raises(ValueError, match="more than 0"):
        stability.monthly_chance(0)


def test_one_leader_and_five_over_43_months():
    """London's 43 months at a median of 36: 44 % for one, 1.6 % for all five."""
    assert round(100 * stay(1, 43)) == 44
    assert round(100 * stay(5, 43), 1) == 1.6
    assert stay(0, 43) == stay(5, 0) == 1


def test_simulation_agrees_with_the_exact_chance():
    """With trust that never comes back, a relationship works only while both founders stay."""
    change = Change(people=[Person("A"), Person("B")], ties=[Tie("A", "B")])
    found = simulate(change, months=43, runs=6000, kept=0, growth=1e9, begin=0.6, needed=1)
    exact = 0.5 ** (2 * 43 / 36)
    assert found.chance.middle == pytest.approx(exact, abs=0.02)
    assert found.chance.low < exact < found.chance.high
    assert found.untouched == pytest.approx(exact)
    assert found.by_month[18].middle == pytest.approx(0.5, abs=0.02)  # 2 leaders, 18 months


def weak_months(changes: list[int], **settings: float) -> list[int]:
    """Give the months, of 0 to 36, in which a relationship has too little trust."""
    trust = turnover._Trust(36, 0, False, {"saved": 0.1, "carried": 0.7, **settings})
    fate = [2 * month for month in changes]
    found = trust.weak(fate).to_bytes(37, "little")
    assert trust.works(fate) == (not found[-1])
    return [month for month in range(37) if found[month]]


def test_trust_after_one_change_worked_by_hand():
    """Trust 0.5 grows for a year to 0.75 and keeps 0.4 of it, 0.3.

    From 0.3 the gap is 0.7; it must fall to 0.5: 12 * log2(0.7 / 0.5) = 5.8, so the sixth month.
    """
    assert weak_months([12], kept=0.4, begin=0.5, growth=12, enough=0.5) == list(range(12, 18))
    assert math.ceil(12 * math.log2(0.7 / 0.5)) == 6


def test_too_little_trust_from_the_start():
    """A relationship that begins below what is needed grows into it."""
    assert weak_months([], kept=0.5, begin=0.0, growth=12, enough=0.5) == list(range(12))
    assert weak_months([3], kept=0.5, begin=0.5, growth=12, enough=1.0) == list(range(37))


def test_the_chance_alone_is_that_of_the_whole_simulation():
    """The picture of the assumptions gets its numbers by a shorter way: they are the same."""
    change = Change.example("stroke-london")
    cases = [{each.key: value} for each in SUPPOSED for value in (each.low, each.middle, each.high)]
    for handover, shared in ((0, False), (6, True)):
        found = turnover.chances(change, cases, months=43, handover=handover, shared=shared)
        whole = [
            simulate(change, months=43, handover=handover, shared=shared, **case) for case in cases
        ]
        assert list(found) == [each.chance.middle for each in whole]


def test_caches_are_bounded():
    """However long somebody types, the page's memory does not grow with it."""
    for kept in (turnover._posts, turnover._fates, turnover._outlook, turnover._chance):
        assert kept.cache_info().maxsize is not None


@pytest.mark.parametrize(
    ("name", "worse", "better"),
    [
        ("kept", 0.0, 0.9),
        ("growth", 40, 3),
        ("needed", 0.9, 0.3),
        ("enough", 0.7, 0.3),
        ("median_stay", 11, 84),
    ],
)
def test_directions(name, worse, better):
    """More trust kept, faster growth, lower needs and longer stays never lower the chance."""
    low = simulate(FIVE, months=43, **{name: worse}).chance.middle
    high = simulate(FIVE, months=43, **{name: better}).chance.middle
    assert low < high


def test_handing_over_and_sharing_never_harm():
    """In every run and month: the same leavings, and at least as much trust kept."""
    base = simulate(FIVE, months=43)
    for handover, shared in ((1, False), (3, False), (0, True), (6, True)):
        better = simulate(FIVE, months=43, handover=handover, shared=shared)
        for one, two in zip(base.by_month, better.by_month, strict=True):
            assert one.middle <= two.middle
    assert better.chance.middle > base.chance.middle


def test_second_person_who_has_just_come_knows_nothing():
    """Somebody who came last month cannot carry a relationship yet."""
    assert turnover._knows([], 5, 12)
    assert turnover._knows([2, 30], 20, 12)
    assert not turnover._knows([15], 20, 12)


def test_extremes():
    """Nobody leaves: always. Everybody leaves at once and nothing is kept: never."""
    always = simulate(FIVE, months=43, median_stay=1e9)
    assert {share.low for share in always.by_month} == {1.0}
    assert str(always.chance) == "more than 99 of every 100"
    never = simulate(FIVE, months=43, median_stay=0.05, kept=0)
    assert never.chance.high == 0
    assert str(never.chance) == "fewer than 1 of every 100"
    assert str(Share(0.5, 0.5, 0.5)) == "50 of every 100"
    assert simulate(FIVE, months=0.2).months == 1


def test_same_seed_same_courses():
    """The same seed gives the same answer; another gives another, inside a similar range."""
    one, two = simulate(FIVE, months=43), simulate(FIVE, months=43, seed=2)
    assert one == simulate(FIVE, months=43)
    assert one.by_month != two.by_month
    assert abs(one.chance.middle - two.chance.middle) < 0.15
    assert one.chance.low <= one.chance.middle <= one.chance.high


def test_settings_that_cannot_be_are_refused():
    """Each refusal says what would be right."""
    with pytest.raises(TypeError, match="Did you mean 'median_stay'"):
        simulate(FIVE, median_sty=3)
    with pytest.raises(TypeError, match="There are"):
        simulate(FIVE, zzz=3)
    with pytest.raises(ValueError, match="share from 0 to 1"):
        simulate(FIVE, kept=2)
    with pytest.raises(ValueError, match="more than 0 months"):
        simulate(FIVE, growth=0)
    for months in (5000, 0, -1, math.nan):
        with pytest.raises(ValueError, match="months must be"):
            simulate(FIVE, months=months)
    for handover in (-1, math.nan, math.inf):
        with pytest.raises(ValueError, match="handover"):
            simulate(FIVE, handover=handover)
    with pytest.raises(ValueError, match="runs"):
        simulate(FIVE, runs=2)


# ----------------------------------------------------------------------- who


def test_founders_come_from_the_best_there_is():
    """Ties between people, else between organisations, else all pairs, else five leaders."""
    orgs = [Organisation(n) for n in "XYZ"]
    people = [Person("A", manager="B"), Person("B"), Person("C")]
    whole = Change(
        organisations=orgs,
        people=people,
        ties=[Tie("A", "c"), Tie("C", "A"), Tie("X", "Y"), Tie("A", "X")],
    )
    found = stability.founders(whole)
    assert set(found.leaders) == {"A", "B", "C"}
    assert len(found.pairs) == 2  # A and C once, A and the manager B once
    other = stability.founders(Change(organisations=orgs, ties=[Tie("X", "Y"), Tie("X", "X")]))
    assert (other.leaders, other.pairs) == (("X", "Y"), ((0, 1),))
    assert "each organisation" in other.told
    loose = stability.founders(Change(people=[Person(f"P{n}") for n in range(20)]))
    assert len(loose.leaders) == 12
    assert len(loose.pairs) == 66
    assert "first 12" in loose.told
    assert "first" not in stability.founders(Change(people=[Person("A"), Person("B")])).told
    assert str(stability.founders(Change(people=[Person("A")]))) == "5 leaders, 10 relationships"


def test_length_comes_from_the_steps():
    """534 days are about 18 months; without days it is 36 and said so."""
    change = Change(steps=[Step("All", likely=534)])
    assert simulate(change).months == 18
    assert simulate(change).from_steps
    assert stability.explain(change)[0].startswith("The steps take about 18 months")
    assert simulate(FIVE).months == 36
    assert "no days yet" in stability.explain(FIVE)[0]


def test_a_thousand_leaders():
    """A sample of relationships stands for thousands, and the answer comes quickly."""
    people = [Person(f"P{n}") for n in range(1000)]
    ties = [Tie(f"P{n}", f"P{(n * 7 + k) % 1000}") for n in range(1000) for k in (1, 2)]
    change = Change(people=people, ties=ties)
    started = time.perf_counter()
    found = simulate(change, months=43)
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures
    assert len(found.founders.pairs) == turnover.MOST_RELATIONSHIPS
    assert "drawn at random" in found.founders.told


# --------------------------------------------------------------- assumptions and words


def test_assumptions_are_data_and_say_where_they_come_from():
    """Low, middle and high in order; only the stay of leaders has a source."""
    assert [each.key for each in SUPPOSED if each.published] == ["median_stay"]
    for each in SUPPOSED:
        assert each.low < each.middle < each.high
        assert each.source
        assert each.why.endswith((".", "?"))
    assert SUPPOSED[2].told(0.3) == "30%"


def test_sensitivity_is_sorted_and_leaves_out_what_cannot_matter():
    """Handing over and sharing count only where there are any."""
    plain = stability.sensitivity(FIVE, months=43)
    assert [e.size for e in plain] == sorted((e.size for e in plain), reverse=True)
    names = {e.assumption.key for e in plain}
    assert names == {a.key for a in SUPPOSED} - {"saved", "carried"}
    both = stability.sensitivity(FIVE, months=43, handover=3, shared=True)
    assert len(both) == len(SUPPOSED)
    by_name = {e.assumption.key: e for e in both}
    assert by_name["saved"].low <= by_name["saved"].high


def test_words_say_what_is_assumed():
    """The finding first, what helps, what it hangs on, and that most of it is assumed."""
    told = stability.explain(FIVE, months=43)
    text = " ".join(told)
    for part in (
        "43 months",
        "44 of every 100",
        "1.6 of every 100",
        "What could help",
        "Most hangs on this",
        "are assumptions",
        "does not predict",
    ):
        assert part in text, part
    calm = stability.explain(Change(steps=[Step("All", likely=1)]))
    assert any("change little" in each for each in calm)


def test_stroke_example():
    """The shipped case, over London's 43 months."""
    change = Change.example("stroke-london")
    found = simulate(change, months=43)
    assert round(100 * found.one_stays) == 44
    assert 0 < found.chance.low <= found.chance.high <= 1
    assert "relationships" in str(found)


def test_pictures():
    """Title, sentence, table, both widths, readable type, nothing outside the frame."""
    quiet = Change(steps=[Step("All", likely=1)])
    for change, months in (
        (FIVE, 43),
        (FIVE, 1),
        (quiet, None),
        (Change.example("stroke-london"), 43),
    ):
        for draw in (stability.draw, stability.draw_options, stability.draw_sensitivity):
            picture = draw(change, months=months)
            assert picture.title
            assert picture.sentence.endswith(".")
            assert picture.table.rows
            for spec, width in ((picture.spec, 760), (picture.narrow, 340)):
                assert spec is not None
                assert (spec["width"], spec["background"]) == (width, None)
                for layer in spec["layer"]:
                    if layer["mark"]["type"] == "text":
                        assert layer["mark"]["fontSize"] >= 11
                    for value in layer["data"]["values"]:
                        assert -1 <= value.get("x", 0) <= width + 1
                        assert -1 <= value.get("y", 0) <= spec["height"] + 1


def test_labels_at_the_end_of_lines_do_not_touch():
    """Three lines that end at one height still have three labels that can be read."""
    from system_leadership.stability_picture import _apart

    placed = sorted(_apart([100, 100, 101], 17, 280))
    assert all(two - one >= 17 for one, two in pairwise(placed))
