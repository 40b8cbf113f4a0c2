"""A coalition for a change: how it may grow from a first few, and who is still missing.

Everybody is taken to join once enough of those who influence them have joined. How much is enough
follows from where they stand on the change; who influences whom comes from the ties. Nobody knows
either for certain, so everything is drawn many times and reported as a range.

It illustrates how a coalition can grow on the reader's own map. It does not predict.

References
----------
Granovetter M. Threshold models of collective behavior. American Journal of Sociology
1978;83:1420-1443. (granovetter1978)

Centola D, Macy M. Complex contagions and the weakness of long ties. American Journal of Sociology
2007;113:702-734. (centola2007)

Eckles D, Mossel E, Rahimian MA, Sen S. Long ties accelerate noisy threshold-based contagions.
arXiv:1810.03579, 2018. (eckles2018)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import evolve

from .change import Change
from .coalition_first import FirstMovers, Mover, first_movers
from .coalition_growth import Growth, Member, grow, size_of
from .coalition_missing import (
    Diversity,
    Missing,
    Mix,
    Powerful,
    diversity,
    missing,
    mix,
)
from .coalition_model import (
    DRAWS,
    GUARANTEE,
    SEED,
    SUPPOSED,
    Assumptions,
    Cast,
    Range,
    Threshold,
    are,
    assumed,
    cast_of,
    thresholds,
)
from .suppositions import said
from .words import left_out, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "GUARANTEE",
    "SUPPOSED",
    "Assumptions",
    "Diversity",
    "FirstMovers",
    "Growth",
    "Member",
    "Missing",
    "Mix",
    "Mover",
    "Powerful",
    "Range",
    "Threshold",
    "assumed",
    "diversity",
    "draw",
    "draw_first",
    "draw_missing",
    "explain",
    "first_movers",
    "grow",
    "missing",
    "mix",
    "sensitivity",
    "thresholds",
]


NOTHING = 0.05
"""With less than this added, on average, a first mover would have been in anyway."""


def sensitivity(
    change: Change,
    first: Iterable[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    assume: Assumptions | None = None,
) -> tuple[tuple[str, Range], ...]:
    """Say how much the size of the coalition depends on what is assumed.

    Returns
    -------
    tuple of pairs
        What is assumed instead, and the size then; the first pair is as assumed.

    Examples
    --------
    >>> from system_leadership.change import Organisation, Tie
    >>> change = Change(organisations=[Organisation("A"), Organisation("B")], ties=[Tie("A", "B")])
    >>> [name for name, _ in sensitivity(change, ["A"], draws=20)][0]
    'as assumed'
    """
    assume = assume or assumed(change)
    if first is None:
        first = first_movers(change, seed=seed, assume=assume).names
    start = list(first)
    other = "simple" if assume.contagion == "complex" else "complex"
    wording = {
        "complex": "each needs two persuaders who have joined, not one",
        "simple": "each needs one persuader who has joined, not two",
    }
    cases = [
        ("as assumed", assume),
        (wording[other], evolve(assume, contagion=other)),
        ("each has a 2 in 100 chance a round to join anyway", evolve(assume, chance=0.02)),
        ("people's own view weighs twice as much", evolve(assume, own=2 * assume.own)),
    ]
    return tuple(
        (name, size_of(change, start, draws=draws, seed=seed, assume=each)) for name, each in cases
    )


# ----------------------------------------------------------------------- words


def explain(change: Change) -> list[str]:
    """Say in plain sentences how a coalition may grow, and who is missing.

    Parameters
    ----------
    change : Change
        The change.

    Returns
    -------
    list of str
        Sentences with the actual names and numbers, and what was assumed.

    Examples
    --------
    >>> explain(Change.blank())
    ['There is nobody to start with yet. Add organisations, ties and where each stands.']
    """
    cast = cast_of(change)
    if not cast.actors:
        return ["There is nobody to start with yet. Add organisations, ties and where each stands."]
    told = []
    if not cast.ties:
        told.append("There are no ties yet, so nobody brings anybody in. Add who can move whom.")
    rated = sum(each.support is not None for each in cast.actors)
    if not rated:
        told.append("No stance is rated yet. Say how far each is for or against, from -5 to 5.")
    found = first_movers(change)
    if not found.movers:
        told.append("Everybody you rated is against. A coalition needs somebody to start with.")
        return [*told, *_assumed(change, cast, rated)]
    growth = grow(change, found.names)
    told += _first_words(found, growth)
    told += _growth_words(growth)
    if cast.ties:
        told += _sensitivity_words(change, growth)
    told += _missing_words(change, growth)
    told += _search_words(found)
    return [*told, *_assumed(change, cast, rated)]


def _first_words(found: FirstMovers, growth: Growth) -> list[str]:
    told = [
        f"Start with {listing(found.names)}. From there {growth.size.middle} of "
        f"{len(growth.members)} {are(growth.size.middle)} in at the end{_between_words(growth)}."
    ]
    for mover in found.movers:
        names = [name for name, _ in mover.opens]
        if names:
            told.append(f"{mover.name} brings in {some(names)}.")
        elif mover.gain < NOTHING:
            told.append(f"{mover.name} would be in anyway, and moves nobody else for certain.")
        else:
            told.append(f"{mover.name} comes in alone and moves nobody else for certain.")
    return told


def _between_words(growth: Growth) -> str:
    size = growth.size
    if size.low == size.high:
        return f", in nearly all of {growth.draws} draws"
    return f", and {size.low} to {size.high} in 80 of 100 draws"


def _growth_words(growth: Growth) -> list[str]:
    told = []
    by_round: dict[int, list[str]] = {}
    for each in growth.members:
        if each.likely and each.round:
            by_round.setdefault(each.round, []).append(each.name)
    for number in sorted(by_round)[:3]:
        joins = "joins" if len(by_round[number]) == 1 else "join"
        told.append(f"In round {number} {some(by_round[number])} {joins}.")
    later = [name for number in sorted(by_round)[3:] for name in by_round[number]]
    if later:
        told.append(f"Later {'comes' if len(later) == 1 else 'come'} {some(later)}.")
    unsure = [each for each in growth.members if 0.2 <= each.share <= 0.8]
    if unsure:
        told.append(
            f"{_count_names(len(unsure))} could go either way: {some([e.name for e in unsure])}. "
            "Find out more about where they stand."
        )
    return told


def _count_names(number: int) -> str:
    return "One" if number == 1 else str(number)


def _sensitivity_words(change: Change, growth: Growth) -> list[str]:
    cases = sensitivity(change, growth.first)
    told = [f"If {name}: {size} in." for name, size in cases[1:]]
    return [f"How much this depends on what we assume: as it stands, {cases[0][1]} in.", *told]


def _missing_words(change: Change, growth: Growth) -> list[str]:
    inside = growth.joined
    mixed = diversity(change, inside).sectors
    gone = missing(change, inside)
    told = []
    if mixed.kinds > 1 and mixed.normalised is not None:
        told.append(
            f"{len(mixed.counts)} of {mixed.kinds} sectors {are(len(mixed.counts))} in. Their mix "
            f"scores {mixed.normalised:.2f}, where 0 is all of one sector and 1 an even spread "
            "over all."
        )
    if gone.sectors:
        told.append(f"Nobody is in from {some(gone.sectors)}.")
    if gone.professions:
        told.append(f"Professions with nobody in: {some(gone.professions)}.")
    if gone.powerful:
        names = [
            each.name if each.support is None else f"{each.name} ({_support(each.support)})"
            for each in gone.powerful
        ]
        told.append(f"Outside, with much power: {some(names)}.")
    if gone.willing:
        told.append(
            f"Outside although for the change: {some(gone.willing)}. No tie brings them in often "
            "enough, so ask them yourself."
        )
    return told


def _support(support: float) -> str:
    return f"support {support:g}".replace("-", "−")


def _search_words(found: FirstMovers) -> list[str]:
    told = []
    if found.tried < found.candidates:
        told.append(
            f"Of {found.candidates} who are willing we tried the {found.tried} with most influence."
        )
    told.append(
        "We looked for the first few one by one, among those who are for the change. Two together "
        "may bring in more than this search can see, so it is not sure to find the best."
    )
    return told


def _assumed(change: Change, cast: Cast, rated: int) -> list[str]:
    told = [
        "What we assume: each joins once enough of those who influence them are in. Firmly for "
        "needs little, no side needs half, firmly against needs all. Ties count by their strength "
        "and by the power of whoever they start from; a person's own view counts as a tie of "
        f"{assumed(change).own:g}.",
        *said(change, SUPPOSED),
    ]
    if rated < len(cast.actors):
        unknown = len(cast.actors) - rated
        told.append(
            f"For {unknown} of {len(cast.actors)} you gave no support, so we draw what they need "
            "at random."
        )
    told += left_out(cast.unused, "stance", "the name is not in your tables")
    told.append("This shows how a coalition can grow. It does not predict that it will.")
    return told


# -------------------------------------------------------------------- pictures


def draw(change: Change) -> Picture:
    """Draw how the coalition grows, round by round, from the first few that move most.

    Examples
    --------
    >>> draw(Change.blank()).title
    'A coalition starts with somebody'
    """
    from . import coalition_picture

    return coalition_picture.draw(change)


def draw_first(change: Change) -> Picture:
    """Draw whom to start with, in order, and what each adds.

    Examples
    --------
    >>> draw_first(Change.blank()).id
    'coalition-first'
    """
    from . import coalition_picture

    return coalition_picture.draw_first(change)


def draw_missing(change: Change) -> Picture:
    """Draw which sectors are in the coalition, and which are missing.

    Examples
    --------
    >>> draw_missing(Change.blank()).id
    'coalition-missing'
    """
    from . import coalition_picture

    return coalition_picture.draw_missing(change)
