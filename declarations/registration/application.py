"""Checks a company's application for registration: codes, licences, the agent of a foreign firm.

All faults are reported together. `green_channel` decides between registration at once and review by an officer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import ForeignFirm
from declarations.parameters.tables.shape import Codes
from declarations.reasons import Reason
from declarations.unanswered import missing_value_reason
from schemas.codes import is_working_office
from schemas.identifiers import is_valid_credit_code, is_valid_customs_code, is_valid_dxp_id

BAD_CODE = "21311"
BAD_CREDIT_CODE = "21312"
UNKNOWN_KIND = "21313"
MISSING = "21314"
BAD_DXP_ID = "21315"
UNKNOWN_OFFICE = "21316"
NOT_FOR_FOREIGNERS = "21317"
OTHERS_CREDIT_CODE = "21318"
UNKNOWN_AGENT = "21319"
UNFIT_AGENT = "21320"
CREDIT_CODE_TAKEN = "21321"
NEGATIVE = "21322"
CREDIT_CODE_CHANGED = "21323"
MAX_QUOTED_LENGTH = 60
_ELEMENTS = {
    "credit_code": "creditCode",
    "customs_code": "customsCode",
    "express_licence": "expressLicence",
    "payment_licence": "paymentLicence",
    "name": "name",
}


class CompanyApplication(NamedTuple):
    """A company's application. `kinds` are kinds of participants; `customs_code` is the office; `agent_code` (customs
    or credit code) is the agent of a foreign firm, which may only state the agent's credit code. Amounts are scaled."""

    code: str
    credit_code: str
    name: str
    kinds: tuple[str, ...]
    dxp_id: str = ""
    customs_code: str = ""
    express_licence: str = ""
    payment_licence: str = ""
    agent_code: str = ""
    net_assets: int = 0
    last_refund: int = 0

    @property
    def foreign(self) -> bool:
        """True if a foreign firm applies, which names an agent."""
        return bool(self.agent_code)


class RegisteredCompany(NamedTuple):
    """A registered company: `suspended` while it may not declare; `grade` is its credit grade."""

    code: str
    credit_code: str
    kinds: frozenset[str]
    suspended: bool = False
    grade: str = "ordinary"


class RelatedRegistrations(NamedTuple):
    """The registrations related to an application: the agent's, those with the same credit code, its own earlier
    one."""

    agent: RegisteredCompany | None = None
    namesakes: tuple[str, ...] = ()
    """Codes of other companies with the application's credit code."""
    before: RegisteredCompany | None = None


def check(
    application: CompanyApplication, known: RelatedRegistrations, day: date, parameters: Parameters
) -> tuple[Reason, ...]:
    """Return all reasons why an application cannot be registered on a day; empty if it can.

    If the law of the day lacks a value, the reason names it.
    """
    reasons = [*_check_identity(application, known), *_check_texts(application, day)]
    for rule in (_check_requirements, _check_representation):
        try:
            reasons += rule(application, known, day, parameters)
        except NoValue as error:
            reasons.append(missing_value_reason(error))
    return tuple(reasons)


def quote(text: str) -> str:
    """Cut a text of an unknown sender so that a receipt can quote it."""
    return text if len(text) <= MAX_QUOTED_LENGTH else text[:MAX_QUOTED_LENGTH] + "…"


def _check_identity(application: CompanyApplication, known: RelatedRegistrations) -> Iterator[Reason]:
    """海关注册编码10位；统一社会信用代码18位，第9至17位须符合组织机构代码校验，末位为校验位（GB 32100、GB 11714）。"""
    if not is_valid_customs_code(application.code):
        yield Reason(BAD_CODE, {"code": quote(application.code)})
    if application.credit_code and not is_valid_credit_code(application.credit_code):
        yield Reason(BAD_CREDIT_CODE, {"credit_code": quote(application.credit_code)})
    if not application.foreign:
        yield from _check_credit_code(application, known)


def _check_credit_code(application: CompanyApplication, known: RelatedRegistrations) -> Iterator[Reason]:
    """A credit code identifies one legal person: no other company has it, and it never changes."""
    credit_code, before = quote(application.credit_code), known.before.credit_code if known.before else ""
    for code in known.namesakes:
        yield Reason(CREDIT_CODE_TAKEN, {"credit_code": credit_code, "code": code})
    if before and before != application.credit_code:
        yield Reason(CREDIT_CODE_CHANGED, {"code": application.code, "before": before, "credit_code": credit_code})


def _check_texts(application: CompanyApplication, day: date) -> Iterator[Reason]:
    if not application.name.strip():
        yield _missing_reason("name", "")
    if application.dxp_id and not is_valid_dxp_id(application.dxp_id):
        yield Reason(BAD_DXP_ID, {"dxp_id": quote(application.dxp_id)})
    if application.customs_code and not is_working_office(application.customs_code, day):
        yield Reason(UNKNOWN_OFFICE, {"customs_code": quote(application.customs_code)})
    for element, amount in (("netAssets", application.net_assets), ("lastRefund", application.last_refund)):
        if amount < 0:
            yield Reason(NEGATIVE, {"element": element})


def _check_requirements(
    application: CompanyApplication, known: RelatedRegistrations, day: date, parameters: Parameters
) -> list[Reason]:
    """物流企业应取得快递业务经营许可；支付企业应取得金融许可或涵盖互联网支付的支付业务许可（公告2018年第194号）。"""
    value = parameters.on("registration.requirements", day)
    needed = value.table_as(Codes)
    unknown, known_kinds = [kind for kind in application.kinds or ("",) if kind not in needed], ", ".join(needed)
    reasons = [Reason(UNKNOWN_KIND, {"kind": quote(kind), "known": known_kinds}, (value.id,)) for kind in unknown]
    missing: dict[str, str] = {}
    for kind in application.kinds:
        for name in needed.get(kind, ()):
            if not getattr(application, name).strip():
                missing.setdefault(name, kind)
    if application.foreign:
        missing.pop("credit_code", None)
    return [*reasons, *(_missing_reason(name, kind, value.id) for name, kind in missing.items())]


def _missing_reason(name: str, kind: str, *parameter_ids: str) -> Reason:
    return Reason(MISSING, {"element": _ELEMENTS[name], "kind": kind or "*"}, parameter_ids)


def _check_representation(
    application: CompanyApplication, known: RelatedRegistrations, day: date, parameters: Parameters
) -> list[Reason]:
    """境外企业应委托已登记的境内企业代为办理，由境内企业承担相应责任。"""
    if not application.foreign:
        return []
    value = parameters.on("registration.foreign_firm", day)
    table = value.table_as(ForeignFirm)
    reasons = [
        Reason(NOT_FOR_FOREIGNERS, {"kind": kind}, (value.id,))
        for kind in application.kinds
        if kind not in table.kinds and kind in parameters.on("registration.requirements", day).table_as(Codes)
    ]
    return [*reasons, *_check_agent(application, known.agent, value.id, table.agent)]


def _check_agent(
    application: CompanyApplication, agent: RegisteredCompany | None, used: str, kinds: Sequence[str]
) -> Iterator[Reason]:
    named = {"agent_code": quote(application.agent_code), "credit_code": quote(application.credit_code)}
    if agent is None or agent.suspended:
        yield Reason(UNKNOWN_AGENT, named, (used,))
        return
    if application.credit_code not in {"", agent.credit_code}:
        yield Reason(OTHERS_CREDIT_CODE, named, (used,))
    if not agent.credit_code or not agent.kinds & set(kinds):
        yield Reason(UNFIT_AGENT, {**named, "kinds": ", ".join(kinds)}, (used,))
