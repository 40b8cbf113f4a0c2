"""Marks, blocks, notes and generated pages, in small Sphinx builds of their own."""

from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evidence.record import read_record
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils

BOOK = Path(__file__).resolve().parents[2] / "book"
CONF = """
extensions = ["myst_parser", "evidence"]
myst_enable_extensions = ["colon_fence", "smartquotes"]
evidence_folder = "evidence"
exclude_patterns = ["evidence"]
html_theme = "basic"
html_static_path = ["_static"]
"""


def build(source: Path, *, jobs: int = 1, fresh: bool = False) -> Sphinx:
    """Build a source folder into its ``_out``, with warnings as errors."""
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(
            str(source),
            str(source),
            str(source / "_out"),
            str(source / "_trees"),
            "html",
            status=None,
            warningiserror=True,
            parallel=jobs,
            freshenv=fresh,
        )
        app.build()
        assert app.statuscode == 0
        return app


def book(folder: Path, **pages: str) -> Path:
    """Write the sources of a small book: the real record, and the pages given."""
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    shutil.copytree(BOOK / "evidence", folder / "evidence")
    (folder / "_static").mkdir()
    names = "\n".join(pages)
    (folder / "index.md").write_text(f"# Home\n\n```{{toctree}}\n{names}\n```\n", encoding="utf-8")
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def html(source: Path, page: str) -> str:
    """Give the body of a built page."""
    text = (source / "_out" / f"{page}.html").read_text(encoding="utf-8")
    return text[text.index('<div class="body"') :]


def touched(source: Path, page: str, new: str) -> None:
    """Rewrite a page, with a time stamp that is certainly later."""
    file = source / f"{page}.md"
    later = file.stat().st_mtime + 10
    file.write_text(new, encoding="utf-8")
    os.utime(file, (later, later))


MARKS = """# Marks

:::{they-said}
He holds back {said}`fish-40-love-down`. And {phrase}`fish-40-love-down`.
Two at once {said}`fish-flat-no, fish-co-ownership, sawtell-pride-in-others`.
Of many {said}`coalition-of-the-willing`, of one {said}`give-away-ownership`,
of the writer {said}`persuasion-not-glory`, later {said}`x-holt-super-tanker`.
{who}`fish` and {who}`she <holt>`.
:::

:::{research-found}
It fell {found}`london-deaths-fell`. {work}`turner2016`
:::

:::{we-suggest}
Do it.
:::

:::{they-differ} t-own-interest
Our prose.
:::

## Further reading

Books.
"""


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """A book with one page that uses every role and block."""
    source = book(tmp_path_factory.mktemp("marks"), marks=MARKS)
    build(source)
    return html(source, "marks")


def marks_of(text: str) -> list[tuple[str, str, str]]:
    """List the marks of a page: label, number as read out, address."""
    return re.findall(
        r'<a class="evidence-mark is-\w+" id="[^"]*" href="#([^"]*)" [^>]*>([^<]*)<span '
        r'class="evidence-number"><span class="evidence-hidden">([^<]*)</span>([^<]*)</span></a>',
        text,
    )


def test_marks_name_who_said_it(marked):
    """A surname; several, one unnamed and the writer as such; another year as elsewhere."""
    labels = [mark[1] for mark in marks_of(marked)]
    assert labels[:9] == [
        "Fish",
        "Fish",
        "Fish",
        "Sawtell",
        "several of the ten",
        "one of the ten, not named",
        "Timmins, the interviewer",
        "Holt, elsewhere",
        "Morris and others, 2014",
    ]


def test_a_finding_cited_twice_has_one_note_with_two_ways_back(marked):
    """Numbers follow the first mention; a mark for two findings of one person carries both."""
    numbers = [mark[3] for mark in marks_of(marked)]
    assert numbers[:5] == ["1", "1", "2, 3", "4", "5"]
    notes = re.findall(r'<li class="\w+" id="evidence-note-(\d+)">(.*?)</li>', marked, re.DOTALL)
    assert [int(number) for number, _ in notes] == list(range(1, len(notes) + 1))
    assert 'href="#evidence-mark-1"' in notes[0][1]
    assert 'href="#evidence-mark-2"' in notes[0][1]
    assert notes[1][1].count("#evidence-mark-") == 1


