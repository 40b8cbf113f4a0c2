"""Coalitions: growth, first movers, diversity and who is missing."""

from __future__ import annotations

import json
import random
import re
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from changes import changes as any_changes
from hypothesis import given, settings
from hypothesis import strategies as st
from system_leadership import coalition
from system_leadership.change import Change, Organisation, Person, Stance, Tie
from system_leadership.coalition import Assumptions, Range
from system_leadership.labels import text_width
from system_leadership.pictures import Picture

UNIFORM = Assumptions(thresholds="uniform")


def made(ties: list[tuple[Any, ...]], support: dict[str, float] | None = None, **kw: Any) -> Change:
    """A change with an organisation for every name in its ties and stances."""
    support = support or {}
    names = dict.fromkeys([*(n for tie in ties for n in tie[:2]), *support])
    return Change(
        organisations=[Organisation(n) for n in names],
        ties=[Tie(a, b, "influence", *rest) for a, b, *rest in ties],
        stances=[Stance(n, support=s) for n, s in support.items()],
        **kw,
    )


def crowd(size: int) -> Change:
    names = [f"Person {n}" for n in range(size)]
    ties = [(a, b) for a in names for b in names if a != b]
    return made(ties)


def large(size: int, ties: int) -> Change:
    chance = random.Random(3)
    names = [f"Organisation {n}" for n in range(size)]
    return Change(
        organisations=[Organisation(n, f"Sector {chance.randint(1, 9)}") for n in names],
        ties=[Tie(*chance.sample(names, 2), strength=chance.randint(0, 10)) for _ in range(ties)],
        stances=[Stance(n, chance.randint(0, 10), chance.randint(-5, 5)) for n in names],
    )


@st.composite
def changes(draw: st.DrawFn) -> Change:
    names = list("ABCDEF")[: draw(st.integers(2, 6))]
    name = st.sampled_from(names)
    ties = draw(st.lists(st.tuples(name, name, st.integers(0, 10)), max_size=14))
    support = draw(st.dictionaries(name, st.integers(-5, 5)))
    power = draw(st.integers(0, 10))
    change = made([tie for tie in ties if tie[0] != tie[1]], support)
    listed = {row.name for row in change.organisations}
    return evolve(
        change,
        organisations=[*change.organisations, *(Organisation(n) for n in names if n not in listed)],
        stances=[evolve(row, power=power) for row in change.stances],
    )


assumptions = st.builds(
    Assumptions,
    thresholds=st.sampled_from(["stances", "uniform"]),
    contagion=st.sampled_from(["simple", "complex"]),
    chance=st.sampled_from([0.0, 0.3]),
    own=st.sampled_from([0.0, 5.0]),
)


def sizes(change: Change, first: list[str], assume: Assumptions) -> dict[str, float]:
    grown = coalition.grow(change, first, draws=15, assume=assume)
    return {each.name: each.share for each in grown.members}


# ---------------------------------------------------------------------- growth


def test_the_riot_on_a_readers_own_map():
    """Granovetter's hundred, entered as organisations with ties and given thresholds."""
    change = crowd(100)
    alone = Assumptions(own=0, spread=0)
    thresholds = {f"Person {n}": n / 99 for n in range(100)}
    grown = coalition.grow(change, [], draws=2, assume=alone, given=thresholds)
    assert grown.size == Range(100, 100, 100)
    assert grown.members[-1].round == 100
    thresholds["Person 1"] = 2 / 99
    grown = coalition.grow(change, [], draws=2, assume=alone, given=thresholds)
    assert grown.joined == ("Person 0",)


def test_a_threshold_follows_from_support():
    """(5 - support) / 10: firmly for hardly anything, no side half, firmly against all."""
    change = made([], {"A": 5, "B": 3, "C": 0, "D": -5})
    assert [each.at for each in coalition.thresholds(change)] == [0.01, 0.2, 0.5, 1.0]
    known = coalition.thresholds(change, {"b": 0.7})[1]
    assert (known.at, known.reason) == (0.7, "given")


