"""The project's own files: what a newcomer sees first, the locks, the licences, the layers."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from built_book import ROOT

PACKAGE = ROOT / "exercises" / "system_leadership"
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
LITE_LOCKS = ("lite", "kernel", "live")
LARGEST_FILE = 1_000_000
# Of things that are made, not written; asked only where git cannot say.
MADE = {".git", ".venv", ".venv-lab", ".venv-lite", "_build", "_cache", "node_modules",
        "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}  # fmt: skip


def fail_with(faults: list[str]) -> None:
    """Fail with a line for each fault, if there are any."""
    if faults:
        pytest.fail("\n".join(dict.fromkeys(faults)), pytrace=False)


def project_files() -> list[Path]:
    """Give the files of the project: what git tracks, and what it would track."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        files = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        files = [file for file in ROOT.rglob("*") if not MADE & set(file.parts)]
    return sorted(file for file in files if file.is_file())


def text_of(file: Path) -> str:
    """Give the text of a file, or nothing if it holds none."""
    data = file.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


# ---------------------------------------------------------------------------- first sight


def test_readme_begins_with_the_two_commands() -> None:
    """The first screen says how to build and how to test, and what is needed."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    screen = "\n".join(lines[:25])
    assert lines[0].startswith("# Comfortable with chaos")
    assert "make book" in screen
    assert "make test" in screen
    assert "Python 3.11" in screen


def test_ci_runs_the_tests() -> None:
    """What runs in CI is what anybody runs, and its last line is the summary of pytest."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[-1].split()[:2] in (["make", "test"], ["exec", "make"])
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ntest:")[1].split("\n\n")[0]
    assert recipe.splitlines()[-1].endswith("-m pytest")


def test_licences_and_citation_are_there() -> None:
    """MIT for the code, CC BY 4.0 for the text, and how to cite."""
    assert "MIT License" in text_of(ROOT / "LICENSE")
    words = text_of(ROOT / "LICENSE-TEXT")
    assert "Attribution 4.0 International" in words
    assert "CC BY 4.0" in words
    citation = yaml.safe_load(text_of(ROOT / "CITATION.cff"))
    assert {"cff-version", "title", "authors", "license", "version"} <= set(citation)
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        assert len(text_of(ROOT / name)) > 200, name


# ---------------------------------------------------------------------------- locks


def loose(lock: str) -> list[str]:
    """Give what a lock of Python packages leaves open: no version, no hash, or an address."""
    faults = [f"an address: {line}" for line in lock.splitlines() if is_address(line)]
    entries = re.sub(r"\\\n\s*", " ", lock).splitlines()
    for entry in entries:
        if not entry.strip() or entry.startswith("#") or is_address(entry):
            continue
        if not re.match(r"[\w.\-]+(?:\[[\w,.\-]+\])?==[\w.!+]+( |$)", entry):
            faults.append(f"no fixed version: {entry[:60]}")
        elif "--hash=sha256:" not in entry:
            faults.append(f"no hash: {entry[:60]}")
    return faults


def is_address(line: str) -> bool:
    """Whether a line of a lock says where to fetch from."""
    return bool(re.match(r"\s*(-i\b|-f\b|--(extra-)?index|--find-links)|.*://", line))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_is_tight_and_names_no_address(lock: Path) -> None:
    """Every package has a version and its hashes; where it comes from is the machine's affair."""
    assert loose(lock.read_text(encoding="utf-8")) == []
    assert lock.with_suffix(".in").is_file()


def test_every_list_has_its_lock() -> None:
    """What is asked for by name is locked, too."""
    assert {path.stem for path in (ROOT / "locks").glob("*.in")} == {path.stem for path in LOCKS}
    assert {"book", "test"} <= {path.stem for path in LOCKS}


def versions(lock: str) -> dict[str, str]:
    """Give the packages that a lock holds for every machine, with their versions."""
    return dict(re.findall(r"^([\w.\-]+)==([\w.!+]+) \\$", lock, re.M))


def test_the_two_sides_of_jupyterlite_fit() -> None:
    """Widgets in the notebook's page and in its kernel must be of one version."""
    texts = {name: (ROOT / "locks" / f"{name}.txt").read_text("utf-8") for name in LITE_LOCKS}
    page, kernel, live = (versions(text) for text in texts.values())
    assert {"anywidget", "ipywidgets", "jupyterlab-widgets"} <= set(page) & set(kernel)
    assert set(live) <= set(kernel)
    faults = [name for name in kernel if kernel[name] != page.get(name, kernel[name])]
    faults += [name for name in live if kernel[name] != live[name]]
    assert faults == []


