"""Waiting well: the dip you expect, the readings you get, and rules agreed beforehand.

Things often get worse before they get better. Without an expectation written down first, an
ordinary dip looks like failure and a real failure looks like a dip. So the reader says in advance
how deep, how long and back by when, sets review dates, and says what would make them carry on or
stop. Here the readings are held against that.

The rules are the reader's own. The functions only apply them, and point out a rule that was set
after its review date, one that would stop at the very dip that was expected, and one that says two
things at once. A rule does not decide: people do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from .change import Change
from .dates import number, spoken
from .names import fold
from .words import counted, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "VERDICTS",
    "Dip",
    "Expected",
    "Measure",
    "Point",
    "Replay",
    "Review",
    "draw",
    "explain",
    "measures",
    "replay",
    "reviews",
]

VERDICTS = {
    "carry on": "The reading is as good as the rule asks.",
    "look again": "The reading lies between carrying on and stopping.",
    "stop": "The reading is worse than the rule allows.",
    "no reading": "The review date has come without a reading since the one before.",
    "not yet": "The review date is still to come.",
    "no rule": "The row has no number to hold a reading against.",
}
"""What a rule can say, and what that means."""


@frozen
class Point:
    """A reading: a measure's value on a day."""

    date: dt.date
    value: float


@frozen
class Expected:
    """Where a measure is expected to be on a day, give or take."""

    date: dt.date
    value: float
    give: float = 0.0


@frozen
class Dip:
    """A fall and, if it came, the way back.

    Attributes
    ----------
    start, lowest : Point
        Where it began, and the worst point after it.
    depth : float
        How much worse the worst point is, 0 or more.
    back : datetime.date or None
        The first day it is as good as at the start again.
    """

    start: Point
    lowest: Point
    depth: float
    back: dt.date | None = None


@frozen
class Measure:
    """One measure: what was expected, what was read, and which way is better.

    Attributes
    ----------
    name : str
        As first written.
    higher : bool
        Whether higher is better.
    expected : tuple of Expected
        In the order of dates.
    readings : tuple of Point
        In the order of dates; of two on one day the later row counts.
    """

    name: str
    higher: bool = True
    expected: tuple[Expected, ...] = ()
    readings: tuple[Point, ...] = ()

    def at(self, date: dt.date) -> Expected | None:
        """Give what is expected on a day, on a straight line between the points given.

        Examples
        --------
        >>> made = Measure("Seen in time", expected=(
        ...     Expected(dt.date(2027, 1, 1), 80, 2), Expected(dt.date(2027, 1, 11), 60, 6)))
        >>> made.at(dt.date(2027, 1, 6)).value
        70.0
        >>> made.at(dt.date(2026, 12, 31)) is None
        True
        """
        for one, two in zip(self.expected, self.expected[1:], strict=False):
            if one.date <= date <= two.date:
                part = (date - one.date).days / ((two.date - one.date).days or 1)
                return Expected(
                    date,
                    one.value + part * (two.value - one.value),
                    one.give + part * (two.give - one.give),
                )
        if self.expected and self.expected[-1].date == date:
            return self.expected[-1]
        return None

    def better(self, one: float, other: float) -> bool:
        """Say whether one value is better than another."""
        return one > other if self.higher else one < other

    def dip(self, expected: bool = False) -> Dip | None:
        """Give the dip in the readings, or in what was expected; None without two points.

        Examples
        --------
        >>> made = Measure("Seen in time", readings=(
        ...     Point(dt.date(2027, 1, 1), 80), Point(dt.date(2027, 4, 1), 66),
        ...     Point(dt.date(2027, 9, 1), 81)))
        >>> made.dip().depth, made.dip().back
        (14, datetime.date(2027, 9, 1))
        """
        points = (
            [Point(each.date, each.value) for each in self.expected]
            if expected
            else list(self.readings)
        )
        if len(points) < 2:
            return None
        start = points[0]
        lowest = start
        for each in points[1:]:
            if self.better(lowest.value, each.value):
                lowest = each
        depth = abs(start.value - lowest.value)
        back = next(
            (
                p.date
                for p in points
                if p.date > lowest.date and not self.better(start.value, p.value)
            ),
            None,
        )
        return Dip(start, lowest, depth, back if depth else None)

    def outside(self) -> tuple[Point, ...]:
        """List the readings that are worse than expected, even with the give or take."""
        found = []
        for each in self.readings:
            wanted = self.at(each.date)
            if wanted is None:
                continue
            edge = wanted.value - wanted.give if self.higher else wanted.value + wanted.give
            if self.better(edge, each.value):
                found.append(each)
        return tuple(found)


