"""Measure the build, the refresh, the start of an exercise and the weight of pages.

Every figure is a ratio to the plain tool, measured in the same run on the same machine; seconds
are there to explain the ratio, not to compare machines. Results go to ``_build/bench.json``;
``--publish`` puts the ratios of the last whole run into ``book/reference/speed.md``.

The parts are in modules of their own: `bench_build`, `bench_print`, `bench_pages`,
`bench_lighthouse`, `bench_typing` and `bench_package`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.bench_common import QUIET, ROOT, Launch, launcher, ratio, serving

__all__ = ["QUIET", "ROOT", "ROWS", "main", "publish", "ratio", "report", "table"]

RESULTS = ROOT / "_build" / "bench.json"
PAGE = ROOT / "book" / "reference" / "speed.md"
BEGIN, END = "% figures: made by `python -m tools.bench --publish`", "% figures end"
PARTS = ("build", "print", "size", "edit", "growth", "start", "offline", "lite", "typing",
         "lighthouse", "package")  # fmt: skip
# Left out of a quick run, because each takes minutes.
SLOW = ("print", "the book of 400 chapters", "lite", "lighthouse", "package")


@dataclass(frozen=True)
class Row:
    """A figure that the handbook is held to.

    Attributes
    ----------
    what, against : str
        What is measured, and what it is compared with.
    reach : float
        The ratio that it should not be above.
    get : callable
        Finds the ratio in the results; raises KeyError where it was not measured.
    note : callable
        Finds what else to say of it, such as the seconds on both sides.
    """

    what: str
    against: str
    reach: float
    get: Callable[[Mapping[str, Any]], float]
    note: Callable[[Mapping[str, Any]], str] = lambda results: ""


def _timed(what: str, against: str, reach: float, key: str) -> Row:
    """Give a row of two sides that took turns."""

    def note(results: Mapping[str, Any]) -> str:
        one = results[key]
        low, high = one["ratio_range"]
        return (
            f"{low:.2f} to {high:.2f}, {one['runs']} runs; "
            f"{one['ours_seconds']:.2f} s and {one['plain_seconds']:.2f} s"
        )

    return Row(what, against, reach, lambda results: float(results[key]["ratio"]), note)


def _grown(what: str, key: str, of: str, form: Callable[[float], str]) -> Row:
    def note(results: Mapping[str, Any]) -> str:
        values = results["growth"][of]
        return ", ".join(f"{size}: {form(value)}" for size, value in values.items())

    return Row(
        what, "the same at 25 chapters", 1.1,
        lambda results: float(results["growth"][key]), note,
    )  # fmt: skip


def _weight(results: Mapping[str, Any]) -> str:
    sizes = results["bytes, gzip"]
    mine, plain = sizes["chapter"], sizes["chapter, plain"]
    return (
        f"{mine['bytes'] / 1e3:.0f} kB in {mine['requests']} requests and "
        f"{plain['bytes'] / 1e3:.0f} kB in {plain['requests']}; "
        f"{sizes['words without scripts']} of {sizes['words']} words without scripts"
    )


PLAIN = "plain `jupyter-book build`"
ROWS = (
    _timed("Clean build, pages only, notebooks executed", PLAIN, 0.35, "clean build"),
    _timed("The same with executed notebooks kept", PLAIN, 0.4, "warm build"),
    _timed("The same with nothing changed", PLAIN, 0.3, "nothing changed"),
    _timed("From saving a chapter to the page that shows it", "plain incremental build", 0.25,
           "edit to refreshed page"),
    _grown("Seconds a page in a book of 400 chapters", "seconds_ratio", "seconds_a_page",
           lambda value: f"{value:.3f} s"),
    _grown("Memory a page in a book of 400 chapters", "memory_ratio", "memory_a_page",
           lambda value: f"{value / 1e6:.2f} MB"),
    _grown("The same chapter's HTML in a book of 400", "page_ratio", "page_bytes",
           lambda value: f"{value / 1e3:.0f} kB"),
    _timed("All PDFs, nothing kept", "headless Chromium printing the same documents", 0.3,
           "all PDFs"),
    _timed("The same, with worksheets and book on our side only",
           "headless Chromium printing each page once", 0.3, "all PDFs, against pages once"),
    Row("A chapter's first view: bytes, compressed, all requests", PLAIN, 0.15,
        lambda results: float(results["bytes, gzip"]["ratio"]), _weight),
    _timed("Exercise: click to first picture, first visit", "bare Pyodide printing 1", 1.6,
           "exercise start"),
    _timed("The same, second visit, offline", "bare Pyodide, warm cache", 1.4,
           "second visit, offline"),
    _timed("The same, first visit", "the notebook in our JupyterLite", 0.33,
           "exercise start, notebook"),
)  # fmt: skip


# ----------------------------------------------------------------------------- telling


def _value(row: Row, results: Mapping[str, Any]) -> float | None:
    try:
        return row.get(results)
    except (KeyError, TypeError):
        return None


def report(results: Mapping[str, Any]) -> str:
    """Give the results as lines for people."""
    lines = ["Ratio of ours to the other, in one run on this machine (median, then range):"]
    for row in ROWS:
        value = _value(row, results)
        if value is None:
            lines.append(f"    -   {row.what}: not measured")
            continue
        mark = "ok" if value <= row.reach else "NO"
        lines.append(f"{mark} {value:5.2f}  {row.what} (at most {row.reach:g})")
        lines.append(f"          against {row.against}: {row.note(results)}")
    if same := results.get("same"):
        alike = same["pages"] - len(same["differ"])
        lines.append(
            f"Same words and pictures in {alike} of {same['pages']} pages: "
            f"{same['words']:,} words, {same['pictures']} pictures."
        )
    lines += _growth_lines(results.get("growth"))
    if sizes := results.get("bytes, gzip"):
        lines.append("Bytes over the wire, gzip, all requests:")
        lines += [
            f"  {name:28} {size['bytes'] / 1e3:9.1f} kB in {size['requests']} requests"
            for name, size in sizes.items()
            if isinstance(size, Mapping)
        ]
    lines += _lighthouse_lines(results.get("Lighthouse"))
    if "exercises" in results.get("typing", {}):
        from tools import bench_typing

        lines.append(bench_typing.report(results["typing"]))
    return "\n".join(lines)


def _growth_lines(told: Mapping[str, Any] | None) -> Iterator[str]:
    for each in (told or {}).get("one_more", ()):
        small, large = each["from_to"]
        yield (
            f"One page more, between {small} and {large} chapters: "
            f"{each['seconds']:.3f} s, {each['memory'] / 1e6:.2f} MB."
        )


def _lighthouse_lines(told: Mapping[str, Any] | None) -> Iterator[str]:
    if told is None:
        return
    if "missing" in told:
        yield f"Lighthouse: not measured ({told['missing']})."
        return
    from tools.bench_lighthouse import PAGES, REACH

    yield f"Lighthouse, mobile, median of {told['runs']}:"
    for page in PAGES:
        each = told[page]
        scores = ", ".join(
            f"{kind} {each[kind]}{'' if each[kind] >= least else f' (should be {least})'}"
            for kind, least in REACH.items()
        )
        failed = f"; failed: {', '.join(each['faults'])}" if each["faults"] else ""
        yield f"  {page}: {scores}{failed}"


def table(results: Mapping[str, Any]) -> str:
    """Give the figures as the page for maintainers shows them: ratios and scores, no seconds.

    What was not measured says so, so that half a run is not taken for a whole one.
    """
    from tools.bench_lighthouse import PAGES, REACH

    lines = [
        f"Measured on {_in_words(results['date'])}, in one run.",
        "",
        "| What | Against | Ratio | At most |",
        "| --- | --- | --- | --- |",
    ]
    for row in ROWS:
        value = _value(row, results)
        shown = "not measured" if value is None else f"{value:.2f}"
        lines.append(f"| {row.what} | {row.against} | {shown} | {row.reach:g} |")
    typed = results.get("typing", {})
    if "median_ms" in typed:
        lines += [
            "",
            "With 40 organisations a picture followed typing after "
            f"{typed['median_ms']:.0f} milliseconds (median), at worst {typed['worst_ms']:.0f}.",
        ]
    scored = results.get("Lighthouse", {"missing": ""})
    if "missing" not in scored:
        kinds = [kind.replace("-", " ").capitalize().replace("Seo", "SEO") for kind in REACH]
        lines += ["", f"| Lighthouse | {' | '.join(kinds)} |", f"| --- |{' --- |' * len(kinds)}"]
        for page in PAGES:
            points = " | ".join(str(scored[page][kind]) for kind in REACH)
            lines.append(f"| {page.capitalize()} | {points} |")
    return "\n".join(lines)


def _in_words(day: str) -> str:
    when = dt.date.fromisoformat(day)
    return f"{when.day} {when:%B %Y}"


def publish(results: Mapping[str, Any], page: Path = PAGE) -> None:
    """Put the figures into the page for maintainers, between two comments."""
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the figures: {BEGIN!r} to {END!r}")
    page.write_text(f"{before}{BEGIN}\n\n{table(results)}\n\n{END}{after}", "utf-8")


# ----------------------------------------------------------------------------- measuring


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Measure what is wanted; keep the results so far if something stops."""
    from playwright.sync_api import sync_playwright

    from tools import bench_build, bench_pages

    folder = ROOT / "_build" / "html"

    def wanted(name: str) -> bool:
        return not options.only or name in options.only

    results: dict[str, Any] = {"date": dt.date.today().isoformat(), "quick": options.quick}
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        work = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        launch = launcher(playwright)
        stack.callback(_keep, results)
        results |= bench_build.measure(work, options.runs, launch, wanted, quick=options.quick)
        site = stack.enter_context(serving(folder))
        built = work / "plain" / "_build" / "html"
        plain = stack.enter_context(serving(built)) if built.exists() else None
        results |= bench_pages.measure(
            site, folder, plain, work, options.runs, playwright, launch, wanted,
            quick=options.quick,
        )  # fmt: skip
        if wanted("edit"):
            print("== Saved chapter to refreshed page", flush=True)
            bench_build.ensure(work)
            with launch() as chromium:
                results["edit to refreshed page"] = bench_build.bench_edit(
                    work, options.runs, chromium
                )
        if wanted("typing"):
            results |= measure_typing(site, options.runs, launch)
        if wanted("package") and not options.quick:
            from tools import bench_package

            print("== The package", flush=True)
            results |= bench_package.measure(site, work, options.runs, launch)
    return results


