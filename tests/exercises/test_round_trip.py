"""From text to a workbook and back: nothing lost, nothing added, nothing moved."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from changes_drawn import MANY, PLAIN, TEXT, changes
from hypothesis import given
from hypothesis import strategies as st
from system_leadership import Change, ChangeFileError, Organisation, Step, Tie, examples, files
from system_leadership.change import TABLES
from system_leadership.workbook import join_many, split_many
from system_leadership.workbook_read import read
from system_leadership.workbook_write import write
from system_leadership.xlsx import EARLIEST, escape, from_serial, to_serial, unescape
from system_leadership.xlsx_read import read_sheets
from system_leadership.xlsx_write import Look, SheetPlan, write_book


def afresh(change: Change) -> str:
    """Give the text of a change, without the layout of the text it came from.

    Keys that nobody knows come in the order of their columns, so they are sorted here.
    """

    def in_order(row):
        return evolve(row, kept=dict(sorted(row.kept.items())))

    tables = {
        key: [in_order(row) for row in change.table(key)] for key in TABLES if key != "change"
    }
    return evolve(in_order(change), **tables, written="").dumps()


def kinds(change: Change) -> list[object]:
    """Give what was kept with its Python types: 1, 1.0 and True are equal but not the same."""
    rows = [row for key in TABLES for row in change.table(key)]
    return [
        (key, type(value) if isinstance(value, bool | str) else 0)
        for row in rows
        for key, value in sorted(row.kept.items())
    ]


@MANY
@given(changes(typed=False))
def test_text_to_workbook_to_text_loses_nothing(change):
    """What the workbook gives back is the change, and so is its text, sign for sign."""
    text = change.dumps()
    first = files.loads(text, strict=False)
    again = read(write(first)).change
    assert again == first
    assert kinds(again) == kinds(first)
    assert afresh(again) == afresh(first)


@MANY
@given(changes(typed=True))
def test_what_only_python_can_hold_comes_back_from_a_workbook(change):
    """Numbers, dates and yes or no where they do not belong are kept as what they are."""
    reading = read(write(change))
    assert reading.change == change
    assert kinds(reading.change) == kinds(change)
    assert sorted(map(told, change.faults())) == sorted(map(told, reading.faults))
    assert reading.would_lose == ()


def told(fault):
    """Give what a fault is about, but not where its cell is."""
    return fault.table, fault.column, fault.found[:40], fault.right


@given(changes(typed=False))
def test_the_same_change_gives_the_same_bytes(change):
    """So that saving twice changes nothing, and version control sees no difference."""
    assert write(change) == write(read(write(change)).change)


@given(st.lists(st.lists(st.one_of(PLAIN, st.none()), max_size=4), max_size=4))
def test_any_cell_comes_back_from_a_sheet(rows):
    """Below the model: texts, numbers, yes or no and dates, each in its cell."""
    fitting = [[None if isinstance(v, int) and abs(v) > 2**53 else v for v in row] for row in rows]
    plan = SheetPlan("Cells", [[(value, Look.TEXT) for value in row] for row in fitting])
    (sheet,) = read_sheets(write_book([plan], title="", subject="", names={}))
    expected = {
        place: {number: value for number, value in enumerate(row, 1) if value not in (None, "")}
        for place, row in enumerate(fitting, 1)
    }
    assert sheet.rows == {place: cells for place, cells in expected.items() if cells}


@given(TEXT)
def test_escapes_come_back(text):
    """Control characters are escaped, and text that looks like an escape is too."""
    assert unescape(escape(text)) == text.replace("&", "&amp;").replace("<", "&lt;").replace(
        ">", "&gt;"
    ).replace('"', "&quot;")


@given(st.lists(TEXT.map(str.strip).filter(bool)))
def test_lists_in_one_cell_come_back(parts):
    """Names with semicolons and quotation marks in them too."""
    assert split_many(join_many(tuple(parts))) == parts


@given(st.dates(EARLIEST), st.booleans())
def test_days_come_back(day, noon):
    """From 1 March 1900 on all spreadsheets count days alike."""
    moment = dt.datetime.combine(day, dt.time(12, 30)) if noon else day
    assert from_serial(to_serial(moment)) == moment


@pytest.mark.parametrize("name", examples.names())
def test_examples_come_back(name):
    """Every example that ships: the same change, and over its own file not a sign is different."""
    change = Change.example(name)
    again = read(write(change)).change
    assert again == change
    assert evolve(again, written=change.written).dumps() == change.dumps()


def test_a_file_edited_by_way_of_excel_keeps_its_comments(tmp_path):
    """From my-change.yml to a workbook, an edit there, and back over my-change.yml."""
    text, book = tmp_path / "my-change.yml", tmp_path / "my-change.xlsx"
    text.write_text(examples.text("stroke-london"), encoding="utf-8")
    Change.load(text).save(book)
    change = Change.load(book)
    rows = change.rows("ties")
    rows[3]["strength"] = 1
    change, _ = change.replace_table("ties", rows)
    change.save(book)
    Change.load(book).save(text)
    before = examples.text("stroke-london").splitlines()
    after = text.read_text(encoding="utf-8").splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_the_order_of_rows_and_columns_stays():
    """Rows stand as the reader put them, and keys nobody knows as they came."""
    text = (
        "organisations:\n  - {name: B, zeal: high, age: 4}\n  - {name: A, age: 3}\n"
        "  - {name: C, zeal: low}\n"
    )
    change = files.loads(text, strict=False)
    again = read(write(change)).change
    assert [row.name for row in again.organisations] == ["B", "A", "C"]
    assert list(again.organisations[0].kept) == ["zeal", "age"]
    assert afresh(again) == afresh(change)


def test_long_text_comes_back_or_is_told(tmp_path):
    """Up to what a cell holds all is well; one sign more is told, and no file is written."""
    longest = Change(organisations=[Organisation("A", note="🙂" * 16383 + "x")])
    assert read(write(longest)).change == longest
    longer = evolve(
        longest,
        organisations=[Organisation("A"), Organisation("B", note="x" * 32768)],
        title="y" * 40_000,
    )
    with pytest.raises(ChangeFileError) as caught:
        longer.save(tmp_path / "my-change.xlsx")
    told = str(caught.value)
    assert "my-change.xlsx was not written. A .yml file can hold this." in told
    assert "The change, Title: found “yyy" in told
    assert "Organisations, row 2, Note: found “xxx" in told
    assert "It has 32,768 characters. A cell of a workbook holds 32,767." in told
    assert list(tmp_path.iterdir()) == []


def test_blank_and_missing_are_the_same_and_zero_is_not():
    """A blank cell says nothing; 0 and no say something."""
    change, _ = Change.blank().replace_table("barriers", [{"what": "X", "in_our_gift": False}])
    change, _ = change.replace_table("ties", [{"from": "A", "to": "B", "strength": 0}])
    again = read(write(change)).change
    assert again.barriers[0].in_our_gift is False
    assert again.ties[0].strength == 0
    assert again.ties[0].note == ""


def test_steps_with_semicolons_in_their_names_are_still_found():
    """A list in one cell puts such a name in quotation marks."""
    change = Change(steps=[Step("Plan; decide"), Step("Build", depends_on=("Plan; decide", "X"))])
    again = read(write(change)).change
    assert again.steps[1].depends_on == ("Plan; decide", "X")


def test_numbers_keep_every_figure():
    """16 figures, as common libraries write them, are not always enough."""
    third = 0.1 + 0.2
    assert read(write(Change(ties=[Tie("A", "B", "", third)]))).change.ties[0].strength == third
