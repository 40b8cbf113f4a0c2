"""Pooling: what a room sees, never a participant, and never a group of fewer than five."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_checks import check
from system_leadership import Change, files, workshop
from system_leadership.change import Barrier, Organisation, Person, Stance
from system_leadership.workshop import LEAST, Pool, Pooled, Spread, shown_groups
from workshop_room import participant, room, write_room


def one(
    profession: str, support: float | None, name: str = "City Hospital", **more: object
) -> Change:
    """Make a participant of a profession who rates one organisation."""
    people = [Person("Me", name, profession)]
    return Change(
        organisations=[Organisation(name)],
        people=people,
        you="Me",
        stances=[Stance(name, 5, support)],
        **more,  # type: ignore[arg-type]
    )


def many(**counts: int) -> list[Change]:
    """Make participants of several professions; a number of each."""
    return [
        one(profession, number % 5 - 2) for profession, count in counts.items()
        for number in range(count)
    ]  # fmt: skip


# --------------------------------------------------------------- suppression


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, ""),
        ({"a": 4}, ""),
        ({"a": 5}, "a"),
        ({"a": 9, "b": 5}, "ab"),
        # One small group is the total less the rest: the next smallest goes with it.
        ({"a": 12, "b": 9, "c": 3}, "a"),
        # Two small groups with five between them protect each other.
        ({"a": 12, "b": 9, "c": 3, "d": 2}, "ab"),
        # Two with four between them do not: the sum is under five.
        ({"a": 12, "b": 9, "c": 2, "d": 2}, "a"),
        # 1 and 5 make 6, which only 1 and 5 can make: a third must go.
        ({"a": 12, "b": 7, "c": 5, "d": 1}, "a"),
        ({"a": 12, "b": 5, "c": 4}, "a"),
        ({"a": 20, "b": 4}, ""),
        ({"a": 6, "b": 0}, "a"),
    ],
)
def test_small_groups_are_hidden_and_cannot_be_worked_out(
    counts: dict[str, int], shown: str
) -> None:
    """By hand, case by case."""
    assert shown_groups(counts) == set(shown)


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8),
    st.integers(5, 9),
)
def test_nothing_small_is_left_as_a_difference(counts: dict[str, int], least: int) -> None:
    """Whatever the groups: none under the limit is shown, and total less shown is 0 or safe."""
    shown = shown_groups(counts, least=least)
    assert all(counts[name] >= least for name in shown)
    hidden = {name: n for name, n in counts.items() if n and name not in shown}
    if hidden and shown:
        assert len(hidden) >= 2
        assert sum(hidden.values()) >= least
        if max(hidden.values()) >= least:
            # More than one way to make up the sum from a small and a large group.
            assert sum(hidden.values()) >= 2 * least - 1
    if not any(0 < n < least for n in counts.values()):
        assert not hidden


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)),
    st.sets(st.sampled_from("abcdef")),
)
def test_what_must_be_hidden_is_hidden(counts: dict[str, int], hide: set[str]) -> None:
    """A group hidden elsewhere stays hidden here, and is protected here too."""
    shown = shown_groups(counts, hide=hide)
    assert not shown & hide
    hidden = [n for name, n in counts.items() if n and name not in shown]
    assert not shown or not hidden or len(hidden) >= 2


def test_the_limit_cannot_be_lowered() -> None:
    """Five is the least; more may be asked for."""
    with pytest.raises(ValueError, match="least must be 5 or more, got 4"):
        workshop.pool([], least=4)
    assert workshop.pool(many(nurse=6), least=7).organisations == ()
    assert workshop.pool(many(nurse=7), least=7).organisations != ()


def test_fewer_than_five_give_nothing_at_all() -> None:
    """Four participants: no organisation, no group, no barrier, and a sentence that says why."""
    made = workshop.pool([one("nurse", 3, barriers=[Barrier("B", "money")]) for _ in range(4)])
    assert (made.organisations, made.professions, made.homes, made.barriers) == ((), (), (), ())
    assert "Fewer than 5 files" in workshop.explain(made)[0]


def test_a_count_that_gives_away_the_rest_becomes_a_lower_bound() -> None:
    """38 of 40 would say that two did not: "at least 36" does not."""
    others = [one("nurse", 1, "Elsewhere") for _ in range(2)]
    made = workshop.pool(many(nurse=38) + others)
    (hospital,) = made.organisations
    assert (hospital.count, hospital.exact) == (36, False)
    assert "at least 36 of 40" in workshop.explain(made)[1]
    assert "36 or more" in str(workshop.draw(made).table.rows)
    assert "38" not in repr(made)
    all_of_them = workshop.pool(many(nurse=40)).organisations[0]
    assert (all_of_them.count, all_of_them.exact) == (40, True)


def test_barriers_are_counted_once_a_participant_and_suppressed_alike() -> None:
    """A kind that four list is not shown; one that all but two list is a lower bound."""

    def with_barriers(*kinds: str) -> Change:
        return one("nurse", 1, barriers=[Barrier(f"B{n}", kind) for n, kind in enumerate(kinds)])

    changes = [with_barriers("money", "money")] * 6 + [with_barriers("legal", "money")] * 4
    changes += [with_barriers("")] * 2
    made = workshop.pool(changes)
    assert [(kind.name, kind.count) for kind in made.barriers] == [("money", 8)]
    assert "The kind of barrier most often listed: money." in workshop.explain(made)


def test_views_of_a_group_are_hidden_with_the_group() -> None:
    """Managers are three, so carers (the next smallest) go with them, everywhere."""
    made = workshop.pool(many(nurse=12, carer=9, manager=3))
    assert [(group.name, group.count) for group in made.professions] == [("nurse", 12)]
    assert set(made.organisations[0].by_profession) == {"nurse"}
    assert made.hidden["professions"] == 2
    assert "carer" not in repr(made)
    assert "manager" not in repr(made)


def test_views_of_a_large_group_are_hidden_where_few_of_it_rate() -> None:
    """Of ten nurses only three rate: their median is not shown, nor is the next group's."""
    quiet = [one("nurse", None)] * 7
    rooms = many(nurse=3, doctor=8, manager=12) + quiet
    made = workshop.pool(rooms)
    assert {group.name for group in made.professions} == {"nurse", "doctor", "manager"}
    assert set(made.organisations[0].by_profession) == {"manager"}


