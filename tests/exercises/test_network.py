"""Measures of a network: known answers from the literature, directions and extremes."""

from __future__ import annotations

import math
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from system_leadership import network

NETWORKS = st.integers(0, 9).flatmap(
    lambda points: st.lists(
        st.tuples(st.integers(0, max(0, points - 1)), st.integers(0, max(0, points - 1))),
        max_size=24 if points else 0,
    ).map(lambda ties: network.undirected(points, ties))
)


def star(leaves: int) -> list[list[int]]:
    """One in the middle, the rest round it."""
    return network.undirected(leaves + 1, [(0, n + 1) for n in range(leaves)])


def path(points: int) -> list[list[int]]:
    """A chain."""
    return network.undirected(points, [(n, n + 1) for n in range(points - 1)])


def cycle(points: int) -> list[list[int]]:
    """A ring."""
    return network.undirected(points, [(n, (n + 1) % points) for n in range(points)])


def complete(points: int) -> list[list[int]]:
    """Everybody with everybody."""
    return [[other for other in range(points) if other != n] for n in range(points)]


def ways(neighbours: list[list[int]], start: int, end: int) -> list[list[int]]:
    """List every shortest way, the slow and certain way."""
    found: list[list[int]] = []
    waiting = [[start]]
    while waiting and not found:
        longer = []
        for way in waiting:
            for other in neighbours[way[-1]]:
                if other == end:
                    found.append([*way, other])
                elif other not in way:
                    longer.append([*way, other])
        waiting = longer
    return found


# ------------------------------------------------------------------ betweenness


@pytest.mark.parametrize(
    ("neighbours", "expected"),
    [
        (star(5), [1, 0, 0, 0, 0, 0]),  # Freeman 1977: the middle of a star has the largest value
        (path(3), [0, 1, 0]),
        (path(5), [0, 3 / 6, 4 / 6, 3 / 6, 0]),  # pairs through each, of 6
        (cycle(5), [1 / 6] * 5),  # each lies on one of the 6 pairs of the other four
        (cycle(4), [1 / 6] * 4),  # two ways between opposite points: half a pair, of 3
        (complete(6), [0] * 6),
        ([], []),
        ([[]], [0]),
        ([[1], [0]], [0, 0]),
        ([[], [], []], [0, 0, 0]),
    ],
)
def test_betweenness_has_its_known_values(neighbours, expected):
    """Worked out by hand from the definition."""
    assert network.betweenness(neighbours) == pytest.approx(expected)


@given(NETWORKS)
def test_betweenness_is_its_definition(neighbours):
    """Counting every shortest way one by one gives the same as Brandes's method."""
    points = len(neighbours)
    expected = [0.0] * points
    for start in range(points):
        for end in range(start + 1, points):
            between = ways(neighbours, start, end)
            for point in range(points):
                if between and point not in (start, end):
                    expected[point] += sum(point in way for way in between) / len(between)
    pairs = (points - 1) * (points - 2) / 2
    expected = [each / pairs if pairs > 0 else 0.0 for each in expected]
    assert network.betweenness(neighbours) == pytest.approx(expected)


@given(NETWORKS)
def test_betweenness_lies_between_nought_and_one(neighbours):
    """A share is a share."""
    assert all(-1e-12 <= each <= 1 + 1e-12 for each in network.betweenness(neighbours))


def test_a_shortcut_never_helps_the_broker():
    """When two who met through a broker meet directly, the broker loses."""
    before = network.betweenness(network.undirected(4, [(0, 1), (0, 2), (0, 3)]))[0]
    after = network.betweenness(network.undirected(4, [(0, 1), (0, 2), (0, 3), (1, 2)]))[0]
    assert after < before


# ------------------------------------------------------------------- constraint


@pytest.mark.parametrize(
    ("neighbours", "expected"),
    [
        (star(4), [1 / 4, 1, 1, 1, 1]),  # four contacts, a quarter of the time each: 4 * 1/16
        (path(3), [1, 1 / 2, 1]),
        # Each contact gets half directly, and half of a half by way of the other: 2 * (3/4)^2.
        (complete(3), [9 / 8] * 3),
        (complete(4), [3 * (1 / 3 + 2 / 9) ** 2] * 4),
        ([[], [2], [1]], [None, 1, 1]),
        ([], []),
    ],
)
def test_constraint_has_its_known_values(neighbours, expected):
    """Worked out by hand from Burt's formula."""
    found = network.constraint(neighbours)
    assert [each is None for each in found] == [each is None for each in expected]
    assert [each for each in found if each is not None] == pytest.approx(
        [each for each in expected if each is not None]
    )


