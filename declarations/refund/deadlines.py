"""The days on which an export may be claimed, and the consequences of a late claim (rules 3.5; readings 34, 42, 43).

All terms start on the export date of the declaration, which also decides which rules apply: the old ones to exports up
to 2025-12-31, a term of 36 months to later ones. Under the old rules the day of the claim decides between strict and
relaxed: MoF/STA 2020-2 applied to all claims still open on 2020-01-20, and exports while it was in force have no last
day. A term that ends on a weekend is not extended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.settlement import ClaimWindow
from declarations.reasons import Reason
from declarations.refund.evidence_term import evidence_term

STRICT, RELAXED, CUT_OFF = "strict", "relaxed", "cut_off"
TOO_EARLY, IN_TIME, LATE_ALLOWED, EXEMPT, TAXED = "too_early", "in_time", "late_allowed", "exempt", "taxed"
NOT_OPEN_YET = "20110"
WITHIN_WINDOW = "20111"
LATE = "20112"
DOCUMENTS_INCOMPLETE = "20113"
LATE_EXEMPT = "20114"
LATE_TAXED = "20115"
AFTER_CUT_OFF = "20116"
INDEX_DAYS = "refund.index_days"
WINDOW, DEFERRAL = "refund.window", "refund.exchange_deferral_months"
"""The parameters of the last day for collecting exchange, and of the last day if the contract defers it."""


class ClaimWindows(NamedTuple):
    """The dates of an export, all inclusive: first and last day of normal filing, last day for collecting foreign
    exchange, last day of all (`cut_off`; None: no end), last day for an exchange that the contract defers. `regime`:
    the treatment of a claim on the day after normal filing ends (`strict`, `relaxed`, `cut_off`).
    """

    opens: date
    normal_until: date
    exchange_until: date
    cut_off: date | None
    regime: str
    parameter_ids: tuple[str, ...]
    deferred_until: date | None = None


class Timeliness(NamedTuple):
    """`too_early` (before the window, or late and still incomplete), `in_time`, `late_allowed`, `exempt` or `taxed`,
    with reasons."""

    verdict: str
    reasons: tuple[Reason, ...]

    @property
    def parameter_ids(self) -> tuple[str, ...]:
        """The ids of the dated values applied."""
        return tuple(dict.fromkeys(name for reason in self.reasons for name in reason.parameter_ids))


def claim_windows_of(exported_on: date, parameters: Parameters) -> ClaimWindows:
    """Return the dates for goods exported on a day; raises `NoValue` before the first rule."""
    window = parameters.on(WINDOW, exported_on)
    rule = window.table_as(ClaimWindow)
    opens = months_after(exported_on.replace(day=1), rule.opens_after_months)
    until = date(exported_on.year + 1, rule.until_month, rule.until_day)
    regime, late_ids = _late_regime(exported_on, until + timedelta(days=1), parameters)
    parameter_ids = [window.id, *late_ids]
    cut_off = _day_after_months("refund.cut_off_months", exported_on, parameters, parameter_ids)
    deferred_until = _day_after_months(DEFERRAL, exported_on, parameters, parameter_ids)
    return ClaimWindows(opens, until, until, cut_off, regime, tuple(parameter_ids), deferred_until)


def timeliness_of(
    exported_on: date, claimed_on: date, documents_complete: bool, exempt_papers: bool, parameters: Parameters
) -> Timeliness:
    """Return the timeliness of a claim made on a day. `documents_complete`: documents and foreign exchange are
    complete; `exempt_papers`: the papers required for an exemption are complete."""
    days = claim_windows_of(exported_on, parameters)
    regime, late_ids = _late_regime(exported_on, claimed_on, parameters)
    verdict, code = _judge(days, regime, claimed_on, documents_complete, exempt_papers)
    parameter_ids = days.parameter_ids if code in (NOT_OPEN_YET, WITHIN_WINDOW) else (*days.parameter_ids, *late_ids)
    reason = Reason(code, _reason_values(exported_on, claimed_on, days), tuple(dict.fromkeys(parameter_ids)))
    return Timeliness(verdict, (reason,))


def _reason_values(exported_on: date, claimed_on: date, days: ClaimWindows) -> dict[str, str]:
    return {
        "exported": exported_on.isoformat(),
        "claimed": claimed_on.isoformat(),
        "opens": days.opens.isoformat(),
        "until": days.normal_until.isoformat(),
        "last": days.cut_off.isoformat() if days.cut_off else "-",
    }


def ids_of_exchange_deadline(export_days: Iterable[date], until: date, parameters: Parameters) -> tuple[str, ...]:
    """Return the dated values by which `until` is the last day for collecting the exchange of exports of these days;
    empty if none of their terms ends then."""
    for exported_on in sorted(export_days):
        try:
            days = claim_windows_of(exported_on, parameters)
        except NoValue:  # exported before the first rule
            continue
        for last, name in ((days.exchange_until, WINDOW), (days.deferred_until, DEFERRAL)):
            if last == until:
                return tuple(parameter_id for parameter_id in days.parameter_ids if parameter_id.startswith(f"{name}@"))
    return ()


def index_due_day(claimed_on: date, parameters: Parameters) -> date:
    """Return the last day for the index of the filing documents (备案单证); the claim's day is day 0."""
    return evidence_term(INDEX_DAYS, claimed_on, parameters).last


def retention_end(exported_on: date, parameters: Parameters) -> date:
    """Return the last day of retention of an export's documents."""
    return months_after(exported_on, int(parameters.on("refund.retention_months", exported_on).amount))


def _judge(
    days: ClaimWindows, regime: str, claimed_on: date, documents_complete: bool, exempt_papers: bool
) -> tuple[str, str]:
    if claimed_on < days.opens:
        return TOO_EARLY, NOT_OPEN_YET
    if claimed_on <= days.normal_until:
        return IN_TIME, WITHIN_WINDOW
    if regime == STRICT:
        return (EXEMPT, LATE_EXEMPT) if exempt_papers else (TAXED, LATE_TAXED)
    if days.cut_off is not None and claimed_on > days.cut_off:
        return TAXED, AFTER_CUT_OFF
    return (LATE_ALLOWED, LATE) if documents_complete else (TOO_EARLY, DOCUMENTS_INCOMPLETE)


def _late_regime(exported_on: date, claimed_on: date, parameters: Parameters) -> tuple[str, tuple[str, ...]]:
    """The regime for a late claim made on a day, and the dated values that decide it."""
    value = parameters.on("refund.late_filing", exported_on)
    if value.text == CUT_OFF:
        return CUT_OFF, (value.id,)
    of_claim = parameters.on("refund.late_claims", max(exported_on, claimed_on))
    return of_claim.text, (value.id, of_claim.id)


def _day_after_months(name: str, exported_on: date, parameters: Parameters, parameter_ids: list[str]) -> date | None:
    try:
        value = parameters.on(name, exported_on)
    except NoValue:  # the old rules have no such day
        return None
    parameter_ids.append(value.id)
    return months_after(exported_on, int(value.amount))