# --------------------------------------------------------------------- names


def test_no_participant_is_ever_named() -> None:
    """Nothing of names, titles, notes, claims or file names is in any output for the room."""
    made = workshop.pool(room(60))
    shown = [repr(made), *workshop.explain(made)]
    for picture in (
        workshop.draw(made),
        workshop.draw_differences(made),
        workshop.draw_differences(made, "organisation"),
    ):
        check(picture)
        shown.append(str(picture.as_dict()))
    everything = " ".join(shown)
    for private in ("Secretname", "Participant", "participant 1", "Private", "Barrier of", "Hold "):
        assert private not in everything


def test_an_organisation_that_goes_by_a_participants_name_is_not_shown() -> None:
    """Six may list Dr Ash as an organisation: once Dr Ash is in the room, the name stays out."""
    six = [one("nurse", 1, "Dr Ash") for _ in range(6)]
    assert workshop.pool(six).organisations[0].name == "Dr Ash"
    ash = Change(people=[Person("dr  ash", "Elsewhere", "nurse")], you="Dr Ash",
                 organisations=[Organisation("Elsewhere")])  # fmt: skip
    made = workshop.pool([*six, ash])
    assert made.organisations == ()
    assert made.homes == ()
    assert "Ash" not in " ".join([repr(made), *workshop.explain(made)])


def test_skipped_files_are_for_the_facilitator_only(tmp_path: Path) -> None:
    """A file's name may be a person's: it is in `skipped` and nowhere else."""
    (tmp_path / "jane-smith.yml").write_text("title: [", encoding="utf-8")
    write_room(tmp_path, 6)
    made = workshop.pool(tmp_path)
    assert [each.file for each in made.skipped] == ["jane-smith.yml"]
    assert "jane" not in " ".join([repr(made), str(made), *workshop.explain(made)])
    assert "1 file could not be read" in workshop.explain(made)[-1]


# -------------------------------------------------------------------- pooling


def test_quartiles_are_those_of_the_ratings() -> None:
    """Checked against the standard library (inclusive method) on many draws."""
    chance = random.Random(5)
    for size in (5, 6, 7, 20, 101):
        ratings = [chance.randrange(-10, 11) / 2 for _ in range(size)]
        made = workshop.pool([one("nurse", rating) for rating in ratings]).organisations[0].support
        assert made is not None
        expected = quantiles(ratings, n=4, method="inclusive")
        assert [made.low, made.middle, made.high] == pytest.approx(expected, abs=0.006)


