"""Pool the change files of a workshop: what people see alike and differently, and nobody's name.

Each file counts as one participant. What comes out are organisations, how many put them on their
map, and how far people differ about where they stand, by the participants' own profession and
organisation. People's names, notes and answers never leave their files.

Privacy. Nothing is said of fewer than five participants. A group that is too small is left out, and
so is the next smallest where the small one could be worked out from a total (complementary
suppression). Spread is given as quartiles, never as a mean, a sum or an extreme. Only one pooling
of a workshop should be shown: two, with and without one file, could be compared.
The limit of five is our choice.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from . import files
from .change import TABLES, Change
from .faults import ChangeFileError, Fault
from .names import fold
from .words import counted, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "LEAST",
    "UNSAID",
    "Difference",
    "Group",
    "Pool",
    "Pooled",
    "Skipped",
    "Spread",
    "agreement",
    "differences",
    "draw",
    "draw_differences",
    "explain",
    "pool",
    "read",
    "shown_groups",
]

LEAST = 5
"""The fewest participants anything is said of."""
UNSAID = "not said"
ALIKE, APART = 2.0, 5.0
"""Points between the quartiles up to which views are much alike, and from which far apart."""

Source = str | os.PathLike[str] | Change


@frozen
class Spread:
    """Where the middle half of ratings lies.

    Attributes
    ----------
    low, middle, high : float
        First quartile, median and third quartile, from -5 to 5 for support.
    """

    low: float
    middle: float
    high: float

    @property
    def width(self) -> float:
        """Points between the quartiles, 0 or more."""
        return self.high - self.low

    @property
    def word(self) -> str:
        """How far people agree: much alike, some difference or far apart."""
        if self.width <= ALIKE:
            return "much alike"
        return "far apart" if self.width >= APART else "some difference"

    def __str__(self) -> str:
        return f"{_signed(self.middle)} ({_signed(self.low)} to {_signed(self.high)})"


def _signed(value: float) -> str:
    return f"{value:+g}" if value else "0"


@frozen
class Group:
    """A profession or an organisation that at least five participants are from.

    Attributes
    ----------
    name : str
        What it is called.
    count : int
        How many participants are from it, 5 or more.
    """

    name: str
    count: int


@frozen
class Pooled:
    """An organisation that at least five participants put on their map.

    Attributes
    ----------
    name : str
        As most of them write it.
    count : int
        How many put it there. When only a few did not, the number that at least did.
    exact : bool
        False when fewer than five did not put it there, so that the number is a lower bound.
    support : Spread or None
        Where participants see it stand; None with fewer than five ratings.
    by_profession, by_organisation : dict of str to Spread
        The same for each group that can be shown.
    """

    name: str
    count: int
    exact: bool = True
    support: Spread | None = None
    by_profession: dict[str, Spread] = field(factory=dict, hash=False)
    by_organisation: dict[str, Spread] = field(factory=dict, hash=False)


@frozen
class Skipped:
    """A file that could not be used, for the facilitator only: its name may be a person's.

    Attributes
    ----------
    file : str
        Its name.
    faults : tuple of Fault
        All that is wrong with it.
    """

    file: str
    faults: tuple[Fault, ...] = ()


@frozen
class Pool:
    """What the participants' files say together.

    Attributes
    ----------
    participants : int
        Files that count.
    organisations : tuple of Pooled
        Those that can be shown, most often named first.
    professions, homes : tuple of Group
        The participants' own professions and organisations, those that can be shown, by name.
    barriers : tuple of Group
        Kinds of barrier, and how many participants list one.
    hidden : dict
        How many "organisations", "professions" and "homes" are not shown.
    empty, repeated : int
        Files with nothing in them, and exact copies of another file; neither counts.
    skipped : tuple of Skipped
        Files that could not be read. Not for the room.
    least : int
        The fewest participants anything is said of.
    """

    participants: int = 0
    organisations: tuple[Pooled, ...] = ()
    professions: tuple[Group, ...] = ()
    homes: tuple[Group, ...] = ()
    barriers: tuple[Group, ...] = ()
    hidden: dict[str, int] = field(factory=dict, hash=False)
    empty: int = 0
    repeated: int = 0
    skipped: tuple[Skipped, ...] = field(default=(), repr=False)
    least: int = LEAST

    def __str__(self) -> str:
        return (
            f"{counted(self.participants, 'participant')}, "
            f"{counted(len(self.organisations), 'organisation')} shown"
        )


# --------------------------------------------------------------------- privacy


def shown_groups(
    counts: Mapping[str, int], *, least: int = LEAST, hide: Iterable[str] = ()
) -> set[str]:
    """Say which groups of one whole can be shown, so that no small one can be worked out.

    Parameters
    ----------
    counts : dict of str to int
        How many participants are in each group; together they are everybody.
    least : int
        The fewest a group needs.
    hide : iterable of str
        Groups that must be hidden whatever their size.

    Returns
    -------
    set of str
        The groups to show. Groups of nobody are not among them.

    Notes
    -----
    Primary suppression hides every group of fewer than `least`. What is hidden could still be
    worked out as the total less what is shown. So at least two groups are hidden, with `least`
    participants between them. Where a large enough group is hidden only to protect a small one,
    they have 2 x `least` - 1 or more, or else the sum would give the small one away. The smallest
    groups left go first; of equals, the later name.

    Examples
    --------
    >>> sorted(shown_groups({"nurse": 12, "doctor": 9, "manager": 3}))
    ['nurse']
    >>> sorted(shown_groups({"nurse": 12, "doctor": 9, "manager": 3, "carer": 4}))
    ['doctor', 'nurse']
    """
    present = {name: count for name, count in counts.items() if count > 0}
    hidden = {name for name, count in present.items() if count < least}
    hidden |= set(hide) & set(present)
    left = sorted(set(present) - hidden, key=lambda name: (-present[name], name))
    guarded = any(present[name] >= least for name in hidden)
    while hidden and left:
        total = sum(present[name] for name in hidden)
        if len(hidden) > 1 and total >= (2 * least - 1 if guarded else least):
            break
        hidden.add(left.pop())
        guarded = True
    return set(left)


def _spread(ratings: Counter[float], least: int) -> Spread | None:
    """Give the quartiles of ratings, or None when there are too few."""
    many = sum(ratings.values())
    if many < least:
        return None
    values = sorted(ratings)

    def at(place: int) -> float:
        for value in values:
            place -= ratings[value]
            if place < 0:
                return value
        return values[-1]

    def quantile(share: float) -> float:
        spot = share * (many - 1)
        low = int(spot)
        high = min(low + 1, many - 1)
        return round(at(low) + (at(high) - at(low)) * (spot - low), 2) + 0.0

    return Spread(quantile(0.25), quantile(0.5), quantile(0.75))


# --------------------------------------------------------------------- reading

_NEEDED = ("change", "you", "organisations", "people", "stances", "barriers")
_KEY = re.compile(r"([a-z_]+)[ \t]*:(?=\s|$)")
_KNOWN = {*TABLES, *(column.name for column in TABLES["change"].columns)}


def _needed(text: str) -> str | None:
    """Cut a change file down to the tables that are pooled; None when it is not plain to cut.

    Reading the whole of each file would take most of the time, and most of it is not pooled.
    """
    kept: list[str] = []
    seen: set[str] = set()
    keep = False
    for line in text.split("\n"):
        if line[:1] in ("", " ", "#", "\r"):
            pass
        elif line.startswith("- "):
            if not seen:
                return None
        else:
            key = _KEY.match(line)
            if key is None or key[1] in seen or key[1] not in _KNOWN:
                return None
            seen.add(key[1])
            keep = key[1] in _NEEDED
        if keep:
            kept.append(line)
    return "\n".join(kept) if {"organisations", "stances"} & seen else None


def read(content: bytes, file: str) -> Change:
    """Read one participant's file, where possible no more of it than is pooled.

    Parameters
    ----------
    content : bytes
        What is in the file.
    file : str
        Its name. One that ends in .xlsx is a workbook, any other is text.

    Raises
    ------
    ChangeFileError
        With every fault, if it is no change file.

    Examples
    --------
    >>> read(b"organisations:\\n- name: City council\\n", "one.yml").names()
    ['City council']
    """
    if not file.casefold().endswith(".xlsx") and len(content) <= files.LARGEST:
        needed = _needed(files.read_text(content, file))
        if needed is not None:
            # Reading all of a file that has a fault gives the right line in the message.
            with contextlib.suppress(ChangeFileError):
                return files.loads(needed, strict=False)
    return files.read(content, file, strict=False)


def _read(path: Path) -> tuple[Change, bytes]:
    """Read one file: what is pooled of it, and what tells it from other files."""
    ending = path.suffix.casefold()
    if ending in (".yml", ".yaml") and path.is_file() and path.stat().st_size <= files.LARGEST:
        content = path.read_bytes()
        return read(content, path.name), hashlib.sha256(content).digest()
    change = files.load(path, strict=False)
    return change, hashlib.sha256(path.read_bytes()).digest()


def _sources(sources: Source | Iterable[Source]) -> Iterator[tuple[str, Source]]:
    """Give each source with its name; a folder gives its change files."""
    if isinstance(sources, Change):
        sources = [sources]
    elif isinstance(sources, str | os.PathLike):
        place = Path(sources)
        if place.is_dir():
            inside = (each for each in place.iterdir() if each.is_file())
            sources = sorted(
                each
                for each in inside
                if each.suffix.casefold() in (".yml", ".yaml", ".xlsx")
                and not each.name.startswith((".", "~$"))
                and not each.stem.endswith(".previous")
            )
        else:
            sources = [place]
    for number, each in enumerate(sources, 1):
        yield f"change {number}" if isinstance(each, Change) else Path(each).name, each


# --------------------------------------------------------------------- pooling


class _Tally:
    """Counts that grow file by file; nothing of a file is kept but these."""

    def __init__(self) -> None:
        self.participants = 0
        self.professions: Counter[str] = Counter()
        self.homes: Counter[str] = Counter()
        self.barriers: Counter[str] = Counter()
        self.named: Counter[str] = Counter()
        self.spelt: dict[str, Counter[str]] = {}
        self.persons: set[str] = set()
        self.support: dict[str, Counter[float]] = {}
        # For each organisation and group of participants: how often each rating was given.
        self.by_profession: dict[str, dict[str, Counter[float]]] = {}
        self.by_home: dict[str, dict[str, Counter[float]]] = {}

    def spell(self, kind: str, name: str, key: str) -> None:
        self.spelt.setdefault(f"{kind}:{key}", Counter())[" ".join(name.split())] += 1

    def spelling(self, kind: str, key: str) -> str:
        """Give a name as most write it; of equals, the first by the alphabet."""
        spelt = self.spelt.get(f"{kind}:{key}")
        if not spelt:
            return key or UNSAID
        return min(spelt, key=lambda name: (-spelt[name], name))

    def add(self, change: Change) -> None:
        self.participants += 1
        people = {fold(row.name): row for row in reversed(change.people) if row.name}
        organisations = {fold(row.name): row.name for row in reversed(change.organisations)}
        organisations.pop("", None)
        if fold(change.you) in people:
            self.persons.add(fold(change.you))
        profession, home = _own(change, people, organisations)
        group, place = _kind(profession), fold(home)
        self.professions[group] += 1
        self.homes[place] += 1
        if group:
            self.spell("profession", profession, group)
        if place:
            self.spell("organisation", home, place)
        for key, name in organisations.items():
            self.named[key] += 1
            self.spell("organisation", name, key)
        rated: set[str] = set()
        for row in change.stances:
            key = fold(row.who)
            if row.support is None or key not in organisations or key in rated:
                continue
            rated.add(key)
            value = max(-5.0, min(5.0, row.support))
            self.support.setdefault(key, Counter())[value] += 1
            self.by_profession.setdefault(key, {}).setdefault(group, Counter())[value] += 1
            self.by_home.setdefault(key, {}).setdefault(place, Counter())[value] += 1
        self.barriers.update({row.kind for row in change.barriers if row.kind})


def _own(
    change: Change, people: Mapping[str, object], organisations: Mapping[str, str]
) -> tuple[str, str]:
    """Say which profession and organisation the participant is from; empty where not known."""
    you = fold(change.you)
    if you in people:
        for row in change.people:
            if fold(row.name) == you:
                return row.profession, row.organisation
    return "", organisations.get(you, "")


def _kind(profession: str) -> str:
    """Give what professions are compared by: case, spaces and a plural s make no difference."""
    key = fold(profession)
    return key[:-1] if len(key) > 3 and key.endswith("s") and not key.endswith("ss") else key


def pool(sources: Source | Iterable[Source], *, least: int = LEAST) -> Pool:
    """Pool the change files of a workshop, one after the other.

    Parameters
    ----------
    sources : path, Change, or iterable of these
        A folder, files, or changes. Files are read one at a time and only counts are kept.
    least : int
        The fewest participants anything is said of, 5 or more.

    Returns
    -------
    Pool
        Files that cannot be read are in `skipped` with their faults. Cells that cannot be read are
        left out, as are empty files and exact copies.

    Raises
    ------
    ValueError
        If `least` is under 5.

    Notes
    -----
    A participant's profession and organisation are those of the person named under "You, on this
    map". An organisation is shown when at least five put it on their map, unless a participant goes
    by the same name. When fewer than five did not, only a lower bound is given.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Stance
    >>> room = [Change(title=f"Change {n}", organisations=[Organisation("City council")],
    ...                stances=[Stance("City council", support=n - 3)]) for n in range(6)]
    >>> made = pool(room)
    >>> made.participants, made.organisations[0].name, str(made.organisations[0].support)
    (6, 'City council', '-0.5 (-1.75 to +0.75)')
    >>> pool(room[:4]).organisations
    ()
    """
    if least < LEAST:
        raise ValueError(f"least must be {LEAST} or more, got {least}. Leave it out.")
    tally = _Tally()
    skipped: list[Skipped] = []
    seen: set[bytes] = set()
    empty = repeated = 0
    for name, source in _sources(sources):
        if isinstance(source, Change):
            change, mark = source, b""
        else:
            try:
                change, mark = _read(Path(source))
            except ChangeFileError as error:
                skipped.append(Skipped(name, tuple(error.faults)))
                continue
            except OSError as error:
                right = f"The computer reports: {error.strerror or error}."
                skipped.append(Skipped(name, (Fault(right=right),)))
                continue
        if not (change.organisations or change.people or change.stances or change.barriers):
            faults = tuple(change.faults())
            if faults:
                skipped.append(Skipped(name, faults))
            else:
                empty += 1
        elif mark and mark in seen:
            repeated += 1
        else:
            seen.add(mark)
            tally.add(change)
    return _made(tally, least, empty, repeated, tuple(skipped))


def _made(
    tally: _Tally, least: int, empty: int, repeated: int, skipped: tuple[Skipped, ...]
) -> Pool:
    professions = shown_groups(tally.professions, least=least)
    homes = shown_groups(tally.homes, least=least) - tally.persons
    whole = tally.participants
    # An organisation that goes by a participant's name is not shown, however many name it.
    open_names = {key for key in tally.named if key not in tally.persons}
    organisations = []
    for key in open_names:
        count = tally.named[key]
        if count < least:
            continue
        few_without = 0 < whole - count < least
        by_profession = _by_group(tally, "profession", key, professions, least)
        by_home = _by_group(tally, "organisation", key, homes, least)
        organisations.append(
            Pooled(
                tally.spelling("organisation", key),
                whole - least + 1 if few_without else count,
                not few_without,
                _spread(tally.support.get(key, Counter()), least),
                by_profession,
                by_home,
            )
        )
    organisations.sort(key=lambda each: (-each.count, fold(each.name)))
    barriers = [
        Group(kind, whole - least + 1 if 0 < whole - count < least else count)
        for kind, count in sorted(tally.barriers.items())
        if count >= least
    ]
    hidden = {
        "organisations": len(tally.named) - len(organisations),
        "professions": len(tally.professions) - len(professions),
        "homes": len(tally.homes) - len(homes),
    }
    return Pool(
        whole,
        tuple(organisations),
        _groups(tally, "profession", tally.professions, professions),
        _groups(tally, "organisation", tally.homes, homes),
        tuple(barriers),
        hidden,
        empty,
        repeated,
        skipped,
        least,
    )


def _groups(
    tally: _Tally, kind: str, counts: Mapping[str, int], shown: set[str]
) -> tuple[Group, ...]:
    made = [Group(tally.spelling(kind, key), counts[key]) for key in shown]
    return tuple(sorted(made, key=lambda group: fold(group.name)))


def _by_group(tally: _Tally, kind: str, key: str, shown: set[str], least: int) -> dict[str, Spread]:
    """Give the spread of each group that can be shown for one organisation."""
    ratings = (tally.by_profession if kind == "profession" else tally.by_home).get(key, {})
    counts = {group: sum(values.values()) for group, values in ratings.items()}
    can = shown_groups(counts, least=least, hide=set(counts) - shown)
    found = {}
    for group in sorted(can):
        spread = _spread(ratings[group], least)
        if spread is not None:
            found[tally.spelling(kind, group)] = spread
    return found


# --------------------------------------------------------------------- results


@frozen
class Difference:
    """An organisation that two groups of participants see differently.

    Attributes
    ----------
    name : str
        The organisation.
    low, high : str
        The group that sees it most against, and the one that sees it most for.
    points : float
        Points between their medians, 0 or more.
    """

    name: str
    low: str
    high: str
    points: float

    def __str__(self) -> str:
        return f"{self.name}: {self.low} and {self.high} are {self.points:g} points apart"


def agreement(made: Pool) -> tuple[Pooled, ...]:
    """Give the organisations with enough ratings, those people agree on most first.

    Examples
    --------
    >>> agreement(Pool())
    ()
    """
    rated = [each for each in made.organisations if each.support is not None]
    return tuple(sorted(rated, key=lambda each: each.support.width if each.support else 0.0))


def differences(made: Pool, by: str = "profession") -> tuple[Difference, ...]:
    """Compare groups of participants, the largest difference first.

    Parameters
    ----------
    made : Pool
        From `pool`.
    by : str
        "profession" or "organisation": which groups of participants to compare.

    Raises
    ------
    ValueError
        If `by` is anything else.

    Examples
    --------
    >>> views = {"nurse": Spread(1, 2, 3), "manager": Spread(-3, -2, 0)}
    >>> print(differences(Pool(10, (Pooled("Trust", 10, by_profession=views),)))[0])
    Trust: manager and nurse are 4 points apart
    """
    if by not in ("profession", "organisation"):
        raise ValueError(f'by must be "profession" or "organisation", got {by!r}.')
    found = []
    for each in made.organisations:
        views = each.by_profession if by == "profession" else each.by_organisation
        if len(views) < 2:
            continue
        low = min(views, key=lambda group: (views[group].middle, group))
        high = max(views, key=lambda group: (views[group].middle, group))
        points = views[high].middle - views[low].middle
        found.append(Difference(each.name, low, high, round(points, 2)))
    return tuple(sorted(found, key=lambda each: -each.points))


def explain(made: Pool) -> list[str]:
    """Say in plain sentences what the room sees alike and differently.

    Parameters
    ----------
    made : Pool
        From `pool`.

    Examples
    --------
    >>> explain(Pool())
    ['There are no files to pool yet.']
    """
    if not made.participants:
        told = ["There are no files to pool yet."]
        return told + _aside(made)
    if made.participants < made.least:
        return [
            f"Fewer than {made.least} files could be used, so nothing is shown. It would say too "
            "much about each of them.",
            *_aside(made),
        ]
    told = [f"{counted(made.participants, 'file')} were pooled, one for each participant."]
    often = made.organisations[:3]
    if often:
        parts = [f"{each.name} ({_of(each, made)})" for each in often]
        told.append(f"Most often on the map: {listing(parts)}.")
    else:
        told.append(f"No organisation is on the maps of {made.least} participants or more.")
    rated = agreement(made)
    alike = [each.name for each in rated if each.support and each.support.width <= ALIKE]
    apart = [each.name for each in reversed(rated) if each.support and each.support.width >= APART]
    if alike:
        told.append(f"Views are much alike on {some(alike, 3)}.")
    if apart:
        them = "it" if len(apart) == 1 else "these"
        told.append(f"Views are far apart on {some(apart, 3)}. Talk about {them} first.")
    for by, name in (("profession", "professions"), ("organisation", "organisations")):
        found = [each for each in differences(made, by) if each.points > 0]
        if found:
            told.append(f"The largest difference between {name} is on {found[0]}.")
    if made.barriers:
        most = max(made.barriers, key=lambda group: group.count)
        told.append(f"The kind of barrier most often listed: {most.name}.")
    small = [
        f"{made.hidden[key]} {name}"
        for key, name in (
            ("organisations", "of the organisations named"),
            ("professions", "of the participants' professions"),
            ("homes", "of the organisations that participants are from"),
        )
        if made.hidden.get(key)
    ]
    if small:
        told.append(
            f"Not shown, because that would say too much about a few people: {listing(small)}."
        )
    told.append("Show one pooling only. Two that differ by a few files could be compared.")
    return told + _aside(made)


def _of(each: Pooled, made: Pool) -> str:
    about = "" if each.exact else "at least "
    return f"{about}{each.count:,} of {made.participants:,}"


def _aside(made: Pool) -> list[str]:
    told = []
    if made.skipped:
        told.append(
            f"{counted(len(made.skipped), 'file')} could not be read. The facilitator has the list "
            "with the reasons; it is not for the room."
        )
    if made.empty:
        told.append(f"{counted(made.empty, 'file')} had nothing to pool.")
    if made.repeated:
        told.append(f"{counted(made.repeated, 'exact copy', 'exact copies')} counted once only.")
    return told


# -------------------------------------------------------------------- pictures


def draw(made: Pool) -> Picture:
    """Draw agreement: how many put each organisation on the map, and the spread of its stance.

    Examples
    --------
    >>> draw(Pool()).title
    'A pool starts with five files'
    """
    from . import workshop_picture

    return workshop_picture.draw_agreement(made)


def draw_differences(made: Pool, by: str = "profession") -> Picture:
    """Draw where groups of participants see organisations stand.

    Parameters
    ----------
    made : Pool
        From `pool`.
    by : str
        "profession" or "organisation".

    Examples
    --------
    >>> draw_differences(Pool()).title
    'Differences need two groups of five'
    """
    from . import workshop_picture

    return workshop_picture.draw_differences(made, by)
