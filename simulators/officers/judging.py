"""What is right to decide about a case, by the table `right.toml`, and what an officer who errs decides."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

from simulators.draws import Draws

APPROVE, DECLINE = "approve", "decline"
PROPOSAL = "proposal"
UNFOUNDED = "依据不足"
"""Why a proposal is declined."""


class Found(NamedTuple):
    """What an officer finds: the right action with its reason, and the wrong one; `weight`: how often it is found."""

    right: str
    wrong: str
    reason: str = ""
    wrong_reason: str = ""
    weight: int = 1


class Kind(NamedTuple):
    """Cases of one kind, by what they say (empty: whatever they say), and what may be found in them."""

    zh: str
    en: str
    subject: str
    states: tuple[str, ...]
    found: tuple[Found, ...]
    rules: frozenset[str] = frozenset()
    flow: str = ""


class Told(Protocol):
    """What a case says. `rules` are those of its reasons, `number` its number of business; `proposed` is the action of
    a proposal, and `before` the state in which its subject then was."""

    @property
    def subject(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def rules(self) -> Sequence[str]: ...
    @property
    def flow(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def proposed(self) -> str: ...


class Verdict(NamedTuple):
    """What is decided, with which reason, and whether that is right."""

    action: str
    reason: str
    right: bool


@cache
def kinds() -> tuple[Kind, ...]:
    """The table."""
    read = tomllib.loads(files("simulators.officers").joinpath("right.toml").read_text("utf-8"))
    return tuple(_kind(entry) for entry in read["case"])


def found_in(seed: int, case: Told) -> Found | None:
    """What is found in a case: of each seed the same, whoever looks. None: the table knows no such case."""
    subject, state = (case.about, case.before) if case.subject == PROPOSAL else (case.subject, case.state)
    kind = next((one for one in kinds() if _fits(one, subject, state, case)), None)
    if kind is None:
        return None
    place = Draws(seed, "found", subject, state, case.number).below(sum(one.weight for one in kind.found))
    for one in kind.found:
        place -= one.weight
        if place < 0:
            break
    if case.subject != PROPOSAL:
        return one
    if case.proposed == one.right:
        return Found(APPROVE, DECLINE, "", UNFOUNDED)
    return Found(DECLINE, APPROVE, UNFOUNDED, "")


def judged(seed: int, officer: str, skill: float, case: Told) -> Verdict | None:
    """What an officer decides who is right in a share of his cases (0 to 1); None: the table knows no such case."""
    found = found_in(seed, case)
    if found is None:
        return None
    key = (case.about, case.before) if case.subject == PROPOSAL else (case.subject, case.state)
    if Draws(seed, "skill", officer, case.subject, *key, case.number).below(10_000) < skill * 10_000:
        return Verdict(found.right, found.reason, True)
    return Verdict(found.wrong, found.wrong_reason, False)


def _fits(kind: Kind, subject: str, state: str, case: Told) -> bool:
    return (
        kind.subject == subject
        and state in kind.states
        and kind.flow in ("", case.flow)
        and (not kind.rules or not kind.rules.isdisjoint(case.rules))
    )


def _kind(entry: dict[str, Any]) -> Kind:
    return Kind(
        entry["zh"],
        entry["en"],
        entry["subject"],
        tuple(entry["states"]),
        tuple(Found(**one) for one in entry["found"]),
        frozenset(entry.get("rules", ())),
        entry.get("flow", ""),
    )