def test_names_are_matched_forgivingly_and_spelt_as_most_do() -> None:
    """Case and spaces make no difference; professions lose a plural s."""
    spelt = ["City Hospital"] * 4 + ["city  hospital"] * 3
    made = workshop.pool(
        [one("nurses" if n % 2 else "Nurse", 1, name) for n, name in enumerate(spelt)]
    )
    assert [(each.name, each.count) for each in made.organisations] == [("City Hospital", 7)]
    assert [(group.name, group.count) for group in made.professions] == [("Nurse", 7)]


def test_each_file_counts_once_whatever_is_in_it_twice() -> None:
    """Two rows of one name, or two stances on it, are one participant's."""
    twice = Change(
        organisations=[Organisation("A"), Organisation("a")],
        stances=[Stance("A", 5, -5), Stance("a", 5, 5)],
    )
    made = workshop.pool([twice] * 5).organisations
    assert [(each.count, each.support) for each in made] == [(5, Spread(-5, -5, -5))]


def test_a_participant_may_be_an_organisation_or_nobody() -> None:
    """Speaking for an organisation gives a home and no profession; for none, neither."""
    speaks = [Change(organisations=[Organisation("A")], you="a") for _ in range(6)]
    silent = [Change(organisations=[Organisation("A")]) for _ in range(5)]
    made = workshop.pool(speaks + silent)
    assert [(group.name, group.count) for group in made.homes] == [("A", 6), (workshop.UNSAID, 5)]
    assert [(group.name, group.count) for group in made.professions] == [(workshop.UNSAID, 11)]
    lost = [Change(organisations=[Organisation("A")], you="Nobody") for _ in range(5)]
    assert workshop.pool(lost).homes[0].name == workshop.UNSAID


def test_people_and_unknown_names_are_not_pooled() -> None:
    """Stances on people, and on names nobody listed, stay in their files."""
    change = Change(
        organisations=[Organisation("A")],
        people=[Person("Boss")],
        stances=[Stance("Boss", 5, 5), Stance("B", 5, 5), Stance("A", 5, None)],
    )
    (only,) = workshop.pool([change] * 6).organisations
    assert (only.name, only.support) == ("A", None)
    check(workshop.draw(workshop.pool([change] * 6)))


def test_differences_come_by_size_and_name_the_two_furthest_groups() -> None:
    """Nurses at 3, doctors at -1 and carers at 0 are four points apart at most."""
    rooms = [one(p, s) for p, s in (("nurse", 3), ("doctor", -1), ("carer", 0)) for _ in range(5)]
    made = workshop.pool(rooms)
    (found,) = workshop.differences(made)
    assert str(found) == "City Hospital: doctor and nurse are 4 points apart"
    assert workshop.differences(made, "organisation") == ()
    with pytest.raises(ValueError, match="got 'colour'"):
        workshop.differences(made, "colour")


def test_agreement_is_told_by_the_width_of_the_middle_half() -> None:
    """Up to two points is much alike, five or more is far apart."""
    assert [Spread(0, 0, width).word for width in (0, 2, 2.5, 4.9, 5)] == [
        "much alike", "much alike", "some difference", "some difference", "far apart",
    ]  # fmt: skip
    rooms = [
        Change(
            organisations=[Organisation("Calm"), Organisation("Storm")],
            stances=[Stance("Calm", 5, 2), Stance("Storm", 5, 4 if n % 2 else -4)],
        )
        for n in range(8)
    ]
    made = workshop.pool(rooms)
    assert [each.name for each in workshop.agreement(made)] == ["Calm", "Storm"]
    told = workshop.explain(made)
    assert "Views are much alike on Calm." in told
    assert "Views are far apart on Storm. Talk about it first." in told
    assert workshop.draw(made).title == "The room is far apart on Storm"
    assert workshop.draw(workshop.pool(many(nurse=9))).title.startswith("The room agrees most")


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_one_more_participant_never_makes_an_organisation_vanish(a: int, b: int, c: int) -> None:
    """Direction: more people who name it can only keep it on the list."""
    rooms = many(nurse=a, doctor=b, carer=c)
    before = {each.name for each in workshop.pool(rooms).organisations}
    after = {each.name for each in workshop.pool([*rooms, one("nurse", 1)]).organisations}
    assert before <= after


# ---------------------------------------------------------------------- files