def test_every_mark_leads_to_a_note_and_every_note_back(marked):
    """No mark without a note, no note without a way back, no id twice."""
    ids = re.findall(r'\bid="([^"]+)"', marked)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#(evidence-[^"]+)"', marked)
    assert targets
    assert set(targets) <= set(ids)


def test_the_note_says_where_and_how_much_was_read(marked):
    """Paraphrase, phrase, source with its date, place in it, how much was read."""
    note = marked[marked.index('id="evidence-note-1"') :]
    note = re.sub("<[^>]+>", "", note[: note.index("</li>")])
    for part in (
        "Calling yourself a system leader means starting the match already well behind.",
        "“put yourself 40-love down before you start”",
        "The unsung hero",
        "28 July 2015",
        "Question time, paragraph 5",
        "Read whole.",
    ):
        assert part in note


def test_notes_stand_before_further_reading(marked):
    """The section comes last but one, with a heading of its own."""
    assert marked.index("Who said this, and where") < marked.index("Further reading<")
    assert marked.index("Our prose.") < marked.index("Who said this, and where")


def test_phrases_are_quoted_word_for_word(marked):
    """The registered words, in quotation marks."""
    assert (
        '<span class="evidence-phrase">“put yourself 40-love down before you start”</span>'
        in marked
    )


def test_each_voice_has_its_label(marked):
    """Four looks, each with a label in words that names its group."""
    blocks = re.findall(
        r'<div class="evidence-block ([\w-]+)" role="group" aria-labelledby="([\w-]+)">\s*'
        r'<p class="evidence-label" id="([\w-]+)">([^<]*)</p>',
        marked,
    )
    assert [(kind, label) for kind, _, _, label in blocks] == [
        ("they-said", "They said"),
        ("research-found", "Research found"),
        ("we-suggest", "We suggest"),
        ("they-differ", "They differ"),
    ]
    assert all(named == own for _, named, own, _ in blocks)


def test_a_difference_prints_every_position(marked):
    """Question and positions come from the record; each position carries a mark."""
    tension = read_record(BOOK / "evidence").tensions["t-own-interest"]
    assert tension.question in marked
    positions = marked[marked.index("evidence-positions") :]
    positions = positions[: positions.index("</ul>")]
    assert len(marks_of(positions)) == len(tension.positions)
    assert "Several of the ten<" in positions


def test_links_stay_plain_words_where_the_book_has_no_such_page(marked):
    """A chapter builds without the reference part, as while an author works on it."""
    assert '<span class="who">David Fish</span>' in marked
    assert '<span class="who">she</span>' in marked
    assert '<span class="work">Turner and others, 2016</span>' in marked


def test_outside_links_say_so(marked):
    """A source on another site is marked as outside and gets no access to our page."""
    outside = re.findall(r'<a class="[^"]*outside[^>]*>', marked)
    assert outside
    assert all('rel="noopener"' in link for link in outside)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{said}`fish-40-love-dwn`", "the id 'fish-40-love-dwn'. Did you mean fish-40-love-down"),
        ("{said}`london-deaths-fell`", "is a research statement. Write {found}"),
        ("{said}`,`", "no id is given"),
        ("{phrase}`fish-40-love`", "Did you mean fish-40-love-down"),
        ("{phrase}`need-agreed-by-all`", "has no registered phrase"),
        ("{found}`london-deaths-fel`", "Did you mean london-deaths-fell"),
        ("{found}`fish-flat-no`", "comes from the interviews. Write {said}"),
        ("{found}`reached-unit-93-and-39`", "known only from memory"),
        ("{who}`fsh`", "no interviewee has the id 'fsh'. Did you mean fish?"),
        ("{work}`turner2061`", "no work has the id 'turner2061'. Did you mean turner2016"),
        (":::{they-differ} t-own-intrest\nX.\n:::", "Did you mean t-own-interest"),
        (":::{interviewee} fihs\n:::", "no interviewee has the id 'fihs'. Did you mean fish?"),
    ],
)  # fmt: skip
def test_an_unknown_id_stops_the_build(tmp_path, text, told):
    """The message names the page and the line, and suggests what was meant."""
    source = book(tmp_path, page=f"# Page\n\nSome words.\n\n{text}\n")
    with pytest.raises(ExtensionError) as caught:
        build(source)
    assert told in str(caught.value)
    assert "page.md:5" in str(caught.value)


