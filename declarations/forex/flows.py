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
from declarations.forex.findings import ReportFinding, refusal
from declarations.forex.rates import letters
from declarations.money import MAX_AMOUNT, SCALE, decimal, plain

GROSS, NETTED = "1", "2"
GOODS, COST, VIRTUAL = "1", "2", "9"
NO_MOMENT = "21001"
IN_FUTURE = "21002"
NOT_POSITIVE = "21003"
OTHER_CURRENCY = "21004"
SUM_DIFFERS = "21005"
TWICE = "21006"
UNKNOWN_WORD = "21007"
TOO_MUCH = "21008"
_MOMENT = "%Y%m%d%H%M%S"
_DIGITS = 14
_FIRST = datetime(1970, 1, 2)
"""The earliest time that can be stored as an instant."""


def moment(text: str) -> datetime | None:
    """Parse yyyyMMddHHmmss; None for any other text and for times that cannot be stored."""
    if len(text) != _DIGITS or not (text.isascii() and text.isdigit()):
        return None
    try:
        parsed = datetime.strptime(text, _MOMENT)
    except ValueError:
        return None
    return parsed if parsed >= _FIRST else None


def is_netted(report: ForexReport) -> bool:
    """True if its amount is net of costs."""
    return report.settlement == NETTED


def legs(report: ForexReport) -> tuple[ForexReportLine, ...]:
    """Return the legs with money, without virtual ones."""
    return tuple(line for line in report.lines if line.leg_kind != VIRTUAL)


def way(report: ForexReport, leg: ForexReportLine) -> str:
    """Return the direction of a leg: `COLLECTION` or `PAYMENT`."""
    if not is_netted(report):
        return report.direction
    return COLLECTION if leg.leg_kind == GOODS else PAYMENT


def form_findings(report: ForexReport, now: datetime) -> Iterator[ReportFinding]:
    """Yield the reasons to refuse a malformed report; `now` is a time of Asia/Shanghai."""
    yield from _words(report)
    yield from _moments(report, now)
    yield from _amounts(report)
    for line in report.lines:
        if letters(line.currency) != letters(report.currency):
            yield refusal(OTHER_CURRENCY, gnum=str(line.gnum), currency=line.currency, report=report.currency)
    for gnum, times in sorted(Counter(line.gnum for line in report.lines).items()):
        if times > 1:
            yield refusal(TWICE, gnum=str(gnum))


def _words(report: ForexReport) -> Iterator[ReportFinding]:
    if report.direction not in (COLLECTION, PAYMENT):
        yield refusal(UNKNOWN_WORD, field="direction", value=report.direction)
    if report.settlement not in (GROSS, NETTED):
        yield refusal(UNKNOWN_WORD, field="settlement", value=report.settlement)
    for line in report.lines:
        if line.leg_kind not in (GOODS, COST, VIRTUAL):
            yield refusal(UNKNOWN_WORD, field=f"legKind {line.gnum}", value=line.leg_kind)


def _moments(report: ForexReport, now: datetime) -> Iterator[ReportFinding]:
    for field, text in (
        ("valueTime", report.value_time),
        *((f"legTime {line.gnum}", line.leg_time) for line in report.lines),
    ):
        at = moment(text)
        if at is None:
            yield refusal(NO_MOMENT, field=field, value=text)
        elif at > now:
            yield refusal(IN_FUTURE, field=field, value=text, now=f"{now:{_MOMENT}}")


def _amounts(report: ForexReport) -> Iterator[ReportFinding]:
    if report.amount < 0 or (report.amount == 0 and not is_netted(report)):
        yield refusal(NOT_POSITIVE, field="amount", amount=plain(report.amount))
    for line in report.lines:
        if line.amount < 0 or (line.amount == 0 and line.leg_kind != VIRTUAL):
            yield refusal(NOT_POSITIVE, field=f"amount {line.gnum}", amount=plain(line.amount))
    total = sum(line.amount for line in legs(report))
    if total > MAX_AMOUNT * SCALE:
        yield refusal(TOO_MUCH, amount=f"{decimal(total):.2f}")
    elif not is_netted(report) and total != report.amount:
        yield refusal(SUM_DIFFERS, sum=plain(total), amount=plain(report.amount))
