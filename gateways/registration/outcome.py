"""Results of the registrar's decisions: steps of registrations, receipts, timeline events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from declarations import lifecycle
from declarations.reasons import Reason
from declarations.registration.application import RegisteredCompany
from gateways.records import CaseReference
from gateways.registration.repository import Enterprise, Participant, RegistrarDesk
from schemas.receipt_texts import return_status

REGISTRATION_KIND = "registration"
ACTOR = "registration"
REFUSED = "action_refused"
"""The timeline event of an officer's decision that is refused."""
STANDING = frozenset({"registered", "suspended"})
"""States in which a company is registered."""
ENDED = frozenset({"rejected", "deleted"})


def apply_step(enterprise: Enterprise, action: str) -> None:
    """Apply an action of the lifecycle to a registration; raises `lifecycle.NotAllowed` if its state forbids it."""
    enterprise.state = lifecycle.transition_of(enterprise.state, action, REGISTRATION_KIND).to


def send_receipt(
    enterprise: Enterprise, reason: Reason, desk: RegistrarDesk, *, company: Participant | None = None
) -> None:
    """Send a receipt to the mailbox of `company`, if given and known, else to the application's sender; if neither has
    a mailbox, send none."""
    at = enterprise.stamp(desk.now)
    mailboxes = company.dxp_id if company is not None and company.dxp_id else enterprise.mailboxes
    if mailboxes:
        desk.send_receipt(
            CaseReference(REGISTRATION_KIND, enterprise.key, enterprise.code).receipt(
                mailboxes, return_status(reason.rule), at, reason, {"code": enterprise.code}
            )
        )


def add_event(
    enterprise: Enterprise, name: str, desk: RegistrarDesk, reasons: Sequence[Reason] = (), who: str = ""
) -> None:
    """Add an event to a registration's timeline."""
    desk.add_event(
        CaseReference(REGISTRATION_KIND, enterprise.key, enterprise.code).event(
            name, enterprise.state, desk.now, tuple(reasons), actor=who or ACTOR, return_time=enterprise.last_return
        )
    )


def known_company(participant: Participant | None, now: int) -> RegisteredCompany | None:
    """Convert a participant for the rules; None if there is none, or if it is no longer registered."""
    if participant is None or not participant.kinds:
        return None
    return RegisteredCompany(
        participant.code,
        participant.credit_code,
        frozenset(participant.kinds.split(";")),
        0 < participant.suspended_at <= now,
        participant.credit_grade,
    )


def current_registration(enterprise: Enterprise | None, participant: Participant | None) -> Enterprise | None:
    """Return the current registration of a company; None if there is none. A company imported with master data counts
    as registered, even if an earlier registration has ended."""
    renewed = registration_of_participant(participant)
    if enterprise is None or renewed is None or enterprise.state not in ENDED:
        return enterprise or renewed
    return replace(
        renewed,
        version=enterprise.version,
        facts=enterprise.facts,
        last_return=enterprise.last_return,
        document_id=enterprise.document_id,
        document_version=enterprise.document_version,
    )


def registration_of_participant(participant: Participant | None) -> Enterprise | None:
    """Return the registration of a company imported with master data; None if there is none."""
    if participant is None or not participant.kinds:
        return None
    state = "suspended" if participant.suspended_at else "registered"
    return Enterprise(
        participant.code,
        participant.code,
        state,
        credit_code=participant.credit_code,
        name=participant.name,
        kinds=participant.kinds,
        channel=participant.source,
        suspended_at=participant.suspended_at,
        mailboxes=participant.dxp_id,
    )
