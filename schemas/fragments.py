"""The files in which agencies keep what is their own: one folder for each agency below `gateway`, found by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent / "gateway"
NAMES = ("catalogue.toml", "receipt_texts.csv", "remedies.toml")


def folders() -> list[str]:
    """Return the names of the folders, which are those of agencies, in order."""
    return sorted(folder.name for folder in HERE.iterdir() if folder.is_dir() and not folder.name.startswith("_"))


def fragments(name: str) -> Iterator[Path]:
    """Yield the files with this name that agencies have, ordered by agency."""
    yield from (path for folder in folders() if (path := HERE / folder / name).exists())


def strangers() -> list[str]:
    """Return what stands in the folders and is none of `NAMES` and no table of a message."""
    return sorted(
        path.relative_to(HERE).as_posix()
        for folder in folders()
        for path in (HERE / folder).iterdir()
        if path.name not in NAMES and not (path.suffix == ".csv" and path.name[0].isupper())
    )
