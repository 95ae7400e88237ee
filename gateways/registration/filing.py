"""Handles companies' applications: checked, then registered at once (green channel) or put in review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.registration import application, green_channel
from declarations.registration.application import CompanyApplication, RelatedRegistrations
from declarations.unanswered import unanswered
from gateways.records import FiledDocument
from gateways.registration.outcome import KIND, STANDING, current, known, note, send_receipt, step
from gateways.registration.repository import (
    FILED,
    CreditGrade,
    Enterprise,
    Participant,
    RegistrarDesk,
    RegistrarRepository,
)
from gateways.replies import together
from gateways.topics.shared import Decision, DocumentFiled

TAKEN = "21308"
REGISTERED = "21301"
OTHER_SENDER = "21356"
NOT_ITS_OWN = "21357"
GREEN, OFFICER, AUTOMATIC = "green", "officer", "automatic"
INITIAL = "ordinary"
"""The credit grade of a newly registered company."""
_KEPT = ("agent_code", "customs_code", "express_licence", "payment_licence")


def handle_applications(documents: Sequence[DocumentFiled], desk: RegistrarDesk) -> None:
    """Handle filed applications."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    codes = sorted({paper.facts.code for paper in papers.values()})
    enterprises, participants = desk.repository.enterprises(codes), desk.repository.participants(codes)
    for paper in papers.values():
        enterprise = current(enterprises.get(paper.key), participants.get(paper.key)) or Enterprise(
            paper.facts.code, paper.key, "declared"
        )
        if (enterprise.document_id, enterprise.document_version) == (paper.id, paper.version):
            continue
        enterprise.document_id, enterprise.document_version = paper.id, paper.version
        enterprise.mailboxes = paper.mailboxes
        enterprise.last_return = max(enterprise.last_return, paper.last_return)
        if paper.state == "deleted":
            _delete(enterprise, paper, desk)
        else:
            _apply(enterprise, paper, desk)
        desk.repository.put_enterprise(enterprise)


def applied(facts: Any) -> CompanyApplication:
    """Return the application in a document's facts."""
    return CompanyApplication(
        code=facts.code,
        credit_code=facts.credit_code,
        name=facts.name,
        kinds=_kinds(facts),
        dxp_id=facts.dxp_id,
        customs_code=facts.customs_code,
        express_licence=facts.express_licence,
        payment_licence=facts.payment_licence,
        agent_code=facts.agent_code,
        net_assets=facts.net_assets or 0,
        last_refund=facts.last_refund or 0,
    )


def examine(facts: Any, desk: RegistrarDesk) -> tuple[CompanyApplication, RelatedRegistrations, tuple[Reason, ...]]:
    """Check an application against other registrations; return the application, the related registrations, and all
    reasons to refuse it."""
    applied_for, company = applied(facts), _company(facts.code, desk.repository)
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
        known(agents[0] if agents else None, desk.now),
        tuple(
            other.code for other in others if applied_for.code != other.code != applied_for.credit_code and other.kinds
        ),
        known(company, desk.now),
    )
    return applied_for, background, application.check(applied_for, background, desk.day, desk.law)


def register(enterprise: Enterprise, facts: Any, desk: RegistrarDesk) -> None:
    """Register a company as it applied, for all agencies. A suspension continues."""
    enterprise.channel = GREEN if enterprise.state == "declared" else OFFICER
    step(enterprise, "register")
    copy_values(enterprise, facts)
    enterprise.decided_at, enterprise.reasons = desk.now, ()
    participant = _company(enterprise.code, desk.repository)
    if participant is None:
        participant = Participant(enterprise.code, "", "", "", "", INITIAL, FILED)
    participant.credit_code = "" if facts.agent_code else facts.credit_code
    participant.name, participant.kinds, participant.dxp_id = facts.name, enterprise.kinds, facts.dxp_id
    desk.repository.put_participant(participant)
    if not desk.repository.grades([enterprise.code]).get(enterprise.code):
        desk.repository.put_grade(
            CreditGrade(enterprise.code, desk.day.isoformat(), participant.credit_grade, KIND, "", desk.now)
        )
    send_receipt(enterprise, Reason(_registered(desk), {}), desk)
    note(enterprise, "registered", desk)
    if enterprise.suspended_at:
        step(enterprise, "suspend")


def copy_values(enterprise: Enterprise, facts: Any) -> None:
    """Copy the values of an application into the registration."""
    enterprise.credit_code, enterprise.name = facts.credit_code, facts.name
    enterprise.kinds, enterprise.zone = ";".join(_kinds(facts)), facts.zone
    enterprise.taxpayer_kind, enterprise.refund_kind = facts.taxpayer_kind, facts.refund_kind
    enterprise.tax_credit = facts.tax_credit
    enterprise.net_assets, enterprise.last_refund = facts.net_assets or 0, facts.last_refund or 0
    others = {name: value for name in _KEPT if (value := getattr(facts, name))}
    enterprise.facts = {**{name: value for name, value in enterprise.facts.items() if name not in _KEPT}, **others}


