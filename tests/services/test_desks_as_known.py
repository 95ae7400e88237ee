"""What officers see and do at their desks, and what command lines say, is as known:
asked of the tree as `make mutants` asks it of one with a fault."""

from __future__ import annotations

from pathlib import Path

from tests.mutants import commands
from tests.mutants.planting import ROOT


def test_desks_are_as_known(tmp_path: Path) -> None:
    said = commands.desks(ROOT, tmp_path)
    assert said.status == 0, said.words
