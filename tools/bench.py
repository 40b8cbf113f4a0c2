"""Measure the build, the refresh, the start of an exercise and the size of pages.

Every figure is a ratio to the plain tool, measured in the same run on the same machine; seconds
are there to explain the ratio, not to compare machines. The two sides take turns, so that a machine
that slows down slows both. Results go to ``_build/bench.json``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tools import browser, serve

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("book", "exercises", "locks", "tools", "_config.yml", "_toc.yml", "pyproject.toml")
CHAPTER = "book/building/coalition"
EXERCISE = "exercises/01-map-your-system"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Needed to read the sources; everything about the look of the page is the plain theme's.
PLAIN_EXTENSIONS = ("chapter", "evidence", "exercise", "package_pages")
PLAIN_SETTINGS = ("language", "myst_heading_anchors", "nb_execution_raise_on_error",
                  "nb_merge_streams", "exercise_fonts", "exercise_drawing_cache")  # fmt: skip

BARE = """<!DOCTYPE html><meta charset="utf-8"><title>Bare Pyodide</title>
<link rel="icon" href="data:,"><script type="module">
document.addEventListener("go", () => {
  const began = performance.now();
  const source = `import { loadPyodide } from "${location.origin}/_static/live/pyodide/pyodide.mjs";
    const python = await loadPyodide({ indexURL: "${location.origin}/_static/live/pyodide/" });
    python.runPython("print(1)"); postMessage("done");`;
  const code = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(code, { type: "module" });
  worker.onmessage = () => { window.took = performance.now() - began; };
});
</script>"""


def copy_sources(target: Path) -> Path:
    """Copy what a build reads, and link what `make` has installed."""
    target.mkdir(parents=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    return target


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


def clean(folder: Path) -> None:
    """Leave nothing of an earlier build."""
    for name in ("_build", "_cache"):
        shutil.rmtree(folder / name, ignore_errors=True)


def environment_of(folder: Path) -> dict[str, str]:
    """Give the environment in which a copy of the project uses its own package and extensions."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "exercises"), str(folder)])}


def timed(command: list[str], folder: Path) -> float:
    """Give the seconds a command takes; stop when it fails."""
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment_of(folder), capture_output=True, text=True
    )
    took = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{done.stdout}\n{done.stderr}")
    return took


def page_text(html: str) -> list[str]:
    """Give the words of a page's text, for comparing what two builds show."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(html, "html.parser")
    text = page.select_one("article.text, article.bd-article")
    if text is None:
        return []
    for extra in text.select(
        "script, style, section.live, .headerlink, .exercise-code, .cell_input, .prev-next-footer"
    ):
        extra.decompose()
    return re.findall(r"\w+", text.get_text(" "))


def same_pages(ours: Path, plain: Path) -> dict[str, Any]:
    """Compare what readers get: each page's words and its pictures.

    Returns
    -------
    dict
        ``pages`` compared, ``words`` in them, and ``differ``, the pages whose words or number of
        pictures are not the same.
    """
    pages = [
        file
        for file in sorted(plain.rglob("*.html"))
        if file.relative_to(plain).parts[0] in {"book", "exercises"}
    ]
    differ, words = [], 0
    for file in pages:
        mine = ours / file.relative_to(plain)
        left = file.read_text("utf-8")
        right = mine.read_text("utf-8") if mine.exists() else ""
        words += len(page_text(left))
        pictures = [html.count('class="picture"') for html in (left, right)]
        if page_text(left) != page_text(right) or pictures[0] != pictures[1]:
            differ.append(str(file.relative_to(plain)))
    return {"pages": len(pages), "words": words, "differ": differ}


def bench_build(work: Path, runs: int) -> dict[str, Any]:
    """Clean build, HTML only, notebooks executed, nothing cached: ours against plain."""
    ours, plain = copy_sources(work / "ours"), make_plain(work / "plain")
    our_command = [sys.executable, "-m", "tools.build", "--pages-only"]
    plain_command = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for run in range(runs):
        for name, command, folder in (("ours", our_command, ours), ("plain", plain_command, plain)):
            clean(folder)
            times[name].append(timed(command, folder))
            print(f"  clean build {run + 1}/{runs}, {name}: {times[name][-1]:.1f} s", flush=True)
    return {**ratio(times), "same": same_pages(ours / "_build/html", plain / "_build/html")}


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
                "text => document.body.innerText.includes(text)", arg=marker, polling=10
            )
            took = time.perf_counter() - began
            append(plain / f"{CHAPTER}.md", marker)
            plainly = timed(
                [str(Path(sys.executable).with_name("jupyter-book")), "build", "."], plain
            )
            if run:  # the first warms both
                times["ours"].append(took)
                times["plain"].append(plainly)
        page.close()
    finally:
        reloader.terminate()
        reloader.wait(10)
    return ratio(times)


def bench_start(site: str, runs: int, launch: Callable[[], Any]) -> dict[str, Any]:
    """From the click to the first picture of one's own, against bare Pyodide printing 1."""
    cold: dict[str, list[float]] = {"ours": [], "plain": []}
    for run in range(runs):
        with launch() as chromium:
            page = chromium.new_page()
            page.goto(f"{site}/{EXERCISE}.html", wait_until="load")
            page.wait_for_timeout(300)
            cold["ours"].append(start_exercise(page))
        with launch() as chromium:
            page = chromium.new_page()
            page.goto(f"{site}/bare-pyodide.html", wait_until="load")
            page.wait_for_timeout(300)
            page.evaluate("document.dispatchEvent(new Event('go'))")
            page.wait_for_function("window.took", timeout=120_000)
            cold["plain"].append(page.evaluate("window.took") / 1000)
        print(
            f"  start {run + 1}/{runs}: {cold['ours'][-1]:.2f} s, bare {cold['plain'][-1]:.2f} s",
            flush=True,
        )
    return ratio(cold)


