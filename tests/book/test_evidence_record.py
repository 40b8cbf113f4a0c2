"""The evidence record is sound, and every fault in it is reported in plain words."""
# ruff: noqa: E501 - records and faults read best one a line

from __future__ import annotations

import doctest
import shutil
from pathlib import Path

import pytest
from evidence import record as module
from evidence.record import RecordError, read_record

EVIDENCE = Path(__file__).resolve().parents[2] / "book" / "evidence"

INTERVIEWS = """
sources:
  - {id: talk, title: A talk, author: A writer, publisher: A paper, date: "2015", url: "https://example.org", kind: article, read: whole, voice: "A writer"}
interviewees:
  - {id: fish, name: Sir David Fish, role_2015: Head, organisation_2015: Partners, kind_of_system: a network, could_read: All., sources: [talk]}
findings:
  - {id: one, interviewee: fish, theme: trust, says: "Trust is slow.", source: talk, locator: "page 1", phrase: "slow trust"}
  - {id: two, interviewee: several, theme: trust, says: "Trust is quick.", source: talk, locator: "page 2"}
tensions:
  - {id: t-pace, question: "Slow or quick?", positions: [one, two]}
elsewhere: []
"""
THEMES = """
themes:
  - {id: trust, heading: Trust, sentence: "Where it comes from."}
"""
RESEARCH = """
sections:
  - {id: "1", title: One}
items:
  - {id: it-works, section: "1", says: "It works.", sources: [lee2001], seen: true}
claims:
  - {id: trust-first, claim: Trust first, for: [lee2001], against: [], firm: weak}
"""
BIB = "@article{lee2001, author = {Lee, Ann}, title = {On trust}, year = {2001}, keywords = {kind: book; read: full}}"


def small(folder: Path, **changed: str) -> Path:
    """Write a small sound record, with some of its four files changed."""
    texts = {"interviews": INTERVIEWS, "themes": THEMES, "research": RESEARCH, "bib": BIB} | changed
    for name, text in texts.items():
        file = "references.bib" if name == "bib" else f"{name}.yml"
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_the_books_own_record_is_sound():
    """Ten people, ten tensions, and every finding, statement and work that the sources gave."""
    record = read_record(EVIDENCE)
    assert len(record.interviewees) == 10
    assert len(record.tensions) == 10
    assert len(record.findings) == 157
    assert len(record.statements) == 238
    assert len(record.works) == 261
    assert len(record.claims) == 10


def test_a_small_sound_record_is_read(tmp_path):
    """The record that the next tests break is itself without fault."""
    record = read_record(small(tmp_path))
    assert record.voice(record.findings["one"]) == "Fish"
    assert record.found_by(record.statements["it-works"]) == "Lee, 2001"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("interviews", "id: two,", "id: one,", "finding one: the id is used twice"),
        ("interviews", "source: talk, locator: \"page 1\"", "source: tlak, locator: x", "Did you mean talk?"),
        ("interviews", "interviewee: fish,", "interviewee: fsh,", "unknown interviewee 'fsh'"),
        ("interviews", "theme: trust, says: \"Trust is slow", "theme: trusty, says: \"Trust is slow", "Did you mean trust?"),
        ("interviews", "slow trust", "a b c d e f g h i j k l m", "the phrase has 13 words"),
        ("interviews", ', locator: "page 2"', "", "no locator"),
        ("interviews", 'locator: "page 2"', 'locator: ""', "no locator"),
        ("interviews", "positions: [one, two]", "positions: [one, tow]", "unknown position 'tow'. Did you mean two?"),
        ("interviews", "read: whole", "read: half", "unknown value of `read` 'half'"),
        ("interviews", "phrase:", "phrse:", "unknown field 'phrse'. Did you mean phrase?"),
        ("interviews", 'interviewee: several, theme: trust, says: "Trust is quick."',
         "interviewee: several, theme: trust, says: 3", "expected text"),
        ("interviews", ', voice: "A writer"}', "}\n  - {id: x, title: X}", "the field 'url' is missing"),
        ("interviews", "elsewhere: []",
         'elsewhere:\n  - {id: two, interviewee: fish, theme: trust, says: "X.", source: talk, locator: y}',
         "finding two: the id is used twice"),
        ("research", "sources: [lee2001]", "sources: [le2001]", "unknown work 'le2001'. Did you mean lee2001?"),
        ("research", 'section: "1"', 'section: "9"', "unknown section '9'"),
        ("research", "sources: [lee2001], seen", "sources: [], seen", "no source. Add one"),
        ("research", "against: []", "against: [nobody1999]", "unknown work 'nobody1999'"),
        ("research", "seen: true", "seen: perhaps", "expected true or false"),
        ("research", "seen: true", "seen: true, phrase: other words", "does not stand in `says`"),
        ("themes", "themes:", "themes: [", "themes.yml: not readable as YAML"),
        ("bib", "; read: full", "", "does not say `read: …`"),
        ("bib", "title = {On trust}, ", "", "no title"),
    ],
)  # fmt: skip
def test_each_fault_is_reported(tmp_path, file, old, new, told):
    """One change for the worse, one message that says what is wrong."""
    texts = {"interviews": INTERVIEWS, "themes": THEMES, "research": RESEARCH, "bib": BIB}
    assert old in texts[file]
    with pytest.raises(RecordError) as caught:
        read_record(small(tmp_path, **{file: texts[file].replace(old, new, 1)}))
    assert told in str(caught.value)


