"""The files in which agencies keep what is their own: one folder for each agency below `gateway`, found by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent / "gateway"


def fragments(name: str) -> Iterator[Path]:
    """Yield the files with this name of all agencies, ordered by agency; reading one that is missing fails."""
    yield from (folder / name for folder in sorted(HERE.iterdir()) if folder.is_dir())
