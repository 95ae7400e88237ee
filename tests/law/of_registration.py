"""Runners of registration: applications, decisions at once, grades, filings of goods."""

from __future__ import annotations

from typing import Any

from declarations.reasons import Reason
from declarations.registration import application, goods_filing, grading, green_channel
from declarations.registration.application import CompanyApplication, RegisteredCompany, RelatedRegistrations
from tests.law.comparing import Comparisons, codes
from tests.law.imported import law
from tests.law.rows import Facts
from tests.law.wholes import whole

MERCHANT = CompanyApplication(
    "3702961234", "91370202MA3C00011L", "青岛海燕电子商务有限公司", ("merchant",), "DXPENT0000000001", "4227"
)
VALUE_SHOWN = {
    "21309": "parameter",
    "21311": "code",
    "21312": "credit_code",
    "21313": "kind",
    "21314": "element",
    "21315": "dxp_id",
    "21316": "customs_code",
    "21317": "kind",
    "21318": "agent_code",
    "21319": "agent_code",
    "21320": "agent_code",
    "21321": "credit_code",
    "21322": "element",
    "21323": "code",
    "21330": "order",
    "21331": "since",
    "21332": "grade",
    "21333": "grade",
    "21334": "grade",
    "21335": "until",
    "21336": "order",
    "21337": "longest",
    "21338": "grade",
    "21360": "goods_en",
    "21361": "gcode",
    "21363": "gnum",
    "21367": "gcode",
}
"""Code of a reason → the value of it that a case gives."""


def code_and_value(reasons: tuple[Reason, ...]) -> list[str]:
    """Return code and telling value of each reason."""
    pairs = zip(codes(reasons), reasons, strict=True)
    return [f"{code} {reason.values.get(VALUE_SHOWN.get(reason.rule, ''), '?')}" for code, reason in pairs]


def applied(case: Facts) -> tuple[CompanyApplication, RelatedRegistrations]:
    """Return the application of a case, and the companies that it concerns."""
    kinds = tuple(case.get("kinds", MERCHANT.kinds))
    related = RelatedRegistrations(
        _registered(case.get("agent")), tuple(case.get("namesakes", ())), _registered(case.get("before"))
    )
    return MERCHANT._replace(kinds=kinds, **case.get("set", {})), related


def _registered(given: dict[str, Any] | None) -> RegisteredCompany | None:
    return RegisteredCompany(**{**given, "kinds": frozenset(given.get("kinds", ["merchant"]))}) if given else None


def applications(case: Facts) -> Comparisons:
    """The reasons against an application."""
    reasons = application.check(*applied(case), case["day"], law())
    yield "reasons", case["reasons"], code_and_value(reasons)
    yield whole("reasons", reasons)


def decided_at_once(case: Facts) -> Comparisons:
    """Compare: an application is decided at once, or there are reasons to review it."""
    record = green_channel.CompanyHistory(case.get("refused"), case.get("suspended"))
    lane = green_channel.choose_lane(*applied(case), record, case["day"], law())
    yield "reasons", case["reasons"], codes(lane.reasons)
    yield "green", case["reasons"] == [], lane.green
    yield whole("lane", [lane, green_channel.demand_review(lane)])
    yield "review", [], [code for code in codes([green_channel.demand_review(lane)]) if " " in code]


def grades(case: Facts) -> Comparisons:
    """The reasons against a change of a company's grade."""
    suspended, correcting = case.get("suspended", False), case.get("correcting")
    company = grading.GradedCompany(
        "3702961234", case.get("now", "ordinary"), suspended=suspended, correcting_until=correcting
    )
    if "until" in case:
        ruling = grading.correct(company, case["until"], case["decided"], law())
    else:
        change = grading.GradeChange(case["grade"], case["since"], case.get("finding", ""))
        ruling = grading.regrade(company, change, case["decided"], law())
    yield "reasons", case["reasons"], code_and_value(ruling.reasons)
    yield whole("ruling", ruling)
    if "at_once" in case:
        yield "at once", case["at_once"], ruling.at_once


def goods(case: Facts) -> Comparisons:
    """The reasons against goods of a filing."""
    line = goods_filing.FilingLine(1, "A-1", case["gcode"], case.get("gname", "商品"), case.get("country", "142"))
    (decision,) = goods_filing.decide_lines([line], case["day"], law())
    yield "reasons", case["reasons"], code_and_value(decision.reasons)
    yield "filed", case["reasons"] == [], decision.filed
    yield whole("decision", decision)
