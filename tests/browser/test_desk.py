"""What the exercises put on the desk besides tables, in a real browser.

Tables recalled from another exercise, scores, assumptions, a page of text, and a room for the
change files of a workshop. Each test looks for an exercise that has it, and works on that page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from system_leadership import Change, files
from test_pages import axe
from watching import Watch

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = ROOT / "exercises"
WORKSHOP = sorted((EXERCISES / "changes" / "workshop").glob("*.yml"))
FICTIONAL = EXERCISES / "changes" / "home-from-hospital.yml"
KEY = "system-leadership-handbook/change/1"
START = 60_000  # milliseconds: a slow machine may need long to start Python
MANY = 300  # files of a workshop


@pytest.fixture
def reader(page: Page, watch: Watch) -> Iterator[Page]:
    """Give a page whose errors, and whose asking another host, fail the test."""
    yield page
    assert watch.faults() == []


def exercise_with(call: str) -> str:
    """Give the address of the first exercise that has this on its desk."""
    for path in sorted(EXERCISES.glob("[0-9]*.md")):
        if f"desk.{call}(" in path.read_text(encoding="utf-8"):
            return f"exercises/{path.stem}.html"
    pytest.fail(f"No exercise calls desk.{call}.")


def start(page: Page, call: str) -> None:
    """Open an exercise that has this on its desk, and start it."""
    page.goto(exercise_with(call))
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#live-title")).to_have_text("Your change", timeout=START)


def choose(page: Page, *paths: Path) -> None:
    """Open a change file by the button of the panel."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a change file").click()
    chooser.value.set_files(list(paths))
    expect(page.locator(".live-status")).to_contain_text("Opened", timeout=START)


def kept(page: Page, table: str) -> list[dict[str, object]]:
    """Give the rows of a table as the browser keeps them."""
    record = page.evaluate(f"JSON.parse(localStorage.getItem({json.dumps(KEY)}))")
    rows: list[dict[str, object]] = json.loads(record["text"] if record else "{}").get(table, [])
    return rows


def wait_until_kept(page: Page, table: str, rows: int) -> list[dict[str, object]]:
    """Wait until the browser keeps so many rows of a table."""
    page.wait_for_function(
        "([key, table, rows]) => (JSON.parse(JSON.parse(localStorage.getItem(key))?.text || '{}')"
        "[table] ?? []).length === rows",
        arg=[KEY, table, rows],
    )
    return kept(page, table)


# ------------------------------------------------------------------------------------ recalled


def test_what_another_exercise_asked_for_is_open_while_empty_and_folded_when_filled(
    reader: Page,
) -> None:
    """One line says what there is and where it comes from; Enter opens it."""
    start(reader, "recall")
    folds = reader.locator(".live-output .sl-recalled")
    lines = folds.locator("> summary")
    assert all(folds.evaluate_all("all => all.map(one => one.open)"))
    for line in lines.all():
        expect(line).to_contain_text(re.compile(r"nothing here yet, exercise \d+ asks for it"))
    choose(reader, FICTIONAL)
    for line in lines.all():
        expect(line).to_contain_text(re.compile(r"(: \d+ rows?|“.+”), from exercise \d+$"))
    assert not any(folds.evaluate_all("all => all.map(one => one.open)"))
    lines.first.focus()
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    assert folds.first.evaluate("fold => fold.contains(document.activeElement)")


# -------------------------------------------------------------------------------------- scores


