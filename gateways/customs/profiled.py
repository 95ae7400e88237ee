"""Lists that a risk profile draws: what profiles read of a list, and the reason that officers read."""

from __future__ import annotations

from declarations import profiles
from declarations.documents import ExportInventory, Inventory
from declarations.profiles import ProfileInForce, RiskFacts, RiskLine
from declarations.reasons import Reason
from gateways.customs.repository import CustomsCompany, CustomsDesk, Declaration

LANES = {profiles.INSPECT: "inspection", profiles.REVIEW: "review"}
"""Lane of a profile → the lane of a list that it draws."""
INSPECTED, REVIEWED = "14500.profile", "1200.profile"
"""Reasons of lists that a profile draws. The receipt does not tell the declarant that it was a profile."""


def profile_of(
    declaration: Declaration,
    company: CustomsCompany | None,
    desk: CustomsDesk,
    facts: Inventory | ExportInventory | None = None,
) -> ProfileInForce | None:
    """Return the profile in force today that draws a list; None if there is none. `facts`: its document, which is
    loaded if it is needed and not given."""
    in_force = profiles.profiles_on(desk.law, desk.day)
    head = risk_facts(declaration, company) if in_force else None
    if head is None or not (met := [profile for profile in in_force if profiles.meets_head(profile.rule, head)]):
        return None
    if any(profiles.reads_lines(profile.rule) for profile in met):
        head = head._replace(lines=_lines(declaration, desk) if facts is None else lines_of(facts))
    return profiles.first_drawn(desk.seed, met, head)


def risk_facts(declaration: Declaration, company: CustomsCompany | None) -> RiskFacts:
    """Return what profiles read of a list, without its lines of goods."""
    return RiskFacts(
        key=f"{declaration.ebc_code}|{declaration.order_no}",
        company=declaration.ebc_code,
        grade=company.credit_grade if company else "",
        value=declaration.value,
        office=declaration.customs_code,
        mode=declaration.trade_mode,
        flow=declaration.flow,
    )


def lines_of(facts: Inventory | ExportInventory) -> tuple[RiskLine, ...]:
    """Return what profiles read of the lines of a list."""
    return tuple(RiskLine(line.gcode, line.country) for line in facts.lines)


def _lines(declaration: Declaration, desk: CustomsDesk) -> tuple[RiskLine, ...]:
    filed = desk.repository.load_meetings([declaration.order_no]).get(declaration.order_no, ())
    return next((lines_of(document.facts) for document in filed if document.id == declaration.document_id), ())


def reason_of(profile: ProfileInForce) -> Reason:
    """Why a list is inspected or reviewed, for officers."""
    rule = INSPECTED if profile.rule.lane == profiles.INSPECT else REVIEWED
    values = {"profile": profile.rule.title, "code": profile.code, "rate": f"{profile.rule.share:.2%}"}
    return Reason(rule, values, (profile.value_id,))
