"""Desks and their hosts, without a browser: what they put out, take in and keep."""

from __future__ import annotations

import ast
import base64
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from system_leadership import Change, forms, plan, workshop
from system_leadership import files as change_files
from system_leadership.change import TABLES
from system_leadership.forms import answers, asked, hosts, parts, tables
from system_leadership.forms import desk as desks
from system_leadership.forms.page import Page, snapshot, unpack
from system_leadership.pictures import Picture, Table, canvas
from system_leadership.suppositions import Supposition, supposed

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "exercises" / "system_leadership"


def draw(change: Change) -> Picture:
    """Draw a picture of nothing but the names."""
    names = change.names()
    table = Table("Names", ["Name"], [[name] for name in names])
    return Picture("names", f"{len(names)} names", ", ".join(names), canvas(10, 10, []), table)


def explain(change: Change) -> list[str]:
    """Say how many ties there are."""
    return [f"{len(change.ties)} ties"]


class Supposing:
    """A subject with two figures to assume."""

    SUPPOSED = (
        Supposition("made/stay", "How long they stay", 24, 36, 84, "months", "Published."),
        Supposition("made/kept", "Trust kept", 0.1, 0.3, 0.6, "share", "Ours.", most=0.9),
    )


class Sent:
    """A page that remembers what it was sent."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        # Through JSON, as in the browser.
        self.page = Page(lambda message: self.messages.append(json.loads(json.dumps(message))))
        self.page.begin(saved)
        self.desk = hosts.open_desk(self.page, "stroke-london")

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]

    def typed(self, form: int, rows: list[dict[str, Any]], seq: int = 1) -> None:
        self.messages.clear()
        typed = {"seq": seq, "by": "view", "rows": rows}
        self.page.receive({"type": "typed", "number": 1, "id": f"form-{form}", "typed": typed})

    def open(self, name: str, content: str | bytes) -> None:
        self.page.receive({"type": "open", "name": name, "bytes": packed(content)})


def packed(content: str | bytes) -> str:
    """Give the content of a file as the page sends it."""
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


@pytest.fixture
def sent() -> Sent:
    """Give a page with organisations, ties, a picture and words on it."""
    made = Sent()
    made.desk.edit("organisations", "ties")
    made.desk.show(draw)
    made.desk.tell(explain)
    return made


def test_the_page_starts_blank_and_shows_what_the_cells_ask_for(sent: Sent) -> None:
    """The worked example stands on the page already; the reader's own change starts empty."""
    first, second = sent.of("form")
    assert (first["module"], first["state"]["form"]["title"]) == ("table", "Organisations")
    assert second["state"]["rows"] == []
    assert sent.of("picture")[0]["picture"]["title"] == "0 names"
    assert sent.of("words")[0]["sentences"] == ["0 ties"]


def test_every_column_of_a_form_says_what_it_is() -> None:
    """Forms need a label, help and a kind they know, and choices where readers choose."""
    kinds = {"text", "long", "choice", "number", "date", "name", "flag"}
    for table in TABLES:
        for column in tables.table_form(Change.blank(), table).about["columns"]:
            assert column["label"]
            assert column["kind"] in kinds
            assert column["help"]
            assert ("choices" in column) == (column["kind"] == "choice")
            assert ("of" in column) == (column["kind"] == "name")


def test_an_edit_reaches_the_picture_the_words_and_the_keeping(sent: Sent) -> None:
    """One message in; picture, words and the change to keep come out."""
    sent.typed(1, [{"name": "Riverside", "sector": "", "note": ""}])
    assert sent.of("picture")[0]["picture"]["sentence"] == "Riverside"
    assert sent.of("picture")[0]["id"] == "slot-1"
    kept = sent.of("keep")[0]
    assert "Riverside" in kept["text"]
    assert (kept["empty"], kept["drafts"]) == (False, ["organisations"])
    names = [m["state"].get("names") for m in sent.of("update") if m["id"] == "form-2"]
    assert names == [{"organisations people": ["Riverside"]}]