def test_a_stance_without_support_is_not_known():
    change = Change(organisations=[Organisation("A")], stances=[Stance("A", power=9)])
    assert coalition.thresholds(change)[0].at is None


def test_joining_takes_the_share_that_the_threshold_asks():
    """One of two equal persuaders is a third of all influence when own view weighs as much."""
    change = made([("A", "C", 5), ("B", "C", 5)], {"C": 2})
    exact = Assumptions(spread=0)
    assert "C" in coalition.grow(change, ["A"], draws=1, assume=exact).joined
    change = made([("A", "C", 5), ("B", "C", 5)], {"C": 1})
    assert "C" not in coalition.grow(change, ["A"], draws=1, assume=exact).joined
    assert "C" in coalition.grow(change, ["A", "B"], draws=1, assume=exact).joined


def test_the_power_of_a_persuader_counts():
    """Power 10 counts three times as much as power 0, by the rule (5 + power) / 10."""
    ties = [("A", "C", 5), ("B", "C", 5)]
    change = made(ties, {"C": 0})
    stances = [*change.stances, Stance("A", power=10), Stance("B", power=0)]
    change = evolve(change, stances=stances)
    exact = Assumptions(spread=0, own=2)
    assert "C" in coalition.grow(change, ["A"], draws=1, assume=exact).joined
    assert "C" not in coalition.grow(change, ["B"], draws=1, assume=exact).joined


def test_firmly_against_never_joins_while_they_have_a_view_of_their_own():
    change = made([("A", "B", 10)], {"B": -5})
    exact = Assumptions(spread=0)
    assert coalition.grow(change, ["A"], assume=exact).outside == ("B",)
    assert coalition.grow(change, ["A"], assume=evolve(exact, own=0)).outside == ()


def test_even_the_keenest_wait_to_be_asked():
    """With nobody to start, nobody starts, however much all are for it."""
    change = made([("A", "B"), ("B", "A")], {"A": 5, "B": 5})
    assert coalition.grow(change, []).size == Range(0, 0, 0)
    assert coalition.grow(change, ["A"]).size == Range(2, 2, 2)


def test_rounds_count_in_steps_from_the_first():
    """A chain of keen people joins one by one, each through the one before."""
    change = made([("A", "B", 10), ("B", "C", 10)], {"B": 4, "C": 4})
    grown = coalition.grow(change, ["A"])
    assert [(m.name, m.round, m.through) for m in grown.members] == [
        ("A", 0, ()),
        ("B", 1, ("A",)),
        ("C", 2, ("B",)),
    ]
    assert [each.middle for each in grown.rounds] == [1, 2, 3]
    assert str(grown) == "From A: 3 of 3 are in"


def test_who_works_somewhere_moves_it_and_is_moved():
    """A person and their organisation are tied both ways, with a strength of 5."""
    change = Change(
        organisations=[Organisation("Trust")],
        people=[Person("Nurse", "Trust", "nurse", "Matron"), Person("Matron")],
        stances=[Stance("Trust", support=4), Stance("Nurse", support=4)],
    )
    assert "Trust" in coalition.grow(change, ["Nurse"]).joined
    assert "Nurse" in coalition.grow(change, ["Trust"]).joined


def test_a_person_without_ties_can_still_be_a_first_mover():
    """With a stance they are counted, with neither tie nor stance they are not."""
    change = Change(
        organisations=[Organisation("Trust", "NHS")],
        people=[Person("Nurse", "Trust", "nurse"), Person("Clerk", "Trust"), Person("Guest")],
        stances=[Stance("Nurse", support=2), Stance("Guest", support=1), Stance("Who?")],
    )
    assert {m.name for m in coalition.grow(change, ["nurse"]).members} == {
        "Trust",
        "Nurse",
        "Guest",
    }
    told = " ".join(coalition.explain(change))
    assert "1 stance was left out" in told
    assert "There are no ties yet" in told


