"""The system map: who is on it, how far one reaches, what holds it together."""

from __future__ import annotations

import time

import pytest
from attrs import evolve
from changes import changes, random_system
from hypothesis import HealthCheck, given, settings
from system_leadership import Change, Organisation, Person, Tie, system_map

MEASURES = (
    system_map.build,
    system_map.reach,
    system_map.brokers,
    system_map.gaps,
    system_map.isolated,
    system_map.bridges,
    system_map.explain,
    system_map.draw,
    system_map.draw_reach,
    system_map.draw_brokers,
)


def system(*ties: str, you: str = "", sectors: str = "") -> Change:
    """Write a small system as "A>B" (influence), "A=B" (line), "A$B" (money), "A~B" (information).

    `sectors` gives each name a sector, as "A:x B:y".
    """
    kinds = {">": "influence", "=": "line", "$": "money", "~": "information"}
    sector = dict(part.split(":") for part in sectors.split())
    names: dict[str, None] = {}
    rows = []
    for tie in ties:
        for sign, kind in kinds.items():
            if sign in tie:
                a, b = tie.split(sign)
                rows.append(Tie(a, b, kind))
                names |= {a: None, b: None}
        if len(tie) == 1:
            names[tie] = None
    orgs = [Organisation(name, sector.get(name, "")) for name in names]
    return Change(organisations=orgs, ties=rows, you=you)


def names(found) -> list[str]:
    """Pick the names out of a result."""
    return [each.name for each in found]


# ------------------------------------------------------------------------ build


def test_names_are_matched_and_ties_counted_once():
    """Another spelling is the same name; the stronger of two reports counts."""
    change = Change(
        organisations=[Organisation("Société"), Organisation("Trust")],
        ties=[
            Tie("societe", "TRUST", "money", 2),
            Tie("Société", "trust", "money", 8),
            Tie("Trust", "Nobody"),
            Tie("Trust", "trust"),
            Tie("", "Trust"),
        ],
    )
    made = system_map.build(change)
    assert [(k.from_, k.to, k.kind, k.strength) for k in made.links] == [(0, 1, "money", 8)]
    assert made.left_out == 3


def test_blank_kind_and_strength_have_the_meaning_the_form_gives_them():
    """Influence, and the middle of the scale."""
    made = system_map.build(Change(people=[Person("A"), Person("B")], ties=[Tie("A", "B")]))
    assert (made.links[0].kind, made.links[0].strength) == ("influence", 5)


def test_a_manager_is_a_line_tie():
    """From the one who manages to the one who is managed."""
    people = [Person("Nurse", manager="matron"), Person("Matron")]
    made = system_map.build(Change(people=people))
    assert [(made.nodes[k.from_].name, made.nodes[k.to].name, k.kind) for k in made.links] == [
        ("Matron", "Nurse", "line")
    ]
    again = Change(people=people, ties=[Tie("Matron", "Nurse", "line")])
    assert len(system_map.build(again).ties) == 1


def test_people_stand_with_their_organisation():
    """Those with ties are on the map and belong there; the others are only counted."""
    change = Change(
        organisations=[Organisation("Trust", "NHS"), Organisation("Council")],
        people=[Person("Lead", "trust"), Person("Clerk", "Council")],
        ties=[Tie("Lead", "Council")],
    )
    made = system_map.build(change)
    lead = made.nodes[made.place("Lead")]
    assert (lead.sector, lead.organisation) == ("NHS", "Trust")
    assert made.others == ("Clerk",)
    # The trust has no tie of its own, but its lead has: it is not isolated.
    assert system_map.isolated(change) == ()


def test_sectors_spelt_differently_are_one():
    """NHS and nhs are not two sectors."""
    orgs = [Organisation("A", "NHS"), Organisation("B", "nhs "), Organisation("C", "Local")]
    assert system_map.build(Change(organisations=orgs)).sectors() == ["NHS", "Local"]


# ------------------------------------------------------------------------ reach


