"""The parts of the change on a page: for each, a heading, the tables it needs and its lines.

A part that needs a subject imports it only when it is asked for its lines. If that module is not
there, the page goes without that part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from .change import RUNGS, Change
from .names import fold
from .reflection import day
from .words import counted, listing, some

__all__ = ["PARTS", "WIDTH", "Part"]

WIDTH = 88
"""Letters in a row of the page, counted so that ordinary fonts stay within it."""


@frozen
class Part:
    """A part of the page.

    Attributes
    ----------
    heading : str
        As it stands on the page.
    tables : tuple of str
        Keys of tables; the part is made when one of them has a row.
    make : callable
        Gives the lines of a change; none if there is nothing to say.
    missing : str
        What to call it when it is not filled in; empty if it need not be.
    exercise : int
        Number of the exercise that asks for it; 0 if it need not be filled in.
    """

    heading: str
    tables: tuple[str, ...]
    make: Callable[[Change], list[str]]
    missing: str = ""
    exercise: int = 0


def _line(text: str) -> str:
    """Give a text as one line without its full stop."""
    return " ".join(text.split()).rstrip(".")


def _names(before: str, names: Sequence[str]) -> str:
    """Give a line that names as many as stand in one row of the page, and counts the rest."""
    whole = f"{before}: {some(names, len(names))}."
    for most in range(len(names), 0, -1):
        # `some` names one more rather than say "and 1 more".
        whole = f"{before}: {some(names, most)}."
        if len(whole) <= WIDTH:
            break
    return whole


def _in_order(change: Change, names: Sequence[str]) -> list[str]:
    """Put names in the order of the reader's tables, so that nobody is ranked."""
    order = {fold(name): place for place, name in enumerate(change.names())}
    return sorted(names, key=lambda name: order.get(fold(name), len(order)))


def _who(change: Change) -> list[str]:
    from . import system_map

    made = system_map.build(change)
    if not made.nodes:
        return []
    parts = []
    if change.organisations:
        parts.append(counted(len(change.organisations), "organisation"))
    if change.people:
        parts.append(counted(len(change.people), "person", "people"))
    parts.append(counted(len(made.ties), "tie"))
    lines = [f"{listing(parts)}."]
    lines[0] += f" Our place on the map: {_line(change.you)}." if change.you else ""
    found = system_map.bridges(change)
    if found:
        names = _in_order(change, [each.name for each in found])
        lines.append(_names("Others would be cut off if one of these left", names))
    return lines


def _stances(change: Change) -> list[str]:
    groups: dict[str, list[str]] = {"For": [], "Against": [], "On no side": []}
    unsaid = 0
    for row in change.stances:
        if row.support is None:
            unsaid += bool(row.who)
        elif row.who:
            key = "For" if row.support > 0 else "Against" if row.support < 0 else "On no side"
            groups[key].append(row.who)
    lines = [_names(f"{key} ({len(who)})", who) for key, who in groups.items() if who]
    return [*lines, *([f"Not known: {unsaid}."] if unsaid else [])]


def _interests(change: Change) -> list[str]:
    from . import interests

    lost = [line.who for line in interests.loss_without_gain(change)]
    lines = []
    if lost:
        lines.append(_names("Lose without gaining", _in_order(change, lost)))
    needs = interests.to_offer(change)
    offered = [need for need in needs if need.offer]
    lines += [f"Offered to {need.who}: {_line(need.offer)}." for need in offered[:3]]
    bare = [need.who for need in needs if not need.offer]
    if bare:
        lines.append(_names("Nothing offered yet to", _in_order(change, bare)))
    if not lines:
        lines.append("Nobody in the table loses on balance.")
    return lines


def _coalition(change: Change) -> list[str]:
    from . import coalition

    if not change.ties or not any(row.support is not None for row in change.stances):
        return []
    names = list(coalition.first_movers(change).names)
    if not names:
        return []
    return [_names("Together", _in_order(change, names))]


def _evidence(change: Change) -> list[str]:
    from . import evidence_base

    made = evidence_base.build(change)
    lines = [f"{made}."] if made.claims else []
    first = evidence_base.gaps(change, 1)
    if first:
        lines.append(f"Find better evidence for: {_line(first[0].short)}.")
    bare = evidence_base.sources_missing(change)
    if bare:
        lines.append(f"{counted(len(bare), 'claim')} without a source.")
    return lines


def _involvement(change: Change) -> list[str]:
    from . import involvement

    made = involvement.build(change)
    if not made.decisions:
        return []
    parts = []
    for group, name in involvement.GROUPS.items():
        highest = made.highest(group)
        parts.append(f"{name} {'not mentioned' if highest is None else RUNGS[highest]}")
    many = counted(len(made.decisions), "decision")
    return [f"At best, in {many}: {listing(parts)}.", *(str(late) for late in made.late[:2])]


