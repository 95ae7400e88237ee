"""Simulates officers: each takes the first due case, works on it for a time, decides it, and takes the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heapreplace
from typing import NamedTuple

from simulators.draws import Draws
from simulators.entry.officers import DecisionReply, Office, OfficeCase
from simulators.officers.judging import OfficerVerdict, judge_case

HOUR = 3_600_000
NAME = "模拟关员{seed}-{number}"
"""Name of an officer; officers of different seeds may work concurrently. No account has such a name."""
ROLES = ("supervisor", "supervisor", "reviewer", "inspector", "tax_officer", "exchange_officer", "registrar")
"""Roles assigned to officers in rotation. The first two may decide everything, so that every desk has an officer and
another one can approve."""
IDLE = 10 * 60_000
"""Milliseconds of the sandbox's time after which an officer without a case looks again."""
NOT_DONE = frozenset({"refused", "filed"})


class OfficerManner(NamedTuple):
    """Parameters of simulated officers: share of right decisions (0 to 1), cases per hour of the sandbox's clock, and
    the random seed.
    """

    skill: float = 0.95
    speed: float = 40.0
    seed: int = 7


class RefusedDecision(NamedTuple):
    """A decision that was not carried out, and why."""

    officer: str
    case: str
    action: str
    why: str


@dataclass(slots=True)
class SimulatedOfficer:
    """A simulated officer, his current case, and his decisions."""

    name: str
    role: str
    case: OfficeCase | None = None
    right: int = 0
    wrong: int = 0
    by_action: Counter[str] = field(default_factory=Counter)
    by_outcome: Counter[str] = field(default_factory=Counter)

    @property
    def decided(self) -> int:
        """The number of cases he has decided."""
        return self.right + self.wrong


class OfficersResult(NamedTuple):
    """The result of a period: decisions, those not carried out, and remaining cases per desk."""

    officers: Sequence[SimulatedOfficer]
    refused: Sequence[RefusedDecision]
    left: dict[str, int]
    begun: int
    ended: int


def crew(count: int, seed: int = OfficerManner().seed) -> list[SimulatedOfficer]:
    """`count` officers with roles in rotation."""
    return [
        SimulatedOfficer(NAME.format(seed=seed, number=number + 1), ROLES[number % len(ROLES)])
        for number in range(count)
    ]


class OfficersPlay:
    """Simulated officers in a sandbox. Their actions are determined by seed and cases; a frozen clock is advanced from
    one action to the next, so that runs are repeatable."""

    def __init__(self, office: Office, officers: Sequence[SimulatedOfficer], manner: OfficerManner) -> None:
        self.office, self.officers, self.manner = office, officers, manner
        self.refused: list[RefusedDecision] = []
        self._decided: set[tuple[str, str, str]] = set()
        self._left_alone: set[tuple[str, str]] = set()

    def run(self, until: int = 0, empty: bool = True) -> OfficersResult:
        """Play until an instant of the sandbox (0: no limit); `empty`: until no officer finds a case."""
        begun = self.office.now
        turns = [(begun, number) for number in range(len(self.officers))]
        heapify(turns)
        while turns and not (until and turns[0][0] > until) and self.office.wait(turns[0][0]):
            at, number = turns[0]
            officer = self.officers[number]
            self._decide(officer)
            officer.case = self._next(officer)
            if empty and officer.case is None and self._all_done():
                break
            heapreplace(turns, (at + self._takes(officer), number))
        for officer in self.officers:
            if officer.case is not None:
                self.office.let_go(officer.name, officer.role)
                officer.case = None
        if until and not empty:
            self.office.wait(until)
        return OfficersResult(self.officers, self.refused, self.office.waiting(), begun, self.office.now)

    def _next(self, officer: SimulatedOfficer) -> OfficeCase | None:
        """Take the next undecided case; cases without a matching pattern are left for people."""
        while case := self.office.take(officer.name, officer.role, self._left_alone):
            if (*_key(case), case.state) not in self._decided and self._verdict(officer, case) is not None:
                return case
            self._left_alone.add(_key(case))
            self.office.let_go(officer.name, officer.role)
        return None

    def _all_done(self) -> bool:
        """True if no officer has a case or would find one."""
        for officer in self.officers:
            if officer.case is None and self._next(officer) is not None:
                self.office.let_go(officer.name, officer.role)
                return False
        return all(officer.case is None for officer in self.officers)

    def _decide(self, officer: SimulatedOfficer) -> None:
        case, officer.case = officer.case, None
        verdict = self._verdict(officer, case) if case is not None else None
        if case is None or verdict is None:
            return
        self._decided.add((*_key(case), case.state))
        answer = self.office.decide(officer.name, officer.role, verdict.action, verdict.reason)
        _count(officer, verdict, answer)
        if answer.state in NOT_DONE:
            self.refused.append(
                RefusedDecision(officer.name, f"{case.subject} {case.number}", verdict.action, answer.why)
            )
            self._left_alone.add(_key(case))

    def _verdict(self, officer: SimulatedOfficer, case: OfficeCase) -> OfficerVerdict | None:
        return judge_case(self.manner.seed, officer.name, self.manner.skill, case)

    def _takes(self, officer: SimulatedOfficer) -> int:
        """Random duration of a case in milliseconds: 0.5 to 1.5 times the mean."""
        of = officer.case
        if of is None:
            return IDLE
        mean = max(1, round(HOUR / self.manner.speed))
        return mean // 2 + Draws(self.manner.seed, "time", officer.name, of.subject, of.number, of.state).below(mean)


def _key(case: OfficeCase) -> tuple[str, str]:
    return case.subject, case.id


def _count(officer: SimulatedOfficer, verdict: OfficerVerdict, answer: DecisionReply) -> None:
    officer.right += verdict.right
    officer.wrong += not verdict.right
    officer.by_action[verdict.action] += 1
    officer.by_outcome[answer.state] += 1
