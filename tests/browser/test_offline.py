"""After a first start the exercises work without a network, and with one nothing old lives on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tools.serve import Site

pytestmark = pytest.mark.browser

FIRST = "exercises/01-map-your-system.html"
NEXT = "exercises/02-give-away-ownership.html"
START = 60_000


@pytest.fixture
def moving_site(built: Path, tmp_path: Path) -> Iterator[Site]:
    """Give a site of its own, without the parts that are large and never asked for."""
    folder = tmp_path / "site"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("pdf", "lite", "notebooks"))
    site = Site(folder)
    site.up()
    yield site
    site.down()


@pytest.fixture
def profile(browser: Browser, moving_site: Site) -> Iterator[BrowserContext]:
    """Give a browser profile that allows service workers."""
    opened = browser.new_context(base_url=f"{moving_site.address}/", locale="en-GB")
    yield opened
    opened.close()


def start(page: Page, name: str = "Start") -> None:
    page.get_by_role("button", name=name).click()
    expect(page.locator("#live-title")).to_have_text("Your change", timeout=START)


def first_name(page: Page) -> Locator:
    return page.get_by_role("group", name="Organisations", exact=True).get_by_label("Name row 1")


def test_a_second_visit_needs_no_network(profile: BrowserContext, moving_site: Site) -> None:
    """The page, Python, the forms and the next exercise all come from the browser."""
    page = profile.new_page()
    page.goto(FIRST)
    assert not page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)")
    start(page)
    expect(page.locator(".live-privacy")).to_contain_text("without a network", timeout=START)
    first_name(page).fill("Riverside Hospital")
    first_name(page).blur()
    page.wait_for_function("Object.values(localStorage).join().includes('Riverside Hospital')")

    moving_site.down()
    page.reload()
    start(page, "Carry on with your change")
    expect(first_name(page)).to_have_value("Riverside Hospital")
    expect(page.locator("figure.picture-live").first).to_be_visible()
    page.goto(NEXT)
    start(page, "Carry on with your change")


def test_a_new_release_is_taken_at_once(profile: BrowserContext, moving_site: Site) -> None:
    """Whoever is online gets today's files; those kept for a tunnel are brought up to date too."""
    page = profile.new_page()
    page.goto(FIRST)
    start(page)
    expect(page.locator(".live-privacy")).to_contain_text("without a network", timeout=START)
    html = moving_site.folder / FIRST
    html.write_text(html.read_text("utf-8").replace("Map your system", "Map your own system"))
    page.goto(FIRST)
    expect(page.locator("h1")).to_contain_text("Map your own system")
    start(page)
    expect(page.locator(".live-privacy")).to_contain_text("without a network", timeout=START)
    moving_site.down()
    page.goto(FIRST)
    expect(page.locator("h1")).to_contain_text("Map your own system")


def test_nothing_is_kept_of_what_was_typed(profile: BrowserContext, moving_site: Site) -> None:
    """The kept copies are files of the site, and no others."""
    page = profile.new_page()
    page.goto(FIRST)
    start(page)
    first_name(page).fill("Riverside Hospital")
    first_name(page).blur()
    expect(page.locator(".live-privacy")).to_contain_text("without a network", timeout=START)
    kept = page.evaluate(
        """async () => {
          const cache = await caches.open("handbook-1");
          const all = [];
          for (const request of await cache.keys()) {
            const text = await (await cache.match(request)).text();
            all.push([new URL(request.url).pathname, text.includes("Riverside Hospital")]);
          }
          return all;
        }"""
    )
    assert len(kept) > 20
    assert not [address for address, typed in kept if typed]
    missing = [address for address, _ in kept if not (moving_site.folder / address[1:]).exists()]
    assert not missing, json.dumps(missing)
    assert not [address for address, _ in kept if address.startswith(("/lite/", "/pdf/"))]


def test_where_the_browser_refuses_all_goes_on(profile: BrowserContext) -> None:
    """As in a private window: nothing is said, nothing is lost."""
    page = profile.new_page()
    page.add_init_script(
        "navigator.serviceWorker.register = () => Promise.reject(new DOMException('No.'));"
    )
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(FIRST)
    start(page)
    first_name(page).fill("Riverside Hospital")
    page.wait_for_timeout(3000)
    expect(page.locator(".live-privacy")).not_to_contain_text("without a network")
    assert errors == []
