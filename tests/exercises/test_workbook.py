"""The Excel workbook: made for people, careful with what it opens, never losing what they wrote."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import os
import re
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from attrs import evolve
from changes import random_system
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from system_leadership import Change, ChangeFileError, Organisation, files
from system_leadership.change import TABLES
from system_leadership.forms import hosts
from system_leadership.forms.page import Page, snapshot, unpack
from system_leadership.workbook import COVER, GUIDE, NAMES, SET_ASIDE
from system_leadership.workbook_read import read
from system_leadership.workbook_write import write
from system_leadership.xlsx_read import read_sheets
from workbooks import SHEET, edited, part, repacked, sample

SAMPLE = write(sample())
ROWS = {key: spec for key, spec in TABLES.items() if key != "change"}


def opened(change=None):
    """Open a workbook of ours in another program."""
    return openpyxl.load_workbook(io.BytesIO(write(change or sample())))


def refusals(content: bytes, file: str = "my-change.xlsx") -> list[str]:
    """Give the faults with which a workbook is refused."""
    with pytest.raises(ChangeFileError) as caught:
        files.read(content, file)
    return [str(fault) for fault in caught.value.faults]


# ------------------------------------------------------------------ made for people


def test_the_sheets_come_in_order_under_the_names_readers_know():
    """The explanation first, then the change and its tables as the forms call them."""
    titles = [spec.title for spec in TABLES.values()]
    assert opened().sheetnames == [COVER, *titles, GUIDE, NAMES]


def test_the_cover_says_what_it_is_how_to_fill_it_in_and_who_can_see_it():
    """In plain words, and with a way to every sheet."""
    book = opened()
    cover = book[COVER]
    assert cover["A1"].value == "Eight units"
    questions = [cell.value for cell in cover["A"]]
    for each in ("What this is", "How to fill it in", "What not to type", "Who can see it"):
        assert each in questions
    assert "No names of patients" in str([cell.value for cell in cover["B"]])
    links = {cell.value for row in cover for cell in row if cell.hyperlink}
    assert links == {*book.sheetnames} - {COVER}
    for row in cover:
        for cell in row:
            if cell.hyperlink:
                assert cell.hyperlink.location == f"'{cell.value}'!A1"


def test_the_document_has_a_title_and_a_language():
    """A screen reader says the one and needs the other to say it right."""
    properties = opened().properties
    assert properties.title == "Eight units"
    assert properties.language == "en-GB"


@pytest.mark.parametrize("key", ROWS)
def test_each_table_is_laid_out_for_people(key):
    """Bold headings that stay in view, a table with a name, fitting widths, nothing merged."""
    spec = ROWS[key]
    sheet = opened()[spec.title]
    headings = [cell for cell in sheet[1] if cell.value]
    assert [cell.value for cell in headings] == [column.label for column in spec.columns]
    assert all(cell.font.b for cell in headings)
    assert sheet.freeze_panes == "B2"
    assert sheet.merged_cells.ranges == set()
    (table,) = sheet.tables.values()
    assert table.ref.startswith(f"A1:{get_column_letter(len(headings))}")
    assert table.headerRowCount == 1
    assert [column.name for column in table.tableColumns] == [cell.value for cell in headings]
    for place, column in enumerate(spec.columns, 1):
        width = sheet.column_dimensions[get_column_letter(place)].width
        assert len(max(column.label.split(), key=len)) < width < 60
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize("key", ROWS)
def test_each_column_has_a_note_and_help_that_is_spoken(key):
    """On the heading for the mouse, in the cells for the keyboard, on one sheet for reading."""
    spec = ROWS[key]
    book = opened()
    sheet = book[spec.title]
    guide = {(row[0].value, row[1].value): row[2].value for row in book[GUIDE].iter_rows(min_row=2)}
    for place, column in enumerate(spec.columns, 1):
        note = sheet.cell(1, place).comment.text
        assert column.help in note
        rule = rule_for(sheet, sheet.cell(2, place).coordinate)
        assert rule.showInputMessage
        assert rule.promptTitle == column.label[:32]
        assert rule.prompt.startswith(column.help[:200])
        assert guide[spec.title, column.label] == column.help


def rule_for(sheet, cell):
    """Find the rule for what may be typed in a cell."""
    (rule,) = [each for each in sheet.data_validations.dataValidation if cell in each.sqref]
    return rule


def test_what_may_be_typed_is_limited_where_it_should_be():
    """Choices and names from lists, numbers in their range, dates as dates, in rows to come too."""
    book = opened()
    for spec in ROWS.values():
        sheet = book[spec.title]
        for place, column in enumerate(spec.columns, 1):
            rule = rule_for(sheet, sheet.cell(1999, place).coordinate)
            assert rule.allowBlank
            if column.kind in ("choice", "flag"):
                assert (rule.type, rule.errorStyle or "stop") == ("list", "stop")
                choices = column.choices or ("yes", "no")
                assert tuple(rule.formula1.strip('"').split(",")) == choices
            elif column.kind == "number":
                assert (rule.type, rule.operator or "between") == ("decimal", "between")
                if column.min is not None and column.max is not None:
                    assert (float(rule.formula1), float(rule.formula2)) == (column.min, column.max)
            elif column.kind == "date":
                assert rule.type == "date"
            elif column.kind == "name" and not column.many:
                assert rule.type == "list"
                assert rule.formula1 in book.defined_names
                # A new name may be typed before it stands in its own table.
                assert not rule.showErrorMessage or rule.errorStyle == "warning"
            else:
                assert rule.type in (None, "none")


def test_the_change_itself_is_a_row_for_each_thing_to_say():
    """What, your answer, and what to write, side by side."""
    sheet = opened()["The change"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["What", "Your answer", "What to write"]
    assert [row[0] for row in rows[1:]] == [column.label for column in TABLES["change"].columns]
    assert rows[1][1] == "Eight units"
    assert rule_for(sheet, "B5").type == "date"


def test_dates_are_dates():
    """They sort, and show the month in letters: 3 April cannot be taken for 4 March."""
    cell = opened()["Fixed and flexible"]["D2"]
    assert cell.value == dt.datetime(2027, 4, 3)
    assert cell.number_format == "d\\ mmm\\ yyyy"


def test_names_for_the_lists_follow_what_is_typed():
    """The list of all names is worked out by the spreadsheet, and says what it is now."""
    book = opened()
    sheets = read_sheets(write(sample()))
    names = next(sheet for sheet in sheets if sheet.name == NAMES)
    column = [cells[1] for _, cells in sorted(names.rows.items())]
    assert column == ["Organisations and people", "Trust", "Council", "Lead"]
    assert "COUNTA(Organisations!$A$2:$A$2000)" in names.formulas[2, 1]
    assert book[NAMES].protection.sheet
    assert "OFFSET(Organisations!$A$2" in book.defined_names["NamesOfOrganisations"].attr_text


def test_excel_will_open_what_we_write():
    """Excel offers to repair a file for things that other programs pass over: none is there."""
    change = random_system(30, 40)
    change = evolve(change, organisations=[Organisation("A", kept={"mood": "x", "A\nB": ["y"]})])
    content = write(change)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = set(archive.namelist())
        types = ElementTree.fromstring(archive.read("[Content_Types].xml"))
        named = {each.get("PartName", "").lstrip("/") for each in types} - {""}
        ends = {each.get("Extension") for each in types}
        assert named <= parts
        assert all(name in named or name.rpartition(".")[2] in ends for name in parts)
        for name in parts:
            tree = ElementTree.fromstring(archive.read(name))
            if name.endswith(".rels"):
                folder = Path("/", name).parent.parent
                for each in tree:
                    target = os.path.normpath(folder / each.get("Target"))
                    assert target.lstrip("/") in parts
    tables, shown = [], []
    for sheet in opened(change):
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.prompt or "") <= 255
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.error or "") <= 225
            assert len(rule.formula1 or "") <= 255
        cells = [range_ for rule in sheet.data_validations.dataValidation for range_ in rule.sqref]
        assert not any(
            one.isdisjoint(other) is False for one in cells for other in cells if one is not other
        )
        for table in sheet.tables.values():
            tables.append(table.displayName.casefold())
            first = table.ref.split(":")[0]
            row = sheet[first].row
            headings = [sheet.cell(row, n).value for n in range(1, len(table.tableColumns) + 1)]
            assert headings == [column.name for column in table.tableColumns]
            assert len({heading.casefold() for heading in headings}) == len(headings)
            assert all(0 < len(heading) <= 255 for heading in headings)
            assert re.fullmatch("[A-Za-z_]+", table.displayName)
        shown.append(sheet.title)
        assert len(sheet.title) <= 31
        assert not set("[]:*?/\\") & set(sheet.title)
    assert len(set(tables)) == len(tables) == len(shown) - 1  # all but the names
    assert not set(tables) & {name.casefold() for name in opened(change).defined_names}


DANGEROUS = ["=1+1", "+44 20 7946 0000", "-5 is a loss", "@SUM(A1)", "\t=1", "＝1+1", "'quoted",
             "=HYPERLINK(\"http://example.org\",\"x\")", "=cmd|' /C calc'!A0"]  # fmt: skip


def test_what_looks_like_a_formula_is_text():
    """It is written as text, and marked so that it stays text when the cell is opened and left."""
    rows = [{"name": f"{number}", "note": text} for number, text in enumerate(DANGEROUS)]
    rows += [{"name": text} for text in DANGEROUS if text != "\t=1"]
    change, _ = Change.blank().replace_table("organisations", rows)
    change, _ = change.replace_table(
        "commitments", [{"statement": "=1", "review": "=TODAY()", "kind": "=1"}]
    )
    change, _ = change.replace_table("change", [{"title": "=1+1", "date": "=NOW()"}])
    content = write(change)
    book = openpyxl.load_workbook(io.BytesIO(content))
    seen = 0
    for title in (COVER, "The change", "Organisations", "Fixed and flexible"):
        for row in book[title]:
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@\t＝'")):
                    assert cell.quotePrefix
                    assert cell.number_format == "@"
                    seen += 1
    assert seen == len(rows) + 6  # and three of the commitment, two of the change, the cover
    assert read(content).change == change


def test_a_table_longer_than_a_sheet_is_told(monkeypatch):
    """A million rows fit, more do not."""
    monkeypatch.setattr("system_leadership.workbook_write.LAST_ROW", 1003)
    change = Change(organisations=[Organisation(str(number)) for number in range(4)])
    with pytest.raises(ChangeFileError, match="It has 4 rows"):
        write(change)


def test_large_workbooks_are_quick():
    """5,000 rows in seconds, and drop-downs that reach beyond the last of them."""
    change = random_system(1000, 4000)
    started = time.perf_counter()
    content = write(change)
    assert read(content).change == change
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Ties"]
    assert rule_for(sheet, "A5000").type == "list"


def test_excel_is_loaded_only_when_it_is_used():
    """The text file must not wait for it, nor the browser download it."""
    code = (
        "import sys; from system_leadership import Change, files;"
        "files.read(files.write(Change(title='A'), 'a.yml'), 'a.yml');"
        "print([m for m in sys.modules if 'xlsx' in m or 'workbook' in m or 'openpyxl' in m]);"
        "files.read(files.write(Change(title='A'), 'a.xlsx'), 'a.xlsx');"
        "print('openpyxl' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["[]", "False"]


# --------------------------------------------------------------- read as people edit


def test_another_program_may_save_it():
    """What openpyxl makes of our workbook, with other XML, still says the same."""
    assert read(edited(lambda book: None)).change == sample()


def test_columns_may_be_moved_left_out_and_headed_by_their_keys():
    """Columns are known by their headings; case and spaces do not matter."""

    def edit(book):
        sheet = book["Ties"]
        sheet.tables.clear()
        sheet.delete_rows(1, 3)
        for row in (["KIND ", "to", "from"], ["money", "Council", "Trust"]):
            sheet.append(row)

    change = read(edited(edit)).change
    assert [(tie.from_, tie.to, tie.kind) for tie in change.ties] == [("Trust", "Council", "money")]


def test_sheets_may_be_left_out_moved_and_renamed_by_case():
    """What is not there is blank."""

    def edit(book):
        del book["Fixed and flexible"]
        del book[COVER]
        del book[NAMES]
        book.move_sheet("Ties", -3)
        book["Ties"].title = "TIES "

    reading = read(edited(edit))
    assert reading.change == evolve(sample(), commitments=())
    assert reading.faults == reading.notices == reading.would_lose == ()


def test_rows_may_be_blank_sorted_and_in_between():
    """Faults count rows as the sheet does."""

    def edit(book):
        sheet = book["Ties"]
        sheet["A9"], sheet["B9"], sheet["D9"] = "Council", "Trsut", "lots"

    told = refusals(edited(edit))
    assert told == [
        "my-change.xlsx, sheet “Ties”, row 9, column “To” (cell B9): found “Trsut”. No "
        "organisation or person has this name. Did you mean “Trust”?",
        "my-change.xlsx, sheet “Ties”, row 9, column “Strength” (cell D9): found “lots”. Give a "
        "number from 0 to 10.",
    ]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("03/04/2027", dt.date(2027, 4, 3)),  # the day comes first, as in Britain
        ("3.4.2027", dt.date(2027, 4, 3)),
        ("2027-04-03", dt.date(2027, 4, 3)),
        ("3 April 2027", dt.date(2027, 4, 3)),
        (dt.datetime(2027, 4, 3), dt.date(2027, 4, 3)),
        (dt.date(1900, 3, 1), dt.date(1900, 3, 1)),
        ("25/12/1899", dt.date(1899, 12, 25)),
    ],
)
def test_dates_are_read_as_dates_or_as_text(typed, day):
    """Dates as text are read day first; real dates as they are."""

    def edit(book):
        book["Fixed and flexible"]["D2"] = typed

    assert read(edited(edit)).change.commitments[0].review == day


def test_the_calendar_of_old_macs_is_understood():
    """Their days count from 1904."""

    def edit(book):
        book.epoch = CALENDAR_MAC_1904
        book["Fixed and flexible"]["D2"] = dt.datetime(2027, 4, 3)

    assert read(edited(edit)).change.commitments[0].review == dt.date(2027, 4, 3)


def test_a_date_that_lost_its_look_is_recognised():
    """A bare number where a date belongs is told, with the day it stands for."""

    def edit(book):
        cell = book["Fixed and flexible"]["D2"]
        cell.value, cell.number_format = 46480, "General"

    assert refusals(edited(edit)) == [
        "my-change.xlsx, sheet “Fixed and flexible”, row 2, column “Review” (cell D2): found "
        "“46480”. Give a date such as 20 July 2009 or 2009-07-20. Did you mean “3 April 2027”?"
    ]


def test_numbers_and_dates_in_columns_of_text_are_text():
    """A sector called 2009 is a sector; a date under When is a date in words."""

    def edit(book):
        book["Organisations"]["B2"] = 2009
        book["Organisations"]["B3"] = 0.5
        book["Involvement"]["A2"] = "Where to build"
        book["Involvement"]["B2"] = dt.datetime(2027, 4, 3)
        book["Involvement"]["A3"] = True
        book["Involvement"]["B3"] = dt.time(12, 30)

    change = read(edited(edit)).change
    assert [row.sector for row in change.organisations] == ["2009", "0.5"]
    assert [row.when for row in change.involvement] == ["2027-04-03", "12:30"]
    assert change.involvement[1].decision == "yes"


def test_text_in_a_number_column_is_a_number_or_told():
    """7 typed as text is 7."""

    def edit(book):
        book["Ties"]["D2"], book["Ties"]["D3"] = "7", "seven"

    content = edited(edit)
    assert refusals(content) == [
        "my-change.xlsx, sheet “Ties”, row 3, column “Strength” (cell D3): found “seven”. Give a "
        "number from 0 to 10."
    ]
    assert read(content).change.ties[0].strength == 7


def test_rich_text_and_spoken_text_are_read_as_text():
    """Bold letters do not matter; how a Japanese word is spoken is not part of it."""
    strings = part(write(sample()), "xl/sharedStrings.xml")
    rich = strings.replace(
        "<t>Since May.</t>",
        "<r><t>Since </t></r><r><rPr><b/></rPr><t>May.</t></r><rPh sb='0' eb='1'><t>X</t></rPh>",
    )
    assert rich != strings
    assert (
        read(repacked(write(sample()), xl__sharedStrings_dot_xml=rich.encode())).change == sample()
    )


# --------------------------------------------------------------------- all kinds of bad


def vary(name: str, edit):
    """Give a bad workbook that is edited in another program."""
    return pytest.param(lambda: edited(edit), id=name)


def put(sheet: str, **cells):
    """Give an edit that types into cells."""

    def edit(book):
        for cell, value in cells.items():
            book[sheet][cell] = value

    return edit


FAULTS = [
    ("choice", put("Ties", C2="influnce"),
     ["sheet “Ties”, row 2, column “Kind” (cell C2): found “influnce”. Choose line, influence, "
      "money or information. Did you mean “influence”?"]),
    ("range", put("Ties", D2=11), ["row 2, column “Strength” (cell D2): found “11”."]),
    ("date in a number", put("Ties", D2=dt.datetime(2027, 4, 3)),
     ["(cell D2): found “2027-04-03”"]),
    ("date", put("Fixed and flexible", D2="31/02/2027"), ["(cell D2): found “31/02/2027”. Give"]),
    ("flag", put("Barriers", A2="X", D2="perhaps"), ["“In our gift?” (cell D2): found “perhaps”"]),
    ("nobody", put("People", B2="Trst"), ["(cell B2): found “Trst”", "Did you mean “Trust”?"]),
    ("no name", put("Organisations", B5="NHS"), ["row 5, column “Name” (cell A5): This is blank."]),
    ("one name twice", put("Organisations", A4="trust"),
     ["row 4, column “Name” (cell A4): found “trust”. Organisations, row 1, has this name"]),
    ("own manager", put("People", D2="Lead"), ["Nobody can be their own line manager."]),
    ("change", put("The change", B5="July"),
     ["sheet “The change”, row 5, column “Date” (cell B5)"]),
    ("change nobody", put("The change", B7="Nobody"), ["(cell B7): found “Nobody”. No org"]),
    ("more to say", put("The change", A10="Mood", B10="high"),
     ["row 10, column “Mood” (cell B10): found “high”. The change has no column “Mood”"]),
    ("answer without a question", put("The change", B11="x"),
     ["row 11, column “Row 11” (cell B11)"]),
    ("said twice", put("The change", A10="Title", B10="Nine"),
     ["row 10, cell A10: found “Title”. This stands in row 2 already. Keep one"]),
    ("extra column", put("Ties", G1="Weight", G2=3),
     ["row 2, column “Weight” (cell G2): found “3”. Ties has no column “Weight”."]),
    ("nearly a column", put("Ties", D1="Strenght"), ["Did you mean “strength”?"]),
    ("no heading", put("Ties", G3="x"), ["row 3, column “Column G” (cell G3): found “x”."]),
    ("heading twice", put("Ties", G1="Kind"),
     ["row 1, column “Kind” (cell G1): Column C has this heading already."]),
    ("headings gone", lambda book: book["Ties"].delete_rows(1),
     ["The headings are missing. Above the rows there should stand “From”, “To”, “Kind”"]),
    ("error", put("Ties", D2="#REF!"), ["(cell D2): found “#REF!”. A formula went wrong here."]),
    ("formula never worked out", put("Ties", D2="=1+2"),
     ["(cell D2): found “=1+2”. This formula has not been worked out."]),
    ("formula in text", put("Organisations", B2="=A2"),
     ["(cell B2): found “=A2”. This formula has"]),
    ("formula in an empty row", put("Organisations", A9="=A2"),
     ["row 9, column “Name” (cell A9)"]),
    ("merged", lambda book: book["Ties"].merge_cells("C2:C3"),
     ["row 2, column “Kind” (cell C2): The cells C2:C3 are merged, so only the first counts."]),
    ("merged headings", lambda book: book["Ties"].merge_cells("E1:F1"),
     ["The cells E1:F1 are mer"]),
    ("sheet nearly ours", lambda book: setattr(book["Ties"], "title", "Tie"),
     ["sheet “Tie”: The handbook has no sheet of this name. It was not read. Did you mean “Ties”"]),
    ("two sheets for one", lambda book: book.copy_worksheet(book["Where they stand"]).__setattr__(
        "title", "stances"), ["There are two sheets for Where they stand."]),
    ("set aside by hand", put("Ties", G1=SET_ASIDE, G2="later"), ["has no column “Set aside”"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "expected"), [pytest.param(*each[1:], id=each[0]) for each in FAULTS]
)
def test_each_fault_names_its_cell_and_what_would_be_right(tmp_path, edit, expected):
    """In a reader's words; the file stays as it is."""
    content = edited(edit)
    path = tmp_path / "my-change.xlsx"
    path.write_bytes(content)
    with pytest.raises(ChangeFileError) as caught:
        Change.load(path)
    told = str(caught.value)
    for each in expected:
        assert each in told, told
    assert told.startswith("my-change.xlsx could not be read")
    assert path.read_bytes() == content
    for word in ("Traceback", "Error:", "None", "xml", "zip", "NaN"):
        assert word not in told, told


