"""A page that a reader has filled in, on paper: all they wrote, and nothing meant for a screen.

Paper has no scroll bars, so whatever does not fit its field is lost. The pages printed here are the
fewest exercises that have each kind of thing: tables, scores, assumptions, questions, pictures, a
page of text.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pytest
from exercise_kernel import code_cells, fewest, read_notebook
from playwright.sync_api import Browser, Page, expect
from system_leadership import Change
from system_leadership.change import TABLES
from system_leadership.forms.page import snapshot
from walk_change import TYPED
from watching import Watch

pytestmark = pytest.mark.browser

KEY = "system-leadership-handbook/change/1"
START = 60_000
A4 = {"width": 718, "height": 1047}  # in CSS pixels, within the margins that Chromium leaves
MARGINS = dict.fromkeys(("top", "left", "right", "bottom"), "0.4in")  # as Chromium has them
MARGIN = 0.35 * 72  # points
TODAY = dt.date.today().isoformat()
LONG = (
    "The first time round we asked only those who had come to the meeting. They had come because "
    "they were for it already. So the night staff heard of it from a notice on the fridge. What we "
    "would do now is to sit with them at half past four, on their own ward, and to bring the rota "
    "and not the slides. Three of them had the same idea two years ago, wrote it down, and were "
    "thanked for it. Their sheet of paper is better than our plan. It ends with the word "
)
FOR_SCREENS = (
    "Add a row", "Undo", "Download as", "Open a change file", "Start again", "Move row", "Remove",
    "Copy for Word", "Show the worked example", "What goes in each column", "Skip to the text",
    "The same as a table", "Contents", "Saved in this browser",
)  # fmt: skip


def change_with_answers(name: str) -> Change:
    """Give the change of the walk, with long answers to all that this exercise asks."""
    change = Change.blank()
    for table in TABLES:
        if table in TYPED:
            change, _ = change.replace_table(table, TYPED[table])
    rows = change.rows("ties")
    rows[0]["note"] = f"{LONG} tie."
    change, _ = change.replace_table("ties", rows)
    asked = prompts_of(name)
    answers = [
        {"prompt": prompt, "answer": f"{LONG} answer{number}.", "date": TODAY}
        for number, prompt in enumerate(asked["reflect"], 1)
    ] + [
        {"prompt": prompt, "answer": f"Because of reason{number}.", "score": 7, "date": TODAY}
        for number, prompt in enumerate(asked["rate"], 1)
    ]
    change, faults = change.replace_table("reflections", answers)
    assert faults == []
    return change


def prompts_of(name: str) -> dict[str, list[str]]:
    """Give the questions and the statements of an exercise."""
    found: dict[str, list[str]] = {"reflect": [], "rate": []}

    class Desk:
        def reflect(self, *asked: Any) -> None:
            found["reflect"] += [each if isinstance(each, str) else each[0] for each in asked]

        def rate(self, *asked: str) -> None:
            found["rate"] += asked

    for cell in code_cells(read_notebook(name)):
        if re.match(r"desk\.(reflect|rate)\(", cell.source):
            exec(cell.source, {"desk": Desk()})
    return found


@dataclass
class Printed:
    """A page as it was printed.

    Attributes
    ----------
    name : str
        The exercise.
    change : Change
        What the reader had typed.
    page : Page
        The page on the screen, as wide as the paper.
    text : str
        The words on paper, with white space made single.
    beyond : list of str
        Words that lie outside the margins.
    on_screen : dict
        What stood on the page, from the page itself.
    """

    name: str
    change: Change
    page: Page
    text: str
    beyond: list[str]


@pytest.fixture(scope="module", params=fewest())
def printed(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Printed]:
    """Open a page on work that was kept, start it, and print it."""
    name = request.param
    change = change_with_answers(name)
    watch = Watch(site)
    context = browser.new_context(base_url=f"{site}/", viewport=A4, locale="en-GB")
    watch.on(context)
    saved = dt.datetime.now(dt.UTC).isoformat()
    record = {"format": 1, "saved": saved, "stamp": "a", "text": snapshot(change)[0], "drafts": {}}
    context.add_init_script(
        "if (location.protocol === 'http:') "
        f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(json.dumps(record))})"
    )
    page = context.new_page()
    page.goto(f"exercises/{name}.html")
    page.get_by_role("button", name="Carry on with your change").click()
    expect(page.locator("#live-title")).to_have_text("Your change", timeout=START)
    pictures = page.locator("figure.picture-live")
    expect(pictures.locator("svg[role=img]")).to_have_count(pictures.count())
    page.locator("details.sl-recalled").evaluate_all("all => all.forEach(one => one.open = true)")
    text, beyond = read_pdf(page.pdf(format="A4", margin=MARGINS))
    page.emulate_media(media="print", color_scheme="light")
    yield Printed(name, change, page, text, beyond)
    assert watch.faults() == []
    context.close()


def read_pdf(content: bytes) -> tuple[str, list[str]]:
    """Give the words of a PDF, and those that do not lie within the margins."""
    words, beyond = [], []
    for page in pypdfium2.PdfDocument(content):
        wide, high = page.get_size()
        text = page.get_textpage()
        words.append(text.get_text_range())
        for number in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(number)
            inside = left > MARGIN and right < wide - MARGIN and bottom > MARGIN
            if not inside or top > high - MARGIN:
                beyond.append(text.get_text_bounded(left, bottom, right, top))
    return single("\n".join(words)), beyond


def single(text: str) -> str:
    """Give words with white space made single, and words broken at a line's end mended."""
    return " ".join(re.sub("[\x02\ufffe\u00ad](\r?\n)?", "", text).split())


