"""The fictional change and its workshop: plainly made up, complete, and worth reading."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import picture_checks
import pytest
from system_leadership import Change, examples, plan, workshop
from system_leadership.change import TABLES

CHANGES = Path(__file__).parents[2] / "exercises" / "changes"
HOME = CHANGES / "home-from-hospital.yml"
ROOM = sorted((CHANGES / "workshop").glob("*.yml"))
FICTION = [HOME, *ROOM]

# Its two maps, and what each of the other subjects draws.
DRAWN = {
    "approvals": ("draw", "draw_chance", "draw_drivers"),
    "barriers": ("draw",),
    "coalition": ("draw", "draw_first", "draw_missing"),
    "evidence_base": ("draw",),
    "interests": ("draw",),
    "involvement": ("draw",),
    "learning": ("draw",),
    "ownership": ("draw",),
    "patience": ("draw",),
    "polarity": ("draw",),
    "reflection": ("draw",),
    "stability": ("draw", "draw_options", "draw_sensitivity"),
    "system_map": ("draw", "draw_reach", "draw_brokers"),
}
# What says that a table is empty or only half filled in; none of it may stand here.
EMPTY = re.compile(
    r"An empty frame|There (are|is) no \w+ yet|Nothing is weighed|Add (one|two|organisations)|"
    r"No stance is rated|we take 36 months|have no days yet"
)


@pytest.fixture(scope="module")
def home() -> Change:
    """The fictional change."""
    return Change.example("home-from-hospital")


@pytest.mark.parametrize("path", FICTION, ids=lambda path: path.stem)
def test_fiction_says_so_first_and_in_its_title(path: Path) -> None:
    """Whoever opens a file, or a page made of it, reads at once that it is made up."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Fictional: ")
    assert "Harrowmere does not exist" in text
    assert Change.load(path).title.startswith("Fictional: ")


@pytest.mark.parametrize("path", FICTION, ids=lambda path: path.stem)
def test_fiction_is_not_mixed_with_the_record(path: Path) -> None:
    """No key of a real source, and no word of the real case."""
    references = (CHANGES.parents[1] / "book/evidence/references.bib").read_text(encoding="utf-8")
    keys = set(re.findall(r"^@\w+\{([^,]+),", references, re.M))
    change = Change.load(path)
    sources = {key for table in TABLES for row in change.table(table) for key in row.source}
    assert not sources & keys
    assert all("made up" in source for source in sources)
    assert not re.search(r"\b(stroke|London|Darzi|Kent|Manchester)\b", path.read_text("utf-8"))


def test_people_stand_there_as_roles(home: Change) -> None:
    """Nobody in it has a name of their own: each is the role that a profession goes with."""
    roles = re.compile(r"\b(lead|nurse|sister|geriatrician|manager|Director|chair|partner|Owner)\b")
    named = [row.name for row in home.people if not roles.search(row.name)]
    assert named == []
    assert {row.organisation for row in home.people} <= set(home.names("organisations"))


def test_every_table_is_filled_in_but_the_readers_own(home: Change) -> None:
    """Each exercise has something to show; what a reader assumes is for them to say."""
    assert [key for key in TABLES if not home.table(key)] == ["assumptions"]
    assert home.faults() == []
    head = {column.name for column in TABLES["change"].columns} - {"source"}
    assert [key for key in head if not getattr(home, key)] == []


def test_it_has_something_of_everything_an_exercise_asks_about(home: Change) -> None:
    """All kinds of tie, all strengths of evidence, all three ways of learning, and so on."""
    assert {tie.kind for tie in home.ties} == {"line", "influence", "money", "information"}
    assert {row.strength for row in home.claims} == {
        "strong", "moderate", "weak", "contested", "none",
    }  # fmt: skip
    assert {row.how for row in home.learning} == {"taught", "alongside", "by doing"}
    assert {row.credit for row in home.ideas} == {"ours", "shared", "theirs"}
    assert {row.whose for row in home.interests} == {"patients", "organisation", "person"}
    assert {row.in_our_gift for row in home.barriers} == {True, None}
    assert len({row.kind for row in home.barriers}) == len(home.barriers) == 8
    assert len({row.pole for row in home.tension}) == 2
    assert {row.kind for row in home.readings} == {"measured", "expected"}
    assert all(rule.set_on and rule.review and rule.set_on < rule.review for rule in home.rules)
    assert 5 <= len({row.sector for row in home.organisations}) <= 6
    assert max(len(row.name) for row in home.organisations) <= 26


@pytest.mark.parametrize("subject", DRAWN)
def test_every_subject_has_something_to_say_and_to_show(home: Change, subject: str) -> None:
    """No empty frame, no "add one", and pictures that can be read wide and narrow."""
    module = importlib.import_module(f"system_leadership.{subject}")
    told = module.explain(home)
    assert len(told) >= 4
    assert not EMPTY.search(" ".join(told)), told
    for name in DRAWN[subject]:
        picture = getattr(module, name)(home)
        assert not EMPTY.search(f"{picture.title} {picture.sentence}"), picture.sentence
        assert picture.table.rows
        if subject != "system_map":  # a map writes some of its words twice, one on the other
            picture_checks.check(picture)


def test_the_page_has_every_part(home: Change) -> None:
    """A plan of it lacks nothing."""
    made = plan.build(home)
    assert made.missing == ()
    assert {section.heading for section in made.sections} == {part.heading for part in plan.PARTS}
    assert made.rows <= plan.LINES


# -------------------------------------------------------------------- the workshop


def test_the_room_agrees_in_part_and_differs_by_profession() -> None:
    """Enough files that something can be said: what is seen alike, what is far apart, and why."""
    room = examples.load_all("workshop")
    assert len(room) == len(ROOM)
    assert all(change.faults() == [] for change in room)
    made = workshop.pool(room)
    assert made.participants == len(ROOM) >= 2 * workshop.LEAST
    views = {each.name: each.support.word for each in workshop.agreement(made) if each.support}
    assert views["Carers' Circle"] == "much alike"
    assert views["Lapwing Home Care"] == "far apart"
    first = workshop.differences(made)[0]
    assert (first.name, first.low, first.high) == ("Harrowmere Council", "nurse", "manager")
    assert first.points >= 4
    assert all(made.hidden[key] for key in ("organisations", "homes"))
    assert made.barriers
    for picture in (workshop.draw(made), workshop.draw_differences(made)):
        picture_checks.check(picture)


def test_the_room_is_about_the_fictional_change() -> None:
    """The files and the change name the same places, so that one can be shown beside the other."""
    home = Change.example("home-from-hospital")
    for change in examples.load_all("workshop"):
        assert set(change.names("organisations")) <= set(home.names("organisations"))
        assert change.find(change.you, "people") == change.you
        assert change.title == home.title


def test_an_unknown_folder_names_those_there_are() -> None:
    """A slip in code is told like any other."""
    with pytest.raises(KeyError, match="Did you mean 'workshop'"):
        examples.load_all("workshops")
    with pytest.raises(KeyError, match="There are: workshop"):
        examples.load_all("zzz")