def test_the_stack_is_pinned() -> None:
    """Jupyter Book 1 on Sphinx 7.4: version 2 is another program."""
    lock = (ROOT / "locks" / "book.txt").read_text(encoding="utf-8")
    assert re.search(r"^sphinx==7\.4\.\d+ ", lock, re.M)
    assert re.search(r"^jupyter-book==1\.", lock, re.M)
    wanted = (ROOT / "locks" / "book.in").read_text(encoding="utf-8")
    assert re.search(r"^jupyter-book<2$", wanted, re.M)
    assert re.search(r"^sphinx==7\.4", wanted, re.M)


def loose_npm(lock: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """Give what a lock of npm packages leaves open, or where it says to fetch from."""
    faults = []
    for name, package in lock["packages"].items():
        if "resolved" in package:
            faults.append(f"an address: {name}")
        if name and not package.get("link") and "integrity" not in package:
            faults.append(f"no hash: {name}")
    return faults


def test_npm_lock_is_tight_and_names_no_address() -> None:
    """Every package has its hash, none its address."""
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert loose_npm(json.loads(text)) == []
    assert '"resolved"' not in text
    assert "omit-lockfile-registry-resolved=true" in text_of(ROOT / ".npmrc")


# ---------------------------------------------------------------------------- every file

# Put together here so that this file does not hold what it looks for.
HOMES = re.compile(r"(?<![\w.\-~*])/(?:" + "home|Users|root|work|workspace|mnt" + r")/\w")
WINDOWS_HOME = re.compile(r"\b[A-Z]:\\+" + r"Users\\", re.I)
REGISTRIES = ("registry." + "npmjs", "pypi." + "org", "files.python" + "hosted")


def private_places(text: str) -> list[str]:
    """Give paths of somebody's own machine, and hosts that packages come from."""
    found = [text[hit.start() : hit.start() + 60].split("\n")[0] for hit in HOMES.finditer(text)]
    found += [hit[0] for hit in WINDOWS_HOME.finditer(text)]
    return found + [host for host in REGISTRIES if host in text]


def test_no_file_knows_the_machine_it_was_made_on() -> None:
    """No path of a home or a workspace, and no registry, in any file of the project."""
    files = project_files()
    assert len(files) > 20
    faults = [
        f"{file.relative_to(ROOT)}: {place}"
        for file in files
        for place in private_places(text_of(file))
    ]
    fail_with(faults)


def test_no_file_is_large() -> None:
    """Nothing over a megabyte: what is large is installed or built."""
    assert [
        str(file.relative_to(ROOT))
        for file in project_files()
        if file.stat().st_size > LARGEST_FILE
    ] == []


def test_no_output_is_kept() -> None:
    """Nothing built, and nobody's own change, is among the files."""
    kept = [
        file.relative_to(ROOT).as_posix()
        for file in project_files()
        if file.suffix in (".ipynb", ".pyc", ".pdf", ".whl") or file.name.startswith("my-change")
    ]
    assert kept == []


def python_files(*folders: str) -> list[Path]:
    """Give the Python files in some folders."""
    found = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [file for file in found if "__pycache__" not in file.parts]


@pytest.mark.parametrize(
    "file",
    python_files("exercises/system_leadership", "book/_ext", "tools", "tests"),
    ids=lambda file: file.relative_to(ROOT).as_posix(),
)
def test_module_says_what_it_is_for(file: Path) -> None:
    """Every module begins with a sentence about itself."""
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert docstring
    assert len(docstring.splitlines()[0]) > 15


# ---------------------------------------------------------------------------- layers

# Each may import what is below it.
MODEL, FILES, SUBJECT, PICTURE, FORM = range(5)
LAYERS = {
    "names": MODEL, "faults": MODEL, "columns": MODEL, "change": MODEL,
    "yaml_text": FILES, "change_text": FILES, "files": FILES, "examples": FILES, "xlsx": FILES,
    "pictures": PICTURE, "labels": PICTURE, "layout": PICTURE,
    "forms": FORM,
}  # fmt: skip
# What the handbook's exercises are about, and parts of these: coalition, coalition_growth.
SUBJECTS = {
    "system", "interests", "coalition", "evidence", "involvement", "polarity", "patience",
    "stability", "approvals", "barriers", "reflection", "learning", "plan", "workshop", "ownership",
}  # fmt: skip
# A method may reach up when it is called, so that a change can be loaded and a subject drawn.
REACHES_UP = {("change", "files"), ("change", "examples")}
# Pooling the participants' files is what this subject is about.
READS_FILES = {"workshop"}
ONLY_IN_FORMS = {"anywidget", "traitlets", "IPython", "ipywidgets", "js", "pyodide", "pyodide_js"}
ONLY_IN_PICTURES = {"vl_convert"}


@dataclass(frozen=True)
class Import:
    """One module imports another.

    Attributes
    ----------
    name : str
        The first part of what is imported; for modules of ours without the package's name.
    ours : bool
        Whether it is a module of the package.
    lazy : bool
        Whether it is imported only when a function runs.
    """

    name: str
    ours: bool
    lazy: bool


def layer(module: str) -> int | None:
    """Give the layer of a module of the package by its name, or None if the name does not say."""
    first = module.split("_")[0]
    if module in LAYERS:
        return LAYERS[module]
    if module.endswith("_picture"):
        return PICTURE
    return SUBJECT if first in SUBJECTS else LAYERS.get(first)


def layers(found: dict[str, list[Import]]) -> dict[str, int]:
    """Give the layer of every module; a helper stands as high as what it needs when loaded."""
    known = {module: layer(module) for module in found}
    while unknown := [module for module, each in known.items() if each is None]:
        for module in unknown:
            needs = [each.name for each in found[module] if each.ours and not each.lazy]
            if all(known.get(name) is not None for name in needs):
                highest = max((known[name] or 0 for name in needs), default=MODEL)
                known[module] = highest
        if unknown == [module for module, each in known.items() if each is None]:
            raise ValueError(f"these go round in a circle: {unknown}")
    return {module: each or 0 for module, each in known.items()}


def imports_in(source: str, modules: set[str], *, depth: int = 1) -> Iterator[Import]:
    """Give what a module imports; imports that are for types only do not count.

    Parameters
    ----------
    source : str
        Its text.
    modules : set of str
        The modules of the package.
    depth : int
        How many dots lead from this module to the package.
    """

    def walk(node: ast.AST, lazy: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.Import):
                for each in child.names:
                    yield outside_or_ours(each.name, lazy)
            elif isinstance(child, ast.ImportFrom):
                if child.level == depth:
                    names = [child.module] if child.module else [each.name for each in child.names]
                    for name in names:
                        first = str(name).split(".")[0]
                        if first in modules:
                            yield Import(first, True, lazy)
                elif not child.level and child.module:
                    yield outside_or_ours(child.module, lazy)
            yield from walk(child, lazy or inside)

    def outside_or_ours(name: str, lazy: bool) -> Import:
        parts = name.split(".")
        if parts[0] == "system_leadership" and len(parts) > 1:
            return Import(parts[1], True, lazy)
        return Import(parts[0], False, lazy)

    yield from walk(ast.parse(source), False)


def wrong_way(module: str, found: list[Import], known: dict[str, int]) -> list[str]:
    """Give the imports of a module that go against the layers."""
    faults = []
    mine = known[module]
    for each in found:
        if each.ours:
            theirs = known[each.name]
            reaches = (module, each.name) in REACHES_UP or (mine, theirs) == (SUBJECT, PICTURE)
            if theirs > mine and not (each.lazy and reaches):
                faults.append(f"{module} imports {each.name}, which is above it")
            if (mine, theirs) == (SUBJECT, FILES) and module not in READS_FILES:
                faults.append(f"{module} is a subject and imports {each.name}, which knows files")
        elif each.name in ONLY_IN_FORMS and mine != FORM:
            faults.append(f"{module} imports {each.name}: only forms may")
        elif each.name in ONLY_IN_PICTURES and not (module == "pictures" and each.lazy):
            faults.append(f"{module} imports {each.name}: only a function of pictures may")
    return faults


def package_imports() -> dict[str, list[Import]]:
    """Give what each module of the package imports; `forms` counts as one module."""
    files = python_files("exercises/system_leadership")
    modules = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in files}
    found: dict[str, list[Import]] = {module: [] for module in modules - {"__init__"}}
    for file in files:
        parts = file.relative_to(PACKAGE).parts
        if parts == ("__init__.py",):
            continue
        source = file.read_text(encoding="utf-8")
        name = parts[0].removesuffix(".py")
        found[name] += imports_in(source, modules, depth=len(parts))
    return found