def test_a_wrong_value_goes_back_to_its_field_and_is_kept(sent: Sent) -> None:
    """The answer carries the number of the question, the row from 0 and the column."""
    sent.typed(2, [{"from": "Nobody", "to": "", "strength": "ten"}], seq=7)
    faults = next(m["state"]["faults"] for m in sent.of("update") if m["id"] == "form-2")
    assert faults["for"] == 7
    assert {(each["row"], each["column"]) for each in faults["list"]} == {
        (0, "from"), (0, "to"), (0, "strength"),
    }  # fmt: skip
    assert unpack(sent.of("keep")[0]["text"]).rows("ties")[0]["strength"] == "ten"


def test_the_form_that_is_typed_in_is_never_written_over(sent: Sent) -> None:
    """Python answers with faults and names, not with rows."""
    sent.typed(1, [{"name": "  Riverside  ", "sector": ""}])
    own = [m["state"] for m in sent.of("update") if m["id"] == "form-1"]
    assert all("rows" not in state for state in own)


def test_a_renamed_organisation_is_renamed_in_other_forms(sent: Sent) -> None:
    """Its ties follow, and the form of ties is told so."""
    sent.typed(1, [{"name": "A"}, {"name": "B"}])
    sent.typed(2, [{"from": "A", "to": "B"}])
    sent.typed(1, [{"name": "Alpha"}, {"name": "B"}])
    rows = [m["state"]["rows"] for m in sent.of("update") if "rows" in m["state"]]
    assert [(row["from"], row["to"]) for row in rows[0]] == [("Alpha", "B")]


def test_a_picture_that_cannot_be_made_takes_nothing_else_down() -> None:
    """The reader is told at its place; other pictures and the keeping go on."""

    def breaks(change: Change) -> Picture:
        if change.organisations:
            raise ZeroDivisionError("no middle")
        return draw(change)

    sent = Sent()
    sent.desk.edit("organisations")
    sent.desk.show(breaks)
    sent.desk.show(draw)
    sent.typed(1, [{"name": "A"}])
    assert "no middle" in sent.of("trouble")[0]["message"]
    assert sent.of("picture")[0]["id"] == "slot-2"
    assert sent.of("keep")


def test_in_the_book_a_picture_that_cannot_be_made_stops_the_build() -> None:
    """An author must hear of it."""

    def breaks(change: Change) -> Picture:
        raise ZeroDivisionError("no middle")

    with pytest.raises(ZeroDivisionError):
        desks.Desk(Change.blank(), hosts.Plain()).show(breaks)


def test_what_was_typed_before_the_page_closed_is_taken_in() -> None:
    """A draft that Python never answered comes back as rows of the change."""
    text, _ = snapshot(Change.blank().replace_table("organisations", [{"name": "A"}])[0])
    drafts = {"ties": [{"from": "A", "to": "Nobody"}], "not-a-table": [{}]}
    sent = Sent({"text": text, "drafts": drafts})
    assert sent.desk.change.rows("ties")[0]["to"] == "Nobody"
    sent.page.settled()
    assert sent.of("keep")[0]["drafts"] == ["ties"]


def test_the_example_survives_keeping_and_unpacking_whole() -> None:
    """Sources, notes and comments included."""
    change = Change.example("stroke-london")
    again = unpack(snapshot(change)[0])
    assert again == change
    assert again.dumps() == change.dumps()


def test_a_change_file_kept_by_another_release_is_read() -> None:
    """Plain YAML is understood too; what cannot be read is told and not taken."""
    assert unpack("change:\n  title: Eight units\n").title == "Eight units"
    sent = Sent({"text": "organisations: [", "drafts": {}})
    assert sent.of("unread")[0]["faults"]
    assert sent.desk.change == Change.blank()