def test_bad_files_are_listed_with_their_faults_and_the_rest_pooled(tmp_path: Path) -> None:
    """Damaged, foreign, missing and empty files never stop the pool."""
    write_room(tmp_path, 6)
    bad = {
        "broken.yml": b"organisations: [",
        "other.yml": b"shopping: [milk]\n",
        "latin.yml": "organisations:\n- name: Caf\xe9\n".encode("latin-1"),
        "word.yml": b"\xd0\xcf\x11\xe0 something",
        "odd.yml": b"organisations:\n  - name: {a: b\nstances: []\n",
        "damaged.xlsx": b"PK\x03\x04 not a workbook",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "blank.yml").write_text(Change.blank().dumps(), encoding="utf-8")
    (tmp_path / "copy.yml").write_bytes((tmp_path / "participant-0001.yml").read_bytes())
    (tmp_path / "notes.txt").write_text("not ours", encoding="utf-8")
    (tmp_path / "x.previous.yml").write_text("organisations: [", encoding="utf-8")
    made = workshop.pool(tmp_path)
    assert sorted(each.file for each in made.skipped) == sorted(bad)
    assert all(each.faults and str(each.faults[0]) for each in made.skipped)
    assert (made.participants, made.empty, made.repeated) == (6, 1, 1)
    told = " ".join(workshop.explain(made))
    assert "6 files could not be read" in told
    assert "1 file had nothing to pool" in told
    assert "1 exact copy counted once only" in told


def test_a_list_of_files_may_hold_one_that_is_not_there(tmp_path: Path) -> None:
    """A missing file and a folder are faults like others; a single path is a pool of one."""
    write_room(tmp_path, 1)
    made = workshop.pool([tmp_path / "participant-0000.yml", tmp_path / "gone.yml", tmp_path])
    assert (made.participants, len(made.skipped)) == (1, 2)
    assert workshop.pool(tmp_path / "participant-0000.yml").participants == 1
    assert workshop.pool(Change(organisations=[Organisation("A")])).participants == 1


def test_a_file_the_system_refuses_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the disk is told in the computer's words."""
    write_room(tmp_path, 1)

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (skipped,) = workshop.pool(tmp_path).skipped
    assert "Permission denied" in str(skipped.faults[0])


def test_cells_that_cannot_be_read_do_not_cost_the_file(tmp_path: Path) -> None:
    """A word in a number's place leaves the rest of the file in the pool."""
    for number in range(5):
        (tmp_path / f"{number}.yml").write_text(
            f"organisations:\n- name: A\nstances:\n- who: A\n  support: {'lots' if number else 3}\n"
            f"change:\n  title: T{number}\n",
            encoding="utf-8",
        )
    made = workshop.pool(tmp_path)
    assert (made.participants, made.organisations[0].count, made.skipped) == (5, 5, ())
    assert made.organisations[0].support is None


@pytest.mark.parametrize("number", range(8))
def test_reading_part_of_a_file_pools_the_same_as_all_of_it(number: int, tmp_path: Path) -> None:
    """The short cut past tables that are not pooled changes nothing."""
    change = participant(number, random.Random(number))
    path = tmp_path / "a.yml"
    text = change.dumps()
    path.write_text(text, encoding="utf-8")
    short, _ = workshop._read(path)
    assert workshop._needed(text) != text
    for table in ("organisations", "people", "stances", "barriers"):
        assert getattr(short, table) == getattr(files.load(path), table)
    assert short.you == change.you


@pytest.mark.parametrize(
    "text",
    [
        "- name: A\norganisations: []\n",
        "organisations: []\norganisations: []\n",
        "organisations: []\nunheard: []\n",
        "organisations: []\n'quoted': 1\n",
        "title: A\n",
        "",
    ],
)
def test_files_that_are_not_plain_are_read_whole(text: str) -> None:
    """Where cutting could go wrong, nothing is cut."""
    assert workshop._needed(text) is None


def test_workbooks_are_pooled_too(tmp_path: Path) -> None:
    """A participant may hand in Excel: it counts as the same file in YAML does."""
    pytest.importorskip("openpyxl")
    for number in range(5):
        one("nurse", number - 2, title=f"T{number}").save(tmp_path / f"{number}.xlsx")
    (hospital,) = workshop.pool(tmp_path).organisations
    assert hospital.support == Spread(-1, 0, 1)


def test_files_are_read_one_at_a_time() -> None:
    """Streaming: at no time are more than two changes of the room alive."""
    alive: list[weakref.ref[Change]] = []
    most = 0

    def watched() -> Iterator[Change]:
        nonlocal most
        for number in range(50):
            change = participant(number, random.Random(number))
            alive.append(weakref.ref(change))
            most = max(most, sum(ref() is not None for ref in alive))
            yield change
            del change

    gc.collect()
    assert workshop.pool(watched()).participants == 50
    assert most <= 2