def circle(found: dict[str, list[Import]]) -> list[str]:
    """Give a circle of modules that import each other when they are loaded, or nothing."""
    done: set[str] = set()

    def follow(module: str, trail: list[str]) -> list[str]:
        if module in trail:
            return [*trail[trail.index(module) :], module]
        if module in done:
            return []
        for each in found.get(module, []):
            if each.ours and not each.lazy and each.name != module:
                way = follow(each.name, [*trail, module])
                if way:
                    return way
        done.add(module)
        return []

    return next((way for module in found if (way := follow(module, []))), [])


def test_dependencies_point_one_way() -> None:
    """Model, files, subjects, pictures, forms: each knows only what is below it."""
    found = package_imports()
    assert {"change", "files", "forms", "pictures", "system_map"} <= set(found)
    assert any(each.name == "anywidget" for each in found["forms"])
    assert circle(found) == []
    known = layers(found)
    faults = [fault for module in found for fault in wrong_way(module, found[module], known)]
    fail_with(faults)


# ---------------------------------------------------------------------------- the checks can fail

HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("lock", "fault"),
    [
        (f"# said\na==1.0 \\\n    {HASH} \\\n    {HASH}\nb[x]==2 {HASH}\n", ""),
        ("a==1.0\n", "no hash"),
        (f"a>=1.0 {HASH}\n", "no fixed version"),
        (f"a {HASH}\n", "no fixed version"),
        (f"--index-url https://example.org\na==1 {HASH}\n", "an address"),
        (f"--find-links wheels\na==1 {HASH}\n", "an address"),
        (f"a @ https://example.org/a.whl {HASH}\n", "an address"),
    ],
)
def test_loose_locks_are_caught(lock: str, fault: str) -> None:
    """A version that may move, a missing hash and an address are found."""
    found = loose(lock)
    assert len(found) == bool(fault)
    assert fault in " ".join(found)