def test_all_unknown_ids_are_told_at_once_and_again(tmp_path):
    """Three faults on two pages, one message; a second build does not forget them."""
    source = book(tmp_path, a="# A\n\n{said}`no` {found}`nope`\n", b="# B\n\n{who}`nobody`\n")
    for _ in range(2):
        with pytest.raises(ExtensionError, match="3 evidence marks cannot be made"):
            build(source)


def test_a_bad_record_stops_the_build(tmp_path):
    """Before a page is read."""
    source = book(tmp_path, page="# Page\n")
    file = source / "evidence" / "interviews.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("theme: title", "theme: tittle", 1))
    with pytest.raises(ExtensionError, match=r"unknown theme 'tittle'\. Did you mean title"):
        build(source)


# --- the generated pages ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The book's own reference pages, with one chapter that cites."""
    folder = tmp_path_factory.mktemp("reference")
    chapter = "# A chapter\n\nSaid {said}`fish-flat-no`, found {found}`london-deaths-fell`.\n"
    source = book(folder, chapter=chapter)
    shutil.copytree(BOOK / "reference", source / "reference")
    # Pages that other extensions make, or that lead to chapters which are not here.
    for name in ("glossary.md", "package.md", "methods.md", "speed.md",
                 "about.md", "accessibility.md", "privacy.md"):  # fmt: skip
        (source / "reference" / name).unlink(missing_ok=True)
    pages = sorted(p.relative_to(source).with_suffix("") for p in source.glob("reference/**/*.md"))
    listed = "\n".join(map(str, pages))
    (source / "index.md").write_text(f"# Home\n\n```{{toctree}}\nchapter\n{listed}\n```\n")
    build(source, jobs=2)
    return source


def test_each_interviewee_has_a_page(reference):
    """Post, kind of system, how much could be read, and what they said."""
    for person in read_record(BOOK / "evidence").interviewees.values():
        text = html(reference, f"reference/interviewees/{person.id}")
        for part in (person.name, person.organisation_2015, person.could_read):
            assert part.replace("&", "&amp;") in text
        assert f"What {person.surname} said in 2015" in text
        assert f"Chapters that cite {person.surname}" in text


def test_every_finding_stands_on_one_page(reference):
    """Nothing of the record is lost, nothing is told twice as if it were two findings."""
    record = read_record(BOOK / "evidence")
    pages = [*(f"reference/interviewees/{p}" for p in record.interviewees), "reference/themes"]
    ids = [i for page in pages for i in re.findall(r'id="finding-([\w-]+)"', html(reference, page))]
    assert sorted(ids) == sorted(record.findings)
    for finding in record.findings.values():
        if finding.interviewee in record.interviewees:
            text = html(reference, f"reference/interviewees/{finding.interviewee}")
            assert f'id="finding-{finding.id}"' in text


def test_what_was_said_elsewhere_is_kept_apart(reference):
    """After its own heading, which says that it is not part of the interview."""
    text = html(reference, "reference/interviewees/holt")
    assert text.index("What Holt said elsewhere") < text.index("finding-x-holt-super-tanker")
    assert text.index("finding-holt-expect-attack") < text.index("What Holt said elsewhere")
    assert "None of this is part of the 2015 interview" in text


def test_all_tensions_are_set_out(reference):
    """Ten questions, each with all its positions."""
    record = read_record(BOOK / "evidence")
    text = html(reference, "reference/where-they-differ")
    for tension in record.tensions.values():
        section = text[text.index(f'id="{tension.id}"') :]
        section = section[: section.index("</section>")]
        assert section.count("<li>") == len(tension.positions)
    assert len(record.tensions) == 10


def test_where_a_difference_is_set_out_stands_in_the_order_of_the_book(tmp_path):
    """Whatever the order in which pages were read, and whichever process read them."""
    claim = ":::{they-differ} t-own-interest\nOur prose.\n:::\n"
    names = ("zebra", "middle", "apple")  # the contents list them so, and no alphabet does
    pages = {name: f"# The {name}\n\n{claim}" for name in names}
    source = book(tmp_path, **pages, differ="# Differ\n\n:::{tensions}\n:::\n")
    app = build(source)
    shelf = app.env.get_domain("evidence")
    assert shelf.sets_out("t-own-interest") == list(names)
    shelf.data["uses"] = dict(reversed(shelf.data["uses"].items()))
    assert shelf.sets_out("t-own-interest") == list(names)
    text = html(source, "differ")
    at = [text.index(f"The {name}") for name in names]
    assert at == sorted(at)
    assert text.rindex("Set out in", 0, at[0])


