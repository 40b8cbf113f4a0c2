"""Every page in a real browser: light and dark, wide and narrow, by keyboard, without scripts."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from built_book import ROOT
from playwright.sync_api import Browser, BrowserContext, Page
from watching import Watch

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)
COLOURS = ("light", "dark")
# WCAG 2.5.8, in CSS pixels.
LEAST_TARGET = 24
FRONT = "book/index.html"


@pytest.fixture(scope="module")
def shared(browser: Browser, site: str) -> Iterator[tuple[Page, Watch]]:
    """Give one page for all the pages of the book, which saves a profile for each."""
    watch = Watch(site)
    context = browser.new_context(base_url=f"{site}/", locale="en-GB")
    watch.on(context)
    yield context.new_page(), watch
    context.close()


def axe(page: Page, rules: list[str] | None = None) -> list[str]:
    """Give the violations that axe finds, a line each.

    Parameters
    ----------
    page : Page
        An open page.
    rules : list of str, optional
        Only these rules of axe; else all of WCAG 2.0 to 2.2 A and AA, and good practice.
    """
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.add_script_tag(content=axe_script(AXE))
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only
    )
    return [
        f"{fault['id']}: {fault['help']}: {node['target'][0]}: {node['html'][:120]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def contrast_by_button(page: Page) -> list[str]:
    """Give faults of contrast where a reader chose other colours than the system's."""
    faults = []
    for system, chosen in (("light", "dark"), ("dark", "light")):
        page.emulate_media(color_scheme=system)
        page.evaluate("chosen => { document.documentElement.dataset.theme = chosen }", chosen)
        found = axe(page, ["color-contrast"])
        faults += [f"{chosen} by the button, {system} by the system: {fault}" for fault in found]
    page.evaluate("delete document.documentElement.dataset.theme")
    page.emulate_media(color_scheme="light")
    return faults


@functools.cache
def axe_script(path: Path) -> str:
    """Read axe once."""
    return path.read_text(encoding="utf-8")


def overflow(page: Page) -> list[str]:
    """Give what is wider than the window, if the page scrolls sideways."""
    return page.evaluate("""() => {
        const root = document.documentElement;
        if (root.scrollWidth <= root.clientWidth) return [];
        const wide = [...document.querySelectorAll("body *")].filter(part =>
            part.getBoundingClientRect().right > root.clientWidth + 1);
        const inner = wide.filter(part =>
            !wide.some(other => other !== part && part.contains(other)));
        return [`the page is ${root.scrollWidth} px wide`,
            ...inner.slice(0, 5).map(part => part.outerHTML.slice(0, 120))];
    }""")


def small_targets(page: Page) -> list[str]:
    """Give the links, buttons and fields of header, menus and footer that are too small to hit."""
    return page.evaluate(
        """least => [...document.querySelectorAll(
            "header :is(a, button, input, select, summary), nav :is(a, button, summary)")]
            .filter(part => part.checkVisibility({visibilityProperty: true}))
            .map(part => [part, part.getBoundingClientRect()])
            .filter(([, box]) => box.width < least || box.height < least)
            .map(([part, box]) => `${box.width.toFixed(1)} by ${box.height.toFixed(1)} px: ` +
                part.outerHTML.slice(0, 120))""",
        LEAST_TARGET,
    )


def walk(page: Page) -> list[str]:
    """Press Tab from the top to the end; give what is wrong for people who use a keyboard.

    Returns
    -------
    list of str
        Focus that does not show or cannot be seen, circles, and what Tab never reached.
    """
    page.evaluate(BEFORE_WALK)
    # Some stops appear on the way, such as a note that scrolls; the walk is longer by those.
    left = page.evaluate("tabWalk.expected.length")
    most = 2 * left + 20
    while left and most > 0:
        for _ in range(left):
            page.keyboard.press("Tab")
        most -= left
        left = page.evaluate("tabWalk.left()")
    return page.evaluate("""() => {
        const name = part => part.outerHTML.slice(0, 120);
        const reached = new Set(tabWalk.stops.map(stop => stop.part));
        return [
            ...tabWalk.stops.flatMap(({part, faults}) =>
                faults.map(fault => `${fault}: ${name(part)}`)),
            ...tabWalk.expected.filter(part => !reached.has(part))
                .map(part => `Tab never gets to: ${name(part)}`)];
    }""")


