"""Choose rows and columns for items: groups side by side, ties short, sources above their ends."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from .layout_parts import Item, Wire

__all__ = ["Chunk", "Row", "choose_columns", "fill_rows"]


@define
class Chunk:
    """Items of one group that stand side by side in one row."""

    group: int
    items: list[int]


Row = list[Chunk]


def fill_rows(
    items: Sequence[Item], placed: Sequence[int], wires: Sequence[Wire], columns: int, fixed: bool
) -> list[Row]:
    """Put the groups in an order and fill rows with them."""
    members: dict[int, list[int]] = {}
    for n in placed:
        members.setdefault(items[n].group, []).append(n)
    groups = [members[g] for g in sorted(members)]
    keys = sorted(members)
    height = _heights(items, placed, wires)
    units = [_units(items, group, height) for group in groups]
    if fixed:
        rows: list[Row] = []
        for key, unit in zip(keys, units, strict=True):
            rows += [[Chunk(key, part)] for part in _split(unit, columns)]
        return rows
    group_of = {n: g for g, group in enumerate(groups) for n in group}
    between: dict[tuple[int, int], float] = {}
    for wire in wires:
        one, other = group_of[wire.a], group_of[wire.b]
        if one != other:
            between[one, other] = between.get((one, other), 0.0) + 1.0
    order = _order_groups(units, between, height, columns)
    return [[Chunk(keys[g], part) for g, part in row] for row in _fill_rows(order, units, columns)]


def _heights(
    items: Sequence[Item], placed: Sequence[int], wires: Sequence[Wire]
) -> dict[int, float]:
    """Give each item a height in the drawing, sources of ties above their ends.

    Each item moves to the mean height of its neighbours, one lower for a tie that comes in and one
    higher for a tie that goes out, again and again.
    """
    near: dict[int, list[tuple[int, float]]] = {n: [] for n in placed}
    for wire in wires:
        near[wire.b].append((wire.a, 0.7))
        near[wire.a].append((wire.b, -0.7))
    height = dict.fromkeys(placed, 0.0)
    for _ in range(24):
        for n in placed:
            if near[n]:
                mean = sum(height[other] + step for other, step in near[n]) / len(near[n])
                height[n] = 0.5 * height[n] + 0.5 * mean
    return height


def _units(
    items: Sequence[Item], group: Sequence[int], height: dict[int, float]
) -> list[list[int]]:
    """Part a group into units that stay together: an organisation with its people."""
    inside = set(group)
    guests: dict[int, list[int]] = {}
    for n in group:
        home = items[n].home
        if home is not None and home in inside:
            guests.setdefault(home, []).append(n)
    at_home = {n for those in guests.values() for n in those}
    units = [[n, *guests.get(n, [])] for n in group if n not in at_home]
    return sorted(units, key=lambda unit: height[unit[0]])


def _split(units: Sequence[Sequence[int]], columns: int) -> list[list[int]]:
    """Split a group over as few rows as it needs, evenly, units whole where they fit."""
    total = sum(len(unit) for unit in units)
    rows = -(-total // columns)
    parts: list[list[int]] = []
    part: list[int] = []
    left = total
    for unit in units:
        want = -(-left // max(1, rows - len(parts)))
        for piece in [unit[at : at + columns] for at in range(0, len(unit), columns)]:
            if part and (len(part) + len(piece) > columns or len(part) >= want):
                parts.append(part)
                left -= len(part)
                part = []
                want = -(-left // max(1, rows - len(parts)))
            part.extend(piece)
    return [*parts, part] if part else parts


_FilledRow = list[tuple[int, list[int]]]


def _fill_rows(
    order: Sequence[int], units: Sequence[Sequence[Sequence[int]]], columns: int
) -> list[_FilledRow]:
    """Fill rows with groups in a given order; a group that fits goes beside the one before."""
    rows: list[_FilledRow] = []
    room = 0
    for group in order:
        parts = _split(units[group], columns)
        if len(parts) == 1 and len(parts[0]) <= room:
            rows[-1].append((group, parts[0]))
            room -= len(parts[0])
            continue
        for part in parts:
            rows.append([(group, part)])
            room = columns - len(part)
    return rows


def _order_groups(
    units: Sequence[Sequence[Sequence[int]]],
    between: dict[tuple[int, int], float],
    height: dict[int, float],
    columns: int,
) -> list[int]:
    """Order groups so that ties are short and mostly run downwards."""
    sizes = [sum(len(unit) for unit in group) for group in units]
    mean = [
        sum(height[n] for unit in group for n in unit) / max(1, size)
        for group, size in zip(units, sizes, strict=True)
    ]
    order = sorted(range(len(units)), key=lambda g: (mean[g], g))
    pairs = sorted(between.items())
    row = [0.0] * len(units)

    def cost(order: Sequence[int]) -> float:
        """Rows that ties have to cross, and rows in all."""
        count, room = 0, 0
        for group in order:
            size = sizes[group]
            if size <= room:
                room -= size
                row[group] = count - 1.0
                continue
            taken = -(-size // columns)
            row[group] = count + (taken - 1) / 2
            count += taken
            room = columns - -(-size // taken)
        total = 2.0 * count
        for (one, other), ties in pairs:
            apart = row[other] - row[one]
            if apart > 0:
                total += ties * apart
            elif apart < 0:
                total += ties * (0.4 - apart)
            else:
                total += 0.8 * ties
        return total

    best = cost(order)
    tries = 500
    better = True
    while better and tries > 0:
        better = False
        for place in range(len(order)):
            for target in range(len(order)):
                if place == target or tries <= 0:
                    continue
                moved = order[:place] + order[place + 1 :]
                moved.insert(target, order[place])
                tries -= 1
                found = cost(moved)
                if found < best - 1e-9:
                    order, best, better = moved, found, True
    return order


def choose_columns(
    items: Sequence[Item], rows: list[Row], wires: Sequence[Wire], columns: int
) -> dict[int, tuple[int, int]]:
    """Choose the column of each item: near its neighbours, its group side by side."""
    row_of = {n: r for r, row in enumerate(rows) for chunk in row for n in chunk.items}
    near: dict[int, list[tuple[int, float]]] = {n: [] for n in row_of}
    for wire in wires:
        # Ties to rows close by matter more; within a row they pull hardest.
        weight = 1.0 / (1 + abs(row_of[wire.a] - row_of[wire.b]))
        near[wire.a].append((wire.b, weight))
        near[wire.b].append((wire.a, weight))
    middle = (columns - 1) / 2
    place: dict[int, float] = {}
    for row in rows:
        count = sum(len(chunk.items) for chunk in row)
        at = middle - (count - 1) / 2
        for chunk in row:
            for n in chunk.items:
                place[n] = at
                at += 1

    def wanted(n: int) -> float:
        pull = sum(weight for _, weight in near[n])
        if not pull:
            return place[n]
        return sum(place[other] * weight for other, weight in near[n]) / pull

    def set_row(row: Row) -> None:
        for chunk in row:
            units = _side_by_side(items, chunk.items)
            units.sort(key=lambda unit: sum(wanted(n) for n in unit) / len(unit))
            chunk.items = [n for unit in units for n in unit]
        row.sort(key=lambda chunk: sum(wanted(n) for n in chunk.items) / len(chunk.items))
        count = sum(len(chunk.items) for chunk in row)
        best: tuple[float, list[int]] | None = None
        for spaces in _spaces(columns - count, len(row) + 1):
            at = 0
            cost = 0.0
            taken: list[int] = []
            for chunk, space in zip(row, spaces, strict=False):
                at += space
                for n in chunk.items:
                    cost += abs(at - wanted(n)) * (0.2 + len(near[n]))
                    taken.append(at)
                    at += 1
            if best is None or cost < best[0] - 1e-9:
                best = cost, taken
        assert best is not None
        ordered = [n for chunk in row for n in chunk.items]
        for n, at in zip(ordered, best[1], strict=True):
            place[n] = float(at)

    for sweep in range(6):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            set_row(row)
    for _ in range(4):
        swapped = [_swap(items, row, row_of, near, place) for row in rows]
        if not any(swapped):
            break
    return {n: (row_of[n], round(place[n])) for n in row_of}


def _swap(
    items: Sequence[Item],
    row: Row,
    row_of: dict[int, int],
    near: dict[int, list[tuple[int, float]]],
    place: dict[int, float],
) -> bool:
    """Swap neighbours in a row where that makes its ties shorter; say whether any were."""
    # The places taken, left to right; swapping keeps them and only changes who stands where.
    cells = sorted(place[n] for chunk in row for n in chunk.items)

    def cost(order: Sequence[int]) -> float:
        at = dict(zip(order, cells, strict=True))
        total = 0.0
        for n, here in at.items():
            for other, _ in near[n]:
                # Within a row, side by side is best: anything longer needs a corridor.
                if row_of[other] == row_of[n]:
                    far = abs(at.get(other, 0.0) - here)
                    total += 0.0 if far < 1.5 else 0.5 * far + 0.4
                else:
                    total += abs(place[other] - here)
        return total

    def flat() -> list[int]:
        return [n for chunk in row for n in chunk.items]

    best = cost(flat())
    changed = False
    for chunk in row:
        units = _side_by_side(items, chunk.items)
        units.sort(key=lambda unit: chunk.items.index(unit[0]))
        moved = True
        while moved:
            moved = False
            for i in range(len(units)):
                for j in range(i + 1, len(units)):
                    units[i], units[j] = units[j], units[i]
                    kept, chunk.items = chunk.items, [n for unit in units for n in unit]
                    found = cost(flat())
                    if found < best - 1e-9:
                        best, moved, changed = found, True, True
                    else:
                        units[i], units[j] = units[j], units[i]
                        chunk.items = kept
    for i in range(len(row)):
        for j in range(i + 1, len(row)):
            row[i], row[j] = row[j], row[i]
            found = cost(flat())
            if found < best - 1e-9 and _whole(row, cells):
                best, changed = found, True
            else:
                row[i], row[j] = row[j], row[i]
    for n, at in zip(flat(), cells, strict=True):
        place[n] = at
    return changed


def _whole(row: Row, cells: Sequence[float]) -> bool:
    """Say whether each chunk would still stand on places that follow one another."""
    at = 0
    for chunk in row:
        taken = cells[at : at + len(chunk.items)]
        if taken[-1] - taken[0] > len(taken) - 1 + 0.5:
            return False
        at += len(chunk.items)
    return True


def _side_by_side(items: Sequence[Item], chunk: Sequence[int]) -> list[list[int]]:
    """Part a chunk into an organisation with its people, so that they stay together."""
    inside = set(chunk)
    home = {n: items[n].home for n in chunk}
    units: dict[int, list[int]] = {}
    for n in chunk:
        key = home[n]
        units.setdefault(key if key is not None and key in inside else n, []).append(n)
    return [sorted(unit, key=lambda n: home[n] is not None) for unit in units.values()]


def _spaces(free: int, slots: int) -> list[tuple[int, ...]]:
    """List the ways to share out free places; the evenest first, so that ties are settled so."""
    if slots == 1:
        return [(free,)]
    ways = [
        (first, *rest) for first in range(free + 1) for rest in _spaces(free - first, slots - 1)
    ]
    ways.sort(key=lambda way: (max(way) - min(way), way))
    return ways[:120]
