"""The life of goods in an overseas warehouse: `overseas.toml`, read once. It decides only what may follow what."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class State(NamedTuple):
    """A state in both languages; `ended`: the pre-refund is settled."""

    name: str
    zh: str
    en: str
    ended: bool = False


class Step(NamedTuple):
    """The step that leads from some states to one, found by the name `when`."""

    when: str
    zh: str
    en: str
    sources: tuple[str, ...]
    to: str


class NoStep(LookupError):
    """A step that does not lead out of a state, or that no step is called by."""

    permanent = True

    def __init__(self, state: str, when: str) -> None:
        possible = ", ".join(step.when for step in steps() if state in step.sources) or "none"
        super().__init__(f"no step {when!r} out of {state!r}; possible: {possible}")


def follow(state: str, when: str) -> str:
    """The state that a step leads to; raises `NoStep`."""
    for step in steps():
        if step.when == when and state in step.sources:
            return step.to
    raise NoStep(state, when)


@cache
def states() -> Mapping[str, State]:
    """All states by name."""
    return {name: State(name, **facts) for name, facts in _table()["state"].items()}


@cache
def steps() -> tuple[Step, ...]:
    """All steps."""
    return tuple(Step(row["when"], row["zh"], row["en"], tuple(row["from"]), row["to"]) for row in _table()["step"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("declarations.refund") / "overseas.toml").read_text(encoding="utf-8"))
