"""Measure the pages: what they weigh, how they score, and how soon an exercise starts in them.

The other side is the same page from plain ``jupyter-book build``, a bare Pyodide that prints 1 in a
worker, and the same notebook in our JupyterLite copy.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from tools import browser, serve
from tools.bench_common import CHAPTER, EXERCISE, FRONT, QUIET, ROOT, Launch, ratio

BARE = "bare-pyodide.html"
# As it comes from npm: ours has a part of its standard library compiled.
BARE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip",
              "pyodide-lock.json")  # fmt: skip
BARE_PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>Bare Pyodide</title>
<link rel="icon" href="data:,"><script type="module">
document.addEventListener("go", () => {
  const began = performance.now();
  const source = `import { loadPyodide } from "${location.origin}/bare-pyodide/pyodide.mjs";
    const python = await loadPyodide({ indexURL: "${location.origin}/bare-pyodide/" });
    python.runPython("print(1)"); postMessage("done");`;
  const code = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(code, { type: "module" });
  worker.onmessage = () => { window.took = performance.now() - began; };
});
</script>"""
WAIT = 180_000


# ----------------------------------------------------------------------------- starts


def start_exercise(page: Any) -> float:
    """Click the button; give the seconds until a picture drawn in the page stands there."""
    page.click(".live-start")
    # The page itself measures from the click to the picture (book/_static/live/host.js).
    first = "performance.getEntriesByName('exercise-first-picture')"
    page.wait_for_function(f"{first}.length > 0", timeout=WAIT, polling=50)
    return float(page.evaluate(f"{first}[0].duration")) / 1000


def start_bare(page: Any) -> float:
    """Start Pyodide in a worker; give the seconds until it has printed 1."""
    page.evaluate("document.dispatchEvent(new Event('go'))")
    page.wait_for_function("window.took", timeout=WAIT)
    return float(page.evaluate("window.took")) / 1000


def start_lite(page: Any, site: str) -> float:
    """Open the exercise in JupyterLite; give the seconds until its first picture stands there.

    JupyterLite gets its best case: its cells run the moment its kernel is ready.
    """
    began = perf_counter()
    page.goto(f"{site}/lite/lab/index.html?path={Path(EXERCISE).name}.ipynb")
    ready = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    page.wait_for_function(f"{ready} === 'idle'", timeout=WAIT, polling=50)
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".jp-OutputArea-output .vega-embed").first.wait_for(timeout=WAIT)
    return perf_counter() - began


def opened(chromium: Any, address: str) -> Any:
    """Give a page that has loaded and settled."""
    page = chromium.new_page()
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)
    return page


def told(what: str, times: dict[str, list[float]], other: str) -> None:
    """Say how the last turn went."""
    mine, plain = times["ours"][-1], times["plain"][-1]
    print(f"  {what} {len(times['ours'])}: {mine:.2f} s, {other} {plain:.2f} s", flush=True)


def bench_start(site: str, runs: int, launch: Launch) -> dict[str, Any]:
    """From the click to the first picture of one's own, against bare Pyodide printing 1.

    A first visit: each in a browser that was never on any page.
    """
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(runs):
        with launch() as chromium:
            times["ours"].append(start_exercise(opened(chromium, f"{site}/{EXERCISE}.html")))
        with launch() as chromium:
            times["plain"].append(start_bare(opened(chromium, f"{site}/{BARE}")))
        told("start", times, "bare")
    return ratio(times)


def bench_offline(folder: Path, runs: int, playwright: Any, work: Path) -> dict[str, Any]:
    """A second visit with no network, against bare Pyodide from the browser's warm cache.

    Each turn has a browser profile of its own on disk, and visits both pages in it first. Then
    the browser is started anew, as on another day. Bare Pyodide keeps its server.
    """
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for run in range(runs):
        site = serve.Site(folder)
        site.up()
        profile = work / f"profile-{run}"

        @contextmanager
        def browsing(profile: Path = profile) -> Iterator[Any]:
            context = playwright.chromium.launch_persistent_context(
                str(profile), executable_path=browser.find(), args=QUIET
            )
            try:
                yield context
            finally:
                context.close()

        with browsing() as context:
            page = opened(context, f"{site.address}/{EXERCISE}.html")
            start_exercise(page)
            page.locator(".live-privacy", has_text="without a network").wait_for(timeout=WAIT)
            start_bare(opened(context, f"{site.address}/{BARE}"))
        with browsing() as context:
            times["plain"].append(start_bare(opened(context, f"{site.address}/{BARE}")))
        site.down()
        with browsing() as context:
            times["ours"].append(start_exercise(opened(context, f"{site.address}/{EXERCISE}.html")))
        shutil.rmtree(profile, ignore_errors=True)
        told("second start, offline", times, "bare, warm")
    return ratio(times)


