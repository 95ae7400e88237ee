"""The program's other packages have plain names (`schemas`, …), which a project beside it may have, too: refuses to
start with a package of somebody else's, and gives child processes a path on which the own ones come first."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click

HOME = Path(__file__).resolve().parents[1]
"""The folder that holds all packages."""
NAMES = ("schemas", "declarations", "gateways", "simulators")
_MARK = b'PART_OF = "cross-border-single-window"'


class ForeignPackage(NamedTuple):
    """A package of another project that is found by the name of an own one, and its folder."""

    name: str
    folder: str


class Shadowed(click.ClickException):
    """Packages of this program are shadowed or overwritten; the text says by what, and what to do."""

    permanent = True

    def __init__(self, foreign: ForeignPackage) -> None:
        overwritten = foreign.folder == str(HOME / foreign.name)
        where = f"was overwritten in {foreign.folder}" if overwritten else f"is shadowed by {foreign.folder}"
        remedy = "install it again into" if overwritten else "install it into"
        super().__init__(
            f"The package {foreign.name} of the single window {where}, which belongs to another project. In one "
            f"environment there is room for one {foreign.name}: {remedy} an environment of its own (python3 -m venv), "
            "start it there with single-window run, and name it to the tests with --single-window-url."
        )


def demand_own_packages() -> None:
    """Raise `Shadowed` if a package of another project is found instead of an own one."""
    for foreign in _foreign():
        raise Shadowed(foreign)


def _foreign() -> Iterator[ForeignPackage]:
    for name in NAMES:
        try:
            spec = find_spec(name)
        except ValueError:  # a module without a specification: something that a test has put there
            spec = None
        module = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
        if module is None:
            yield ForeignPackage(name, "something without a file")
        elif module.name != "__init__.py" or _MARK not in module.read_bytes():
            yield ForeignPackage(name, str(module.parent))


def own_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Environment variables for a child process: it finds the own packages first, and not those of the folder in which
    it is started."""
    path = os.pathsep.join(filter(None, (str(HOME), variables.get("PYTHONPATH", ""))))
    return {**variables, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