def test_the_same_seed_gives_the_same_answer():
    change = Change.example("stroke-london")
    assert coalition.grow(change, seed=4) == coalition.grow(change, seed=4)
    some, others = coalition.grow(change, seed=4), coalition.grow(change, seed=5)
    assert some.members != others.members


def test_nobodys_luck_changes_when_others_are_added():
    """Chance goes by name: a stranger to everybody leaves every share as it was."""
    change = made([("A", "B", 5), ("B", "C", 6)])
    more = evolve(change, organisations=[Organisation("Zoo"), *change.organisations])
    assume = Assumptions(chance=0.1)
    before, after = sizes(change, ["A"], assume), sizes(more, ["A"], assume)
    assert {name: after[name] for name in before} == before


def test_one_name_alone_is_a_first_few_of_one():
    assert coalition.grow(star(), "hub").first == ("Hub",)


def test_an_unknown_name_suggests_the_nearest():
    change = made([("Acute trust", "Council")])
    with pytest.raises(KeyError, match="Did you mean 'Acute trust'"):
        coalition.grow(change, ["Acute trsut"])
    with pytest.raises(KeyError, match=r"'Zoo'\.\"$"):
        coalition.grow(change, ["Zoo"])


# ------------------------------------------------------------------- direction


@given(changes(), assumptions, st.data())
def test_more_first_movers_never_shrink_the_coalition(
    change: Change, assume: Assumptions, data: st.DataObject
):
    """With the same seed, each is in at least as often."""
    name = st.sampled_from([row.name for row in change.organisations])
    few = data.draw(st.lists(name, max_size=2))
    more = [*few, data.draw(name)]
    before, after = sizes(change, few, assume), sizes(change, more, assume)
    assert all(after[name] >= before[name] for name in before)


@given(changes(), assumptions, st.data())
def test_a_stronger_first_mover_never_shrinks_the_coalition(
    change: Change, assume: Assumptions, data: st.DataObject
):
    """More and stronger ties from a first mover, and more power, take nobody away."""
    names = [row.name for row in change.organisations]
    first = data.draw(st.sampled_from(names))
    more = data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 10)))
    ties = [
        evolve(tie, strength=min(10, (tie.strength or 0) + 2)) if tie.from_ == first else tie
        for tie in change.ties
    ]
    ties += [Tie(first, to, strength=strength) for to, strength in more.items() if to != first]
    before = sizes(change, [first], assume)
    after = sizes(evolve(change, ties=ties), [first], assume)
    assert all(after[name] >= before[name] for name in before)
    stances = [
        evolve(row, power=min(10, (row.power or 0) + 3)) if row.who == first else row
        for row in change.stances
    ]
    after = sizes(evolve(change, stances=stances), [first], assume)
    assert all(after[name] >= before[name] for name in before)


@given(changes(), assumptions)
def test_warmer_support_never_shrinks_the_coalition(change: Change, assume: Assumptions):
    """If everybody rated is a point warmer, each is in at least as often."""
    stances = [evolve(row, support=min(5, (row.support or 0) + 1)) for row in change.stances]
    first = [change.organisations[0].name]
    before = sizes(change, first, assume)
    after = sizes(evolve(change, stances=stances), first, assume)
    assert all(after[name] >= before[name] for name in before)


@given(changes(), st.sampled_from([0.0, 5.0]))
def test_asking_for_two_persuaders_never_helps(change: Change, own: float):
    """Complex contagion asks for more than simple, and a chance to join anyway for less."""
    first = [change.organisations[0].name]
    hard = sizes(change, first, Assumptions(own=own, contagion="complex", rounds=12))
    plain = sizes(change, first, Assumptions(own=own, rounds=12))
    easy = sizes(change, first, Assumptions(own=own, chance=0.2))
    assert all(hard[name] <= plain[name] <= easy[name] for name in plain)


