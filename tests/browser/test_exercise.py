"""The exercise in its page, worked through as a reader would, in a real browser.

Every test starts from a browser that has never seen the site. What the reader types must show in
the picture, stay in the browser, survive whatever goes wrong, and never run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from exercise_kernel import fewest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect
from system_leadership import Change, files
from system_leadership.change import TABLES
from system_leadership.forms.page import snapshot
from test_pages import axe
from watching import Watch

pytestmark = pytest.mark.browser

EXERCISE = "exercises/01-map-your-system.html"
KEY = "system-leadership-handbook/change/1"
START = 60_000  # milliseconds: a slow machine may need long to start Python
ORGANISATIONS = ("Riverside Hospital", "Eastgate Council", "Hillside Trust")

KEEP_WORKERS = """
const Plain = window.Worker;
window.madeWorkers = [];
window.Worker = class extends Plain {
  constructor(...given) { super(...given); window.madeWorkers.push(this); }
};
"""
# Python that can be held back, as on a slow machine, and stopped, as by a browser short of memory.
HOLD_PYTHON = """
const Plain = window.Worker;
window.held = null;
window.Worker = class extends Plain {
  constructor(...given) { super(...given); window.lastWorker = this; }
  postMessage(message) {
    if (window.held) window.held.push(() => super.postMessage(message));
    else super.postMessage(message);
  }
};
window.hold = () => { window.held ??= []; };
window.letGo = () => { for (const go of (window.held ?? []).splice(0)) go(); window.held = null; };
window.end = () => lastWorker.dispatchEvent(new ErrorEvent("error", { message: "gone" }));
"""
REFUSE_STORAGE = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
});
"""
FULL_STORAGE = """
Storage.prototype.setItem = function () {
  throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
};
"""


@pytest.fixture
def reader(page: Page, watch: Watch) -> Iterator[Page]:
    """Give a page whose errors, and whose asking another host, fail the test."""
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    assert watch.faults() == []
    assert dialogs == []


def open_exercise(page: Page) -> None:
    page.goto(EXERCISE)


def start(page: Page, name: str | re.Pattern[str] = "Start") -> None:
    """Press the button and wait until the exercise runs."""
    page.get_by_role("button", name=name, exact=isinstance(name, str)).click()
    expect(heading(page)).to_have_text("Your change", timeout=START)


def heading(page: Page) -> Locator:
    return page.locator("#live-title")


def status(page: Page) -> Locator:
    return page.locator(".live-status")


def form(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=title, exact=True)


def cell(page: Page, title: str, label: str, row: int) -> Locator:
    return form(page, title).get_by_label(f"{label} row {row}", exact=True)


def map_(page: Page) -> Locator:
    return page.locator("figure.picture-live").first


def fill_in(page: Page) -> None:
    """Type three organisations and two ties."""
    for row, name in enumerate(ORGANISATIONS, 1):
        cell(page, "Organisations", "Name", row).fill(name)
    cell(page, "Ties", "From", 1).fill(ORGANISATIONS[0])
    cell(page, "Ties", "To", 1).fill(ORGANISATIONS[1])
    cell(page, "Ties", "Kind", 1).select_option("influence")
    cell(page, "Ties", "Strength", 1).fill("7")
    cell(page, "Ties", "From", 2).fill(ORGANISATIONS[1])
    cell(page, "Ties", "To", 2).fill(ORGANISATIONS[2])
    cell(page, "Ties", "To", 2).blur()


def expect_filled_in(page: Page) -> None:
    for row, name in enumerate(ORGANISATIONS, 1):
        expect(cell(page, "Organisations", "Name", row)).to_have_value(name)
    expect(cell(page, "Ties", "From", 1)).to_have_value(ORGANISATIONS[0])
    expect(cell(page, "Ties", "To", 2)).to_have_value(ORGANISATIONS[2])
    expect(cell(page, "Ties", "Strength", 1)).to_have_value("7")
    for name in ORGANISATIONS:
        expect(map_(page)).to_contain_text(name)


def wait_until_nothing_is_kept(page: Page) -> None:
    page.wait_for_function("key => localStorage.getItem(key) === null", arg=KEY)


def kept(page: Page) -> dict[str, object] | None:
    text = page.evaluate(f"localStorage.getItem({json.dumps(KEY)})")
    return json.loads(text) if text else None


def wait_until_kept(page: Page, text: str) -> None:
    """Wait until the browser has kept this text in the change itself, not only as a draft."""
    page.wait_for_function(
        "([key, text]) => JSON.parse(localStorage.getItem(key))?.text.includes(text)",
        arg=[KEY, text],
    )


def test_the_page_is_complete_before_the_start(reader: Page) -> None:
    """The worked example stands there, and nothing heavy has been downloaded."""
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    open_exercise(reader)
    reader.wait_for_load_state("networkidle")
    expect(reader.get_by_role("button", name="Start", exact=True)).to_be_visible()
    assert reader.locator(".exercise-output figure.picture").count() >= 1
    for link in reader.locator(".live-other a").all():
        address = link.evaluate("link => link.href")
        assert reader.request.get(address).ok, address
    assert not [url for url in asked if re.search(r"\.wasm|\.whl|stdlib|vega", url)]


def test_a_reader_works_through_it(reader: Page, tmp_path: Path) -> None:
    """Start, type, see the picture, reload, download, clear, upload, and find it."""
    open_exercise(reader)
    start(reader)
    drawn = map_(reader).locator("svg[role=img]")
    expect(drawn).to_have_count(1)
    before = drawn.inner_html()

    fill_in(reader)
    expect_filled_in(reader)
    for name in ORGANISATIONS:
        expect(drawn).to_contain_text(name)
    assert drawn.inner_html() != before
    expect(drawn).to_have_attribute("aria-label", re.compile(r"\w{3,}.*\."))
    expect(status(reader)).to_contain_text("Saved in this browser at")
    wait_until_kept(reader, ORGANISATIONS[2])

    reader.reload()
    expect(reader.locator(".live-found")).to_contain_text("You saved work today at")
    start(reader, "Carry on with your change")
    expect_filled_in(reader)

    with reader.expect_download() as expected:
        reader.get_by_role("button", name="Download as text (.yml)").click()
    file = tmp_path / expected.value.suggested_filename
    expected.value.save_as(file)
    assert file.name == "my-change.yml"
    text = file.read_text(encoding="utf-8")
    for name in ORGANISATIONS:
        assert name in text

    reader.get_by_role("button", name="Start again").click()
    asked = reader.get_by_role("dialog")
    expect(asked).to_contain_text("It cannot be undone")
    asked.get_by_role("button", name="Keep my work").click()
    expect_filled_in(reader)
    reader.get_by_role("button", name="Start again").click()
    asked.get_by_role("button", name="Clear everything").click()
    expect(cell(reader, "Organisations", "Name", 1)).to_have_value("")
    expect(map_(reader)).not_to_contain_text(ORGANISATIONS[0])
    expect(status(reader)).to_have_text("Cleared. Nothing is kept in this browser now")
    assert kept(reader) is None

    choose(reader, file)
    expect_filled_in(reader)
    expect(status(reader)).to_contain_text("Opened my-change.yml. Saved")
    wait_until_kept(reader, ORGANISATIONS[2])


def test_what_the_reader_types_is_kept_within_a_second(reader: Page) -> None:
    """Even while Python is still at work on it."""
    open_exercise(reader)
    start(reader)
    cell(reader, "Organisations", "Name", 1).press_sequentially("Riverside")
    reader.wait_for_timeout(1000)
    assert "Riverside" in json.dumps(kept(reader))


