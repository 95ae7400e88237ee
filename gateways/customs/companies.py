"""Finds the companies of a trade that may not declare: suspended in any role, or not registered for theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from declarations import risk
from declarations.reasons import Reason
from declarations.registration.standing import ORDER, PAYMENT, WAYBILL, CompanyStanding, barred_companies
from gateways.customs.repository import CustomsCompany, CustomsDesk

_DOCUMENT_OF_ROLE = {"platform": ORDER, "merchant": ORDER, "carrier": WAYBILL, "payment_provider": PAYMENT}
"""Role of a company in a trade → its document, which is refused together with the list."""
_KIND_OF_DOCUMENT = {
    "I": {ORDER: "order", WAYBILL: "waybill", PAYMENT: "payment"},
    "E": {ORDER: "export_order", WAYBILL: "export_waybill", PAYMENT: "collection"},
}
_RULES = {ORDER: "21342.order", WAYBILL: "21342.waybill", PAYMENT: "21342.payment"}


def kinds_concerned(flow: str) -> dict[str, str]:
    """Rules of a suspension that also answer a partner document → its kind, for a flow (I or E)."""
    return {_RULES[paper]: kind for paper, kind in _KIND_OF_DOCUMENT[flow].items()}


def suspended_companies(
    companies_by_role: Iterable[tuple[str, str]], companies: Mapping[str, CustomsCompany], now: int
) -> tuple[Reason, ...]:
    """Return a reason for each suspended company of a list; `companies_by_role` are pairs (role, company code)."""
    registered_parts = ((role, companies[code]) for role, code in companies_by_role if code in companies)
    return barred_companies(
        (
            CompanyStanding(company.code, company.name, company.suspended_at, _DOCUMENT_OF_ROLE.get(role, ""))
            for role, company in registered_parts
        ),
        now,
    )


def unregistered_companies(
    companies_by_role: Iterable[tuple[str, str]], companies: Mapping[str, CustomsCompany]
) -> list[Reason]:
    """Return a reason (22001) for each company not registered as required; `companies_by_role` are pairs (required
    kind, code)."""
    reasons = []
    for kind, code in companies_by_role:
        company = companies.get(code)
        if company is None or kind not in company.kinds:
            rule = "22001.payment" if kind == "payment_provider" else "22001"
            reasons.append(Reason(rule, {"code": code, "kind": kind}))
    return reasons


def inspection_rate(code: str, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> tuple[str, Decimal]:
    """Return a company's effective credit grade and the share of its lists to inspect.

    Raises `NoValue` if the law of the day has no rate for that grade.
    """
    company = companies.get(code)
    grade = risk.grade_on(desk.day, company.credit_grade if company else "", desk.law)
    return grade, risk.inspection_rate_of(grade, desk.day, desk.law)
