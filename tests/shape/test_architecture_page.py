"""The page on architecture shows how a message travels first, and names the rooms of the window in their order."""

from __future__ import annotations

import re

from gateways.agencies import GATEWAYS
from tests.shape.arrows import ROOMS
from tests.shape.sources import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")
PICTURE, TABLE = "## How a message travels\n", "## Inside `single_window`\n"
SHOWN = {"forex": "exchange", "registration": "registrar"}
"""Gateways that the picture calls otherwise."""


def section(heading: str) -> str:
    """What stands under a heading, up to the next one."""
    return PAGE.partition(heading)[2].partition("\n## ")[0]


def test_the_picture_comes_first_and_names_every_gateway() -> None:
    assert PAGE.index(PICTURE) == PAGE.index("## ")
    picture = section(PICTURE).split("```")[1]
    assert [gateway.name for gateway in GATEWAYS if SHOWN.get(gateway.name, gateway.name) not in picture] == []


def test_the_room_of_cases_names_each_subject() -> None:
    (row,) = [line for line in section(TABLE).splitlines() if line.startswith("| `cases/`")]
    subjects = {place.parent.name for place in (ROOT / "single_window/cases").glob("*/__init__.py")}
    assert subjects - set(re.findall(r"`(\w+)/`", row)) == set()


def test_the_table_of_rooms_has_their_order() -> None:
    cells = [line.split("|")[1] for line in section(TABLE).splitlines() if line.startswith("| `")]
    rooms = [room for cell in cells for room in re.findall(r"`(\w+)(?:\.py|/)`", cell)]
    assert rooms == [room for room in ROOMS if room != "__main__"]