def test_a_score_of_another_day_is_kept_beside_todays(reader: Page, tmp_path: Path) -> None:
    """By keyboard alone; the form says what the first score was."""
    start(reader, "rate")
    rating = reader.locator(".sl-rating").first
    statement = rating.locator(".sl-statement").inner_text()
    slider = rating.get_by_role("slider", name=statement)
    expect(slider).to_have_attribute("aria-valuetext", "not rated yet")
    expect(rating).to_contain_text("Not rated yet")
    rating.get_by_role("textbox", name="Score").press_sequentially("4")
    expect(slider).to_have_attribute("aria-valuetext", "4")
    slider.press("ArrowRight")
    rows = wait_until_kept(reader, "reflections", 1)
    assert (rows[0]["prompt"], rows[0]["score"]) == (statement, 5)

    old = {"prompt": statement, "score": 3, "answer": "Seldom.", "date": "2025-03-09"}
    change, _ = Change.blank().replace_table("reflections", [old])
    file = tmp_path / "before.yml"
    change.save(file)
    with reader.expect_file_chooser() as chooser:
        reader.get_by_role("button", name="Open a change file").click()
    chooser.value.set_files(file)
    reader.get_by_role("button", name="Open it").click()
    expect(rating).to_contain_text("You scored this 3 on 9 March 2025.")
    expect(rating.get_by_role("textbox", name="Why")).to_have_value("Seldom.")
    slider.focus()
    for _ in range(3):
        reader.keyboard.press("ArrowRight")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Control+A")
    reader.keyboard.type("Twice a week.")
    reader.keyboard.press("Tab")
    expect(rating).to_contain_text("That is kept too.")
    rows = wait_until_kept(reader, "reflections", 2)
    reader.wait_for_function(f"localStorage.getItem({json.dumps(KEY)}).includes('Twice a week.')")
    rows = kept(reader, "reflections")
    assert [(row["score"], row["answer"]) for row in rows] == [
        (3, "Seldom."), (6, "Twice a week."),
    ]  # fmt: skip
    assert rows[0]["date"] == "2025-03-09"
    assert str(rows[1]["date"]) > "2025-03-09"


# --------------------------------------------------------------------------------- assumptions


def a_figure(page: Page) -> Locator:
    """Give the first figure with a slider among what is assumed."""
    return page.locator(".sl-suppositions .sl-field").filter(has=page.get_by_role("slider")).first


def test_an_assumption_is_the_readers_until_they_take_ours_back(reader: Page) -> None:
    """It is marked, kept and told when it cannot be; one button brings ours back, undo theirs."""
    start(reader, "suppose")
    choose(reader, FICTIONAL)
    before = len(kept(reader, "assumptions"))
    figure = a_figure(reader)
    number, slider = figure.get_by_role("textbox"), figure.get_by_role("slider")
    ours = number.input_value()
    back = reader.get_by_role("button", name="Back to what we assume")
    expect(back).to_be_disabled()
    # What we assume may stand at either end.
    slider.press("ArrowLeft" if ours == slider.get_attribute("max") else "ArrowRight")
    expect(number).not_to_have_value(ours)
    theirs = number.input_value()
    expect(figure.locator(".sl-yours")).to_be_visible()
    wait_until_kept(reader, "assumptions", before + 1)

    number.fill("lots")
    number.press("Tab")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_accessible_description(re.compile(r"Give a number from .* Until then"))
    expect(number).to_have_value("lots")
    number.fill(theirs)
    number.press("Tab")
    expect(number).not_to_have_attribute("aria-invalid", "true")

    back.click()
    expect(number).to_have_value(ours)
    expect(back).to_be_disabled()
    undo = reader.locator(".sl-foot", has=back).get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    wait_until_kept(reader, "assumptions", before)
    undo.press("Enter")
    expect(number).to_have_value(theirs)
    wait_until_kept(reader, "assumptions", before + 1)


def test_dragging_a_slider_asks_no_more_than_the_page_can_answer(reader: Page) -> None:
    """The value follows the hand, the picture comes after, and the last place counts."""
    start(reader, "suppose")
    choose(reader, FICTIONAL)
    figure = a_figure(reader)
    slider = figure.get_by_role("slider")
    slider.scroll_into_view_if_needed()
    reader.evaluate(
        "() => { window.sent = 0; const post = Worker.prototype.postMessage;"
        "Worker.prototype.postMessage = function (message) {"
        "if (message.type === 'typed') window.sent += 1; return post.call(this, message); }; }"
    )
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    reader.mouse.move(box["x"] + 5, middle)
    reader.mouse.down()
    moves = 60
    for step in range(moves):
        reader.mouse.move(box["x"] + 5 + (box["width"] - 20) * step / moves, middle)
        reader.wait_for_timeout(15)
    reader.mouse.up()
    shown = figure.get_by_role("textbox").input_value()
    assert shown == slider.input_value()
    rows = wait_until_kept(reader, "assumptions", len(kept(reader, "assumptions")) or 1)
    reader.wait_for_timeout(1500)
    rows = kept(reader, "assumptions")
    value = float(str(rows[-1]["value"]))
    assert float(shown) in (pytest.approx(value), pytest.approx(100 * value))
    assert 1 <= reader.evaluate("window.sent") < moves / 2


