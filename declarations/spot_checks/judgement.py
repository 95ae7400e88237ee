"""Laboratory reports: values beside limits, the verdict, and what a report must agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.calendar import day_of, end_of_term
from declarations.parameters import Parameters, Value
from declarations.parameters.tables.shape import Words
from declarations.parameters.tables.spot_checks import ItemLimit, LimitsOfGoods
from declarations.reasons import Reason
from declarations.spot_checks.limits import limit_of, value_of

PASSED, FAILED, NOT_TESTABLE = "P", "F", "N"
OTHER_SEAL = "23104"
NOT_APPROVED = "23105"
LINES_AGAINST_HEAD = "23109"


class ReportedItem(NamedTuple):
    """A line of a report: the item, its standard and limit, the value found with its unit, and the line's verdict."""

    item: str
    standard: str
    limit: str
    value: str
    unit: str
    verdict: str


def items_of(gcode: str, day: date, law: Parameters) -> tuple[ItemLimit, ...]:
    """Return the items to test of goods on a day: those of the longest group of goods that fits."""
    groups = law.on("spot_checks.items", day).table_as(LimitsOfGoods).groups
    fitting = [group for group in groups if gcode.startswith(group.goods)]
    return max(fitting, key=lambda group: len(group.goods)).items if fitting else ()


def judged(item: ItemLimit, value: Decimal) -> ReportedItem:
    """Return the line of a report about an item of this value: it fails above the limit."""
    verdict = PASSED if value <= item.most else FAILED
    return ReportedItem(item.item, item.standard, f"≤{item.most}", str(value), item.unit, verdict)


def verdict_of(lines: Sequence[ReportedItem]) -> str:
    """Return the verdict that follows from the lines: one that fails suffices; none that could be tested: N."""
    verdicts = {line.verdict for line in lines}
    return FAILED if FAILED in verdicts else PASSED if PASSED in verdicts else NOT_TESTABLE


def laboratories_on(day: date, law: Parameters) -> Mapping[str, str]:
    """Return the laboratories approved on a day: code → name."""
    return law.on("spot_checks.laboratories", day).table_as(Words)


def check_report(
    verdict: str, lines: Sequence[ReportedItem], seals: tuple[str, str], laboratory: str, day: date, law: Parameters
) -> tuple[Reason, ...]:
    """Return the reasons against a report: another seal (`seals`: the sample's, the report's), a laboratory that was
    not approved on the day of issue, lines that contradict themselves or the head, or that pass by a limit or value
    that cannot be read."""
    reasons = []
    if seals[0] != seals[1]:
        reasons.append(Reason(OTHER_SEAL, {"expected": seals[0], "seal": seals[1]}))
    if laboratory not in laboratories_on(day, law):
        approved = law.on("spot_checks.laboratories", day).id
        reasons.append(Reason(NOT_APPROVED, {"laboratory": laboratory, "day": day.isoformat()}, (approved,)))
    own = [(line, own_verdict(line)) for line in lines]
    wrong = next((line for line, follows in own if line.verdict != (follows or line.verdict)), None)
    unread = next((line for line, follows in own if line.verdict == PASSED and not follows), None)
    if odd := wrong or unread:
        values = {"item": odd.item, "value": odd.value, "limit": odd.limit, "verdict": odd.verdict}
        reasons.append(Reason(f"{LINES_AGAINST_HEAD}.{'line' if wrong else 'unread'}", values))
    elif lines and verdict != verdict_of(lines):
        reasons.append(Reason(LINES_AGAINST_HEAD, {"verdict": verdict, "lines": verdict_of(lines)}))
    return tuple(reasons)


def own_verdict(line: ReportedItem) -> str:
    """Return the verdict that a line's own value and limit lead to; empty where either cannot be read, or the value is
    not known well enough (`<0.05` beside ≤0.01)."""
    limit, value = limit_of(line.limit, line.unit), value_of(line.value, line.unit)
    if limit is None or value is None:
        return ""
    return PASSED if limit.holds(value) else FAILED if limit.misses(value) else ""


def retest_until(reported_at: int, law: Parameters) -> tuple[int, Value]:
    """Return the last instant at which a company may contradict a report that it received, and the value that says so.

    自收到检验结果之日起15日内: 进出口商品检验法实施条例, article 37.
    """
    value = law.on("spot_checks.retest_days", day_of(reported_at))
    return end_of_term(reported_at, int(value.amount)), value