def test_opening_and_clearing_replace_everything(sent: Sent) -> None:
    """All forms get new rows; a bad file changes nothing and every fault is told."""
    text = "organisations:\n- name: A\n- name: B\nties:\n- {from: A, to: B}\n"
    sent.open("a.yml", text)
    assert sent.of("opened")[-1] == {"type": "opened", "ok": True, "name": "a.yml", "faults": []}
    assert [m["id"] for m in sent.of("update") if m["state"].get("rows")] == ["form-1", "form-2"]
    before = sent.desk.change
    sent.open("b.yml", "wat: 1\norganisations: x\n")
    assert len(sent.of("opened")[-1]["faults"]) == 2
    assert sent.desk.change is before
    sent.page.receive({"type": "download", "as": "yml"})
    assert Change.loads(sent.of("file")[0]["text"]) == before
    sent.page.receive({"type": "clear"})
    assert sent.desk.change == Change.blank()
    assert sent.of("keep")[-1]["empty"]
    assert sent.of("keep")[-1]["text"] is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("organisations:\n- name: Café\n".encode("cp1252"), "line 2: A letter here"),
        ("organisations:\n- name: Café\n".encode("utf-16"), "saved as UTF-16"),
        (b"%PDF-1.7\n\xe2\xe3", "This is a PDF"),
        (bytes(range(256)), "not plain text"),
    ],
)
def test_a_file_in_other_letters_is_told_what_to_do(sent: Sent, content: bytes, why: str) -> None:
    """In the words that JupyterLab says, and nothing changes."""
    sent.open("theirs.yml", content)
    (told,) = sent.of("opened")
    assert not told["ok"]
    assert why in told["faults"][0]
    assert sent.of("keep") == []


def test_an_unknown_message_is_an_error() -> None:
    """A host and a worker of different releases must not talk past each other in silence."""
    with pytest.raises(ValueError, match="unknown type"):
        Sent().page.receive({"type": "dance"})


def test_answers_join_the_reflections_and_leave_when_blank() -> None:
    """Other reflections stay as they are; an answer that is taken back leaves nothing."""
    change, _ = Change.blank().replace_table("reflections", [{"prompt": "Old?", "answer": "Yes."}])
    sent = Sent({"text": snapshot(change)[0], "drafts": {}})
    sent.desk.reflect("Who?", "When?")
    sent.typed(1, [{"prompt": "Who?", "answer": "The clerk."}, {"prompt": "When?", "answer": " "}])
    rows = sent.desk.change.rows("reflections")
    assert [(row["prompt"], row["answer"]) for row in rows] == [
        ("Old?", "Yes."), ("Who?", "The clerk."),
    ]  # fmt: skip
    assert rows[1]["date"]
    sent.typed(1, [{"prompt": "Who?", "answer": ""}, {"prompt": "When?", "answer": ""}])
    assert [row["prompt"] for row in sent.desk.change.rows("reflections")] == ["Old?"]


DAYS = (dt.date(2027, 1, 5), dt.date(2027, 6, 7))
STATEMENT = "I share credit."


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.date], None]:
    """Give a way to make it another day."""

    def make(day: dt.date) -> None:
        monkeypatch.setattr(answers, "_today", day.isoformat)

    return make


def scores(desk: desks.Desk) -> list[tuple[object, object, object]]:
    rows = desk.change.rows("reflections")
    return [(row["score"], row["answer"], row["date"]) for row in rows]


def test_a_score_of_a_later_day_stands_beside_the_first(
    today: Callable[[dt.date], None],
) -> None:
    """Before and after can be compared; on one day the last word counts."""
    today(DAYS[0])
    sent = Sent()
    sent.desk.rate(STATEMENT, "Others could tell it.")
    rest = {"prompt": "Others could tell it.", "score": None, "answer": ""}
    sent.typed(1, [{"prompt": STATEMENT, "score": 3, "answer": ""}, rest])
    sent.typed(1, [{"prompt": STATEMENT, "score": 4, "answer": "Asked."}, rest], seq=2)
    assert scores(sent.desk) == [(4, "Asked.", "2027-01-05")]
    today(DAYS[1])
    sent.typed(1, [{"prompt": STATEMENT, "score": 4, "answer": "Asked."}, rest], seq=3)
    assert len(scores(sent.desk)) == 1  # nothing new was said
    sent.typed(1, [{"prompt": STATEMENT, "score": 7, "answer": "Asked."}, rest], seq=4)
    sent.typed(1, [{"prompt": STATEMENT, "score": 7, "answer": "Heard it."}, rest], seq=5)
    assert scores(sent.desk) == [(4, "Asked.", "2027-01-05"), (7, "Heard it.", "2027-06-07")]
    again = answers.ratings_form(sent.desk.change, [STATEMENT])
    assert again.rows[0]["score"] == 7
    # What is taken back on its day leaves the first day as it was.
    sent.typed(1, [{"prompt": STATEMENT, "score": None, "answer": ""}, rest], seq=6)
    assert scores(sent.desk) == [(4, "Asked.", "2027-01-05")]