BEFORE_WALK = """() => {
    // A moving page would be measured half-way.
    const still = document.createElement("style");
    still.textContent = "*, ::before, ::after { transition: none !important; " +
        "animation: none !important; scroll-behavior: auto !important }";
    document.head.append(still);
    const looks = style => [style.outlineStyle, style.outlineWidth, style.outlineColor,
        style.boxShadow, style.backgroundColor, style.borderColor, style.textDecorationLine].join();
    const stops = [], before = new Map();
    const could = "a[href], button, input, select, textarea, summary, [tabindex]";
    const expected = [...document.querySelectorAll(could)].filter(part =>
        part.tabIndex >= 0 && !part.disabled && part.checkVisibility({visibilityProperty: true}) &&
        (part.localName !== "summary" || part.matches("details > summary:first-of-type")));
    for (const part of expected) before.set(part, looks(getComputedStyle(part)));
    const reached = new Set();
    const left = () => expected.filter(part => !reached.has(part)).length;
    document.addEventListener("focusin", event => {
        if (!left()) return;
        const part = event.target, style = getComputedStyle(part), faults = [];
        const box = part.getBoundingClientRect();
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
        if (!outlined && looks(style) === before.get(part)) faults.push("focus does not show");
        if (!part.checkVisibility({opacityProperty: true, visibilityProperty: true}))
            faults.push("focus on something that cannot be seen");
        if (box.width < 2 || box.height < 2 || box.bottom <= 0 || box.right <= 0 ||
            box.top >= innerHeight || box.left >= innerWidth)
            faults.push("focus outside the window");
        if (reached.has(part) && before.has(part)) faults.push("focus goes back to");
        reached.add(part);
        stops.push({part, faults});
    });
    window.tabWalk = {stops, expected, left};
    document.activeElement?.blur();
    scrollTo(0, 0);
}"""


def fail_with(address: str, faults: list[str]) -> None:
    """Fail with a line for each fault of a page, if there are any."""
    if faults:
        pytest.fail("\n  ".join([address, *dict.fromkeys(faults)]), pytrace=False)


# ---------------------------------------------------------------------------- every page


def test_page_reads_well_in_every_mode(address: str, site: str, shared: tuple[Page, Watch]) -> None:
    """No fault by axe, no error, no other host, no sideways scroll, targets large enough."""
    page, watch = shared
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(f"{site}/{address}")
    page.evaluate("document.fonts.ready")
    faults: list[str] = []
    for colours in COLOURS:
        page.emulate_media(color_scheme=colours)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for found in (axe(page), overflow(page), small_targets(page)):
                faults += [f"{colours}, {width} px: {fault}" for fault in found]
    faults += contrast_by_button(page)
    faults += watch.faults()
    fail_with(address, faults)


