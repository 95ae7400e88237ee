"""Queries of companies: lists, one by its code, its grades, filed goods, application and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CompoundSelect, Connection, select, union

from declarations.money import amount_text
from gateways.registration.filing import copy_values
from gateways.registration.outcome import current_registration, registration_of_participant
from gateways.registration.repository import CreditGrade, Enterprise, FiledGoods
from single_window.cases.registrations.answers import (
    PARTS,
    REGISTRATION_KIND,
    AppliedOut,
    FiledGoodsOut,
    GradeOut,
    RegistrationOut,
    registration_out,
)
from single_window.cases.registrations.company import Company
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader
from single_window.frame.typed import history_out
from single_window.store.gateways.filed import filed_by_id
from single_window.store.gateways.registration import ENTERPRISES, GOODS, GRADES, PARTICIPANTS
from single_window.store.tables import enterprise, filed_goods, participant

_TEXTS = ("name", "credit_code", "kinds", "zone", "taxpayer_kind", "refund_kind", "tax_credit")


def list_companies(
    connection: Connection, sandbox: str, state: str = "", after: str = "", limit: int = 50
) -> list[Company]:
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
    rows = connection.execute(filed.order_by(enterprise.c.code).limit(limit)).all()
    companies = {company.code: company for company in map(ENTERPRISES.make, rows)}
    if state in {"", "registered"}:
        imported = connection.execute(others.order_by(participant.c.code).limit(limit)).all()
        companies |= {
            company.code: company
            for company in map(registration_of_participant, map(PARTICIPANTS.make, imported))
            if company is not None
        }
    page = sorted(companies)[:limit]
    participants = {company.code: company for company in PARTICIPANTS.load(connection, sandbox, "code", page)}
    pairs = ((current_registration(companies[code], participants.get(code)), participants.get(code)) for code in page)
    return [Company(company, known) for company, known in pairs if company is not None]


def _codes_with(sandbox: str, number: str) -> CompoundSelect[Any]:
    # one select for each column, so that each uses its index
    return union(
        *(
            select(table.c.code).where(table.c.sandbox == sandbox, column == number)
            for table in (participant, enterprise)
            for column in (table.c.code, table.c.credit_code)
        )
    )


def find_company(connection: Connection, sandbox: str, number: str) -> Company | None:
    """Return a company by its customs code or credit code; of several, the one with the lowest customs code."""
    if not number:
        return None
    for code in sorted(
        connection.execute(_codes_with(sandbox, number)).scalars(),
        key=lambda candidate: (candidate != number, candidate),
    ):
        known = enterprise_of(connection, sandbox, code)
        if known is not None:
            return Company(known, next(iter(PARTICIPANTS.load(connection, sandbox, "code", [code])), None))
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
    before, after = _describe_company(known), _describe_company(applied)
    return {name: (before[name], after[name]) for name in before if before[name] or after[name]}


def applied_for(connection: Connection, sandbox: str, code: str) -> Sequence[AppliedOut]:
    """Return the fields of a company's last application, whatever became of it; nothing beside them."""
    known = enterprise_of(connection, sandbox, code)
    papers = filed_by_id(connection, [known.document_id]) if known is not None else {}
    if known is None or known.document_id not in papers:
        return ()
    applied = replace(known)
    copy_values(applied, papers[known.document_id].facts)
    fields = _describe_company(applied)
    return [AppliedOut(field=name, registered="", applied_for=text) for name, text in fields.items() if text]


def _describe_company(company: Enterprise) -> Mapping[str, str]:
    """Return the fields of an application as text."""
    amounts = {"net_assets": amount_text(company.net_assets), "last_refund": amount_text(company.last_refund)}
    return {name: getattr(company, name) for name in _TEXTS} | amounts


def enterprise_of(connection: Connection, sandbox: str, code: str) -> Enterprise | None:
    """Return the registration of a company, including imported master data; None if there is none."""
    stored = ENTERPRISES.load(connection, sandbox, "code", [code])
    known = PARTICIPANTS.load(connection, sandbox, "code", [code])
    return current_registration(stored[0] if stored else None, known[0] if known else None)


def list_grades(connection: Connection, sandbox: str, code: str) -> list[CreditGrade]:
    """Return the grades that were assigned to a company, oldest first, including future ones."""
    return sorted(GRADES.load(connection, sandbox, "code", [code]), key=lambda grade: grade.since)


def list_goods(connection: Connection, sandbox: str, code: str, limit: int) -> list[FiledGoods]:
    """Return at most `limit` of the goods that a company has filed, ordered by item number."""
    rows = connection.execute(
        GOODS.select()
        .where(filed_goods.c.sandbox == sandbox, filed_goods.c.ebc_code == code)
        .order_by(filed_goods.c.item_no)
        .limit(limit)
    ).all()
    return [GOODS.make(row) for row in rows]


def _show(connection: Connection, sandbox: str, number: str, parts: int = PARTS) -> RegistrationOut | None:
    company = find_company(connection, sandbox, number)
    if company is None:
        return None
    filed = list_goods(connection, sandbox, company.code, parts)
    applied = application(connection, sandbox, company.code)
    return registration_out(
        company,
        grades=tuple(map(GradeOut.of, list_grades(connection, sandbox, company.code))),
        goods=tuple(map(FiledGoodsOut.of, filed)),
        application=tuple(
            AppliedOut(field=name, registered=now, applied_for=then) for name, (now, then) in applied.items()
        ),
        history=history_out(case_rows.history(connection, sandbox, company.code, "registration")),
    )


REGISTRATION_CASES = CaseReader(kind=REGISTRATION_KIND, listed=list_companies, out=registration_out, show=_show)
