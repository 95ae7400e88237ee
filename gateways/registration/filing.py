"""Handles companies' applications: checked, then registered at once (green channel) or put in review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.registration import application, green_channel
from declarations.registration.application import CompanyApplication, RelatedRegistrations
from declarations.unanswered import missing_value_reason
from gateways.records import FiledDocument
from gateways.registration.outcome import (
    REGISTRATION_KIND,
    STANDING,
    add_event,
    apply_step,
    current_registration,
    known_company,
    send_receipt,
)
from gateways.registration.repository import (
    FILED,
    CreditGrade,
    Enterprise,
    Participant,
    RegistrarDesk,
    RegistrarRepository,
)
from gateways.replies import combine_reasons
from gateways.topics.commerce import LicenceAsked
from gateways.topics.shared import Decision, DocumentFiled

TAKEN_IN = "21308"
REGISTERED = "21301"
OTHER_SENDER = "21356"
NOT_ITS_OWN = "21357"
WAITS = "26111"
ASKED = "licence_asked"
"""The fact of a registration that names the version of the application about which the register is asked; empty: it has
answered."""
GREEN, OFFICER, AUTOMATIC = "green", "officer", "automatic"
INITIAL = "ordinary"
"""The credit grade of a newly registered company."""
_COPIED_FIELDS = ("agent_code", "customs_code", "express_licence", "payment_licence")


def handle_applications(documents: Sequence[DocumentFiled], desk: RegistrarDesk) -> None:
    """Handle filed applications."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    codes = sorted({paper.facts.code for paper in papers.values()})
    enterprises, participants = desk.repository.enterprises(codes), desk.repository.participants(codes)
    for paper in papers.values():
        known = current_registration(enterprises.get(paper.key), participants.get(paper.key))
        enterprise = known or Enterprise(paper.facts.code, paper.key, "declared")
        if (enterprise.document_id, enterprise.document_version) == (paper.id, paper.version):
            continue
        enterprise.document_id, enterprise.document_version = paper.id, paper.version
        enterprise.mailboxes = paper.mailboxes
        enterprise.last_return = max(enterprise.last_return, paper.last_return)
        if paper.state == "deleted":
            _delete_application(enterprise, paper, desk)
        else:
            _handle_application(enterprise, paper, desk)
        desk.repository.put_enterprise(enterprise)


def application_of(facts: Any) -> CompanyApplication:
    """Return the application in a document's facts."""
    return CompanyApplication(
        code=facts.code,
        credit_code=facts.credit_code,
        name=facts.name,
        kinds=_kinds_of(facts),
        dxp_id=facts.dxp_id,
        customs_code=facts.customs_code,
        express_licence=facts.express_licence,
        payment_licence=facts.payment_licence,
        agent_code=facts.agent_code,
        net_assets=facts.net_assets or 0,
        last_refund=facts.last_refund or 0,
    )


def examine_application(
    facts: Any, desk: RegistrarDesk
) -> tuple[CompanyApplication, RelatedRegistrations, tuple[Reason, ...]]:
    """Check an application against other registrations; return the application, the related registrations, and all
    reasons to refuse it."""
    applied_for, company = application_of(facts), _find_company(facts.code, desk.repository)
    agents = (
        desk.repository.companies([applied_for.agent_code]).get(applied_for.agent_code, ())
        if applied_for.agent_code
        else ()
    )
    others = (
        desk.repository.companies([applied_for.credit_code]).get(applied_for.credit_code, ())
        if applied_for.credit_code
        else ()
    )
    background = RelatedRegistrations(
        known_company(agents[0] if agents else None, desk.now),
        tuple(
            other.code for other in others if applied_for.code != other.code != applied_for.credit_code and other.kinds
        ),
        known_company(company, desk.now),
    )
    return applied_for, background, application.check(applied_for, background, desk.day, desk.law)


