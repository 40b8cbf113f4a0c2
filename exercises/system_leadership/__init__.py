"""System leadership, worked through: the model and the methods behind the exercises.

The starting point is the `Change`, which holds everything a reader enters::

    from system_leadership import Change, system_map
    change = Change.example("stroke-london")
    for sentence in system_map.explain(change):
        print(sentence)

Modules other than `change` are imported when they are first used, so that importing the package
stays quick in a browser.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .change import (
    TABLES,
    Barrier,
    Change,
    Claim,
    Commitment,
    Fault,
    Idea,
    Interest,
    Involvement,
    Learning,
    Organisation,
    Person,
    Reading,
    Reflection,
    Rule,
    Stance,
    Step,
    Supposed,
    Tension,
    Tie,
)
from .faults import ChangeFileError

if TYPE_CHECKING:
    from . import (
        approvals,
        barriers,
        coalition,
        evidence_base,
        examples,
        files,
        forms,
        interests,
        involvement,
        learning,
        ownership,
        patience,
        pictures,
        plan,
        polarity,
        reflection,
        stability,
        system_map,
        workshop,
    )

__version__ = "0.2.0"

__all__ = [
    "TABLES",
    "Barrier",
    "Change",
    "ChangeFileError",
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
    "Rule",
    "Stance",
    "Step",
    "Supposed",
    "Tension",
    "Tie",
    "approvals",
    "barriers",
    "coalition",
    "evidence_base",
    "examples",
    "files",
    "forms",
    "interests",
    "involvement",
    "learning",
    "ownership",
    "patience",
    "pictures",
    "plan",
    "polarity",
    "reflection",
    "stability",
    "system_map",
    "workshop",
]

# Modules are written small, classes with a capital and the tables in capitals.
_MODULES = frozenset(name for name in __all__ if name.islower())


def __getattr__(name: str) -> Any:
    """Import a module of the package when it is first asked for."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
