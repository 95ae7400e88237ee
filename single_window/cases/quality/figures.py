"""The quality of decisions about closed cases: agreement of second officers by desk, reason and lane; never by
person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.commitments import commitment_of, is_committed
from declarations.intervals import ENOUGH, wilson
from schemas import receipt_texts
from single_window.cases.monthly import Month
from single_window.cases.quality.answers import DecidedCheckOut, QualityAuditOut, QualityOut, QualityRowOut
from single_window.context import Context
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store import quality_checks
from single_window.store.desks import desks
from single_window.store.quality_checks import AGREED, WAITING, StoredCheck
from single_window.work import quality_checking
from single_window.work.quality_checking import MonthSpan

SHOWN = 200
NOTHING = Words("–", "–")


def quality_of(context: Context, connection: Connection, sandbox: str, month: Month) -> QualityOut:
    """The checks of a month. The secret is told once the month is over in the sandbox."""
    checks = quality_checks.of_month(connection, sandbox, month.name)
    plan = quality_checking.plan(context, connection, sandbox, MonthSpan(*month))
    decided = [check for check in checks if check.state != WAITING]
    drawn = [check for check in decided if not check.golden]
    commitment = quality_checks.plan_of(connection, sandbox, month.name).commitment
    is_over = context.circumstances(connection, sandbox).now >= month.until
    return QualityOut(
        month=month.name,
        share=f"{plan.share:f}",
        monthly_cap=plan.cap,
        commitment=commitment,
        secret=plan.secret if is_over and commitment else None,
        drawn=sum(not check.golden for check in checks),
        waiting=sum(check.state == WAITING for check in checks),
        all=_row("", phrases.phrase("label", "quality_all"), drawn),
        golden=_row("golden", phrases.phrase("label", "quality_golden"), [check for check in decided if check.golden]),
        by_desk=_rows(drawn, lambda check: check.desk, _desk_words),
        by_reason=_rows(drawn, lambda check: check.reason, _reason_words),
        by_lane=_rows(drawn, lambda check: check.lane, _lane_words),
        checks=tuple(map(_decided, sorted(decided, key=lambda check: -check.decided_at)[:SHOWN])),
    )


def audit_of(context: Context, connection: Connection, sandbox: str, month: Month) -> QualityAuditOut:
    """Draw a month again, and compare it with its checks."""
    again, stored = quality_checking.recompute(context, connection, sandbox, MonthSpan(*month))
    rows = {closing.sequence for closing in again}
    commitment = quality_checks.plan_of(connection, sandbox, month.name).commitment
    secret = quality_checking.plan(context, connection, sandbox, MonthSpan(*month)).secret
    return QualityAuditOut(
        month=month.name,
        commitment=commitment or commitment_of(secret),
        kept=not commitment or is_committed(commitment, secret),
        drawn=len(rows),
        missing=tuple(sorted(rows - stored)),
        surplus=tuple(sorted(stored - rows)),
    )


def current_month(context: Context, sandbox: str) -> str:
    """The month of a sandbox's today, as 2026-11."""
    return day_of(context.now(sandbox)).isoformat()[:7]


def _rows(
    checks: Iterable[StoredCheck], name_of: Callable[[StoredCheck], str], words_of: Callable[[str], Words]
) -> tuple[QualityRowOut, ...]:
    """A row for each name, those with most checks first."""
    by_name: dict[str, list[StoredCheck]] = {}
    for check in checks:
        by_name.setdefault(name_of(check), []).append(check)
    ordered = sorted(by_name.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_row(name, words_of(name), found) for name, found in ordered)


def _row(name: str, words: Words, checks: Sequence[StoredCheck]) -> QualityRowOut:
    agreed, checked = sum(check.state == AGREED for check in checks), len(checks)
    interval = wilson(agreed, checked)
    share, low, high = (round(end, 4) for end in interval) if interval else (None, None, None)
    return QualityRowOut(
        name=name,
        zh=words.zh,
        en=words.en,
        checked=checked,
        agreed=agreed,
        overturned=checked - agreed,
        share=share,
        low=low,
        high=high,
        enough=checked >= ENOUGH,
    )


def _desk_words(name: str) -> Words:
    return desks()[name].words if name in desks() else NOTHING


def _reason_words(code: str) -> Words:
    if code not in receipt_texts.texts():
        return NOTHING
    row = receipt_texts.text(code)
    return Words(*(text.partition("{")[0].rstrip("，：:, ") for text in (row.zh, row.en)))


def _lane_words(lane: str) -> Words:
    return phrases.phrase("lane", lane) if lane else NOTHING


def _decided(check: StoredCheck) -> DecidedCheckOut:
    return DecidedCheckOut.of(
        check,
        first=check.first_action,
        second=check.second_action,
        why=check.second_reason,
        outcome=check.state,
        golden=bool(check.golden),
    )