# Counts what the page asks of Python: what is on its way now, and the most there ever was.
COUNT_ASKED = """
const Plain = window.Worker;
window.asked = { typed: 0, now: 0, most: 0 };
window.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (data?.type === "answered") window.asked.now -= 1;
    });
  }
  postMessage(message, ...rest) {
    if (message.type === "typed") window.asked.typed += 1;
    window.asked.now += 1;
    window.asked.most = Math.max(window.asked.most, window.asked.now);
    super.postMessage(message, ...rest);
  }
};
"""


def test_typing_fast_queues_nothing_up_and_the_last_letter_wins(
    context: BrowserContext, reader: Page
) -> None:
    """Python is asked at once; while it works, only the newest text waits for it."""
    context.add_init_script(COUNT_ASKED)
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    reader.wait_for_function("window.asked.now === 0")
    reader.evaluate("Object.assign(window.asked, { typed: 0, most: 0 })")
    name = "A hospital by the river that is being typed in without a pause"
    field = cell(reader, "Organisations", "Name", 1)
    field.focus()
    # Over the old name, and faster than anybody types: a letter every two milliseconds.
    reader.evaluate(
        """async text => {
            const field = document.activeElement;
            field.value = "";
            for (const letter of text) {
                field.value += letter;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
                await new Promise(done => setTimeout(done, 2));
            }
        }""",
        name,
    )
    expect(map_(reader)).to_contain_text("being typed in")
    reader.wait_for_function("window.asked.now === 0")
    asked = reader.evaluate("window.asked")
    assert asked["most"] == 1, "a form never has two questions on their way"
    assert 2 <= asked["typed"] < len(name), asked
    expect(field).to_have_value(name)
    expect(field).to_be_focused()
    # Ties follow the name, and what is kept is the whole of it.
    expect(cell(reader, "Ties", "From", 1)).to_have_value(name)
    wait_until_kept(reader, name)


def test_a_name_on_its_way_keeps_its_ties(reader: Page) -> None:
    """Emptied, or for a moment the name of another: its ties are there when it has a new name."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    field = cell(reader, "Organisations", "Name", 1)
    field.focus()
    for passing in ("", ORGANISATIONS[1]):
        field.fill(passing)
        reader.wait_for_timeout(600)  # longer than any pause that sends a form
        expect(cell(reader, "Ties", "From", 1)).to_have_value(ORGANISATIONS[0])
    field.fill(f"{ORGANISATIONS[1]} East")
    expect(cell(reader, "Ties", "From", 1)).to_have_value(f"{ORGANISATIONS[1]} East")
    expect(map_(reader)).to_contain_text(f"{ORGANISATIONS[1]} East")


def test_faults_wait_for_a_pause_in_typing(reader: Page) -> None:
    """Half a word is nearly always wrong: no list of faults comes and goes with each letter."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    cell(reader, "Ties", "From", 3).fill("Nor")
    cell(reader, "Ties", "To", 3).fill(ORGANISATIONS[0])
    form(reader, "Organisations").get_by_role("button", name="Add a row").click()
    wrong = form(reader, "Ties").get_by_role("group", name="What needs another look")
    expect(wrong).to_contain_text("“Nor”")
    wrong.evaluate(
        """list => {
            window.flashes = 0;
            new MutationObserver(() => { window.flashes += 1; })
                .observe(list, { attributes: true, childList: true, subtree: true });
        }"""
    )
    # With each "Nor" in a fourth row the tie is right, and without it wrong again.
    reader.evaluate(
        """async () => {
            const field = document.activeElement;
            for (let turn = 0; turn < 60; turn += 1) {
                field.value = turn % 2 ? "" : "Nor";
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
                await new Promise(done => setTimeout(done, 40));
            }
        }"""
    )
    # A busy machine may pause for so long that it counts as one.
    assert reader.evaluate("window.flashes") <= 4
    cell(reader, "Organisations", "Name", 4).fill("Nor")
    expect(wrong).to_be_hidden()


