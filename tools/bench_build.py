"""Measure the build: clean, warm, with nothing changed, after an edit, as the book grows.

The other side is plain ``jupyter-book build`` of the same sources. Before times are compared, what
the two sides give is: each page's words and its pictures. Print is measured in `bench_print`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from tools import bench_print
from tools.bench_common import (
    CHAPTER,
    OUR_BUILD,
    PLAIN_BUILD,
    ROOT,
    Launch,
    clean,
    copy_sources,
    environment_of,
    free_port,
    measured,
    ratio,
    timed,
)

# Needed to read the sources; everything about the look of the page is the plain theme's.
PLAIN_EXTENSIONS = ("chapter", "evidence", "exercise", "live", "package_pages")
PLAIN_SETTINGS = ("language", "myst_heading_anchors", "nb_execution_raise_on_error",
                  "nb_merge_streams", "exercise_fonts", "exercise_drawing_cache")  # fmt: skip
# What is not the page's own text. Plain Jupyter Book also counts all tables of the book.
NOT_TEXT = (
    "script, style, section.live, .headerlink, .exercise-code, .cell_input, .prev-next-footer, "
    ".caption-number"
)
CHAPTERS = (25, 100, 400)
PARTS = ("role", "building", "staying", "barriers", "growing", "practice")
# Pages of a made part: about what a part of the real book holds.
PART_SIZE = 8


# ----------------------------------------------------------------------------- the plain side


def make_plain(target: Path) -> Path:
    """Give the same sources with just the settings that plain Jupyter Book needs to read them."""
    copy_sources(target)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    local = config["sphinx"]["local_extensions"]
    settings = config["sphinx"]["config"]
    plain = {
        "title": config["title"],
        "author": config["author"],
        "only_build_toc_files": True,
        "exclude_patterns": config["exclude_patterns"],
        "execute": config["execute"],
        "parse": config["parse"],
        "sphinx": {
            "local_extensions": {name: local[name] for name in PLAIN_EXTENSIONS},
            "config": {name: settings[name] for name in PLAIN_SETTINGS if name in settings},
        },
    }
    (target / "_config.yml").write_text(yaml.safe_dump(plain), "utf-8")
    shutil.rmtree(target / "book" / "_templates")
    return target


def page_text(html: str) -> list[str]:
    """Give the words of a page's text, for comparing what two builds show."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(html, "html.parser")
    text = page.select_one("article.text, article.bd-article")
    if text is None:
        return []
    for extra in text.select(NOT_TEXT):
        extra.decompose()
    return re.findall(r"\w+", text.get_text(" "))


def pictures(html: str) -> list[str]:
    """Give a hash of each drawing in a page, in order; what is said of it is among the words."""
    figures = re.findall(r'<figure class="picture".*?</figure>', html, re.S)
    found = [drawing for each in figures for drawing in re.findall(r"<svg.*?</svg>", each, re.S)]
    return [hashlib.sha256(" ".join(each.split()).encode()).hexdigest() for each in found]


def same_pages(ours: Path, plain: Path) -> dict[str, Any]:
    """Compare what readers get: each page's words and its pictures.

    Returns
    -------
    dict
        ``pages`` compared, ``words`` and ``pictures`` in them, and ``differ``, the pages that are
        not the same.
    """
    pages = [
        file
        for file in sorted(plain.rglob("*.html"))
        if file.relative_to(plain).parts[0] in {"book", "exercises"}
    ]
    differ, words, drawn = [], 0, 0
    for file in pages:
        mine = ours / file.relative_to(plain)
        left = file.read_text("utf-8")
        right = mine.read_text("utf-8") if mine.exists() else ""
        read = page_text(left)
        words += len(read)
        drawn += len(pictures(left))
        if not read or read != page_text(right) or pictures(left) != pictures(right):
            differ.append(str(file.relative_to(plain)))
    return {"pages": len(pages), "words": words, "pictures": drawn, "differ": differ}


# ----------------------------------------------------------------------------- building


