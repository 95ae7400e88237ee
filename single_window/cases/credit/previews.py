"""Previews of a grade: what it would have cost a company in the last days, by its stored lists. Nothing is stored."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, case, func, select

from declarations.calendar import DAY, day_of, instant_of
from declarations.collection import GuaranteeStanding, is_waived
from declarations.money import amount_text
from declarations.parameters import NoValue, Parameters
from declarations.risk import grade_on, inspection_rate_of
from declarations.tax.import_tax import Assessment
from gateways.credit.repository import CreditCase
from single_window.cases.credit.answers import GradeCostOut
from single_window.store import sandboxes
from single_window.store.gateways.credit import of_company
from single_window.store.law_books import law_of
from single_window.store.tables import declaration, guarantee, tax_bill

DAYS = 30
"""The days before today that a preview covers."""
_TENTH = Decimal("0.1")
_decode = msgspec.json.Decoder(Assessment).decode


def preview(connection: Connection, sandbox: str, proposed: CreditCase) -> GradeCostOut:
    """Return what the grade of a case would have cost its company, beside that which it had."""
    found = sandboxes.find(connection, sandbox)
    today, law = day_of(found.clock.now()), law_of(connection, sandbox)
    since, until = instant_of(today - timedelta(days=DAYS)), instant_of(today)
    lists = _lists(connection, sandbox, proposed.ebc_code, since, until)
    grades = (proposed.grade_before, proposed.grade)
    draws = bool(found.options.inspection)
    expected = [_expected(lists, grade, law) if draws else Decimal(0) for grade in grades]
    covered = _covered(connection, sandbox, proposed.ebc_code, since, until, grades, law)
    return GradeCostOut(
        since=day_of(since).isoformat(),
        until=day_of(until - 1).isoformat(),
        lists=sum(count for count, _ in lists.values()),
        inspected=sum(inspected for _, inspected in lists.values()),
        expected_now=str(expected[0].quantize(_TENTH)),
        expected_then=str(expected[1].quantize(_TENTH)),
        covered_now=amount_text(covered[0]),
        covered_then=amount_text(covered[1]),
    )


def _lists(connection: Connection, sandbox: str, code: str, since: int, until: int) -> dict[date, tuple[int, int]]:
    """Day of acceptance → the number of lists of a company, and of those that were inspected."""
    column = declaration.c
    number = ((column.accepted_at - since) // DAY).label("number")
    chosen = (
        select(number, func.count(), func.sum(case((column.lane == "inspection", 1), else_=0)))
        .where(*of_company(connection, sandbox, code, since, until))
        .group_by(number)
    )
    first = day_of(since)
    return {first + timedelta(days=int(day)): (count, int(drawn)) for day, count, drawn in connection.execute(chosen)}


def _expected(lists: dict[date, tuple[int, int]], grade: str, law: Parameters) -> Decimal:
    """Return the expected number of inspections at the rate of a grade on each day; 0 on days without a rate."""
    total = Decimal(0)
    for day, (count, _) in lists.items():
        try:
            total += count * inspection_rate_of(grade_on(day, grade, law), day, law)
        except NoValue:
            continue
    return total


def _covered(
    connection: Connection, sandbox: str, code: str, since: int, until: int, grades: tuple[str, str], law: Parameters
) -> tuple[int, int]:
    """Return the tax that a guarantor has to cover under each of two grades, scaled: of lists released in between. Only
    whose guarantee is waived covers less by a grade; of others nothing is added up."""
    standing = connection.execute(
        select(guarantee.c.standing).where(guarantee.c.sandbox == sandbox, guarantee.c.assure_code == code)
    ).scalar()
    if standing != GuaranteeStanding.WAIVED:
        return 0, 0
    column, sums = tax_bill.c, [0, 0]
    chosen = select(column.released_at, column.assessment).where(
        column.sandbox == sandbox,
        column.assure_code == code,
        column.released_at >= since,
        column.released_at < until,
        column.tax_no.endswith("_0"),
    )
    for released_at, text in connection.execute(chosen.execution_options(yield_per=1_000)):
        total = _decode(text).total
        for place, grade in enumerate(grades):
            sums[place] += 0 if is_waived(standing, grade, day_of(released_at), law) else total
    return sums[0], sums[1]
