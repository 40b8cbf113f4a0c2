"""Who gains and who loses by a change, and what would make a loss bearable.

Each row of the table says what somebody gains or loses, and whose interest it is: that of patients,
of an organisation or of a person. The three are kept apart throughout, because they may part ways.

Adding ratings up treats a point of one as good as a point of another. That is a rough way to see a
pattern, never a way to settle who should bear a loss.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from .change import Change
from .change import Interest as Row
from .names import fold, nearest
from .suppositions import Supposition, faults, said, values
from .words import counted, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "GROUPS",
    "SUPPOSED",
    "Balance",
    "Concession",
    "Interests",
    "Line",
    "Need",
    "Parting",
    "Total",
    "balance",
    "build",
    "concessions",
    "draw",
    "explain",
    "loss_without_gain",
    "partings",
    "to_offer",
]

GROUPS = ("patients", "organisation", "person", "")
"""Whose interest, patients first; the last for rows that do not say."""

NO_OFFER = frozenset(("none", "nothing", "no", "no offer", "not yet", "-", "–"))
"""What readers write where they have nothing to offer."""

SUPPOSED: tuple[Supposition, ...] = tuple(
    Supposition(
        f"interests/{whose}",
        f"How much of {whose_loss} loss an offer makes up for",
        0.5,
        1,
        1,
        "share",
        f"We take an offer to make up for all of it, which is kind. {ask}",
        step=0.05,
        least=0,
    )
    for whose, whose_loss, ask in (
        ("patients", "patients'", "Ask the patients who lose, or those who speak for them."),
        ("organisation", "an organisation's", "Ask the organisation, and its staff."),
        ("person", "a person's", "Ask them: pride and standing are hard to pay for."),
    )
)
"""What the sums with offers rest on: no published figure was found for any of it."""


@frozen
class Line:
    """Something that somebody gains or loses.

    Attributes
    ----------
    who : str
        As written in the table.
    whose : str
        "patients", "organisation" or "person"; empty when neither the row nor the name says.
    size : float or None
        -5 (a heavy loss) to 5 (a large gain); None when not rated.
    why, offer : str
        What they gain or lose, and what is offered.
    """

    who: str
    whose: str = ""
    size: float | None = None
    why: str = ""
    offer: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two lines belong to the same party."""
        return fold(self.who), self.whose


@frozen
class Interests:
    """All lines of the table, in order.

    Attributes
    ----------
    lines : tuple of Line
        Patients first, then organisations, then people, then those not said; in the order of the
        table within each.
    nameless : int
        Rows left out because they name nobody.
    read_as : tuple of str
        Those whose row does not say whose interest it is, read from the tables of names.
    """

    lines: tuple[Line, ...] = ()
    nameless: int = 0
    read_as: tuple[str, ...] = ()

    @property
    def rated(self) -> tuple[Line, ...]:
        """The lines with a size."""
        return tuple(line for line in self.lines if line.size is not None)

    def __str__(self) -> str:
        gains = sum((line.size or 0) > 0 for line in self.lines)
        losses = sum((line.size or 0) < 0 for line in self.lines)
        rest = len(self.lines) - gains - losses
        parts = [counted(gains, "gain"), counted(losses, "loss", "losses")]
        return listing([*parts, f"{rest} neither or not rated"])

    __repr__ = __str__


