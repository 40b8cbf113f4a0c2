"""The change a reader works on: everything they enter, in one model.

A `Change` holds a few words about the change itself and its tables. All of it is optional: a
blank change is valid. Rows are small frozen classes; `TABLES` describes every table and column in
words for readers, and forms, worksheets and files are all made from it.

Rows and the change know their own hash, because what is worked out from them is kept by it.

Nothing that a reader typed is lost. What cannot be read as its column asks for is kept beside the
row (`kept`) and reported as a `Fault` until it is put right.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import evolve, field, frozen

from . import columns
from .columns import ONE_OF, Column, Table, table_of
from .faults import Fault, shown
from .names import fold, nearest

__all__ = [
    "CREDIT",
    "RUNGS",
    "TABLES",
    "TIE_KINDS",
    "Barrier",
    "Change",
    "Claim",
    "Commitment",
    "Fault",
    "Idea",
    "Interest",
    "Involvement",
    "Learning",
    "Organisation",
    "Person",
    "Reading",
    "Reflection",
    "Row",
    "Rule",
    "Stance",
    "Step",
    "Supposed",
    "Tension",
    "Tie",
]

TIE_KINDS = ("line", "influence", "money", "information")
"""Kinds of tie, from the one that can instruct to the one that only tells."""

RUNGS = ("not involved", "informed", "consulted", "involved", "partners", "deciding")
"""Rungs of involvement, from the foot of the ladder up, after Arnstein (1969)."""

CREDIT = ("ours", "shared", "theirs")
"""Who is thanked for an idea, from those who had it to those who make it their own."""

MOST = 1e9
"""The largest number a measure may have, either side of nought."""

WHO = ("organisations", "people")
"""The tables whose names may stand at the end of a tie or hold a stance."""


@frozen(kw_only=True)
class Row:
    """What every row has: a note, its sources, and what could not be read.

    Attributes
    ----------
    note : str
        Anything the reader wants to remember.
    source : tuple of str
        Keys of the sources it rests on, in changes made from published records.
    kept : dict
        What the reader typed in a column where it cannot stand, by the column's key.
    """

    note: str = columns.long("Note", "Anything you want to remember.")
    source: tuple[str, ...] = columns.several(
        "Source", "Keys of the published sources this rests on.", in_form=False
    )
    kept: dict[str, Any] = field(factory=dict, hash=False)


@frozen(cache_hash=True)
class Organisation(Row):
    """An organisation, group or body that has a part in the change."""

    name: str = columns.text("Name", "As people say it. Use it once only.", required=True)
    sector: str = columns.text(
        "Sector", "For example NHS provider, local government or charity. The map groups by it."
    )


@frozen(cache_hash=True)
class Person(Row):
    """A person, by name or by role."""

    name: str = columns.text(
        "Name or role", "A role is enough, such as stroke lead at the trust.", required=True
    )
    organisation: str = columns.name(
        "Organisation", ("organisations",), "Where they work, as you named it above."
    )
    profession: str = columns.text("Profession", "For example nurse, manager or councillor.")
    manager: str = columns.name(
        "Line manager", ("people",), "Who can tell them what to do, if they are in this table."
    )


@frozen(cache_hash=True)
class Tie(Row):
    """A tie from one organisation or person to another."""

    from_: str = columns.name(
        "From", WHO, "The organisation or person the tie starts from.", key="from", required=True
    )
    to: str = columns.name("To", WHO, "The one at the other end.", required=True)
    kind: str = columns.choice(
        "Kind",
        TIE_KINDS,
        "Line: can instruct. Influence: can persuade. Money: pays. Information: tells. "
        "Left blank, we read it as influence.",
    )
    strength: float | None = columns.number(
        "Strength",
        "0 is hardly there and 10 could not be stronger. Left blank, we read it as 5.",
        min=0,
        max=10,
        step=1,
    )


@frozen(cache_hash=True)
class Stance(Row):
    """Where somebody stands on the change."""

    who: str = columns.name("Who", WHO, "An organisation or person.", required=True)
    power: float | None = columns.number(
        "Power",
        "How much they could help or stop the change: 0 none, 10 all.",
        min=0,
        max=10,
        step=1,
    )
    support: float | None = columns.number(
        "Support",
        "Minus 5 is firmly against, 0 takes no side, 5 is firmly for.",
        min=-5,
        max=5,
        step=1,
    )
    interest: float | None = columns.number(
        "Interest",
        "How much it matters to them: 0 not at all, 10 more than anything.",
        min=0,
        max=10,
        step=1,
    )


@frozen(cache_hash=True)
class Interest(Row):
    """What somebody stands to gain or lose."""

    who: str = columns.name(
        "Who",
        WHO,
        "An organisation, a person, or a group such as patients.",
        strict=False,
        required=True,
    )
    whose: str = columns.choice(
        "Whose interest",
        ("patients", "organisation", "person"),
        "Is it the interest of patients, of the organisation, or of the person?",
    )
    size: float | None = columns.number(
        "Gain or loss", "Minus 5 is a heavy loss, 5 a large gain.", min=-5, max=5, step=1
    )
    why: str = columns.long("Why", "What exactly they gain or lose.")
    offer: str = columns.long("Offer", "What you could offer them.")


@frozen(cache_hash=True)
class Claim(Row):
    """A claim that the change rests on, and how well it is supported."""

    statement: str = columns.long("Claim", "One claim, as you would say it.", required=True)
    for_whom: str = columns.text("For whom", "Who needs to be convinced of it.")
    strength: str = columns.choice(
        "Strength of evidence",
        ("strong", "moderate", "weak", "contested", "none"),
        "Your honest reading of the evidence today.",
    )
    gap: str = columns.long("Gap", "What is not known, or not yet shown.")
    source: tuple[str, ...] = columns.several(
        "Source",
        "Where it comes from: a study, a report, your own figures. Part several by semicolons.",
    )


@frozen(cache_hash=True)
class Involvement(Row):
    """How patients, service users and carers took part in a decision."""

    decision: str = columns.text("Decision", "What was, or will be, decided.", required=True)
    when: str = columns.text("When", "A date or a stage, such as before the options were drawn.")
    patients: str = columns.choice("Patients", RUNGS, "How far patients take part.")
    service_users: str = columns.choice("Service users", RUNGS, "How far service users take part.")
    carers: str = columns.choice("Carers", RUNGS, "How far carers take part.")
    gap: str = columns.long("Gap", "Who is missing, or was asked too late.")


@frozen(cache_hash=True)
class Commitment(Row):
    """Something held fixed, or left open to bargain over."""

    statement: str = columns.long("Commitment", "What you will hold, or may bend.", required=True)
    kind: str = columns.choice(
        "Fixed or flexible", ("fixed", "flexible"), "Fixed: not up for bargaining."
    )
    why: str = columns.long("Why", "Why it is fixed, or why it may flex.")
    review: dt.date | None = columns.date("Review", "When you will look at it again.")  # noqa: RUF009


@frozen(cache_hash=True)
class Tension(Row):
    """One pole of a tension between two good things; several rows may share a pole."""

    pole: str = columns.text(
        "Pole", "One of the two good things, such as one standard for all.", required=True
    )
    upside: str = columns.long("Upside", "What is good about it.")
    downside: str = columns.long("Downside", "What goes wrong with too much of it.")
    warning: str = columns.long(
        "Early warning", "The first sign, that you could see or count, of too much of it."
    )


@frozen(cache_hash=True)
class Step(Row):
    """A step on the way, with three guesses at how long it takes."""

    name: str = columns.text("Step", "One step, such as public consultation.", required=True)
    optimistic: float | None = columns.number(
        "Days if all goes well", "Calendar days.", min=0, max=20000, step=1
    )
    likely: float | None = columns.number(
        "Days most likely", "Calendar days.", min=0, max=20000, step=1
    )
    pessimistic: float | None = columns.number(
        "Days if it goes badly", "Calendar days.", min=0, max=20000, step=1
    )
    depends_on: tuple[str, ...] = columns.name(
        "Depends on", ("steps",), "Steps that must be done first, parted by semicolons.", many=True
    )
    owner: str = columns.name("Owner", WHO, "Who answers for it.", strict=False)


@frozen(cache_hash=True)
class Barrier(Row):
    """Something in the way."""

    what: str = columns.long("Barrier", "What is in the way.", required=True)
    kind: str = columns.choice(
        "Kind",
        (
            "authority",
            "capacity",
            "design",
            "legal",
            "money",
            "organisational",
            "political",
            "process",
            "professional",
            "public",
            "other",
        ),
        "What sort of barrier it is.",
    )
    who_could_lift: str = columns.name(
        "Who could lift it", WHO, "An organisation or person.", strict=False
    )
    in_our_gift: bool | None = columns.flag("In our gift?", "Can you lift it yourselves?")
    next_move: str = columns.long("Next move", "What you will do next about it.")


@frozen(cache_hash=True)
class Reflection(Row):
    """A question to think about, and an answer."""

    prompt: str = columns.long("Question", "The question.", required=True)
    answer: str = columns.long("Answer", "Your answer, for yourself.")
    score: float | None = columns.number(
        "Score", "If the question asks for one: 0 to 10.", min=0, max=10, step=1
    )
    date: dt.date | None = columns.date("Date", "When you answered.")  # noqa: RUF009


@frozen(cache_hash=True)
class Learning(Row):
    """Something to learn, how, with whom and by when."""

    aim: str = columns.long("Aim", "What you want to be able to do.", required=True)
    how: str = columns.choice(
        "How",
        ("taught", "alongside", "by doing"),
        "Taught: on a course. Alongside: next to someone who can. By doing: on the job.",
    )
    with_whom: str = columns.name(
        "With whom", WHO, "Who you will learn it from or with.", strict=False
    )
    by_when: dt.date | None = columns.date("By when", "A date you mean to keep.")  # noqa: RUF009


@frozen(cache_hash=True)
class Reading(Row):
    """What a measure was on a day, or what the reader expects it to be."""

    measure: str = columns.text(
        "Measure", "One thing you count, such as patients seen within four hours.", required=True
    )
    date: dt.date | None = columns.date("Date", "The day it was so, or should be.")  # noqa: RUF009
    value: float | None = columns.number(
        "Value", "The number, without its unit.", min=-MOST, max=MOST
    )
    kind: str = columns.choice(
        "Measured or expected",
        ("measured", "expected"),
        "Expected: where you think it will be. Give the start, the lowest point and the day it is "
        "back. Left blank, we read it as measured.",
    )
    give_or_take: float | None = columns.number(
        "Give or take",
        "For what you expect: how far off would still be no surprise.",
        min=0,
        max=MOST,
    )


@frozen(cache_hash=True)
class Rule(Row):
    """A rule for carrying on or stopping, set before its review date."""

    measure: str = columns.text("Measure", "As you named it in the readings.", required=True)
    review: dt.date | None = columns.date("Review", "The day you will apply it.")  # noqa: RUF009
    carry_on: float | None = columns.number(
        "Carry on at", "Carry on if the measure is this good, or better.", min=-MOST, max=MOST
    )
    stop: float | None = columns.number(
        "Stop beyond", "Stop if the measure is worse than this.", min=-MOST, max=MOST
    )
    better: str = columns.choice(
        "Which way is better", ("higher", "lower"), "Left blank, we read higher as better."
    )
    set_on: dt.date | None = columns.date(  # noqa: RUF009
        "Set on", "The day you agreed this rule. It should come before the review."
    )


@frozen(cache_hash=True)
class Idea(Row):
    """An idea to give away, and whom to."""

    idea: str = columns.long("Idea", "One idea, as you would say it to them.", required=True)
    with_whom: str = columns.name(
        "With whom", WHO, "Who could make it their own: an organisation or person.", strict=False
    )
    make_it_theirs: str = columns.long(
        "Make it theirs",
        "What would make it their own: their words, their first step, their name on it.",
    )
    credit: str = columns.choice(
        "Credit",
        CREDIT,
        "Who is thanked for it today. Ours: you. Shared: both of you. Theirs: them.",
    )
    review: dt.date | None = columns.date("Review", "The day you will look again.")  # noqa: RUF009


@frozen(cache_hash=True)
class Supposed(Row):
    """What the reader assumes in place of what the handbook does."""

    about: str = columns.text(
        "About", "What it is about. The exercises fill this in for you.", required=True
    )
    value: float | None = columns.number(
        "Value", "What you assume in place of our figure.", min=-MOST, max=MOST
    )


@frozen(cache_hash=True)
class Change:
    """A change that a reader works on, whole.

    Attributes
    ----------
    title, aim, for_whom : str
        What the change is, what it is meant to do and for whom.
    date : datetime.date or None
        When this was written down.
    starts : datetime.date or None
        Day one of the steps.
    you : str
        The organisation or person the reader speaks for; reach is counted from there.
    organisations, people, ties, … : tuple of rows
        The tables, see `TABLES`.
    kept : dict
        What was typed about the change itself where it cannot stand.
    written : str
        The text it was read from, so that saving keeps the reader's comments and order.

    Examples
    --------
    >>> change, faults = Change.blank().replace_table("organisations", [
    ...     {"name": "Acute trust", "sector": "NHS provider"},
    ...     {"name": "City council", "sector": "Local government"}])
    >>> change, faults = change.replace_table("ties", [
    ...     {"from": "acute trust", "to": "City concil", "strength": 12}])
    >>> for fault in faults:
    ...     print(fault)
    Ties, row 1, To: found “City concil”. No organisation or person has this name. \
