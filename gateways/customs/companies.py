"""Finds the companies of a trade that may not declare: those suspended, whatever their part, and those unregistered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from declarations import risk
from declarations.reasons import Reason
from declarations.registration.standing import ORDER, PAYMENT, WAYBILL, CompanyStanding, barred
from gateways.customs.repository import CustomsCompany, CustomsDesk

_PAPERS = {"platform": ORDER, "merchant": ORDER, "carrier": WAYBILL, "payment_provider": PAYMENT}
"""Part of a company in a trade → the paper of the trade that is refused with the list."""
_NAMED = {
    "I": {ORDER: "order", WAYBILL: "waybill", PAYMENT: "payment"},
    "E": {ORDER: "export_order", WAYBILL: "export_waybill", PAYMENT: "collection"},
}
_RULES = {ORDER: "21342.order", WAYBILL: "21342.waybill", PAYMENT: "21342.payment"}


def concerns(flow: str) -> dict[str, str]:
    """The rules of a suspension that are also the answer to another document than the list, by flow (I or E)."""
    return {_RULES[paper]: kind for paper, kind in _NAMED[flow].items()}


def suspended(
    parts: Iterable[tuple[str, str]], companies: Mapping[str, CustomsCompany], now: int
) -> tuple[Reason, ...]:
    """Why a list is not accepted now, its companies given as (part, code): those of them that are suspended."""
    known = ((part, companies[code]) for part, code in parts if code in companies)
    return barred(
        (
            CompanyStanding(company.code, company.name, company.suspended_at, _PAPERS.get(part, ""))
            for part, company in known
        ),
        now,
    )


def unregistered(parts: Iterable[tuple[str, str]], companies: Mapping[str, CustomsCompany]) -> list[Reason]:
    """Companies of a list, given as (kind it must be registered as, code), that are not registered as that (22001)."""
    reasons = []
    for kind, code in parts:
        company = companies.get(code)
        if company is None or kind not in company.kinds:
            rule = "22001.payment" if kind == "payment_provider" else "22001"
            reasons.append(Reason(rule, {"code": code, "kind": kind}))
    return reasons


def inspection_rate(code: str, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> tuple[str, Decimal]:
    """The credit grade of a company that counts today and the share of its lists that is inspected.

    Raises `NoValue` where the law of the day has no rate for it.
    """
    company = companies.get(code)
    grade = risk.grade_on(desk.day, company.credit_grade if company else "", desk.law)
    return grade, risk.rate(grade, desk.day, desk.law)
