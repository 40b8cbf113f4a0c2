"""What every test may ask for: the built book, its pages, and an address to open them at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from built_book import BUILT, fault_of, page_addresses

from tools.serve import serve


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `address` one case a page."""
    if "address" in metafunc.fixturenames:
        # Without a build there is one case, and the fixture `built` says what to do.
        metafunc.parametrize("address", page_addresses(BUILT) or ["book/index.html"])


@pytest.fixture(scope="session")
def built() -> Path:
    """Give the folder of the built book."""
    if fault := fault_of(BUILT):
        pytest.fail(fault, pytrace=False)
    return BUILT


@pytest.fixture(scope="session")
def pages(built: Path) -> list[str]:
    """Give the address of every page of the book, from the site's root."""
    return page_addresses(built)


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """Serve the built book on a free port of this machine; give the address of its root."""
    server = serve(built)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