# ------------------------------------------------------------------ assumptions


def two_groups(bridges: int) -> Change:
    """Two groups of four in which everybody moves everybody, and ties from one to the other."""
    one, other = [f"A{n}" for n in range(4)], [f"B{n}" for n in range(4)]
    ties = [(a, b) for group in (one, other) for a in group for b in group if a != b]
    # Both ties of a wide bridge lead to each of two members of the second group.
    for n in range(bridges):
        ties += [(one[n], other[0]), (one[n], other[1])]
    return made(ties, dict.fromkeys([*one, *other], 4))


def test_simple_contagion_crosses_a_long_tie_and_complex_does_not():
    """Centola and Macy: what needs reinforcement needs a wide bridge."""
    exact = Assumptions(spread=0, own=0)
    reinforced = evolve(exact, contagion="complex")
    start = ["A0", "A1"]
    assert coalition.grow(two_groups(1), start, assume=exact).size.middle == 8
    assert coalition.grow(two_groups(1), start, assume=reinforced).size.middle == 4
    assert coalition.grow(two_groups(2), start, assume=reinforced).size.middle == 8


def test_a_little_chance_lets_it_cross_after_all():
    """Eckles and others: with some joining below the threshold, the long tie does carry it."""
    noisy = Assumptions(spread=0, own=0, contagion="complex", chance=0.05)
    grown = coalition.grow(two_groups(1), ["A0", "A1"], assume=noisy)
    assert 0.3 < next(m.share for m in grown.members if m.name == "B3") < 1


def test_a_sure_chance_brings_in_everybody_who_can_be_reached():
    sure = Assumptions(chance=1)
    change = made([("A", "B", 1), ("B", "C", 1)], {"B": -5, "C": -5, "D": 5})
    grown = coalition.grow(change, ["A"], draws=3, assume=sure)
    assert grown.joined == ("A", "B", "C")
    assert [m.round for m in grown.members] == [0, 1, 2, None]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"thresholds": "none"}, 'thresholds must be "stances" or "uniform"'),
        ({"chance": 1.1}, "chance must be from 0 to 1, got 1.1"),
        ({"own": -1}, "own must be 0 or more"),
        ({"spread": -0.1}, "spread must be 0 or more"),
        ({"rounds": -1}, "rounds must be 0 or more"),
    ],
)
def test_a_wrong_assumption_says_what_would_be_right(wrong: dict[str, Any], said: str):
    with pytest.raises(ValueError, match=re.escape(said)):
        Assumptions(**wrong)


def test_sensitivity_keeps_the_first_few_and_changes_one_thing_at_a_time():
    change = two_groups(1)
    cases = dict(coalition.sensitivity(change, ["A0", "A1"], draws=20))
    assert next(iter(cases)) == "as assumed"
    assert len(cases) == 4
    complexly = Assumptions(contagion="complex")
    named = [name for name, _ in coalition.sensitivity(change, draws=5, assume=complexly)]
    assert named[1] == "each needs one persuader who has joined, not two"


# ---------------------------------------------------------------- first movers


def star() -> Change:
    ties = [("Hub", f"Spoke {n}", 9) for n in range(5)] + [("Rim", "Spoke 5", 9)]
    return made(ties, dict.fromkeys(["Hub", "Rim", *(f"Spoke {n}" for n in range(6))], 3))


def test_the_hub_comes_first_and_says_whom_it_opens():
    found = coalition.first_movers(star(), 2)
    assert found.names == ("Hub", "Rim")
    assert {name for name, _ in found.movers[0].opens} == {f"Spoke {n}" for n in range(5)}
    assert found.movers[1].opens[0][0] == "Spoke 5"
    assert found.movers[0].gain == pytest.approx(6, abs=0.5)
    assert str(found).startswith("Start with Hub and Rim: 8")
    assert (found.candidates, found.tried, found.of) == (8, 8, 8)