def bench_lite(site: str, runs: int, launch: Callable[[], Any]) -> dict[str, Any]:
    """From the click to the first picture in our page, against the same in our JupyterLite.

    JupyterLite gets its best case: its cells run the moment its kernel is ready.
    """
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for run in range(runs):
        with launch() as chromium:
            page = chromium.new_page()
            page.goto(f"{site}/{EXERCISE}.html", wait_until="load")
            page.wait_for_timeout(300)
            times["ours"].append(start_exercise(page))
        with launch() as chromium:
            times["plain"].append(start_lite(chromium.new_page(), site))
        print(
            f"  start {run + 1}/{runs}: {times['ours'][-1]:.2f} s, "
            f"JupyterLite {times['plain'][-1]:.2f} s",
            flush=True,
        )
    return ratio(times)


def start_lite(page: Any, site: str) -> float:
    """Open the exercise in JupyterLite; give the seconds until its first picture stands there."""
    began = time.perf_counter()
    page.goto(f"{site}/lite/lab/index.html?path={Path(EXERCISE).name}.ipynb")
    ready = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    page.wait_for_function(f"{ready} === 'idle'", timeout=180_000, polling=50)
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".jp-OutputArea-output .vega-embed").first.wait_for(timeout=180_000)
    return time.perf_counter() - began


def start_exercise(page: Any) -> float:
    """Click the button; give the seconds until a picture drawn in the page stands there."""
    page.click(".live-start")
    # The page itself measures from the click to the picture (book/_static/live/host.js).
    first = "performance.getEntriesByName('exercise-first-picture')"
    page.wait_for_function(f"{first}.length > 0", timeout=120_000, polling=50)
    return float(page.evaluate(f"{first}[0].duration")) / 1000


def bench_size(site: str, launch: Callable[[], Any]) -> dict[str, int]:
    """Bytes over the wire, as a server that compresses with gzip would send them."""
    sizes = {}
    for name, address, started in (
        ("front page", "book/index", False),
        ("chapter", CHAPTER, False),
        ("exercise, before the start", EXERCISE, False),
        ("exercise, started", EXERCISE, True),
    ):
        with launch() as chromium:
            context = chromium.new_context()
            total: list[int] = []
            context.on("response", lambda response, total=total: total.append(wire_size(response)))
            page = context.new_page()
            page.goto(f"{site}/{address}.html", wait_until="networkidle")
            if started:
                start_exercise(page)
                page.wait_for_timeout(1500)
            sizes[name] = sum(total)
    return sizes


def wire_size(response: Any) -> int:
    """Give the gzipped size of a response, or its own where that is smaller."""
    try:
        body = response.body()
    except Exception:
        return 0  # a redirect or an answer from the browser's cache has no body
    return min(len(body), len(gzip.compress(body, 6)))


