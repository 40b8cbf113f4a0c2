"""The record of what was said and found: four data files, read and checked as a whole.

Knows nothing of Sphinx. ``read_record`` gives a `Record`, or raises `RecordError` with every fault
in plain words. The files, all in ``book/evidence``:

================== =======================================================================
interviews.yml     sources, the ten interviewees, findings, tensions, things said elsewhere
themes.yml         the themes of the findings, with a heading and a sentence each
research.yml       statements from research and public records, and claims weighed against them
references.bib     the works that research.yml and the chapters cite
================== =======================================================================
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

__all__ = [
    "FILES",
    "GROUPS",
    "Claim",
    "Finding",
    "Interviewee",
    "Record",
    "RecordError",
    "Source",
    "Statement",
    "Tension",
    "Theme",
    "Work",
    "content_hash",
    "nearest",
    "plain_date",
    "read_record",
    "typographic",
]

FILES = ("interviews.yml", "themes.yml", "research.yml", "references.bib")
LONGEST_PHRASE = 12

GROUPS: Mapping[str, str] = {
    "several": "several of the ten",
    "unnamed": "one of the ten, not named",
    "author": "the writer",
}
"""Voices that are not a named interviewee, and the label of their marks.

`author` is only a fallback here: the label comes from the source, for example "Timmins, the
interviewer", so that a writer's own words never read as an interviewee's.
"""

_HONORIFICS = {"Lord", "Dame", "Sir", "Professor", "Dr"}
# fmt: off
_MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]
# fmt: on
READ_AS = {
    "whole": "Read whole.",
    "opening part only": "Only the opening part was read.",
    "full": "Read in full.",
    "abstract": "The abstract was read.",
    "part": "The opening or a summary was read.",
    "record": "Only the catalogue entry was read.",
    "cited": "Known only through another source.",
}
"""How much of a source was read: the word in the data, and the sentence a reader gets."""


class RecordError(Exception):
    """Raised when the record has faults; ``faults`` lists all of them, one sentence each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        count = len(self.faults)
        head = f"The evidence record has {count} fault{'s' if count != 1 else ''}:"
        super().__init__("\n  - ".join([head, *self.faults]))


@dataclass(frozen=True)
class Source:
    """Where something was said: an article, an interview page, a recording's notes."""

    id: str
    title: str
    author: str
    publisher: str
    date: str
    url: str
    kind: str
    read: str
    read_note: str = ""
    voice: str = ""
    other_urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interviewee:
    """One of the ten, with the post held in 2015 and how much of the interview could be read."""

    id: str
    name: str
    role_2015: str
    organisation_2015: str
    kind_of_system: str
    could_read: str
    sources: tuple[str, ...]

    @property
    def surname(self) -> str:
        """The last word of the name, as marks give it.

        Examples
        --------
        >>> Interviewee("fish", "Professor Sir David Fish", "", "", "", "", ()).surname
        'Fish'
        """
        return self.name.split()[-1]

    @property
    def plain_name(self) -> str:
        """The name without titles.

        Examples
        --------
        >>> Interviewee("fish", "Professor Sir David Fish", "", "", "", "", ()).plain_name
        'David Fish'
        """
        return " ".join(word for word in self.name.split() if word not in _HONORIFICS)


@dataclass(frozen=True)
class Finding:
    """Something said: a paraphrase, where it stands, and perhaps a phrase quoted word for word."""

    id: str
    interviewee: str
    theme: str
    says: str
    source: str
    locator: str
    phrase: str = ""
    elsewhere: bool = False


@dataclass(frozen=True)
class Tension:
    """A question on which the interviewees differ; ``positions`` are ids of findings."""

    id: str
    question: str
    positions: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Theme:
    """A heading and a sentence for one of the themes that findings are filed under."""

    id: str
    heading: str
    sentence: str


@dataclass(frozen=True)
class Statement:
    """One statement of the research record.

    ``seen`` is false where it is known only from memory: it cannot be cited. ``computed`` marks
    what we worked out; ``ours`` an observation about this record. ``word``, ``then`` and ``now``
    are set for the table of what became of the bodies of 2015.
    """

    id: str
    section: str
    says: str
    sources: tuple[str, ...]
    seen: bool
    computed: bool = False
    ours: bool = False
    weight: str = ""
    phrase: str = ""
    word: str = ""
    then: str = ""
    now: str = ""


