"""Keep the locks of npm packages to names, versions and hashes."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / "package-lock.json", ROOT / "tools" / "lighthouse" / "package-lock.json")


def trim(lock: dict[str, object]) -> dict[str, object]:
    """Give the lock without addresses of funding pages and of registries."""
    packages: dict[str, dict[str, object]] = lock["packages"]  # type: ignore[assignment]
    for package in packages.values():
        package.pop("funding", None)
        package.pop("resolved", None)
    return lock


if __name__ == "__main__":
    for path in LOCKS:
        trimmed = json.dumps(trim(json.loads(path.read_text("utf-8"))), indent=2)
        path.write_text(trimmed + "\n", "utf-8")
