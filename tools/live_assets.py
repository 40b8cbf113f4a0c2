"""Put together what an exercise needs to run in its page: Pyodide, wheels, Vega, forms.

``python -m tools.live_assets OUT_DIR`` fills ``OUT_DIR`` (the site's ``_static/live``):

``pyodide/``
    The core of Pyodide from the npm package, without its list of packages: ``worker.js`` gives it
    an empty one, so no start waits for that.
``wheels/``
    Our own wheel and the pure wheels of ``locks/live.txt``, checked against their hashes.

    In these and in Pyodide's standard library, what a start imports is byte code (`compiled`).
``vega/``
    Vega, Vega-Lite and Vega's interpreter of expressions, from npm.
``forms/``
    The forms, from the package.
``manifest.json``
    Every file with its size, plain and compressed, and a version made of all contents.

Files that are there already and the same are left alone, so a second run takes no time.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.compiled import compile_used

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "_cache" / "live"

PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
VEGA_FILES = ("vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js",
              "vega-interpreter/build/vega-interpreter.min.js")  # fmt: skip
PACKAGE = "exercises/system_leadership"
FORMS = f"{PACKAGE}/forms"
# A wheel is a zip; the same files must give the same bytes, so that browsers may keep them.
_LONG_AGO = (2020, 1, 1, 0, 0, 0)


def node_files(root: Path = ROOT) -> dict[str, Path]:
    """Give the files from npm packages: path below the output folder to the file itself.

    Raises
    ------
    FileNotFoundError
        If one is not there; the message says how to get it.
    """
    modules = root / "node_modules"
    wanted = {f"pyodide/{name}": modules / "pyodide" / name for name in PYODIDE_FILES}
    wanted |= {f"vega/{Path(name).name}": modules / name for name in VEGA_FILES}
    for path in wanted.values():
        if not path.exists():
            raise FileNotFoundError(f"{path} is not there. `npm ci` brings it.")
    return wanted


def form_files(root: Path = ROOT) -> dict[str, Path]:
    """Give the forms' modules and their style sheet."""
    folder = root / FORMS
    found = sorted([*folder.glob("*.js"), *folder.glob("*.css")])
    return {f"forms/{path.name}": path for path in found}