@pytest.mark.parametrize("day", ["2027-06-08", ""])
def test_a_score_dated_in_the_future_is_the_one_that_is_changed(
    today: Callable[[dt.date], None], day: str
) -> None:
    """It is the one that the form shows; scoring something else makes up nothing for today."""
    today(DAYS[1])
    first = {"prompt": STATEMENT, "score": 7, "answer": "", "date": "2027-01-05"}
    rows = [{**first, "date": day}, {**first, "date": "2027-06-07"}, first]
    sent = Sent({"text": snapshot(Change.blank().replace_table("reflections", rows)[0])[0]})
    sent.desk.rate(STATEMENT, "Other.")
    given = sent.of("form")[0]["state"]["rows"][0]
    other = {"prompt": "Other.", "score": 2, "answer": ""}
    sent.typed(1, [given, other])
    assert scores(sent.desk) == [(7, "", day), (7, "", "2027-06-07"), (7, "", "2027-01-05"),
                                 (2, "", "2027-06-07")]  # fmt: skip
    sent.typed(1, [{**given, "score": 4}, other], seq=2)
    assert [score for score, *_ in scores(sent.desk)] == [4, 7, 7, 2]
    assert answers.ratings_form(sent.desk.change, [STATEMENT]).rows[0]["score"] == 4


def test_a_score_that_is_no_number_is_told_at_its_statement_and_kept() -> None:
    """The fault carries the form's row, not the table's, and no other form shows it."""
    old = [{"prompt": f"Old {n}?", "answer": "Yes."} for n in range(3)]
    change, _ = Change.blank().replace_table("reflections", old)
    sent = Sent({"text": snapshot(change)[0], "drafts": {}})
    sent.desk.reflect("Old 1?")
    sent.desk.rate("Other.", STATEMENT)
    rows = [{"prompt": "Other.", "score": None, "answer": ""},
            {"prompt": STATEMENT, "score": "ten", "answer": ""}]  # fmt: skip
    sent.typed(2, rows)
    faults = {m["id"]: m["state"]["faults"]["list"] for m in sent.of("update")
              if "faults" in m["state"]}  # fmt: skip
    assert [(each["row"], each["column"]) for each in faults["form-2"]] == [(1, "score")]
    assert faults.get("form-1", []) == []
    assert sent.desk.change.rows("reflections")[3]["score"] == "ten"


def test_the_latest_answer_is_shown_and_changed() -> None:
    """Earlier answers to the same question stay as they are."""
    rows = [
        {"prompt": "Who?", "answer": "The clerk.", "date": "2025-06-07"},
        {"prompt": "Who?", "answer": "Nobody.", "date": "2025-01-05"},
    ]
    change, _ = Change.blank().replace_table("reflections", rows)
    sent = Sent({"text": snapshot(change)[0], "drafts": {}})
    sent.desk.reflect("Who?")
    assert sent.of("form")[0]["state"]["rows"][0]["answer"] == "The clerk."
    sent.typed(1, [{"prompt": "Who?", "answer": "The porter."}])
    assert [row["answer"] for row in sent.desk.change.rows("reflections")] == [
        "The porter.", "Nobody.",
    ]  # fmt: skip


def test_two_forms_of_one_table_keep_drafts_of_their_own() -> None:
    """What was typed in one does not push out what was typed in the other."""
    sent = Sent()
    sent.desk.reflect("Who?")
    sent.desk.rate(STATEMENT)
    first, second = (message["draft"] for message in sent.of("form"))
    assert first != second
    drafts = {
        first: [{"prompt": "Who?", "answer": "The clerk."}],
        second: [{"prompt": STATEMENT, "score": 6, "answer": ""}],
    }
    back = Sent({"text": "{}", "drafts": drafts})
    back.page.settled()
    assert [row["score"] for row in back.desk.change.rows("reflections")] == [None, 6]
    assert back.of("keep")[0]["drafts"] == sorted(drafts)