def build(change: Change) -> Interests:
    """Read the table of gains and losses.

    Parameters
    ----------
    change : Change
        Its interests; rows that name nobody are counted and left out.

    Returns
    -------
    Interests
        A row that does not say whose interest it is counts for an organisation or person if its
        name is in one of these tables.

    Examples
    --------
    >>> from system_leadership.change import Interest
    >>> build(Change(interests=[Interest("Trust", "organisation", -2),
    ...                         Interest("All", "patients", 3)]))
    1 gain, 1 loss and 0 neither or not rated
    """
    organisations = {fold(row.name) for row in change.organisations}
    people = {fold(row.name) for row in change.people}
    lines: list[Line] = []
    nameless = 0
    read_as: list[str] = []
    for row in change.interests:
        if not fold(row.who):
            nameless += 1
            continue
        whose = row.whose
        if whose not in GROUPS[:3]:
            name = fold(row.who)
            whose = "organisation" if name in organisations else "person" if name in people else ""
            if whose:
                read_as.append(row.who)
        lines.append(_line(row, whose))
    lines.sort(key=lambda line: GROUPS.index(line.whose))
    return Interests(tuple(lines), nameless, tuple(read_as))


def _line(row: Row, whose: str) -> Line:
    offer = "" if fold(row.offer.rstrip(".")) in NO_OFFER else row.offer
    return Line(row.who, whose, row.size, row.why, offer)


# --------------------------------------------------------------------- balance


@frozen
class Total:
    """What one group gains and loses.

    Attributes
    ----------
    whose : str
        The group, as in `Line`.
    gains, losses : float
        Points gained, 0 or more, and lost, 0 or less.
    gaining, losing : int
        How many lines are gains and losses.
    """

    whose: str
    gains: float = 0.0
    losses: float = 0.0
    gaining: int = 0
    losing: int = 0

    @property
    def net(self) -> float:
        """Gains less losses."""
        return self.gains + self.losses


@frozen
class Balance:
    """Gains and losses by whose interest they are.

    Attributes
    ----------
    totals : tuple of Total
        One for each group that has a rated line, patients first.
    accepted : tuple of str
        Those whose offers are counted as accepted.

    Examples
    --------
    >>> from system_leadership.change import Interest
    >>> balance(Change(interests=[Interest("Trust", "organisation", -2),
    ...                           Interest("All", "patients", 3)]))
    patients +3, organisations −2
    """

    totals: tuple[Total, ...] = ()
    accepted: tuple[str, ...] = ()

    def of(self, whose: str) -> Total:
        """Give the total of a group; all 0 when it has no line."""
        return next((each for each in self.totals if each.whose == whose), Total(whose))

    @property
    def net(self) -> float:
        """All gains less all losses."""
        return sum(each.net for each in self.totals)

    @property
    def losing(self) -> int:
        """How many lines are losses."""
        return sum(each.losing for each in self.totals)

    def __str__(self) -> str:
        if not self.totals:
            return "Nothing to weigh yet"
        return ", ".join(f"{plural(each.whose)} {signed(each.net)}" for each in self.totals)

    __repr__ = __str__


def plural(whose: str) -> str:
    """Name a group.

    Examples
    --------
    >>> plural("person"), plural("")
    ('people', 'not said')
    """
    return {"organisation": "organisations", "person": "people", "": "not said"}.get(whose, whose)


def signed(size: float) -> str:
    """Write a number with its sign.

    Examples
    --------
    >>> signed(3.0), signed(-1.5), signed(0)
    ('+3', '−1.5', '0')
    """
    return f"{size:+g}".replace("-", "−") if size else "0"


def balance(
    change: Change,
    accept: Iterable[str] = (),
    *,
    worth: Mapping[str, float] | None = None,
) -> Balance:
    """Add up gains and losses, with or without the offers that are accepted.

    Parameters
    ----------
    change : Change
        The change.
    accept : iterable of str
        Whose offers are accepted. An offer makes up for the loss in its row.
    worth : dict, optional
        For some of these, by name, how many points the offer is worth instead: 0 or more. It may
        leave some of the loss, and cannot turn it into a gain.

    Returns
    -------
    Balance
        By whose interest. Lines that are not rated are left out.

    Raises
    ------
    KeyError
        If nobody in the table has a name; the message suggests the nearest.

    Notes
    -----
    That an offer makes up for a loss in full, and takes nothing from anybody else, is an
    assumption, and a kind one. Money for one usually comes from another. The reader may take offers
    to make up for less, see `SUPPOSED`; what `worth` says of somebody goes before that.

    Examples
    --------
    >>> from system_leadership.change import Interest
    >>> change = Change(interests=[Interest("Trust", "organisation", -3, offer="A clinic")])
    >>> print(balance(change), "|", balance(change, ["Trust"]))
    organisations −3 | organisations 0
    >>> balance(change, ["Trust"], worth={"Trust": 2}).net
    -1.0
    """
    lines = build(change).rated
    worth = {_known(lines, name): points for name, points in (worth or {}).items()}
    names = dict.fromkeys(_known(lines, name) for name in accept)
    taken = {line.key for line in lines if fold(line.who) in names}
    return _weigh(lines, taken, worth, values(change, SUPPOSED))