def measure_typing(site: str, runs: int, launch: Launch) -> dict[str, Any]:
    """From typing to the redrawn picture, with 40 organisations."""
    from tools import bench_typing

    print("== Typing to picture", flush=True)
    return {"typing": bench_typing.measure(site, runs, launch)}


def _keep(results: Mapping[str, Any]) -> None:
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run every measurement and print the ratios."""
    parser = argparse.ArgumentParser(
        description="Measure the handbook against the plain tools.",
        epilog=f"--quick leaves out {', '.join(SLOW)}: each takes minutes.",
    )
    parser.add_argument("--runs", type=int, default=5, help="turns of each measurement")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--publish", action="store_true",
                        help="put the last run's ratios into the page for maintainers")  # fmt: skip
    options = parser.parse_args(arguments)
    if options.publish:
        try:
            publish(json.loads(RESULTS.read_text("utf-8")))
        except (OSError, ValueError) as error:
            print(f"The figures were not published: {error}", file=sys.stderr)
            return 1
        return 0
    if not (ROOT / "_build" / "html" / "_static" / "live" / "manifest.json").exists():
        print("Run `make book` first: the bench opens the built book.", file=sys.stderr)
        return 1

    began = time.perf_counter()
    results = measure(options)
    print("\n" + report(results))
    if "workbook" in results:
        from tools import bench_package

        print("\n" + bench_package.report(results))
    if options.quick:
        print(f"Left out of a quick run: {', '.join(SLOW)}.")
    minutes = (time.perf_counter() - began) / 60
    print(f"Took {minutes:.0f} minutes. All figures: {RESULTS.relative_to(ROOT)}")
    differ = results.get("same", {}).get("differ", [])
    if differ:
        print("The two builds do not show the same:", ", ".join(differ), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
