"""The model: names, faults and tables that a form can update."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from changes import TEXT, changes
from hypothesis import given
from system_leadership import (
    TABLES,
    Change,
    Idea,
    Organisation,
    Person,
    Step,
    Supposed,
    Tie,
    approvals,
)
from system_leadership.forms.page import snapshot, unpack
from system_leadership.names import fold


@pytest.fixture
def small() -> Change:
    """Two organisations, one person and one tie."""
    return Change(
        organisations=[Organisation("Acute trust", "NHS"), Organisation("City council")],
        people=[Person("Stroke lead", "Acute trust")],
        ties=[Tie("Acute trust", "City council", "influence", 4)],
        you="Acute trust",
    )


def test_blank_change_is_valid():
    """A reader starts from nothing, and nothing is wrong with that."""
    assert Change.blank().faults() == []
    assert all(Change.blank().rows(key) == [] for key in TABLES if key != "change")


@pytest.mark.parametrize(
    "name", ["acute TRUST", "  Acute   trust ", "Acúte-trust", "ACUTE\u00a0TRUST"]
)
def test_names_match_whatever_case_spaces_and_accents(small, name):
    """People do not type names the same way twice."""
    change, faults = small.replace_table("ties", [{"from": name, "to": "Stroke lead"}])
    assert faults == []
    assert change.find(name) == "Acute trust"


def test_reference_to_nobody_suggests_the_nearest_name(small):
    """A slip of the finger is told with the name that was meant."""
    _, faults = small.replace_table("ties", [{"from": "Acute trust", "to": "City concil"}])
    assert [(f.row, f.column, f.found, f.suggestion) for f in faults] == [
        (1, "to", "City concil", "City council")
    ]
    assert "Did you mean “City council”?" in str(faults[0])


def test_all_faults_at_once_and_nothing_typed_is_lost(small):
    """Three wrong cells give three faults, and the form shows what was typed."""
    typed = {"from": "Nobody", "to": "Acute trust", "kind": "firend", "strength": "lots"}
    change, faults = small.replace_table("ties", [typed])
    assert [f.column for f in faults] == ["from", "kind", "strength"]
    assert {key: change.rows("ties")[0][key] for key in typed} == typed
    mended, faults = change.replace_table(
        "ties", [{**typed, "from": "City council", "kind": "line", "strength": 3}]
    )
    assert faults == []
    assert mended.ties[0] == Tie("City council", "Acute trust", "line", 3)


@given(changes())
def test_forms_give_back_what_they_were_given(change):
    """Showing every table in a form and taking it back changes nothing, faults included."""
    again = Change.blank()
    for key in TABLES:
        again, _ = again.replace_table(key, change.rows(key))
    assert again == change
    assert [str(f) for f in again.faults()] == [str(f) for f in change.faults()]


@given(changes())
def test_taking_a_table_back_twice_is_the_same_as_once(change):
    """A form that sends the same rows again does no harm."""
    for key in TABLES:
        assert change.replace_table(key, change.rows(key))[0] == change


def test_columns_a_form_does_not_show_are_kept():
    """A form has no column for sources; an edit there must not lose them."""
    rows = [Organisation("A", source=["x"]), Organisation("B", source=["y"])]
    change = Change(organisations=rows)
    change, _ = change.replace_table(
        "organisations", [{"name": "B"}, {"name": "C"}, {"name": "A", "sector": "NHS"}]
    )
    assert [each.source for each in change.organisations] == [("y",), (), ("x",)]


def test_ties_follow_a_renamed_organisation(small):
    """Correcting a name letter by letter must not cut its ties on the way."""
    change = small
    for name in ("Acute tru", "Acute trus", "Acute NHS trust"):
        rows = change.rows("organisations")
        rows[0]["name"] = name
        change, faults = change.replace_table("organisations", rows)
        assert faults == []
    assert change.ties[0].from_ == change.you == change.people[0].organisation == "Acute NHS trust"
    assert change.faults() == []


def test_swapping_two_rows_renames_nobody(small):
    """Moving rows up and down is not renaming."""
    change, _ = small.replace_table("organisations", small.rows("organisations")[::-1])
    assert change.ties == small.ties


def test_row_numbers_count_blank_rows_too(small):
    """The reader counts the rows on the screen, the empty ones as well."""
    rows = [{"from": "", "to": None}, {}, {"from": "Acute trust", "to": "Nobody at all"}]
    change, faults = small.replace_table("ties", rows)
    assert [f.row for f in faults] == [3]
    assert len(change.ties) == 1


def test_two_of_one_name_are_told_apart_from_one():
    """A tie could not say which of the two it means."""
    change = Change(
        organisations=[Organisation("Trust"), Organisation(" trust ")], people=[Person("TRUST")]
    )
    assert [(f.table, f.row) for f in change.faults()] == [("organisations", 2), ("people", 1)]


def test_managers_in_a_loop_are_shown_as_a_loop():
    """A manages B manages C manages A: the message names them all."""
    people = [Person("A", manager="C"), Person("B", manager="A"), Person("C", manager="B")]
    faults = Change(people=people).faults()
    assert len(faults) == 1
    assert "A → C → B → A" in faults[0].right
    assert Change(people=[Person("A", manager="a")]).faults()[0].right.startswith("Nobody can be")


def test_tie_to_itself_is_a_fault():
    """A tie needs two ends."""
    change = Change(organisations=[Organisation("A")], ties=[Tie("A", "a")])
    assert "two different ends" in str(change.faults()[0])


def test_days_must_grow():
    """Three guesses in the wrong order are a slip."""
    assert Change(steps=[Step("Consult", 10, 5, 20)]).faults()[0].column == "likely"
    assert Change(steps=[Step("Consult", 5, None, 20)]).faults() == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2009-07-20", dt.date(2009, 7, 20)),
        ("20/07/2009", dt.date(2009, 7, 20)),
        ("3/4/2009", dt.date(2009, 4, 3)),
        ("20 July 2009", dt.date(2009, 7, 20)),
        ("1st Sept. 2009", dt.date(2009, 9, 1)),
        (dt.datetime(2009, 7, 20, 12), dt.date(2009, 7, 20)),
        ("31/02/2009", None),
        ("20/07/09", None),
        ("July", None),
    ],
)
def test_dates_are_british_day_first(typed, read):
    """3/4/2009 is the third of April; what is not a date is kept and reported."""
    change, faults = Change.blank().replace_table("change", [{"date": typed}])
    assert change.date == read
    assert bool(faults) == (read is None)


@pytest.mark.parametrize(
    "typed",
    ["1e400", "nan", "inf", "-1", "10.01", "5 out of 10", True, [5, 6], {"a": 1}, 10**400, "٥"],
)
def test_numbers_out_of_range_or_not_numbers_are_faults(typed):
    """A strength runs from 0 to 10, in digits."""
    rows = [{"from": "A", "to": "B", "strength": typed}]
    change, faults = Change(people=[Person("A"), Person("B")]).replace_table("ties", rows)
    assert [f.column for f in faults] == ["strength"]
    assert change.ties[0].strength is None
    assert change.rows("ties")[0]["strength"] == typed


def test_unknown_columns_are_kept_and_reported():
    """A key from another version is not thrown away."""
    change, faults = Change.blank().replace_table("people", [{"name": "A", "profesion": "nurse"}])
    assert faults[0].suggestion == "profession"
    assert change.rows("people")[0]["profesion"] == "nurse"


def test_unknown_table_names_the_nearest():
    """A slip in code is told like a slip in a form."""
    with pytest.raises(KeyError, match="organisations"):
        Change.blank().rows("organisation")


@given(TEXT, TEXT)
def test_matching_is_the_same_both_ways(one, other):
    """If one name matches another, the other matches it; and folding twice changes nothing."""
    assert fold(fold(one)) == fold(one)
    if one.strip():
        change = Change(people=[Person(one)])
        assert (change.find(other) is not None) == (fold(one) == fold(other) != "")


def test_every_column_is_described_in_plain_words():
    """Forms, worksheets and the workbook are made from these words."""
    for spec in TABLES.values():
        assert spec.title, spec.key
        assert spec.help.endswith("."), spec.key
        names = [column.name for column in spec.columns]
        assert len(names) == len(set(names))
        for column in spec.columns:
            assert column.label, (spec.key, column.name)
            assert column.help.endswith((".", "?")), (spec.key, column.name)
            assert column.kind in ("text", "long", "choice", "number", "date", "name", "flag")
            assert (column.kind == "choice") == bool(column.choices)
            assert (column.kind == "name") == bool(column.of)
            if column.kind == "number":
                assert column.min is not None
                assert column.max is not None


OLD_FILE = """\
change:
  title: One front door
  date: 2027-03-01