def test_a_writers_own_words_need_the_writers_name(tmp_path):
    """Without a `voice` the mark could only say "the writer", and readers might take it for one of
    the ten."""
    text = INTERVIEWS.replace(', voice: "A writer"', "").replace("several", "author")
    with pytest.raises(RecordError, match="needs a `voice`"):
        read_record(small(tmp_path, interviews=text))


def test_all_faults_are_reported_at_once(tmp_path):
    """An author mends everything in one go, not one fault a build."""
    text = INTERVIEWS.replace("interviewee: fish,", "interviewee: fsh,")
    text = text.replace("positions: [one, two]", "positions: [one, three]")
    research = RESEARCH.replace("sources: [lee2001]", "sources: [le2001]")
    with pytest.raises(RecordError) as caught:
        read_record(small(tmp_path, interviews=text, research=research))
    assert len(caught.value.faults) == 3


def test_missing_files_are_named(tmp_path):
    """An empty folder gives a message for each of the four files."""
    with pytest.raises(RecordError) as caught:
        read_record(tmp_path)
    assert len(caught.value.faults) == 4


def test_voices_never_make_a_writer_an_interviewee():
    """`author` is named as a writer, `several` is not all ten, and elsewhere is not 2015."""
    record = read_record(EVIDENCE)
    surnames = {person.surname for person in record.interviewees.values()}
    for finding in record.findings.values():
        voice = record.voice(finding)
        if finding.interviewee == "author":
            assert voice not in surnames
            assert "of the ten" not in voice
        if finding.interviewee == "several":
            assert voice == "several of the ten"
        if finding.interviewee == "unnamed":
            assert voice == "one of the ten, not named"
        assert voice.endswith(", elsewhere") == finding.elsewhere
        needs_word = finding.interviewee not in record.interviewees or finding.elsewhere
        assert bool(record.caution(finding)) == needs_word
    assert record.voice(record.findings["fish-40-love-down"]) == "Fish"
    assert record.voice(record.findings["persuasion-not-glory"]) == "Timmins, the interviewer"
    assert record.voice(record.findings["narrow-sample"]) == "a reviewer of the paper"


def test_research_labels_name_their_sources():
    """Author and year; what we worked out or noted ourselves says so."""
    record = read_record(EVIDENCE)
    found = {key: record.found_by(item) for key, item in record.statements.items()}
    assert found["turner-authority-and-distributed"] == "Turner and others, 2016"
    assert found["ladder-critique"] == "Tritter and McCallum, 2006"
    assert found["kent-days"] == "worked out here"
    assert found["no-rate-for-trust"] == "our own note"
    assert found["lives-saved-a-year"].endswith(", and 2 more")


def test_works_of_one_author_and_year_are_told_apart():
    """Two links that read alike must not go to two places."""
    record = read_record(EVIDENCE)
    shorts = [work.short for work in record.works.values()]
    assert len(set(shorts)) == len(shorts)
    assert record.works["timmins2015"].short == "Timmins, 2015a"
    assert record.works["timmins2015article"].short == "Timmins, 2015b"


def test_quoted_research_is_registered():
    """Whatever stands in double quotation marks in a statement is its registered phrase."""
    for item in read_record(EVIDENCE).statements.values():
        quoted = item.says.split("“")[1].split("”")[0] if "“" in item.says else ""
        assert quoted == item.phrase, item.id


def test_the_fingerprint_follows_the_files(tmp_path):
    """The same files, the same fingerprint; one letter changed, another."""
    shutil.copytree(EVIDENCE, tmp_path / "copy")
    before = module.content_hash(tmp_path / "copy")
    assert before == module.content_hash(EVIDENCE)
    with (tmp_path / "copy" / "themes.yml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert module.content_hash(tmp_path / "copy") != before


def test_examples_in_docstrings():
    """What the docstrings show is what happens."""
    result = doctest.testmod(module)
    assert result.attempted >= 7
    assert result.failed == 0