def test_every_fault_is_told_at_once_in_the_order_of_the_sheets():
    """Nobody should have to open a file ten times to find ten slips."""

    def edit(book):
        put("Fixed and flexible", C2="x", D2="soon", B2="perhaps")(book)
        put("Ties", D3="lots", C3="friend", A9="Zoo", G1="Kind", G2="x")(book)
        put("Organisations", A5="Trust")(book)
        put("The change", B5="July")(book)
        book["Claims"].merge_cells("A2:A4")

    places = [
        fault.partition(": ")[0].removeprefix("my-change.xlsx, ")
        for fault in refusals(edited(edit))
    ]
    assert places == [
        "sheet “The change”, row 5, column “Date” (cell B5)",
        "sheet “Organisations”, row 5, column “Name” (cell A5)",
        "sheet “Ties”, row 1, column “Kind” (cell G1)",
        "sheet “Ties”, row 3, column “Kind” (cell C3)",
        "sheet “Ties”, row 3, column “Strength” (cell D3)",
        "sheet “Ties”, row 9, column “From” (cell A9)",
        "sheet “Ties”, row 9, column “To” (cell B9)",
        "sheet “Claims”, row 2, column “Claim” (cell A2)",
        "sheet “Fixed and flexible”, row 2, column “Fixed or flexible” (cell B2)",
        "sheet “Fixed and flexible”, row 2, column “Review” (cell D2)",
    ]