def test_an_earlier_release_kept_answers_under_the_name_of_their_table() -> None:
    """They are taken in all the same, and nothing else is pushed out."""
    change, _ = Change.blank().replace_table("reflections", [{"prompt": "Old?", "answer": "Yes."}])
    drafts = {"reflections": [{"prompt": "Who?", "answer": "The clerk."}]}
    sent = Sent({"text": snapshot(change)[0], "drafts": drafts})
    assert [row["prompt"] for row in sent.desk.change.rows("reflections")] == ["Old?", "Who?"]


def test_every_table_that_an_exercise_asks_for_can_be_recalled() -> None:
    """The form says which exercise it was; answers and assumptions are asked for in many."""
    recalled = set(TABLES) - {"reflections", "assumptions"}
    assert set(asked.ASKED) == recalled
    sent = Sent()
    sent.desk.recall(*sorted(recalled))
    told = [message["state"]["form"]["recalled"] for message in sent.of("form")]
    assert all(1 <= each["exercise"] <= 13 and each["take"] for each in told)
    with pytest.raises(KeyError, match="recalled"):
        sent.desk.recall("reflections")
    with pytest.raises(KeyError, match="organisations"):
        sent.desk.recall("organisation")


def test_an_assumption_is_changed_and_goes_back_to_ours() -> None:
    """What is ours is not written down; what follows hears of it."""
    sent = Sent()
    sent.desk.suppose(Supposing())
    stay = Supposing.SUPPOSED[0]
    sent.desk.tell(lambda change: [f"{supposed(change, stay):g}"])
    rows = [{"about": "made/stay", "value": 48}, {"about": "made/kept", "value": None}]
    sent.typed(1, rows)
    assert [(row.about, row.value) for row in sent.desk.change.assumptions] == [("made/stay", 48)]
    assert sent.of("words")[0]["sentences"] == ["48"]
    sent.typed(1, [{**row, "value": None} for row in rows], seq=2)
    assert sent.desk.change.assumptions == ()
    assert sent.of("words")[0]["sentences"] == ["36"]


@pytest.mark.parametrize("value", ["long", 4000])
def test_an_assumption_that_cannot_be_is_told_and_kept(value: object) -> None:
    """In the words of the form: a share stands there in per cent."""
    other = {"about": "elsewhere/rule", "value": 2}
    change, _ = Change.blank().replace_table("assumptions", [other])
    sent = Sent({"text": snapshot(change)[0], "drafts": {}})
    sent.desk.suppose(Supposing())
    sent.typed(1, [{"about": "made/stay", "value": None}, {"about": "made/kept", "value": value}])
    told = [m["state"]["faults"]["list"] for m in sent.of("update") if "faults" in m["state"]]
    assert [(each["row"], each["message"]) for each in told[0]] == [
        (1, "Give a number from 10% to 90%. Until then we take 30%."),
    ]
    rows = sent.desk.change.rows("assumptions")
    assert [row["value"] for row in rows] == [2, value]


def test_a_page_of_text_follows_and_holds_no_markup_of_the_reader() -> None:
    """What is shown comes as data; HTML is for the clipboard and the download."""
    sent = Sent()
    sent.desk.edit("change")
    sent.desk.write(plan.build)
    sent.typed(1, [{"title": "<b>Eight</b> units", "aim": "Better care"}])
    page = sent.of("text")[0]["page"]
    assert page["title"] == "<b>Eight</b> units"
    assert page["lead"] == ["Aim: Better care"]
    assert "&lt;b&gt;Eight" in page["html"]
    assert "&lt;b&gt;Eight" in page["whole"]
    assert page["sections"][-1]["heading"] == "Still missing"
    assert page["text"].startswith("<B>EIGHT</B> UNITS")


def test_the_page_of_text_shows_what_its_html_says() -> None:
    """The reader copies what they see, for a change with everything in it."""
    page = parts.Page.of(plan.build(Change.example("home-from-hospital")))
    shown = [page.title, *page.lead]
    for section in page.sections:
        shown += [section["heading"], *section["lines"]]
    html = re.findall(r"<(?:h1|h2|p|li)>(.*?)</", page.html)
    assert [unescape(text) for text in html] == shown


