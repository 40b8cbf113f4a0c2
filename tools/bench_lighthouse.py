"""Score three pages with Lighthouse, as Google's mobile preset does: slow network, slow processor.

Lighthouse is locked in ``tools/lighthouse`` and installed below ``_cache`` by the first bench that
asks for it, and by nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools import browser
from tools.bench_common import CHAPTER, EXERCISE, FRONT, QUIET, ROOT

LOCKED = ROOT / "tools" / "lighthouse"
CACHE = ROOT / "_cache" / "lighthouse"
FILES = ("package.json", "package-lock.json")
PAGES = {"front page": FRONT, "chapter": CHAPTER, "exercise": EXERCISE}
REACH = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
COMMAND = Path("node_modules", "lighthouse", "cli", "index.js")


class NoLighthouseError(RuntimeError):
    """Lighthouse cannot run here; the message says why, in one line."""


def program(name: str) -> str:
    """Give the path of node or npm: this machine's, or the one that comes as a Python package."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        raise NoLighthouseError(f"{name} is not installed")
    return found


def install(cache: Path = CACHE) -> Path:
    """Give the folder that Lighthouse is installed in, after installing it if need be."""
    key = hashlib.sha256(b"".join((LOCKED / name).read_bytes() for name in FILES)).hexdigest()
    folder = cache / key[:16]
    if not (folder / "complete").exists():
        npm = program("npm")
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy2(LOCKED / name, folder / name)
        print("  installing Lighthouse, once …", flush=True)
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            last = [line for line in done.stderr.splitlines() if line.strip()][-1:]
            raise NoLighthouseError(f"npm could not install it ({''.join(last)[:150]})")
        (folder / "complete").touch()
    return folder


def scores(report: Mapping[str, Any]) -> dict[str, int]:
    """Give the scores of a report, 0 to 100."""
    return {name: round(100 * (each["score"] or 0)) for name, each in report["categories"].items()}


def faults(report: Mapping[str, Any]) -> list[str]:
    """Give the names of the checks that a page failed, of those that pass or fail."""
    return [
        name
        for name, audit in report["audits"].items()
        if audit.get("scoreDisplayMode") == "binary" and audit.get("score") == 0
    ]


def run(folder: Path, address: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Give Lighthouse's report on one page."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "report.json"
        done = subprocess.run(
            [
                program("node"), str(COMMAND), address, "--output=json", f"--output-path={out}",
                "--quiet", f"--chrome-flags={' '.join(['--headless', *QUIET])}",
            ],
            cwd=folder, capture_output=True, text=True, check=False,
            env={**environ, "CHROME_PATH": browser.find() or ""},
        )  # fmt: skip
        if done.returncode:
            raise NoLighthouseError(f"it stopped at {address}: {done.stderr.strip()[-200:]}")
        report: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return report


def measure(site: str, runs: int, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Score the front page, a chapter and an exercise; the median of some runs.

    Returns
    -------
    dict
        For each page its scores and what it failed; or ``missing`` with the reason.
    """
    try:
        folder = install()
        results: dict[str, Any] = {}
        for name, address in PAGES.items():
            reports = [run(folder, f"{site}/{address}.html", environ) for _ in range(runs)]
            every = [scores(report) for report in reports]
            results[name] = {
                kind: round(statistics.median(s[kind] for s in every)) for kind in REACH
            }
            results[name]["faults"] = sorted({fault for each in reports for fault in faults(each)})
            told = ", ".join(f"{kind} {results[name][kind]}" for kind in REACH)
            print(f"  {name}: {told}", flush=True)
    except NoLighthouseError as error:
        print(f"  Not measured: {error}.", flush=True)
        return {"missing": str(error)}
    return {**results, "runs": runs}
