"""Saving a workbook is all or nothing, whenever it is stopped.

`test_files.py` has the same for text files; a workbook takes longer to write, so that more of the
kills fall into the writing.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest
from system_leadership import Change, ChangeFileError, files

KILLER = """
import os, random, signal, sys, time
from system_leadership import Change, Organisation, files
path, times = sys.argv[1], int(sys.argv[2])
chance = random.Random(7)

def version(n):
    rows = [Organisation(f"Organisation {i} of {n}", note=chance.randbytes(3000).hex())
            for i in range(40)]
    return Change(title=str(n), organisations=rows)

saved = [version(n) for n in range(8)]
contents = [files.write(each, path) for each in saved]
# Only the last part of a save touches the disk: have the bytes ready so that the kills fall there.
files.write = lambda change, file: contents[int(change.title)]
files._check_workbook = lambda place, before: None
files.save(saved[0], path)
seen, cut = set(), 0
for kill in range(times):
    child = os.fork()
    if child == 0:
        n = kill
        while True:
            n += 1
            files.save(saved[n % 8], path)
    time.sleep(chance.uniform(0.001, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for each in (path, files.backup_of(path)):
        if os.path.exists(each):
            content = open(each, "rb").read()
            assert content in contents, (each, len(content))
            seen.add(content)
    left = [name for name in os.listdir(os.path.dirname(path)) if name.endswith(".part")]
    for name in left:
        cut += 1
        os.unlink(os.path.join(os.path.dirname(path), name))
assert files.load(path) == saved[contents.index(open(path, "rb").read())]
print(len(seen), cut)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a kill that cannot be caught")
def test_a_kill_at_any_moment_leaves_a_whole_workbook(tmp_path):
    """A saver is killed 250 times; the workbook and its backup are whole each time."""
    path = tmp_path / "my-change.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(path), "250"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    versions, in_the_middle = (int(part) for part in done.stdout.split())
    # The test would prove nothing if no kill had fallen into the writing of a file.
    assert versions == 8
    assert in_the_middle > 20


@pytest.mark.parametrize("moment", ["fsync", "replace", "write"])
@pytest.mark.parametrize("name", ["my-change.xlsx", "my-change.yml"])
def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch, moment, name):
    """The computer's own words, no file of ours left behind, the old one as it was."""
    path = tmp_path / name
    Change(title="One").save(path)
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    if moment == "write":
        monkeypatch.setattr(files.tempfile, "mkstemp", full)
    else:
        monkeypatch.setattr(files.os, moment, full)
    with pytest.raises(ChangeFileError) as caught:
        Change(title="Two").save(path)
    monkeypatch.undo()
    assert f"{name} could not be saved. What was there before is still there." in str(caught.value)
    assert "No space left on device" in str(caught.value)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [name]


def test_a_file_of_another_program_in_the_way_is_told(tmp_path, monkeypatch):
    """On Windows a workbook that is open in Excel cannot be replaced."""
    path = tmp_path / "my-change.xlsx"
    Change(title="One").save(path)

    def refuse(*_):
        raise PermissionError(errno.EACCES, "Access is denied")

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(ChangeFileError, match="the file is open in another program"):
        Change(title="Two").save(path)
    monkeypatch.undo()
    assert Change.load(path).title == "One"


def test_what_is_not_a_file_is_told(tmp_path):
    """A folder may have any name."""
    (tmp_path / "my-change.xlsx").mkdir()
    with pytest.raises(ChangeFileError, match="This is a folder"):
        Change.load(tmp_path / "my-change.xlsx")
    with pytest.raises(ChangeFileError, match="not overwritten"):
        Change(title="Mine").save(tmp_path / "my-change.xlsx")


def test_what_a_crash_left_is_tidied_up_after_an_hour(tmp_path):
    """Not sooner: another program of ours may be saving right now."""
    path = tmp_path / "my-change.xlsx"
    old, new = tmp_path / ".my-change.xlsx.a.part", tmp_path / ".my-change.xlsx.b.part"
    old.write_text("half a")
    new.write_text("half a")
    os.utime(old, (1, 1))
    Change(title="One").save(path)
    assert sorted(os.listdir(tmp_path)) == [new.name, path.name]


@pytest.mark.skipif(os.name != "posix", reason="links and permissions as on POSIX")
def test_a_link_to_a_workbook_stays_a_link(tmp_path):
    """The reader's file is replaced, with its permissions, not the link to it."""
    real, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    Change(title="One").save(real)
    real.chmod(0o640)
    link.symlink_to(real)
    Change(title="Two").save(link)
    assert link.is_symlink()
    assert Change.load(real).title == "Two"
    assert real.stat().st_mode & 0o777 == 0o640