def test_a_wrong_value_is_told_beside_its_field_and_kept(reader: Page) -> None:
    """Nothing typed is lost; the fault goes away when the value is put right."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    strength = cell(reader, "Ties", "Strength", 1)
    strength.fill("twelve")
    cell(reader, "Ties", "To", 2).fill("Eastgat Council")
    form(reader, "Organisations").get_by_label("Name row 1", exact=True).focus()
    expect(strength).to_have_attribute("aria-invalid", "true")
    expect(strength).to_have_value("twelve")
    expect(strength).to_have_accessible_description(re.compile(r"number from 0 to 10"))
    wrong = form(reader, "Ties").get_by_role("group", name="What needs another look")
    expect(wrong).to_contain_text("2 fields need another look")
    expect(wrong).to_contain_text("Eastgate Council")  # the name that was meant
    wrong.get_by_role("link").first.click()
    expect(strength).to_be_focused()

    wait_until_kept(reader, "twelve")
    reader.reload()
    start(reader, "Carry on with your change")
    expect(cell(reader, "Ties", "Strength", 1)).to_have_value("twelve")
    expect(cell(reader, "Ties", "Strength", 1)).to_have_attribute("aria-invalid", "true")

    cell(reader, "Ties", "Strength", 1).fill("9")
    cell(reader, "Ties", "To", 2).fill(ORGANISATIONS[0])
    cell(reader, "Ties", "To", 2).blur()
    expect(form(reader, "Ties").locator("[aria-invalid]")).to_have_count(0)
    expect(wrong).to_be_hidden()


def test_hostile_text_is_shown_and_never_runs(reader: Page, tmp_path: Path) -> None:
    """Typed or opened from a file, markup is text."""
    hostile = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    open_exercise(reader)
    start(reader)
    cell(reader, "Organisations", "Name", 1).fill(hostile)
    cell(reader, "Organisations", "Name", 2).fill("javascript:window.ran=1")
    cell(reader, "Ties", "From", 1).fill(hostile)
    cell(reader, "Ties", "To", 1).fill("javascript:window.ran=1")
    cell(reader, "Ties", "To", 1).blur()
    map_(reader).locator("summary").click()
    expect(map_(reader).locator("table")).to_contain_text("<script>window.ran=1</script>")
    expect(map_(reader).locator("table")).to_contain_text("javascript:window.ran=1")
    file = tmp_path / "<b>bad.yml"
    file.write_text(f"organisations:\n- name: '{hostile}'\n- '{hostile}'\n")
    upload(reader, file)
    expect(reader.get_by_role("alert")).to_contain_text("<b>bad.yml could not be opened")
    assert reader.evaluate("window.ran") is None
    assert reader.locator("main img[src=x]").count() == 0


HOSTILE = (
    '<img src=x onerror="window.ran=1"><script>window.ran=1</script>',
    "javascript:window.ran=1",
    "[press](javascript:window.ran=1)",
    '=HYPERLINK("javascript:window.ran=1", "press")',
    "${window.ran=1}{{constructor.constructor('window.ran=1')()}}",
)
# What a page must not hold once the text above stands in every cell of every table.
BY_TEXT = """() => [
    ...document.querySelectorAll("main :is(img[src=x], script:not([src]), iframe, object)"),
    ...[...document.querySelectorAll("a, area, form, [href], [src], [action]")].filter(part =>
        ["href", "src", "action", "xlink:href"].some(name =>
            (part.getAttribute(name) ?? "").trim().toLowerCase().startsWith("javascript:"))),
    ...[...document.querySelectorAll("main *")].filter(part =>
        part.getAttributeNames().some(name => name.startsWith("on"))),
].map(part => part.outerHTML.slice(0, 200))"""


def hostile_change() -> Change:
    """Make a change with text that would like to run in every cell that takes text."""
    change = Change.blank()
    for key, table in TABLES.items():
        rows: list[dict[str, Any]] = []
        for number, text in enumerate(HOSTILE):
            row: dict[str, Any] = {}
            for column in table.shown:
                if column.kind in ("text", "long", "name"):
                    row[column.name] = text
                elif column.kind == "choice":
                    row[column.name] = column.choices[number % len(column.choices)]
                elif column.kind == "number":
                    row[column.name] = min(column.max or 5, 1 + number)
                elif column.kind == "date":
                    row[column.name] = f"2026-0{number + 1}-05"
            rows.append({**row, "depends_on": ""} if key == "steps" else row)
        change, _ = change.replace_table(key, rows)
    return change


def keep_before(page: Page, text: str, **more: object) -> None:
    """Let the browser have kept this work from an earlier visit, as it was kept then."""
    record = {"format": 1, "saved": "2026-05-04T10:00:00Z", "stamp": "a", "text": text, **more}
    page.add_init_script(
        f"if (location.protocol === 'http:' && localStorage.getItem({json.dumps(KEY)}) === null) "
        f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(json.dumps(record))})"
    )


@pytest.mark.parametrize("name", fewest())
def test_hostile_text_runs_in_no_exercise(reader: Page, name: str) -> None:
    """In every cell of every table: it is shown, it is printed, it never becomes a part."""
    keep_before(reader, snapshot(hostile_change())[0], drafts={})
    reader.goto(f"exercises/{name}.html")
    before = reader.evaluate(BY_TEXT)
    start(reader, "Carry on with your change")
    pictures = reader.locator("figure.picture-live")
    expect(pictures.locator("svg[role=img]")).to_have_count(pictures.count())
    folds = reader.locator(".live-output details")
    folds.evaluate_all("all => all.forEach(one => one.open = true)")
    text = reader.locator("main").inner_text()
    values = reader.locator("main :is(input, textarea)").evaluate_all(
        "all => all.map(one => one.value).join()"
    )
    assert "<script>" in text + values
    assert reader.evaluate(BY_TEXT) == before
    for link in reader.locator(".live-output a").all():
        assert (link.get_attribute("href") or "#").startswith("#")
    reader.emulate_media(media="print")
    assert reader.evaluate("window.ran") is None
    assert "<script>" in json.dumps(kept(reader))


def choose(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a change file").click()
    chooser.value.set_files(file)


def upload(page: Page, file: Path) -> None:
    """Choose a file, and agree that it may take the place of what is there."""
    choose(page, file)
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("takes the place of the change on this page")
    asked.get_by_role("button", name="Open it").click()


def test_a_bad_file_changes_nothing(reader: Page, tmp_path: Path) -> None:
    """Every fault is listed, with its place; the reader's own work stays."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    bad = tmp_path / "their-change.yml"
    bad.write_text("wat: 1\norganisations:\n- name: A\n- just words\n", encoding="utf-8")
    upload(reader, bad)
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("their-change.yml could not be opened")
    expect(told.get_by_role("listitem")).to_have_count(2)
    expect(told).to_contain_text("line 4, Organisations, row 2")
    expect_filled_in(reader)
    picture = tmp_path / "photo.yml"
    picture.write_bytes(bytes(range(256)))
    ansi, other = tmp_path / "ansi.yml", tmp_path / "unicode.yml"
    ansi.write_bytes("organisations:\n- name: Café\n".encode("cp1252"))
    other.write_bytes("organisations:\n- name: Café\n".encode("utf-16"))
    for file, why in (
        (picture, "not plain text"),
        (ansi, "line 2: A letter here is not in UTF-8"),
        (other, "It is saved as UTF-16"),
    ):
        upload(reader, file)
        expect(told).to_contain_text(f"{file.name} could not be opened")
        expect(told).to_contain_text(why)
        expect_filled_in(reader)


@pytest.mark.parametrize("script", [REFUSE_STORAGE, FULL_STORAGE], ids=["refused", "full"])
def test_without_storage_it_goes_on_and_says_so(reader: Page, tmp_path: Path, script: str) -> None:
    """The reader can still work, and is told to download."""
    reader.add_init_script(script)
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    expect(status(reader)).to_contain_text("Not saved")
    expect(status(reader)).to_contain_text("Download your change file before you leave")
    with reader.expect_download() as expected:
        reader.get_by_role("button", name="Download as text (.yml)").click()
    assert ORGANISATIONS[1] in Path(expected.value.path()).read_text(encoding="utf-8")


def test_a_worker_that_dies_is_noticed_and_loses_nothing(reader: Page) -> None:
    """No answer comes; the page says so, and a restart brings back all that was typed."""
    reader.add_init_script(KEEP_WORKERS)
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    wait_until_kept(reader, ORGANISATIONS[2])
    reader.evaluate("window.madeWorkers.at(-1).terminate()")
    cell(reader, "Organisations", "Sector", 1).fill("Typed after the end")
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("What you typed is kept", timeout=20_000)
    told.get_by_role("button", name="Restart").click()
    expect(heading(reader)).to_have_text("Your change", timeout=START)
    expect_filled_in(reader)
    expect(cell(reader, "Organisations", "Sector", 1)).to_have_value("Typed after the end")


def test_what_is_typed_after_a_stop_is_kept_and_comes_back(reader: Page) -> None:
    """The forms stay open while Python is away; only while it starts afresh they wait."""
    reader.add_init_script(HOLD_PYTHON)
    open_exercise(reader)
    start(reader)
    name = cell(reader, "Organisations", "Name", 1)
    name.fill("Typed before")
    wait_until_kept(reader, "Typed before")
    reader.evaluate("hold()")
    cell(reader, "Organisations", "Sector", 1).fill("Under way")
    reader.evaluate("end()")
    expect(heading(reader)).to_have_text("The exercise has stopped")
    cell(reader, "Organisations", "Note", 1).fill("Typed after the end")
    answer = form(reader, "Questions to think about").get_by_role("textbox").first
    answer.fill("Answered after the end")
    for text in ("Under way", "Typed after the end", "Answered after the end"):
        reader.wait_for_function(
            "([key, text]) => localStorage.getItem(key).includes(text)", arg=[KEY, text]
        )
    cell(reader, "Organisations", "Name", 2).fill("Typed last")
    reader.get_by_role("button", name="Restart").press("Enter")
    assert reader.locator(".live-form:not([inert])").count() == 0
    reader.evaluate("letGo()")
    expect(heading(reader)).to_have_text("Your change", timeout=START)
    expect(name).to_have_value("Typed before")
    expect(cell(reader, "Organisations", "Sector", 1)).to_have_value("Under way")
    expect(cell(reader, "Organisations", "Note", 1)).to_have_value("Typed after the end")
    expect(cell(reader, "Organisations", "Name", 2)).to_have_value("Typed last")
    expect(answer).to_have_value("Answered after the end")
    wait_until_kept(reader, "Typed last")
    assert reader.locator(".live-form[inert]").count() == 0
    expect(status(reader)).to_contain_text("Saved in this browser at")


