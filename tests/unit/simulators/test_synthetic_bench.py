"""The bench: names its measures, counts a run only when all is there, and says with which command on which machine."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from schemas.reading import open_message, read
from simulators import measures, spool
from simulators.bench import bench, judged, results
from simulators.floor import Floor
from simulators.machine import described, memory, used
from simulators.measures import MEASURES, Measure, Measured, NotAllThere, counted, named, warm_window
from simulators.spool import Traffic

NAMES = ["floor_import_100", "import_100", "import_1", "import_100_full", "http_1", "memory_200k"]
TOLD = {"name", "value", "unit", "target", "floor", "ratio", "command", "machine", "trades", "seconds",
        "released_share", "cpu_own_seconds", "cpu_others_seconds"}


def test_the_measures_are_listed_with_what_they_must_reach():
    result = CliRunner().invoke(bench, ["--list"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == NAMES == [one.name for one in MEASURES]
    assert "at least 3407" in result.output and "at most 500" in result.output


def test_help_says_what_is_inside_a_measure_and_what_is_not():
    output = CliRunner().invoke(bench, ["--help"]).output
    assert "Inside a measure:" in output and "Outside:" in output


def test_an_unknown_measure_is_named_with_those_there_are():
    result = CliRunner().invoke(bench, ["import_7"])
    assert result.exit_code == 2
    assert "There is no measure 'import_7'; there are: floor_import_100, import_100" in result.output


def test_a_small_run_gives_one_object_a_measure_with_the_ratio_to_the_floor():
    result = CliRunner().invoke(bench, ["--json", "--trades", "100", "floor_import_100", "import_100"])
    assert result.exit_code == 0, result.output
    floor, imported = (json.loads(line) for line in result.stdout.splitlines())
    for one in (floor, imported):
        assert set(one) >= TOLD
        assert (one["trades"], one["released_share"], one["unit"]) == (100, 1.0, "trades/s")
        assert one["value"] > 0 and one["machine"]["cores"] >= 1
    assert imported["floor"] == floor["value"]
    assert imported["ratio"] == round(imported["value"] / floor["value"], 3)
    assert imported["receipts"] == 1_000, "ten a trade: 2 and 120 for each document, 800, the tax bill"


def test_of_several_runs_the_median_counts_and_all_are_told():
    runs = [Measured(value, 100, 1.0, 1.0, 0.5, 0.0, {}) for value in (10.0, 30.0, 20.0)]
    found = judged(Measure("import_1", "trades/s", 15, 100, "", measures.import_1), runs, None)
    assert (found["value"], found["values"], found["reached"]) == (20.0, [10.0, 30.0, 20.0], True)


def test_more_than_allowed_does_not_reach_a_limit():
    run = Measured(501.0, 100, 1.0, 1.0, 0.5, 0.0, {})
    assert judged(named("memory_200k"), [run], None)["reached"] is False


def test_a_run_that_leaves_trades_behind_does_not_count(tmp_path):
    traffic = Traffic(50, 100)
    half = list(spool.bodies(spool.made(tmp_path, traffic)))[:2]
    with warm_window(tmp_path, 100, "NORMAL", 0) as outside:
        list(outside.send(half))
        with pytest.raises(NotAllThere, match=r"0 of 50 trades are released"):
            counted(outside, 50, 1.0, 0.0, 0.0)


def test_spooled_traffic_is_sound_and_is_made_once(tmp_path):
    file = spool.made(tmp_path, Traffic(20, 7), date(2026, 11, 20))
    written = file.stat().st_mtime_ns
    found = [read(open_message(body)) for body in spool.bodies(file)]
    assert not any(one.findings for one in found)
    assert sum(len(one.blocks) for one in found) == 80
    assert spool.made(tmp_path, Traffic(20, 7)).stat().st_mtime_ns == written


def test_the_floor_keeps_every_document_in_its_table_and_refuses_what_is_invalid(tmp_path):
    floor = Floor(tmp_path, "NORMAL")
    bodies = list(spool.bodies(spool.made(tmp_path, Traffic(30, 10))))
    floor.take(bodies)
    assert floor.count() == 30
    with pytest.raises(ValueError, match="packNo"):
        floor.take([body.replace(b"packNo>1<", b"packNo>one<") for body in bodies])
    floor.close()


def test_the_machine_is_told_and_what_was_used_only_grows():
    before = used()
    sum(range(2_000_000))
    spent = used().since(before)
    assert spent.own > 0
    assert memory() > 10
    assert described()["python"].startswith("3.")


def test_measures_run_apart_give_their_results_in_turn(tmp_path):
    said = []
    (found,) = results([named("floor_import_100")], 20, 2, tmp_path, said.append)
    assert len(found["values"]) == 2
    assert said[-1] == "floor_import_100: run 2 of 2"
    assert list(tmp_path.iterdir()) == [], "the temporary folder is gone"
