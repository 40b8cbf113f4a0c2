"""Growth by thresholds, against what is known of it."""

from __future__ import annotations

import math
import random
from itertools import combinations
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from system_leadership import thresholds as model
from system_leadership.coalition import GUARANTEE


def everyone(size: int) -> model.Net:
    """A crowd in which everybody sees everybody."""
    return model.net(size, [(a, b, 1.0) for a in range(size) for b in range(size)])


@st.composite
def nets(draw: st.DrawFn, most: int = 7) -> model.Net:
    size = draw(st.integers(1, most))
    point = st.integers(0, size - 1)
    ties = draw(st.lists(st.tuples(point, point, st.integers(0, 10)), max_size=3 * size))
    return model.net(size, ties, own=draw(st.sampled_from([0.0, 1.0, 5.0])))


# ------------------------------------------------------------- Granovetter 1978


def test_in_the_riot_all_hundred_join():
    """Thresholds 0, 1, 2, … 99: each is set off by the one before."""
    assert model.crowd(range(100)) == list(range(1, 101))


def test_in_the_riot_one_person_makes_all_the_difference():
    """Replace the one with threshold 1 by one with threshold 2: a single person riots."""
    assert model.crowd([0, 2, *range(2, 100)]) == [1]


def test_the_riot_runs_the_same_on_ties():
    """Everybody sees everybody: the network gives what the crowd gives, round by round."""
    tied = everyone(100)
    assert model.run(tied, [n / 99 for n in range(100)], []) == list(range(1, 101))
    changed = [0, 2 / 99, *(n / 99 for n in range(2, 100))]
    assert model.run(tied, changed, []) == [1] + [-1] * 99


@pytest.mark.parametrize(
    ("spread", "share"), [(0.120, 0.040), (0.122, 0.055), (0.1223, 1.0), (0.13, 1.0)]
)
def test_a_small_change_of_spread_makes_the_share_jump(spread: float, share: float):
    """With mean 0.25 a few per cent join up to a spread of about 0.1222, and then nearly all."""
    assert model.share_at_rest(0.25, spread) == pytest.approx(share, abs=0.0006)


def test_the_jump_lies_just_above_a_spread_of_0_1222():
    """At 0.1222 the share still rests at 6%, at 0.12223 it no longer does."""
    assert model.share_at_rest(0.25, 0.1222) == pytest.approx(0.0598, abs=1e-4)
    assert model.share_at_rest(0.25, 0.12223) > 0.99


@pytest.mark.parametrize(("spread", "share"), [(0.120, 0.040), (0.122, 0.055), (0.124, 1.0)])
def test_a_large_crowd_comes_to_the_same_rest(spread: float, share: float):
    """The simulation agrees with the formula in large numbers."""
    size = 100_000
    normal = NormalDist(0.25 * size, spread * size)
    ended = model.crowd([normal.inv_cdf((n + 0.5) / size) for n in range(size)])[-1]
    assert ended / size == pytest.approx(share, abs=0.001)


def test_a_crowd_pushed_over_the_top_does_not_fall_back():
    """From half a crowd nearly all join, where from nobody hardly any do."""
    assert model.share_at_rest(0.25, 0.1) < 0.02
    assert model.share_at_rest(0.25, 0.1, start=0.5) > 0.99


def test_nobody_starts_an_empty_crowd():
    assert model.crowd([]) == []
    assert model.crowd([1, 1, 1]) == []


# ------------------------------------------------------------------------- net


def test_influence_is_shared_out_and_own_view_keeps_its_part():
    """Shares of influence on one point and its own view add up to 1."""
    made = model.net(3, [(0, 2, 6), (1, 2, 2), (1, 2, 1), (2, 2, 9), (0, 1, 0)], own=2)
    assert made.out == (((2, 0.6),), ((2, 0.2),), ())
    assert made.contacts == (0, 0, 2)
    assert made.size == 3


def test_weights_below_one_count_as_they_are():
    """Half a point of influence beside half a point of own view is an even share."""
    assert model.net(2, [(0, 1, 0.5)], own=0.5).out == (((1, 0.5),), ())
    assert model.net(3, [(0, 2, 0.2), (0, 2, 0.6), (1, 2, 0.2)], own=0.2).out == (
        ((2, pytest.approx(0.6)),),
        ((2, pytest.approx(0.2)),),
        (),
    )


def test_an_empty_net_comes_to_rest_at_once():
    assert model.run(model.net(0, []), [], []) == []


def test_who_needs_nobody_joins_in_the_first_round():
    assert model.run(model.net(2, []), [0, 0.5], []) == [1, -1]


