"""The days of a tax bill (last day for returns, collection) and the surcharge for late payment.

The release day is day 0 and decides which dated values apply (reading 22). Days are calendar days, also holidays.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from declarations.money import Scaled, decimal_of, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import WaivingGrades
from declarations.risk import grade_on


class GuaranteeStanding(StrEnum):
    """The state of a guarantee, from master data."""

    GOOD = "good"
    WITHDRAWN = "withdrawn"
    USED_UP = "used_up"
    """Its guarantor pays nothing more from it, although open bills are booked against it."""
    WAIVED = "waived"
    """Customs has freed its guarantor from it, as long as his credit grade allows that."""


EXPIRED = "expired"


class BillWindows(NamedTuple):
    """The dates of one bill, all inclusive."""

    last_return_application: date
    goods_back_by: date
    collect_from: date
    collect_until: date
    parameter_ids: tuple[str, ...]


class Surcharge(NamedTuple):
    """The surcharge for late payment, in whole fen: `computed` is `unpaid` × `rate` × `days`; `amount` is due, 0 if
    waived, because it is `waived_below` that amount."""

    amount: Scaled
    computed: Scaled
    unpaid: Scaled
    days: int
    rate: Decimal
    waived_below: Scaled
    parameter_ids: tuple[str, ...]


@lru_cache(maxsize=256)
def windows_of_bill(release_day: date, parameters: Parameters) -> BillWindows:
    """Return the dates of a bill whose list was released on a day; raises `NoValue` if the law has none yet."""
    names = ("returns.application_days", "returns.goods_back_days", "collection.free_days", "collection.last_day")
    values = [parameters.on(name, release_day) for name in names]
    application, goods_back, free, last = (timedelta(days=int(value.amount)) for value in values)
    return BillWindows(
        release_day + application,
        release_day + goods_back,
        release_day + free + timedelta(days=1),
        release_day + last,
        tuple([value.id for value in values]),
    )


def first_collection_day(bill: BillWindows, applied_on: date | None = None) -> date:
    """Return the first day on which a bill may be collected.

    `applied_on` is the day of a pending return application; if it was timely, collection waits until the goods are back
    or their last day of return is over (reading 24).
    """
    if applied_on is not None and applied_on <= bill.last_return_application:
        return max(bill.collect_from, bill.goods_back_by + timedelta(days=1))
    return bill.collect_from


def guarantee_failure_of(standing: str, valid_until: str, day: date) -> str:
    """Return why a guarantee covers nothing on a day: withdrawn, used_up or expired; empty if it is good.

    `valid_until` is its last day, as YYYY-MM-DD; empty: unlimited. Retail import needs a valid guarantee of the
    withholding agent (海关总署公告2016年第26号，2019年起为2018年第194号).
    """
    if standing not in ("", GuaranteeStanding.GOOD, GuaranteeStanding.WAIVED):
        return standing
    return EXPIRED if valid_until and day.isoformat() > valid_until else ""


def is_waived(standing: str, grade: str, day: date, parameters: Parameters) -> bool:
    """True if a guarantor of a credit grade need not cover tax on a day: 高级认证企业经申请可免除担保."""
    if standing != GuaranteeStanding.WAIVED:
        return False
    try:
        table = parameters.on("collection.guarantee_waiver", day).table_as(WaivingGrades)
        return grade_on(day, grade, parameters) in table.grades
    except NoValue:
        return False


def calculate_surcharge(unpaid: Scaled, due: date, paid_on: date, parameters: Parameters) -> Surcharge:
    """Return the surcharge on tax unpaid after `due` (the last day of payment), until `paid_on` inclusive."""
    rate = parameters.on("collection.surcharge_rate", paid_on)
    waived_below = parameters.on("collection.surcharge_waived_below", paid_on)
    days = max(0, (paid_on - due).days)
    computed = round_to_fen(decimal_of(unpaid) * rate.amount * days)
    amount = computed if computed >= waived_below.amount else Decimal(0)
    return Surcharge(
        scaled_of(amount),
        scaled_of(computed),
        unpaid,
        days,
        rate.amount,
        scaled_of(waived_below.amount),
        (rate.id, waived_below.id),
    )
