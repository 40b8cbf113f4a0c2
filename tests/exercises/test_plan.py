"""The change on a page: complete, escaped, on one side of A4, and honest about what is missing."""

from __future__ import annotations

import builtins
import datetime as dt
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from changes import changes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from system_leadership import Change, plan
from system_leadership.change import (
    TABLES,
    Barrier,
    Claim,
    Commitment,
    Idea,
    Interest,
    Involvement,
    Learning,
    Organisation,
    Person,
    Reflection,
    Rule,
    Stance,
    Step,
    Tie,
)
from system_leadership.plan import LINES, PARTS, WIDTH, Plan, Section

DAY = dt.date(2027, 5, 3)
LONG = (
    "We will keep the service open in every one of the four towns until the new ward has shown "
    "that it works for people who live alone and have no car"
)


def full(many: int, text: str = LONG) -> Change:
    """Make a change with every table filled in by long texts."""
    names = [f"Organisation {n} with a long name of its own" for n in range(many)]
    return Change(
        title=text,
        aim=text * 2,
        for_whom=text,
        date=DAY,
        you=names[0],
        organisations=[Organisation(name, "S") for name in names],
        people=[Person("Lead", names[0], "nurse")],
        ties=[Tie(a, b, "influence") for a, b in pairwise(names)],
        stances=[Stance(name, 5, n % 11 - 5, 5) for n, name in enumerate(names)],
        interests=[
            Interest(name, "organisation", -(n % 5) - 1, text, text if n % 2 else "")
            for n, name in enumerate(names)
        ],
        claims=[Claim(text + str(n), "everyone", "weak", text) for n in range(many)],
        involvement=[
            Involvement(text + str(n), "after the decision", "informed", "consulted", "partners")
            for n in range(many)
        ],
        commitments=[
            Commitment(text + str(n), ("fixed", "flexible")[n % 2], "", DAY) for n in range(many)
        ],
        steps=[
            Step(text + str(n), 10, 20, 30, (text + str(n - 1),) if n else ()) for n in range(many)
        ],
        barriers=[Barrier(text + str(n), "money", name, None, text) for n, name in
                  enumerate(names)],
        learning=[Learning(text, "taught", "Somebody", DAY) for _ in range(many)],
        rules=[Rule(text, DAY, 3, 2) for _ in range(many)],
        ideas=[Idea(text + str(n), name, text, "ours", DAY) for n, name in enumerate(names)],
        reflections=[Reflection("Private question", "Private answer", 1, DAY)],
    )  # fmt: skip


def heading(made: Plan, name: str) -> tuple[str, ...]:
    return next((s.lines for s in made.sections if s.heading == name), ())


@pytest.mark.parametrize("many", [2, 12, 60])
def test_the_page_never_grows_beyond_a4(many: int) -> None:
    """However much there is, the rows stay within the limit and say how many were left out."""
    made = plan.build(full(many))
    assert made.rows <= LINES
    # Two organisations with one on no side leave nobody to start with.
    none = {"Who to start with"} if many == 2 else set()
    assert {s.heading for s in made.sections} == {part.heading for part in PARTS} - none
    assert not made.missing
    for section in made.sections:
        assert section.lines
        for line in section.lines:
            assert len(line) <= 2 * WIDTH
    if many > 2:
        assert any(section.more for section in made.sections)
        assert "more lines)" in made.to_text()
        assert any("left out" in line for line in plan.explain(full(many)))


def test_text_has_no_line_above_eighty_letters() -> None:
    """Plain text can be put into any e-mail."""
    assert max(map(len, plan.build(full(12)).to_text().splitlines())) <= 80