def test_a_first_mover_who_needs_nobody_was_in_from_the_start():
    """Those named first are in at round 0, even who would have come by itself in round 1."""
    assert model.run(model.net(2, [(0, 1, 1)]), [0, 1], [0]) == [0, 1]


def test_a_share_a_hair_below_a_threshold_has_reached_it():
    """Up to and with `CLOSE`, so that rounding keeps nobody out; a little more and it does."""
    pair = model.net(2, [(0, 1, 1)])
    for over, joins in ((model.CLOSE, True), (3 * model.CLOSE, False)):
        thresholds = [1, 1 + over]
        assert model.run(pair, thresholds, [0]) == [0, 1 if joins else -1]
        assert model.settle(pair, thresholds, set(), {}, {}, [0]) == ({0, 1} if joins else {0})


def test_who_asks_more_than_all_never_joins():
    assert model.run(model.net(2, [(0, 1, 1)]), [1, 1.1], [0]) == [0, -1]


def test_rounds_can_be_cut_short():
    """A chain of three stops after one round when only one is counted."""
    chain = model.net(3, [(0, 1, 1), (1, 2, 1)])
    assert model.run(chain, [1, 1, 1], [0], rounds=1) == [0, 1, -1]


def test_two_contacts_are_two_people_or_all_there_are():
    """Complex contagion counts different contacts, and asks for no more than somebody has."""
    tied = model.net(4, [(0, 2, 9), (1, 2, 1), (0, 3, 1)])
    thresholds = [1, 1, 0.1, 0.1]
    assert model.run(tied, thresholds, [0], contacts=1) == [0, -1, 1, 1]
    assert model.run(tied, thresholds, [0], contacts=2) == [0, -1, -1, 1]
    assert model.run(tied, thresholds, [0, 1], contacts=2) == [0, 0, 1, 1]


def test_who_holds_out_gives_in_after_so_many_rounds():
    """Below the threshold, the count starts when the first contact is in."""
    tied = model.net(4, [(0, 1, 1), (3, 1, 9), (1, 2, 1)])
    waits = [math.inf, 3.0, math.inf, math.inf]
    assert model.run(tied, [1, 0.9, 1, 2], [0], holds_out=waits) == [0, 3, 4, -1]
    assert model.run(tied, [1, 0.9, 1, 2], [0], holds_out=waits, rounds=2) == [0, -1, -1, -1]


def test_who_reaches_the_threshold_does_not_wait():
    """Holding out is for those whom too few push; the others join at once, and only once."""
    tied = model.net(3, [(0, 1, 1), (1, 2, 1)])
    waits = [3.0, 3.0, 3.0]
    assert model.run(tied, [1, 1, 1], [0], holds_out=waits) == [0, 1, 2]


def test_growth_goes_on_from_where_it_rested():
    """What those in already put on others counts towards the next; who is in is passed over."""
    # One contact of two weighs half: enough for a threshold of 0.5, not for 0.6.
    pair = model.net(3, [(0, 2, 1), (1, 2, 1)])
    assert model.settle(pair, [1, 1, 0.5], set(), {}, {}, [0]) == {0, 2}
    assert model.settle(pair, [1, 1, 0.6], set(), {}, {}, [0]) == {0}
    # With the first in, the second tips the third over, and makes the two contacts it asks for.
    assert model.settle(pair, [1, 1, 0.6], {0}, {2: 0.5}, {2: 1}, [1]) == {1, 2}
    assert model.settle(pair, [1, 1, 0.1], {0}, {2: 0.5}, {2: 1}, [1], contacts=2) == {1, 2}
    # Two who come at once are two contacts.
    assert model.settle(pair, [1, 1, 0.1], set(), {}, {}, [0, 1], contacts=2) == {0, 1, 2}
    # With nobody else in, one contact is one: not two.
    assert model.settle(pair, [1, 1, 0.1], set(), {}, {}, [0], contacts=2) == {0}
    # Who is in already is no reason to stop looking at the others.
    both_ways = model.net(3, [(1, 0, 1), (1, 2, 1)])
    assert model.settle(both_ways, [1, 1, 1], {0}, {}, {}, [1]) == {1, 2}


@given(nets(), st.data())
def test_the_order_of_joining_makes_no_difference_to_the_end(tied: model.Net, data: st.DataObject):
    """Round by round or one by one: with fixed thresholds the same are in at the end."""
    thresholds = data.draw(st.lists(st.floats(0.01, 1.1), min_size=tied.size, max_size=tied.size))
    first = data.draw(st.sets(st.integers(0, tied.size - 1)))
    contacts = data.draw(st.integers(1, 3))
    by_round = model.run(tied, thresholds, first, contacts=contacts)
    ended = model.settle(tied, thresholds, set(), {}, {}, first, contacts)
    assert {p for p, at in enumerate(by_round) if at >= 0} == ended


