"""The real case that ships: sourced, confirmed, and honest about what is judgement."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from system_leadership import Change, approvals, system_map
from system_leadership import change as change_model

ROOT = Path(__file__).parents[2]
CHANGES = ROOT / "exercises" / "changes"
LONDON = CHANGES / "stroke-london.yml"
REFERENCES = ROOT / "book" / "evidence" / "references.bib"

# Every number that the file may print, with the entry of the stroke record that has it. Years and
# days of the month are checked apart, as dates.
PUBLISHED = {
    "0.1": "o1, interval of the fall in deaths",
    "0.5": "o4, interval of the stay; cl6, share of attendances",
    "1": "p10, minutes; m11, million pounds",
    "1.1": "o1, percentage points",
    "1.4": "o4, days",
    "1,862": "c11, Ealing petition",
    "2.1": "o1, interval",
    "2.3": "o4, interval",
    "2,794": "c12, Croydon petition",
    "3,500": "c5, answers at first count",
    "4,000": "c4, visitors to roadshows",
    "4.5": "l22, hours",
    "5,000": "c6, answers in the end",
    "7": "m3, million pounds for stroke units",
    "8": "l08, hyper-acute units proposed",
    "10": "design, first estimate of units",
    "11,000": "p15, caution",
    "11,500": "p15, strokes a year",
    "13": "m2, million pounds for hyper-acute units",
    "13,000": "c13, people written to",
    "17": "design, bids",
    "19": "o2, interval",
    "20": "l08, stroke units proposed",
    "21": "o2, months",
    "23": "m1, million pounds",
    "24": "l19, stroke units decided",
    "25": "c8, share of answers from Barnet",
    "29": "c2, questions",
    "30": "cl3, minutes",
    "30,000": "cl8, pounds a quality-adjusted year",
    "31": "jcpct, primary care trusts",
    "35": "c3, roadshows",
    "50": "p11, minutes before",
    "51": "c7, per cent in support",
    "54": "d5, days",
    "55.5": "p1, comparator",
    "56": "c1, pages",
    "62": "p11, minutes after",
    "72": "places, hours in a hyper-acute unit",
    "72.1": "p1, London",
    "73": "d2, days",
    "89": "c9, per cent of Barnet against",
    "90": "o1, days",
    "96": "o3, deaths a year",
    "97": "d1, days",
    "168": "o2, deaths avoided",
    "316": "o2, interval",
    "364": "d3, days",
    "770": "m7, pounds a patient",
    "811": "m9, pounds a patient",
}

# What the record could not confirm (seen: false), told by its figures and words.
UNCONFIRMED = {
    "x01": r"12-month review|consensus (on .*)?br(eaks|oke) down",
    "x02": r"\b2006\b.*Greater Manchester|Greater Manchester.*\b2006\b",
    "o10": r"\b1\.3\b|\b2\.7\b|\b0\.01\b",
    "o11": r"\b1\.8\b|\b3\.4\b|\b0\.2\b",
    "o12": r"\b1\.5\b|\b2\.5\b|\b0\.4\b",
    "o13": r"\b39 per cent|\b86 per cent|39%|86%",
    "p17": r"\b93 per cent|93%",
    "conflict on St Thomas'": r"St\.? Thomas",
    "post held after the case": r"\bRudd\b",
}
# The record has no figure at all for this one, so any number before the word would be made up.
TOTAL_ANSWERS = re.compile(r"\b[\d,]+ (people )?(answers|responses) to the 2009", re.I)

TABLES = [
    "organisations",
    "people",
    "ties",
    "stances",
    "interests",
    "claims",
    "involvement",
    "commitments",
    "steps",
    "barriers",
]


def _read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def london() -> Any:
    """Give the file as plain data."""
    return _read(LONDON)


def _items(case: Any) -> Iterator[tuple[str, Any]]:
    yield "change", case["change"]
    for table in TABLES:
        for at, row in enumerate(case[table], start=1):
            yield f"{table}, row {at}", row


def _texts(case: Any) -> Iterator[tuple[str, str]]:
    for where, row in _items(case):
        for key, value in row.items():
            if key != "source" and isinstance(value, str):
                yield f"{where}, {key}", value


def test_every_item_names_a_source_of_the_bibliography(london: Any) -> None:
    """A reader can look up each line; an unknown key would lead nowhere."""
    known = set(re.findall(r"^@\w+\{([^,]+),", REFERENCES.read_text(encoding="utf-8"), re.M))
    for where, row in _items(london):
        assert row.get("source"), f"{where}: no source"
        unknown = set(row["source"]) - known
        assert not unknown, f"{where}: not in the bibliography: {sorted(unknown)}"


@pytest.mark.parametrize("item", UNCONFIRMED)
def test_nothing_unconfirmed_slipped_in(london: Any, item: str) -> None:
    """What the record marks as unseen stays out of what readers are shown."""
    for where, text in _texts(london):
        assert not re.search(UNCONFIRMED[item], text), f"{where} uses {item}: {text}"


def test_the_missing_total_is_not_made_up(london: Any) -> None:
    """Nobody has published how many answered the consultation of 2009."""
    for where, text in _texts(london):
        assert not TOTAL_ANSWERS.search(text), f"{where}: {text}"


def test_every_number_is_in_the_record(london: Any) -> None:
    """A figure typed wrongly, or from memory, is not on the list and fails."""
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    dates = re.compile(rf"\b(\d{{1,2}} )?({months})( \d{{4}})?\b|\b(19|20)\d\d\b")
    for where, text in _texts(london):
        for number in re.findall(r"\d[\d,.]*\d|\d", dates.sub(" ", text)):
            assert number in PUBLISHED, f"{where}: {number} is not in the record: {text}"


def test_the_list_of_numbers_has_none_to_spare(london: Any) -> None:
    """A number nobody uses any more would let a wrong one pass later."""
    used = " ".join(text for _, text in _texts(london))
    assert [
        n for n in PUBLISHED if not re.search(rf"(?<![\d,.]){re.escape(n)}(?![\d])", used)
    ] == []


@pytest.mark.parametrize(
    ("step", "first", "last"),
    [
        ("Consult on sites", dt.date(2009, 1, 31), dt.date(2009, 5, 8)),
        ("Decide in public", dt.date(2009, 5, 8), dt.date(2009, 7, 20)),
        ("Whole model live", dt.date(2009, 7, 20), dt.date(2010, 7, 19)),
    ],
)
def test_durations_follow_from_the_published_dates(
    london: Any, step: str, first: dt.date, last: dt.date
) -> None:
    """97, 73 and 364 days are worked out, so they can be worked out again."""
    [row] = [row for row in london["steps"] if row["name"] == step]
    assert row["likely"] == (last - first).days
    assert "optimistic" not in row
    assert "pessimistic" not in row


def test_the_days_run_from_day_one_to_the_day_it_went_live(london: Any) -> None:
    """Day one is the opening of the consultation on sites; the longest way ends on the date."""
    assert london["change"]["starts"] == dt.date(2009, 1, 31)
    found = approvals.critical_path(Change.load(LONDON))
    assert found.start == london["change"]["starts"]
    assert found.end == london["change"]["date"]


@pytest.mark.parametrize(
    ("table", "rated"),
    [
        ("ties", {"strength"}),
        ("stances", {"power", "support", "interest"}),
        ("interests", {"size"}),
        ("claims", {"strength"}),
        ("involvement", {"patients", "service_users", "carers"}),
        ("commitments", {"kind"}),
    ],
)
def test_ratings_say_that_they_are_judgement(london: Any, table: str, rated: set[str]) -> None:
    """No source gives these numbers, so each item that has one says where it comes from."""
    assert london[table], f"{table}: nothing to check"
    for at, row in enumerate(london[table], start=1):
        assert rated & set(row), f"{table}, row {at}: no rating"
        assert re.search(r"[Ee]ditor's (judgement|reading|strength|ratings)", row["note"]), (
            f"{table}, row {at}"
        )


def test_support_follows_the_rule_at_the_top(london: Any) -> None:
    """The first words of a stance give the position; the number follows from it."""
    rule = {"Sponsor": 5, "Had the formal": 4, "Supported it": 4, "Bid": 3, "Supported with": 1}
    rule |= {"Neutral": 0, "Opposed its own": -3, "Opposed the local": -3}
    checked = 0
    for row in london["stances"]:
        for start, support in rule.items():
            if row["note"].startswith(start):
                assert row["support"] == support, row
                checked += 1
    assert checked >= 15


def test_ties_and_stances_are_between_names_on_the_map(london: Any) -> None:
    """A tie to nobody would vanish from the picture."""
    names = {row["name"] for table in ("organisations", "people") for row in london[table]}
    organisations = {row["name"] for row in london["organisations"]}
    for row in london["ties"]:
        assert {row["from"], row["to"]} <= names, row
        assert row["from"] != row["to"], row
    assert {row["who"] for row in london["stances"]} <= names
    assert {row.get("organisation", "NHS London") for row in london["people"]} <= organisations
    assert london["you"] in organisations
    assert {name for row in london["steps"] for name in row.get("depends_on", [])} <= {
        row["name"] for row in london["steps"]
    }


def test_ties_carry_a_kind_and_stay_within_range(london: Any) -> None:
    """Kinds and ranges are those of the model."""
    assert {row["kind"] for row in london["ties"]} == {"line", "influence", "money", "information"}
    assert all(0 <= row["strength"] <= 10 for row in london["ties"])
    assert len({(row["from"], row["to"], row["kind"]) for row in london["ties"]}) == len(
        london["ties"]
    )


def test_names_fit_a_box_on_the_map(london: Any) -> None:
    """Names of at most 26 letters; the full name stands in the note."""
    long = [row["name"] for row in london["organisations"] if len(row["name"]) > 26]
    assert long == []
    assert 5 <= len({row["sector"] for row in london["organisations"]}) <= 9


def test_the_head_says_what_is_judgement_and_what_is_left_out() -> None:
    """Somebody who opens the file in an editor reads this first."""
    head = LONDON.read_text(encoding="utf-8").split("\nchange:\n")[0]
    assert all(line.startswith("#") or not line for line in head.splitlines())
    for words in ("EDITOR'S JUDGEMENT", "LEFT OUT", "MADE FROM", "St Thomas'"):
        assert words in head


def test_it_loads() -> None:
    """The file is an ordinary change file."""
    change = Change.load(LONDON)
    case = _read(LONDON)
    for table in TABLES:
        assert len(getattr(change, table)) == len(case[table]), table


def test_the_readings_in_the_exercise_are_true() -> None:
    """What 01-map-your-system says of this map in words still holds for its data."""
    change = Change.load(LONDON)
    found = system_map.reach(change)
    steps = {each.name: each.steps for each in found.persuade}
    assert found.start == "Healthcare for London"
    assert found.instruct == ()
    assert [steps[name] for name in ("UCLH", "Imperial", "Six other chosen sites")] == [2, 2, 2]
    assert "Royal Free" in {each.name for each in found.ask}
    [secretary] = [each for each in found.persuade if each.name == "Health Secretary 2009"]
    assert {"Virendra Sharma", "House of Commons", "Andrew Pelling"} <= set(secretary.through)

    hospitals = {row.name for row in change.organisations if row.sector == "Hospitals"}
    assert not {tie.to for tie in change.ties if tie.kind == "line"} & hospitals
    public = [row.name for row in change.organisations if row.sector == "Public and campaigns"]
    assert (len(public), len(set(public) & set(system_map.isolated(change)))) == (5, 3)

    assert system_map.brokers(change)[0].name == "Joint committee of PCTs"
    cut_off = {bridge.name: set(bridge.cut_off) for bridge in system_map.bridges(change)}
    assert cut_off["UCLH"] == {"Royal Free", "UCLPartners", "Camden scrutiny"}
    charities = {
        row.name
        for row in change.organisations
        if row.sector == "Charities and professional bodies"
    }
    assert cut_off["Joint scrutiny committee"] == charities


def test_the_blank_change_is_blank_and_complete() -> None:
    """A reader starts from every table, and from nothing in it."""
    blank = _read(CHANGES / "blank.yml")
    head = [column.name for column in change_model.TABLES["change"].columns]
    assert list(blank["change"]) == [key for key in head if key not in ("you", "note", "source")]
    assert set(blank["change"].values()) == {None}
    assert set(blank) == {"you", *change_model.TABLES}
    assert not any(blank[key] for key in blank if key != "change")
    change = Change.load(CHANGES / "blank.yml")
    assert not any(change.table(table) for table in change_model.TABLES if table != "change")