def test_a_stopped_exercise_offers_only_what_works(reader: Page, tmp_path: Path) -> None:
    """The file it gives holds all that was typed, and is one that the handbook reads."""
    reader.add_init_script(HOLD_PYTHON)
    opened = tmp_path / "commented.yml"
    opened.write_text("# Ours\norganisations:\n- name: Kept\n  source: [us]\n", encoding="utf-8")
    open_exercise(reader)
    start(reader)
    reader.evaluate("hold()")
    cell(reader, "Organisations", "Name", 1).fill("Only a draft")
    reader.evaluate("end()")
    told = reader.get_by_role("alert")
    rescue = told.get_by_role("button", name="Download my change file")
    with reader.expect_download() as expected:
        rescue.click()
    text = Path(expected.value.path()).read_text(encoding="utf-8")
    assert [each.name for each in files.loads(text).organisations] == ["Only a draft"]
    reader.evaluate("letGo()")
    told.get_by_role("button", name="Restart").click()
    expect(heading(reader)).to_have_text("Your change", timeout=START)

    upload(reader, opened)
    expect(cell(reader, "Organisations", "Name", 1)).to_have_value("Kept")
    wait_until_kept(reader, "# Ours")
    reader.evaluate("hold()")
    cell(reader, "Organisations", "Name", 2).fill("Draft")
    cell(reader, "Ties", "From", 1).fill("Kept")
    cell(reader, "Ties", "To", 1).fill("Draft")
    cell(reader, "Ties", "Strength", 1).fill("7")
    answer = form(reader, "Questions to think about").get_by_role("textbox").first
    answer.fill("An answer")
    reader.get_by_role("button", name="Download as Excel").focus()
    reader.evaluate("end()")
    expect(heading(reader)).to_be_focused()
    for name in (
        "Download as Excel",
        "Download as text (.yml)",
        "Open a change file",
        "Start again",
    ):
        expect(reader.get_by_role("button", name=name)).to_have_count(0)
    expect(reader.get_by_role("button", name="Show the worked example")).to_be_visible()
    with reader.expect_download() as expected:
        rescue.click()
    change = files.loads(Path(expected.value.path()).read_text(encoding="utf-8"))
    assert [each.name for each in change.organisations] == ["Kept", "Draft"]
    assert change.organisations[0].source == ("us",)
    assert [(tie.from_, tie.to, tie.strength) for tie in change.ties] == [("Kept", "Draft", 7)]
    assert [each.answer for each in change.reflections] == ["An answer"]
    assert axe(reader) == []


@pytest.mark.parametrize(
    "script", ["", REFUSE_STORAGE, FULL_STORAGE], ids=["kept", "refused", "full"]
)
def test_a_stopped_exercise_says_where_the_work_is(reader: Page, script: str) -> None:
    """In this browser only where it is; where it is not, what to do before closing the page."""
    reader.add_init_script(HOLD_PYTHON + script)
    open_exercise(reader)
    start(reader)
    name = cell(reader, "Organisations", "Name", 1)
    name.fill("Typed before")
    expect(status(reader)).to_contain_text("Not saved" if script else "Saved in this browser")
    reader.evaluate("end()")
    told = reader.get_by_role("alert")
    if script:
        expect(told).to_contain_text("on this page only")
        expect(told).to_contain_text("download your change file before you close the page")
        expect(told).not_to_contain_text("What you typed is kept")
    else:
        expect(told).to_contain_text("What you typed is kept in this browser.")
    told.get_by_role("button", name="Restart").click()
    expect(heading(reader)).to_have_text("Your change", timeout=START)
    expect(name).to_have_value("Typed before")


def test_an_exercise_that_stops_beside_another_tab_does_not_say_it_is_kept(reader: Page) -> None:
    """And the question which work to go on with comes back with the restart."""
    reader.add_init_script(HOLD_PYTHON)
    in_another_tab(reader)
    reader.evaluate("end()")
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("on this page only")
    told.get_by_role("button", name="Restart").click()
    expect(heading(reader)).to_have_text("Your change", timeout=START)
    expect(told).to_contain_text("open in another tab")
    expect(cell(reader, "Organisations", "Name", 1)).to_have_value("From the first tab")
    expect(status(reader)).to_contain_text("Not saving")


def test_a_file_with_wrong_values_opens_and_tells_each(reader: Page, tmp_path: Path) -> None:
    """Work in progress can be carried about: what is wrong is kept and told."""
    open_exercise(reader)
    start(reader)
    file = tmp_path / "half-done.yml"
    file.write_text(
        "organisations:\n- name: A\nties:\n- from: A\n  to: Nobody\n  strength: 99\n",
        encoding="utf-8",
    )
    choose(reader, file)
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("2 things in this file need another look")
    expect(told.get_by_role("listitem")).to_have_count(2)
    expect(cell(reader, "Ties", "Strength", 1)).to_have_value("99")
    expect(cell(reader, "Ties", "Strength", 1)).to_have_attribute("aria-invalid", "true")


def download(page: Page, folder: Path, name: str = "Download as Excel") -> Path:
    """Press the button and keep the file under the name the page gives it."""
    with page.expect_download() as expected:
        page.get_by_role("button", name=name, exact=True).click()
    file = folder / expected.value.suggested_filename
    expected.value.save_as(file)
    return file


def edited(file: Path, edit: Callable[[Any], Any], name: str) -> Path:
    """Save a workbook under another name, edited as a reader would in another program."""
    book = openpyxl.load_workbook(file)
    edit(book)
    other = file.with_name(name)
    book.save(other)
    return other


def test_the_change_goes_to_excel_and_comes_back(reader: Page, tmp_path: Path) -> None:
    """What was typed a moment ago is in the workbook, and the workbook brings it back."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    cell(reader, "Ties", "Note", 1).fill("=1+1 <b>as typed</b>")
    file = download(reader, tmp_path)  # at once: the last keystrokes may still be on their way
    assert file.name == "my-change.xlsx"
    change = files.read(file.read_bytes(), file.name)
    assert [each.name for each in change.organisations] == list(ORGANISATIONS)
    assert [(tie.from_, tie.to, tie.kind, tie.strength, tie.note) for tie in change.ties] == [
        (*ORGANISATIONS[:2], "influence", 7, "=1+1 <b>as typed</b>"),
        (*ORGANISATIONS[1:], "", None, ""),
    ]

    reader.get_by_role("button", name="Start again").click()
    reader.get_by_role("dialog").get_by_role("button", name="Clear everything").click()
    expect(cell(reader, "Organisations", "Name", 1)).to_have_value("")
    choose(reader, file)
    expect_filled_in(reader)
    expect(cell(reader, "Ties", "Note", 1)).to_have_value("=1+1 <b>as typed</b>")
    expect(status(reader)).to_contain_text("Opened my-change.xlsx. Saved")
    expect(reader.get_by_role("alert")).to_have_count(0)
    wait_until_kept(reader, ORGANISATIONS[2])


def test_a_workbook_holds_text_where_text_was_typed(reader: Page, tmp_path: Path) -> None:
    """What looks like a formula reaches Excel as words, and is no link."""
    typed = ("=1+1", "+44 20 7946 0000", "-5", "@SUM(A1)", HOSTILE[3], "=cmd|'/c calc'!A0")
    open_exercise(reader)
    start(reader)
    for _ in range(3):
        form(reader, "Organisations").get_by_role("button", name="Add a row").click()
    for row, text in enumerate(typed, 1):
        cell(reader, "Organisations", "Name", row).fill(text)
    cell(reader, "Organisations", "Note", 1).fill(HOSTILE[3])
    file = download(reader, tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["Organisations"]
    cells = [sheet.cell(row, 1) for row in range(2, 2 + len(typed))]
    assert [each.value for each in cells] == list(typed)
    assert {each.data_type for each in (*cells, sheet["C2"])} == {"s"}
    assert not any(each.hyperlink for row in sheet.iter_rows() for each in row)
    change = files.read(file.read_bytes(), file.name)
    assert [each.name for each in change.organisations] == list(typed)


def test_a_workbook_with_formulas_and_links_opens_as_text(reader: Page, tmp_path: Path) -> None:
    """What somebody else's workbook works out or points to is not followed."""
    change, _ = Change.blank().replace_table("organisations", [{"name": "A"}, {"name": "B"}])
    good = tmp_path / "theirs.xlsx"
    good.write_bytes(files.write(change, good.name))

    def arm(book: Any) -> None:
        sheet = book["Organisations"]
        sheet["A2"] = '=HYPERLINK("https://example.org/", "A")'
        sheet["A3"].hyperlink = "javascript:window.ran=1"
        sheet["B3"] = '=WEBSERVICE("https://example.org/")'

    open_exercise(reader)
    start(reader)
    choose(reader, edited(good, arm, "armed.xlsx"))
    expect(reader.get_by_role("alert")).to_contain_text(re.compile("formula", re.I))
    assert reader.evaluate("window.ran") is None
    assert reader.evaluate(BY_TEXT) == []