@dataclass(frozen=True)
class Section:
    """A heading of the research record; "1.2" stands under "1"."""

    id: str
    title: str


@dataclass(frozen=True)
class Claim:
    """A view of the interviewees weighed: works for it, works against it, how firm it is."""

    id: str
    claim: str
    for_: tuple[str, ...]
    against: tuple[str, ...]
    firm: str
    limits: str = ""


@dataclass(frozen=True)
class Work:
    """An entry of references.bib.

    ``authors`` are surnames, ``credit`` names up to three people in full. ``described``: the title
    is a description, because the exact one was not recorded. ``letter`` tells apart works of the
    same author and year.
    """

    id: str
    authors: tuple[str, ...]
    credit: str
    others: bool
    title: str
    described: bool
    year: str
    where: str
    kind: str
    read: str
    doi: str = ""
    url: str = ""
    note: str = ""
    letter: str = ""

    @property
    def names(self) -> str:
        """Who wrote it, short: "Turner and others", "Boyne and Dahya", "The Guardian"."""
        if not self.authors:
            return f"“{_shortened(self.title)}”"
        if self.others or len(self.authors) > 2:
            return f"{self.authors[0]} and others"
        return " and ".join(self.authors)

    @property
    def short(self) -> str:
        """Author and year, as marks give them: "Turner and others, 2016"."""
        return f"{self.names}, {self.year or 'no date'}{self.letter}"

    @property
    def address(self) -> str:
        """Where it can be found: the DOI as an address, else the recorded address, else empty."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True)
class Record:
    """Everything, each kind by id, in the order of the files."""

    sources: dict[str, Source]
    interviewees: dict[str, Interviewee]
    themes: dict[str, Theme]
    findings: dict[str, Finding]
    tensions: dict[str, Tension]
    sections: dict[str, Section]
    statements: dict[str, Statement]
    claims: dict[str, Claim]
    works: dict[str, Work]

    def voice(self, finding: Finding) -> str:
        """Who said it, as a mark names them.

        Returns
        -------
        str
            A surname; "several of the ten"; "one of the ten, not named"; or, for a writer's own
            words, what the source is called, for example "Timmins, the interviewer".
        """
        if finding.interviewee in self.interviewees:
            name = self.interviewees[finding.interviewee].surname
            return f"{name}, elsewhere" if finding.elsewhere else name
        if finding.interviewee == "author":
            return self.sources[finding.source].voice or GROUPS["author"]
        return GROUPS[finding.interviewee]

    def caution(self, finding: Finding) -> str:
        """The sentence that goes with a voice, so that nobody takes it for more than it is."""
        if finding.elsewhere:
            return "Said on another occasion: not part of the 2015 interviews."
        return {
            "several": "Reported of the interviewees together. It does not follow that all ten "
            "said it.",
            "unnamed": "The source does not say which of the ten.",
            "author": "The writer’s own words, not those of an interviewee.",
        }.get(finding.interviewee, "")

    def found_by(self, statement: Statement) -> str:
        """Who found it, as a mark names them: "Morris and others, 2014", "worked out here"."""
        if statement.ours:
            return "our own note"
        if statement.computed:
            return "worked out here"
        works = [self.works[key].short for key in statement.sources]
        if len(works) > 2:
            return f"{works[0]}, and {len(works) - 1} more"
        return "; ".join(works)

    def shown(self, kind: str, item: str) -> tuple[object, ...] | None:
        """All that a page shows about one item: when this changes, the page is out of date."""
        if kind == "said" and (finding := self.findings.get(item)):
            return (
                finding,
                self.sources[finding.source],
                self.interviewees.get(finding.interviewee),
            )
        if kind == "found" and (statement := self.statements.get(item)):
            return (statement, *(self.works[key] for key in statement.sources))
        if kind == "differ" and (tension := self.tensions.get(item)):
            return (tension,)
        return (self.works[item],) if kind == "work" and item in self.works else None


_Item = TypeVar("_Item")


def nearest(wanted: str, known: Iterable[str]) -> str:
    """Give the ids most like the one wanted, as the end of a message, or nothing.

    Examples
    --------
    >>> nearest("fish-40-love", ["fish-40-love-down", "killian-yes"])
    ' Did you mean fish-40-love-down?'
    >>> nearest("zzz", ["killian-yes"])
    ''
    """
    known = list(known)
    close = difflib.get_close_matches(wanted, known, n=2, cutoff=0.6)
    if not close:
        words = set(wanted.lower().split("-"))
        scored = sorted(known, key=lambda each: -len(words & set(each.split("-"))))
        close = [each for each in scored[:2] if words & set(each.split("-"))]
    return f" Did you mean {' or '.join(close)}?" if close else ""


def typographic(text: str) -> str:
    """Turn straight quotation marks and apostrophes into typographic ones.

    Examples
    --------
    >>> typographic('It\\'s the NHS\\'s "law"')
    'It’s the NHS’s “law”'
    """
    text = re.sub(r"(^|[\s(\[])\"", r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[“])'(?!s\b)", r"\1‘", text).replace("'", "’")


def plain_date(date: str) -> str:
    """Write an ISO date, or the start of one, as people do; leave words as they are.

    Examples
    --------
    >>> plain_date("2015-07-28"), plain_date("2015-05"), plain_date("not shown")
    ('28 July 2015', 'May 2015', 'date not shown')
    """
    if match := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", date):
        year, month, day = match.groups()
        parts = [day.lstrip("0")] if day else []
        return " ".join([*parts, *([_MONTHS[int(month) - 1]] if month else []), year])
    return f"date {date}" if date.startswith("not shown") else date


def content_hash(folder: Path) -> str:
    """Give a fingerprint of the four files and of this module: the same means nothing to do."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in FILES:
        file = folder / name
        digest.update(file.read_bytes() if file.exists() else b"missing")
    return digest.hexdigest()


