"""Faults that are planted one at a time: the table of them, and copies of the tree in which one stands."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
CLIENT = "clients/python"
PACKAGES = ("schemas", "declarations", "gateways", "single_window", "simulators", f"{CLIENT}/single_window_client")
BESIDE = (
    "tests",
    "tools",
    "docs",
    "examples",
    "deploy",
    "setup.cfg",
    "pyproject.toml",
    "Makefile",
    "Dockerfile",
    "README.md",
)
"""What a copy has besides, whose own tests are to run."""
PLACE = ROOT / ".mutants"
"""Where the copies are: links need the same file system."""
TABLE = Path(__file__).with_name("faults.toml")


class PlantedFault(NamedTuple):
    """A fault: what `file` says at one place, what is put there instead, and what that breaks; `open`: why nothing
    names it so far."""

    name: str
    file: str
    find: str
    put: str
    breaks: str
    open: str = ""


class NotPlantable(Exception):
    """The text that a fault replaces is not there exactly once: the table must follow the code."""


def faults(only: Collection[str] = ()) -> tuple[PlantedFault, ...]:
    """The faults of the table, or those of these names."""
    listed = [PlantedFault(**row) for row in tomllib.loads(TABLE.read_text("utf-8"))["fault"]]
    return tuple(fault for fault in listed if not only or fault.name in only)


def in_turn(listed: Sequence[PlantedFault], turn: int, turns: int) -> tuple[PlantedFault, ...]:
    """Every so-manieth fault, beginning with another one at each turn; those that are open only where there is one turn
    for all."""
    return tuple([fault for fault in listed if turns == 1 or not fault.open][turn % turns :: turns])


def changed(fault: PlantedFault, text: str) -> str:
    """The text of its file with the fault in it; raises `NotPlantable`."""
    if (times := text.count(fault.find)) != 1:
        raise NotPlantable(f"{fault.name}: {fault.file} holds {times} times, not once: {fault.find!r}")
    return text.replace(fault.find, fault.put)


@contextmanager
def planted(fault: PlantedFault | None, beside: Sequence[str] = ()) -> Iterator[Path]:
    """A copy of the packages, and of what is `beside` them, with a fault in it (None: without); all files but the
    changed one are links to ours."""
    PLACE.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="tree-", dir=PLACE) as folder:
        tree = Path(folder)
        for name in (*PACKAGES, *beside):
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, tree / name, copy_function=os.link)
            else:
                os.link(ROOT / name, tree / name)
        if fault is not None:
            file = tree / fault.file
            text = changed(fault, file.read_text("utf-8"))
            file.unlink()  # a link: writing into it would change our own
            file.write_text(text, "utf-8")
        yield tree