@pytest.mark.parametrize("how", ["a good file", "a bad file", "blank"])
def test_what_is_typed_never_crosses_into_another_change(
    reader: Page, tmp_path: Path, how: str
) -> None:
    """Typing on its way when a file is opened is in the old change, or nowhere."""
    reader.add_init_script(HOLD_PYTHON)
    file = tmp_path / "theirs.yml"
    right = "organisations:\n- name: Theirs\n"
    file.write_text(right if how == "a good file" else "organisations: [", encoding="utf-8")
    open_exercise(reader)
    start(reader)
    name, note = (cell(reader, "Organisations", label, 1) for label in ("Name", "Note"))
    name.fill("Mine")
    wait_until_kept(reader, "Mine")
    reader.evaluate("hold()")
    note.fill("on its way")
    note.fill("waiting behind it")
    downloads: list[str] = []
    reader.on("download", lambda download: downloads.append(download.path().read_text("utf-8")))
    if how == "blank":
        reader.get_by_role("button", name="Start again").click()
    else:
        choose(reader, file)
    asked = reader.get_by_role("dialog")
    asked.get_by_role("button", name="Download my change file").click()
    asked.get_by_role("button", name=re.compile("Open it|Clear everything")).click()
    expect(asked).to_have_count(0)
    reader.wait_for_function("document.querySelector('.live-form[inert]')")
    assert reader.locator(".live-form:not([inert])").count() == 0
    # As a script or a late timer might: nobody can type there.
    note.evaluate(
        "field => { field.value = 'too late';"
        "field.dispatchEvent(new InputEvent('input', { bubbles: true })); }"
    )
    reader.wait_for_timeout(300)  # longer than any pause that sends a form
    with reader.expect_event("download"):
        reader.evaluate("letGo()")
    reader.wait_for_function("!document.querySelector('.live-form[inert]')")
    if how == "a bad file":
        expect(reader.get_by_role("alert")).to_contain_text("could not be opened")
        expect(name).to_have_value("Mine")
        wait_until_kept(reader, "too late")  # nothing was replaced, so nothing is dropped
    else:
        expect(name).to_have_value("Theirs" if how == "a good file" else "")
        expect(note).to_have_value("")
        cell(reader, "Organisations", "Name", 2).fill("After")
        wait_until_kept(reader, "After")
        record = json.dumps(kept(reader))
        assert not re.search("Mine|on its way|waiting|too late", record)
        assert how == "blank" or "Theirs" in record
    assert "Mine" in downloads[0]
    assert "waiting behind it" in downloads[0]


def test_ten_thousand_rows_are_refused_in_words(reader: Page, tmp_path: Path) -> None:
    """The reader hears what was found and what would be right, and their own work stays."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    wait_until_kept(reader, ORGANISATIONS[2])
    rows = [f"- name: Organisation {number}\n  sector: A" for number in range(10_000)]
    file = tmp_path / "their-register.yml"
    file.write_text("\n".join(["organisations:", *rows]), encoding="utf-8")
    upload(reader, file)
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("their-register.yml could not be opened", timeout=START)
    expect(told).to_contain_text("Organisations: found “10,000 rows”.")
    expect(told).to_contain_text("5,000 rows in one table")
    reader.wait_for_timeout(500)  # once Python has answered, too
    expect(told).to_contain_text("Nothing on this page has changed.")
    expect_filled_in(reader)
    assert ORGANISATIONS[2] in json.dumps(kept(reader))


def test_a_bad_workbook_changes_nothing(reader: Page, tmp_path: Path) -> None:
    """Damaged, locked, or with a sheet that nobody knows: told in words, and work stays."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    good = download(reader, tmp_path)
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(good.read_bytes()[:20_000])
    locked = tmp_path / "locked.xlsx"  # how Office wraps a workbook that has a password
    wrapped = "EncryptedPackage".encode("utf-16-le")
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + wrapped + bytes(99))

    def misname(book: Any) -> None:
        book["Organisations"].title = "Organizations"
        book["Ties"]["D2"] = 99

    misnamed = edited(good, misname, "misnamed.xlsx")
    empty = tmp_path / "empty.XLSX"
    empty.touch()
    told = reader.get_by_role("alert")
    for file, faults in {
        damaged: ["The workbook is damaged or cut short"],
        locked: ["It is protected by a password"],
        empty: ["There is nothing in it"],
        misnamed: ["Did you mean “Organisations”?", "cell D2"],
    }.items():
        upload(reader, file)
        expect(told).to_contain_text(f"{file.name} could not be opened")
        expect(told).to_contain_text("Nothing on this page has changed")
        expect(told.get_by_role("listitem")).to_have_count(len(faults))
        for fault in faults:
            expect(told).to_contain_text(fault)
        expect_filled_in(reader)
    reader.reload()
    start(reader, "Carry on with your change")
    expect_filled_in(reader)


def test_a_workbook_with_wrong_values_opens_and_tells_each(reader: Page, tmp_path: Path) -> None:
    """As with a text file, and what is odd but was read stands below the faults."""
    change, _ = Change.blank().replace_table("organisations", [{"name": "A"}, {"name": "B"}])
    change, _ = change.replace_table("ties", [{"from": "A", "to": "B", "strength": 3}])
    good = tmp_path / "half-done.xlsx"
    good.write_bytes(files.write(change, good.name))

    def hide(book: Any) -> None:
        book["Organisations"].row_dimensions[3].hidden = True

    def spoil(book: Any) -> None:
        hide(book)
        book["Ties"]["B2"] = "Nobody"
        book["Ties"]["D2"] = 99

    open_exercise(reader)
    start(reader)
    choose(reader, edited(good, spoil, "spoilt.xlsx"))
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("2 things in this file need another look")
    expect(told).to_contain_text("sheet “Ties”, row 2, column “Strength” (cell D2): found “99”")
    expect(told).to_contain_text("found “Nobody”")
    expect(told).to_contain_text("sheet “Organisations”: Row 3 is hidden")
    expect(told.get_by_role("listitem")).to_have_count(3)
    expect(cell(reader, "Ties", "Strength", 1)).to_have_value("99")
    expect(cell(reader, "Ties", "Strength", 1)).to_have_attribute("aria-invalid", "true")
    assert axe(reader) == []

    upload(reader, edited(good, hide, "hidden.xlsx"))
    expect(told).to_contain_text("hidden.xlsx was opened")
    expect(told.get_by_role("listitem")).to_have_count(1)
    expect(cell(reader, "Ties", "Strength", 1)).to_have_value("3")


