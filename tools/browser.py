"""Find a browser for the tests, or try to install one, or say how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HOW = """
No Chromium or Chrome was found, and none could be installed.
The tests open the book in a real browser. Install one of them:

  Debian, Ubuntu   sudo apt-get install chromium
  Fedora           sudo dnf install chromium
  macOS            brew install --cask google-chrome
  Windows          winget install Google.Chrome

or name one that you have:  CHROMIUM=/path/to/chrome make test
"""


def find() -> str | None:
    """Give the path of a Chromium or Chrome, or None.

    The environment variable CHROMIUM, where set, comes first.
    """
    named = os.environ.get("CHROMIUM")
    for name in (named, *NAMES) if named else NAMES:
        if path := shutil.which(name):
            return path
    return _playwrights_own()


def _playwrights_own() -> str | None:
    """Give the browser that playwright has downloaded for itself, if it has."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def main() -> int:
    """Say which browser the tests will use."""
    path = find()
    if path is None:
        print("== No browser found; asking playwright for one …", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        path = find()
    if path is None:
        print(HOW, file=sys.stderr)
        return 1
    print(f"== The tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
