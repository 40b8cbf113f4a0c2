"""Find a way for every tie through the corridors and gaps of a grid of boxes, and draw it up."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from .labels import LINE_HEIGHT, text_width, wrap
from .layout_parts import SIZE, SMALL, Box, Heading, Item, Layout, Panel, Route, Wire
from .layout_rows import Chunk, Row

__all__ = ["Drawing"]


@define
class _Segment:
    """The part of a wire in one corridor, between two pins.

    `up` says for each pin whether it leads to the row above; `x` is where it stands.
    """

    wire: int
    corridor: int
    ends: tuple[int | None, int | None]  # the item at each end, or None where a lane goes on
    up: tuple[bool, bool]
    x: list[float] = field(factory=lambda: [0.0, 0.0])
    track: int = -1

    @property
    def low(self) -> float:
        return min(self.x)

    @property
    def high(self) -> float:
        return max(self.x)

    @property
    def straight(self) -> bool:
        return abs(self.x[0] - self.x[1]) < 0.5


@define
class _Lane:
    """Where a wire passes rows on its way: a gap between columns, or an empty column."""

    wire: int
    first: int
    last: int
    gap: int | None
    column: int | None
    turn: float
    slot: int = 0
    x: float = 0.0


PAD = 7.0  # from a box to the edge of its ground
LEAST = 94.0  # the narrowest box that still holds words
WIDEST = 150.0
CORNER = 10.0  # no pin nearer than this to the corner of a box


class Drawing:
    """A map while it is laid out: boxes in their rows, and the tracks that ties run on.

    Lengths are in pixels; x runs right and y runs down from the top left corner.
    """

    def __init__(
        self,
        items: Sequence[Item],
        headings: Sequence[str],
        wires: Sequence[Wire],
        width: float,
        columns: int,
        rows: list[Row],
        grid: dict[int, tuple[int, int]],
    ) -> None:
        self.items = items
        self.headings = headings
        self.wires = wires
        self.width = width
        self.columns = columns
        self.rows = rows
        self.grid = grid
        self.taken = {cell: n for n, cell in grid.items()}
        self.segments: list[_Segment] = []
        self.of_wire: dict[int, list[_Segment]] = {}
        self.lanes: dict[int, _Lane] = {}
        self.sides: list[int] = []
        self.boxes: dict[int, Box] = {}
        self.left: list[float] = []  # of each column
        self.box_width = 0.0
        self.heading_end: dict[int, float] = {}  # where a heading over an item ends

    # ---------------------------------------------------------------- ways

    def _plan(self) -> None:
        """Give each wire its corridors and its lane; short wires choose first."""
        load: dict[tuple[int, int], int] = {}

        def span(w: int) -> tuple[int, int]:
            (r1, c1), (r2, c2) = self.grid[self.wires[w].a], self.grid[self.wires[w].b]
            return abs(r1 - r2), abs(c1 - c2)

        for w in sorted(range(len(self.wires)), key=lambda w: (span(w), w)):
            a, b = self.wires[w].a, self.wires[w].b
            (r1, c1), (r2, c2) = self.grid[a], self.grid[b]
            if r1 == r2:
                between = range(min(c1, c2) + 1, max(c1, c2))
                if not any((r1, c) in self.taken for c in between):
                    self.sides.append(w)
                else:
                    self._add(w, r1 + 1, (a, b), (True, True))
                continue
            if r1 > r2:
                a, b, (r1, c1), (r2, c2) = b, a, (r2, c2), (r1, c1)
            if r2 == r1 + 1:
                self._add(w, r2, (a, b), (True, False))
                continue
            inner = range(r1 + 1, r2)
            ways: list[tuple[float, int | None, int | None]] = []
            for gap in range(self.columns + 1):
                busy = max(load.get((r, gap), 0) for r in inner)
                cost = abs(c1 + 0.5 - gap) + abs(c2 + 0.5 - gap) + 0.16 * busy
                ways.append((cost, gap, None))
            for column in range(self.columns):
                if not any((r, column) in self.taken for r in inner):
                    cost = abs(c1 - column) + abs(c2 - column) - 0.3
                    ways.append((cost, None, column))
            cost, gap_, column_ = min(ways, key=lambda way: way[0])
            if gap_ is not None:
                for r in inner:
                    load[r, gap_] = load.get((r, gap_), 0) + 1
            at = gap_ if gap_ is not None else (column_ or 0) + 0.5
            turn = (c1 + 0.5 - at) + (c2 + 0.5 - at)
            self.lanes[w] = _Lane(w, r1 + 1, r2 - 1, gap_, column_, turn)
            self._add(w, r1 + 1, (a, None), (True, False))
            self._add(w, r2, (None, b), (True, False))

    def _add(
        self, w: int, corridor: int, ends: tuple[int | None, int | None], up: tuple[bool, bool]
    ) -> None:
        segment = _Segment(w, corridor, ends, up)
        self.segments.append(segment)
        self.of_wire.setdefault(w, []).append(segment)

    # -------------------------------------------------------------- widths

    def _widths(self) -> None:
        """Share the width between columns and gaps; a gap with many lanes gets more."""
        slots = [0] * (self.columns + 1)
        for gap in range(self.columns + 1):
            lanes = [lane for lane in self.lanes.values() if lane.gap == gap]
            lanes.sort(key=lambda lane: (lane.turn, lane.first, lane.wire))
            ends: list[list[tuple[int, int]]] = []
            for lane in lanes:
                for slot, used in enumerate(ends):
                    # One may follow another in a slot, but not from the same corridor.
                    if all(lane.first > last + 1 or lane.last + 1 < first for first, last in used):
                        used.append((lane.first, lane.last))
                        lane.slot = slot
                        break
                else:
                    lane.slot = len(ends)
                    ends.append([(lane.first, lane.last)])
            slots[gap] = len(ends)
        pitch = 7.0
        while True:
            gaps = [
                max(PAD + 4 if gap in (0, self.columns) else 2 * PAD + 10, count * pitch + 8)
                for gap, count in enumerate(slots)
            ]
            box = (self.width - sum(gaps)) / self.columns
            if box >= LEAST or pitch < 2.2:
                break
            pitch *= 0.85
        if box > WIDEST:
            spare = (box - WIDEST) * self.columns
            box = WIDEST
            # Half of what is left goes beside the drawing, half between its columns.
            inner = min(26.0, spare / 2 / max(1, self.columns - 1)) if self.columns > 1 else 0.0
            outer = (spare - inner * (self.columns - 1)) / 2
            for gap in range(self.columns + 1):
                gaps[gap] += outer if gap in (0, self.columns) else inner
        box = max(box, 40.0)
        self.box_width = box
        starts = []
        at = 0.0
        for column in range(self.columns):
            starts.append(at)
            at += gaps[column]
            self.left.append(at)
            at += box
        starts.append(at)
        for lane in self.lanes.values():
            if lane.gap is not None:
                wide = gaps[lane.gap]
                count = slots[lane.gap]
                step = min(pitch, (wide - 4) / max(1, count))
                if lane.gap == 0:
                    # Beside the drawing: close to the boxes, not at the canvas's edge.
                    first = starts[0] + wide - PAD + 1 - step * count + step / 2
                    first = max(first, starts[0] + 3)
                elif lane.gap == self.columns:
                    first = starts[-1] + PAD - 1 + step / 2
                    first = min(first, starts[-1] + wide - 3 - step * (count - 1))
                else:
                    first = starts[lane.gap] + wide / 2 - step * (count - 1) / 2
                lane.x = first + step * lane.slot

    # -------------------------------------------------------------- labels

    def _heading(self, chunk: Chunk, before: set[int]) -> tuple[str, ...]:
        """Break a group's heading so that ties can come in beside it; none if it goes on."""
        heading = self.headings[chunk.group]
        if not heading.strip() or chunk.group in before:
            return ()
        cells = sorted(chunk.items, key=lambda n: self.grid[n][1])
        row = self.grid[cells[0]][0]
        # It may stand over every box that no tie enters from above, up to the first that one does.
        room = 0.0
        for n in cells:
            coming = self._from_above(n)
            if coming:
                longest = max(text_width(word, SMALL, True) for word in heading.split())
                own = self.box_width - CORNER - 7 - 5 * coming
                if not room:
                    own = max(own, min(longest + 1, self.box_width - CORNER), 0.5 * self.box_width)
                room += max(own, 0.0)
                break
            gap = self.grid[n][1] + 1
            busy = any(
                lane.gap == gap and lane.first <= row <= lane.last for lane in self.lanes.values()
            )
            room += self.box_width
            if busy or n == cells[-1]:
                break
            room += self.left[gap] - self.left[gap - 1] - self.box_width
        return wrap(heading, room, SMALL, 4, True)

    def _from_above(self, n: int) -> int:
        """Count the ties that enter a box from above."""
        return sum(
            item == n and not up
            for segment in self.segments
            for item, up in zip(segment.ends, segment.up, strict=True)
        )

    def _lines(self, n: int, width: float) -> tuple[tuple[str, ...], tuple[str, ...], float]:
        """Break an item's words to fit, and give the height of its box."""
        item = self.items[n]
        lines = wrap(item.label, width - 14, SIZE, 5)
        above = wrap(item.above, width - 12, SMALL - 0.5, 2) if item.above else ()
        height = 2 * 8 + len(lines) * SIZE * LINE_HEIGHT + len(above) * 14
        return lines, above, height + (17 if item.tag else 0)

    # ---------------------------------------------------------------- pins

    def _empty_lanes(self) -> None:
        """Spread the lanes that run through empty places of a column, clear of headings."""
        empty: dict[int, list[_Lane]] = {}
        for lane in self.lanes.values():
            if lane.column is not None:
                empty.setdefault(lane.column, []).append(lane)
        for column, those in empty.items():
            low, high = self.left[column] + CORNER, self.left[column] + self.box_width - CORNER
            ends = [
                n
                for lane in those
                for segment in self.of_wire[lane.wire]
                for n, up in zip(segment.ends, segment.up, strict=True)
                if n is not None and not up and self.grid[n][1] == column
            ]
            clear = max((self.heading_end.get(n, 0.0) + 7 for n in ends), default=low)
            low = max(low, min(clear, high - 4 * (len(those) - 1)))
            those.sort(key=lambda lane: (lane.turn, lane.wire))
            step = min(12.0, (high - low) / max(1, len(those) - 1))
            middle = max(self.left[column] + self.box_width / 2, low + step * (len(those) - 1) / 2)
            for place, lane in enumerate(those):
                lane.x = middle + step * (place - (len(those) - 1) / 2)

    def _pins(self) -> None:
        """Give every end of every segment its own place along the edge of its box."""
        self._empty_lanes()
        for corridor in range(len(self.rows) + 1):
            here = [s for s in self.segments if s.corridor == corridor]
            for segment in here:
                for end in (0, 1):
                    if segment.ends[end] is None:
                        segment.x[end] = self.lanes[segment.wire].x
                    else:
                        segment.x[end] = self._middle(segment.ends[end])
            by_column: dict[int, list[tuple[_Segment, int]]] = {}
            for segment in here:
                for end in (0, 1):
                    item = segment.ends[end]
                    if item is not None:
                        by_column.setdefault(self.grid[item][1], []).append((segment, end))
            fixed = sorted(
                self.lanes[s.wire].x for s in here for end in (0, 1) if s.ends[end] is None
            )
            for column, pins in sorted(by_column.items()):
                self._pin_column(column, pins, fixed)

    def _middle(self, item: int | None) -> float:
        assert item is not None
        return self.left[self.grid[item][1]] + self.box_width / 2

    def _pin_column(
        self, column: int, pins: list[tuple[_Segment, int]], lanes: Sequence[float]
    ) -> None:
        low, high = self.left[column] + CORNER, self.left[column] + self.box_width - CORNER
        centre = self.left[column] + self.box_width / 2
        taken = [x for x in lanes if low - 8 < x < high + 8]
        above: list[tuple[float, _Segment, tuple[int, ...]]] = []
        below: list[tuple[float, _Segment, tuple[int, ...]]] = []
        done: set[int] = set()
        right_of = low
        for segment, end in pins:
            item, other, far = segment.ends[end], segment.ends[1 - end], segment.x[1 - end]
            if not segment.up[end] and item in self.heading_end:
                right_of = self.heading_end[item] + 7
            if id(segment) in done:
                continue
            lane = self.lanes.get(segment.wire)
            if other is None and lane is not None and lane.column == column:
                segment.x[end] = min(max(far, low), high)  # straight on into its lane
                continue
            if other is not None and self.grid[other][1] == column:
                done.add(id(segment))
                if segment.up[0] != segment.up[1]:
                    below.append((centre, segment, (0, 1)))  # straight down
                    continue
            (above if segment.up[end] else below).append((far, segment, (end,)))
        # A heading stands above the boxes below: come in beside it, as far as there is room.
        first = max(low, min(right_of, high + 5 - 4 * len(below)))
        for spots, start, stop in ((below, first, high), (above, low, high)):
            # Sorted by where they lead, so that ties from one box do not cross at once.
            spots.sort(key=lambda spot: (spot[0], spot[1].wire))
            count = len(spots)
            edge = 5.0 if start > low and count > 1 else 0.0
            for place, (_, segment, ends) in enumerate(spots):
                x = start + (stop + edge - start) * (place + 1) / (count + 1)
                if count == 1:
                    x = max(start, min(stop, centre))
                if any(abs(x - each) < 4 for each in taken):
                    x = _nudge(x, taken, start, stop + edge)
                taken.append(x)
                for end in ends:
                    segment.x[end] = x

    # -------------------------------------------------------------- tracks

    def _tracks(self, corridor: int) -> int:
        """Give the segments of a corridor tracks with few crossings; return how many tracks."""
        here = [s for s in self.segments if s.corridor == corridor and not s.straight]
        if not here:
            return 0
        here.sort(key=lambda s: (s.low, s.high, s.wire))
        size = len(here)

        def crossings(upper: _Segment, lower: _Segment) -> int:
            """Count crossings when one runs above the other."""
            count = 0
            for end in (0, 1):
                if not upper.up[end] and lower.low - 2 < upper.x[end] < lower.high + 2:
                    count += 1
                if lower.up[end] and upper.low - 2 < lower.x[end] < upper.high + 2:
                    count += 1
            return count

        cost = [[0] * size for _ in range(size)]
        for i in range(size):
            for j in range(i + 1, size):
                cost[i][j] = crossings(here[i], here[j])
                cost[j][i] = crossings(here[j], here[i])
        order = list(range(size))
        for _ in range(12 if size <= 60 else 3):
            moved = False
            for i in range(size):
                place = order.index(i)
                # Slide one segment through the order and keep its best place.
                best, gain, change = place, 0, 0
                for target in range(place - 1, -1, -1):
                    j = order[target]
                    change += cost[i][j] - cost[j][i]
                    if change < gain:
                        best, gain = target, change
                change = 0
                for target in range(place + 1, size):
                    j = order[target]
                    change += cost[j][i] - cost[i][j]
                    if change < gain:
                        best, gain = target, change
                if best != place:
                    order.pop(place)
                    order.insert(best, i)
                    moved = True
            if not moved:
                break
        tracks = 0
        for place, i in enumerate(order):
            segment = here[i]
            segment.track = 0
            for j in order[:place]:
                other = here[j]
                if segment.low < other.high + 8 and other.low < segment.high + 8:
                    segment.track = max(segment.track, other.track + 1)
            tracks = max(tracks, segment.track + 1)
        return tracks

    # ---------------------------------------------------------------- draw

    def draw(self, apart: list[int], apart_heading: str) -> Layout:
        """Put everything in its place, from the top down."""
        self._plan()
        self._widths()
        words = {n: self._lines(n, self.box_width) for n in self.grid}
        over: list[tuple[int, list[tuple[Chunk, tuple[str, ...]]]]] = []
        before: set[int] = set()
        for row in self.rows:
            lines = [(chunk, self._heading(chunk, before)) for chunk in row]
            before = {chunk.group for chunk in row}
            over.append((max((len(each) for _, each in lines), default=0), lines))
            for chunk, each in lines:
                if each:
                    start = min(self.left[self.grid[n][1]] for n in chunk.items)
                    end = start + max(text_width(line, SMALL, True) for line in each)
                    for n in chunk.items:
                        if self.left[self.grid[n][1]] < end:
                            self.heading_end[n] = end
        self._pins()
        panels: list[Panel] = []
        headings: list[Heading] = []
        track_at: dict[int, tuple[float, float]] = {}
        ground_end: dict[int, float] = {}
        y = 2.0
        for r in range(len(self.rows) + 1):
            tracks = self._tracks(r)
            used = any(s.corridor == r for s in self.segments)
            pitch = 8.0 if tracks <= 12 else max(3.0, 96.0 / tracks)
            # Room to leave a box and to end in an arrowhead; a ground gives some of it already.
            ground_above = r > 0 and bool(panels) and panels[-1].y2 >= y - 0.5
            lead = 11.0 if ground_above else 17.0
            landing = 11.0 if r < len(self.rows) and over[r][0] else 18.0
            track_at[r] = (y + lead, pitch)
            if tracks:
                y += lead + landing + (tracks - 1) * pitch
            elif used:
                y += 22.0
            elif 0 < r < len(self.rows):
                y += 14.0
            if r == len(self.rows):
                break
            count, lines = over[r]
            top = y
            if count:
                y += count * 14 + 9
            tall = max((words[n][2] for chunk, _ in lines for n in chunk.items), default=0.0)
            for chunk, each in lines:
                cells = sorted(chunk.items, key=lambda n: self.grid[n][1])
                for n in cells:
                    column = self.grid[n][1]
                    x = self.left[column]
                    label, above, own = words[n]
                    drop = (tall - own) / 2 if self.items[n].home is not None else 0.0
                    self.boxes[n] = Box(
                        x, y + drop, x + self.box_width, y + tall - drop, label, above
                    )
                x = self.boxes[cells[0]].x
                if self.headings[chunk.group].strip():
                    # A group that goes on from the row above has one ground with it.
                    start = top if each else ground_end.get(chunk.group, top) - 20
                    ground_end[chunk.group] = y + tall + PAD
                    panels.append(
                        Panel(
                            x - PAD,
                            start,
                            self.boxes[cells[-1]].x2 + PAD,
                            y + tall + PAD,
                            chunk.group,
                        )
                    )
                    for place, line in enumerate(each):
                        headings.append(Heading(x, top + 12 + 14 * place, (line,), chunk.group))
            grounds = any(self.headings[chunk.group].strip() for chunk, _ in lines)
            y += tall + (PAD if grounds else 0)
        routes = [self._route(w, track_at) for w in range(len(self.wires))]
        y = self._apart(apart, apart_heading, y, panels, headings)
        return Layout(self.width, y + 2, self.boxes, panels, headings, routes)

    def _route(self, w: int, track_at: dict[int, tuple[float, float]]) -> Route:
        wire = self.wires[w]
        if w in self.sides:
            return Route(w, self._side(w))
        points: list[tuple[float, float]] = []
        for segment in self.of_wire[w]:
            for end in (0, 1):
                x = segment.x[end]
                item = segment.ends[end]
                top, pitch = track_at[segment.corridor]
                y = top + pitch * max(0, segment.track)
                here = (x, y)
                if item is not None:
                    box = self.boxes[item]
                    edge = (x, box.y2 if segment.up[end] else box.y)
                    pair = [edge, here] if end == 0 else [here, edge]
                    points += pair
                else:
                    points.append(here)
        points = _tidy(points)
        if self.grid[wire.a][0] > self.grid[wire.b][0]:
            points.reverse()
        return Route(w, tuple(points))

    def _side(self, w: int) -> tuple[tuple[float, float], ...]:
        """Run a wire straight across the gap between two boxes in a row."""
        a, b = self.wires[w].a, self.wires[w].b
        same = [v for v in self.sides if {self.wires[v].a, self.wires[v].b} == {a, b}]
        one, other = self.boxes[a], self.boxes[b]
        top, bottom = max(one.y, other.y) + 6, min(one.y2, other.y2) - 6
        y = top + (bottom - top) * (same.index(w) + 1) / (len(same) + 1)
        return ((one.x2, y), (other.x, y)) if one.x < other.x else ((one.x, y), (other.x2, y))

    def _apart(
        self,
        apart: list[int],
        heading: str,
        y: float,
        panels: list[Panel],
        headings: list[Heading],
    ) -> float:
        """Put the items without ties below, in even rows under their heading."""
        if not apart:
            return y
        y += 20.0 if self.rows else 2.0
        top = y
        y += 28.0
        words = {n: self._lines(n, self.box_width) for n in apart}
        for start in range(0, len(apart), self.columns):
            row = apart[start : start + self.columns]
            tall = max(words[n][2] for n in row)
            for place, n in enumerate(row):
                x = self.left[place]
                label, above, _ = words[n]
                self.boxes[n] = Box(x, y, x + self.box_width, y + tall, label, above)
            y += tall + 10
        y -= 10 - PAD
        right = self.left[min(len(apart), self.columns) - 1] + self.box_width
        panels.append(Panel(self.left[0] - PAD, top, right + PAD, y, -1))
        lines = wrap(heading, right - self.left[0], SMALL, 1, True)
        headings.append(Heading(self.left[0], top + 14, lines, -1))
        return y


def _nudge(x: float, taken: Sequence[float], low: float, high: float) -> float:
    """Find the nearest place that is clear of those taken."""
    for clear in (5.0, 3.0, 1.8):
        for step in range(1, 40):
            for tried in (x + step * 1.5, x - step * 1.5):
                if low <= tried <= high and all(abs(tried - each) >= clear for each in taken):
                    return tried
    return x


def _tidy(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out points that repeat, and those on a straight line between two others."""
    kept: list[tuple[float, float]] = []
    for point in points:
        if kept and abs(kept[-1][0] - point[0]) < 0.01 and abs(kept[-1][1] - point[1]) < 0.01:
            continue
        while len(kept) > 1 and (
            (abs(kept[-2][0] - kept[-1][0]) < 0.01 and abs(kept[-1][0] - point[0]) < 0.01)
            or (abs(kept[-2][1] - kept[-1][1]) < 0.01 and abs(kept[-1][1] - point[1]) < 0.01)
        ):
            kept.pop()
        kept.append(point)
    return kept
