"""The bench: its arithmetic, that it sees what is missing, and what it tells and publishes."""

from __future__ import annotations

import copy
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import bench, bench_build, bench_common, bench_lighthouse, bench_print, build

ROOT = Path(__file__).resolve().parents[2]
ONE = {"ours_seconds": 1.0, "plain_seconds": 5.0, "ratio": 0.2, "ratio_range": [0.19, 0.22],
       "runs": 5}  # fmt: skip


def whole_run() -> dict[str, Any]:
    """Give the results of a run in which everything was measured."""
    timed = ("clean build", "warm build", "nothing changed", "edit to refreshed page", "all PDFs",
             "all PDFs, against pages once",
             "exercise start", "second visit, offline", "exercise start, notebook")  # fmt: skip
    results: dict[str, Any] = {name: dict(ONE) for name in timed}
    results["date"] = "2026-11-23"
    results["same"] = {"pages": 62, "words": 240_000, "pictures": 24, "differ": []}
    results["growth"] = bench_build.growth(
        {25: 50, 100: 125, 400: 425},
        {25: 10.0, 100: 25.0, 400: 85.0},
        {25: 200e6, 100: 260e6, 400: 500e6},
        {25: 46_000, 100: 40_000, 400: 44_000},
    )
    weight = {"bytes": 120_000, "requests": 9}
    results["bytes, gzip"] = {
        "chapter": weight,
        "chapter, plain": {"bytes": 930_000, "requests": 29},
        "ratio": 0.129,
        "words": 900,
        "words without scripts": 900,
    }
    scores = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
    results["Lighthouse"] = {
        **{page: {**scores, "faults": []} for page in bench_lighthouse.PAGES},
        "runs": 3,
    }
    results["typing"] = {"median_ms": 41.2, "worst_ms": 120.0}
    return results


# ----------------------------------------------------------------------------- arithmetic


def test_ratio_is_taken_pair_by_pair() -> None:
    """A machine that slows down slows both sides of a pair."""
    told = bench_common.ratio({"ours": [1, 4, 1], "plain": [2, 8, 4]})
    assert told["ratio"] == 0.5
    assert told["ratio_range"] == [0.25, 0.5]
    assert told["runs"] == 3


def test_memory_is_that_of_the_command(tmp_path: Path) -> None:
    """A command that holds more is seen to hold more."""
    hold = "held = b'x' * {} * 1_000_000"
    small, large = (
        bench_common.measured([sys.executable, "-c", hold.format(size)], tmp_path)[1]
        for size in (1, 801)
    )
    # Before a command begins it is a copy of this process, and holds as much.
    assert small < 700e6
    assert 801e6 < large < 900e6


def test_a_command_that_fails_stops_the_bench_and_says_why(tmp_path: Path) -> None:
    """A build that fails at once is quick."""
    with pytest.raises(SystemExit, match="no such page"):
        bench_common.timed([sys.executable, "-c", "raise ValueError('no such page')"], tmp_path)


def test_growth_is_told_a_page_and_for_one_page_more() -> None:
    """What it takes to start counts in the first and not in the second."""
    told = whole_run()["growth"]
    assert told["seconds_a_page"] == {"25": 0.2, "100": 0.2, "400": 0.2}
    assert told["seconds_ratio"] == 1.0
    assert told["memory_ratio"] == round((500 / 425) / (200 / 50), 3)
    assert told["page_ratio"] == round(44 / 46, 3)
    assert [each["seconds"] for each in told["one_more"]] == [0.2, 0.2]
    assert [each["from_to"] for each in told["one_more"]] == [[25, 100], [100, 400]]


# ----------------------------------------------------------------------------- the same book


def test_the_bench_sees_a_missing_word_and_another_picture(tmp_path: Path) -> None:
    """Nothing may be gained by showing less."""
    page = '<article class="{}"><p>{}</p>{}</article>'
    figure = '<figure class="picture"><svg>{}</svg></figure>'
    shown = {
        "same": (("All words.", figure.format(1)), ("All words.", figure.format(1))),
        "less": (("All.", figure.format(1)), ("All words.", figure.format(1))),
        "bare": (("All.", ""), ("All.", figure.format(1))),
        "else": (("All.", figure.format(2)), ("All.", figure.format(1))),
    }
    for name, sides in shown.items():
        for side, kind, what in zip(("ours", "plain"), ("text", "bd-article"), sides, strict=True):
            file = tmp_path / side / "book" / f"{name}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(page.format(kind, *what))
    (tmp_path / "plain" / "book" / "gone.html").write_text(page.format("bd-article", "A", ""))
    told = bench_build.same_pages(tmp_path / "ours", tmp_path / "plain")
    assert told["pages"] == 5
    assert told["differ"] == [f"book/{name}.html" for name in ("bare", "else", "gone", "less")]


