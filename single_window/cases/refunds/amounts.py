"""The amounts of a claim compared with the sums of their parts, and the deemed income of exports without invoice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from declarations.refund import income_tax
from declarations.refund.yuan import convert_fob
from declarations.unanswered import missing_values
from single_window.cases.refunds.parts import ClaimSumOut
from single_window.cases.refunds.wording import Wording
from single_window.language import phrases
from single_window.language.phrases import Because

TRADER = "T"
NO_INVOICE = "no_invoice"
REVENUE, GENERAL, SMALL, NOT_CALCULATED = "20710", "20711", "20712", "20713"


def sums(claim: Any, exports: Sequence[Any], entries: Sequence[Any]) -> tuple[ClaimSumOut, ...]:
    """Return the amounts of the claim that are sums, each with whether it agrees with its parts."""
    return tuple(_sums(claim, exports, entries))


def _sums(claim: Any, exports: Sequence[Any], entries: Sequence[Any]) -> Iterator[ClaimSumOut]:
    booked = {kind: sum(row.amount for row in entries if row.kind == kind) for kind in {row.kind for row in entries}}
    if claim.kind == TRADER and exports:
        yield _sum("refund", claim.refund, [row.refund for row in exports])
        yield _sum("cost", claim.cost, [row.cost for row in exports])
    yield _sum("paid", claim.paid, [booked.get("paid", 0)])
    yield _sum("recovered", claim.recovered, [booked.get("recovered", 0), booked.get("repaid", 0)])
    if claim.set_off or booked.get("set_off"):
        yield _sum("set_off", claim.set_off, [booked.get("set_off", 0)])
    if claim.state == "paid":
        for name in ("credited", "domestic_vat"):
            if getattr(claim, name) or booked.get(name):
                yield _sum(name, getattr(claim, name), [booked.get(name, 0)])


def _sum(name: str, amount: Scaled, parts: Sequence[Scaled]) -> ClaimSumOut:
    return ClaimSumOut(
        name=name,
        words=phrases.phrase("refund_sum", name),
        amount=amount_text(amount),
        parts=amount_text(sum(parts)),
        agrees=amount == sum(parts),
    )


def income(claim: Any, exports: Sequence[Any], wording: Wording) -> tuple[Because, ...]:
    """Return the calculation of the income deemed for corporate income tax from exports without invoice, for ordinary
    and small firms; empty without such exports."""
    lines = [row for row in exports if row.treatment == NO_INVOICE and row.item_exported_on]
    if not lines:
        return ()
    try:
        day = max(date.fromisoformat(row.item_exported_on) for row in lines)
        revenue = sum(
            convert_fob(row.fob, row.currency, date.fromisoformat(row.item_exported_on), wording.law).amount
            for row in lines
        )
        return tuple(_deemed_income(revenue, day, wording))
    except (LookupError, ValueError) as missing:
        return (wording.because(Reason(NOT_CALCULATED, missing_values(missing))),)


def _deemed_income(revenue: Scaled, day: date, wording: Wording) -> Iterator[Because]:
    yield wording.because(Reason(REVENUE, {"revenue": amount_text(revenue)}))
    for small, rule in ((False, GENERAL), (True, SMALL)):
        try:
            deemed = income_tax.calculate_deemed_tax(revenue, small, day, wording.law)
        except LookupError:  # the preference for small firms has expired
            continue
        yield wording.because(Reason(rule, {}))
        yield from map(wording.because, deemed.working)