def ratio(times: dict[str, list[float]]) -> dict[str, Any]:
    """Give medians and the ratio of ours to plain, pair by pair, with its spread."""
    pairs = [mine / plain for mine, plain in zip(times["ours"], times["plain"], strict=True)]
    return {
        "ours_seconds": round(statistics.median(times["ours"]), 3),
        "plain_seconds": round(statistics.median(times["plain"]), 3),
        "ratio": round(statistics.median(pairs), 3),
        "ratio_range": [round(min(pairs), 3), round(max(pairs), 3)],
        "runs": len(pairs),
    }


def append(file: Path, sentence: str) -> None:
    """Add a sentence at the end of a chapter, as an author would."""
    with file.open("a", encoding="utf-8") as chapter:
        chapter.write(f"\n{sentence}\n")


def free_port() -> int:
    """Give a port that nobody uses at the moment."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    """Read what a program says until it says these words."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return
    sys.exit("The live reload stopped before it served the book.")


def drain(process: subprocess.Popen[str]) -> None:
    """Keep reading, so that the program never waits for us."""
    assert process.stdout is not None
    threading.Thread(target=process.stdout.read, daemon=True).start()


def main() -> int:
    """Run every measurement and print the ratios."""
    from playwright.sync_api import sync_playwright

    # Imported here: it takes its arithmetic from this module.
    from tools import bench_package

    parser = argparse.ArgumentParser(description="Measure the handbook against the plain tools.")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    site_folder = ROOT / "_build" / "html"
    needed = ("_static/live/manifest.json", "lite/made.json")
    if not all((site_folder / name).exists() for name in needed):
        print("Run `make book` first: the bench opens the built book.", file=sys.stderr)
        return 1

    results: dict[str, Any] = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary).resolve()

        @contextmanager
        def launch() -> Iterator[Any]:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=QUIET)
            try:
                yield chromium
            finally:
                chromium.close()

        print("== Clean build", flush=True)
        results["clean build"] = bench_build(work, options.runs)
        print("== Saved chapter to refreshed page", flush=True)
        with launch() as chromium:
            results["edit to refreshed page"] = bench_edit(work, options.runs, chromium)
        print("== Start of the exercise", flush=True)
        (site_folder / "bare-pyodide.html").write_text(BARE, "utf-8")
        server = serve.serve(site_folder)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        try:
            results["exercise start"] = bench_start(site, options.runs, launch)
            print("== The same exercise in JupyterLite", flush=True)
            results["exercise start, notebook"] = bench_lite(site, options.runs, launch)
            print("== Sizes", flush=True)
            results["bytes, gzip"] = bench_size(site, launch)
            print("== The package", flush=True)
            results |= bench_package.measure(site, work, options.runs, launch)
        finally:
            server.shutdown()
            (site_folder / "bare-pyodide.html").unlink()

    (ROOT / "_build" / "bench.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    print("\n" + report(results))
    print("\n" + bench_package.report(results))
    same = results["clean build"]["same"]
    if same["differ"]:
        print("The two builds do not show the same:", ", ".join(same["differ"]), file=sys.stderr)
        return 1
    return 0


def report(results: dict[str, Any]) -> str:
    """Give the results as lines for people."""
    lines = ["Ratio of ours to the plain tool (median, range), in one run on this machine:"]
    for name, against in (
        ("clean build", "plain jupyter-book build"),
        ("edit to refreshed page", "plain incremental build"),
        ("exercise start", "bare Pyodide printing 1"),
        ("exercise start, notebook", "the same notebook in our JupyterLite"),
    ):
        one = results[name]
        low, high = one["ratio_range"]
        lines.append(
            f"  {name:24} {one['ratio']:.2f}  ({low:.2f} to {high:.2f})  against {against}: "
            f"{one['ours_seconds']:.2f} s and {one['plain_seconds']:.2f} s, {one['runs']} runs"
        )
    same = results["clean build"]["same"]
    lines.append(
        f"  Same words and pictures in {same['pages'] - len(same['differ'])} "
        f"of {same['pages']} pages."
    )
    lines.append("Bytes over the wire, gzip, all requests:")
    lines += [f"  {name:28} {size / 1000:9.1f} kB" for name, size in results["bytes, gzip"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
