"""Replies to participants' messages over AMQP and other brokers: JSON, or the transport platform's DxpRep if the
participant chose an envelope for this way and the message came in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec

from declarations.calendar import day_of
from schemas.edifact.reading import MEDIA_TYPE
from schemas.envelope import write_rep
from schemas.findings import Finding
from schemas.reading import envelope_of
from single_window.channels.participant_queues import queues_of
from single_window.channels.senders import OTHER_SENDER
from single_window.context import Context
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.transmissions import NOT_TAKEN, Transmission
from single_window.messaging.publishing import OutgoingMessage
from single_window.receipts.tolerances import usual_envelope
from single_window.store import names, participants, sandboxes
from single_window.store.channels import Channel
from single_window.store.engine import reading


class RepliableMessage(Protocol):
    """The properties of a message that its reply needs."""

    @property
    def body(self) -> bytes: ...
    @property
    def number(self) -> int: ...
    @property
    def message_id(self) -> str: ...
    @property
    def correlation_id(self) -> str: ...
    @property
    def reply_to(self) -> str: ...


Reply: TypeAlias = Callable[[Channel, RepliableMessage, AdmissionAnswer, Transmission], OutgoingMessage | None]
ACCEPTED = "4000"
"""The response code of an accepted message. The standard only defines error codes, and leaves 4000-9999 free."""
FORMAT, SCHEMA, OTHER_FORMAT, SECURITY, BUSINESS = "0001", "0002", "0999", "1999", "2999"
CODES = {400: FORMAT, 413: OTHER_FORMAT, 422: SCHEMA, 403: SECURITY, 409: BUSINESS}
"""HTTP status of a refusal → the standard's response code."""
XML, JSON = "application/xml", "application/json"


class Replies:
    """Writes replies. Thread-safe."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(
        self, channel: Channel, incoming: RepliableMessage, admitted: AdmissionAnswer, came: Transmission
    ) -> OutgoingMessage | None:
        """The reply with the content of HTTP's answer; None for an accepted message without a requested reply. To an
        interchange of EDIFACT its CONTRL, unless its messages were refused for what the syntax does not know."""
        queues = queues_of(channel.sandbox, channel.dxp_id)
        queue = queues.reply_queue(incoming.reply_to)
        answers_syntax = came.control and admitted.status in (202, NOT_TAKEN)
        if admitted.status == 202 and not queue and not answers_syntax:
            return None
        kind, body = (MEDIA_TYPE, came.control) if answers_syntax else (XML, self._report(channel, incoming, admitted))
        if body is None:
            kind, body = JSON, _content(admitted)
        headers = {"sandbox": channel.sandbox, "mailbox": channel.dxp_id, "status": admitted.status}
        if answers_syntax:
            headers |= {"unread": came.unread, "findings": len(came.findings)}
        return OutgoingMessage(
            "",
            queue or queues.outbox,
            body,
            headers,
            f"message-{admitted.id or came.digest[:16]}-{incoming.number}",
            kind,
            correlation_id=incoming.correlation_id or incoming.message_id,
        )

    def _report(self, channel: Channel, incoming: RepliableMessage, admitted: AdmissionAnswer) -> bytes | None:
        """The DxpRep, if the participant chose an envelope and the message came in one; else None."""
        original = envelope_of(incoming.body)
        if original is None or not self._wants_envelope(channel):
            return None
        day = day_of(self._context.now(channel.sandbox)).isoformat()
        if admitted.status == 202:
            return write_rep(channel.dxp_id, original, [(ACCEPTED, "报文已接收")], day=day)
        answers = [(_code(admitted.status, finding), finding.zh) for finding in admitted.findings]
        return write_rep(channel.dxp_id, original, answers, day=day)

    def _wants_envelope(self, channel: Channel) -> bool:
        where = (channel.sandbox, channel.dxp_id)
        with reading(self._context.engine) as connection:
            chosen = participants.chosen_envelopes(connection, *where).get(channel.kind)
            return (chosen or usual_envelope(sandboxes.tolerances_of(connection, *where))) != names.NONE


def _code(status: int, finding: Finding) -> str:
    """The standard's response code for a finding and HTTP's status."""
    return SECURITY if finding.code == OTHER_SENDER else CODES.get(status, BUSINESS)


def _content(admitted: AdmissionAnswer) -> bytes:
    state = "accepted" if admitted.status == 202 else "refused"
    fields: dict[str, object] = {"id": admitted.id, "state": state, "status": state}
    if admitted.status == 202:
        fields |= {"code": admitted.code, "documents": admitted.documents, "repeated": admitted.repeated}
    else:
        fields["findings"] = [finding._asdict() for finding in admitted.findings]
    return msgspec.json.encode(fields)
