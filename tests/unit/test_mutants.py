"""The table of planted faults follows the code: each can be planted, in one place, and leaves a file that reads."""

import ast
import tomllib

import pytest

from tests.mutants import commands
from tests.mutants.commands import VERDICTS, first_sign, judged, load
from tests.mutants.planting import ROOT, NotPlantable, changed, faults, in_turn, planted
from tests.tables import each


@each("fault", faults(), ids=lambda fault: fault.name)
def test_each_fault_can_be_planted_and_the_file_still_reads(fault):
    text = changed(fault, (ROOT / fault.file).read_text("utf-8"))
    tomllib.loads(text) if fault.file.endswith(".toml") else ast.parse(text)


def test_there_are_many_faults_and_each_has_a_name_of_its_own():
    names = [fault.name for fault in faults()]
    assert len(names) == len(set(names)) >= 60


def test_a_fault_whose_text_is_gone_is_not_planted():
    with pytest.raises(NotPlantable, match="0 times, not once"):
        changed(faults()[0]._replace(find="what never stood there"), "text")


def test_turns_take_every_fault_once_that_is_not_known_to_be_open():
    listed = faults()
    turns = [fault for turn in range(3) for fault in in_turn(listed, turn, 3)]
    assert sorted(turns) == sorted(fault for fault in listed if not fault.open)
    assert in_turn(listed, 0, 1) == listed


def test_what_names_a_fault_must_pass_the_tree_without_one(monkeypatch, tmp_path):
    asked = []

    def check(tree, name, recording):
        asked.append((tree, name))
        return commands.Named(name == "demo", "", 0.0, int(name == "demo"))

    monkeypatch.setattr(commands, "check", check)
    sound = commands.SoundTree(tmp_path)
    sound.check("rules")
    sound.check("rules")
    with pytest.raises(commands.NotSound, match="does not pass:\ndemo"):
        sound.check("demo")
    assert asked == [(ROOT, "rules"), (ROOT, "demo")]


def test_a_fault_changes_the_copy_and_not_the_tree():
    fault = faults()[0]
    before = (ROOT / fault.file).read_text("utf-8")
    with planted(fault) as tree:
        assert fault.put in (tree / fault.file).read_text("utf-8")
        assert not (tree / fault.file).samefile(ROOT / fault.file)
    assert (ROOT / fault.file).read_text("utf-8") == before


@each(
    ("command", "status", "said", "named"),
    [
        ("demo", 1, "NOT as expected: D1 (import, sound): there were 2 tax bills", True),
        ("demo", 1, "Traceback (most recent call last):\nTypeError: 'int' object is not iterable", False),
        ("demo", 0, "Every outcome was as expected.", False),
        ("rules", 1, "wrong: import tax, examples: I1, amounts: known 1, came 2\nFAILED 1", True),
        ("rules", 0, "Every answer came out as known.", False),
        ("rules", 1, "Traceback (most recent call last):\nBadParameter: limits/one.toml", False),
        ("load", 1, "NOT  wrong: wanted 0, found 416\nFAILED", True),
        ("load", 1, "Error: No window answers at http://127.0.0.1:1", False),
        ("scenario", 2, "Usage: single-window scenario run", False),
        ("replay", 1, "NOT as recorded: 51a0", True),
        ("record", 1, "Error: nothing to record", False),
    ],
)
def test_only_a_command_that_has_judged_names_a_fault(command, status, said, named):
    assert judged(command, status, said) is named


WRONG = "wrong: limits, dates, reasons: known [], came ['1322']"


@each(
    ("said", "shown"),
    [
        ("ok a list of a wrong weight\nFAILED released (import)\n1 FAILED", "FAILED released (import)"),
        (f"{WRONG}\nFAILED 1", WRONG),
        ("FAILED\nNOT  wrong: wanted 0, found 416", "NOT  wrong: wanted 0, found 416"),
        ("a line\nthe last", "the last"),
    ],
)
def test_the_line_that_tells_what_is_wrong_is_shown(said, shown):
    assert first_sign(said) == shown


def test_every_command_has_words_for_what_it_found():
    words = {
        "scenarios": "scenario",
        "oversight": "scenario",
        "again": "replay",
        "history": "audit",
    }
    assert {words.get(name, name) for name in commands.names()} == set(VERDICTS)


@pytest.mark.parametrize(
    ("statuses", "made", "caught"),
    [
        ((0, 0, 0, 0, 0), ["traffic", "sandbox", "record", "replay", "replay"], False),
        ((0, 0, 0, 1), ["traffic", "sandbox", "record", "replay"], True),
        ((1,), ["traffic"], True),
    ],
)
def test_a_day_is_recorded_and_played_again_until_something_is_wrong(statuses, made, caught, monkeypatch, tmp_path):
    asked, left = [], iter(statuses)

    def called(tree, data, *words):
        asked.append(words[0])
        status = next(left)
        return commands.Named(status == 1, "", 0.0, status)

    monkeypatch.setattr(commands, "called", called)
    assert commands.again(tmp_path, tmp_path).caught is caught
    assert asked == made


@pytest.mark.parametrize(
    ("played", "status", "made", "caught"),
    [
        (False, 0, ["traffic", "audit"], True),
        (True, 1, ["traffic", "audit"], True),
        (False, 1, ["traffic"], False),
        (False, None, ["traffic"], False),
    ],
)
def test_a_history_is_judged_whatever_its_totals_come_to_but_not_after_a_crash(
    played, status, made, caught, monkeypatch, tmp_path
):
    asked = []

    def called(tree, data, *words):
        asked.append(words[0])
        return commands.Named(*((played, "", 0.0, status) if words[0] == "traffic" else (True, "", 0.0, 1)))

    monkeypatch.setattr(commands, "called", called)
    assert commands.history(tmp_path, tmp_path).caught is caught
    assert asked == made


def test_a_window_that_does_not_start_names_nothing(tmp_path):
    for package in ("schemas", "declarations", "gateways", "single_window", "simulators"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise SystemExit(1)", "utf-8")
    (tmp_path / "data").mkdir()
    assert not load(tmp_path, tmp_path / "data").caught