def read_record(folder: Path) -> Record:
    """Read the four files and check them as a whole.

    Parameters
    ----------
    folder : Path
        The folder that holds the files named in `FILES`.

    Returns
    -------
    Record

    Raises
    ------
    RecordError
        With every fault found, each naming its file and its item.
    """
    faults: list[str] = []
    interviews = _yaml(folder / "interviews.yml", faults)
    themes_file = _yaml(folder / "themes.yml", faults)
    research = _yaml(folder / "research.yml", faults)
    works = _works(folder / "references.bib", faults)
    if faults:
        raise RecordError(faults)

    def items(
        data: Mapping[str, Any], file: str, key: str, kind: type[_Item], **fixed: Any
    ) -> list[_Item]:
        return _items(data.get(key) or [], f"{file}, {key}", kind, faults, fixed)

    found = items(interviews, "interviews.yml", "findings", Finding)
    found += items(interviews, "interviews.yml", "elsewhere", Finding, elsewhere=True)
    record = Record(
        sources=_by_id(items(interviews, "interviews.yml", "sources", Source), "source", faults),
        interviewees=_by_id(
            items(interviews, "interviews.yml", "interviewees", Interviewee), "interviewee", faults
        ),
        themes=_by_id(items(themes_file, "themes.yml", "themes", Theme), "theme", faults),
        findings=_by_id(found, "finding", faults),
        tensions=_by_id(
            items(interviews, "interviews.yml", "tensions", Tension), "tension", faults
        ),
        sections=_by_id(items(research, "research.yml", "sections", Section), "section", faults),
        statements=_by_id(items(research, "research.yml", "items", Statement), "item", faults),
        claims=_by_id(items(research, "research.yml", "claims", Claim), "claim", faults),
        works=works,
    )
    _check(record, faults)
    if faults:
        raise RecordError(faults)
    return record


