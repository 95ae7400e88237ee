"""Checks of closed cases: drawn by the secret of a month, decided again by a second officer.

They belong to no gateway: a second decision changes nothing about the case, it only tells how well it was decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.commitments import commitment_of
from declarations.quality import QualityPlan, draw_checks, plan_of
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.decisions import SUBJECT_CHANGED
from gateways.records import DecisionAnswer
from gateways.topics.shared import Decision
from single_window.context import Context
from single_window.language.refusal import Refusal
from single_window.store import plan_secrets, quality_checks, sandboxes
from single_window.store.decisions import answer_decisions
from single_window.store.engine import writing
from single_window.store.numbering import ROWS
from single_window.store.quality_checks import AGREED, OVERTURNED, WAITING, ClosingDecision, StoredCheck
from single_window.store.subjects import makes_subject

AGENCY = "quality"
"""Whose plans the secrets are of; a plan is a month, as 2026-11."""
CHECK, MIX_IN = "check", "mix_in"
"""The acts about a check."""
AS_FIRST = "as_first"
"""The value of a check that says whether what it decides of goods is what the first officer did."""
MOST_ROWS = 20_000
"""Rows of the log that one draw looks at; the next draw goes on."""


class MonthSpan(NamedTuple):
    """A month as an interval of instants [since, until)."""

    name: str
    since: int
    until: int


def plan(context: Context, connection: Connection, sandbox: str, month: MonthSpan) -> QualityPlan:
    """The plan of a month; nothing is stored."""
    circumstances = context.circumstances(connection, sandbox)
    secret = circumstances.secret_of(AGENCY, month.name)
    return plan_of(secret, day_of(month.since), circumstances.parameters)


def draw(context: Context, sandbox: str, month: MonthSpan) -> int:
    """Draw the checks of the cases that were closed in a month since the last draw; returns how many were drawn.

    However often and by whomever it is called, the same cases are drawn."""
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        chosen, last = _drawn(context, connection, sandbox, month)
        now, secret = context.now(sandbox), plan(context, connection, sandbox, month).secret
        plan_secrets.keep(connection, sandbox, {(AGENCY, month.name): secret})
        checks = [
            _check_of(context.numbering.next_number(ROWS, "row"), month, closing, now)
            for closing, drawn in chosen
            if drawn
        ]
        quality_checks.add(connection, sandbox, checks, now)
        kept = quality_checks.StoredPlan(month.name, commitment_of(secret), last, now)
        quality_checks.put_plan(connection, sandbox, kept)
    context.wake()
    return len(checks)


def _drawn(
    context: Context, connection: Connection, sandbox: str, month: MonthSpan
) -> tuple[list[tuple[ClosingDecision, bool]], int]:
    """Return what is drawn of the cases that were closed since the last draw, and the last row of the log."""
    kept = quality_checks.plan_of(connection, sandbox, month.name, lock=True)
    counted = quality_checks.drawn_of(connection, sandbox, month.name)
    first, last = quality_checks.rows_between(connection, sandbox, month.since, month.until)
    begun = max(kept.sequence, first - 1)
    last = min(last, begun + MOST_ROWS)
    wanted = plan(context, connection, sandbox, month)
    found: list[tuple[ClosingDecision, bool]] = []
    for piece in quality_checks.closing_decisions(connection, sandbox, month.since, month.until, begun, last):
        found += zip(piece, draw_checks(wanted, [closing.closed for closing in piece], counted), strict=True)
    return found, max(last, kept.sequence)


def recompute(
    context: Context, connection: Connection, sandbox: str, month: MonthSpan
) -> tuple[Sequence[ClosingDecision], set[int]]:
    """Draw a month again from its beginning to the last row that was looked at; returns what is drawn now, and the rows
    of the log whose checks are stored."""
    kept = quality_checks.plan_of(connection, sandbox, month.name)
    wanted, counted = plan(context, connection, sandbox, month), Counter[str]()
    first, _ = quality_checks.rows_between(connection, sandbox, month.since, month.until)
    again: list[ClosingDecision] = []
    for piece in quality_checks.closing_decisions(
        connection, sandbox, month.since, month.until, first - 1, kept.sequence or -1
    ):
        drawn = draw_checks(wanted, [closing.closed for closing in piece], counted)
        again += [closing for closing, is_drawn in zip(piece, drawn, strict=True) if is_drawn]
    stored = quality_checks.of_month(connection, sandbox, month.name)
    return again, {check.sequence for check in stored if not check.golden}


def _check_of(number: int, month: MonthSpan, closing: ClosingDecision, now: int) -> StoredCheck:
    return StoredCheck(
        id=number,
        month=month.name,
        state=WAITING,
        version=1,
        subject=closing.closed.subject,
        subject_id=closing.subject_id,
        number=closing.closed.number,
        desk=closing.closed.desk,
        office=closing.office,
        lane=closing.lane,
        reason=closing.reason,
        before=closing.before,
        sequence=closing.sequence,
        first_action=closing.action,
        first_by=closing.by,
        golden=0,
        second_action="",
        second_by="",
        second_reason="",
        drawn_at=now,
        decided_at=0,
    )


def carry_out(connection: Connection, sandbox: str, decision: Decision) -> None:
    """Carry out and answer a decision that is filed in this transaction: a check, or a golden case that is mixed in."""
    now = sandboxes.find(connection, sandbox).clock.now()
    try:
        reasons = (_mix_in if makes_subject(decision.subject_id) else _check)(connection, sandbox, decision, now)
    except Refusal as refusal:
        reasons = (refusal_reason(refusal.words.zh, refusal.words.en),)
    answer_decisions(connection, sandbox, [DecisionAnswer(decision.id, refused=bool(reasons), reasons=reasons)], now)


def _check(connection: Connection, sandbox: str, decision: Decision, now: int) -> tuple[Reason, ...]:
    found = quality_checks.find(connection, sandbox, int(decision.subject_id), lock=True)
    if found is None or found.state != WAITING:
        state = found.state if found else ""
        return (Reason(SUBJECT_CHANGED, {"action": decision.action, "state": state}),)
    if found.first_by == decision.by:
        raise Refusal("own_check")
    choice = decision.values["choice"]
    settled = found._replace(
        state=AGREED if choice == found.first_action and decision.values.get(AS_FIRST, True) else OVERTURNED,
        version=found.version + 1,
        second_action=choice,
        second_by=decision.by,
        second_reason=decision.reason,
        decided_at=now,
    )
    quality_checks.settle(connection, sandbox, settled, now)
    return ()


def _mix_in(connection: Connection, sandbox: str, decision: Decision, now: int) -> tuple[Reason, ...]:
    """Mix a closed case of known answer in; its check has the id of the decision."""
    values = decision.values
    found = quality_checks.closed_case(connection, sandbox, values["subject"], values["number"])
    if found is None:
        raise Refusal("golden_unknown", number=values["number"][:40])
    golden = found._replace(
        id=decision.id,
        month=day_of(now).isoformat()[:7],
        version=1,
        first_action=values["choice"],
        first_by=decision.by,
        golden=1,
        drawn_at=now,
    )
    quality_checks.add(connection, sandbox, [golden], now)
    return ()
