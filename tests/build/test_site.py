"""The built pages as files: links, descriptions, dates, headings, and nothing from other hosts."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from built_book import REDIRECT, ROOT, page_addresses
from sphinx_external_toc.parsing import parse_toc_yaml

FRONT = "book/index.html"
# Pages that a program makes; nobody reviews them.
TOOLS = {"search.html"}
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 50, 160
SHORTEST_SENTENCE = 20
OLDEST_REVIEW = timedelta(days=2 * 366)

# Addresses that may stand in a script or a style sheet, and why none of them is ever asked.
NEVER_ASKED = {
    "http://www.w3.org/": "names of XML namespaces",
    "https://www.w3.org/": "names of XML namespaces, and references in comments",
    "https://vega.github.io/schema/": "names of the schemas of pictures",
    "https://developer.mozilla.org/": "a reference in a comment of Sphinx's search",
    "https://cdn.jsdelivr.net/pyodide/": "where Pyodide would look, did our worker not tell it",
}


@functools.cache
def parse(file: Path) -> BeautifulSoup:
    """Read a page once."""
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


@functools.cache
def ids_of(file: Path) -> frozenset[str]:
    """Give every place in a page that a link can lead to."""
    return frozenset(str(part["id"]) for part in parse(file).find_all(id=True))


def text_of(part: Tag) -> str:
    """Give the text of a part with single spaces."""
    return " ".join(part.get_text(" ").split())


def short(part: Tag) -> str:
    """Give the beginning of a part's source, to find it by."""
    return " ".join(str(part).split())[:120]


# ---------------------------------------------------------------------------- links

LINKS = {
    "a": "href", "area": "href", "link": "href", "img": "src", "script": "src", "source": "src",
    "iframe": "src", "form": "action", "object": "data", "embed": "src", "use": "href",
    "video": "src", "audio": "src", "track": "src", "image": "href",
}  # fmt: skip