def test_effective_size_has_its_known_values():
    """Contacts who do not know each other count in full; those who all do count as one."""
    assert network.effective_size(star(4))[0] == 4
    assert network.effective_size(complete(5)) == pytest.approx([1] * 5)
    # Three contacts, one tie among them: 3 - 2/3.
    kite = network.undirected(4, [(0, 1), (0, 2), (0, 3), (1, 2)])
    assert network.effective_size(kite)[0] == pytest.approx(7 / 3)
    assert network.effective_size([[]]) == [0]


@given(NETWORKS)
def test_effective_size_never_passes_the_number_of_contacts(neighbours):
    """And nobody with contacts counts for less than one."""
    for contacts, size in zip(neighbours, network.effective_size(neighbours), strict=True):
        assert size <= len(contacts)
        assert not contacts or size >= 1 - 1e-12


def test_strangers_constrain_less_than_friends():
    """With as many contacts, the one whose contacts are tied is more constrained."""
    apart = network.constraint(star(3))[0]
    tied = network.constraint(network.undirected(4, [(0, 1), (0, 2), (0, 3), (1, 2)]))[0]
    assert apart is not None
    assert tied is not None
    assert apart < tied


# -------------------------------------------------------------- islands and cuts


@given(NETWORKS)
def test_cut_points_are_those_whose_leaving_makes_more_islands(neighbours):
    """Tried one by one."""
    expected = []
    whole = len(network.islands(neighbours))
    for point in range(len(neighbours)):
        left = [[o for o in others if o != point] for others in neighbours]
        left[point] = []
        # Without the point there is one island fewer to begin with if it stood alone.
        if len(network.islands(left)) - 1 > whole - (not neighbours[point]):
            expected.append(point)
    assert network.cut_points(neighbours) == expected


@pytest.mark.parametrize(
    ("points", "ties", "expected"),
    [
        # Two rings that share one point: only that point parts them, and no search starts there.
        (5, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 2)], [2]),
        # A ring that hangs on a tail: the point where they meet, from either end of the numbering.
        (4, [(0, 1), (1, 2), (2, 3), (3, 1)], [1]),
        (4, [(3, 2), (2, 1), (1, 0), (0, 2)], [2]),
        # A pair comes first, and then a chain of three: the search goes on to the second part.
        (5, [(0, 1), (2, 3), (3, 4)], [3]),
        # Two rings apart: nobody in either holds it together.
        (6, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)], []),
        (3, [], []),
        (0, [], []),
    ],
)
def test_cut_points_have_their_known_values(points, ties, expected):
    """Seen from a drawing of each."""
    assert network.cut_points(network.undirected(points, ties)) == expected


@given(NETWORKS)
def test_islands_hold_everybody_once(neighbours):
    """And nobody in one is tied to anybody in another."""
    parts = network.islands(neighbours)
    assert sorted(p for part in parts for p in part) == list(range(len(neighbours)))
    of = {p: n for n, part in enumerate(parts) for p in part}
    assert all(of[p] == of[o] for p, others in enumerate(neighbours) for o in others)
    assert [len(part) for part in parts] == sorted((len(part) for part in parts), reverse=True)


def test_a_long_chain_is_no_trouble():
    """Three thousand in a row: no recursion runs out."""
    chain = path(3000)
    assert len(network.cut_points(chain)) == 2998
    assert network.steps_from(0, chain)[2999] == (2999, 2998)


def test_a_large_network_is_measured_in_time():
    """330 names and 2,000 ties, with room for a slow machine."""
    chance = random.Random(3)
    ties = [(chance.randrange(330), chance.randrange(330)) for _ in range(2000)]
    neighbours = network.undirected(330, ties)
    started = time.perf_counter()
    total = sum(network.betweenness(neighbours))
    network.constraint(neighbours)
    network.effective_size(neighbours)
    network.cut_points(neighbours)
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures
    assert math.isfinite(total)