# ----------------------------------------------------------------------------------- the page


def test_the_page_is_copied_as_word_takes_it(reader: Page, context: BrowserContext) -> None:
    """With headings and lists, and as plain text; what happened is announced."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(reader, "write")
    choose(reader, FICTIONAL)
    article = reader.locator(".live-output article")
    expect(article).to_contain_text("Harrowmere")
    reader.get_by_role("button", name="Copy for Word").click()
    expect(reader.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    copied = reader.evaluate(
        "navigator.clipboard.read().then(async ([item]) => Promise.all("
        "['text/html', 'text/plain'].map(async (type) => (await item.getType(type)).text())))"
    )
    assert "<h2>" in copied[0]
    assert "<li>" in copied[0]
    assert "Harrowmere" in copied[1]
    assert "<" not in copied[1]


def test_where_copying_is_refused_the_text_is_marked(reader: Page) -> None:
    """The reader is told which keys to press."""
    reader.add_init_script(
        "navigator.clipboard.write = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    start(reader, "write")
    choose(reader, FICTIONAL)
    reader.get_by_role("button", name="Copy for Word").click()
    expect(reader.get_by_role("status").filter(has_text="press Ctrl and C")).to_be_visible()
    assert "Harrowmere" in reader.evaluate("getSelection().toString()")


def test_the_page_prints_by_itself_on_one_side(reader: Page, tmp_path: Path) -> None:
    """Nothing else of the exercise is on the sheet, and all is as before when it is printed."""
    start(reader, "write")
    choose(reader, FICTIONAL)
    lines = reader.locator(".live-output article li").all_inner_texts()
    title = reader.title()
    reader.evaluate("() => { window.print = () => { window.asked = true; }; }")
    reader.get_by_role("button", name="Print this page only").click()
    assert reader.evaluate("window.asked")
    sheet = pypdfium2.PdfDocument(reader.pdf(prefer_css_page_size=True))
    assert len(sheet) == 1
    text = " ".join(sheet[0].get_textpage().get_text_range().split())
    assert all(" ".join(line.split()) in text for line in lines)
    assert "Copy for Word" not in text
    assert "Where to go next" not in text
    reader.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert reader.title() == title
    expect(reader.locator(".print-sheet")).to_have_count(0)
    whole = pypdfium2.PdfDocument(reader.pdf(prefer_css_page_size=True))
    assert len(whole) > 1


def test_the_page_is_downloaded_and_holds_nothing_that_runs(reader: Page, tmp_path: Path) -> None:
    """As a web page and as text, with what the reader typed as it was typed."""
    title = '<img src=x onerror="window.ran = true"> of eight units'
    file = tmp_path / "hostile.yml"
    Change(title=title, aim="</article><script>window.ran = true</script>").save(file)
    start(reader, "write")
    choose(reader, file)
    expect(reader.locator(".live-output article h3")).to_have_text(title)
    for name, ending in (("Download as a web page", "html"), ("Download as text", "txt")):
        with reader.expect_download() as expected:
            reader.locator(".live-page").get_by_role("button", name=name).click()
        assert expected.value.suggested_filename == f"my-page.{ending}"
        expected.value.save_as(tmp_path / f"my-page.{ending}")
    assert "of eight units" in (tmp_path / "my-page.txt").read_text("utf-8").lower()
    reader.goto("about:blank")
    reader.set_content((tmp_path / "my-page.html").read_text("utf-8"))
    assert reader.evaluate("window.ran") is None
    expect(reader.get_by_role("heading", level=1)).to_have_text(title)


# ------------------------------------------------------------------------------------ the room


def pooled(page: Page) -> Locator:
    return page.locator(".live-room [role=status]")


def give(page: Page, *paths: Path) -> None:
    page.locator(".live-drop input").set_input_files(list(paths))


def test_a_room_takes_what_it_can_read_and_says_what_not(reader: Page, tmp_path: Path) -> None:
    """Bad files are refused by name, copies count once, and nothing is kept."""
    broken, blank, copy, other, ansi, workbook = (
        tmp_path / name
        for name in ("broken.yml", "blank.yml", "copy.yml", "letter.docx", "a.yml", "nine.xlsx")
    )
    ansi.write_bytes("organisations:\n- name: Café\n".encode("cp1252"))
    broken.write_text("organisations: [", encoding="utf-8")
    blank.write_text("change:\n  title: Nothing yet\n", encoding="utf-8")
    copy.write_bytes(WORKSHOP[0].read_bytes())
    other.write_bytes(b"PK\x03\x04")
    workbook.write_bytes(files.write(Change.load(WORKSHOP[1]), workbook.name))
    start(reader, "gather")
    give(reader, *WORKSHOP, broken, blank, copy, other, ansi, workbook)
    count = len(WORKSHOP) + 1
    expect(pooled(reader)).to_have_text(
        f"{count} files in the pool. 5 files not used: see below.", timeout=START
    )
    refused = reader.locator(".live-refused")
    for name, why in (
        (broken.name, "not closed"), (blank.name, "nothing in it"), (copy.name, "exact copy"),
        (other.name, "ends in .yml or .xlsx"), (ansi.name, "not in UTF-8"),
    ):  # fmt: skip
        expect(refused.get_by_role("listitem").filter(has_text=name).first).to_contain_text(why)
    words = reader.locator(".live-words").first
    expect(words).to_contain_text(f"{count} files were pooled")
    drawn = reader.locator("figure.picture-live svg[role=img]").first
    expect(drawn).to_have_attribute("aria-label", re.compile("Harrowmere"))

    reader.get_by_role("button", name=f"Remove {WORKSHOP[2].name}").press("Enter")
    expect(words).to_contain_text(f"{count - 1} files were pooled")
    assert reader.evaluate("document.activeElement.textContent").startswith("Remove ")
    assert kept(reader, "organisations") == []
    everything = reader.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "Harrowmere" not in everything

    reader.get_by_role("button", name="Clear all").click()
    expect(pooled(reader)).to_have_text("No files.")
    expect(words).to_contain_text("There are no files to pool yet.")
    expect(reader.locator(".live-drop input")).to_be_focused()


def test_the_readers_own_change_can_be_in_the_room(reader: Page) -> None:
    """It is one of the participants', and can be taken out again."""
    start(reader, "gather")
    choose(reader, FICTIONAL)
    give(reader, *WORKSHOP)
    words = reader.locator(".live-words").first
    expect(words).to_contain_text(f"{len(WORKSHOP)} files were pooled", timeout=START)
    own = reader.get_by_role("button", name="Add my own change")
    own.click()
    expect(words).to_contain_text(f"{len(WORKSHOP) + 1} files were pooled")
    expect(own).to_be_disabled()
    reader.get_by_role("button", name="Remove Your own change").click()
    expect(words).to_contain_text(f"{len(WORKSHOP)} files were pooled")
    expect(own).to_be_enabled()