def addresses_in(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """Give every address that a page leads to or loads, with the part it stands in."""
    for name, attribute in LINKS.items():
        for part in soup.find_all(name):
            if part.has_attr(attribute):
                yield part, str(part[attribute])
            for each in str(part.get("srcset", "")).split(","):
                if each.strip():
                    yield part, each.split()[0]
    for part in soup.find_all("meta", attrs={"http-equiv": "refresh"}):
        yield part, str(part["content"]).split("url=")[1]


def broken_links(built: Path, address: str) -> list[str]:
    """Give what a page leads to within the site that is not there."""
    file = built / address
    faults = []
    for part, link in addresses_in(parse(file)):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        if parts.path.startswith("/"):
            faults.append(f"breaks where the site is not at the root of a host: {short(part)}")
            continue
        path, anchor = urldefrag(link)
        target = (file.parent / unquote(urlsplit(path).path)).resolve() if path else file
        if target.is_dir():
            target = target / "index.html"
        if not target.is_relative_to(built.resolve()):
            faults.append(f"leads out of the site: {short(part)}")
        elif not target.is_file():
            faults.append(f"no such file: {short(part)}")
        elif anchor and target.suffix == ".html" and unquote(anchor) not in ids_of(target):
            faults.append(f"no such place in {target.name}: {short(part)}")
    return faults


def reachable(built: Path, start: str) -> set[str]:
    """Give the pages that links lead to, from one page on."""
    seen, waiting = {start}, [start]
    while waiting:
        file = built / waiting.pop()
        for part in parse(file).find_all("a", href=True):
            split = urlsplit(str(part["href"]))
            if split.scheme or not split.path.endswith(".html"):
                continue
            target = (file.parent / unquote(split.path)).resolve()
            if target.is_file() and target.is_relative_to(built.resolve()):
                address = target.relative_to(built.resolve()).as_posix()
                if address not in seen:
                    seen.add(address)
                    waiting.append(address)
    return seen


def test_no_link_is_broken(built: Path, address: str) -> None:
    """Every address within the site, PDFs and downloads too, leads to something that is there."""
    fail_with(address, broken_links(built, address))


def test_redirect_leads_to_the_front_page(built: Path) -> None:
    """Who opens the folder arrives at the front page."""
    assert broken_links(built, REDIRECT) == []
    assert reachable(built, REDIRECT) >= {FRONT}


def test_every_page_can_be_reached(built: Path, pages: list[str]) -> None:
    """From the front page, links lead to every page."""
    assert set(pages) - reachable(built, FRONT) - TOOLS == set()


def test_built_pages_are_those_in_the_contents(pages: list[str]) -> None:
    """No page of the contents is missing, and no page is left over from an earlier build."""
    listed = {f"{name}.html" for name in documents()}
    built = set(pages) - TOOLS
    assert not built - listed, f"in no contents list: {sorted(built - listed)} (`make clean` helps)"
    assert not listed - built, f"not built: {sorted(listed - built)}"


def documents() -> list[str]:
    """Give the names of all pages in the contents, globs filled in."""
    toc = parse_toc_yaml(ROOT / "_toc.yml")
    names = [toc.root.docname]
    for name in toc.globs():
        names += [
            file.relative_to(ROOT).with_suffix("").as_posix() for file in ROOT.glob(f"{name}.md")
        ]
    return list(dict.fromkeys([*names, *(name for name in toc if name not in toc.globs())]))


# ---------------------------------------------------------------------------- descriptions


def undescribed(soup: BeautifulSoup) -> list[str]:
    """Give the pictures that somebody who cannot see them would learn nothing from."""
    faults = []
    for image in soup.find_all("img"):
        alt = str(image.get("alt", "")).strip()
        if image.get("alt") == "" and image.get("aria-hidden") == "true":
            continue
        name = PurePosixPath(str(image.get("src", ""))).name
        if len(alt) < SHORTEST_SENTENCE or alt == name or re.search(r"\.(png|svg|jpe?g)\b", alt):
            faults.append(f"image without a description: {short(image)}")
    for svg in soup.find_all("svg"):
        if svg.get("aria-hidden") == "true" or svg.find_parent("svg"):
            continue
        if svg.get("role") != "img":
            faults.append(f"drawing neither described nor hidden: {short(svg)}")
        elif len(described(soup, svg)) < SHORTEST_SENTENCE:
            faults.append(f"drawing without a description: {short(svg)}")
    for figure in soup.select("figure.picture"):
        caption = figure.find("figcaption")
        sentence = text_of(caption) if caption else ""
        title = caption.find("strong") if caption else None
        if title:
            sentence = sentence.removeprefix(text_of(title)).strip()
        if len(sentence) < SHORTEST_SENTENCE:
            faults.append(f"picture without a sentence: {short(figure)}")
        if not title:
            faults.append(f"picture without a title: {short(figure)}")
        table = figure.find("table")
        if not table or not table.select("tbody td") or not table.select("thead th"):
            faults.append(f"picture without its table: {short(figure)}")
    return faults


def described(soup: BeautifulSoup, svg: Tag) -> str:
    """Give what a screen reader says of a drawing."""
    if svg.get("aria-label"):
        return str(svg["aria-label"])
    parts = [soup.find(id=name) for name in str(svg.get("aria-labelledby", "")).split()]
    parts = [part for part in parts if part] or svg.find_all(["title", "desc"], recursive=False)
    return " ".join(text_of(part) for part in parts)


def test_every_picture_is_described(built: Path, address: str) -> None:
    """Each picture has a description, and a figure of ours its sentence and its table too."""
    fail_with(address, undescribed(parse(built / address)))


# ---------------------------------------------------------------------------- the page itself


def description(soup: BeautifulSoup) -> str:
    """Give the description that search engines show."""
    part = soup.find("meta", attrs={"name": "description"})
    return str(part["content"]).strip() if part else ""


def reviewed(soup: BeautifulSoup) -> date | None:
    """Give the date of the last review as the foot of the page says it."""
    foot = soup.select_one("footer")
    found = re.search(r"last reviewed on (\d+ \w+ \d{4})", text_of(foot)) if foot else None
    if not found:
        return None
    try:
        return datetime.strptime(found[1], "%d %B %Y").date()
    except ValueError:
        return None


def page_faults(soup: BeautifulSoup, *, today: date, tool: bool = False) -> list[str]:
    """Give what is wrong with a page's title, description, date, language, headings and ids."""
    faults = []
    titles = [text_of(part) for part in soup.find_all("h1")]
    if len(titles) != 1 or not titles[0]:
        faults.append(f"one h1 is wanted, found {titles}")
    title = text_of(soup.title) if soup.title else ""
    if len(title) < 5:
        faults.append("no title")
    if soup.html is None or soup.html.get("lang") != "en-GB":
        faults.append("the language is not en-GB")
    length = len(description(soup))
    if not SHORTEST_DESCRIPTION <= length <= LONGEST_DESCRIPTION:
        faults.append(
            f"a description of {SHORTEST_DESCRIPTION} to {LONGEST_DESCRIPTION} characters is "
            f"wanted, found {length}"
        )
    if not tool:
        when = reviewed(soup)
        if when is None:
            faults.append("no date of review at the foot")
        elif when > today + timedelta(days=1):
            faults.append(f"reviewed on a day to come: {when}")
        elif today - when > OLDEST_REVIEW:
            faults.append(f"last reviewed {when}: read it again, and renew `reviewed:`")
    level = 0
    for heading in soup.find_all(re.compile("^h[1-6]$")):
        new = int(heading.name[1])
        if new > level + 1:
            faults.append(f"h{new} after h{level}: {short(heading)}")
        if new > 1 and not text_of(heading):
            faults.append(f"an empty heading: {short(heading)}")
        level = new
    ids = Counter(str(part["id"]) for part in soup.find_all(id=True))
    faults += [f"id used {count} times: {name}" for name, count in ids.items() if count > 1]
    for part in soup.find_all(True):
        handlers = [name for name in part.attrs if name.startswith("on")]
        script_link = str(part.get("href", "")).strip().lower().startswith("javascript:")
        if handlers or script_link:
            faults.append(f"script in an attribute: {short(part)}")
    return faults


def test_page_says_what_it_is(built: Path, address: str) -> None:
    """Title, description, review date, language, headings in order, ids that are unique."""
    soup = parse(built / address)
    fail_with(address, page_faults(soup, today=date.today(), tool=address in TOOLS))


def test_no_two_pages_have_one_name(built: Path, pages: list[str]) -> None:
    """Titles and descriptions tell pages apart in a list of search results."""
    for what in (description, lambda soup: text_of(soup.title)):
        found = Counter(what(parse(built / address)) for address in pages)
        assert [text for text, count in found.items() if count > 1] == []


# ---------------------------------------------------------------------------- other hosts

LOADED = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src",
    "object": "data", "video": "src", "audio": "src", "track": "src", "form": "action",
    "use": "href", "image": "href",
}  # fmt: skip
OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.I)
STYLE_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)", re.I)
ANY_ADDRESS = re.compile(r"""https?://[^\s"'`<>)\\]+""")
SCRIPT_FILE = re.compile(r"""["'`]([\w./@-]+\.(?:m?js|css))["'`]""")


