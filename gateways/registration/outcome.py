"""Results of the registrar's decisions: steps of registrations, receipts, timeline events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from declarations import lifecycle
from declarations.reasons import Reason
from declarations.registration.application import RegisteredCompany
from gateways.records import ReceiptDraft, TimelineEvent
from gateways.registration.repository import Enterprise, Participant, RegistrarDesk
from gateways.replies import ANSWERS
from schemas.receipt_texts import return_status

KIND = "registration"
ACTOR = "registration"
REFUSED = "action_refused"
"""The timeline event of an officer's decision that is refused."""
STANDING = frozenset({"registered", "suspended"})
"""States in which a company is registered."""
ENDED = frozenset({"rejected", "deleted"})


def step(enterprise: Enterprise, action: str) -> None:
    """Apply an action of the lifecycle to a registration; raises `lifecycle.NotAllowed` if its state forbids it."""
    enterprise.state = lifecycle.move(enterprise.state, action, KIND).to


def send_receipt(
    enterprise: Enterprise, reason: Reason, desk: RegistrarDesk, *, company: Participant | None = None
) -> None:
    """Send a receipt to the mailbox of `company`, if given and known, else to the application's sender; if neither has
    a mailbox, send none."""
    at = enterprise.stamp(desk.now)
    mailboxes = company.dxp_id if company is not None and company.dxp_id else enterprise.mailboxes
    if mailboxes:
        desk.receipt(
            ReceiptDraft(
                mailboxes=mailboxes,
                code=ANSWERS[KIND],
                order_no=enterprise.code,
                kind=KIND,
                key=enterprise.key,
                return_status=return_status(reason.rule),
                return_time=at,
                reason=reason,
                fields={"code": enterprise.code},
            )
        )


def note(enterprise: Enterprise, name: str, desk: RegistrarDesk, reasons: Sequence[Reason] = (), who: str = "") -> None:
    """Add an event to a registration's timeline."""
    desk.note(
        TimelineEvent(
            order_no=enterprise.code,
            kind=KIND,
            key=enterprise.key,
            at=desk.now,
            actor=who or ACTOR,
            event=name,
            state=enterprise.state,
            reasons=tuple(reasons),
            return_time=enterprise.last_return,
        )
    )


def known(participant: Participant | None, now: int) -> RegisteredCompany | None:
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


def current(enterprise: Enterprise | None, participant: Participant | None) -> Enterprise | None:
    """Return the current registration of a company; None if there is none. A company imported with master data counts
    as registered, even if an earlier registration has ended."""
    renewed = adopted(participant)
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


def adopted(participant: Participant | None) -> Enterprise | None:
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
