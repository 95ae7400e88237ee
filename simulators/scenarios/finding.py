"""Finds scenario files: shipped with the package, in a folder, or beside another file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from simulators.errors import SimulatorError
from simulators.toml_files import nearest

SHIPPED = Path(__file__).with_name("files")
MOST_FILES = 10_000


@cache
def shipped() -> Mapping[str, Path]:
    """The scenarios that come with the package, by name, area after area."""
    return {path.stem: path for path in _within(SHIPPED)}


def siblings(path: Path) -> dict[str, Path]:
    """The scenarios in the folder of another, by name."""
    return {path.stem: path for path in sorted(path.parent.glob("*.toml"))}


def scenario_files(names: Sequence[str]) -> list[Path]:
    """Resolve names to scenario files: files, folders (recursively), names of shipped scenarios or of their areas.

    Raises `SimulatorError` for what there is not.
    """
    known = shipped()
    paths = [path for name in names for path in _meant(name, known)]
    return list(dict.fromkeys(paths))


def _meant(name: str, known: Mapping[str, Path]) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        inside = _within(path)
        if not inside:
            raise SimulatorError(f"{name} holds no scenario (*.toml)")
        return inside
    if path.is_file():
        return [path]
    if name in known:
        return [known[name]]
    of_area = [path for path in known.values() if path.parent.name == name]
    if not of_area:
        areas = {path.parent.name for path in known.values()}
        raise SimulatorError(
            f"there is no file or folder {name}, and no scenario of this name comes with the program"
            f"{_near(name, [*known, *areas])}. See: single-window scenario list"
        )
    return of_area


def _near(name: str, known: Sequence[str]) -> str:
    hint = nearest(name, known)
    return hint if "did you mean" in hint else ""


def _within(folder: Path) -> list[Path]:
    inside = sorted(path for path in folder.rglob("*.toml") if path.is_file())
    if len(inside) > MOST_FILES:
        raise SimulatorError(f"{folder} holds more than {MOST_FILES} files")
    return inside
