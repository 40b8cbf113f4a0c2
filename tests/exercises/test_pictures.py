"""Pictures: described in words, drawn as they should be, and the same for everybody."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from unittest import mock

import pytest
from changes import changes, random_system
from hypothesis import HealthCheck, given, settings
from system_leadership import Change, Organisation, Tie, pictures, system_map
from system_leadership.labels import text_width

PALETTE = {
    pictures.INK, pictures.SOFT, pictures.LINE, pictures.FAINT, pictures.PAPER, pictures.PANEL,
    *pictures.SERIES, *pictures.FILLS,
}  # fmt: skip
SCHEMA = (
    Path(__file__).parents[2] / "node_modules" / "vega-lite" / "build" / "vega-lite-schema.json"
)
DRAWINGS = (system_map.draw, system_map.draw_reach, system_map.draw_brokers)
CHANGES = {
    "blank": Change.blank(),
    "one": Change(organisations=[Organisation("A")]),
    "three": Change(organisations=[Organisation(n, n) for n in "ABC"],
                    ties=[Tie("A", "B", "line"), Tie("B", "A", "line"), Tie("B", "C", "money")]),
    "no sectors": random_system(12, 16, sectors=0, people=3),
    "London": Change.example("stroke-london"),
    "sixty": random_system(60, 90, sectors=14),
    "sixty, dense": random_system(60, 200),
    "large": random_system(300, 2000, people=30),
    "large, no ties": random_system(120, 0),
    "large, many sectors": random_system(200, 300, sectors=60),
}  # fmt: skip


def marks(spec):
    """Give every mark of a picture with the type of its layer."""
    for layer in spec["layer"]:
        for value in layer["data"]["values"]:
            yield layer["mark"]["type"], layer["mark"], value


@pytest.mark.parametrize("draw", DRAWINGS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("name", CHANGES)
def test_every_picture_is_described(name, draw):
    """A title, a sentence with numbers, a table, two widths, and only the palette's colours."""
    change = CHANGES[name]
    picture = draw(change)
    assert picture.title
    assert picture.sentence.endswith(".")
    assert picture.table.caption
    assert all(len(row) == len(picture.table.columns) for row in picture.table.rows)
    assert picture.spec["width"] == 760
    assert picture.narrow is not None
    assert picture.narrow["width"] == 340
    for spec in (picture.spec, picture.narrow):
        assert spec["background"] is None
        assert spec["description"] == picture.sentence
        text = json.dumps(spec)
        assert set(re.findall(r"#[0-9a-fA-F]{6}\b", text)) <= PALETTE
        assert "NaN" not in text
        for kind, mark, value in marks(spec):
            if kind == "text" and "stroke" not in mark:
                size = mark["fontSize"]
                wide = text_width(value["text"], size, mark.get("fontWeight") == 600)
                left = {"left": 0.0, "center": 0.5, "right": 1.0}[mark["align"]]
                assert value["x"] - wide * left >= -1
                # A single sign may be wider than its box; nothing longer is.
                assert value["x"] + wide * (1 - left) <= spec["width"] + 1 or len(value["text"]) < 3
                assert 0 < value["y"] < spec["height"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes())
def test_pictures_can_be_sent_whatever_readers_typed(change):
    """Every picture is plain JSON, even with faults in the tables."""
    with mock.patch.dict(os.environ, SYSTEM_LEADERSHIP_BOOK="1"):
        for draw in DRAWINGS:
            bundle = draw(change)._repr_mimebundle_()
            assert json.loads(json.dumps(bundle, allow_nan=False)) == bundle


def test_the_table_of_the_map_holds_its_ties_and_the_isolated():
    """What a reader sees, a reader who cannot see it can read."""
    change = Change(
        organisations=[Organisation("A"), Organisation("B"), Organisation("C")],
        ties=[Tie("A", "b", "money", 3)],
    )
    picture = system_map.draw(change)
    assert picture.table.rows == (("A", "B", "money", 3), ("C", "no tie yet", None, None))
    assert "1 of money" in picture.sentence
    assert "Without a tie: C." in picture.sentence


def test_the_title_states_what_the_data_say():
    """Another finding, another title."""
    path = Change(
        organisations=[Organisation(n, n) for n in "ABC"], ties=[Tie("A", "B"), Tie("B", "C")]
    )
    assert system_map.draw(path).title == "B joins 3 sectors"
    assert "no tie yet" in system_map.draw(Change(organisations=path.organisations)).title
    assert system_map.draw(
        Change(organisations=path.organisations, ties=[Tie("A", "B")])
    ).title == ("1 organisation of 3 without a tie")