def test_pages_that_show_nothing_do_not_count_as_the_same(tmp_path: Path) -> None:
    """Two empty builds would agree."""
    for side in ("ours", "plain"):
        (tmp_path / side / "book").mkdir(parents=True)
        (tmp_path / side / "book" / "page.html").write_text("<main>Moved.</main>")
    told = bench_build.same_pages(tmp_path / "ours", tmp_path / "plain")
    assert told["differ"] == ["book/page.html"]


def test_the_plain_side_reads_the_same_sources_with_the_themes_own_look(tmp_path: Path) -> None:
    """It gets what the sources need, and nothing of our pages."""
    plain = bench_build.make_plain(tmp_path / "plain")
    config = yaml.safe_load((plain / "_config.yml").read_text("utf-8"))
    assert (plain / "_toc.yml").read_bytes() == (ROOT / "_toc.yml").read_bytes()
    assert set(config["sphinx"]["local_extensions"]) == set(bench_build.PLAIN_EXTENSIONS)
    assert not {"handbook", "printed"} & set(config["sphinx"]["local_extensions"])
    assert "html_sidebars" not in config["sphinx"]["config"]
    assert not (plain / "book" / "_templates").exists()


def test_the_book_in_one_file_keeps_texts_styles_and_links(tmp_path: Path) -> None:
    """What Chromium prints against our whole book: all texts in order, links inside it."""
    page = """<html><head><link rel="stylesheet" href="{up}_static/{css}"></head><body><main>
        <nav>Not text</nav><article class="text">{text}</article></main></body></html>"""
    pages = {
        "book/index": page.format(
            up="../", css="a.css",
            text='<a href="part/one.html#here">One</a> <a href="part/one.html">all</a>',
        ),
        "book/part/one": page.format(
            up="../../", css="b.css",
            text='<p id="here">Here <img src="../../_static/i.png"><a href="../index.html">up</a>'
            '<a href="other.html">apart</a> <a href="https://example.org/x">out</a></p>',
        ),
    }  # fmt: skip
    for name, text in pages.items():
        (tmp_path / f"{name}.html").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
    whole = bench_print.whole_book(tmp_path, list(pages))
    assert re.findall(r'href="([^"]+)"', whole) == [
        "_static/a.css", "_static/b.css", "#here", "#page-1", "#page-0",
        "book/part/other.html", "https://example.org/x",
    ]  # fmt: skip
    assert 'src="_static/i.png"' in whole
    assert whole.count("<article") == 2
    assert whole.count("Not text") == 1
    assert {'id="page-0"', 'id="page-1"', 'id="here"'} <= set(re.findall(r'id="[^"]+"', whole))


def test_the_book_in_one_file_leaves_out_what_stays_apart() -> None:
    """The same pages on both sides: some have a PDF of their own only."""
    pages = bench_print.book_pages(ROOT)
    assert "book/building/coalition" in pages
    assert set(build.pages_of(ROOT)) - set(pages) == {
        "book/reference/cited-where", "book/reference/package", "book/reference/speed",
    }  # fmt: skip


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """Give a copy of the project that was grown to 40 chapters."""
    for name in ("book", "_toc.yml"):
        source = ROOT / name
        copied = shutil.copytree if source.is_dir() else shutil.copy2
        copied(source, tmp_path / name)
    assert bench_build.grow(tmp_path, 40) == 40
    return tmp_path


def test_a_grown_book_has_as_many_chapters_as_asked(grown: Path) -> None:
    """Each in the contents, with a title of its own."""
    pages = [page for page in build.pages_of(grown) if page.startswith("book/made")]
    real = bench_build.chapters(ROOT)
    assert len(pages) + len(real) == 40
    titles = []
    for page in pages:
        text = (grown / f"{page}.md").read_text("utf-8")
        titles.append(re.search(r"^# (.+)$", text, re.M)[1])  # type: ignore[index]
        assert not re.search(r"^\([a-z0-9-]+\)=$", text, re.M), "two pages of one name"
    assert len(set(titles)) == len(titles)


def test_links_of_a_made_chapter_lead_somewhere(grown: Path) -> None:
    """A link that breaks would be a warning, and time spent on it."""
    for path in sorted(grown.glob("book/made*/*.md")):
        for target in re.findall(r"\]\(([^)#:]+\.md)", path.read_text("utf-8")):
            there = (path.parent / target).resolve().relative_to(grown)
            assert (grown / there).exists() or (ROOT / there).exists(), (path.name, target)


# ----------------------------------------------------------------------------- what it tells