def ole(name: str) -> bytes:
    """Give the start of an old container that holds a stream of this name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + name.encode("utf-16-le") + bytes(99)


def zipped(*names: str) -> bytes:
    """Give a packed file with parts of these names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return packed.getvalue()


def locked(content: bytes) -> bytes:
    """Mark the first part of a packed file as protected by a password."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + struct.pack("<H", 1) + content[at + 2 :]


def bomb(size: int) -> bytes:
    """Give a workbook with a sheet that unpacks to so many bytes."""
    packed = io.BytesIO(write(sample()))
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet99.xml", "w") as sheet,
    ):
        for _ in range(size // 1_000_000):
            sheet.write(b" " * 1_000_000)
    return packed.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    b"<worksheet><sheetData><row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData>"
    b"</worksheet>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><workbook><sheets/></workbook>'
)
NOT_WORKBOOKS = {
    "empty": (lambda: b"", "There is nothing in it."),
    "zeros": (lambda: bytes(5000), "There is nothing in it."),
    "password": (lambda: ole("EncryptedPackage"), "protected by a password"),
    "password in the package": (lambda: locked(write(sample())), "protected by a password"),
    "old Excel": (lambda: ole("Workbook"), "old Excel or Word file (such as .xls)"),
    "CSV": (lambda: b"Name,Sector\nTrust,NHS\n", "This is text, perhaps a table as CSV"),
    "CSV for Excel": (lambda: "Name\tSector\n".encode("utf-16"), "perhaps a table as CSV"),
    "YAML": (lambda: b"change:\n  title: A\n", "This is text"),
    "web page": (lambda: b"<html><table><tr><td>A</table>", "This is a web page or XML"),
    "XML of 2003": (lambda: b'<?xml version="1.0"?><Workbook/>', "This is a web page or XML"),
    "PDF": (lambda: b"%PDF-1.7 ...", "This is a PDF"),
    "gzip": (lambda: b"\x1f\x8b\x08....", "Unpack it first"),
    "picture": (lambda: b"\x89PNG\r\n....", "This is a picture"),
    "noise": (lambda: bytes(range(256)) * 9, "its start is damaged"),
    "Word": (lambda: zipped("[Content_Types].xml", "word/document.xml"), "This is a Word document"),
    "slides": (lambda: zipped("ppt/presentation.xml"), "This is a presentation"),
    "OpenDocument": (lambda: zipped("mimetype", "content.xml"), "This is an OpenDocument file"),
    "Numbers": (lambda: zipped("Index/Document.iwa"), "Apple’s Numbers"),
    "binary workbook": (lambda: zipped("xl/workbook.bin"), "binary workbook (.xlsb)"),
    "macros": (lambda: repacked(write(sample()), xl__vbaProject_dot_bin=b"x"), "It holds macros"),
    "another zip": (lambda: zipped("photo.jpg"), "packed file (zip), but not an Excel workbook"),
    "cut short": (lambda: write(sample())[:20000], "The workbook is damaged or cut short."),
    "no styles": (lambda: repacked(write(sample()), xl__styles_dot_xml=None),
                  "its part xl/styles.xml is missing"),
    "no strings": (lambda: repacked(write(sample()), xl__sharedStrings_dot_xml=None),
                   "its part xl/sharedstrings.xml is missing"),
    "no sheet": (lambda: repacked(write(sample()), xl__worksheets__sheet5_dot_xml=None),
                 "sheet “Ties”: The workbook is damaged: its part xl/worksheets/sheet5.xml is"),
    "half a sheet": (lambda: repacked(write(sample()),
                                      xl__worksheets__sheet5_dot_xml=lambda x: x[:900]),
                     "sheet “Ties”: The workbook is damaged: its part"),
    "bits turned": (lambda: flipped(write(sample())), "cannot be unpacked"),
    "unknown packing": (lambda: packed_oddly(write(sample())), "cannot be unpacked"),
    "odd styles": (lambda: repacked(write(sample()), xl__styles_dot_xml=lambda x: x.replace(
        b'<xf numFmtId="49"', b'<xf numFmtId="x"')), "its part xl/styles.xml is not whole"),
    "odd encoding": (lambda: repacked(write(sample()), _rels___dot_rels=lambda x: x.replace(
        b"UTF-8", b"UTF-08")), "its part _rels/.rels is not whole"),
    "text that is not there": (lambda: with_cell(b'<c r="A2" t="s"><v>99999</v></c>'),
                               "What stands in cell A2 is damaged."),
    "text before the first": (lambda: with_cell(b'<c r="A2" t="s"><v>-1</v></c>'),
                              "What stands in cell A2 is damaged."),
    "not a number": (lambda: with_cell(b'<c r="D2"><v>three</v></c>'), "cell D2 is damaged."),
    "a cell too far": (lambda: with_cell(b'<c r="ZZZZ2"><v>3</v></c>'), "stands outside the sheet"),
    "a cell nowhere": (lambda: with_cell(b'<c r="2"><v>3</v></c>'), "stands outside the sheet"),
    "no sheets": (lambda: repacked(write(sample()), xl__workbook_dot_xml=b"<workbook/>"),
                  "The workbook has no sheets."),
    "not our sheets": (lambda: foreign("Budget", "Plan"),
                       "None of its sheets is one of the handbook’s to fill in. It has “Budget”"),
    "only a cover": (lambda: foreign(COVER), "None of its sheets is one of the handbook’s to"),
    "bomb": (lambda: bomb(200_000_000), "Unpacked, it has 200 megabytes. The most we read is 100"),
    "larger than any": (lambda: b"PK\x03\x04" + bytes(20_000_001), "The most we read is 20"),
    "billion laughs": (lambda: repacked(write(sample()), xl__worksheets__sheet5_dot_xml=LAUGHS),
                       "declares a document type"),
    "outside entity": (lambda: repacked(write(sample()), xl__workbook_dot_xml=OUTSIDE),
                       "declares a document type"),
}  # fmt: skip


def with_cell(cell: bytes) -> bytes:
    """Give a workbook whose ties are one cell."""
    sheet = b"<worksheet><sheetData><row r='2'>" + cell + b"</row></sheetData></worksheet>"
    return repacked(write(sample()), xl__worksheets__sheet5_dot_xml=sheet)


def foreign(*titles: str) -> bytes:
    """Give somebody else's workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in titles:
        book.create_sheet(title)["A1"] = "Cost"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def flipped(content: bytes) -> bytes:
    """Turn some bits within the packed text of a sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at = archive.getinfo(SHEET).header_offset + 60 + len(SHEET)
    return content[:at] + bytes(255 - byte for byte in content[at : at + 40]) + content[at + 40 :]


def packed_oddly(content: bytes) -> bytes:
    """Say that one part is packed in a way that nobody knows."""
    at = content.rindex(b"xl/styles.xml") - 46 + 10
    return content[:at] + struct.pack("<H", 77) + content[at + 2 :]


PARTS = st.sampled_from(
    ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml",
     "_rels/.rels", "xl/worksheets/_rels/sheet5.xml.rels", "xl/comments5.xml",
     "xl/worksheets/sheet2.xml", SHEET, SHEET]
)  # fmt: skip
SNIPS = st.sampled_from(
    [b"", b"0", b"-1", b"99999999999", b"x", b'"', b"<", b"/>", b"<c>", b"<v>1</v>", b"</c>", b"A1",
     b'r="', b't="s"', b't="d"', b'hidden="1"', b"&#0;", b"&lt;", b"\x00", b"\xff", b"1e999",
     b"nan"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(PARTS, st.floats(0, 1), st.integers(0, 12), SNIPS)
def test_any_damage_gives_a_change_or_its_faults(name, place, length, snip):
    """Wherever a part is cut or changed, the reader of files does not fall over."""

    def damage(xml):
        at = int(place * len(xml))
        return xml[:at] + snip + xml[at + length :]

    try:
        reading = read(repacked(SAMPLE, **{name.replace("/", "__").replace(".", "_dot_"): damage}))
    except ChangeFileError:
        return
    assert read(write(reading.change)).change == reading.change


def test_plain_xml_of_other_programs_is_understood():
    """Cells without places, dates as text, yes or no, lengths of time, looks of one's own."""
    sheet = (
        b"<x:worksheet xmlns:x='http://purl.oclc.org/ooxml/spreadsheetml/main'><x:sheetData>"
        b"<x:row><x:c t='str'><x:v>Decision</x:v></x:c><x:c t='str'><x:v>When</x:v></x:c></x:row>"
        b"<x:row><x:c t='b'><x:v>0</x:v></x:c><x:c t='d'><x:v>2027-04-03</x:v></x:c></x:row>"
        b"<x:row><x:c t='inlineStr'><x:is><x:t>A_x000D_</x:t><x:rPh><x:t>no</x:t></x:rPh></x:is>"
        b"</x:c><x:c s='1'><x:v>1.5</x:v></x:c></x:row>"
        b"<x:row><x:c t='str'><x:v>B</x:v></x:c><x:c s='2'><x:v>46480.25</x:v></x:c></x:row>"
        b"<x:row><x:c t='str'><x:v>C</x:v></x:c><x:c s='3'><x:v>46480</x:v></x:c></x:row>"
        b"<x:row><x:c t='str'><x:v>D</x:v></x:c><x:c><x:v> </x:v></x:c><x:c/></x:row>"
        b"</x:sheetData></x:worksheet>"
    )
    styles = (
        b"<styleSheet><numFmts><numFmt numFmtId='170' formatCode='[h]:mm'/>"
        b"<numFmt numFmtId='171' formatCode='&quot;on&quot; yyyy'/></numFmts><cellXfs><xf/>"
        b"<xf numFmtId='170'/><xf numFmtId='171'/><xf numFmtId='3'/></cellXfs></styleSheet>"
    )
    number = 2 + [*TABLES].index("involvement")
    part_name = f"xl__worksheets__sheet{number}_dot_xml"
    content = repacked(SAMPLE, xl__styles_dot_xml=styles, **{part_name: sheet})
    rows = read(content).change.involvement
    assert [(row.decision, row.when) for row in rows] == [
        ("no", "2027-04-03"), ("A", "1.5"), ("B", "2027-04-03T06:00:00"), ("C", "46480"), ("D", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("name", NOT_WORKBOOKS)
def test_wrong_and_damaged_files_are_told_and_left_alone(tmp_path, name):
    """What it is, what to do, in a second; never opened, never overwritten."""
    make, expected = NOT_WORKBOOKS[name]
    content = make()
    path = tmp_path / "my-change.xlsx"
    path.write_bytes(content)
    started = time.perf_counter()
    with pytest.raises(ChangeFileError) as caught:
        Change.load(path)
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures
    told = str(caught.value)
    assert expected in told or ("megabytes" in told and name == "larger than any"), told
    with pytest.raises(ChangeFileError, match="not overwritten"):
        Change(title="Mine").save(path)
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["my-change.xlsx"]
    with pytest.raises(ChangeFileError):
        files.read(content, "my-change.xlsx", strict=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.xlsm", "can hold macros"), ("a.xls", "another kind of spreadsheet (.xls)"),
     ("a.ods", "another kind of spreadsheet (.ods)"), ("a.csv", "one table only"),
     ("a.docx", "ends in .yml or .xlsx; this ends in “.docx”")],
)  # fmt: skip
def test_wrong_endings_are_told(tmp_path, name, expected):
    """Before anything is opened."""
    (tmp_path / name).write_bytes(write(sample()))
    with pytest.raises(ChangeFileError, match=re.escape(expected)):
        Change.load(tmp_path / name)
    with pytest.raises(ChangeFileError, match=re.escape(expected)):
        sample().save(tmp_path / name)


def test_a_workbook_in_the_clothes_of_a_text_file_is_recognised(tmp_path):
    """And the other way round, see above."""
    (tmp_path / "a.yml").write_bytes(write(sample()))
    with pytest.raises(ChangeFileError, match="Excel workbook"):
        Change.load(tmp_path / "a.yml")


def test_a_sheet_that_lies_about_its_size_is_read_for_what_it_holds():
    """A dimension down to the last row costs nothing."""
    content = repacked(
        write(sample()),
        xl__worksheets__sheet5_dot_xml=lambda xml: re.sub(
            b'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', xml
        ),
    )
    assert b"XFD1048576" in part(content, SHEET).encode()
    started = time.perf_counter()
    assert read(content).change == sample()
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures


def test_colours_down_to_the_last_row_are_no_rows():
    """People colour whole columns; those cells hold nothing."""
    rows = b"".join(
        b'<row r="%d" s="3" customFormat="1"><c r="A%d" s="3"/></row>' % (n, n)
        for n in range(20, 1_048_577, 4)
    )
    last = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Trust</t></is></c></row>'
    content = repacked(
        write(sample()),
        xl__worksheets__sheet5_dot_xml=lambda xml: xml.replace(
            b"</sheetData>", rows + last + b"</sheetData>"
        ),
    )
    started = time.perf_counter()
    reading = read(content)
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures
    assert len(reading.change.ties) == 3
    assert [fault.row for fault in reading.faults] == [1_048_576]


def test_far_too_many_cells_are_told(monkeypatch):
    """That names went unread is not held against the cells that use them."""
    monkeypatch.setattr("system_leadership.xlsx_read.MOST_CELLS", 20)
    told = refusals(write(sample()))
    assert all("more than 20 cells with something in them" in each for each in told), told


def test_two_parts_of_one_name_are_refused():
    """Programs differ in which of the two they would show."""
    packed = io.BytesIO(write(sample()))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(SHEET.upper(), b"<worksheet/>")
    assert "Two of its parts have one name." in refusals(packed.getvalue())[0]


# --------------------------------------------------------------------- odd, and read


def hide(sheet: str, *, rows: tuple[int, ...] = (), columns: str = "", whole: bool = False):
    """Give an edit that hides things."""

    def edit(book):
        for row in rows:
            book[sheet].row_dimensions[row].hidden = True
        for column in columns:
            book[sheet].column_dimensions[column].hidden = True
        if whole:
            book[sheet].sheet_state = "hidden"

    return edit


ODD = [
    ("hidden row", hide("Ties", rows=(3,)), "sheet “Ties”: Row 3 is hidden. What it holds was"),
    ("hidden rows", hide("Organisations", rows=(2, 3, 7)), "Rows 2 to 3 are hidden. What they"),
    ("hidden column", hide("Ties", columns="C"), "Column C is hidden. What it holds was read"),
    ("hidden columns", hide("Ties", columns="CD"), "Columns C, D are hidden."),
    ("hidden sheet", hide("Ties", whole=True), "sheet “Ties”: This sheet is hidden. It was read"),
    ("another sheet", lambda book: book.create_sheet("Budget").append(["Cost", 5]),
     "sheet “Budget”: This sheet is not one of the handbook’s. It was not read."),
    ("above the headings", lambda book: (book["Learning"].tables.clear(),
                                         book["Learning"].insert_rows(1),
                                         put("Learning", A1="Our aims")(book)),
     "sheet “Learning”: What stands above the headings (row 1) was not read."),
    ("beside the change", put("The change", E4="x"), "(cell E4)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "expected"), [pytest.param(*each[1:], id=each[0]) for each in ODD]
)
def test_what_is_odd_is_read_and_said(tmp_path, edit, expected):
    """Hidden things may have been forgotten: they are read, and the reader is told."""
    path = tmp_path / "my-change.xlsx"
    path.write_bytes(edited(edit))
    with pytest.warns(files.ChangeFileWarning) as caught:
        change = Change.load(path)
    assert change == sample()
    told = str(caught[0].message)
    assert told.startswith("my-change.xlsx was read. Please look at this:\n- ")
    assert expected.replace("(cell E4)", "cell E4") in told
    assert caught[0].filename == __file__


def test_a_formula_counts_as_its_value_and_is_said():
    """Its value was worked out by the spreadsheet that saved it."""
    sheet = lambda xml: xml.replace(  # noqa: E731
        b'<c r="D2" s="16"><v>3</v></c>', b'<c r="D2"><f>1+3</f><v>4</v></c>'
    )
    reading = read(repacked(write(sample()), xl__worksheets__sheet5_dot_xml=sheet))
    assert reading.change.ties[0].strength == 4
    assert [str(each) for each in reading.notices] == [
        "sheet “Ties”, row 2, column “Strength” (cell D2): found “=1+3”. This is a formula. Its "
        "value, “4”, was read."
    ]
    assert [each.found for each in reading.would_lose] == ["=1+3"]


def test_a_formula_that_went_wrong_is_told():
    """The fault shows the formula and what it gives."""
    sheet = lambda xml: xml.replace(  # noqa: E731
        b'<c r="D2" s="16"><v>3</v></c>', b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    )
    told = refusals(repacked(write(sample()), xl__worksheets__sheet5_dot_xml=sheet))
    assert told == [
        "my-change.xlsx, sheet “Ties”, row 2, column “Strength” (cell D2): found “=1/0”. This "
        "formula gives #DIV/0!. Put it right, or type what you mean."
    ]


def test_merged_cells_outside_the_table_do_not_matter():
    """Titles may be merged; only rows may not."""

    def edit(book):
        book[COVER].merge_cells("A1:B1")
        book["Ties"].tables.clear()
        book["Ties"].insert_rows(1)
        book["Ties"].merge_cells("A1:C1")

    assert read(edited(edit)).faults == ()


# --------------------------------------------------------------------- saved over


LOST = [
    ("sheet", lambda book: book.create_sheet("Budget").append(["Cost"]), "sheet “Budget”: This"),
    ("formula", put("Organisations", B3="=A3"), "(cell B3): found “=A3”. This is a formula."),
    ("comment", lambda book: setattr(book["Ties"]["A3"], "comment", Comment("Ask her", "Ann")),
     "It has comments (A3). Write them into the column “Note”"),
    ("title", lambda book: (book["Learning"].tables.clear(), book["Learning"].insert_rows(1),
                            put("Learning", A1="Our aims")(book)), "above the headings"),
    ("words on their own", put("The change", A12="Ask the board"), "no answer beside this"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "expected"), [pytest.param(*each[1:], id=each[0]) for each in LOST]
)
def test_a_workbook_that_holds_more_is_not_saved_over(tmp_path, edit, expected):
    """What the handbook cannot write back is named, and the file left alone."""
    path = tmp_path / "my-change.xlsx"
    content = edited(edit)
    path.write_bytes(content)
    with pytest.raises(ChangeFileError) as caught:
        Change(title="Mine").save(path)
    assert "holds more than the handbook can write, so it was not overwritten" in str(caught.value)
    assert expected in str(caught.value)
    assert path.read_bytes() == content


def test_pictures_and_charts_are_not_saved_over():
    """They are named as what would be lost."""
    relations = "xl/worksheets/_rels/sheet5.xml.rels"
    content = repacked(
        write(sample()),
        **{
            relations.replace("/", "__").replace(".", "_dot_"): lambda xml: xml.replace(
                b"</Relationships>",
                b'<Relationship Id="d" Type="http://x/drawing" Target="../drawings/d.xml"/>'
                b'<Relationship Id="e" Type="http://x/hyperlink" Target="http://e" '
                b'TargetMode="External"/></Relationships>',
            )
        },
    )
    assert [str(each) for each in read(content).would_lose] == [
        "sheet “Ties”: It has a picture or a chart."
    ]


def test_a_sheet_that_is_a_chart_is_not_ours():
    """It has no cells, and is not lost either."""
    content = repacked(
        write(sample()),
        xl___rels__workbook_dot_xml_dot_rels=lambda xml: xml.replace(
            b'Id="sheet5" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships/worksheet"',
            b'Id="sheet5" Type="http://x/chartsheet"',
        ),
        xl__workbook_dot_xml=lambda xml: xml.replace(b'name="Ties"', b'name="Chart"'),
    )
    assert [str(each) for each in read(content).would_lose] == [
        "sheet “Chart”: This sheet is not one of the handbook’s."
    ]


@pytest.mark.parametrize("lock", ["~$my-change.xlsx", ".~lock.my-change.xlsx#"])
def test_a_workbook_that_is_open_is_not_saved_over(tmp_path, lock):
    """Excel and LibreOffice would write over it again when they save."""
    path = tmp_path / "my-change.xlsx"
    sample().save(path)
    (tmp_path / lock).write_text("Ann")
    with pytest.raises(ChangeFileError, match="is open in Excel or LibreOffice"):
        Change(title="Mine").save(path)
    assert Change.load(path) == sample()


def test_cells_with_faults_and_extra_columns_are_kept_when_saving_over(tmp_path):
    """What cannot be read stands in its place again, column and all."""
    path = tmp_path / "my-change.xlsx"
    path.write_bytes(edited(put("Ties", D2="lots", G1="Weight", G3=7)))
    change = files.load(path, strict=False)
    evolve(change, title="Nine units").save(path)
    sheet = openpyxl.load_workbook(path)["Ties"]
    assert sheet["D2"].value == "lots"
    assert (sheet["G1"].value, sheet["G3"].value) == ("Weight", 7)
    assert files.load(files.backup_of(path), strict=False) == change


DATES = put("Ties", C2=dt.date(2027, 4, 3), D2=dt.date(2027, 4, 3), G1="Deadline",
            G3=dt.datetime(2027, 5, 1, 12, 30))  # fmt: skip


def test_dates_where_no_date_belongs_reach_the_page_and_the_browser_s_memory():
    """Excel makes a date of 3/4 and readers add columns of dates: the page goes on with both."""
    messages = []
    page = Page(lambda message: messages.append(json.loads(json.dumps(message))))
    hosts.open_desk(page, None).edit("ties")
    content = base64.b64encode(edited(DATES)).decode()
    page.receive({"type": "open", "name": "my-change.xlsx", "bytes": content})
    assert next(each["ok"] for each in messages if each["type"] == "opened")
    text = next(each["text"] for each in messages if each["type"] == "keep")
    first, second = unpack(text).ties
    assert first.kept == {"kind": "2027-04-03", "strength": "2027-04-03"}
    assert second.kept == {"Deadline": "2027-05-01T12:30:00"}


def test_dates_in_lists_and_groups_are_text_too():
    """A change made in Python may hold them anywhere."""
    day = dt.date(2027, 4, 3)
    change = Change(kept={"Reviews": [day, {"last": (day,)}]})
    assert unpack(snapshot(change)[0]).kept == {"Reviews": ["2027-04-03", {"last": ["2027-04-03"]}]}


def test_dates_where_no_date_belongs_stay_dates_in_a_workbook(tmp_path):
    """Saved over, the cells are what they were."""
    path = tmp_path / "my-change.xlsx"
    path.write_bytes(edited(DATES))
    change = files.load(path, strict=False)
    evolve(change, title="Nine units").save(path)
    assert files.load(path, strict=False).ties == change.ties
    sheet = openpyxl.load_workbook(path)["Ties"]
    assert sheet["D2"].value == dt.datetime(2027, 4, 3)
    assert sheet["G3"].value == dt.datetime(2027, 5, 1, 12, 30)


def test_the_version_before_is_kept_beside_it(tmp_path):
    """As with text files; saving the same again keeps the older one."""
    path = tmp_path / "my-change.xlsx"
    for title in ("One", "Two", "Two"):
        Change(title=title).save(path)
    assert Change.load(path).title == "Two"
    assert Change.load(files.backup_of(path)).title == "One"
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "my-change.previous.xlsx", "my-change.xlsx"]  # fmt: skip


def test_what_no_cell_can_show_is_set_aside_and_read_again():
    """Lists in lists and odd keys of a text file have a column of their own."""
    change = files.loads(
        'mood: {a: [b]}\norganisations:\n  - {name: [A, B], KIND: x, "two\\nlines": y}\n',
        strict=False,
    )
    book = openpyxl.load_workbook(io.BytesIO(write(change)))
    assert book["Organisations"]["E1"].value == "KIND"
    assert book["Organisations"]["F1"].value == SET_ASIDE
    assert book["Organisations"]["F2"].value == '{"name": ["A", "B"], "two\\nlines": "y"}'
    assert read(write(change)).change == change


def test_keys_that_differ_in_case_alone_share_no_table_of_excel_s():
    """Excel repairs a table with two such headings; here the second spelling is set aside."""
    change = files.loads(
        "Tone: a\ntone: b\norganisations:\n  - {name: A, Mood: good, mood: bad}\n"
        "  - {name: B, mood: fair}\n  - {name: C, MOOD: poor}\n",
        strict=False,
    )
    sheet = openpyxl.load_workbook(io.BytesIO(write(change)))["Organisations"]
    (table,) = sheet.tables.values()
    headings = [column.name for column in table.tableColumns]
    assert len(headings) == len({heading.casefold() for heading in headings})
    assert headings[-2:] == ["Mood", SET_ASIDE]
    assert read(write(change)).change == change


def test_what_is_typed_beats_what_was_set_aside():
    """Once the name is put right, the list that stood for it is over."""
    change = files.loads("organisations:\n  - {name: [A, B], sector: S}\n", strict=False)
    reading = read(edited(put("Organisations", A2="A"), change))
    assert reading.change.organisations == (Organisation("A", "S"),)
    assert reading.faults == ()