def test_a_room_takes_hundreds_of_files_that_are_dropped(reader: Page, tmp_path: Path) -> None:
    """In seconds, telling how far it is; the limit here is far above what it takes."""
    texts = [path.read_text("utf-8") for path in WORKSHOP]
    start(reader, "gather")
    many = [(f"p{n}.yml", f"{texts[n % len(texts)]}\n# {n}\n") for n in range(MANY)]
    reader.evaluate(
        "(files) => { const held = new DataTransfer();"
        "for (const [name, text] of files) held.items.add(new File([text], name));"
        "document.querySelector('.live-drop').dispatchEvent("
        "new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true })); }",
        many,
    )
    expect(pooled(reader)).to_contain_text(re.compile(rf"Reading: \d+ of {MANY} files"))
    expect(pooled(reader)).to_have_text(f"{MANY} files in the pool.", timeout=START)
    expect(reader.locator(".live-words").first).to_contain_text(f"{MANY} files were pooled")


# Holds back what files hold until `letRead()`, as a slow disk or a folder in a cloud would.
SLOW_FILES = """
window.held = [];
const plain = FileReader.prototype.readAsDataURL;
FileReader.prototype.readAsDataURL = function (file) {
  window.held.push(() => plain.call(this, file));
};
window.letRead = () => {
  FileReader.prototype.readAsDataURL = plain;
  for (const read of window.held.splice(0)) read();
};
"""