def test_the_report_tells_every_figure() -> None:
    """With what it is compared with, and whether it is reached."""
    results = whole_run()
    results["clean build"]["ratio"] = 0.36
    told = bench.report(results)
    lines = told.splitlines()
    for row in bench.ROWS:
        assert sum(row.what in line for line in lines) == 1, row.what
    assert "NO  0.36  Clean build" in told
    assert "ok  0.20  The same with executed notebooks kept" in told
    assert "62 of 62 pages" in told
    assert "900 of 900 words without scripts" in told
    assert "One page more, between 100 and 400 chapters: 0.200 s" in told
    assert "chapter: performance 99, accessibility 100" in told
    assert "should be" not in told


def test_the_report_tells_what_was_not_measured_and_what_fails() -> None:
    """A quick run has holes, and they show."""
    told = bench.report({"clean build": ONE})
    assert told.count("not measured") == len(bench.ROWS) - 1
    results = whole_run()
    results["Lighthouse"]["chapter"] |= {"accessibility": 96, "faults": ["color-contrast"]}
    told = bench.report(results)
    assert "accessibility 96 (should be 100)" in told
    assert "failed: color-contrast" in told
    results["Lighthouse"] = {"missing": "npm is not installed"}
    assert "Lighthouse: not measured (npm is not installed)." in bench.report(results)


def test_figures_are_published_in_their_place(tmp_path: Path) -> None:
    """Ratios, scores and the day; no seconds, for these are of one machine."""
    page = tmp_path / "speed.md"
    page.write_text(f"Before.\n\n{bench.BEGIN}\n\nOld.\n\n{bench.END}\n\nAfter.\n")
    bench.publish(whole_run(), page)
    bench.publish(whole_run(), page)
    text = page.read_text("utf-8")
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "Old." not in text
    assert "Measured on 23 November 2026" in text
    assert all(text.count(row.what) == 1 for row in bench.ROWS)
    assert "| Exercise | 99 | 100 | 100 | 100 |" in text
    assert not re.search(r"\d s\b", text)


@pytest.mark.parametrize("left_out", ["growth", "Lighthouse", "all PDFs"])
def test_half_a_run_is_not_taken_for_a_whole_one(left_out: str) -> None:
    """What was not measured says so, or is not there."""
    results = copy.deepcopy(whole_run())
    del results[left_out]
    told = bench.table(results)
    assert ("not measured" in told) is (left_out != "Lighthouse")
    assert ("| Lighthouse |" in told) is (left_out != "Lighthouse")
    assert "not measured" not in bench.table(whole_run())


def test_the_page_for_maintainers_holds_every_figure() -> None:
    """What the page shows are the rows that the bench measures, and its limits."""
    text = bench.PAGE.read_text("utf-8")
    _, begin, rest = text.partition(bench.BEGIN)
    figures, end, _ = rest.partition(bench.END)
    assert begin
    assert end
    # Cells and no more: the scores of Lighthouse have a table of their own below.
    row = r"^\| ([^|]+) \| ([^|]+) \| ([\d.]+|not measured) \| ([\d.]+) \|$"
    rows = re.findall(row, figures, re.M)
    told = {what: (against, float(limit)) for what, against, _, limit in rows}
    assert told == {row.what: (row.against, row.reach) for row in bench.ROWS}


# ----------------------------------------------------------------------------- Lighthouse


def test_lighthouse_is_locked_and_named_without_an_address() -> None:
    """As everything else that is installed."""
    lock = json.loads((bench_lighthouse.LOCKED / "package-lock.json").read_text("utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages["node_modules/lighthouse"]["version"]
    assert [name for name, each in packages.items() if "integrity" not in each] == []
    assert "://" not in json.dumps(lock)
    wanted = json.loads((bench_lighthouse.LOCKED / "package.json").read_text("utf-8"))
    assert lock["packages"][""]["dependencies"] == wanted["dependencies"]


def test_a_machine_without_npm_is_told_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bench goes on without Lighthouse."""
    monkeypatch.setattr(bench_lighthouse, "CACHE", tmp_path)
    monkeypatch.setattr(bench_lighthouse, "install", lambda: bench_lighthouse.program("no-npm"))
    assert bench_lighthouse.measure("", 1, {}) == {"missing": "no-npm is not installed"}
    assert capsys.readouterr().out.splitlines() == ["  Not measured: no-npm is not installed."]


def test_scores_and_faults_are_read_from_a_report() -> None:
    """A check that does not apply is no fault."""
    report = {
        "categories": {"performance": {"score": 0.964}, "seo": {"score": None}},
        "audits": {
            "color-contrast": {"scoreDisplayMode": "binary", "score": 0},
            "image-alt": {"scoreDisplayMode": "binary", "score": 1},
            "video-caption": {"scoreDisplayMode": "notApplicable", "score": None},
            "speed-index": {"scoreDisplayMode": "numeric", "score": 0},
        },
    }
    assert bench_lighthouse.scores(report) == {"performance": 96, "seo": 0}
    assert bench_lighthouse.faults(report) == ["color-contrast"]
