"""Match names the way people do: case, spaces, accents and dashes do not matter."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["fold", "nearest"]

_NOT_A_WORD = re.compile(r"[\s\-‐-―_’'‘]+")


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """Give the form of a name that is compared: no case, accents or extra spaces.

    Parameters
    ----------
    name : str
        A name as somebody typed it.

    Returns
    -------
    str
        Two names that readers would call the same give the same text. A name of nothing but
        spaces gives an empty text.

    Examples
    --------
    >>> fold("  Société  du Cœur ") == fold("societe du cœur")
    True
    >>> fold("St Mary’s - Praed") == fold("St Mary's Praed")
    True
    """
    apart = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    # A name made only of accents or dashes is still somebody's name: keep it apart from "".
    folded = _NOT_A_WORD.sub(" ", bare.casefold()).strip()
    return folded or name.strip()


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that is most like the one given.

    Parameters
    ----------
    name : str
        The name nobody has.
    known : iterable of str
        The names that exist.

    Returns
    -------
    str or None
        The nearest known name as it is written, or None when none is near.

    Notes
    -----
    Ratcliff and Obershelp's ratio, as in :mod:`difflib`, at least 0.6 of 1. A known name that
    starts with the one given, or holds it as a word, counts as near too.

    Examples
    --------
    >>> nearest("Acute trsut", ["Acute trust", "City council"])
    'Acute trust'
    >>> nearest("Council", ["Acute trust", "City council"])
    'City council'
    >>> nearest("Zoo", ["Acute trust", "City council"]) is None
    True
    """
    by_folded = {fold(each): each for each in known if each.strip()}
    wanted = fold(name)
    if not wanted:
        return None
    close = difflib.get_close_matches(wanted, by_folded, n=1, cutoff=0.6)
    if close:
        return by_folded[close[0]]
    if len(wanted) >= 3:
        for folded, written in by_folded.items():
            if folded.startswith(wanted) or f" {wanted} " in f" {folded} ":
                return written
    return None
