"""Desks and their hosts, without a browser: what they put out, take in and keep."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from system_leadership import Change, forms
from system_leadership.change import TABLES
from system_leadership.forms import desk as desks
from system_leadership.forms import hosts
from system_leadership.forms.page import Page, snapshot, unpack
from system_leadership.pictures import Picture, Table, canvas

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
        for column in desks.table_form(Change.blank(), table).about["columns"]:
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
    assert (kept["empty"], kept["tables"]) == (False, ["organisations"])
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
    assert sent.of("keep")[0]["tables"] == ["ties"]


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
    sent.page.receive({"type": "open", "name": "a.yml", "text": text})
    assert sent.of("opened")[-1] == {"type": "opened", "ok": True, "name": "a.yml", "faults": []}
    assert [m["id"] for m in sent.of("update") if m["state"].get("rows")] == ["form-1", "form-2"]
    before = sent.desk.change
    sent.page.receive({"type": "open", "name": "b.yml", "text": "wat: 1\norganisations: x\n"})
    assert len(sent.of("opened")[-1]["faults"]) == 2
    assert sent.desk.change is before
    sent.page.receive({"type": "download", "as": "yml"})
    assert Change.loads(sent.of("file")[0]["text"]) == before
    sent.page.receive({"type": "clear"})
    assert sent.desk.change == Change.blank()
    assert sent.of("keep")[-1]["empty"]


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
    """One mime type for all four kinds, always with a plain text."""
    shown: list[dict[str, Any]] = []
    display = pytest.importorskip("IPython.display")
    monkeypatch.setattr(display, "display", lambda what, raw=False: shown.append(
        what if raw else what._repr_mimebundle_()))  # fmt: skip
    monkeypatch.setenv("SYSTEM_LEADERSHIP_BOOK", "1")
    desk = forms.open("stroke-london")
    desk.edit("change", "organisations")
    desk.show(draw)
    desk.tell(explain)
    desk.reflect("Who is missing?")
    kinds = [bundle[forms.MIME_TYPE]["kind"] for bundle in shown]
    assert kinds == ["form", "form", "picture", "words", "questions"]
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

    @pytest.mark.parametrize("module", ["table", "details", "questions"])
    def test_each_form_is_one_module_for_anywidget(self, module: str) -> None:
        """The shared module goes in front; no import is left and there is one default export."""
        lab = pytest.importorskip("system_leadership.forms.lab", exc_type=ImportError)
        source = str(lab.widget_class(module)._esm)
        assert not re.search(r"^import ", source, re.M)
        assert len(re.findall(r"^export default", source, re.M)) == 1
        assert "export function field" in source
