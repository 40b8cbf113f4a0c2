"""Measures of a network, each a small function with its source.

A network here is a list of neighbours: `neighbours[i]` names the points that point `i` is joined
to, as numbers from 0. The measures work on such lists and know nothing of organisations. They are
written here rather than taken from a library because importing one would double the time that an
exercise takes to start in a browser.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

__all__ = [
    "betweenness",
    "constraint",
    "cut_points",
    "effective_size",
    "islands",
    "steps_from",
    "undirected",
]

Neighbours = Sequence[Sequence[int]]


def undirected(points: int, ties: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Give each point's neighbours, whichever way the ties run, each once and sorted.

    Parameters
    ----------
    points : int
        How many points there are, 0 or more.
    ties : sequence of pairs
        Pairs of points. A tie of a point to itself counts for nothing.

    Examples
    --------
    >>> undirected(3, [(0, 1), (1, 0), (2, 2)])
    [[1], [0], []]
    """
    found: list[set[int]] = [set() for _ in range(points)]
    for one, other in ties:
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return [sorted(each) for each in found]


def steps_from(start: int, neighbours: Neighbours) -> dict[int, tuple[int, int]]:
    """Count the steps from one point to every point that can be reached.

    Parameters
    ----------
    start : int
        Where to start.
    neighbours : list of lists
        Where one can go from each point.

    Returns
    -------
    dict
        For each point reached, the fewest steps (the start has 0) and the point before it on such
        a way. Of several ways, the one through the earliest listed neighbours.

    Notes
    -----
    Breadth-first search.

    Examples
    --------
    >>> steps_from(0, [[1], [2], [], [0]])
    {0: (0, 0), 1: (1, 0), 2: (2, 1)}
    """
    found = {start: (0, start)}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        steps = found[here][0] + 1
        for there in neighbours[here]:
            if there not in found:
                found[there] = (steps, here)
                waiting.append(there)
    return found


def islands(neighbours: Neighbours) -> list[list[int]]:
    """Find the groups of points that are joined, directly or through others.

    Parameters
    ----------
    neighbours : list of lists
        Undirected.

    Returns
    -------
    list of lists
        Each group sorted; the largest first.

    Examples
    --------
    >>> islands([[1], [0], [], [4], [3]])
    [[0, 1], [3, 4], [2]]
    """
    found: list[list[int]] = []
    seen: set[int] = set()
    for point in range(len(neighbours)):
        if point not in seen:
            group = steps_from(point, neighbours)
            seen.update(group)
            found.append(sorted(group))
    return sorted(found, key=lambda group: (-len(group), group[0]))


def betweenness(neighbours: Neighbours) -> list[float]:
    """Give each point's share of the shortest ways between other points.

    Parameters
    ----------
    neighbours : list of lists
        Undirected.

    Returns
    -------
    list of float
        From 0 (no shortest way runs through the point) to 1 (all do, as in the middle of a star).
        All 0 when there are fewer than three points.

    Notes
    -----
    Freeman's betweenness [1]_, divided by its largest possible value, computed exactly by
    Brandes's method [2]_. When several shortest ways join two points, each counts in part.

    References
    ----------
    .. [1] Freeman LC. A set of measures of centrality based on betweenness.
       Sociometry 1977;40:35-41.
    .. [2] Brandes U. A faster algorithm for betweenness centrality.
       Journal of Mathematical Sociology 2001;25:163-177.

    Examples
    --------
    >>> betweenness([[1, 2, 3], [0], [0], [0]])  # a star
    [1.0, 0.0, 0.0, 0.0]
    """
    points = len(neighbours)
    total = [0.0] * points
    if points < 3:
        return total
    for start in range(points):
        if not neighbours[start]:
            continue
        # Forwards: shortest ways to every point, level by level.
        distance = [-1] * points
        ways = [0] * points
        distance[start] = 0
        ways[start] = 1
        levels: list[list[int]] = [[start]]
        while levels[-1]:
            here = len(levels) - 1
            following: list[int] = []
            for point in levels[-1]:
                count = ways[point]
                for other in neighbours[point]:
                    if distance[other] < 0:
                        distance[other] = here + 1
                        ways[other] = count
                        following.append(other)
                    elif distance[other] > here:
                        ways[other] += count
            levels.append(following)
        # Backwards: hand each point's share to those before it.
        share = [0.0] * points
        for depth in range(len(levels) - 1, 0, -1):
            before = depth - 1
            for point in levels[depth]:
                part = (1.0 + share[point]) / ways[point]
                for other in neighbours[point]:
                    if distance[other] == before:
                        share[other] += part * ways[other]
        share[start] = 0.0
        for level in levels:
            for point in level:
                total[point] += share[point]
    # Each pair was counted from both its ends.
    largest = (points - 1) * (points - 2)
    return [each / largest for each in total]