def test_what_no_cell_can_hold_is_told(reader: Page, tmp_path: Path) -> None:
    """A text that is too long for Excel still goes into the text file."""
    long = "word " * 8000
    open_exercise(reader)
    start(reader)
    cell(reader, "Organisations", "Note", 1).fill(long)
    cell(reader, "Organisations", "Name", 1).fill("A")
    reader.get_by_role("button", name="Download as Excel").click()
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("my-change.xlsx could not be made")
    expect(told.get_by_role("listitem")).to_have_count(1)
    with reader.expect_download() as expected:
        told.get_by_role("button", name="Download as text (.yml)").click()
    text = Path(expected.value.path()).read_bytes()
    assert files.read(text, "my-change.yml").organisations[0].note == long.strip()


def test_the_blank_files_are_ready_to_fill_in(page: Page) -> None:
    """Who cannot run the page finds a workbook and a text file that the handbook reads."""
    open_exercise(page)
    links = page.locator(".live-other a[download^=my-change]")
    names = []
    for link in links.all():
        name = link.get_attribute("download") or ""
        answer = page.request.get(link.evaluate("link => link.href"))
        change = files.read(answer.body(), name)
        assert change.faults() == []
        assert change.names() == []
        names.append(name)
    assert names == ["my-change.xlsx", "my-change.yml"]


def test_a_start_does_not_wait_for_excel() -> None:
    """The modules for workbooks are imported when they are used."""
    code = (
        "import sys; from system_leadership.forms import page; from system_leadership import forms;"
        "sent = []; host = page.Page(sent.append); host.begin(None); host.settled();"
        "host.receive({'type': 'clear'});"
        "print(*(name for name in sys.modules if 'xlsx' in name or 'workbook' in name))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_part_that_does_not_load_is_told_in_plain_words(page: Page) -> None:
    """The reader hears what to do; trying again works once the part is there."""
    page.route("**/*.whl", lambda route: route.abort())
    open_exercise(page)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(heading(page)).to_have_text("The exercise could not start", timeout=START)
    expect(page.get_by_role("alert")).to_contain_text("worksheet")
    assert page.locator(".live-other").get_by_role("link").count() >= 4
    page.unroute("**/*.whl")
    page.get_by_role("button", name="Try again").click()
    expect(heading(page)).to_have_text("Your change", timeout=START)


@pytest.mark.parametrize("how", ["not there", "cut short"])
def test_a_wheel_that_fails_leaves_the_work_alone(
    page: Page, watch: Watch, tmp_path: Path, how: str
) -> None:
    """What was kept stays kept, can be taken out, and is there when the wheel is."""
    change, _ = Change.blank().replace_table("organisations", [{"name": ORGANISATIONS[0]}])
    keep_before(page, snapshot(change)[0], drafts={"ties": [{"from": "Half", "to": ""}]})

    def answer(route: Route) -> None:
        if how == "not there":
            route.fulfill(status=404, body="Not here")
        else:
            route.fulfill(status=200, body=route.fetch().body()[:5000])

    page.route("**/*.whl", answer)
    open_exercise(page)
    before = page.evaluate(f"localStorage.getItem({json.dumps(KEY)})")
    page.get_by_role("button", name="Carry on with your change").click()
    expect(heading(page)).to_have_text("The exercise could not start", timeout=START)
    told = page.get_by_role("alert")
    expect(told).to_contain_text("What you typed is kept")
    expect(told).to_contain_text("worksheet")
    assert page.evaluate(f"localStorage.getItem({json.dumps(KEY)})") == before
    with page.expect_download() as expected:
        told.get_by_role("button", name="Download my change file").click()
    text = Path(expected.value.path()).read_text(encoding="utf-8")
    rescued = files.loads(text, strict=False)
    assert rescued.organisations[0].name == ORGANISATIONS[0]
    assert rescued.ties[0].from_ == "Half"
    page.unroute("**/*.whl")
    told.get_by_role("button", name="Try again").click()
    expect(heading(page)).to_have_text("Your change", timeout=START)
    expect(cell(page, "Organisations", "Name", 1)).to_have_value(ORGANISATIONS[0])
    expect(cell(page, "Ties", "From", 1)).to_have_value("Half")
    watch.faults()  # the wheel that was not there


OLD = {
    # As the first release kept it: no `starts`, no ideas, no assumptions.
    "a snapshot": {
        "text": json.dumps(
            {
                "change": {"title": "Eight units", "date": "2026-05-04"},
                "organisations": [{"name": each} for each in ORGANISATIONS],
                "ties": [{"from": ORGANISATIONS[0], "to": ORGANISATIONS[1], "strength": 7}],
            }
        ),
        "drafts": {},
    },
    "without drafts": {
        "text": json.dumps({"organisations": [{"name": each} for each in ORGANISATIONS]})
    },
    "only drafts": {
        "text": "",
        "drafts": {"organisations": [{"name": each, "sector": ""} for each in ORGANISATIONS]},
    },
    "a change file": {
        "text": "\n".join(["organisations:", *(f"- name: {each}" for each in ORGANISATIONS)])
    },
}


@pytest.mark.parametrize("what", OLD)
def test_work_kept_by_an_earlier_release_comes_back(reader: Page, what: str) -> None:
    """It opens, it can be worked on, and it is kept as work is kept today."""
    keep_before(reader, **OLD[what])
    open_exercise(reader)
    start(reader, "Carry on with your change")
    for row, name in enumerate(ORGANISATIONS, 1):
        expect(cell(reader, "Organisations", "Name", row)).to_have_value(name)
    expect(reader.get_by_role("alert")).to_have_count(0)
    cell(reader, "Organisations", "Sector", 1).fill("New today")
    wait_until_kept(reader, "New today")
    assert all(name in str(kept(reader)) for name in ORGANISATIONS)
    if what == "a snapshot":
        assert "Eight units" in str(kept(reader))
        expect(cell(reader, "Ties", "Strength", 1)).to_have_value("7")


def test_work_kept_by_a_later_release_loses_nothing(reader: Page) -> None:
    """A table that nobody knows yet is told, and stays in what is kept and downloaded."""
    later = json.dumps({"organisations": [{"name": "A"}], "hopes": [{"hope": "It lasts."}]})
    keep_before(reader, later, drafts={})
    open_exercise(reader)
    start(reader, "Carry on with your change")
    wrong = reader.get_by_role("group", name="What needs another look")
    expect(wrong.filter(has_text="hopes")).to_be_visible()
    cell(reader, "Organisations", "Name", 2).fill("New work")
    wait_until_kept(reader, "New work")
    assert "It lasts." in str(kept(reader))
    with reader.expect_download() as expected:
        reader.get_by_role("button", name="Download as text (.yml)").click()
    text = Path(expected.value.path()).read_text(encoding="utf-8")
    assert "It lasts." in text
    assert "New work" in text


def test_two_tabs_never_write_over_each_other(reader: Page, context: BrowserContext) -> None:
    """The tab that falls behind says so, stops saving, and lets the reader choose."""
    open_exercise(reader)
    start(reader)
    cell(reader, "Organisations", "Name", 1).fill("From the first tab")
    wait_until_kept(reader, "From the first tab")
    other = context.new_page()
    open_exercise(other)
    start(other, "Carry on with your change")
    expect(cell(other, "Organisations", "Name", 1)).to_have_value("From the first tab")
    cell(other, "Organisations", "Name", 2).fill("From the second tab")
    wait_until_kept(other, "From the second tab")
    told = reader.get_by_role("alert")
    expect(told).to_contain_text("open in another tab")
    cell(reader, "Organisations", "Name", 1).fill("Late in the first tab")
    reader.wait_for_timeout(1200)
    assert "Late in the first tab" not in json.dumps(kept(reader))
    told.get_by_role("button", name="Take the work from the other tab").click()
    expect(cell(reader, "Organisations", "Name", 2)).to_have_value(
        "From the second tab", timeout=START
    )


def test_work_that_cannot_be_read_is_left_alone(reader: Page) -> None:
    """Something kept by another release is not written over, and can be taken out."""
    strange = "organisations: [unclosed"
    open_exercise(reader)
    reader.evaluate(f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(strange)})")
    reader.reload()
    start(reader, "Carry on with your change")
    expect(reader.get_by_role("alert")).to_contain_text("could not be read")
    cell(reader, "Organisations", "Name", 1).fill("New work")
    reader.wait_for_timeout(1200)
    assert reader.evaluate(f"localStorage.getItem({json.dumps(KEY)})") == strange
    expect(status(reader)).to_contain_text("Not saving")