def test_words_tell_who_would_be_in_anyway_from_who_comes_in_alone():
    """Once the hub is in, its spokes add nothing; who moves nobody still adds themselves."""
    told = " ".join(coalition.explain(star()))
    assert "would be in anyway, and moves nobody else for certain." in told
    alone = made([("Foe", "A", 10)], {"Foe": -4, "A": 1})
    assert "A comes in alone and moves nobody else for certain." in coalition.explain(alone)


def test_only_the_willing_are_asked_first():
    """Whoever is against is no first mover, however much they could move."""
    change = made([("Foe", "A", 10), ("Foe", "B", 10), ("A", "B", 5)], {"Foe": -4, "A": 1})
    assert coalition.first_movers(change, 3).names == ("A",)
    change = made([("Foe", "A", 10)], {"Foe": -4})
    assert coalition.first_movers(change).names == ("A",)
    change = made([("Foe", "A", 10)], {"Foe": -4, "A": -1})
    assert coalition.first_movers(change).names == ()
    assert coalition.first_movers(change, candidates=["foe"]).names == ("Foe",)


@pytest.mark.parametrize(
    ("assume", "guaranteed"),
    [
        (Assumptions(), False),
        (UNIFORM, True),
        (evolve(UNIFORM, contagion="complex"), False),
        (evolve(UNIFORM, chance=0.1), False),
        (evolve(UNIFORM, rounds=3), False),
    ],
)
def test_the_guarantee_is_stated_only_where_it_holds(assume: Assumptions, guaranteed: bool):
    """Thresholds equally likely anywhere, simple contagion, growth to the end."""
    found = coalition.first_movers(star(), 2, draws=10, assume=assume)
    assert found.guarantee == (coalition.GUARANTEE if guaranteed else None)
    given_one = coalition.first_movers(star(), 2, draws=10, assume=assume, given={"Rim": 0.5})
    assert given_one.guarantee is None


@settings(max_examples=25)
@given(changes(), st.integers(1, 3))
def test_the_search_is_never_better_than_every_set(change: Change, k: int):
    """On the same draws: trying every set is at least as good; with no k left out it is exact."""
    names = [row.name for row in change.organisations]
    for assume in (Assumptions(), Assumptions(chance=0.2), Assumptions(contagion="complex")):
        told: dict[str, Any] = {"draws": 12, "assume": assume, "candidates": names}
        searched = coalition.first_movers(change, k, **told)
        best = coalition.first_movers(change, k, **told, every=True)
        assert best.guarantee == 1.0
        searched_size = sum(m.gain for m in searched.movers)
        assert sum(m.gain for m in best.movers) >= searched_size - 1e-9


def test_a_pair_that_only_works_together_is_found_by_trying_every_set():
    """The search one by one misses it, and says that it has no guarantee."""
    ties = [(mover, f"Follower {n}", 5) for mover in ("A", "B") for n in range(9)]
    ties += [("C", "D", 10), ("C", "E", 10)]
    support = dict.fromkeys(("A", "B", "C"), 1)
    support |= {f"Follower {n}": -1.0 for n in range(9)} | {"D": 4, "E": 4}
    change = made(ties, support)
    told: dict[str, Any] = {"assume": Assumptions(spread=0), "candidates": ["A", "B", "C"]}
    searched = coalition.first_movers(change, 2, **told)
    best = coalition.first_movers(change, 2, **told, every=True)
    assert searched.names[0] == "C"
    assert searched.size.middle == 4
    assert set(best.names) == {"A", "B"}
    assert best.size.middle == 11


def test_every_set_can_be_tried_where_nobodys_threshold_is_known():
    found = coalition.first_movers(star(), 2, draws=40, assume=UNIFORM, every=True)
    assert set(found.names) == {"Hub", "Rim"}


