"""Chooses a simulated officer's decision by the table `right.toml`, sometimes wrongly."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from simulators.draws import Draws

APPROVE, DECLINE = "approve", "decline"
PROPOSAL = "proposal"
UNFOUNDED = "依据不足"
"""Reason for declining a proposal."""


class Discovery(NamedTuple):
    """A possible finding: the right action with its reason, and the wrong one; `weight`: relative frequency."""

    right: str
    wrong: str
    reason: str = ""
    wrong_reason: str = ""
    weight: int = 1


class CasePattern(NamedTuple):
    """Conditions on cases (empty: any), and the possible findings in them."""

    zh: str
    en: str
    subject: str
    states: tuple[str, ...]
    findings: tuple[Discovery, ...]
    rules: frozenset[str] = frozenset()
    flow: str = ""


class CaseContent(Protocol):
    """The content of a case. `rules`: codes of its reasons; `number`: business number; `proposed`: the action of a
    proposal; `before`: the subject's state at that time."""

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


class OfficerVerdict(NamedTuple):
    """A decision with its reason, and whether it is right."""

    action: str
    reason: str
    right: bool


@cache
def kinds() -> tuple[CasePattern, ...]:
    """The patterns of `right.toml`."""
    read = tomllib.loads(Path(__file__).parent.joinpath("right.toml").read_text("utf-8"))
    return tuple(_kind(entry) for entry in read["case"])


def found_in(seed: int, case: CaseContent) -> Discovery | None:
    """The finding of a case, determined by the seed; None: no pattern matches."""
    subject, state = (case.about, case.before) if case.subject == PROPOSAL else (case.subject, case.state)
    kind = next((kind for kind in kinds() if _fits(kind, subject, state, case)), None)
    if kind is None:
        return None
    place = Draws(seed, "found", subject, state, case.number).below(sum(finding.weight for finding in kind.findings))
    for finding in kind.findings:
        place -= finding.weight
        if place < 0:
            break
    if case.subject != PROPOSAL:
        return finding
    if case.proposed == finding.right:
        return Discovery(APPROVE, DECLINE, "", UNFOUNDED)
    return Discovery(DECLINE, APPROVE, UNFOUNDED, "")


def judge_case(seed: int, officer: str, skill: float, case: CaseContent) -> OfficerVerdict | None:
    """Decide a case as an officer who is right in a share `skill` (0 to 1) of his cases; None: no pattern matches."""
    finding = found_in(seed, case)
    if finding is None:
        return None
    key = (case.about, case.before) if case.subject == PROPOSAL else (case.subject, case.state)
    if Draws(seed, "skill", officer, case.subject, *key, case.number).below(10_000) < skill * 10_000:
        return OfficerVerdict(finding.right, finding.reason, True)
    return OfficerVerdict(finding.wrong, finding.wrong_reason, False)


def _fits(kind: CasePattern, subject: str, state: str, case: CaseContent) -> bool:
    return (
        kind.subject == subject
        and state in kind.states
        and kind.flow in ("", case.flow)
        and (not kind.rules or not kind.rules.isdisjoint(case.rules))
    )


def _kind(entry: dict[str, Any]) -> CasePattern:
    return CasePattern(
        entry["zh"],
        entry["en"],
        entry["subject"],
        tuple(entry["states"]),
        tuple(Discovery(**finding) for finding in entry["found"]),
        frozenset(entry.get("rules", ())),
        entry.get("flow", ""),
    )