def bench_lite(site: str, runs: int, launch: Launch) -> dict[str, Any]:
    """From the click to the first picture in our page, against the same in our JupyterLite."""
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(runs):
        with launch() as chromium:
            times["ours"].append(start_exercise(opened(chromium, f"{site}/{EXERCISE}.html")))
        with launch() as chromium:
            times["plain"].append(start_lite(chromium.new_page(), site))
        told("start", times, "JupyterLite")
    return ratio(times)


# ----------------------------------------------------------------------------- bytes


def wire_size(response: Any) -> int:
    """Give the gzipped size of a response, or its own where that is smaller."""
    try:
        body = response.body()
    except Exception:
        return 0  # a redirect or an answer from the browser's cache has no body
    return min(len(body), len(gzip.compress(body, 6)))


def page_weight(address: str, launch: Launch, *, started: bool = False) -> dict[str, int]:
    """Give the bytes of a first view, all requests, as a server that compresses sends them."""
    with launch() as chromium:
        context = chromium.new_context()
        sizes: list[int] = []
        context.on("response", lambda response: sizes.append(wire_size(response)))
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        if started:
            start_exercise(page)
            page.wait_for_timeout(1500)
        return {"bytes": sum(sizes), "requests": len(sizes)}


def bench_size(site: str, plain: str | None, launch: Launch) -> dict[str, Any]:
    """Bytes of pages over the wire, and of one chapter against the plain build's."""
    pages = (
        ("front page", FRONT, False),
        ("chapter", CHAPTER, False),
        ("exercise, before the start", EXERCISE, False),
        ("exercise, started", EXERCISE, True),
    )
    sizes: dict[str, Any] = {
        name: page_weight(f"{site}/{address}.html", launch, started=started)
        for name, address, started in pages
    }
    if plain:
        sizes["chapter, plain"] = page_weight(f"{plain}/{CHAPTER}.html", launch)
        sizes["ratio"] = round(sizes["chapter"]["bytes"] / sizes["chapter, plain"]["bytes"], 4)
        # Reading needs no script: the same words stand in the page with scripts turned off.
        sizes["words without scripts"] = words_of(site, launch, scripts=False)
        sizes["words"] = words_of(site, launch, scripts=True)
    return sizes


def words_of(site: str, launch: Launch, *, scripts: bool) -> int:
    """Give how many words of the chapter a reader sees, with scripts or without."""
    with launch() as chromium:
        context = chromium.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{site}/{CHAPTER}.html", wait_until="load")
        return len(page.locator("article").inner_text().split())


# ----------------------------------------------------------------------------- the whole


def measure(
    site: str,
    folder: Path,
    plain: str | None,
    work: Path,
    runs: int,
    playwright: Any,
    launch: Launch,
    wanted: Callable[[str], bool],
    *,
    quick: bool,
) -> dict[str, Any]:
    """Measure everything about the pages that is wanted.

    Parameters
    ----------
    site, folder : str and Path
        Address of the built book, without a slash at the end, and where it lies.
    plain : str or None
        Address of the plain build, where there is one.
    work : Path
        A folder for browser profiles that nobody needs afterwards.
    runs : int
        How often.
    playwright : Playwright
        What starts browsers that keep a profile.
    launch : callable
        Gives a context in which a browser runs that keeps none.
    wanted : callable
        Says of a part's name whether to measure it.
    quick : bool
        Leave out what takes minutes.
    """
    from tools import bench_lighthouse

    results: dict[str, Any] = {}
    (folder / BARE).write_text(BARE_PAGE, "utf-8")
    bare = folder / Path(BARE).stem
    bare.mkdir(exist_ok=True)
    for name in BARE_FILES:
        shutil.copyfile(ROOT / "node_modules" / "pyodide" / name, bare / name)
    try:
        if wanted("start"):
            print("== Start of an exercise, first visit", flush=True)
            results["exercise start"] = bench_start(site, runs, launch)
        if wanted("offline"):
            print("== Second visit, offline", flush=True)
            results["second visit, offline"] = bench_offline(folder, runs, playwright, work)
        if wanted("lite") and not quick:
            print("== The same exercise in JupyterLite", flush=True)
            if (folder / "lite" / "made.json").exists():
                results["exercise start, notebook"] = bench_lite(site, runs, launch)
            else:
                results["exercise start, notebook"] = {"missing": "the JupyterLite copy"}
                print("  Not compared: there is no JupyterLite copy. `make book` makes it.")
        if wanted("size"):
            print("== Bytes of a page", flush=True)
            results["bytes, gzip"] = bench_size(site, plain, launch)
    finally:
        (folder / BARE).unlink()
        shutil.rmtree(bare)
    if wanted("lighthouse") and not quick:
        print("== Lighthouse, mobile", flush=True)
        results["Lighthouse"] = bench_lighthouse.measure(site, min(runs, 3), os.environ)
    return results
