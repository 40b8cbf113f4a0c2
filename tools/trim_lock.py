"""Keep `package-lock.json` to names, versions and hashes."""

from __future__ import annotations

import json
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "package-lock.json"


def trim(lock: dict[str, object]) -> dict[str, object]:
    """Give the lock without addresses of funding pages and of registries."""
    packages: dict[str, dict[str, object]] = lock["packages"]  # type: ignore[assignment]
    for package in packages.values():
        package.pop("funding", None)
        package.pop("resolved", None)
    return lock


if __name__ == "__main__":
    LOCK.write_text(json.dumps(trim(json.loads(LOCK.read_text("utf-8"))), indent=2) + "\n", "utf-8")