def test_folded_parts_are_as_good_unfolded(
    address: str, site: str, shared: tuple[Page, Watch]
) -> None:
    """Tables and code that stand folded pass the same checks when they are opened."""
    page, watch = shared
    page.set_viewport_size({"width": 320, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(f"{site}/{address}")
    folded = page.evaluate("""() => {
        const folded = [...document.querySelectorAll("details:not([open])")];
        folded.forEach(part => part.open = true);
        return folded.length;
    }""")
    if not folded:
        assert overflow(page) == []
        return
    faults = [*axe(page), *overflow(page), *contrast_by_button(page), *watch.faults()]
    fail_with(address, faults)


def test_page_works_by_keyboard(address: str, site: str, shared: tuple[Page, Watch]) -> None:
    """Tab reaches everything once, in view, with visible focus, and leaves at the end."""
    page, _ = shared
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(f"{site}/{address}")
    fail_with(address, walk(page))


def test_page_reads_without_scripts(address: str, site: str, bare: tuple[Page, Watch]) -> None:
    """Title, text and contents are there when scripts are refused."""
    page, watch = bare
    page.goto(f"{site}/{address}")
    assert page.locator("h1").first.is_visible()
    assert page.locator("main").inner_text().strip()
    page.locator("a.contents-link").click()
    assert page.url.endswith("#contents")
    links = page.locator("nav.site-contents a")
    assert links.count() > 3
    assert links.first.is_visible()
    fail_with(address, watch.faults())


def test_page_prints_without_header_and_menus(
    address: str, site: str, shared: tuple[Page, Watch]
) -> None:
    """On paper the text stands alone, dark on light."""
    page, _ = shared
    # Browsers print with the light scheme; a reader may still have chosen dark by the button.
    page.emulate_media(media="print", color_scheme="light")
    page.goto(f"{site}/{address}")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    try:
        for part in ("header.site-header", "nav.site-contents", ".skip-link", "nav.page-turn"):
            for found in page.locator(part).all():
                assert not found.is_visible(), f"{address} prints {part}"
        assert page.locator("h1").first.is_visible()
        ink, paper = page.evaluate("""() => {
            const style = getComputedStyle(document.body);
            return [style.color, style.backgroundColor].map(colour => {
                const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
                return a ? .2126 * r + .7152 * g + .0722 * b : 255;
            });
        }""")
        assert ink < 80 < 200 < paper, f"{address} prints light text, or on a dark ground"
    finally:
        page.emulate_media(media="screen", color_scheme="light")


@pytest.fixture(scope="module")
def bare(browser: Browser, site: str) -> Iterator[tuple[Page, Watch]]:
    """Give a page of a browser that runs no scripts, as narrow as a phone."""
    watch = Watch(site)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    watch.on(context)
    yield context.new_page(), watch
    context.close()


# ---------------------------------------------------------------------------- the frame


def test_skip_link_goes_to_the_text(page: Page) -> None:
    """One Tab and Enter from the top brings the keyboard into the text."""
    page.goto(FRONT)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    assert page.locator(".skip-link").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_colour_button_toggles_and_is_kept(page: Page, watch: Watch) -> None:
    """The button names what it gives; the choice holds on the next page and after a reload."""
    page.emulate_media(color_scheme="light")
    page.goto(FRONT)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    button = page.locator(".colour-button")
    assert button.inner_text() == "Dark colours"
    button.press("Enter")
    dark = page.evaluate(paper)
    assert dark != light
    assert button.inner_text() == "Light colours"
    page.reload()
    assert page.evaluate(paper) == dark
    assert button.inner_text() == "Light colours"
    page.goto("search.html")
    assert page.evaluate(paper) == dark
    page.locator(".colour-button").click()
    page.reload()
    assert page.evaluate(paper) == light
    assert watch.faults() == []


def test_both_ways_into_the_dark_look_alike(page: Page) -> None:
    """The style sheet writes its dark colours twice; the two must not drift apart."""
    colours = """() => {
        const names = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
            .filter(rule => rule.selectorText === ":root").flatMap(rule => [...rule.style])
            .filter(name => name.startsWith("--"));
        const style = getComputedStyle(document.documentElement);
        return Object.fromEntries(names.map(name => [name, style.getPropertyValue(name)]));
    }"""
    page.emulate_media(color_scheme="light")
    page.goto(FRONT)
    light = page.evaluate(colours)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    by_button = page.evaluate(colours)
    page.evaluate("delete document.documentElement.dataset.theme")
    page.emulate_media(color_scheme="dark")
    by_system = page.evaluate(colours)
    assert len(light) > 20
    assert by_button == by_system
    assert by_button != light


def test_search_finds_a_chapter(page: Page, watch: Watch) -> None:
    """A word from the search box leads to a page that has it, without another host."""
    page.goto(FRONT)
    page.get_by_label("Search", exact=True).fill("coalition")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=coalition*")
    result = page.locator("#search-results a[href*='coalition']").first
    result.wait_for(timeout=10_000)
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe(page) == []
    result.click()
    page.wait_for_load_state()
    assert page.locator("h1").first.is_visible()
    assert axe(page) == [], "words that the search marks in a page"
    assert watch.faults() == []


# ---------------------------------------------------------------------------- the checks can fail


def test_axe_catches_a_fault(page: Page) -> None:
    """A picture without a text and a button without a name are found."""
    page.set_content('<html lang="en-GB"><title>t</title><main><h1>t</h1><img src="data:,">'
                     "<button></button></main>")  # fmt: skip
    found = " ".join(axe(page))
    assert "image-alt" in found
    assert "button-name" in found


def test_overflow_catches_a_wide_page(page: Page) -> None:
    """A block wider than the window is named."""
    page.set_viewport_size({"width": 320, "height": 600})
    page.set_content('<body style="margin:0"><div id="wide" style="width:400px">x</div>')
    assert "400 px" in overflow(page)[0]
    assert 'id="wide"' in overflow(page)[1]


def test_small_targets_are_caught(page: Page) -> None:
    """A link of 10 pixels in a header is found, one of 30 is not."""
    page.set_content(
        '<header><a href="#" id="small" style="display:block;width:10px;height:10px"></a>'
        '<a href="#" id="large" style="display:block;width:30px;height:30px"></a></header>'
    )
    assert ["small" in fault for fault in small_targets(page)] == [True]


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="#a" style="outline:none">a</a>', "focus does not show"),
        ('<a href="#a" style="opacity:0">a</a>', "cannot be seen"),
        ('<a href="#a" style="position:absolute;left:-999px">a</a>', "outside the window"),
        (
            '<a href="#a" id="a">a</a><a href="#b" onblur="this.previousSibling.focus()">b</a>'
            '<a href="#c">c</a>',
            "focus goes back to",
        ),
    ],
)
def test_walk_catches_bad_focus(page: Page, html: str, fault: str) -> None:
    """Each way in which a keyboard user gets lost is found."""
    page.set_content(html)
    assert fault in " ".join(walk(page))