def _weigh(
    lines: Iterable[Line],
    taken: Collection[tuple[str, str]],
    worth: Mapping[str, float],
    makes_up: Mapping[str, float],
) -> Balance:
    """Add up lines; those of a party in `taken` with the loss made up as far as its offer goes."""
    left = dict(worth)
    sums: dict[str, list[float]] = {}
    counts: dict[str, list[int]] = {}
    accepted: dict[str, str] = {}
    for line in lines:
        size = line.size or 0.0
        name = fold(line.who)
        if line.key in taken:
            accepted.setdefault(name, line.who)
        if line.key in taken and line.offer and size < 0:
            # What an offer is worth is spent once, however many rows of a name share it.
            whole = -size * makes_up.get(line.whose, 1.0)
            used = min(-size, max(0.0, left.get(name, whole)))
            if name in left:
                left[name] -= used
            size += used
        total = sums.setdefault(line.whose, [0.0, 0.0])
        count = counts.setdefault(line.whose, [0, 0])
        if size:
            total[size < 0] += size
            count[size < 0] += 1
    return Balance(
        tuple(
            Total(whose, sums[whose][0], sums[whose][1], counts[whose][0], counts[whose][1])
            for whose in GROUPS
            if whose in sums
        ),
        tuple(accepted.values()),
    )


def _known(lines: Iterable[Line], name: str) -> str:
    names = {fold(line.who): line.who for line in lines}
    if fold(name) not in names:
        near = nearest(name, names.values())
        hint = f" Did you mean {near!r}?" if near else ""
        raise KeyError(f"Nobody with a rated gain or loss is called {name!r}.{hint}")
    return fold(name)


# -------------------------------------------------------------------- partings


@frozen
class Parting:
    """Where somebody's interest and that of patients part.

    Attributes
    ----------
    who, whose : str
        The organisation or person.
    size : float
        What they gain or lose on balance.
    patients : tuple of str
        The patients' lines that go the other way, the largest first.
    same : bool
        Whether one of these is about the same name: the patients of that very organisation.
    offer : str
        What is offered to them, if anything.
    """

    who: str
    whose: str
    size: float
    patients: tuple[str, ...]
    same: bool = False
    offer: str = ""

    def __str__(self) -> str:
        verb, other = ("loses", "gain") if self.size < 0 else ("gains", "lose")
        return f"{self.who} {verb} ({signed(self.size)}) where patients {other}"


def partings(change: Change) -> tuple[Parting, ...]:
    """Find where the patients' interest and an organisation's or a person's part.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    tuple of Parting
        Organisations and people who lose on balance where some patients gain, then those who gain
        where some patients lose; the largest first. Where patients stand to gain and to lose, an
        organisation can part from some of them and go with others.

    Examples
    --------
    >>> from system_leadership.change import Interest
    >>> change = Change(interests=[Interest("People with stroke", "patients", 3),
    ...                            Interest("Trust", "organisation", -3)])
    >>> print(partings(change)[0])
    Trust loses (−3) where patients gain
    """
    lines = build(change).rated
    patients = [line for line in lines if line.whose == "patients"]
    found: list[Parting] = []
    for (name, whose), party in _parties(lines).items():
        if whose not in ("organisation", "person"):
            continue
        net = sum(line.size or 0.0 for line in party)
        other = [p for p in patients if net * (p.size or 0.0) < 0]
        if not other:
            continue
        other.sort(key=lambda line: -abs(line.size or 0.0))
        found.append(
            Parting(
                party[0].who,
                whose,
                net,
                tuple(dict.fromkeys(line.who for line in other)),
                any(fold(line.who) == name for line in other),
                _offers(party),
            )
        )
    found.sort(key=lambda each: (each.size > 0, -abs(each.size)))
    return tuple(found)