def test_all_that_was_typed_is_on_paper(printed: Printed) -> None:
    """Every cell of every form, to its last word."""
    titles = printed.page.locator(".live-form .sl-title").all_inner_texts()
    missing, looked = [], 0
    for table in TABLES.values():
        if table.title not in titles:
            continue
        for row in printed.change.rows(table.key):
            for column in table.shown:
                value = row[column.name]
                if value in ("", None) or column.kind in ("flag", "date"):
                    continue
                looked += 1
                if single(str(value)) not in printed.text:
                    missing.append(f"{table.title}, {column.label}: {value}")
    for row in printed.change.rows("reflections"):
        looked += 1
        if single(row["answer"]) not in printed.text:
            missing.append(f"{row['prompt']}: {row['answer'][-60:]}")
    assert looked > 5
    assert missing == []


def test_pictures_are_on_paper(printed: Printed) -> None:
    """Drawing, title and sentence, or the page of text; the example's stay away."""
    pictures = printed.page.locator("figure.picture-live")
    pages = printed.page.locator(".page-of-text:visible")
    assert pictures.count() + pages.count() > 0
    for page in pages.all():
        assert single(page.inner_text()) in printed.text
    for picture in pictures.all():
        for part in ("figcaption strong", "figcaption span"):
            words = picture.locator(part).text_content()
            assert single(words or "?") in printed.text
        labels = picture.locator("svg text").all_text_contents()
        labels = [label for label in labels if len(label) > 3]
        assert labels
        assert sum(single(label) in printed.text for label in labels) > len(labels) / 2
        box = picture.locator("svg").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= A4["width"]
    examples = printed.page.locator(".live-example:visible, .form-static:visible")
    assert examples.count() == 0


def test_nothing_for_a_screen_is_on_paper(printed: Printed) -> None:
    """No button, no menu, no message about saving, no slider."""
    # The text of some exercises names the buttons to press.
    named = "".join(cell.source for cell in read_notebook(printed.name).cells)
    found = [words for words in FOR_SCREENS if words in printed.text and words not in named]
    assert found == []
    for part in ("button", "input[type=range]", "nav", "progress", "dialog"):
        visible = printed.page.locator(f"main {part}:visible")
        assert visible.count() == 0, (part, visible.first.inner_text())


def test_nothing_is_cut_off(printed: Printed) -> None:
    """No field holds more than it shows, and nothing lies beyond the margins."""
    cut = printed.page.evaluate("""() => {
        const could = "main input[type=text], main textarea, main td";
        return [...document.querySelectorAll(could)].filter(part => part.checkVisibility())
            .filter(part => part.scrollWidth > part.clientWidth + 1
                || part.scrollHeight > part.clientHeight + 1)
            .map(part => `${part.labels?.[0]?.textContent ?? part.localName}: `
                + (part.value ?? part.textContent).slice(-60));
    }""")
    assert cut == []
    assert printed.beyond == []
    assert printed.page.evaluate("document.documentElement.scrollWidth") <= A4["width"]


def test_words_beyond_the_margin_are_caught(browser: Browser) -> None:
    """A line wider than the paper is found, and so is what a field cuts off."""
    page = browser.new_page(viewport=A4)
    page.set_content("<body style='margin:0'><p style='white-space:pre'>" + "word " * 60)
    text, beyond = read_pdf(page.pdf(format="A4", margin={"left": "0", "right": "0"}))
    assert text.startswith("word word")
    assert beyond
    page.set_content("<p>Within.")
    assert read_pdf(page.pdf(format="A4", margin=MARGINS)) == ("Within.", [])
    page.close()