class Table(HTMLParser):
    """Reads the first table of a page: header cells with their scopes, and cells by row."""

    def __init__(self) -> None:
        super().__init__()
        self.scopes: list[str | None] = []
        self.rows: list[list[str]] = []
        self.inside = self.done = False

    def handle_starttag(self, tag, attrs):
        if self.done:
            return
        self.inside = self.inside or tag == "table"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))

    def handle_endtag(self, tag):
        if tag == "table":
            self.done, self.inside = True, False

    def handle_data(self, data):
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def test_the_matrix_is_a_table_with_headers_and_right_counts(reference):
    """Every header has its scope; the numbers add up to the findings of 2015."""
    record = read_record(BOOK / "evidence")
    table = Table()
    table.feed(html(reference, "reference/themes"))
    assert table.scopes == ["col"] * 14 + ["row"] * len(record.themes)
    assert len(table.rows) == len(record.themes) + 1
    counts = [int(m) for row in table.rows[1:] for c in row[1:] if (m := re.match(r"\d*", c)[0])]
    assert sum(counts) == sum(not finding.elsewhere for finding in record.findings.values())


def test_matrix_links_are_named_for_those_who_listen(reference):
    """A link called "2" tells a screen reader nothing."""
    text = html(reference, "reference/themes")
    assert '2<span class="evidence-hidden"> by Fish on What system leadership is</span>' in text
    assert "interviewees/fish.html#theme-definition" in text


def test_the_bibliography_lists_every_work_once(reference):
    """Cited works first, the rest after, then the sources of the interviews."""
    record = read_record(BOOK / "evidence")
    text = html(reference, "reference/bibliography")
    assert sorted(re.findall(r'id="work-(\w+)"', text)) == sorted(record.works)
    assert sorted(re.findall(r'id="source-([\w-]+)"', text)) == sorted(record.sources)
    rest = text.index("Also in the record")
    assert text.index('id="work-morris2014"') < rest < text.index('id="work-turner2016"')
    assert 'href="https://doi.org/10.1136/bmj.g4757"' in text


def test_the_research_page_lists_what_was_seen_and_nothing_else(reference):
    """What is known only from memory is not published."""
    record = read_record(BOOK / "evidence")
    text = html(reference, "reference/research")
    ids = re.findall(r'id="research-([\w-]+)"', text)
    assert sorted(ids) == sorted(key for key, item in record.statements.items() if item.seen)
    for claim in record.claims.values():
        assert claim.claim in text


def test_cited_where_divides_everything(reference):
    """Each finding and statement is either cited or not, and shown as such once."""
    record = read_record(BOOK / "evidence")
    text = html(reference, "reference/cited-where")
    parts = re.split(r'<section id="(?:said|found)-(?:not-)?cited">', text)[1:]
    ids = [re.findall(r'<code class="evidence-id[^>]*>.*?>([\w-]+)<', part) for part in parts]
    assert ids[0] == ["fish-flat-no"]
    assert ids[2] == ["london-deaths-fell"]
    assert sorted(ids[0] + ids[1]) == sorted(record.findings)
    assert sorted(ids[2] + ids[3]) == sorted(k for k, s in record.statements.items() if s.seen)
    assert "A chapter" in parts[0]


def test_marks_link_to_the_reference_pages(reference):
    """From a note to the interviewee's page and to the bibliography."""
    text = html(reference, "chapter")
    assert 'href="reference/interviewees/fish.html"' in text
    assert 'href="reference/bibliography.html#work-morris2014"' in text
    assert 'href="reference/research.html#research-london-deaths-fell"' in text


def test_pages_load_only_what_they_use(reference):
    """Style where there is evidence, the script only where there are marks."""
    chapter = (reference / "_out" / "chapter.html").read_text(encoding="utf-8")
    themes = (reference / "_out" / "reference" / "themes.html").read_text(encoding="utf-8")
    home = (reference / "_out" / "index.html").read_text(encoding="utf-8")
    assert "evidence.css" in chapter
    assert "evidence.js" in chapter
    assert "evidence.css" in themes
    assert "evidence.js" not in themes
    assert "evidence." not in home


