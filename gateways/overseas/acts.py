"""Carries out officers' decisions about cases of stock abroad: an explanation is accepted, or sales without evidence do
not count."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.case_course import QUESTIONS
from gateways.decisions import carry_out
from gateways.overseas.outcomes import KIND, apply_step, ask_company
from gateways.overseas.repository import OverseasCase, OverseasDesk
from gateways.topics.shared import Decision

UNCOUNT = "uncount"


def decide(decisions: Sequence[Decision], desk: OverseasDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""

    def act(case: OverseasCase, decision: Decision) -> None:
        if decision.action in QUESTIONS:
            ask_company(case, decision, desk)
            return
        apply_step(case, decision.action, desk, reason=decision.reason, by=decision.by)
        if decision.action == UNCOUNT:
            _uncount(case.case_no, case.ebc_code, desk)

    cases = desk.repository.cases([decision.subject_id for decision in decisions])
    carry_out(decisions, cases, desk, kind=KIND, act=act)


def _uncount(case_no: str, code: str, desk: OverseasDesk) -> None:
    """Let the sales of a case not count as sold."""
    moves = desk.repository.moves_asked(code, case_no)
    for move in moves:
        move.uncounted = not move.voucher_no
    desk.repository.put_moves(moves)