@given(nets(), st.data())
def test_more_first_movers_never_shrink_a_coalition(tied: model.Net, data: st.DataObject):
    thresholds = data.draw(st.lists(st.floats(0, 1.1), min_size=tied.size, max_size=tied.size))
    waits = data.draw(
        st.lists(st.sampled_from([1.0, 2.0, math.inf]), min_size=tied.size, max_size=tied.size)
    )
    few = data.draw(st.sets(st.integers(0, tied.size - 1)))
    more = few | data.draw(st.sets(st.integers(0, tied.size - 1)))
    told = {"contacts": data.draw(st.integers(1, 2)), "holds_out": waits, "rounds": 5}
    before = model.run(tied, thresholds, few, **told)
    after = model.run(tied, thresholds, more, **told)
    for then, now in zip(before, after, strict=True):
        assert then < 0 or 0 <= now <= then


# ------------------------------------------------------ searches, with and without


def test_fixed_thresholds_are_not_submodular():
    """B adds nothing alone and 20 beside A: the opposite of diminishing returns."""
    ties = [(mover, follower, 1.0) for mover in (0, 1) for follower in range(2, 22)]
    tied = model.net(22, ties)
    both = model.settle(tied, [1] * 22, set(), {}, {}, [0, 1])
    alone = model.settle(tied, [1] * 22, set(), {}, {}, [1])
    beside = len(both) - len(model.settle(tied, [1] * 22, set(), {}, {}, [0]))
    assert len(alone) == 1
    assert beside == 21


def test_greedy_on_fixed_thresholds_can_miss_nearly_everything():
    """No guarantee: here the search one by one gets a fifth of the best, less than 1 - 1/e."""
    ties = [(mover, follower, 1.0) for mover in (0, 1) for follower in range(3, 23)]
    tied = model.net(25, [*ties, (2, 23, 1.0), (2, 24, 1.0)])
    draws = [[1.0] * 25]
    picks = model.greedy(tied, draws, range(25), 2)
    best, size = model.all_sets(tied, draws, range(3), 2)
    assert [pick.point for pick in picks] == [2, 0]
    assert sum(pick.gain for pick in picks) == 4
    assert (best, size) == ((0, 1), 22)
    assert GUARANTEE * size > 4


def test_greedy_takes_the_largest_gain_and_the_first_of_equals():
    star = model.net(5, [(1, 2, 1), (1, 3, 1)])
    picks = model.greedy(star, [[0.5] * 5], [0, 1, 4], 3)
    assert [(pick.point, pick.gain) for pick in picks] == [(1, 3.0), (0, 1.0), (4, 1.0)]
    assert [pick.looked_at for pick in picks] == [3, 2, 1]


def test_greedy_counts_those_who_come_anyway_for_nobody():
    """Who joins by itself, and whom it brings in, is no first mover's gain."""
    tied = model.net(3, [(0, 1, 1)])
    picks = model.greedy(tied, [[0, 0.5, 0.5]], [0, 1, 2], 2)
    assert [(pick.point, pick.gain) for pick in picks] == [(2, 1.0), (0, 0.0)]


def test_greedy_keeps_what_earlier_picks_put_on_others():
    """The second mover tips whoever the first had moved half way, with one contact or with two."""
    tied = model.net(4, [(0, 2, 1), (1, 2, 1), (0, 3, 1), (1, 3, 1)])
    for thresholds, contacts in (([1, 1, 0.6, 0.6], 1), ([1, 1, 0.1, 0.1], 2)):
        picks = model.greedy(tied, [thresholds], [0, 1], 2, contacts=contacts)
        assert [(pick.point, pick.gain) for pick in picks] == [(0, 1.0), (1, 3.0)]
        best = model.all_sets(tied, [thresholds], [0, 1], 1, contacts=contacts)
        assert best == ((0,), 1.0)


def test_greedy_adds_up_what_every_earlier_pick_put_on_others():
    """Three movers, one follower of all three: only the third pick brings it in."""
    tied = model.net(4, [(0, 3, 1), (1, 3, 1), (2, 3, 1)])
    for thresholds, contacts in (([1, 1, 1, 0.9], 1), ([1, 1, 1, 0.1], 3)):
        picks = model.greedy(tied, [thresholds], [0, 1, 2], 3, contacts=contacts)
        assert [pick.gain for pick in picks] == [1.0, 1.0, 2.0]