Did you mean “City council”?
    Ties, row 1, Strength: found “12”. Give a number from 0 to 10.
    >>> change.rows("ties")[0]["strength"]
    12
    """

    title: str = columns.text("Title", "A few words that people will recognise.")
    aim: str = columns.long("Aim", "What should be better, and for whom, when it is done.")
    for_whom: str = columns.text("Who it is for", "The patients or people it should help.")
    date: dt.date | None = columns.date("Date", "When you wrote this down.")  # noqa: RUF009
    starts: dt.date | None = columns.date(  # noqa: RUF009
        "Day one of the steps", "When the first step starts. Left blank, we take the date above."
    )
    you: str = columns.name(
        "You, on this map",
        WHO,
        "Your own name or your organisation's, as it stands in the tables. "
        "We count how far you can reach from there.",
    )
    note: str = columns.long("Note", "Anything you want to remember.")
    source: tuple[str, ...] = columns.several(
        "Source", "Keys of the published sources this rests on.", in_form=False
    )
    organisations: tuple[Organisation, ...] = field(default=(), converter=tuple)
    people: tuple[Person, ...] = field(default=(), converter=tuple)
    ties: tuple[Tie, ...] = field(default=(), converter=tuple)
    stances: tuple[Stance, ...] = field(default=(), converter=tuple)
    interests: tuple[Interest, ...] = field(default=(), converter=tuple)
    claims: tuple[Claim, ...] = field(default=(), converter=tuple)
    involvement: tuple[Involvement, ...] = field(default=(), converter=tuple)
    commitments: tuple[Commitment, ...] = field(default=(), converter=tuple)
    tension: tuple[Tension, ...] = field(default=(), converter=tuple)
    steps: tuple[Step, ...] = field(default=(), converter=tuple)
    barriers: tuple[Barrier, ...] = field(default=(), converter=tuple)
    reflections: tuple[Reflection, ...] = field(default=(), converter=tuple)
    learning: tuple[Learning, ...] = field(default=(), converter=tuple)
    readings: tuple[Reading, ...] = field(default=(), converter=tuple)
    rules: tuple[Rule, ...] = field(default=(), converter=tuple)
    ideas: tuple[Idea, ...] = field(default=(), converter=tuple)
    assumptions: tuple[Supposed, ...] = field(default=(), converter=tuple)
    kept: dict[str, Any] = field(factory=dict, hash=False)
    written: str = field(default="", eq=False, repr=False)

    @classmethod
    def blank(cls) -> Change:
        """Give a change with nothing in it yet.

        Examples
        --------
        >>> Change.blank().faults()
        []
        """
        return cls()

    @classmethod
    def example(cls, name: str) -> Change:
        """Load a change file that ships with the handbook.

        Parameters
        ----------
        name : str
            Its name, such as "stroke-london".

        Raises
        ------
        KeyError
            If no example has that name; the message lists those that do.
        """
        from . import examples

        return examples.load(name)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Change:
        """Read a change file; see `system_leadership.files.load`."""
        from . import files

        return files.load(path)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the change to a file; see `system_leadership.files.save`."""
        from . import files

        files.save(self, path)

    @classmethod
    def loads(cls, text: str, *, strict: bool = True) -> Change:
        """Read a change from text; see `system_leadership.files.loads`."""
        from . import files

        return files.loads(text, strict=strict)

    def dumps(self) -> str:
        """Give the change as the text of a change file; see `system_leadership.files.dumps`."""
        from . import files

        return files.dumps(self)

    # ------------------------------------------------------------------ tables

    def table(self, table: str) -> tuple[Any, ...]:
        """Give the rows of a table as they are kept; "change" gives the change itself.

        Raises
        ------
        KeyError
            If there is no such table; the message names the nearest.
        """
        described(table)
        rows: tuple[Any, ...] = (self,) if table == "change" else getattr(self, table)
        return rows

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Give the rows of a table as a form holds them.

        Parameters
        ----------
        table : str
            Key of the table, such as "ties", or "change" for the change itself (one row).

        Returns
        -------
        list of dict
            One dictionary a row, by column key: text, numbers, yes or no, dates as
            "2009-07-20". What could not be read stands as it was typed, a date as above.

        Examples
        --------
        >>> Change(title="Eight units").rows("change")[0]["title"]
        'Eight units'
        """
        spec = described(table)
        # What was typed and cannot stand is shown in its column again.
        return [
            {c.name: c.for_form(getattr(row, c.attribute)) for c in spec.columns}
            | _dates_as_text(row.kept)
            for row in self.table(table)
        ]

    def replace_table(
        self, table: str, rows: Iterable[Mapping[str, Any]]
    ) -> tuple[Change, list[Fault]]:
        """Put new rows in place of a table's rows, as a form does after an edit.

        Parameters
        ----------
        table : str
            Key of the table, such as "ties", or "change" for the change itself (one row).
        rows : iterable of dict
            One dictionary a row, by column key. Rows with nothing in them are left out. A column
            that is not mentioned keeps what its row held before.

        Returns
        -------
        tuple of Change and list of Fault
            The change with the new rows, and the faults of this table. Row numbers count the rows
            given, blank ones too. A row with a fault is kept, with what was typed.

        Notes
        -----
        When a row stays in its place and only its name is new, ties, stances and everything else
        that named it follow. Renaming an organisation does not cut its ties.

        Examples
        --------
        >>> change = Change(organisations=[Organisation("A"), Organisation("B")])
        >>> change, _ = change.replace_table("ties", [{"from": "A", "to": "B"}])
        >>> change, _ = change.replace_table("organisations", [{"name": "Alpha"}, {"name": "B"}])
        >>> change.ties[0].from_
        'Alpha'
        """
        spec = described(table)
        given = list(rows)
        before = self.table(table)
        if table == "change":
            new: Change = read_row(spec, given[0] if given else {}, self)
            return new, [each for each in new.faults() if each.table == "change"]
        read: list[Any] = []
        numbers: list[int] = []
        match = _matcher(spec, before)
        for number, row in enumerate(given, 1):
            made = read_row(spec, row, match(row, len(read)))
            if not is_blank(made, spec):
                read.append(made)
                numbers.append(number)
        new = _with(self, {table: tuple(read)})
        new = new._rename(table, before, read)
        faults = [
            evolve(each, row=numbers[each.row - 1] if each.row else None)
            for each in new.faults()
            if each.table == table
        ]
        return new, faults

    def _rename(self, table: str, before: Sequence[Any], after: Sequence[Any]) -> Change:
        """Let references follow rows that kept their place and got a new name."""
        if table not in ONE_OF or len(before) != len(after):
            return self
        old_names = {fold(row.name) for row in before}
        new_names = {fold(row.name) for row in after}
        renamed = {
            fold(old.name): new.name
            for old, new in zip(before, after, strict=True)
            if old.name
            and new.name
            and old.name != new.name
            and (
                fold(old.name) == fold(new.name)
                or (fold(old.name) not in new_names and fold(new.name) not in old_names)
            )
        }
        if not renamed:
            return self
        changed: dict[str, Any] = {}
        for key, spec in TABLES.items():
            pointing = [c for c in spec.columns if table in c.of]
            if not pointing:
                continue
            rows = tuple(_follow(row, pointing, renamed) for row in self.table(key))
            if key == "change":
                changed["you"] = rows[0].you
            else:
                changed[key] = rows
        return _with(self, changed)

    # ------------------------------------------------------------------- names

    def names(self, *tables: str) -> list[str]:
        """Give the names in one or more tables, as readers wrote them, each once.

        Examples
        --------
        >>> change, _ = Change.blank().replace_table("organisations", [{"name": "Acute trust"}])
        >>> change.names("organisations", "people")
        ['Acute trust']
        """
        seen: dict[str, str] = {}
        for table in tables or WHO:
            for row in getattr(self, table):
                if row.name:
                    seen.setdefault(fold(row.name), row.name)
        return list(seen.values())

    def find(self, name: str, *tables: str) -> str | None:
        """Give the name as it stands in its table, or None when nobody has it.

        Case, spaces and accents do not matter.

        Examples
        --------
        >>> change, _ = Change.blank().replace_table("organisations", [{"name": "Acute trust"}])
        >>> change.find("  ACUTE trust")
        'Acute trust'
        >>> change.find("nobody") is None
        True
        """
        wanted = fold(name)
        if not wanted:
            return None
        for table in tables or WHO:
            for row in getattr(self, table):
                if fold(row.name) == wanted:
                    return str(row.name)
        return None

    # ------------------------------------------------------------- suppositions

    def supposed(self, name: str, default: float) -> float:
        """Give what the reader assumes, or the default when they assume nothing.

        Parameters
        ----------
        name : str
            What it is about, such as "stability/median_stay".
        default : float
            What the handbook assumes.

        Returns
        -------
        float
            The value of the last row about it that has one. Whether the value can be is for the
            subject to say: see `system_leadership.suppositions`.

        Examples
        --------
        >>> change, _ = Change.blank().replace_table("assumptions", [
        ...     {"about": "stability/median_stay", "value": 24}])
        >>> change.supposed("stability/median_stay", 36), change.supposed("coalition/own", 5)
        (24.0, 5)
        """
        wanted = fold(name)
        for row in reversed(self.assumptions):
            if row.value is not None and fold(row.about) == wanted:
                return row.value
        return default

    # ------------------------------------------------------------------ faults

    def faults(self) -> list[Fault]:
        """List everything that is wrong, in the order of the tables.

        Returns
        -------
        list of Fault
            Empty when all is well. Row numbers count from 1.

        Examples
        --------
        >>> change, _ = Change.blank().replace_table("people", [
        ...     {"name": "Stroke lead", "manager": "Medical director"}])
        >>> print(change.faults()[0])
        People, row 1, Line manager: found “Medical director”. No person has this name.
        """
        found: list[Fault] = []
        known = {key: {fold(n) for n in self.names(key)} for key in ONE_OF}
        look_up = _Suggestions(self)
        for key, spec in TABLES.items():
            for number, row in enumerate(self.table(key), 1):
                found += _row_faults(spec, None if key == "change" else number, row, known, look_up)
        found += _same_name_faults(self)
        found += _loop_faults(self)
        order = {key: place for place, key in enumerate(TABLES)}
        found.sort(key=lambda each: (order[each.table], each.row or 0))
        return found


TABLES: dict[str, Table] = {
    each.key: each
    for each in (
        table_of(
            "change", "The change", "change", "What you want to change, in a few words.", Change
        ),
        table_of(
            "organisations",
            "Organisations",
            "organisation",
            "Every organisation, group or body with a part in the change, or a say in it.",
            Organisation,
        ),
        table_of(
            "people",
            "People",
            "person",
            "The people you need, by name or by role. Leave out anyone who is a patient.",
            Person,
        ),
        table_of(
            "ties",
            "Ties",
            "tie",
            "Who can instruct, persuade, pay or tell whom. One row for each tie.",
            Tie,
        ),
        table_of(
            "stances",
            "Where they stand",
            "stance",
            "Power, support and interest of each organisation or person.",
            Stance,
        ),
        table_of(
            "interests",
            "Gains and losses",
            "interest",
            "Who gains and who loses, and what you could offer.",
            Interest,
        ),
        table_of(
            "claims",
            "Claims",
            "claim",
            "What the change rests on, and how strong the evidence is.",
            Claim,
        ),
        table_of(
            "involvement",
            "Involvement",
            "decision",
            "How far patients, service users and carers take part in each decision.",
            Involvement,
        ),
        table_of(
            "commitments",
            "Fixed and flexible",
            "commitment",
            "What you will hold on to, and what may bend.",
            Commitment,
        ),
        table_of(
            "tension",
            "Two good things",
            "pole",
            "Two good things that pull against each other. One row, or more, for each of the two.",
            Tension,
        ),
        table_of(
            "steps",
            "Steps",
            "step",
            "Steps on the way, with three guesses at how long each takes.",
            Step,
        ),
        table_of(
            "barriers", "Barriers", "barrier", "What is in the way, and who could lift it.", Barrier
        ),
        table_of(
            "reflections",
            "Reflections",
            "reflection",
            "Questions to think about. The answers are for you.",
            Reflection,
        ),
        table_of(
            "learning",
            "Learning",
            "aim",
            "What you want to learn, how, with whom and by when.",
            Learning,
        ),
        table_of(
            "readings",
            "Readings",
            "reading",
            "What you expect each measure to do, and what it did.",
            Reading,
        ),
        table_of(
            "rules",
            "Rules",
            "rule",
            "When you will carry on and when you will stop, agreed before the review.",
            Rule,
        ),
        table_of(
            "ideas",
            "Ideas to share",
            "idea",
            "Ideas you would give away: with whom, and what would make each their own.",
            Idea,
        ),
        table_of(
            "assumptions",
            "Assumptions",
            "assumption",
            "What you assume in place of our figures. The exercises fill this in.",
            Supposed,
        ),
    )
}
"""Every table, "change" (the change itself) first, in the order of the change file."""


def described(table: str) -> Table:
    """Find the description of a table.

    Raises
    ------
    KeyError
        If there is no such table; the message names the nearest.

    Examples
    --------
    >>> described("ties").title
    'Ties'
    """
    if table not in TABLES:
        near = nearest(table, TABLES)
        hint = f" Did you mean {near!r}?" if near else f" Choose one of {', '.join(TABLES)}."
        raise KeyError(f"There is no table {table!r}.{hint}")
    return TABLES[table]


def _dates_as_text(typed: Any) -> Any:
    """Give what was typed as a form can hold it: workbooks have dates where nobody expects one."""
    if isinstance(typed, dt.date):
        return typed.isoformat()
    if isinstance(typed, dict):
        return {key: _dates_as_text(value) for key, value in typed.items()}
    if isinstance(typed, list | tuple):
        return [_dates_as_text(value) for value in typed]
    return typed


def is_blank(row: Any, spec: Table) -> bool:
    """Say whether a row has nothing in it.

    Examples
    --------
    >>> is_blank(Tie(), TABLES["ties"]), is_blank(Tie(strength=0), TABLES["ties"])
    (True, False)
    """
    return not row.kept and all(
        getattr(row, column.attribute) == column.blank for column in spec.columns
    )


def _with(change: Change, values: Mapping[str, Any]) -> Change:
    return evolve(change, **values)


def read_row(spec: Table, typed: Mapping[str, Any], before: Any) -> Any:
    """Read one row; what is not mentioned stays as it was before, what cannot stand is kept."""
    if before is not None and _untouched(spec, typed, before):
        return before
    values: dict[str, Any] = {}
    kept = {} if before is None else {k: v for k, v in before.kept.items() if k not in typed}
    by_name = _by_name(spec.key)
    for key, value in typed.items():
        column = by_name.get(key)
        if column is None:
            if value is not None and value != "":
                kept[str(key)] = value
            continue
        old = None if before is None else getattr(before, column.attribute)
        if column.many and old and column.for_form(old) == value:
            continue  # a list shown as text and not touched: its parts may hold semicolons
        read, wrong = column.read(value)
        values[column.attribute] = read
        if wrong:
            kept[key] = value
    if before is None:
        return spec.row(**values, kept=kept)
    return evolve(before, **values, kept=kept)


@cache
def _by_name(table: str) -> dict[str, Column]:
    return {column.name: column for column in TABLES[table].columns}


def _untouched(spec: Table, typed: Mapping[str, Any], before: Any) -> bool:
    """Say whether a row says what it said before: one keystroke changes one row of many."""
    if before.kept:
        return False
    columns_of = _by_name(spec.key)
    for key, value in typed.items():
        column = columns_of.get(key)
        if column is None:
            return False
        old = column.for_form(getattr(before, column.attribute))
        if old in ("", None) and value in ("", None):
            continue
        if type(old) is not type(value) or old != value:
            return False
        # A row made in Python may hold what no form would take.
        if column.kind in ("number", "choice") and column.read(value)[1]:
            return False
    return True


def _matcher(spec: Table, before: Sequence[Any]) -> Any:
    """Find, for each new row, the old row it continues: by what names it, else by its place."""
    keys = [c for c in spec.columns if c.required] + [c for c in spec.columns if c.name == "kind"]

    def name_of(row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(fold(shown(row.get(c.name), 10**6)) for c in keys)

    old: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(before):
        key = name_of({c.name: getattr(row, c.attribute) for c in keys} | row.kept)
        old.setdefault(key, []).append(place)
    for places in old.values():
        places.reverse()
    taken: set[int] = set()

    def match(row: Mapping[str, Any], place: int) -> Any:
        if all(c.name in row for c in spec.columns):
            return None  # everything is given: nothing to carry over
        if all(value is None or value == "" for value in row.values()):
            return None  # a row that was emptied
        places = old.get(name_of(row), [])
        while places:
            found = places.pop()
            if found not in taken:
                taken.add(found)
                return before[found]
        if place < len(before) and place not in taken:
            # Same place, other name: a row that is being renamed keeps its hidden columns.
            theirs = name_of({c.name: getattr(before[place], c.attribute) for c in keys})
            if theirs in old and place in old[theirs]:
                taken.add(place)
                return before[place]
        return None

    return match


def _follow(row: Any, pointing: Sequence[Column], renamed: Mapping[str, str]) -> Any:
    values: dict[str, Any] = {}
    for column in pointing:
        value = getattr(row, column.attribute)
        if isinstance(value, tuple):
            new: Any = tuple(renamed.get(fold(each), each) for each in value)
        else:
            new = renamed.get(fold(value), value)
        if new != value:
            values[column.attribute] = new
    return evolve(row, **values) if values else row


class _Suggestions:
    """Look for near names, a limited number of times: each look costs a comparison with all."""

    def __init__(self, change: Change, limit: int = 40) -> None:
        self.change = change
        self.left = limit
        self.seen: dict[tuple[str, tuple[str, ...]], str] = {}

    def __call__(self, name: str, of: tuple[str, ...]) -> str:
        key = (fold(name), of)
        if key not in self.seen:
            self.left -= 1
            near = nearest(name, self.change.names(*of)) if self.left >= 0 else None
            self.seen[key] = near or ""
        return self.seen[key]


def _row_faults(
    spec: Table,
    number: int | None,
    row: Any,
    known: Mapping[str, set[str]],
    look_up: _Suggestions,
) -> list[Fault]:
    found: list[Fault] = []

    def fault(column: Column, value: object, right: str, suggestion: str = "") -> None:
        found.append(
            Fault(
                spec.key,
                spec.title,
                number,
                column.name,
                column.label,
                shown(value),
                right,
                suggestion,
            )
        )

    for column in spec.columns:
        value = getattr(row, column.attribute)
        if column.name in row.kept:
            typed = row.kept[column.name]
            fault(column, typed, column.read(typed)[1], column.suggest(typed))
        elif column.required and not value:
            fault(column, "", f"This is blank. {_ask_for(column, spec)}")
        elif column.kind == "name" and column.strict:
            for each in value if isinstance(value, tuple) else (value,):
                wanted = fold(each)
                if wanted and not any(wanted in known[table] for table in column.of):
                    who = " or ".join(ONE_OF[table].split()[-1] for table in column.of)
                    fault(column, each, f"No {who} has this name.", look_up(each, column.of))
    names = {column.name for column in spec.columns}
    for key, typed in row.kept.items():
        if key not in names:
            near = nearest(key, names) or ""
            right = f"{spec.title} has no column “{shown(key)}”."
            found.append(
                Fault(spec.key, spec.title, number, key, shown(key), shown(typed), right, near)
            )
    if isinstance(row, Tie) and row.from_ and fold(row.from_) == fold(row.to):
        fault(spec.column("to"), row.to, "A tie needs two different ends.")
    if isinstance(row, Step):
        days = [d for d in (row.optimistic, row.likely, row.pessimistic) if d is not None]
        if days != sorted(days):
            right = "Days should grow from “if all goes well” to “if it goes badly”."
            fault(spec.column("likely"), row.likely, right)
    if isinstance(row, Rule) and row.carry_on is not None and row.stop is not None:
        lower = row.better == "lower"
        if (row.stop < row.carry_on) if lower else (row.stop > row.carry_on):
            worse = "above" if lower else "below"
            right = f"One reading could mean both: stop should be at or {worse} “carry on at”."
            fault(spec.column("stop"), row.stop, right)
    return found


def _ask_for(column: Column, spec: Table) -> str:
    if column.kind == "name":
        return column.wanted
    return f"Give the {spec.one} a name." if column.name == "name" else "Write it here."


def _same_name_faults(change: Change) -> list[Fault]:
    """Two rows with one name could not be told apart by anything that refers to them."""
    found: list[Fault] = []
    for group in (WHO, ("steps",)):
        first: dict[str, tuple[str, int]] = {}
        for key in group:
            for number, row in enumerate(getattr(change, key), 1):
                wanted = fold(row.name)
                if not wanted:
                    continue
                if wanted in first:
                    where, other = first[wanted]
                    right = (
                        f"{TABLES[where].title}, row {other}, has this name already. "
                        "Give each a name of its own."
                    )
                    column = TABLES[key].column("name")
                    found.append(
                        Fault(
                            key,
                            TABLES[key].title,
                            number,
                            "name",
                            column.label,
                            shown(row.name),
                            right,
                        )
                    )
                else:
                    first[wanted] = (key, number)
    return found


def _loop_faults(change: Change) -> list[Fault]:
    """Report people who, by way of their managers, manage themselves."""
    boss: dict[str, str] = {}
    for row in change.people:
        boss.setdefault(fold(row.name), fold(row.manager))
    written = {fold(row.name): row.name for row in reversed(change.people)}
    found: list[Fault] = []
    done: set[str] = set()
    for number, row in enumerate(change.people, 1):
        trail: list[str] = []
        at = fold(row.name)
        while at and at in boss and at not in done and at not in trail:
            trail.append(at)
            at = boss[at]
        if at in trail:
            loop = [written[each] for each in trail[trail.index(at) :]]
            right = (
                "Nobody can be their own line manager."
                if len(loop) == 1
                else "The managers go round in a loop: " + " → ".join([*loop, loop[0]]) + "."
            )
            column = TABLES["people"].column("manager")
            found.append(
                Fault(
                    "people",
                    TABLES["people"].title,
                    number,
                    "manager",
                    column.label,
                    shown(row.manager),
                    right,
                )
            )
        done.update(trail)
    return found