def test_every_name_stands_on_the_map_once():
    """Up to sixty names, each in a box of its own."""
    change = CHANGES["sixty"]
    for spec in (system_map.draw(change).spec, system_map.draw(change).narrow):
        assert spec is not None
        labels = [
            layer
            for layer in spec["layer"]
            if layer["mark"]["type"] == "text" and layer["mark"].get("fontSize") == 13
        ]
        text = "".join(value["text"].replace("-", "") for value in labels[0]["data"]["values"])
        for name in change.names("organisations"):
            assert name.replace(" ", "") in text.replace(" ", "")


def test_in_a_large_map_nothing_named_is_covered():
    """Dots keep off the boxes with names, and these off one another."""
    picture = system_map.draw(CHANGES["large"])
    for spec in (picture.spec, picture.narrow):
        assert spec is not None
        cards = [v for kind, mark, v in marks(spec) if kind == "rect" and "fill" in v]
        dots = [
            tuple(float(n) for n in re.findall(r"-?[\d.]+", v["path"])[:2])
            for kind, mark, v in marks(spec)
            if kind == "point" and "A" in v["path"] and v.get("fill") in pictures.SERIES
        ]
        assert len(dots) > 250
        assert 5 < len(cards) < 20
        for place, one in enumerate(cards):
            for other in cards[place + 1 :]:
                assert (
                    one["x2"] <= other["x"]
                    or other["x2"] <= one["x"]
                    or one["y2"] <= other["y"]
                    or other["y2"] <= one["y"]
                )
            for x, y in dots:
                inside = one["x"] - 1 < x < one["x2"] + 1 and one["y"] - 1 < y < one["y2"] + 1
                assert not inside


def test_markup_in_names_stays_text():
    """A name is never anything but a name."""
    nasty = '<script>alert(1)</script> & "quotes"'
    change = Change(organisations=[Organisation(nasty), Organisation("B")], ties=[Tie(nasty, "B")])
    picture = system_map.draw(change)
    assert nasty in picture.table.rows[0]
    pytest.importorskip("vl_convert")
    assert "<script" not in pictures.svg(picture)


@pytest.mark.skipif(not SCHEMA.exists(), reason="needs the npm package vega-lite")
@pytest.mark.parametrize("name", CHANGES)
def test_pictures_are_vega_lite(name):
    """Checked against the schema that the page's own copy of Vega-Lite comes with."""
    jsonschema = pytest.importorskip("jsonschema")
    check = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    for draw in DRAWINGS:
        picture = draw(CHANGES[name])
        for spec in (picture.spec, picture.narrow):
            # Without a ground at all (null) is documented, but not in the schema.
            assert not list(check.iter_errors({k: v for k, v in spec.items() if k != "background"}))


@pytest.mark.parametrize("name", CHANGES)
def test_pictures_draw_without_a_warning(name, capfd):
    """Both widths, as SVG with a role, a title and a description."""
    pytest.importorskip("vl_convert")
    for draw in DRAWINGS:
        picture = draw(CHANGES[name])
        for narrow in (False, True):
            drawn = pictures.svg(picture, narrow=narrow)
            assert drawn.startswith("<svg")
            assert 'role="img"' in drawn
            assert "<title" in drawn
            assert "<desc" in drawn
            assert "NaN" not in drawn
            assert "undefined" not in drawn
    told = capfd.readouterr()
    assert told.out == told.err == ""


def test_a_picture_shows_itself_in_every_form():
    """Text, Vega-Lite and ours side by side; a notebook may ask for some only."""
    picture = system_map.draw(CHANGES["three"])
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {
        "application/vnd.system-leadership+json",
        "application/vnd.vegalite.v5+json",
        "image/svg+xml",
        "text/plain",
    }
    assert 'role="img"' in bundle["image/svg+xml"]
    with mock.patch.dict(os.environ, SYSTEM_LEADERSHIP_BOOK="1"):
        assert "image/svg+xml" not in picture._repr_mimebundle_()
    assert bundle["application/vnd.system-leadership+json"]["kind"] == "picture"
    assert set(picture._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert "text/plain" not in picture._repr_mimebundle_(exclude=["text/plain"])
    assert str(picture) == f"{picture.title}\n{picture.sentence}"