def constraint(neighbours: Neighbours) -> list[float | None]:
    """Say how far each point's contacts are all in touch with one another.

    Parameters
    ----------
    neighbours : list of lists
        Undirected.

    Returns
    -------
    list of float or None
        Low when the contacts do not know each other, so that the point bridges gaps; 1 for a point
        with a single contact; up to 1.125 in small closed groups. None for a point with no ties.

    Notes
    -----
    Burt's constraint [1]_ with every tie counted alike: the sum, over a point's contacts, of the
    squared share of its time that goes to the contact directly and by way of others.

    References
    ----------
    .. [1] Burt RS. Structural holes: the social structure of competition. Harvard University
       Press, 1992. Chapter 2.

    Examples
    --------
    >>> [round(each, 3) for each in constraint([[1, 2], [0, 2], [0, 1]])]  # a triangle
    [1.125, 1.125, 1.125]
    """
    found: list[float | None] = []
    linked = [set(each) for each in neighbours]
    for point, contacts in enumerate(neighbours):
        if not contacts:
            found.append(None)
            continue
        own = 1.0 / len(contacts)
        total = 0.0
        for contact in contacts:
            through = sum(
                own / len(neighbours[other]) for other in contacts if contact in linked[other]
            )
            total += (own + through) ** 2
        found.append(total)
        assert point not in linked[point]
    return found


def effective_size(neighbours: Neighbours) -> list[float]:
    """Count each point's contacts, less what they have in common.

    Parameters
    ----------
    neighbours : list of lists
        Undirected.

    Returns
    -------
    list of float
        The number of contacts when none of them are in touch, 1 when all are, 0 without contacts.

    Notes
    -----
    Burt's effective size (1992, chapter 2), in Borgatti's form for ties that count alike [1]_: the
    number of contacts less the mean number of ties each has to the others.

    References
    ----------
    .. [1] Borgatti SP. Structural holes: unpacking Burt's redundancy measures.
       Connections 1997;20:35-38.

    Examples
    --------
    >>> effective_size([[1, 2, 3], [0], [0], [0]])
    [3.0, 1.0, 1.0, 1.0]
    """
    linked = [set(each) for each in neighbours]
    found: list[float] = []
    for contacts in neighbours:
        if not contacts:
            found.append(0.0)
            continue
        among = sum(len(linked[one].intersection(contacts)) for one in contacts)
        found.append(len(contacts) - among / len(contacts))
    return found


def cut_points(neighbours: Neighbours) -> list[int]:
    """Find the points without which some others would no longer be joined.

    Parameters
    ----------
    neighbours : list of lists
        Undirected.

    Returns
    -------
    list of int
        Sorted.

    Notes
    -----
    Articulation points by Hopcroft and Tarjan's depth-first search [1]_, without recursion, so that
    a chain of thousands does no harm.

    References
    ----------
    .. [1] Hopcroft J, Tarjan R. Algorithm 447: efficient algorithms for graph manipulation.
       Communications of the ACM 1973;16:372-378.

    Examples
    --------
    >>> cut_points([[1], [0, 2], [1]])
    [1]
    """
    points = len(neighbours)
    order = [-1] * points
    lowest = [0] * points
    found: set[int] = set()
    count = 0
    for root in range(points):
        if order[root] >= 0:
            continue
        order[root] = lowest[root] = count
        count += 1
        branches = 0
        trail = [(root, -1, iter(neighbours[root]))]
        while trail:
            point, parent, rest = trail[-1]
            for other in rest:
                if order[other] < 0:
                    order[other] = lowest[other] = count
                    count += 1
                    branches += point == root
                    trail.append((other, point, iter(neighbours[other])))
                    break
                if other != parent:
                    lowest[point] = min(lowest[point], order[other])
            else:
                trail.pop()
                if trail:
                    above = trail[-1][0]
                    lowest[above] = min(lowest[above], lowest[point])
                    if above != root and lowest[point] >= order[above]:
                        found.add(above)
        if branches > 1:
            found.add(root)
    return sorted(found)
