"""Every shipped scenario comes out as its file says, and what can be seen afterwards is as known:
asked of the tree as `make mutants` asks it of one with a fault."""

from __future__ import annotations

from pathlib import Path

from tests.mutants import commands
from tests.mutants.planting import ROOT


def test_views_are_as_known(tmp_path: Path) -> None:
    said = commands.views(ROOT, tmp_path)
    assert said.status == 0, said.words