MANY = int(os.environ.get("WORKSHOP_FILES", "1000"))
PROGRAM = """
import pathlib, re, resource, sys, time
from system_leadership import workshop
start = time.perf_counter()
made = workshop.pool(sys.argv[1])
seconds = time.perf_counter() - start
# Linux lets a child inherit its parent's peak in getrusage; its own stands in /proc.
status = pathlib.Path("/proc/self/status")
own = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
peak = int(own[1]) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(made.participants, seconds, peak)
"""


def test_a_thousand_files_time_and_memory(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: pytest.RecordProperty,  # type: ignore[name-defined]
) -> None:
    """Time is reported, not asserted: machines differ. Memory does not, and must stay low."""
    start = time.perf_counter()
    write_room(tmp_path, MANY)
    wrote = time.perf_counter() - start
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=True
    )
    participants, seconds, kilobytes = done.stdout.split()
    record_property("seconds", seconds)
    record_property("megabytes", int(kilobytes) / 1000)
    with capsys.disabled():
        print(
            f"\n{MANY} change files pooled in {float(seconds):.1f} s with "
            f"{int(kilobytes) / 1000:.0f} MB (target 20 s, 500 MB; written in {wrote:.1f} s)"
        )
    assert int(participants) == MANY
    assert int(kilobytes) < 500_000


# ------------------------------------------------------------------- pictures


@pytest.mark.parametrize("size", [0, 1, 6, 40, 1000])
def test_pictures_of_any_size_can_be_read(size: int) -> None:
    """From nobody to a thousand: nothing overlaps, and the table has all that may be shown."""
    made = workshop.pool(room(size))
    picture = workshop.draw(made)
    check(picture)
    assert len(picture.table.rows) == len(made.organisations)
    for by in ("profession", "organisation"):
        check(workshop.draw_differences(made, by))
    assert workshop.explain(made)


def test_more_groups_than_shapes_and_no_difference_are_told() -> None:
    """The table has every group; the picture has as many as there are shapes."""
    rooms = many(**{f"profession{n}": 6 for n in range(8)})
    made = workshop.pool(rooms)
    picture = workshop.draw_differences(made)
    check(picture)
    assert "2 more groups in the table." in str(picture.spec)
    assert picture.title == "No differences by profession"
    assert len({row[1] for row in picture.table.rows}) == 8


def test_marks_never_touch() -> None:
    """Medians that are close stand below one another: centres are a mark's width apart."""
    views = {f"group {n}": Spread(-1, n * 0.3 - 0.6, 2) for n in range(6)}
    made = Pool(60, (Pooled("A", 60, support=Spread(0, 1, 2), by_profession=views),))
    picture = workshop.draw_differences(made)
    for spec in (picture.spec, picture.narrow):
        assert spec is not None
        layer = next(each for each in spec["layer"] if each["mark"]["type"] == "point")
        marks = [value["path"] for value in layer["data"]["values"]][6:]
        assert len(marks) == 6
        boxes = []
        for path in marks:
            numbers = [float(n) for n in _numbers(path)]
            boxes.append(
                (min(numbers[0::2]), max(numbers[0::2]), min(numbers[1::2]), max(numbers[1::2]))
            )
        for place, (l1, r1, t1, b1) in enumerate(boxes):
            for l2, r2, t2, b2 in boxes[place + 1 :]:
                assert r1 <= l2 or r2 <= l1 or b1 <= t2 or b2 <= t1


def _numbers(path: str) -> list[str]:
    """Give the corners of a mark; a circle is told by its two ends and its radius."""
    if "A" in path:
        x, rest = path[1:].split(",", 1)
        y, rest = rest.split("A", 1)
        radius = float(rest.split(",")[0])
        return [x, str(float(y) - radius), str(float(x) + 2 * radius), str(float(y) + radius)]
    return path[1:-1].replace("L", ",").split(",")


def test_a_pool_prints_well() -> None:
    """One line, without anything private."""
    assert str(workshop.pool(many(nurse=6))) == "6 participants, 1 organisation shown"
    assert Counter([LEAST]) == Counter([5])
    blank = workshop.pool([Change.blank()])
    assert (blank.participants, blank.empty) == (0, 1)
    assert workshop.explain(blank)[0] == "There are no files to pool yet."