def test_asking_for_more_than_there_are_gives_all():
    assert len(coalition.first_movers(star(), 99, draws=5).movers) == 8
    assert coalition.first_movers(star(), 0).movers == ()
    assert str(coalition.first_movers(star(), 0)) == "Nobody to start with yet"
    assert coalition.first_movers(star(), 0).size == Range()


def test_on_a_large_map_those_with_most_influence_are_tried():
    found = coalition.first_movers(large(200, 500), 2, draws=5)
    assert (found.tried, found.candidates > 60) == (60, True)


# ------------------------------------------------------------------- diversity


@pytest.mark.parametrize(
    ("values", "kinds", "index", "normalised"),
    [
        (["a"] * 4, None, 0.0, None),
        (["a"] * 4, 2, 0.0, 0.0),
        (["a", "b"], None, 0.5, 1.0),
        (["a", "a", "b", "c"], None, 0.625, 0.9375),
        (["a", "b", "c"], 3, 2 / 3, 1.0),
        (["a", "b"], 4, 0.5, 2 / 3),
        (list("abcdefghij"), None, 0.9, 1.0),
        (["a"] * 85 + ["b"] * 15, None, 0.255, 0.51),
        ([], None, None, None),
    ],
)
def test_blaus_index_by_hand(
    values: list[str], kinds: int | None, index: float | None, normalised: float | None
):
    """1 less the sum of squared shares; normalised by its largest value, 1 - 1 / kinds."""
    found = coalition.mix(values, kinds)
    assert found.index == (None if index is None else pytest.approx(index))
    assert found.normalised == (None if normalised is None else pytest.approx(normalised))


@given(st.lists(st.sampled_from("abcde"), min_size=1), st.integers(0, 8))
def test_blaus_index_stays_in_its_range(values: list[str], kinds: int):
    found = coalition.mix(values, kinds)
    assert 0 <= (found.index or 0) <= 1 - 1 / found.kinds + 1e-12
    assert 0 <= (found.normalised or 0) <= 1 + 1e-12


def test_spelling_makes_no_new_kind_and_blanks_are_counted_apart():
    found = coalition.mix(["Nurse", "nurse ", "", "Doctor"])
    assert found.counts == (("Nurse", 2), ("Doctor", 1))
    assert (found.unknown, found.kinds) == (1, 2)
    assert str(found) == "2 of 2 kinds, evenness 0.89 of 1"
    assert str(coalition.mix([])) == "0 kinds of 0"


def places() -> Change:
    return Change(
        organisations=[
            Organisation("Trust", "NHS"),
            Organisation("City", "Council"),
            Organisation("Aid"),
        ],
        people=[
            Person("Matron", "Trust", "nurse"),
            Person("Chief", "Trust", "manager"),
            Person("Mayor", "City", "councillor"),
            Person("Friend"),
        ],
        ties=[Tie("Matron", "Mayor", strength=8)],
        stances=[
            Stance("Trust", power=8, support=-1),
            Stance("Chief", power=9),
            Stance("City", power=6, support=2),
            Stance("Mayor", power=2, support=4),
        ],
    )


def test_diversity_counts_sectors_of_all_and_professions_of_people():
    found = coalition.diversity(places(), ["trust", "Matron", "Mayor", "Friend"])
    assert found.sectors.counts == (("NHS", 2), ("Council", 1))
    assert found.sectors.unknown == 1
    assert found.professions.counts == (("nurse", 1), ("councillor", 1))
    assert found.professions.kinds == 3
    assert found.professions.normalised == pytest.approx(0.75)
    assert "Professions: 2 of 3 kinds" in str(found)


def test_who_is_missing_by_sector_profession_and_power():
    found = coalition.missing(places(), ["Matron", "Friend"])
    assert found.sectors == ("Council",)
    assert found.professions == ("manager", "councillor")
    assert [(each.name, each.support) for each in found.powerful] == [
        ("Chief", None),
        ("Trust", -1),
    ]
    assert found.willing == ("Mayor", "City")
    assert found.unrated == ("Aid",)
    assert str(found) == "Nobody from 1 sector and 2 professions; 2 with much power outside"