def test_loose_npm_locks_are_caught() -> None:
    """An address and a missing hash are found; the project itself needs none."""
    lock = {"packages": {"": {}, "a": {"integrity": "x"}, "b": {"resolved": "x"}}}
    assert loose_npm(lock) == ["an address: b", "no hash: b"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("see book/work/a and https://example.org/home/x", 0),
        ("/" + "home/ann/project", 1),
        ("open('/" + "work/main')", 1),
        ("C:\\" + "Users\\ann", 1),
        ("from https://pypi." + "org/simple", 1),
    ],
)
def test_private_places_are_caught(text: str, faults: int) -> None:
    """Paths of a machine and hosts of packages are found; ordinary addresses are not."""
    assert len(private_places(text)) == faults


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("change", "from .names import fold\ndef load():\n    from . import files", ""),
        ("change", "from . import files", "above it"),
        ("change", "def draw():\n    from . import pictures", "above it"),
        ("files", "from .pictures import Picture", "above it"),
        ("system_map", "from .change import Change\ndef draw():\n    from . import pictures", ""),
        ("system_map", "import system_leadership.pictures", "above it"),
        ("system_map", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
                       "    from .pictures import Picture", ""),
        ("system_map", "from .files import load", "knows files"),
        ("pictures", "from . import forms", "above it"),
        ("pictures", "import anywidget", "only forms"),
        ("pictures", "def svg():\n    import vl_convert", ""),
        ("pictures", "import vl_convert", "only a function"),
        ("forms", "import anywidget\nfrom .pictures import Picture", ""),
    ],
)  # fmt: skip
def test_wrong_way_is_caught(module: str, source: str, fault: str) -> None:
    """An import against the layers is found, also inside a function; types may look up."""
    modules = {"change", "names", "files", "pictures", "system_map", "forms"}
    known = layers({name: [] for name in modules})
    found = wrong_way(module, list(imports_in(source, modules)), known)
    assert bool(found) == bool(fault)
    assert fault in " ".join(found)


def test_helpers_stand_as_high_as_what_they_need() -> None:
    """A helper of pictures is above the subjects, one that needs only names is not."""
    found = {
        "dots": [Import("pictures", True, False)],
        "more_dots": [Import("dots", True, False)],
        "sums": [Import("names", True, False), Import("pictures", True, True)],
        "coalition_dots": [Import("pictures", True, False)],
        "names": [], "pictures": [],
    }  # fmt: skip
    known = layers(found)
    assert [known[name] for name in ("dots", "more_dots", "sums")] == [PICTURE, PICTURE, MODEL]
    assert wrong_way("dots", found["dots"], known) == []
    assert len(wrong_way("coalition_dots", found["coalition_dots"], known)) == 1


def test_circles_are_caught() -> None:
    """Two modules that import each other when loaded go round; lazily they do not."""

    def one(name: str, *, lazy: bool = False) -> list[Import]:
        return [Import(name, True, lazy)]

    assert circle({"a": one("b"), "b": one("c"), "c": one("a")}) == ["a", "b", "c", "a"]
    assert circle({"a": one("b"), "b": one("a", lazy=True)}) == []
