"""The deadlines of a claim, each with the dated value that sets it: review, foreign exchange, documents,
reconciliation, cut-off, retention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from declarations.calendar import day_of
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.refund import classes, deadlines, overseas
from declarations.unanswered import missing_values
from single_window.cases.refunds.parts import ClaimDayOut
from single_window.cases.refunds.wording import Wording
from single_window.language import phrases

REVIEW, INDEX, NORMAL, EXCHANGE, CUT_OFF, RETENTION, RECONCILED = (
    "20700",
    "20701",
    "20702",
    "20703",
    "20704",
    "20705",
    "20706",
)
UNKNOWN = "20707"
EXCHANGE_OPEN = ("due", "other_currency")
"""States of a claim's foreign exchange proof while it is awaited."""
REFILING_DEADLINES = ("window", "cut_off")
"""Deadlines until which a refused claim may be filed again."""
REVIEWED = frozenset({"accepted", "in_review"})
"""States in which a claim is reviewed."""
OPEN = REVIEWED | {"asked", "approved", "paid"}
"""States in which a claim is open."""
RECOVERABLE = OPEN | {"settled"}
"""States in which the refund is recovered if the foreign exchange is not proved in time."""
DOCUMENTS_NEEDED = OPEN | {"to_repay"}
"""States in which the claim's documents are still needed."""


def days(claim: Any, exports: Sequence[Any], today: date, wording: Wording) -> tuple[ClaimDayOut, ...]:
    """Return the deadlines of a claim, in order; one that the law does not determine has an empty `day` and comes
    last."""
    all_days = [*_of_claim(claim, exports, today, wording), *_of_exports(claim, exports, today, wording)]
    return tuple(sorted(all_days, key=lambda day: (day.day == "", day.day, day.name)))


def _of_claim(claim: Any, exports: Sequence[Any], today: date, wording: Wording) -> Iterator[ClaimDayOut]:
    filed = day_of(claim.filed_at) if claim.filed_at else None
    if claim.due:
        due = day_of(claim.due)
        yield _day(
            "review",
            due.isoformat(),
            claim.state in REVIEWED,
            wording,
            _review(claim, filed, due, wording),
            provisional=bool(claim.provisional),
        )
    if filed is not None:
        yield from _index(claim, filed, today, wording)
    if claim.exchange_due:
        yield _day(
            "exchange",
            claim.exchange_due,
            claim.state in RECOVERABLE and claim.exchange in EXCHANGE_OPEN,
            wording,
            Reason(EXCHANGE, {"day": claim.exchange_due}, _exchange_basis(claim, exports, wording)),
        )
    if claim.reconcile_until:
        values = {"since": claim.reconcile_from, "day": claim.reconcile_until}
        reason = Reason(RECONCILED, values, _period_basis(claim, wording))
        yield _day("reconciliation", claim.reconcile_until, claim.state == "paid", wording, reason)


def _period_basis(claim: Any, wording: Wording) -> tuple[str, ...]:
    try:
        return overseas.reconciliation_period_of(day_of(claim.paid_at), wording.law).parameter_ids
    except NoValue:  # the claim is older than the rule about periods
        return ()


def _exchange_basis(claim: Any, exports: Sequence[Any], wording: Wording) -> tuple[str, ...]:
    exported = [date.fromisoformat(row.item_exported_on) for row in exports if row.item_exported_on]
    return deadlines.ids_of_exchange_deadline(exported, date.fromisoformat(claim.exchange_due), wording.law)


def _review(claim: Any, filed: date | None, due: date, wording: Wording) -> Reason:
    """Return the reason of the review's end, with the working days of the firm's class if it is rated."""
    values = {"day": due.isoformat(), "class": str(claim.firm_class), "days": "-"}
    if not claim.firm_class or filed is None:
        return Reason(REVIEW, values)
    try:
        review_days = classes.review_days_of(claim.firm_class, filed, wording.law)
    except (NoValue, LookupError, ValueError):
        return Reason(REVIEW, values)
    return Reason(REVIEW, {**values, "days": str(review_days.days)}, review_days.parameter_ids)


def _index(claim: Any, filed: date, today: date, wording: Wording) -> Iterator[ClaimDayOut]:
    try:
        due = deadlines.index_due_day(filed, wording.law)
        value = wording.law.on("refund.index_days", filed)
    except NoValue as missing:
        yield _day("index", "", False, wording, Reason(UNKNOWN, missing_values(missing)))
        return
    reason = Reason(
        INDEX, {"filed": filed.isoformat(), "days": f"{value.amount:f}", "day": due.isoformat()}, (value.id,)
    )
    yield _day("index", due.isoformat(), claim.state in DOCUMENTS_NEEDED and due >= today, wording, reason)


def _of_exports(claim: Any, exports: Sequence[Any], today: date, wording: Wording) -> Iterator[ClaimDayOut]:
    """Yield the filing periods of the earliest export, which end first, and the retention of the latest export's
    documents, which lasts longest."""
    exported_items = sorted({(row.item_exported_on, row.item_no) for row in exports if row.item_exported_on})
    if not exported_items:
        return
    first, last = exported_items[0], exported_items[-1]
    try:
        exported = date.fromisoformat(first[0])
        window = deadlines.claim_windows_of(exported, wording.law)
        retained_until = deadlines.retention_end(date.fromisoformat(last[0]), wording.law)
        retention = wording.law.on("refund.retention_months", date.fromisoformat(last[0]))
    except (NoValue, ValueError) as missing:
        yield _day("window", "", False, wording, Reason(UNKNOWN, missing_values(missing)))
        return
    for name, rule, end, source in _windows(window, bool(claim.exchange_due)):
        values = {"exported": first[0], "opens": window.opens.isoformat(), "day": end.isoformat()}
        used = tuple(parameter for parameter in window.parameter_ids if parameter.startswith(f"{source}@"))
        again = claim.state == "rejected" and name in REFILING_DEADLINES and end >= today
        yield _day(name, end.isoformat(), again, wording, Reason(rule, values, used), about=first[1])
    yield _day(
        "retention",
        retained_until.isoformat(),
        claim.state in DOCUMENTS_NEEDED and retained_until >= today,
        wording,
        Reason(RETENTION, {"exported": last[0], "day": retained_until.isoformat()}, (retention.id,)),
        about=last[1],
    )


def _windows(window: deadlines.ClaimWindows, exchange_named: bool) -> Iterable[tuple[str, str, date, str]]:
    """Yield (name, rule, last day, parameter) of each period; `exchange_named`: the claim has its own exchange
    deadline."""
    yield "window", NORMAL, window.normal_until, "refund.window"
    if not exchange_named:
        yield "exchange", EXCHANGE, window.exchange_until, "refund.window"
    if window.cut_off is not None:
        yield "cut_off", CUT_OFF, window.cut_off, "refund.cut_off_months"


def _day(
    name: str, day: str, open_: bool, wording: Wording, reason: Reason, about: str = "", provisional: bool = False
) -> ClaimDayOut:
    return ClaimDayOut(
        name=name,
        words=phrases.phrase("refund_day", name),
        day=day,
        open=open_,
        provisional=provisional,
        about=about,
        because=wording.because(reason),
    )
