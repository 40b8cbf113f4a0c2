"""Put together the JupyterLite copy of the exercises, for readers who want to change their code.

``python -m tools.lite SITE`` fills ``SITE/lite`` beside the built pages. It needs nothing from
another host once it is there:

``lab/``, ``build/``, ``extensions/``
    JupyterLab with the Pyodide kernel and the widgets, made by ``jupyter lite build`` with the
    settings in ``exercises/lite``, less what no reader of ours asks for.
``wheels/``, ``pyodide-lock.json``
    Our package with its forms and change files, and the pure wheels of ``locks/kernel.txt``. The
    lock lists them all, so the kernel loads them at its start and no notebook needs to install.
``files/``, ``api/contents/``
    The exercises as notebooks, and the list of them.

Pyodide itself is the one that the pages use, in ``SITE/_static/live/pyodide``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.live_assets import PACKAGE, own_wheel
from tools.stamp import files_under, fingerprint, keep_newest, listing

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "_cache" / "lite"
SETTINGS = "exercises/lite"
LOCKS = ("locks/lite.txt", "locks/kernel.txt")
# What the copy is made of, besides the notebooks. The last names Pyodide's version.
INPUTS = (*LOCKS, SETTINGS, PACKAGE, "exercises/changes", "tools/lite.py", "tools/live_assets.py",
          "package-lock.json")  # fmt: skip
# For how many locks, this one and those before, the program and the wheels stay in the cache.
LOCKS_KEPT = 2
# Says what the copy was made of and what it left.
MADE = "made.json"

KERNEL = "@jupyterlite/pyodide-kernel-extension"
# Locked because ipywidgets asks for them, but they are what a browser gets as `extensions/`.
FRONT_ENDS = {"jupyterlab-widgets", "widgetsnbextension"}
# What to leave out of a wheel: jedi completes what a reader types, and nine tenths of it describe
# packages that are not here.
NEEDLESS = {"jedi": ("jedi/third_party/django-stubs/", "jedi/third_party/typeshed/stubs/")}
# Fonts in kinds for browsers of ten years ago, papers for people who build JupyterLite, and lists
# of settings one by one that also stand in one file.
DISPENSABLE = (
    "build/*.eot", "build/*.svg", "build/*.ttf", "doc", "jupyterlite.schema.v0.json",
    "bootstrap.js", "lab/favicon.ico", "package.json", "*/package.json", "rspack.config*.js",
    "build/schemas/@*", "manifest.webmanifest", "icon-*.png",
)  # fmt: skip
_LONG_AGO = (2020, 1, 1, 0, 0, 0)

_NOTE = re.compile(r"^\*This notebook is an exercise of the handbook .*\*$", re.M)
NOTE = (
    "*This notebook is an exercise of the handbook “Comfortable with chaos”. It runs in this "
    "browser: there is nothing to install, and nothing that you type is sent anywhere. "
    "Choose Run, then Run All Cells. Your work is kept in `my-change.yml`, in this browser, "
    "apart from what you typed in the handbook's own pages. To have it on your own disk, find "
    "it in the list of files on the left, and choose Download from its menu.*\n\n"
    "*If you have changed this notebook and want it as it was, delete it from the list of files "
    "and open it again. This is version {version}.*"
)
# Where a browser lets no service worker run, the kernel cannot see the files.
WARNING = """\
# This cell stands only in this copy. It says so if this browser cannot keep your work.
from pathlib import Path
if not list(Path.cwd().glob("*.ipynb")):  # the kernel does not see even this notebook
    print("This browser does not let the notebook keep files, as in some private windows.")
    print("You can work, but what you type is gone when you close this tab.")
    print("Before that, run print(Path('my-change.yml').read_text()) and copy what it shows.")"""

# JupyterLab's page speaks of itself; a reader comes for the exercises. Each must be found.
LAB_PAGE = {
    "<html>": '<html lang="en-GB">',
    "<title>JupyterLite</title>": "<title>Exercises as notebooks: Comfortable with chaos</title>"
    '<link rel="icon" href="../../_static/icon.svg" type="image/svg+xml">',
    '<link rel="manifest" href="../manifest.webmanifest">': "",
    "WASM powered Jupyter running in the browser.": "The handbook's exercises as notebooks, in "
    "this browser: see and change the code behind them.",
    "Loading JupyterLite...": "Starting the notebook. The first time it fetches about 14 MB …",
    "JupyterLite requires JavaScript to be enabled in your browser.": "The notebooks need scripts. "
    "The handbook's worksheets do without.",
}


class NoLiteError(RuntimeError):
    """The copy cannot be made here; the message says why."""


@dataclass(frozen=True)
class Copy:
    """A JupyterLite copy on disk.

    Attributes
    ----------
    files, size : int
        How many files, and their bytes.
    fresh : bool
        Whether it was made now; otherwise it was there already.
    """

    files: int
    size: int
    fresh: bool


def lite_python(root: Path = ROOT) -> Path | None:
    """Give the Python that has JupyterLite's tools, or None.

    The environment variable LITE_PYTHON, where set, names another than ``.venv-lite``.
    """
    for name in (os.environ.get("LITE_PYTHON"), root / ".venv-lite" / "bin" / "python",
                 root / ".venv-lite" / "Scripts" / "python.exe"):  # fmt: skip
        if name and Path(name).exists():
            return Path(name)
    return None


# ---------------------------------------------------------------------------- what it is made of


def program(python: Path, root: Path = ROOT, cache: Path = CACHE) -> Path:
    """Give JupyterLab with the kernel and the widgets, ready to copy; made once for each lock.

    Raises
    ------
    NoLiteError
        If ``jupyter lite build`` fails; the message holds what it said.
    """
    folder = cache / ("program-" + fingerprint(root, (*LOCKS, SETTINGS, "tools/lite.py")))
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        run(
            [
                str(python), "-m", "jupyterlite_core", "build", f"--lite-dir={root / SETTINGS}",
                f"--output-dir={folder / 'lite'}",
                f"--LiteBuildConfig.cache_dir={folder / 'cache'}",
            ],
            folder,
        )  # fmt: skip
        for pattern in DISPENSABLE:
            for path in list((folder / "lite").glob(pattern)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        (folder / "complete").touch()
        keep_newest(cache.glob("program-*"), LOCKS_KEPT)
    return folder / "lite"


def run(command: list[str], folder: Path) -> None:
    """Run a command, and give what it said if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = f"{done.stdout.strip()}\n{done.stderr.strip()}".strip()
        raise NoLiteError(f"{' '.join(command)} failed:\n{said[-3000:]}")