def test_searches_ask_for_one_contact_unless_told():
    """Whoever has two contacts and is half persuaded follows one of them."""
    tied = model.net(3, [(0, 2, 1), (1, 2, 1)])
    (pick,) = model.greedy(tied, [[1, 1, 0.5]], [0], 1)
    assert pick.gain == 2
    assert model.all_sets(tied, [[1, 1, 0.5]], [0], 1) == ((0,), 2.0)


def test_sizes_are_means_over_the_draws():
    """The follower comes in one draw of two: two in one, one in the other."""
    tied = model.net(2, [(0, 1, 1)])
    draws = [[1, 0.5], [1, 1.5]]
    (pick,) = model.greedy(tied, draws, [0, 1], 1)
    assert (pick.point, pick.gain) == (0, 1.5)
    assert model.all_sets(tied, draws, [0, 1], 1) == ((0,), 1.5)


@settings(max_examples=80)
@given(nets(), st.data())
def test_each_gain_is_what_growing_afresh_gives(tied: model.Net, data: st.DataObject):
    """Pick after pick, as many are in as when all the picks so far start together."""
    threshold = st.sampled_from([-1.0, 0.0, 0.1, 0.3, 0.5, 0.7, 1.0])
    one = st.lists(threshold, min_size=tied.size, max_size=tied.size)
    draws = data.draw(st.lists(one, min_size=1, max_size=3))
    contacts = data.draw(st.integers(1, 3))
    picks = model.greedy(tied, draws, range(tied.size), 3, contacts=contacts)

    def inside(first: list[int]) -> float:
        runs = [model.run(tied, each, first, contacts=contacts) for each in draws]
        return sum(at >= 0 for run in runs for at in run) / len(draws)

    for number in range(1, len(picks) + 1):
        points = [pick.point for pick in picks[:number]]
        gained = sum(pick.gain for pick in picks[:number])
        assert inside([]) + gained == pytest.approx(inside(points))
        # Nobody else would have brought in more than the last one taken.
        assert inside(points) == pytest.approx(
            max(inside([*points[:-1], other]) for other in range(tied.size))
        )


def test_a_search_without_draws_or_candidates_finds_nobody():
    tied = everyone(3)
    assert model.greedy(tied, [], [0, 1], 2) == []
    assert model.greedy(tied, [[0.5] * 3], [], 2) == []
    assert model.all_sets(tied, [], [0, 1], 1) == ((0,), 0.0)
    assert model.lazy_greedy([[], [], []], 0, [0, 1], 1) == []


@settings(max_examples=60)
@given(nets(), st.integers(0, 10**6), st.integers(1, 3))
def test_lazy_greedy_keeps_its_guarantee(tied: model.Net, seed: int, k: int):
    """On live ties, against every set tried: at least 1 - 1/e of the best."""
    draws = 24
    live = model.live_ties(tied, draws, [f"{seed} {p}" for p in range(tied.size)])
    picks = model.lazy_greedy(live, draws, range(tied.size), k)
    _, most = model.all_live_sets(live, draws, range(tied.size), k)
    assert sum(pick.gain for pick in picks) >= GUARANTEE * most - 1e-9


@settings(max_examples=60)
@given(nets(), st.integers(0, 10**6))
def test_live_ties_are_submodular(tied: model.Net, seed: int):
    """What a point adds can only shrink as others are taken: that is what the guarantee needs."""
    draws = 16
    live = model.live_ties(tied, draws, [f"{seed} {p}" for p in range(tied.size)])

    def size(points: tuple[int, ...]) -> int:
        return sum(bits.bit_count() for bits in model.reach(live, points, draws).values())

    points = range(min(tied.size, 5))
    for number in range(3):
        for few in combinations(points, number):
            for extra in points:
                for new in points:
                    if extra in few or new in few or extra == new:
                        continue
                    small = size((*few, new)) - size(few)
                    large = size((*few, extra, new)) - size((*few, extra))
                    assert small >= large >= 0


@settings(max_examples=40)
@given(nets(), st.integers(0, 10**6))
def test_laziness_changes_nothing_but_the_work(tied: model.Net, seed: int):
    """The same picks and gains as looking at everybody each time."""
    draws = 16
    live = model.live_ties(tied, draws, [f"{seed} {p}" for p in range(tied.size)])
    inside: dict[int, int] = {}
    expected = []
    left = list(range(tied.size))
    while left and len(expected) < 3:
        gains = {
            p: sum(
                (bits & ~inside.get(q, 0)).bit_count()
                for q, bits in model.reach(live, [p], draws).items()
            )
            for p in left
        }
        best = max(left, key=lambda p: (gains[p], -p))
        for q, bits in model.reach(live, [best], draws).items():
            inside[q] = inside.get(q, 0) | bits
        left.remove(best)
        expected.append((best, gains[best] / draws))
    picks = model.lazy_greedy(live, draws, range(tied.size), 3)
    assert [(pick.point, pick.gain) for pick in picks] == expected


