"""Answers about taxes: the taxes of goods as a parcel and as retail import, and bills of retail import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from msgspec import Meta

from declarations.money import amount_text
from declarations.tax.assessment import Assessment
from declarations.tax.comparison import Article, ImportCase, TaxComparison, compare_taxes
from declarations.tax.explanation import explain, explain_parcel, percent_text
from declarations.tax.parcel_tax import ParcelAssessment
from single_window.frame.typed import Amount, Answer, ReasonOut, reason_out

if TYPE_CHECKING:
    from single_window.cases.tax_bills.queries import Law, OwedBill


class ParcelItemOut(Answer, frozen=True, kw_only=True):
    """Parcel tax of the pieces of one article."""

    gcode: str
    name: str
    quantity: int
    band: Annotated[int, Meta(description="band of parcel tax, 1 to 4")]
    value: Amount
    by_catalogue: Annotated[bool, Meta(description="whether the price is taken from the customs catalogue")]
    rate: Annotated[str, Meta(description="such as 13%")]
    tax: Amount


class ParcelTaxOut(Answer, frozen=True, kw_only=True):
    """Parcel tax (行邮税) of the mailing."""

    items: tuple[ParcelItemOut, ...]
    treatment: Annotated[str, Meta(description="personal_article; over_limit: send it back or declare it as goods")]
    exempt: bool
    value: Amount
    computed: Annotated[Amount, Meta(description="the sum of the items, before the exemption")]
    tax: Annotated[Amount, Meta(description="the tax due")]
    exempt_up_to: Amount
    value_limit: Amount
    working_zh: tuple[str, ...]
    working_en: Annotated[
        tuple[str, ...], Meta(description="each formula with its numbers, each value with its source")
    ]


class RetailTaxOut(Answer, frozen=True, kw_only=True):
    """The tax of retail import (跨境电商综合税)."""

    admitted: bool
    full_tax: bool
    value: Amount
    duty: Amount
    consumption: Amount
    vat: Amount
    tax: Annotated[str, Meta(description="the tax due")]
    single_limit: str
    annual_limit: str
    refusals: Annotated[tuple[ReasonOut, ...], Meta(description="the reasons against admission")]
    review: Annotated[tuple[ReasonOut, ...], Meta(description="the reasons for review by an officer")]
    working_zh: tuple[str, ...]
    working_en: tuple[str, ...]


class MissingValueOut(Answer, frozen=True, kw_only=True):
    """A dated value that the law lacks on a day."""

    parameter: str
    day: str


class ParcelOut(Answer, frozen=True, kw_only=True):
    """Both taxes of the same goods on the same day."""

    day: str
    origin: str
    trade_mode: str
    parcel: Annotated[ParcelTaxOut | None, Meta(description="null: see missing")]
    retail: Annotated[RetailTaxOut | None, Meta(description="null: see missing")]
    lower: Annotated[str, Meta(description="parcel, retail, equal; empty unless the goods may come either way")]
    missing: Annotated[tuple[MissingValueOut, ...], Meta(description="dated values that the law lacks on that day")]


class TaxBillOut(Answer, frozen=True, kw_only=True):
    """A tax bill of retail import with the amount due; amounts in yuan."""

    tax_no: Annotated[str, Meta(description="taxNo of its 816")]
    order_no: str
    assure_code: Annotated[str, Meta(description="the guarantor")]
    state: Annotated[str, Meta(description="made, overdue, collected, void")]
    tax: str
    until: Annotated[str, Meta(description="the last day of payment without surcharge")]
    days_late: Annotated[int, Meta(description="until now, or until it was paid")]
    rate: Annotated[str, Meta(description="daily rate of the surcharge")]
    computed: Annotated[str, Meta(description="tax × rate × days")]
    surcharge: Annotated[str, Meta(description="the surcharge due; 0 if it is waived")]
    charged: Annotated[str, Meta(description="the surcharge that was paid")]
    parameters: Annotated[tuple[str, ...], Meta(description="the dated values used")]
    links: dict[str, str]


class TaxBillsOut(Answer, frozen=True, kw_only=True):
    """Tax bills, newest release first."""

    bills: tuple[TaxBillOut, ...]


class PaidOut(Answer, frozen=True, kw_only=True):
    """The result of a payment."""

    bill: TaxBillOut
    before: Annotated[str, Meta(description="the state before")]
    after: Annotated[str, Meta(description="the state now")]
    status: Annotated[str, Meta(description="done; waiting: the request is stored and not completed yet")]


def parcel_out(articles: Sequence[Article], day: date, how: ImportCase, law: Law) -> ParcelOut:
    """Return the answer with both taxes of articles on a day, with their calculation in Chinese and English."""
    comparison = compare_taxes(articles, day, law.goods, law.parameters, how, law.rounding)
    parcel, retail = comparison.parcel, comparison.retail
    missing = (MissingValueOut(parameter=value.name, day=value.day.isoformat()) for value in comparison.missing)
    return ParcelOut(
        day=day.isoformat(),
        origin=how.origin,
        trade_mode=how.mode,
        parcel=_parcel(parcel, comparison.bands, articles, law) if parcel is not None else None,
        retail=_retail(retail, comparison, law) if retail is not None else None,
        lower=comparison.lower,
        missing=tuple(missing),
    )


def tax_bill_out(owed: OwedBill) -> TaxBillOut:
    """Return the answer about a bill, with the link to pay it."""
    address = f"/api/v1/tax/bills/{quote(owed.bill.tax_no, safe='')}"
    return TaxBillOut.of(owed.bill, **_fields_of_debt(owed), links={"payment": f"{address}/payment"})


def _parcel(taxed: ParcelAssessment, bands: Sequence[int], articles: Sequence[Article], law: Law) -> ParcelTaxOut:
    items = (
        ParcelItemOut.of(line, gcode=article.gcode, quantity=article.quantity, band=band, rate=percent_text(line.rate))
        for article, line, band in zip(articles, taxed.lines, bands, strict=True)
    )
    return ParcelTaxOut.of(
        taxed,
        items=tuple(items),
        working_zh=tuple(explain_parcel(taxed, "zh", law.parameters)),
        working_en=tuple(explain_parcel(taxed, "en", law.parameters)),
    )


def _retail(taxed: Assessment, comparison: TaxComparison, law: Law) -> RetailTaxOut:
    day = comparison.day
    return RetailTaxOut.of(
        taxed,
        admitted=not comparison.refusals,
        tax=amount_text(taxed.total),
        single_limit=_limit("limits.single_transaction", day, law),
        annual_limit=_limit("limits.annual", day, law),
        refusals=tuple(map(reason_out, comparison.refusals)),
        review=tuple(map(reason_out, taxed.needs_review)),
        working_zh=tuple(explain(taxed, "zh", law.parameters, day=day, goods=law.goods)),
        working_en=tuple(explain(taxed, "en", law.parameters, day=day, goods=law.goods)),
    )


def _limit(name: str, day: date, law: Law) -> str:
    return amount_text(int(law.parameters.on(name, day).amount.scaleb(5)))


def _fields_of_debt(owed: OwedBill) -> dict[str, Any]:
    """Return the fields of an answer that are not columns of the bill."""
    late = owed.late
    return {
        "tax": amount_text(owed.tax),
        "until": owed.until,
        "days_late": late.days,
        "rate": f"{late.rate.normalize():f}",
        "computed": amount_text(late.computed),
        "surcharge": amount_text(late.amount),
        "charged": amount_text(owed.bill.surcharge),
        "parameters": late.parameter_ids,
    }