def test_reach_tells_line_from_influence():
    """Who can be instructed, who persuaded, who only asked, and who not at all."""
    change = system("Y=A", "A=B", "Y>C", "C$D", "E>Y", "F~E", "B>G", "H=Y", "I", you="y")
    found = system_map.reach(change)
    assert found.given
    assert [(each.name, each.steps) for each in found.instruct] == [("A", 1), ("B", 2)]
    assert [(each.name, each.steps, each.through) for each in found.persuade] == [
        ("C", 1, ()),
        ("D", 2, ("C",)),
    ]
    assert [(each.name, each.steps) for each in found.ask] == [("E", 1), ("F", 2)]
    # G is reached only through line authority, H only against it.
    assert found.beyond == ("G", "H", "I")


def test_everybody_is_counted_once():
    """The four groups share out everybody else, however the network looks."""
    for seed in range(12):
        change = random_system(20, 10 + 3 * seed, seed=seed, people=6)
        found = system_map.reach(change)
        reached = [*found.instruct, *found.persuade, *found.ask]
        everybody = [*names(reached), *found.beyond]
        made = system_map.build(change)
        assert sorted([found.start, *everybody]) == sorted(node.name for node in made.nodes)
        assert len(set(everybody)) == len(everybody)


def test_another_tie_never_shortens_reach():
    """Adding a tie of influence can only bring people nearer."""
    change = random_system(16, 18, seed=5)
    before = system_map.reach(change)
    for other in change.names("organisations")[1:]:
        more = evolve(change, ties=[*change.ties, Tie(before.start, other, "influence")])
        after = system_map.reach(more)
        for group in ("instruct", "persuade"):
            old = {each.name: each.steps for each in getattr(before, group)}
            new = {each.name: each.steps for each in (*after.instruct, *after.persuade)}
            assert set(old) <= set(new)
        assert set(after.beyond) <= set(before.beyond)


def test_colleagues_can_be_reached_without_a_tie():
    """People of one organisation meet there."""
    change = Change(
        organisations=[Organisation("Trust")],
        people=[Person("A", "Trust"), Person("B", "Trust"), Person("C"), Person("D")],
        ties=[Tie("A", "C"), Tie("B", "D")],
        you="A",
    )
    found = system_map.reach(change)
    assert {each.name: each.steps for each in found.persuade} == {
        "C": 1,
        "Trust": 1,
        "B": 2,
        "D": 3,
    }


def test_without_you_the_one_with_most_ties_stands_in():
    """And the sentence says so."""
    change = system("A>B", "B>C", "B>D")
    assert system_map.reach(change).start == "B"
    assert not system_map.reach(change).given
    assert any("have not said who you are" in each for each in system_map.explain(change))
    assert not any("have not said" in e for e in system_map.explain(evolve(change, you="A")))
    assert system_map.reach(change, "A").given
    with pytest.raises(KeyError, match="Nobody on the map"):
        system_map.reach(change, "Z")


# -------------------------------------------------------------- brokers and gaps


def test_the_middle_of_a_star_is_the_broker():
    """Freeman's largest case."""
    change = system("M>A", "B>M", "M$C", "M~D", sectors="A:x B:y C:x M:m")
    found = system_map.brokers(change)
    assert [(b.name, b.betweenness, b.contacts, b.sectors) for b in found] == [
        ("M", 1.0, 4, ("x", "y"))
    ]


def test_direction_and_kind_make_no_difference_to_brokers():
    """Betweenness is about who is joined at all."""
    one = system_map.brokers(system("A>B", "B>C", "C>D"))
    other = system_map.brokers(system("B=A", "C$B", "C~D"))
    assert {b.name: b.betweenness for b in one} == {b.name: b.betweenness for b in other}


def test_gaps_name_sectors_apart_and_sectors_joined_by_one():
    """x and y share only M; z touches neither x nor anybody who does."""
    change = system("A>M", "M>B", "B>C", sectors="A:x M:m B:y C:z")
    found = system_map.gaps(change)
    assert found.apart == (("x", "z"),)
    assert ("x", "y", "M") in found.single
    assert ("m", "z", "B") in found.single
    assert found.islands == (("A", "M", "B", "C"),)


def test_a_second_tie_between_sectors_ends_a_single_contact():
    """Once two pairs know each other, nobody holds the link alone."""
    lone = system("A>B", "A>D", "C", sectors="A:x B:y C:x D:y")
    assert ("x", "y", "A") in system_map.gaps(lone).single
    both = evolve(lone, ties=[*lone.ties, Tie("C", "D")])
    assert not [each for each in system_map.gaps(both).single if each[:2] == ("x", "y")]