def outside_in_page(soup: BeautifulSoup) -> list[str]:
    """Give what a page would fetch from another host; links that a reader follows are fine."""
    faults = []
    for part in soup.find_all(True):
        asked = [str(part[LOADED[part.name]])] if part.get(LOADED.get(part.name, "")) else []
        asked += [each.strip() for each in str(part.get("srcset", "")).split(",")]
        # A licence is a statement, not something to load.
        stated = set(part.get_attribute_list("rel")) <= {"license", "canonical", "author"}
        if part.name == "link" and part.get("href") and not stated:
            asked.append(str(part["href"]))
        if part.name == "style" or part.has_attr("style"):
            css = part.get_text() if part.name == "style" else str(part["style"])
            asked += [first or second for first, second in STYLE_ADDRESS.findall(css)]
        if part.name == "script" and part.get("type") != "application/json":
            asked += ANY_ADDRESS.findall(part.get_text())
        if any(OUTSIDE.match(each) for each in asked):
            faults.append(f"from another host: {short(part)}")
    return faults


def outside_in_file(text: str, *, style: bool) -> list[str]:
    """Give the addresses on other hosts in a script or style sheet that nothing excuses."""
    found = ANY_ADDRESS.findall(text)
    if style:
        asked = (first or second for first, second in STYLE_ADDRESS.findall(text))
        found += [each for each in asked if OUTSIDE.match(each)]
    return [each for each in dict.fromkeys(found) if not each.startswith(tuple(NEVER_ASKED))]


