"""The arithmetic of the package's bench, and that it refuses to compare what is not the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from system_leadership import Change, system_map

from tools import bench_package as bench


def test_exponents_say_how_time_grows() -> None:
    """Twice the size in twice the time is 1, in four times the time 2."""
    assert bench.exponents([10, 20, 200], [1, 2, 200]) == [1.0, 2.0]
    assert bench.exponents([10, 1000], [3, 3]) == [0.0]
    with pytest.raises(ValueError, match="argument"):
        bench.exponents([10, 100], [1])


def test_long_work_is_measured_three_times_and_short_work_often() -> None:
    """A median of one is no median, and a microsecond measured once is noise."""
    assert not bench.enough([40.0, 40.0], 5)
    assert bench.enough([40.0, 40.0, 40.0], 5)
    assert not bench.enough([1.0] * 4, 5)
    assert bench.enough([1.0] * 5, 5)
    assert not bench.enough([1e-6] * 49, 5)
    assert bench.enough([1e-6] * 50, 5)


def test_preparing_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the map's own time would count for everything that needs a map."""
    now = 0.0

    def pass_time(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(bench.time, "process_time", lambda: now)
    took = bench.seconds_of(lambda: pass_time(3), lambda: pass_time(100), 5)
    assert took == 3
    assert now == 3 * 103


def test_the_first_turn_warms_up_and_is_not_counted() -> None:
    """Both sides must be asked once more than is counted."""
    asked = []
    told = bench.in_turns(lambda: asked.append("ours"), lambda: asked.append("plain"), 2)
    assert asked == ["ours", "plain"] * 3
    assert told["runs"] == 2


def test_sides_that_differ_are_not_compared() -> None:
    """The quicker of two different results is no gain."""
    with pytest.raises(ValueError, match="do not give the same"):
        bench.in_turns(lambda: [3, 4], lambda: [3, 5], 2)


def test_the_same_seed_draws_the_same_readable_change() -> None:
    """Figures of two runs must be about the same change, and one without faults."""
    made = bench.drawn_change(5, 30, 60)
    assert made == bench.drawn_change(5, 30, 60)
    assert made != bench.drawn_change(5, 30, 60, seed=1)
    assert Change.loads(made.dumps()) == made
    assert len(system_map.build(made).ties) >= 60


def test_a_missing_tool_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bench goes on without Mesa, and says what to install."""
    monkeypatch.setattr(bench.importlib.util, "find_spec", lambda name: None)
    assert bench.bench_coalition(1) == {"missing": "mesa"}
    assert bench.bench_brokers(1) == {"missing": "networkx"}
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all("pip install -r locks/bench.txt" in line for line in lines)


def test_blank_cells_do_not_count() -> None:
    """One side writes them for their looks, the other not at all."""
    cells = {"Ties": [("From", "To"), (None, None), ("A", 0), ()]}
    held = {"Ties": {(1, 1): "From", (1, 2): "To", (3, 1): "A", (3, 2): 0}}
    assert bench.only_filled(cells) == held


def test_workbooks_of_both_sides_hold_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cells that are counted are those of the change, and what explains them."""
    monkeypatch.setattr(bench, "ROWS", {"organisations": 4, "people": 6, "ties": 10})
    told = bench.bench_workbook(tmp_path, 1)
    assert told["rows"] == 20
    assert told["cells"] - told["cells_that_explain"] > 20 * 2
    assert told["save"]["runs"] == told["load"]["runs"] == 1


def test_a_workbook_that_loses_something_is_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that leaves cells out is quick."""
    monkeypatch.setattr(bench, "ROWS", {"organisations": 4, "people": 6, "ties": 10})
    whole = bench.openpyxl_write
    monkeypatch.setattr(
        bench, "openpyxl_write", lambda path, cells: whole(path, {**cells, "Ties": []})
    )
    with pytest.raises(ValueError, match="did not write the cells"):
        bench.bench_workbook(tmp_path, 1)


def test_the_report_states_ratios_growth_and_what_is_missing() -> None:
    """Everything measured must be told."""
    one = {"ours_seconds": 0.1, "plain_seconds": 0.2, "ratio": 0.5, "ratio_range": [0.4, 0.6],
           "runs": 5}  # fmt: skip
    results = {
        "coalition against Mesa": {"40": one, "300": one},
        "brokers against NetworkX": {"missing": "networkx"},
        "system map": bench.bench_map(1, sizes=(4, 8)),
        "workbook": {"rows": 5000, "save": one, "load": one},
        "import in the browser": {**one, "fastest_seconds": 0.09, "limit": 0.3},
    }
    told = bench.report(results)
    for words in (
        "coalition of 300",
        "0.500  (0.400 to 0.600)",
        "against Mesa",
        "save 5,000 rows",
        "networkx: it is not installed",
        "A map of 4, 8 people",
        "microseconds a tie",
    ):
        assert words in told
    assert "should take less" not in told
    slow = {**one, "ours_seconds": 0.31, "fastest_seconds": 0.26, "limit": 0.3}
    told = bench.report({**results, "import in the browser": slow})
    assert "should take less than 0.3 s; the fastest of 5 took 0.26 s" in told