class _Tags(HTMLParser):
    """Check that tags nest, and collect what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_whatever_is_typed_is_text_in_html_and_never_a_tag(text: str) -> None:
    """Nothing a reader types can become markup, in the article or in the whole document."""
    change = Change(title=text, aim=text, commitments=[Commitment(text, "fixed")])
    made = plan.build(change)
    for whole in (False, True):
        parser = _Tags()
        parser.feed(made.to_html(whole=whole))
        parser.close()
        assert parser.open == []
        plain = {"article", "h1", "h2", "p", "ul", "li"}
        extra = {"html", "head", "meta", "title", "style", "body", "main"}
        assert set(parser.seen) <= plain | (extra if whole else set())
        assert made.title in parser.text


def test_html_is_plain_and_in_order() -> None:
    """One heading of the first level, then the second; lists only; nothing to clean up in Word."""
    page = plan.build(full(3)).to_html()
    assert page.count("<h1>") == 1
    assert re.findall(r"<h(\d)", page)[0] == "1"
    assert "style" not in page
    assert "<script" not in plan.build(Change(title="<script>alert(1)</script>")).to_html()
    whole = plan.build(full(3)).to_html(whole=True)
    assert "size: A4" in whole
    assert "http" not in whole
    assert plan.build(full(3))._repr_html_() == page


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*bold* _it_", r"\*bold\* \_it\_"),
        ("1. first", r"1\. first"),
        ("- dash", r"\- dash"),
        ("+ plus", r"\+ plus"),
        ("[a](b) `c` <d>", r"\[a\](b) \`c\` \<d\>"),
        ("# not a heading", r"\# not a heading"),
        ("a | b $x$ ~y~", r"a \| b \$x\$ \~y\~"),
        ("plain", "plain"),
        ("2027 plan", "2027 plan"),
    ],
)
def test_markdown_escapes_what_would_be_read_as_marks(text: str, escaped: str) -> None:
    """What a reader typed reads as they typed it."""
    assert plan.build(Change(title=text)).to_markdown().splitlines()[0] == f"# {escaped}"


def test_all_three_forms_say_the_same() -> None:
    """Text, Markdown and HTML have the same headings and lines."""
    made = plan.build(
        Change(title="Care", for_whom="All", commitments=[Commitment("Daily", "fixed")])
    )
    for form in (made.to_text(), made.to_markdown(), made.to_html()):
        for words in ("What holds and what may flex", "Fixed: Daily.", "Still missing", "For: All"):
            assert words in form
    assert str(made) == repr(made) == made.to_text()


def test_reflections_never_reach_the_page() -> None:
    """They are for the person who wrote them, and the reader is told so."""
    made = plan.build(full(2))
    assert "Private" not in made.to_text()
    assert (
        plan.explain(full(2))[-1] == "Your answers to reflections are not on it. They are for you."
    )


def test_names_stand_in_the_order_of_the_tables() -> None:
    """Nobody is ranked: power, support and the size of a loss make no difference to the order."""
    names = ["Ash", "Birch", "Cedar"]
    for powers in ((1, 5, 9), (9, 5, 1)):
        change = Change(
            organisations=[Organisation(name) for name in names],
            stances=[Stance(n, p, -1 - p / 3) for n, p in zip(names, powers, strict=True)],
            interests=[
                Interest(n, "organisation", -p / 3) for n, p in zip(names, powers, strict=True)
            ],
        )
        made = plan.build(change)
        assert heading(made, "Where they stand") == ("Against (3): Ash, Birch and Cedar.",)
        assert "Lose without gaining: Ash, Birch and Cedar." in heading(
            made, "Who gains and who loses"
        )


def test_what_is_missing_is_named_and_disappears_when_filled_in() -> None:
    """An empty change names every part; each table filled in takes its part off the list."""
    blank = plan.build(Change.blank())
    assert blank.missing[:3] == ("title", "aim", "who it is for")
    assert {part.missing for part in PARTS if part.missing} <= set(blank.missing)
    assert plan.explain(Change.blank()) == [
        "There is nothing to put on a page yet. Start with a title and an aim."
    ]
    assert "claims" not in plan.build(Change(claims=[Claim("A")])).missing
    told = plan.explain(Change(title="A"))[1]
    assert told.startswith("Not filled in yet: aim, who it is for and who is in it (exercise 1); ")
    assert "; steps and barriers (exercise 10); learning (exercise 11)." in told
    undated = Change(commitments=[Commitment("Open daily", "fixed")])
    assert "a day to look again" in plan.build(undated).missing
    for part in PARTS:
        assert set(part.tables) <= set(TABLES)


def test_a_part_whose_module_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the package without a subject still gives a page."""
    real = builtins.__import__

    def without(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (),
                level: int = 0) -> Any:  # fmt: skip
        if level and fromlist and {"barriers", "interests", "approvals"} & set(fromlist):
            raise ImportError(name)
        return real(name, globals, locals, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", without)
    found = {section.heading for section in plan.build(full(12)).sections}
    assert found == {part.heading for part in PARTS} - {
        "What is in the way", "Who gains and who loses", "Steps and time",
    }  # fmt: skip


def test_each_part_tells_what_is_in_its_table() -> None:
    """Known lines, one for each kind of thing a part can say."""
    change = Change(
        organisations=[Organisation("Ash"), Organisation("Birch"), Organisation("Cedar")],
        people=[Person("Lead")],
        ties=[Tie("Ash", "Birch"), Tie("Birch", "Cedar")],
        you="Ash",
        stances=[Stance("Ash", 5, 5), Stance("Birch", 5, 0), Stance("Cedar")],
        interests=[Interest("Ash", "organisation", 2)],
        commitments=[
            Commitment(f"Hold {n}", "fixed", "", DAY if n == 1 else None) for n in (1, 2, 3)
        ],
        steps=[Step("Plan", 1, 2, 3, owner="Ash"), Step("Build", depends_on=("Plan",))],
        barriers=[
            Barrier("Rules", next_move="Ask for a meeting."),
            Barrier("Rooms", in_our_gift=True, next_move="Book rooms"),
        ],
        rules=[
            Rule("Waits", DAY, 5, 9, better="lower"),
            Rule("Seen", dt.date(2027, 1, 1), 5),
            Rule("Lost"),
            Rule("Bare", DAY),
        ],
        claims=[Claim("Safe", "", "weak", "Numbers")],
        ideas=[
            Idea("One list.", "Birch", "Their own name for it", "ours", DAY),
            Idea("One form", "Cedar"),
            Idea("One door"),
            Idea(with_whom="Cedar"),
        ],
    )
    made = plan.build(change)
    assert heading(made, "Who is in it") == (
        "3 organisations, 1 person and 2 ties. Our place on the map: Ash.",
        "Others would be cut off if one of these left: Birch.",
    )
    assert heading(made, "Where they stand")[1:] == ("On no side (1): Birch.", "Not known: 1.")
    assert heading(made, "Who gains and who loses") == ("Nobody in the table loses on balance.",)
    assert heading(made, "Who to start with")[0].startswith("Together: Ash")
    assert heading(made, "What it rests on")[0] == "1 claim: 1 weak."
    assert heading(made, "What holds and what may flex") == (
        "Fixed: Hold 1.", "Fixed: Hold 2. 1 more.",
    )  # fmt: skip
    assert heading(made, "Ideas to give away") == (
        "With Birch: One list. Look again on 3 May 2027.",
        "With Cedar: One form.",
        "1 idea with nobody named yet.",
    )
    assert heading(made, "Steps and time") == (
        "Longest way through: Plan.",
        "About 2 days along it, if every step takes its average.",
        "1 step without days, counted as 0.",
        "1 step without an owner.",
    )
    assert heading(made, "What is in the way")[0] == "We can lift: Rooms."
    assert heading(made, "When we look again") == (
        "1 January 2027: Seen: carry on at 5 or more.",
        "3 May 2027: Waits: carry on at 5 or less and stop above 9.",
        "3 May 2027: Bare: no rule yet.",
        "3 May 2027: look again at “Hold 1”.",
    )
    assert heading(made, "What we do next") == (
        "Book rooms.", "Ask for a meeting.", "Close this gap: Numbers.",
    )  # fmt: skip


def test_parts_with_nothing_to_say_are_left_out() -> None:
    """Rows that cannot be used make no empty heading."""
    odd = Change(
        stances=[Stance(support=3)],
        claims=[Claim(for_whom="GPs")],
        involvement=[Involvement(patients="informed")],
        learning=[Learning(how="taught")],
        steps=[Step(owner="Ash")],
        people=[Person("Lead")],
    )
    made = plan.build(odd)
    for name in ("Where they stand", "What it rests on", "Who takes part", "What we will learn",
                 "Steps and time", "Who to start with"):  # fmt: skip
        assert heading(made, name) == ()
    loop = Change(steps=[Step("A", depends_on=("B",)), Step("B", depends_on=("A",))])
    assert heading(plan.build(loop), "Steps and time") == ("2 steps: A and B.",)


def test_rows_are_counted_as_they_print() -> None:
    """A heading takes 1.7 rows, a line one for each 88 letters begun."""
    assert Section("A", ["x" * 88, "x" * 89]).rows == pytest.approx(1.7 + 1 + 2)
    assert Section("A", ["x"], 3).shown == ("x (3 more lines)",)
    assert Section("A", [], 3).shown == ()


def test_the_stroke_case_fits_and_names_what_is_missing() -> None:
    """Smoke test on the shipped case."""
    made = plan.build(Change.example("stroke-london"))
    assert made.rows <= LINES
    assert made.missing == ("ideas to share", "a day to look again", "learning")
    assert heading(made, "Where they stand")[0].startswith("For (12): NHS London")


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(changes())
def test_anything_a_reader_leaves_makes_a_page(change: Change) -> None:
    """Half-filled and odd changes give a page within the limit, never an error."""
    made = plan.build(change)
    assert made.rows <= LINES
    assert plan.explain(change)
    assert made.to_markdown()