def locked_wheels(python: Path, root: Path = ROOT, cache: Path = CACHE) -> list[Path]:
    """Give the wheels of ``locks/kernel.txt`` that the kernel loads, kept once they are had."""
    lock = root / "locks" / "kernel.txt"
    folder = cache / ("wheels-" + fingerprint(root, ("locks/kernel.txt", "tools/lite.py")))
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(
            [
                str(python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                "--require-hashes", "--no-deps", "--only-binary=:all:", "--platform=any",
                "--implementation=py", "--abi=none", "--python-version=3.14", f"--dest={folder}",
                f"--requirement={lock}",
            ],
            folder,
        )  # fmt: skip
        for path in folder.glob("*.whl"):
            if needless := NEEDLESS.get(named(path.name)[0]):
                path.write_bytes(without(path.read_bytes(), needless))
        (folder / "complete").touch()
        keep_newest(cache.glob("wheels-*"), LOCKS_KEPT)
    return [path for path in sorted(folder.glob("*.whl")) if named(path.name)[0] not in FRONT_ENDS]


def named(wheel: str) -> tuple[str, str]:
    """Give the name, as locks spell it, and the version of a wheel.

    >>> named("ruamel_yaml-0.19.1-py3-none-any.whl")
    ('ruamel-yaml', '0.19.1')
    """
    name, version, *_ = wheel.split("-")
    return re.sub(r"[-_.]+", "-", name).lower(), version


def package_wheel(root: Path = ROOT) -> tuple[str, bytes]:
    """Give the package's wheel with the forms for JupyterLab and the change files in it."""
    name, wheel = own_wheel(root)
    buffer = io.BytesIO(wheel)
    package = root / PACKAGE
    extra = [path for path in files_under(package, ("forms",)) if path.suffix in (".js", ".css")]
    wanted = {f"{package.name}/{path.relative_to(package).as_posix()}": path
              for path in (*extra, package / "forms" / "lab.py")}  # fmt: skip
    changes = root / "exercises" / "changes"
    for path in files_under(changes, (".",)):
        wanted[f"{package.name}/changes/{path.relative_to(changes).as_posix()}"] = path
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for inside, path in sorted(wanted.items()):
            entry = zipfile.ZipInfo(inside, _LONG_AGO)
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return name, buffer.getvalue()


def without(wheel: bytes, folders: tuple[str, ...]) -> bytes:
    """Give a wheel without some of its folders.

    Parameters
    ----------
    wheel : bytes
        The wheel as its authors made it.
    folders : tuple of str
        What the names to leave out begin with.
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(wheel)) as whole,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as part,
    ):
        for name in whole.namelist():
            data = whole.read(name)
            if name.endswith(".dist-info/RECORD"):
                lines = data.decode().splitlines(keepends=True)
                data = "".join(line for line in lines if not line.startswith(folders)).encode()
            if not name.startswith(folders):
                entry = zipfile.ZipInfo(name, _LONG_AGO)
                part.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def kernel_that_keeps_nulls(wheel: bytes, module: str) -> bytes:
    """Give the Pyodide kernel's wheel with ``exercises/lite/nulls.py`` among its patches.

    Parameters
    ----------
    wheel : bytes
        The kernel's own wheel.
    module : str
        The module's text.

    Raises
    ------
    NoLiteError
        If the kernel no longer keeps its patches in a list.
    """
    patches = "pyodide_kernel/patches.py"
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        text = archive.read(patches).decode()
    if "\nALL_PATCHES = [" not in text:
        raise NoLiteError(f"the Pyodide kernel has no list of patches in {patches}")
    text += "\n\nfrom .nulls import keep_nulls\n\nALL_PATCHES.append(keep_nulls)\n"
    buffer = io.BytesIO(without(wheel, (patches,)))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((patches, text), ("pyodide_kernel/nulls.py", module)):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def pyodide_lock(info: dict[str, Any], wheels: dict[str, bytes]) -> dict[str, Any]:
    """Give Pyodide's list of packages, holding these and nothing else.

    Parameters
    ----------
    info : dict
        Which Pyodide it is for, from its own list.
    wheels : dict
        Address of each wheel from the list's own folder, and its bytes.

    Examples
    --------
    >>> lock = pyodide_lock({}, {"wheels/six-1.0-py3-none-any.whl": b""})
    >>> lock["packages"]["six"]["version"]
    '1.0'
    """
    packages = {}
    for address, data in wheels.items():
        name, version = named(address.rpartition("/")[2])
        packages[name] = {
            "name": name,
            "version": version,
            "file_name": address,
            "sha256": hashlib.sha256(data).hexdigest(),
            "install_dir": "site",
            "package_type": "package",
            "imports": [],
            "depends": [],  # all are loaded at the start, so none has to bring another
            "unvendored_tests": False,
        }
    return {"info": info, "packages": packages}


def lite_notebook(text: str, version: str) -> str:
    """Give an exercise's notebook as it stands in this copy.

    Parameters
    ----------
    text : str
        The notebook that the pages offer.
    version : str
        Of the package, for the reader to see which one they have.

    Raises
    ------
    NoLiteError
        If it does not begin with the note that says what it needs.
    """
    notebook = json.loads(text)
    first = notebook["cells"][0]
    source, count = _NOTE.subn(
        lambda _: NOTE.format(version=version), "".join(first["source"]), count=1
    )
    if not count:
        raise NoLiteError("a notebook does not say in its first cell what it needs")
    first["source"] = source
    warning: dict[str, Any] = {
        "cell_type": "code",
        "id": "only-in-jupyterlite",
        "metadata": {"jupyter": {"source_hidden": True}},
        "source": WARNING,
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(1, warning)
    kernel = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    notebook["metadata"] |= {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def lab_page(html: str) -> str:
    """Give JupyterLab's page with words for our readers.

    Raises
    ------
    NoLiteError
        If the page has changed, so that what is to be replaced is not in it.
    """
    for theirs, ours in LAB_PAGE.items():
        if theirs not in html:
            raise NoLiteError(f"JupyterLab's page no longer holds {theirs!r}")
        html = html.replace(theirs, ours, 1)
    return html


def list_of_files(notebooks: dict[str, str], made: float) -> dict[str, Any]:
    """Give the list of files as JupyterLab's contents service would.

    Parameters
    ----------
    notebooks : dict
        Name and text of each.
    made : float
        When they were made, in seconds since 1970.
    """
    moment = dt.datetime.fromtimestamp(made, dt.UTC).isoformat(timespec="seconds")
    common = {"created": moment, "last_modified": moment, "mimetype": None, "format": "json"}
    content = [
        {**common, "name": name, "path": name, "type": "notebook", "content": None,
         "writable": True, "format": None, "size": len(text.encode())}
        for name, text in sorted(notebooks.items())
    ]  # fmt: skip
    return {**common, "name": "", "path": "", "type": "directory", "content": content,
            "writable": True, "size": None}  # fmt: skip


# ---------------------------------------------------------------------------- put together


def contents(site: Path, python: Path, root: Path, cache: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file of the copy: its path, and its bytes."""
    base = program(python, root, cache)
    settings: dict[str, Any] = {}
    for path in files_under(base, (".",)):
        name = path.relative_to(base).as_posix()
        if name == "jupyter-lite.json":
            settings = json.loads(path.read_text("utf-8"))
        elif name == "lab/index.html":
            yield name, lab_page(path.read_text("utf-8")).encode()
        else:
            yield name, path.read_bytes()

    inside = base / "extensions" / KERNEL / "static" / "pypi"
    # The kernel's own packages; its stand-ins for front ends that a browser gets in another way.
    own = [path for path in sorted(inside.glob("*.whl")) if named(path.name)[0] not in FRONT_ENDS]
    own_name, data = package_wheel(root)
    wheels = {own_name: data}
    wheels |= {path.name: path.read_bytes() for path in (*locked_wheels(python, root, cache), *own)}
    kernel = next(name for name in wheels if named(name)[0] == "pyodide-kernel")
    module = (root / SETTINGS / "nulls.py").read_text("utf-8")
    wheels[kernel] = kernel_that_keeps_nulls(wheels[kernel], module)
    yield from ((f"wheels/{name}", data) for name, data in wheels.items())

    pyodide = root / "node_modules" / "pyodide" / "pyodide-lock.json"
    lock = pyodide_lock(
        json.loads(pyodide.read_text("utf-8"))["info"],
        {f"wheels/{name}": data for name, data in wheels.items()},
    )
    text = json.dumps(lock, indent=1).encode()
    yield "pyodide-lock.json", text

    options = settings["jupyter-config-data"]["litePluginSettings"][f"{KERNEL}:kernel"]
    options["loadPyodideOptions"] = {
        "lockFileURL": f"./pyodide-lock.json?sha256={hashlib.sha256(text).hexdigest()}",
        "packages": sorted(lock["packages"]),
    }
    yield "jupyter-lite.json", json.dumps(settings, indent=1).encode()

    offered = sorted((site / "notebooks").glob("*.ipynb"))
    notebooks = {
        path.name: lite_notebook(path.read_text("utf-8"), named(own_name)[1]) for path in offered
    }
    for name, notebook in notebooks.items():
        yield f"files/{name}", notebook.encode()
    made = max((path.stat().st_mtime for path in offered), default=0.0)
    yield "api/contents/all.json", json.dumps(list_of_files(notebooks, made), indent=1).encode()


def assemble(site: Path, root: Path = ROOT, cache: Path = CACHE) -> Copy:
    """Fill ``site/lite``, unless it is there already, whole and made of the same.

    Parameters
    ----------
    site : Path
        The built book, with its notebooks.
    root, cache : Path
        The project, and where what does not change is kept.

    Raises
    ------
    NoLiteError
        If it cannot be made; the message says why.
    """
    out = site / "lite"
    made = out / MADE
    key = f"{fingerprint(root, INPUTS)}-{fingerprint(site, ('notebooks',))}"
    with suppress(OSError, ValueError, KeyError):
        known = json.loads(made.read_text("utf-8"))
        if (known["key"], known["listing"]) == (key, listing(out, MADE)):
            return Copy(known["files"], known["size"], fresh=False)
    python = lite_python(root)
    if python is None:
        raise NoLiteError("there is no environment for it; `make book` sets up .venv-lite")
    written: set[Path] = {made}
    size = 0
    for name, data in contents(site, python, root, cache):
        path = out / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        written.add(path)
        size += len(data)
    for path in [path for path in out.rglob("*") if path.is_file() and path not in written]:
        path.unlink()  # from an earlier release
    copy = Copy(len(written) - 1, size, fresh=True)
    about = {"key": key, "listing": listing(out, MADE), "files": copy.files, "size": copy.size}
    made.write_text(json.dumps(about) + "\n", "utf-8")
    return copy


def main(arguments: list[str] | None = None) -> int:
    """Fill the folder of the site that is named and say what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site", type=Path)
    options = parser.parse_args(arguments)
    try:
        copy = assemble(options.site.resolve())
    except NoLiteError as error:
        print(f"No JupyterLite copy: {error}", file=sys.stderr)
        return 1
    print(f"{copy.files} files in {options.site / 'lite'}: {copy.size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
