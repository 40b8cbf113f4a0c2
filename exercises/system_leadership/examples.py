"""The change files that ship with the handbook.

Some stand in a folder of their own, such as the files of a workshop: those are read together.

In an installed package they are data in `system_leadership/changes`. In a checkout of the project
they stand next to the package, in `exercises/changes`, where their authors edit them.
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from .change import Change
from .files import _loads
from .names import nearest

__all__ = ["load", "load_all", "names", "text"]


def _folder() -> Traversable:
    inside = resources.files(__package__) / "changes"
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parent.parent / "changes"


def names() -> list[str]:
    """List the examples by name.

    Examples
    --------
    >>> "stroke-london" in names()
    True
    """
    folder = _folder()
    if not folder.is_dir():
        return []
    files = [each.name for each in folder.iterdir()]
    return sorted(name.removesuffix(".yml") for name in files if name.endswith(".yml"))


def text(name: str) -> str:
    """Give the text of an example, comments and all.

    Raises
    ------
    KeyError
        If no example has that name; the message lists those that do.

    Examples
    --------
    >>> text("stroke-london").splitlines()[0].startswith("#")
    True
    """
    known = names()
    if name not in known:
        near = nearest(name, known)
        hint = f" Did you mean {near!r}?" if near else ""
        raise KeyError(f"There is no example {name!r}.{hint} There are: {', '.join(known)}.")
    return (_folder() / f"{name}.yml").read_text(encoding="utf-8")


def load(name: str) -> Change:
    """Load an example.

    Raises
    ------
    KeyError
        If no example has that name.
    ChangeFileError
        If it has faults. Those that ship have none: a test sees to it.

    Examples
    --------
    >>> load("stroke-london").find("nhs london")
    'NHS London'
    """
    return _loads(text(name).encode(), f"{name}.yml", strict=True)


def load_all(folder: str) -> list[Change]:
    """Load every example in a folder, such as the files of a workshop's participants.

    Parameters
    ----------
    folder : str
        Its name, such as "workshop".

    Returns
    -------
    list of Change
        In the order of the files' names.

    Raises
    ------
    KeyError
        If there is no such folder; the message lists those there are.
    ChangeFileError
        If one of the files has faults. Those that ship have none: a test sees to it.

    Examples
    --------
    >>> room = load_all("workshop")
    >>> len(room), room[0].title
    (10, 'Fictional: one team brings people home from hospital')
    """
    known = sorted(each.name for each in _folder().iterdir() if each.is_dir())
    if folder not in known:
        near = nearest(folder, known)
        hint = f" Did you mean {near!r}?" if near else ""
        raise KeyError(
            f"There is no folder of examples {folder!r}.{hint} There are: {', '.join(known)}."
        )
    files = [each for each in (_folder() / folder).iterdir() if each.name.endswith(".yml")]
    return [
        _loads(each.read_bytes(), each.name, strict=True)
        for each in sorted(files, key=lambda each: each.name)
    ]
