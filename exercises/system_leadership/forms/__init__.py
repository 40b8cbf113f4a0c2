"""Forms to fill in and pictures that follow, the same in the book, in its pages and in JupyterLab.

A notebook opens a `Desk` and puts things on it::

    from system_leadership import forms, system_map
    desk = forms.open(example="stroke-london")
    desk.edit("organisations")
    desk.show(system_map.draw)

What happens depends on where the notebook runs (`hosts`): the book shows the worked example, the
page runs on the reader's own change, JupyterLab works on ``my-change.yml``.
"""

from __future__ import annotations

from .desk import Desk
from .hosts import MIME_TYPE, choose, open_desk

__all__ = ["MIME_TYPE", "Desk", "open"]


def open(example: str | None = None) -> Desk:
    """Open the change that this notebook works on.

    Parameters
    ----------
    example : str, optional
        Name of a change file that ships with the handbook, such as "stroke-london". The book
        shows it; JupyterLab starts from it until there is a ``my-change.yml``. A reader in the
        page gets their own change, blank at first. The environment variable
        SYSTEM_LEADERSHIP_CHANGE names a file to use in place of the example.

    Returns
    -------
    Desk
        With `Desk.edit`, `Desk.show`, `Desk.tell`, `Desk.reflect` and what else is on a desk.

    Raises
    ------
    KeyError
        If no example has that name.
    ChangeFileError
        If SYSTEM_LEADERSHIP_CHANGE names a file that cannot be read.

    Examples
    --------
    >>> desk = open()
    >>> desk.edit("organisations")
    Organisations: 0 rows
    """
    return open_desk(choose(), example)