you: Trust
organisations:
  - name: Trust
steps:
  - name: Consult
    likely: 90
"""
OLD_SNAPSHOT = (
    '{"change": {"title": "One front door", "date": "2027-03-01"}, "you": "Trust", '
    '"organisations": [{"name": "Trust"}], "steps": [{"name": "Consult", "likely": 90}]}'
)


@pytest.mark.parametrize("read", [Change.loads, unpack])
def test_files_from_before_ideas_and_assumptions_still_open(read):
    """A change kept by an earlier release has none of the later keys, and nothing is wrong."""
    change = read(OLD_FILE if read is Change.loads else OLD_SNAPSHOT)
    assert change.faults() == []
    assert (change.starts, change.ideas, change.assumptions) == (None, (), ())
    assert change.title == "One front door"
    assert approvals.critical_path(change).start == dt.date(2027, 3, 1)
    assert change.supposed("stability/median_stay", 36) == 36


def test_day_one_ideas_and_assumptions_are_kept_in_every_kind_of_file(tmp_path):
    """Text, workbook and snapshot give them back."""
    change = Change(
        starts=dt.date(2027, 4, 5),
        organisations=[Organisation("Trust")],
        ideas=[Idea("One list", "Trust", "Their name on it", "shared", dt.date(2027, 6, 1))],
        assumptions=[Supposed("stability/kept", 0.25)],
    )
    assert change.faults() == []
    for ending in ("yml", "xlsx"):
        path = tmp_path / f"kept.{ending}"
        change.save(path)
        again = Change.load(path)
        assert (again.starts, again.ideas) == (change.starts, change.ideas)
        assert again.assumptions == change.assumptions
    assert unpack(snapshot(change)[0]) == change


def test_day_one_of_the_steps_comes_before_the_date():
    """Steps are counted from day one, else from the date, else from a start that is given."""
    one, other = dt.date(2027, 4, 5), dt.date(2027, 1, 1)
    change = Change(date=other, starts=one, steps=[Step("A", likely=10)])
    assert approvals.critical_path(change).start == one
    assert approvals.critical_path(Change(date=other, steps=change.steps)).start == other
    assert approvals.critical_path(change, dt.date(2028, 1, 1)).start == dt.date(2028, 1, 1)
    assert "15 April 2027" in approvals.explain(change)[0]


def test_an_idea_follows_whoever_it_is_shared_with():
    """Renaming an organisation does not leave its ideas with nobody."""
    change = Change(organisations=[Organisation("A")], ideas=[Idea("One list", "A")])
    change, _ = change.replace_table("organisations", [{"name": "Alpha"}])
    assert change.ideas[0].with_whom == "Alpha"
    again, faults = Change.blank().replace_table(
        "ideas", [{"with_whom": "Anybody at all", "credit": "us"}]
    )
    assert [each.column for each in faults] == ["idea", "credit"]
    assert again.rows("ideas")[0]["credit"] == "us"


def test_what_the_reader_assumes_is_the_last_they_said():
    """A blank value says nothing; names are matched as people type them."""
    change = Change(
        assumptions=[
            Supposed("stability/kept", 0.2),
            Supposed("Stability/Kept", 0.4),
            Supposed("stability/kept"),
            Supposed("nothing/known", 3),
        ]
    )
    assert change.faults() == []
    assert change.supposed("stability/kept", 0.3) == 0.4
    assert change.supposed("stability/growth", 12) == 12
    _, faults = Change.blank().replace_table(
        "assumptions", [{"value": 3}, {"about": "a", "value": "x"}]
    )
    assert [(each.row, each.column) for each in faults] == [(1, "about"), (2, "value")]


def test_import_is_light():
    """Opening the package in a browser must not pull in what only files or pictures need."""
    code = (
        "import sys, system_leadership; "
        "heavy = {'ruamel', 'ruamel.yaml', 'vl_convert', 'networkx', 'openpyxl', 'cattrs', "
        "'system_leadership.pictures'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
