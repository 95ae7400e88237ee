"""The files in which agencies keep what is their own: one folder for each agency below `gateway`, found by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent / "gateway"


def folders() -> list[str]:
    """Return the names of the folders, which are those of agencies, in order."""
    return sorted(folder.name for folder in HERE.iterdir() if folder.is_dir() and not folder.name.startswith("_"))


def fragments(name: str) -> Iterator[Path]:
    """Yield the files with this name of all agencies, ordered by agency; reading one that is missing fails."""
    yield from (HERE / folder / name for folder in folders())