def measures(change: Change) -> tuple[Measure, ...]:
    """Collect what is known of each measure.

    Parameters
    ----------
    change : Change
        Its readings and rules. A row without a date or a value is left out.

    Returns
    -------
    tuple of Measure
        In the order they first appear, readings before rules.

    Examples
    --------
    >>> measures(Change.blank())
    ()
    """
    names: dict[str, str] = {}
    for written in [*(r.measure for r in change.readings), *(r.measure for r in change.rules)]:
        if fold(written):
            names.setdefault(fold(written), written)
    lower: dict[str, bool] = {}
    for rule in change.rules:
        if rule.better:
            lower.setdefault(fold(rule.measure), rule.better == "lower")
    found = []
    for key, name in names.items():
        expected: dict[dt.date, Expected] = {}
        read: dict[dt.date, Point] = {}
        for row in change.readings:
            if fold(row.measure) != key or row.date is None or row.value is None:
                continue
            if row.kind == "expected":
                expected[row.date] = Expected(row.date, row.value, row.give_or_take or 0.0)
            else:
                read[row.date] = Point(row.date, row.value)
        found.append(
            Measure(
                name,
                not lower.get(key, False),
                tuple(expected[day] for day in sorted(expected)),
                tuple(read[day] for day in sorted(read)),
            )
        )
    return tuple(found)


# --------------------------------------------------------------------- reviews


@frozen
class Review:
    """What a rule says at its review date.

    Attributes
    ----------
    measure : str
        The measure.
    date : datetime.date or None
        The review date.
    verdict : str
        One of `VERDICTS`.
    reading : Point or None
        The reading it rests on: the last one by the review date and after the review before.
    carry_on, stop : float or None
        The rule's numbers.
    late : bool
        Whether the rule was set on or after its review date.
    undated : bool
        Whether the rule does not say when it was set.
    crossed : bool
        Whether one reading could mean both carrying on and stopping.
    stops_at_dip : Expected or None
        The expected low point, where the rule would say stop at that very point.
    """

    measure: str
    date: dt.date | None
    verdict: str
    reading: Point | None = None
    carry_on: float | None = None
    stop: float | None = None
    late: bool = False
    undated: bool = False
    crossed: bool = False
    stops_at_dip: Expected | None = None

    def __str__(self) -> str:
        when = spoken(self.date) if self.date else "no date"
        return f"{self.measure}, {when}: {self.verdict}"

    __repr__ = __str__


def _judge(value: float, carry_on: float | None, stop: float | None, higher: bool) -> str:
    if stop is not None and (value < stop if higher else value > stop):
        return "stop"
    if carry_on is not None and not (value < carry_on if higher else value > carry_on):
        return "carry on"
    if carry_on is None and stop is not None:
        return "carry on"
    return "look again" if carry_on is not None else "no rule"


def reviews(change: Change, today: dt.date | None = None) -> tuple[Review, ...]:
    """Apply each rule at its review date.

    Parameters
    ----------
    change : Change
        Its readings and rules.
    today : datetime.date, optional
        Reviews after this day are still to come. Without it the day of the last reading, so that
        the same file always gives the same answer.

    Returns
    -------
    tuple of Review
        In the order of their dates; rules without a date last.

    Notes
    -----
    Stop comes first: a reading that is worse than `stop` says stop, whatever `carry_on` says. With
    only one number given, its other side is the other verdict for `stop` and "look again" for
    `carry_on`.

    Examples
    --------
    >>> from system_leadership.change import Reading, Rule
    >>> change = Change(
    ...     readings=[Reading("Seen in time", dt.date(2027, 6, 28), 62)],
    ...     rules=[Rule("Seen in time", dt.date(2027, 6, 30), 70, 60, set_on=dt.date(2027, 1, 4))])
    >>> reviews(change, dt.date(2027, 7, 1))
    (Seen in time, 30 June 2027: look again,)
    """
    known = {fold(each.name): each for each in measures(change)}
    if today is None:
        today = max((p.date for m in known.values() for p in m.readings), default=None)
    found: list[Review] = []
    before: dict[str, dt.date] = {}
    rules = [rule for rule in change.rules if fold(rule.measure)]
    rules.sort(key=lambda rule: (rule.review is None, rule.review or dt.date.min))
    for rule in rules:
        measure = known[fold(rule.measure)]
        found.append(_review(rule, measure, today, before.get(fold(rule.measure))))
        if rule.review is not None:
            before[fold(rule.measure)] = rule.review
    return tuple(found)