def test_when_all_are_in_nothing_is_missing():
    change = places()
    assert coalition.missing(change, change.names()) == coalition.Missing()


def test_names_that_nobody_has_are_refused():
    with pytest.raises(KeyError, match="Did you mean 'Matron'"):
        coalition.missing(places(), ["Matrn"])
    with pytest.raises(KeyError, match="No organisation or person"):
        coalition.diversity(places(), ["Zebra crossing"])


# ------------------------------------------------------------------- extremes


def test_nobody():
    change = Change.blank()
    assert str(coalition.grow(change)) == "Nobody who could join yet"
    assert coalition.grow(change).size == Range()
    assert coalition.first_movers(change).movers == ()
    assert coalition.thresholds(change) == ()
    assert coalition.missing(change, []) == coalition.Missing()
    assert coalition.grow(change, assume=Assumptions(chance=0.5)).members == ()


def test_one():
    change = Change(organisations=[Organisation("Trust")])
    grown = coalition.grow(change)
    assert (grown.first, str(grown)) == (("Trust",), "From Trust: 1 of 1 is in")
    assert str(coalition.grow(change, [])) == "From nobody: 0 of 1 are in"
    assert "No stance is rated yet" in " ".join(coalition.explain(change))


def test_everybody_at_once():
    change = star()
    grown = coalition.grow(change, change.names())
    assert grown.size == Range(8, 8, 8)
    assert grown.rounds == (Range(8, 8, 8),)


def test_everybody_against():
    change = made([("A", "B")], {"A": -3, "B": -5})
    told = coalition.explain(change)
    assert told[0].startswith("Everybody you rated is against")
    assert coalition.draw(change).title == "Nobody to start with yet"
    assert coalition.draw_first(change).title == "Nobody to start with yet"


def test_a_thousand():
    change = large(1000, 3000)
    found = coalition.first_movers(change, 3, draws=8)
    grown = coalition.grow(change, found.names, draws=8)
    assert len(grown.members) == 1000
    assert len(grown.first) == 3
    found = coalition.first_movers(change, 3, draws=16, assume=UNIFORM)
    assert found.size.middle >= 3
    assert found.tried == found.candidates


def test_no_draws_still_draws_once():
    assert coalition.grow(star(), ["Hub"], draws=0).draws == 1
    assert coalition.first_movers(star(), 1, draws=0).draws == 1


@settings(max_examples=30)
@given(any_changes())
def test_whatever_readers_leave_behind_works(change: Change):
    """Half-filled tables, wrong cells and odd names: nothing stops, and something is said."""
    assert coalition.explain(change)
    for draw in PICTURES:
        check(draw(change))
    inside = coalition.grow(change, draws=5).joined
    assert len(coalition.diversity(change, inside).names) == len(inside)
    coalition.missing(change, inside)


# -------------------------------------------------------------- words, pictures


def test_the_stroke_case_is_explained_with_its_names():
    change = Change.example("stroke-london")
    told = coalition.explain(change)
    assert told[0].startswith("Start with NHS London")
    assert "35" in told[0]
    joined = " ".join(told)
    assert "Stroke Association" in joined
    assert "Health Secretary 2010 (support −2)" in joined
    assert "not sure to find the best" in joined
    assert told[-1] == "This shows how a coalition can grow. It does not predict that it will."
    assert max(len(sentence.split()) for sentence in told) < 70


def test_a_large_map_says_how_many_were_tried():
    told = " ".join(coalition.explain(large(150, 300)))
    assert "we tried the 60 with most influence" in told


def test_growth_in_four_rounds_is_told_in_short():
    names = "ABCDEFGHI"
    change = made([(a, b, 10) for a, b in pairwise(names)], dict.fromkeys(names, 4))
    told = coalition.explain(change)
    assert "Later come G, H and I." in told
    assert any(sentence.endswith("in nearly all of 200 draws.") for sentence in told)