def bench_build(work: Path, runs: int) -> dict[str, Any]:
    """Build with nothing cached, with executed notebooks kept, and with nothing changed.

    HTML only, on both sides. Leaves both built books in ``work``.
    """
    folders = {"ours": copy_sources(work / "ours"), "plain": make_plain(work / "plain")}
    commands = {"ours": OUR_BUILD, "plain": PLAIN_BUILD}
    kinds = ("clean build", "warm build", "nothing changed")
    times: dict[str, dict[str, list[float]]] = {k: {"ours": [], "plain": []} for k in kinds}
    for run in range(runs):
        for side in folders:
            clean(folders[side])
            times[kinds[0]][side].append(timed(commands[side], folders[side]))
        told = ", ".join(f"{side} {each[-1]:.1f} s" for side, each in times[kinds[0]].items())
        print(f"  clean {run + 1}: {told}", flush=True)
        for side in folders:
            clean(folders[side], "_build")
            times[kinds[1]][side].append(timed(commands[side], folders[side]))
        for side in folders:
            times[kinds[2]][side].append(timed(commands[side], folders[side]))
        told = "; ".join(
            f"{kind.split()[0]} {', '.join(f'{side} {t[-1]:.1f} s' for side, t in each.items())}"
            for kind, each in list(times.items())[1:]
        )
        print(f"  {run + 1}: {told}", flush=True)
    same = same_pages(*(folders[side] / "_build" / "html" for side in folders))
    return {**{kind: ratio(each) for kind, each in times.items()}, "same": same}


# ----------------------------------------------------------------------------- after an edit


def append(file: Path, sentence: str) -> None:
    """Add a sentence at the end of a chapter, as an author would."""
    with file.open("a", encoding="utf-8") as chapter:
        chapter.write(f"\n{sentence}\n")


