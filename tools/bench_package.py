"""Measure the package: its simulation, its map, its workbooks and its import in the browser.

`tools.bench` runs this together with the measurements of the book. By itself it is
``python -m tools.bench_package``, and results go to ``_build/bench-package.json``. As there,
figures are ratios to another tool, or of one size to the next, all taken in the same run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
from system_leadership import Change, Organisation, Person, Stance, Tie, network, system_map
from system_leadership import coalition_model as model
from system_leadership import thresholds as growth_rule
from system_leadership.change import TIE_KINDS
from system_leadership.map_marks import MOST_BOXES
from system_leadership.system_network import _build as map_cache
from system_leadership.workbook import OURS

from tools.bench_common import ROOT, launcher, ratio, serving

MISSING = "Not compared with {0}: it is not installed. Run `pip install -r locks/bench.txt`."
COALITIONS = ((40, 120, 200), (300, 900, 60))
"""Organisations, ties between them, and draws."""
PEOPLE = (10, 100, 1000, 5000)
ROWS = {"organisations": 500, "people": 1500, "ties": 3000}
LONG = 2.0
"""Seconds from which three runs are enough."""
IMPORT_LIMIT = 0.3
DEPENDENCIES = "import attr, ruamel.yaml"
PACKAGE = "import system_leadership, system_leadership.system_map, system_leadership.forms"

# Pyodide in a worker, as in an exercise; gives the seconds for each of the sources, in turn.
TIME_IMPORTS = """async ([lock, ...sources]) => {
  const live = location.origin + "/_static/live/";
  const work = `
    import { loadPyodide } from "${live}pyodide/pyodide.mjs";
    onmessage = async ({ data }) => {
      try {
        const python = await loadPyodide({
          indexURL: "${live}pyodide/", packageBaseUrl: "${live}pyodide/",
          lockFileContents: data.lock,
        });
        const { wheels } = await (await fetch("${live}manifest.json")).json();
        for (const wheel of wheels)
          python.unpackArchive(await (await fetch("${live}" + wheel)).arrayBuffer(), "wheel");
        python.runPython("pass");
        const took = data.sources.map((source) => {
          const began = performance.now();
          python.runPython(source);
          return (performance.now() - began) / 1000;
        });
        postMessage({ took });
      } catch (error) { postMessage({ error: String(error) }); }
    };`;
  const code = URL.createObjectURL(new Blob([work], { type: "text/javascript" }));
  const worker = new Worker(code, { type: "module" });
  worker.postMessage({ lock, sources });
  const answer = await new Promise((done) => { worker.onmessage = (event) => done(event.data); });
  worker.terminate();
  if (answer.error) throw new Error(answer.error);
  return answer.took;
}"""


# ----------------------------------------------------------------------------- arithmetic


def clocked(
    work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, Any]:
    """Give the seconds that some work takes, and what it gives."""
    began = clock()
    value = work()
    return clock() - began, value


def in_turns(ours: Callable[[], Any], plain: Callable[[], Any], runs: int) -> dict[str, Any]:
    """Let the two sides take turns, once more than is counted; both must give the same.

    Raises
    ------
    ValueError
        If they do not: then their times do not compare.
    """
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    for run in range(runs + 1):
        (took, mine), (plainly, theirs) = clocked(ours), clocked(plain)
        if mine != theirs:
            raise ValueError("The two sides do not give the same, so their times do not compare.")
        if run:  # the first warms both
            times["ours"].append(took)
            times["plain"].append(plainly)
    return ratio(times)


def enough(taken: Sequence[float], runs: int) -> bool:
    """Say whether to stop measuring: three runs where it is long, more where it is very short."""
    if len(taken) >= 3 and statistics.median(taken) >= LONG:
        return True
    return len(taken) >= runs and (sum(taken) >= 0.05 or len(taken) >= 50)


def seconds_of(work: Callable[[], Any], prepare: Callable[[], Any], runs: int) -> float:
    """Give the median seconds of some work; what prepares each run is not counted.

    These are the processor's seconds: sizes cannot take turns as two tools can, and what else the
    machine does meanwhile must not look like growth.
    """
    taken: list[float] = []
    while not enough(taken, runs):
        prepare()
        taken.append(clocked(work, time.process_time)[0])
    return statistics.median(taken)


def exponents(sizes: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """Give the power of the size by which time grows, from each size to the next.

    1 means that twice the size takes twice the time, 2 that it takes four times the time.
    """
    pairs = list(zip(sizes, seconds, strict=True))
    return [
        round(math.log(later / sooner) / math.log(large / small), 2)
        for (small, sooner), (large, later) in pairwise(pairs)
    ]


def installed(name: str) -> bool:
    """Say whether a tool to compare with is there; if not, tell in one line how to get it."""
    if importlib.util.find_spec(name) is not None:
        return True
    print("  " + MISSING.format(name), flush=True)
    return False


# ----------------------------------------------------------------------------- changes


def drawn_change(organisations: int, people: int, ties: int, seed: int = 2026) -> Change:
    """Draw a change, the same for the same seed; a few names have most of the ties, as in life."""
    chance = random.Random(seed)
    homes = [Organisation(f"Organisation {n}", f"Sector {n % 6}") for n in range(organisations)]
    staff: list[Person] = []
    for n in range(people):
        manager = chance.choice(staff).name if staff and chance.random() < 0.3 else ""
        staff.append(Person(f"Person {n}", chance.choice(homes).name, "nurse", manager))
    names = [row.name for row in (*homes, *staff)]
    drawn: dict[tuple[str, str], Tie] = {}
    while len(drawn) < ties:
        one, other = names[int(len(names) * chance.random() ** 2)], chance.choice(names)
        if one != other:
            drawn[one, other] = Tie(one, other, chance.choice(TIE_KINDS), chance.randint(0, 10))
    stances = [Stance(row.name, chance.randint(0, 10), chance.randint(-2, 5)) for row in homes]
    return Change(
        title="A change to measure",
        organisations=homes,
        people=staff,
        ties=list(drawn.values()),
        stances=stances,
        you=names[-1],
    )


# ----------------------------------------------------------------------------- the coalition


def mesa_run(tied: growth_rule.Net, first: Sequence[int]) -> Callable[[Sequence[float]], int]:
    """Write growth by thresholds with Mesa; give what runs it and says how many are in.

    Every agent decides, then every agent acts, until nobody moves. The agents are made once and
    used for every draw, which spares Mesa the time to make them.
    """
    import mesa

    class Member(mesa.Agent):  # type: ignore[misc]
        into: tuple[tuple[Member, float], ...] = ()

        def begin(self, at: float, joined: bool) -> None:
            self.at, self.joined, self.next = at, joined, joined

        def decide(self) -> None:
            if not self.joined:
                share = sum(weight for other, weight in self.into if other.joined)
                self.next = share >= self.at - 1e-9 and share > 0

        def advance(self) -> None:
            if self.next and not self.joined:
                self.joined = self.model.moved = True

    class Coalition(mesa.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(rng=1)
            self.members = [Member(self) for _ in range(tied.size)]
            into: list[list[tuple[Member, float]]] = [[] for _ in self.members]
            for place, others in enumerate(tied.out):
                for other, share in others:
                    into[other].append((self.members[place], share))
            for member, rows in zip(self.members, into, strict=True):
                member.into = tuple(rows)

        def step(self) -> None:
            self.moved = False
            self.agents.do("decide")
            self.agents.do("advance")

    coalition, among = Coalition(), set(first)

    def run(at: Sequence[float]) -> int:
        for place, member in enumerate(coalition.members):
            member.begin(at[place], place in among)
        coalition.moved = True
        while coalition.moved:
            coalition.step()
        return sum(member.joined for member in coalition.members)

    return run


def bench_coalition(runs: int) -> dict[str, Any]:
    """Growth of a coalition over many draws, against the same model written with Mesa."""
    if not installed("mesa"):
        return {"missing": "mesa"}
    results = {}
    for size, ties, draws in COALITIONS:
        change = drawn_change(size, 0, ties)
        assume = model.Assumptions()
        cast = model.cast_of(change)
        tied = growth_rule.net(size, cast.ties, assume.own)
        drawn = model.draw_thresholds(cast, model.thresholds(change), draws, 1, assume)
        first = [0, 1, 2]
        theirs = mesa_run(tied, first)

        def ours(tied=tied, drawn=drawn, first=first, assume=assume) -> list[int]:
            grown = model.run_all(tied, drawn, first, assume)
            return [sum(joined >= 0 for joined in one) for one in grown]

        def plain(theirs=theirs, drawn=drawn) -> list[int]:
            return [theirs(at) for at in drawn.at]

        one = in_turns(ours, plain, runs)
        one |= {"draws": draws, "mean_coalition": round(statistics.mean(ours()), 1)}
        results[str(size)] = one
        print(f"  {size} organisations: {one['ratio']:.3f} of Mesa's time", flush=True)
    return results


# ----------------------------------------------------------------------------- the map


def steps_of(change: Change) -> dict[str, tuple[Callable[[], Any], Callable[[], Any]]]:
    """Give what is measured of a map: the work, and what must be there before it.

    The map is kept once built, and who brokers is kept with it; so that each part is counted by
    itself, the kept map is put away before the first two.
    """

    def anew() -> None:
        map_cache.cache_clear()

    def built() -> None:
        anew()
        system_map.build(change)

    def nothing() -> None:
        pass

    return {
        "build": (lambda: system_map.build(change), anew),
        "brokers": (lambda: system_map.brokers(change), built),
        "reach": (lambda: system_map.reach(change), nothing),
        "gaps": (lambda: system_map.gaps(change), nothing),
        "picture": (lambda: system_map.draw(change), nothing),
    }


def bench_map(runs: int, sizes: Sequence[int] = PEOPLE) -> dict[str, Any]:
    """Measures and layout of a system map, from size to size."""
    seconds: dict[str, list[float]] = {}
    about = {}
    for people in sizes:
        change = drawn_change(max(3, people // 10), people, 3 * people)
        for name, (work, prepare) in steps_of(change).items():
            seconds.setdefault(name, []).append(seconds_of(work, prepare, runs))
        made = system_map.build(change)
        links = len(made.links)
        about[str(people)] = {
            "names": len(made.nodes),
            "ties": links,
            "drawn_as": "dots" if len(made.nodes) > MOST_BOXES else "boxes",
            "seconds": {name: float(f"{each[-1]:.3g}") for name, each in seconds.items()},
            "microseconds_a_tie": {
                name: float(f"{1e6 * each[-1] / links:.3g}") for name, each in seconds.items()
            },
        }
        print(f"  {people} people, {links} ties: measured", flush=True)
    growth = {name: exponents(sizes, each) for name, each in seconds.items()}
    return {"people": about, "growth": growth}


def bench_brokers(runs: int, people: int = 1000) -> dict[str, Any]:
    """Betweenness, the one measure that grows with the square, against NetworkX."""
    if not installed("networkx"):
        return {"missing": "networkx"}
    import networkx

    change = drawn_change(people // 10, people, 3 * people)
    neighbours = system_map.build(change).neighbours
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(neighbours)))
    graph.add_edges_from((p, other) for p, each in enumerate(neighbours) for other in each)

    def ours() -> list[float]:
        return [round(each, 9) for each in network.betweenness(neighbours)]

    def plain() -> list[float]:
        found = networkx.betweenness_centrality(graph)
        return [round(found[p], 9) for p in range(len(neighbours))]

    return in_turns(ours, plain, runs)


# ----------------------------------------------------------------------------- the workbook


def openpyxl_cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Read every cell of a workbook with openpyxl alone, in the quicker of its two ways."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    cells = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    book.close()
    return cells


def only_filled(
    cells: Mapping[str, Sequence[Sequence[Any]]],
) -> dict[str, dict[tuple[int, int], Any]]:
    """Give what stands in each sheet by row and column, without the cells that hold nothing.

    A blank cell may be in a file for its looks, or not be in it at all.
    """
    return {
        title: {
            (line, place): value
            for line, row in enumerate(rows, 1)
            for place, value in enumerate(row, 1)
            if value is not None
        }
        for title, rows in cells.items()
    }


def openpyxl_write(path: Path, cells: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Write cells with openpyxl alone, in the quicker of its two ways: values and nothing else."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for title, rows in cells.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)


def bench_workbook(folder: Path, runs: int) -> dict[str, Any]:
    """Load and save 5,000 rows, against openpyxl alone reading and writing the same cells.

    That the cells are the same is shown by reading each side's file with the other: openpyxl finds
    the same cells in both, and the package finds the same change in both.
    """
    drawn = drawn_change(ROWS["organisations"], ROWS["people"], ROWS["ties"])
    change = attrs.evolve(drawn, stances=())
    first, second = folder / "first.xlsx", folder / "second.xlsx"
    change.save(first)
    cells = openpyxl_cells(first)
    number = 0

    def ours_save() -> None:
        nonlocal number
        number += 1
        change.save(folder / f"ours-{number}.xlsx")  # each a new file, as on the other side

    def plain_save() -> None:
        openpyxl_write(folder / f"plain-{number}.xlsx", cells)

    saved = in_turns(ours_save, plain_save, runs)
    openpyxl_write(second, cells)
    held = only_filled(cells)
    if only_filled(openpyxl_cells(second)) != held:
        raise ValueError("openpyxl did not write the cells that it was given.")
    both = [Change.load(path) for path in (first, second)]
    if both != [change, change]:
        raise ValueError("The workbook does not give back the change, so times do not compare.")

    def ours_load() -> None:
        Change.load(first)

    def plain_load() -> None:
        openpyxl_cells(first)

    loaded = in_turns(ours_load, plain_load, runs)
    return {
        "rows": sum(ROWS.values()),
        "cells": sum(map(len, held.values())),
        "cells_that_explain": sum(len(sheet) for title, sheet in held.items() if title in OURS),
        "save": saved,
        "load": loaded,
    }


# ----------------------------------------------------------------------------- the browser


def bench_import(site: str, runs: int, launch: Callable[[], Any]) -> dict[str, Any]:
    """Import the package in Pyodide, beyond its dependencies, against importing these."""
    times: dict[str, list[float]] = {"ours": [], "plain": []}
    full = ROOT / "node_modules" / "pyodide" / "pyodide-lock.json"
    lock = {"info": json.loads(full.read_text("utf-8"))["info"], "packages": {}}
    with launch() as chromium:
        for run in range(runs + 1):
            page = chromium.new_page()
            page.goto(f"{site}/_static/live/manifest.json")
            plain, ours = page.evaluate(TIME_IMPORTS, [lock, DEPENDENCIES, PACKAGE])
            page.close()
            if run:  # the first fills the browser's cache
                times["ours"].append(ours)
                times["plain"].append(plain)
    print(f"  import: {statistics.median(times['ours']):.2f} s", flush=True)
    return {**ratio(times), "fastest_seconds": round(min(times["ours"]), 3), "limit": IMPORT_LIMIT}


# ----------------------------------------------------------------------------- the whole


def measure(site: str, work: Path, runs: int, launch: Callable[[], Any]) -> dict[str, Any]:
    """Measure everything about the package.

    Parameters
    ----------
    site : str
        Address of the built book, without a slash at the end.
    work : Path
        A folder for files that nobody needs afterwards.
    runs : int
        How often to measure what is short; three times is enough for what is long.
    launch : callable
        Gives a context in which a browser runs.

    Returns
    -------
    dict
        To be merged into the results of `tools.bench`.
    """
    results: dict[str, Any] = {}
    print("== Coalition against Mesa", flush=True)
    results["coalition against Mesa"] = bench_coalition(runs)
    print("== Measures and layout of a map", flush=True)
    results["system map"] = bench_map(runs)
    results["brokers against NetworkX"] = bench_brokers(min(runs, 3))
    print("== Workbook of 5,000 rows", flush=True)
    results["workbook"] = bench_workbook(work, runs)
    print("== Import in the browser", flush=True)
    results["import in the browser"] = bench_import(site, runs, launch)
    return results


def against(name: str, one: Mapping[str, Any], other: str) -> str:
    """Give one ratio as a line for people."""
    if "missing" in one:
        return f"  {name:28} {MISSING.format(one['missing'])}"
    low, high = one["ratio_range"]
    return (
        f"  {name:28} {one['ratio']:.3f}  ({low:.3f} to {high:.3f})  against {other}: "
        f"{one['ours_seconds']:.3f} s and {one['plain_seconds']:.3f} s, {one['runs']} runs"
    )


def report(results: Mapping[str, Any]) -> str:
    """Give the results as lines for people."""
    lines = ["The package, ratio of ours to the other tool (median, range), in the same run:"]
    grown = results["coalition against Mesa"]
    if "missing" in grown:
        lines.append(against("coalition", grown, "Mesa"))
    else:
        for size, one in grown.items():
            lines.append(against(f"coalition of {size}", one, "Mesa"))
    lines.append(against("brokers, 1,000 people", results["brokers against NetworkX"], "NetworkX"))
    book = results["workbook"]
    for name in ("save", "load"):
        lines.append(against(f"{name} {book['rows']:,} rows", book[name], "openpyxl alone"))
    told = results["import in the browser"]
    lines.append(against("import in the browser", told, "its dependencies"))
    if told["ours_seconds"] >= told["limit"]:
        lines.append(
            f"  The import should take less than {told['limit']} s; "
            f"the fastest of {told['runs']} took {told['fastest_seconds']:.2f} s."
        )
    made = results["system map"]
    sizes = list(made["people"])
    lines.append(f"A map of {', '.join(f'{int(size):,}' for size in sizes)} people:")
    for name, powers in made["growth"].items():
        per_tie = [f"{made['people'][size]['microseconds_a_tie'][name]:g}" for size in sizes]
        lines.append(
            f"  {name:28} {', '.join(per_tie)} microseconds a tie; "
            f"time grows with the power {', '.join(f'{power:.1f}' for power in powers)}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure the package alone, and print the ratios."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="Measure the package against other tools.")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    site_folder = ROOT / "_build" / "html"
    if not (site_folder / "_static" / "live" / "manifest.json").exists():
        print("Run `make book` first: the bench opens the built book.", file=sys.stderr)
        return 1
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary).resolve()
        with serving(site_folder) as site:
            results = measure(site, work, options.runs, launcher(playwright))
    told = json.dumps(results, indent=2) + "\n"
    (ROOT / "_build" / "bench-package.json").write_text(told, "utf-8")
    print("\n" + report(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
