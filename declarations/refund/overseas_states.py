"""The lifecycle of goods in an overseas warehouse: `overseas.toml`, read once. It only defines allowed transitions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


class PreRefundState(NamedTuple):
    """A state in both languages; `ended`: the pre-refund is settled."""

    name: str
    zh: str
    en: str
    ended: bool = False


class PreRefundStep(NamedTuple):
    """A transition from some states to one; `when` is its name."""

    when: str
    zh: str
    en: str
    sources: tuple[str, ...]
    to: str


def state_after(state: str, when: str) -> str:
    """Return the target state of the step `when`; raises `LookupError`."""
    for step in all_steps():
        if step.when == when and state in step.sources:
            return step.to
    possible = ", ".join(step.when for step in all_steps() if state in step.sources) or "none"
    raise LookupError(f"no step {when!r} out of {state!r}; possible: {possible}")


@cache
def all_states() -> Mapping[str, PreRefundState]:
    """Return all states by name."""
    return {name: PreRefundState(name, **facts) for name, facts in _load_table()["state"].items()}


@cache
def all_steps() -> tuple[PreRefundStep, ...]:
    """Return all steps."""
    return tuple(
        PreRefundStep(row["when"], row["zh"], row["en"], tuple(row["from"]), row["to"]) for row in _load_table()["step"]
    )


@cache
def _load_table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "overseas.toml").read_text(encoding="utf-8"))