def bench_edit(work: Path, runs: int, chromium: Any) -> dict[str, Any]:
    """From saving a chapter to the refreshed page, against plain's incremental build."""
    ours, plain = work / "ours", work / "plain"
    port = free_port()
    reloader = subprocess.Popen(
        [sys.executable, "-m", "tools.live_reload", "--port", str(port)],
        cwd=ours,
        env=environment_of(ours),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    try:
        wait_for(reloader, "http://127.0.0.1")
        drain(reloader)
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{port}/{CHAPTER}.html")
        for run in range(runs + 1):
            marker = f"Edited for the bench, run {run}."
            began = time.perf_counter()
            append(ours / f"{CHAPTER}.md", marker)
            page.wait_for_function(
                "text => document.body?.innerText.includes(text)", arg=marker, polling=10
            )
            took = time.perf_counter() - began
            append(plain / f"{CHAPTER}.md", marker)
            plainly = timed(PLAIN_BUILD, plain)
            if run:  # the first warms both
                times["ours"].append(took)
                times["plain"].append(plainly)
            print(f"  saved {run}: {took:.2f} s, plain {plainly:.2f} s", flush=True)
        page.close()
    finally:
        reloader.terminate()
        reloader.wait(10)
    return ratio(times)


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    """Read what a program says until it says these words."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return
    sys.exit(f"The live reload stopped before it served the book:\n{''.join(said)}")


def drain(process: subprocess.Popen[str]) -> None:
    """Keep reading, so that the program never waits for us."""
    assert process.stdout is not None
    threading.Thread(target=process.stdout.read, daemon=True).start()


# ----------------------------------------------------------------------------- a growing book


def chapters(folder: Path) -> list[Path]:
    """Give the chapters of a copy that its contents name."""
    named = set(re.findall(r"file: (\S+)", (folder / "_toc.yml").read_text("utf-8")))
    found = [path for part in PARTS for path in sorted((folder / "book" / part).glob("*.md"))]
    return [path for path in found if path.relative_to(folder).with_suffix("").as_posix() in named]


def grow(folder: Path, wanted: int) -> int:
    """Make the book of a copy hold this many chapters: the real ones, then copies of them.

    A made chapter has its own title and address, and no name that links lead to.

    Returns
    -------
    int
        How many chapters there are: more than wanted where the real book has more.
    """
    models = chapters(folder)
    toc = folder / "_toc.yml"
    made = []
    for number in range(len(models), wanted):
        text = models[number % len(models)].read_text("utf-8")
        text = re.sub(r"^\([a-z0-9-]+\)=\n", "", text, flags=re.M)
        text = re.sub(r"^# (.+)$", rf"# \1 ({number})", text, count=1, flags=re.M)
        # Folders as deep as the real ones, so that links in the text still lead somewhere.
        path = folder / "book" / f"made{number // PART_SIZE:03}" / f"{number:04}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(re.sub(r"\]\((?=[\w-]+\.md)", f"](../{parent(models, number)}/", text))
        made.append(path.relative_to(folder).with_suffix("").as_posix())
    contents = yaml.safe_load(toc.read_text("utf-8"))
    contents["parts"] += [
        {"caption": f"Made {at // PART_SIZE}", "chapters": [{"file": name} for name in each]}
        for at in range(0, len(made), PART_SIZE)
        if (each := made[at : at + PART_SIZE])
    ]
    toc.write_text(yaml.safe_dump(contents, sort_keys=False), "utf-8")
    return len(models) + len(made)


def parent(models: Sequence[Path], number: int) -> str:
    """Give the folder of the chapter that a made one is a copy of."""
    return models[number % len(models)].parent.name


def bench_growth(work: Path, runs: int, sizes: Sequence[int] = CHAPTERS) -> dict[str, Any]:
    """Build books of more and more chapters, notebooks kept: what does a page cost?

    Sizes take turns. ``seconds_a_page`` is of the whole build, with what it takes to start;
    ``seconds_of_one_more`` is what each further page adds, from each size to the next.
    """
    folders = {}
    for size in sizes:
        folder = copy_sources(work / f"grown-{size}")
        folders[grow(folder, size)] = folder
    kept = next(iter(folders.values()))
    timed(OUR_BUILD, kept)  # executes the notebooks and draws the pictures, for all sizes
    for folder in list(folders.values())[1:]:
        shutil.copytree(kept / "_cache", folder / "_cache")
    seconds: dict[int, list[float]] = {size: [] for size in folders}
    memory: dict[int, list[int]] = {size: [] for size in folders}
    for run in range(runs):
        for size, folder in folders.items():
            clean(folder, "_build")
            took, held = measured(OUR_BUILD, folder)
            seconds[size].append(took)
            memory[size].append(held)
            print(f"  {size} chapters, {run + 1}: {took:.1f} s, {held / 1e6:.0f} MB", flush=True)
    pages = {size: count_pages(folder) for size, folder in folders.items()}
    page = {size: (f / "_build/html" / f"{CHAPTER}.html") for size, f in folders.items()}
    told = growth(
        pages,
        {size: statistics.median(each) for size, each in seconds.items()},
        {size: statistics.median(each) for size, each in memory.items()},
        {size: file.stat().st_size for size, file in page.items()},
    )
    for folder in folders.values():
        shutil.rmtree(folder)
    return {**told, "runs": runs}


def count_pages(folder: Path) -> int:
    """Give how many pages a copy's contents name."""
    return len(re.findall(r"\b(?:file|root): ", (folder / "_toc.yml").read_text("utf-8")))


def growth(
    pages: dict[int, int], seconds: dict[int, float], memory: dict[int, float], html: dict[int, int]
) -> dict[str, Any]:
    """Give costs a page for each size, and the largest book's against the smallest's.

    Parameters
    ----------
    pages, seconds, memory, html : dict
        For each number of chapters: pages in the book, seconds to build it, bytes of memory at the
        most, bytes of one and the same chapter.
    """
    sizes = list(pages)
    first, last = sizes[0], sizes[-1]
    more: list[dict[str, Any]] = []
    for small, large in pairwise(sizes):
        added = pages[large] - pages[small]
        more.append(
            {
                "from_to": [small, large],
                "seconds": round((seconds[large] - seconds[small]) / added, 4),
                "memory": round((memory[large] - memory[small]) / added),
            }
        )
    costs = {"seconds_a_page": seconds, "memory_a_page": memory}
    told: dict[str, Any] = {
        name: {str(size): round(each[size] / pages[size], 4) for size in sizes}
        for name, each in costs.items()
    }
    told["page_bytes"] = {str(size): html[size] for size in sizes}
    told["one_more"] = more
    for name, of in (("seconds", told["seconds_a_page"]), ("memory", told["memory_a_page"]),
                     ("page", told["page_bytes"])):  # fmt: skip
        told[f"{name}_ratio"] = round(of[str(last)] / of[str(first)], 3) if of[str(first)] else None
    told["chapters"] = sizes
    return told


# ----------------------------------------------------------------------------- the whole


def measure(
    work: Path, runs: int, launch: Launch, wanted: Callable[[str], bool], *, quick: bool
) -> dict[str, Any]:
    """Measure everything about the build that is wanted.

    Parameters
    ----------
    work : Path
        A folder for books that nobody needs afterwards; ours and the plain one stay in it.
    runs : int
        How often.
    launch : callable
        Gives a context in which a browser runs.
    wanted : callable
        Says of a part's name whether to measure it.
    quick : bool
        Leave out what takes minutes.
    """
    results: dict[str, Any] = {}
    if wanted("build"):
        print("== Clean build, warm build, nothing changed", flush=True)
        results |= bench_build(work, runs)
    if wanted("print") and not quick:
        print("== All PDFs", flush=True)
        ensure(work)
        results |= bench_print.bench_print(work, runs, launch)
    if wanted("growth"):
        print("== A growing book", flush=True)
        results["growth"] = bench_growth(work, runs, CHAPTERS[:2] if quick else CHAPTERS)
    return results


def ensure(work: Path) -> None:
    """Have both copies, where `bench_build` has not made them."""
    if not (work / "ours").exists():
        copy_sources(work / "ours")
    if not (work / "plain").exists():
        make_plain(work / "plain")
