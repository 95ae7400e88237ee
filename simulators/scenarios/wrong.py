"""What is said of a scenario file that cannot be used."""

from __future__ import annotations

from typing import NoReturn

from simulators.toml_places import placed


class WrongScenario(Exception):
    """A scenario file cannot be used; the text says where and why."""

    permanent = True


def refuse(text: str, name: str, path: str, complaint: str) -> NoReturn:
    """Raise `WrongScenario` for the key at a path of a file's text."""
    raise WrongScenario(placed(text, name, path, complaint)) from None