def own_wheel(root: Path = ROOT) -> tuple[str, bytes]:
    """Give the name and the bytes of the package's wheel.

    The wheel is written here rather than by the build backend: it takes milliseconds, needs
    nothing installed, and leaves out the change files, which a page does not read.
    """
    project = _project(root)
    name = project["name"].replace("-", "_")
    stem = f"{name}-{project['version']}"
    files: dict[str, bytes] = {}
    package = root / PACKAGE
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        # Forms are loaded by the page itself, and anywidgets belong to JupyterLab.
        wanted = path.suffix == ".py" and inside.as_posix() != "forms/lab.py"
        if path.is_file() and wanted and "__pycache__" not in path.parts:
            files[f"{package.name}/{inside.as_posix()}"] = path.read_bytes()
    files[f"{stem}.dist-info/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    ).encode()
    files[f"{stem}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: handbook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    return f"{stem}-py3-none-any.whl", _zip(files)


def _project(root: Path) -> dict[str, Any]:
    import tomllib

    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    return project


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def locked_wheels(root: Path = ROOT, cache: Path = CACHE) -> list[Path]:
    """Give the wheels of ``locks/live.txt``, from the cache or from the package index.

    Raises
    ------
    RuntimeError
        If they cannot be had; the message says what pip said.
    """
    lock = root / "locks" / "live.txt"
    key = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    folder = cache / key
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--require-hashes", "--no-deps", "--only-binary=:all:", "--platform=any",
            "--implementation=py", "--abi=none", f"--dest={folder}", f"--requirement={lock}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The wheels of {lock} could not be had:\n{done.stderr.strip()}")
        (folder / "complete").touch()
    return sorted(folder.glob("*.whl"))


def contents(root: Path = ROOT, cache: Path = CACHE) -> Iterator[tuple[str, bytes]]:
    """Give every file: its path below the output folder, and its bytes."""
    for name, path in (node_files(root) | form_files(root)).items():
        data = path.read_bytes()
        if path.suffix in (".js", ".mjs"):
            data = without_map(data)
        yield name, data
    name, wheel = own_wheel(root)
    yield f"wheels/{name}", wheel
    for path in locked_wheels(root, cache):
        yield f"wheels/{path.name}", path.read_bytes()


def without_map(script: bytes) -> bytes:
    """Take the mention of a source map off a script: the maps are not on the site.

    >>> without_map(b"run();\\n//# sourceMappingURL=run.js.map\\n")
    b'run();\\n'
    """
    body, mention, rest = script.rpartition(b"//# sourceMappingURL=")
    return body if mention and len(rest) < 200 and b"\n" not in rest.strip() else script


def assemble(out: Path, root: Path = ROOT, cache: Path = CACHE) -> dict[str, Any]:
    """Fill the folder and give the manifest.

    Parameters
    ----------
    out : Path
        The site's ``_static/live``.
    root, cache : Path
        The project, and where downloaded wheels and sizes are kept.

    Returns
    -------
    dict
        ``version``, ``files`` (path to bytes, packed, sha256), ``wheels`` (in the order to unpack),
        ``python`` (bytes that a start downloads in the worker), ``plain`` and ``packed`` (bytes
        of everything a start downloads, as they are and compressed).

    Raises
    ------
    FileNotFoundError, RuntimeError
        If something cannot be had or made; the message says what to do.
    """
    sizes = _Sizes(cache / "sizes.json")
    files: dict[str, dict[str, Any]] = {}
    plain = dict(contents(root, cache))
    for name, data in (plain | _compiled(plain, cells_in(out), root, cache)).items():
        digest = hashlib.sha256(data).hexdigest()
        files[name] = {"bytes": len(data), "packed": sizes.packed(digest, data), "sha256": digest}
        _write(out / name, data)
    sizes.save()
    for folder in ("pyodide", "wheels", "vega", "forms"):
        for path in (out / folder).iterdir():
            if path.is_file() and f"{folder}/{path.name}" not in files:
                path.unlink()  # from an earlier release
    python = ("pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip")
    wheels = [name for name in files if name.startswith("wheels/")]
    whole = json.dumps({name: file["sha256"] for name, file in files.items()}, sort_keys=True)
    manifest = {
        "version": hashlib.sha256(whole.encode()).hexdigest()[:16],
        "wheels": wheels,
        "python": sum(files[name]["bytes"] for name in (*python, *wheels)),
        "plain": sum(file["bytes"] for file in files.values()),
        "packed": sum(file["packed"] for file in files.values()),
        "files": files,
    }
    _write(out / "manifest.json", json.dumps(manifest, indent=1).encode())
    return manifest


def cells_in(out: Path) -> list[list[str]]:
    """Give the cells of each exercise as the pages have them, none before pages are built."""
    found = sorted((out / "cells").glob("*.json"))
    told = [json.loads(path.read_text(encoding="utf-8"))["cells"] for path in found]
    return [[cell["source"] for cell in cells] for cells in told]


def _compiled(
    files: dict[str, bytes], cells: list[list[str]], root: Path, cache: Path
) -> dict[str, bytes]:
    """Give the archives of Python modules among some files, with what a start imports compiled."""
    archives = {
        Path(name).name: name for name in files if name.endswith((".whl", "python_stdlib.zip"))
    }
    made = compile_used(
        {short: files[name] for short, name in archives.items()}, cells, root, cache
    )
    return {archives[short]: data for short, data in made.items()}


def place_service_worker(site: Path) -> None:
    """Copy the service worker to the root of the site: it sees only what lies below its address."""
    _write(site / "offline.js", (site / "_static/live/offline-worker.js").read_bytes())


class _Sizes:
    """How large each content is compressed; working it out takes a second, so it is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        self.used: dict[str, int] = {}

    def packed(self, digest: str, data: bytes) -> int:
        size = self.known.get(digest) or len(gzip.compress(data, 6))
        self.used[digest] = size
        return size

    def save(self) -> None:
        if self.used != self.known:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(self.used))


def _write(path: Path, data: bytes) -> None:
    if path.exists() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main(arguments: list[str] | None = None) -> int:
    """Fill the folder that is named and say what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    try:
        manifest = assemble(options.out)
    except (FileNotFoundError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{len(manifest['files'])} files in {options.out}: {manifest['plain'] / 1e6:.1f} MB, "
        f"{manifest['packed'] / 1e6:.1f} MB compressed"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