STRANGE = "organisations: [unclosed"


def unreadable(page: Page) -> None:
    """Start with work kept in this browser that nobody can read."""
    keep_before(page, STRANGE, drafts={})
    open_exercise(page)
    start(page, "Carry on with your change")
    expect(page.get_by_role("alert")).to_contain_text("could not be read")


def in_another_tab(page: Page) -> None:
    """Start, type, and let another tab save work of its own."""
    open_exercise(page)
    start(page)
    cell(page, "Organisations", "Name", 1).fill("From the first tab")
    wait_until_kept(page, "From the first tab")
    other = page.context.new_page()
    other.goto("search.html")
    other.evaluate(
        "key => localStorage.setItem(key, JSON.stringify("
        "{ format: 1, saved: null, stamp: 'other', text: '{}', drafts: {} }))",
        KEY,
    )
    expect(page.get_by_role("alert")).to_contain_text("open in another tab")


@pytest.mark.parametrize("parted", [unreadable, in_another_tab])
@pytest.mark.parametrize("how", ["a file", "blank", "this page"])
def test_whoever_has_chosen_what_to_go_on_with_is_saved_again(
    reader: Page, tmp_path: Path, parted: Callable[[Page], None], how: str
) -> None:
    """A file opened, a start afresh, or what is on the page: it is kept, and so is what follows."""
    parted(reader)
    told = reader.get_by_role("alert")
    expect(status(reader)).to_contain_text("Not saving")
    cell(reader, "Organisations", "Name", 1).fill("Typed meanwhile")
    expect(map_(reader)).to_contain_text("Typed meanwhile")
    expect(status(reader)).to_contain_text("Not saving")
    for line in reader.locator(".live-saved").all():
        expect(line).to_have_text("Not saved in this browser")
    # A file that does not open decides nothing, and the question comes back.
    bad = tmp_path / "bad.yml"
    bad.write_text("organisations: [", encoding="utf-8")
    upload(reader, bad)
    expect(told).to_contain_text("bad.yml could not be opened")
    told.get_by_role("button", name="Close").press("Enter")
    expect(told).to_contain_text(re.compile("could not be read|open in another tab"))
    expect(heading(reader)).to_be_focused()
    assert "Typed meanwhile" not in json.dumps(kept(reader))

    name = cell(reader, "Organisations", "Name", 1)
    if how == "a file":
        good = tmp_path / "good.yml"
        good.write_text("organisations:\n- name: From the file\n", encoding="utf-8")
        choose(reader, good)
        asked = reader.get_by_role("dialog")
        expect(asked).to_contain_text(re.compile("and of the work (that could|from the other)"))
        asked.get_by_role("button", name="Open it").click()
        expect(name).to_have_value("From the file")
        wait_until_kept(reader, "From the file")
    elif how == "blank":
        reader.get_by_role("button", name="Start again").click()
        asked = reader.get_by_role("dialog")
        expect(asked).to_contain_text(re.compile("and the work (that could|from the other)"))
        asked.get_by_role("button", name="Clear everything").click()
        expect(name).to_have_value("")
    else:
        told.get_by_role("button", name=re.compile("Save this|Keep what is on this")).click()
        wait_until_kept(reader, "Typed meanwhile")
    expect(told).to_have_count(0)
    cell(reader, "Organisations", "Name", 2).fill("Typed after")
    expect(status(reader)).to_contain_text("Saved in this browser at")
    for line in reader.locator(".live-saved").all():
        expect(line).to_contain_text("Saved in this browser at")
    wait_until_kept(reader, "Typed after")
    reader.reload()
    start(reader, "Carry on with your change")
    row = 1 if how == "blank" else 2
    expect(cell(reader, "Organisations", "Name", row)).to_have_value("Typed after")


def test_who_deletes_everything_is_not_offered_it_again(reader: Page) -> None:
    """Nothing is left in the browser, not even that there was something; typing goes on."""
    open_exercise(reader)
    start(reader)
    name = cell(reader, "Organisations", "Name", 1)
    for by in ("hand", "Start again"):
        name.fill("For a moment")
        name.blur()
        wait_until_kept(reader, "For a moment")
        if by == "hand":
            name.fill("")
            name.blur()
        else:
            reader.get_by_role("button", name=by).click()
            reader.get_by_role("button", name="Clear everything").click()
        expect(status(reader)).to_contain_text("Nothing is kept in this browser now")
        wait_until_nothing_is_kept(reader)
    reader.reload()
    expect(reader.get_by_role("button", name="Start", exact=True)).to_be_visible()
    expect(reader.locator(".live-found")).to_have_count(0)
    start(reader)
    name.fill("Written afresh")
    wait_until_kept(reader, "Written afresh")


def test_an_empty_page_takes_nothing_from_another_tab(reader: Page) -> None:
    """What another tab saved meanwhile is not cleared with it."""
    open_exercise(reader)
    start(reader)
    name = cell(reader, "Organisations", "Name", 1)
    name.fill("For a moment")
    wait_until_kept(reader, "For a moment")
    # As another tab would, but that this one is not told: it finds out when it saves.
    reader.evaluate(
        "key => localStorage.setItem(key, JSON.stringify("
        "{ format: 1, saved: null, stamp: 'other', text: '{}', drafts: {} }))",
        KEY,
    )
    name.fill("")
    name.blur()
    expect(reader.get_by_role("alert")).to_contain_text("open in another tab")
    assert (kept(reader) or {}).get("stamp") == "other"


