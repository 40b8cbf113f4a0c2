"""The change on a page: what stands in a change file, in headings and short lines.

A page is made of whatever is filled in; what is not is named at its foot. It can be read as plain
text, Markdown, or HTML that pastes into Word. Answers to reflections stay out: they are for the
person who wrote them. Names come in the order of the reader's tables; nobody is ranked.
"""

from __future__ import annotations

import html
import math
import re
import textwrap
from collections.abc import Callable, Iterable
from functools import lru_cache

from attrs import evolve, field, frozen

from .change import Change
from .plan_parts import PARTS, WIDTH, Part
from .reflection import day
from .words import counted, listing

__all__ = ["LINES", "PARTS", "WIDTH", "Part", "Plan", "Section", "build", "explain"]

LINES = 56.0
"""Rows of text that the page may have: A4 with margins of 2 cm, in 10.5 to 11 points.

Rows are counted on the safe side: as printed by a browser, 54 of them took the height of 50."""
HEADING = 1.7
"""Rows that a heading takes, with the space above it."""


def _lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(lines)


@frozen
class Section:
    """One heading with its lines.

    Attributes
    ----------
    heading : str
        A few words.
    lines : tuple of str
        Short sentences, each two rows at most.
    more : int
        How many lines were left out so that the page fits.
    """

    heading: str
    lines: tuple[str, ...] = field(converter=_lines)
    more: int = 0

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines; the last one says how many more there are."""
        if not self.more or not self.lines:
            return self.lines
        return (*self.lines[:-1], self.lines[-1] + _more(self.more))

    @property
    def rows(self) -> float:
        """How many rows of text it takes."""
        return HEADING + sum(_rows(line) for line in self.shown)


@frozen
class Plan:
    """The change on a page.

    Attributes
    ----------
    title : str
        What the change is.
    lead : tuple of str
        Aim, for whom, and date.
    sections : tuple of Section
        Those with something in them, in a fixed order.
    missing : tuple of str
        What is not filled in yet, such as "claims".

    Examples
    --------
    >>> from system_leadership.change import Commitment
    >>> made = build(Change(title="One clinic", commitments=[Commitment("Open daily", "fixed")]))
    >>> made.sections[0].heading, made.sections[0].lines
    ('What holds and what may flex', ('Fixed: Open daily.',))
    """

    title: str
    lead: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def rows(self) -> float:
        """How many rows of text the page takes, of `LINES`."""
        head, foot = self._around
        return head + sum(section.rows for section in self.sections) + foot

    @property
    def _around(self) -> tuple[float, float]:
        """Rows above the sections and below them."""
        head = 2.5 + sum(_rows(line) for line in self.lead)
        return head, HEADING + _rows(self.foot) if self.missing else 0.0

    @property
    def foot(self) -> str:
        """What is missing, as a sentence, or an empty text."""
        return f"Not filled in yet: {listing(self.missing)}." if self.missing else ""

    def _blocks(self) -> list[tuple[str, tuple[str, ...]]]:
        blocks = [(section.heading, section.shown) for section in self.sections]
        return blocks + ([("Still missing", (self.foot,))] if self.missing else [])

    def to_text(self) -> str:
        """Give the page as plain text, at most 80 letters a line.

        Examples
        --------
        >>> print(Plan("One clinic", (), (Section("Steps", ["Move in."]),)).to_text())
        ONE CLINIC
        <BLANKLINE>
        Steps
        - Move in.
        """
        parts = ["\n".join(textwrap.wrap(self.title.upper(), 80))]
        if self.lead:
            parts.append("\n".join(row for line in self.lead for row in textwrap.wrap(line, 80)))
        for heading, lines in self._blocks():
            rows = [heading]
            for line in lines:
                rows += textwrap.wrap(line, 80, initial_indent="- ", subsequent_indent="  ")
            parts.append("\n".join(rows))
        return "\n\n".join(parts)

    def to_markdown(self) -> str:
        """Give the page as Markdown; what could be read as marks is escaped.

        Examples
        --------
        >>> print(Plan("One *clinic*", (), (Section("Steps", ["Move in."]),)).to_markdown())
        # One \\*clinic\\*
        <BLANKLINE>
        ## Steps
        <BLANKLINE>
        - Move in.
        """
        parts = [f"# {_markdown(self.title)}"]
        parts += [_markdown(line) for line in self.lead]
        for heading, lines in self._blocks():
            parts.append(f"## {_markdown(heading)}")
            parts.append("\n".join(f"- {_markdown(line)}" for line in lines))
        return "\n\n".join(parts)

    def to_html(self, *, whole: bool = False) -> str:
        """Give the page as HTML: headings, paragraphs and lists, with nothing else to clean up.

        Parameters
        ----------
        whole : bool
            Give a whole document, set to print on one A4 page. Otherwise an `article` that can be
            put into a page or pasted into Word.

        Examples
        --------
        >>> print(Plan("Beds < 10", (), (Section("Steps", ["Move in."]),)).to_html())
        <article lang="en-GB">
        <h1>Beds &lt; 10</h1>
        <h2>Steps</h2>
        <ul>
        <li>Move in.</li>
        </ul>
        </article>
        """
        rows = ['<article lang="en-GB">', f"<h1>{html.escape(self.title)}</h1>"]
        rows += [f"<p>{html.escape(line)}</p>" for line in self.lead]
        for heading, lines in self._blocks():
            rows += [f"<h2>{html.escape(heading)}</h2>", "<ul>"]
            rows += [f"<li>{html.escape(line)}</li>" for line in lines]
            rows.append("</ul>")
        rows.append("</article>")
        body = "\n".join(rows)
        if not whole:
            return body
        return (
            '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width">\n'
            f"<title>{html.escape(self.title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
            f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__


_STYLE = """\
@page { size: A4; margin: 18mm 20mm; }
body { font: 10.5pt/1.3 "Atkinson Hyperlegible Next", "Segoe UI", Arial, sans-serif; color: #1d2733;
  background: #ffffff; max-width: 170mm; margin: 0 auto; padding: 0 4mm; }
h1 { font-size: 16pt; line-height: 1.15; margin: 0 0 4pt; }
h2 { font-size: 11.5pt; margin: 7pt 0 1pt; color: #0f6b6b; }
p, ul { margin: 0; }
ul { padding-left: 13pt; }
p, li { overflow-wrap: anywhere; }
@media print { body { padding: 0; } h2 { break-after: avoid; } }
"""


def _more(number: int) -> str:
    return f" ({counted(number, 'more line')})" if number else ""


def _markdown(text: str) -> str:
    line = re.sub(r"([\\`*_{}\[\]<>#|~$&!])", r"\\\1", text)
    # A number or a dash at the start would make a list of its own.
    return re.sub(r"^(\d+)([.)])|^([-+=])", r"\1\\\2\3" if line[:1].isdigit() else r"\\\3", line)


def _rows(line: str) -> float:
    return float(max(1, math.ceil(len(line) / WIDTH)))


def _cut(text: str, most: int) -> str:
    """Bring a text onto one line of at most so many letters, ending at a word."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    if " " in cut[most // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" .,;:") + "…"


def build(change: Change) -> Plan:
    """Put a change on a page.

    Parameters
    ----------
    change : Change
        The change. Parts that are empty are left out and named as missing.

    Returns
    -------
    Plan
        Of at most `LINES` rows. If there is more, the longest sections give up lines first and say
        how many, down to three lines each. Then whichever has most rows has its second rows cut, or
        loses a line. What to do next keeps three lines for as long as it can.

    Examples
    --------
    >>> made = build(Change.blank())
    >>> made.title, len(made.sections), made.missing[0]
    ('A change without a title', 0, 'title')
    >>> made.rows <= LINES
    True
    """
    return _build(change)


# The words above the page and the page itself are of the same plan.
@lru_cache(maxsize=2)
def _build(change: Change) -> Plan:
    missing = [name for name in ("title", "aim") if not getattr(change, name)]
    missing += ["who it is for"] if not change.for_whom else []
    lead = [f"Aim: {_cut(change.aim, 2 * WIDTH - 6)}"] if change.aim else []
    lead += [f"For: {_cut(change.for_whom, WIDTH - 6)}"] if change.for_whom else []
    lead += [f"Date: {day(change.date)}"] if change.date else []
    sections = []
    for part in PARTS:
        if part.tables and not any(change.table(table) for table in part.tables):
            missing += [part.missing] if part.missing else []
            continue
        try:
            lines = part.make(change)
        except ImportError:  # that module does not come with this copy of the package
            continue
        lines = [line for line in (_cut(each, 2 * WIDTH) for each in lines) if line]
        if lines:
            sections.append(Section(part.heading, lines))
        else:
            missing += [part.missing] if part.missing else []
    title = _cut(change.title, 120) or "A change without a title"
    return _fitted(Plan(title, tuple(lead), tuple(sections), tuple(missing)))


def _fitted(plan: Plan) -> Plan:
    """Take away what matters least, one line at a time, until the page fits."""
    head, foot = plan._around
    sections = [*plan.sections]
    rows = [section.rows for section in sections]
    # First the fourth and later lines of a section, then second rows or second lines.
    for step in (_drop_beyond(3), _shorten_all_but_next, _shorten):
        shorter = [step(section) for section in sections]
        while head + sum(rows) + foot > LINES:
            able = [n for n, less in enumerate(shorter) if less != sections[n]]
            if not able:
                break
            # Whoever has most gives first; of equals, whoever comes last.
            place = max(able, key=lambda n: (rows[n], n))
            sections[place] = shorter[place]
            rows[place] = sections[place].rows
            shorter[place] = step(sections[place])
    return evolve(plan, sections=tuple(sections))


def _drop_beyond(most: int) -> Callable[[Section], Section]:
    def drop(section: Section) -> Section:
        if len(section.lines) <= most:
            return section
        return evolve(section, lines=section.lines[:-1], more=section.more + 1)

    return drop


def _one_row(section: Section) -> Section:
    long = [place for place, line in enumerate(section.shown) if len(line) > WIDTH]
    if not long:
        return section
    lines = list(section.lines)
    # Room for "(and 9 more)" at the end of the last line.
    room = WIDTH - (len(_more(section.more)) if long[-1] == len(lines) - 1 else 0)
    lines[long[-1]] = _cut(lines[long[-1]], room)
    return evolve(section, lines=tuple(lines))


def _shorten(section: Section) -> Section:
    shorter = _one_row(section)
    return _drop_beyond(1)(section) if shorter == section else shorter


def _shorten_all_but_next(section: Section) -> Section:
    # What to do next is what people look for first, and it stands last.
    return section if section.heading == PARTS[-1].heading else _shorten(section)


def explain(change: Change) -> list[str]:
    """Say in plain sentences what the page holds and what is missing.

    Examples
    --------
    >>> explain(Change.blank())[0]
    'There is nothing to put on a page yet. Start with a title and an aim.'
    """
    made = build(change)
    if not made.sections and not made.lead and not change.title:
        return ["There is nothing to put on a page yet. Start with a title and an aim."]
    told = [f"The page has {counted(len(made.sections), 'section')} and fits on one side of A4."]
    left = sum(section.more for section in made.sections)
    if left:
        told.append(
            f"To make it fit, {counted(left, 'line')} {'is' if left == 1 else 'are'} left out. "
            "Everything is still in your change file."
        )
    if made.missing:
        told.append(f"Not filled in yet: {_where(made.missing)}.")
    told.append("Your answers to reflections are not on it. They are for you.")
    return told


def _where(missing: Iterable[str]) -> str:
    """Name what is missing by the exercise that asks for it."""
    asked = {part.missing: part.exercise for part in PARTS}
    found: dict[int, list[str]] = {}
    for name in missing:
        found.setdefault(asked.get(name, 1), []).append(name)
    return "; ".join(f"{listing(names)} (exercise {n})" for n, names in sorted(found.items()))
