"""Python's standard library and our wheels, with what a start imports as byte code.

A page that starts an exercise would otherwise have Python parse some 200 modules each time: more
than half of the start. Byte code belongs to one release of Python, so Pyodide itself makes it, in
Node (``tools/precompile.mjs``). Modules that no exercise imports when it starts stay source, which
is half as large.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = ["NotCompiledError", "compile_used", "node"]

SCRIPT = Path(__file__).with_name("precompile.mjs")
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")


class NotCompiledError(RuntimeError):
    """The byte code could not be made; the message says what to do."""


def node() -> str | None:
    """Give the program Node: this machine's, or that which comes as a Python package."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("node", path=os.pathsep.join([os.environ.get("PATH", ""), beside]))


def compile_used(
    archives: Mapping[str, bytes], cells: Iterable[Iterable[str]], root: Path, cache: Path
) -> dict[str, bytes]:
    """Give archives in which the modules that exercises import are byte code.

    Parameters
    ----------
    archives : mapping
        The name of ``python_stdlib.zip`` and of each wheel, with its bytes.
    cells : iterable
        For each exercise, the sources of its cells in order.
    root, cache : Path
        The project, and where what was made is kept as long as nothing of this changes.

    Returns
    -------
    dict
        The same names with their new bytes.

    Raises
    ------
    NotCompiledError
        If there is no Node, or an exercise does not run in it.
    """
    pyodide = root / "node_modules" / "pyodide"
    sources = [list(each) for each in cells]
    digest = hashlib.sha256(json.dumps(sources).encode())
    for path in (SCRIPT, *(pyodide / name for name in PYODIDE)):
        digest.update(path.read_bytes())
    for name, data in sorted(archives.items()):
        digest.update(f"{name} {len(data)} ".encode() + data)
    kept = cache / f"compiled-{digest.hexdigest()[:16]}"
    if not kept.exists():
        for old in cache.glob("compiled-*"):
            shutil.rmtree(old, ignore_errors=True)
        _make(archives, sources, pyodide, kept)
    return {name: (kept / name).read_bytes() for name in archives}


def _make(
    archives: Mapping[str, bytes], sources: list[list[str]], pyodide: Path, target: Path
) -> None:
    program = node()
    if program is None:
        raise NotCompiledError(
            "There is no Node, which compiles Python for the exercises. `make book` brings one "
            "where this machine has none."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        work = Path(folder)
        (work / "in").mkdir()
        for name, data in archives.items():
            (work / "in" / name).write_bytes(data)
        (work / "cells.json").write_text(json.dumps(sources), encoding="utf-8")
        done = subprocess.run(
            [program, str(SCRIPT), str(pyodide), str(work)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NotCompiledError(
                f"Python for the exercises could not be compiled:\n{done.stderr.strip()[-2000:]}"
            )
        # All or nothing: an unfinished folder would be taken for a finished one.
        (work / "out").rename(target)