def test_laziness_saves_most_of_the_looks():
    """On 200 points, after the first round only a few are looked at again."""
    chance = random.Random(7)
    ties = [(*chance.sample(range(200), 2), chance.randint(1, 9)) for _ in range(600)]
    live = model.live_ties(model.net(200, ties, own=5), 32, range(200))
    picks = model.lazy_greedy(live, 32, range(200), 5)
    assert picks[0].looked_at == 200
    assert sum(pick.looked_at for pick in picks[1:]) < 80


def test_each_step_says_how_many_were_looked_at():
    """Three at first; then both others again, as they overlap or not; then the last."""
    live = [[(3, 1), (4, 1)], [(3, 1)], [(5, 1)], [], [], []]
    picks = model.lazy_greedy(live, 1, [0, 1, 2], 3)
    assert [(pick.point, pick.gain) for pick in picks] == [(0, 3.0), (2, 2.0), (1, 1.0)]
    assert [pick.looked_at for pick in picks] == [3, 2, 1]
    assert model.all_live_sets(live, 1, [0, 1, 2], 2) == ((0, 2), 5.0)


def test_live_ties_are_followed_only_in_their_own_draws():
    """Three draws as bits: each point is reached where every tie on the way is live."""
    live = [[(1, 0b110)], [(2, 0b011)], [(3, 0b111)], []]
    assert model.reach(live, [0], 3) == {0: 0b111, 1: 0b110, 2: 0b010, 3: 0b010}
    assert model.reach(live, [0, 2], 3) == {0: 0b111, 1: 0b110, 2: 0b111, 3: 0b111}


def test_the_same_seed_draws_the_same_live_ties():
    """And another seed draws others, for that point alone."""
    tied = model.net(4, [(0, 2, 1), (1, 2, 1), (0, 3, 1), (1, 3, 1)])
    live = model.live_ties(tied, 200, "abcd")
    assert model.live_ties(tied, 200, "abcd") == live
    other = model.live_ties(tied, 200, "abcx")
    assert [[tie for tie in each if tie[0] == 2] for each in other] == [
        [tie for tie in each if tie[0] == 2] for each in live
    ]
    assert other != live


def test_live_ties_follow_one_contact_in_proportion():
    """Shares 0.6 and 0.2, own view 0.2: so often each is followed, and never two at once."""
    draws = 20_000
    live = model.live_ties(model.net(3, [(0, 2, 6), (1, 2, 2)], own=2), draws, "abc")
    (one,), (other,) = live[0], live[1]
    assert one[1] & other[1] == 0
    assert one[1].bit_count() / draws == pytest.approx(0.6, abs=0.015)
    assert other[1].bit_count() / draws == pytest.approx(0.2, abs=0.015)


def test_without_own_view_somebody_is_always_followed():
    """Three equal contacts: thirds that miss 1 by a hair lose no draw."""
    draws = 3000
    live = model.live_ties(model.net(4, [(p, 3, 1) for p in range(3)]), draws, range(4))
    assert model.reach(live, [0, 1, 2], draws)[3] == (1 << draws) - 1


def test_live_ties_give_the_same_size_as_thresholds_nobody_knows():
    """The equivalence behind the guarantee, on a net with loops and shared contacts."""
    tied = model.net(5, [(0, 1, 3), (1, 2, 2), (0, 2, 1), (2, 0, 4), (2, 3, 1), (3, 4, 5)], own=2)
    draws = 20_000
    live = model.live_ties(tied, draws, range(5))
    by_ties = sum(b.bit_count() for b in model.reach(live, [0], draws).values()) / draws
    chance = random.Random(1)
    by_thresholds = 0
    for _ in range(draws):
        at = [1 - chance.random() for _ in range(5)]
        by_thresholds += sum(each >= 0 for each in model.run(tied, at, [0]))
    # By hand: 1 + 3/5 + (1/5 + 2/5 × 3/5) × (1 + 1/3 × (1 + 5/7)).
    exact = 1 + 0.6 + 0.44 * (1 + (1 / 3) * (1 + 5 / 7))
    assert by_ties == pytest.approx(exact, abs=0.03)
    assert by_thresholds / draws == pytest.approx(exact, abs=0.03)