# ------------------------------------------------------------------ what breaks


def test_a_cut_point_parts_sectors():
    """Two triangles that meet in one name."""
    change = system("A>B", "B>M", "M>A", "M>C", "C>D", "D>M", sectors="A:x B:x M:m C:y D:y")
    assert system_map.bridges(change) == (system_map.Bridge("M", ("C", "D"), (("x", "y"),)),)
    leaving = system_map.without(change, "m")
    assert (leaving.ties, leaving.cut_off, leaving.alone) == (4, ("C", "D"), ())
    assert system_map.without(change, "A").cut_off == ()


def test_those_left_without_any_tie_are_named():
    """The leaves of a star have nobody else."""
    leaving = system_map.without(system("M>A", "M>B", "A>C"), "M")
    assert leaving.cut_off == ("B",)
    assert leaving.alone == ("B",)


def test_leaving_and_bridges_agree():
    """Somebody is a bridge just when their leaving cuts somebody off."""
    change = random_system(25, 26, seed=9)
    cut = {each.name: each.cut_off for each in system_map.bridges(change)}
    for node in system_map.build(change).nodes:
        assert system_map.without(change, node.name).cut_off == cut.get(node.name, ())


# --------------------------------------------------------------------- extremes


@pytest.mark.parametrize("measure", MEASURES, ids=lambda each: each.__name__)
@pytest.mark.parametrize(
    "change",
    [
        Change.blank(),
        Change(organisations=[Organisation("A")]),
        Change(people=[Person("A")], you="A"),
        system("A", "B", "C"),
        system("A>B"),
        random_system(12, 132, seed=1),  # everybody with everybody
        Change(organisations=[Organisation("A"), Organisation("a")], ties=[Tie("A", "a")]),
    ],
    ids=["nobody", "one", "only you", "no ties", "one tie", "everybody", "one name twice"],
)
def test_every_measure_bears_extremes(measure, change):
    """Nobody, one and everybody: each gives a result that prints."""
    assert str(measure(change))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes())
def test_every_measure_bears_what_readers_type(change):
    """Rows with faults, odd names and empty tables included."""
    for measure in MEASURES:
        measure(change)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda each: each.__name__)
def test_every_measure_is_quick_on_a_large_change(measure):
    """300 organisations and 2,000 ties: the page must not seem to hang."""
    change = random_system(300, 2000, people=40, seed=11)
    started = time.perf_counter()
    measure(change)
    assert time.perf_counter() - started < 60  # a hang; `make bench` measures


# ------------------------------------------------------------------------ words


def test_sentences_name_names_and_numbers():
    """The words say what the map shows, with this system's own names."""
    change = system("Y=A", "Y>C", "C$D", "E>Y", "I", you="Y", sectors="Y:x A:x C:y D:z E:w I:w")
    told = " ".join(system_map.explain(change))
    assert "6 organisations in 4 sectors and 4 ties" in told
    assert "1 of line, 2 of influence and 1 of money" in told
    assert "Y can instruct 1 down the line: A." in told
    assert "Y can persuade 2 more without line authority" in told
    assert "1 of them is one step away: C." in told
    assert "D, for example, is reached through C." in told
    assert "can only be asked: E." in told
    assert "No way leads to I." in told
    assert "Y holds most together" in told
    assert "If Y left, A and E would be cut off" in told
    assert "No tie yet: I." in told


def test_sentences_are_sentences():
    """Each starts with a capital or a name, ends with a stop and is short enough to say."""
    london, drawn = Change.example("stroke-london"), random_system(30, 40, people=4)
    for change in (london, drawn, Change.blank()):
        for sentence in system_map.explain(change):
            assert sentence[0] == sentence[0].upper()
            assert sentence[-1] in ".?!"
            assert "  " not in sentence
            assert "None" not in sentence


def test_london_has_no_line_authority_to_lean_on():
    """The worked example: the programme could instruct none of those it needed."""
    change = Change.example("stroke-london")
    found = system_map.reach(change)
    assert found.start == "Healthcare for London"
    assert found.instruct == ()
    assert len(found.persuade) > 5
    assert system_map.brokers(change)[0].name == "Joint committee of PCTs"