def loaded_files(built: Path, pages: list[str]) -> set[Path]:
    """Give our own scripts and style sheets that pages load, and those that these load."""
    waiting = []
    for address in pages:
        for part in parse(built / address).find_all(["script", "link"]):
            link = part.get("src") or part.get("href")
            if link and not urlsplit(str(link)).scheme:
                path = unquote(urlsplit(str(link)).path)
                waiting.append((built / address).parent / path)
    found: set[Path] = set()
    while waiting:
        file = waiting.pop().resolve()
        if file in found or file.suffix not in (".js", ".mjs", ".css") or not file.is_file():
            continue
        found.add(file)
        text = file.read_text(encoding="utf-8", errors="replace")
        waiting += [file.parent / name for name in SCRIPT_FILE.findall(text)]
        waiting += [file.parent / a for a, b in STYLE_ADDRESS.findall(text) if a and not b]
    return found


def test_page_loads_nothing_from_another_host(built: Path, address: str) -> None:
    """Scripts, styles, pictures and frames all come from the site itself."""
    fail_with(address, outside_in_page(parse(built / address)))


def test_scripts_and_styles_name_no_other_host(built: Path, pages: list[str]) -> None:
    """What our pages load asks no other host: each address in it is a name, with a reason."""
    files = loaded_files(built, pages)
    assert {file.suffix for file in files} >= {".css", ".js"}
    faults = [
        f"{file.relative_to(built.resolve())}: {address}"
        for file in sorted(files)
        for address in outside_in_file(
            file.read_text(encoding="utf-8", errors="replace"), style=file.suffix == ".css"
        )
    ]
    fail_with("Addresses on other hosts. If nothing asks them, say so in NEVER_ASKED:", faults)


def test_pyodide_is_told_where_its_packages_are() -> None:
    """Its own default is another host, so the excuse above holds only while this does."""
    worker = (ROOT / "book" / "_static" / "live" / "worker.js").read_text(encoding="utf-8")
    assert re.search(r"packageBaseUrl:\s*new URL\(", worker)


def test_pyodide_is_told_which_one_it_is() -> None:
    """The worker gives it an empty list of packages, which must be one for this very version."""
    worker = (ROOT / "book" / "_static" / "live" / "worker.js").read_text(encoding="utf-8")
    told = re.search(r"lockFileContents: \{ info: \{(.*?)\}, packages: \{\} \}", worker)
    assert told
    pyodide = ROOT / "node_modules" / "pyodide"
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    version = json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"]
    expected = {**lock["info"], "version": version}
    assert dict(re.findall(r'(\w+): "([^"]*)"', told[1])) == expected


# ---------------------------------------------------------------------------- the checks can fail


