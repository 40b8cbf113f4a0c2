"""What the bench asks of the built site is there, so that no run of it ends in the middle."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from playwright.sync_api import Browser

from tools import bench_package

pytestmark = pytest.mark.browser


def test_the_import_of_the_package_is_timed(browser: Browser, site: str) -> None:
    """The site's own Pyodide and wheels, without the worker that starts an exercise."""
    told = bench_package.bench_import(site, 1, lambda: nullcontext(browser))
    assert told["runs"] == 1
    assert told["ours_seconds"] > 0
