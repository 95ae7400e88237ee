"""No version of a library with a known hole is installed with the window."""

from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FLOOR = re.compile(r"^([\w-]+)(?:\[\w+\])? >=([\d.]+)", re.MULTILINE)


def version(text: str) -> tuple[int, ...]:
    """A version that can be compared."""
    return tuple(int(part) for part in text.split("."))


def test_no_floor_lies_below_a_version_without_known_holes() -> None:
    read = ConfigParser()
    read.read(ROOT / "setup.cfg", "utf-8")
    asked = f"{read['options']['install_requires']}\n{read['options.extras_require']['test']}"
    floors = {name: version(floor) for name, floor in _FLOOR.findall(asked)}
    holes = tomllib.loads((ROOT / "tests/specifications/floors.toml").read_text("utf-8"))
    assert {name: row["from"] for name, row in holes.items() if floors.get(name, ()) < version(row["from"])} == {}
