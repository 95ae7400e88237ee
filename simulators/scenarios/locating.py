"""Finds scenario files: shipped with the package, in a folder, or beside another file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from simulators.errors import SimulatorError
from simulators.toml_files import nearest_hint

SHIPPED_FOLDER = Path(__file__).with_name("files")
MAX_FILES = 10_000


@cache
def shipped_scenarios() -> Mapping[str, Path]:
    """The scenarios that come with the package, by name, area after area."""
    return {path.stem: path for path in _files_within(SHIPPED_FOLDER)}


def siblings(path: Path) -> dict[str, Path]:
    """The scenarios in the folder of another, by name."""
    return {path.stem: path for path in sorted(path.parent.glob("*.toml"))}


def scenario_files(names: Sequence[str]) -> list[Path]:
    """Resolve names to scenario files: files, folders (recursively), names of shipped scenarios or of their areas.

    Raises `SimulatorError` for what there is not.
    """
    known = shipped_scenarios()
    paths = [path for name in names for path in _files_of_name(name, known)]
    return list(dict.fromkeys(paths))


def _files_of_name(name: str, known: Mapping[str, Path]) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        files = _files_within(path)
        if not files:
            raise SimulatorError(f"{name} holds no scenario (*.toml)")
        return files
    if path.is_file():
        return [path]
    if name in known:
        return [known[name]]
    area_files = [path for path in known.values() if path.parent.name == name]
    if not area_files:
        areas = {path.parent.name for path in known.values()}
        raise SimulatorError(
            f"there is no file or folder {name}, and no scenario of this name comes with the program"
            f"{_hint(name, [*known, *areas])}. See: single-window scenario list"
        )
    return area_files


def _hint(name: str, known: Sequence[str]) -> str:
    hint = nearest_hint(name, known)
    return hint if "did you mean" in hint else ""


def _files_within(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*.toml") if path.is_file())
    if len(files) > MAX_FILES:
        raise SimulatorError(f"{folder} holds more than {MAX_FILES} files")
    return files
