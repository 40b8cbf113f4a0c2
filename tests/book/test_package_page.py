"""The page about the package: all that is public stands on it, and it follows the package."""

from __future__ import annotations

import gzip
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import package_pages
import pytest
from bs4 import BeautifulSoup, Tag
from system_leadership.change import TABLES, Change

PAGE = "book/reference/package.html"
HEAVIEST = 65_000


@pytest.fixture(scope="module")
def page(built: Path) -> BeautifulSoup:
    """Give the built page."""
    return BeautifulSoup((built / PAGE).read_text(encoding="utf-8"), "html.parser")


def described(page: BeautifulSoup, name: str) -> Tag:
    """Give what stands under a name of the package, by its full name."""
    signature = page.find("dt", id=name)
    assert isinstance(signature, Tag), f"{name} is not on the page"
    assert isinstance(signature.parent, Tag)
    return signature.parent


def public() -> Iterator[tuple[str, str]]:
    """Give all that is public, with the module it is made public by."""
    for module in sorted(package_pages.public_names()):
        yield from ((module, name) for name in package_pages.module_named(module).__all__)


def test_all_that_is_public_stands_in_its_module(page: BeautifulSoup) -> None:
    """Each module has a section, which has or links to each of its names."""
    missing = []
    for module, name in public():
        section = page.find(id=f"module-{module}")
        assert section is not None, f"{module} has no section"
        places = [str(part["id"]) for part in section.select("dt[id]")]
        places += [str(link["href"]) for link in section.select("a[href^='#']")]
        if not any(place.endswith(f".{name}") for place in places):
            missing.append(f"{module}.{name}")
    assert missing == []


def test_a_function_says_what_it_takes_and_gives(page: BeautifulSoup) -> None:
    """Signature with links, parameters, result, errors and an example."""
    grow = described(page, "system_leadership.coalition.grow")
    assert "→ Growth" in " ".join(grow.dt.get_text().split())
    links = [link["href"] for link in grow.dt.find_all("a")]
    assert "#system_leadership.change.Change" in links
    fields = [part.get_text(strip=True) for part in grow.select(".field-list > dt")]
    assert fields == ["Parameters:", "Returns:", "Raises:"]
    assert "1 or more" in grow.get_text()
    assert ">>> grow(change" in grow.pre.get_text()


def test_a_row_says_what_each_column_takes(page: BeautifulSoup) -> None:
    """The range of a number and what may be chosen come from the table's columns."""
    stance = " ".join(described(page, "system_leadership.change.Stance").get_text().split())
    assert "support (number)" in stance
    assert "Give a number from -5 to 5." in stance
    for table in TABLES.values():
        if table.row is not Change:
            name = f"system_leadership.change.{table.row.__name__}"
            rows = described(page, name).get_text()
            own = [each.attribute for each in table.columns if each.name not in ("note", "source")]
            assert [each for each in own if each not in rows] == []


def test_sources_lead_to_the_bibliography(page: BeautifulSoup) -> None:
    """Keys of references are links, and none is left as it was typed."""
    section = page.find(id="module-approvals")
    links = [str(link["href"]) for link in section.select("a[href*='bibliography']")]
    assert any("malcolm1959" in link for link in links)
    assert "malcolm1959" not in section.get_text()
    assert "[1]_" not in page.get_text()


def test_what_is_inside_has_a_line_each(page: BeautifulSoup) -> None:
    """Modules that are not public are in the table, and no public one is."""
    section = page.find(id="what-is-inside")
    listed = {row.find("td").get_text() for row in section.select("tbody tr")}
    assert listed == set(package_pages.module_names()) - package_pages.public_names()


def test_page_is_light(built: Path) -> None:
    """It is long; what it weighs on the way to a reader stays within reason."""
    assert len(gzip.compress((built / PAGE).read_bytes())) < HEAVIEST


def test_only_this_page_loads_its_style(built: Path) -> None:
    """Other pages need not carry it."""
    assert "package.css" in (built / PAGE).read_text("utf-8")
    assert "package.css" not in (built / "book/index.html").read_text("utf-8")


def test_search_does_not_put_functions_before_chapters(built: Path) -> None:
    """The search index has the page's words, but no list of objects."""
    index = (built / "searchindex.js").read_text("utf-8")
    assert '"objects": {}' in index
    assert "book/reference/package" in index


# ---------------------------------------------------------------------------- the extension


def test_notes_become_works() -> None:
    """Neighbours share brackets; a note without a known key keeps its number; text is kept."""
    typed = [
        "Slow [1]_ [2]_, and not [3]_.", "", "References", "----------",
        ".. [1] Fish, A.", "   (2014), fish2014: quick.", ".. [2] Holt (2015), holt2015.",
        ".. [3] Unknown (2016).",
    ]  # fmt: skip
    assert package_pages.link_works(typed, ["fish2014", "holt2015"]) == [
        "Slow (:work:`fish2014,holt2015`), and not [3].", "", "References", "----------",
        "*  Fish, A.", "   (2014) [:work:`fish2014`]: quick.", "*  Holt (2015) [:work:`holt2015`].",
        "*  Unknown (2016).",
    ]  # fmt: skip


def test_references_without_numbers_part() -> None:
    """Each gets a paragraph, and keys elsewhere in the text stay as they are."""
    typed = ["After fish2014.", "", "References", "----------",
             "Fish. A book. (fish2014)", "Holt. Another.", "(holt2015)."]  # fmt: skip
    made = package_pages.link_works(typed, ["fish2014", "holt2015"])
    assert made[0] == "After fish2014."
    assert made[4:] == ["Fish. A book. [:work:`fish2014`]", "", "Holt. Another.",
                        "[:work:`holt2015`]."]  # fmt: skip


def env_with(**about: Any) -> Any:
    """Give as much of an environment as the checks look at."""
    return SimpleNamespace(
        metadata={"book/index": {}, "package": {"package-modules": about}},
    )


def test_a_public_module_that_is_left_out_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a module public is told to put it on the page."""
    told: list[str] = []
    warn = SimpleNamespace(warning=lambda text, *values, **_: told.append(text % values))
    monkeypatch.setattr(package_pages, "logger", warn)
    every = sorted(package_pages.public_names())
    package_pages._check(None, env_with(shown=every))
    assert told == []
    package_pages._check(None, env_with(shown=every[1:]))
    assert told == [f"The package's page leaves out `{every[0]}`."]


def test_page_is_read_again_when_a_module_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file is in no list of files that the page depends on."""
    env = env_with(all=package_pages.module_names())
    assert package_pages._outdated(None, env, set(), set(), set()) == []
    monkeypatch.setattr(package_pages, "module_names", lambda: ["new"])
    assert package_pages._outdated(None, env, set(), set(), set()) == ["package"]


def test_a_name_described_elsewhere_is_not_described_twice() -> None:
    """`change` passes `Fault` on, which `faults` documents; constants are found where made."""
    found = {path.split(".", 1)[1]: kind for kind, path in package_pages.members("change")}
    assert found["faults.Fault"] == ""
    assert found["change.Tie"] == "autoclass"
    assert next(iter(found)) == "change.Change"
    assert ("autodata", "system_leadership.coalition_model.GUARANTEE") in list(
        package_pages.members("coalition")
    )


def test_every_module_says_what_it_is_for() -> None:
    """The table of what is inside has something to show for each."""
    for name in package_pages.module_names():
        assert len(package_pages.purpose(importlib.import_module(f"system_leadership.{name}"))) > 20