def fail_with(address: str, faults: list[str]) -> None:
    """Fail with a line for each fault of a page, if there are any."""
    if faults:
        pytest.fail("\n  ".join([address, *dict.fromkeys(faults)]), pytrace=False)


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """Give a site of two pages, the first of which a test fills."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.html").write_text('<h1 id="here">Two</h1><a href="../one.html">1</a>')
    return tmp_path


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ('<a href="b/two.html#here">fine</a><a href="https://example.org/">out</a>', 0),
        ('<a href="b/three.html">gone</a>', 1),
        ('<a href="b/two.html#there">no such place</a>', 1),
        ('<a href="#nowhere">no such place here</a>', 1),
        ('<a href="/b/two.html">from the root</a>', 1),
        ('<a href="../../etc/passwd">out of the site</a>', 1),
        ('<a href="pdf/one.pdf">no PDF</a><img src="no.png"><form action="no.html"></form>', 3),
        ('<meta http-equiv="refresh" content="0; url=gone.html">', 1),
    ],
)
def test_broken_links_are_caught(small_site: Path, html: str, faults: int) -> None:
    """Files, places, downloads and forms that are not there are found."""
    (small_site / "one.html").write_text(html)
    assert len(broken_links(small_site, "one.html")) == faults


def test_lonely_pages_are_caught(small_site: Path) -> None:
    """A page that nothing leads to is not reachable; one that leads on is followed."""
    (small_site / "one.html").write_text("alone")
    assert reachable(small_site, "one.html") == {"one.html"}
    assert reachable(small_site, "b/two.html") == {"b/two.html", "one.html"}


SENTENCE = "Three hospitals, each tied to one council."
TABLE = "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
CAPTION = f"<figcaption><strong>A title</strong> {SENTENCE}</figcaption>"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (f'<img src="a.png" alt="{SENTENCE}">', ""),
        ('<img src="a.png" alt="" aria-hidden="true">', ""),
        ('<img src="a.png">', "image without"),
        ('<img src="a.png" alt="">', "image without"),
        ('<img src="a-map-of-the-whole-system.png" alt="a-map-of-the-whole-system.png">',
         "image without"),
        ("<svg></svg>", "neither described nor hidden"),
        ('<svg aria-hidden="true"></svg>', ""),
        ('<svg role="img" aria-label="A map"></svg>', "drawing without"),
        (f'<svg role="img" aria-label="{SENTENCE}"></svg>', ""),
        (f'<svg role="img" aria-labelledby="t"><title id="t">{SENTENCE}</title></svg>', ""),
        (f'<figure class="picture">{CAPTION}{TABLE}</figure>', ""),
        (f'<figure class="picture">{CAPTION}</figure>', "without its table"),
        (f'<figure class="picture">{TABLE}</figure>', "without a sentence"),
        (f'<figure class="picture"><figcaption><strong>{SENTENCE}</strong></figcaption>{TABLE}'
         "</figure>", "without a sentence"),
        (f'<figure class="picture"><figcaption>{SENTENCE}</figcaption>{TABLE}</figure>',
         "without a title"),
    ],
)  # fmt: skip
def test_undescribed_pictures_are_caught(html: str, fault: str) -> None:
    """A picture needs a description in words, not the name of its file."""
    found = undescribed(BeautifulSoup(html, "html.parser"))
    assert bool(found) == bool(fault)
    assert fault in " ".join(found)


GOOD_PAGE = """<html lang="en-GB"><head><title>A title</title>
<meta name="description" content="What this page is about, said in fifty characters or more.">
</head><body><h1>One</h1><h2>Two</h2><h3>Three</h3><h2>Two again</h2>
<footer>This page was last reviewed on 3 November 2026.</footer></body></html>"""
TODAY = date(2026, 11, 23)


def test_a_good_page_passes() -> None:
    """Nothing is wrong with a page that has all it needs."""
    assert page_faults(BeautifulSoup(GOOD_PAGE, "html.parser"), today=TODAY) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<h1>One</h1>", "<h1>One</h1><h1>Other</h1>", "one h1"),
        ("<h1>One</h1>", "<h1></h1>", "one h1"),
        ("A title", "", "no title"),
        ("en-GB", "en", "language"),
        ("What this page is about, said in", "At", "description of 50"),
        ("What this page", "What this page " * 9, "description of 50"),
        ("<h2>Two</h2>", "", "h3 after h1"),
        ("<h3>Three</h3>", "<h3> </h3>", "empty heading"),
        ("3 November 2026", "30 February 2026", "no date"),
        ("last reviewed on 3 November 2026", "", "no date"),
        ("3 November 2026", "3 December 2026", "a day to come"),
        ("3 November 2026", "3 November 2024", "read it again"),
        ("<h2>Two</h2>", '<h2 id="a">Two</h2><p id="a"></p>', "id used 2 times: a"),
        ("<h2>Two</h2>", '<h2>Two</h2><p onclick="go()"></p>', "script in an attribute"),
        ("<h2>Two</h2>", '<h2>Two</h2><a href="javascript:go()">a</a>', "script in an attribute"),
    ],
)
def test_bad_pages_are_caught(old: str, new: str, fault: str) -> None:
    """Each thing a page can lack is found, and nothing else is."""
    assert old in GOOD_PAGE
    found = page_faults(BeautifulSoup(GOOD_PAGE.replace(old, new), "html.parser"), today=TODAY)
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ('<a href="https://example.org/">a link to follow</a><img src="a.png">', 0),
        ('<link rel="license" href="https://example.org/"><link rel="next" href="b.html">', 0),
        ('<img src="https://example.org/a.png">', 1),
        ('<img src="a.png" srcset="a.png 1x, //example.org/b.png 2x">', 1),
        ('<script src="//example.org/a.js"></script>', 1),
        ('<link rel="preconnect" href="https://example.org">', 1),
        ('<link rel="stylesheet" href="http://example.org/a.css">', 1),
        ("<style>@import 'https://example.org/a.css';</style>", 1),
        ('<p style="background: url(https://example.org/a.png)"></p>', 1),
        ('<script>fetch("https://example.org/")</script>', 1),
        ('<iframe src="https://example.org/"></iframe>', 1),
        ('<form action="https://example.org/"></form>', 1),
    ],
)
def test_other_hosts_in_pages_are_caught(html: str, faults: int) -> None:
    """Every way in which a page fetches something is looked at; links are left alone."""
    assert len(outside_in_page(BeautifulSoup(html, "html.parser"))) == faults


def test_other_hosts_in_files_are_caught(tmp_path: Path) -> None:
    """A script that a page's script imports is looked at, and so is a font of a style sheet."""
    (tmp_path / "one.html").write_text(
        '<script src="a.js?v=1"></script><link rel="stylesheet" href="a.css">'
    )
    (tmp_path / "a.js").write_text('import {b} from "./b.mjs";')
    (tmp_path / "b.mjs").write_text('const name = "http://www.w3.org/2000/svg";')
    (tmp_path / "c.mjs").write_text("never loaded")
    (tmp_path / "a.css").write_text("a { src: url(//example.org/font.woff2) }")
    found = loaded_files(tmp_path, ["one.html"])
    assert {file.name for file in found} == {"a.js", "b.mjs", "a.css"}
    assert outside_in_file((tmp_path / "b.mjs").read_text(), style=False) == []
    assert outside_in_file('fetch("https://example.org/a")', style=False) == [
        "https://example.org/a"
    ]
    assert outside_in_file((tmp_path / "a.css").read_text(), style=True) == [
        "//example.org/font.woff2"
    ]


def test_pages_are_found_but_not_the_redirect(tmp_path: Path) -> None:
    """The list of pages holds pages, and neither parts of the site nor the way in."""
    for name in ("index.html", "search.html", "book/index.html", "_static/x.html", "lite/a.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert page_addresses(tmp_path) == ["book/index.html", "search.html"]
