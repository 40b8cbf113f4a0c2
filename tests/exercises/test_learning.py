"""What to learn, how, with whom and by when, and the skills that the interviewees named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from changes import changes
from hypothesis import HealthCheck, given, settings
from picture_checks import check
from ruamel.yaml import YAML
from system_leadership import Change, learning
from system_leadership.change import Learning
from system_leadership.learning import SKILLS

INTERVIEWS = Path(__file__).parents[2] / "book" / "evidence" / "interviews.yml"
MAY = dt.date(2027, 5, 1)


def plan(*rows: tuple[str, str, str, dt.date | None]) -> Change:
    return Change(learning=[Learning(*row) for row in rows])


def test_each_skill_rests_on_findings_of_interviewees() -> None:
    """The book can trace each: it is there, from 2015, and said by interviewees, not the writer."""
    record = YAML(typ="safe").load(INTERVIEWS.read_text("utf-8"))
    said = {each["id"]: each["interviewee"] for each in record["findings"]}
    for skill in SKILLS:
        assert skill.findings
        for finding in skill.findings:
            assert said[finding] != "author", finding


def test_skills_are_named_in_our_own_words() -> None:
    """No phrase that was quoted from anybody stands in a name as if it were ours."""
    record = YAML(typ="safe").load(INTERVIEWS.read_text("utf-8"))
    phrases = [each["phrase"].casefold() for each in record["findings"] if "phrase" in each]
    assert phrases
    for skill in SKILLS:
        assert not any(phrase in skill.name.casefold() for phrase in phrases)
    assert len({skill.key for skill in SKILLS}) == len({skill.name for skill in SKILLS}) == 14


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.key)
def test_an_aim_in_a_skills_own_words_is_about_it(skill: learning.Skill) -> None:
    """Each beginning of a word is enough, in any case and inside a sentence."""
    for word in skill.words:
        (aim,) = learning.build(plan((f"Learn to {word.upper()} better", "", "", None))).aims
        assert skill in aim.skills


@pytest.mark.parametrize(
    ("aim", "keys"),
    [
        ("Influence people I do not manage", ["persuade"]),
        ("Read a budget", []),
        ("Stay patient and flexible", ["patients-explain", "hold-and-bend"]),
        ("Discredit nobody", []),
        ("Unsupported claims", []),
    ],
)
def test_aims_are_matched_by_the_beginnings_of_words(aim: str, keys: list[str]) -> None:
    """A word inside another word is not it. "Patient" reads as either sense, as we say."""
    (made,) = learning.build(plan((aim, "", "", None))).aims
    assert [skill.key for skill in made.skills] == keys


def test_another_aim_never_widens_the_gap() -> None:
    """Direction: each aim can only take skills off the list of those left."""
    aims = ["Influence people", "Chair a meeting", "Read a budget", "Trust"]
    left = [len(learning.gaps(plan(*((aim, "", "", None) for aim in aims[:n])))) for n in range(5)]
    assert left == sorted(left, reverse=True)
    assert left[0] == len(SKILLS)
    every = [(" ".join(skill.words), "taught", "A", MAY) for skill in SKILLS]
    assert learning.gaps(plan(*every)) == ()
    assert any("touches all 14 skills" in line for line in learning.explain(plan(*every)))


def test_what_an_aim_lacks_is_asked_for() -> None:
    """A way, a person and a date make an aim complete."""
    change = plan(
        ("Whole", "taught", "Tutor", MAY), ("No person", "taught", "", MAY), ("Bare", "", "", None)
    )
    made = learning.build(change)
    assert [aim.missing for aim in made.aims] == [
        (), ("with whom",), ("how", "with whom", "by when"),
    ]  # fmt: skip
    assert [aim.aim for aim in made.unfinished] == ["No person", "Bare"]
    told = learning.explain(change)
    assert "You have not said with whom for “No person” and “Bare”. Name a person." in told
    assert "You have not said by when for “Bare”. Give a date." in told
    assert "First comes “Whole”, by 1 May 2027." in told


def test_one_way_of_learning_alone_calls_for_another() -> None:
    """The interviewees differ on what works, so all eggs in one basket is worth a sentence."""
    one = plan(("A", "taught", "T", MAY), ("B", "taught", "T", MAY))
    assert any("alongside someone or by doing" in line for line in learning.explain(one))
    two = plan(("A", "taught", "T", MAY), ("B", "by doing", "T", MAY))
    assert not any("All of it is" in line for line in learning.explain(two))


def test_nothing_and_rows_without_an_aim() -> None:
    """A blank change is shown the list to choose from; rows that cannot be used are counted."""
    told = learning.explain(Change.blank())
    assert "named 14 skills to choose from" in told[1]
    lost = Change(learning=[Learning(how="taught"), Learning("A"), Learning(how="alongside")])
    assert learning.explain(lost)[-1].startswith("2 rows were left out")
    assert str(learning.build(Change.blank())) == "No aims yet"
    assert str(learning.build(plan(("A\nb", "by doing", "T", MAY)))) == (
        "A b (by doing, with T, by 1 May 2027)"
    )
    assert "1 row was" in learning.explain(Change(learning=[Learning(how="taught")]))[-1]


@pytest.mark.parametrize("many", [0, 1, 12, 1000])
def test_pictures_of_any_size_can_be_read(many: int) -> None:
    """Aims stand by their way; the table has all of them, and all skills."""
    rows = [
        (f"Learn thing {n} that is rather long to write down", ("taught", "alongside", "by doing",
         "")[n % 4], "Director of adult social care" if n % 3 else "", MAY if n % 2 else None)
        for n in range(many)
    ]  # fmt: skip
    picture = learning.draw(plan(*rows))
    check(picture)
    assert len(picture.table.rows) == many + len(SKILLS)


def test_the_title_counts_what_is_ready() -> None:
    """The finding is how many aims have all they need."""
    picture = learning.draw(plan(("Whole", "taught", "Tutor", MAY), ("Bare", "", "", None)))
    check(picture)
    assert picture.title == "1 of 2 aims has a way, a person and a date"
    assert "Not said" in str(picture.spec)
    whole = learning.draw(plan(*((" ".join(s.words), "taught", "A", MAY) for s in SKILLS)))
    check(whole)
    assert "leaves" not in str(whole.spec)


def test_the_stroke_case_has_no_learning_plan() -> None:
    """Smoke test: the record says nothing of what anybody meant to learn."""
    assert learning.draw(Change.example("stroke-london")).title.startswith("Your learning plan")


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(changes())
def test_anything_a_reader_leaves_can_be_read(change: Change) -> None:
    """Half-filled and odd changes give sentences and a picture, never an error."""
    assert learning.explain(change)
    check(learning.draw(change))