def test_files_taken_out_while_they_are_read_are_not_missed(reader: Page, tmp_path: Path) -> None:
    """One removed, then all cleared: the room goes on, with what was chosen after."""
    reader.add_init_script(SLOW_FILES)
    books = []
    for number, path in enumerate(WORKSHOP[:3]):
        books.append(tmp_path / f"{number}.xlsx")
        books[-1].write_bytes(files.write(Change.load(path), books[-1].name))
    start(reader, "gather")
    give(reader, *books)
    reader.wait_for_function("window.held.length === 1")
    reader.get_by_role("button", name=f"Remove {books[0].name}").click()
    reader.get_by_role("button", name=f"Remove {books[1].name}").click()
    reader.evaluate("window.letRead()")
    expect(pooled(reader)).to_have_text("1 file in the pool.", timeout=START)
    reader.reload()
    reader.get_by_role("button", name="Start", exact=True).click()
    expect(reader.locator("#live-title")).to_have_text("Your change", timeout=START)
    give(reader, *books)
    reader.wait_for_function("window.held.length === 1")
    reader.get_by_role("button", name="Clear all").click()
    give(reader, books[2])
    reader.evaluate("window.letRead()")
    expect(pooled(reader)).to_have_text("1 file in the pool.", timeout=START)
    expect(reader.locator(".live-words").first).to_contain_text("Fewer than 5 files")


def test_a_room_comes_back_after_a_restart(page: Page, watch: Watch) -> None:
    """The page still has the files; Python reads them again."""
    page.add_init_script(
        "const Plain = window.Worker; window.Worker = class extends Plain {"
        "constructor(...given) { super(...given); window.lastWorker = this; } };"
    )
    start(page, "gather")
    give(page, *WORKSHOP)
    words = page.locator(".live-words").first
    expect(words).to_contain_text(f"{len(WORKSHOP)} files were pooled", timeout=START)
    expect(pooled(page)).to_contain_text("in the pool")
    page.evaluate("lastWorker.dispatchEvent(new ErrorEvent('error', { message: 'gone' }))")
    page.get_by_role("button", name="Restart").click()
    expect(page.locator("#live-title")).to_have_text("Your change", timeout=START)
    expect(words).to_contain_text(f"{len(WORKSHOP)} files were pooled", timeout=START)
    assert not watch.outside


# ---------------------------------------------------------------------------------- every page


@pytest.mark.parametrize("call", ["recall", "rate", "suppose", "write", "gather"])
def test_it_fits_a_phone_and_has_no_fault_by_axe(reader: Page, call: str) -> None:
    """Filled in, folds open, something wrong shown, 320 pixels wide, light and dark."""
    reader.set_viewport_size({"width": 320, "height": 800})
    start(reader, call)
    choose(reader, FICTIONAL)
    if call == "gather":
        give(reader, *WORKSHOP, ROOT / "README.md")
        expect(pooled(reader)).to_contain_text("1 file not used", timeout=START)
    if call in ("rate", "suppose"):
        number = reader.locator(".sl-rating, .sl-suppositions").first.locator(".sl-figure").first
        number.fill("lots")
        number.press("Tab")
        expect(number).to_have_attribute("aria-invalid", "true")
    for fold in reader.locator(".live-output summary:visible").all():
        fold.evaluate("fold => { fold.parentElement.open = true; }")
    assert reader.evaluate("document.documentElement.scrollWidth") <= 320
    for theme in ("light", "dark"):
        reader.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        assert axe(reader) == []