def _apply(enterprise: Enterprise, paper: FiledDocument, desk: RegistrarDesk) -> None:
    applied_for, background, reasons = examine(paper.facts, desk)
    standing = enterprise.state if enterprise.state in STANDING else ""
    enterprise.filed_at = desk.now
    if not reasons:
        try:
            lane = green_channel.lane(applied_for, background, _record(enterprise), desk.day, desk.law)
        except NoValue as error:
            reasons = (unanswered(error),)
    if not standing:
        enterprise.state, enterprise.suspended_at = "declared", 0
        copy_values(enterprise, paper.facts)
    if reasons:
        refuse(enterprise, reasons, standing, desk)
        return
    why = (*lane.reasons, *_sender(paper, _company(paper.key, desk.repository)))
    if standing:
        step(enterprise, "amend")
    enterprise.facts = {**enterprise.facts, "standing": standing}
    enterprise.reasons = why
    if why:
        step(enterprise, "review")
        send_receipt(enterprise, green_channel.review(lane), desk)
        note(enterprise, "review", desk, why)
        _schedule_automatic_officer(enterprise, desk)
        return
    send_receipt(enterprise, Reason(TAKEN, {}), desk)
    register(enterprise, paper.facts, desk)


def _schedule_automatic_officer(enterprise: Enterprise, desk: RegistrarDesk) -> None:
    """Schedule the decision of the sandbox's automatic officer, if it has one, about this application."""
    key, application = f"{enterprise.code}|{enterprise.document_version}", str(enterprise.document_version)
    choice = desk.choice(key, enterprise.state, KIND)
    if choice is not None:
        values = {"application": application, **(choice.reason.values if choice.reason else {})}
        action = "approve" if choice.action == "register" else "refuse"
        decision = Decision(enterprise.code, 0, 0, action, values.get("reason", ""), AUTOMATIC, values)
        desk.await_automatic_officer(choice, decision, "decision.registration")


def refuse(
    enterprise: Enterprise, reasons: Sequence[Reason], standing: str, desk: RegistrarDesk, who: str = ""
) -> None:
    """Refuse an application (100); `standing` is the state of an existing registration, which continues."""
    if enterprise.state in STANDING:
        event = "amendment_refused"
    else:
        step(enterprise, "reject")
        event = "rejected"
    if standing:
        enterprise.state, event = standing, "amendment_refused"
    enterprise.reasons, enterprise.decided_at = tuple(reasons), desk.now
    enterprise.facts = {**enterprise.facts, "refused_on": desk.day.isoformat()}
    send_receipt(enterprise, together(reasons), desk)
    note(enterprise, event, desk, reasons, who)


def _delete(enterprise: Enterprise, paper: FiledDocument, desk: RegistrarDesk) -> None:
    """Deregister a company at its own request, for all agencies."""
    registered, participant = enterprise.state in STANDING, _company(enterprise.code, desk.repository)
    strangers = _sender(paper, participant) if registered else ()
    if strangers:
        refuse(enterprise, [Reason(NOT_ITS_OWN, strangers[0].values)], enterprise.state, desk)
        return
    step(enterprise, "delete")
    note(enterprise, "deregistered", desk)
    if registered and participant is not None:
        participant.kinds, participant.credit_code = "", ""
        desk.repository.put_participant(participant)


def _sender(paper: FiledDocument, company: Participant | None) -> tuple[Reason, ...]:
    """A reason for review if the sender is not the registered company itself."""
    sender = paper.mailboxes.partition(";")[0]
    if company is None or not company.kinds or company.dxp_id in {"", sender}:
        return ()
    return (Reason(OTHER_SENDER, {"sender": sender, "dxp_id": company.dxp_id}),)


def _record(enterprise: Enterprise) -> green_channel.CompanyHistory:
    days = (enterprise.facts.get(name) for name in ("refused_on", "suspended_on"))
    return green_channel.CompanyHistory(*[date.fromisoformat(day) if day else None for day in days])


def _registered(desk: RegistrarDesk) -> str:
    """The code of the text for the day's law: registered until 2021, filed since."""
    word, _ = green_channel.regime(desk.day, desk.law)
    return f"{REGISTERED}.{word}"


def _company(code: str, repository: RegistrarRepository) -> Participant | None:
    return repository.participants([code]).get(code)


def _kinds(facts: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind.strip() for kind in facts.kinds.split(";") if kind.strip()))