def _parties(lines: Iterable[Line]) -> dict[tuple[str, str], list[Line]]:
    """Bring together the lines of one name and one kind of interest."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    return found


def _offers(party: Iterable[Line]) -> str:
    return "; ".join(dict.fromkeys(line.offer for line in party if line.offer))


# ----------------------------------------------------------- losses and offers


def loss_without_gain(change: Change) -> tuple[Line, ...]:
    """Find those who only lose.

    Returns
    -------
    tuple of Line
        One for each who has a loss and no gain, with their losses added up, the largest loss
        first. An organisation and its patients are two.

    Examples
    --------
    >>> from system_leadership.change import Interest
    >>> change = Change(interests=[Interest("A", "organisation", -3), Interest("B", "person", -2),
    ...                            Interest("B", "person", 1)])
    >>> [line.who for line in loss_without_gain(change)]
    ['A']
    """
    found = []
    for party in _parties(build(change).rated).values():
        sizes = [line.size or 0.0 for line in party]
        if min(sizes) < 0 and max(sizes) <= 0:
            why = "; ".join(dict.fromkeys(line.why for line in party if line.why))
            found.append(Line(party[0].who, party[0].whose, sum(sizes), why, _offers(party)))
    return tuple(sorted(found, key=lambda line: line.size or 0.0))


@frozen
class Need:
    """What would have to be offered to somebody who loses on balance.

    Attributes
    ----------
    who, whose : str
        As in `Line`.
    points : float
        What an offer would have to be worth, in the points of the table, above 0.
    losses : tuple of str
        What it would have to make up for.
    offer : str
        What is offered so far; empty when nothing is.
    """

    who: str
    whose: str
    points: float
    losses: tuple[str, ...] = ()
    offer: str = ""

    def __str__(self) -> str:
        told = f"{self.who}: {self.points:g} {'point' if self.points == 1 else 'points'} to make up"
        return f"{told}, offered: {self.offer}" if self.offer else f"{told}, nothing offered"


def to_offer(change: Change) -> tuple[Need, ...]:
    """Say what would have to be offered, and to whom, so that nobody loses.

    Returns
    -------
    tuple of Need
        Those who lose on balance; those with no offer yet first, and the largest loss first.

    Examples
    --------
    >>> from system_leadership.change import Interest
    >>> change = Change(interests=[Interest("A", "organisation", -3, "Income")])
    >>> print(to_offer(change)[0])
    A: 3 points to make up, nothing offered
    """
    found = []
    for party in _parties(build(change).rated).values():
        net = sum(line.size or 0.0 for line in party)
        if net < 0:
            losses = [line.why for line in party if (line.size or 0) < 0 and line.why]
            found.append(Need(party[0].who, party[0].whose, -net, tuple(losses), _offers(party)))
    return tuple(sorted(found, key=lambda need: (bool(need.offer), -need.points)))


@frozen
class Concession:
    """An offer, and the balance with and without it.

    Attributes
    ----------
    who, whose, offer : str
        Who is offered what.
    size : float or None
        How the rows with this offer are rated, added up; None when they are not.
    without, with_it : Balance
        The balance without any offer, and with this one alone accepted.
    """

    who: str
    whose: str
    offer: str
    size: float | None
    without: Balance = field(repr=False)
    with_it: Balance = field(repr=False)

    @property
    def changes(self) -> bool:
        """Whether it changes the balance: it does if it is offered for a loss."""
        return self.without.totals != self.with_it.totals

    def __str__(self) -> str:
        before, after = self.without.of(self.whose).net, self.with_it.of(self.whose).net
        group = plural(self.whose)
        return f"{self.who}: {group} {signed(before)} without the offer, {signed(after)} with it"


def concessions(
    change: Change, *, worth: Mapping[str, float] | None = None
) -> tuple[Concession, ...]:
    """Weigh each offer: the balance without it and with it.

    Parameters
    ----------
    change : Change
        The change.
    worth : dict, optional
        As of `balance`.

    Returns
    -------
    tuple of Concession
        One for each who is offered something, in the order of the table.

    Examples
    --------
    >>> from system_leadership.change import Interest
    >>> change = Change(interests=[Interest("A", "organisation", -3, offer="A clinic"),
    ...                            Interest("B", "organisation", -1)])
    >>> print(concessions(change)[0])
    A: organisations −4 without the offer, −1 with it
    """
    made = build(change)
    known = {fold(line.who) for line in made.rated}
    given = {fold(name): points for name, points in (worth or {}).items() if fold(name) in known}
    without = balance(change)
    found = []
    for key, party in _parties(line for line in made.lines if line.offer).items():
        sizes = [line.size for line in party if line.size is not None]
        found.append(
            Concession(
                party[0].who,
                party[0].whose,
                _offers(party),
                sum(sizes) if sizes else None,
                without,
                _weigh(made.rated, {key}, given, values(change, SUPPOSED)),
            )
        )
    return tuple(found)


# ----------------------------------------------------------------------- words


def explain(change: Change) -> list[str]:
    """Say in plain sentences who gains, who loses and what is offered.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    list of str
        Sentences with the actual names and numbers, the most useful first.

    Examples
    --------
    >>> explain(Change.blank())
    ['Nothing is weighed yet. Add who gains and who loses, patients first.']
    """
    made = build(change)
    if not made.lines:
        told = ["Nothing is weighed yet. Add who gains and who loses, patients first."]
        return told + _aside(made)
    if not made.rated:
        return [
            f"{counted(len(made.lines), 'row')} {'is' if len(made.lines) == 1 else 'are'} there, "
            "but none is rated. Rate each from -5, a heavy loss, to 5, a large gain.",
            *_aside(made),
        ]
    told = _group_words(change)
    told += _parting_words(change)
    told += _loss_words(change)
    told += _offer_words(change)
    return told + _aside(made)


def _group_words(change: Change) -> list[str]:
    weighed = balance(change)
    told = []
    for each in weighed.totals:
        group = plural(each.whose)
        group = (
            "Rows that do not say whose interest it is" if not each.whose else group.capitalize()
        )
        parts = []
        if each.gaining:
            parts.append(f"{counted(each.gaining, 'gain')} ({signed(each.gains)})")
        if each.losing:
            parts.append(f"{counted(each.losing, 'loss', 'losses')} ({signed(each.losses)})")
        told.append(f"{group}: {listing(parts) or 'neither gain nor loss'}.")
    if not any(each.whose == "patients" for each in weighed.totals):
        told.insert(0, "No row speaks of patients yet. Start with what they gain and lose.")
    elif weighed.of("patients").gaining and weighed.of("patients").losing:
        told.insert(1, "Patients both gain and lose. Do not let the sum hide who they are.")
    return told


def _parting_words(change: Change) -> list[str]:
    found = partings(change)
    told = []
    losing = [each for each in found if each.size < 0]
    gaining = [each for each in found if each.size > 0]
    if losing:
        loses = "loses" if len(losing) == 1 else "lose"
        told.append(
            f"Where patients gain ({some(losing[0].patients, 2)}), "
            f"{some([e.who for e in losing])} {loses}."
        )
    if gaining:
        gains = "gains" if len(gaining) == 1 else "gain"
        told.append(
            f"Where patients lose ({some(gaining[0].patients, 2)}), "
            f"{some([e.who for e in gaining])} {gains}."
        )
    same = [each.who for each in found if each.same]
    if same:
        told.append(f"Own patients and own interest part at {some(same)}.")
    if not found:
        told.append("Nobody's interest parts from that of patients, as you have rated them.")
    return told


def _loss_words(change: Change) -> list[str]:
    only = loss_without_gain(change)
    if not only:
        return ["Nobody carries a loss without some gain."]
    bare = [line.who for line in only if not line.offer]
    carries = "carries" if len(only) == 1 else "carry"
    told = [f"{some([line.who for line in only])} {carries} a loss without any gain."]
    if bare and len(bare) < len(only):
        has = "has" if len(bare) == 1 else "have"
        told.append(f"Of these, {some(bare)} {has} been offered nothing.")
    elif bare:
        told.append("None of them has been offered anything.")
    return told


def _offer_words(change: Change) -> list[str]:
    told = []
    needs = [need for need in to_offer(change) if not need.offer]
    if needs:
        first = needs[0]
        alike = sum(need.points == first.points for need in needs)
        told.append(
            f"To leave nobody worse off, {counted(len(needs), 'more offer')} would be needed. "
            f"{'The largest is' if alike == 1 else 'Among the largest is the one'} to "
            f"{first.who}, for {first.points:g} "
            f"{'point' if first.points == 1 else 'points'}"
            f"{': ' + first.losses[0].rstrip('.') if first.losses else ''}."
        )
    found = concessions(change)
    for each in found:
        if each.changes:
            before, after = each.without.of(each.whose), each.with_it.of(each.whose)
            told.append(
                f"If the offer to {each.who} is accepted, {plural(each.whose)} stand at "
                f"{signed(after.net)} and not {signed(before.net)}."
            )
    otherwise = said(change, SUPPOSED)
    told += otherwise
    if any(each.changes for each in found):
        told.append(
            "This takes each offer to cost nobody anything. Ask whether that is so."
            if len(otherwise) > len(faults(change, SUPPOSED))
            else "This takes each offer to make up for the loss in full, at nobody's cost. Ask "
            "whether that is so."
        )
    # An offer for a loss that the reader takes to make up for nothing of it is not idle.
    idle = [
        each.who for each in found if each.size is not None and each.size >= 0 and not each.changes
    ]
    if idle:
        told.append(
            f"The offer to {some(idle)} changes nothing in the sum, because no loss is rated "
            "there. Say if the rating counts the offer in."
        )
    return told


def _aside(made: Interests) -> list[str]:
    told = []
    unrated = [line.who for line in made.lines if line.size is None]
    if unrated and made.rated:
        told.append(f"Not rated yet, and so not counted: {some(unrated)}.")
    unsaid = [line.who for line in made.lines if not line.whose]
    if unsaid:
        told.append(f"Say whose interest it is for {some(unsaid)}.")
    if made.read_as:
        told.append(f"Read from your tables of names whose interest it is: {some(made.read_as)}.")
    if made.nameless:
        was = "row was" if made.nameless == 1 else "rows were"
        told.append(f"{made.nameless} {was} left out, because it says nothing of who.")
    return told


# -------------------------------------------------------------------- pictures


def draw(change: Change) -> Picture:
    """Draw the balance sheet: gains to the right, losses to the left, patients first.

    Parameters
    ----------
    change : Change
        The change; a blank one gives a frame that says what to add.

    Returns
    -------
    Picture
        A bar for each row, by whose interest it is, with what is offered.

    Examples
    --------
    >>> draw(Change.blank()).title
    'The balance sheet starts with patients'
    """
    from . import interests_picture

    return interests_picture.draw(change)