def _review(rule: Any, measure: Measure, today: dt.date | None, before: dt.date | None) -> Review:
    higher = measure.higher
    reading: Point | None = None
    if rule.carry_on is None and rule.stop is None:
        verdict = "no rule"
    elif rule.review is None or today is None or rule.review > today:
        verdict = "not yet"
    else:
        fitting = [
            p
            for p in measure.readings
            if p.date <= rule.review
            and (before is None or before == rule.review or p.date > before)
        ]
        reading = fitting[-1] if fitting else None
        verdict = (
            _judge(reading.value, rule.carry_on, rule.stop, higher) if reading else "no reading"
        )
    crossed = (
        rule.carry_on is not None
        and rule.stop is not None
        and (rule.stop > rule.carry_on if higher else rule.stop < rule.carry_on)
    )
    low = None
    if rule.review is not None and rule.stop is not None:
        wanted = measure.at(rule.review)
        if wanted and (wanted.value < rule.stop if higher else wanted.value > rule.stop):
            low = wanted
    return Review(
        measure.name,
        rule.review,
        verdict,
        reading,
        rule.carry_on,
        rule.stop,
        late=rule.set_on is not None and rule.review is not None and rule.set_on >= rule.review,
        undated=rule.set_on is None,
        crossed=crossed,
        stops_at_dip=low,
    )


@frozen
class Replay:
    """What a rule would have said of one past reading.

    Attributes
    ----------
    measure : str
        The measure.
    reading : Point
        The reading.
    verdict : str
        carry on, look again, stop or no rule.
    expected : bool or None
        Whether the reading was within what was expected; None when nothing was expected that day.
    """

    measure: str
    reading: Point
    verdict: str
    expected: bool | None


def replay(change: Change) -> tuple[Replay, ...]:
    """Say what the rules would have said of every past reading.

    Each reading is held against the rule of its measure with the next review date, or the last
    rule when no review comes after it.

    Parameters
    ----------
    change : Change
        Its readings and rules.

    Returns
    -------
    tuple of Replay
        By measure, in the order of dates. Measures without a rule are left out.

    Examples
    --------
    >>> from system_leadership.change import Reading, Rule
    >>> change = Change(
    ...     readings=[Reading("Seen", dt.date(2027, 1, 1), 80),
    ...               Reading("Seen", dt.date(2027, 2, 1), 50)],
    ...     rules=[Rule("Seen", dt.date(2027, 6, 30), 70, 60)])
    >>> [each.verdict for each in replay(change)]
    ['carry on', 'stop']
    """
    found = []
    for measure in measures(change):
        rules = [
            rule
            for rule in change.rules
            if fold(rule.measure) == fold(measure.name)
            and (rule.carry_on is not None or rule.stop is not None)
        ]
        rules.sort(key=lambda rule: rule.review or dt.date.max)
        if not rules:
            continue
        bad = set(measure.outside())
        for each in measure.readings:
            rule = next((r for r in rules if (r.review or dt.date.max) >= each.date), rules[-1])
            verdict = _judge(each.value, rule.carry_on, rule.stop, measure.higher)
            inside = None if measure.at(each.date) is None else each not in bad
            found.append(Replay(measure.name, each, verdict, inside))
    return tuple(found)


# ----------------------------------------------------------------------- words


def explain(change: Change, today: dt.date | None = None) -> list[str]:
    """Say in plain sentences how the readings stand against what was expected and agreed.

    Parameters
    ----------
    change, today
        As in `reviews`.

    Returns
    -------
    list of str
        Measure by measure, then what is left out.

    Examples
    --------
    >>> explain(Change.blank())
    ['There are no readings yet. Add what you expect: where it starts, its lowest point, and the \
day it is back. Then set a review date with a rule.']
    """
    known = measures(change)
    if not known:
        return [
            "There are no readings yet. Add what you expect: where it starts, its lowest point, "
            "and the day it is back. Then set a review date with a rule."
        ]
    told: list[str] = []
    done = reviews(change, today)
    past = replay(change)
    for measure in known:
        mine = [each for each in done if fold(each.measure) == fold(measure.name)]
        told += _dip_words(measure)
        for each in mine:
            told += _review_words(each, measure)
        told += _replay_words([each for each in past if each.measure == measure.name], mine)
        if not mine:
            told.append(
                f"{measure.name} has no rule yet. Say now when you will look, and what would make "
                "you stop: later it is too easy to talk yourself into either."
            )
    told += _aside(change)
    told.append("A rule does not decide. It reminds you of what you thought beforehand.")
    return told