def _check(record: Record, faults: list[str]) -> None:
    """Add a fault for everything that points nowhere or breaks a rule of the house."""

    def known(where: str, what: str, wanted: str, table: Iterable[str]) -> bool:
        options = list(table)
        if wanted in options:
            return True
        faults.append(f"{where}: unknown {what} '{wanted}'.{nearest(wanted, options)}")
        return False

    def phrase(where: str, text: str) -> None:
        words = len(text.split())
        if words > LONGEST_PHRASE:
            faults.append(
                f"{where}: the phrase has {words} words. A quotation has at most {LONGEST_PHRASE}."
            )

    for person in record.interviewees.values():
        for key in person.sources:
            known(f"interviews.yml, interviewee {person.id}", "source", key, record.sources)
    for finding in record.findings.values():
        where = f"interviews.yml, finding {finding.id}"
        sourced = known(where, "source", finding.source, record.sources)
        known(where, "interviewee", finding.interviewee, [*record.interviewees, *GROUPS])
        known(where, "theme", finding.theme, record.themes)
        phrase(where, finding.phrase)
        if not finding.locator.strip():
            faults.append(f"{where}: no locator. Say where in the source it stands.")
        if finding.interviewee == "author" and sourced and not record.sources[finding.source].voice:
            faults.append(
                f"{where}: it is the writer's own words, so source {finding.source} needs a "
                "`voice` that names the writer."
            )
    for source in record.sources.values():
        known(f"interviews.yml, source {source.id}", "value of `read`", source.read, READ_AS)
    for tension in record.tensions.values():
        where = f"interviews.yml, tension {tension.id}"
        for position in tension.positions:
            if known(where, "position", position, record.findings) and (
                record.findings[position].elsewhere
            ):
                faults.append(f"{where}: position {position} was said elsewhere, not in 2015.")
    for item in record.statements.values():
        where = f"research.yml, item {item.id}"
        known(where, "section", item.section, record.sections)
        for key in item.sources:
            known(where, "work", key, record.works)
        if item.seen and not (item.sources or item.computed or item.ours):
            faults.append(f"{where}: no source. Add one, or say `computed: true` or `ours: true`.")
        phrase(where, item.phrase)
        if item.phrase and item.phrase not in item.says:
            faults.append(f"{where}: the phrase does not stand in `says`.")
    for claim in record.claims.values():
        for key in (*claim.for_, *claim.against):
            known(f"research.yml, claim {claim.id}", "work", key, record.works)
    for work in record.works.values():
        known(f"references.bib, {work.id}", "value of `read`", work.read, READ_AS)


