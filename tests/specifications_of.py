"""Tables of cases that several rooms of tests read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def specification(name: str) -> dict[str, Any]:
    """A table of `tests/specifications/` by its file's name."""
    return tomllib.loads((Path(__file__).parent / "specifications" / name).read_text("utf-8"))
