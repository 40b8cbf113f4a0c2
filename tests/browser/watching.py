"""What a browser did behind a page: requests, errors, and other hosts that it asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Route

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Should a request slip past the route below, it finds nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
# Addresses that stay within the page.
WITHIN = ("data:", "blob:", "about:")


@dataclass
class Watch:
    """What a browser did behind the page.

    Attributes
    ----------
    base : str
        The site's own address.
    requests : list of str
        Every address asked for.
    outside : list of str
        Those on another host; they were refused.
    errors : list of str
        Errors in the console, errors of scripts, and answers that were not found.
    """

    base: str
    requests: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def is_outside(self, url: str) -> bool:
        """Whether an address is on another host."""
        return not url.startswith((f"{self.base}/", *WITHIN))

    def on(self, context: BrowserContext) -> None:
        """Start watching everything that happens in a context."""
        context.on("request", lambda request: self._ask(request.url))
        context.on("response", self._answer)
        context.on("console", self._say)
        context.on("weberror", lambda fault: self.errors.append(f"script: {fault.error}"))
        context.route(re.compile(f"^(?!{re.escape(self.base)}/)"), self._refuse)

    def faults(self) -> list[str]:
        """Give all that should not have happened, and forget it."""
        found = [f"asked another host: {url}" for url in self.outside] + self.errors
        self.outside.clear()
        self.errors.clear()
        return found

    def _ask(self, url: str) -> None:
        self.requests.append(url)
        if self.is_outside(url):
            self.outside.append(url)

    def _refuse(self, route: Route) -> None:
        if route.request.url.startswith(WITHIN):
            route.continue_()
        else:
            route.abort()

    def _answer(self, response: Any) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status}: {response.url}")

    def _say(self, message: Any) -> None:
        # Chromium reports an answer that was not found twice: here and as a response.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(f"console: {message.text}")