def _yaml(file: Path, faults: list[str]) -> dict[str, Any]:
    """Read a YAML file that holds a mapping; with the C parser, if there, five times as fast."""
    try:
        data = yaml.load(
            file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except FileNotFoundError:
        faults.append(f"{file.name}: the file is missing.")
        return {}
    except yaml.YAMLError as error:
        faults.append(f"{file.name}: not readable as YAML: {' '.join(str(error).split())}")
        return {}
    if not isinstance(data, dict):
        faults.append(f"{file.name}: expected named lists, such as `findings:`.")
        return {}
    return data


def _items(
    rows: list[Any], where: str, kind: type[_Item], faults: list[str], fixed: Mapping[str, Any]
) -> list[_Item]:
    """Make one object a row; a row with faults is reported and left out."""
    made: list[_Item] = []
    specs = {spec.name.rstrip("_"): spec for spec in fields(kind)}  # type: ignore[arg-type]
    for at, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            faults.append(f"{where}, entry {at}: expected named fields.")
            continue
        name = f"{where}, {row.get('id') or f'entry {at}'}"
        values: dict[str, Any] = dict(fixed)
        wrong = len(faults)
        for key in row.keys() - specs.keys():
            faults.append(f"{name}: unknown field '{key}'.{nearest(str(key), specs)}")
        for key, spec in specs.items():
            if key in fixed:
                continue
            if key not in row:
                if spec.default is MISSING:
                    what = "no locator" if key == "locator" else f"the field '{key}' is missing"
                    faults.append(f"{name}: {what}.")
                continue
            values[spec.name] = _value(row[key], str(spec.type), f"{name}, {key}", faults)
        if len(faults) == wrong:
            made.append(kind(**values))
    return made


def _value(value: Any, kind: str, where: str, faults: list[str]) -> Any:
    """Check one value against the type its field is declared with."""
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "str" and isinstance(value, str):
        return typographic(value) if not where.endswith((", url", ", id")) else value
    if kind.startswith("tuple") and isinstance(value, list):
        return tuple(str(each) for each in value)
    wanted = {"bool": "true or false", "str": "text (put it in quotation marks)"}
    faults.append(f"{where}: expected {wanted.get(kind, 'a list')}, got {value!r}.")
    return value


def _by_id(items: list[_Item], what: str, faults: list[str]) -> dict[str, _Item]:
    table: dict[str, _Item] = {}
    for item in items:
        key = str(getattr(item, "id"))  # noqa: B009 - all records have one, the type does not say so
        if key in table:
            faults.append(f"{what} {key}: the id is used twice. Every id is used once.")
        table[key] = item
    return table


def _shortened(title: str) -> str:
    words = title.strip("[]").split()
    return " ".join(words[:4]) + ("…" if len(words) > 4 else "")


def _works(file: Path, faults: list[str]) -> dict[str, Work]:
    """Read references.bib. pybtex is imported only here: a cached record never pays for it."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        entries = parse_string(file.read_text(encoding="utf-8"), "bibtex").entries
    except FileNotFoundError:
        faults.append(f"{file.name}: the file is missing.")
        return {}
    except PybtexError as error:
        faults.append(f"{file.name}: {error}")
        return {}
    works = {}
    for key, entry in entries.items():
        values = {name: _plain(text) for name, text in entry.fields.items()}
        people = entry.persons.get("author", [])
        names = [_plain(" ".join([*p.prelast_names, *p.last_names])) for p in people]
        keywords = dict(
            part.strip().split(": ", 1)
            for part in values.get("keywords", "").split(";")
            if ": " in part
        )
        for need in ("kind", "read"):
            if need not in keywords:
                faults.append(f"references.bib, {key}: `keywords` does not say `{need}: …`.")
        if "title" not in values:
            faults.append(f"references.bib, {key}: no title.")
        title = values.get("title", "")
        works[key] = Work(
            id=key,
            authors=tuple(name for name in names if name != "others"),
            credit=_credit(people),
            others="others" in names,
            title=title.strip("[]"),
            described=title.startswith("["),
            year=values.get("year", ""),
            where=_where(values),
            kind=keywords.get("kind", ""),
            read=keywords.get("read", ""),
            doi=entry.fields.get("doi", ""),
            url=entry.fields.get("url", ""),
            note=values.get("note", ""),
        )
    return _told_apart(works)


def _told_apart(works: dict[str, Work]) -> dict[str, Work]:
    """Letter the works that would otherwise be cited alike: 2013a, 2013b, in the file's order."""
    alike: dict[str, list[str]] = {}
    for key, work in works.items():
        alike.setdefault(work.short, []).append(key)
    for keys in alike.values():
        if len(keys) > 1:
            for at, key in enumerate(keys):
                works[key] = replace(works[key], letter=_letter(at))
    return works


def _letter(at: int) -> str:
    """Give a, b, … z, aa, ab, …

    Examples
    --------
    >>> _letter(0), _letter(25), _letter(26)
    ('a', 'z', 'aa')
    """
    letter = chr(ord("a") + at % 26)
    return letter if at < 26 else _letter(at // 26 - 1) + letter


def _credit(people: list[Any]) -> str:
    """Write authors as a reference list does: surname, initials, three at most."""
    shown = []
    for person in people:
        initials = "".join(
            name.strip("{}")[0] for name in [*person.first_names, *person.middle_names]
        )
        shown.append(_plain(" ".join([*person.prelast_names, *person.last_names, initials])))
    more = len(shown) > 3 or "others" in shown
    shown = [name for name in shown if name != "others"][:3]
    return ", ".join(shown) + (" and others" if more else "")


def _where(values: Mapping[str, str]) -> str:
    """Journal with volume and pages, or who put it out."""
    place = next(
        (values[k] for k in ("journal", "institution", "publisher", "howpublished") if k in values),
        "",
    )
    if "volume" in values:
        place += f" {values['volume']}"
        place += f"({values['number']})" if "number" in values else ""
    if "pages" in values:
        place += f": {values['pages']}"
    return place


def _plain(text: str) -> str:
    """Turn the little LaTeX that the file uses into plain text."""
    replace: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
        (r"\\([&%$#_])", r"\1"),
        (r"[{}]", ""),
        (r"---?", "–"),
        (r"~", " "),
    ]
    for pattern, new in replace:
        text = re.sub(pattern, new, text)
    return typographic(" ".join(text.split()))