def register_company(enterprise: Enterprise, facts: Any, desk: RegistrarDesk) -> None:
    """Register a company as it applied, for all agencies. A suspension continues."""
    enterprise.channel = GREEN if enterprise.state == "declared" else OFFICER
    apply_step(enterprise, "register")
    copy_values(enterprise, facts)
    enterprise.decided_at, enterprise.reasons = desk.now, ()
    participant = _find_company(enterprise.code, desk.repository)
    if participant is None:
        participant = Participant(enterprise.code, "", "", "", "", INITIAL, FILED)
    participant.credit_code = "" if facts.agent_code else facts.credit_code
    participant.name, participant.kinds, participant.dxp_id = facts.name, enterprise.kinds, facts.dxp_id
    desk.repository.put_participant(participant)
    if not desk.repository.grades([enterprise.code]).get(enterprise.code):
        desk.repository.put_grade(
            CreditGrade(
                enterprise.code, desk.day.isoformat(), participant.credit_grade, REGISTRATION_KIND, "", desk.now
            )
        )
    send_receipt(enterprise, Reason(_code_of_registration_text(desk), {}), desk)
    add_event(enterprise, "registered", desk)
    if enterprise.suspended_at:
        apply_step(enterprise, "suspend")


def copy_values(enterprise: Enterprise, facts: Any) -> None:
    """Copy the values of an application into the registration."""
    enterprise.credit_code, enterprise.name = facts.credit_code, facts.name
    enterprise.kinds, enterprise.zone = ";".join(_kinds_of(facts)), facts.zone
    enterprise.taxpayer_kind, enterprise.refund_kind = facts.taxpayer_kind, facts.refund_kind
    enterprise.tax_credit = facts.tax_credit
    enterprise.net_assets, enterprise.last_refund = facts.net_assets or 0, facts.last_refund or 0
    others = {name: value for name in _COPIED_FIELDS if (value := getattr(facts, name))}
    enterprise.facts = {
        **{name: value for name, value in enterprise.facts.items() if name not in _COPIED_FIELDS},
        **others,
    }


def _handle_application(enterprise: Enterprise, paper: FiledDocument, desk: RegistrarDesk) -> None:
    lane, reasons = _choose_lane(enterprise, paper.facts, desk)
    standing = enterprise.state if enterprise.state in STANDING else ""
    enterprise.filed_at = desk.now
    if not standing:
        enterprise.state, enterprise.suspended_at = "declared", 0
        copy_values(enterprise, paper.facts)
    if lane is None:
        refuse_application(enterprise, reasons, standing, desk)
        return
    if standing:
        apply_step(enterprise, "amend")
    enterprise.facts = {**enterprise.facts, "standing": standing}
    if desk.options.commerce == "off":
        _admit(enterprise, paper, lane, (), desk)
    else:
        _ask_for_licence(enterprise, paper, desk)


def examine_again(enterprise: Enterprise, paper: FiledDocument, held: Sequence[Reason], desk: RegistrarDesk) -> None:
    """Decide about an application that waited for an answer; `held`: reasons for review that the answer gives."""
    lane, reasons = _choose_lane(enterprise, paper.facts, desk)
    if lane is None:
        refuse_application(enterprise, reasons, enterprise.facts.get("standing", ""), desk)
        return
    for reason in held:
        send_receipt(enterprise, reason, desk)
    _admit(enterprise, paper, lane, held, desk)


def _choose_lane(
    enterprise: Enterprise, facts: Any, desk: RegistrarDesk
) -> tuple[green_channel.Lane | None, Sequence[Reason]]:
    """The lane of an application; None with the reasons to refuse it."""
    applied_for, background, reasons = examine_application(facts, desk)
    if reasons:
        return None, reasons
    try:
        return green_channel.choose_lane(applied_for, background, _history_of(enterprise), desk.day, desk.law), ()
    except NoValue as error:
        return None, (missing_value_reason(error),)


def _ask_for_licence(enterprise: Enterprise, paper: FiledDocument, desk: RegistrarDesk) -> None:
    """Ask the register about the company, or about the agent in whose credit code a foreign firm stands."""
    credit_code = paper.facts.credit_code or _credit_code_of(paper.facts.agent_code, desk)
    enterprise.facts = {**enterprise.facts, ASKED: str(paper.version)}
    desk.send(LicenceAsked(enterprise.code, credit_code, desk.day.isoformat(), paper.version))
    waits = Reason(WAITS, {"credit_code": credit_code, "day": desk.day.isoformat()})
    send_receipt(enterprise, waits, desk)
    add_event(enterprise, "licence_asked", desk, (waits,))


