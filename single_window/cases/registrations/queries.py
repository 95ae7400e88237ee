"""Queries of companies: lists, one by its code, its grades, filed goods, application and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, select, union

from declarations.money import plain
from declarations.reasons import Reason
from gateways.registration.filing import copy_values
from gateways.registration.outcome import adopted, current
from gateways.registration.repository import CreditGrade, Enterprise, FiledGoods, Participant
from single_window.cases.registrations.answers import (
    PARTS,
    REGISTRATION,
    AppliedOut,
    FiledGoodsOut,
    GradeOut,
    RegistrationOut,
    registration_out,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, HistoryLine
from single_window.frame.typed import history_out
from single_window.store.gateways.filed import filed_by_id
from single_window.store.gateways.registration import ENTERPRISES, GOODS, GRADES, PARTICIPANTS
from single_window.store.tables import enterprise, filed_goods, participant, timeline

_TEXTS = ("name", "credit_code", "kinds", "zone", "taxpayer_kind", "refund_kind", "tax_credit")


class Company(NamedTuple):
    """A registered company, or its application if it is not registered yet. Amounts are in yuan, instants in
    milliseconds (0: never). `grade` is empty for an unregistered company; `reasons` are those of the last decision."""

    code: str
    credit_code: str
    name: str
    kinds: str
    dxp_id: str
    state: str
    channel: str
    grade: str
    suspended_at: int
    filed_at: int
    decided_at: int
    zone: str
    taxpayer_kind: str
    refund_kind: str
    tax_credit: str
    net_assets: str
    last_refund: str
    facts: Mapping[str, str]
    reasons: tuple[Reason, ...]


def listed(connection: Connection, sandbox: str, state: str = "", after: str = "", most: int = 50) -> list[Company]:
    """Return companies with codes above `after`, ordered by code; those from master data count as registered."""
    filed = ENTERPRISES.select().where(enterprise.c.sandbox == sandbox, enterprise.c.code > after)
    others = PARTICIPANTS.select().where(
        participant.c.sandbox == sandbox,
        participant.c.code > after,
        participant.c.kinds != "",
        ~select(enterprise.c.code)
        .where(enterprise.c.sandbox == sandbox, enterprise.c.code == participant.c.code)
        .exists(),
    )
    if state:
        filed = filed.where(enterprise.c.state == state)
    rows = connection.execute(filed.order_by(enterprise.c.code).limit(most)).all()
    companies = {company.code: company for company in map(ENTERPRISES.make, rows)}
    if state in {"", "registered"}:
        imported = connection.execute(others.order_by(participant.c.code).limit(most)).all()
        companies |= {
            company.code: company for company in map(adopted, map(PARTICIPANTS.make, imported)) if company is not None
        }
    page = sorted(companies)[:most]
    participants = {company.code: company for company in PARTICIPANTS.load(connection, sandbox, "code", page)}
    pairs = ((current(companies[code], participants.get(code)), participants.get(code)) for code in page)
    return [_company(company, registered) for company, registered in pairs if company is not None]


def find(connection: Connection, sandbox: str, number: str) -> Company | None:
    """Return a company by its customs code or credit code; of several, the one with the lowest customs code."""
    if not number:
        return None
    # one select for each column, so that each uses its index
    codes = union(
        *(
            select(table.c.code).where(table.c.sandbox == sandbox, column == number)
            for table in (participant, enterprise)
            for column in (table.c.code, table.c.credit_code)
        )
    )
    for code in sorted(connection.execute(codes).scalars(), key=lambda candidate: (candidate != number, candidate)):
        known = enterprise_of(connection, sandbox, code)
        if known is not None:
            return _company(known, next(iter(PARTICIPANTS.load(connection, sandbox, "code", [code])), None))
    return None


def application(connection: Connection, sandbox: str, code: str) -> Mapping[str, tuple[str, str]]:
    """Return the fields of a registered company's pending application: field -> (registered value, new value). Empty if
    there is no application, or for a company that is not registered yet."""
    known = enterprise_of(connection, sandbox, code)
    if known is None or known.state != "in_review" or not known.facts.get("standing"):
        return {}
    papers = filed_by_id(connection, [known.document_id])
    if known.document_id not in papers:
        return {}
    applied = replace(known)
    copy_values(applied, papers[known.document_id].facts)
    before, after = _described(known), _described(applied)
    return {name: (before[name], after[name]) for name in before if before[name] or after[name]}


def _described(company: Enterprise) -> Mapping[str, str]:
    """Return the fields of an application as text."""
    amounts = {"net_assets": plain(company.net_assets), "last_refund": plain(company.last_refund)}
    return {name: getattr(company, name) for name in _TEXTS} | amounts


def enterprise_of(connection: Connection, sandbox: str, code: str) -> Enterprise | None:
    """Return the registration of a company, including imported master data; None if there is none."""
    stored = ENTERPRISES.load(connection, sandbox, "code", [code])
    known = PARTICIPANTS.load(connection, sandbox, "code", [code])
    return current(stored[0] if stored else None, known[0] if known else None)


def grades(connection: Connection, sandbox: str, code: str) -> list[CreditGrade]:
    """Return the grades that were assigned to a company, oldest first, including future ones."""
    return sorted(GRADES.load(connection, sandbox, "code", [code]), key=lambda grade: grade.since)


def goods(connection: Connection, sandbox: str, code: str, after: str = "", most: int = 100) -> list[FiledGoods]:
    """Return the goods that a company has filed, with item numbers above `after`, ordered by item number."""
    rows = connection.execute(
        GOODS.select()
        .where(filed_goods.c.sandbox == sandbox, filed_goods.c.ebc_code == code, filed_goods.c.item_no > after)
        .order_by(filed_goods.c.item_no)
        .limit(most)
    ).all()
    return [GOODS.make(row) for row in rows]


def history(connection: Connection, sandbox: str, code: str, after: int = 0) -> list[HistoryLine]:
    """Return the history of a registration, oldest first, with ids above `after`."""
    return case_rows.history(connection, sandbox, code, "registration", timeline.c.id > after)


def _company(company: Enterprise, known: Participant | None) -> Company:
    registered = known is not None and bool(known.kinds)
    return Company(
        code=company.code,
        credit_code=company.credit_code,
        name=company.name,
        kinds=company.kinds,
        dxp_id=known.dxp_id if known else "",
        state=company.state,
        channel=company.channel,
        grade=known.credit_grade if known is not None and registered else "",
        suspended_at=known.suspended_at if known else 0,
        filed_at=company.filed_at,
        decided_at=company.decided_at,
        zone=company.zone,
        taxpayer_kind=company.taxpayer_kind,
        refund_kind=company.refund_kind,
        tax_credit=company.tax_credit,
        net_assets=plain(company.net_assets),
        last_refund=plain(company.last_refund),
        facts=company.facts,
        reasons=company.reasons,
    )


def _show(connection: Connection, sandbox: str, number: str, parts: int = PARTS) -> RegistrationOut | None:
    company = find(connection, sandbox, number)
    if company is None:
        return None
    filed = goods(connection, sandbox, company.code, most=parts)
    applied = application(connection, sandbox, company.code)
    return registration_out(
        company,
        grades=tuple(map(GradeOut.of, grades(connection, sandbox, company.code))),
        goods=tuple(map(FiledGoodsOut.of, filed)),
        application=tuple(
            AppliedOut(field=name, registered=now, applied_for=then) for name, (now, then) in applied.items()
        ),
        history=history_out(history(connection, sandbox, company.code)),
    )


CASES = CaseReader(kind=REGISTRATION, listed=listed, out=registration_out, show=_show)