# --- building again --------------------------------------------------------------------------


def test_an_edited_chapter_changes_the_pages_that_list_it(tmp_path):
    """What is cited where is right after an incremental build, without touching those pages."""
    where = "# Where\n\n:::{cited-where}\n:::\n"
    source = book(tmp_path, a="# A\n\nOne {said}`fish-flat-no`.\n", where=where)
    build(source)
    assert "killian-yes" not in html(source, "where").split('id="said-not-cited"')[0]
    touched(source, "a", "# A new name\n\nOne {said}`killian-yes`.\n")
    build(source)
    cited = html(source, "where").split('id="said-not-cited"')[0]
    assert "killian-yes" in cited
    assert "A new name" in cited
    assert "fish-flat-no" not in cited


def test_a_removed_chapter_leaves_no_trace(tmp_path):
    """Purging works: the page that cited is gone, so nothing is cited."""
    where = "# Where\n\n:::{cited-where}\n:::\n"
    source = book(tmp_path, a="# A\n\nOne {said}`fish-flat-no`.\n", where=where)
    build(source)
    (source / "a.md").unlink()
    touched(source, "index", "# Home\n\n```{toctree}\nwhere\n```\n")
    build(source)
    assert "fish-flat-no" not in html(source, "where").split('id="said-not-cited"')[0]


def test_an_edited_record_rereads_only_the_pages_that_show_it(tmp_path):
    """One finding reworded: the chapter that cites it changes, the other is left alone."""
    source = book(
        tmp_path, a="# A\n\nOne {said}`fish-flat-no`.\n", b="# B\n\nOne {said}`killian-yes`.\n"
    )
    build(source)
    written = (source / "_out" / "b.html").stat().st_mtime_ns
    file = source / "evidence" / "interviews.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("He turns the label down without", "He declines without"))
    build(source)
    assert "He declines without" in html(source, "a")
    assert (source / "_out" / "b.html").stat().st_mtime_ns == written


def test_nothing_changed_nothing_written(tmp_path):
    """A second build leaves the pages as they are."""
    source = book(tmp_path, a=MARKS, where="# Where\n\n:::{cited-where}\n:::\n")
    build(source)
    before = {p: p.stat().st_mtime_ns for p in (source / "_out").glob("*.html")}
    build(source)
    pages = [p for p in before if p.name in ("a.html", "where.html")]
    assert len(pages) == 2
    assert all(p.stat().st_mtime_ns == before[p] for p in pages)


def test_reading_in_parallel_gives_the_same_pages(tmp_path):
    """Eight pages read by two processes: marks, places and citations are merged."""
    pages = {f"p{n}": MARKS.replace("# Marks", f"# Page {n}") for n in range(7)}
    pages |= {"where": "# Where\n\n:::{cited-where}\n:::\n"}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = book(tmp_path / "one", **pages), book(tmp_path / "two", **pages)
    build(one)
    build(two, jobs=2)
    for page in pages:
        assert html(one, page) == html(two, page)
    assert "Page 6" in html(two, "where")


# --- the look ----------------------------------------------------------------------------------


def test_the_style_covers_print_forced_colours_and_the_dark():
    """Numbers are printed, cards are not; nothing asks another host."""
    style = (BOOK / "_static" / "evidence.css").read_text(encoding="utf-8")
    paper = style[style.index("@media print") :]
    assert re.search(r"\.evidence-card, \.evidence-back \{ display: none", paper)
    assert re.search(r"\.evidence-number \{ position: static", paper)
    assert "@media (forced-colors: active)" in style
    assert "https://" not in style
    addresses = re.findall(r"url\(([^)]*)", style)
    assert all(address.startswith('"data:') for address in addresses)
    bare = re.sub(r"var\([^()]*\)", "", style)
    assert not re.search(r":\s*#[0-9a-f]{3,6}\b", bare), "a colour that cannot follow the theme"


def test_the_script_is_only_an_extra():
    """It writes no HTML from text and asks nothing of any host."""
    script = (BOOK / "_static" / "evidence.js").read_text(encoding="utf-8")
    assert "innerHTML" not in script
    assert "fetch(" not in script
    assert "Escape" in script