def test_rows_move_and_go_and_come_back_by_keyboard(reader: Page) -> None:
    """Start, type, add, move, remove and undo, without a mouse."""
    open_exercise(reader)
    reader.get_by_role("button", name="Start", exact=True).focus()
    reader.keyboard.press("Enter")
    expect(heading(reader)).to_have_text("Your change", timeout=START)
    expect(heading(reader)).to_be_focused()
    organisations = form(reader, "Organisations")
    first = cell(reader, "Organisations", "Name", 1)
    for _ in range(80):
        reader.keyboard.press("Tab")
        if first.evaluate("node => node === document.activeElement"):
            break
    expect(first).to_be_focused()
    for name in ORGANISATIONS:  # Enter goes to the next row
        reader.keyboard.type(name)
        reader.keyboard.press("Enter")
    expect(cell(reader, "Organisations", "Name", 4)).to_be_focused()  # a row was added
    reader.keyboard.type("Fourth")
    for _ in range(2):
        reader.keyboard.press("Tab")
    reader.keyboard.press("Tab")
    expect(organisations.get_by_role("button", name="Move row 4 up")).to_be_focused()
    reader.keyboard.press("Enter")
    expect(cell(reader, "Organisations", "Name", 3)).to_have_value("Fourth")
    expect(organisations.get_by_role("button", name="Move row 3 up")).to_be_focused()
    expect(organisations.get_by_role("status")).to_have_text("Moved to row 3")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Tab")
    expect(organisations.get_by_role("button", name="Remove row 3")).to_be_focused()
    reader.keyboard.press("Enter")
    expect(cell(reader, "Organisations", "Name", 3)).to_have_value(ORGANISATIONS[2])
    expect(map_(reader)).not_to_contain_text("Fourth")
    expect(organisations.get_by_role("status")).to_contain_text("Row 3 removed, Fourth")
    reader.keyboard.press("Control+z")
    expect(cell(reader, "Organisations", "Name", 3)).to_have_value("Fourth")
    expect(map_(reader)).to_contain_text("Fourth")


def test_undo_leaves_the_reader_in_the_form(reader: Page) -> None:
    """A row that it takes away, and a button that has done all it can, do not take the focus."""
    open_exercise(reader)
    start(reader)
    first = cell(reader, "Organisations", "Name", 1)
    first.focus()
    for name in (*ORGANISATIONS, "Fourth"):
        reader.keyboard.type(name)
        reader.keyboard.press("Enter")
    expect(cell(reader, "Organisations", "Name", 5)).to_be_focused()
    reader.keyboard.type("Fifth")
    reader.keyboard.press("Tab")
    expect(cell(reader, "Organisations", "Sector", 5)).to_be_focused()
    wait_until_kept(reader, "Fifth")
    reader.keyboard.press("Control+z")
    expect(cell(reader, "Organisations", "Sector", 4)).to_be_focused()
    expect(cell(reader, "Organisations", "Name", 5)).to_have_count(0)
    reader.keyboard.press("Control+y")
    expect(cell(reader, "Organisations", "Name", 5)).to_have_value("Fifth")

    undo = form(reader, "Organisations").get_by_role("button", name="Undo")
    undo.focus()
    for left in (*ORGANISATIONS, "Fourth", "Fifth")[::-1]:
        expect(undo).to_be_enabled()
        reader.keyboard.press("Enter")
        names = form(reader, "Organisations").get_by_role("textbox")
        assert left not in names.evaluate_all("all => all.map(one => one.value)")
    expect(undo).to_be_focused()
    expect(undo).to_be_disabled()
    reader.keyboard.press("Control+y")
    expect(first).to_have_value(ORGANISATIONS[0])
    expect(undo).to_be_enabled()


def test_typing_keeps_its_place_while_pictures_follow(reader: Page) -> None:
    """Answers from Python never take the focus or write over what is being typed."""
    open_exercise(reader)
    start(reader)
    name = cell(reader, "Organisations", "Name", 1)
    name.focus()
    text = "Slowly typed"  # slowly enough for an answer to nearly every letter
    reader.keyboard.type(text, delay=200)
    expect(name).to_be_focused()
    expect(name).to_have_value(text)
    expect(map_(reader)).to_contain_text(text)


def test_a_renamed_organisation_keeps_its_ties(reader: Page) -> None:
    """The other form follows."""
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    cell(reader, "Organisations", "Name", 1).fill("Riverside and Partners")
    cell(reader, "Organisations", "Name", 1).blur()
    expect(cell(reader, "Ties", "From", 1)).to_have_value("Riverside and Partners")
    expect(map_(reader)).to_contain_text("Riverside and Partners")


def test_what_is_typed_while_a_name_changes_stays(reader: Page) -> None:
    """The other form takes the new name in beside it, and Python has what the page shows."""
    reader.add_init_script(HOLD_PYTHON)
    open_exercise(reader)
    start(reader)
    fill_in(reader)
    expect_filled_in(reader)
    wait_until_kept(reader, ORGANISATIONS[2])
    reader.evaluate("hold()")
    cell(reader, "Organisations", "Name", 1).fill("Riverside and Partners")
    note = cell(reader, "Ties", "Note", 1)
    note.fill("Typed mean")
    note.press_sequentially("while")
    cell(reader, "Ties", "To", 3).fill("Half")
    reader.evaluate("letGo()")
    expect(cell(reader, "Ties", "From", 1)).to_have_value("Riverside and Partners")
    expect(note).to_have_value("Typed meanwhile")
    expect(cell(reader, "Ties", "To", 3)).to_have_value("Half")
    wait_until_kept(reader, "Half")
    reader.wait_for_function(
        "([key, name]) => JSON.parse(JSON.parse(localStorage.getItem(key)).text)"
        ".ties[0].from === name",
        arg=[KEY, "Riverside and Partners"],
    )
    assert "Typed meanwhile" in json.dumps(kept(reader))
    assert ORGANISATIONS[0] not in json.dumps(kept(reader))


def test_answers_to_questions_are_kept(reader: Page) -> None:
    """They come back with the change."""
    open_exercise(reader)
    start(reader)
    answer = form(reader, "Questions to think about").get_by_role("textbox").first
    answer.fill("The ward clerk knows everybody.")
    wait_until_kept(reader, "ward clerk")
    reader.reload()
    start(reader, "Carry on with your change")
    expect(answer).to_have_value("The ward clerk knows everybody.")


def test_the_worked_example_folds_away_and_comes_back(reader: Page) -> None:
    """It stays on the page: one button shows all of it."""
    open_exercise(reader)
    start(reader)
    folds = reader.locator(".live-example, .exercise-output details.form-static")
    assert folds.count() >= 2
    assert not any(folds.evaluate_all("all => all.map(one => one.open)"))
    reader.get_by_role("button", name="Show the worked example").click()
    assert all(folds.evaluate_all("all => all.map(one => one.open)"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forms_faults_and_questions_have_no_fault_by_axe(reader: Page, theme: str) -> None:
    """With the forms open, a fault shown, tables open, and a question asked."""
    open_exercise(reader)
    reader.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    assert axe(reader) == []
    start(reader)
    fill_in(reader)
    cell(reader, "Ties", "Strength", 1).fill("twelve")
    cell(reader, "Organisations", "Name", 1).focus()
    expect(cell(reader, "Ties", "Strength", 1)).to_have_attribute("aria-invalid", "true")
    for fold in reader.locator(".live-output summary").all():
        fold.click()
    assert axe(reader) == []
    reader.get_by_role("button", name="Start again").click()
    expect(reader.get_by_role("dialog")).to_be_visible()
    assert axe(reader) == []


@pytest.mark.parametrize("width", [320, 390])
def test_it_fits_a_phone(reader: Page, width: int) -> None:
    """No sideways scrolling, every field labelled in sight, the narrow drawing in place."""
    page = reader
    page.set_viewport_size({"width": width, "height": 800})
    open_exercise(page)
    start(page)
    fill_in(page)
    expect(map_(page)).to_contain_text(ORGANISATIONS[2])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    label = form(page, "Ties").locator("label", has_text="Strength").first
    assert (label.bounding_box() or {"height": 0})["height"] > 10
    drawn = map_(page).locator("svg").bounding_box()
    assert drawn is not None
    assert drawn["width"] <= width
    small = (
        form(page, "Ties")
        .locator("button:visible")
        .evaluate_all(
            "all => all.map(one => one.getBoundingClientRect())"
            ".filter(box => Math.min(box.width, box.height) < 24).length"
        )
    )
    assert small == 0
