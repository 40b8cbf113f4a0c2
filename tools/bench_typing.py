"""Measure how soon the pictures follow what a reader types, in each exercise.

The change has 40 organisations and every table filled in. A keystroke in a form of the exercise
starts the clock; the last picture, or page of text, that is drawn because of it stops it. Figures
typed are new each time, so nothing that was worked out before answers in place of Python.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import statistics
import sys
from pathlib import Path
from typing import Any

from system_leadership import Change, Organisation, Person, Tie
from system_leadership.change import TABLES, TIE_KINDS
from system_leadership.columns import Column
from system_leadership.forms.page import snapshot

from tools.bench_common import ROOT, Launch, launcher, serving

ORGANISATIONS, PEOPLE, TIES, OTHER_ROWS = 40, 30, 120, 12
WANTED, WORST = 100, 300
"""Milliseconds within which pictures should follow: the median of all exercises, and any one."""
FIGURES = "3647582913648"

KEY = "system-leadership-handbook/change/1"
DAY_ONE = dt.date(2026, 1, 5)
# Knows whether Python still owes the page an answer.
COUNT = """
const Plain = window.Worker;
window.owed = new Set();
window.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (data?.type === "answered") window.owed.delete(data.number);
    });
  }
  postMessage(message, ...rest) {
    window.owed.add(message.number);
    super.postMessage(message, ...rest);
  }
};
"""
# From the keystroke to the last thing drawn because of it.
CLOCK = """() => {
    const clock = window.typingClock = { began: null, first: null, last: null };
    const drawn = () => {
        if (clock.began === null) return;
        clock.last = performance.now() - clock.began;
        clock.first ??= clock.last;
    };
    document.addEventListener("input", () => { clock.began ??= performance.now(); }, true);
    document.addEventListener("picture-drawn", drawn);
    for (const output of document.querySelectorAll(".live-output")) {
        new MutationObserver(changes => {
            const forms = ".live-form, .live-saved, figure";
            const part = ({ target }) => target.closest ? target : target.parentElement;
            if (changes.some(change => !part(change)?.closest(forms))) drawn();
        }).observe(output, { childList: true, characterData: true, subtree: true });
    }
}"""
QUIET_FOR = """() => {
    const { began, last } = window.typingClock;
    // The answer is there, and what came before it has had time to be drawn.
    return last !== null && !window.owed.size && performance.now() - began - last > 500;
}"""
# A field of a table that the exercise asks for itself, a figure where it has one; else of any form.
FIELD = """() => {
    const could = ":is(input:not([type=range], [type=checkbox]), textarea)";
    const fields = where => [...document.querySelectorAll(`.live-form ${where} ${could}`)];
    const own = fields(".sl-table").filter(part => !part.closest(".sl-recalled"));
    const from = [own, fields(".sl-details"), fields(".sl-table")].find(some => some.length) ?? [];
    const field = from.find(part => part.matches(".sl-figure")) ?? from[0];
    if (!field) return null;
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    return { figure: field.matches(".sl-figure"), label: field.labels[0].textContent };
}"""


def change_of_forty(seed: int = 2026) -> Change:
    """Make a change of 40 organisations with every table filled in, the same for a seed.

    Examples
    --------
    >>> change = change_of_forty()
    >>> len(change.organisations), len(change.ties), change.faults()
    (40, 120, [])
    """
    chance = random.Random(seed)
    organisations = [
        Organisation(f"Organisation {number}", f"Sector {number % 6}")
        for number in range(ORGANISATIONS)
    ]
    people = [
        Person(f"Lead {number}", organisations[number].name, "nurse") for number in range(PEOPLE)
    ]
    names = [row.name for row in (*organisations, *people)]
    drawn: set[tuple[str, str]] = set()
    while len(drawn) < TIES:
        one, other = chance.sample(names, 2)
        drawn.add((one, other))
    ties = [Tie(*pair, chance.choice(TIE_KINDS), chance.randint(0, 10)) for pair in sorted(drawn)]
    change = Change(
        title="Forty",
        organisations=organisations,
        people=people,
        ties=ties,
        you=names[0],
        date=DAY_ONE,
    )
    for key, table in TABLES.items():
        if not change.table(key):
            names_of = {column.name: change.names(*column.of) for column in table.shown}
            rows = [
                {column.name: _cell(column, number, names_of[column.name], chance)
                 for column in table.shown}
                for number in range(ORGANISATIONS if key == "stances" else OTHER_ROWS)
            ]  # fmt: skip
            change, _ = change.replace_table(key, [_sound(row) for row in rows])
    return change


def _cell(column: Column, number: int, names: list[str], chance: random.Random) -> Any:
    if column.kind == "choice":
        return chance.choice(column.choices)
    if column.kind == "flag":
        return chance.random() < 0.5
    if column.kind == "date":
        return DAY_ONE + dt.timedelta(days=chance.randint(0, 400))
    if column.kind == "number":
        low, high = column.min, column.max
        return chance.randint(int(max(low or 0, -100)), int(min(high or 100, 100)))
    if column.of == ("steps",):
        return f"Step {number - 1}" if number else ""
    if column.kind == "name":
        return chance.choice(names)
    if column.name in ("measure", "pole"):
        return f"{column.label} {number % 2}"
    return f"{column.label} {number}"


def _sound(row: dict[str, Any]) -> dict[str, Any]:
    """Put figures that belong together in the order that makes sense."""
    guesses = ("optimistic", "likely", "pessimistic")
    if guesses[0] in row:
        row |= dict(zip(guesses, sorted(row[name] for name in guesses), strict=True))
    if "carry_on" in row:
        row["stop"], row["carry_on"] = sorted(
            (row["stop"], row["carry_on"]), reverse=row["better"] == "lower"
        )
    return row


def exercises() -> list[str]:
    """Give the names of the exercises, in order."""
    return sorted(path.stem for path in (ROOT / "exercises").glob("[0-9]*.md"))


def follow(page: Any, keystrokes: int) -> dict[str, Any]:
    """Type in an exercise that has started; give how long what is drawn took to follow.

    Parameters
    ----------
    page : Page
        The page with its pictures drawn.
    keystrokes : int
        How many to measure, after one that does not count.

    Returns
    -------
    dict
        ``field``, and medians in milliseconds: ``first`` and ``last`` thing drawn; ``most`` is the
        longest wait for the last.

    Raises
    ------
    LookupError
        If there is no form to type in.
    """
    field = page.evaluate(FIELD)
    if field is None:
        raise LookupError("there is no form to type in")
    page.evaluate(CLOCK)
    first, last = [], []
    for number in range(keystrokes + 1):
        page.evaluate(
            "() => Object.assign(window.typingClock, { began: null, first: null, last: null })"
        )
        if field["figure"]:
            page.keyboard.press("Control+a")
        page.keyboard.press(FIGURES[number % len(FIGURES)] if field["figure"] else "x")
        page.wait_for_function(QUIET_FOR, timeout=10_000)
        if number:
            first.append(page.evaluate("window.typingClock.first"))
            last.append(page.evaluate("window.typingClock.last"))
    return {
        "field": field["label"],
        "first": round(statistics.median(first)),
        "last": round(statistics.median(last)),
        "most": round(max(last)),
    }


def measure(site: str, runs: int, launch: Launch, names: list[str] | None = None) -> dict[str, Any]:
    """Measure each exercise on the change of 40 organisations.

    Parameters
    ----------
    site : str
        Where the built book is served.
    runs : int
        How many keystrokes to measure in each exercise.
    launch : callable
        Starts a browser.
    names : list of str, optional
        The exercises; all of them unless told.

    Returns
    -------
    dict
        ``median_ms`` and ``worst_ms`` over all exercises, from the keystroke to the last picture,
        each exercise with its median; and ``exercises``, what `follow` gives for each, or its
        ``fault`` where nothing follows.
    """
    from playwright.sync_api import TimeoutError

    saved = dt.datetime.now(dt.UTC).isoformat()
    text = snapshot(change_of_forty())[0]
    record = {"format": 1, "saved": saved, "stamp": "a", "text": text, "drafts": {}}
    results: dict[str, Any] = {}
    with launch() as chromium:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(
            "if (location.protocol === 'http:') "
            f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(json.dumps(record))})"
        )
        context.add_init_script(COUNT)
        for name in names or exercises():
            page = context.new_page()
            page.goto(f"{site}/exercises/{name}.html")
            page.click(".live-start")
            page.wait_for_function(
                "document.querySelector('#live-title').textContent === 'Your change' && "
                "[...document.querySelectorAll('figure.picture-live')].every(one => "
                "one.querySelector('svg'))",
                timeout=120_000,
            )
            page.wait_for_timeout(1000)
            try:
                results[name] = follow(page, runs)
            except (LookupError, TimeoutError) as error:
                results[name] = {"fault": f"nothing follows: {str(error).splitlines()[0]}"}
            print(f"  {name}: {results[name]}", flush=True)
            page.close()
    lasts = [one["last"] for one in results.values() if "last" in one]
    if not lasts:
        return {"exercises": results}
    return {
        "median_ms": statistics.median(lasts),
        "worst_ms": max(lasts),
        "exercises": results,
    }


def report(results: dict[str, Any]) -> str:
    """Give the results as lines for people."""
    lines = [
        f"From a keystroke to the last picture, {ORGANISATIONS} organisations "
        f"(a median of {WANTED} ms wanted, and {WORST} at most):"
    ]
    for name, one in results["exercises"].items():
        if "fault" in one:
            lines.append(f"  {name:26} {one['fault']}")
        else:
            lines.append(
                f"  {name:26} {one['last']:5} ms (first {one['first']}, at most {one['most']}), "
                f"typing in {one['field']}"
            )
    return "\n".join(lines)


def main() -> int:
    """Measure the built book and print how soon pictures follow."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="Measure how soon pictures follow typing.")
    parser.add_argument("--runs", type=int, default=7, help="keystrokes in each exercise")
    parser.add_argument("--built", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("numbers", nargs="*", help="exercises to measure, such as 01; else all")
    options = parser.parse_args()
    if not (options.built / "_static" / "live" / "manifest.json").exists():
        print("Run `make book` first: the bench opens the built book.", file=sys.stderr)
        return 1
    numbers = tuple(options.numbers)
    names = [name for name in exercises() if not numbers or name.startswith(numbers)]
    with sync_playwright() as playwright, serving(options.built) as site:
        results = measure(site, options.runs, launcher(playwright), names)
    print("\n" + report(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