def _credit_code_of(code: str, desk: RegistrarDesk) -> str:
    found = desk.repository.companies([code]).get(code, ())
    return found[0].credit_code if found else ""


def _admit(
    enterprise: Enterprise,
    paper: FiledDocument,
    lane: green_channel.Lane,
    held: Sequence[Reason],
    desk: RegistrarDesk,
) -> None:
    """Register a company at once, or hand its application to an officer."""
    why = (*held, *lane.reasons, *_check_sender(paper, _find_company(paper.key, desk.repository)))
    enterprise.reasons = why
    if why:
        apply_step(enterprise, "review")
        send_receipt(enterprise, green_channel.demand_review(lane), desk)
        add_event(enterprise, "review", desk, why)
        _schedule_automatic_officer(enterprise, desk)
        return
    send_receipt(enterprise, Reason(TAKEN_IN, {}), desk)
    register_company(enterprise, paper.facts, desk)


def _schedule_automatic_officer(enterprise: Enterprise, desk: RegistrarDesk) -> None:
    """Schedule the decision of the sandbox's automatic officer, if it has one, about this application."""
    key, application = f"{enterprise.code}|{enterprise.document_version}", str(enterprise.document_version)
    choice = desk.choose_automatically(key, enterprise.state, REGISTRATION_KIND)
    if choice is not None:
        values = {"application": application, **(choice.reason.values if choice.reason else {})}
        action = "approve" if choice.action == "register" else "refuse"
        decision = Decision(enterprise.code, 0, 0, action, values.get("reason", ""), AUTOMATIC, values)
        desk.await_automatic_officer(choice, decision, "decision.registration")


def refuse_application(
    enterprise: Enterprise, reasons: Sequence[Reason], standing: str, desk: RegistrarDesk, who: str = ""
) -> None:
    """Refuse an application (100); `standing` is the state of an existing registration, which continues."""
    if enterprise.state in STANDING:
        event = "amendment_refused"
    else:
        apply_step(enterprise, "reject")
        event = "rejected"
    if standing:
        enterprise.state, event = standing, "amendment_refused"
    enterprise.reasons, enterprise.decided_at = tuple(reasons), desk.now
    enterprise.facts = {**enterprise.facts, "refused_on": desk.day.isoformat()}
    send_receipt(enterprise, combine_reasons(reasons), desk)
    add_event(enterprise, event, desk, reasons, who)


def _delete_application(enterprise: Enterprise, paper: FiledDocument, desk: RegistrarDesk) -> None:
    """Deregister a company at its own request, for all agencies."""
    registered, participant = enterprise.state in STANDING, _find_company(enterprise.code, desk.repository)
    strangers = _check_sender(paper, participant) if registered else ()
    if strangers:
        refuse_application(enterprise, [Reason(NOT_ITS_OWN, strangers[0].values)], enterprise.state, desk)
        return
    apply_step(enterprise, "delete")
    add_event(enterprise, "deregistered", desk)
    if registered and participant is not None:
        participant.kinds, participant.credit_code = "", ""
        desk.repository.put_participant(participant)


def _check_sender(paper: FiledDocument, company: Participant | None) -> tuple[Reason, ...]:
    """A reason for review if the sender is not the registered company itself."""
    if company is None or not company.kinds or company.dxp_id in {"", paper.sender}:
        return ()
    return (Reason(OTHER_SENDER, {"sender": paper.sender, "dxp_id": company.dxp_id}),)


def _history_of(enterprise: Enterprise) -> green_channel.CompanyHistory:
    days = (enterprise.facts.get(name) for name in ("refused_on", "suspended_on"))
    return green_channel.CompanyHistory(*[date.fromisoformat(day) if day else None for day in days])


def _code_of_registration_text(desk: RegistrarDesk) -> str:
    """The code of the text for the day's law: registered until 2021, filed since."""
    word, _ = green_channel.grading_rule_on(desk.day, desk.law)
    return f"{REGISTERED}.{word}"


def _find_company(code: str, repository: RegistrarRepository) -> Participant | None:
    return repository.participants([code]).get(code)


def _kinds_of(facts: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind.strip() for kind in facts.kinds.split(";") if kind.strip()))
