"""What a start imports is byte code made of the very sources; the rest is those sources."""

from __future__ import annotations

import _imp
import io
import zipfile
from pathlib import Path

import pytest
from built_book import ROOT

from tools import compiled, live_assets

STANDARD = "pyodide/python_stdlib.zip"


def opened(data: bytes) -> dict[str, bytes]:
    """Give the files in an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        assert len(names) == len(set(names))
        return {name: archive.read(name) for name in names}


@pytest.fixture(scope="module")
def sources() -> dict[str, bytes]:
    """Give the archives before anything in them was compiled."""
    return {
        name: data
        for name, data in live_assets.contents()
        if name.endswith((".whl", "python_stdlib.zip"))
    }


def test_archives_hold_every_module_once_from_its_source(
    built: Path, sources: dict[str, bytes]
) -> None:
    """A module is there as source, unchanged, or as byte code of that source, never both."""
    live = built / "_static" / "live"
    compiled_count = 0
    for archive, data in sources.items():
        before, after = opened(data), opened((live / archive).read_bytes())
        assert {name.removesuffix("c") if name.endswith(".pyc") else name for name in after} == set(
            before
        )
        assert len(after) == len(before)
        for name, content in after.items():
            if not name.endswith(".pyc"):
                assert content == before[name], f"{archive}: {name}"
                continue
            compiled_count += 1
            # PEP 552: magic number, flags (by hash, never looked up), hash of the source.
            release, flags = (int.from_bytes(content[at : at + 4], "little") for at in (0, 4))
            assert flags == 0b01
            assert content[8:16] == _imp.source_hash(release, before[name.removesuffix("c")])
    assert compiled_count > 150


@pytest.mark.parametrize(
    ("archive", "name", "is_compiled"),
    [
        (STANDARD, "enum.py", True),
        (STANDARD, "mailbox.py", False),
        ("system_leadership", "system_leadership/forms/desk.py", True),
        ("system_leadership", "system_leadership/stability.py", True),
        ("system_leadership", "system_leadership/workbook_read.py", False),
        ("ruamel", "ruamel/yaml/constructor.py", True),
    ],
)
def test_what_a_start_imports_is_compiled(
    built: Path, archive: str, name: str, *, is_compiled: bool
) -> None:
    """Exercises and what reads a kept change are; what is for later and for few is not."""
    live = built / "_static" / "live"
    (path,) = [
        path
        for path in [live / STANDARD, *(live / "wheels").glob("*.whl")]
        if archive in path.as_posix()
    ]
    assert (f"{name}c" in opened(path.read_bytes())) is is_compiled


def test_what_was_made_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sources are not compiled again; a changed one is."""
    made: list[dict[str, bytes]] = []

    def make(archives: dict[str, bytes], sources: object, pyodide: Path, target: Path) -> None:
        made.append(dict(archives))
        target.mkdir(parents=True)
        for name, data in archives.items():
            (target / name).write_bytes(data.upper())

    monkeypatch.setattr(compiled, "_make", make)
    for data in (b"one", b"one", b"two"):
        got = compiled.compile_used({"a.whl": data}, [["1 + 1"]], ROOT, tmp_path)
        assert got == {"a.whl": data.upper()}
    assert [each["a.whl"] for each in made] == [b"one", b"two"]
    assert len(list(tmp_path.glob("compiled-*"))) == 1  # no old ones pile up


def test_without_node_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half-made is left."""
    monkeypatch.setattr(compiled, "node", lambda: None)
    with pytest.raises(compiled.NotCompiledError, match=r"There is no Node.*`make book`"):
        compiled.compile_used({"a.whl": b""}, [], ROOT, tmp_path)
    assert not list(tmp_path.glob("compiled-*"))


def test_an_exercise_that_does_not_run_is_told(tmp_path: Path, sources: dict[str, bytes]) -> None:
    """The last lines of the error say which one and why."""
    archives = {Path(name).name: data for name, data in sources.items()}
    with pytest.raises(compiled.NotCompiledError, match="ValueError: no such table"):
        compiled.compile_used(archives, [["raise ValueError('no such table')"]], ROOT, tmp_path)
    assert not list(tmp_path.glob("compiled-*"))
