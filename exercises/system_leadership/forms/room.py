"""A room: the change files of a workshop, opened together, pooled, and kept nowhere."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import attrs

from .. import workshop
from ..change import Change
from ..faults import ChangeFileError, Fault
from ..files import ChangeFileWarning
from ..words import counted
from .parts import Words

if TYPE_CHECKING:
    from ..pictures import Picture
    from ..workshop import Pool

__all__ = ["OWN", "Room", "Taken"]

OWN = "own"
"""The key of the reader's own change, which follows their forms."""


@attrs.define
class Taken:
    """One file of the room.

    Attributes
    ----------
    name : str
        Its name, for the facilitator alone: it may be a person's.
    change : Change or None
        What is pooled of it; None when it could not be read.
    faults : list of Fault
        Why it could not be read.
    mark : bytes
        Tells it from other files: exact copies have the same.
    """

    name: str
    change: Change | None
    faults: list[Fault] = attrs.field(factory=list)
    mark: bytes = b""

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it to pool."""
        it = self.change
        return it is not None and not (it.organisations or it.people or it.stances or it.barriers)


class Room:
    """The change files of a workshop, and what follows from them together.

    Parameters
    ----------
    follow : callable
        Puts something on the desk that is made again when the reader's change is; gives a
        function that makes it again.
    own : callable
        Gives the reader's own change as it stands.
    """

    def __init__(
        self,
        follow: Callable[[Callable[[Change], Any]], Callable[[], None]],
        own: Callable[[], Change],
    ) -> None:
        self._follow = follow
        self._own = own
        self._files: dict[str, Taken] = {}
        self._again: list[Callable[[], None]] = []
        self._pool: Pool | None = None

    def __repr__(self) -> str:
        return f"<Room: {self.pool}>"

    def __str__(self) -> str:
        return f"Change files of a workshop: {counted(len(self._files), 'file')}"

    # --------------------------------------------------------------- for notebooks

    @property
    def pool(self) -> Pool:
        """What the files say together."""
        if self._pool is None or OWN in self._files:
            self._pool = self._pooled()
        return self._pool

    def show(self, draw: Callable[[Pool], Picture]) -> None:
        """Show a picture of the pool that follows the files.

        Parameters
        ----------
        draw : callable
            Takes the pool and gives a picture, such as ``workshop.draw``.
        """
        self._again.append(self._follow(lambda change: draw(self.pool)))

    def tell(self, explain: Callable[[Pool], Iterable[str]]) -> None:
        """Say in words what follows from the pool, again whenever the files change.

        Parameters
        ----------
        explain : callable
            Takes the pool and gives sentences, such as ``workshop.explain``.
        """
        self._again.append(self._follow(lambda change: Words.of(explain, explain(self.pool))))

    # -------------------------------------------------------------------- for hosts

    def take(self, key: str, name: str, content: bytes) -> None:
        """Read a file; one that cannot be read stays in the list with its faults."""
        try:
            with warnings.catch_warnings():
                # What is odd in somebody else's workbook is for its owner to look at.
                warnings.simplefilter("ignore", ChangeFileWarning)
                taken = Taken(name, workshop.read(content, name))
        except ChangeFileError as error:
            taken = Taken(name, None, list(error.faults))
        taken.mark = hashlib.sha256(content).digest()
        self._files[key] = taken

    def refuse(self, key: str, name: str, why: str) -> None:
        """Put a file in the list that could not even be opened."""
        self._files[key] = Taken(name, None, [Fault(right=why)])

    def take_own(self) -> None:
        """Take the reader's own change; it stays in step with their forms."""
        self._files[OWN] = Taken("Your own change", self._own())

    def take_example(self, name: str) -> None:
        """Take the change files of a workshop that ship with the handbook."""
        from .. import examples

        for number, change in enumerate(examples.load_all(name), 1):
            self._files[f"example-{number}"] = Taken(f"Participant {number}", change)

    def drop(self, keys: Iterable[str] | None = None) -> None:
        """Let go of these files, or of all."""
        for key in list(self._files) if keys is None else keys:
            self._files.pop(key, None)

    def files(self) -> list[dict[str, Any]]:
        """Say of each file what became of it.

        Returns
        -------
        list of dict
            ``key``, ``name``, ``faults`` and ``state``: "taken", "empty" (nothing in it to pool),
            "copy" (the same as a file before it) or "refused".
        """
        told = []
        seen: set[bytes] = set()
        for key, taken in self._files.items():
            state = "taken"
            faults = taken.faults
            if taken.change is None:
                state = "refused"
            elif self._now(key, taken).empty:
                faults = taken.change.faults()
                state = "refused" if faults else "empty"
            elif taken.mark and taken.mark in seen:
                state = "copy"
            else:
                seen.add(taken.mark)
            faults = [attrs.evolve(fault, file="") for fault in faults]
            words = [str(fault) for fault in faults] if state == "refused" else []
            told.append({"key": key, "name": taken.name, "state": state, "faults": words})
        return told

    def changes(self) -> list[tuple[str, Change]]:
        """Give the changes that count, with their names."""
        taken = {each["key"] for each in self.files() if each["state"] == "taken"}
        return [
            (each.name, self._now(key, each).change or Change.blank())
            for key, each in self._files.items()
            if key in taken
        ]

    def static(self) -> dict[str, Any]:
        """Give the room for the book: who the participants are, by what each says of themselves."""
        rows = []
        for name, change in self.changes():
            person = next((row for row in change.people if row.name == change.you), None)
            rows.append(
                {
                    "name": name,
                    "profession": person.profession if person else "",
                    "organisation": person.organisation if person else change.you,
                    "organisations": len(change.organisations),
                }
            )
        return {"kind": "room", "title": "Change files of a workshop", "files": rows}

    def follow_files(self) -> None:
        """Make pictures and words again, because the files have changed."""
        self._pool = None
        for again in self._again:
            again()

    # ------------------------------------------------------------------------ inside

    def _now(self, key: str, taken: Taken) -> Taken:
        return Taken(taken.name, self._own()) if key == OWN else taken

    def _pooled(self) -> Pool:
        told = self.files()
        counts = {
            state: sum(each["state"] == state for each in told) for state in ("empty", "copy")
        }
        refused = [
            workshop.Skipped(each["name"], tuple(self._files[each["key"]].faults))
            for each in told
            if each["state"] == "refused"
        ]
        made = workshop.pool([change for _, change in self.changes()])
        return attrs.evolve(
            made, empty=counts["empty"], repeated=counts["copy"], skipped=tuple(refused)
        )