PICTURES = (coalition.draw, coalition.draw_first, coalition.draw_missing)


def marks(spec: dict[str, Any], kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (layer["mark"], value)
        for layer in spec["layer"]
        if layer["mark"]["type"] == kind
        for value in layer["data"]["values"]
    ]


def check(picture: Picture) -> None:
    """Words of 11 px or more, inside the frame, and none over another."""
    json.dumps(picture.as_dict(), allow_nan=False)
    for spec, width in ((picture.spec, 760), (picture.narrow, 340)):
        assert spec is not None
        assert (spec["width"], spec["background"]) == (width, None)
        boxes = []
        for mark, value in marks(spec, "text"):
            if not value["text"]:
                continue
            size = mark["fontSize"]
            assert size >= 11
            # The measure has a margin of 4%; what is drawn is no wider than this.
            long = text_width(value["text"], size, mark.get("fontWeight") == 600) / 1.04
            left = value["x"] - {"left": 0, "right": long, "center": long / 2}[mark["align"]]
            assert left >= -0.5
            assert left + long <= width + 0.5
            assert size / 2 <= value["y"] <= spec["height"] - size / 2
            boxes.append((left, left + long, value["y"] - 0.4 * size, value["y"] + 0.4 * size))
        boxes.sort(key=lambda box: box[2])
        for place, (left, right, _, bottom) in enumerate(boxes):
            for other in boxes[place + 1 :]:
                if other[2] >= bottom:
                    break
                assert right <= other[0] or other[1] <= left


@pytest.mark.parametrize("draw", PICTURES)
@pytest.mark.parametrize(
    "change",
    [
        Change.example("stroke-london"),
        Change.blank(),
        star(),
        places(),
        crowd(4),
        large(300, 700),
        made(
            [("A" * 60, "Ω" * 40), ("An organisation with a name that goes on and on", "B")],
            {"B": 3, "A" * 60: 4},
        ),
    ],
    ids=["stroke", "blank", "star", "places", "crowd", "large", "long"],
)
def test_pictures_can_be_read(draw: Any, change: Change):
    picture = draw(change)
    check(picture)
    assert picture.title
    assert picture.sentence
    for row in picture.table.rows:
        assert len(row) == len(picture.table.columns)


def test_the_picture_of_growth_says_who_joins_when():
    picture = coalition.draw(Change.example("stroke-london"))
    assert picture.title == "Starting with 3 first movers, 16 of 35 are in at the end"
    assert "14 to 17 in 80 of 100 draws" in picture.sentence
    words = [value["text"] for _, value in marks(picture.spec, "text")]
    assert "The first few" in words
    assert "Round 2" in words
    assert "Chelsea and Westminster" in words
    rows = {row[0]: row[1:] for row in picture.table.rows}
    assert rows["NHS London"] == (0, 100, "")
    assert rows["Royal Free"] == (1, 100, "UCLPartners")
    assert rows["Chelsea and Westminster"][1] == 0


def test_the_picture_of_first_movers_gives_ranges():
    picture = coalition.draw_first(star())
    assert picture.title.startswith("Start with Hub, then Rim")
    assert picture.table.rows[0][0] == "Hub"
    alone = coalition.draw_first(Change(organisations=[Organisation("A")]))
    assert alone.title == "Start with A"
    words = [value["text"] for _, value in marks(alone.spec, "text")]
    assert "Brings in nobody else for certain" in words


def test_the_picture_of_the_missing_names_them():
    picture = coalition.draw_missing(Change.example("stroke-london"))
    assert picture.title == "3 of 9 sectors have nobody in"
    assert picture.table.rows[0][1] == 0
    all_in = Change(organisations=[Organisation("A", "NHS")])
    assert coalition.draw_missing(all_in).title == "Every sector has somebody in"
