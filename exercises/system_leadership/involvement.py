"""How far patients, service users and carers take part in each decision, and where they do not.

The rungs are Arnstein's ladder, cut to six: not involved, informed, consulted, involved, partners,
deciding. A rung says who holds how much power in a decision. It does not say whether the
involvement was done well or changed anything.

References
----------
Arnstein SR. A ladder of citizen participation. 1969 (arnstein1969).
Tritter JQ, McCallum A. The snakes and ladders of user involvement: moving beyond Arnstein. 2006
(tritter2006).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from .change import RUNGS, Change
from .words import counted, left_out, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "GROUPS",
    "Blank",
    "Decision",
    "Involved",
    "Late",
    "blank_spots",
    "build",
    "draw",
    "explain",
    "too_late",
]

GROUPS = {"patients": "patients", "service_users": "service users", "carers": "carers"}
"""The three groups: key of the column, and what readers call them."""

SAY = RUNGS.index("consulted")
"""The lowest rung on which somebody is asked anything."""

NAMED = 6
"""Decisions whose blank spots are named in words; the rest are counted."""

_TAKEN = re.compile(
    r"\balready (?:been )?(?:taken|decided|made|agreed|settled|announced|signed)\b"
    r"|\b(?:after|once) (?:(?:it|they|that) )?(?:(?:was|were|had been|had) )?"
    r"(?:decided|agreed|settled|announced|signed)\b"
    r"|\bafter (?:the )?(?:decision|vote|announcement|plan was agreed)\b",
    re.IGNORECASE,
)


@frozen
class Decision:
    """One decision, and the rung of each group.

    Attributes
    ----------
    name : str
        What is decided.
    when : str
        A date or a stage, as written.
    rungs : dict
        For each group, 0 (not involved) to 5 (deciding), or None when nothing is said.
    gap : str
        Who is missing, in the reader's words.
    """

    name: str
    when: str
    rungs: dict[str, int | None]
    gap: str = ""


@frozen
class Blank:
    """A decision in which a group has no part, or in which nothing is said of it.

    Attributes
    ----------
    decision, group : str
        Which decision and which group.
    known : bool
        True when "not involved" was chosen; False when the cell is empty.
    """

    decision: str
    group: str
    known: bool


@frozen
class Late:
    """A group that was involved too late.

    Attributes
    ----------
    group : str
        Which group.
    decision : str
        The decision in which it came too late.
    why : str
        "already taken", "asked after others" or "told at the end"; see `too_late`.
    missed : tuple of str
        The decisions taken before, in which it had no say.
    """

    group: str
    decision: str
    why: str
    missed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.told((self.group,))

    def told(self, groups: Sequence[str]) -> str:
        """Say it of several groups that came too late to one decision in one way.

        Examples
        --------
        >>> Late("carers", "Sites", "already taken").told(["patients", "carers"])
        'Patients and carers came to “Sites” after it had been decided.'
        """
        names = listing(groups)
        group = names[:1].upper() + names[1:]
        if self.why == "already taken":
            return f"{group} came to “{self.decision}” after it had been decided."
        if self.why == "told at the end":
            return f"{group} were only informed, and only at the last step, “{self.decision}”."
        return (
            f"{group} were first asked at “{self.decision}”, after "
            f"{counted(len(self.missed), 'decision')} without a say."
        )


@frozen
class Involved:
    """Every decision in the order of the table, with blank spots and late involvement.

    Attributes
    ----------
    decisions : tuple of Decision
        In the order of the table.
    blanks : tuple of Blank
        Decisions and groups without involvement.
    late : tuple of Late
        Groups involved too late.
    left_out : int
        Rows that name no decision.
    """

    decisions: tuple[Decision, ...] = ()
    blanks: tuple[Blank, ...] = ()
    late: tuple[Late, ...] = ()
    left_out: int = 0

    def highest(self, group: str) -> int | None:
        """Give the highest rung of a group in any decision, or None when nothing is said.

        Examples
        --------
        >>> from system_leadership.change import Involvement
        >>> build(Change(involvement=[Involvement("Sites", carers="informed")])).highest("carers")
        1
        """
        rungs = [d.rungs[group] for d in self.decisions]
        return max((rung for rung in rungs if rung is not None), default=None)

    def without(self, group: str) -> tuple[str, ...]:
        """Name the decisions in which a group has no say: below consulted, or nothing said."""
        return tuple(d.name for d in self.decisions if (d.rungs[group] or 0) < SAY)

    def late_words(self) -> list[str]:
        """Say who came too late to what, in one sentence for groups that share it.

        Examples
        --------
        >>> from system_leadership.change import Involvement
        >>> rows = [Involvement("Sites", "after the vote", "informed", carers="consulted")]
        >>> build(Change(involvement=rows)).late_words()
        ['Patients and carers came to “Sites” after it had been decided.']
        """
        together: dict[tuple[str, str, tuple[str, ...]], list[Late]] = {}
        for each in self.late:
            together.setdefault((each.why, each.decision, each.missed), []).append(each)
        return [same[0].told([each.group for each in same]) for same in together.values()]

    def __str__(self) -> str:
        if not self.decisions:
            return "No decisions yet"
        return (
            f"{counted(len(self.decisions), 'decision')}, "
            f"{counted(len(self.blanks), 'blank spot')}, {len(self.late)} too late"
        )


def build(change: Change) -> Involved:
    """Read the involvement of a change.

    Parameters
    ----------
    change : Change
        The change. Decisions count in the order of the table: put the first decision first.

    Returns
    -------
    Involved
        Empty when no decision is named.

    Examples
    --------
    >>> from system_leadership.change import Involvement
    >>> print(build(Change(involvement=[Involvement("Sites", patients="consulted")])))
    1 decision, 2 blank spots, 0 too late
    """
    decisions: list[Decision] = []
    for row in change.involvement:
        if not row.decision:
            continue
        rungs: dict[str, int | None] = {}
        for group in GROUPS:
            chosen = getattr(row, group)
            rungs[group] = RUNGS.index(chosen) if chosen in RUNGS else None
        decisions.append(Decision(row.decision, row.when, rungs, row.gap))
    blanks = tuple(
        Blank(each.name, GROUPS[group], each.rungs[group] is not None)
        for each in decisions
        for group in GROUPS
        if not each.rungs[group]
    )
    late = [found for group in GROUPS for found in _late(decisions, group)]
    left_out = sum(not row.decision for row in change.involvement)
    return Involved(tuple(decisions), blanks, tuple(late), left_out)


def _late(decisions: list[Decision], group: str) -> list[Late]:
    found: list[Late] = []
    name = GROUPS[group]
    for each in decisions:
        if each.rungs[group] and _TAKEN.search(each.when):
            found.append(Late(name, each.name, "already taken"))
    asked = [place for place, d in enumerate(decisions) if (d.rungs[group] or 0) >= SAY]
    told = [place for place, d in enumerate(decisions) if d.rungs[group] == SAY - 1]
    if asked and asked[0] > 0:
        missed = tuple(d.name for d in decisions[: asked[0]])
        first = decisions[asked[0]].name
        if all(late.decision != first for late in found):
            found.append(Late(name, first, "asked after others", missed))
    last = len(decisions) - 1
    if not asked and told == [last] and last > 0:
        missed = tuple(d.name for d in decisions[:last])
        if all(late.decision != decisions[last].name for late in found):
            found.append(Late(name, decisions[last].name, "told at the end", missed))
    return found


def blank_spots(change: Change) -> tuple[Blank, ...]:
    """List each decision and group without involvement, in the order of the table.

    Returns
    -------
    tuple of Blank
        Both what is known to be missing ("not involved") and what nobody has said anything about.

    Examples
    --------
    >>> from system_leadership.change import Involvement
    >>> rows = [Involvement("Sites", patients="partners", carers="not involved")]
    >>> [(blank.group, blank.known) for blank in blank_spots(Change(involvement=rows))]
    [('service users', False), ('carers', True)]
    """
    return build(change).blanks


def too_late(change: Change) -> tuple[Late, ...]:
    """List the groups that were involved too late.

    Returns
    -------
    tuple of Late
        Group by group, each decision once at most for a group.

    Notes
    -----
    A group is too late in one of three cases. The decision had been taken already: "When" says so,
    as in "after the decision" or "already decided". It was first asked (consulted or
    higher) after one decision or more in which it had no say. Or it was never asked at all and only
    informed, at the last of several decisions. Decisions count in the order of the table. The
    definition is ours.

    Examples
    --------
    >>> from system_leadership.change import Involvement
    >>> rows = [Involvement("Options", patients="informed"),
    ...         Involvement("Sites", patients="involved")]
    >>> print(too_late(Change(involvement=rows))[0])
    Patients were first asked at “Sites”, after 1 decision without a say.
    """
    return build(change).late


def explain(change: Change) -> list[str]:
    """Say in plain sentences who takes part, who does not, and who comes too late.

    Examples
    --------
    >>> explain(Change.blank())
    ['There are no decisions yet. Add one decision, and how far patients take part in it.']
    """
    made = build(change)
    if not made.decisions:
        told = [
            "There are no decisions yet. Add one decision, and how far patients take part in it."
        ]
        return told + _aside(made)
    many = len(made.decisions)
    told = [f"You list {counted(many, 'decision')}."]
    for group, name in GROUPS.items():
        highest = made.highest(group)
        group_name = name[:1].upper() + name[1:]
        if highest is None:
            told.append(f"{group_name}: nothing is said of them in any decision.")
            continue
        if highest == 0:
            told.append(f"{group_name}: “not involved” wherever you chose a rung.")
            continue
        without = made.without(group)
        line = f"{group_name}: “{RUNGS[highest]}” at most"
        if not without:
            told.append(f"{line}, with a say in every decision.")
        elif len(without) == many:
            told.append(f"{line}, so they have no say in any decision.")
        else:
            told.append(f"{line}, and no say in {len(without)} of {many}: {some(without, 2)}.")
    known = [blank for blank in made.blanks if blank.known]
    unknown = [blank for blank in made.blanks if not blank.known]
    if made.blanks:
        parts = []
        if known:
            parts.append(f"{len(known)} where you chose “not involved”")
        if unknown:
            parts.append(f"{len(unknown)} where nothing is said")
        told.append(f"There {_are(len(made.blanks))}: {listing(parts)}.")
        told += [
            f"{heading}: {_where(blanks)}."
            for heading, blanks in (("Not involved", known), ("Nothing is said", unknown))
            if blanks
        ]
    told += made.late_words()
    told.append(
        "A ladder measures power and nothing else. It does not show what people know, how well "
        "they were listened to, or the many other ways of taking part (Tritter and McCallum 2006)."
    )
    told.append("The top rung is not right for every decision. Ask the people themselves.")
    return told + _aside(made)


def _are(number: int) -> str:
    return "is 1 blank spot" if number == 1 else f"are {number:,} blank spots"


def _where(blanks: Sequence[Blank]) -> str:
    """Name the groups and the decisions, those of one decision together."""
    groups: dict[str, list[str]] = {}
    for blank in blanks:
        groups.setdefault(blank.decision, []).append(blank.group)
    return "; ".join(
        [f"{listing(names)} in “{decision}”" for decision, names in [*groups.items()][:NAMED]]
        + ([counted(len(groups) - NAMED, "more decision")] if len(groups) > NAMED else [])
    )


def _aside(made: Involved) -> list[str]:
    return left_out(made.left_out, "row", "no decision is named there")


def draw(change: Change) -> Picture:
    """Draw the decisions in order against the rungs, with one shape for each group.

    Parameters
    ----------
    change : Change
        The change; a blank one gives a frame that says what to add.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your ladder starts with one decision'
    """
    from . import involvement_picture

    return involvement_picture.draw(change)
