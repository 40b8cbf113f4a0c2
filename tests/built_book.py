"""Where the built book is, which pages it has, and whether it can be looked at.

The tests look at ``_build/html``, as ``make book`` leaves it. The environment variable
HANDBOOK_BUILT names another folder to look at instead.
"""

from __future__ import annotations

import os
from pathlib import Path

from tools import stamp

ROOT = Path(__file__).resolve().parents[1]
BUILT = Path(os.environ.get("HANDBOOK_BUILT", ROOT / "_build" / "html"))
# Sends readers who open the folder on to the front page; a page in nobody's sense.
REDIRECT = "index.html"


def page_addresses(built: Path) -> list[str]:
    """Give the address of every built page, from the site's root."""
    found = (file.relative_to(built) for file in sorted(built.rglob("*.html")))
    return [
        address.as_posix()
        for address in found
        if address.as_posix() != REDIRECT
        and not address.parts[0].startswith("_")
        # The JupyterLite copy is a program of its own, not a page of the book.
        and address.parts[0] != "lite"
    ]


def fault_of(built: Path) -> str | None:
    """Say why the tests cannot look at this build, or give None."""
    front = built / REDIRECT
    if not front.exists():
        return f"There is no built book in {built}. Run `make book` first."
    if "HANDBOOK_BUILT" in os.environ:
        return None
    if not stamp.is_current(built, stamp.take(ROOT, built, printed=True)):
        return f"{built} is not what the sources give now. Run `make book` first."
    return None