def _dip_words(measure: Measure) -> list[str]:
    told = []
    plan = measure.dip(expected=True)
    if plan and plan.depth:
        back = f", and to be back by {spoken(plan.back)}" if plan.back else ""
        told.append(
            f"You expect {measure.name} to go from {number(plan.start.value)} to "
            f"{number(plan.lowest.value)} by {spoken(plan.lowest.date)}{back}."
        )
        if not plan.back:
            told.append(f"You have not said by when {measure.name} should be back.")
    elif plan:
        told.append(f"You expect no dip in {measure.name}.")
    else:
        told.append(
            f"You have not said what you expect of {measure.name}. Give its start, its lowest "
            "point and the day it is back."
        )
    seen = measure.dip()
    if seen and seen.depth:
        back = f"It was back on {spoken(seen.back)}." if seen.back else "It is not back yet."
        went = "fell" if measure.higher else "rose"
        told.append(
            f"The readings {went} from {number(seen.start.value)} to {number(seen.lowest.value)} "
            f"on {spoken(seen.lowest.date)}. {back}"
        )
    bad = measure.outside()
    held = [each for each in measure.readings if measure.at(each.date)]
    if bad:
        are = "was" if len(bad) == 1 else "were"
        told.append(
            f"{counted(len(bad), 'reading')} of {len(held)} {are} worse than you expected: "
            f"{some([f'{number(p.value)} on {spoken(p.date)}' for p in bad], 3)}."
        )
    elif held:
        told.append(f"No reading of {measure.name} was worse than you expected.")
    return told


def _review_words(each: Review, measure: Measure) -> list[str]:
    told = []
    when = f"On {spoken(each.date)}" if each.date else "At a review with no date"
    if each.reading:
        told.append(
            f"{when} the rule says {each.verdict}: {measure.name} was {number(each.reading.value)} "
            f"({_rule_text(each, measure)})."
        )
    elif each.verdict == "no reading":
        told.append(f"{when} there was no new reading of {measure.name}, so the rule says nothing.")
    elif each.verdict == "no rule":
        told.append(f"{when} there is no number to hold {measure.name} against.")
    else:
        told.append(f"{when} the rule will look at {measure.name}: {_rule_text(each, measure)}.")
    if each.late:
        told.append(
            "That rule was set on or after its review date, so it was not agreed beforehand. Treat "
            "what it says as hindsight."
        )
    elif each.undated:
        told.append("That rule does not say when it was set. Write the day down.")
    if each.crossed:
        told.append("In that rule one reading could mean both carrying on and stopping.")
    if each.stops_at_dip:
        told.append(
            f"Mind this: you expect {number(each.stops_at_dip.value)} that day, and the rule would "
            "say stop. Move the review or the number, or do not be surprised."
        )
    return told


def _rule_text(each: Review, measure: Measure) -> str:
    parts = []
    if each.carry_on is not None:
        parts.append(
            f"carry on at {number(each.carry_on)} or {'more' if measure.higher else 'less'}"
        )
    if each.stop is not None:
        parts.append(f"stop {'below' if measure.higher else 'above'} {number(each.stop)}")
    return listing(parts)


def _replay_words(past: Sequence[Replay], mine: Sequence[Review]) -> list[str]:
    if len(past) < 2 or not mine:
        return []
    counts = {
        v: sum(each.verdict == v for each in past) for v in ("carry on", "look again", "stop")
    }
    often = {1: "once", 2: "twice"}
    parts = [
        f"{verdict} {often.get(count, f'{count} times')}"
        for verdict, count in counts.items()
        if count
    ]
    rule = "your rule" if len(mine) == 1 else "your rules"
    told = [
        f"Held against all {len(past)} readings so far, {rule} would have said {listing(parts)}."
    ]
    hasty = [each for each in past if each.verdict == "stop" and each.expected]
    if hasty:
        which = some([f"{number(h.reading.value)} on {spoken(h.reading.date)}" for h in hasty], 3)
        told.append(
            f"You would have stopped at {which}, and yet you had expected as much. That is too "
            "hasty a rule."
        )
    return told


def _aside(change: Change) -> list[str]:
    left = sum(not (row.measure and row.date and row.value is not None) for row in change.readings)
    told = []
    if left:
        are = "was" if left == 1 else "were"
        told.append(
            f"{counted(left, 'reading')} {are} left out: each needs a measure, a date and a value."
        )
    ways: dict[str, set[str]] = {}
    for rule in change.rules:
        if rule.better:
            ways.setdefault(fold(rule.measure), set()).add(rule.better)
    mixed = [m.name for m in measures(change) if len(ways.get(fold(m.name), ())) > 1]
    if mixed:
        told.append(f"Rules differ on which way is better for {listing(mixed)}; we use the first.")
    return told


# -------------------------------------------------------------------- pictures


def draw(change: Change, today: dt.date | None = None) -> Picture:
    """Draw what was expected, what was read, and what each rule says at its review.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Say first what you expect, then wait'
    """
    from . import patience_picture

    return patience_picture.draw(change, today)