def test_only_what_has_changed_is_drawn_again() -> None:
    """An edit that a picture does not depend on costs no drawing."""
    sent = Sent()
    sent.desk.edit("organisations")
    sent.desk.show(draw)
    sent.desk.tell(explain)
    sent.typed(1, [{"name": "Riverside"}])
    assert len(sent.of("picture")) == 1
    assert sent.of("words") == []


class TestRoom:
    """Change files of many people, in the page."""

    @pytest.fixture
    def sent(self) -> Sent:
        """Give a page with a room, words on the pool and a form."""
        made = Sent()
        room = made.desk.gather(example="workshop")
        room.tell(lambda pool: [str(pool.participants), str(pool.repeated), str(pool.empty)])
        made.desk.edit("organisations")
        return made

    def gather(self, sent: Sent, *files: tuple[str, str | bytes], **more: object) -> list[Any]:
        sent.messages.clear()
        told = [{"key": name, "name": name, "bytes": packed(content)} for name, content in files]
        sent.page.receive(
            {"type": "gather", "number": 1, "id": "room-1", "files": told, "drop": [], **more}
        )
        return sent.of("gathered")

    def test_it_starts_empty(self, sent: Sent) -> None:
        """The example stands on the page already."""
        assert sent.of("room")[0]["id"] == "room-1"
        assert sent.of("words")[0]["sentences"] == ["0", "0", "0"]

    def test_bad_files_are_refused_by_name_and_the_others_count(self, sent: Sent) -> None:
        """Text and workbooks; copies once; empty ones not; nothing of them is kept."""
        one = "organisations:\n- name: City council\n"
        workbook = change_files.write(Change.loads("organisations:\n- name: B\n"), "b.xlsx")
        told = self.gather(
            sent, ("a.yml", one), ("b.xlsx", workbook), ("again.yml", one),
            ("broken.yml", "organisations: ["), ("blank.yml", "change:\n  title: x\n"),
            ("not.xlsx", b"no workbook"),
        )  # fmt: skip
        states = {each["name"]: each["state"] for each in told[0]["files"]}
        assert states == {
            "a.yml": "taken", "b.xlsx": "taken", "again.yml": "copy", "broken.yml": "refused",
            "blank.yml": "empty", "not.xlsx": "refused",
        }  # fmt: skip
        faults = {each["name"]: each["faults"] for each in told[0]["files"]}
        assert faults["broken.yml"]
        assert faults["not.xlsx"]
        assert faults["a.yml"] == []
        assert sent.of("words")[0]["sentences"] == ["2", "1", "1"]
        assert sent.of("keep") == []

    def test_a_copy_counts_once_its_original_is_gone(self, sent: Sent) -> None:
        """Removing one of two leaves one."""
        one = "organisations:\n- name: City council\n"
        self.gather(sent, ("a.yml", one), ("b.yml", one))
        told = self.gather(sent, drop=["a.yml"])
        assert [(each["name"], each["state"]) for each in told[0]["files"]] == [("b.yml", "taken")]

    def test_many_files_come_a_few_at_a_time(self, sent: Sent) -> None:
        """Nothing is pooled before the last are here."""
        told = self.gather(sent, ("a.yml", "organisations:\n- name: A\n"), more=True)
        assert told == []
        assert sent.of("words") == []
        told = self.gather(sent, ("b.yml", "organisations:\n- name: B\n"))
        assert len(told[0]["files"]) == 2
        assert sent.of("words")[0]["sentences"][0] == "2"

    def test_the_readers_own_change_can_be_in_it_and_follows(self, sent: Sent) -> None:
        """While it is blank there is nothing in it to pool."""
        told = self.gather(sent, own=True)
        assert [(each["key"], each["state"]) for each in told[0]["files"]] == [("own", "empty")]
        sent.typed(1, [{"name": "Riverside"}])
        assert sent.of("words")[0]["sentences"] == ["1", "0", "0"]

    def test_the_example_is_shown_where_nobody_can_choose(self) -> None:
        """The book and scripts have the files that ship."""
        room = desks.Desk(Change.blank(), hosts.Plain()).gather("workshop")
        assert room.pool.participants >= workshop.LEAST
        assert len(room.static()["files"]) == room.pool.participants


