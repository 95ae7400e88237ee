"""The legs of a report and their directions, its times, and the checks that it is well-formed.

All legs of a gross report have its direction. A netted report has goods that were received and costs that were paid;
its amount is the difference, received (collection) or paid (payment).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from declarations.documents.forex_report import ForexReport, ForexReportLine
from declarations.forex.directory import COLLECTION, PAYMENT
from declarations.forex.findings import ReportFinding, refuse
from declarations.forex.rates import letters_of
from declarations.money import MAX_AMOUNT, SCALE, amount_text, decimal_of

GROSS, NETTED = "1", "2"
GOODS, COST, VIRTUAL = "1", "2", "9"
NO_MOMENT = "21001"
IN_FUTURE = "21002"
NOT_POSITIVE = "21003"
OTHER_CURRENCY = "21004"
SUM_DIFFERS = "21005"
LEG_TWICE = "21006"
UNKNOWN_WORD = "21007"
TOO_MUCH = "21008"
_MOMENT = "%Y%m%d%H%M%S"
_DIGITS = 14
_EARLIEST_TIME = datetime(1970, 1, 2)
"""The earliest time that can be stored as an instant."""


def parse_moment(text: str) -> datetime | None:
    """Parse yyyyMMddHHmmss; None for any other text and for times that cannot be stored."""
    if len(text) != _DIGITS or not (text.isascii() and text.isdigit()):
        return None
    try:
        parsed = datetime.strptime(text, _MOMENT)
    except ValueError:
        return None
    return parsed if parsed >= _EARLIEST_TIME else None


def is_netted(report: ForexReport) -> bool:
    """True if its amount is net of costs."""
    return report.settlement == NETTED


def legs_of(report: ForexReport) -> tuple[ForexReportLine, ...]:
    """Return the legs with money, without virtual ones."""
    return tuple(line for line in report.lines if line.leg_kind != VIRTUAL)


def direction_of(report: ForexReport, leg: ForexReportLine) -> str:
    """Return the direction of a leg: `COLLECTION` or `PAYMENT`."""
    if not is_netted(report):
        return report.direction
    return COLLECTION if leg.leg_kind == GOODS else PAYMENT


def check_form(report: ForexReport, now: datetime) -> Iterator[ReportFinding]:
    """Yield the reasons to refuse a malformed report; `now` is a time of Asia/Shanghai."""
    yield from _check_words(report)
    yield from _check_moments(report, now)
    yield from _check_amounts(report)
    for line in report.lines:
        if letters_of(line.currency) != letters_of(report.currency):
            yield refuse(OTHER_CURRENCY, gnum=str(line.gnum), currency=line.currency, report=report.currency)
    for gnum, times in sorted(Counter(line.gnum for line in report.lines).items()):
        if times > 1:
            yield refuse(LEG_TWICE, gnum=str(gnum))


def _check_words(report: ForexReport) -> Iterator[ReportFinding]:
    if report.direction not in (COLLECTION, PAYMENT):
        yield refuse(UNKNOWN_WORD, field="direction", value=report.direction)
    if report.settlement not in (GROSS, NETTED):
        yield refuse(UNKNOWN_WORD, field="settlement", value=report.settlement)
    for line in report.lines:
        if line.leg_kind not in (GOODS, COST, VIRTUAL):
            yield refuse(UNKNOWN_WORD, field=f"legKind {line.gnum}", value=line.leg_kind)


def _check_moments(report: ForexReport, now: datetime) -> Iterator[ReportFinding]:
    for field, text in (
        ("valueTime", report.value_time),
        *((f"legTime {line.gnum}", line.leg_time) for line in report.lines),
    ):
        at = parse_moment(text)
        if at is None:
            yield refuse(NO_MOMENT, field=field, value=text)
        elif at > now:
            yield refuse(IN_FUTURE, field=field, value=text, now=f"{now:{_MOMENT}}")


def _check_amounts(report: ForexReport) -> Iterator[ReportFinding]:
    if report.amount < 0 or (report.amount == 0 and not is_netted(report)):
        yield refuse(NOT_POSITIVE, field="amount", amount=amount_text(report.amount))
    for line in report.lines:
        if line.amount < 0 or (line.amount == 0 and line.leg_kind != VIRTUAL):
            yield refuse(NOT_POSITIVE, field=f"amount {line.gnum}", amount=amount_text(line.amount))
    total = sum(line.amount for line in legs_of(report))
    if total > MAX_AMOUNT * SCALE:
        yield refuse(TOO_MUCH, amount=f"{decimal_of(total):.2f}")
    elif not is_netted(report) and total != report.amount:
        yield refuse(SUM_DIFFERS, sum=amount_text(total), amount=amount_text(report.amount))
