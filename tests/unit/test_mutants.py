"""The table of planted faults follows the code: each can be planted, in one place, and leaves a file that reads."""

import ast
import tomllib

import pytest

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


def test_turns_take_every_fault_once():
    listed = faults()
    turns = [fault for turn in range(3) for fault in in_turn(listed, turn, 3)]
    assert sorted(turns) == sorted(listed)


def test_a_fault_changes_the_copy_and_not_the_tree():
    fault = faults()[0]
    before = (ROOT / fault.file).read_text("utf-8")
    with planted(fault) as tree:
        assert fault.put in (tree / fault.file).read_text("utf-8")
        assert not (tree / fault.file).samefile(ROOT / fault.file)
    assert (ROOT / fault.file).read_text("utf-8") == before
