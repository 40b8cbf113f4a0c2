"""Every exercise, from the first to the last, from blank, by the keyboard alone.

One reader, in one browser, types one small change (`walk_change.TYPED`). Nothing here presses a
mouse button or fills in a field by its address: each step is a Tab, a letter, Space, Enter or an
arrow, and whatever has the focus is looked up by the name that a screen reader would say. Exercises
are taken as they are found; a form that nobody here knows how to fill in fails the test.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from exercise_kernel import NOTEBOOKS, Kernel, calls_of, kernel, read_notebook, shown
from playwright.sync_api import Browser, BrowserContext, Page, expect
from system_leadership import Change, files
from system_leadership.change import TABLES
from system_leadership.columns import Column
from test_pages import axe, fail_with
from walk_change import SHOWN, TYPED
from watching import Watch

pytestmark = pytest.mark.browser

KEY = "system-leadership-handbook/change/1"
START = 60_000  # milliseconds: a slow machine may need long to start Python
MOST_STOPS = 600  # of the Tab key on one page
MIDDLE = NOTEBOOKS[len(NOTEBOOKS) // 2]
"""Here the page is reloaded when half of it is typed."""

SAME = ("title", "sentence", "columns", "rows")
TABLE_OF = {table.title: key for key, table in TABLES.items()}
# What has the focus, as the reader meets it.
LOOK = """() => {
    const part = document.activeElement;
    const could = "a[href], button, input, select, textarea, summary, [tabindex]";
    const ends = [...document.querySelectorAll(could)].filter(each => each.tabIndex >= 0 &&
        !each.disabled && each.checkVisibility({visibilityProperty: true}));
    const ended = !window.walkLast || [ends[0], ends.at(-1)].includes(walkLast);
    if (!part || part === document.body || part === document.documentElement)
        return ended ? null : {lost: true};
    const form = part.closest(".sl-form");
    const box = part.getBoundingClientRect(), style = getComputedStyle(part);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    // The middle of what is in the window.
    const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    const [x, y] = [middle(box.x, box.right, innerWidth), middle(box.y, box.bottom, innerHeight)];
    const top = document.elementFromPoint(x, y);
    const label = part.labels?.[0]?.textContent ?? part.getAttribute("aria-label");
    window.walkLast = part;
    window.walkStops ??= new WeakMap();
    window.walkCount ??= 0;
    // One card serves the notes of all marks: it is a new stop each time.
    if (!walkStops.has(part) || part.matches(".evidence-card")) walkStops.set(part, ++walkCount);
    const last = [...document.querySelectorAll(".exercise-output")].at(-1);
    const after = last && last.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING;
    return {
        lost: false, ended, stop: walkStops.get(part), id: part.id,
        kind: part.localName, type: part.type ?? "",
        form: form ? (form.querySelector(".sl-title")?.textContent
            ?? form.getAttribute("aria-label")) : "",
        label: (label ?? part.textContent).trim(), value: part.value ?? "",
        checked: part.checked ?? false, href: part.href ?? "",
        statement: part.closest("[role=group]")?.querySelector(".sl-statement")?.textContent ?? "",
        picture: Boolean(part.closest("figure.picture-live")),
        beyond: Boolean(after && part.closest("main")),
        faults: [
            outlined || style.boxShadow !== "none" ? "" : "focus does not show",
            part.checkVisibility({opacityProperty: true, visibilityProperty: true}) ? ""
                : "focus on something that cannot be seen",
            box.right > 0 && box.bottom > 0 && box.x < innerWidth && box.y < innerHeight ? ""
                : `outside the window: ${Math.round(box.y)} to ${Math.round(box.bottom)}`,
            !top || part.contains(top) || top.contains(part) ? ""
                : `covered by ${top.outerHTML.slice(0, 80)}`,
        ].filter(Boolean),
    };
}"""
# All that stands in the forms, folded or not.
FORMS = """() => [...document.querySelectorAll(".live-form .sl-form")].flatMap(form => {
    const title = form.querySelector(".sl-title")?.textContent ?? form.getAttribute("aria-label");
    return [...form.querySelectorAll("input:not([type=range]), select, textarea")].map(part => ({
        form: title, label: part.labels?.[0]?.textContent.trim() ?? "",
        value: part.type === "checkbox" ? (part.checked ? "yes" : "") : part.value,
        open: part.checkVisibility(),
    }));
})"""
PICTURES = """() => [...document.querySelectorAll("figure.picture-live")].map(figure => ({
    title: figure.querySelector("figcaption strong").textContent,
    sentence: figure.querySelector("figcaption span").textContent,
    drawn: figure.querySelectorAll("svg[role=img]").length,
    label: figure.querySelector("svg")?.getAttribute("aria-label") ?? "",
    columns: [...figure.querySelectorAll("thead th")].map(cell => cell.textContent),
    rows: [...figure.querySelectorAll("tbody tr")].map(row =>
        [...row.cells].map(cell => cell.textContent)),
}))"""


@define
class Reader:
    """Somebody at the keyboard.

    Attributes
    ----------
    page : Page
        What they look at.
    typed : dict
        All they have typed so far, as a change holds it: rows by table.
    asked : set of str
        Tables whose forms have been filled in, on any page.
    faults : list of str
        What was wrong for somebody who uses only the keyboard.
    """

    page: Page
    typed: dict[str, list[dict[str, Any]]] = field(factory=dict)
    asked: set[str] = field(factory=set)
    faults: list[str] = field(factory=list)
    here: str = ""
    last: str = ""

    def press(self, key: str) -> dict[str, Any] | None:
        """Press a key; give what has the focus after it."""
        self.page.keyboard.press(key)
        return self.look()

    def look(self) -> dict[str, Any] | None:
        """Give what has the focus, and note what is wrong with it."""
        at = self.page.evaluate(LOOK)
        if (
            at and not at["lost"] and at["faults"]
        ):  # a picture that grows may have moved the page this very moment
            self.page.wait_for_timeout(200)
            at = self.page.evaluate(LOOK)
        if at and at["lost"]:
            self.faults.append(f"{self.here}: what had the focus after {self.last!r} went away")
            return self.press("Tab")
        if at:
            self.last = f"{at['form']} {at['label'][:60]}"
            where = f"{self.here}: {at['form']} {at['label'][:60]!r}"
            self.faults += [f"{where}: {fault}" for fault in at["faults"]]
        return at

    def tab_to(self, what: str, kind: str = "") -> dict[str, Any]:
        """Press Tab until this has the focus."""
        for _ in range(MOST_STOPS):
            at = self.press("Tab")
            if at and re.search(what, at["label"]) and kind in ("", at["kind"]):
                return at
        raise AssertionError(f"{self.here}: Tab never gets to {what!r}")

    def write(self, text: str) -> None:
        """Type in place of what stands in the field."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    # -- one exercise

    def skip_to_the_text(self) -> None:
        """Go on to the end of the page, and from its top past the menus."""
        self.tab_to("^Skip to the text$")
        self.page.keyboard.press("Enter")

    def start(self) -> None:
        """Go past the menus to the button, press it, and wait until the exercise runs."""
        self.skip_to_the_text()
        self.tab_to("^(Start|Carry on with your change)$", "button")
        self.page.keyboard.press("Enter")
        title = self.page.locator("#live-title")
        expect(title).to_have_text(re.compile("Your change|not start"), timeout=START)
        expect(title).to_have_text("Your change")
        expect(title).to_be_focused()

    def walk(self, *, until: int = MOST_STOPS, onward: str = "") -> bool:
        """Press Tab through the page and fill in what is asked for.

        Parameters
        ----------
        until : int
            Stop after this many fields were filled in.
        onward : str
            How the address of the next exercise ends; its link, below the exercise, is followed.

        Returns
        -------
        bool
            Whether the link was found and followed.
        """
        seen: set[int] = set()
        filled = 0
        for _ in range(MOST_STOPS):
            at = self.press("Tab")
            if at is None:
                return False  # past the last link
            if at["label"] == "Skip to the text" and at["ended"]:
                return False  # past the last link, and at the first again
            if at["stop"] in seen:
                self.faults.append(f"{self.here}: focus goes back to {at['label'][:60]!r}")
                return False
            seen.add(at["stop"])
            if onward and at["beyond"] and at["href"].partition("#")[0].endswith(onward):
                self.page.keyboard.press("Enter")
                self.page.wait_for_url(f"**/{onward}")
                return True
            if at["picture"] and at["kind"] == "summary":
                self.page.keyboard.press("Enter")
                self.page.wait_for_timeout(100)  # to read it
            elif at["form"]:
                filled += self.fill_in(at, seen)
                if filled >= until:
                    return False
        raise AssertionError(f"{self.here}: {MOST_STOPS} stops, and no end")

    def fill_in(self, at: dict[str, Any], seen: set[int]) -> bool:
        """Type what belongs into the field that has the focus; say whether it did."""
        if at["kind"] == "button" and at["label"].startswith("Add a"):
            table = TABLE_OF[at["form"]]
            there = self.rows_shown(at["form"])
            if there >= len(TYPED[table]):
                return False
            seen.discard(at["stop"])  # it comes again, below the new row
            at = self.press("Enter")  # which has the focus
            assert at is not None
            seen.add(at["stop"])
        if at["kind"] not in ("input", "select", "textarea"):
            return False
        wanted = self.wanted(at)
        if wanted is None or at["value"] == wanted:
            return False
        if at["type"] == "checkbox":
            if wanted == "yes" and not at["checked"]:
                self.page.keyboard.press("Space")
            return True
        assert at["value"] == "" or at["type"] == "range", f"{at['label']} holds {at['value']!r}"
        if at["kind"] == "select":
            self.page.keyboard.type(wanted)
        elif at["type"] == "range":
            self.page.keyboard.press("ArrowRight")
        else:
            self.write(wanted)
        return True

    def wanted(self, at: dict[str, Any]) -> str | None:
        """Give what to type into a field, and note it as typed; None when it stays empty."""
        if at["form"] == "Questions to think about":
            answer = f"We thought about it: {at['label'][:30]}"
            self.note("reflections", "prompt", {"prompt": at["label"], "answer": answer})
            return answer
        if at["statement"]:
            return self.wanted_score(at)
        if at["form"] == "What this assumes":
            return None  # see `suppose`
        table = TABLE_OF.get(at["form"])
        if table is None or table not in TYPED:
            raise AssertionError(f"{self.here}: nobody here can fill in {at['form']!r}")
        self.asked.add(table)
        self.typed[table] = TYPED[table]
        label, _, row = at["label"].partition(" row ")
        labels = {column.label: column.name for column in TABLES[table].shown}
        rows = TYPED[table]
        number = int(row or 1)
        return rows[number - 1].get(labels[label]) if number <= len(rows) else None

    def wanted_score(self, at: dict[str, Any]) -> str | None:
        """Give the score of a statement, or the reason for it."""
        prompt = at["statement"]
        if at["type"] == "range":
            return None
        if at["label"].startswith("Score"):
            score = len(prompt) % 11
            self.note("reflections", "prompt", {"prompt": prompt, "score": score})
            return str(score)
        why = f"Because: {prompt[:20]}"
        self.note("reflections", "prompt", {"prompt": prompt, "answer": why})
        return why

    def note(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Note what was typed into a row of a table that no form shows whole."""
        row = {**row, "date": dt.date.today().isoformat()}
        rows = self.typed.setdefault(table, [])
        for each in rows:
            if each[key] == row[key]:
                each.update(row)
                return
        rows.append(row)

    def rows_shown(self, form: str) -> int:
        """Count the rows of a table form."""
        shown = [each for each in self.page.evaluate(FORMS) if each["form"] == form]
        return max((int(each["label"].rpartition(" row ")[2]) for each in shown), default=0)

    # -- what the page must show

    def change(self) -> Change:
        """Give all that was typed so far, as the package reads it."""
        change = Change.blank()
        for table in TABLES:
            if table in self.typed:
                change, _ = change.replace_table(table, self.typed[table])
        return change

    def wait_until_kept(self) -> None:
        """Wait until the browser has kept all that was typed in the change itself."""
        self.page.wait_for_function(
            """key => {
                const kept = JSON.parse(localStorage.getItem(key));
                return kept && kept.text && !Object.keys(kept.drafts).length;
            }""",
            arg=KEY,
        )

    def missing(self) -> list[str]:
        """Give what was typed, here or in an earlier exercise, and does not stand in its form."""
        there = {(each["form"], each["label"]): each["value"] for each in self.page.evaluate(FORMS)}
        titles = {title for title, _ in there}
        missing = []
        for table, rows in self.typed.items():
            spec = TABLES[table]
            if spec.title not in titles:
                continue
            for number, row in enumerate(rows, 1):
                for name, value in row.items():
                    label = spec.column(name).label
                    full = label if table == "change" else f"{label} row {number}"
                    if there.get((spec.title, full)) != value:
                        found = there.get((spec.title, full))
                        missing.append(f"{spec.title}, {full}: {found!r}, not {value!r}")
        return missing


# ---------------------------------------------------------------------------- what is expected


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kernel, Path]]:
    """Give a kernel that runs the same cells on the same change, and a file for the change."""
    folder = tmp_path_factory.mktemp("bench")
    with kernel(folder) as opened:
        yield opened, folder / "typed.yml"


def as_text(cell: Any) -> str:
    """Give a cell as a page shows it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def drawn_of(
    name: str, change: Change, bench: tuple[Kernel, Path]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Give what an exercise draws of a change outside the browser.

    Returns
    -------
    tuple
        The pictures, each with title, sentence, columns and rows as text; and the lines of its
        pages of text.
    """
    opened, file = bench
    file.write_text(change.dumps(), encoding="utf-8")
    outputs = [*shown(opened.run(read_notebook(name), file))]
    pictures = [
        {
            "title": picture["title"],
            "sentence": picture["sentence"],
            "columns": [*picture["table"]["columns"]],
            "rows": [[as_text(cell) for cell in row] for row in picture["table"]["rows"]],
        }
        for picture in outputs
        if picture["kind"] == "picture"
    ]
    sections = [part for page in outputs if page["kind"] == "page" for part in page["sections"]]
    return pictures, [line for each in sections for line in (each["heading"], *each["lines"])]


def not_shown(reader: Reader, name: str, pictures: list[dict[str, Any]]) -> list[str]:
    """Give the rows typed in this exercise whose figures stand in no picture's table."""
    cells = [row for picture in pictures for row in picture["rows"]]
    missing = []
    for table, columns in SHOWN.items():
        mine = asked_by(name)
        if table == "ratings":
            rows = [row for row in reader.typed.get("reflections", []) if "score" in row]
            rows = rows if table in mine else []
        else:
            rows = reader.typed.get(table, []) if table in mine else []
        for row in rows:
            wanted = [as_text(row[column]) for column in columns if row.get(column)]
            if not any(all(holds(shown, each) for each in wanted) for shown in cells):
                missing.append(f"{name}: no picture has a row with {wanted}")
    return missing


def holds(row: list[str], text: str) -> bool:
    """Whether one cell of a row is this text or has it in it, a number as a number."""
    if re.fullmatch(r"-?\d+", text):
        return any(re.fullmatch(f"{text}(\\.0)?", cell) for cell in row)
    return any(text.casefold() in cell.casefold() for cell in row)


def asked_by(name: str) -> set[str]:
    """Give the tables that an exercise asks for itself: not those that it recalls."""
    source = "\n".join(cell.source for cell in read_notebook(name).cells)
    edited = re.findall(r"desk\.edit\(([^)]*)\)", source)
    tables = {table for each in edited for table in re.findall(r'"(\w+)"', each)}
    return tables | (
        {"ratings"} if "desk.rate(" in source and "reflection.draw" in source else set()
    )


# ---------------------------------------------------------------------------- the walk


@pytest.fixture(scope="module")
def walk(browser: Browser, site: str) -> Iterator[tuple[Reader, BrowserContext, Watch]]:
    """Give a reader who has never seen the site, and keeps one browser for all exercises."""
    watch = Watch(site)
    context = browser.new_context(
        base_url=f"{site}/",
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        reduced_motion="reduce",  # a page that glides would be measured half-way
    )
    context.set_default_timeout(20_000)
    watch.on(context)
    page = context.new_page()
    page.goto(f"exercises/{NOTEBOOKS[0]}.html")
    yield Reader(page), context, watch
    context.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_exercise_is_worked_through_by_keyboard(
    name: str, walk: tuple[Reader, BrowserContext, Watch], bench: tuple[Kernel, Path]
) -> None:
    """Type, see the pictures follow, make a mistake and mend it, and go on to the next."""
    reader, _, watch = walk
    page, reader.here = reader.page, name
    reader.faults.clear()
    if not page.url.partition("#")[0].endswith(f"{name}.html"):  # the one before has failed
        page.goto(f"exercises/{name}.html")
    folded = page.locator("details.exercise-code")
    assert folded.count() > 0
    assert folded.evaluate_all("all => all.filter(one => one.open).length") == 0
    reader.start()
    assert reader.missing() == []  # what the exercises before this one asked for
    if name == MIDDLE:
        reader.walk(until=5)
        reader.wait_until_kept()
        page.reload()
        reader.start()
        assert page.evaluate(FORMS)
    reader.walk()
    reader.wait_until_kept()
    assert reader.missing() == []

    follow(reader, name, bench)
    faults = not_shown(reader, name, page.evaluate(PICTURES))
    faults += look_in_both_colours(page, "as filled in")
    if make_a_mistake(reader):
        faults += look_in_both_colours(page, "with a fault shown")
        mend_it(reader)
    else:
        reader.skip_to_the_text()  # the walk has reached the end of the page
    following = NOTEBOOKS[NOTEBOOKS.index(name) + 1 :]
    if following and not reader.walk(onward=f"{following[0]}.html"):
        faults.append(f"{name} has no link to {following[0]} below the exercise")
    fail_with(name, faults + reader.faults + watch.faults())


def follow(reader: Reader, name: str, bench: tuple[Kernel, Path]) -> None:
    """Wait until every picture and page of text is what the package makes of what was typed."""
    if "gather" in calls_of(name):
        return  # pictures of other people's files
    pictures, lines = drawn_of(name, reader.change(), bench)
    assert pictures or lines, f"{name} draws nothing"
    found = []
    for _ in range(100):  # the last picture may still be on its way
        found = reader.page.evaluate(PICTURES)
        if [{key: each[key] for key in SAME} for each in found] == pictures:
            break
        reader.page.wait_for_timeout(100)
    for drawn, wanted in zip(found, pictures, strict=True):
        assert {key: drawn[key] for key in SAME} == wanted
        assert drawn["drawn"] == 1
        assert drawn["label"].startswith(wanted["title"])
    if lines:
        text = " ".join(reader.page.locator(".live-output .page-of-text").inner_text().split())
        assert [line for line in lines if " ".join(line.split()) not in text] == []


def look_in_both_colours(page: Page, when: str) -> list[str]:
    """Give what axe finds with light colours, and of contrast with dark ones."""
    faults = []
    for theme, rules in (("light", None), ("dark", ["color-contrast"])):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        faults += [f"{when}, {theme}: {fault}" for fault in axe(page, rules)]
    page.evaluate("delete document.documentElement.dataset.theme")
    return faults


def make_a_mistake(reader: Reader) -> bool:
    """Go back to a field that can be wrong, and make it so; False where nothing can be."""
    page = reader.page
    spot = fallible(page.evaluate(FORMS))
    if spot is None:
        return False
    for _ in range(MOST_STOPS):
        at = reader.press("Shift+Tab")
        if at and (at["form"], at["label"]) == spot and at["kind"] != "button":
            break
    else:
        raise AssertionError(f"{reader.here}: Shift and Tab never get to {spot}")
    column = column_of(*spot)
    if column.kind in ("number", "date"):
        reader.write("twelve")
    else:
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
    wrong = page.locator(f"#{at['id']}")
    for _ in range(12):  # out of the row
        reader.press("Tab")
        if wrong.get_attribute("aria-invalid"):
            break
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile(r"\w+ .*\."))
    return True


def fallible(fields: list[dict[str, Any]]) -> tuple[str, str] | None:
    """Give form and label of the last field that can be wrong: a figure, a day, what a row needs.

    Names that other tables use are left alone: one slip there is told in many places.
    """
    figures, needed = [], []
    for each in fields:
        table = TABLE_OF.get(each["form"], "change")
        if table == "change" or not each["value"] or not each["open"]:
            continue
        column = column_of(each["form"], each["label"])
        if column.kind in ("number", "date"):
            figures.append(each)
        elif column.required and column.kind != "name" and column.name != "name":
            needed.append(each)
    found = figures or needed
    return (found[-1]["form"], found[-1]["label"]) if found else None


def column_of(form: str, label: str) -> Column:
    """Give the column that a field fills in."""
    wanted = label.partition(" row ")[0]
    return next(each for each in TABLES[TABLE_OF[form]].shown if each.label == wanted)


def mend_it(reader: Reader) -> None:
    """Go back to the field, by the keyboard, and put it right."""
    page = reader.page
    for _ in range(20):
        reader.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-invalid') === 'true'"):
            break
    at = reader.look()
    assert at is not None
    wanted = reader.wanted(at)
    assert wanted
    reader.write(wanted)
    reader.press("Tab")
    expect(page.locator(f"#{at['id']}")).not_to_have_attribute("aria-invalid", "true")
    reader.wait_until_kept()


def test_the_change_leaves_as_it_was_typed(
    walk: tuple[Reader, BrowserContext, Watch], tmp_path: Path
) -> None:
    """At the end both downloads hold all that was typed in all exercises, and nothing else."""
    reader, _, watch = walk
    page, reader.here = reader.page, "the last page"
    if not page.url.partition("#")[0].endswith(f"{NOTEBOOKS[-1]}.html"):
        pytest.fail("The walk did not come to the last exercise.", pytrace=False)
    assert reader.asked >= set(TYPED) - {"reflections", "assumptions"}
    wanted = reader.change()
    for button in ("Download as Excel", r"Download as text \(\.yml\)"):
        reader.tab_to(button, "button")
        with page.expect_download() as expected:
            page.keyboard.press("Enter")
        file = tmp_path / expected.value.suggested_filename
        expected.value.save_as(file)
        change = files.load(file)
        for table in TABLES:
            assert plain(change, table) == plain(wanted, table), (file.name, table)
    assert reader.faults + watch.faults() == []


def plain(change: Change, table: str) -> list[dict[str, Any]]:
    """Give the rows of a table without the day of an answer, which is today's."""
    rows = change.rows(table)
    if table == "reflections":
        return sorted(({**row, "date": ""} for row in rows), key=lambda row: str(row["prompt"]))
    return rows