def test_an_unknown_table_is_told_with_the_nearest() -> None:
    """A typing slip in a notebook names the table that was meant."""
    with pytest.raises(KeyError, match="organisations"):
        forms.open().edit("organisation")


def test_the_environment_names_another_change(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """This is how notebooks are run on blank and large changes."""
    file = tmp_path / "other.yml"
    Change(title="Another").save(file)
    monkeypatch.setenv("SYSTEM_LEADERSHIP_CHANGE", str(file))
    assert forms.open("stroke-london").change.title == "Another"


def test_the_book_puts_out_data_with_text_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One mime type for every kind, always with a plain text."""
    shown: list[dict[str, Any]] = []
    display = pytest.importorskip("IPython.display")
    monkeypatch.setattr(display, "display", lambda what, raw=False: shown.append(
        what if raw else what._repr_mimebundle_()))  # fmt: skip
    monkeypatch.setenv("SYSTEM_LEADERSHIP_BOOK", "1")
    desk = forms.open("stroke-london")
    desk.edit("change", "organisations")
    desk.show(draw)
    desk.tell(explain)
    desk.reflect("Who is missing?", ("Who else?", "The ward clerk."))
    desk.recall("people")
    desk.rate("I share credit.")
    desk.suppose(Supposing())
    desk.write(plan.build)
    room = desk.gather("workshop")
    room.show(workshop.draw)
    kinds = [bundle[forms.MIME_TYPE]["kind"] for bundle in shown]
    assert kinds == [
        "form", "form", "picture", "words", "questions", "form", "ratings", "suppositions",
        "page", "room", "picture",
    ]  # fmt: skip
    assert all(bundle["text/plain"] for bundle in shown)
    assert shown[1][forms.MIME_TYPE]["blank_rows"] == 8
    assert json.dumps(shown, default=str)


def test_only_lab_imports_ipython_and_anywidget() -> None:
    """They double the time that a start takes in the page."""
    heavy = {"IPython", "anywidget", "traitlets", "ipywidgets"}
    for path in PACKAGE.rglob("*.py"):
        if path.name == "lab.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:  # the top level: inside a function it costs nothing at start
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not heavy & {name.split(".")[0] for name in names}, path


def test_forms_never_read_markup_from_data() -> None:
    """No script of ours can turn what a reader typed into elements or code."""
    scripts = [*PACKAGE.rglob("*.js"), *(ROOT / "book" / "_static" / "live").glob("*.js")]
    assert len(scripts) >= 7
    for path in scripts:
        text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        risky = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        found = re.findall(risky, text)
        assert not found, (path.name, found)


def test_the_wheel_for_the_page_is_the_same_each_time_and_has_no_lab() -> None:
    """A browser may keep it as long as nothing in it has changed."""
    from tools import live_assets

    name, wheel = live_assets.own_wheel()
    assert live_assets.own_wheel() == (name, wheel)
    inside = zipfile.ZipFile(io.BytesIO(wheel)).namelist()
    assert "system_leadership/forms/page.py" in inside
    assert not [each for each in inside if each.endswith(("lab.py", ".js", ".yml"))]


class TestLab:
    """JupyterLab's host, without a JupyterLab."""

    @pytest.fixture
    def said(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Give what the host tells the reader."""
        lab = pytest.importorskip("system_leadership.forms.lab", exc_type=ImportError)
        told: list[str] = []
        monkeypatch.setattr(lab, "_show", lambda handle, bundle: told.append(bundle["text/plain"]))
        return told

    def test_it_starts_from_the_example_and_saves_beside_it(
        self, said: list[str], tmp_path: Path
    ) -> None:
        """The example itself is never written to."""
        from system_leadership.forms.lab import Lab

        host = Lab(tmp_path)
        change = host.own_change("stroke-london")
        assert change == Change.example("stroke-london")
        host.keep(change)
        assert Change.load(tmp_path / "my-change.yml") == change
        assert "Saved to my-change.yml" in said[-1]
        assert Lab(tmp_path).own_change(None) == change

    def test_a_file_that_cannot_be_read_is_left_alone(
        self, said: list[str], tmp_path: Path
    ) -> None:
        """Work goes to a new file, and the faults are told."""
        from system_leadership.forms.lab import Lab

        bad = tmp_path / "my-change.yml"
        bad.write_text("organisations: [", encoding="utf-8")
        host = Lab(tmp_path)
        assert host.own_change("stroke-london") == Change.blank()
        assert "could not be read" in said[-1]
        host.keep(Change(title="New"))
        assert bad.read_text(encoding="utf-8") == "organisations: ["
        assert Change.load(tmp_path / "my-change-2.yml").title == "New"

    def test_a_file_that_somebody_else_wrote_is_left_alone(
        self, said: list[str], tmp_path: Path
    ) -> None:
        """Two notebooks, or an editor, on one file: neither loses work."""
        import os

        from system_leadership.forms.lab import Lab

        host = Lab(tmp_path)
        host.own_change(None)
        host.keep(Change(title="Mine"))
        path = tmp_path / "my-change.yml"
        Change(title="Theirs").save(path)
        os.utime(path, (1, 1))
        host.keep(Change(title="Mine, later"))
        assert Change.load(path).title == "Theirs"
        assert Change.load(tmp_path / "my-change-2.yml").title == "Mine, later"
        assert "left as it is" in said[-1]

    def test_a_room_reads_the_folder_beside_the_notebook(
        self, said: list[str], tmp_path: Path
    ) -> None:
        """Until there is one it shows the example, and says so."""
        from system_leadership.forms.lab import Lab

        host = Lab(tmp_path)
        room = desks.Desk(Change.blank(), host).gather("workshop")
        assert room.pool.participants >= workshop.LEAST
        assert "The folder workshop beside this notebook is not there." in said[-1]
        assert "fictional example" in said[-1]
        folder = tmp_path / "workshop"
        folder.mkdir()
        Change.loads("organisations:\n- name: A\n").save(folder / "a.yml")
        Change.loads("organisations:\n- name: B\n").save(folder / "b.xlsx")
        (folder / "bad.yml").write_text("organisations: [", encoding="utf-8")
        (folder / "notes.txt").write_text("nothing of ours", encoding="utf-8")
        room = desks.Desk(Change.blank(), host).gather("workshop")
        assert room.pool.participants == 2
        assert "From the folder workshop, 2 files can be used. 1 file not:" in said[-1]
        assert "bad.yml could not be read." in said[-1]

    def test_a_page_of_text_is_html_with_the_text_beside_it(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """JupyterLab shows the one, and a reader without it the other."""
        lab = pytest.importorskip("system_leadership.forms.lab", exc_type=ImportError)
        shown: list[dict[str, Any]] = []
        monkeypatch.setattr(lab, "_show", lambda handle, bundle: shown.append(bundle))
        desks.Desk(Change(title="Eight <units>"), lab.Lab(tmp_path)).write(plan.build)
        assert "<h1>Eight &lt;units&gt;</h1>" in shown[0]["text/html"]
        assert shown[0]["text/plain"].startswith("EIGHT <UNITS>")

    def test_an_empty_cell_of_a_picture_s_table_is_blank(self) -> None:
        """As on the page: "None" says nothing to a reader."""
        lab = pytest.importorskip("system_leadership.forms.lab", exc_type=ImportError)
        table = Table("Ties", ["From", "Strength"], [["Trust & Council", None], ["Lead", 0]])
        html = lab._caption(Picture("ties", "Ties", "Two.", canvas(10, 10, []), table).as_dict())
        assert re.findall(r"<td>(.*?)</td>", html) == ["Trust &amp; Council", "", "Lead", "0"]

    @pytest.mark.parametrize("module", ["table", "details", "questions", "ratings", "suppositions"])
    def test_each_form_is_one_module_for_anywidget(self, module: str) -> None:
        """The shared module goes in front; no import is left and there is one default export."""
        lab = pytest.importorskip("system_leadership.forms.lab", exc_type=ImportError)
        source = str(lab.widget_class(module)._esm)
        assert not re.search(r"^import ", source, re.M)
        assert len(re.findall(r"^export default", source, re.M)) == 1
        assert "export function field" in source