def test_walk_is_content_with_plain_links(page: Page) -> None:
    """Links as a browser shows them are fine, and what is folded is not asked for."""
    page.set_content("<a href='#a'>a</a><button>b</button><details><summary>c</summary>"
                     "<a href='#d'>folded</a></details>")  # fmt: skip
    assert walk(page) == []
    assert page.evaluate("tabWalk.stops.length") == 3


def test_another_host_is_refused_and_reported(
    context: BrowserContext, watch: Watch, site: str
) -> None:
    """A picture, a script and a fetch from elsewhere are all on record, and none is answered."""
    page = context.new_page()
    page.goto(f"{site}/{FRONT}")
    page.evaluate("""async () => {
        const picture = new Image();
        picture.src = "https://example.org/picture.png";
        const script = document.createElement("script");
        script.src = "http://example.org/script.js";
        document.head.append(script);
        await fetch("https://192.0.2.1/").catch(() => {});
        const text = `fetch("https://example.org/worker").catch(() => {})
            .then(() => postMessage(1))`;
        const worker = new Worker(URL.createObjectURL(new Blob([text])));
        await new Promise(done => worker.onmessage = done);
    }""")
    page.wait_for_function("document.readyState === 'complete'")
    assert {url.split("/", 3)[3] for url in watch.outside} == {
        "picture.png", "script.js", "", "worker",
    }  # fmt: skip
    watch.faults()


def test_errors_are_reported(context: BrowserContext, watch: Watch, site: str) -> None:
    """An error in the console, one of a script, and a file that is not there are on record."""
    page = context.new_page()
    page.goto(f"{site}/{FRONT}")
    page.evaluate("""async () => {
        console.error("said aloud");
        setTimeout(() => { throw new Error("thrown"); });
        await fetch("/not-there");
        await new Promise(done => setTimeout(done, 50));
    }""")
    found = " | ".join(watch.faults())
    assert "said aloud" in found
    assert "thrown" in found
    assert "404" in found
