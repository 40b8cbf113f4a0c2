"""Every example in a docstring runs, and every public function has a docstring."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest
import system_leadership

# Needs JupyterLab's packages, which live in an environment of their own.
NOT_HERE = {"system_leadership.forms.lab"}
EXTENSIONS = (
    "chapter",
    "evidence.record",
    "exercise.notebooks",
    "live",
    "printed",
    "printed.markup",
)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(system_leadership.__path__, "system_leadership.")
    if module.name not in NOT_HERE
)


@pytest.mark.parametrize("name", ["system_leadership", *MODULES, *EXTENSIONS])
def test_examples_in_docstrings_run(name: str) -> None:
    """What a docstring shows is what a reader gets."""
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    outcome = doctest.testmod(importlib.import_module(name), optionflags=flags)
    assert outcome.failed == 0, f"{outcome.failed} of {outcome.attempted} examples in {name}"


def test_an_example_that_is_wrong_is_noticed() -> None:
    """The check above can fail."""
    module = ModuleType("wrong", ">>> 1 + 1\n3\n")
    assert doctest.testmod(module, report=False, verbose=False).failed == 1


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_explained(name: str) -> None:
    """A maintainer can use a function without reading its code."""
    module = importlib.import_module(name)
    assert module.__doc__
    for public in getattr(module, "__all__", ()):
        thing = getattr(module, public)
        if inspect.isfunction(thing) or inspect.isclass(thing):
            assert inspect.getdoc(thing), f"{name}.{public} has no docstring"


@pytest.mark.parametrize("name", ["change", "faults", *sorted(system_leadership._MODULES)])
def test_public_functions_show_an_example(name: str) -> None:
    """What the reference page documents, it shows in use."""
    module = importlib.import_module(f"system_leadership.{name}")
    bare = [
        public
        for public in module.__all__
        if inspect.isfunction(getattr(module, public))
        and ">>>" not in (inspect.getdoc(getattr(module, public)) or "")
    ]
    assert bare == []
