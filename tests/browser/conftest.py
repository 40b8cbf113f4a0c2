"""A browser for the tests, which never lets a page ask another host for anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from watching import QUIET, Watch

from tools import browser as browsers


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a Chromium or Chrome, with nothing in it."""
    path = browsers.find()
    if path is None:
        pytest.fail(browsers.HOW, pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    """Give the record of what the pages of this test do; no page may ask another host."""
    record = Watch(site)
    yield record
    assert not record.outside, f"asked another host: {record.outside}"


@pytest.fixture
def context(browser: Browser, site: str, watch: Watch) -> Iterator[BrowserContext]:
    """Give a browser profile of its own, 1280 pixels wide, watched."""
    opened = browser.new_context(
        base_url=f"{site}/", viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    watch.on(opened)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give an empty page; `watch` holds its errors and requests."""
    return context.new_page()
