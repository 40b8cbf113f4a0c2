"""Steps on the way to a change: what waits for what, how long it may take, and what drives delay.

Each step has three guesses in days: if all goes well, most likely, if it goes badly. Steps wait for
other steps. The longest way through is the critical path. Because guesses are ranges, the end is a
range too: many possible runs are drawn and counted.

What is assumed: days follow the beta shape of PERT between the best and the worst guess; no run is
better or worse than those; steps do not make one another slower; nobody waits for a step that is
not named. Of the second and the third the reader may assume otherwise, see `SUPPOSED`. It
illustrates, it does not predict. Guesses are mostly too hopeful [2]_ [3]_, so start from how long
such steps took elsewhere.

References
----------
.. [1] Malcolm, D. G., Roseboom, J. H., Clark, C. E. and Fazar, W. (1959), malcolm1959.
.. [2] Kahneman, D. and Tversky, A. (1979), kahneman1979.
.. [3] Flyvbjerg, B. (2006), flyvbjerg2006.
.. [4] Kelley, J. E. and Walker, M. R. (1959), kelley1959.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .change import Change
from .dates import days_of, spoken
from .step_network import Estimate, Planned, Programme, critical_path, estimate, faults
from .step_runs import (
    SUPPOSED,
    Chance,
    Driver,
    Forecast,
    Saving,
    chance_by,
    promised,
    savings,
    side_by_side,
    simulate,
)
from .suppositions import faults as suppositions_faults
from .suppositions import said, supposed
from .words import counted, in_hundred, listing, some

if TYPE_CHECKING:
    from .pictures import Picture

__all__ = [
    "SUPPOSED",
    "Chance",
    "Driver",
    "Estimate",
    "Forecast",
    "Planned",
    "Programme",
    "Saving",
    "chance_by",
    "critical_path",
    "draw",
    "draw_chance",
    "draw_drivers",
    "estimate",
    "explain",
    "faults",
    "promised",
    "savings",
    "side_by_side",
    "simulate",
]


def explain(change: Change, start: dt.date | None = None, *, seed: int = 1) -> list[str]:
    """Say in plain sentences how long it may take, and why.

    Parameters
    ----------
    change : Change
        Its steps.
    start : datetime.date, optional
        The day the first step starts. Without it `Change.starts`, or else the change's date.
    seed : int
        As in `simulate`.

    Returns
    -------
    list of str
        Faults first, then the most useful.

    Examples
    --------
    >>> explain(Change.blank())
    ['There are no steps yet. Add two, with days for each, and say which must come first.']
    """
    forecast = simulate(change, start, seed=seed)
    programme = forecast.programme
    told = [str(each) for each in programme.faults]
    if programme.days is None:
        if not told:
            told.append(
                "There are no steps yet. Add two, with days for each, and say which must come "
                "first."
            )
        else:
            told.append("Until then the steps cannot be put in time.")
        return [*told, *programme.aside]
    if not programme.days:
        return [
            *told,
            f"{counted(len(programme.steps), 'step')}, and no days yet. Give each step "
            "three guesses: if all goes well, most likely, if it goes badly.",
        ]
    told += _path_words(programme)
    if forecast.days[0] < forecast.days[-1]:
        told += _run_words(forecast)
    told += _promise_words(change, forecast)
    for each in savings(change, 1, seed=seed):
        told.append(
            f"If {each.first} and {each.second} ran side by side, the end would come about "
            f"{days_of(each.days)} sooner. Whether they may is for those who answer for them to "
            "say."
        )
    if programme.start is None:
        told.append("The steps have no day one yet, so days are counted from the start.")
    told += programme.aside
    # The promise is told above, with how likely it is to be kept.
    told += said(change, SUPPOSED[:2])
    if forecast.days[0] < forecast.days[-1]:
        told.append(
            f"Each of the {len(forecast.days):,} runs draws every step's days between its best and "
            "worst case, one step without regard to another. That illustrates; it does not "
            "predict. Guesses tend to be too hopeful, so ask how long such steps took elsewhere."
            if not supposed(change, SUPPOSED[1])
            else f"Each of the {len(forecast.days):,} runs draws every step's days between its "
            "best and worst case, and lets steps go badly together. So a step that seems to drive "
            "delay may only be late along with the others. That illustrates; it does not predict."
        )
    return told


def _share_of_runs(share: float) -> str:
    return "every run" if share == 1 else f"{in_hundred(share)} of every 100 runs"


def _path_words(programme: Programme) -> list[str]:
    assert programme.days is not None
    end = f", to {spoken(programme.start, programme.days)}" if programme.start else ""
    path = [name for name in programme.path if programme.step(name).days]
    told = [
        f"The longest way through takes {days_of(programme.days)}{end}, if every step takes its "
        f"average. It runs through {some(path, 6)}."
    ]
    loose = [each for each in programme.steps if not each.critical and each.days]
    if loose:
        most = max(loose, key=lambda each: each.slack)
        told.append(
            f"{counted(len(loose), 'step')} could slip without moving the end: {most.name} by "
            f"most, up to {days_of(most.slack)}."
        )
    return told


def _run_words(forecast: Forecast) -> list[str]:
    programme = forecast.programme
    start = programme.start
    assert programme.days is not None
    low, middle, high = (spoken(start, forecast.within(s)) for s in (0.1, 0.5, 0.9))
    told = [f"In 8 of every 10 runs the end falls between {low} and {high}; half end by {middle}."]
    missed = forecast.missed_by_adding
    chance = forecast.chance(programme.days)
    sum_ = "the sum along the longest way"
    if missed >= 1:
        told.append(
            f"The runs take {days_of(forecast.mean)} on average, {days_of(missed)} more than "
            f"{sum_}: where paths meet, the later one counts, and adding along one path misses "
            "that."
        )
    told.append(f"By {spoken(start, programme.days)}, {sum_}, {chance} are done.")
    moving = [each for each in forecast.drivers if each.swing >= 0.5 and each.critical]
    if moving:
        first = moving[0]
        told.append(
            f"{first.name} drives delay most. It is on the longest way in "
            f"{_share_of_runs(first.critical)}, and when it goes badly the end comes "
            f"about {days_of(first.swing)} later than when it goes well."
        )
    if len(moving) > 1:
        rest = [f"{each.name} ({days_of(each.swing)})" for each in moving[1:3]]
        told.append(f"After that {'come' if len(rest) > 1 else 'comes'} {listing(rest)}.")
    return told


def _promise_words(change: Change, forecast: Forecast) -> list[str]:
    told = [str(each) for each in suppositions_faults(change, SUPPOSED[2:])]
    start = forecast.programme.start
    day = promised(change, start)
    if day is not None:
        told.append(f"You promised it by {spoken(start, day)}: {forecast.chance(day)} are done.")
    return told


# -------------------------------------------------------------------- pictures


def draw(change: Change, start: dt.date | None = None, *, seed: int = 1) -> Picture:
    """Draw the steps in time, their ranges and the longest way through.

    Examples
    --------
    >>> draw(Change.blank()).title
    'Your timeline starts with two steps'
    """
    from . import approvals_picture

    return approvals_picture.draw(change, start, seed=seed)


def draw_chance(
    change: Change, start: dt.date | None = None, by: dt.date | None = None, *, seed: int = 1
) -> Picture:
    """Draw the chance that everything is done, by date.

    Parameters
    ----------
    change, start, seed
        As in `simulate`.
    by : datetime.date, optional
        A date to mark. Without it the day that was promised, if the reader has put one in.

    Examples
    --------
    >>> draw_chance(Change.blank()).id
    'approvals-chance'
    """
    from . import approvals_picture

    return approvals_picture.draw_chance(change, start, by, seed=seed)


def draw_drivers(change: Change, *, seed: int = 1) -> Picture:
    """Draw which steps drive delay, as bars.

    Examples
    --------
    >>> draw_drivers(Change.blank()).id
    'approvals-drivers'
    """
    from . import approvals_picture

    return approvals_picture.draw_drivers(change, seed=seed)