def _ideas(change: Change) -> list[str]:
    asked = [row for row in change.ideas if row.idea and row.with_whom]
    lines = []
    for row in asked:
        when = f" Look again on {day(row.review)}." if row.review else ""
        lines.append(f"With {_line(row.with_whom)}: {_line(row.idea)}.{when}")
    alone = sum(bool(row.idea) and not row.with_whom for row in change.ideas)
    return [*lines, *([f"{counted(alone, 'idea')} with nobody named yet."] if alone else [])]


def _commitments(change: Change) -> list[str]:
    from . import polarity

    made = polarity.build(change)
    lines = []
    for name, rows in (("Fixed", made.fixed), ("May flex", made.flexible)):
        shown = [f"{name}: {_line(row.statement)}." for row in rows[:2]]
        if len(rows) > 2:
            shown[-1] += f" {len(rows) - 2} more."
        lines += shown
    return lines + [str(pair) for pair in made.both[:2]]


def _steps(change: Change) -> list[str]:
    from . import approvals

    made = approvals.critical_path(change)
    if made.faults or not made.path:
        names = [row.name for row in change.steps if row.name]
        return [_names(counted(len(names), "step"), names)] if names else []
    # Very long chains are told by their ends.
    path = [_line(name) for name in made.path]
    told = " → ".join(path)
    if len(told) > 2 * WIDTH - 26:
        told = f"{path[0]} → … → {path[-1]}"
    lines = [f"Longest way through: {told}."]
    if made.days:
        lines.append(f"About {made.days:,.0f} days along it, if every step takes its average.")
    unknown = sum(each.estimate is None for each in made.steps)
    if unknown:
        lines.append(f"{counted(unknown, 'step')} without days, counted as 0.")
    owners = sum(not row.owner for row in change.steps if row.name)
    if owners:
        lines.append(f"{counted(owners, 'step')} without an owner.")
    return lines


def _barriers(change: Change) -> list[str]:
    from . import barriers

    lines = []
    for group in barriers.sort(change).groups:
        who = {"ours": "We can lift", "nobody": "Nobody named yet for"}
        name = who.get(group.kind) or f"{group.who} could lift"
        lines.append(_names(name, [_line(each.what) for each in group.hurdles]))
    return lines


def _reviews(change: Change) -> list[str]:
    dated = [
        (rule.review, f"{_line(rule.measure)}: {_rule(rule.carry_on, rule.stop, rule.better)}")
        for rule in change.rules
        if rule.review and rule.measure
    ]
    dated += [
        (row.review, f"look again at “{_line(row.statement)}”")
        for row in change.commitments
        if row.review and row.statement
    ]
    dated.sort(key=lambda pair: pair[0])
    return [f"{day(when)}: {what}." for when, what in dated]


def _rule(carry_on: float | None, stop: float | None, better: str) -> str:
    worse, good = ("above", "or less") if better == "lower" else ("below", "or more")
    parts = []
    if carry_on is not None:
        parts.append(f"carry on at {carry_on:g} {good}")
    if stop is not None:
        parts.append(f"stop {worse} {stop:g}")
    return listing(parts) or "no rule yet"


def _learning(change: Change) -> list[str]:
    from . import learning

    lines = []
    for aim in learning.build(change).aims:
        by_whom = [f"With {_line(aim.with_whom)}"] if aim.with_whom else []
        by_whom += [f"{'by' if by_whom else 'By'} {day(aim.by_when)}"] if aim.by_when else []
        before = f"{', '.join(by_whom)}: " if by_whom else "With nobody named yet: "
        lines.append(f"{before}{_line(aim.aim)}.")
    return lines


def _monday(change: Change) -> list[str]:
    moves = [row for row in change.barriers if row.next_move]
    # What we can do ourselves comes first.
    moves.sort(key=lambda row: row.in_our_gift is not True)
    lines = [f"{_line(row.next_move)}." for row in moves]
    lines += [
        f"Close this gap: {_line(row.gap)}."
        for row in change.claims
        if row.gap and row.strength in ("weak", "contested", "none")
    ][:2]
    return lines


PARTS = (
    Part("Who is in it", ("organisations", "people"), _who, "who is in it", 1),
    Part("Where they stand", ("stances",), _stances, "where they stand", 6),
    Part("Who gains and who loses", ("interests",), _interests, "gains and losses", 3),
    Part("Who to start with", ("stances",), _coalition),
    Part("What it rests on", ("claims",), _evidence, "claims", 4),
    Part("Who takes part", ("involvement",), _involvement, "involvement", 5),
    Part("Ideas to give away", ("ideas",), _ideas, "ideas to share", 2),
    Part("What holds and what may flex", ("commitments",), _commitments, "what is fixed", 7),
    Part("Steps and time", ("steps",), _steps, "steps", 10),
    Part("What is in the way", ("barriers",), _barriers, "barriers", 10),
    Part("When we look again", ("rules", "commitments"), _reviews, "a day to look again", 8),
    Part("What we will learn", ("learning",), _learning, "learning", 11),
    Part("What we do next", ("barriers", "claims"), _monday),
)
"""The parts, in the order of the page."""
