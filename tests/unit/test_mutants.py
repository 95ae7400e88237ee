"""The table of planted faults follows the code: each can be planted, in one place, and leaves a file that reads."""

import ast
import tomllib
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.mutants import commands
from tests.mutants.commands import first_sign, judged
from tests.mutants.planting import BESIDE, ROOT, NotPlantable, changed, faults, in_turn, planted
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


def test_what_names_a_fault_must_pass_a_copy_without_one() -> None:
    sound = commands.SoundTree()
    sound.check("law")
    with planted(faults(["all-taxes-doubled"])[0], BESIDE) as tree:
        unsound = commands.SoundTree(lambda: nullcontext(tree))
        with pytest.raises(commands.NotSound, match="does not pass:\nlaw: FAILED"):
            unsound.check("law")


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
        ("scenario", 2, "Usage: single-window scenario run", False),
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
        ("a line\nthe last", "the last"),
    ],
)
def test_the_line_that_tells_what_is_wrong_is_shown(said, shown):
    assert first_sign(said) == shown


def test_what_is_closest_to_a_fault_is_asked_first_and_all_else_afterwards() -> None:
    assert commands.in_order("declarations/tax/formula.py")[:3] == ["law", "unit/declarations", "gateways"]
    assert commands.in_order("declarations/tax/formula.py", recorded=True)[:3] == [
        "law",
        "reached",
        "unit/declarations",
    ]
    assert commands.in_order("gateways/customs/desk.py", recorded=True)[:2] == ["reached", "gateways"]
    assert {fault.file.partition("/")[0] for fault in faults()} <= commands.CLOSEST.keys()
    for package in commands.CLOSEST:
        assert sorted(commands.in_order(f"{package}/x.py")) == sorted(commands.COMMANDS)
    assert all((ROOT / "tests" / place).is_dir() for place in commands.FOLDERS)


def test_a_test_names_a_fault_and_a_folder_that_cannot_be_read_names_none(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "few"
    folder.mkdir(parents=True)
    (tmp_path / "setup.cfg").write_text("[tool:pytest]\n", "utf-8")
    (folder / "test_it.py").write_text("def test_it():\n    assert 1 == 2\n", "utf-8")
    named = commands.tested("few", tmp_path, tmp_path)
    assert named.caught and named.words.startswith("FAILED tests/few/test_it.py::test_it")
    (folder / "test_it.py").write_text("import nothing_of_this_name\n", "utf-8")
    assert not commands.tested("few", tmp_path, tmp_path).caught
