"""Leaders' turnover, and how much of the trust between them lasts until a change goes live.

A relationship joins two leaders. Each leader may move on in any month. Trust between two leaders
grows slowly, and part of it is lost when one of them changes [4]_. The question is how likely it is
that enough relationships work on the day the change goes live, and what handing over and sharing
leadership would buy.

What is assumed: leaving is equally likely each month and has nothing to do with how others fare; a
post is filled at once; trust is one number from 0 to 1. How long leaders stay is published [1]_
[2]_ [3]_. How fast trust grows and how much of it outlives a change is not: those figures are
`SUPPOSED`, each with a low, a middle and a high value, and `sensitivity` shows how much hangs on
each. A reader may put others in their place (`Change.assumptions`). It illustrates, it does not
predict. Whether stable leaders make for better results is disputed [5]_ [6]_.

References
----------
.. [1] Anandaciva, S. and others (2018), kf2018.
.. [2] Edwards, P. (2013), hsj2013median.
.. [3] Health Service Journal (2017), hsj2017ceo.
.. [4] Slovic, P. (1993), slovic1993: trust is slow to gain and quick to lose.
.. [5] O'Toole, L. J. and Meier, K. J. (2003), otoole2003.
.. [6] Janke, K. and others (2019), janke2019.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .change import Change
from .suppositions import Supposition, said
from .turnover import (
    STAYS,
    SUPPOSED,
    Founders,
    Outlook,
    Share,
    chances,
    founders,
    monthly_chance,
    simulate,
    stay,
)
from .words import counted, in_hundred, listing

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "STAYS",
    "SUPPOSED",
    "Effect",
    "Founders",
    "Option",
    "Outlook",
    "Share",
    "draw",
    "draw_options",
    "draw_sensitivity",
    "explain",
    "founders",
    "monthly_chance",
    "options",
    "sensitivity",
    "simulate",
    "stay",
]


# -------------------------------------------------------- what it would buy


@frozen
class Option:
    """One way to guard against turnover, and the chance it gives.

    Attributes
    ----------
    name : str
        In words.
    outlook : Outlook
        What comes of it.
    """

    name: str
    outlook: Outlook


def options(
    change: Change, *, months: float | None = None, seed: int = 1, **assumed: float
) -> tuple[Option, ...]:
    """Compare leaving things as they are with handing over and with sharing leadership.

    Parameters
    ----------
    change, months, seed, **assumed
        As in `simulate`. Every option meets the same leavings.

    Returns
    -------
    tuple of Option
        As it is; three and six months of handing over; two who know each relationship; both.

    Examples
    --------
    >>> [option.name for option in options(Change.blank())][0]
    'As it is'
    """
    ways: tuple[tuple[str, float, bool], ...] = (
        ("As it is", 0, False),
        ("3 months of handing over", 3, False),
        ("6 months of handing over", 6, False),
        ("Two who know each relationship", 0, True),
        ("Both: two people, and 6 months", 6, True),
    )
    return tuple(
        Option(
            name,
            simulate(
                change,
                months=months,
                handover=handover,
                shared=shared,
                runs=None,
                seed=seed,
                **assumed,
            ),
        )
        for name, handover, shared in ways
    )


@frozen
class Effect:
    """How the chance at go-live moves when one assumption moves.

    Attributes
    ----------
    assumption : Supposition
        Which one.
    low, high : float
        The chance with its low and with its high value, all others as they are assumed, 0 to 1.
    """

    assumption: Supposition
    low: float
    high: float

    @property
    def size(self) -> float:
        """How far apart the two are."""
        return abs(self.high - self.low)


def sensitivity(
    change: Change,
    *,
    months: float | None = None,
    handover: float = 0,
    shared: bool = False,
    seed: int = 1,
) -> tuple[Effect, ...]:
    """Show how much the answer hangs on each assumption.

    Parameters
    ----------
    change, months, handover, shared, seed
        As in `simulate`.

    Returns
    -------
    tuple of Effect
        The assumption that matters most first. Those that cannot matter, because nobody hands over
        or shares, are left out.

    Examples
    --------
    >>> effects = sensitivity(Change.blank(), months=43)
    >>> effects[0].size >= effects[-1].size
    True
    """
    moved = [
        each
        for each in SUPPOSED
        if (each.key != "saved" or handover) and (each.key != "carried" or shared)
    ]
    cases = [{each.key: value} for each in moved for value in (each.low, each.high)]
    found = chances(change, cases, months=months, handover=handover, shared=shared, seed=seed)
    effects = map(Effect, moved, found[::2], found[1::2])
    return tuple(sorted(effects, key=lambda effect: -effect.size))


# ----------------------------------------------------------------------- words


def explain(change: Change, *, months: float | None = None, seed: int = 1) -> list[str]:
    """Say in plain sentences what turnover may do to the founding relationships.

    Parameters
    ----------
    change, months, seed
        As in `simulate`.

    Returns
    -------
    list of str
        The most useful first; what is assumed last.

    Examples
    --------
    >>> explain(Change.blank(), months=43)[1]
    'If half of leaders stay 36 months or more, one of them is still there at go-live in 44 of \
every 100 cases. That all 5 are: 1.6 of every 100.'
    """
    ways = options(change, months=months, seed=seed)
    base = ways[0].outlook
    who = base.founders
    needed = round(100 * base.settings["needed"])
    length = (
        f"The steps take about {counted(base.months, 'month')}"
        if base.from_steps
        else f"Go-live is {counted(base.months, 'month')} away"
    )
    if months is None and not base.from_steps:
        length = (
            f"Your steps have no days yet, so we take {counted(base.months, 'month')} to go-live"
        )
    told = [
        f"{length}, with {counted(len(who.leaders), 'leader')} and "
        f"{counted(len(who.pairs), 'relationship')}. {who.told}",
        f"If half of leaders stay {base.settings['median_stay']:g} months or more, one of them is "
        f"still there at go-live in {in_hundred(base.one_stays)} of every 100 cases. That all "
        f"{len(who.leaders)} are: {_finely(base.all_stay)} of every 100.",
        f"People who follow can build trust again. The chance that at least {needed}% of the "
        f"relationships work at go-live is {base.chance}.",
    ]
    best = max(ways[1:], key=lambda option: option.outlook.chance.middle)
    gains = [f"{each.name[0].lower()}{each.name[1:]}: {each.outlook.chance}" for each in ways[1:4]]
    if best.outlook.chance.middle > base.chance.middle:
        told.append(
            f"What could help: {listing(gains)}. With both it is "
            f"{ways[-1].outlook.chance}. How far each helps is itself assumed."
        )
    else:
        told.append("Handing over and sharing leadership change little here.")
    effects = sensitivity(change, months=months, seed=seed)
    first = effects[0]
    told.append(
        f"Most hangs on this: {first.assumption.label.lower()}. At "
        f"{first.assumption.told(first.assumption.low)} the chance is {in_hundred(first.low)} of "
        f"every 100, at {first.assumption.told(first.assumption.high)} it is "
        f"{in_hundred(first.high)}."
    )
    told += said(change, SUPPOSED)
    open_ = sum(not each.published for each in SUPPOSED)
    told.append(
        f"Only how long leaders stay is published. The other {open_} figures are assumptions: we "
        "found no measure of how fast trust grows or fades, so put in your own. It illustrates; it "
        "does not predict."
    )
    return told


def _finely(share: float) -> str:
    """Give a small share with a decimal: 1.6 of every 100 is not 2."""
    return f"{100 * share:.1f}" if 0.001 <= share < 0.095 else in_hundred(share)


# -------------------------------------------------------------------- pictures


def draw(change: Change, *, months: float | None = None, seed: int = 1) -> Picture:
    """Draw the chance over time, as it is and with handing over and sharing.

    Examples
    --------
    >>> draw(Change.blank()).id
    'stability'
    """
    from . import stability_picture

    return stability_picture.draw(change, months=months, seed=seed)


def draw_options(change: Change, *, months: float | None = None, seed: int = 1) -> Picture:
    """Draw what handing over and sharing leadership buy, as bars.

    Examples
    --------
    >>> draw_options(Change.blank()).id
    'stability-options'
    """
    from . import stability_picture

    return stability_picture.draw_options(change, months=months, seed=seed)


def draw_sensitivity(change: Change, *, months: float | None = None, seed: int = 1) -> Picture:
    """Draw how much the answer hangs on each assumption.

    Examples
    --------
    >>> draw_sensitivity(Change.blank()).id
    'stability-sensitivity'
    """
    from . import stability_picture

    return stability_picture.draw_sensitivity(change, months=months, seed=seed)
