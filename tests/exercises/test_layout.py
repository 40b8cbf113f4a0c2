"""Layout: nothing overlaps, nothing sticks out, and no tie runs behind a box."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from system_leadership.labels import text_width
from system_leadership.layout import SIZE, SMALL, Item, Layout, Wire, arrange

NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90),
    st.lists(
        st.sampled_from(["Joint", "committee", "of", "trusts", "NHS", "London-wide", "(31)"]),
        min_size=1, max_size=12,
    ).map(" ".join),
)  # fmt: skip


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[Item], list[str], list[Wire], list[int]]:
    """Draw up to 60 items in groups, people beside organisations, and ties between them."""
    size = draw(st.integers(1, 60))
    headings = draw(st.lists(NAMES | st.just(""), min_size=1, max_size=12))
    items: list[Item] = []
    for n in range(size):
        group = draw(st.integers(0, len(headings) - 1))
        home = None
        if n and draw(st.integers(0, 6)) == 0:
            home = draw(st.integers(0, n - 1))
            home = home if items[home].home is None else None
            group = items[home].group if home is not None else group
        items.append(
            Item(
                draw(NAMES),
                group,
                home,
                draw(st.sampled_from(["", "", "Charity"])),
                "You" if n == 0 else "",
            )
        )
    tied = draw(st.integers(0, size))
    pair = st.tuples(st.integers(0, max(0, tied - 1)), st.integers(0, max(0, tied - 1)))
    pairs = draw(st.lists(pair.filter(lambda p: p[0] != p[1]), max_size=90)) if tied > 1 else []
    apart = list(range(tied, size))
    return items, headings, [Wire(a, b) for a, b in pairs], apart


def crossing_boxes(made: Layout) -> list[tuple[int, int]]:
    """List pairs of boxes that overlap."""
    found = []
    for (n, one), (m, other) in combinations(sorted(made.boxes.items()), 2):
        apart = one.x2 <= other.x or other.x2 <= one.x or one.y2 <= other.y or other.y2 <= one.y
        if not apart:
            found.append((n, m))
    return found


def behind(made: Layout) -> list[tuple[int, int]]:
    """List ties that run behind a box."""
    found = []
    for route in made.routes:
        for (x1, y1), (x2, y2) in pairwise(route.points):
            for n, box in made.boxes.items():
                across = max(x1, x2) > box.x + 0.5 and min(x1, x2) < box.x2 - 0.5
                along = max(y1, y2) > box.y + 0.5 and min(y1, y2) < box.y2 - 0.5
                if across and along:
                    found.append((route.wire, n))
    return found


def check(made: Layout, items: list[Item], wires: list[Wire]) -> None:
    """Everything a reader would complain about."""
    assert sorted(made.boxes) == list(range(len(items)))
    assert crossing_boxes(made) == []
    for box in made.boxes.values():
        assert 0 <= box.x < box.x2 <= made.width
        assert 0 <= box.y < box.y2 <= made.height
        for line in box.lines:
            assert text_width(line, SIZE) <= box.x2 - box.x or len(line) <= 2
        assert len(box.lines) * SIZE * 1.2 <= box.y2 - box.y
    assert behind(made) == []
    assert [route.wire for route in made.routes] == list(range(len(wires)))
    for route, wire in zip(made.routes, wires, strict=True):
        for (x1, y1), (x2, y2) in pairwise(route.points):
            assert abs(x1 - x2) < 0.01 or abs(y1 - y2) < 0.01  # across or along
        for end, item in ((route.points[0], wire.a), (route.points[-1], wire.b)):
            box = made.boxes[item]
            on_side = end[0] in (box.x, box.x2) and box.y <= end[1] <= box.y2
            on_edge = end[1] in (box.y, box.y2) and box.x <= end[0] <= box.x2
            assert on_side or on_edge, "a tie starts and ends at the edge of its boxes"
        for x, y in route.points:
            assert -1 <= x <= made.width + 1
            assert 0 <= y <= made.height
    for heading in made.headings:
        wide = max(text_width(line, SMALL, True) for line in heading.lines)
        assert heading.x + wide <= made.width or all(len(line) <= 2 for line in heading.lines)
        for box in made.boxes.values():
            beside = heading.x + wide <= box.x or box.x2 <= heading.x
            assert beside or heading.y + 5 <= box.y or box.y2 <= heading.y - 5
    for panel in made.panels:
        assert 0 <= panel.x < panel.x2 <= made.width + 1


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(systems(), st.sampled_from([(760.0, 5), (760.0, 4), (340.0, 2), (340.0, 1)]))
def test_nothing_overlaps_for_any_system_up_to_sixty(system, shape):
    """Any names, any sectors, any ties, wide and narrow."""
    items, headings, wires, apart = system
    width, columns = shape
    made = arrange(
        items,
        headings,
        wires,
        width=width,
        columns=columns,
        apart=apart,
        apart_heading="No ties yet",
    )
    check(made, items, wires)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(systems())
def test_groups_in_a_given_order_do_not_overlap_either(system):
    """As the picture of reach has them: a step below a step."""
    items, headings, wires, apart = system
    made = arrange(items, headings, wires, width=760, columns=5, apart=apart, in_order=True)
    check(made, items, wires)


def test_ties_keep_apart_from_one_another():
    """No two ties lie on one another, so that each can be followed by eye."""
    items = [Item(f"Name {n}", n // 4) for n in range(24)]
    wires = [Wire(a, (a * 7 + step) % 24) for a in range(24) for step in (5, 11)]
    wires = [wire for wire in wires if wire.a != wire.b]
    for width, columns in ((760.0, 5), (340.0, 2)):
        made = arrange(
            items,
            ["One", "Two", "Three", "Four", "Five", "Six"],
            wires,
            width=width,
            columns=columns,
        )
        legs = [(r.wire, a, b) for r in made.routes for a, b in pairwise(r.points)]
        for (w, a, b), (v, c, d) in combinations(legs, 2):
            if w == v:
                continue
            for one, other in ((0, 1), (1, 0)):
                if abs(a[one] - b[one]) < 0.01 and abs(c[one] - d[one]) < 0.01:
                    shared = min(max(a[other], b[other]), max(c[other], d[other])) - max(
                        min(a[other], b[other]), min(c[other], d[other])
                    )
                    assert shared < 1 or abs(a[one] - c[one]) > 1, (w, v)


def test_a_group_stands_side_by_side():
    """Boxes of one sector in a row have no box of another between them."""
    items = [Item(f"Name {n}", n % 3) for n in range(20)]
    wires = [Wire(n, (n * 3 + 1) % 20) for n in range(20) if n != (n * 3 + 1) % 20]
    made = arrange(items, ["A", "B", "C"], wires, width=760, columns=5)
    rows: dict[float, list[tuple[float, int]]] = {}
    for n, box in made.boxes.items():
        rows.setdefault(box.y, []).append((box.x, items[n].group))
    for row in rows.values():
        groups = [group for _, group in sorted(row)]
        changes = sum(a != b for a, b in pairwise(groups))
        assert changes == len(set(groups)) - 1


def test_a_person_stands_next_to_their_organisation():
    """A tie that only says where somebody works is the shortest of all."""
    items = [Item("Trust"), Item("Council"), Item("Lead", 0, 0), Item("Charity", 1)]
    wires = [Wire(2, 1), Wire(0, 3), Wire(2, 0)]
    made = arrange(items, ["NHS", "Other"], wires, width=760, columns=4)
    trust, lead = made.boxes[0], made.boxes[2]
    assert trust.y <= lead.y < lead.y2 <= trust.y2
    assert 0 < lead.x - trust.x2 < 60


def test_the_source_of_ties_stands_above():
    """A line of command reads from the top down."""
    items = [Item(name, n) for n, name in enumerate(("Ward", "Trust", "Region", "Minister"))]
    made = arrange(
        items, ["d", "c", "b", "a"], [Wire(3, 2), Wire(2, 1), Wire(1, 0)], width=340, columns=1
    )
    assert [made.boxes[n].y for n in (3, 2, 1, 0)] == sorted(made.boxes[n].y for n in range(4))


def test_the_same_system_gives_the_same_layout():
    """Nothing is left to chance."""
    items = [Item(f"Name {n}", n % 4) for n in range(30)]
    wires = [Wire(n, (n * 7 + 3) % 30) for n in range(30) if n != (n * 7 + 3) % 30]
    one, other = (arrange(items, list("abcd"), wires, width=760, columns=5) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("columns", [1, 2, 5])
def test_nobody_and_one(columns):
    """An empty layout, and one with a single box."""
    assert arrange([], [], [], width=340, columns=columns).boxes == {}
    assert len(arrange([Item("A")], [""], [], width=340, columns=columns).boxes) == 1
